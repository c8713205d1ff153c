"""Where in a case a searched term stands, for a list that shows only titles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from workbench.cases.excerpts import excerpt
from workbench.cases.text import fold
from workbench.local.database import Database

_CASES = (
    "SELECT id, uid, title, problem, aliases, engineers, tags, images, files, folded FROM cases"
    " WHERE uid IN ({})"
)
_NEWEST = (
    "SELECT case_id, max(h), text, speaker, images, files FROM entry"
    " WHERE case_id IN ({}) AND instr(folded, ?) > 0 GROUP BY case_id"
)


def contexts(db: Database, case_ids: Sequence[str], terms: Sequence[str]) -> dict[str, str]:
    """Return a line of each case that holds a term which its title does not; folded terms."""
    rows = {row["id"]: row for row in db.rows_in(_CASES, case_ids)}
    found: dict[str, str] = {}
    for term in terms:
        missing = [
            id_ for id_, row in rows.items() if row["uid"] not in found and not _titled(row, term)
        ]
        told = {row["case_id"]: row for row in db.rows_in(_NEWEST, missing, term)}
        for id_ in missing:
            row = rows[id_]
            texts = _case_texts(row) if term in row["folded"] else _entry_texts(told.get(id_))
            if line := excerpt(texts, term):
                found[row["uid"]] = line
    return found


def _titled(row: Any, term: str) -> bool:
    return term in fold(row["title"])


def _case_texts(row: Any) -> Iterator[str]:
    yield row["problem"]
    for column in ("tags", "engineers", "aliases"):
        yield from json.loads(row[column])
    yield from _names(row)


def _entry_texts(row: Any) -> Iterator[str]:
    """Yield what an entry holds that is searched; nothing where no entry has the term."""
    if row is not None:
        yield row["text"]
        yield row["speaker"] or ""
        yield from _names(row)


def _names(row: Any) -> Iterator[str]:
    for file, *_ in json.loads(row["images"]) + json.loads(row["files"]):
        yield file
