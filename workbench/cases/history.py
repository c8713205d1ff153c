"""The history of a case: every change as a sentence's worth of old and new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from workbench.cases.change import Change
from workbench.cases.clock import milliseconds
from workbench.cases.fold import field_value
from workbench.cases.model import PROBLEM, HistoryItem
from workbench.cases.register import REDACTED, Parts

ACTS = {"case": "add", "set": "set", "add": "add", "rem": "remove", "note": "add", "edit": "edit",
        "hide": "hide", "show": "unhide", "redact": "redact", "att": "add", "attrem": "remove",
        "num": "set"}  # fmt: skip

TOLD = ("case", "title", "problem", "date", "status", "engineers", "tags", "entry", "attachment",
        "number")  # fmt: skip


def history(
    changes: Iterable[Change],
    root: dict[str, str],
    key: str,
    relayed: Mapping[str, str] = MappingProxyType({}),
) -> list[HistoryItem]:
    """Return what was done to a case, oldest first; changes of equal names stand once, by the
    first whose text was not taken out.

    What a page says that the case showed already is left out: it is kept as the page's word, and
    nobody sees a change. The case's own change comes first, at the time when it was begun: an
    import writes it last, so that nobody sees half a case.

    Args:
        changes: all changes of the case.
        root: the id of the entry that bears each name.
        key: the key of the case.
        relayed: who passed on which change of another, by its id.
    """
    changes = list(changes)
    known = {change.name for change in changes}
    known |= {e["name"] for c in changes if c.kind == "redact" for e in c.body["l"]}
    items: list[HistoryItem] = []
    for change, item, repeats in _told(changes, root, key):
        if not repeats:
            lacking = change.kind in ("set", "edit") and not known.issuperset(change.p)
            items.append(item._replace(relayed_by=relayed.get(change.id), lacking=lacking))
    return items


def passed_on(items: Iterable[HistoryItem]) -> dict[str, dict[str, None]]:
    """Return who passed on others' words, each once, by the entry that shows them, or PROBLEM."""
    found: dict[str, dict[str, None]] = {}
    for item in items:
        place = PROBLEM if item.field == "problem" else item.entry
        if item.relayed_by and place and item.act in ("add", "edit", "set"):
            found.setdefault(place, {})[item.relayed_by] = None
    return found


def repeats(changes: Iterable[Change], root: dict[str, str]) -> frozenset[str]:
    """Return the names of what a page said that the case showed already.

    Args:
        changes: all changes of the case.
        root: the id of the entry that bears each name.
    """
    told = _told(list(changes), root, "")
    return frozenset(change.name for change, _, repeats in told if repeats)


def _told(
    changes: Sequence[Change], root: dict[str, str], key: str
) -> Iterator[tuple[Change, HistoryItem, bool]]:
    """Yield what was done, oldest first, and whether it only repeats what was shown."""
    standing = {change.name for change in changes if not change.erased}
    ordered = sorted(
        (change for change in changes if not change.erased or change.name not in standing),
        key=lambda change: (change.kind != "case", change.order),
    )
    memory = _Memory(ordered, root, key)
    done: set[str] = set()
    for change in ordered:
        if change.kind in ACTS and change.name not in done and _field(change) in TOLD:
            done.add(change.name)
            repeats = memory.repeats(change)
            yield change, memory.item(change), repeats


def people_history(changes: Iterable[Change]) -> list[HistoryItem]:
    """Return what was said of people, oldest first: their sides, and spellings of their names."""
    given: dict[str, Any] = {}
    items: list[HistoryItem] = []
    for change in sorted(changes, key=lambda change: change.order):
        body = change.body
        if change.erased:
            continue
        old = new = None
        if change.kind == "redact":
            act, field, new = "redact", "alias", REDACTED
        elif "side" in body:
            old = next((given[name] for name in sorted(change.p) if given.get(name)), None)
            given[change.name] = new = body["side"] or None
            field, act = "side", "set"
        else:
            gone = "o" in body
            field, act = "alias", "remove" if gone else "add"
            old, new = (body["alias"], None) if gone else (None, body["alias"])
        items.append(
            HistoryItem(
                id=change.name,
                case="",
                case_id="",
                entry=None,
                at=milliseconds(change.h),
                author=change.author,
                act=act,
                field=field,
                old=old,
                new=new,
                person=body.get("name", REDACTED),
                why=body.get("why"),
            )
        )
    return items


class _Memory:
    """What each name said, however late it is told, and what was told last of each register."""

    def __init__(self, changes: list[Change], root: dict[str, str], key: str) -> None:
        self._root = root
        self._key = key
        self._begun = min((change.h for change in changes), default=0)
        self._parts = Parts(changes)
        self._said: dict[tuple[str, str], tuple[tuple[int, str], Any]] = {}
        self._last: dict[str, Any] = {}
        self._files: dict[str, str] = {}
        self._heads: dict[str, dict[str, tuple[Any, bool]]] = {}
        """What no later change replaced, by its name, and whether a page says it."""
        self._held: dict[tuple[str, str], set[str]] = {}
        """The names under which a set holds an element."""
        self._typed = {c.name for c in changes if c.kind == "note" and not c.imported}
        self._versions = {change.name for change in changes if change.kind == "edit"}
        for change in changes:
            for register, value in self._says(change):
                self._said.setdefault((register, change.name), (change.order, value))
            if change.kind == "att":
                self._files[change.name] = change.body.get("name", REDACTED)

    def _entry(self, change: Change) -> str | None:
        target = change.name if change.kind == "note" else change.body.get("t")
        return None if target is None else self._root.get(target, target)

    def _says(self, change: Change) -> list[tuple[str, Any]]:
        """Return the registers that a change writes, the one it is told by first."""
        if change.kind == "num":
            return [("number", change.body["x"])]
        if change.kind not in ("set", "note", "edit", "redact"):
            return []
        place, body = f"{self._entry(change) or ''}\0", change.body
        if change.kind == "note":
            others = [(place + key, body.get(key) or None) for key in ("s", "at")]
            return [(place + "entry", self._text(change)), *others]
        for key in ("s", "at"):
            if change.kind == "edit" and key in body:
                return [(place + key, body[key] or None)]
        return [(place + _field(change), self._text(change))]

    def _text(self, change: Change) -> Any:
        field = _field(change)
        if change.erased or change.kind == "redact":
            return None if field == "status" else REDACTED
        if "parts" in change.body:
            return self._parts.text(change) or ""
        return field_value(field, change) if change.kind == "set" else change.body["x"]

    def repeats(self, change: Change) -> bool:
        """True where a page says what all that stands says, or gives what is on already, or has
        what was typed before.

        To be asked before the ``item`` of the change.
        """
        if not change.imported:
            return False
        if change.kind == "note":
            return self._was_typed(change)
        if change.kind == "add":
            return bool(self._held.get((_field(change), change.body["e"])))
        if change.kind not in ("set", "edit"):
            return False
        register, value = self._says(change)[0]
        heads = self._heads.get(register, {})
        return bool(heads) and all(head == value for head, _ in heads.values())

    def item(self, change: Change) -> HistoryItem:
        body = change.body
        field = _field(change)
        old, new = self._values(change)
        until = why = None
        if field == "status":
            until, why = (new or {}).get("until"), (new or {}).get("why")
            old, new = ((value or {}).get("s") or "unset" for value in (old, new))
        elif change.kind == "redact":
            why = body["why"]
        return HistoryItem(
            id=change.name,
            case=self._key,
            case_id=change.case,
            entry=self._entry(change),
            at=milliseconds(self._begun if change.kind == "case" else change.h),
            author=change.author,
            act=ACTS[change.kind],
            field=field,
            old=old,
            new=new,
            until=until,
            why=why,
            imported=change.imported,
        )

    def _values(self, change: Change) -> tuple[Any, Any]:
        body = change.body
        match change.kind:
            case "add":
                self._held.setdefault((_field(change), body["e"]), set()).add(change.name)
                return None, body["e"]
            case "rem":
                held = self._held.setdefault((_field(change), body["e"]), set())
                held.difference_update(body["o"])
                return body["e"], None
            case "att":
                return None, self._files[change.name]
            case "attrem":
                return " ".join(self._files.get(name, "") for name in body["o"]) or None, None
        says = self._says(change)
        if not says:
            return None, None
        register, new = says[0]
        if self._was_typed(change):
            return None, new
        old = None if change.kind == "note" else self._before(change, register)
        self._last.update(says)
        for said, value in says:
            self._replace(change, said, value)
        return old, new

    def _was_typed(self, change: Change) -> bool:
        """True for a page's note that somebody typed before: to the entry it is nothing new."""
        entry = self._entry(change)
        if change.kind != "note" or entry == change.name or entry not in self._typed:
            return False
        return change.name not in self._versions and self._says(change)[0][0] in self._heads

    def _replace(self, change: Change, register: str, value: Any) -> None:
        """Let a change stand in the place of what it replaces; a page replaces its own words."""
        heads = self._heads.get(register, {})
        standing = {
            name: head
            for name, head in heads.items()
            if change.kind != "redact"
            and name not in change.p
            and not (change.imported and head[1])
        }
        self._heads[register] = standing | {change.name: (value, change.imported)}

    def _before(self, change: Change, register: str) -> Any:
        """Return what the change replaced: the newest of its predecessors, for an import that
        names none what was said before it. A person who names none saw nothing there."""
        known = [self._said[register, name] for name in change.p if (register, name) in self._said]
        if known:
            return max(known, key=lambda said: said[0])[1]
        return self._last.get(register) if change.imported or change.p else None


def _field(change: Change) -> str:
    match change.kind:
        case "set" | "add" | "rem":
            return str(change.body["f"])
        case "att" | "attrem":
            return "attachment"
        case "redact" if change.body.get("f") == "files":
            return "attachment"
        case "num":
            return "number"
    if change.body.get("t") is not None or change.kind == "note":
        return "entry"
    return str(change.body.get("f", "case"))
