"""Which cases contain a term: found by the index where it is rare, else looked for case by case.

"Either way is exact": what the index says is looked at in the text, and what it can't say is
searched as if there were none. Only the time differs: a term of many cases fills a page soon when
one goes through the cases in order, and one of few is told by the index at once.

A word that asks for initials too is found in titles and in names of engineers by the index of
texts, which has their initials, and in names of speakers by the index of those.
"""

from __future__ import annotations

import json
from functools import cached_property
from math import isqrt
from typing import Any, Literal

from workbench.cases import initials, query
from workbench.cases.grams import asked
from workbench.local.database import Database
from workbench.local.index import ALL, CASE, ENTRY, Documents, Index
from workbench.local.speakers import SHOWN, speakers

LEAST, PART = 1_000, 80
"""Up to so many documents, or one of so many cases, are always looked at by their numbers."""
GATHERED = 20
"""Documents of one of so many cases are gathered in the time in which some thousand cases are
asked; and then all others are passed."""
GLANCE = 30_000
"""Steps of SQLite's machine in which a page of a very common term is found, before the index is
asked for more than it tells at once: what it is asked for takes longer than that."""
CASE_STEPS = 60
"""So many steps of these a case takes that is gone through."""
_NAMED = "sounds(?, c.title || char(31) || c.engineer_text)"
_SAID = f"e.speaker IN (SELECT value FROM json_each(?)) AND {SHOWN}"
_ANYWHERE = (
    "(instr(c.folded, ?) > 0 OR EXISTS (SELECT 1 FROM entry e"
    " WHERE e.case_id = c.id AND instr(e.folded, ?) > 0))"
)
_SPEAKS = f"EXISTS (SELECT 1 FROM entry e WHERE e.case_id = c.id AND {_SAID})"
_DOCS = "({} UNION ALL SELECT doc FROM unindexed) d"
_CASE, _ENTRY = CASE.format("d.doc"), ENTRY.format("d.doc")
_HOLDING = (
    f"SELECT CASE {_ENTRY} WHEN 0"
    f" THEN (SELECT c.id FROM cases c WHERE c.id = {_CASE} AND instr(c.folded, ?) > 0)"
    f" ELSE (SELECT e.case_id FROM entry e WHERE e.id = {_ENTRY} AND instr(e.folded, ?) > 0) END"
    f" FROM {_DOCS}"
)
_MAYBE = f"+c.id IN (SELECT {_CASE} FROM {_DOCS})"
"""What may be: told without a look at any row, so for more documents than are looked at."""
_HAVING = (
    f"SELECT (SELECT c.id FROM cases c WHERE c.id = {_CASE} AND {_NAMED}) FROM {_DOCS}"
    f" WHERE {_ENTRY} = 0"
)
_MAYBE_NAMED = f"+c.id IN (SELECT {_CASE} FROM {_DOCS} WHERE {_ENTRY} = 0)"
_SPOKEN = f"SELECT e.case_id FROM entry e WHERE {_SAID}"

Term = query.Words | query.Phrase
Asking = tuple[str, Literal["text", "named", "speaks"]]
"""What to look for: a folded text, or initials of a title or an engineer, or of a speaker."""


class Containing:
    """The terms of one query, of which the first ``limit`` cases are wanted; None for all."""

    def __init__(
        self, database: Database, limit: int | None, before: Containing | None = None
    ) -> None:
        """Take over which cases hold a term from who looked for fewer of them ``before``."""
        self._db = database
        self._index = Index(database)
        self.limit = limit
        self._narrowed = False
        self._is_hasty = limit is not None
        self._terms: list[Term] = []
        database.define("sounds", 2, initials.sounds)
        found = before._found if before is not None else {}
        self._found: dict[Asking, set[int] | Documents | None] = {
            asking: cases for asking, cases in found.items() if isinstance(cases, set)
        }

    @cached_property
    def _cases(self) -> int:
        """About how many cases there are."""
        return int(self._db.value("SELECT coalesce(max(id), 0) FROM cases"))

    @property
    def may_take_long(self) -> bool:
        """Whether a page is looked for case by case that the index could be asked for as well."""
        known = all(isinstance(found, set) for found in self._found.values())
        return self.limit is not None and not self._narrowed and not known

    @property
    def is_hasty(self) -> bool:
        """Whether the index was only asked for what it tells at once."""
        return self._is_hasty and self.may_take_long

    @property
    def gathered(self) -> int:
        """How many documents are gathered before the first case is looked at."""
        known = self._found.values()
        return sum(found.size for found in known if isinstance(found, Documents))

    def condition(self, term: Term) -> tuple[str, list[Any]]:
        """Return what of ``cases c`` is true where the case is one of a term's, and values."""
        if not _can_be_kept(term.term):
            return "0", []
        self._terms.append(term)
        for asking in _asking(term):
            if asking not in self._found:
                self._found[asking] = self._look_up(asking, self._few(), self._most())
        found = self._known(term)
        if found is not None:
            return self._one_of(found)
        parts = [self._part(asking) for asking in _asking(term)]
        return f"({' OR '.join(sql for sql, _ in parts)})", [
            v for _, values in parts for v in values
        ]

    def _part(self, asking: Asking) -> tuple[str, list[Any]]:
        word, kind = asking
        found = self._found[asking]
        if isinstance(found, set):
            return self._one_of(found)
        if kind == "speaks":
            return _SPEAKS, [json.dumps(self._speakers(word))]
        sql, values = (_ANYWHERE, [word, word]) if kind == "text" else (_NAMED, [word])
        if found is None:
            return sql, values
        maybe = _MAYBE if kind == "text" else _MAYBE_NAMED
        return f"({maybe.format(found.sql)} AND {sql})", [found.value, *values]

    def _one_of(self, cases: set[int]) -> tuple[str, list[Any]]:
        sign = "+" if self._goes_through(len(cases)) else ""
        return f"{sign}c.id IN (SELECT value FROM json_each(?))", [json.dumps(sorted(cases))]

    def _known(self, term: Term) -> set[int] | None:
        """Return the cases of a term, None where some of them are looked for case by case."""
        cases: set[int] = set()
        for asking in _asking(term):
            found = self._found.get(asking)
            if not isinstance(found, set):
                return None
            cases = cases | found if cases else found
        return cases

    def leads(self, tree: query.Node) -> bool:
        """Say whether the cases of a tree are all among few that a term gives, and so told by it.

        Otherwise the cases are gone through in order.
        """
        parts = tree.parts if isinstance(tree, query.And) else (tree,)
        known = (self._known(part) for part in parts if isinstance(part, Term))
        return any(found is not None and not self._goes_through(len(found)) for found in known)

    def told(self) -> dict[str, int | None]:
        """Return how many cases the index gave for each term; None where each case is asked."""
        known = {term.term: self._known(term) for term in self._terms}
        return {term: None if found is None else len(found) for term, found in known.items()}

    def look_closer(self) -> None:
        """Ask the index for all that saves going through cases, then for every document."""
        few, most = (self._few(), self._most()) if self._is_hasty else (ALL, ALL)
        self._is_hasty, self._narrowed = False, not self._is_hasty
        with self._db.watched():
            for asking, found in self._found.items():
                if not isinstance(found, set) and (self._narrowed or asking[1] == "text"):
                    self._found[asking] = self._look_up(asking, few, most)

    def _few(self) -> int:
        """Return of how many documents it is quicker to look at each than to go through the cases.

        To find a page among N cases of which n are known to hold the term one goes by page × N / n
        of them. That is an index in its order; the documents stand anywhere in the file, and to
        look at one takes as long as to go by a hundred cases.
        """
        if self.limit is None:
            return max(LEAST, self._cases // 4)
        return max(min(LEAST, self._cases // PART), isqrt(self.limit * self._cases // 100))

    def _most(self) -> int:
        """Return of how many documents it is quicker to gather the cases than to ask each case."""
        if self.limit is None:
            return 2 * self._cases
        return max(LEAST, self._cases // GATHERED, isqrt(50 * self.limit * self._cases))

    def _is_common(self, documents: int) -> bool:
        """Say whether so many documents may fill a page within a glance at the first cases."""
        assert self.limit is not None
        return documents * GLANCE > CASE_STEPS * self.limit * self._cases

    def _goes_through(self, found: int) -> bool:
        """Say whether so many cases are better picked out in order than sorted."""
        if self.limit is None:
            return found > self._cases // 4
        return found * found > self.limit * self._cases

    def _look_up(self, asking: Asking, few: int, most: int) -> set[int] | Documents | None:
        """Return the cases of what is looked for.

        Of more than ``few`` documents those are returned, of more than ``most`` None.
        """
        word, kind = asking
        if kind == "speaks":
            return self._speaking(word, few)
        wanted = asked(word) if kind == "text" else initials.asked(word)
        documents = None
        if self._is_hasty and kind == "text":
            documents = self._index.at_hand(wanted, few)
            if documents is not None and documents.known is None:
                self._is_hasty = self._is_common(documents.size)
                documents = None
        if not self._is_hasty or kind != "text":
            documents = self._index.documents(wanted, most)
        if documents is None or documents.size > few:
            return documents
        sql, values = (_HOLDING, [word, word]) if kind == "text" else (_HAVING, [word])
        rows = self._db.tuples(sql.format(documents.sql), *values, documents.value)
        return {case for (case,) in rows if case is not None}

    def _speaking(self, word: str, few: int) -> set[int] | None:
        """Return the cases in which somebody speaks of whose name a word is the initials."""
        names = self._speakers(word)
        if not names:
            return set()
        rows = self._db.tuples(f"{_SPOKEN} LIMIT ?", json.dumps(names), few + 1)
        cases = [case for (case,) in rows]
        return set(cases) if len(cases) <= few else None

    def _speakers(self, word: str) -> list[str]:
        """Return the speakers of whose name a word is the initials."""
        return [name for name in speakers(self._db) if initials.sounds(word, name)]


def _asking(term: Term) -> tuple[Asking, ...]:
    if isinstance(term, query.Words) and term.initials:
        return (term.term, "text"), (term.term, "named"), (term.term, "speaks")
    return ((term.term, "text"),)


def _can_be_kept(term: str) -> bool:
    """Say whether a text may hold the term: half a sign (a lone surrogate) is in no file."""
    try:
        term.encode()
    except UnicodeEncodeError:
        return False
    return True
