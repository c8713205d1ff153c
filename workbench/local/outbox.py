"""What our feed in one store holds, and what is to follow there.

"The outbox is the plan": a change has its number in our feed before it is sent, so whatever of it
turns up in the store after a crash is recognised by its chain.
"""

from __future__ import annotations

from hashlib import sha256

from workbench.cases.feed import START, Batch, Item
from workbench.local.database import Database
from workbench.local.stores import UNSENT, Store

FILL = 5000
"""How many changes get their number in our feed in one transaction."""


class Outbox:
    """Our feed in one store; ``feed`` is its id."""

    def __init__(self, database: Database, store: Store) -> None:
        self._db = database
        self._id = store.id
        self.feed = store.feed

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

    def fill(self) -> None:
        """Number some of what the store does not have, foreign changes too."""
        seq = self.last()
        chain = self.chain(seq)
        assert chain is not None
        start = self._db.value("SELECT watermark FROM store WHERE id = ?", self._id)
        rows = self._db.tuples(
            "SELECT id, op_id FROM op WHERE id > ? ORDER BY id LIMIT ?", start, FILL
        ).fetchall()
        if not rows:
            return
        end = rows[-1][0]
        there = self._offered(start, end)
        numbered = []
        for op, op_id in rows:
            if op not in there:
                seq += 1
                chain = sha256(chain + op_id).digest()  # ``feed.link``, without a call for each
                numbered.append((self._id, seq, op, chain))
        self._db.connection.executemany("INSERT INTO outbox VALUES (?, ?, ?, ?)", numbered)
        self._db.run("UPDATE store SET watermark = ? WHERE id = ?", end, self._id)

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

    def next_batch(self, after: int, items: int, size: int) -> Batch | None:
        """Return what follows ``after`` in our feed.

        That is a range that we once wrote as a segment, or else as much as one batch may hold.
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
        return self._batch(after, items, size)

    def between(self, first: int, last: int, name: str | None = None) -> Batch | None:
        """Return a range of our feed, None where we don't have all of it."""
        found = self._batch(first - 1, last - first + 1, None, name)
        return found if found is not None and found.last == last else None

    def _batch(
        self, after: int, most: int, size: int | None, name: str | None = None
    ) -> Batch | None:
        before = self.chain(after)
        items: list[Item] = []
        links: list[bytes] = []
        total = 0
        for op_id, data, stub, chain in self._db.tuples(
            "SELECT o.op_id, o.bytes, o.stub, b.chain FROM outbox b JOIN op o ON o.id = b.op"
            " WHERE b.store = ? AND b.seq > ? ORDER BY b.seq LIMIT ?",
            self._id,
            after,
            most,
        ):
            if size is not None and data is not None:
                total += len(data)
                if items and total > size:
                    break
            items.append(_hole(op_id, stub) if data is None else Item(op_id, data))
            links.append(chain)
        if not items or before is None:
            return None
        return Batch(self.feed, after + 1, before, items, name, links=links)

    def acknowledge(self, seq: int) -> None:
        """Remember how much of our feed the store has."""
        self._db.run("UPDATE store SET acked = ? WHERE id = ?", seq, self._id)


def _hole(op_id: bytes, stub: str) -> Item:
    """Return what travels of an erased change: where it stood, and what is left of it."""
    return Item(op_id, None, stub.encode())
