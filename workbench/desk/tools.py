"""What the desk's methods share: the open file, who acts, and what is current in a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.cases import fold, names
from workbench.cases.errors import BadInput, Busy, NotFound
from workbench.cases.fold import EntryState
from workbench.cases.register import REDACTED, Register, Version
from workbench.local import process
from workbench.local.act import Act, Pen
from workbench.local.changelog import Stored
from workbench.local.database import Database
from workbench.local.drafts import Drafts
from workbench.local.reads import Reader
from workbench.local.search import Search

Seen = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did. ``changes`` is 0 where everything was so already.

    ``decision`` is true when the write left a field with two values for a person to decide.
    """

    changes: int
    case_ids: tuple[str, ...]
    entry_id: str | None = None
    decision: bool = False
    batch: str = ""


class Tools:
    """The open file and the person who acts."""

    def __init__(
        self,
        path: Path,
        author: str,
        clock: Callable[[], int],
        entropy: Callable[[int], bytes],
    ) -> None:
        self.author = author
        self.clock = clock
        self.db = Database(path)
        self.drafts = Drafts(self.db)
        self.pen = Pen(self.db, clock, entropy, self._rescue)
        self.reader = Reader(self.db)
        self.search = Search(self.db)
        self.log = self.pen.log
        self.go_on()

    @contextmanager
    def act(self, label: str, **options: Any) -> Iterator[Act]:
        """Open an act; text that a redaction took out is gone from the file when it ends."""
        with self.pen.act(label, self.author, **options) as act:
            yield act
        if self.pen.erased and not self.db.connection.in_transaction:
            self.forget_erased()

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
            raise NotFound(f"no case {case_id}")
        return int(found)

    # --- what is current ----------------------------------------------------------------------

    def changes(self, case_id: str, *slot: str) -> list[Stored]:
        """Return the changes of a slot that is no entry's."""
        return self.log.in_slot(names.slot_hash(*slot, case_id), self.subject(case_id))

    def field(self, case_id: str, field: str) -> Register:
        """Return the register of a case's field."""
        stored = self.changes(case_id, "field", field)
        return fold.fold_field(field, (item.change for item in stored))

    def elements(self, case_id: str, field: str) -> dict[str, tuple[str, ...]]:
        """Return a set's elements and the adds that hold them."""
        stored = self.changes(case_id, "field", field)
        return fold.fold_set(item.change for item in stored).elements

    def entry_changes(self, case_id: str, entry_id: str) -> list[Stored]:
        """Return the changes of the slot that holds an entry."""
        subject = self.subject(case_id)
        slot = self.db.value(
            "SELECT slot FROM entry WHERE uid = ? AND case_id = ?", entry_id, subject
        )
        if slot is None:
            raise NotFound(f"no entry {entry_id}", "workbench show tells the positions.")
        return self.log.in_slot(slot, subject)

    def entry(self, case_id: str, entry_id: str) -> EntryState:
        """Return an entry as its changes give it."""
        stored = self.entry_changes(case_id, entry_id)
        for state in fold.fold_entries(item.change for item in stored):
            if entry_id in state.names:
                return state
        raise NotFound(f"no entry {entry_id}")

    def decided(self, case_id: str, field: str, entry_id: str | None = None) -> bool:
        """True while no decision waits about this field of a case or an entry."""
        found = self.db.value(
            "SELECT 1 FROM decision WHERE case_id = ? AND field = ? AND entry IS ?",
            self.subject(case_id),
            field,
            entry_id,
        )
        return found is None

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
        known = {name for version in register.versions for name in version.names}
        unknown = [name for name in seen if name not in known]
        if unknown:
            raise BadInput(
                f"no change {unknown[0]} of this field",
                "workbench history tells the changes; --seen takes the id of one.",
            )
        replaced = set(seen)
        if own:
            mine = {item.change.id for item in stored if item.mine}
            replaced.update(
                name
                for head in register.heads
                if head.author == self.author and head.ids & mine
                for name in head.names
            )
        return tuple(replaced)

    def forget_erased(self) -> None:
        """Take texts that redactions of others erased out of drafts, pages and the file."""
        from workbench.desk.redacting import clean

        erased = self.pen.erased
        with self.db.write("redact-clean"):
            for case, texts in erased.items():
                clean(self, case, texts)
            self.pen.keep_erased({})
        self.forget([text for texts in erased.values() for text in texts])

    def forget(self, secrets: Sequence[str]) -> None:
        """See to it that redacted texts are in no byte of the file."""
        wanted = [secret.encode() for secret in secrets if secret]
        self._sweep(lambda block: any(secret in block for secret in wanted))

    def _sweep(self, found: Callable[[bytes], bool]) -> None:
        self.db.forget_deleted(found)
        with self.db.write("redact-swept"):
            self.db.run("DELETE FROM meta WHERE name = 'unswept'")

    def go_on(self) -> None:
        """Finish what a process that died left: slots to be folded, texts to be forgotten."""
        left = self.db.value(
            "SELECT 1 FROM stale UNION ALL SELECT 1 FROM meta"
            " WHERE name IN ('erased', 'unswept') LIMIT 1"
        )
        holder = self.db.value("SELECT value FROM meta WHERE name = 'exchanging'")
        if left is None or (holder is not None and process.alive(holder)):
            return
        self.pen.fold_stale("open")
        # Another process may be reading the file's log now; then the next start sees to it.
        with suppress(Busy):
            if self.pen.erased:
                self.forget_erased()
            elif self.db.value("SELECT 1 FROM meta WHERE name = 'unswept'"):
                self._sweep(lambda block: True)

    def _rescue(self, stored: Stored) -> bool:
        """Keep the words of a change that a redaction which it had not seen takes out.

        Returns:
            True where they are a draft now; then they are not forgotten.
        """
        change = stored.change
        if not stored.mine or change.kind not in ("edit", "set", "note") or change.imported:
            return False
        redacts = (item.change for item in self.log.in_slot(stored.slot, stored.subject))
        listed = {
            item["id"] for redact in redacts if redact.kind == "redact" for item in redact.body["l"]
        }
        text = change.body.get("x")
        if change.id in listed or not isinstance(text, str) or not text:
            return False
        target = change.body.get("t") if change.kind == "edit" else None
        self.drafts.rescue(self.pen.new_id(), change.case, target, text, self.clock())
        return True


def said(version: Version | None, field: str) -> str | None:
    """Return a version's value as one text: a status is its word."""
    if version is None:
        return None
    if version.redact or version.erased:
        return REDACTED
    if field == "status":
        return str((version.value or {}).get("s") or "unset")
    return version.value if version.value is None else str(version.value)
