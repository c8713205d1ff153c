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
NAMED = ("project", "number", "number_rank", "date_raw", "raws", "drafted")
"""The columns from which a key is made."""

Row = dict[str, Any]

IMPORTED = str(len(RANKS) - RANKS["import"])
"""Begins the rank of a number that a page gave."""


def rank(claim: Claim, *, second: bool) -> str:
    """Return what decides between two cases' claims of one number; the least one shows it."""
    source = len(RANKS) - RANKS.get(claim.source, -1)
    return f"{source}{int(second)}{claim.order[0]:016x}{claim.order[1]}"


def is_second(db: Database, row: Row, claim: Claim | None) -> bool:
    """True for an imported case whose number stood on its page more than once.

    Args:
        claim: the one that it shows; None where the row has its rank.
    """
    source = rank(claim, second=False) if claim is not None else row["number_rank"]
    if not row["imported"] or source[:1] != IMPORTED:
        return False
    numbers = [n for (n,) in db.rows("SELECT number FROM claim WHERE case_id = ?", row["id"])]
    return bool(numbers) and all(row["uid"] != names.case_id(row["project"], n) for n in numbers)


def letters(db: Database, uid: str) -> str:
    """Return the beginning of an id by which a key tells it from all other cases here."""
    near = (
        db.value("SELECT max(uid) FROM cases WHERE uid < ?", uid),
        db.value("SELECT min(uid) FROM cases WHERE uid > ?", uid),
    )
    common = (_common(uid, other) for other in near if other is not None)
    return _short(uid, max(LETTERS, 1 + max(common, default=0)))


def _common(one: str, other: str) -> int:
    """Return how many signs two different ids begin with alike."""
    return next(n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)


def _short(uid: str, length: int) -> str:
    """Return the beginning of an id, long enough to hold a letter: digits alone are a number."""
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
    own = letters(db, row["uid"])
    part = str(numbers[0]) if numbers else DRAFT + own
    if numbers and is_later(db, row):
        part += "-" + own
    row["key"] = _compose(row["project"], part, row["date_raw"])
    keys = dict.fromkeys([row["key"]])
    for number in numbers:
        for raw in (row["date_raw"], *reversed(raws)):
            keys.setdefault(_compose(row["project"], str(number), raw))
    if not numbers or row["drafted"]:
        for length in range(len(own), LETTERS - 1, -1):
            draft = DRAFT + _short(row["uid"], length)
            keys.setdefault(_compose(row["project"], draft, row["date_raw"]))
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


def namesakes(db: Database, row: Row) -> list[int]:
    """Return the other cases whose ids begin like this one's, so that keys need more of it."""
    prefix = row["uid"][:LETTERS]
    rows = db.rows(
        "SELECT id FROM cases WHERE uid >= ? AND uid < ? AND id <> ?",
        prefix,
        prefix + "{",
        row["id"],
    )
    return [id_ for (id_,) in rows]


def is_later(db: Database, row: Row) -> bool:
    """True where another case shows the number with more right to it."""
    if row["number"] is None:
        return False
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
