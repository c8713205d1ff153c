"""How many of somebody's cases meet what else indexes tell: counted without a look at any case.

An engineer's cases stand in one index and those of a project in another. Both are gone along and
compared by the numbers of the cases: of the projects that are asked for or of all others, whichever
have fewer cases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from workbench.cases import query
from workbench.cases.record import Record
from workbench.cases.text import fold
from workbench.local.database import Database
from workbench.local.people import spellings


class Crossing(Record):
    """What such a query asks for.

    ``names`` (folded) are of engineers, ``families`` those of projects, None for all of them;
    ``others`` is what else, told by the status and the last activity of a case.
    """

    names: tuple[str, ...]
    families: tuple[str, ...] | None
    others: query.And

    def how_many(self, db: Database, condition: str, values: Sequence[Any]) -> int:
        """Return how many cases there are that are not hidden.

        Args:
            db: the file.
            condition: the others, of a ``c`` that has the status and the last activity alone.
            values: of its question marks.
        """
        names = {spelling for name in self.names for spelling in spellings(db, name)}
        theirs = f"FROM assigned c WHERE c.name IN ({_marks(names)}) AND {condition}"
        of_theirs = (*names, *values)

        def all_theirs() -> int:
            what = "*" if len(names) == 1 else "DISTINCT c.case_id"
            return int(db.value(f"SELECT count({what}) {theirs}", *of_theirs))

        def theirs_in(families: Collection[str]) -> int:
            return int(
                db.value(
                    "SELECT count(*) FROM cases c INDEXED BY cases_project WHERE c.hidden = 0"
                    f" AND c.family IN ({_marks(families)}) AND {condition}"
                    f" AND +c.id IN (SELECT c.case_id {theirs})",
                    *families,
                    *values,
                    *of_theirs,
                )
            )

        if self.families is None:
            return all_theirs()
        tally = "SELECT name, sum(n) FROM tally WHERE kind = 'project' GROUP BY name"
        sizes: dict[str, int] = dict(db.tuples(tally))
        asked = sizes.keys() & set(self.families)
        beside = sizes.keys() - asked
        if sum(map(sizes.__getitem__, asked)) <= sum(map(sizes.__getitem__, beside)):
            return theirs_in(asked)
        return all_theirs() - theirs_in(beside)


def crossing_of(tree: query.Node, reader: str) -> Crossing | None:
    """Return what a query asks of somebody's cases, None where it asks for something else.

    ``reader`` is whose cases ``is:mine`` finds.
    """
    names: tuple[str, ...] | None = None
    families: tuple[str, ...] | None = None
    others: list[query.Node] = []
    for part in tree.parts if isinstance(tree, query.And) else (tree,):
        match part:
            case query.Field("engineer", values) if names is None:
                names = values
            case query.Field("is", ("mine",)) if names is None:
                names = (fold(reader),)
            case query.Field("project", values) if families is None:
                families = values
            case _ if _is_told(part):
                others.append(part)
            case _:
                return None
    return None if names is None else Crossing(names, families, query.And(tuple(others)))


def _is_told(part: query.Node) -> bool:
    """Say whether the status and the last activity of a case tell a condition."""
    match part:
        case query.Field("status") | query.Field("is", ("stale",)) | query.Days("updated"):
            return True
        case query.Not(inner):
            return _is_told(inner)
        case query.And(parts) | query.Or(parts):
            return all(map(_is_told, parts))
    return False


def _marks(values: Collection[str]) -> str:
    return ", ".join("?" * len(values))
