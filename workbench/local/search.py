"""From a query's tree to SQL: which cases a query finds, exactly.

"A query finds exactly the cases whose text contains it, after folding." Texts are kept folded, so
a word is found by a scan; several texts of a row stand apart by a sign that no word holds.
"""

from __future__ import annotations

from typing import Any

from workbench.cases import query
from workbench.local.database import Database, Rows
from workbench.local.fields import Asker, Fields

ORDERS: dict[str, str] = {
    "activity": "c.active_at DESC, c.number DESC, c.uid DESC",
    "opened": "coalesce(c.opened_on, '') ASC, c.number ASC, c.uid ASC",
    "number": "c.number IS NULL, c.number ASC, c.family ASC, c.uid ASC",
    "status": "c.status_rank ASC, c.active_at DESC, c.number DESC, c.uid DESC",
    "engineer": "c.engineer_text = '', c.engineer_text ASC, c.active_at DESC, c.number DESC,"
    " c.uid DESC",
    "age": "coalesce(c.opened_on, '') DESC, c.number DESC, c.uid DESC",
}
"""What each sort orders by; a ``-`` in front turns all of it round."""


def order_by(sort: str) -> str | None:
    """Return the ORDER BY of a sort, or None for an unknown one."""
    order = ORDERS.get(sort.removeprefix("-"))
    if order is None or not sort.startswith("-"):
        return order
    return ", ".join(_turned(term.strip()) for term in order.split(","))


def _turned(term: str) -> str:
    """Turn one term round; ``coalesce(a`` and ``'') ASC`` are halves of one."""
    if term.endswith(" ASC"):
        return term.removesuffix("ASC") + "DESC"
    if term.endswith(" DESC"):
        return term.removesuffix("DESC") + "ASC"
    return term if term.startswith("coalesce(") else term + " DESC"


class Search:
    """Finds cases."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def ids(self, text: str, *, sort: str, asker: Asker, limit: int | None) -> Rows:
        """Return (id, uid) of the cases that a query finds, in order.

        Raises:
            QueryError: a mistake in the query; it says at which character.
        """
        tree = query.parse(text)
        where, values = Conditions(self._db, asker).where(tree)
        sql = f"SELECT c.id, c.uid FROM cases c WHERE {where} ORDER BY {order_by(sort)}"
        if limit is not None:
            sql += " LIMIT ?"
            values.append(limit)
        return self._db.rows(sql, *values)

    def count(self, text: str, asker: Asker) -> int:
        """Return how many cases a query finds. Raises QueryError."""
        where, values = Conditions(self._db, asker).where(query.parse(text))
        return int(self._db.value(f"SELECT count(*) FROM cases c WHERE {where}", *values))


class Conditions:
    """Turns a tree into a WHERE over ``cases c``."""

    def __init__(self, database: Database, asker: Asker) -> None:
        self._values: list[Any] = []
        self._fields = Fields(database, asker, self._values)

    def where(self, tree: query.Node) -> tuple[str, list[Any]]:
        """Return the condition and the values of its question marks."""
        condition = self._sql(tree)
        if not query.asks_for_hidden(tree):
            condition = f"NOT c.hidden AND {condition}"
        return condition, self._values

    def _sql(self, node: query.Node) -> str:
        match node:
            case query.Words(term) | query.Phrase(term):
                return self._contains(term)
            case query.Field(name, values):
                return self._fields.named(name, values)
            case query.Days(name, spans):
                return self._fields.days(name, spans)
            case query.Not(part):
                return f"NOT ({self._sql(part)})"
            case query.And(parts):
                return self._join(parts, " AND ", "1")
            case query.Or(parts):
                return self._join(parts, " OR ", "0")

    def _join(self, parts: tuple[query.Node, ...], word: str, empty: str) -> str:
        return "(" + (word.join(self._sql(part) for part in parts) or empty) + ")"

    def _contains(self, term: str) -> str:
        self._values += [term, term]
        return (
            "(instr(c.folded, ?) > 0 OR EXISTS (SELECT 1 FROM entry e"
            " WHERE e.case_id = c.id AND instr(e.folded, ?) > 0))"
        )
