"""The cases of a page while it is imported: each part is read when its turn comes, or ahead of it
by the process beside this one, and is let go when its cases are written."""

from __future__ import annotations

import pickle
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from workbench.desk.imports import Told, tell
from workbench.local.beside import result

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.exchange.page import PageCase, SourceLine
    from workbench.exchange.parted import PartedPage
    from workbench.local.beside import Beside

AHEAD = 4
"""So many parts are asked for ahead."""


class PageCases:
    """Gives the cases of a page from the top down, with their ids.

    ``refused``, ``unread_lines`` and ``questions`` (by the case's place) tell of what was read so
    far.
    """

    def __init__(
        self,
        page: PartedPage,
        ids: Sequence[str] = (),
        beside: Beside | None = None,
        heard: Callable[[Sequence[str]], Collection[str]] = lambda ids: (),
        most: int = 0,
    ) -> None:
        """Get ready.

        Args:
            beside: what may read parts ahead.
            heard: says of which of some ids anything is here.
            most: a new case of more entries goes step by step.
        """
        self.ids = ids
        self.refused: list[str] = []
        self.unread_lines: list[SourceLine] = []
        self.questions: dict[int, Sequence[tuple[str, str]]] = {}
        self._page = page
        self._beside = beside
        self._heard = heard
        self._most = most
        self._starts = [0, *accumulate(page.parts)]
        self._asked: dict[int, Future[Any]] = {}
        self._told: dict[int, Told] = {}
        self._read: dict[int, Sequence[PageCase]] = {}
        self._next = 0

    def __len__(self) -> int:
        """How many cases there are."""
        return self._starts[-1]

    def __getitem__(self, place: int) -> PageCase:
        """Return a case by its place."""
        (case,) = self.some(place, place + 1)
        return case

    def some(self, first: int, last: int) -> Sequence[PageCase]:
        """Return the cases from a place on, to another one of the same part."""
        nth = self._part(first)
        inside = range(first - self._starts[nth], last - self._starts[nth])
        told = self._told[nth].cases if nth in self._told else {}
        if all(place in told for place in inside):
            return [told[place] for place in inside]
        return self._cases(nth)[inside.start : inside.stop]

    def changes(self, place: int) -> int:
        """Return how many changes say all of a new case; 0 where it goes step by step."""
        nth = self._part(place)
        return self._tell(nth).changes[place - self._starts[nth]]

    def part_end(self, place: int) -> int:
        """Return where the part ends that has the case of a place."""
        return self._starts[self._part(place) + 1]

    def is_at_hand(self, place: int) -> bool:
        """True where what is told of a case can be had without waiting for another process."""
        nth = self._part(place)
        if nth not in self._told:
            self._ask(nth)
        return nth not in self._asked or self._asked[nth].done()

    def take_back(self, place: int) -> bool:
        """Read the part of a place here; False where another process has begun to read it."""
        nth = self._part(place)
        if nth in self._asked and not self._asked[nth].cancel():
            return False
        self._asked.pop(nth, None)
        if nth not in self._told:
            self._tell_here(nth)
        return True

    def beside(self, place: int) -> tuple[int, int] | None:
        """Return the part where a case stands that is kept beside, and its place there."""
        nth = self._part(place)
        return None if nth in self._read else (nth, place - self._starts[nth])

    def let_go(self, place: int) -> None:
        """Forget the cases above a place."""
        for known in (self._read, self._told):
            for nth in [nth for nth in known if self._starts[nth + 1] <= place]:
                del known[nth]

    def read_all(self) -> None:
        """Read what is left: below the last case, too, there may be lines that nothing took."""
        for nth in range(self._next, len(self._page.parts)):
            self._tell(nth)

    def _part(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1

    def _cases(self, nth: int) -> Sequence[PageCase]:
        if nth not in self._read:
            self._read[nth] = self._page.read(nth).cases
        return self._read[nth]

    def _tell(self, nth: int) -> Told:
        if nth not in self._told:
            self._ask(nth)
            asked = self._asked.pop(nth, None)
            answer = None if asked is None else result(asked)
            if answer is None:
                self._tell_here(nth)
            else:
                self._take(nth, pickle.loads(answer))
        return self._told[nth]

    def _tell_here(self, nth: int) -> None:
        reading = self._page.read(nth)
        self._read[nth] = reading.cases
        self._take(nth, tell(reading, self._known(nth), self._most))

    def _ask(self, nth: int) -> None:
        """Have this part and the next ones read beside, where that is of use."""
        if self._beside is None:
            return
        for part in range(nth, min(nth + AHEAD, len(self._page.parts))):
            if part not in self._told and part not in self._asked and part >= self._next:
                given = (part, self._page.asking(part), self._known(part), self._most)
                self._asked[part] = self._beside.ask("read", given)

    def _known(self, nth: int) -> list[int]:
        """Return the places in a part of the cases of which anything is here."""
        ids = self.ids[self._starts[nth] : self._starts[nth + 1]]
        heard = self._heard(ids)
        return [place for place, uid in enumerate(ids) if uid in heard]

    def _take(self, nth: int, told: Told) -> None:
        self._told[nth] = told
        if nth < self._next:
            return
        self._next = nth + 1
        self.refused += told.refused
        self.unread_lines += told.unread_lines
        start = self._starts[nth]
        self.questions |= {start + place: asked for place, asked in told.questions.items()}
