"""The shared stores that this copy knows, and what has not been sent to them yet."""

from __future__ import annotations

import json
from typing import Any

from workbench.cases.names import PEOPLE
from workbench.cases.record import Record
from workbench.local.database import Database

OWN = "EXISTS (SELECT 1 FROM meta WHERE name = 'relay ' || {0})"
"""Whether a store, whose number is given, gets our own changes only. Else it gets all that is here:
a stick must carry what the colleague wrote."""

UNSENT = (
    "SELECT o.id FROM op o JOIN store s ON s.id = ? WHERE o.id > s.watermark"
    f" AND (o.mine OR NOT {OWN.format('s.id')}) AND NOT EXISTS"
    " (SELECT 1 FROM seen x WHERE x.store = s.id AND x.op = o.id) AND NOT EXISTS"
    " (SELECT 1 FROM outbox b WHERE b.store = s.id AND b.op = o.id)"
    " UNION ALL SELECT b.op FROM outbox b JOIN store s ON s.id = ? AND b.store = s.id"
    " WHERE b.seq > s.acked"
)
"""The changes that a store is to have and does not, as far as we know; takes the store twice. What
our own need of others' is found when they get their numbers."""

_OWN_ONLY = "relay {}"
"""Under which ``meta`` holds that a store gets our own changes only."""
_STORES = f"SELECT s.*, {OWN.format('s.id')} AS own_only FROM store s"

CLEARED = "cleared {}"
"""Under which ``meta`` holds which contents a store was rid of last, and when."""

LACKING = "lacking {}"
"""Under which it holds which changes a store has without their words, and since when."""

BELIEVED = ("outbox", "cursor", "segment", "seen", "counted", "stored")
"""The tables that hold what a store is believed to have."""


class Store(Record):
    """A shared store as this copy knows it; ``store_id`` is None before the first contact."""

    id: int
    name: str
    url: str
    store_id: str | None
    epoch: str | None
    feed: str
    acked: int
    synced_at: int | None
    home: str | None = None
    """Where this file lay when the feed became ours."""
    own_only: bool = False
    """True where it gets our own changes and what they build on, and no others'."""

    @property
    def is_database(self) -> bool:
        """True for a store in PostgreSQL, false for one in a folder."""
        return is_database(self.url)


def is_database(url: str) -> bool:
    """True for an address of PostgreSQL."""
    return url.startswith(("postgresql://", "postgres://"))


class Stores:
    """The list of stores."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[Store]:
        """Return the stores, in the order in which they were added."""
        return [_store(row) for row in self._db.rows(f"{_STORES} ORDER BY id")]

    def any(self) -> bool:
        """True where a store is known."""
        return self._db.value("SELECT 1 FROM store LIMIT 1") is not None

    def get(self, name: str) -> Store | None:
        """Return the store of a name."""
        row = self._db.row(f"{_STORES} WHERE name = ?", name)
        return None if row is None else _store(row)

    def add(self, name: str, url: str, feed: str) -> None:
        """Add a store."""
        with self._db.write("store"):
            self._db.run("INSERT INTO store (name, url, feed) VALUES (?, ?, ?)", name, url, feed)

    def keep_own(self, store: Store, own_only: bool) -> None:
        """Say whether a store gets our own changes only; what it has stays there."""
        if store.own_only != own_only:
            with self._db.write("store"):
                if own_only:
                    self._db.run("INSERT INTO meta VALUES (?, '')", _OWN_ONLY.format(store.id))
                else:
                    self._db.run("DELETE FROM meta WHERE name = ?", _OWN_ONLY.format(store.id))
                    self._db.run("UPDATE store SET watermark = 0 WHERE id = ?", store.id)

    def remove(self, store: Store) -> None:
        """Forget a store; the changes stay."""
        from workbench.local.relays import forget  # with much else that a list of stores is without

        with self._db.write("store"):
            for table in (*BELIEVED, "reserved"):
                self._db.run(f"DELETE FROM {table} WHERE store = ?", store.id)
            forget(self._db, store.id)
            for name in (_OWN_ONLY, CLEARED, LACKING):
                self._db.run("DELETE FROM meta WHERE name = ?", name.format(store.id))
            self._db.run("DELETE FROM store WHERE id = ?", store.id)

    def unsent(self, store: Store | None = None) -> int:
        """Return how many changes a store, or any store, does not have, as far as we know."""
        ids = [store.id] if store else [row["id"] for row in self._db.rows("SELECT id FROM store")]
        count = f"SELECT count(*) FROM ({UNSENT})"
        return max((int(self._db.value(count, i, i)) for i in ids), default=0)

    def waiting_pages(self, store: Store) -> set[str]:
        """Return the ids of the pages of which a store lacks what is told, as far as we know."""
        rows = self._db.rows(
            "SELECT DISTINCT u.uid FROM op o JOIN subject u ON u.id = o.subject"
            f" LEFT JOIN cases c ON c.id = u.id WHERE o.id IN ({UNSENT}) AND c.id IS NULL"
            # What can't be read is passed on too, and is about nothing: it may be no JSON, as may
            # be what was damaged.
            " AND CASE WHEN o.state = 'ok' AND json_valid(CAST(o.bytes AS TEXT))"
            " THEN json_extract(CAST(o.bytes AS TEXT), '$.k') END = 'page'",
            store.id,
            store.id,
        )
        return {uid for (uid,) in rows}

    def waiting(self, name: str | None = None, most: int = -1) -> dict[str, set[str]]:
        """Return the names of the changes that a store, or some store, does not have, by case.

        Those of people are no case's.

        Args:
            name: the store.
            most: return no more than so many of each store, the newest; -1 for all.
        """
        found: dict[str, set[str]] = {}
        for store in self.all():
            if name not in (None, store.name):
                continue
            for row in self._db.rows(
                "SELECT u.uid, o.op_id, o.bytes FROM op o JOIN subject u ON u.id = o.subject"
                f" LEFT JOIN cases c ON c.id = u.id WHERE o.id IN ({UNSENT})"
                " AND (c.id IS NOT NULL OR u.uid = ?) ORDER BY o.id DESC LIMIT ?",
                store.id,
                store.id,
                PEOPLE,
                most,
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
        row["home"],
        bool(row["own_only"]),
    )
