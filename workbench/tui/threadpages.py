"""A long thread as the items of the screen, read by the page. Knows no widget's look."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

from widgets.thread import ThreadItem
from widgets.thread_lines import found_in
from workbench.cases.model import PROBLEM
from workbench.tui.reading import (
    draft_item,
    entry_items,
    event_item,
    problem_item,
    quiet,
)

if TYPE_CHECKING:
    from workbench.cases.model import Entry
    from workbench.cases.people import People
    from workbench.desk import Draft
    from workbench.desk.longthread import LongThread

COUNTED_AT_ONCE = 64
"""So many entries are looked through at a time where hits are counted."""
GUESS = 4
"""About so many lines an entry takes that nobody has read yet."""


class ThreadPages:
    """The problem, the entries with the quiet lines between them, and what is being written."""

    def __init__(
        self,
        thread: LongThread,
        drafts: Iterable[Draft],
        now: int,
        people: People | None = None,
        *,
        with_hidden: bool = False,
    ) -> None:
        """Read what stands around the entries.

        Args:
            thread: Where the entries are read.
            drafts: What is being written; it stands last.
            now: The time (ms) to which days are relative.
            people: Tell who stands on which side.
            with_hidden: Show hidden entries too.
        """
        self._thread = thread
        self._now = now
        self._people = people
        self._with_hidden = with_hidden
        own = thread.own_history()
        self._problem = problem_item(thread.case.summary, own, now)
        placed = sorted(
            ((thread.behind(change.at), change) for change in quiet(own)), key=lambda pair: pair[0]
        )
        self._behind = [place for place, _ in placed]
        self._events = [event_item(change, now) for _, change in placed]
        self._event_at = [place + nth for nth, place in enumerate(self._behind, start=1)]
        self._drafts = [draft_item(draft) for draft in drafts]
        self._drafts_at = 1 + thread.count + len(placed)

    def __len__(self) -> int:
        """Return how many items there are."""
        return self._drafts_at + len(self._drafts)

    def items(self, start: int, stop: int) -> Sequence[ThreadItem]:
        """Return the items from ``start`` up to ``stop``, as many as that."""
        entries = self._entries(start, min(stop, self._drafts_at))
        found: list[ThreadItem] = []
        for at in range(start, min(stop, len(self))):
            nth = bisect_left(self._event_at, at)
            if at >= self._drafts_at:
                found.append(self._drafts[at - self._drafts_at])
            elif not at:
                found.append(self._problem)
            elif nth < len(self._event_at) and self._event_at[nth] == at:
                found.append(self._events[nth])
            else:
                found.append(entries.get(at - nth) or ThreadItem(f"gone {at}", "gone"))
        return found

    def index(self, id: str) -> int | None:
        """Return where an item stands, or None."""
        if id == PROBLEM:
            return 0
        for begin, items in ((None, self._events), (self._drafts_at, self._drafts)):
            for nth, item in enumerate(items):
                if item.id == id:
                    return self._event_at[nth] if begin is None else begin + nth
        place = self._thread.place(id)
        return None if place is None or place > self._thread.count else self._at(place)

    def next_unread(self, at: int) -> int | None:
        """Return where the next unread item behind ``at`` stands, or None."""
        place = self._thread.next_unread(self._place(at))
        return None if place is None or place > self._thread.count else self._at(place)

    def next_with(self, at: int, terms: Sequence[str], step: int) -> int | None:
        """Return where the next item stands whose text may have one of these terms, or None."""
        in_problem = bool(found_in(self._problem, terms))
        hidden = self._with_hidden
        if step < 0:
            before = self._place(at - 1) + 1 if at > 0 else 0
            place = self._thread.next_with(before, terms, -1, hidden=hidden)
            if place is not None:
                return self._at(place)
            return 0 if in_problem and at > 0 else None
        if at < 0 and in_problem:
            return 0
        place = self._thread.next_with(self._place(max(at, 0)), terms, 1, hidden=hidden)
        return None if place is None or place > self._thread.count else self._at(place)

    def counts(self, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where the problem and the entries with hits stand, and how many each has."""
        yield 0, len(found_in(self._problem, terms))
        for first in range(1, self._thread.count + 1, COUNTED_AT_ONCE):
            last = min(first + COUNTED_AT_ONCE - 1, self._thread.count)
            found = self._thread.texts_with(first, last, terms, hidden=self._with_hidden)
            for place, text in found:
                yield self._at(place), len(found_in(ThreadItem("", "entry", text), terms))
            yield self._at(last), 0

    def heights(self, cells: int) -> Iterable[int]:
        """Return about how many lines each item takes."""
        return repeat(GUESS, len(self))

    def entry(self, id: str) -> Entry | None:
        """Return an entry by its id, None where the id is of no entry."""
        place = self._thread.place(id)
        if place is None:
            return None
        return next(iter(self._thread.page(place, place).entries), None)

    def _place(self, at: int) -> int:
        """Return the place of the last entry that stands not behind an item."""
        return min(at - bisect_right(self._event_at, at), self._thread.count)

    def _at(self, place: int) -> int:
        """Return where the entry of a place stands among the items."""
        return place + bisect_left(self._behind, place)

    def _entries(self, start: int, stop: int) -> dict[int, ThreadItem]:
        """Return the entries among some items, by their places; hidden ones only if wanted."""
        first = max(start - bisect_left(self._event_at, start), 1)
        last = stop - 1 - bisect_left(self._event_at, stop - 1)
        if last < first:
            return {}
        page = self._thread.page(first, last)
        entries = [entry for entry in page.entries if self._with_hidden or not entry.hidden]
        items = entry_items(entries, page.history, self._now, self._people)
        return {entry.position: item for entry, item in zip(entries, items, strict=True)}
