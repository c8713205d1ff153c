"""Undo: the last act of this copy is taken back by new changes; the history keeps both.

An undo bears the batch that it takes back, so which acts are undone is in the log itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from workbench.desk.newestact import (
    GIVEN_UP,
    REPEATING,
    Looked,
    changes_of,
    is_no_act,
    is_visible,
    look,
    of_others,
)
from workbench.desk.tools import Tools
from workbench.local.act import Act

Source = Version | Change
"""Who said something, and whether a page did."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did.

    ``items`` are the changes it wrote; ``left`` tells, a sentence each, what somebody has
    replaced since and was therefore left; ``alike`` what others or a page say just as the act did;
    ``cases`` are the ids of the cases of the act.
    """

    items: list[HistoryItem]
    left: list[str]
    alike: list[str]
    cases: tuple[str, ...]
    batch: str
    act: str
    """The kind of the act that was taken back, as the history names it: "set status", "add"."""
    done: tuple[HistoryItem, ...]
    """What a person did that is undone by this, or done again, as the history has it."""


@dataclass(slots=True)
class _Work:
    tools: Tools
    act: Act
    left: list[str] = field(default_factory=list)
    alike: list[str] = field(default_factory=list)
    _repeats: dict[str, frozenset[str]] = field(default_factory=dict)

    def repeats(self, case: str) -> frozenset[str]:
        """Return the names of what this copy's imports wrote of a case that it showed already."""
        if case not in self._repeats:
            self._repeats[case] = reading.repeats(self.tools, case)
        return self._repeats[case]


def undo(tools: Tools, *, redo: bool, looked: Looked | None = None) -> Undone:
    """Take back the newest act of this copy, or bring back what was taken back last.

    Args:
        looked: which act that is, as it was found before; found anew if anything came since.

    Raises:
        WorkbenchError: there is nothing to take back.
    """
    with tools.act("undo") as act:
        if looked is None or looked.last != tools.log.last():
            looked = look(tools, redo=redo)
        for name in looked.none:
            tools.db.run("INSERT OR IGNORE INTO meta VALUES (?, '')", name)
        batch = looked.batch
        if batch is None:
            raise WorkbenchError(
                said("there is nothing to bring back")
                if redo
                else said("there is nothing to take back"),
                said("workbench history shows the acts."),
            )
        changes = changes_of(tools, looked)
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
    alike = [] if redo else list(dict.fromkeys(work.alike))
    return Undone(items, left, alike, cases, act.batch, _label(changes), done)


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
    made = dict.fromkeys(change.case for change in changes if change.kind == "case")
    others = of_others(work.tools, made)
    for case in made:
        if case not in others:
            _hide_case(work, case)
        else:
            key = work.tools.reader.key(case)
            work.left.append(
                said("{case}: somebody else has it too, or wrote in it, and it stays", case=key)
            )
    notes = {change.name for change in changes if change.kind == "note"}
    hidden = set(made) | {
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
        if case not in hidden and not is_visible(own, partial(work.repeats, case))
    }
    for change in reversed(changes):
        if change.kind == "person":
            work.left += filter(None, [peopling.take_back(work.tools, work.act, change)])
        if change.case in hidden or is_no_act(change):
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
    last = own[-1]
    own += (repeated := _repeated(work, change.case, own, register))
    heads = _own_heads(own, register)
    others = [head for head in register.heads if head not in heads]
    gone = all(version.erased for version in own)
    if gone or not heads:
        rest = fold_register(v for v in register.versions if v not in own).values
        if gone or _values(rest) != _values(others):
            _leave(work, change.case, field_said(name), others[-1] if others else own[-1])
        return
    alike = [other for other in others if same(other, last)]
    _tell_alike(work, change.case, field_said(name), repeated, alike)
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


def _tell_alike(
    work: _Work, case: str, what: str, repeated: Sequence[Source], others: Iterable[Source]
) -> None:
    """Tell what else says just as the act did: a page's repeating goes with it, another's stands.

    Args:
        repeated: what a page that was imported here since repeated.
        others: what somebody else said.
    """
    values = {"case": work.tools.reader.key(case), "what": what}
    if repeated:
        work.alike.append(
            said(
                "{case}: a page imported since says the same {what}; that is taken back too",
                **values,
            )
        )
    for other in others:
        values["by"] = other.author
        work.alike.append(
            said("{case}: a page that {by} imported says the same {what}; it stands", **values)
            if other.imported
            else said("{case}: {by} gave the same {what}; it stands", **values)
        )


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
    repeated = [
        add
        for add in stored
        if add.imported and add.order > change.order and add.body.get("e") == element
        if add.name in work.repeats(change.case)
    ]
    own = _first_adds(stored, change.name) | {add.name for add in repeated}
    held = work.tools.elements(change.case, field).get(element, ())
    if gone := [name for name in held if _first_adds(stored, name) <= own]:
        work.act.write("rem", change.case, f=field, e=element, o=gone)
    what = said("{name}: {value}", name=field_said(field), value=element)
    others = [add for add in stored if add.name in held and add.name not in gone]
    _tell_alike(work, change.case, what, repeated, others)


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
