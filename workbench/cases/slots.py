"""Which changes are folded together: the slots of a case.

"A slot's fold needs its own changes only." A field, a set, the case itself and its number are a
slot each. An entry's slot is a connected set of names: an edit ties the name it gives to the one
it edits, a redaction ties the names it lists, and notes of equal words share a slot, because one
of them may turn out to be another (a note typed here and read back from a page).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from workbench.cases import erasure, names
from workbench.cases.change import Change


@lru_cache(maxsize=512)
def token(case: str, name: str) -> int:
    """Return the label of an entry's name; of a note it is asked for more than once."""
    return names.slot_hash("entry", case, name)


def shown_speaker(speaker: str | None, author: str | None, *, imported: bool) -> str | None:
    """Return under whom a page shows an entry: a typed one's author where none is said."""
    return speaker or (None if imported else author)


def equality(note: Change) -> str | None:
    """Return what a note has in common with equal ones, or None where it stands alone."""
    text = note.body.get("x")
    if note.erased or note.p or not isinstance(text, str) or not text.strip():
        return None
    return names.equality(
        note.case,
        shown_speaker(note.body.get("s"), note.author, imported=note.imported),
        text,
    )


SHARED_PAGES = names.slot_hash("other", "page")
"""The slot of what tells of shared sources of pages: one, as they are looked for together."""

_REDACTED = {"files": ("files",), "people": ("other", "person")}
"""The slots of what a redaction takes out that is no field."""


def fixed(change: Change) -> int | None:
    """Return the slot of a change of a field, a set, the case or its number; None for entries."""
    if change.kind == "page":
        from workbench.cases.savedpages import is_shared  # which most changes do without

        if is_shared(change):
            return SHARED_PAGES
    parts = _fixed_parts(change)
    return None if parts is None else names.slot_hash(*parts, change.case)


def _fixed_parts(change: Change) -> tuple[str, ...] | None:
    """Return what such a slot is called within its case; None for a change of entries."""
    body = change.body
    match change.kind:
        case "set" | "add" | "rem":
            return ("field", str(body.get("f")))
        case "case":
            return ("case",)
        case "num":
            return ("number",)
        case "hide" | "show" | "att" | "attrem" if "t" not in body:
            return ("case",) if change.kind in ("hide", "show") else ("files",)
        case "redact" | "part" if "t" not in body:
            field = str(body.get("f"))
            named = _REDACTED.get(field) if change.kind == "redact" else None
            return named or ("field", field)
        case "note" | "edit" | "hide" | "show" | "att" | "attrem" | "redact" | "part":
            return None
    return ("other", change.kind)


def tokens(change: Change) -> tuple[int, ...]:
    """Return the labels that a change of an entry ties together; the first is its own."""
    body = change.body
    case = change.case
    if change.kind == "note":
        equal = equality(change)
        own = token(case, change.name)
        return (own,) if equal is None else (own, token(case, equal))
    tied = [token(case, str(body["t"]))]
    if change.kind == "edit" and change.name != change.id:
        tied.append(token(case, change.name))
    if change.kind == "redact":
        tied += [token(case, item["name"]) for item in body["l"]]
        tied += [label for stub in erasure.stubs(change) for label in tokens(stub)]
    return tuple(tied)


def settle(changes: Iterable[Change]) -> tuple[dict[str, int], dict[int, int]]:
    """Return the slot of each change (by id), and of each label, for changes of entries.

    A slot bears the least label in it, so the result does not depend on the order of arrival.
    """
    parent: dict[int, int] = {}

    def root(label: int) -> int:
        while parent.setdefault(label, label) != label:
            parent[label] = parent[parent[label]]
            label = parent[label]
        return label

    own: dict[str, int] = {}
    for change in changes:
        first, *others = tokens(change)
        own[change.id] = first
        for label in (first, *others):
            one, two = root(first), root(label)
            parent[max(one, two)] = min(one, two)
    return {i: root(label) for i, label in own.items()}, {label: root(label) for label in parent}
