"""Which queries a list has an index for: the whole, statuses, one project or one engineer."""

from __future__ import annotations

from workbench.cases import query
from workbench.cases.text import fold
from workbench.local.listing import Scope


def scope_of(tree: query.Node, reader: str) -> Scope | None:
    """Return the scope that a query asks for, None where it asks for something else.

    ``reader`` is whose cases ``is:mine`` finds.
    """
    parts = tree.parts if isinstance(tree, query.And) else (tree,)
    found = Scope()
    for part in parts:
        narrower = _narrowed(found, part, reader)
        if narrower is None:
            return None
        found = narrower
    return found


def _narrowed(scope: Scope, part: query.Node, reader: str) -> Scope | None:
    """Return a scope narrowed by one part of a query, None where that is no scope."""
    match part:
        case query.Field("status", values) if scope.statuses is None:
            return scope._replace(statuses=values)
    if scope.project is not None or scope.engineer is not None:
        return None
    match part:
        case query.Field("project", (project,)):
            return scope._replace(project=project)
        case query.Field("engineer", (engineer,)):
            return scope._replace(engineer=engineer)
        case query.Field("is", ("mine",)):
            return scope._replace(engineer=fold(reader))
    return None
