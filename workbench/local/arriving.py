"""Changes that arrive by the page: appended and placed with a few queries for all of them.

What comes of it is what ``ChangeLog.keep`` makes of one after the other: "A slot bears the least
label in it", so the order in which ties are found does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from workbench.cases import slots
from workbench.cases.change import BadChange, Change, decode, state_of
from workbench.cases.intake import read
from workbench.local.changelog import ChangeLog

INSERT = (
    "INSERT INTO op (id, op_id, bytes, subject, slot, h, mine, batch, undoes, state, received_at)"
    " VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)"
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
        self.rows: dict[bytes, int] = {}
        """The rows of the log in which they stand now, by their ids."""
        self.states: Counter[str] = Counter()
        """How many of them are "ok", "unknown", and "bad"."""
        self._parent: dict[int, int] = {}
        self._heard = log.heard()

    def take(self, by_id: Mapping[bytes, bytes], received_at: int) -> None:
        """Append changes; what is none, or from a newer version, is not folded.

        Args:
            by_id: their bytes by their ids, the sha256 of these; none of them is here.
        """
        found: list[tuple[bytes, bytes, Change | None, str]] = []
        for op_id, data in by_id.items():
            try:
                found.append((op_id, data, *read(data, op_id.hex())))
            except BadChange:
                found.append((op_id, data, None, "bad"))
        self.changes = [change for _, _, change, state in found if change and state == "ok"]
        places = self._place()
        last = self._log.last()
        rows = []
        for nth, (op_id, data, change, state) in enumerate(found, start=last + 1):
            self.rows[op_id] = nth
            columns = (
                self._columns(change, places.get(change.id), state)
                if change is not None
                else (self._log.subject(""), 0, 0, None, None, state)
            )
            rows.append((nth, op_id, data, *columns, received_at))
        self.states.update(state for _, _, _, state in found)
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

    def _columns(self, change: Change, slot: int | None, state: str) -> tuple[Any, ...]:
        undoes = change.body.get("u")
        return (
            self._log.subject(change.case),
            (slots.fixed(change) or 0) if slot is None else slot,
            change.h,
            change.batch,
            undoes if isinstance(undoes, str) else None,
            state,
        )

    # --- slots --------------------------------------------------------------------------------

    def _place(self) -> dict[str, int]:
        """Return the slots of the changes, by id; move what those of entries tie together."""
        tied: list[tuple[Change, tuple[int, ...]]] = []
        places: dict[str, int] = {}
        for change in self.changes:
            fixed = slots.fixed(change)
            if fixed is None:
                tied.append((change, slots.tokens(change)))
            else:
                places[change.id] = fixed
                self.touched.setdefault(change.case, set()).add(fixed)
        # Of a case that is first heard of on this page no name and no slot can be here.
        older = {
            label
            for change, labels in tied
            if self._log.subject(change.case) <= self._heard
            for label in labels
        }
        held = self._log.held(older)
        before = dict(held)
        for _, (first, *others) in tied:
            one = self._root(held.get(first, first))
            for label in others:
                other = self._root(held.get(label, label))
                one, leaving = min(one, other), max(one, other)
                self._parent[leaving] = one
        self._move(held, {held.get(label, label) for label in older})
        self._name(held, (label for _, labels in tied for label in labels))
        for change, labels in tied:
            touched = self.touched.setdefault(change.case, set())
            touched.update(before.get(label, label) for label in labels)
            place = self._root(before.get(labels[0], labels[0]))
            places[change.id] = place
            touched.add(place)
        return places

    def _root(self, slot: int) -> int:
        parent = self._parent
        while parent.setdefault(slot, slot) != slot:
            parent[slot] = parent[parent[slot]]
            slot = parent[slot]
        return slot

    def _move(self, held: dict[int, int], older: Iterable[int]) -> None:
        """Move the changes of slots that are tied to one of a lesser label, and their names.

        Args:
            older: the slots of which there may be changes here.
        """
        leaving = [slot for slot in older if self._root(slot) != slot]
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
