"""New cases of more changes than are folded in one piece: their entries, a part after the other.

A process beside this one folds the next part while this one writes the rows of the one before. "A
case is seen when all of it is there": its fields, and whatever is unusual, are folded last, here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from workbench.cases.names import PEOPLE
from workbench.cases.record import Record
from workbench.local import changelog, newcases
from workbench.local.beside import result
from workbench.local.caserow import fixed_slots, reads_slot
from workbench.local.changelog import WHOLE, ChangeLog
from workbench.local.database import Database

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.local.beside import Beside
    from workbench.local.rows import Refolded

PART = 1000
"""The entries of so many slots are folded in one transaction."""
AHEAD = 2
"""How many such parts are made ahead."""


class _Asked(Record):
    """A part that is folded beside: its slots, their changes, what will come of them, and which
    state of the file they were read from."""

    slots: Sequence[int]
    rows: newcases.Changes
    made: Future[newcases.Part | None] | None
    version: int


class BigCases:
    """Folds the entries of all such cases that wait."""

    def __init__(
        self,
        database: Database,
        log: ChangeLog,
        write: Callable[[], AbstractContextManager[None]],
        settle: Callable[[Iterable[Refolded]], None],
        beside: Beside,
        tell: Callable[[int], None],
    ) -> None:
        """Get ready.

        Args:
            write: opens a transaction.
            settle: does what follows when cases were folded, in the same transaction.
            beside: folds the parts.
            tell: is told how many slots were folded.
        """
        self._db = database
        self._log = log
        self._write = write
        self._settle = settle
        self._beside = beside
        self._tell = tell

    def fold(self) -> None:
        """Fold their entries; what is left of them is still stale."""
        for subject, case in self._db.rows(_NEW, WHOLE, PEOPLE, changelog.BIG):
            with self._write():
                spread(self._db, subject)
            self._fold(subject, case)

    def _fold(self, subject: int, case: str) -> None:
        rest = {*fixed_slots(case), reads_slot(case)}
        slots = [slot for slot in self._log.slots(subject) if slot not in rest]
        parts = deque(slots[start : start + PART] for start in range(0, len(slots), PART))
        asked: deque[_Asked] = deque()
        while parts or asked:
            while parts and len(asked) < AHEAD:
                asked.append(self._read(subject, parts.popleft(), ask=True))
            if parts and not _is_done(asked[0]):  # meanwhile one is folded here
                self._put(subject, self._read(subject, parts.popleft(), ask=False))
            else:
                self._put(subject, asked.popleft())

    def _read(self, subject: int, slots: Sequence[int], *, ask: bool) -> _Asked:
        with self._db.read():
            version = self._db.data_version()
            rows = self._log.rows_in_slots(slots, subject)
        made = self._beside.ask("fold part", (subject, rows)) if ask else None
        return _Asked(slots, rows, made, version)

    def _put(self, subject: int, part: _Asked) -> None:
        """Write the rows of a part, unless others wrote meanwhile: then it still waits."""
        made = None if part.made is None else result(part.made)
        if made is None:
            made = newcases.fold_part((subject, part.rows))
        if made is None:
            return
        self._db.give_way()
        with self._write():
            if self._db.data_version() != part.version:
                return
            newcases.put_part(self._db, made)
            self._db.connection.executemany(
                "DELETE FROM stale WHERE subject = ? AND slot = ?",
                [(subject, slot) for slot in part.slots],
            )
            self._settle(())
        self._tell(len(part.slots))


def _is_done(asked: _Asked) -> bool:
    return asked.made is None or asked.made.done()


def spread(database: Database, subject: int) -> None:
    """Have each slot of a case wait by itself, inside the transaction."""
    database.run(
        "INSERT OR IGNORE INTO stale SELECT DISTINCT subject, slot FROM op"
        " WHERE subject = ? AND state = 'ok'",
        subject,
    )
    database.run("DELETE FROM stale WHERE subject = ? AND slot = ?", subject, WHOLE)


_NEW = (
    "SELECT t.subject, s.uid FROM stale t JOIN subject s ON s.id = t.subject WHERE t.slot = ?"
    " AND s.uid <> ?"
    " AND EXISTS (SELECT 1 FROM op o WHERE o.subject = t.subject LIMIT 1 OFFSET ?)"
    " AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = t.subject)"
    " AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.case_id = t.subject) ORDER BY t.subject"
)
