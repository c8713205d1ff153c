"""Keys and numbers: the names that a case bears, and what two claims of one number come to.

"Of two live claims of one number both stay reachable, and nothing is renumbered by itself."
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from workbench.cases import names
from workbench.cases.fold import RANKS, Claim
from workbench.cases.text import key_fold
from workbench.local import columns
from workbench.local.database import Database

DRAFT = "new-"
"""Begins the number part of a key whose case has no number yet."""
LETTERS = 5
NAMED = ("project", "number", "number_rank", "date_raw", "raws", "drafted")
"""The columns from which a key is made."""

INSERT_CLAIM = "INSERT INTO claim (case_id, family, number, current) VALUES (?, ?, ?, ?)"
INSERT_ALIAS = "INSERT INTO alias (folded, case_id) VALUES (?, ?)"

_ALIKE = (
    f"SELECT substr(c.uid, 1, {LETTERS}), NULL FROM json_each(?) j CROSS JOIN cases c"
    " ON c.uid >= j.value AND c.uid < j.value || '{'"
)
_TWINS = (
    "SELECT c.family, c.number FROM json_each(?) j CROSS JOIN cases c"
    " ON c.family = json_extract(j.value, '$[0]') AND c.number = json_extract(j.value, '$[1]')"
)

Row = dict[str, Any]

IMPORTED = str(len(RANKS) - RANKS["import"])
"""Begins the rank of a number that a page gave."""


def rank(claim: Claim, *, second: bool) -> str:
    """Return what decides between two cases' claims of one number; the least one shows it."""
    source = len(RANKS) - RANKS.get(claim.source, -1)
    return f"{source}{int(second)}{claim.order[0]:016x}{claim.order[1]}"


def is_second(row: Row, claim: Claim | None, numbers: Callable[[], Iterable[int]]) -> bool:
    """True for an imported case whose number stood on its page more than once.

    Args:
        claim: the one that it shows; None where the row has its rank.
        numbers: returns every number that it ever claimed.
    """
    source = rank(claim, second=False) if claim is not None else row["number_rank"]
    if not row["imported"] or source[:1] != IMPORTED:
        return False
    found = list(numbers())
    return bool(found) and all(row["uid"] != names.case_id(row["project"], n) for n in found)


def claim_rows(subject: int, claims: Iterable[Claim]) -> list[tuple[int, str, int, int]]:
    """Return a case's rows of ``claim``, the number that it shows first."""
    found = dict.fromkeys((claim.family, claim.number) for claim in claims)
    return [(subject, family, number, int(nth == 0)) for nth, (family, number) in enumerate(found)]


def numbers(db: Database, row: Row) -> list[int]:
    """Return every number that a case ever claimed, the one that it shows first."""
    rows = db.rows(
        "SELECT number FROM claim WHERE case_id = ? ORDER BY current DESC, number", row["id"]
    )
    return [n for (n,) in rows]


def letters(db: Database, uid: str) -> str:
    """Return the beginning of an id by which a key tells it from all other cases here."""
    near = (
        db.value("SELECT max(uid) FROM cases WHERE uid < ?", uid),
        db.value("SELECT min(uid) FROM cases WHERE uid > ?", uid),
    )
    return apart(uid, near)


def apart(uid: str, near: Iterable[str | None]) -> str:
    """Return ``letters`` of an id, given the ids of the cases before and behind it."""
    common = (_common(uid, other) for other in near if other is not None)
    return short(uid, max(LETTERS, 1 + max(common, default=0)))


def _common(one: str, other: str) -> int:
    """Return how many signs two different ids begin with alike."""
    return next(n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b)


def short(uid: str, length: int = LETTERS) -> str:
    """Return the beginning of an id, at least so long, and long enough to hold a letter: digits
    alone are a number."""
    while length < len(uid) and uid[:length].isdigit():
        length += 1
    return uid[:length]


def write(db: Database, row: Row) -> None:
    """Put key and former keys into ``row``, and into the table in which cases are looked up."""
    own = letters(db, row["uid"])
    bears = put(row, numbers(db, row), own, later=is_later(db, row))
    db.run("DELETE FROM alias WHERE case_id = ?", row["id"])
    db.connection.executemany(INSERT_ALIAS, alias_rows(row["id"], bears))


def put(row: Row, numbers: list[int], own: str, *, later: bool) -> list[str]:
    """Put key and former keys into ``row``; return all of them.

    Args:
        numbers: every number that it ever claimed, the one that it shows first.
        own: the beginning of its id by which it is told from all others.
        later: another case shows its number with more right to it.
    """
    raws = columns.items(row["raws"]) or [row["date_raw"]]
    part = str(numbers[0]) if numbers else DRAFT + own
    if numbers and later:
        part += "-" + own
    row["key"] = compose(row["project"], part, row["date_raw"])
    keys = dict.fromkeys([row["key"]])
    for number in numbers:
        for raw in (row["date_raw"], *reversed(raws)):
            keys.setdefault(compose(row["project"], str(number), raw))
    if not numbers or row["drafted"]:
        for length in range(len(own), LETTERS - 1, -1):
            draft = DRAFT + short(row["uid"], length)
            keys.setdefault(compose(row["project"], draft, row["date_raw"]))
    row["aliases"] = columns.texts(list(keys)[1:])
    return list(keys)


def alias_rows(subject: int, bears: Iterable[str]) -> list[tuple[str, int]]:
    """Return a case's rows of ``alias``."""
    return [(folded, subject) for folded in dict.fromkeys(key_fold(key) for key in bears)]


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


Mark = tuple[str, int | None]
"""What keys tell a case by: its family and number, or the first letters of its id and None."""


def marks(row: Row) -> set[Mark]:
    """Return what the keys of a case, and of no other, are to tell it by."""
    letters: Mark = (row["uid"][:LETTERS], None)
    return {letters} if row["number"] is None else {letters, (row["family"], row["number"])}


def taken(db: Database, several: Iterable[Row]) -> set[Mark]:
    """Return those marks of new cases that cases here have."""
    wanted = {mark for row in several for mark in marks(row)}
    letters = json.dumps([text for text, number in wanted if number is None])
    numbers = json.dumps([mark for mark in wanted if mark[1] is not None])
    return {*db.tuples(_ALIKE, letters), *db.tuples(_TWINS, numbers)}


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


def compose(project: str, part: str, raw: str) -> str:
    """Return a key: of a project, with a number or what stands for it, and the day as written."""
    return f"{project}_case#{part}_{raw}"
