"""The rows of the people, as the fold gives them, and what readers of cases make of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from workbench.local.database import Database

if TYPE_CHECKING:
    from workbench.cases.change import Change
    from workbench.cases.people import People


def write_people(database: Database, changes: Iterable[Change]) -> None:
    """Write the rows that changes of people give, all of them anew: they are few."""
    from workbench.cases.peoplefold import fold_people, spelled

    database.run("DELETE FROM person")
    database.connection.executemany(
        "INSERT INTO person (folded, name, called, side) VALUES (?, ?, ?, ?)",
        spelled(fold_people(changes)),
    )


def read_people(database: Database) -> People:
    """Return what is known of people now."""
    from workbench.cases.people import People, Spelled

    def is_engineer(folded: str) -> bool:
        return bool(database.value("SELECT 1 FROM assigned WHERE name = ? LIMIT 1", folded))

    rows = database.rows("SELECT folded, name, called, side FROM person")
    return People((Spelled(*row) for row in rows), is_engineer)


def spellings(database: Database, folded: str) -> tuple[str, ...]:
    """Return every spelling (folded) of a person who may be written so (folded)."""
    rows = database.rows(
        "SELECT b.folded FROM person a JOIN person b ON b.called = a.called WHERE a.folded = ?"
        " ORDER BY b.folded",
        folded,
    )
    return tuple(name for (name,) in rows) or (folded,)
