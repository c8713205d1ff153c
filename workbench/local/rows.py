"""From the fold to the tables: which rows a change touches, and nothing more.

"A change folds its own slot only": the case row is adjusted by the difference, so a note in a
case of 20,000 entries costs what it costs in one of five.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from workbench.cases import erasure, fold
from workbench.cases.change import FIELDS, SETS, Change
from workbench.cases.model import STATUSES
from workbench.cases.names import slot_hash
from workbench.cases.register import REDACTED, Register, origin
from workbench.cases.text import first_line, key_fold
from workbench.cases.text import fold as fold_text
from workbench.cases.times import pasted_at
from workbench.local import columns, keys
from workbench.local.changelog import ChangeLog, Stored
from workbench.local.database import Database
from workbench.local.entryrows import EntryRows, Grown


def shown_text(register: Register) -> str:
    """Return what a text field shows."""
    if register.shown is None:
        return ""
    return REDACTED if register.shown.redact else register.shown.value or ""


class CaseRows:
    """Keeps the derived tables equal to what the log gives."""

    def __init__(self, database: Database, log: ChangeLog) -> None:
        self._db = database
        self._log = log
        self._entries = EntryRows(database)

    def refold(self, case: str, touched: set[int]) -> list[Stored]:
        """Fold the touched slots of a case again, and write the rows that changed.

        Args:
            case: the case's id.
            touched: slots that changes arrived in, of fields and of entries.

        Returns:
            The changes whose text a redaction takes out, which are not erased yet.
        """
        subject = self._log.subject(case)
        row = self._row(subject)
        if row is None:
            stored = self._log.of(subject)
        else:
            stored = self._log.in_slots(_to_read(case, touched), subject)
        return self.fold_slots(subject, case, row, touched, stored)

    def refold_many(
        self, waiting: Mapping[int, tuple[str, set[int]]]
    ) -> Iterator[tuple[str, bool, list[Stored]]]:
        """Fold slots of many cases, whose changes are read together.

        Args:
            waiting: the cases' ids and touched slots, by their numbers.

        Yields:
            Each case, whether there is a redaction in these slots, and what ``refold`` returns.
        """
        rows = {row["id"]: row for row in self._db.rows_in(_ROWS, waiting)}
        by_case: dict[int, list[Stored]] = {subject: [] for subject in waiting}
        wanted = {slot for i in rows for slot in _to_read(*waiting[i])}
        for item in self._log.of_each(waiting.keys() - rows.keys()):
            by_case[item.subject].append(item)
        for item in self._log.in_any(wanted):
            by_case.setdefault(item.subject, []).append(item)
        for subject, (case, touched) in waiting.items():
            stored = by_case.pop(subject)
            redacts = any(item.change.kind == "redact" for item in stored)
            # Of another case that had its number before, the key may be another now.
            row = self._row(subject) if subject in rows else None
            yield case, redacts, self.fold_slots(subject, case, row, touched, stored)

    def fold_slots(
        self, subject: int, case: str, row: Any, touched: set[int], stored: list[Stored]
    ) -> list[Stored]:
        """Fold slots of a case, as ``refold`` does.

        Args:
            row: its row; None where it has none yet.
            stored: the changes of these slots and of those that are folded with them; where it
                has no row, all of them.
        """
        fixed = _fixed(case)
        by_slot: dict[int, list[Stored]] = {}
        for item in stored:
            by_slot.setdefault(item.slot, []).append(item)
        new = row is None and self._make(subject, case, by_slot)
        if new:
            row = self._row(subject)
            # The columns of a new row say already what comes of no change.
            fields = by_slot.keys() & fixed.keys()
        else:
            fields = set() if row is None else _with_others(touched & fixed.keys(), fixed)
        entry_slots = touched - fixed.keys() - {_reads(case)}
        self._forget_decisions(subject, fields | entry_slots)
        doomed: list[Stored] = []
        values: dict[str, Any] = {}
        for slot, parts in fixed.items():
            if slot in fields:
                doomed += self._fold_fixed(subject, slot, parts, by_slot.get(slot, []), values)
        grown = Grown()
        if entry_slots:
            entries = [item for slot in entry_slots for item in by_slot.get(slot, ())]
            grown, erased = self._entries.fold(subject, entry_slots, entries, row)
            doomed += erased
        if row is not None:
            self._finish(row, values, grown, (item.change for item in stored), new=new)
        return doomed

    def _row(self, subject: int) -> Any:
        return self._db.row(_ROWS.format("?"), subject)

    def _forget_decisions(self, subject: int, wanted: set[int]) -> None:
        """Take away the decisions of slots that are folded again."""
        rows = self._db.rows("SELECT id, slot FROM decision WHERE case_id = ?", subject)
        for id_, slot in rows:
            if slot in wanted:
                self._db.run("DELETE FROM decision WHERE id = ?", id_)

    # --- the case row -------------------------------------------------------------------------

    def _make(self, subject: int, case: str, by_slot: Mapping[int, list[Stored]]) -> bool:
        """Insert the row of a case whose ``case`` change is here; return False where it is not."""
        own = by_slot.get(slot_hash("case", case), ())
        head = fold.fold_head(item.change for item in own)
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
                self._write_claims(subject, changes, values)
            case ("files",):
                whole, erased = erasure.erase(changes)
                images, files = fold.fold_files(whole, "problem")
                values.update(images=columns.images(images), files=columns.files(files))
                self._entries.write_files(subject, 0, files)
                return [item for item in stored if item.change.id in erased]
            case ("field", field) if field in SETS:
                elements = list(fold.fold_set(changes).elements)
                values[field] = columns.listed(elements)
                column = "engineer_text" if field == "engineers" else "tag_text"
                folded = [fold_text(element) for element in elements]
                values[column] = columns.SEPARATOR.join(["", *folded, ""]) if folded else ""
            case (_, field):
                return self._fold_field(subject, slot, field, stored, values)
        return []

    def _fold_field(
        self, subject: int, slot: int, field: str, stored: list[Stored], values: dict[str, Any]
    ) -> list[Stored]:
        changes = [item.change for item in stored]
        register = fold.fold_field(field, changes)
        if register.undecided:
            self._entries.add_decision(register, subject, slot, field, None)
        shown = register.shown
        if field == "status":
            status = (shown.value if shown else None) or {}
            word = status.get("s") or "unset"
            # A hold that an undo brings back has been one since it was first set.
            since = origin(register, shown) if shown else None
            values.update(
                status=word,
                status_rank=STATUSES.index(word),
                status_until=status.get("until"),
                status_why=status.get("why"),
                status_by=since.author if since else None,
                status_h=since.order[0] if since else 0,
                status_seen=columns.listed(register.seen),
            )
        elif field == "date":
            values["opened_on"] = shown.value if shown else None
            raws = fold.fold_date_raws(changes)
            values["raws"] = columns.listed(raws)
            if raws:
                values["date_raw"] = raws[-1]
        elif field == "title":
            values["own_title"] = shown_text(register) or None
        elif field == "problem":
            values["problem"] = shown_text(register)
        else:
            values[field] = shown_text(register) or None
        return [item for item in stored if item.change.id in register.erased]

    def _write_claims(
        self, subject: int, changes: Sequence[Change], values: dict[str, Any]
    ) -> None:
        claims = fold.fold_claims(changes)
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
            values["numbered_in"] = {c.batch for c in changes if c.kind == "num"}

    def _finish(
        self,
        old: Any,
        values: dict[str, Any],
        grown: Grown,
        written: Iterable[Change],
        *,
        new: bool,
    ) -> None:
        """Write what changed of the case row, and what follows from several slots together."""
        subject = old["id"]
        claim = values.pop("claim", None)
        batches = values.pop("numbered_in", None)
        row = {**dict(old), **values}
        if batches is not None:
            row["drafted"] = int(not row["imported"] and row["batch"] not in batches)
        if new:
            row["entry_count"], row["entry_total"] = self._db.row(
                "SELECT coalesce(sum(NOT hidden), 0), count(*) FROM entry WHERE case_id = ?",
                subject,
            ) or (0, 0)
        else:
            row["entry_count"] += grown.shown
            row["entry_total"] += grown.total
        # Only then there are entries whose row was written before it was known.
        if row["entry_total"] != grown.total if new else row["created_h"] != old["created_h"]:
            self._db.run(
                "UPDATE entry SET news = above IS NULL OR h > ? WHERE case_id = ?",
                row["created_h"],
                subject,
            )
        people = (c.h for c in written if not c.imported and c.kind not in _NO_ACTIVITY)
        row["written_h"] = max(row["written_h"], max(people, default=0))
        row["title"] = row["own_title"] or first_line(row["problem"])
        if values:
            second = keys.is_second(self._db, row, claim)
            if claim is not None:
                row["number_rank"] = keys.rank(claim, second=second)
            self._ask(row, second=second)
        row["decisions"] = self._db.value(
            "SELECT count(*) FROM decision WHERE case_id = ?", subject
        )
        if new or "status" in values or (row["woken"] and grown.calmed):
            row["woken"] = int(row["status"] == "on_hold" and self._woken(subject, row))
        elif row["status"] == "on_hold":
            row["woken"] = int(row["woken"] or grown.woke)
        row["active_at"] = self._active_at(subject, row)
        if "problem" in values:
            self._entries.write_references(subject, 0, row["problem"], new=new)
        if new or claim is not None or any(row[name] != old[name] for name in keys.NAMED):
            keys.write(self._db, row)
            self._write_row(old, row, new=new)
            twins = {*keys.twins(self._db, dict(old)), *keys.twins(self._db, row)}
            for other in twins.union(keys.namesakes(self._db, row) if new else ()):
                self._rename(other)
        else:
            self._write_row(old, row)

    def _write_row(self, old: Any, row: dict[str, Any], *, new: bool = False) -> None:
        row["folded"] = _folded_case(row)
        # One statement for all that is new, which SQLite's connection keeps ready.
        changed = {name: value for name, value in row.items() if new or value != old[name]}
        if changed:
            assignments = ", ".join(f"{name} = ?" for name in changed)
            self._db.run(
                f"UPDATE cases SET {assignments} WHERE id = ?", *changed.values(), row["id"]
            )

    def _rename(self, subject: int) -> None:
        """Give a case its key again, after another case took or left its number or letters."""
        old = self._row(subject)
        if old is not None:
            row = dict(old)
            keys.write(self._db, row)
            self._ask(row, second=keys.is_second(self._db, row, None))
            self._write_row(old, row)

    def _ask(self, row: dict[str, Any], *, second: bool) -> None:
        """Put into a row what only a person can answer: no date, a number that is used twice."""
        found = []
        if row["opened_on"] is None and row["date_raw"]:
            found.append("date")
        if second:
            found.append("number")
        elif keys.is_later(self._db, row):
            found.append("twin")
        row["questions"] = columns.listed(found)

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
        pasted = (pasted_at(file) or 0 for file, *_ in json.loads(row["images"]))
        opened = columns.day_ms(row["opened_on"])
        times = (row["written_h"] >> 16, entries or 0, max(pasted, default=0), opened)
        return int(max(times))


_ROWS = "SELECT * FROM cases WHERE id IN ({})"
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
_NO_ACTIVITY = frozenset({"page", "part", "read", "num"})


@lru_cache(maxsize=256)
def _fixed(case: str) -> Mapping[int, tuple[str, ...]]:
    """Return the slots of a case that are no entries, by their labels."""
    return {slot_hash(*parts, case): parts for parts in _FIXED}


def _to_read(case: str, touched: set[int]) -> set[int]:
    """Return touched slots with those to be folded together with them."""
    fixed = _fixed(case)
    return (touched | _with_others(touched & fixed.keys(), fixed)) - {_reads(case)}


def _reads(case: str) -> int:
    """Return the slot of what people have read, of which no row here comes."""
    return slot_hash("other", "read", case)


def _with_others(touched: set[int], fixed: Mapping[int, tuple[str, ...]]) -> set[int]:
    """Return slots with those that are to be folded together with them."""
    fields = {fixed[slot] for slot in touched}
    for one, *others in _TOGETHER:
        if one in fields:
            fields.update(others)
    return {slot for slot, parts in fixed.items() if parts in fields}


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
    return columns.searched(texts)
