"""From the fold to the tables: which rows a change touches, and nothing more.

"A change folds its own slot only": the case row is adjusted by the difference, so a note in a
case of 20,000 entries costs what it costs in one of five.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from workbench.cases import erasure
from workbench.cases.change import Change
from workbench.cases.fold import Claim
from workbench.cases.names import PEOPLE, slot_hash
from workbench.cases.record import Record
from workbench.local import caserow, changelog, keys
from workbench.local.caserow import Folded, fixed_slots, reads_slot
from workbench.local.changelog import WHOLE, ChangeLog, Stored
from workbench.local.database import Database
from workbench.local.entryrows import EntryRows, Grown
from workbench.local.people import write_people

if TYPE_CHECKING:
    from workbench.local.newcases import Made


class Refolded(Record):
    """A case whose slots were folded.

    ``redacts``: whether there is a redaction in them; ``reads``: whether there may be a change that
    tells how far people have read it; ``doomed``: what ``CaseRows.refold`` returns.
    """

    case: str
    redacts: bool
    reads: bool
    doomed: list[Stored]


class CaseRows:
    """Keeps the derived tables equal to what the log gives."""

    def __init__(self, database: Database, log: ChangeLog) -> None:
        self._db = database
        self._log = log
        self._entries = EntryRows(database)

    def heard(self) -> int:
        """Return the number of the newest thing that changes are about; 0 where there is none."""
        return self._log.heard()

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
            if self._add_new({subject: (case, stored)}):
                return []
        else:
            stored = self._log.in_slots(_to_read(case, touched), subject)
        return self.fold_slots(subject, case, row, touched, stored)

    def add(self, case: str, notes: Sequence[Stored], newest: int) -> None:
        """Write the entries of new notes of a case, each of which is all that its slot holds.

        No slot is read, since nothing that was here becomes another by them.

        Args:
            newest: the largest hybrid time of all changes here.
        """
        subject = self._log.subject(case)
        row: Any = self._db.row(_GROWN, subject)
        if row is None:
            self.refold(case, {note.slot for note in notes})
            return
        rows, grown = self._entries.add(subject, notes, row)
        written_h = caserow.written_h(row["written_h"], (note.change for note in notes))
        is_last = rows[-1]["h"] == newest  # which none but the last of them can be
        said = caserow.last_said(row, rows[-1] if is_last else self._db.row(_LAST, subject))
        self._db.run(
            "UPDATE cases SET entry_count = ?, entry_total = ?, written_h = ?, active_at = ?,"
            " woken = ?, last_by = ?, last_own = ?, last_asks = ? WHERE id = ?",
            row["entry_count"] + grown.shown,
            row["entry_total"] + grown.total,
            written_h,
            max(row["active_at"], written_h >> 16, *(entry["active_at"] for entry in rows)),
            int(row["woken"] or (row["status"] == "on_hold" and grown.woke)),
            said["last_by"],
            said["last_own"],
            said["last_asks"],
            subject,
        )

    def refold_many(self, waiting: Mapping[int, tuple[str, set[int]]]) -> Iterator[Refolded]:
        """Fold slots of many cases, whose changes are read together.

        Args:
            waiting: the cases' ids and touched slots, by their numbers.

        Yields:
            What came of each case.
        """
        cases = {subject: case for subject, (case, _) in waiting.items()}
        here = {row["id"] for row in self._db.rows_in(_IDS, cases)}
        by_case: dict[int, list[Stored]] = {subject: [] for subject in cases}
        sizes = self._log.sizes(cases.keys() - here)
        small = {subject for subject, size in sizes.items() if size <= changelog.BIG}
        for item in self._log.of_each(small):
            by_case[item.subject].append(item)
        new = self._add_new({i: (case, by_case[i]) for i, case in cases.items() if i in small})
        touched = {
            subject: set(self._log.slots(subject)) if WHOLE in slots else slots
            for subject, (_, slots) in waiting.items()
            if subject not in new
        }
        wanted = {slot for i in here for slot in _to_read(cases[i], touched[i])}
        for subject in cases.keys() - here - small:
            wanted |= _of_new(cases[subject], touched[subject])
        for item in self._log.in_any(wanted):
            by_case.setdefault(item.subject, []).append(item)
        for subject, case in cases.items():
            stored = by_case.pop(subject)
            kinds = {item.change.kind for item in stored}
            if subject in new:
                yield Refolded(case, "redact" in kinds, "read" in kinds, [])
                continue
            # Of another case that had its number before, the key may be another now.
            row = self._row(subject) if subject in here else None
            is_big = row is None and subject not in small
            written = self._latest(subject) if is_big else None
            doomed = self.fold_slots(subject, case, row, touched[subject], stored, written)
            # Marks follow when all of a case is there.
            whole = written is None or not touched[subject].isdisjoint(fixed_slots(case))
            yield Refolded(case, "redact" in kinds, whole, doomed)

    def _latest(self, subject: int) -> Iterator[Change]:
        """Yield the latest change by which somebody wrote in a case, when its entries have rows."""
        written = filter(caserow.is_written, self._log.latest_first(subject))
        return islice(written, 1)

    def put_new(
        self, cases: Mapping[int, str], made: Mapping[int, tuple[Made | None, bool]]
    ) -> Iterator[Refolded]:
        """Write the rows of new cases that ``fold_new`` made, as ``refold_many`` would have.

        Args:
            cases: their ids, by their numbers.
            made: what it made of each, of all their changes that are here.
        """
        from workbench.local import newcases

        rows = (made[subject][0] for subject in cases)
        new = newcases.put(self._db, (row for row in rows if row is not None))
        for subject, case in cases.items():
            if subject in new:
                yield Refolded(case, False, made[subject][1], [])
        left = {subject: (case, {WHOLE}) for subject, case in cases.items() if subject not in new}
        if left:
            yield from self.refold_many(left)

    @cached_property
    def _empty(self) -> caserow.Row:
        """The row of a case of which nothing is known."""
        from workbench.local.newcases import empty_row

        return empty_row(self._db)

    def _add_new(self, several: Mapping[int, tuple[str, list[Stored]]]) -> set[int]:
        """Write the rows of those cases that are new and of the usual kind; return which."""
        from workbench.local import newcases

        begun = self._db.rows_in(
            "SELECT DISTINCT case_id FROM entry WHERE case_id IN ({})", several
        )
        fresh = several.keys() - {subject for (subject,) in begun}
        made = (
            newcases.make(subject, *several[subject], self._empty)
            for subject in several
            if subject in fresh and several[subject][0] != PEOPLE
        )
        return newcases.put(self._db, (rows for rows in made if rows is not None))

    def fold_slots(
        self,
        subject: int,
        case: str,
        row: Any,
        touched: set[int],
        stored: list[Stored],
        written: Iterable[Change] | None = None,
    ) -> list[Stored]:
        """Fold slots of a case, as ``refold`` does.

        Args:
            row: its row; None where it has none yet.
            stored: the changes of these slots and of those that are folded with them; where it
                has no row, those of all its fields.
            written: where it has no row, the latest by which somebody wrote in it, if these changes
                are not all.
        """
        if case == PEOPLE:
            told = self._log.in_slot(slot_hash("other", "person", PEOPLE), subject)
            left, gone = erasure.erase(item.change for item in told)
            write_people(self._db, left)
            return [item for item in told if item.change.id in gone]
        fixed = fixed_slots(case)
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
        entry_slots = touched - fixed.keys() - {reads_slot(case)}
        if row is None or new or row["decisions"]:
            self._forget_decisions(subject, fields | entry_slots)
        doomed: list[Stored] = []
        folded = Folded()
        for slot, parts in fixed.items():
            if slot in fields:
                doomed += self._fold_fixed(subject, slot, parts, by_slot.get(slot, []), folded)
        grown = Grown()
        if entry_slots:
            entries = [item for slot in entry_slots for item in by_slot.get(slot, ())]
            grown, erased = self._entries.fold(subject, entry_slots, entries, row)
            doomed += erased
        if row is not None:
            every = written if new and written else (item.change for item in stored)
            self._finish(row, folded, grown, every, new=new)
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
        head = caserow.fold_slot(("case",), [item.change for item in own]).values
        if not head:
            return False
        self._db.run(
            "INSERT INTO cases (id, uid, project, family, key, date_raw, created_h, author, batch)"
            " VALUES (?, ?, ?, ?, '', ?, ?, ?, ?)",
            subject,
            case,
            head["project"],
            head["family"],
            head["date_raw"],
            head["created_h"],
            head["author"],
            head["batch"],
        )
        return True

    def _fold_fixed(
        self, subject: int, slot: int, parts: caserow.Parts, stored: list[Stored], folded: Folded
    ) -> list[Stored]:
        changes = [item.change for item in stored]
        found = caserow.fold_slot(parts, changes)
        folded.add(found, changes)
        if parts == ("number",):
            self._write_claims(subject, found.claims)
        elif parts == ("files",):
            self._entries.write_files(subject, 0, found.files)
        elif found.undecided is not None:
            self._entries.add_decision(found.undecided, subject, slot, parts[1], None)
        return [item for item in stored if item.change.id in found.erased]

    def _write_claims(self, subject: int, claims: Iterable[Claim]) -> None:
        self._db.run("DELETE FROM claim WHERE case_id = ?", subject)
        self._db.connection.executemany(keys.INSERT_CLAIM, keys.claim_rows(subject, claims))

    def _finish(
        self, old: Any, folded: Folded, grown: Grown, written: Iterable[Change], *, new: bool
    ) -> None:
        """Write what changed of the case row, and what follows from several slots together."""
        subject = old["id"]
        values, claim = folded.values, folded.claim
        row = folded.row(dict(old), written)
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
        if values:
            second = self._is_second(row, claim)
            folded.rank(row, second=second)
            self._ask(row, second=second)
        if new or old["decisions"] or folded.undecided or grown.undecided:
            row["decisions"] = self._db.value(
                "SELECT count(*) FROM decision WHERE case_id = ?", subject
            )
        if new or "status" in values or (row["woken"] and grown.calmed):
            row["woken"] = int(row["status"] == "on_hold" and self._woken(subject, row))
        elif row["status"] == "on_hold":
            row["woken"] = int(row["woken"] or grown.woke)
        if new or grown.changed or values.keys() & caserow.TELLS_ACTIVITY:
            entries = self._db.value(_DATED, subject)
            row["active_at"] = caserow.active_at(row, entries or 0)
        else:
            row["active_at"] = max(old["active_at"], row["written_h"] >> 16)
        if new or "status" in values or grown.changed:
            row.update(caserow.last_said(row, self._db.row(_LAST, subject)))
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
        row["folded"] = caserow.searched(row)
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
            self._ask(row, second=self._is_second(row, None))
            self._write_row(old, row)

    def _is_second(self, row: caserow.Row, claim: Claim | None) -> bool:
        return keys.is_second(row, claim, lambda: keys.numbers(self._db, row))

    def _ask(self, row: caserow.Row, *, second: bool) -> None:
        later = not second and keys.is_later(self._db, row)
        row["questions"] = caserow.questions(row, second=second, later=later)

    def _woken(self, subject: int, row: dict[str, Any]) -> bool:
        found = self._db.value(
            "SELECT 1 FROM entry WHERE case_id = ? AND h > ? AND NOT hidden AND author IS NOT ?"
            " LIMIT 1",
            subject,
            row["status_h"],
            row["status_by"],
        )
        return found is not None


_IDS = "SELECT id FROM cases WHERE id IN ({})"
_ROWS = "SELECT * FROM cases WHERE id IN ({})"
_GROWN = (
    "SELECT created_h, entry_count, entry_total, written_h, active_at, woken, status, status_why,"
    " status_by, status_h FROM cases WHERE id = ?"
)
"""What adds to a case looks at: its row may be long."""
_LAST = (
    "SELECT speaker, author, above, text FROM entry WHERE case_id = ? AND NOT hidden"
    " ORDER BY h DESC, op_id DESC LIMIT 1"
)
_DATED = "SELECT max(active_at) FROM entry WHERE case_id = ? AND active_at > 0"
_TOGETHER: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("field", "date"), ("case",)),
    (("case",), ("field", "date"), ("number",)),
)
"""A slot, and those to be folded with it: both tell a date, and a number's rank needs the case."""


def _to_read(case: str, touched: set[int]) -> set[int]:
    """Return touched slots with those to be folded together with them."""
    fixed = fixed_slots(case)
    return (touched | _with_others(touched & fixed.keys(), fixed)) - {reads_slot(case)}


def _of_new(case: str, touched: set[int]) -> set[int]:
    """Return touched slots, with those of all fields where one is among them."""
    fixed = fixed_slots(case).keys()
    return (touched | (fixed if touched & fixed else set())) - {reads_slot(case)}


def _with_others(touched: set[int], fixed: Mapping[int, tuple[str, ...]]) -> set[int]:
    """Return slots with those that are to be folded together with them."""
    fields = {fixed[slot] for slot in touched}
    for one, *others in _TOGETHER:
        if one in fields:
            fields.update(others)
    return {slot for slot, parts in fixed.items() if parts in fields}
