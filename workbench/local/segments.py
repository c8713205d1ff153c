"""The segments of a store's folder that this copy wrote or read, and what it believes of them.

A segment proves that the store has what stands in it: while it is there, nobody else offers that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.cases.feed import Batch
from workbench.local.database import Database

DAY_MS = 86_400_000


class Segments:
    """The segments of one store; "feed/name" is what tells them apart."""

    def __init__(self, database: Database, store: int) -> None:
        self._db = database
        self._id = store

    def all(self) -> dict[str, dict[str, bool]]:
        """Return the known segments: feed → name → whether it was read to its end."""
        found: dict[str, dict[str, bool]] = {}
        rows = self._db.rows("SELECT feed, name, state FROM segment WHERE store = ?", self._id)
        for row in rows:
            found.setdefault(row["feed"], {})[row["name"]] = row["state"] == "done"
        return found

    def sizes(self) -> dict[str, int]:
        """Return how many bytes the files of our segments have, by name, where that is known."""
        rows = self._db.rows(
            "SELECT name, size FROM segment WHERE store = ? AND mine AND size IS NOT NULL", self._id
        )
        return dict(map(tuple, rows))

    def sized(self, feed: str, sizes: Mapping[str, int]) -> None:
        """Remember how many bytes the files of our segments have, by name."""
        self._db.connection.executemany(
            "UPDATE segment SET size = ? WHERE store = ? AND feed = ? AND name = ?",
            [(size, self._id, feed, name) for name, size in sizes.items()],
        )

    def remember(self, batch: Batch, *, mine: bool, state: str) -> None:
        """Remember a segment that was written or (``reading``: in part) read."""
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

    def hold(self, feed: str, names: Sequence[str]) -> None:
        """Remember segments that need not be read, as a pack that was read has all of them."""
        self._db.connection.executemany(
            "INSERT INTO segment (store, feed, name, mine, first, last, state, erased)"
            " VALUES (?, ?, ?, 0, ?, ?, 'done', 0)"
            " ON CONFLICT DO UPDATE SET state = 'done'",
            ((self._id, feed, name, int(name[:10]), int(name[11:21])) for name in names),
        )

    def drop(self, src: str) -> None:
        """Forget a segment, "feed/name"."""
        feed, _, name = src.partition("/")
        self._db.run(
            "DELETE FROM segment WHERE store = ? AND feed = ? AND name = ?", self._id, feed, name
        )

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
                self.drop(src)
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
            self.drop(src)

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

    def outdated(self, feed: str) -> list[Any]:
        """Return our segments (name, first, last, covered_at) that hold a text erased since; those
        that a pack holds come last."""
        return self._db.rows(
            "SELECT name, first, last, covered_at FROM segment s WHERE store = ? AND feed = ?"
            " AND mine AND erased < (SELECT count(*) FROM op o JOIN outbox b ON b.op = o.id"
            " AND b.store = s.store WHERE o.bytes IS NULL AND b.seq BETWEEN s.first AND s.last)"
            " ORDER BY covered_at IS NOT NULL, first",
            self._id,
            feed,
        )
