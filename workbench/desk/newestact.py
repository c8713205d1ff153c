"""Which act of this copy an undo takes back: the newest that is one, and is not undone.

"A page that says what stood already is no act"; what is found to be none is remembered, since
whether each of its cases showed what the page says is a look at all that was done to them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from workbench.cases.change import Change
from workbench.desk import reading
from workbench.desk.tools import Tools
from workbench.local.changelog import Stored

NO_ACTS = frozenset({"page", "read", "part"})
"""Kinds that no person did by themselves."""
REPEATING = frozenset({"set", "edit", "add", "note"})
"""Kinds by which an import keeps what a page says, also where the case shows it already."""
GIVEN_UP = "given-up "
"""Begins the name in ``meta`` of an act of which nothing was left to take back: the next undo goes
on with the act before it."""
NO_ACT = "no-act "
"""Begins the name in ``meta`` of a batch that is no act as far as the row that the name ends in."""
_OF_OTHERS = (
    "SELECT DISTINCT s.uid FROM subject s JOIN op o ON o.subject = s.id WHERE s.uid IN ({})"
    " AND o.mine = 0 AND o.state = 'ok'"
    " AND json_extract(CAST(coalesce(o.bytes, o.stub) AS TEXT), '$.a') <> ?"
    " AND json_extract(CAST(coalesce(o.bytes, o.stub) AS TEXT), '$.k')"
    " NOT IN (SELECT value FROM json_each(?))"
)
"""Those of some cases in which another than this person did more than give a number."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Which act was found, and when: it is the one as long as nothing was written since.

    ``batch`` is None where there is none; ``newest`` is the newest row of the act, ``last`` that of
    the log; ``none`` are names for ``meta`` of what was found to be no act.
    """

    batch: str | None
    newest: int
    last: int
    none: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hiding:
    """How many cases the next undo would hide, and the page that they were imported from."""

    cases: int
    page: str | None
    looked: Looked


def hiding(tools: Tools) -> Hiding:
    """Return how many cases the next undo would hide; it writes nothing."""
    with tools.db.read():
        looked = look(tools, redo=False)
        changes = changes_of(tools, looked)
        made = {change.case for change in changes if change.kind == "case"}
        cases = (made - of_others(tools, made)) | {
            change.case
            for change in changes
            if change.kind == "show" and change.body.get("t") is None
        }
        shown = tools.db.rows_in("SELECT uid FROM cases WHERE uid IN ({}) AND NOT hidden", cases)
        pages = [change.body["name"] for change in changes if change.kind == "page"]
        return Hiding(len(list(shown)), next(iter(pages), None), looked)


def of_others(tools: Tools, cases: Iterable[str]) -> set[str]:
    """Return those of some cases that somebody else has by themselves too, or wrote in."""
    kinds = json.dumps([*NO_ACTS, "num"])
    return {uid for (uid,) in tools.db.rows_in(_OF_OTHERS, cases, tools.author, kinds)}


def changes_of(tools: Tools, looked: Looked) -> list[Change]:
    """Return the changes of an act that was found."""
    if looked.batch is None:
        return []
    return [stored.change for stored in tools.log.batch(looked.batch, looked.newest)]


def look(tools: Tools, *, redo: bool) -> Looked:
    """Find the act to take back.

    Undo takes the newest act that is no undo and is not undone; what redo brought back counts as
    done again. Redo takes the newest undo, as long as nothing else was done since.
    """
    undone = _remembered(tools, GIVEN_UP)
    acts = _Acts(tools)
    rows = tools.db.connection.execute(
        "SELECT batch, id AS newest, undoes FROM op WHERE mine = 1 AND state = 'ok'"
        " AND batch IS NOT NULL ORDER BY id DESC"
    )
    met: set[str] = set()
    for batch, newest, undoes in rows:
        if batch in met:
            continue
        met.add(batch)
        is_undo = undoes is not None and not _brings_back(tools, undoes)
        if batch in undone:
            if redo and undoes is None and acts.holds(batch, newest):
                break
            continue
        if undoes is not None:
            undone.add(undoes)
        if redo:
            if is_undo:
                return acts.found(batch, newest)
            if undoes is None and acts.holds(batch, newest):
                break
        elif not is_undo and acts.holds(batch, newest):
            return acts.found(batch, newest)
    return acts.found(None, 0)


def _remembered(tools: Tools, kind: str) -> set[str]:
    rows = tools.db.rows("SELECT name FROM meta WHERE name LIKE ?", kind + "%")
    return {name.removeprefix(kind) for (name,) in rows}


def _brings_back(tools: Tools, batch: str) -> bool:
    """True when this batch is an undo itself: taking it back is a redo."""
    row = tools.db.row(
        "SELECT undoes FROM op WHERE batch = ? AND mine = 1 AND undoes IS NOT NULL LIMIT 1", batch
    )
    return row is not None and not _brings_back(tools, row["undoes"])


class _Acts:
    """Tells acts from what is none, and remembers the latter."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._known = _remembered(tools, NO_ACT)
        self._none: list[str] = []

    def found(self, batch: str | None, newest: int) -> Looked:
        return Looked(batch, newest, self._tools.log.last(), tuple(self._none))

    def holds(self, batch: str, newest: int) -> bool:
        name = f"{batch} {newest}"
        if name in self._known:
            return False
        stored = self._tools.log.batch(batch, newest)
        if _is_act(self._tools, stored):
            return True
        if any(item.change.imported for item in stored):  # of others it is soon told again
            self._none.append(NO_ACT + name)
        return False


def _is_act(tools: Tools, stored: list[Stored]) -> bool:
    """True for what a person can take back: a redaction can't be, and blocks nothing.

    Nor can the beginning of an import that was stopped before any of its cases was to be seen.
    """
    if any(item.change.kind == "redact" for item in stored):
        return False
    if any(item.change.kind == "person" for item in stored):
        return True
    by_case: dict[str, list[Change]] = {}
    subjects: dict[str, int] = {}
    for item in stored:
        if not is_no_act(item.change):
            by_case.setdefault(item.change.case, []).append(item.change)
            subjects[item.change.case] = item.subject
    return any(
        _is_seen(tools, subjects[case]) and is_visible(own, partial(reading.repeats, tools, case))
        for case, own in by_case.items()
    )


def is_visible(changes: Iterable[Change], repeats: Callable[[], frozenset[str]]) -> bool:
    """False for what an act wrote of a case where a page only said what was shown already.

    Args:
        changes: what the act wrote of the case.
        repeats: gives the names of what imports wrote of it that it showed already.
    """
    told = [
        change
        for change in changes
        if not is_no_act(change)
        and not (change.imported and change.body.get("f") == "engineer_label")
    ]
    return any(c.kind not in REPEATING or not c.imported for c in told) or any(
        c.name not in repeats() for c in told
    )


def is_no_act(change: Change) -> bool:
    """True for what no person did by itself; a number is given, unless it replaces one."""
    return change.kind in NO_ACTS or (change.kind == "num" and not change.p)


def _is_seen(tools: Tools, subject: int) -> bool:
    return tools.db.value("SELECT 1 FROM cases WHERE id = ?", subject) is not None
