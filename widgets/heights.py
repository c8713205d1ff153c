"""Where each of many items of different height stands, without adding all heights up again."""

from __future__ import annotations

from collections.abc import Iterable

BLOCK = 256


class Heights:
    """The heights of items below each other, in lines, kept in blocks with a sum each."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        """Take the heights over, from the top."""
        self._heights = list(heights)
        self._sums = [
            sum(self._heights[at : at + BLOCK]) for at in range(0, len(self._heights), BLOCK)
        ]
        self.total = sum(self._sums)
        self._found = 0, 0
        """The item that was located last, and where it begins: the next line asked for is near."""

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self._heights)

    def __getitem__(self, index: int) -> int:
        """Return the height of an item."""
        return self._heights[index]

    def __setitem__(self, index: int, height: int) -> None:
        """Change the height of an item."""
        delta = height - self._heights[index]
        self._heights[index] = height
        self._sums[index // BLOCK] += delta
        self.total += delta
        at, start = self._found
        if index < at:
            self._found = at, start + delta

    def offset(self, index: int) -> int:
        """Return the line on which an item begins."""
        block, rest = divmod(index, BLOCK)
        start = block * BLOCK
        return sum(self._sums[:block]) + sum(self._heights[start : start + rest])

    def locate(self, line: int) -> tuple[int, int]:
        """Return the item on a line and which of its lines that is.

        A line before all is the first item's, a line after all the last one's, beyond its height.
        """
        line = max(line, 0)
        at, start = self._found
        if not start <= line < start + BLOCK:
            at, start = self._block_of(line)
        while at < len(self._heights) - 1 and line >= start + self._heights[at]:
            start += self._heights[at]
            at += 1
        self._found = at, start
        return at, line - start

    def _block_of(self, line: int) -> tuple[int, int]:
        """Return the first item of the block that a line is in, and where that begins."""
        block = start = 0
        while block < len(self._sums) - 1 and line >= start + self._sums[block]:
            start += self._sums[block]
            block += 1
        return block * BLOCK, start
