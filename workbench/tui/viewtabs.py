"""The saved views as tabs, with counts that a thread of their own keeps exact."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from textual.message import Message
from textual.timer import Timer

from widgets.tab_line import Tab, TabLine
from workbench.cases.errors import Stopped, WorkbenchError
from workbench.cases.views import SavedView
from workbench.language import view_word
from workbench.tui.finder import Finder
from workbench.tui.sorting import DEFAULT

if TYPE_CHECKING:
    from workbench.desk import Desk

SLOW_SECONDS, REST = 0.5, 10
"""After a count of all views that took the processor longer, the thread rests so many times as
long: on a file of a million cases it may take seconds, in which keys share the machine with it."""
DOUBT_SECONDS = 0.3
"""A count that something may have changed stands this long while it is counted anew."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many cases a query finds, None where it has a mistake; ``seconds`` of the processor."""

    query: str
    cases: int | None
    seconds: float


def count(desk: Desk, query: str) -> Iterator[Count]:
    """Yield the count of a query; one that a newer version wrote may have no meaning here."""
    # Not the seconds of a clock: on a busy machine any count would be slow.
    began = time.thread_time()
    try:
        desk.keep_unread()
        found: int | None = desk.count(query)
    except Stopped:
        raise
    except WorkbenchError:
        found = None
    yield Count(query, found, time.thread_time() - began)


class ViewTabs(TabLine):
    """The line of tabs above the list."""

    class Counted(Message):
        """A view's cases were counted."""

        def __init__(self, tabs: ViewTabs, count: Count) -> None:
            """Say on which line, and what was counted."""
            super().__init__()
            self.tabs = tabs
            self.count = count

        @property
        def control(self) -> ViewTabs:
            """The line."""
            return self.tabs

    def __init__(self, desk: Desk, clock: Callable[[], int]) -> None:
        """Show the views of ``desk``; ``clock`` tells when another day begins."""
        super().__init__(id="views")
        self._desk = desk
        self._clock = clock
        self._day = date.min
        self._finder = Finder(desk.beside, self._tell, count)
        self._views: list[SavedView] = []
        self._known: dict[str, int | None] = {}
        self._waiting: list[str] = []
        self._doubt: Timer | None = None
        self._took, self._rested = 0.0, time.monotonic()
        self._resting: Timer | None = None
        self._last = ""
        self._sorts: dict[str, str] = {}
        self.read()

    # -- properties

    @property
    def view(self) -> SavedView | None:
        """The view that is shown; None where the filter is another query."""
        return self.named(self.active) if self.active is not None else None

    @property
    def is_exact(self) -> bool:
        """Whether all counts are of now."""
        return not self._waiting

    # -- public methods

    def read(self) -> None:
        """Read which views there are."""
        self._views = list(self._desk.views())
        self._show()

    def named(self, name: str) -> SavedView | None:
        """Return the view of this name."""
        return next((view for view in self._views if view.name == name), None)

    def follow(self, query: str) -> None:
        """Make the tab active that asks for this; none where no view does."""
        found = self._asking(query)
        self.active = found
        self._last = found or self._last

    def beside(self, step: int) -> SavedView:
        """Return the view so many tabs further, round the end."""
        names = [view.name for view in self._views]
        here = names.index(self._last) if self._last in names else 0
        return self._views[(here + step) % len(names)]

    def sort_of(self, query: str, now: str) -> str:
        """Return the order that a view was left in; where no view asks for this, the one now."""
        return now if self._asking(query) is None else self._sorts.get(query, DEFAULT)

    def keep_sort(self, query: str, sort: str) -> None:
        """Keep the order of a view, as long as the program runs."""
        self._sorts[query] = sort

    def tick(self) -> None:
        """Count anew on another day: what is stale, or awake, depends on it."""
        if self._today() != self._day:
            self.recount()

    def recount(self) -> None:
        """Count anew, because something was written."""
        self._day = self._today()
        self._waiting = list(dict.fromkeys(view.query for view in self._views))
        if self._doubt is None:
            self._doubt = self.set_timer(DOUBT_SECONDS, self._doubt_counts)
        if self._resting is None:
            rest = max(self._rested - time.monotonic(), 0)
            self._resting = self.set_timer(rest, self._begin) if rest else None
        if self._resting is None:
            self._begin()

    # -- events

    def on_mount(self) -> None:
        """Begin to count."""
        self.recount()

    def on_unmount(self) -> None:
        """End the thread that counts."""
        self._finder.close()

    def on_view_tabs_counted(self, event: Counted) -> None:
        """Show a count, and count the next."""
        event.stop()
        if event.count.query not in self._waiting:
            return
        self._waiting.remove(event.count.query)
        self._known[event.count.query] = event.count.cases
        self._took += event.count.seconds
        self._show()
        if self._waiting:
            self._finder.ask(self._waiting[0])
            return
        rest = REST * self._took if self._took > SLOW_SECONDS else 0
        self._rested = time.monotonic() + rest
        if self._doubt is not None:
            self._doubt.stop()
            self._doubt = None

    def _asking(self, query: str) -> str | None:
        """Return the name of the view that asks for this."""
        return next((view.name for view in self._views if view.query == query), None)

    def _begin(self) -> None:
        self._resting = None
        self._took = 0.0
        if self._waiting:
            self._finder.ask(self._waiting[0])

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock() / 1000).date()

    def _tell(self, count: Count) -> None:
        self.post_message(self.Counted(self, count))

    def _doubt_counts(self) -> None:
        """Show no count any longer that may have changed."""
        self._doubt = None
        for query in self._waiting:
            self._known.pop(query, None)
        self._show()

    def _show(self) -> None:
        self.tabs = tuple(
            Tab(view.name, view_word(view), self._known.get(view.query)) for view in self._views
        )
