"""What the slots of a case come to in its row: values, made without a look at any table.

"There is one definition of a row's values": who adjusts one row by a difference and who makes the
rows of hundreds of new cases at once both take them from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from workbench.cases import erasure, fold, waiting
from workbench.cases.change import FIELDS, SETS, Change
from workbench.cases.fold import Claim
from workbench.cases.model import STATUSES, Attachment
from workbench.cases.names import slot_hash
from workbench.cases.record import Record
from workbench.cases.register import REDACTED, Register, Version, origin
from workbench.cases.text import first_line, key_fold
from workbench.cases.text import fold as fold_text
from workbench.cases.times import pasted_at
from workbench.local import columns, keys

Row = dict[str, Any]
Parts = tuple[str, ...]

_FIXED: tuple[Parts, ...] = (
    ("case",),
    ("number",),
    ("files",),
    *(("field", field) for field in (*FIELDS, *SETS)),
)
"""The slots of a case that are no entries, each before those that look at its result."""
TELLS_ACTIVITY = frozenset({"images", "opened_on"})
"""The columns of which the last activity comes, beside what people wrote and the entries."""
_NO_ACTIVITY = frozenset({"page", "part", "read", "num", "hide", "show"})
"""Kinds by which nobody writes anything in a case: what is only put out of sight or back is as old
as it was."""


@lru_cache(maxsize=1024)
def fixed_slots(case: str) -> Mapping[int, Parts]:
    """Return the slots of a case that are no entries, by their labels."""
    return {slot_hash(*parts, case): parts for parts in _FIXED}


@lru_cache(maxsize=1024)
def reads_slot(case: str) -> int:
    """Return the slot of what people have read, of which no row here comes."""
    return slot_hash("other", "read", case)


class Slot(Record):
    """What a slot that is no entry comes to: columns of the case's row, and rows of other tables.

    ``erased`` are the ids of the changes that a redaction takes a text out of; ``undecided`` is the
    register between whose values somebody has to decide.
    """

    values: Row
    erased: frozenset[str] = frozenset()
    claims: tuple[Claim, ...] = ()
    files: tuple[Attachment, ...] = ()
    undecided: Register | None = None


def fold_slot(parts: Parts, changes: Sequence[Change]) -> Slot:
    """Return what a slot comes to.

    Args:
        parts: which one it is, as ``fixed_slots`` has it.
        changes: all its changes.
    """
    match parts:
        case ("case",):
            return Slot(_head(changes))
        case ("number",):
            claims = fold.fold_claims(changes)
            return Slot({"number": claims[0].number} if claims else {}, claims=claims)
        case ("files",):
            whole, erased = erasure.erase(changes)
            images, files = fold.fold_files(whole, "problem")
            values = {"images": columns.images(images), "files": columns.files(files)}
            return Slot(values, erased, files=files)
        case ("field", field) if field in SETS:
            return Slot(_elements(field, changes))
        case (_, field) if len(changes) == 1 and _is_whole(changes[0]):
            return Slot(_lone(field, changes[0]))
        case (_, field):
            register = fold.fold_field(field, changes)
            values = _field(field, register, changes)
            undecided = register if register.undecided else None
            return Slot(values, register.erased, undecided=undecided)
    raise ValueError(parts)


def _head(changes: Sequence[Change]) -> Row:
    head = fold.fold_head(changes)
    if head is None:
        return {}
    return {
        "project": head.project,
        "family": key_fold(head.project),
        "created_h": head.order[0],
        "author": head.author,
        "batch": head.batch,
        "imported": int(head.imported),
        "hidden": int(bool(head.hides)),
        "date_raw": head.date_raw,
    }


def _elements(field: str, changes: Sequence[Change]) -> Row:
    elements = list(fold.fold_set(changes).elements)
    column = "engineer_text" if field == "engineers" else "tag_text"
    folded = [fold_text(element) for element in elements]
    return {
        field: columns.listed(elements),
        column: columns.SEPARATOR.join(["", *folded, ""]) if folded else "",
    }


def _is_whole(change: Change) -> bool:
    """True for a change that sets a field's value, and that shows it where no other is there."""
    return change.kind == "set" and not change.erased


def _lone(field: str, change: Change) -> Row:
    """Return what ``_field`` does of a field of which there is one change that ``_is_whole``, as
    of most: no register is made to tell what stands in the change."""
    value = fold.field_value(field, change)
    if field == "status":
        return _status(value, change, (change.name,))
    if field == "date":
        raw = (change.body.get("x") or {}).get("raw") if change.imported else None
        return _date(value, [] if raw is None else [raw])
    return _text(field, value or "")


def _field(field: str, register: Register, changes: Sequence[Change]) -> Row:
    shown = register.shown
    if field == "status":
        # A hold that an undo brings back has been one since it was first set.
        since = origin(register, shown) if shown else None
        return _status(shown.value if shown else None, since, register.seen)
    if field == "date":
        return _date(shown.value if shown else None, fold.fold_date_raws(changes))
    return _text(field, shown_text(register))


def _status(value: Any, since: Version | Change | None, seen: Sequence[str]) -> Row:
    status = value or {}
    word = status.get("s") or "unset"
    return {
        "status": word,
        "status_rank": STATUSES.index(word),
        "status_until": status.get("until"),
        "status_why": status.get("why"),
        "status_by": since.author if since else None,
        "status_h": since.order[0] if since else 0,
        "status_seen": columns.names(seen),
    }


def _date(day: str | None, raws: list[str]) -> Row:
    found: Row = {"opened_on": day, "raws": columns.listed(raws)}
    return found | ({"date_raw": raws[-1]} if raws else {})


def _text(field: str, text: str) -> Row:
    if field == "problem":
        return {"problem": text}
    return {"own_title" if field == "title" else field: text or None}


def shown_text(register: Register) -> str:
    """Return what a text field shows."""
    if register.shown is None:
        return ""
    return REDACTED if register.shown.redact else register.shown.value or ""


class Folded:
    """What the slots that were folded come to together.

    ``claim`` is the one that the case shows, where its number's slot is among them and has any;
    ``undecided`` is true where somebody has to decide about one of them.
    """

    def __init__(self) -> None:
        self.values: Row = {}
        self.claim: Claim | None = None
        self.undecided = False
        self._numbered_in: set[str | None] = set()

    def add(self, slot: Slot, changes: Iterable[Change]) -> None:
        """Add what a slot comes to; the later one has the last word on a column of both."""
        self.values.update(slot.values)
        self.undecided = self.undecided or slot.undecided is not None
        if slot.claims:
            self.claim = slot.claims[0]
            self._numbered_in = {change.batch for change in changes if change.kind == "num"}

    def row(self, before: Row, written: Iterable[Change]) -> Row:
        """Return the case's row with these values, and what follows from them and it alone.

        Args:
            before: all its columns, as they were.
            written: the changes that were folded.
        """
        row = {**before, **self.values}
        if self.claim is not None:
            row["drafted"] = int(not row["imported"] and row["batch"] not in self._numbered_in)
        row["written_h"] = written_h(row["written_h"], written)
        row["title"] = row["own_title"] or first_line(row["problem"])
        return row

    def rank(self, row: Row, *, second: bool) -> None:
        """Put into the row what decides between two cases that claim its number."""
        if self.claim is not None:
            row["number_rank"] = keys.rank(self.claim, second=second)


def written_h(before: int, written: Iterable[Change]) -> int:
    """Return the latest of what people wrote in a case, given that of all but some changes."""
    return max(before, max((change.h for change in written if is_written(change)), default=0))


def is_written(change: Change) -> bool:
    """True for a change by which a person wrote something in a case."""
    return not change.imported and change.kind not in _NO_ACTIVITY


def questions(row: Row, *, second: bool, later: bool) -> str:
    """Return what only a person can answer: no date, a number that is used twice.

    Args:
        second: its number stood on its page more than once.
        later: another case shows the number with more right to it.
    """
    found = []
    if row["opened_on"] is None and row["date_raw"]:
        found.append("date")
    if second:
        found.append("number")
    elif later:
        found.append("twin")
    return columns.listed(found)


def active_at(row: Row, entries: int) -> int:
    """Return the last activity in ms: what people wrote, and the dates that a page tells.

    An import's own time is none, so it is 0 for a case of which no date is known.

    Args:
        entries: that of the entries.
    """
    pasted = (pasted_at(file) or 0 for file, *_ in columns.items(row["images"]))
    opened = columns.day_ms(row["opened_on"])
    return int(max(row["written_h"] >> 16, entries, max(pasted, default=0), opened))


def last_said(row: Row, last: Any) -> Row:
    """Return what tells whose turn it is: of the last entry's row (None: there is none)."""
    found: Row = {"last_by": None, "last_own": 0, "last_asks": None, "held_for": None}
    if row["status"] == "on_hold":
        found["held_for"] = waiting.held_for(row["status_why"])
    if last is not None:
        typed = last["above"] is None
        by = last["speaker"] or (last["author"] if typed else None)
        found["last_by"] = None if by is None else fold_text(by)
        found["last_own"] = int(last["speaker"] is None and typed)
        found["last_asks"] = waiting.asked(last["text"])
    return found


def searched(row: Row) -> str:
    """Return what search reads of a case, but for its entries."""
    texts = [
        row["key"],
        *columns.items(row["aliases"]),
        row["own_title"] or "",
        row["problem"],
        *columns.items(row["engineers"]),
        *columns.items(row["tags"]),
        *(file for file, *_ in columns.items(row["images"]) + columns.items(row["files"])),
    ]
    return columns.searched(texts)
