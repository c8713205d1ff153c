"""Who speaks in the entries of the threads."""

from __future__ import annotations

from workbench.local.database import Database

SHOWN = "e.speaker IS NOT NULL AND NOT e.hidden"
"""What an index has the speakers of."""
_SPEAKERS = (
    f"WITH RECURSIVE known (name) AS (SELECT min(e.speaker) FROM entry e WHERE {SHOWN}"
    f" UNION ALL SELECT (SELECT min(e.speaker) FROM entry e WHERE {SHOWN} AND e.speaker > name)"
    " FROM known WHERE name IS NOT NULL) SELECT name FROM known WHERE name IS NOT NULL"
)


_IN_CASE = (
    f"{_SPEAKERS} AND EXISTS (SELECT 1 FROM entry e WHERE {SHOWN} AND e.speaker = name"
    " AND e.case_id = ?)"
)


def speakers_in(database: Database, case: int) -> list[str]:
    """Return who says something in a case, without a look at its entries."""
    return [name for (name,) in database.rows(_IN_CASE, case)]


def speakers(database: Database) -> list[str]:
    """Return who says something in some entry, as written: jumps from name to name in an index."""
    return [name for (name,) in database.rows(_SPEAKERS)]
