"""The change log: the only way in which anything is written, and how changes find their slot.

"The bytes of a change are kept verbatim; equal bytes are one change."
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from workbench.cases import slots
from workbench.cases.change import BadChange, Change, decode, kept, state_of
from workbench.cases.record import Record
from workbench.local.database import Database

WHOLE = 0
"""Stands for all slots of a case among those whose fold waits."""
BIG = 5000
"""A case of more changes than this is not folded in one piece."""
COLUMNS = "id, op_id, bytes, stub, subject, slot, mine, received_at"


class Present(Exception):
    """One of the changes that were taken for new is here already: look, and take the others."""


class Stored:
    """A change as the log holds it, with its place there."""

    __slots__ = ("change", "id", "mine", "received_at", "slot", "subject")

    def __init__(
        self,
        change: Change,
        place: int,
        subject: int,
        slot: int,
        *,
        mine: bool,
        received_at: int | None,
    ) -> None:
        self.change = change
        self.id = place
        self.subject = subject
        self.slot = slot
        self.mine = mine
        self.received_at = received_at


class Kept(Record):
    """A change that was appended.

    ``touched`` are the slots whose fold it may have changed; ``alone`` is true where nothing else
    is or was in its slot.
    """

    stored: Stored
    touched: set[int]
    alone: bool = False


Fellows = tuple[dict[int, int], list[Stored]]


class ChangeLog:
    """Appends changes inside the caller's transaction, and gives them back."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._subjects: dict[str, int] = {}
        self._fresh: set[int] = set()
        self._looked: tuple[int, tuple[int, ...], Fellows] | None = None

    # --- writing ------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a transaction: what one that was rolled back had numbered is forgotten."""
        self._subjects.clear()
        self._fresh.clear()
        self._looked = None

    def keep(
        self, data: bytes | None, change: Change, *, mine: bool, received_at: int | None = None
    ) -> Kept:
        """Append a change that is not here yet and can be folded.

        Args:
            data: None for one of which only the stub is left.
        """
        subject = self.subject(change.case)

        def insert(slot: int) -> Stored:
            new = self._insert(
                data, change, subject, slot, "ok", mine=mine, received_at=received_at
            )
            return Stored(change, new, subject, slot, mine=mine, received_at=received_at)

        fixed = slots.fixed(change)
        if fixed is not None:
            return Kept(insert(fixed), {fixed})
        labels = slots.tokens(change)
        if len(labels) == 1:
            slot = self.held(labels).get(*labels, *labels)
            return Kept(insert(slot), {slot})
        held, group = self.fellows(labels, subject)
        found = {held.get(label, label) for label in labels}
        if len(found) == 1:
            return Kept(insert(*found), found)
        if not held and not group:
            slot = min(labels)  # as ``settle`` has it
            self._write_slots((), {}, dict.fromkeys(labels, slot), held)
            return Kept(insert(slot), {slot}, alone=change.kind == "note")
        own, by_label = slots.settle([*(stored.change for stored in group), change])
        stored = insert(own[change.id])
        self._write_slots(group, own, by_label, held if not group else None)
        return Kept(stored, found | set(own.values()))

    def _insert(
        self,
        data: bytes | None,
        change: Change,
        subject: int,
        slot: int,
        state: str,
        *,
        mine: bool,
        received_at: int | None,
    ) -> int:
        self._looked = None
        undoes = change.body.get("u")
        cursor = self.database.run(
            "INSERT INTO op (op_id, bytes, stub, subject, slot, h, mine, batch, undoes, state,"
            " received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            bytes.fromhex(change.id),
            data,
            None if data is not None else _stub(change),
            subject,
            slot,
            change.h,
            int(mine),
            change.batch,
            undoes if isinstance(undoes, str) else None,
            state,
            received_at,
        )
        return int(cursor.lastrowid or 0)

    def take_stub(self, op_id: bytes, stub: bytes, received_at: int) -> Kept | None:
        """Append what is left of an erased change; None where it is here, or can't be folded."""
        if self.database.value("SELECT id FROM op WHERE op_id = ?", op_id) is not None:
            return None
        try:
            change = decode(stub, op_id.hex(), erased=True)
        except BadChange:
            return None
        if state_of(change) != "ok":
            return None
        return self.keep(None, change, mine=False, received_at=received_at)

    def subject(self, uid: str) -> int:
        """Return the number of what changes are about, given on first sight."""
        return self.subjects((uid,))[uid]

    def subjects(self, uids: Iterable[str]) -> Mapping[str, int]:
        """Return the numbers of what changes are about, and of others that were asked for in this
        transaction; they are given on first sight, in this order."""
        known = self._subjects
        asked = [uid for uid in dict.fromkeys(uids) if uid not in known]
        query = "SELECT uid, id FROM subject WHERE uid IN ({})"
        known.update(map(tuple, self.database.rows_in(query, asked)))
        new = [uid for uid in asked if uid not in known]
        if new:
            numbers = dict(zip(new, count(self.heard() + 1)))
            self.database.connection.executemany(
                "INSERT INTO subject (uid, id) VALUES (?, ?)", numbers.items()
            )
            self._fresh.update(numbers.values())
            known.update(numbers)
        return known

    def remember(self, uid: str, subject: int) -> None:
        """Take note of the number of a case that was looked up in this transaction."""
        self._subjects[uid] = subject

    def is_fresh(self, subject: int) -> bool:
        """True for what changes were first about in this transaction."""
        return subject in self._fresh

    def heard(self) -> int:
        """Return the number of the newest thing that changes are about; 0 where there is none."""
        return int(self.database.value("SELECT max(id) FROM subject") or 0)

    def last(self) -> int:
        """Return the row of the newest change, 0 where there is none."""
        return int(self.database.value("SELECT max(id) FROM op") or 0)

    def settle(self, group: Iterable[Stored]) -> set[int]:
        """Write the slots of these changes, which must be whole slots; return the slots."""
        group = list(group)
        own, by_label = slots.settle(stored.change for stored in group)
        self._write_slots(group, own, by_label)
        return set(own.values())

    def _write_slots(
        self,
        group: Iterable[Stored],
        own: Mapping[str, int],
        by_label: Mapping[int, int],
        held: Mapping[int, int] | None = None,
    ) -> None:
        """Write the slots of changes (by id) and of names (by label), where they are others.

        Args:
            held: the names' slots now, where they are known.
        """
        for stored in group:
            slot = own[stored.change.id]
            if slot != stored.slot:
                self.database.run("UPDATE op SET slot = ? WHERE id = ?", slot, stored.id)
                stored.slot = slot
        if held is None:
            held = self.held(by_label)
        for label, slot in by_label.items():
            if label == slot and label in held:
                self.database.run("DELETE FROM name WHERE label = ?", label)
            elif label != slot and held.get(label) != slot:
                self.database.run(
                    "INSERT INTO name (label, slot) VALUES (?, ?)"
                    " ON CONFLICT (label) DO UPDATE SET slot = excluded.slot",
                    label,
                    slot,
                )

    def erase(self, doomed: list[Stored]) -> set[int]:
        """Take the texts out of changes of a case: their bytes go, their other keys stay.

        Returns:
            The slots they were in and are in now: without its words a note is no other's equal.
        """
        labels: dict[int, set[int]] = {}
        for stored in doomed:
            self.database.run(
                "UPDATE op SET bytes = NULL, stub = ? WHERE id = ?",
                _stub(stored.change),
                stored.id,
            )
            if slots.fixed(stored.change) is None:
                labels.setdefault(stored.slot, set()).update(slots.tokens(stored.change))
        touched = {stored.slot for stored in doomed}
        for slot, before in labels.items():
            touched |= self.loosen(doomed[0].subject, slot, before)
        return touched

    def loosen(self, subject: int, slot: int, before: set[int]) -> set[int]:
        """Forget labels that nothing in a slot bears any more; return the slots that it is now."""
        group = self.in_slots([slot], subject)
        left = {label for item in group for label in slots.tokens(item.change)}
        for label in before - left:
            self.database.run("DELETE FROM name WHERE label = ?", label)
        return self.settle(group)

    # --- reading ------------------------------------------------------------------------------

    def forbidden(self, case: str) -> bool:
        """True where a change says that who does not understand it may not write to the case."""
        rows = self.database.rows(
            "SELECT bytes FROM op WHERE subject = ? AND state = 'unknown'", self.subject(case)
        )
        return any(json.loads(row["bytes"]).get("must") == 1 for row in rows)

    def known(self, op_ids: Iterable[bytes]) -> list[bytes]:
        """Return those of these ids of changes that are here."""
        rows = self.database.rows_in("SELECT op_id FROM op WHERE op_id IN ({})", op_ids)
        return [op_id for (op_id,) in rows]

    def sizes(self, subjects: Iterable[int]) -> dict[int, int]:
        """Return about how many changes of each case there are, unreadable ones too."""
        rows = self.database.rows_in(
            "SELECT subject, count(*) FROM op WHERE subject IN ({}) GROUP BY subject", subjects
        )
        return dict(map(tuple, rows))

    def latest_first(self, subject: int) -> Iterator[Change]:
        """Yield the changes of a case, however many; nothing may be written meanwhile.

        Left out are notes that a page brought and nobody joined to another, as their rows tell.
        """
        for row in self.database.run(
            f"SELECT {COLUMNS} FROM op o WHERE subject = ? AND state = 'ok' AND NOT EXISTS"
            " (SELECT 1 FROM entry e WHERE e.id = o.id AND e.above IS NOT NULL AND e.names = '[]'"
            " AND NOT e.redacted) ORDER BY h DESC",
            subject,
        ):
            yield stored_of(row).change

    def slots(self, subject: int) -> list[int]:
        """Return every slot of a case, in the order in which they were first heard of."""
        rows = self.database.rows(
            "SELECT slot FROM op WHERE subject = ? AND state = 'ok' GROUP BY slot ORDER BY min(id)",
            subject,
        )
        return [slot for (slot,) in rows]

    def fellows(self, labels: tuple[int, ...], subject: int) -> Fellows:
        """Return what ``held`` tells of names of a case, and the changes in their slots.

        A note's are asked for twice in a row: for what equals it, and for what it is folded with.
        """
        if self._looked is None or self._looked[:2] != (subject, labels):
            held = self.held(labels)
            group = self.in_slots({held.get(label, label) for label in labels}, subject)
            self._looked = (subject, labels, (held, group))
        return self._looked[2]

    def held(self, labels: Iterable[int]) -> dict[int, int]:
        """Return the slots of those of these names that bear another label than their own."""
        rows = self.database.rows_in("SELECT label, slot FROM name WHERE label IN ({})", labels)
        return dict(map(tuple, rows))

    def in_slot(self, slot: int, subject: int) -> list[Stored]:
        """Return the changes of a slot of a case, in order of arrival."""
        return self.in_slots([slot], subject)

    def in_slots(self, wanted: Iterable[int], subject: int) -> list[Stored]:
        """Return the changes of slots of a case; those of a slot in order of arrival."""
        return [stored_of(row) for row in self.rows_in_slots(wanted, subject)]

    def rows_in_slots(self, wanted: Iterable[int], subject: int) -> list[tuple[Any, ...]]:
        """Return the changes of slots as ``in_slots`` does, and as ``stored_of`` takes them."""
        rows = self.database.rows_in(
            # Left to itself SQLite may go through the whole case instead.
            f"SELECT {COLUMNS} FROM op INDEXED BY op_slot WHERE slot IN ({{}}) AND subject = ?"
            " AND state = 'ok' ORDER BY id",
            wanted,
            subject,
        )
        return [tuple(row) for row in rows]

    def of_each(self, subjects: Iterable[int]) -> list[Stored]:
        """Return all changes of cases; those of a case in order of arrival."""
        rows = self.database.rows_in(
            f"SELECT {COLUMNS} FROM op WHERE subject IN ({{}}) AND state = 'ok' ORDER BY id",
            subjects,
        )
        return [stored_of(row) for row in rows]

    def rows_of_each(self, subjects: Iterable[int]) -> dict[int, list[tuple[Any, ...]]]:
        """Return all changes of cases as ``of_each`` does, by case and as ``stored_of`` takes
        them."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for row in self.database.rows_in(
            f"SELECT {COLUMNS} FROM op WHERE subject IN ({{}}) AND state = 'ok' ORDER BY id",
            subjects,
        ):
            found.setdefault(row[4], []).append(tuple(row))
        return found

    def in_any(self, wanted: Iterable[int]) -> list[Stored]:
        """Return the changes of slots, of whatever case."""
        rows = self.database.rows_in(
            f"SELECT {COLUMNS} FROM op WHERE slot IN ({{}}) AND state = 'ok'", wanted
        )
        return [stored_of(row) for row in rows]

    def by_ids(self, ids: Iterable[str]) -> list[Stored]:
        """Return those of these changes that are here and can be folded."""
        rows = self.database.rows_in(
            f"SELECT {COLUMNS} FROM op WHERE op_id IN ({{}}) AND state = 'ok'",
            [bytes.fromhex(i) for i in ids],
        )
        return [stored_of(row) for row in rows]

    def of(self, subject: int) -> list[Stored]:
        """Return all changes of a case, in order of arrival."""
        rows = self.database.rows(
            f"SELECT {COLUMNS} FROM op WHERE subject = ? AND state = 'ok' ORDER BY id", subject
        )
        return [stored_of(row) for row in rows]

    def count(self, subject: int) -> int:
        """Return how many changes of a case there are."""
        return int(
            self.database.value(
                "SELECT count(*) FROM op WHERE subject = ? AND state = 'ok'", subject
            )
        )

    def batch(self, batch: str, newest: int) -> list[Stored]:
        """Return the changes of an act of this copy, whose newest change is the row ``newest``."""
        rows = self.database.rows(
            f"SELECT {COLUMNS} FROM op WHERE batch = ? AND mine = 1 AND state = 'ok' AND id <= ?"
            " ORDER BY id",
            batch,
            newest,
        )
        return [stored_of(row) for row in rows]


_scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().__dict__["scan_once"]


def stored_of(row: Any) -> Stored:
    """Return the change of a row of ``op``."""
    place, op_id, data, stub, subject, slot, mine, received_at = row
    erased = data is None
    body, _ = _scan(stub if erased else data.decode(), 0)
    change = kept(body, op_id.hex(), erased=erased)
    return Stored(change, place, subject, slot, mine=bool(mine), received_at=received_at)


def _stub(change: Change) -> str:
    return json.dumps(change.stub, ensure_ascii=False, separators=(",", ":"))
