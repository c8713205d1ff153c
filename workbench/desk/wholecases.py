"""The cases of a page of which nothing is here: made ahead by the hundred, and written whole.

Making them needs no transaction, and may be done by a process beside this one. "What was made ahead
counts only where nothing is heard of these cases when they are written"; else they go step by step.
"""

from __future__ import annotations

from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from workbench.desk.imports import make
from workbench.desk.tools import Tools
from workbench.local import pagecases
from workbench.local.beside import result
from workbench.local.newcases import empty_row
from workbench.local.pagecases import Made, Values

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.cases.pagevalues import Save
    from workbench.desk.pageparts import PageCases
    from workbench.local.beside import Beside

RUN = 200
"""So many cases are read and looked at together, made, and written in one transaction.

The ids of changes lie all over the index, so that each change writes some pages to the log: with
twice as many cases in a transaction these are a quarter fewer. Who waits for the lock waits a fifth
of a second."""
AHEAD = 400
"""So many cases are made ahead where a process beside this one makes them."""


class _Run:
    """Usual cases that follow each other in a part of a page; what comes of them, once that was
    asked."""

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.times: Values = ()
        self.beside: Future[Any] | None = None
        self.made: list[Values | None] | None = None


class WholeCases:
    """Finds the runs of usual new cases on a page, and makes them."""

    def __init__(
        self, tools: Tools, save: Save, batch: str, cases: PageCases, beside: Beside | None
    ) -> None:
        """Get ready.

        Args:
            cases: in the order in which they are written.
            beside: what may make them ahead.
        """
        self._tools = tools
        self._cases = cases
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
            run.made = self._make(run)
        usual = list(takewhile(lambda values: values is not None, run.made))
        ids = self._cases.ids[run.start : run.start + len(usual)]
        # An unusual one goes step by step, and what is behind it stays made.
        run.start += len(usual) + 1
        run.made = run.made[len(usual) + 1 :]
        return {uid: Made(*values) for uid, values in zip(ids, usual, strict=True) if values}

    # --- making ---------------------------------------------------------------------------------

    def _make(self, run: _Run) -> list[Values | None]:
        """Return what comes of a run; while another process is at it, make later ones here."""
        if run.beside is not None:
            while not run.beside.done() and self._make_another(run.start):
                continue
            made: list[Values | None] | None = result(run.beside)
            if made is not None:
                return made
        return self._make_here(run)

    def _make_here(self, run: _Run) -> list[Values | None]:
        ids = self._cases.ids[run.start : run.end]
        cases = self._cases.some(run.start, run.end)
        return make(self._common, self._times(run), ids, cases)

    def _make_another(self, place: int) -> bool:
        """Make the next runs that were not looked for here; False where there are none for now."""
        first = self._looked
        if first >= min(place + 2 * AHEAD, len(self._cases)) or not self._cases.take_back(first):
            return False
        for run in self._look_for_runs():
            run.made = self._make_here(run)
        return True

    def _look(self, place: int) -> None:
        """Look for runs up to a place, and ahead of it as far as nothing has to be waited for."""
        ahead = min(place + AHEAD if self._beside is not None else place + 1, len(self._cases))
        while self._looked < ahead and (
            self._looked <= place or self._cases.is_at_hand(self._looked)
        ):
            for run in self._look_for_runs():
                self._ask(run)

    def _look_for_runs(self) -> list[_Run]:
        """Find the runs of the next part."""
        first = self._looked
        self._looked = self._cases.part_end(first)
        found: list[_Run] = []
        goes_on = False
        for place in range(first, self._looked):
            usual = self._cases.changes(place) > 0
            if usual and goes_on:
                found[-1].end += 1
            elif usual:
                found.append(_Run(place, place + 1))
            goes_on = usual
        self._runs += found
        return found

    def _ask(self, run: _Run) -> None:
        """Have a run made where its cases are kept beside."""
        kept = self._cases.beside(run.start)
        if self._beside is not None and kept is not None:
            ids = list(self._cases.ids[run.start : run.end])
            run.beside = self._beside.ask("make", (self._common, self._times(run), ids, *kept))

    def _times(self, run: _Run) -> Values:
        """Return the times and nonces of a run, given when it is first made or asked for."""
        if not run.times:
            changes = sum(map(self._cases.changes, range(run.start, run.end)))
            h, unsure = self._tools.pen.reserve(changes)
            nonces = self._tools.pen.entropy(16 * changes)
            run.times = tuple(pagecases.Times(h, unsure, nonces))
        return run.times
