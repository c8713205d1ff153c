"""What the desk's methods share: the open file, who acts, and what is current in a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from workbench.cases import said as words
from workbench.cases.errors import BadInput, Busy, NotFound
from workbench.cases.record import Record
from workbench.local.database import FORGET, LOOK, Database
from workbench.local.reads import Reader

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from workbench.cases.change import Change
    from workbench.cases.fold import EntryState
    from workbench.cases.register import Register, Version
    from workbench.local.act import Act, Pen
    from workbench.local.changelog import ChangeLog, Stored
    from workbench.local.drafts import Drafts, Kind
    from workbench.local.fields import Asker
    from workbench.local.search import Search

Seen = tuple[str, ...]
STALE_DAYS = 14
"""After so many days without anything new a case that is not resolved is stale."""
SHORTEST_NAME = 4
"""How many signs of a change's name tell which one is meant."""


_SLOT_OF_NAME = (
    "SELECT slot FROM entry WHERE case_id = ? AND names <> '[]'"
    " AND ? IN (SELECT value FROM json_each(names))"
)


class Written(Record):
    """What a write did. ``changes`` is 0 where everything was so already.

    ``decision`` is true when the write left a field with two values for a person to decide.
    """

    changes: int
    case_ids: tuple[str, ...]
    entry_id: str | None = None
    decision: bool = False
    batch: str = ""


class Signature:
    """Who acts; desks beside each other share it, in whatever threads they are."""

    def __init__(self, author: str) -> None:
        self.author = author


class Tools:
    """The open file and the person who acts.

    What only writing needs is loaded by the first write: most calls read.
    """

    def __init__(
        self,
        path: str | Path,
        author: str,
        clock: Callable[[], int],
        entropy: Callable[[int], bytes],
        speakers: Sequence[str] | None = None,
        stale_days: int = STALE_DAYS,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.signature = Signature(author)
        self.stale_days = stale_days
        self.speakers = speakers
        self.clock = clock
        self._entropy = entropy
        self.db = Database(path)
        self.reader = Reader(self.db)
        self.go_on(progress)

    @property
    def author(self) -> str:
        """Who acts."""
        return self.signature.author

    @cached_property
    def pen(self) -> Pen:
        """What writes."""
        from workbench.local.act import Pen

        return Pen(
            self.db,
            self.clock,
            self._entropy,
            self._rescue,
            self._clean,
            self._redacted,
            self._let_go,
        )

    @property
    def log(self) -> ChangeLog:
        """The changes."""
        return self.pen.log

    @cached_property
    def drafts(self) -> Drafts:
        """What is being written."""
        from workbench.local.drafts import Drafts

        return Drafts(self.db)

    @cached_property
    def search(self) -> Search:
        """What finds cases; most calls look for none."""
        from workbench.local.search import Search

        return Search(self.db)

    @property
    def asker(self) -> Asker:
        """Who looks for cases, and when and where."""
        from workbench.local.fields import Asker

        return Asker(self.author, self.today(), self.stale_days, _day_ms)

    def act(self, label: str, **options: Any) -> AbstractContextManager[Act]:
        """Open an act; text that a redaction took out is gone from the file when it ends."""
        return self.pen.act(label, self.author, **options)

    def today(self) -> str:
        """Return today's date at this machine, YYYY-MM-DD."""
        return datetime.fromtimestamp(self.clock() / 1000).date().isoformat()

    def subject(self, case_id: str) -> int:
        """Return the number of a case in the tables.

        Raises:
            NotFound: there is no such case.
        """
        found = self.db.value("SELECT id FROM cases WHERE uid = ?", case_id)
        if found is None:
            raise NotFound(words.said("no case {case}", case=case_id))
        return int(found)

    # --- what is current ----------------------------------------------------------------------

    def changes(self, case_id: str, *slot: str) -> list[Stored]:
        """Return the changes of a slot that is no entry's."""
        from workbench.cases import names

        return self.log.in_slot(names.slot_hash(*slot, case_id), self.subject(case_id))

    def field(self, case_id: str, field: str) -> Register:
        """Return the register of a case's field."""
        from workbench.cases import fold

        stored = self.changes(case_id, "field", field)
        return fold.fold_field(field, (item.change for item in stored))

    def elements(self, case_id: str, field: str) -> dict[str, tuple[str, ...]]:
        """Return a set's elements and the adds that hold them."""
        from workbench.cases import fold

        stored = self.changes(case_id, "field", field)
        return fold.fold_set(item.change for item in stored).elements

    def entry_changes(self, case_id: str, entry_id: str) -> list[Stored]:
        """Return the changes of the slot that holds an entry, under any of its names."""
        subject = self.subject(case_id)
        slot = self.db.value(
            "SELECT slot FROM entry WHERE uid = ? AND case_id = ?", entry_id, subject
        )
        if slot is None:  # it turned out since to be what somebody else had typed
            slot = self.db.value(_SLOT_OF_NAME, subject, entry_id)
        if slot is None:
            raise NotFound(
                words.said("no entry {entry}", entry=entry_id),
                words.said("workbench show tells the positions."),
            )
        return self.log.in_slot(slot, subject)

    def entry(self, case_id: str, entry_id: str) -> EntryState:
        """Return an entry as its changes give it."""
        from workbench.cases import fold

        stored = self.entry_changes(case_id, entry_id)
        for state in fold.fold_entries(item.change for item in stored):
            if entry_id in state.names:
                return state
        raise NotFound(words.said("no entry {entry}", entry=entry_id))

    def decided(self, case_id: str, field: str, entry_id: str | None = None) -> bool:
        """True while no decision waits about this field of a case or an entry."""
        found = self.db.value(
            "SELECT 1 FROM decision WHERE case_id = ? AND field = ? AND entry IS ?",
            self.subject(case_id),
            field,
            entry_id,
        )
        return found is None

    def seen_in(
        self, case_id: str, register: Register, seen: Seen | None, then: Callable[[int], Register]
    ) -> Seen | None:
        """Return which names of a register somebody saw who had these changes on the screen.

        A change of something else in the case tells what there was when it arrived here.

        Args:
            then: gives the register as it was up to a row of the log.

        Raises:
            BadInput: one is no change of the case.
        """
        known = {name for version in register.versions for name in version.names}
        if seen is None or known.issuperset(seen):
            return seen
        stored = self.log.of(self.subject(case_id))
        newest = max(_row_of(stored, name) for name in seen if name not in known)
        return (*known.intersection(seen), *then(newest).seen)

    def predecessors(
        self, register: Register, seen: Seen | None, stored: list[Stored], *, own: bool
    ) -> tuple[str, ...] | None:
        """Return what a new value replaces.

        Args:
            seen: what was on the screen; None means the values now.
            own: also replace newer values that this copy and this author wrote meanwhile.
        """
        if seen is None:
            return register.seen
        replaced = set(seen)
        if own:
            mine = {item.change.id for item in stored if item.mine}
            replaced.update(
                name
                for head in register.heads
                if head.author == self.author and head.ids & mine and not head.imported
                for name in head.names
            )
        return tuple(replaced)

    def go_on(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Do what was left to be done: read what an older version could not, forget what a
        redaction took out, and fold what a pull left that was stopped.

        Args:
            progress: is told how much of that is folded, and how much there was.
        """
        known = {row["name"] for row in self.db.rows("SELECT name FROM meta")}
        if "copy" not in known or FORGET in known:
            _ = self.pen  # whose making does either
        if LOOK in known:
            from workbench.local.backup import look_beside

            look_beside(self.db)
        if self.db.value("SELECT 1 FROM op WHERE state <> 'ok' LIMIT 1") is not None:
            from workbench.local.rereading import read_again

            with suppress(Busy):  # then the next start does it
                read_again(self.db, self.pen, self.clock)
        if self.db.value("SELECT 1 FROM stale LIMIT 1") is None:
            return
        from workbench.local import process

        holder = self.db.value("SELECT value FROM meta WHERE name = 'exchanging'")
        if holder is None or not process.alive(holder):
            self.pen.fold_stale("open", progress)

    def _clean(self, case: str, text: str) -> None:
        """Take a text that another copy's redaction takes out from drafts and pages too."""
        from workbench.desk.redacting import clean

        clean(self, case, [text])

    def _redacted(self, case: str) -> bool:
        """Blank what kept pages say of a case and was redacted; True where there was something."""
        if self.db.value("SELECT 1 FROM page LIMIT 1") is None:
            return False
        from workbench.desk.keptpages import blank_redacted

        return blank_redacted(self, case)

    def _let_go(self, changes: Sequence[str]) -> bool:
        """Forget rescued words at which a redaction is aimed; True where there were such."""
        gone = self.drafts.let_go(changes)
        for case, text in gone:
            if text is not None:
                self._clean(case, text)
        return bool(gone)

    def _rescue(self, change: Change, text: str) -> None:
        """Keep the words of a change that a redaction which it had not seen takes out."""
        field = change.body.get("f")
        kind: Kind = field if field in ("problem", "title") else "note"
        self.drafts.rescue(
            self.pen.new_id(),
            change.case,
            "edit" if change.kind == "edit" else kind,
            change.body.get("t"),
            text,
            self.clock(),
            change.name,
        )


def _day_ms(day: str) -> int:
    """Return when a day (YYYY-MM-DD) begins at this machine, in ms since 1970."""
    return int(datetime.fromisoformat(day).timestamp() * 1000) if day > "1970-01-02" else 0


def _row_of(stored: Sequence[Stored], name: str) -> int:
    """Return the row of the change that a name, or the beginning of one, names."""
    wanted = name.strip().lower()
    rows = {
        item.change.name: item.id
        for item in stored
        if item.change.name == wanted
        or (len(wanted) >= SHORTEST_NAME and item.change.name.startswith(wanted))
    }
    if len(rows) != 1:
        raise BadInput(
            words.said('"{name}" begins several changes of this case', name=name)
            if rows
            else words.said('"{name}" names no change of this case', name=name),
            words.said("workbench history tells the changes; --seen takes the id of one."),
        )
    return rows.popitem()[1]


def said(version: Version | None, field: str) -> str | None:
    """Return a version's value as one text: a status is its word."""
    from workbench.cases.register import REDACTED

    if version is None:
        return None
    if version.redact or version.erased:
        return REDACTED
    if field == "status":
        return str((version.value or {}).get("s") or "unset")
    return version.value if version.value is None else str(version.value)
