"""Where in a case a searched term stands, for a list that shows only titles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from workbench.cases.excerpts import excerpt
from workbench.cases.text import fold
from workbench.local.database import Database

_CASES = "SELECT id, uid, title FROM cases WHERE uid IN ({})"
_HOLDING = (
    "SELECT id, problem, aliases, engineers, tags, images, files FROM cases"
    " WHERE id IN ({}) AND instr(folded, ?) > 0"
)
_NEWEST = (
    "SELECT case_id, max(h), text, speaker, images, files FROM entry"
    " WHERE case_id IN ({}) AND instr(folded, ?) > 0 GROUP BY case_id"
)


def contexts(db: Database, case_ids: Sequence[str], terms: Sequence[str]) -> dict[str, str]:
    """Return a line of each case that holds a term which its title does not; folded terms."""
    cases = [(id_, uid, fold(title)) for id_, uid, title in db.rows_in(_CASES, case_ids)]
    found: dict[str, str] = {}
    for term in terms:
        missing = {id_: uid for id_, uid, title in cases if uid not in found and term not in title}
        holding = {row["id"]: row for row in db.rows_in(_HOLDING, missing, term)}
        told = {
            row["case_id"]: row
            for row in db.rows_in(_NEWEST, missing.keys() - holding.keys(), term)
        }
        for id_, uid in missing.items():
            row = holding.get(id_)
            texts = _entry_texts(told.get(id_)) if row is None else _case_texts(row)
            if line := excerpt(texts, term):
                found[uid] = line
    return found


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
