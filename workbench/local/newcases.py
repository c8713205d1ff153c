"""Cases that are not here yet: all rows of hundreds of them, made in memory and put in together.

"What it writes is what folding them one by one writes": the values come from the same functions;
what is left out is looking for rows that can't be there. Whoever has all changes of some new cases
(a pull, an import) hands them over; a case that is in any way unusual is handed back, and goes the
way of a single change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.cases import fold
from workbench.local import caserow, entryrows, keys
from workbench.local.caserow import fixed_slots
from workbench.local.changelog import Stored, stored_of
from workbench.local.database import Database
from workbench.local.sums import together

INSERTS: Mapping[str, str] = {
    "claim": keys.INSERT_CLAIM,
    "alias": keys.INSERT_ALIAS,
    "reference": entryrows.INSERT_REFERENCE,
    "attachment": entryrows.INSERT_ATTACHMENT,
    "decision": entryrows.INSERT_DECISION,
}


Made = tuple[caserow.Row, list[tuple[Any, ...]], dict[str, list[tuple[Any, ...]]]]
"""Rows of a new case: its own, those of its entries, and others by their tables."""
Changes = list[tuple[Any, ...]]
"""Changes as ``stored_of`` takes them."""
Unfolded = tuple[int, str, Changes]
"""A new case: its number, its id, and its changes."""


Folded = tuple[Made | None, bool]
"""The rows of a new case, None where it is to be folded by ``CaseRows``; and whether a change tells
how far somebody has read it."""


def fold_new(given: tuple[caserow.Row, list[Unfolded]]) -> list[Folded]:
    """Return the rows of new cases.

    Args:
        given: the row of a case of which nothing is known, and the cases. As what comes of it
            these are plain values, for another process.
    """
    empty, cases = given
    return [
        made_of(subject, case, [stored_of(row) for row in rows], empty)
        for subject, case, rows in cases
    ]


Part = tuple[list[tuple[Any, ...]], dict[str, list[tuple[Any, ...]]]]
"""Rows of some entries of a new case, and others by their tables."""


def fold_part(given: tuple[int, Changes]) -> Part | None:
    """Return the rows of some entries of a new case that has no row yet.

    Args:
        given: its number, and all changes of their slots; as what comes of it plain values.

    Returns:
        None where a redaction or an erased change is among them: ``CaseRows`` is to fold them.
    """
    subject, rows = given
    stored = [stored_of(row) for row in rows]
    if _is_erased(stored):
        return None
    found = _Entries(subject)
    found.fold(stored, None)
    return [tuple(entry.values()) for entry in found.entries], found.rows


def put_part(database: Database, part: Part) -> None:
    """Write the rows of entries that ``fold_part`` made, inside the transaction."""
    _insert(database, [], *part)


def _insert(
    database: Database,
    cases: list[caserow.Row],
    entries: list[tuple[Any, ...]],
    others: Mapping[str, list[tuple[Any, ...]]],
) -> None:
    with together(database, [row["id"] for row in cases], [number for number, *_ in entries]):
        database.insert("cases", cases)
        database.connection.executemany(entryrows.INSERT_ENTRY, entries)
    for table, rows in others.items():
        database.connection.executemany(INSERTS[table], rows)


def made_of(subject: int, case: str, stored: Sequence[Stored] | None, empty: caserow.Row) -> Folded:
    """Return what comes of a new case; of one whose changes are not at hand no rows do."""
    if stored is None:
        return None, False
    reads = any(item.change.kind == "read" for item in stored)
    return make(subject, case, stored, empty), reads


def make(subject: int, case: str, stored: Sequence[Stored], empty: caserow.Row) -> Made | None:
    """Return the rows of a case; ``put`` writes them.

    Args:
        subject: its number, of which no derived table has a row.
        case: its id.
        stored: all changes of it that are here, in order of arrival.
        empty: the row of a case of which nothing is known.

    Returns:
        None where the case is not one of the usual kind: its ``case`` change is not here, or a
        redaction or an erased change is. It is to be folded by ``CaseRows``.
    """
    if _is_erased(stored):
        return None
    found = _Case(subject, case, stored, empty)
    if found.row is None:
        return None
    return found.row, [tuple(entry.values()) for entry in found.entries], found.rows


def put(database: Database, several: Iterable[Made]) -> set[int]:
    """Write the rows of new cases, whose changes stand in the log, inside the transaction.

    Returns:
        The numbers of those that are written. Another case has the number of one that is not, or
        the first letters of its id: it is to be folded by ``CaseRows``.
    """
    several = list(several)
    cases: list[caserow.Row] = []
    entries: list[tuple[Any, ...]] = []
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in INSERTS}
    taken = keys.taken(database, [row for row, _, _ in several])
    for row, own, others in several:
        marks = keys.marks(row)
        if taken.isdisjoint(marks):
            taken |= marks
            cases.append(row)
            entries += own
            for table, some in others.items():
                rows[table] += some
    _insert(database, cases, entries, rows)
    return {row["id"] for row in cases}


def _is_erased(stored: Iterable[Stored]) -> bool:
    return any(item.change.erased or item.change.kind == "redact" for item in stored)


class _Entries:
    """The rows of entries of a case, and of what they bring along."""

    def __init__(self, subject: int) -> None:
        self.subject = subject
        self.rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in INSERTS}
        self.entries: list[dict[str, Any]] = []

    def fold(self, stored: list[Stored], made: int | None) -> None:
        """Add the rows of entries, of all changes of their slots; ``made`` is when the case was."""
        by_slot: dict[int, list[Stored]] = {}
        for item in stored:
            by_slot.setdefault(item.slot, []).append(item)
        others: list[Stored] = []
        for slot in by_slot.values():
            if entryrows.is_lone(slot):
                row = entryrows.lone_row(slot[0], self.subject, made)
                self.entries.append(row)
                self.mention(row["id"], row["text"])
            else:
                others += slot
        self._fold_others(others, made)

    def _fold_others(self, stored: list[Stored], made: int | None) -> None:
        first_of = entryrows.begun(stored)
        for state in fold.fold_entries(item.change for item in stored):
            first = first_of[state.id]
            row = entryrows.entry_row(state, first, self.subject, made)
            self.entries.append(row)
            self.mention(first.id, entryrows.mentioning(row))
            if state.files:
                self.rows["attachment"] += entryrows.attachment_rows(
                    self.subject, first.id, state.files
                )
            if row["decisions"]:
                self.rows["decision"] += [
                    entryrows.decision_row(register, self.subject, first.slot, field, state.id)
                    for field, register in entryrows.undecided(state)
                ]

    def mention(self, place: int, text: str) -> None:
        """Add the rows of what a text mentions."""
        self.rows["reference"] += entryrows.reference_rows(self.subject, place, text)


class _Case(_Entries):
    """The rows of one case; ``row`` is None where its ``case`` change is not here."""

    def __init__(
        self, subject: int, case: str, stored: Sequence[Stored], empty: caserow.Row
    ) -> None:
        super().__init__(subject)
        self.row: caserow.Row | None = None
        fixed = fixed_slots(case)
        by_slot: dict[int, list[Stored]] = {}
        entries: list[Stored] = []
        for item in stored:
            (by_slot.setdefault(item.slot, []) if item.slot in fixed else entries).append(item)
        folded = caserow.Folded()
        for slot, parts in fixed.items():
            if slot in by_slot:
                self._fold_fixed(slot, parts, by_slot[slot], folded)
        if "created_h" not in folded.values:
            return
        self.fold(entries, folded.values["created_h"])
        row = folded.row({**empty, "id": subject, "uid": case}, [item.change for item in stored])
        self._complete(row, folded)
        self.row = row

    def _fold_fixed(
        self, slot: int, parts: caserow.Parts, stored: list[Stored], folded: caserow.Folded
    ) -> None:
        changes = [item.change for item in stored]
        found = caserow.fold_slot(parts, changes)
        folded.add(found, changes)
        if found.claims:
            self.rows["claim"] += keys.claim_rows(self.subject, found.claims)
        if found.files:
            self.rows["attachment"] += entryrows.attachment_rows(self.subject, 0, found.files)
        if found.undecided is not None:
            self.rows["decision"].append(
                entryrows.decision_row(found.undecided, self.subject, slot, parts[1], None)
            )

    def _complete(self, row: caserow.Row, folded: caserow.Folded) -> None:
        """Put into the row what follows from several slots together.

        No other case shows its number, and no other id begins like its own.
        """
        [first, *others] = [number for _, _, number, _ in self.rows["claim"]] or [None]
        numbers = [] if first is None else [first, *sorted(others)]
        second = keys.is_second(row, folded.claim, lambda: numbers)
        folded.rank(row, second=second)
        row["questions"] = caserow.questions(row, second=second, later=False)
        row["entry_count"] = sum(not entry["hidden"] for entry in self.entries)
        row["entry_total"] = len(self.entries)
        row["decisions"] = len(self.rows["decision"])
        row["woken"] = int(
            row["status"] == "on_hold"
            and any(entryrows.wakes(entry, row) for entry in self.entries)
        )
        entries = max((entry["active_at"] for entry in self.entries), default=0)
        row["active_at"] = caserow.active_at(row, entries)
        shown = [entry for entry in self.entries if not entry["hidden"]]
        last = max(shown, key=lambda entry: (entry["h"], entry["op_id"]), default=None)
        row.update(caserow.last_said(row, last))
        self.mention(0, row["problem"])
        bears = keys.put(row, numbers, keys.short(row["uid"]), later=False)
        self.rows["alias"] += keys.alias_rows(self.subject, bears)
        row["folded"] = caserow.searched(row)


def empty_row(database: Database) -> caserow.Row:
    """Return the row of a case of which nothing is known, as the schema has it."""
    columns = database.rows("SELECT name, dflt_value FROM pragma_table_info('cases')")
    values = ", ".join(default or "NULL" for _, default in columns)
    found = database.row(f"SELECT {values}")
    assert found is not None
    return dict(zip((name for name, _ in columns), found, strict=True))
