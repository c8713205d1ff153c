"""The cases of a page of which nothing is here: made ahead by the hundred, and written whole.

Making them needs no transaction, and may be done by a process beside this one. "What was made ahead
counts only where nothing is heard of these cases when they are written"; else they go step by step.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from workbench.desk.tools import Tools
from workbench.local import pagecases
from workbench.local.beside import result
from workbench.local.newcases import empty_row
from workbench.local.pagecases import Made, Values

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.cases.pagevalues import Save
    from workbench.desk.pageparts import PageCases
    from workbench.exchange.page import PageCase, PageEntry, PageImage
    from workbench.local.beside import Beside

RUN = 100
"""So many cases are read and looked at together, made, and written in one transaction."""
AHEAD = 400
"""So many cases are made ahead where a process beside this one makes them."""

_above = attrgetter("project", "number", "date_raw", "heading_revision", "problem")
_below = attrgetter(
    "problem_files", "problem_revision", "status", "status_revision", "engineer_label",
    "engineers", "engineers_revision",
)  # fmt: skip
"""What a page says of a case, above and below the pictures of its problem."""
_entry = attrgetter("speaker", "text", "images", "files", "happened_on", "author", "revision")


class _Run:
    """Usual cases that follow each other on a page; what comes of them, once that was asked."""

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.asked: Values = ()
        self.beside: Future[Any] | None = None
        self.made: list[Values | None] | None = None


class WholeCases:
    """Finds the runs of usual new cases on a page, and makes them."""

    def __init__(
        self,
        tools: Tools,
        save: Save,
        batch: str,
        cases: PageCases,
        most: int,
        beside: Beside | None,
    ) -> None:
        """Get ready.

        Args:
            cases: in the order in which they are written.
            most: a case of more entries is no usual one.
            beside: what may make them ahead.
        """
        self._tools = tools
        self._cases = cases
        self._most = most
        self._beside = beside
        self._looked = 0
        self._runs: deque[_Run] = deque()
        pen, empty = tools.pen, empty_row(tools.db)
        common = pagecases.Common(tools.author, pen.copy, batch, save.key, save.newest, empty)
        self._common = tuple(common)

    def begins(self, place: int) -> bool:
        """True where a run begins at this place of the page."""
        while self._runs and self._runs[0].end <= place:
            self._runs.popleft()
        self._look(place)
        return bool(self._runs) and self._runs[0].start == place

    def made(self) -> dict[str, Made]:
        """Return what comes of the cases of the next run, by their ids, up to an unusual one."""
        run = self._runs[0]
        if run.made is None:
            self._make(run)
        assert run.made is not None
        usual = list(takewhile(lambda values: values is not None, run.made))
        ids = self._cases.ids[run.start : run.start + len(usual)]
        # An unusual one goes step by step, and what is behind it stays made.
        run.start += len(usual) + 1
        run.made = run.made[len(usual) + 1 :]
        return {uid: Made(*values) for uid, values in zip(ids, usual, strict=True) if values}

    # --- making ---------------------------------------------------------------------------------

    def _make(self, run: _Run) -> None:
        """Have a run made; while another process is at it, make the one that comes last here."""
        if run.beside is None:
            self._ask(run)
        while run.beside is not None and not run.beside.done():
            idle = next((r for r in reversed(self._runs) if r.beside and r.beside.cancel()), None)
            if idle is None:
                break
            idle.beside = None
            idle.made = pagecases.make((self._common, idle.asked))
        if run.made is None:
            found = result(run.beside) if run.beside is not None else None
            run.made = found or pagecases.make((self._common, run.asked))

    def _ask(self, run: _Run) -> None:
        """Give a run its times and nonces; where there is a process beside, it may begin."""
        ids = self._cases.ids[run.start : run.end]
        cases = list(map(_values, ids, self._cases.some(run.start, run.end)))
        changes = sum(case.changes for case in cases)
        h, unsure = self._tools.pen.reserve(changes)
        nonces = self._tools.pen.entropy(16 * changes)
        run.asked = tuple(pagecases.Asked(h, unsure, nonces, tuple(map(tuple, cases))))
        if self._beside is not None:
            run.beside = self._beside.ask("make", (self._common, run.asked))

    def _look(self, place: int) -> None:
        """Look for runs up to a place, and ahead of it as far as nothing has to be waited for."""
        ahead = min(place + AHEAD if self._beside is not None else place + 1, len(self._cases))
        while self._looked < ahead and (
            self._looked <= place or self._cases.is_at_hand(self._looked)
        ):
            first = self._looked
            self._looked = min(first + RUN, self._cases.part_end(first))
            ids = self._cases.ids[first : self._looked]
            heard = self.heard(ids)
            run: _Run | None = None
            some = self._cases.some(first, self._looked)
            for nth, (uid, case) in enumerate(zip(ids, some, strict=True), start=first):
                if uid in heard or not self._is_usual(case):
                    run = None
                elif run is None:
                    run = _Run(nth, nth + 1)
                    self._runs.append(run)
                else:
                    run.end += 1
        if self._beside is not None:
            for run in self._runs:
                if not run.asked:
                    self._ask(run)

    def heard(self, ids: Sequence[str]) -> set[str]:
        """Return those of these cases of which there is anything here."""
        rows = self._tools.db.rows_in("SELECT uid FROM subject WHERE uid IN ({})", ids)
        return {uid for (uid,) in rows}

    def _is_usual(self, case: PageCase) -> bool:
        texts = (case.problem, *(entry.text for entry in case.entries))
        return len(case.entries) <= self._most and max(map(len, texts)) <= pagecases.LONGEST


def _values(uid: str, case: PageCase) -> pagecases.PageCase:
    said = tuple(map(_said, case.entries))
    return pagecases.PageCase._make(
        (uid, *_above(case), _images(case.problem_images), *_below(case), said)
    )


def _said(entry: PageEntry) -> Values:
    found: Values = _entry(entry)
    return found if not entry.images else (*found[:2], _images(entry.images), *found[3:])


def _images(images: Sequence[PageImage]) -> tuple[pagecases.File, ...]:
    return tuple((image.file, image.width, image.height) for image in images)
