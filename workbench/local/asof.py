"""A case as it was: its changes up to a time, folded into tables of their own, in memory.

"Redacted text stays out": a redaction that came later takes out what it takes out today.
"""

from __future__ import annotations

from workbench.cases import erasure
from workbench.cases.change import Change
from workbench.cases.clock import milliseconds
from workbench.local.changelog import ChangeLog
from workbench.local.database import Database
from workbench.local.rebuild import fold_all


def fold_until(db: Database, log: ChangeLog, subject: int, until: int) -> Database:
    """Return a database that holds one case as it was, and those that share a number with it.

    Args:
        until: the time, in ms since 1970; what was written in this very ms counts.
    """
    then = Database.in_memory()
    cases = [subject, *_sharing(db, subject)]
    _copy(db, then, "subject", "id", cases)
    kept = [item.id for case in cases for item in log.of(case) if _was_there(item.change, until)]
    _copy(db, then, "op", "id", kept)
    _copy(db, then, "read_mark", "case_id", cases)
    for row in db.rows("SELECT * FROM person"):
        then.insert("person", [dict(row)])
    fold_all(then, ChangeLog(then))
    _copy_place(db, then, subject, until)
    contents = [sha for (sha,) in then.rows("SELECT DISTINCT sha256 FROM attachment")]
    _copy(db, then, "blob", "sha256", contents)
    return then


def _sharing(db: Database, subject: int) -> list[int]:
    """Return the other cases that ever claimed a number of this one: a key may tell them apart."""
    rows = db.rows(
        "SELECT DISTINCT o.case_id FROM claim c JOIN claim o ON o.number = c.number"
        " AND o.family = c.family WHERE c.case_id = ? AND o.case_id <> ?",
        subject,
        subject,
    )
    return [case for (case,) in rows]


def _was_there(change: Change, until: int) -> bool:
    if milliseconds(change.h) <= until:
        return True
    return change.kind == "redact" and any(
        milliseconds(stub.h) <= until for stub in erasure.stubs(change)
    )


def _copy(
    db: Database, then: Database, table: str, column: str, wanted: list[int] | list[str]
) -> None:
    """Copy the rows of a table in which a column has one of these values."""
    rows = db.rows_in(f"SELECT DISTINCT * FROM {table} WHERE {column} IN ({{}})", wanted)
    then.insert(table, [dict(row) for row in rows])


def _copy_place(db: Database, then: Database, subject: int, until: int) -> None:
    """Copy where on a page the case stands, if that page was there."""
    row = db.row(
        "SELECT p.* FROM page p JOIN page_case s ON s.page_id = p.id WHERE s.case_id = ?"
        " AND p.imported_at <= ?",
        subject,
        until,
    )
    if row is not None and then.value("SELECT 1 FROM cases WHERE id = ?", subject):
        then.insert("page", [dict(row)])
        _copy(db, then, "page_case", "case_id", [subject])
