"""Which of our segments in a folder are packed, and how often: for packing them further."""

from __future__ import annotations

from typing import Any

from workbench.local.database import Database
from workbench.local.stores import Store


class Levels:
    """The segments of our feed in one store."""

    def __init__(self, database: Database, store: Store, feed: str) -> None:
        self._db = database
        self._id = store.id
        self._feed = feed

    def live(self) -> list[Any]:
        """Return those that no pack is known to hold (name, first, last, level), in order; of
        those that begin alike the widest first."""
        return self._db.rows(
            "SELECT name, first, last, level FROM segment WHERE store = ? AND feed = ? AND mine"
            " AND covered_at IS NULL ORDER BY first, last DESC",
            self._id,
            self._feed,
        )

    def covered(self, before: int) -> list[Any]:
        """Return those (name, first, last) that a pack held at that time already."""
        return self._db.rows(
            "SELECT name, first, last FROM segment WHERE store = ? AND feed = ? AND mine"
            " AND covered_at <= ? ORDER BY first, last",
            self._id,
            self._feed,
            before,
        )

    def cover(self, name: str, now: int) -> None:
        """Remember that a pack holds this segment."""
        self._set("covered_at", now, name)

    def place(self, name: str, level: int | None) -> None:
        """Remember the level of a segment; None for one that is full."""
        self._set("level", level, name)

    def _set(self, column: str, value: int | None, name: str) -> None:
        self._db.run(
            f"UPDATE segment SET {column} = ? WHERE store = ? AND feed = ? AND name = ?",
            value,
            self._id,
            self._feed,
            name,
        )
