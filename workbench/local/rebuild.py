"""Rebuild: every derived table is made again from the log and compared with what is there.

"Every table equals what the log gives": what differs is told, and replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.cases import slots
from workbench.local import sums
from workbench.local.changelog import ChangeLog
from workbench.local.database import Database
from workbench.local.index import Index
from workbench.local.points import reached
from workbench.local.rows import CaseRows

DERIVED = (
    *("name", "decision", "reference", "attachment", "entry", "alias", "claim", "cases"),
    *("assigned", "tagged", "tally", "stretch", "unread", "person"),
)
"""Every derived table, those that others refer to last, and behind them what triggers keep."""

Progress = Callable[[int, int], None]


def rebuild(
    db: Database, progress: Progress | None = None, *, dry_run: bool = False
) -> dict[str, Any]:
    """Remake every derived table in one transaction.

    Args:
        dry_run: only compare; at the end all is as it was.

    Returns:
        ``equal``, ``cases``, ``entries``, ``changes``, and ``differences``: for each table that
        was not what the log gives, how many rows were missing, and how many were too many.
    """
    log, index = ChangeLog(db), Index(db)
    with db.write("rebuild", dry_run=dry_run):
        index.follow()
        sums.settle(db)
        indexed = index.fingerprint()
        old_slots = dict(map(tuple, db.rows("SELECT id, slot FROM op")))
        for table in DERIVED:
            db.run(f"CREATE TEMP TABLE old_{table} AS SELECT * FROM main.{table}")
        try:
            for table in (*DERIVED, "moved"):
                db.run(f"DELETE FROM main.{table}")
            fold_all(db, log, progress)
            sums.settle(db)
            reached("rebuild:after-fold")
            differences = [found for table in DERIVED if (found := _compare(db, table))]
        finally:
            for table in DERIVED:
                db.run(f"DROP TABLE temp.old_{table}")
        moved = sum(slot != old_slots[id_] for id_, slot in db.rows("SELECT id, slot FROM op"))
        if moved:
            differences.append({"table": "op", "missing": moved, "extra": moved})
        index.make_anew()
        if not differences:  # else it has what those tables had
            differences += _compare_index(indexed, index.fingerprint())
        return {
            "equal": not differences,
            "cases": db.value("SELECT count(*) FROM cases"),
            "entries": db.value("SELECT count(*) FROM entry"),
            "changes": db.value("SELECT count(*) FROM op"),
            "differences": differences,
        }


def fold_all(db: Database, log: ChangeLog, progress: Progress | None = None) -> None:
    """Make the rows of every case from its changes, in tables that have none."""
    rows = CaseRows(db, log)
    subjects = db.rows("SELECT id, uid FROM subject ORDER BY id")
    for nth, subject in enumerate(subjects):
        stored = log.of(subject["id"])
        entries = [item for item in stored if slots.fixed(item.change) is None]
        touched = log.settle(entries)
        for item in stored:
            fixed = slots.fixed(item.change)
            if fixed is not None:
                touched.add(fixed)
                if item.slot != fixed:
                    db.run("UPDATE op SET slot = ? WHERE id = ?", fixed, item.id)
                    item.slot = fixed
        rows.fold_slots(subject["id"], subject["uid"], None, touched, stored)
        if progress is not None:
            progress(nth + 1, len(subjects))


def _compare_index(before: tuple[int, int], after: tuple[int, int]) -> list[dict[str, Any]]:
    """Tell at least how many grams were missing or too many: the index holds them in no order."""
    if before == after:
        return []
    grew = after[0] - before[0]
    missing, extra = (max(grew, 0), max(-grew, 0)) if grew else (1, 1)
    return [{"table": "gram", "missing": missing, "extra": extra}]


def _compare(db: Database, table: str) -> dict[str, Any] | None:
    missing = db.value(
        f"SELECT count(*) FROM (SELECT * FROM main.{table} EXCEPT SELECT * FROM temp.old_{table})"
    )
    extra = db.value(
        f"SELECT count(*) FROM (SELECT * FROM temp.old_{table} EXCEPT SELECT * FROM main.{table})"
    )
    if missing or extra:
        return {"table": table, "missing": missing, "extra": extra}
    return None
