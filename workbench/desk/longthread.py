"""A long thread, read by pages: what a screen asks of it costs no look at all its entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.cases.change import FIELDS, SETS
from workbench.cases.history import history
from workbench.cases.model import Case, Entry, HistoryItem
from workbench.cases.names import slot_hash
from workbench.cases.record import Record
from workbench.desk.reading import seen_of
from workbench.desk.tools import Tools
from workbench.local.reads import arrived, place_read
from workbench.local.relays import relayed
from workbench.local.threads import Threads


class Page(Record):
    """Some entries of a thread in order, hidden ones too, and what was done to them."""

    entries: Sequence[Entry]
    history: Sequence[HistoryItem]


class LongThread:
    """The thread of one case. A page is what stands at its places when it is read."""

    def __init__(self, tools: Tools, subject: int, case_id: str) -> None:
        """Read what stands around the entries of a case, which ``subject`` is the number of."""
        self._tools = tools
        self._threads = Threads(tools.db)
        self._subject = subject
        self._mark = place_read(tools.db, subject, tools.author)
        with tools.db.read():
            found = tools.reader.summaries(
                [subject], reader=tools.author, today=tools.today(), brief=True
            )
            summary = next(found)
            if summary.attachments:
                files = tuple(tools.reader.own_files(case_id))
                summary = summary._replace(attachments=files)
            self.case = Case(summary, (), seen_of(tools, case_id), arrived(tools.db, subject))
        self.count = self._threads.count(subject)

    def own_history(self) -> list[HistoryItem]:
        """Return what was done to the case's own fields, oldest first."""
        case_id = self.case.summary.id
        slots = [slot_hash("field", field, case_id) for field in (*FIELDS, *SETS)]
        return self._told(slots, {})

    def behind(self, at: int) -> int:
        """Return how many entries stand before something that happened ``at`` (ms)."""
        return self._threads.behind(self._subject, at)

    def page(self, first: int, last: int) -> Page:
        """Return the entries from one place to another; places count from 1."""
        read = self._threads.read(
            self._subject, first, last, reader=self._tools.author, mark=self._mark
        )
        return Page(read.entries, self._told(read.slots, read.names))

    def last(self, most: int) -> list[Entry]:
        """Return the last entries that are not hidden, at most so many."""
        found: list[Entry] = []
        last = self.count
        while last and len(found) < most:
            first = max(last - 2 * most, 1)
            shown = [entry for entry in self.page(first, last).entries if not entry.hidden]
            found = [*shown, *found]
            last = first - 1
        return found[-most:]

    def place(self, entry_id: str) -> int | None:
        """Return where an entry stands, or None."""
        return self._threads.place(self._subject, entry_id)

    def next_unread(self, place: int) -> int | None:
        """Return the place of the next unread entry behind one, or None."""
        return self._threads.next_unread(
            self._subject, place, reader=self._tools.author, mark=self._mark
        )

    def next_with(
        self, place: int, terms: Sequence[str], step: int, *, hidden: bool = False
    ) -> int | None:
        """Return the place of the next entry in which one of these folded terms stands, or None.

        Args:
            place: where to begin; it is not looked at itself.
            terms: what to look for.
            step: 1 to look behind it, -1 before it.
            hidden: whether hidden entries are shown too.
        """
        return self._threads.next_with(self._subject, place, terms, step, hidden=hidden)

    def texts_with(
        self, first: int, last: int, terms: Sequence[str], *, hidden: bool = False
    ) -> list[tuple[int, str]]:
        """Return places and texts of the entries from one place to another that hold a term."""
        return self._threads.texts_with(self._subject, first, last, terms, hidden=hidden)

    def _told(self, slots: Iterable[int], names: dict[str, str]) -> list[HistoryItem]:
        stored = self._tools.log.in_slots(slots, self._subject)
        changes = [item.change for item in stored]
        return history(changes, names, self.case.summary.key, relayed(self._tools.db, stored))


def opened(tools: Tools, case_id: str) -> LongThread | None:
    """Return a thread to be read by pages, None where it is short."""
    subject = tools.subject(case_id)
    return LongThread(tools, subject, case_id) if tools.reader.is_long(subject) else None
