"""Which cases hold something that a reader has not read: counted once, then kept by triggers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.local.database import Database

_SCANNED = (
    "(SELECT count(*) FROM entry e WHERE e.case_id = c.id AND e.news AND NOT e.hidden"
    " AND e.id > coalesce((SELECT r.place FROM read_mark r WHERE r.case_id = c.id"
    " AND r.reader = ?), 0)"
    " AND e.author IS NOT ?)"
)
_FEW = 100_000
"""So many entries that came in later than their cases (10 ms) are quicker looked at than cases."""
_NEWS = (
    "SELECT e.case_id FROM entry e LEFT JOIN read_mark m ON m.case_id = e.case_id AND m.reader = ?"
    " WHERE e.news AND NOT e.hidden AND e.id > coalesce(m.place, 0) AND e.author IS NOT ?"
)
COUNTING = (
    "INSERT INTO unread SELECT r.name, e.case_id, count(*) FROM reader r CROSS JOIN entry e"
    " LEFT JOIN read_mark m ON m.case_id = e.case_id AND m.reader = r.name"
    " WHERE {cases} e.news AND NOT e.hidden AND e.author IS NOT r.name"
    " AND e.id > coalesce(m.place, 0) GROUP BY r.name, e.case_id"
    " ON CONFLICT DO UPDATE SET n = n + excluded.n"
)
"""Adds what all readers have not read; ``{cases}`` is where to say of which cases, with AND."""
_KEPT = "coalesce((SELECT u.n FROM unread u WHERE u.reader = ? AND u.case_id = c.id), 0)"


def is_kept(db: Database, reader: str) -> bool:
    """Return whether a reader's unread cases are kept."""
    return db.value("SELECT 1 FROM reader WHERE name = ?", reader) is not None


def keep(db: Database, reader: str) -> None:
    """Count what a reader has not read, unless that is kept already."""
    if is_kept(db, reader):
        return
    with db.write("reader"):
        if not is_kept(db, reader):
            db.run("INSERT INTO reader VALUES (?)", reader)
            fill(db)


def fill(db: Database) -> None:
    """Count anew what all readers have not read, inside a transaction."""
    db.run("DELETE FROM unread")
    db.run(COUNTING.format(cases=""))


def counted(db: Database, reader: str) -> tuple[str, tuple[Any, ...]]:
    """Return how many entries of ``cases c`` a reader has not read, as SQL, and its values."""
    return (_KEPT, (reader,)) if is_kept(db, reader) else (_SCANNED, (reader, reader))


def few_news(db: Database, reader: str) -> str | None:
    """Return SQL for the cases that a reader, named twice in it, has not read.

    None where so much has come in that it is better to ask of each case, as ``counted`` does.
    """
    news = (
        f"SELECT count(*) FROM (SELECT 1 FROM entry e WHERE e.news AND NOT e.hidden LIMIT {_FEW})"
    )
    return _NEWS if db.value(news) < _FEW else None


def some(db: Database, reader: str, most: int) -> list[int] | None:
    """Return the cases that a reader has not read, None where they are more than ``most``."""
    rows = db.rows("SELECT case_id FROM unread WHERE reader = ? LIMIT ?", reader, most + 1)
    return [row[0] for row in rows] if len(rows) <= most else None


def among(db: Database, reader: str, cases: Iterable[int]) -> set[int]:
    """Return those of some cases that a reader has not read."""
    rows = db.rows_in(
        "SELECT case_id FROM unread WHERE case_id IN ({}) AND reader = ?", cases, reader
    )
    return {row[0] for row in rows}
