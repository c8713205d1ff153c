"""What our feed in one store holds, and what is to follow there.

"The outbox is the plan": a change has its number in our feed before it is sent, so whatever of it
turns up in the store after a crash is recognised by its chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import count, repeat
from typing import Any

from workbench.cases.feed import START, Batch, Columns
from workbench.local.database import Database
from workbench.local.stores import UNSENT, Store

Row = tuple[Any, ...]
FILL = 20_000
"""How many changes get their number in our feed in one transaction, which takes less than a
fifth of a second. With a quarter of that a push takes longer by a fifth, for what is flushed."""


class Outbox:
    """Our feed in one store; ``feed`` is its id."""

    def __init__(self, database: Database, store: Store) -> None:
        self._db = database
        self._id = store.id
        self.feed = store.feed
        self.own_only = store.own_only

    def chain(self, seq: int) -> bytes | None:
        """Return the chain of our own feed at ``seq``, None where it does not go that far."""
        if seq == 0:
            return START
        chain = self._db.value(
            "SELECT chain FROM outbox WHERE store = ? AND seq = ?", self._id, seq
        )
        return None if chain is None else bytes(chain)

    def unsent(self) -> int:
        """Return how many changes the store does not have, as far as we know."""
        return int(self._db.value(f"SELECT count(*) FROM ({UNSENT})", self._id, self._id))

    def is_waiting(self) -> bool:
        """True where the store lacks one, as far as we know; that takes no count of all."""
        return bool(self._db.value(f"SELECT EXISTS ({UNSENT})", self._id, self._id))

    def is_planned(self) -> bool:
        """True where everything that the store lacks has its number."""
        return not self._db.value(
            "SELECT EXISTS (SELECT 1 FROM op o JOIN store s ON s.id = ? WHERE o.id > s.watermark)",
            self._id,
        )

    def last(self) -> int:
        """Return the highest number that was given."""
        return int(
            self._db.value("SELECT coalesce(max(seq), 0) FROM outbox WHERE store = ?", self._id)
        )

    def next_batch(self, after: int, items: int, size: int, *, fresh: bool) -> Batch | None:
        """Return what follows ``after`` in our feed.

        That is a range that we once wrote as a segment, or else as much as one batch may hold.

        Args:
            fresh: number what has no number yet, if there is room for it.
        """
        row = self._db.row(
            "SELECT name, last FROM segment WHERE store = ? AND feed = ? AND mine AND first = ?"
            " ORDER BY last DESC LIMIT 1",
            self._id,
            self.feed,
            after + 1,
        )
        if row is not None:
            return self.between(after + 1, row["last"], row["name"])
        before = self.chain(after)
        if before is None:
            return None
        found = self._numbered(after, items, size)
        while fresh and found.room > 0:
            with self._db.write("outbox"):
                fresh = self._number(found)
        return found.batch(self.feed, after + 1, before)

    def between(self, first: int, last: int, name: str | None = None) -> Batch | None:
        """Return a range of our feed, None where we don't have all of it."""
        before = self.chain(first - 1)
        found = self._numbered(first - 1, last - first + 1, None)
        if before is None or found.room:
            return None
        return found.batch(self.feed, first, before, name)

    def _numbered(self, after: int, items: int, size: int | None) -> Gathered:
        """Return what has its number already."""
        found = Gathered(items, size)
        rows = self._db.tuples(
            "SELECT o.id, o.op_id, o.bytes, o.stub, b.chain FROM outbox b"
            " JOIN op o ON o.id = b.op WHERE b.store = ? AND b.seq > ? ORDER BY b.seq LIMIT ?",
            self._id,
            after,
            items,
        ).fetchall()
        found.links += [row[4] for row in found.take(rows)]
        return found

    def _number(self, found: Gathered) -> bool:
        """Number some of what the store is to have and does not, while there is room.

        What they hold is read with them: looking for each once more takes as long again.

        Returns:
            False where everything has its number.
        """
        seq = self.last()
        chain = self.chain(seq)
        assert chain is not None
        start = self._db.value("SELECT watermark FROM store WHERE id = ?", self._id)
        rows = self._db.tuples(
            "SELECT id, op_id, bytes, stub FROM op WHERE id > ? ORDER BY id LIMIT ?",
            start,
            min(FILL, found.room),
        ).fetchall()
        if not rows:
            return False
        end = rows[-1][0]
        if self.own_only:
            from workbench.local.relaying import wanted  # most stores get everything

            rows = wanted(self._db, start, end)
            start = rows[0][0] - 1 if rows else end
        if there := self._offered(start, end):
            rows = [row for row in rows if row[0] not in there]
        taken = found.take(rows[: found.room])
        if len(taken) < len(rows):
            end = rows[len(taken)][0] - 1
        # ``feed.link``, without a call for each.
        links = [chain := sha256(chain + row[1]).digest() for row in taken]
        found.links += links
        self._write_down(seq + 1, [row[0] for row in taken], links)
        self._db.run("UPDATE store SET watermark = ? WHERE id = ?", end, self._id)
        return True

    def _write_down(self, first: int, ops: Sequence[int], links: Sequence[bytes]) -> None:
        if ops and ops[-1] - ops[0] == len(ops) - 1:
            # Neighbours, as nearly all are: one statement takes half as long as one for each.
            self._db.run(
                "INSERT INTO outbox SELECT ?1, ?2 + id - ?3, id, substr(?4, (id - ?3) * 32 + 1, 32)"
                " FROM op WHERE id BETWEEN ?3 AND ?5",
                self._id,
                first,
                ops[0],
                b"".join(links),
                ops[-1],
            )
            return
        self._db.connection.executemany(
            "INSERT INTO outbox VALUES (?, ?, ?, ?)",
            zip(repeat(self._id), count(first), ops, links, strict=False),
        )

    def _offered(self, after: int, end: int) -> set[int]:
        """Return those changes up to ``end`` that the store has, or that have their number."""
        found = self._db.tuples(
            "SELECT op FROM seen WHERE store = ?1 AND op > ?2 AND op <= ?3"
            " UNION ALL SELECT op FROM outbox WHERE op > ?2 AND op <= ?3 AND store = ?1",
            self._id,
            after,
            end,
        )
        return {op for (op,) in found}

    def acknowledge(self, seq: int) -> None:
        """Remember how much of our feed the store has."""
        self._db.run("UPDATE store SET acked = ? WHERE id = ?", seq, self._id)


class Gathered:
    """What of our feed is to travel together, gathered as rows (id, op_id, bytes, stub, …)."""

    def __init__(self, items: int, size: int | None) -> None:
        """Begin with nothing; there is room for ``items``, and for ``size`` bytes."""
        self.room = items
        self.links: list[bytes] = []
        """The chains behind each of the rows."""
        self._size = size
        self._rows: list[Row] = []

    def take(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Add as many rows as there is room for, and return them; the very first always fits."""
        if self._size is not None:
            sizes = [len(row[2] or b"") for row in rows]
            self._size -= sum(sizes)
            if self._size < 0:
                while sizes and self._size < 0 and (self._rows or len(sizes) > 1):
                    self._size += sizes.pop()
                rows = rows[: len(sizes)]
                self.room = len(rows)
        self._rows += rows
        self.room -= len(rows)
        return rows

    def batch(self, feed: str, first: int, before: bytes, name: str | None = None) -> Batch | None:
        """Return all of it as a batch, None where there is nothing."""
        rows = self._rows
        if not rows:
            return None
        items = Columns([row[1] for row in rows], [row[2] for row in rows], self.stubs())
        return Batch(feed, first, before, items, name, links=self.links)

    def stubs(self) -> dict[int, bytes]:
        """Return what travels of those that were erased, beside their ids."""
        return {nth: row[3].encode() for nth, row in enumerate(self._rows) if row[2] is None}
