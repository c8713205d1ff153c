"""What this copy knows of one store: our feed there, how far the others were read, what it proves.

"A cursor moves in the same transaction as the changes it stands for." "The outbox is the plan":
a change has its number in our feed before anything is sent, so whatever of it turns up in the
store after a crash is recognised by its chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from workbench.cases.feed import START, Batch, Item, link
from workbench.local.database import Database
from workbench.local.stores import BELIEVED, UNSENT, Store

FILL = 5000
"""How many changes get their number in our feed in one transaction."""
DAY_MS = 86_400_000
_WIDTH = "CAST(substr({0}, 39, 10) AS INTEGER) - CAST(substr({0}, 28, 10) AS INTEGER)"
"""How far the range reaches that stands in a segment's name, behind its feed's."""


class Known:
    """What this copy knows of one store; the tables behind it move with the changes."""

    def __init__(self, database: Database, store: Store) -> None:
        self._db = database
        self._id = store.id
        self.feed = store.feed

    # --- what a backend asks ------------------------------------------------------------------

    @property
    def acked(self) -> int:
        """How much of our feed the store has confirmed."""
        return int(self._column("acked"))

    def cursors(self) -> dict[str, tuple[int, bytes]]:
        """Return how far each feed was read, and the chain there."""
        rows = self._db.rows("SELECT feed, seq, chain FROM cursor WHERE store = ?", self._id)
        return {row["feed"]: (row["seq"], row["chain"]) for row in rows}

    def segments(self) -> dict[str, dict[str, bool]]:
        """Return the known segments: feed → name → whether it was read to its end."""
        found: dict[str, dict[str, bool]] = {}
        rows = self._db.rows("SELECT feed, name, state FROM segment WHERE store = ?", self._id)
        for row in rows:
            found.setdefault(row["feed"], {})[row["name"]] = row["state"] == "done"
        return found

    def own_chain(self, seq: int) -> bytes | None:
        """Return the chain of our own feed at ``seq``, None where it does not go that far."""
        if seq == 0:
            return START
        chain = self._db.value(
            "SELECT chain FROM outbox WHERE store = ? AND seq = ?", self._id, seq
        )
        return None if chain is None else bytes(chain)

    # --- which store, and whose feed ----------------------------------------------------------

    def pin(self, store_id: str, epoch: str, home: str) -> None:
        """Remember which store it is, and where this file lies."""
        self._db.run(
            "UPDATE store SET store_id = ?, epoch = ?, home = ? WHERE id = ?",
            store_id,
            epoch,
            home,
            self._id,
        )

    def met(self, now: int, skew: int | None) -> None:
        """Remember when we last exchanged, and how far apart the clocks were."""
        self._db.run(
            "UPDATE store SET synced_at = ?, skew_ms = coalesce(?, skew_ms) WHERE id = ?",
            now,
            skew,
            self._id,
        )

    def reset(self, feed: str) -> None:
        """Forget what we believe the store has, and take a new feed; our changes stay."""
        for table in BELIEVED:
            self._db.run(f"DELETE FROM {table} WHERE store = ?", self._id)
        self._take_feed(feed, watermark=0)
        self._db.run("UPDATE store SET must_read = 1 WHERE id = ?", self._id)

    def leave(self, feed: str) -> None:
        """Take a new feed, and treat the old one as another's that was read as far as confirmed.

        For a file that is a copy of another: both would append to one feed.
        """
        acked = self.acked
        old = self.feed
        named = self._db.value(
            "SELECT 1 FROM segment WHERE store = ? AND feed = ? LIMIT 1", self._id, old
        )
        if named is None and acked:
            self._db.run(
                "INSERT OR REPLACE INTO cursor VALUES (?, ?, ?, ?)",
                self._id,
                old,
                acked,
                self.own_chain(acked),
            )
        self._db.run(
            "INSERT OR IGNORE INTO seen SELECT b.store, b.op, coalesce((SELECT s.feed || '/' ||"
            " s.name FROM segment s WHERE s.store = b.store AND s.feed = ? AND b.seq BETWEEN"
            " s.first AND s.last ORDER BY s.last - s.first DESC LIMIT 1), ?)"
            " FROM outbox b WHERE b.store = ? AND b.seq <= ?",
            old,
            old,
            self._id,
            acked,
        )
        lowest = self._db.value(
            "SELECT min(op) FROM outbox WHERE store = ? AND seq > ?", self._id, acked
        )
        self._db.run("UPDATE segment SET mine = 0 WHERE store = ?", self._id)
        self._db.run("DELETE FROM outbox WHERE store = ?", self._id)
        self._take_feed(feed, watermark=None if lowest is None else lowest - 1)

    def _take_feed(self, feed: str, watermark: int | None) -> None:
        former = [*self.former, self.feed]
        self._db.run(
            "UPDATE store SET feed = ?, former = ?, acked = 0, erased = -1,"
            " watermark = min(watermark, coalesce(?, watermark)) WHERE id = ?",
            feed,
            json.dumps(former),
            watermark,
            self._id,
        )
        self.feed = feed

    @property
    def must_read(self) -> bool:
        """True from a reset on until all of the store was read again."""
        return bool(self._column("must_read"))

    def read_all(self) -> None:
        """Remember that all of the store was read."""
        self._db.run("UPDATE store SET must_read = 0 WHERE id = ?", self._id)

    @property
    def former(self) -> list[str]:
        """The feeds that were ours before a new start."""
        return list(json.loads(self._column("former")))

    def _column(self, name: str) -> Any:
        return self._db.value(f"SELECT {name} FROM store WHERE id = ?", self._id)

    # --- what was read ------------------------------------------------------------------------

    def here(self, op_ids: Sequence[bytes]) -> dict[bytes, Any]:
        """Return the rows (id, op_id, state, erased) of those changes that this copy holds."""
        marks = ",".join("?" * len(op_ids))
        rows = self._db.rows(
            f"SELECT id, op_id, state, bytes IS NULL AS erased FROM op WHERE op_id IN ({marks})",
            *op_ids,
        )
        return {row["op_id"]: row for row in rows}

    def took(self, part: Batch, batch: Batch, ops: Iterable[int]) -> None:
        """Remember that a part of a batch was read, and that the store has these changes."""
        src = part.feed if part.name is None else f"{part.feed}/{part.name}"
        if part.name is None:
            self._db.run(
                "INSERT INTO cursor VALUES (?, ?, ?, ?) ON CONFLICT (store, feed)"
                " DO UPDATE SET seq = excluded.seq, chain = excluded.chain",
                self._id,
                part.feed,
                part.last,
                part.chain_after,
            )
        else:
            state = "done" if part.last == batch.last else "reading"
            self._remember(batch, mine=False, state=state)
            if state == "done":
                self._db.connection.executemany(
                    "INSERT INTO segment (store, feed, name, mine, first, last, state, erased)"
                    " VALUES (?, ?, ?, 0, ?, ?, 'done', 0)"
                    " ON CONFLICT DO UPDATE SET state = 'done'",
                    (
                        (self._id, part.feed, name, int(name[:10]), int(name[11:21]))
                        for name in batch.holds
                    ),
                )
        # A segment that was written anew, or packed, takes over what the older one proved; a
        # part of a pack that comes late does not, as it will be removed.
        self._db.connection.executemany(
            "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (store, op) DO UPDATE"
            " SET src = excluded.src WHERE substr(src, 1, 27) = substr(excluded.src, 1, 27)"
            " AND src <> excluded.src"
            f" AND {_WIDTH.format('src')} <= {_WIDTH.format('excluded.src')}",
            ((self._id, op, src) for op in ops),
        )

    def text_returned(self) -> None:
        """Remember that the store holds a text again that was erased here."""
        self._db.run("UPDATE store SET erased = -1 WHERE id = ?", self._id)

    def missed(self, lost: Sequence[str], now: int, *, at_once: bool) -> list[str]:
        """Remember since when segments are gone.

        Args:
            lost: "feed/name" of segments that we have read and that are not there now.
            at_once: wait no day.

        Returns:
            Those that have been gone for a day, and that alone proved that the store has something.
        """
        self._db.run(
            "UPDATE segment SET missing_since = NULL WHERE store = ? AND missing_since IS NOT NULL"
            " AND feed || '/' || name NOT IN (SELECT value FROM json_each(?))",
            self._id,
            json.dumps(list(lost)),
        )
        due = []
        for src in lost:
            if not self._db.value(
                "SELECT 1 FROM seen WHERE store = ? AND src = ? LIMIT 1", self._id, src
            ):
                self.drop_segment(src)
                continue
            feed, _, name = src.partition("/")
            self._db.run(
                # Not later than now: it may have been missed while this clock was far ahead.
                "UPDATE segment SET missing_since = min(coalesce(missing_since, ?1), ?1)"
                " WHERE store = ?2 AND feed = ?3 AND name = ?4",
                now,
                self._id,
                feed,
                name,
            )
            since = self._db.value(
                "SELECT missing_since FROM segment WHERE store = ? AND feed = ? AND name = ?",
                self._id,
                feed,
                name,
            )
            if at_once or now - since >= DAY_MS:
                due.append(src)
        return due

    def missing(self) -> int:
        """Return how many segments are known to be gone."""
        return int(
            self._db.value(
                "SELECT count(*) FROM segment WHERE store = ? AND missing_since IS NOT NULL",
                self._id,
            )
        )

    def offer_again(self, sources: Sequence[str]) -> None:
        """Take back that these segments prove anything: we offer their changes ourselves."""
        for src in sources:
            lowest = self._db.value(
                "SELECT min(op) FROM seen WHERE store = ? AND src = ?", self._id, src
            )
            self._db.run(
                "UPDATE store SET watermark = min(watermark, coalesce(?, watermark)) WHERE id = ?",
                None if lowest is None else lowest - 1,
                self._id,
            )
            self._db.run("DELETE FROM seen WHERE store = ? AND src = ?", self._id, src)
            self.drop_segment(src)

    # --- what is sent -------------------------------------------------------------------------

    def unsent(self) -> int:
        """Return how many changes the store does not have, as far as we know."""
        return int(self._db.value(f"SELECT count(*) FROM ({UNSENT})", self._id, self._id))

    def fill(self) -> bool:
        """Number some of what the store does not have, foreign changes too; False at the end."""
        last = self._db.row(
            "SELECT seq, chain FROM outbox WHERE store = ? ORDER BY seq DESC LIMIT 1", self._id
        )
        seq, chain = (0, START) if last is None else (last["seq"], last["chain"])
        reached = self._column("watermark")
        rows = self._db.rows(
            "SELECT id, op_id, EXISTS (SELECT 1 FROM seen s WHERE s.store = ? AND s.op = op.id)"
            " OR EXISTS (SELECT 1 FROM outbox b WHERE b.op = op.id AND b.store = ?) AS there"
            " FROM op WHERE id > ? ORDER BY id LIMIT ?",
            self._id,
            self._id,
            reached,
            FILL,
        )
        numbered = []
        for row in rows:
            reached = row["id"]
            if not row["there"]:
                seq += 1
                chain = link(chain, row["op_id"])
                numbered.append((self._id, seq, row["id"], chain))
        self._db.connection.executemany("INSERT INTO outbox VALUES (?, ?, ?, ?)", numbered)
        self._db.run("UPDATE store SET watermark = ? WHERE id = ?", reached, self._id)
        return len(rows) == FILL

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
        found: list[Item] = []
        links: list[bytes] = []
        total = 0
        for row in self._db.run(
            "SELECT o.op_id, o.bytes, o.stub, b.chain FROM outbox b JOIN op o ON o.id = b.op"
            " WHERE b.store = ? AND b.seq > ? ORDER BY b.seq LIMIT ?",
            self._id,
            after,
            items,
        ):
            total += len(row["bytes"] or b"")
            if found and total > size:
                break
            found.append(_item(row))
            links.append(row["chain"])
        before = self.own_chain(after)
        if not found or before is None:
            return None
        return Batch(self.feed, after + 1, before, found, links=links)

    def between(self, first: int, last: int, name: str | None = None) -> Batch | None:
        """Return a range of our feed, None where we don't have all of it."""
        rows = self._db.rows(
            "SELECT o.op_id, o.bytes, o.stub, b.chain FROM outbox b JOIN op o ON o.id = b.op"
            " WHERE b.store = ? AND b.seq BETWEEN ? AND ? ORDER BY b.seq",
            self._id,
            first,
            last,
        )
        before = self.own_chain(first - 1)
        if len(rows) != last - first + 1 or before is None:
            return None
        items = [_item(row) for row in rows]
        return Batch(self.feed, first, before, items, name, links=[row["chain"] for row in rows])

    def acknowledge(self, seq: int) -> None:
        """Remember how much of our feed the store has."""
        self._db.run("UPDATE store SET acked = ? WHERE id = ?", seq, self._id)

    def wrote(self, batch: Batch) -> None:
        """Remember a segment of our own feed."""
        self._remember(batch, mine=True, state="done")

    def _remember(self, batch: Batch, *, mine: bool, state: str) -> None:
        self._db.run(
            "INSERT INTO segment (store, feed, name, mine, first, last, state, erased, level)"
            " SELECT v.*, coalesce((SELECT max(s.level) FROM segment s WHERE s.store = v.column1"
            " AND s.feed = v.column2 AND s.mine AND s.first = v.column5 AND s.last = v.column6), 0)"
            " FROM (VALUES (?, ?, ?, ?, ?, ?, ?, ?)) v WHERE true"
            " ON CONFLICT (store, feed, name) DO UPDATE SET state = excluded.state",
            self._id,
            batch.feed,
            batch.name,
            int(mine),
            batch.first,
            batch.last,
            state,
            batch.erased,
        )

    def drop_segment(self, src: str) -> None:
        """Forget a segment, "feed/name"."""
        feed, _, name = src.partition("/")
        self._db.run(
            "DELETE FROM segment WHERE store = ? AND feed = ? AND name = ?", self._id, feed, name
        )

    # --- what was redacted --------------------------------------------------------------------

    def erased(self) -> dict[bytes, bytes]:
        """Return the stubs of the changes without bytes, by id; none where the store is rid of
        their texts."""
        count = self._db.value("SELECT count(*) FROM op WHERE bytes IS NULL")
        if count == self._column("erased"):
            return {}
        return self.stubs()

    def stubs(self) -> dict[bytes, bytes]:
        """Return what is left of each change without bytes, by id."""
        rows = self._db.rows("SELECT op_id, stub FROM op WHERE bytes IS NULL ORDER BY id")
        return {row["op_id"]: row["stub"].encode() for row in rows}

    def unredacted(self) -> list[str]:
        """Return feed/name of each segment of others that held a text when we read it that was
        redacted since: its owner has not written it anew."""
        rows = self._db.rows(
            "SELECT s.feed || '/' || s.name AS src FROM segment s WHERE s.store = ? AND NOT s.mine"
            " AND s.missing_since IS NULL AND s.erased < (SELECT count(*) FROM seen x JOIN op o"
            " ON o.id = x.op WHERE x.store = s.store AND x.src = s.feed || '/' || s.name"
            " AND o.bytes IS NULL) ORDER BY src",
            self._id,
        )
        return [row["src"] for row in rows]

    def erased_there(self, count: int) -> None:
        """Remember that the store holds no text of this many erased changes."""
        self._db.run("UPDATE store SET erased = ? WHERE id = ?", count, self._id)

    def outdated(self) -> list[Any]:
        """Return our segments (name, first, last, covered_at) that hold a text erased since; those
        that a pack holds come last."""
        return self._db.rows(
            "SELECT name, first, last, covered_at FROM segment s WHERE store = ? AND feed = ?"
            " AND mine AND erased < (SELECT count(*) FROM op o JOIN outbox b ON b.op = o.id"
            " AND b.store = s.store WHERE o.bytes IS NULL AND b.seq BETWEEN s.first AND s.last)"
            " ORDER BY covered_at IS NOT NULL, first",
            self._id,
            self.feed,
        )


def _item(row: Any) -> Item:
    data, stub = row["bytes"], row["stub"]
    return Item(row["op_id"], data, stub.encode() if data is None else None)
