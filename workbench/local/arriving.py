"""Changes that arrive by the page: appended and placed with a few queries for all of them.

What comes of it is what ``ChangeLog.keep`` makes of one after the other: "A slot bears the least
label in it", so the order in which ties are found does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Any

from workbench.cases import slots
from workbench.cases.change import BadChange, Change, decode, state_of
from workbench.local.changelog import ChangeLog

INSERT = (
    "INSERT INTO op (op_id, bytes, subject, slot, h, mine, batch, undoes, state, received_at)"
    " VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?)"
)


class Arrivals:
    """A page of changes of other copies."""

    def __init__(self, log: ChangeLog) -> None:
        self._db = log.database
        self._log = log
        self.changes: list[Change] = []
        """Those that can be folded, in order of arrival."""
        self.touched: dict[str, set[int]] = {}
        """By case, every slot whose fold they may have changed."""
        self._parent: dict[int, int] = {}

    def take(self, several: Iterable[bytes], received_at: int) -> None:
        """Append those that are not here; what is none, or from a newer version, is not folded."""
        found: list[tuple[bytes, Change, str]] = []
        by_id = {sha256(data).digest(): data for data in several}
        known = self._db.rows_in("SELECT op_id FROM op WHERE op_id IN ({})", by_id)
        for (op_id,) in known:
            by_id.pop(op_id, None)
        for op_id, data in by_id.items():
            try:
                change = decode(data, op_id.hex())
            except BadChange:
                self._log.keep_bad(data, received_at)
            else:
                found.append((data, change, state_of(change)))
        self.changes = [change for _, change, state in found if state == "ok"]
        places = self._place()
        rows = [
            self._row(data, change, places.get(change.id), state, received_at)
            for data, change, state in found
        ]
        self._db.connection.executemany(INSERT, rows)

    def read_again(self, after: int, count: int) -> int | None:
        """Take in what could not be read when it came, where it can be read now.

        Args:
            after: the row behind which to begin.
            count: how many at most.

        Returns:
            The last row that was looked at; None where there is no more.
        """
        rows = self._db.rows(
            "SELECT id, op_id, bytes FROM op WHERE state <> 'ok' AND bytes IS NOT NULL AND id > ?"
            " ORDER BY id LIMIT ?",
            after,
            count,
        )
        found: list[tuple[int, Change]] = []
        for row in rows:
            with suppress(BadChange):
                change = decode(row["bytes"], row["op_id"].hex())
                if state_of(change) == "ok":
                    found.append((row["id"], change))
        self.changes = [change for _, change in found]
        places = self._place()
        self._db.connection.executemany(
            "UPDATE op SET subject = ?, slot = ?, h = ?, batch = ?, undoes = ?, state = ?"
            " WHERE id = ?",
            [(*self._columns(change, places[change.id], "ok"), place) for place, change in found],
        )
        return rows[-1]["id"] if rows else None

    def _row(
        self, data: bytes, change: Change, slot: int | None, state: str, received_at: int
    ) -> tuple[Any, ...]:
        place = (slots.fixed(change) or 0) if slot is None else slot
        return (bytes.fromhex(change.id), data, *self._columns(change, place, state), received_at)

    def _columns(self, change: Change, slot: int, state: str) -> tuple[Any, ...]:
        undoes = change.body.get("u")
        return (
            self._log.subject(change.case),
            slot,
            change.h,
            change.batch,
            undoes if isinstance(undoes, str) else None,
            state,
        )

    # --- slots --------------------------------------------------------------------------------

    def _place(self) -> dict[str, int]:
        """Return the slots of the changes of entries, by id; move what they tie together."""
        tied: dict[str, tuple[int, ...]] = {}
        places: dict[str, int] = {}
        for change in self.changes:
            fixed = slots.fixed(change)
            if fixed is None:
                tied[change.id] = slots.tokens(change)
            else:
                places[change.id] = fixed
                self.touched.setdefault(change.case, set()).add(fixed)
        held = self._log.held({label for labels in tied.values() for label in labels})
        before = {i: {held.get(label, label) for label in labels} for i, labels in tied.items()}
        for found in before.values():
            first, *others = found
            for other in others:
                one, two = self._root(first), self._root(other)
                self._parent[max(one, two)] = min(one, two)
        self._move(held)
        self._name(held, (label for labels in tied.values() for label in labels))
        for change in self.changes:
            if change.id in tied:
                found = before[change.id]
                places[change.id] = self._root(next(iter(found)))
                self.touched.setdefault(change.case, set()).update(found, [places[change.id]])
        return places

    def _root(self, slot: int) -> int:
        parent = self._parent
        while parent.setdefault(slot, slot) != slot:
            parent[slot] = parent[parent[slot]]
            slot = parent[slot]
        return slot

    def _move(self, held: dict[int, int]) -> None:
        """Move the changes of slots that are tied to one of a lesser label, and their names."""
        leaving = [slot for slot in list(self._parent) if self._root(slot) != slot]
        for stored in self._log.in_any(leaving):
            slot = self._root(stored.slot)
            self._db.run("UPDATE op SET slot = ? WHERE id = ?", slot, stored.id)
            labels = slots.tokens(stored.change)
            held.update(self._log.held(labels))
            self._name(held, labels)

    def _name(self, held: dict[int, int], labels: Iterable[int]) -> None:
        """Write the slots of those names that bear another label than their own."""
        values = []
        for label in dict.fromkeys(labels):
            slot = self._root(held.get(label, label))
            if slot != label and held.get(label) != slot:
                values.append((label, slot))
                held[label] = slot
        self._db.connection.executemany(
            "INSERT OR REPLACE INTO name (label, slot) VALUES (?, ?)", values
        )
