"""What goes into a store that gets our own changes only: also what they build on.

Without it they would show what nobody wrote. What takes a text out of any of it goes along.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any

from workbench.cases.change import Change
from workbench.cases.erasure import listed
from workbench.local.changelog import ChangeLog, Stored
from workbench.local.database import Database

NAMING = ("p", "o", "of", "t", "re", "af")
"""The keys of a change that name those without which it can't be shown."""


def wanted(db: Database, after: int, end: int) -> list[Any]:
    """Return what our own changes need, as rows (id, op_id, bytes, stub) in order; they may stand
    before the news among which they were looked for.

    Args:
        after: the row behind which the news begins.
        end: the last row that is looked at.
    """
    log = ChangeLog(db)
    subjects = db.rows(
        "SELECT DISTINCT subject FROM op o WHERE id > ? AND id <= ? AND EXISTS"
        " (SELECT 1 FROM op x WHERE x.subject = o.subject AND x.mine)",
        after,
        end,
    )
    own = db.rows("SELECT id FROM op WHERE mine AND id > ? AND id <= ?", after, end)
    found = {row["id"] for row in own}
    for (subject,) in subjects:
        found.update(stored.id for stored in _needed(log.of(subject)) if stored.id <= end)
    rows = db.rows_in("SELECT id, op_id, bytes, stub FROM op WHERE id IN ({})", found)
    return sorted(map(tuple, rows))


def _needed(case: Iterable[Stored]) -> list[Stored]:
    """Return our own changes of a case, and all that they build on."""
    case = list(case)
    by_name: dict[str, list[Stored]] = {}
    for stored in case:
        for name in _called(stored.change):
            by_name.setdefault(name, []).append(stored)
    # How far a person has read needs nothing: it says nothing of the case.
    waiting = [stored for stored in case if stored.mine and stored.change.kind != "read"]
    if waiting:
        made = {stored.change.batch for stored in case if stored.change.kind == "case"}
        waiting += [stored for stored in case if _tells_case(stored.change, made)]
    found = {stored.id: stored for stored in waiting}
    while waiting:
        change = waiting.pop().change
        for name in (*_called(change), *_named(change)):
            new = [stored for stored in by_name.pop(name, ()) if stored.id not in found]
            found.update((stored.id, stored) for stored in new)
            waiting += new
    return list(found.values())


def _tells_case(change: Change, made: Container[str | None]) -> bool:
    """True for what says which case it is: that it was made, with its problem, and its numbers."""
    return change.kind in ("case", "num") or (change.kind == "set" and change.batch in made)


def _called(change: Change) -> Iterator[str]:
    """Yield the names under which a change comes along with others: its own, that of the text
    whose part it is, and those that it redacts."""
    yield change.name
    if change.kind == "part":
        yield str(change.body["of"])
    if change.kind == "redact":
        yield from listed([change], "name")


def _named(change: Change) -> Iterator[str]:
    """Yield the names that a change mentions."""
    for key in NAMING:
        value = change.p if key == "p" else change.body.get(key)
        if isinstance(value, str):
            yield value
        elif value:
            yield from value
