"""The rows of the entries, and of what texts mention, as the fold gives them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from workbench.cases import fold, names, references
from workbench.cases.fold import EntryState
from workbench.cases.model import Attachment
from workbench.cases.register import REDACTED, Register, Version, choices
from workbench.local import columns
from workbench.local.changelog import Stored
from workbench.local.database import Database


def decision_id(values: Iterable[Version], field: str, entry: str | None) -> str:
    """Return the id of the decision between these values: one more value makes another."""
    heads = sorted(min(value.names) for value in values)
    return names.derive("decision", entry or "", field, *heads)


INSERT_REFERENCE = (
    "INSERT OR IGNORE INTO reference (kind, value, case_id, place, nth) VALUES (?, ?, ?, ?, ?)"
)
INSERT_ATTACHMENT = (
    "INSERT INTO attachment (case_id, place, nth, name, file, sha256, size, author, added_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_DECISION = (
    "INSERT OR REPLACE INTO decision (id, case_id, slot, field, entry) VALUES (?, ?, ?, ?, ?)"
)


ENTRY = (
    "id", "uid", "case_id", "slot", "h", "op_id", "names", "reply_to", "above", "speaker", "author",
    "text", "happened_on", "received_at", "edited", "edited_by", "redacted", "hidden", "waiting",
    "images", "files", "seen", "decisions", "active_at", "news", "folded",
)  # fmt: skip
"""The columns of an entry's row, in the order of ``entry_row``."""
INSERT_ENTRY = f"INSERT INTO entry ({', '.join(ENTRY)}) VALUES ({', '.join('?' * len(ENTRY))})"


def reference_rows(subject: int, place: int, text: str) -> list[tuple[Any, ...]]:
    """Return the rows of ``reference`` for a text."""
    return [
        (found.kind, found.value, subject, place, nth)
        for nth, found in enumerate(references.find(text) if text else ())
    ]


def attachment_rows(subject: int, place: int, files: Iterable[Attachment]) -> list[tuple[Any, ...]]:
    """Return the rows of ``attachment`` for the files of a place."""
    return [
        (subject, place, nth, f.id, f.file, f.sha256, f.size, f.author, f.added_at)
        for nth, f in enumerate(files)
        if f.sha256 is not None
    ]


def decision_row(
    register: Register, subject: int, slot: int, field: str, entry: str | None
) -> tuple[Any, ...]:
    """Return the row of ``decision`` for a register between whose values somebody has to decide."""
    return (decision_id(choices(register), field, entry), subject, slot, field, entry)


def wakes(entry: Any, case: Any) -> bool:
    """True for what another person wrote since the case was put on hold; takes both rows."""
    return (
        not entry["hidden"]
        and entry["h"] > case["status_h"]
        and entry["author"] != case["status_by"]
    )


class Grown:
    """By how much a case grew while its entries were folded; ``case`` is its row then."""

    __slots__ = ("_case", "calmed", "changed", "shown", "total", "undecided", "woke")

    def __init__(self, case: Any = None) -> None:
        self._case = case
        self.shown = 0
        self.total = 0
        self.woke = False
        self.calmed = False
        self.changed = False
        self.undecided = False

    def count(self, before: Any, after: Any) -> None:
        """Count an entry by its row before and after; None where it was not, or is no more."""
        self.changed = True
        self.shown += (after is not None and not after["hidden"]) - (
            before is not None and not before["hidden"]
        )
        self.total += (after is not None) - (before is not None)
        self.woke = self.woke or self._wakes(after)
        self.calmed = self.calmed or (self._wakes(before) and not self._wakes(after))

    def _wakes(self, entry: Any) -> bool:
        """True for what another person wrote since the case was put on hold."""
        return self._case is not None and entry is not None and wakes(entry, self._case)


class EntryRows:
    """Keeps the rows of entries, references and decisions equal to what their slots give."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def fold(
        self, subject: int, touched: set[int], stored: list[Stored], case: Any
    ) -> tuple[Grown, list[Stored]]:
        """Write the rows of these slots' entries.

        Args:
            subject: the case's number.
            touched: the slots.
            stored: all their changes.
            case: the case's row, if it has one.

        Returns:
            How the case grew, and the changes whose text a redaction takes out.
        """
        rows = self._db.rows_in(
            "SELECT * FROM entry WHERE id IN (SELECT id FROM op INDEXED BY op_slot"
            " WHERE slot IN ({}) AND subject = ?)",
            touched,
            subject,
        )
        old: dict[str, Any] = {row["uid"]: row for row in rows}
        made = None if case is None else case["created_h"]
        grown = Grown(case)
        doomed: list[Stored] = []
        fresh: list[dict[str, Any]] = []
        first_of = begun(stored)
        by_id = {item.change.id: item for item in stored}
        for state in fold.fold_entries(item.change for item in stored):
            first = first_of[state.id]
            row = entry_row(state, first, subject, made)
            before = old.pop(state.id, None)
            if before is None:
                fresh.append(row)
            else:
                self._write(row, before)
            if state.files or (before is not None and before["files"] != "[]"):
                self.write_files(subject, first.id, state.files)
            grown.count(before, row)
            for field, register in undecided(state):
                grown.undecided = True
                self.add_decision(register, subject, first.slot, field, state.id)
            doomed += [by_id[i] for i in sorted(state.erased) if i in by_id]
        for gone in old.values():
            self._remove(gone)
            grown.count(gone, None)
        self._insert(fresh)
        return grown, doomed

    def add(
        self, subject: int, notes: Iterable[Stored], case: Any
    ) -> tuple[list[dict[str, Any]], Grown]:
        """Write the entries of notes that are each all that there is of their slot.

        Returns:
            Their rows, and how the case grew.
        """
        grown = Grown(case)
        rows = []
        for note in notes:
            if is_lone([note]):
                rows.append(lone_row(note, subject, case["created_h"]))
            else:
                [state] = fold.fold_entries([note.change])
                rows.append(entry_row(state, note, subject, case["created_h"]))
            grown.count(None, rows[-1])
        self._insert(rows)
        return rows, grown

    def _insert(self, rows: list[dict[str, Any]]) -> None:
        self._db.connection.executemany(INSERT_ENTRY, [tuple(row.values()) for row in rows])
        for row in rows:
            self.write_references(row["case_id"], row["id"], mentioning(row), new=True)

    def _remove(self, row: Any) -> None:
        self._db.run("DELETE FROM entry WHERE id = ?", row["id"])
        self._db.run(
            "DELETE FROM reference WHERE case_id = ? AND place = ?", row["case_id"], row["id"]
        )
        self.write_files(row["case_id"], row["id"], ())

    def _write(self, row: dict[str, Any], before: Any) -> None:
        if before["id"] != row["id"]:
            self._remove(before)
            self._insert([row])
            return
        changed = {name: value for name, value in row.items() if value != before[name]}
        if changed:
            assignments = ", ".join(f"{name} = ?" for name in changed)
            self._db.run(
                f"UPDATE entry SET {assignments} WHERE id = ?", *changed.values(), row["id"]
            )
        if changed.keys() & {"text", "hidden"}:
            self.write_references(row["case_id"], row["id"], mentioning(row), new=False)

    def write_references(self, subject: int, place: int, text: str, *, new: bool) -> None:
        """Write what a text mentions; where it is ``new`` there are no earlier rows of it."""
        if not new:
            self._db.run("DELETE FROM reference WHERE case_id = ? AND place = ?", subject, place)
        if rows := reference_rows(subject, place, text):
            self._db.connection.executemany(INSERT_REFERENCE, rows)

    def write_files(self, subject: int, place: int, files: Iterable[Attachment]) -> None:
        """Write the files of a place whose content somebody attached."""
        self._db.run("DELETE FROM attachment WHERE case_id = ? AND place = ?", subject, place)
        self._db.connection.executemany(INSERT_ATTACHMENT, attachment_rows(subject, place, files))

    def add_decision(
        self, register: Register, subject: int, slot: int, field: str, entry: str | None
    ) -> None:
        """Write that somebody has to decide between the values of a field, or of an entry's."""
        self._db.run(INSERT_DECISION, *decision_row(register, subject, slot, field, entry))


def mentioning(row: dict[str, Any]) -> str:
    """Return the text of an entry whose references count: a hidden one has none."""
    return "" if row["hidden"] else row["text"]


def begun(stored: list[Stored]) -> dict[str, Stored]:
    """Return, by an entry's name, what arrived first of the changes that tell of its beginning.

    Where it was erased before it came here, that is the redaction that knows of it.
    """
    found: dict[str, Stored] = {}
    ordered = sorted(stored, key=lambda item: item.id)
    for item in ordered:
        if item.change.kind == "note":
            found.setdefault(item.change.name, item)
    for item in ordered:
        if item.change.kind == "redact":
            for stub in item.change.body["l"]:
                found.setdefault(stub["name"], item)
    return found


def undecided(state: EntryState) -> list[tuple[str, Register]]:
    """Return the registers between whose values somebody has to decide, with their names."""
    return [(name, found) for name, found in state.registers.items() if found.undecided]


def is_lone(stored: list[Stored]) -> bool:
    """True for a slot of which there is one change, a note that is all of its entry."""
    if len(stored) != 1:
        return False
    change = stored[0].change
    whole = change.kind == "note" and not change.erased and not change.p
    return whole and "parts" not in change.body


def lone_row(note: Stored, subject: int, made: int | None) -> dict[str, Any]:
    """Return what ``entry_row`` does of a note that ``is_lone``, as most are: no register is made
    to tell what stands in the change."""
    change = note.change
    body, imported = change.body, change.imported
    speaker, text, happened_on = body.get("s") or None, body["x"], body.get("at") or None
    return {
        "id": note.id,
        "uid": change.name,
        "case_id": subject,
        "slot": note.slot,
        "h": change.h,
        "op_id": change.id,
        "names": "[]",
        "reply_to": body.get("re"),
        "above": body["af"] if imported else None,
        "speaker": speaker,
        "author": body.get("by") if imported else change.author,
        "text": text,
        "happened_on": happened_on,
        "received_at": note.received_at,
        "edited": 0,
        "edited_by": None,
        "redacted": 0,
        "hidden": 0,
        "waiting": None,
        "images": "[]",
        "files": "[]",
        "seen": columns.names((change.name,)),
        "decisions": 0,
        "active_at": max(columns.day_ms(happened_on), 0) if happened_on else 0,
        "news": int(not imported or (made is not None and change.h > made)),
        "folded": columns.searched((text, speaker or "")),
    }


def entry_row(state: EntryState, first: Stored, subject: int, made: int | None) -> dict[str, Any]:
    """Return the row of an entry.

    Args:
        first: the change with which it began to be known here.
        subject: its case's number.
        made: when the case was made (hybrid time), None where that is not known yet.
    """
    files = [*(image.file for image in state.images), *(file.file for file in state.files)]
    pasted = [image.pasted_at or 0 for image in state.images]
    news = not state.imported or (made is not None and state.order[0] > made)
    return {
        "id": first.id,
        "uid": state.id,
        "case_id": subject,
        "slot": first.slot,
        "h": state.order[0],
        "op_id": state.order[1],
        "names": columns.names(sorted(state.names - {state.id})) if len(state.names) > 1 else "[]",
        "reply_to": state.reply_to,
        "above": state.above,
        "speaker": state.speaker,
        "author": state.author,
        "text": REDACTED if state.redacted and not state.text else state.text,
        "happened_on": state.happened_on,
        "received_at": first.received_at,
        "edited": int(state.edited),
        "edited_by": state.edited_by,
        "redacted": int(state.redacted),
        "hidden": int(state.hidden),
        "waiting": state.waiting,
        "images": columns.images(state.images),
        "files": columns.files(state.files),
        "seen": columns.names(state.registers["text"].seen),
        "decisions": len(undecided(state)),
        "active_at": 0 if state.hidden else max(columns.day_ms(state.happened_on), *pasted, 0),
        "news": int(news),
        "folded": ""
        if state.hidden
        else columns.searched([state.text, state.speaker or "", *files]),
    }
