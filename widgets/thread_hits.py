"""Going through what was found in a thread, and counting it a part at a time. Paints nothing."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal

from widgets.thread_layout import ThreadLayout
from widgets.thread_lines import Line

AT_ONCE = 0.01
"""So many seconds are counted at a time: what a person doesn't notice."""

NextHit = Literal["next", "round", "same", "none"]
"""Just the next hit; the first or last again; the one it was, as there is no other; or no hit."""

Place = tuple[int, int]
"""An item, and which of its hits, both from 0."""


class Hits:
    """The hits of a thread. What is not counted yet is None."""

    def __init__(self, layout: ThreadLayout) -> None:
        """Go through what ``layout`` has, once it is told what to look for."""
        self.current: int | None = None
        """Which hit of the item under the cursor one has gone to."""
        self._layout = layout
        self._terms: Sequence[str] = ()
        self.count(())

    # -- going through them

    def next(self, at: int, step: int) -> tuple[NextHit, Place | None]:
        """Return the hit behind the current one, where there is one, round the end.

        Args:
            at: The item under the cursor.
            step: 1 to look below, -1 to look above.
        """
        if not self._terms or not self._layout.count:
            return "none", None
        hit = self.current
        if hit is None:
            hit = -1 if step > 0 else 0
        found = self._from(at, hit + step, step)
        if found is not None:
            return "next", found
        edge = -1 if step > 0 else self._layout.count
        place = self._layout.source.next_with(edge, self._terms, step)
        found = None if place is None else self._from(place, None, step)
        if found is None:
            return "none", None
        return ("same" if found == (at, self.current) else "round"), found

    def _from(self, at: int, hit: int | None, step: int) -> Place | None:
        """Return the first hit at or behind one of an item; None: its first, or last upwards."""
        place: int | None = at
        while place is not None:
            many = self._layout.hits(place)
            if hit is None:
                hit = 0 if step > 0 else many - 1
            if 0 <= hit < many:
                return place, hit
            hit = None
            place = self._layout.source.next_with(place, self._terms, step)
        return None

    def keep(self, at: int, hit: int | None) -> None:
        """Take a hit of an item as the current one, if it is still there."""
        self.current = hit if hit is not None and hit < self._layout.hits(at) else None

    def kinds(self, line: Line, *, has_cursor: bool) -> Iterator[str]:
        """Yield the kind of each piece of a line; beside the current hit the others stand back."""
        numbers = iter(line.hits)
        for piece in line.pieces:
            if piece.kind != "hit":
                yield piece.kind
                continue
            is_current = next(numbers) == self.current and has_cursor
            yield "hit" if is_current or self.current is None else "other-hit"

    # -- counting them

    def count(self, terms: Sequence[str]) -> None:
        """Begin to count what is looked for."""
        self._terms = terms
        none: Iterator[Place] = iter(())
        self._counts = self._layout.source.counts(terms) if terms else none
        self._places: list[int] = []
        self._before: list[int] = []
        self._reached = -1
        self._found = 0
        self._is_whole = False

    def go_on(self, seconds: float = AT_ONCE) -> bool:
        """Count for about so long; return whether there is more to count."""
        end = time.monotonic() + seconds
        for at, hits in self._counts:
            self._reached = at
            if hits:
                self._places.append(at)
                self._before.append(self._found)
                self._found += hits
            if time.monotonic() >= end:
                return True
        self._is_whole = True
        return False

    @property
    def total(self) -> int | None:
        """How many hits there are."""
        return self._found if self._is_whole else None

    def number(self, at: int) -> int | None:
        """Return which of all hits the current one of the item ``at`` is, from 1; 0 for none."""
        if self.current is None:
            return 0
        if at > self._reached and not self._is_whole:
            return None
        nth = bisect_left(self._places, at)
        before = self._before[nth] if nth < len(self._before) else self._found
        return before + self.current + 1
