"""Case numbers as this copy knows them: which are taken, which are kept, which cases have none."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.cases.model import Twins
from workbench.cases.record import Record
from workbench.local.database import Database
from workbench.local.stores import Store

_UNNUMBERED = (
    "cases c WHERE number IS NULL AND NOT hidden"
    " AND EXISTS (SELECT 1 FROM op o WHERE o.batch = c.batch AND o.mine = 1)"
)


class Reserved(Record):
    """A number that was taken from a store beforehand, for a case to come."""

    project: str
    number: int
    store: str


class Unnumbered(Record):
    """A case that was made here and has no number yet."""

    id: str
    key: str
    family: str


class Numbers:
    """The numbers of the cases of one file. A family is a project's name, folded."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # --- known numbers ------------------------------------------------------------------------

    def highest(self, family: str) -> int:
        """Return the highest number that a case of this family ever claimed; 0 for none."""
        return int(
            self._db.value("SELECT coalesce(max(number), 0) FROM claim WHERE family = ?", family)
        )

    def every_highest(self) -> dict[str, int]:
        """Return the highest number of each family."""
        rows = self._db.rows("SELECT family, max(number) FROM claim GROUP BY family")
        return dict(map(tuple, rows))

    def twins(self, subject: int) -> Twins | None:
        """Return which cases in sight show the number of this one; None where it is alone."""
        rows = self._db.rows(
            "SELECT o.key, o.number FROM cases c JOIN cases o ON o.family = c.family"
            " AND o.number = c.number WHERE c.id = ? AND NOT o.hidden"
            " ORDER BY o.number_rank, o.uid",
            subject,
        )
        return Twins(rows[0]["number"], tuple(row["key"] for row in rows)) if rows[1:] else None

    def new_twins(self, after: int) -> list[Twins]:
        """Return the cases that show one number, where one of them got it behind a row of the
        log."""
        rows = self._db.rows(
            "SELECT c.id FROM cases c WHERE c.id IN (SELECT subject FROM op WHERE id > ?1)"
            " AND NOT c.hidden AND EXISTS (SELECT 1 FROM cases o WHERE o.family = c.family"
            " AND o.number = c.number AND o.id <> c.id) AND EXISTS (SELECT 1 FROM op n"
            " WHERE n.subject = c.id AND n.id > ?1 AND n.state = 'ok'"
            " AND json_extract(CAST(n.bytes AS TEXT), '$.k') = 'num') ORDER BY c.number, c.id",
            after,
        )
        found = (self.twins(subject) for (subject,) in rows)
        return list(dict.fromkeys(twins for twins in found if twins is not None))

    def unnumbered(self) -> list[Unnumbered]:
        """Return the cases that this copy has to number, the oldest first; no hidden ones."""
        rows = self._db.rows(f"SELECT uid, key, family FROM {_UNNUMBERED} ORDER BY created_h, uid")
        return [Unnumbered(*row) for row in rows]

    def has_unnumbered(self) -> bool:
        """True where there are any."""
        return self._db.value(f"SELECT 1 FROM {_UNNUMBERED} LIMIT 1") is not None

    def without(self, cases: Iterable[str]) -> set[str]:
        """Return those of these cases that claim no number."""
        rows = self._db.rows_in("SELECT uid FROM cases WHERE number IS NULL AND uid IN ({})", cases)
        return {uid for (uid,) in rows}

    # --- numbers kept for cases to come -------------------------------------------------------

    def reserved(self, home: str) -> list[Reserved]:
        """Return the reserved numbers that no case bears.

        Args:
            home: where this file lies: a copy of the file leaves them to the original.
        """
        rows = self._db.rows(
            "SELECT r.project, r.number, s.name FROM reserved r JOIN store s ON s.id = r.store"
            " WHERE r.home = ? AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.family = r.family"
            " AND c.number = r.number) ORDER BY r.family, r.number, s.id",
            home,
        )
        return [Reserved(*row) for row in rows]

    def has_reserved(self) -> bool:
        """True while any number is kept."""
        return self._db.value("SELECT 1 FROM reserved LIMIT 1") is not None

    def reserve(
        self, store: Store, family: str, project: str, numbers: list[int], home: str
    ) -> None:
        """Keep numbers for cases to come."""
        self._db.connection.executemany(
            "INSERT OR IGNORE INTO reserved (store, family, number, project, home)"
            " VALUES (?, ?, ?, ?, ?)",
            [(store.id, family, number, project, home) for number in numbers],
        )

    def take(self, family: str, home: str) -> int | None:
        """Return the lowest number kept for a family, and keep it no longer; None for none."""
        number = self._db.value(
            "SELECT min(number) FROM reserved r WHERE family = ? AND home = ? AND NOT EXISTS"
            " (SELECT 1 FROM claim c WHERE c.family = r.family AND c.number = r.number)",
            family,
            home,
        )
        if number is None:
            return None
        self._db.run("DELETE FROM reserved WHERE family = ? AND number = ?", family, number)
        return int(number)

    # --- what a store has counted -------------------------------------------------------------

    def counted(self, store: Store) -> dict[str, int]:
        """Return up to which number a store is known to have counted, for each family."""
        rows = self._db.rows("SELECT family, number FROM counted WHERE store = ?", store.id)
        return dict(map(tuple, rows))

    def count(self, store: Store, family: str, number: int) -> None:
        """Remember that a store has counted this far."""
        self._db.run(
            "INSERT INTO counted VALUES (?, ?, ?) ON CONFLICT (store, family)"
            " DO UPDATE SET number = max(number, excluded.number)",
            store.id,
            family,
            number,
        )
