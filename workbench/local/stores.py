"""What this copy knows of the shared stores: our feed there, the outbox, how far we have read.

"A cursor moves in the same transaction as the changes it stands for."
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.cases.feed import START, Batch, Item, link
from workbench.local.database import Database

PUSH_ITEMS = 500
PUSH_BYTES = 8 * 1024 * 1024
DAY_MS = 86_400_000
UNSENT = (
    "SELECT o.id FROM op o JOIN store s ON s.id = ? WHERE o.id > s.watermark AND NOT EXISTS"
    " (SELECT 1 FROM seen x WHERE x.store = s.id AND x.op = o.id) AND NOT EXISTS"
    " (SELECT 1 FROM outbox b WHERE b.store = s.id AND b.op = o.id)"
    " UNION ALL SELECT b.op FROM outbox b JOIN store s ON s.id = ? AND b.store = s.id"
    " WHERE b.seq > s.acked"
)
"""The changes that a store does not have, as far as we know; takes the store twice."""


@dataclass(frozen=True, slots=True)
class Store:
    """A shared store as this copy knows it; ``store_id`` is None before the first contact."""

    id: int
    name: str
    url: str
    store_id: str | None
    epoch: str | None
    feed: str
    acked: int
    synced_at: int | None


class Stores:
    """The list of stores."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[Store]:
        """Return the stores, in the order in which they were added."""
        return [_store(row) for row in self._db.rows("SELECT * FROM store ORDER BY id")]

    def get(self, name: str) -> Store | None:
        """Return the store of a name."""
        row = self._db.row("SELECT * FROM store WHERE name = ?", name)
        return None if row is None else _store(row)

    def add(self, name: str, url: str, feed: str) -> None:
        """Add a store."""
        with self._db.write("store"):
            self._db.run("INSERT INTO store (name, url, feed) VALUES (?, ?, ?)", name, url, feed)

    def remove(self, store: Store) -> None:
        """Forget a store; the changes stay."""
        with self._db.write("store"):
            for table in ("outbox", "cursor", "segment", "seen"):
                self._db.run(f"DELETE FROM {table} WHERE store = ?", store.id)
            self._db.run("DELETE FROM store WHERE id = ?", store.id)

    def unsent(self) -> int:
        """Return how many changes some store does not have, as far as we know."""
        return max((Known(self._db, store).unsent() for store in self.all()), default=0)

    def waiting(self) -> dict[str, set[str]]:
        """Return the names of the changes that some store does not have, by case."""
        found: dict[str, set[str]] = {}
        for store in self.all():
            for row in self._db.rows(
                "SELECT u.uid, o.op_id, o.bytes FROM op o JOIN subject u ON u.id = o.subject"
                f" JOIN cases c ON c.id = u.id WHERE o.id IN ({UNSENT})",
                store.id,
                store.id,
            ):
                body = json.loads(row["bytes"]) if row["bytes"] else {}
                name = body.get("i") or row["op_id"].hex()
                found.setdefault(row["uid"], set()).add(name)
        return found


def _store(row: Any) -> Store:
    return Store(
        row["id"],
        row["name"],
        row["url"],
        row["store_id"],
        row["epoch"],
        row["feed"],
        row["acked"],
        row["synced_at"],
    )


class Known:
    """What this copy knows of one store; the tables behind it move with the changes."""

    def __init__(self, database: Database, store: Store) -> None:
        self._db = database
        self._id = store.id
        self.feed = store.feed

    # --- what a backend asks ------------------------------------------------------------------

    def cursor(self, feed: str) -> tuple[int, bytes]:
        """Return how far a feed was read, and the chain there."""
        row = self._db.row(
            "SELECT seq, chain FROM cursor WHERE store = ? AND feed = ?", self._id, feed
        )
        return (0, START) if row is None else (row["seq"], row["chain"])

    def cursors(self) -> dict[str, tuple[int, bytes]]:
        """Return all cursors."""
        rows = self._db.rows("SELECT feed, seq, chain FROM cursor WHERE store = ?", self._id)
        return {row["feed"]: (row["seq"], row["chain"]) for row in rows}

    def segments(self, feed: str) -> dict[str, bool]:
        """Return the known segments of a feed: name → whether we wrote it."""
        rows = self._db.rows(
            "SELECT name, mine FROM segment WHERE store = ? AND feed = ?", self._id, feed
        )
        return {row["name"]: bool(row["mine"]) for row in rows}

    def read_segments(self) -> dict[str, list[str]]:
        """Return the segments of others that we have read, by feed."""
        found: dict[str, list[str]] = {}
        for row in self._db.rows(
            "SELECT feed, name FROM segment WHERE store = ? AND NOT mine", self._id
        ):
            found.setdefault(row["feed"], []).append(row["name"])
        return found

    def own_chain(self, seq: int) -> bytes | None:
        """Return the chain of our own feed at ``seq``, None beyond what we planned."""
        if seq == 0:
            return START
        chain = self._db.value(
            "SELECT chain FROM outbox WHERE store = ? AND seq = ?", self._id, seq
        )
        return None if chain is None else bytes(chain)

    # --- what the engine writes, inside its transactions -----------------------------------------

    def unsent(self) -> int:
        """Return how many changes the store does not have, as far as we know."""
        return int(self._db.value(f"SELECT count(*) FROM ({UNSENT})", self._id, self._id))

    def pin(self, store_id: str, epoch: str) -> None:
        """Remember which store it is."""
        self._db.run(
            "UPDATE store SET store_id = ?, epoch = ? WHERE id = ?", store_id, epoch, self._id
        )

    def took(self, batch: Batch, ops: Iterable[int]) -> None:
        """Remember that a batch was read, and that it proves that the store has these ops."""
        if batch.name is None:
            self._db.run(
                "INSERT INTO cursor VALUES (?, ?, ?, ?) ON CONFLICT (store, feed)"
                " DO UPDATE SET seq = excluded.seq, chain = excluded.chain",
                self._id,
                batch.feed,
                batch.last,
                batch.chain_after,
            )
            src = batch.feed
        else:
            self.segment(batch, mine=False, state="done")
            src = f"{batch.feed}/{batch.name}"
        for op in ops:
            self._db.run("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", self._id, op, src)

    def segment(self, batch: Batch, *, mine: bool, state: str) -> None:
        """Remember a segment."""
        self._db.run(
            "INSERT INTO segment (store, feed, name, mine, first, last, state, erased)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (store, feed, name)"
            " DO UPDATE SET state = excluded.state",
            self._id,
            batch.feed,
            batch.name,
            int(mine),
            batch.first,
            batch.last,
            state,
            batch.erased,
        )

    def outdated(self) -> list[tuple[str, Batch]]:
        """Return our segments that hold a text erased since, each with what shall stand there."""
        found = []
        for row in self._db.rows(
            "SELECT * FROM segment s WHERE store = ? AND mine AND state = 'done' AND erased <"
            " (SELECT count(*) FROM outbox b JOIN op o ON o.id = b.op WHERE b.store = s.store"
            " AND b.seq BETWEEN s.first AND s.last AND o.bytes IS NULL)",
            self._id,
        ):
            batch = self.range(row["first"], row["last"])
            if batch is not None:
                found.append((row["name"], batch))
        return found

    def drop_segment(self, name: str) -> None:
        """Forget one of our own segments."""
        self._db.run(
            "DELETE FROM segment WHERE store = ? AND feed = ? AND name = ?",
            self._id,
            self.feed,
            name,
        )

    def range(self, first: int, last: int) -> Batch | None:
        """Return these items of our feed as they are now."""
        rows = self._db.rows(
            "SELECT o.op_id, o.bytes FROM outbox b JOIN op o ON o.id = b.op"
            " WHERE b.store = ? AND b.seq BETWEEN ? AND ? ORDER BY b.seq",
            self._id,
            first,
            last,
        )
        before = self.own_chain(first - 1)
        if len(rows) != last - first + 1 or before is None:
            return None
        return Batch(self.feed, first, before, [Item(r["op_id"], r["bytes"]) for r in rows])

    def fill(self) -> None:
        """Put into the outbox what the store does not have, foreign changes too."""
        watermark = self._db.value("SELECT watermark FROM store WHERE id = ?", self._id)
        last = self._db.row(
            "SELECT seq, chain FROM outbox WHERE store = ? ORDER BY seq DESC LIMIT 1", self._id
        )
        seq, chain = (0, START) if last is None else (last["seq"], last["chain"])
        rows = self._db.rows(
            "SELECT id, op_id FROM op WHERE id > ? AND op_id <> x'' AND NOT EXISTS"
            " (SELECT 1 FROM seen s WHERE s.store = ? AND s.op = op.id) AND NOT EXISTS"
            " (SELECT 1 FROM outbox b WHERE b.store = ? AND b.op = op.id) ORDER BY id",
            watermark,
            self._id,
            self._id,
        )
        for row in rows:
            seq += 1
            chain = link(chain, row["op_id"])
            self._db.run("INSERT INTO outbox VALUES (?, ?, ?, ?)", self._id, seq, row["id"], chain)
        newest = self._db.value("SELECT coalesce(max(id), 0) FROM op")
        self._db.run("UPDATE store SET watermark = ? WHERE id = ?", newest, self._id)

    def next_batch(self, after: int) -> Batch | None:
        """Return the items of our feed behind ``after``, as many as one batch may hold."""
        rows = self._db.rows(
            "SELECT b.seq, o.op_id, o.bytes FROM outbox b JOIN op o ON o.id = b.op"
            " WHERE b.store = ? AND b.seq > ? ORDER BY b.seq LIMIT ?",
            self._id,
            after,
            PUSH_ITEMS,
        )
        items: list[Item] = []
        size = 0
        for row in rows:
            size += len(row["bytes"] or b"")
            if items and size > PUSH_BYTES:
                break
            items.append(Item(row["op_id"], row["bytes"]))
        before = self.own_chain(after)
        if not items or before is None:
            return None
        return Batch(self.feed, after + 1, before, items)

    def acknowledge(self, seq: int) -> None:
        """Remember how much of our feed the store has."""
        self._db.run("UPDATE store SET acked = ? WHERE id = ?", seq, self._id)

    def missed(self, src: str, now: int) -> bool:
        """Remember since when a segment is gone; return whether that is longer than a day."""
        feed, _, name = src.partition("/")
        since = self._db.value(
            "SELECT missing_since FROM segment WHERE store = ? AND feed = ? AND name = ?",
            self._id,
            feed,
            name,
        )
        if since is None:
            self._db.run(
                "UPDATE segment SET missing_since = ? WHERE store = ? AND feed = ? AND name = ?",
                now,
                self._id,
                feed,
                name,
            )
            return False
        return bool(now - since >= DAY_MS)

    def offer_again(self, sources: Sequence[str]) -> None:
        """Take back that these feeds or segments prove anything: offer their changes ourselves."""
        for src in sources:
            lowest = self._db.value(
                "SELECT min(op) FROM seen WHERE store = ? AND src = ?", self._id, src
            )
            if lowest is not None:
                self._db.run(
                    "UPDATE store SET watermark = min(watermark, ?) WHERE id = ?",
                    lowest - 1,
                    self._id,
                )
            self._db.run("DELETE FROM seen WHERE store = ? AND src = ?", self._id, src)
            feed, _, name = src.partition("/")
            self._db.run(
                "DELETE FROM segment WHERE store = ? AND feed = ? AND name = ?",
                self._id,
                feed,
                name,
            )

    def reset(self, feed: str) -> None:
        """Forget what we believe the store has, and take a new feed; our changes stay."""
        for table in ("outbox", "cursor", "segment", "seen"):
            self._db.run(f"DELETE FROM {table} WHERE store = ?", self._id)
        self._db.run(
            "UPDATE store SET feed = ?, acked = 0, watermark = 0 WHERE id = ?", feed, self._id
        )
        self.feed = feed
