"""New cases that are folded while a pull goes on, from changes that were looked at beside.

Most new cases come whole: all that is said of them stands on one page. The process that looked at
their changes still has them, so nothing is read back. "A case that waits stands in ``stale`` all
the same", until the transaction that writes its rows: what is not made early, or touched again by a
later page, is folded when the pull ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from workbench.cases.change import Change
from workbench.cases.record import Record
from workbench.local import arriving
from workbench.local.beside import result
from workbench.local.caserow import Row
from workbench.local.changelog import Stored
from workbench.local.database import Database
from workbench.local.newcases import Folded, empty_row, made_of

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.local.beside import Beside
    from workbench.local.rows import CaseRows, Refolded

SEEN = 24_000
"""How many changes are kept beside for the fold of their cases."""
SPREAD = 50
"""So many new cases may be touched by later pages, and one in four: of more it is no use to fold
them early."""

Heard = dict[int, tuple[str, list[arriving.Kept]]]
"""New cases by their numbers: their ids, and the changes of them that came together."""


class _Asked(Record):
    """New cases that are folded beside: by their numbers their ids, and what will come of them."""

    cases: dict[int, str]
    made: Future[Any]


class Early:
    """The cases of one pull that are folded before it ends."""

    def __init__(self, database: Database, rows: CaseRows, beside: Beside) -> None:
        """Get ready; ``beside`` looks at all that comes."""
        self._db = database
        self._rows = rows
        self._beside = beside
        self._empty = empty_row(database)
        self._version = database.data_version()
        self._heard = rows.heard()
        self._asked: deque[_Asked] = deque()
        self._again: set[int] = set()
        self._made = self._spread = 0

    def ask(self, heard: Heard, received_at: int) -> None:
        """Have cases folded whose changes were taken; not inside their transaction."""
        if not heard or self._spread > max(SPREAD, self._made / 4):
            return
        self._made += len(heard)
        cases = {subject: case for subject, (case, _) in heard.items()}
        given = [(subject, case, kept) for subject, (case, kept) in heard.items()]
        made = self._beside.ask("fold seen", (self._empty, received_at, given))
        self._asked.append(_Asked(cases, made))

    def touch(self, subject: int) -> None:
        """Hear of a case that changed and was here: its rows, if they are being made, are none."""
        if subject > self._heard:
            self._spread += 1
            if self._asked:
                self._again.add(subject)

    def put(self) -> Iterator[Refolded]:
        """Write the rows that are made, of one page's cases at most, inside a transaction."""
        if not self._asked or not self._asked[0].made.done():
            return
        asked = self._asked.popleft()
        version = self._db.data_version()
        if version != self._version:  # others wrote, of whatever cases
            self._version = version
            self._asked.clear()
            return
        made = result(asked.made)
        if made is None:
            return
        rows = dict(zip(asked.cases, made, strict=True))
        cases = {
            subject: case
            for subject, case in asked.cases.items()
            if rows[subject][0] is not None and subject not in self._again
        }
        yield from self._rows.put_new(cases, rows)
        self._db.connection.executemany(
            "DELETE FROM stale WHERE subject = ?", [(subject,) for subject in cases]
        )

    def end(
        self,
        write: Callable[[], AbstractContextManager[None]],
        settle: Callable[[Iterable[Refolded]], None],
    ) -> None:
        """Write all that is made or being made."""
        while self._asked:
            result(self._asked[0].made)
            self._db.give_way()
            with write():
                settle(self.put())


# --- there --------------------------------------------------------------------------------------


class Seen:
    """What was looked at, kept for the fold."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._changes: dict[bytes, Change] = {}

    def look(self, several: Iterable[tuple[bytes, bytes]]) -> arriving.Looks:
        """Look at changes as ``arriving.look`` does."""
        found = arriving.look(several, self._changes)
        for op_id in list(self._changes)[: max(0, len(self._changes) - SEEN)]:
            del self._changes[op_id]
        return found

    def fold(
        self, given: tuple[Row, int, list[tuple[int, str, list[arriving.Kept]]]]
    ) -> list[Folded]:
        """Return what ``newcases.fold_new`` does, and no rows where a change is not here any more.

        Args:
            given: the row of a case of which nothing is known, when the changes came, and the
                cases: their numbers, ids and changes.
        """
        empty, received_at, cases = given
        return [
            made_of(subject, case, self._stored(subject, kept, received_at), empty)
            for subject, case, kept in cases
        ]

    def _stored(
        self, subject: int, kept: Iterable[arriving.Kept], received_at: int
    ) -> list[Stored] | None:
        found = []
        for place, slot, op_id in kept:
            change = self._changes.pop(op_id, None)
            if change is None:
                return None
            found.append(Stored(change, place, subject, slot, mine=False, received_at=received_at))
        return found
