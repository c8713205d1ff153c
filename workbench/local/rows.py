"""From the fold to the tables: which rows a change touches, and nothing more.

"A change folds its own slot only": the case row is adjusted by the difference, so a note in a
case of 20,000 entries costs what it costs in one of five.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from workbench.cases import fold, names, references
from workbench.cases.change import FIELDS, SETS, Change
from workbench.cases.fold import EntryState
from workbench.cases.model import STATUSES, Attachment, Image
from workbench.cases.names import slot_hash
from workbench.cases.register import REDACTED, Register, Version
from workbench.cases.text import first_line, key_fold
from workbench.cases.text import fold as fold_text
from workbench.local import keys
from workbench.local.changelog import ChangeLog, Stored
from workbench.local.database import Database

SEPARATOR = "\x1f"
"""Stands between texts that are searched together; no term holds it, so none crosses it."""
DAY = 86_400_000


def shown_text(register: Register) -> str:
    """Return what a text field shows."""
    if register.shown is None:
        return ""
    return REDACTED if register.shown.redact else register.shown.value or ""


def decision_id(values: Iterable[Version], field: str, entry: str | None) -> str:
    """Return the id of the decision between these values: one more value makes another."""
    heads = sorted(min(value.names) for value in values)
    return names.derive("decision", entry or "", field, *heads)


class CaseRows:
    """Keeps the derived tables equal to what the log gives."""

    def __init__(self, database: Database, log: ChangeLog) -> None:
        self._db = database
        self._log = log

    def refold(self, case: str, touched: set[int], written: Sequence[Change]) -> list[Stored]:
        """Fold the touched slots of a case again, and write the rows that changed.

        Args:
            case: the case's id.
            touched: slots that changes arrived in, of fields and of entries.
            written: what arrived, to know the latest time that a person wrote.

        Returns:
            The changes whose text a redaction takes out, which are not erased yet.
        """
        subject = self._log.subject(case)
        fixed = {slot_hash(*parts, case): parts for parts in _FIXED}
        entry_slots = touched - fixed.keys()
        row = self._db.row("SELECT * FROM cases WHERE id = ?", subject)
        fields: set[tuple[str, ...]] = set()
        new = False
        if row is not None:
            fields = {fixed[slot] for slot in touched & fixed.keys()}
            for one, *others in _TOGETHER:
                if one in fields:
                    fields.update(others)
        elif self._make(subject, case):
            fields, new = set(_FIXED), True
        wanted = {slot for slot, parts in fixed.items() if parts in fields} | entry_slots
        if new:
            every = self._log.of(subject)
            stored = [item for item in every if item.slot in wanted]
            written = [item.change for item in every]
        else:
            stored = self._log.in_slots(wanted, subject)
        self._forget_decisions(subject, wanted)
        by_slot: dict[int, list[Stored]] = {}
        for item in stored:
            by_slot.setdefault(item.slot, []).append(item)
        doomed: list[Stored] = []
        values: dict[str, Any] = {}
        for slot, parts in fixed.items():
            if parts in fields:
                doomed += self._fold_fixed(subject, slot, parts, by_slot.get(slot, []), values)
        grown = _Grown()
        if entry_slots:
            entries = [item for slot in entry_slots for item in by_slot.get(slot, ())]
            grown, erased = self._fold_entries(subject, entry_slots, entries, row)
            doomed += erased
        self._finish(subject, values, grown, written, new=new)
        return doomed

    def _forget_decisions(self, subject: int, wanted: set[int]) -> None:
        """Take away the decisions of slots that are folded again."""
        rows = self._db.rows("SELECT id, slot FROM decision WHERE case_id = ?", subject)
        for id_, slot in rows:
            if slot in wanted:
                self._db.run("DELETE FROM decision WHERE id = ?", id_)

    # --- the case row -------------------------------------------------------------------------

    def _make(self, subject: int, case: str) -> bool:
        """Insert the row of a case whose ``case`` change is here; return False where it is not."""
        head = fold.fold_head(s.change for s in self._log.in_slot(_slot(case, "case"), subject))
        if head is None:
            return False
        self._db.run(
            "INSERT INTO cases (id, uid, project, family, key, date_raw, created_h, author, batch)"
            " VALUES (?, ?, ?, ?, '', ?, ?, ?, ?)",
            subject,
            case,
            head.project,
            key_fold(head.project),
            head.date_raw,
            head.order[0],
            head.author,
            head.batch,
        )
        return True

    def _fold_fixed(
        self,
        subject: int,
        slot: int,
        parts: tuple[str, ...],
        stored: list[Stored],
        values: dict[str, Any],
    ) -> list[Stored]:
        changes = [item.change for item in stored]
        match parts:
            case ("case",):
                head = fold.fold_head(changes)
                if head is not None:
                    values.update(
                        project=head.project,
                        family=key_fold(head.project),
                        created_h=head.order[0],
                        author=head.author,
                        batch=head.batch,
                        imported=int(head.imported),
                        hidden=int(bool(head.hides)),
                        date_raw=head.date_raw,
                    )
            case ("number",):
                self._write_claims(subject, fold.fold_claims(changes), values)
            case ("files",):
                images, files = fold.fold_files(changes, "problem")
                values.update(images=_images(images), files=_files(files))
            case ("field", field) if field in SETS:
                elements = list(fold.fold_set(changes).elements)
                values[field] = _json(elements)
                column = "engineer_text" if field == "engineers" else "tag_text"
                folded = [fold_text(element) for element in elements]
                values[column] = SEPARATOR.join(["", *folded, ""]) if folded else ""
            case (_, field):
                return self._fold_field(subject, slot, field, stored, values)
        return []

    def _fold_field(
        self, subject: int, slot: int, field: str, stored: list[Stored], values: dict[str, Any]
    ) -> list[Stored]:
        changes = [item.change for item in stored]
        register = fold.fold_field(field, changes)
        if register.undecided:
            self._add_decision(register, subject, slot, field, None)
        shown = register.shown
        if field == "status":
            status = (shown.value if shown else None) or {}
            word = status.get("s") or "unset"
            values.update(
                status=word,
                status_rank=STATUSES.index(word),
                status_until=status.get("until"),
                status_why=status.get("why"),
                status_by=shown.author if shown else None,
                status_h=shown.order[0] if shown else 0,
                status_seen=_json(register.seen),
            )
        elif field == "date":
            values["opened_on"] = shown.value if shown else None
            raws = fold.fold_date_raws(changes)
            values["raws"] = _json(raws)
            if raws:
                values["date_raw"] = raws[-1]
        elif field == "title":
            values["own_title"] = shown_text(register) or None
        elif field == "problem":
            values["problem"] = shown_text(register)
        else:
            values[field] = shown_text(register) or None
        return [item for item in stored if item.change.id in register.erased]

    def _add_decision(
        self, register: Register, subject: int, slot: int, field: str, entry: str | None
    ) -> None:
        self._db.run(
            "INSERT OR REPLACE INTO decision (id, case_id, slot, field, entry)"
            " VALUES (?, ?, ?, ?, ?)",
            decision_id(register.values, field, entry),
            subject,
            slot,
            field,
            entry,
        )

    def _write_claims(
        self, subject: int, claims: Sequence[fold.Claim], values: dict[str, Any]
    ) -> None:
        self._db.run("DELETE FROM claim WHERE case_id = ?", subject)
        numbers = dict.fromkeys((claim.family, claim.number) for claim in claims)
        for nth, (family, number) in enumerate(numbers):
            self._db.run(
                "INSERT INTO claim (case_id, family, number, current) VALUES (?, ?, ?, ?)",
                subject,
                family,
                number,
                int(nth == 0),
            )
        if claims:
            values["number"] = claims[0].number
            values["claim"] = claims[0]

    def _finish(
        self,
        subject: int,
        values: dict[str, Any],
        grown: _Grown,
        written: Iterable[Change],
        *,
        new: bool,
    ) -> None:
        """Write what changed of the case row, and what follows from several slots together."""
        old = self._db.row("SELECT * FROM cases WHERE id = ?", subject)
        if old is None:
            return
        claim = values.pop("claim", None)
        row = {**dict(old), **values}
        if new:
            row["entry_count"], row["entry_total"] = self._db.row(
                "SELECT coalesce(sum(NOT hidden), 0), count(*) FROM entry WHERE case_id = ?",
                subject,
            ) or (0, 0)
        else:
            row["entry_count"] += grown.shown
            row["entry_total"] += grown.total
        if new or row["created_h"] != old["created_h"]:
            self._db.run(
                "UPDATE entry SET news = above IS NULL OR h > ? WHERE case_id = ?",
                row["created_h"],
                subject,
            )
        people = (c.h for c in written if not c.imported and c.kind not in _NO_ACTIVITY)
        row["written_h"] = max(row["written_h"], max(people, default=0))
        row["title"] = row["own_title"] or first_line(row["problem"])
        if claim is not None:
            second = keys.is_second(self._db, row)
            row["number_rank"] = keys.rank(claim, second=second)
        if values:
            row["questions"] = _json(self._questions(row))
        row["decisions"] = self._db.value(
            "SELECT count(*) FROM decision WHERE case_id = ?", subject
        )
        if new or "status" in values or (row["woken"] and grown.calmed):
            row["woken"] = int(row["status"] == "on_hold" and self._woken(subject, row))
        elif row["status"] == "on_hold":
            row["woken"] = int(row["woken"] or grown.woke)
        row["active_at"] = self._active_at(subject, row)
        if "problem" in values:
            self._write_references(subject, 0, row["problem"], new=new)
        if new or claim is not None or any(row[name] != old[name] for name in keys.NAMED):
            keys.write(self._db, row)
            self._write_row(old, row)
            for twin in {*keys.twins(self._db, dict(old)), *keys.twins(self._db, row)}:
                self._rename(twin)
        else:
            self._write_row(old, row)

    def _questions(self, row: dict[str, Any]) -> list[str]:
        """Return what only a person can answer: a date that is none, a number used twice."""
        found = []
        if row["opened_on"] is None and row["date_raw"]:
            found.append("date")
        if keys.is_second(self._db, row):
            found.append("number")
        return found

    def _write_row(self, old: Any, row: dict[str, Any]) -> None:
        row["folded"] = _folded_case(row)
        changed = {name: value for name, value in row.items() if value != old[name]}
        if changed:
            assignments = ", ".join(f"{name} = ?" for name in changed)
            self._db.run(
                f"UPDATE cases SET {assignments} WHERE id = ?", *changed.values(), row["id"]
            )

    def _rename(self, subject: int) -> None:
        """Give a case its key again, after another case took or left its number."""
        old = self._db.row("SELECT * FROM cases WHERE id = ?", subject)
        if old is not None and old["id"] == subject:
            row = dict(old)
            keys.write(self._db, row)
            self._write_row(old, row)

    def _woken(self, subject: int, row: dict[str, Any]) -> bool:
        found = self._db.value(
            "SELECT 1 FROM entry WHERE case_id = ? AND h > ? AND NOT hidden AND author IS NOT ?"
            " LIMIT 1",
            subject,
            row["status_h"],
            row["status_by"],
        )
        return found is not None

    def _active_at(self, subject: int, row: dict[str, Any]) -> int:
        """Return the last activity in ms: what people wrote, and the dates that a page tells.

        An import's own time is none, so it is 0 for a case of which no date is known.
        """
        entries = self._db.value("SELECT max(active_at) FROM entry WHERE case_id = ?", subject)
        pasted = (fold.pasted_at(file) or 0 for file, *_ in json.loads(row["images"]))
        opened = day_ms(row["opened_on"])
        times = (row["written_h"] >> 16, entries or 0, max(pasted, default=0), opened)
        return int(max(times))

    # --- entries ------------------------------------------------------------------------------

    def _fold_entries(
        self, subject: int, touched: set[int], stored: list[Stored], case: Any
    ) -> tuple[_Grown, list[Stored]]:
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
            "SELECT * FROM entry WHERE slot IN ({}) AND case_id = ?", touched, subject
        )
        old: dict[str, Any] = {row["uid"]: row for row in rows}
        grown = _Grown(case)
        doomed: list[Stored] = []
        begun = _begun(stored)
        by_id = {item.change.id: item for item in stored}
        for state in fold.fold_entries(item.change for item in stored):
            first = begun[state.id]
            row = _entry_row(state, first, subject, None if case is None else case["created_h"])
            before = old.pop(state.id, None)
            self._write_entry(row, before)
            grown.count(before, row)
            for field, register in state.registers.items():
                if register.undecided:
                    self._add_decision(register, subject, first.slot, field, state.id)
            doomed += [by_id[i] for i in sorted(state.erased) if i in by_id]
        for gone in old.values():
            self._remove_entry(gone)
            grown.count(gone, None)
        return grown, doomed

    def _remove_entry(self, row: Any) -> None:
        self._db.run("DELETE FROM entry WHERE id = ?", row["id"])
        self._db.run(
            "DELETE FROM reference WHERE case_id = ? AND place = ?", row["case_id"], row["id"]
        )

    def _write_entry(self, row: dict[str, Any], before: Any) -> None:
        if before is not None and before["id"] == row["id"]:
            changed = {name: value for name, value in row.items() if value != before[name]}
            if changed:
                assignments = ", ".join(f"{name} = ?" for name in changed)
                self._db.run(
                    f"UPDATE entry SET {assignments} WHERE id = ?", *changed.values(), row["id"]
                )
        else:
            if before is not None:
                self._remove_entry(before)
            marks = ", ".join("?" * len(row))
            self._db.run(f"INSERT INTO entry ({', '.join(row)}) VALUES ({marks})", *row.values())
        if (
            before is None
            or before["id"] != row["id"]
            or ((before["text"], before["hidden"]) != (row["text"], row["hidden"]))
        ):
            text = "" if row["hidden"] else row["text"]
            self._write_references(row["case_id"], row["id"], text, new=before is None)

    def _write_references(self, subject: int, place: int, text: str, *, new: bool) -> None:
        if not new:
            self._db.run("DELETE FROM reference WHERE case_id = ? AND place = ?", subject, place)
        for nth, found in enumerate(references.find(text)):
            self._db.run(
                "INSERT OR IGNORE INTO reference (kind, value, case_id, place, nth)"
                " VALUES (?, ?, ?, ?, ?)",
                found.kind,
                found.value,
                subject,
                place,
                nth,
            )


_FIXED: tuple[tuple[str, ...], ...] = (
    ("case",),
    ("number",),
    ("files",),
    *(("field", field) for field in (*FIELDS, *SETS)),
)
"""The slots of a case that are no entries, each before those that look at its result."""
_TOGETHER: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("field", "date"), ("case",)),
    (("case",), ("field", "date"), ("number",)),
)
"""A slot, and those to be folded with it: both tell a date, and a number's rank needs the case."""
_NO_ACTIVITY = frozenset({"page", "part", "read"})


class _Grown:
    """By how much a case grew while its entries were folded."""

    __slots__ = ("_case", "calmed", "shown", "total", "woke")

    def __init__(self, case: Any = None) -> None:
        self._case = case
        self.shown = 0
        self.total = 0
        self.woke = False
        self.calmed = False

    def count(self, before: Any, after: Any) -> None:
        """Count an entry by its row before and after; None where it was not, or is no more."""
        self.shown += (after is not None and not after["hidden"]) - (
            before is not None and not before["hidden"]
        )
        self.total += (after is not None) - (before is not None)
        self.woke = self.woke or self._wakes(after)
        self.calmed = self.calmed or (self._wakes(before) and not self._wakes(after))

    def _wakes(self, entry: Any) -> bool:
        """True for what another person wrote since the case was put on hold."""
        case = self._case
        return (
            case is not None
            and entry is not None
            and not entry["hidden"]
            and entry["h"] > case["status_h"]
            and entry["author"] != case["status_by"]
        )


def _begun(stored: list[Stored]) -> dict[str, Stored]:
    """Return, by an entry's name, what arrived first of the changes that tell of its beginning.

    Where it was erased before it came here, that is the redaction that knows of it.
    """
    found: dict[str, Stored] = {}
    for item in sorted(stored, key=lambda item: item.id):
        if item.change.kind == "note":
            found.setdefault(item.change.name, item)
    for item in sorted(stored, key=lambda item: item.id):
        if item.change.kind == "redact":
            for stub in item.change.body["l"]:
                found.setdefault(stub["name"], item)
    return found


def day_ms(day: str | None) -> int:
    """Return the start (UTC) of an ISO date or the moment of an ISO time in ms, 0 for None."""
    if day is None:
        return 0
    from datetime import UTC, datetime

    moment = datetime.fromisoformat(day)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)


def _slot(case: str, *parts: str) -> int:
    return slot_hash(*parts, case)


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _images(images: Iterable[Image]) -> str:
    return _json([[image.file, image.width, image.height] for image in images])


def _files(files: Iterable[Attachment]) -> str:
    return _json([[file.file, file.sha256, file.size] for file in files])


def _folded_case(row: dict[str, Any]) -> str:
    texts = [
        row["key"],
        *json.loads(row["aliases"]),
        row["own_title"] or "",
        row["problem"],
        *json.loads(row["engineers"]),
        *json.loads(row["tags"]),
        *(file for file, *_ in json.loads(row["images"]) + json.loads(row["files"])),
    ]
    return SEPARATOR.join(fold_text(text) for text in texts if text)


def _entry_row(state: EntryState, first: Stored, subject: int, made: int | None) -> dict[str, Any]:
    pasted = max((image.pasted_at or 0 for image in state.images), default=0)
    files = [image.file for image in state.images] + [file.file for file in state.files]
    searched = [state.text, state.speaker or "", *files]
    news = not state.imported or (made is not None and state.order[0] > made)
    return {
        "id": first.id,
        "uid": state.id,
        "case_id": subject,
        "slot": first.slot,
        "h": state.order[0],
        "op_id": state.order[1],
        "names": _json(sorted(state.names - {state.id})),
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
        "images": _images(state.images),
        "files": _files(state.files),
        "seen": _json(state.registers["text"].seen),
        "decisions": sum(register.undecided for register in state.registers.values()),
        "active_at": 0 if state.hidden else max(pasted, day_ms(state.happened_on)),
        "news": int(news),
        "folded": ""
        if state.hidden
        else SEPARATOR.join(fold_text(text) for text in searched if text),
    }
