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
        block = 0
        while block < len(self._sums) - 1 and line >= self._sums[block]:
            line -= self._sums[block]
            block += 1
        index = block * BLOCK
        while index < len(self._heights) - 1 and line >= self._heights[index]:
            line -= self._heights[index]
            index += 1
        return index, line
