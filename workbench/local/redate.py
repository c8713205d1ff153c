"""Dating anew what was written while this machine's clock was ahead.

"Only what no store was ever offered is dated anew": it was never outside, so nothing but this
file knows its old ids. An entry's own name never changes. "Nor does it come before what went out":
who has read this copy's changes up to that one would take the later ones as read.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from workbench.cases import slots
from workbench.cases.clock import DRIFT, Clock
from workbench.local.act import Pen
from workbench.local.database import Database

NAMING = ("p", "o", "l", "of", "t")
"""The keys of a change that name other changes."""
DERIVED = ("decision", "reference", "entry", "alias", "claim")
UNOFFERED = (
    "mine = 1 AND state = 'ok' AND id > (SELECT coalesce(min(watermark), 0) FROM store)"
    " AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.op = op.id)"
    " AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.op = op.id)"
)


def redate(db: Database, pen: Pen, now: int) -> int:
    """Give unsent changes that lie in the future the time of now, inside a transaction.

    Where something that lies there went out already, it may be this clock that is behind.

    Returns:
        How many bear another time now.
    """
    bound = (now + DRIFT) << 16
    first = db.value(f"SELECT min(id) FROM op WHERE {UNOFFERED} AND h > ?", bound)
    went_out = f"SELECT 1 FROM op WHERE mine = 1 AND h > ? AND NOT ({UNOFFERED}) LIMIT 1"
    if first is None or db.value(went_out, bound):
        return 0
    rows = db.rows(
        "SELECT id, op_id, bytes, stub, h, subject, (SELECT uid FROM subject u"
        f" WHERE u.id = op.subject) AS uid FROM op WHERE {UNOFFERED} AND id >= ? ORDER BY id",
        first,
    )
    labels = {row["subject"]: _labels(pen, row["subject"]) for row in rows}
    clock = Clock(db.value("SELECT coalesce(max(h), 0) FROM op WHERE h <= ?", bound))
    ids: dict[str, str] = {}
    redated = 0
    for row in rows:
        h = row["h"]
        if h > bound and row["bytes"] is not None:
            h, _ = clock.tick(now)
            redated += 1
        _write(db, row, h, ids)
    _follow(db, ids, clock.last)
    for subject, uid in {row["subject"]: row["uid"] for row in rows}.items():
        _fold_anew(db, pen, subject, uid, labels[subject])
    return redated


def _write(db: Database, row: Any, h: int, ids: dict[str, str]) -> None:
    """Write a change with its new time, and the new ids of those that it names."""
    erased = row["bytes"] is None
    body = json.loads(row["stub"] if erased else row["bytes"])
    changed = {key: _mapped(body[key], ids) for key in NAMING if key in body}
    if h != row["h"]:
        changed["h"] = f"{h:016x}"
        body.pop("unsure", None)
    if all(body[key] == value for key, value in changed.items()):
        return
    text = json.dumps(body | changed, ensure_ascii=False, separators=(",", ":"))
    if erased:
        db.run("UPDATE op SET stub = ? WHERE id = ?", text, row["id"])
        return
    data = text.encode()
    op_id = sha256(data).digest()
    ids[row["op_id"].hex()] = op_id.hex()
    db.run("UPDATE op SET op_id = ?, bytes = ?, h = ? WHERE id = ?", op_id, data, h, row["id"])


def _mapped(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        return ids.get(value, value)
    if isinstance(value, list):
        return [_mapped(item, ids) for item in value]
    if isinstance(value, dict):
        return {key: _mapped(item, ids) for key, item in value.items()}
    return value


def _follow(db: Database, ids: dict[str, str], last: int) -> None:
    """Let the drafts and the clock follow."""
    for row in db.rows("SELECT id, seen FROM draft"):
        seen = json.loads(row["seen"])
        db.run("UPDATE draft SET seen = ? WHERE id = ?", json.dumps(_mapped(seen, ids)), row["id"])
    newest = db.value("SELECT max(h) FROM op")
    for name, value in (("clock", last), ("newest", newest)):
        db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, str(value))


def _labels(pen: Pen, subject: int) -> set[int]:
    changes = (item.change for item in pen.log.of(subject))
    return {
        label for change in changes if slots.fixed(change) is None for label in slots.tokens(change)
    }


def _fold_anew(db: Database, pen: Pen, subject: int, uid: str, labels: set[int]) -> None:
    """Make the tables of a case again, from nothing."""
    for label in labels:
        db.run("DELETE FROM name WHERE label = ?", label)
    for table in DERIVED:
        db.run(f"DELETE FROM {table} WHERE case_id = ?", subject)
    db.run("DELETE FROM cases WHERE id = ?", subject)
    stored = pen.log.of(subject)
    touched = pen.log.settle(item for item in stored if slots.fixed(item.change) is None)
    touched |= {slot for item in stored if (slot := slots.fixed(item.change)) is not None}
    pen.rows.fold_slots(subject, uid, None, touched, stored)
