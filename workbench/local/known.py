"""What this copy knows of one store: our feed there, how far the others were read, what it proves.

"A cursor moves in the same transaction as the changes it stands for."
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

from workbench.cases.feed import Batch, Columns, Item
from workbench.local import relays
from workbench.local.database import Database
from workbench.local.lacking import Lacking
from workbench.local.outbox import Outbox
from workbench.local.segments import Segments
from workbench.local.stores import BELIEVED, CLEARED, LACKING, Store

_WIDTH = "CAST(substr({0}, 39, 10) AS INTEGER) - CAST(substr({0}, 28, 10) AS INTEGER)"
"""How far the range reaches that stands in a segment's name, behind its feed's."""
_ERASED = (
    "coalesce((SELECT erased FROM segment s WHERE s.store = seen.store"
    " AND s.feed = substr(src, 1, 26) AND s.name = substr(src, 28)), 0)"
)
"""How many texts are out of the segment that proves a change."""

SOME = 8
"""So many changes of a page are looked at for who signs them."""


class Known:
    """What this copy knows of one store; the tables behind it move with the changes."""

    def __init__(self, database: Database, store: Store) -> None:
        self._db = database
        self._id = store.id
        self.outbox = Outbox(database, store)
        self.segment_rows = Segments(database, store.id)
        self.lacking = Lacking(database, store)
        self._signing: set[str] | None = None

    # --- what a backend asks ------------------------------------------------------------------

    @property
    def feed(self) -> str:
        """Our own feed."""
        return self.outbox.feed

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
        return self.segment_rows.all()

    def sizes(self) -> dict[str, int]:
        """Return how many bytes the files of our segments have, by name, where that is known."""
        return self.segment_rows.sizes()

    def own_chain(self, seq: int) -> bytes | None:
        """Return the chain of our own feed at ``seq``, None where it does not go that far."""
        return self.outbox.chain(seq)

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
        for name in (CLEARED, LACKING):
            self._db.run("DELETE FROM meta WHERE name = ?", name.format(self._id))
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
        self.outbox.feed = feed

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
        """Return the rows (id, op_id, erased) of those changes that this copy holds."""
        rows = self._db.rows_in(
            "SELECT id, op_id, bytes IS NULL AS erased FROM op WHERE op_id IN ({})", op_ids
        )
        return {row["op_id"]: row for row in rows}

    def newest(self) -> int:
        """Return the place of the change that came here last."""
        return int(self._db.value("SELECT coalesce(max(id), 0) FROM op"))

    def took(self, part: Batch, batch: Batch, ops: Sequence[int], before: int) -> None:
        """Remember that a part of a batch was read, and that the store has these changes.

        Args:
            before: what ``newest`` was before they were stored, in the same transaction.
        """
        src = _source(part)
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
            done = part.last == batch.last
            self.segment_rows.remember(batch, mine=False, state="done" if done else "reading")
            if done:
                self.segment_rows.hold(part.feed, batch.holds)
        new = [op for op in ops if op > before]
        insert = self._db.connection.executemany
        insert("INSERT INTO seen VALUES (?, ?, ?)", zip(repeat(self._id), new, repeat(src)))
        # A segment that was written anew, or packed, takes over what the older one proved; a
        # part of a pack that comes late does not, as it will be removed, nor does one that holds
        # texts which the other, of the same range, does not hold any more.
        insert(
            "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (store, op) DO UPDATE"
            " SET src = excluded.src WHERE substr(src, 1, 27) = substr(excluded.src, 1, 27)"
            f" AND src <> excluded.src AND ({_WIDTH.format('src')}, {_ERASED})"
            f" <= ({_WIDTH.format('excluded.src')}, ?)",
            ((self._id, op, src, batch.erased) for op in ops if op <= before),
        )
        # Where nothing else waits to be offered, what came from the store never will: without this
        # every look for what is unsent would go through all that ever came.
        now = self.newest()
        if len(new) == now - before:
            self._db.run(
                "UPDATE store SET watermark = ? WHERE id = ? AND watermark >= ?",
                now,
                self._id,
                before,
            )

    def weigh(self, part: Batch, items: Columns, returned: Sequence[bytes], now: int) -> None:
        """Take note of the words that a part of a batch has of what is here, and of those it lacks.

        Args:
            returned: the changes that were erased here and came with their words.
        """
        src = _source(part)
        self.lacking.prove(returned, src)
        self.lacking.proved((op_id for op_id, _ in items.whole()), src)
        if items.stubs:
            self.lacking.note([items.op_ids[nth] for nth in items.stubs], src, now)

    def owned(self, owners: Mapping[str, str]) -> None:
        """Remember whose each feed is."""
        relays.remember(self._db, self._id, owners)

    def learn(self, owner: str, items: Sequence[Item]) -> None:
        """Look at some of what came in an owner's feed for whether the owner signs as the role is
        called."""
        if self._signing is None:
            self._signing = relays.signing(self._db, self._id)
        if owner not in self._signing:
            some = [item.data for item in items[:: len(items) // SOME + 1] if item.data is not None]
            relays.learn(self._db, self._id, owner, some)
            self._signing = None

    def confirm(self, feed: str, owner: str, came: Mapping[int, bytes]) -> None:
        """Remember that changes which were here stand in this feed too; see ``relays``."""
        relays.confirm(self._db, self._id, feed, owner, came)

    def wrote(self, batch: Batch) -> None:
        """Remember a segment of our own feed."""
        self.segment_rows.remember(batch, mine=True, state="done")

    def sized(self, sizes: Mapping[str, int]) -> None:
        """Remember how many bytes the files of our segments have, by name."""
        self.segment_rows.sized(self.feed, sizes)

    def text_returned(self) -> None:
        """Remember that the store holds a text again that was erased here."""
        self._db.run("UPDATE store SET erased = -1 WHERE id = ?", self._id)

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

    def erased_there(self, count: int) -> None:
        """Remember that the store holds no text of this many erased changes."""
        self._db.run("UPDATE store SET erased = ? WHERE id = ?", count, self._id)


def _source(part: Batch) -> str:
    """Return what proves that a store has the changes of a batch: its feed, or its name there."""
    return part.feed if part.name is None else f"{part.feed}/{part.name}"
