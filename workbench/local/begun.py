"""Which cases a person may mean whose name is only begun: a key, ``nova#9``, or a bare number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.cases.text import key_fold
from workbench.local.database import Database

_NUMBER = r"(?:(?P<project>[^#]+)#)?(?P<number>(?:[1-9]\d{0,14})?)"
_LONGEST = 7
"""Digits that the number of a case is tried with."""
_LAST = "\U0010ffff"


def begun(db: Database, prefix: str, most: int) -> Iterator[tuple[str, str]]:
    """Yield names that begin as ``prefix`` does, each with the title of its case.

    "A name yielded means that one case": where two show a number, their keys stand for it, and for
    one that shows it no more where another does. Looks
    at ``most`` rows of an index for each length of the number, however many cases there are.
    """
    wanted = key_fold(prefix)
    seen: set[str] = set()
    for name, title in (*_by_number(db, wanted, most), *_by_key(db, wanted, most)):
        if name not in seen and len(seen) < most:
            seen.add(name)
            yield name, title


def _by_key(db: Database, wanted: str, most: int) -> Iterator[tuple[str, str]]:
    rows = db.rows(
        "SELECT c.key, c.title FROM alias a JOIN cases c ON c.id = a.case_id"
        " WHERE a.folded >= ? AND a.folded < ? AND NOT c.hidden ORDER BY a.folded LIMIT ?",
        wanted,
        wanted + _LAST,
        most,
    )
    # A case that once bore such a key may bear another now, which would not go on from the prefix.
    return ((row["key"], row["title"]) for row in rows if key_fold(row["key"]).startswith(wanted))


def _by_number(db: Database, wanted: str, most: int) -> Iterator[tuple[str, str]]:
    match = re.fullmatch(_NUMBER, wanted, re.ASCII)
    if not match:
        return
    digits, family = match["number"], match["project"]
    for longer in range(max(_LONGEST - len(digits), 0) + 1):
        first = int(digits or "1") * 10**longer
        beyond = first + 10**longer if digits else first * 10
        rows = db.rows(
            "SELECT n.number, n.current, c.key, c.title FROM claim n"
            " JOIN cases c ON c.id = n.case_id WHERE n.number >= ? AND n.number < ?"
            " AND (? IS NULL OR n.family = ?) AND NOT c.hidden ORDER BY n.number LIMIT ?",
            first,
            beyond,
            family,
            family,
            most,
        )
        for row in rows:
            bear, show = db.rows(
                "SELECT count(*), sum(current) FROM claim"
                " WHERE number = ? AND (? IS NULL OR family = ?)",
                row["number"],
                family,
                family,
            )[0]
            alone = show == 1 if row["current"] else bear == 1
            short = f"{family}#{row['number']}" if family else str(row["number"])
            yield short if alone else row["key"], row["title"]
