"""The cases of a page while it is imported: each part is read when its turn comes, or ahead of it
by the process beside this one, and is let go when its cases are written."""

from __future__ import annotations

import pickle
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from workbench.local.beside import result

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.exchange.page import PageCase, SourceLine
    from workbench.exchange.parted import PartedPage, Reading
    from workbench.local.beside import Beside

AHEAD = 4
"""So many parts are asked for ahead."""


class PageCases:
    """Gives the cases of a page from the top down, with their ids.

    ``refused``, ``unread_lines`` and ``questions`` (by the case's place) tell of what was read so
    far.
    """

    def __init__(self, page: PartedPage, ids: Sequence[str], beside: Beside | None) -> None:
        self.ids = ids
        self.refused: list[str] = []
        self.unread_lines: list[SourceLine] = []
        self.questions: dict[int, Sequence[tuple[str, str]]] = {}
        self._page = page
        self._beside = beside if page.asking is not None else None
        self._starts = [0, *accumulate(page.parts)]
        self._asked: dict[int, Future[Any]] = {}
        self._read: dict[int, Sequence[PageCase]] = {}
        self._told = 0

    def __len__(self) -> int:
        """How many cases there are."""
        return len(self.ids)

    def __getitem__(self, place: int) -> PageCase:
        """Return a case by its place; not one above a place that was let go."""
        (case,) = self.some(place, place + 1)
        return case

    def some(self, first: int, last: int) -> Sequence[PageCase]:
        """Return the cases from a place on, to another one of the same part."""
        nth = self._part(first)
        start = self._starts[nth]
        return self._cases(nth)[first - start : last - start]

    def part_end(self, place: int) -> int:
        """Return where the part ends that has the case of a place."""
        return self._starts[self._part(place) + 1]

    def is_at_hand(self, place: int) -> bool:
        """True where this place's case can be had without waiting for another process."""
        nth = self._part(place)
        if nth not in self._read:
            self._ask(nth)
        return nth not in self._asked or self._asked[nth].done()

    def let_go(self, place: int) -> None:
        """Forget the cases above a place."""
        for nth in [nth for nth in self._read if self._starts[nth + 1] <= place]:
            del self._read[nth]

    def read_all(self) -> None:
        """Read what is left: below the last case, too, there may be lines that nothing took."""
        for nth in range(self._told, len(self._page.parts)):
            self._cases(nth)

    def _part(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1

    def _cases(self, nth: int) -> Sequence[PageCase]:
        if nth not in self._read:
            self._ask(nth)
            asked = self._asked.pop(nth, None)
            answer = None if asked is None else result(asked)
            self._take(nth, self._page.read(nth) if answer is None else pickle.loads(answer))
        return self._read[nth]

    def _ask(self, nth: int) -> None:
        """Have this part and the next ones read beside, where that is of use."""
        if self._beside is None or self._page.asking is None:
            return
        for part in range(nth, min(nth + AHEAD, len(self._page.parts))):
            if part not in self._read and part not in self._asked and part >= self._told:
                self._asked[part] = self._beside.ask("read", self._page.asking(part))

    def _take(self, nth: int, reading: Reading) -> None:
        self._read[nth] = reading.cases
        if nth < self._told:
            return
        self._told = nth + 1
        self.refused += reading.refused
        self.unread_lines += reading.unread_lines
        self.questions |= {
            place: case.questions
            for place, case in enumerate(reading.cases, start=self._starts[nth])
            if case.questions
        }
