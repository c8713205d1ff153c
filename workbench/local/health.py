"""Whether the file is sound: what ``doctor`` looks at, and what it can mend here.

"What the log says can be made again; the log itself can't": tables and indices are mended, changes
whose bytes are no longer what their id says are only named.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from workbench.cases.clock import DRIFT
from workbench.local.database import Database
from workbench.local.index import Index

SMALL = 20_000
"""Up to how many changes all tables are compared with the log at every look: a few seconds."""


def integrity(db: Database) -> list[str]:
    """Return what SQLite finds wrong with the file; nothing where all is well."""
    try:
        found = [
            str(row[0]).removeprefix("*** in database main ***\n")
            for row in db.rows("PRAGMA integrity_check")
        ]
        found += [
            f"a row of {row[0]} refers to one of {row[2]} that is gone"
            for row in db.rows("PRAGMA foreign_key_check")
        ]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [text for text in found if text != "ok"] or _index(db)


def _index(db: Database) -> list[str]:
    """Return what is wrong with the index of the texts, whose inside SQLite does not look at."""
    if Index(db).is_sound():
        return []
    return ["the index by which texts are searched is damaged"]


def log_loss(db: Database) -> int:
    """Return in how many places the file is broken or a change is not what its id says.

    "The tables may then hold the only copy of somebody's words": they are not made again.
    """
    try:
        broken = [row[0] for row in db.rows("PRAGMA quick_check") if row[0] != "ok"]
        return len(broken) or len(damaged(db))
    except sqlite3.DatabaseError:
        return 1


def mend_indices(db: Database) -> None:
    """Make every index again from its table."""
    with db.write("reindex"):
        db.run("REINDEX")
        if not Index(db).is_sound():
            Index(db).make_anew()


def damaged(db: Database) -> list[str]:
    """Return the ids of the changes whose bytes are not what their id says."""
    rows = db.run("SELECT op_id, bytes FROM op WHERE bytes IS NOT NULL")
    return [row["op_id"].hex() for row in rows if sha256(row["bytes"]).digest() != row["op_id"]]


def counts(db: Database) -> dict[str, int]:
    """Return how many changes there are, and how many of them this version can't take in."""
    return {
        "changes": db.value("SELECT count(*) FROM op"),
        "unknown": db.value("SELECT count(*) FROM op WHERE state = 'unknown'"),
        "bad": db.value("SELECT count(*) FROM op WHERE state = 'bad'"),
        "stale": db.value("SELECT count(*) FROM stale"),
    }


def set_aside(db: Database) -> Iterator[dict[str, Any]]:
    """Yield the changes that are kept and passed on, and stand in no case; the oldest first."""
    for row in db.run(
        "SELECT o.op_id, o.state, o.received_at, o.bytes, u.uid, (SELECT x.src FROM seen x"
        " WHERE x.op = o.id LIMIT 1) AS src FROM op o JOIN subject u ON u.id = o.subject"
        " WHERE o.state <> 'ok' ORDER BY o.id"
    ):
        yield {
            "id": row["op_id"].hex(),
            "state": row["state"],
            "case_id": row["uid"],
            "received_at": row["received_at"],
            "source": row["src"],
            "text": (row["bytes"] or b"").decode("utf-8", "backslashreplace"),
        }


def uncounted(db: Database) -> int:
    """Return in how many cases the number of entries or decisions is not that of their rows."""
    return int(
        db.value(
            "SELECT count(*) FROM cases c WHERE"
            " entry_total <> (SELECT count(*) FROM entry e WHERE e.case_id = c.id)"
            " OR decisions <> (SELECT count(*) FROM decision d WHERE d.case_id = c.id)"
        )
    )


def unfinished_imports(db: Database) -> list[dict[str, Any]]:
    """Return the pages whose import was stopped in the middle."""
    rows = db.rows("SELECT name, imported_at FROM page WHERE NOT complete ORDER BY id")
    return [{"page": row["name"], "imported_at": row["imported_at"]} for row in rows]


def gaps(db: Database) -> list[int]:
    """Return the stores whose list of what we sent has a gap, or a wrong chain at its end."""
    rows = db.rows(
        "SELECT s.id FROM store s WHERE (SELECT count(*) FROM outbox b WHERE b.store = s.id)"
        " <> (SELECT coalesce(max(seq), 0) FROM outbox b WHERE b.store = s.id)"
        " OR s.acked > (SELECT coalesce(max(seq), 0) FROM outbox b WHERE b.store = s.id)"
    )
    return [row["id"] for row in rows]


def files(db: Database) -> tuple[int, int]:
    """Return how many contents of files are here, and of how many that are attached none is."""
    away = db.value(
        "SELECT count(DISTINCT sha256) FROM attachment a WHERE NOT EXISTS"
        " (SELECT 1 FROM blob b WHERE b.sha256 = a.sha256)"
    )
    return int(db.value("SELECT count(*) FROM blob")), int(away)


def times(db: Database, now: int) -> tuple[int, int]:
    """Return the newest time (ms) of any change that is no more than a little ahead of this clock
    or was written here, and how many changes of others lie further in the future."""
    bound = (now + DRIFT) << 16
    newest = db.value("SELECT coalesce(max(h), 0) >> 16 FROM op WHERE mine OR h <= ?", bound)
    return int(newest), int(db.value("SELECT count(*) FROM op WHERE NOT mine AND h > ?", bound))
