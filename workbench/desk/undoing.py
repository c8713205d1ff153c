"""Undo: the last act of this copy is taken back by new changes; the history keeps both.

An undo bears the batch that it takes back, so which acts are undone is in the log itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from workbench.cases import fold
from workbench.cases.change import Change
from workbench.cases.errors import WorkbenchError
from workbench.cases.fieldwords import field_said
from workbench.cases.fold import EntryState
from workbench.cases.model import HistoryItem
from workbench.cases.register import (
    REDACTED,
    Register,
    Version,
    fold_register,
    origin,
    replaced_by,
    said_before,
    same,
)
from workbench.cases.said import said
from workbench.desk import peopling, reading
from workbench.desk.deciding import ENTRY_KEYS, write_decided
from workbench.desk.tools import Tools
from workbench.local.act import Act

NO_ACTS = frozenset({"page", "read", "part"})
"""Kinds that no person did by themselves."""
REPEATING = frozenset({"set", "edit", "add"})
"""Kinds by which an import keeps what a page says, also where the case shows it already."""
GIVEN_UP = "given-up "
"""Begins the name in ``meta`` of an act of which nothing was left to take back: the next undo goes
on with the act before it."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did.

    ``items`` are the changes it wrote; ``left`` tells, a sentence each, what somebody has
    replaced since and was therefore left; ``cases`` are the ids of the cases of the act.
    """

    items: list[HistoryItem]
    left: list[str]
    cases: tuple[str, ...]
    batch: str
    act: str
    """The kind of the act that was taken back, as the history names it: "set status", "add"."""
    done: tuple[HistoryItem, ...]
    """What a person did that is undone by this, or done again, as the history has it."""


@dataclass(frozen=True, slots=True)
class Hiding:
    """How many cases the next undo would hide, and the page that they were imported from."""

    cases: int
    page: str | None


@dataclass(slots=True)
class _Work:
    tools: Tools
    act: Act
    left: list[str] = field(default_factory=list)
    _repeats: dict[str, frozenset[str]] = field(default_factory=dict)

    def repeats(self, case: str) -> frozenset[str]:
        """Return the names of what this copy's imports wrote of a case that it showed already."""
        if case not in self._repeats:
            self._repeats[case] = reading.repeats(self.tools, case)
        return self._repeats[case]


def undo(tools: Tools, *, redo: bool) -> Undone:
    """Take back the newest act of this copy, or bring back what was taken back last.

    Raises:
        WorkbenchError: there is nothing to take back.
    """
    with tools.act("undo") as act:
        found = _newest(tools, redo=redo)
        if found is None:
            raise WorkbenchError(
                said("there is nothing to bring back")
                if redo
                else said("there is nothing to take back"),
                said("workbench history shows the acts."),
            )
        batch, newest = found
        changes = [stored.change for stored in tools.log.batch(batch, newest)]
        act.undoes = batch
        work = _Work(tools, act)
        _take_back(work, changes)
        act.fold()
        if not act.changes:
            tools.db.run("INSERT OR IGNORE INTO meta VALUES (?, '')", GIVEN_UP + batch)
    names = {change.name for change in act.changes}
    cases = tuple(
        dict.fromkeys(change.case for change in changes if change.kind not in ("page", "person"))
    )
    told = [
        item
        for case in dict.fromkeys(change.case for change in act.changes)
        for item in reading.history(tools, case)
    ]
    items = [item for item in told if item.id in names]
    first = {change.name for change in _first_act(tools, batch)}
    done = tuple(item for item in told if item.id in first)
    left = list(dict.fromkeys(work.left))
    return Undone(items, left, cases, act.batch, _label(changes), done)


def hiding(tools: Tools) -> Hiding:
    """Return how many cases the next undo would hide; it writes nothing."""
    with tools.db.read():
        found = _newest(tools, redo=False)
        changes = [stored.change for stored in tools.log.batch(*found)] if found else []
        cases = {
            change.case
            for change in changes
            if change.kind == "case" or (change.kind == "show" and change.body.get("t") is None)
        }
        shown = tools.db.rows_in("SELECT uid FROM cases WHERE uid IN ({}) AND NOT hidden", cases)
        pages = [change.body["name"] for change in changes if change.kind == "page"]
        return Hiding(len(list(shown)), next(iter(pages), None))


def _first_act(tools: Tools, batch: str) -> list[Change]:
    """Return what a person did that undos and redos took back and brought again, to this one."""
    newest = 0
    row: Any = (batch, 0)
    while row is not None and row[0] is not None:
        batch = row[0]
        row = tools.db.row(
            "SELECT undoes, id FROM op WHERE batch = ? AND mine = 1 ORDER BY id DESC LIMIT 1", batch
        )
        newest = row["id"] if row is not None else newest
    return [stored.change for stored in tools.log.batch(batch, newest)]


def _newest(tools: Tools, *, redo: bool) -> tuple[str, int] | None:
    """Return (batch, newest row) of the act to take back.

    Undo takes the newest act that is no undo and is not undone; what redo brought back counts as
    done again. Redo takes the newest undo, as long as nothing else was done since.
    """
    given_up = tools.db.rows("SELECT name FROM meta WHERE name LIKE ?", GIVEN_UP + "%")
    undone = {name.removeprefix(GIVEN_UP) for (name,) in given_up}
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
            if redo and undoes is None and _is_act(tools, batch, newest):
                return None
            continue
        if undoes is not None:
            undone.add(undoes)
        if redo:
            if is_undo:
                return batch, newest
            if undoes is None and _is_act(tools, batch, newest):
                return None
        elif not is_undo and _is_act(tools, batch, newest):
            return batch, newest
    return None


def _brings_back(tools: Tools, batch: str) -> bool:
    """True when this batch is an undo itself: taking it back is a redo."""
    row = tools.db.row(
        "SELECT undoes FROM op WHERE batch = ? AND mine = 1 AND undoes IS NOT NULL LIMIT 1", batch
    )
    return row is not None and not _brings_back(tools, row["undoes"])


def _is_act(tools: Tools, batch: str, newest: int) -> bool:
    """True for what a person can take back: a redaction can't be, and blocks nothing.

    Nor can the beginning of an import that was stopped before any of its cases was to be seen.
    """
    stored = tools.log.batch(batch, newest)
    if any(item.change.kind == "redact" for item in stored):
        return False
    if any(item.change.kind == "person" for item in stored):
        return True
    by_case: dict[str, list[Change]] = {}
    subjects: dict[str, int] = {}
    for item in stored:
        if not _no_act(item.change):
            by_case.setdefault(item.change.case, []).append(item.change)
            subjects[item.change.case] = item.subject
    return any(
        _is_seen(tools, subjects[case]) and _is_visible(own, partial(reading.repeats, tools, case))
        for case, own in by_case.items()
    )


def _is_visible(changes: Iterable[Change], repeats: Callable[[], frozenset[str]]) -> bool:
    """False for what an act wrote of a case where a page only said what was shown already.

    Args:
        changes: what the act wrote of the case.
        repeats: gives the names of what imports wrote of it that it showed already.
    """
    told = [
        change
        for change in changes
        if not _no_act(change)
        and not (change.imported and change.body.get("f") == "engineer_label")
    ]
    return any(c.kind not in REPEATING or not c.imported for c in told) or any(
        c.name not in repeats() for c in told
    )


def _no_act(change: Change) -> bool:
    """True for what no person did by itself; a number is given, unless it replaces one."""
    return change.kind in NO_ACTS or (change.kind == "num" and not change.p)


def _is_seen(tools: Tools, subject: int) -> bool:
    return tools.db.value("SELECT 1 FROM cases WHERE id = ?", subject) is not None


def _label(changes: list[Change]) -> str:
    kinds = [change.kind for change in changes]
    if "case" in kinds:
        return "import" if any(change.imported for change in changes) else "new"
    first = changes[0]
    if any(change.imported for change in changes):
        return "import"
    return str(first.body.get("f", first.kind))


# --- taking back -------------------------------------------------------------------------------


def _take_back(work: _Work, changes: list[Change]) -> None:
    made = {change.case for change in changes if change.kind == "case"}
    for case in dict.fromkeys(change.case for change in changes if change.kind == "case"):
        _hide_case(work, case)
    notes = {change.name for change in changes if change.kind == "note"}
    hidden = made | {
        case
        for case in {change.case for change in changes}
        if work.tools.db.value("SELECT 1 FROM cases WHERE uid = ?", case) is None
    }
    by_case: dict[str, list[Change]] = {}
    for change in changes:
        by_case.setdefault(change.case, []).append(change)
    hidden |= {
        case
        for case, own in by_case.items()
        if case not in hidden and not _is_visible(own, partial(work.repeats, case))
    }
    for change in reversed(changes):
        if change.kind == "person":
            work.left += filter(None, [peopling.take_back(work.tools, work.act, change)])
        if change.case in hidden or _no_act(change):
            continue
        if (
            change.kind in REPEATING
            and change.imported
            and change.name in work.repeats(change.case)
        ):
            continue
        match change.kind:
            case "note":
                _hide_entry(work, change)
            case "set":
                _set_back(work, change, changes)
            case "edit" if change.body["t"] not in notes:
                _edit_back(work, change, changes)
            case "add":
                _take_off(work, change)
            case "rem":
                _put_on(work, change)
            case "hide":
                _show_again(work, change)
            case "show":
                _hide_again(work, change)
            case "att" if change.body.get("t") not in notes:
                work.act.write("attrem", change.case, t=change.body.get("t"), o=[change.name])
            case "attrem":
                _attach_again(work, change)
            case "num":
                _number_back(work, change)


def _hide_case(work: _Work, case: str) -> None:
    changes = [item.change for item in work.tools.changes(case, "case")]
    if not fold.hides_in_force(changes):
        work.act.write("hide", case, [c.name for c in changes if c.kind in ("hide", "show")])


def _hide_entry(work: _Work, note: Change) -> None:
    """Hide what was added, unless somebody said something else in it since."""
    state = work.tools.entry(note.case, note.name)
    if state.hidden:
        return
    text = state.registers["text"]
    first = next((v.value for v in text.versions if note.name in v.names), None)
    redacts = {name for version in text.versions if version.redact for name in version.names}
    foreign = [
        head
        for head in text.heads
        if head.value != first and not head.redact and not head.p & redacts
    ]
    if foreign:
        _leave(work, note.case, said("an entry"), foreign[-1])
    else:
        work.act.write("hide", note.case, text.seen, t=state.id)


def _set_back(work: _Work, change: Change, changes: list[Change]) -> None:
    name = change.body["f"]
    _back(work, change, changes, work.tools.field(change.case, name), name, None)


def _edit_back(work: _Work, change: Change, changes: list[Change]) -> None:
    state = work.tools.entry(change.case, str(change.body["t"]))
    register = next((name for name, key in ENTRY_KEYS.items() if key in change.body), "text")
    _back(work, change, changes, state.registers[register], register, state.id)
    if register == "text" and change.p and change.p <= _hidden_versions(work, change.case, state):
        # New words had brought a hidden entry into sight: without them it is hidden as it was.
        state = work.tools.entry(change.case, state.id)
        seen = state.registers["text"].seen
        if change.name not in seen and not state.hidden:
            work.act.write("hide", change.case, seen, t=state.id)


def _hidden_versions(work: _Work, case: str, state: EntryState) -> set[str]:
    """Return the names of an entry's versions that hides in force cover."""
    stored = work.tools.entry_changes(case, state.id)
    return {name for item in stored if item.change.name in state.hides for name in item.change.p}


def _back(
    work: _Work,
    change: Change,
    changes: list[Change],
    register: Register,
    name: str,
    entry: str | None,
) -> None:
    """Set a register to what the act replaced there; several values come back as a decision.

    Its values are taken back together, at the first of them: else each would bring back another.
    """
    act = {item.name for item in changes}
    own = [v for v in register.versions if v.names & act]
    if not own or not any(change.name in v.names for v in own[-1:]):
        return
    own += _repeated(work, change.case, own, register)
    heads = _own_heads(own, register)
    others = [head for head in register.heads if head not in heads]
    gone = all(version.erased for version in own)
    if gone or not heads:
        rest = fold_register(v for v in register.versions if v not in own).values
        if gone or _values(rest) != _values(others):
            _leave(work, change.case, field_said(name), others[-1] if others else own[-1])
        return
    values = _values(_before(own, others, register))
    still = _values(others)
    p = [name for head in heads for name in head.names]
    back = [value for value in values if value not in still]
    if not back:  # one of the others takes the place: it is replaced by itself
        back = values[-1:]
        p += [name for head in others if _values([head]) == back for name in head.names]
    for value in back:
        write_decided(work.tools, work.act, change.case, name, entry, value, p)


def _repeated(work: _Work, case: str, own: list[Version], register: Register) -> list[Version]:
    """Return what a page that was imported here since said after an act: it is no change."""
    later = [
        version
        for version in register.versions
        if version.imported and version.order > own[-1].order and same(version, own[-1])
    ]
    return [version for version in later if version.names & work.repeats(case)]


def _own_heads(own: list[Version], register: Register) -> list[Version]:
    """Return the heads that an act gave, or that an undo brought back; who says the same stays."""
    names = {name for version in own for name in (*version.names, *origin(register, version).names)}
    return [
        head
        for head in register.heads
        if head.names & names or origin(register, head).names & names
    ]


def _before(own: list[Version], others: list[Version], register: Register) -> list[Version]:
    """Return the versions that stood before an act, with those that others gave since.

    What another's value replaced too stays replaced, wherever an undo brought that value back.
    """
    behind = said_before(register)
    names = {name for version in own for name in version.p}
    names |= {name for version in own for mine in version.names for name in behind.get(mine, ())}
    before = [v for v in register.versions if v.names & names and v not in own and not v.erased]
    still: set[str] = set()
    for version in (*before, *(origin(register, head) for head in others)):
        still |= replaced_by(register, version)
    return [*others, *(version for version in before if not version.names & still)]


def _values(versions: Sequence[Version]) -> list[Any]:
    """Return what the versions say, each value once, in order of time."""
    values: list[Any] = []
    for version in sorted(versions, key=lambda version: version.order):
        value = REDACTED if version.redact else version.value
        if value not in values:
            values.append(value)
    return values or [None]


def _take_off(work: _Work, change: Change) -> None:
    """Take off what was added, also where an undo put it on again; another's add stays."""
    field, element = change.body["f"], change.body["e"]
    stored = [item.change for item in work.tools.changes(change.case, "field", field)]
    own = _first_adds(stored, change.name)
    own |= {
        add.name
        for add in stored
        if add.imported and add.order > change.order and add.body.get("e") == element
        if add.name in work.repeats(change.case)
    }
    held = work.tools.elements(change.case, field).get(element, ())
    if gone := [name for name in held if _first_adds(stored, name) <= own]:
        work.act.write("rem", change.case, f=field, e=element, o=gone)


def _first_adds(changes: list[Change], name: str) -> set[str]:
    """Return the adds that an undo brought back by this one; any other is its own."""
    adds = {change.name: change for change in changes if change.kind == "add"}
    found: set[str] = set()
    waiting, met = [name], {name}
    while waiting:
        current = waiting.pop()
        undone = adds[current].body.get("u") if current in adds else None
        before = {
            before
            for change in changes
            if change.kind == "rem" and undone is not None and change.batch == undone
            if change.body["e"] == adds[current].body["e"]
            for before in change.body["o"]
        }
        waiting += before - met
        met |= before
        if not before:
            found.add(current)
    return found


def _put_on(work: _Work, removal: Change) -> None:
    field, element = removal.body["f"], removal.body["e"]
    if element not in work.tools.elements(removal.case, field):
        work.act.write("add", removal.case, f=field, e=element)


def _show_again(work: _Work, hide: Change) -> None:
    """Lift what this copy hid, also where an undo hid it again; another's hide stays."""
    target = hide.body.get("t")
    if target is None:
        stored = work.tools.changes(hide.case, "case")
        in_force = fold.hides_in_force(item.change for item in stored)
    else:
        stored = work.tools.entry_changes(hide.case, str(target))
        in_force = work.tools.entry(hide.case, str(target)).hides
    mine = {item.change.name for item in stored if item.mine and item.change.author == hide.author}
    own = [name for name in in_force if name == hide.name or name in mine]
    if own:
        work.act.write("show", hide.case, own, t=target)
    if len(own) < len(in_force):
        key = work.tools.reader.key(hide.case)
        work.left.append(
            said("{case}: somebody else hid the case too, and it stays so", case=key)
            if target is None
            else said("{case}: somebody else hid an entry too, and it stays so", case=key)
        )


def _hide_again(work: _Work, show: Change) -> None:
    target = show.body.get("t")
    if target is None:
        _hide_case(work, show.case)
    else:
        state = work.tools.entry(show.case, str(target))
        if not state.hidden:
            work.act.write("hide", show.case, state.registers["text"].seen, t=state.id)


def _attach_again(work: _Work, removal: Change) -> None:
    keys = ("t", "sha256", "size", "name", "mime", "width", "height")
    target = removal.body.get("t")
    if target is None:
        stored = work.tools.changes(removal.case, "files")
    else:
        stored = work.tools.entry_changes(removal.case, str(target))
    for item in stored:
        change = item.change
        if change.kind == "att" and change.name in removal.body["o"] and not change.erased:
            body: dict[str, Any] = {key: change.body.get(key) for key in keys}
            work.act.write("att", removal.case, i=work.tools.pen.new_id(), **body)


def _number_back(work: _Work, change: Change) -> None:
    """Give a case the number again that the change replaced."""
    numbers = [item.change for item in work.tools.changes(change.case, "number")]
    replaced = {name for number in numbers for name in number.p}
    if change.name in replaced:
        key = work.tools.reader.key(change.case)
        work.left.append(said("{case}: the number was changed since, and was left", case=key))
        return
    before = [number for number in numbers if number.name in change.p]
    claim = next(iter(fold.fold_claims(before)), None)
    if claim is not None:
        body = {"fam": claim.family, "x": claim.number, "src": claim.source}
        work.act.write("num", change.case, {n.name for n in numbers} - replaced, **body)


def _leave(work: _Work, case: str, what: str, head: Version) -> None:
    key = work.tools.reader.key(case)
    values = {"case": key, "what": what, "by": head.author}
    work.left.append(
        said("{case}: {what} was redacted since by {by}, and was left", **values)
        if head.redact or head.erased
        else said("{case}: {what} was changed since by {by}, and was left", **values)
    )
