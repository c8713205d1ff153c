"""Changes that arrive by the page: appended and placed with a few queries for all of them.

What comes of it is what ``ChangeLog.keep`` makes of one after the other: "A slot bears the least
label in it", so the order in which ties are found does not matter.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from workbench.cases import slots
from workbench.cases.change import BadChange, Change, decode, state_of
from workbench.cases.intake import read
from workbench.cases.record import Record
from workbench.local.changelog import ChangeLog, Present

INSERT = (
    "INSERT INTO op (id, op_id, bytes, subject, slot, h, mine, batch, undoes, state, received_at)"
    " VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)"
)


class Looked(Record):
    """What a look at a change tells of how it is kept.

    ``slot`` is that of a change of no entry, else ``labels`` has the labels that it ties together;
    ``redacts`` is true for a redaction. A ``state`` other than "ok" is not folded.
    """

    state: str
    case: str
    h: int
    batch: str | None
    undoes: str | None
    slot: int
    labels: tuple[int, ...]
    redacts: bool


Looks = list[tuple[Any, ...]]
"""The values of a ``Looked`` for each of several changes."""


Kept = tuple[int, int, bytes]
"""A change that was taken: its row in the log, its slot, and its id."""


def look(several: Iterable[tuple[bytes, bytes]], seen: dict[bytes, Change] | None = None) -> Looks:
    """Look at changes, given as ids and bytes; all of it are plain values, for another process.

    Args:
        seen: takes those that can be folded, by their ids.
    """
    found: Looks = []
    for op_id, data in several:
        try:
            change, state = read(data, op_id.hex())
        except BadChange:
            found.append(("bad", "", 0, None, None, 0, (), False))
        else:
            found.append(_looked(change, state))
            if seen is not None and state == "ok":
                seen[op_id] = change
    return found


def _looked(change: Change, state: str) -> tuple[Any, ...]:
    slot = slots.fixed(change)
    labels = slots.tokens(change) if slot is None and state == "ok" else ()
    undoes = change.body.get("u")
    return (
        state,
        change.case,
        change.h,
        change.batch,
        undoes if isinstance(undoes, str) else None,
        slot or 0,
        labels,
        change.kind == "redact" and state == "ok",
    )


class Arrivals:
    """A page of changes of other copies."""

    def __init__(self, log: ChangeLog) -> None:
        self._db = log.database
        self._log = log
        self.times: list[int] = []
        """The hybrid times of those that can be folded, in order of arrival."""
        self.redactions: list[Change] = []
        """Those of them that take a text out."""
        self.touched: dict[str, set[int]] = {}
        """By case, every slot whose fold they may have changed."""
        self.rows: dict[bytes, int] = {}
        """The rows of the log in which they stand now, by their ids."""
        self.heard: dict[int, tuple[str, list[Kept]]] = {}
        """By their numbers, the cases that were first heard of here: id, and what can be folded."""
        self.states: Counter[str] = Counter()
        """How many of them are "ok", "unknown", and "bad"."""
        self._parent: dict[int, int] = {}
        self._subjects: Mapping[str, int] = {}
        self._heard = log.heard()

    def take(
        self,
        by_id: Mapping[bytes, bytes],
        received_at: int,
        looks: Mapping[bytes, tuple[Any, ...]] | None = None,
    ) -> None:
        """Append changes; what is none, or from a newer version, is not folded.

        Args:
            by_id: their bytes by their ids, the sha256 of these; none of them is here.
            looks: what ``look`` tells of each, where that is known already.

        Raises:
            Present: one of them is here; the transaction is to be rolled back.
        """
        if looks is None:
            looks = dict(zip(by_id, look(by_id.items()), strict=True))
        found = [Looked(*looks[op_id]) for op_id in by_id]
        places = self._place(found)
        rows = []
        first = self._log.last() + 1
        self.rows = dict(zip(by_id, range(first, first + len(by_id)), strict=True))
        for seen, place, (op_id, nth) in zip(found, places, self.rows.items(), strict=True):
            state, case, h, batch, undoes, _, _, redacts = seen
            data = by_id[op_id]
            if redacts:
                self.redactions.append(read(data, op_id.hex())[0])
            subject = self._subjects[case]
            rows.append((nth, op_id, data, subject, place, h, batch, undoes, state, received_at))
            if subject > self._heard and state == "ok":
                known = self.heard.get(subject)
                if known is None:
                    known = self.heard[subject] = (case, [])
                known[1].append((nth, place, op_id))
        self.states.update(seen.state for seen in found)
        try:
            self._db.connection.executemany(INSERT, rows)
        except sqlite3.IntegrityError as error:
            if "op.op_id" not in str(error):
                raise
            raise Present from error

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
        found: list[tuple[int, Looked]] = []
        for row in rows:
            with suppress(BadChange):
                change = decode(row["bytes"], row["op_id"].hex())
                seen = Looked(*_looked(change, state_of(change)))
                if seen.state == "ok":
                    found.append((row["id"], seen))
                if seen.redacts:
                    self.redactions.append(change)
        places = self._place([seen for _, seen in found])
        self._db.connection.executemany(
            "UPDATE op SET subject = ?, slot = ?, h = ?, batch = ?, undoes = ?, state = ?"
            " WHERE id = ?",
            [
                (*self._columns(seen, place), nth)
                for (nth, seen), place in zip(found, places, strict=True)
            ],
        )
        return rows[-1]["id"] if rows else None

    def _columns(self, seen: Looked, place: int) -> tuple[Any, ...]:
        return (
            self._subjects[seen.case],
            place,
            seen.h,
            seen.batch,
            seen.undoes,
            seen.state,
        )

    # --- slots --------------------------------------------------------------------------------

    def _place(self, found: Sequence[Looked]) -> list[int]:
        """Return the slot of each change; move what those of entries tie together."""
        self._subjects = self._log.subjects([seen.case for seen in found])
        seen_ok = [seen for seen in found if seen.state == "ok"]
        self.times = [seen.h for seen in seen_ok]
        tied = [seen for seen in seen_ok if seen.labels]
        # Of a case that is first heard of on this page no name and no slot can be here.
        older = {
            label
            for seen in tied
            if self._subjects[seen.case] <= self._heard
            for label in seen.labels
        }
        held = self._log.held(older)
        before = dict(held)
        for seen in tied:
            first, *others = seen.labels
            one = self._root(held.get(first, first))
            for label in others:
                other = self._root(held.get(label, label))
                if one != other:
                    one, leaving = (one, other) if one < other else (other, one)
                    self._parent[leaving] = one
        self._move(held, {held.get(label, label) for label in older})
        self._name(held, (label for seen in tied for label in seen.labels))
        return [self._touch(seen, before) for seen in found]

    def _touch(self, seen: Looked, before: Mapping[int, int]) -> int:
        """Return the slot of a change, which it may change, as others that it was tied to."""
        if seen.state != "ok":
            return seen.slot
        touched = self.touched.get(seen.case)
        if touched is None:
            touched = self.touched[seen.case] = set()
        place, labels = seen.slot, seen.labels
        if labels:
            was = [before.get(label, label) for label in labels] if before else labels
            touched.update(was)
            place = self._root(was[0])
        touched.add(place)
        return place

    def _root(self, slot: int) -> int:
        parent = self._parent
        above = parent.get(slot, slot)
        while above != slot:
            beyond = parent[slot] = parent.get(above, above)
            slot = beyond
            above = parent.get(slot, slot)
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
