"""Undo: the last act of this copy is taken back by new changes; the history keeps both.

An undo bears the batch that it takes back, so which acts are undone is in the log itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from workbench.cases import fold
from workbench.cases.change import Change
from workbench.cases.errors import WorkbenchError
from workbench.cases.model import HistoryItem
from workbench.cases.register import Register, Version, import_chain
from workbench.desk import reading
from workbench.desk.deciding import ENTRY_KEYS, write_decided
from workbench.desk.tools import Tools
from workbench.local.act import Act

NO_ACTS = frozenset({"page", "read", "part", "num"})
"""Kinds that no person did by themselves."""


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


@dataclass(slots=True)
class _Work:
    tools: Tools
    act: Act
    left: list[str] = field(default_factory=list)


def undo(tools: Tools, *, redo: bool) -> Undone:
    """Take back the newest act of this copy, or bring back what was taken back last.

    Raises:
        WorkbenchError: there is nothing to take back.
    """
    found = _newest(tools, redo=redo)
    if found is None:
        word = "bring back" if redo else "take back"
        raise WorkbenchError(f"there is nothing to {word}", "workbench history shows the acts.")
    batch, newest = found
    changes = [stored.change for stored in tools.log.batch(batch, newest)]
    with tools.act("undo", undoes=batch) as act:
        work = _Work(tools, act)
        _take_back(work, changes)
        if not act.changes:
            tools.db.run("INSERT OR IGNORE INTO undone VALUES (?)", batch)
        act.fold()
    names = {change.name for change in act.changes}
    cases = tuple(dict.fromkeys(change.case for change in changes if change.kind != "page"))
    items = [
        item
        for case in dict.fromkeys(change.case for change in act.changes)
        for item in reading.history(tools, case)
        if item.id in names
    ]
    return Undone(items, work.left, cases, act.batch, _label(changes))


def _newest(tools: Tools, *, redo: bool) -> tuple[str, int] | None:
    """Return (batch, newest row) of the act to take back.

    Undo takes the newest act that is no undo and is not undone; what redo brought back counts as
    done again. Redo takes the newest undo, as long as nothing else was done since.
    """
    undone = {row["batch"] for row in tools.db.rows("SELECT batch FROM undone")}
    rows = tools.db.connection.execute(
        "SELECT batch, id AS newest, undoes FROM op WHERE mine = 1 AND state = 'ok'"
        " AND batch IS NOT NULL ORDER BY id DESC"
    )
    last = None
    for batch, newest, undoes in rows:
        if batch == last or batch in undone:
            last = batch
            continue
        last = batch
        is_undo = undoes is not None and not _brings_back(tools, undoes)
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
    """True for what a person can take back: a redaction can't be, and blocks nothing."""
    kinds = {stored.change.kind for stored in tools.log.batch(batch, newest)}
    return "redact" not in kinds and bool(kinds - NO_ACTS)


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
    for change in reversed(changes):
        if change.case in made or change.kind in NO_ACTS:
            continue
        match change.kind:
            case "note":
                _hide_entry(work, change)
            case "set":
                _set_back(work, change)
            case "edit" if change.body["t"] not in notes:
                _edit_back(work, change)
            case "add":
                _take_off(work, change)
            case "rem":
                _give_again(work, change)
            case "hide":
                _show_again(work, change)
            case "show":
                _hide_again(work, change)
            case "att" if change.body.get("t") not in notes:
                work.act.write("attrem", change.case, t=change.body.get("t"), o=[change.name])
            case "attrem":
                _attach_again(work, change)


def _hide_case(work: _Work, case: str) -> None:
    changes = [item.change for item in work.tools.changes(case, "case")]
    if not fold.hides_in_force(changes):
        work.act.write("hide", case, [c.name for c in changes if c.kind in ("hide", "show")])


def _hide_entry(work: _Work, note: Change) -> None:
    state = work.tools.entry(note.case, note.name)
    text = state.registers["text"]
    foreign = [head for head in text.heads if head.value != _first(text, note)]
    if state.hidden:
        return
    if foreign:
        _leave(work, note.case, "an entry", foreign[-1])
    else:
        work.act.write("hide", note.case, text.seen, t=state.id)


def _first(register: Register, change: Change) -> Any:
    return next((v.value for v in register.versions if change.name in v.names), None)


def _set_back(work: _Work, change: Change) -> None:
    name = change.body["f"]
    _back(work, change, work.tools.field(change.case, name), name, None)


def _edit_back(work: _Work, change: Change) -> None:
    state = work.tools.entry(change.case, str(change.body["t"]))
    register = next((name for name, key in ENTRY_KEYS.items() if key in change.body), "text")
    _back(work, change, state.registers[register], register, state.id)


def _back(work: _Work, change: Change, register: Register, name: str, entry: str | None) -> None:
    """Set a register to what the change replaced; several values come back as a decision."""
    own = next((v for v in register.versions if change.name in v.names), None)
    if own is None or own.erased:
        return
    others = [head for head in register.heads if head.value != own.value or head.redact]
    if others:
        _leave(work, change.case, name, others[-1])
        return
    before = [v for v in register.versions if v.names & own.p and not v.erased and not v.redact]
    if own.imported and not before:
        before = _imported_before(register, own)
    values: list[Any] = []
    for version in sorted(before, key=lambda version: version.order):
        if version.value not in values:
            values.append(version.value)
    for value in values or [None]:
        write_decided(work.tools, work.act, change.case, name, entry, value, register.seen)


def _imported_before(register: Register, own: Version) -> list[Version]:
    for older, newer in pairwise(import_chain(register.versions)):
        if any(own.names & version.names for version in newer):
            return older[-1:]
    return []


def _take_off(work: _Work, change: Change) -> None:
    """Take an element off that this copy gave, also where an undo gave it again."""
    field, element = change.body["f"], change.body["e"]
    stored = work.tools.changes(change.case, "field", field)
    held = work.tools.elements(change.case, field).get(element, ())
    mine = {item.change.name for item in stored if item.mine}
    own = [name for name in held if name == change.name or name in mine]
    if own:
        work.act.write("rem", change.case, f=field, e=element, o=own)
    if len(own) < len(held):
        work.left.append(
            f"{work.tools.reader.key(change.case)}: somebody else gave {element} too, and it stays"
        )


def _give_again(work: _Work, change: Change) -> None:
    field, element = change.body["f"], change.body["e"]
    if element not in work.tools.elements(change.case, field):
        work.act.write("add", change.case, f=field, e=element)


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
        what = "the case" if target is None else "an entry"
        work.left.append(
            f"{work.tools.reader.key(hide.case)}: somebody else hid {what} too, and it stays so"
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
        if change.kind == "att" and change.name in removal.body["o"]:
            body: dict[str, Any] = {key: change.body.get(key) for key in keys}
            work.act.write("att", removal.case, i=work.tools.pen.new_id(), **body)


def _leave(work: _Work, case: str, what: str, head: Version) -> None:
    key = work.tools.reader.key(case)
    work.left.append(f"{key}: {what} was changed since by {head.author}, and was left")
