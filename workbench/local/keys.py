"""Keys and numbers: the names that a case bears, and what two claims of one number come to.

"Of two live claims of one number both stay reachable, and nothing is renumbered by itself."
"""

from __future__ import annotations

import json
from typing import Any

from workbench.cases import names
from workbench.cases.fold import RANKS, Claim
from workbench.cases.text import key_fold
from workbench.local.database import Database

DRAFT = "new-"
"""Begins the number part of a key whose case has no number yet."""
LETTERS = 5
NAMED = ("project", "number", "number_rank", "date_raw", "raws")
"""The columns from which a key is made."""

Row = dict[str, Any]


def rank(claim: Claim, *, second: bool) -> str:
    """Return what decides between two cases' claims of one number; the least one shows it."""
    source = len(RANKS) - RANKS.get(claim.source, -1)
    return f"{source}{int(second)}{claim.order[0]:016x}{claim.order[1]}"


def is_second(db: Database, row: Row) -> bool:
    """True for an imported case whose number stood on its page more than once."""
    if not row["imported"]:
        return False
    numbers = [n for (n,) in db.rows("SELECT number FROM claim WHERE case_id = ?", row["id"])]
    return bool(numbers) and all(row["uid"] != names.case_id(row["project"], n) for n in numbers)


def short(uid: str, length: int = LETTERS) -> str:
    """Return the beginning of an id, long enough to hold a letter."""
    while length < len(uid) and uid[:length].isdigit():
        length += 1
    return uid[:length]


def write(db: Database, row: Row) -> None:
    """Put key and former keys into ``row``, and into the table in which cases are looked up."""
    numbers = [
        n
        for (n,) in db.rows(
            "SELECT number FROM claim WHERE case_id = ? ORDER BY current DESC, number", row["id"]
        )
    ]
    raws = json.loads(row["raws"]) or [row["date_raw"]]
    part = str(numbers[0]) if numbers else DRAFT + short(row["uid"])
    if numbers and _has_better(db, row):
        part += "-" + short(row["uid"])
    row["key"] = _compose(row["project"], part, row["date_raw"])
    keys = dict.fromkeys([row["key"]])
    for number in numbers:
        for raw in (row["date_raw"], *reversed(raws)):
            keys.setdefault(_compose(row["project"], str(number), raw))
    former = list(keys)[1:]
    row["aliases"] = json.dumps(former, ensure_ascii=False, separators=(",", ":"))
    db.run("DELETE FROM alias WHERE case_id = ?", row["id"])
    for folded in dict.fromkeys(key_fold(key) for key in keys):
        db.run("INSERT INTO alias (folded, case_id) VALUES (?, ?)", folded, row["id"])


def twins(db: Database, row: Row) -> list[int]:
    """Return the other cases that show, or would show, this one's number."""
    if row["number"] is None:
        return []
    rows = db.rows(
        "SELECT id FROM cases WHERE family = ? AND number = ? AND id <> ?",
        row["family"],
        row["number"],
        row["id"],
    )
    return [id_ for (id_,) in rows]


def _has_better(db: Database, row: Row) -> bool:
    found = db.value(
        "SELECT 1 FROM cases WHERE family = ? AND number = ? AND id <> ? AND number_rank < ?"
        " AND number_rank <> ''",
        row["family"],
        row["number"],
        row["id"],
        row["number_rank"],
    )
    return found is not None


def _compose(project: str, part: str, raw: str) -> str:
    return f"{project}_case#{part}_{raw}"
