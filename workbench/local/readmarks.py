"""How far people have read, as places in the log.

"What came in after a person looked is unread, however long ago it was written." The marks are this
copy's own; before it sends, it writes those that moved as changes, so that they reach the person's
other copies.
"""

from __future__ import annotations

from typing import Any

from workbench.cases.clock import DRIFT
from workbench.cases.names import slot_hash
from workbench.cases.reads import Mark, Written, fold_reads, is_read
from workbench.cases.record import Record
from workbench.local.changelog import ChangeLog
from workbench.local.database import Database
from workbench.local.reads import place_read

SAID = "json_extract(CAST(coalesce(bytes, stub) AS TEXT), '$.{}')"
"""A key of a change, in SQL."""
MOST_NAMED = 2000
"""So many ids fit into a change; the rest is shown as unread once more."""
UNSURE = f"{SAID.format('unsure')} IS NOT NULL"


class Untold(Record):
    """A mark that moved since changes told of it, and what of others' was seen since.

    ``place`` is where in the log the mark stands, ``subject`` the number of the case ``case``.
    """

    reader: str
    case: str
    subject: int
    place: int
    seen: Mark

    @property
    def is_worth_telling(self) -> bool:
        """False where only own words are new."""
        return bool(self.seen.upto or self.seen.named)


class ReadMarks:
    """The marks of every reader of this copy."""

    def __init__(self, database: Database, log: ChangeLog) -> None:
        self._db = database
        self._log = log

    def move(self, subject: int, reader: str, place: int) -> None:
        """Move a person's mark forward, inside a transaction."""
        self._db.run(
            "INSERT INTO read_mark (case_id, reader, place) VALUES (?, ?, ?)"
            " ON CONFLICT (case_id, reader) DO UPDATE SET place = max(place, excluded.place)",
            subject,
            reader,
            place,
        )

    def follow(self, case: str) -> None:
        """Move marks by what changes tell of other copies, inside a transaction.

        A mark goes up to the first change that its reader has seen nowhere: whatever stands behind
        that is shown as unread once more, and nothing is passed over.
        """
        subject = self._log.subject(case)
        told = self._log.in_slot(slot_hash("other", "read", case), subject)
        if not told:
            return
        said = fold_reads(item.change for item in told)
        marks = {who: place_read(self._db, subject, who) for who in said}
        rows = self._db.rows(
            f"SELECT id, lower(hex(op_id)), {SAID.format('k')}, {SAID.format('a')},"
            f" {SAID.format('r')}, h, {UNSURE} FROM op"
            " WHERE subject = ? AND id > ? AND state = 'ok' ORDER BY id",
            subject,
            min(marks.values()),
        )
        for who, mark in said.items():
            place = marks[who]
            for row in rows:
                if row[0] > place:
                    if not is_read(Written(*row[1:]), who, mark):
                        break
                    place = row[0]
            if place > marks[who]:
                self._follow_to(subject, who, place)

    def _follow_to(self, subject: int, who: str, place: int) -> None:
        """Move a mark; one that has nothing of its own to tell has nothing to tell of this."""
        self.move(subject, who, 0)
        self._db.run(
            "UPDATE read_mark SET place = ?, told = CASE WHEN told = place THEN ? ELSE told END"
            " WHERE case_id = ? AND reader = ?",
            place,
            place,
            subject,
            who,
        )

    def untold(self, now: int) -> list[Untold]:
        """Return the marks that moved since changes told of them.

        A time further ahead than any clock may be is not told: it would stand for what its writer
        has yet to write.
        """
        rows = self._db.rows(
            "SELECT m.*, s.uid FROM read_mark m JOIN subject s ON s.id = m.case_id"
            " WHERE m.place > m.told ORDER BY m.reader, m.case_id"
        )
        return [
            Untold(row["reader"], row["uid"], row["case_id"], row["place"], self._seen(row, now))
            for row in rows
        ]

    def _seen(self, row: Any, now: int) -> Mark:
        """Return what the reader has seen of others' changes since a mark was told."""
        rows = self._db.rows(
            f"SELECT lower(hex(op_id)), {SAID.format('r')}, h, {UNSURE} FROM op WHERE subject = ?"
            " AND id > ? AND id <= ? AND state = 'ok' AND h <= ?"
            f" AND {SAID.format('a')} <> ? AND {SAID.format('k')} <> 'read'",
            row["case_id"],
            row["told"],
            row["place"],
            (now + DRIFT) << 16,
            row["reader"],
        )
        upto: dict[str, int] = {}
        for _, copy, h, unsure in rows:
            if not unsure:
                upto[copy] = max(upto.get(copy, 0), h)
        named = [id_ for id_, _, _, unsure in rows if unsure]
        return Mark(upto, frozenset(named[:MOST_NAMED]))

    def told(self, untold: Untold) -> None:
        """Remember that changes tell of a mark, inside a transaction."""
        self._db.run(
            "UPDATE read_mark SET told = ? WHERE case_id = ? AND reader = ?",
            untold.place,
            untold.subject,
            untold.reader,
        )
