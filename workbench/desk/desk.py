"""The desk itself: it says what can be done, and leaves the doing to the rooms beside it.

What most calls of the program never do is imported by the method that does it: a person waits for
whatever is loaded at the start.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import time_ns
from types import TracebackType
from typing import TYPE_CHECKING, Any

from workbench.cases.model import (
    Case,
    CaseNews,
    Decision,
    Entry,
    HistoryItem,
    Reference,
    Status,
    Summary,
)
from workbench.cases.record import Record
from workbench.desk import reading
from workbench.desk.begun import Begun
from workbench.desk.filing import Filing
from workbench.desk.looking import Looking
from workbench.desk.team import Team
from workbench.desk.telling import Telling
from workbench.desk.tools import STALE_DAYS, Seen, Tools, Written
from workbench.desk.viewing import Viewing

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.desk.attaching import Given
    from workbench.desk.doctoring import Health
    from workbench.desk.importing import ImportReport
    from workbench.desk.longthread import LongThread
    from workbench.desk.newestact import Hiding
    from workbench.desk.sharing import Exchange
    from workbench.desk.undoing import Undone
    from workbench.local.backup import Backup
    from workbench.local.numbers import Reserved
    from workbench.local.stores import Store
    from workbench.sync.remote import Finding

List = list  # the desk has a method of this name


def time_ms() -> int:
    """Return this machine's time, in ms since 1970."""
    return time_ns() // 1_000_000


class Standing(Record):
    """How things stand, for the footer. ``unsent`` counts changes and pages' sources that
    some store does not have."""

    path: Path
    cases: int
    unsent: int
    drafts: int
    decisions: int
    clock_unsure: bool
    stores: int = 0
    synced_at: int | None = None
    """When the last exchange succeeded, of several stores the one longest ago; None: not yet."""


class Desk(Looking, Filing, Team, Telling, Viewing, Begun):
    """One person at one local file. Not to be shared between threads, but for ``interrupt``."""

    def __init__(self, tools: Tools) -> None:
        """Use ``Desk.open``."""
        self._tools = tools

    @classmethod
    def open(
        cls,
        path: str | Path,
        author: str,
        *,
        clock: Callable[[], int] = time_ms,
        entropy: Callable[[int], bytes] = os.urandom,
        speakers: Sequence[str] | None = None,
        stale_days: int = STALE_DAYS,
        progress: Callable[[int, int], None] | None = None,
    ) -> Desk:
        """Open the file, making it where it is not there.

        Args:
            author: who acts; every change bears the name.
            clock: gives ms since 1970.
            entropy: gives random bytes.
            speakers: bare words that begin an entry of a page, as 客户; None for the default.
            stale_days: after so many days without anything new an open case is stale.
            progress: is told how much is worked out of what a sync left that was stopped, and
                how much there was.

        Raises:
            WorkbenchError: the file can't be used; the sentence says why.
        """
        return cls(Tools(path, author, clock, entropy, speakers, stale_days, progress))

    def beside(self) -> Desk:
        """Return another desk of the same person at the same file, for another thread."""
        tools = self._tools
        desk = type(self)(
            Tools(self.path, self.author, tools.clock, os.urandom, tools.speakers, tools.stale_days)
        )
        desk._tools.signature = tools.signature
        desk.hold_little()
        return desk

    def hold_little(self) -> None:
        """Keep little of the file in memory: for a screen, which stays open and reads pages."""
        self._tools.db.hold_little()

    @property
    def author(self) -> str:
        """Who acts."""
        return self._tools.author

    def sign_as(self, author: str) -> None:
        """Act under another name from now on, with all desks that were opened beside this one."""
        self._tools.signature.author = author

    @property
    def spoken_for(self) -> Sequence[str]:
        """Bare words that begin an entry of a page."""
        from workbench.exchange.labels import DEFAULT_SPEAKERS

        return self._tools.speakers or DEFAULT_SPEAKERS

    @property
    def path(self) -> Path:
        """The file."""
        return self._tools.db.path

    def close(self) -> None:
        """Close the file."""
        self._tools.db.close()

    def __enter__(self) -> Desk:
        """Give the desk itself; it is closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def interrupt(self) -> None:
        """Stop the query that runs now, from another thread."""
        self._tools.db.interrupt()

    # --- finding and reading ------------------------------------------------------------------

    def resolve(self, ref: str) -> str:
        """Return the id of the case that ``ref`` names. Raises NotFound or Ambiguous."""
        return self._tools.reader.resolve(ref)

    def resolve_all(self, refs: Sequence[str]) -> List[str]:
        """Return the ids of several cases, each once; one unknown name raises."""
        return list(dict.fromkeys(self.resolve(ref) for ref in refs))

    def resolve_entry(self, case_id: str, ref: str) -> str:
        """Return the id of the entry that ``ref`` (a position or an id) names."""
        return self._tools.reader.resolve_entry(case_id, ref)

    def key(self, case_id: str) -> str:
        """Return a case's key."""
        return self._tools.reader.key(case_id)

    def summaries(self, ids: Sequence[str], *, brief: bool = False) -> List[Summary]:
        """Return the rows of a page of the list, in the order given.

        Args:
            brief: tell nothing of what entries hold (pictures, files, references).
        """
        return reading.summaries(self._tools, ids, brief=brief)

    def counts(self) -> dict[Status, int]:
        """Return how many cases have each status."""
        return reading.counts(self._tools)

    def case(self, case_id: str, *, hidden: bool = False, seen: bool = True) -> Case:
        """Return a whole case; with ``hidden`` its hidden entries too.

        Args:
            seen: tell what is shown, for whoever writes something else over it.
        """
        return reading.case(self._tools, case_id, hidden=hidden, seen=seen)

    def long_thread(self, case_id: str) -> LongThread | None:
        """Return a thread to be read by pages; None where it is short, and ``case`` has it all."""
        from workbench.desk import longthread

        return longthread.opened(self._tools, case_id)

    def case_as_of(self, case_id: str, moment: str, *, hidden: bool = False) -> Case:
        """Return a case as it was at a time, or at the end of a day.

        Raises:
            BadInput: the time is none.
            NotFound: the case was not there yet.
        """
        from workbench.desk import lookingback

        return lookingback.case_as_of(self._tools, case_id, moment, hidden=hidden)

    def entry(self, case_id: str, entry_id: str) -> Entry:
        """Return one entry of a case, hidden or not. Raises NotFound."""
        return reading.entry(self._tools, case_id, entry_id)

    def history(self, case_id: str) -> List[HistoryItem]:
        """Return every change of a case, newest last."""
        return reading.history(self._tools, case_id)

    def passed_on(self, case_id: str) -> Mapping[str, Iterable[str]]:
        """Return who passed on others' words in a case, by the entry, or ``PROBLEM``."""
        return reading.passed_on(self._tools, case_id)

    def decisions(self, case_id: str | None = None) -> List[Decision]:
        """Return the decisions that wait, of one case or of all."""
        from workbench.desk import deciding

        return deciding.decisions(self._tools, case_id)

    def mark_read(self, case_id: str, arrived: int | None = None) -> None:
        """Remember that this person has seen all of a case.

        Args:
            arrived: of the case as it was on the screen; None for all that it shows now.
        """
        reading.mark_read(self._tools, case_id, arrived)

    def digest(self, since: str | None = None) -> List[CaseNews]:
        """Return what others changed since this person last looked at each case, newest last.

        Args:
            since: a date or a time; what was changed after it instead, seen or not.
        """
        from workbench.desk import digesting

        return digesting.digest(self._tools, since)

    def mentions(
        self, text: str, *, but: str | None = None
    ) -> Sequence[tuple[Reference, Sequence[str]]]:
        """Return which cases mention what a text mentions: (reference, keys), if any does.

        Args:
            but: the case that the text belongs to, which is left out.
        """
        from workbench.cases import references

        return reading.mentions(self._tools, references.find(text), but)

    def changed(self) -> bool:
        """True once after another process, or another desk, wrote to the file."""
        return self._tools.db.changed()

    def status_line(self) -> Standing:
        """Return how things stand."""
        return Standing(self.path, *reading.standing(self._tools))

    # --- writing ------------------------------------------------------------------------------

    def new(
        self, project: str, text: str, *, date: str | None = None, title: str | None = None
    ) -> str:
        """Create a case and return its id; ``date`` is today by default."""
        from workbench.desk import writing

        return writing.new(self._tools, project, text, date=date, title=title)

    def note(
        self,
        case_id: str,
        text: str,
        *,
        reply_to: str | None = None,
        speaker: str | None = None,
        happened: str | None = None,
        files: Sequence[Given] = (),
    ) -> Written:
        """Add an entry to a thread, with files."""
        from workbench.desk.writing import note

        kept = []
        if files:
            from workbench.desk import attaching

            kept = attaching.keep(self._tools, case_id, files)
        return note(
            self._tools,
            case_id,
            text,
            reply_to=reply_to,
            speaker=speaker,
            happened=happened,
            files=kept,
        )

    def edit_field(
        self, case_id: str, field: str, text: str, *, seen: Seen | None = None
    ) -> Written:
        """Change the problem, the title or the date."""
        from workbench.desk import writing

        return writing.edit_field(self._tools, case_id, field, text, seen=seen)

    def edit_entry(
        self,
        case_id: str,
        entry_id: str,
        *,
        text: str | None = None,
        speaker: str | None = None,
        happened: str | None = None,
        seen: Seen | None = None,
    ) -> Written:
        """Change what an entry says, who said it, or when it happened; "" takes it away."""
        from workbench.desk import writing

        return writing.edit_entry(
            self._tools, case_id, entry_id, text=text, speaker=speaker, happened=happened, seen=seen
        )

    def hide(self, case_ids: Sequence[str], entry_id: str | None = None) -> Written:
        """Take cases, or an entry of one, out of sight."""
        from workbench.desk import writing

        return writing.hide(self._tools, case_ids, entry_id)

    def unhide(self, case_ids: Sequence[str], entry_id: str | None = None) -> Written:
        """Show hidden cases, or a hidden entry, again."""
        from workbench.desk import writing

        return writing.unhide(self._tools, case_ids, entry_id)

    def redact(self, case_id: str, target: str, *, text: str | None = None, why: str) -> Written:
        """Take the text of a problem, a title or an entry out of every copy, or ``text`` of it."""
        from workbench.desk import redacting

        return redacting.redact(self._tools, case_id, target, text=text, why=why)

    def status(
        self,
        case_ids: Sequence[str],
        value: str,
        *,
        until: str | None = None,
        why: str | None = None,
        seen: dict[str, Seen] | None = None,
    ) -> Written:
        """Set the status of cases; ``until`` and ``why`` belong to a hold."""
        from workbench.desk import writing

        return writing.status(self._tools, case_ids, value, until=until, why=why, seen=seen)

    def assign(
        self, case_ids: Sequence[str], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> Written:
        """Give cases engineers, or take them off."""
        from workbench.desk import writing

        return writing.elements(self._tools, case_ids, "engineers", add, remove)

    def tag(
        self, case_ids: Sequence[str], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> Written:
        """Give cases tags, or take them off."""
        from workbench.desk import writing

        return writing.elements(self._tools, case_ids, "tags", add, remove)

    def decide(
        self, decision_id: str, *, choice: int | None = None, text: str | None = None
    ) -> Written:
        """Decide between values: by the choice counted from 1, or by another text."""
        from workbench.desk import deciding

        return deciding.decide(self._tools, decision_id, choice=choice, text=text)

    def undo(self, *, redo: bool = False, hides: Hiding | None = None) -> Undone:
        """Take back the newest act of this copy, or bring back what was taken back last.

        Args:
            hides: what ``undo_hides`` found, where it was asked just before.
        """
        from workbench.desk import undoing

        return undoing.undo(self._tools, redo=redo, looked=hides.looked if hides else None)

    def undo_hides(self) -> Hiding:
        """Return how many cases the next undo would take out of sight."""
        from workbench.desk import newestact

        return newestact.hiding(self._tools)

    # --- numbers ------------------------------------------------------------------------------

    def reserved(self, project: str | None = None) -> Sequence[Reserved]:
        """Return the numbers that are kept for cases to come."""
        from workbench.desk import numbering

        return numbering.reserved(self._tools, project)

    def reserve(self, project: str, count: int, *, store: str | None = None) -> Sequence[Reserved]:
        """Take numbers from a shared store, and keep them for cases to come."""
        from workbench.desk import numbering

        return numbering.reserve(self._tools, project, count, store)

    def renumber(self, case_id: str, *, store: str | None = None) -> Written:
        """Give a case another number; the old one stays an alias."""
        from workbench.desk import numbering

        return numbering.renumber(self._tools, case_id, store)

    # --- pages --------------------------------------------------------------------------------

    def import_page(
        self,
        data: bytes,
        *,
        file_name: str | None = None,
        project: str | None = None,
        page: str | None = None,
        dry_run: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> ImportReport:
        """Read a saved page; doing it again changes nothing.

        Args:
            file_name: names the page where the save itself does not.
            project: for headings that name none.
            page: names the page where neither does.
            progress: is told (cases done, cases in all).

        Raises:
            UnusablePage: nothing of it could be read.
        """
        from workbench.desk import importing

        request = importing.Request(data, file_name, project, page, dry_run)
        return importing.run(self._tools, request, progress)

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> dict[str, Any]:
        """Remake every derived table from the log, and say what differed.

        Raises:
            WorkbenchError: the file is damaged, and the tables may hold words that the log lost.
        """
        from workbench.desk import doctoring

        # What a stopped pull left to be folded is no damage.
        self._tools.pen.fold_stale("rebuild")
        return doctoring.remake(self._tools, progress)

    def doctor(
        self, *, repair: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> Health:
        """Look whether the file and the shared stores are sound; mend what the log can mend."""
        from workbench.desk import doctoring

        return doctoring.examine(self._tools, repair=repair, progress=progress)

    def back_up(
        self,
        target: Path,
        *,
        files: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> Backup:
        """Copy the file, and the contents of attached files, to a place where nothing is yet."""
        from workbench.local import backup

        return backup.back_up(self._tools.db, target, files=files, progress=progress)

    # --- shared stores ------------------------------------------------------------------------

    def stores(self) -> Sequence[Store]:
        """Return the shared stores that this copy knows."""
        from workbench.desk import sharing

        return sharing.known(self._tools)

    def add_store(self, name: str, url: str, *, own_only: bool = False) -> Store:
        """Remember a shared store: a folder, or postgresql://…; nothing is contacted."""
        from workbench.desk import sharing

        return sharing.add(self._tools, name, url, own_only=own_only)

    def keep_own(self, store: str, own_only: bool) -> Store:
        """Say whether a store gets only what was written here, with what that builds on."""
        from workbench.desk import sharing

        return sharing.keep_own(self._tools, store, own_only)

    def init_store(self, name: str) -> tuple[Store, bool]:
        """Make an empty target a store; say whether it was none before."""
        from workbench.desk import sharing

        return sharing.create(self._tools, name)

    def check_store(self, name: str | None) -> Sequence[Finding]:
        """Try everything that sync needs against the real target."""
        from workbench.desk import sharing

        return sharing.check(self._tools, name)

    def remove_store(self, name: str) -> Store:
        """Forget a store; what it holds and what we hold stays."""
        from workbench.desk import sharing

        return sharing.remove(self._tools, name)

    def purge_store(self, name: str) -> int:
        """Take redacted texts out of a store, those too whose owner is gone; return how many
        batches or changes held one."""
        from workbench.desk import sharing

        return sharing.purge(self._tools, name)

    def exchange(
        self,
        name: str | None = None,
        *,
        pull: bool = True,
        push: bool = True,
        dry_run: bool = False,
        repair: bool = False,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Exchange:
        """Exchange changes with a store (the only one where no name is given).

        Args:
            progress: is told what was done with how many changes, and of how many; raising a
                WorkbenchError there stops the exchange, and the next one goes on.
        """
        from workbench.desk import sharing

        return sharing.exchange(
            self._tools,
            name,
            pull=pull,
            push=push,
            dry_run=dry_run,
            repair=repair,
            progress=progress,
        )

    def outbox(self, store: str | None = None, most: int = -1) -> Sequence[HistoryItem]:
        """Return what a store (or any) does not have yet, oldest first; the newest ``most``."""
        from workbench.desk import sharing

        return sharing.outbox(self._tools, store, most)

    def unsent(self, store: str) -> int:
        """Return how many changes a store does not have yet, also those that no history shows."""
        from workbench.desk import sharing

        return sharing.unsent(self._tools, store)

    def unsent_pages(self, store: str | None = None) -> int:
        """Return how many pages wait to be sent to a store, or to some store."""
        from workbench.desk import sharing

        return sharing.unsent_pages(self._tools, store)
