"""The views that a person saved in this file."""

from __future__ import annotations

from workbench.cases.text import fold
from workbench.cases.views import SavedView
from workbench.local.database import Database


class Views:
    """Keeps them, in the order in which they were first saved; a name means the same folded."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[SavedView]:
        """Return them all."""
        rows = self._db.rows("SELECT name, query FROM saved_view ORDER BY place")
        return [SavedView(row["name"], row["query"]) for row in rows]

    def save(self, view: SavedView) -> None:
        """Keep a view; one of the same name is replaced, where it stands."""
        with self._db.write("view"):
            self._db.run(
                "INSERT INTO saved_view (folded, name, query, place)"
                " VALUES (?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM saved_view))"
                " ON CONFLICT (folded) DO UPDATE SET name = excluded.name, query = excluded.query",
                fold(view.name),
                view.name,
                view.query,
            )

    def remove(self, name: str) -> bool:
        """Forget a view; return False where there is none of this name."""
        with self._db.write("view"):
            found = self._db.value("SELECT 1 FROM saved_view WHERE folded = ?", fold(name))
            self._db.run("DELETE FROM saved_view WHERE folded = ?", fold(name))
        return found is not None
