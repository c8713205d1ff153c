"""From a query's tree to SQL: which cases a query finds, exactly.

"A query finds exactly the cases whose text contains it, after folding." Texts are kept folded;
several texts of a row stand apart by a sign that no word holds.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Generator, Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from workbench.cases import query
from workbench.local.containing import GLANCE, Containing
from workbench.local.crossing import crossing_of
from workbench.local.database import Database, TooLong
from workbench.local.fields import Asker, Fields
from workbench.local.listing import Listing, Scope, has_index, keys_of, order_by
from workbench.local.people import spellings
from workbench.local.scope import scope_of

WALK = 300_000
"""Steps of SQLite's machine (0.1 s) in which a page of a common term is found by going through the
cases in order; where that is not enough, all of them are old, and the index has to tell them."""

FURTHER = 2.5
"""So much longer where the index tells which cases may hold it: most are passed without a look."""

GATHER = 12
"""Steps in which one document that may hold a term is gathered, at most."""


class Plan(NamedTuple):
    """How a query is answered: SQLite's steps, indented, and how each term is found.

    ``terms`` has the number of cases that the index of texts gives; None where each case is asked.
    ``initials`` are those of them that are the initials of titles and people too.
    """

    steps: tuple[str, ...]
    terms: dict[str, int | None]
    initials: tuple[str, ...] = ()

    @property
    def indexes(self) -> tuple[str, ...]:
        """The indexes that are used, each once."""
        named = (re.search(r"USING (?:COVERING )?INDEX (\S+)", step) for step in self.steps)
        texts = ("texts",) if any(n is not None for n in self.terms.values()) else ()
        return (*texts, *dict.fromkeys(match[1] for match in named if match))


class Search:
    """Finds cases."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def cases(
        self, text: str, *, sort: str, asker: Asker, limit: int | None = None
    ) -> Sequence[int]:
        """Return the numbers of the cases that a query finds, in order, as they are at one moment.

        Raises:
            QueryError: a mistake in the query; it says at which character.
            Stopped: nobody waits for the answer any more.
        """
        (found,) = self.beginnings(text, (limit,), sort=sort, asker=asker)
        return found

    def beginnings(
        self, text: str, limits: Iterable[int | None], *, sort: str, asker: Asker
    ) -> Generator[Sequence[int], None, None]:
        """Yield the first cases that a query finds, up to one limit after the other.

        "Each is the beginning of the next": all are as the cases are at one moment, which the file
        keeps until the last is asked for. It ends with the one that is all. Raises as ``cases``.
        """
        tree = query.parse(text)
        with self._db.read():
            listing = self._listing(tree, sort, asker.reader)
            terms = None
            for limit in limits:
                if listing is not None and not listing.scope.is_all:
                    places = listing.after(None, listing.count() if limit is None else limit)
                    found: Sequence[int] = array("q", (place.case for place in places))
                else:
                    terms = Containing(self._db, limit, terms)
                    found = self._cases(tree, sort, asker, terms)
                yield found
                if limit is None or len(found) < limit:
                    return

    def _cases(self, tree: query.Node, sort: str, asker: Asker, terms: Containing) -> Sequence[int]:
        while True:
            with suppress(TooLong):
                return self._first(tree, sort, asker, terms)
            terms.look_closer()

    def _first(self, tree: query.Node, sort: str, asker: Asker, terms: Containing) -> Sequence[int]:
        """Return the first cases that a query finds; try for a while where a term is common."""
        sql, values = self._sql(tree, sort, asker, terms)
        most = GLANCE if terms.is_hasty else WALK
        steps = int(most * (FURTHER if terms.gathered else 1)) + GATHER * terms.gathered
        with self._db.watched(steps if terms.may_take_long else None):
            rows = self._db.connection.execute(sql, values)
            return array("q", (row[0] for row in rows))

    def _sql(
        self, tree: query.Node, sort: str, asker: Asker, terms: Containing
    ) -> tuple[str, list[Any]]:
        with self._db.watched():
            where, values = Conditions(self._db, asker, terms).where(tree)
        limit = -1 if terms.limit is None else terms.limit
        sql = f"SELECT c.id FROM cases c WHERE {where} ORDER BY {order_by(keys_of(sort))} LIMIT ?"
        return sql, [*values, limit]

    def explain(self, text: str, *, sort: str, asker: Asker) -> Plan:
        """Return how all cases of a query are found. Raises QueryError."""
        tree = query.parse(text)
        with self._db.read():
            terms = Containing(self._db, None)
            sql, values = self._sql(tree, sort, asker, terms)
            depths = {0: -1}
            steps = []
            for row in self._db.rows(f"EXPLAIN QUERY PLAN {sql}", *values):
                depths[row["id"]] = depths[row["parent"]] + 1
                steps.append("  " * depths[row["id"]] + row["detail"])
        return Plan(tuple(steps), terms.told(), query.initials(tree))

    def listing(self, text: str, *, sort: str, reader: str) -> Listing | None:
        """Return the list of a query page by page, None where no index has it in this order.

        Raises:
            QueryError: a mistake in the query; it says at which character.
        """
        return self._listing(query.parse(text), sort, reader)

    def _listing(self, tree: query.Node, sort: str, reader: str) -> Listing | None:
        scope = self._scope(tree, reader)
        return Listing(self._db, scope, sort) if scope and has_index(scope, sort) else None

    def _scope(self, tree: query.Node, reader: str) -> Scope | None:
        """Return the scope of a query; a person of several spellings stands in no one index."""
        scope = scope_of(tree, reader)
        if scope is None or scope.engineer is None:
            return scope
        return scope if len(spellings(self._db, scope.engineer)) == 1 else None

    def count(self, text: str, asker: Asker) -> int:
        """Return how many cases a query finds. Raises QueryError, or Stopped as ``cases`` does."""
        tree = query.parse(text)
        with self._db.read(), self._db.watched():
            return self._count(tree, asker)

    def _count(self, tree: query.Node, asker: Asker) -> int:
        tree = _bare(tree)
        scope = self._scope(tree, asker.reader)
        if scope is not None:
            return Listing(self._db, scope, "activity").count()
        if isinstance(tree, query.Not) and not query.asks_for_hidden(tree.part):
            return self._count(query.And(()), asker) - self._count(tree.part, asker)
        if isinstance(tree, query.Or) and not query.asks_for_hidden(tree):
            for part in tree.parts:
                if self._scope(part, asker.reader) is not None:
                    # How many a tally knows; only what the others find besides is counted.
                    others = query.Or(tuple(other for other in tree.parts if other != part))
                    besides = query.And((others, query.Not(part)))
                    return self._count(part, asker) + self._count(besides, asker)
        conditions = Conditions(self._db, asker, Containing(self._db, None))
        crossing = crossing_of(tree, asker.reader)
        if crossing is not None:
            return crossing.how_many(self._db, *conditions.alone(crossing.others))
        sql, values = conditions.count(tree)
        return int(self._db.value(sql, *values))


class Conditions:
    """Turns a tree into a WHERE over ``cases c``."""

    def __init__(self, database: Database, asker: Asker, terms: Containing) -> None:
        self._database = database
        self._asker = asker
        self._terms = terms
        self._values: list[Any] = []
        self._few: set[query.Node] = set()

    def where(self, tree: query.Node) -> tuple[str, list[Any]]:
        """Return the condition and the values of its question marks."""
        hidden = query.asks_for_hidden(tree)
        condition, _ = self.alone(tree, hidden=hidden)
        self._condition = condition
        if not hidden:
            # SQLite takes an equality for the way in: no index is to be gone through for a few.
            parts = tree.parts if isinstance(tree, query.And) else (tree,)
            leads = self._terms.leads(tree) or not self._few.isdisjoint(parts)
            visible = "NOT c.hidden" if leads else "c.hidden = 0"
            condition = f"{visible} AND {condition}"
        return condition, self._values

    def alone(self, tree: query.Node, *, hidden: bool = False) -> tuple[str, list[Any]]:
        """Return the condition of a tree and no more, and the values of its question marks.

        Args:
            hidden: whether it is asked of hidden cases too.
        """
        every = self._terms.limit is None and isinstance(_bare(tree), query.Field | query.Days)
        self._fields = Fields(self._database, self._asker, self._values, every=every, hidden=hidden)
        return self._sql(tree), self._values

    def count(self, tree: query.Node) -> tuple[str, list[Any]]:
        """Return SQL that counts the cases of a tree, and its values.

        Where rows of another table tell them, none of the cases is looked at.
        """
        where, values = self.where(tree)
        told = self._fields.told.get(self._condition)
        if told is None:
            return f"SELECT count(*) FROM cases c WHERE {where}", values
        counted = f"SELECT count(DISTINCT id) FROM ({told})"
        if not query.asks_for_hidden(tree):
            counted += " WHERE id NOT IN (SELECT h.id FROM cases h WHERE h.hidden = 1)"
        return counted, values

    def _sql(self, node: query.Node) -> str:
        match node:
            case query.Words() | query.Phrase():
                return self._contains(node)
            case query.Field(name, values):
                return self._field(node, self._fields.named(name, values))
            case query.Days(name, spans):
                return self._field(node, self._fields.days(name, spans))
            case query.Not(part):
                return f"NOT ({self._sql(part)})"
            case query.And(parts):
                return self._join(parts, " AND ", "1")
            case query.Or(parts):
                return self._join(parts, " OR ", "0")

    def _field(self, node: query.Node, condition: str) -> str:
        if condition in self._fields.few:
            self._few.add(node)
        return condition

    def _join(self, parts: tuple[query.Node, ...], word: str, empty: str) -> str:
        return "(" + (word.join(self._sql(part) for part in parts) or empty) + ")"

    def _contains(self, term: query.Words | query.Phrase) -> str:
        condition, values = self._terms.condition(term)
        self._values += values
        return condition


def _bare(tree: query.Node) -> query.Node:
    """Return what stands alone in a tree without what is put around several parts."""
    while isinstance(tree, query.And) and len(tree.parts) == 1:
        tree = tree.parts[0]
    return tree
