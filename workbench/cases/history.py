"""The history of a case: every change as a sentence's worth of old and new."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.cases.change import Change
from workbench.cases.clock import milliseconds
from workbench.cases.fold import field_value
from workbench.cases.model import HistoryItem
from workbench.cases.register import REDACTED

ACTS = {"case": "add", "set": "set", "add": "add", "rem": "remove", "note": "add", "edit": "edit",
        "hide": "hide", "show": "unhide", "redact": "redact", "att": "add", "attrem": "remove",
        "num": "set"}  # fmt: skip

TOLD = ("case", "title", "problem", "date", "status", "engineers", "tags", "entry", "attachment",
        "number")  # fmt: skip


def history(changes: Iterable[Change], root: dict[str, str], key: str) -> list[HistoryItem]:
    """Return what was done to a case, oldest first; changes of equal names stand once.

    The case's own change comes first: an import writes it last, so that nobody sees half a case.

    Args:
        changes: all changes of the case.
        root: the id of the entry that bears each name.
        key: the key of the case.
    """
    ordered = sorted(changes, key=lambda change: (change.kind != "case", change.order))
    memory = _Memory(root, key)
    items: list[HistoryItem] = []
    done: set[str] = set()
    for change in ordered:
        if change.kind in ACTS and change.name not in done and _field(change) in TOLD:
            done.add(change.name)
            items.append(memory.item(change))
    return items


class _Memory:
    """What each name said, while the changes are told in order."""

    def __init__(self, root: dict[str, str], key: str) -> None:
        self._root = root
        self._key = key
        self._said: dict[tuple[str, str], tuple[tuple[int, str], Any]] = {}
        self._last: dict[str, Any] = {}
        self._files: dict[str, str] = {}

    def item(self, change: Change) -> HistoryItem:
        body = change.body
        target = change.name if change.kind == "note" else body.get("t")
        entry = self._root.get(str(target), str(target)) if target is not None else None
        field = _field(change)
        old, new = self._values(change, field, entry)
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
            entry=entry,
            at=milliseconds(change.h),
            author=change.author,
            act=ACTS[change.kind],
            field=field,
            old=old,
            new=new,
            until=until,
            why=why,
            imported=change.imported,
        )

    def _values(self, change: Change, field: str, entry: str | None) -> tuple[Any, Any]:
        body = change.body
        match change.kind:
            case "case":
                return None, None
            case "num":
                return None, body["x"]
            case "add":
                return None, body["e"]
            case "rem":
                return body["e"], None
            case "att":
                self._files[change.name] = body["name"]
                return None, body["name"]
            case "attrem":
                return " ".join(self._files.get(name, "") for name in body["o"]) or None, None
            case "hide" | "show":
                return None, None
        register = f"{entry or ''}\0{_register(change) or field}"
        old = self._before(change, register)
        new = REDACTED if change.erased or change.kind == "redact" else _said(change, field)
        if change.erased and field == "status":
            new = None
        self._said[register, change.name] = (change.order, new)
        self._last[register] = new
        return old, new

    def _before(self, change: Change, register: str) -> Any:
        """Return what the change replaced: the newest of its predecessors, for an import that
        names none what was said before it."""
        if change.kind == "note":
            return None
        known = [self._said[register, name] for name in change.p if (register, name) in self._said]
        if known:
            return max(known, key=lambda said: said[0])[1]
        return self._last.get(register)


def _register(change: Change) -> str | None:
    if change.kind == "edit":
        return next((key for key in ("s", "at") if key in change.body), None)
    return None


def _said(change: Change, field: str) -> Any:
    if change.kind == "set":
        return field_value(field, change)
    key = _register(change) or "x"
    return change.body.get(key) or None if key != "x" else change.body.get("x", "")


def _field(change: Change) -> str:
    match change.kind:
        case "set" | "add" | "rem":
            return str(change.body["f"])
        case "att" | "attrem":
            return "attachment"
        case "num":
            return "number"
    if change.body.get("t") is not None or change.kind == "note":
        return "entry"
    return str(change.body.get("f", "case"))
