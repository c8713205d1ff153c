"""Which cases contain a term: found by the index where it is rare, else looked for case by case.

"Either way is exact": what the index says is looked at in the text, and what it can't say is
searched as if there were none. Only the time differs: a term of many cases fills a page soon when
one goes through the cases in order, and one of few is told by the index at once.
"""

from __future__ import annotations

import json
from functools import cached_property
from math import isqrt
from typing import Any

from workbench.cases import query
from workbench.cases.grams import asked
from workbench.local.database import Database
from workbench.local.index import ALL, Index

LEAST = 1_000
"""Up to so many documents are always looked at by their numbers."""
AT_ONCE = 10_000
"""Documents that are looked at between two looks whether anybody still waits."""

_ANYWHERE = (
    "(instr(c.folded, ?) > 0 OR EXISTS (SELECT 1 FROM entry e"
    " WHERE e.case_id = c.id AND instr(e.folded, ?) > 0))"
)
_HOLDING = (
    "SELECT e.case_id FROM json_each(?) d CROSS JOIN entry e ON e.id = d.value"
    " WHERE instr(e.folded, ?) > 0 UNION"
    " SELECT c.id FROM json_each(?) d CROSS JOIN cases c ON c.id = d.value"
    " WHERE instr(c.folded, ?) > 0"
)


class Containing:
    """The terms of one query, of which the first ``limit`` cases are wanted; None for all."""

    def __init__(self, database: Database, limit: int | None) -> None:
        self._db = database
        self._index = Index(database)
        self.limit = limit
        self._narrowed = False
        self._found: dict[str, list[int] | None] = {}

    @cached_property
    def _cases(self) -> int:
        """About how many cases there are."""
        return int(self._db.value("SELECT coalesce(max(id), 0) FROM cases"))

    @property
    def may_take_long(self) -> bool:
        """Whether a page is looked for case by case that the index could be asked for as well."""
        return self.limit is not None and not self._narrowed and None in self._found.values()

    def condition(self, term: str) -> tuple[str, list[Any]]:
        """Return what of ``cases c`` is true where the case contains a folded term, and values."""
        if not _can_be_kept(term):
            return "0", []
        if term not in self._found:
            self._found[term] = self._look_up(term, self._most())
        found = self._found[term]
        if found is None:
            return _ANYWHERE, [term, term]
        sign = "+" if self._goes_through(len(found)) else ""
        return f"{sign}c.id IN (SELECT value FROM json_each(?))", [json.dumps(found)]

    def leads(self, tree: query.Node) -> bool:
        """Say whether the cases of a tree are all among few that a term gives, and so told by it.

        Otherwise the cases are gone through in order.
        """
        parts = tree.parts if isinstance(tree, query.And) else (tree,)
        terms = (part.term for part in parts if isinstance(part, query.Words | query.Phrase))
        known = (self._found.get(term) for term in terms)
        return any(found is not None and not self._goes_through(len(found)) for found in known)

    def told(self) -> dict[str, int | None]:
        """Return how many cases the index gave for each term; None where each case is asked."""
        return {term: None if ids is None else len(ids) for term, ids in self._found.items()}

    def narrow(self) -> None:
        """Look all terms up by the index, however many documents that takes."""
        self._narrowed = True
        with self._db.watched():
            for term, found in self._found.items():
                if found is None:
                    self._found[term] = self._look_up(term, ALL)

    def _most(self) -> int:
        """Return of how many documents it is quicker to look at each than to go through the cases.

        To look at n documents takes about n steps, to find a page among N cases of which n hold
        the term about 2 × page × N / n of them.
        """
        page = self._cases if self.limit is None else self.limit
        return max(LEAST, isqrt(2 * page * self._cases))

    def _goes_through(self, found: int) -> bool:
        """Say whether so many cases are better picked out in order than sorted."""
        if self.limit is None:
            return found > self._cases // 4
        return found * found > self.limit * self._cases

    def _look_up(self, term: str, most: int) -> list[int] | None:
        documents = self._index.documents(asked(term), most)
        if documents is None:
            return None
        found: set[int] = set()
        for start in range(0, len(documents), AT_ONCE):
            part = documents[start : start + AT_ONCE]
            entries = json.dumps([doc >> 1 for doc in part if not doc & 1])
            heads = json.dumps([doc >> 1 for doc in part if doc & 1])
            rows = self._db.rows(_HOLDING, entries, term, heads, term)
            found.update(case for (case,) in rows)
        return sorted(found)


def _can_be_kept(term: str) -> bool:
    """Say whether a text may hold the term: half a sign (a lone surrogate) is in no file."""
    try:
        term.encode()
    except UnicodeEncodeError:
        return False
    return True
