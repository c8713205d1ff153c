"""The change log: the only way in which anything is written, and how changes find their slot.

"The bytes of a change are kept verbatim; equal bytes are one change."
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from workbench.cases import slots
from workbench.cases.change import BadChange, Change, decode, from_body, state_of
from workbench.local.database import Database

COLUMNS = "id, op_id, bytes, stub, subject, slot, mine, received_at"


class Stored:
    """A change as the log holds it, with its place there."""

    __slots__ = ("change", "id", "mine", "received_at", "slot", "subject")

    def __init__(self, row: Any) -> None:
        """Decode a row of ``op``."""
        self.id: int = row["id"]
        self.subject: int = row["subject"]
        self.slot: int = row["slot"]
        self.mine = bool(row["mine"])
        self.received_at: int | None = row["received_at"]
        erased = row["bytes"] is None
        body = json.loads(row["stub"] if erased else row["bytes"])
        self.change: Change = from_body(body, row["op_id"].hex(), erased=erased)


class ChangeLog:
    """Appends changes inside the caller's transaction, and gives them back."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # --- writing ------------------------------------------------------------------------------

    def append(self, data: bytes, *, mine: bool, received_at: int | None = None) -> Stored | None:
        """Append a change; return it, or None where it is here already or can't be folded.

        A change that is none of ours, or from a newer version, is kept and left out of the fold.
        """
        try:
            change = decode(data)
        except BadChange:
            self._keep_bad(data, received_at)
            return None
        known = self._db.value("SELECT id FROM op WHERE op_id = ?", bytes.fromhex(change.id))
        if known is not None:
            return None
        state = state_of(change)
        subject = self.subject(change.case)
        undoes = change.body.get("u")
        cursor = self._db.run(
            "INSERT INTO op (op_id, bytes, subject, slot, h, mine, batch, undoes, state,"
            " received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            bytes.fromhex(change.id),
            data,
            subject,
            slots.fixed(change) or 0,
            change.h,
            int(mine),
            change.batch,
            undoes if isinstance(undoes, str) else None,
            state,
            received_at,
        )
        if state != "ok":
            return None
        row = self._db.row(f"SELECT {COLUMNS} FROM op WHERE id = ?", cursor.lastrowid)
        return Stored(row)

    def append_stubs(self, redact: Change, received_at: int | None) -> list[Stored]:
        """Append what a redaction tells of changes whose text never came here."""
        found = []
        for item in redact.body["l"]:
            stub = json.dumps(item["stub"], ensure_ascii=False, separators=(",", ":"))
            stored = self.append_stub(bytes.fromhex(item["id"]), stub, received_at)
            if stored is not None:
                found.append(stored)
        return found

    def append_stub(self, op_id: bytes, stub: str, received_at: int | None) -> Stored | None:
        """Append what is left of an erased change; None where it is here, or can't be folded."""
        if self._db.value("SELECT id FROM op WHERE op_id = ?", op_id) is not None:
            return None
        try:
            change = decode(stub.encode(), op_id.hex(), erased=True)
        except BadChange:
            return None
        if state_of(change) != "ok":
            return None
        cursor = self._db.run(
            "INSERT INTO op (op_id, stub, subject, slot, h, mine, batch, state, received_at)"
            " VALUES (?, ?, ?, ?, ?, 0, ?, 'ok', ?)",
            op_id,
            json.dumps(change.stub, ensure_ascii=False, separators=(",", ":")),
            self.subject(change.case),
            slots.fixed(change) or 0,
            change.h,
            change.batch,
            received_at,
        )
        row = self._db.row(f"SELECT {COLUMNS} FROM op WHERE id = ?", cursor.lastrowid)
        return Stored(row)

    def _keep_bad(self, data: bytes, received_at: int | None) -> None:
        from hashlib import sha256

        self._db.run(
            "INSERT OR IGNORE INTO op (op_id, bytes, subject, slot, h, mine, state, received_at)"
            " VALUES (?, ?, ?, 0, 0, 0, 'bad', ?)",
            sha256(data).digest(),
            data,
            self.subject(""),
            received_at,
        )

    def subject(self, uid: str) -> int:
        """Return the number of what changes are about, given on first sight."""
        found = self._db.value("SELECT id FROM subject WHERE uid = ?", uid)
        if found is None:
            found = self._db.run("INSERT INTO subject (uid) VALUES (?)", uid).lastrowid
        return int(found)

    def place(self, stored: Stored) -> set[int]:
        """Give an appended change its slot; return every slot whose fold it may have changed."""
        if slots.fixed(stored.change) is not None:
            return {stored.slot}
        found = {self.slot_of(label) for label in slots.tokens(stored.change)}
        if len(found) == 1:
            self._move(stored, *found)
            return found
        neighbours = [other for slot in found for other in self.in_slot(slot, stored.subject)]
        return found | self.settle([*neighbours, stored])

    def settle(self, group: Iterable[Stored]) -> set[int]:
        """Write the slots of these changes, which must be whole slots; return the slots."""
        group = list(group)
        own, by_label = slots.settle(stored.change for stored in group)
        for stored in group:
            self._move(stored, own[stored.change.id])
        for label, slot in by_label.items():
            if label == slot:
                self._db.run("DELETE FROM name WHERE label = ?", label)
            else:
                self._db.run(
                    "INSERT INTO name (label, slot) VALUES (?, ?)"
                    " ON CONFLICT (label) DO UPDATE SET slot = excluded.slot",
                    label,
                    slot,
                )
        return set(own.values())

    def _move(self, stored: Stored, slot: int) -> None:
        if slot != stored.slot:
            self._db.run("UPDATE op SET slot = ? WHERE id = ?", slot, stored.id)
            stored.slot = slot

    def erase(self, doomed: list[Stored]) -> set[int]:
        """Take the texts out of changes of a case: their bytes go, their other keys stay.

        Returns:
            The slots they were in and are in now: without its words a note is no other's equal.
        """
        labels: dict[int, set[int]] = {}
        for stored in doomed:
            self._db.run(
                "UPDATE op SET bytes = NULL, stub = ? WHERE id = ?",
                json.dumps(stored.change.stub, ensure_ascii=False, separators=(",", ":")),
                stored.id,
            )
            if slots.fixed(stored.change) is None:
                labels.setdefault(stored.slot, set()).update(slots.tokens(stored.change))
        touched = {stored.slot for stored in doomed}
        for slot, before in labels.items():
            group = self.in_slot(slot, doomed[0].subject)
            left = {label for item in group for label in slots.tokens(item.change)}
            for label in before - left:
                self._db.run("DELETE FROM name WHERE label = ?", label)
            touched |= self.settle(group)
        return touched

    # --- reading ------------------------------------------------------------------------------

    def forbidden(self, case: str) -> bool:
        """True where a change says that who does not understand it may not write to the case."""
        rows = self._db.rows(
            "SELECT o.bytes FROM op o JOIN subject s ON s.id = o.subject"
            " WHERE s.uid = ? AND o.state = 'unknown'",
            case,
        )
        return any(json.loads(row["bytes"]).get("must") == 1 for row in rows)

    def slot_of(self, label: int) -> int:
        """Return the slot of an entry's name."""
        slot = self._db.value("SELECT slot FROM name WHERE label = ?", label)
        return label if slot is None else int(slot)

    def in_slot(self, slot: int, subject: int) -> list[Stored]:
        """Return the changes of a slot of a case, in order of arrival."""
        rows = self._db.rows(
            f"SELECT {COLUMNS} FROM op WHERE slot = ? AND subject = ? AND state = 'ok' ORDER BY id",
            slot,
            subject,
        )
        return [Stored(row) for row in rows]

    def of(self, subject: int) -> list[Stored]:
        """Return all changes of a case, in order of arrival."""
        rows = self._db.rows(
            f"SELECT {COLUMNS} FROM op WHERE subject = ? AND state = 'ok' ORDER BY id", subject
        )
        return [Stored(row) for row in rows]

    def count(self, subject: int) -> int:
        """Return how many changes of a case there are."""
        return int(
            self._db.value("SELECT count(*) FROM op WHERE subject = ? AND state = 'ok'", subject)
        )

    def batch(self, batch: str, newest: int) -> list[Stored]:
        """Return the changes of an act of this copy, whose newest change is the row ``newest``."""
        rows = self._db.rows(
            f"SELECT {COLUMNS} FROM op WHERE batch = ? AND mine = 1 AND state = 'ok' AND id <= ?"
            " ORDER BY id",
            batch,
            newest,
        )
        return [Stored(row) for row in rows]
