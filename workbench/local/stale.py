"""Folding what a pull brought: some cases in each transaction, so that others may write in between.

"What waits for its fold stands in ``stale``": it is taken out in the transaction that folds it, so
whatever stops this, at whatever point, the next start goes on.

New cases may be folded by a process beside this one, ahead of the transaction that writes their
rows. "What was made ahead counts only where nobody wrote meanwhile"; else they are folded again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from workbench.cases.record import Record
from workbench.local import changelog
from workbench.local.beside import result
from workbench.local.bigcases import BigCases, spread
from workbench.local.caserow import Row, fixed_slots
from workbench.local.changelog import WHOLE, ChangeLog
from workbench.local.database import Database
from workbench.local.newcases import empty_row

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.local.beside import Beside
    from workbench.local.rows import CaseRows, Refolded

STALE = 1000
"""About how many changes are folded in one transaction."""
CASES = 150
"""How many stale slots are looked at first: where they are of new cases, that is enough."""
AHEAD = 2
"""How many such transactions' cases are made ahead."""

Progress = Callable[[int, int], None]
"""Is told how much of what waits is folded, and how much waited."""

Waiting = dict[int, tuple[str, set[int]]]
"""Stale slots: by the cases' numbers, their ids and slots."""


class _Ahead(Record):
    """New cases that are folded ahead: by their numbers their ids, what will come of them, and
    which state of the file they were read from."""

    cases: dict[int, str]
    made: Future[Any]
    version: int


class Stale:
    """Folds all that waits."""

    def __init__(
        self,
        database: Database,
        log: ChangeLog,
        rows: CaseRows,
        write: Callable[[], AbstractContextManager[None]],
        settle: Callable[[Iterable[Refolded]], None],
        beside: Beside | None,
        progress: Progress | None = None,
    ) -> None:
        """Get ready.

        Args:
            write: opens a transaction.
            settle: does what follows when cases were folded, in the same transaction.
            beside: what may fold new cases.
            progress: follows how far it has come.
        """
        self._db = database
        self._log = log
        self._rows = rows
        self._write = write
        self._settle = settle
        self._beside = beside
        self._progress = progress
        self._done = 0
        self._all = 0
        self._ahead: deque[_Ahead] = deque()
        self._after = -1
        self._going_on = False

    def fold(self) -> None:
        """Fold until nothing waits."""
        if self._progress is not None:
            self._all = self._db.value("SELECT count(*) FROM stale")
        if self._beside is not None:
            BigCases(
                self._db, self._log, self._write, self._settle, self._beside, self._tell
            ).fold()
        while self._db.value("SELECT 1 FROM stale LIMIT 1"):
            self._after = -1
            self._round()
            self._beside = None  # what is left is unusual, or others write just now

    def _round(self) -> None:
        while True:
            while self._beside is not None and len(self._ahead) < AHEAD:
                if not self._go_ahead(self._beside):
                    break
            if self._ahead and self._ahead[0].made.done():
                self._write_made(self._ahead.popleft())
            elif not self._fold_here():
                if not self._ahead:
                    return
                self._write_made(self._ahead.popleft())

    def _give_way(self) -> None:
        if self._going_on:
            self._db.give_way()
        self._going_on = True

    # --- here -----------------------------------------------------------------------------------

    def _fold_here(self) -> bool:
        """Fold some of what waits and is not folded ahead; False where there is none."""
        if not self._db.value("SELECT 1 FROM stale WHERE subject > ? LIMIT 1", self._after):
            return False
        self._give_way()
        with self._write():
            waiting = self._waiting()
            self._settle(self._rows.refold_many(waiting))
            folded = self._db.connection.executemany(
                "DELETE FROM stale WHERE subject = ? AND slot = ?",
                [(i, slot) for i, (_, slots) in waiting.items() for slot in slots],
            )
        self._tell(folded.rowcount)
        return True

    def _tell(self, folded: int) -> None:
        self._done += folded
        if self._progress is not None:
            self._progress(self._done, max(self._done, self._all))

    def _waiting(self) -> Waiting:
        """Return all stale slots of some cases.

        Of a big case they are some of its entries, and its fields only when no other is left: it
        is seen when all of it is there.
        """
        most = min(CASES, changelog.BIG)
        rows = self._slots(most)
        if len(rows) == most and any(slot != WHOLE for _, _, slot in rows):
            most = changelog.BIG
            rows = self._slots(most)
        found: Waiting = {}
        for subject, uid, slot in rows:
            found.setdefault(subject, (uid, set()))[1].add(slot)
        if not found:
            return found
        first, (uid, slots) = next(iter(found.items()))
        sizes = self._log.sizes(i for i, (_, marks) in found.items() if WHOLE in marks)
        if sizes.get(first, 0) > changelog.BIG:
            spread(self._db, first)
            return self._waiting()
        if len(slots) == changelog.BIG:
            return {first: (uid, slots - fixed_slots(uid).keys())}
        if len(rows) == most:
            found.popitem()  # not all of its slots are among them
        taken = 0
        for subject, (_, marks) in list(found.items()):
            if taken > STALE:
                del found[subject]
            taken += sizes.get(subject, len(marks))
        return found

    def _slots(self, most: int) -> list[Any]:
        return self._db.rows(
            "SELECT t.subject, s.uid, t.slot FROM stale t JOIN subject s ON s.id = t.subject"
            " WHERE t.subject > ? ORDER BY t.subject, t.slot LIMIT ?",
            self._after,
            most,
        )

    # --- ahead ----------------------------------------------------------------------------------

    def _go_ahead(self, beside: Beside) -> bool:
        """Have some new cases folded ahead; False where there are none."""
        with self._db.read():
            version = self._db.data_version()
            cases = self._new()
            rows = self._log.rows_of_each(cases)
        if not cases:
            return False
        self._after = max(cases)
        unfolded = [(subject, case, rows.get(subject, [])) for subject, case in cases.items()]
        made = beside.ask("fold", (self._empty, unfolded))
        self._ahead.append(_Ahead(cases, made, version))
        return True

    @cached_property
    def _empty(self) -> Row:
        return empty_row(self._db)

    def _new(self) -> dict[int, str]:
        """Return the next new cases of which nothing is folded yet, but for big ones."""
        found: dict[int, str] = dict(
            map(
                tuple,
                self._db.rows(
                    "SELECT t.subject, s.uid FROM stale t JOIN subject s ON s.id = t.subject"
                    " WHERE t.slot = ? AND t.subject > ? AND NOT EXISTS"
                    " (SELECT 1 FROM cases c WHERE c.id = t.subject) AND NOT EXISTS"
                    " (SELECT 1 FROM entry e WHERE e.case_id = t.subject)"
                    " ORDER BY t.subject LIMIT ?",
                    WHOLE,
                    self._after,
                    CASES,
                ),
            )
        )
        sizes = self._log.sizes(found)
        taken = 0
        for subject in list(found):
            if taken > STALE or sizes.get(subject, 0) > changelog.BIG:
                del found[subject]
            else:
                taken += sizes.get(subject, 0)
        return found

    def _write_made(self, ahead: _Ahead) -> None:
        """Write the rows of cases that were folded ahead, unless others wrote meanwhile."""
        made = result(ahead.made)
        if made is None:
            return  # they still wait: the next round folds them here
        self._give_way()
        with self._write():
            if self._db.data_version() != ahead.version:
                return
            by_case = dict(zip(ahead.cases, made, strict=True))
            self._settle(self._rows.put_new(ahead.cases, by_case))
            folded = self._db.connection.executemany(
                "DELETE FROM stale WHERE subject = ?", [(subject,) for subject in ahead.cases]
            )
        self._tell(folded.rowcount)
