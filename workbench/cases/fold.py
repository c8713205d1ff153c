"""From changes to what they come to: the fold of each kind of slot, and of a whole case.

"The fold is a pure function of the set of changes": any order, any repetition and any grouping of
arrival gives the same result. Nothing here reads a clock, draws a random number or merges text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workbench.cases import erasure, names, slots
from workbench.cases.change import FIELDS, SETS, Change, state_of
from workbench.cases.clock import milliseconds
from workbench.cases.model import Attachment, Image, Place
from workbench.cases.record import Record
from workbench.cases.register import (
    Parts,
    Register,
    Version,
    fold_register,
    import_chain,
    versions_of,
)
from workbench.cases.times import pasted_at

if TYPE_CHECKING:
    from workbench.cases.reads import Mark

RANKS = {"store": 3, "reserved": 2, "import": 1, "claim": 0}
"""Which source of a case number counts more."""


_NOTHING: frozenset[str] = frozenset()


class EntryState(Record):
    """An entry as its changes give it. ``registers``: text, speaker, happened.

    ``root`` is the id of the change that it began with; ``hides`` names the hides in force;
    ``erased`` are the ids of the changes that still hold a text which a redaction takes out.
    """

    id: str
    names: frozenset[str]
    root: str
    order: tuple[int, str]
    batch: str | None
    imported: bool
    reply_to: str | None
    above: str | None
    author: str | None
    speaker: str | None
    text: str
    happened_on: str | None
    edited: bool
    edited_by: str | None
    redacted: bool
    hidden: bool
    hides: frozenset[str]
    waiting: str | None
    images: tuple[Image, ...]
    files: tuple[Attachment, ...]
    registers: dict[str, Register]
    erased: frozenset[str]


class SetState(Record):
    """A set's elements, as first added, each with the names of the adds that hold it."""

    elements: dict[str, tuple[str, ...]]


class HeadState(Record):
    """The case itself: who made it, when, and which hides are in force. None until it is here."""

    project: str
    date_raw: str
    order: tuple[int, str]
    author: str
    batch: str | None
    imported: bool
    hides: frozenset[str]


class Claim(Record):
    """A claim of a case number."""

    family: str
    number: int
    source: str
    order: tuple[int, str]

    @property
    def rank(self) -> tuple[int, tuple[int, str]]:
        """What decides which of a case's own numbers is shown: source, then time."""
        return (RANKS.get(self.source, -1), self.order)


class CaseState(Record):
    """The whole fold of a case; ``head`` is None where its ``case`` change is not here."""

    head: HeadState | None
    fields: dict[str, Register]
    date_raws: list[str]
    sets: dict[str, SetState]
    claims: tuple[Claim, ...]
    images: tuple[Image, ...]
    files: tuple[Attachment, ...]
    entries: tuple[EntryState, ...]
    reads: dict[str, Mark]


# --- fields, sets, the case, its number, its files ---------------------------------------------


def field_value(field: str, change: Change) -> Any:
    """Return what a ``set`` of this field says, in a form in which equal values are equal."""
    value = change.body.get("x")
    if field == "status":
        given = value if isinstance(value, dict) else {}
        return {"s": given.get("s"), "until": given.get("until"), "why": given.get("why")}
    if field == "date":
        return value.get("on") if isinstance(value, dict) else None
    return value


def fold_field(field: str, changes: Iterable[Change]) -> Register:
    """Return the register of a case's field."""
    whole, erased = erasure.erase(changes)
    values = [change for change in whole if change.kind in ("set", "redact")]
    versions = versions_of(values, lambda change: field_value(field, change), Parts(whole))
    found = fold_register(versions, status=field == "status")
    return found._replace(erased=erased) if erased else found


def fold_date_raws(changes: Iterable[Change]) -> list[str]:
    """Return the dates as the page's headings had them, the newest last; each once."""

    def raw(change: Change) -> Any:
        value = change.body.get("x")
        return value.get("raw") if isinstance(value, dict) else None

    whole, _ = erasure.erase(changes)
    chain = import_chain(versions_of((c for c in whole if c.kind == "set"), raw))
    values = [group[-1].value for group in chain if isinstance(group[-1].value, str)]
    return list(dict.fromkeys(reversed(values)))[::-1]


def fold_set(changes: Iterable[Change]) -> SetState:
    """Return an observed-remove set: an element stays while an add of it was not seen removed."""
    changes = list(changes)
    removed = {name for c in changes if c.kind == "rem" for name in c.body["o"]}
    alive: dict[str, list[str]] = {}
    for change in sorted(changes, key=lambda change: change.order):
        if change.kind == "add" and change.name not in removed:
            held = alive.setdefault(change.body["e"], [])
            if change.name not in held:
                held.append(change.name)
    return SetState({element: tuple(held) for element, held in alive.items()})


def fold_head(changes: Iterable[Change]) -> HeadState | None:
    """Return the case itself."""
    changes = list(changes)
    made = min(
        (change for change in changes if change.kind == "case"),
        key=lambda change: change.order,
        default=None,
    )
    if made is None:
        return None
    return HeadState(
        project=made.body["project"],
        date_raw=made.body["date_raw"],
        order=made.order,
        author=made.author,
        batch=made.batch,
        imported=made.imported,
        hides=hides_in_force(changes),
    )


def hides_in_force(changes: Iterable[Change]) -> frozenset[str]:
    """Return the names of the hides that no ``show`` names."""
    changes = [change for change in changes if change.kind in ("show", "hide")]
    if not changes:
        return _NOTHING
    lifted = {name for change in changes if change.kind == "show" for name in change.p}
    return frozenset(c.name for c in changes if c.kind == "hide") - lifted


def fold_claims(changes: Iterable[Change]) -> tuple[Claim, ...]:
    """Return the numbers that a case claims, the one that is shown first.

    "A number that a renumbering replaced is shown only where none is left that was not."
    """
    least: dict[tuple[str, int, str], Claim] = {}
    current: set[tuple[str, int, str]] = set()
    numbers = sorted((c for c in changes if c.kind == "num"), key=lambda change: change.order)
    replaced = {name for change in numbers for name in change.p}
    for change in numbers:
        body = change.body
        key = (body["fam"], body["x"], body["src"])
        least.setdefault(key, Claim(*key, order=change.order))
        if change.name not in replaced:
            current.add(key)
    ranked = sorted(least, key=lambda key: (key in current, least[key].rank), reverse=True)
    return tuple(least[key] for key in ranked)


def fold_files(
    changes: Iterable[Change], place: Place
) -> tuple[tuple[Image, ...], tuple[Attachment, ...]]:
    """Return pictures and other files, in the order in which they were added.

    What saves of a page brought to an entry under several of its names stands once; a file that
    a page has twice in one place stands twice.
    """
    changes = [change for change in changes if change.kind in ("att", "attrem")]
    if not changes:
        return (), ()
    removed = {name for c in changes if c.kind == "attrem" for name in c.body["o"]}
    images: list[Image] = []
    found: list[Attachment] = []
    done: set[str] = set()
    counts: Counter[tuple[str, str]] = Counter()
    shown: set[tuple[str, int]] = set()
    for change in sorted(changes, key=lambda change: change.order):
        if change.kind != "att" or change.name in done:
            continue
        done.add(change.name)
        if change.erased:
            continue
        body = change.body
        from workbench.cases.files import is_hash  # few cases have files

        known = is_hash(body.get("sha256")) and body.get("size", -1) >= 0
        if not known:
            under = (str(body.get("t", "")), body["name"])
            nth = (body["name"], counts[under])
            counts[under] += 1
            if nth in shown:
                continue
            if change.name not in removed:
                shown.add(nth)
        if change.name in removed:
            continue
        file = body["name"]
        if known:
            found.append(_attachment(change, place))
        elif str(body.get("mime", "")).startswith("image/"):
            size = (body.get("width"), body.get("height"))
            images.append(Image(file, *size, place, pasted_at(file)))
        else:
            found.append(Attachment(file, place))
    return tuple(images), tuple(found)


def _attachment(change: Change, place: Place) -> Attachment:
    body = change.body
    return Attachment(
        body["name"],
        place,
        body["sha256"],
        body["size"],
        id=change.name,
        author=change.author,
        added_at=milliseconds(change.h),
    )


# --- entries -----------------------------------------------------------------------------------


def fold_entries(changes: Iterable[Change]) -> list[EntryState]:
    """Return the entries of one slot (or of several), in order of time."""
    whole = list(changes)
    erased: set[str] = set()
    if any(change.kind == "redact" for change in whole):
        groups, whole = _grouped(whole, {}), []
        for group in groups:
            kept, gone = erasure.erase(group)
            whole += kept
            erased |= gone
    states = [_entry(group, erased) for group in _grouped(whole, page_names(whole))]
    return sorted((s for s in states if s is not None), key=lambda state: state.order)


def _grouped(changes: list[Change], joined: dict[str, str]) -> list[list[Change]]:
    """Return the changes of each entry; ``joined`` are pairs of names of one entry."""
    ties = [*joined.items()]
    for change in changes:
        if change.kind in ("edit", "redact"):
            ties += _ties(change)
    if not ties:
        alone: dict[str, list[Change]] = {}
        for change in changes:
            alone.setdefault(_target(change), []).append(change)
        return list(alone.values())
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    def tie(one: str, two: str) -> None:
        first, second = root(one), root(two)
        parent[max(first, second)] = min(first, second)

    for one, two in ties:
        tie(one, two)
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(root(_target(change)), []).append(change)
    return list(groups.values())


def _target(change: Change) -> str:
    return change.name if change.kind == "note" else str(change.body.get("t", ""))


def _ties(change: Change) -> list[tuple[str, str]]:
    """Return the pairs of names that a change says are one entry's."""
    own = _target(change)
    if change.kind == "edit" and change.name != change.id:
        return [(own, change.name)]
    if change.kind != "redact":
        return []
    found = [(own, item["name"]) for item in change.body["l"]]
    for stub in erasure.stubs(change):
        found += [(own, _target(stub)), *_ties(stub)]
    return found


def page_names(changes: Iterable[Change]) -> dict[str, str]:
    """Return, for each typed note here that a page's note here is, the two names.

    Typed notes of equal words take the places that they had when they were written; of two that
    claim one place (typed on two copies) the later moves down. A page's note whose text was taken
    out is none of them: some copies can't know its words any more.
    """
    notes = [change for change in changes if change.kind == "note"]
    imported = {note.name for note in notes if note.imported and not note.erased}
    if not imported:
        return {}
    return {note: name for note, name in typed_names(notes).items() if name in imported}


def typed_names(changes: Iterable[Change]) -> dict[str, str]:
    """Return, for each typed note here, the name of a page's note that is this one."""
    taken: dict[str, set[int]] = {}
    found: dict[str, str] = {}
    typed = [change for change in changes if change.kind == "note" and not change.imported]
    for note in sorted(typed, key=lambda note: note.order):
        equal = slots.equality(note)
        if equal is None or note.name in found:
            continue
        places = taken.setdefault(equal, set())
        place = int(note.body.get("d", 0))
        while place in places:
            place += 1
        places.add(place)
        found[note.name] = names.derive(equal, str(place))
    return found


def _entry(changes: list[Change], erased: set[str]) -> EntryState | None:
    if len(changes) == 1 and changes[0].kind == "note" and "parts" not in changes[0].body:
        return _lone(changes[0])
    notes = sorted((c for c in changes if c.kind == "note"), key=lambda note: note.order)
    edits = [change for change in changes if change.kind == "edit"]
    later = {edit.name for edit in edits if edit.name != edit.id}
    roots = sorted(notes, key=lambda note: (note.imported, note.name in later, note.order))
    if not roots:
        return None
    root = roots[0]
    every = frozenset({note.name for note in notes} | later)
    parts = Parts(changes)
    text = _text_register(root, notes, edits, changes, parts)
    speaker = _other_register(root, every, edits, "s")
    happened = _other_register(root, every, edits, "at")
    hides = hides_in_force(changes)
    covered = {name for c in changes if c.kind == "hide" and c.name in hides for name in c.p}
    shown = text.shown
    images, files = fold_files(changes, "thread")
    said = speaker.shown.value if speaker.shown else None
    when = happened.shown.value if happened.shown else None
    return EntryState(
        id=root.name,
        names=every,
        root=root.id,
        order=root.order,
        batch=root.batch,
        imported=root.imported,
        reply_to=root.body.get("re"),
        above=next((n.body["af"] for n in notes if n.imported and n.name == root.name), None),
        author=root.body.get("by") if root.imported else root.author,
        speaker=said or None,
        text=shown.value or "" if shown and not shown.redact else "",
        happened_on=when or None,
        edited=bool(edits),
        edited_by=_editor(root, text),
        redacted=any(version.redact for version in text.versions),
        hidden=bool(hides) and all(head.names & covered for head in text.heads),
        hides=hides,
        waiting=_waiting(text),
        images=images,
        files=files,
        registers={"text": text, "speaker": speaker, "happened": happened},
        erased=frozenset(change.id for change in changes if change.id in erased),
    )


def _lone(note: Change) -> EntryState:
    """Return the entry of which there is one change: as most are, this way is a short one."""
    body = note.body
    imported = note.imported
    every = frozenset((note.name,))
    text = fold_register(_first_texts(note, [note], None))
    speaker = _register(note, every, "s")
    happened = _register(note, every, "at")
    shown = text.shown
    return EntryState(
        note.name,
        every,
        note.id,
        note.order,
        note.batch,
        imported,
        body.get("re"),
        body["af"] if imported else None,
        body.get("by") if imported else note.author,
        body.get("s") or None,
        shown.value or "" if shown else "",
        body.get("at") or None,
        False,
        None,
        False,
        False,
        _NOTHING,
        _waiting(text),
        (),
        (),
        {"text": text, "speaker": speaker, "happened": happened},
        _NOTHING,
    )


def _text_register(
    root: Change,
    notes: list[Change],
    edits: list[Change],
    changes: list[Change],
    parts: Parts,
) -> Register:
    edited = [edit for edit in edits if edit.body.keys() & {"x", "parts"} or edit.erased]
    replaced = {edit.name for edit in edited}
    first = _first_texts(root, [note for note in notes if note.name not in replaced], parts)
    redacts = [change for change in changes if change.kind == "redact"]
    return fold_register([*first, *versions_of([*edited, *redacts], _text, parts)])


def _text(change: Change) -> Any:
    return change.body.get("x")


def _first_texts(root: Change, notes: list[Change], parts: Parts | None) -> list[Version]:
    """Return what an entry said before anybody edited it."""
    first = versions_of(notes, _text, parts)
    return first if root.imported else _one_version(root, first)


def _one_version(root: Change, versions: list[Version]) -> list[Version]:
    """Return a typed note and the page's notes that it is as one version: what was typed."""
    own = next((version for version in versions if root.name in version.names), None)
    if own is None:
        return versions
    return [
        Version(
            names=frozenset(name for version in versions for name in version.names),
            order=own.order,
            author=own.author,
            value=own.value,
            p=own.p,
            erased=own.erased,
            arriving=own.arriving,
            ids=frozenset(i for version in versions for i in version.ids),
        )
    ]


def _other_register(root: Change, every: frozenset[str], edits: list[Change], key: str) -> Register:
    changed = [edit for edit in edits if key in edit.body]
    if not changed:
        return _register(root, every, key)
    later = versions_of(changed, lambda edit: edit.body.get(key) or None)
    return fold_register([_first(root, every, key), *later])


def _register(root: Change, every: frozenset[str], key: str) -> Register:
    """Return the register of what nobody edited."""
    first = _first(root, every, key)
    return Register((first,), (first,), first, False)


def _first(root: Change, every: frozenset[str], key: str) -> Version:
    """Return what an entry's beginning says of it."""
    return Version(every, root.order, root.author, root.body.get(key) or None, _NOTHING)


def _editor(root: Change, text: Register) -> str | None:
    """Return who wrote the shown text, where that is another than who wrote the entry."""
    shown = text.shown
    if shown is None or shown.imported or shown.author == root.author or root.name in shown.names:
        return None
    return shown.author


def _waiting(text: Register) -> str | None:
    if text.arriving:
        return "arriving"
    return "incomplete" if text.incomplete else None


# --- a whole case ------------------------------------------------------------------------------


def fold_case(changes: Iterable[Change]) -> CaseState:
    """Return the fold of a whole case: its slots, each folded by itself."""
    by_slot: dict[int, list[Change]] = {}
    entries: list[Change] = []
    for change in {change.id: change for change in changes}.values():
        if state_of(change) != "ok":
            continue
        label = slots.fixed(change)
        if label is None:
            entries.append(change)
        else:
            by_slot.setdefault(label, []).append(change)
    case = next((c.case for group in (entries, *by_slot.values()) for c in group), "")

    def slot(*parts: str) -> list[Change]:
        return by_slot.get(names.slot_hash(*parts, case), [])

    from workbench.cases.reads import fold_reads  # which only a whole case needs

    whole, _ = erasure.erase(slot("files"))
    images, files = fold_files(whole, "problem")
    return CaseState(
        head=fold_head(slot("case")),
        fields={field: fold_field(field, slot("field", field)) for field in FIELDS},
        date_raws=fold_date_raws(slot("field", "date")),
        sets={name: fold_set(slot("field", name)) for name in SETS},
        claims=fold_claims(slot("number")),
        images=images,
        files=files,
        entries=tuple(fold_entries(entries)),
        reads=fold_reads(slot("other", "read")),
    )
