"""The main screen: filter line, case list, thread beside or below it, footer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.timer import Timer
from textual.widgets import Static

from widgets.case_list import CaseList
from widgets.filter_line import FilterLine
from widgets.plain import plain, width
from widgets.status_bar import StatusBar
from widgets.tab_line import TabLine
from widgets.thread import Thread
from workbench.language import t, told
from workbench.tui.layout import Layout, Preview, has_tabs, layout_for
from workbench.tui.rows import FEW_CASES
from workbench.tui.screens.base import CommandScreen
from workbench.tui.screens.browser import Browser
from workbench.tui.screens.guard import TextGuard
from workbench.tui.screens.reader import Reader
from workbench.tui.sharing import Sharing, SyncEnded, SyncProgressed
from workbench.tui.sorting import DEFAULT, by_column, sort_word
from workbench.tui.suggesting import QuerySuggester
from workbench.tui.viewtabs import ViewTabs

if TYPE_CHECKING:
    from workbench.cases.views import SavedView
    from workbench.desk import Draft
    from workbench.tui.acts.write import Copied
    from workbench.tui.application import Workbench
    from workbench.tui.finder import Answer

TICK_SECONDS = 10.0
"""How often the clock is looked at."""
COUNT_PADDING = 2
"""Cells beside the count, as styles/main.tcss has them."""
SETTLE_SECONDS = 0.05
"""The preview follows once the cursor rests this long, so that moving costs no reading."""
SLOW_SETTLE_SECONDS = 0.4
"""The same on a slow line, over which a thread takes a while."""


class MainScreen(TextGuard, CommandScreen):
    """Where a person triages: finds cases, reads them, and acts on them by a key."""

    AUTO_FOCUS = "#cases"

    def __init__(
        self,
        bench: Workbench,
        preview: Preview = "auto",
        query: str = "",
        cursor: str | None = None,
        sync_minutes: int = 0,
    ) -> None:
        """Show the cases of the workbench's desk.

        Args:
            bench: The application.
            preview: Where the thread stands, if there is room.
            query: What the list begins with.
            cursor: The case that the cursor begins on; None for the first.
            sync_minutes: Every how many minutes to sync without being asked; 0: never.
        """
        super().__init__(id="main")
        self.sharing = Sharing(bench, sync_minutes)
        self.preview: Preview = preview
        self.browser = Browser(bench.desk, bench.clock)
        config = bench.config
        self.reader = Reader(bench.desk, bench.clock, config.patterns, config.fold_lines)
        self.views = ViewTabs(bench.desk, bench.clock)
        self.suggester = QuerySuggester(bench.desk, self._offer)
        self.filter_line = FilterLine(
            query, placeholder=t("filter"), suggester=self.suggester, straight=True
        )
        self.bar = StatusBar()
        self.panes = Container(self.browser, self.reader, id="panes")
        self._count = Static(id="count")
        self._counted = ""
        self._news_above = 0
        self._query = query
        self._cursor = cursor
        self._settling: Timer | None = None
        self.copied: Copied | None = None

    # -- layout ----------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Lay out the parts, with everything in them that the first frame shows."""
        if sum(self.desk.counts().values()) <= FEW_CASES:
            # The thread that counts views would do it, but its write looks like another process's.
            self.bench.guard(self.desk.keep_unread)
        answer = self.browser.load(self._query, self._cursor)
        if answer.error is not None:
            self.browser.load()
        self._first = answer
        self.panes.add_class(f"-{self.layout_now}")
        self.views.set_class(not has_tabs(self.app.size.height), "-hidden")
        self.refresh_standing()
        yield self.views
        yield Horizontal(Static(plain("/"), id="sign"), self.filter_line, self._count, id="top")
        yield self.panes
        yield self.bar

    def on_mount(self) -> None:
        """Do what the first frame need not wait for."""
        if self._first.error is not None:
            self.filter_line.show_error(self._first.error, self._first.at)
        self.call_after_refresh(self._greet)
        self.set_interval(TICK_SECONDS, self._tick)

    def on_unmount(self) -> None:
        """End what goes on in the background."""
        self.sharing.close()

    def _tick(self) -> None:
        """Do what the clock asks for; what the footer says of it grows older."""
        self.bench.guard(self.sharing.tick)
        self.views.tick()
        self.show_standing()
        if self.desk.is_index_behind and not self.sharing.is_running:
            self.browser.follow_index()

    def _greet(self) -> None:
        """Say what was left unfinished the last time, and what became a draft since."""
        for sentence in self.desk.news_of_drafts():
            self.bench.say(told(sentence), "warning")
        left = [d for d in self.desk.drafts() if not d.owner_alive and d.text.strip()]
        if left:
            key = self.bench.keys.key("drafts", "list")
            self.bench.say(
                t("{n} unfinished drafts are kept: {key} shows them", n=len(left), key=key),
                "warning",
            )

    def on_resize(self, event: events.Resize) -> None:
        """Share the new size."""
        self.share_out()

    @property
    def layout_now(self) -> Layout:
        """How list and thread share the screen."""
        return layout_for(self.app.size.width, self.app.size.height, self.preview)

    @property
    def is_reading(self) -> bool:
        """Whether the thread covers the list."""
        return self.panes.has_class("-reading")

    def share_out(self) -> None:
        """Give list and thread their places."""
        for name in ("beside", "below", "single"):
            self.panes.set_class(self.layout_now == name, f"-{name}")
        self.views.set_class(not has_tabs(self.app.size.height), "-hidden")
        # Where they no longer stand beside each other, what is being read stays in view.
        self.panes.set_class(self.layout_now == "single" and self.place == "thread", "-reading")
        if self.layout_now != "single":
            self._settle()

    # -- where the cursor is ---------------------------------------------------------------------

    @property
    def place(self) -> str:
        """Where the cursor is: list, thread or filter."""
        if self.focused is self.filter_line:
            return "filter"
        return "thread" if self.focused is self.reader.thread else "list"

    @property
    def pane(self) -> CaseList | Thread:
        """The part that the cursor's keys move in."""
        return self.reader.thread if self.place == "thread" else self.browser

    @property
    def case_id(self) -> str | None:
        """The case that an act is about."""
        return self.reader.case_id if self.place == "thread" else self.browser.cursor_id

    def targets(self) -> list[str]:
        """Return the cases that a triage act goes to: all marked ones, else the one at hand."""
        if self.place != "thread" and self.browser.marked:
            marked = self.browser.marked
            shown = self.browser.in_order(marked)
            return shown + sorted(marked.difference(shown))
        return [self.case_id] if self.case_id else []

    def open_case(self, case_id: str) -> None:
        """Show a case's thread and put the cursor into it; it counts as read from now on."""
        self.browser.select(case_id)
        self._show_case(case_id)
        if self.layout_now == "single":
            self.panes.add_class("-reading")
        self.set_focus(self.reader.thread)
        self.mark_read()
        self._offer_draft(case_id)

    def go_to(self, case_id: str) -> None:
        """Show a case's thread; a filter that leaves it out is cleared."""
        if not self.browser.holds(case_id):
            self.clear_filter(keep=case_id)
        self.open_case(case_id)

    def close_case(self) -> None:
        """Go back to the list."""
        self.mark_read()
        self.panes.remove_class("-reading")
        self.set_focus(self.browser)

    def mark_read(self) -> None:
        """Take what the thread shows as read."""
        case = self.reader.case
        if case is None:
            return
        self.desk.mark_read(case.summary.id, case.arrived)
        if case.summary.unread:
            self.views.recount()
            self.browser.refresh_cases([case.summary.id])

    def _offer_draft(self, case_id: str) -> None:
        waiting = [draft for draft in self.bench.resumable(case_id) if draft.text.strip()]
        if waiting:
            is_note = waiting[0].kind == "note"
            key = self.bench.keys.key("add_entry" if is_note else "drafts", "thread")
            self.bench.say(t("A draft waits here: {key} goes on with it", key=key))

    def start_entry(self, text: str) -> None:
        """Begin an entry of the case at hand with ``text``."""
        from workbench.tui.acts.write import start

        self.bench.guard(lambda: start(self, "note", text))

    def go_on(self, draft: Draft) -> None:
        """Go on writing a draft."""
        from workbench.tui.acts.write import write

        if draft.case_id is not None:
            self.open_case(draft.case_id)
        write(self, draft)

    def show_new(self, case_id: str) -> None:
        """Put the cursor on a case that was just made; a filter that leaves it out is cleared."""
        self.browser.reload(case_id)
        if not self.browser.select(case_id):
            self.clear_filter(keep=case_id)

    def clear_filter(self, keep: str | None = None) -> None:
        """Show all cases; the line remembers what stood in it."""
        self.filter_line.last = self.filter_line.value or self.filter_line.last
        self.filter_line.set_text("")
        self.filter_line.clear_error()
        self.browser.sort = self.views.sort_of("", self.browser.sort)
        self.browser.load("", keep)
        self.refresh_standing()
        self.bench.say(t("The filter is cleared: all cases are shown"))

    def show_view(self, view: SavedView) -> None:
        """Show the cases of a view; its query stands in the filter line, to be read and changed."""
        self.look_for(view.query)

    def look_for(self, query: str) -> None:
        """Show what a query finds, as if it had been written into the filter line."""
        self.filter_line.set_text(query)
        self.browser.sort = self.views.sort_of(query, self.browser.sort)
        answer = self.browser.load(query)
        if answer.error is not None:
            self.filter_line.show_error(answer.error, answer.at)
        self.refresh_standing()

    def sort_by(self, sort: str) -> None:
        """Show the cases in another order; the cursor stays on its case."""
        self.browser.sort = sort
        self.browser.sort_anew()
        self.views.keep_sort(self.browser.asked, sort)
        self.show_standing()

    def forget_copied(self, copied: Copied) -> None:
        """Let the next copy be of the key alone again, unless one came since."""
        if self.copied is copied:
            self.copied = None

    # -- staying true ----------------------------------------------------------------------------

    def after_write(self, case_ids: Iterable[str], keep_entry: str | None = None) -> None:
        """Show what was just written: where the cursor is at once, the rest behind that frame."""
        written = set(case_ids)
        self.browser.refresh_cases(written)
        is_shown = self.reader.case_id in written
        if is_shown and self.place == "thread":
            self.reader.reload(keep_entry)
            is_shown = False
        self.call_after_refresh(self._catch_up, is_shown)

    def _catch_up(self, with_thread: bool = False, others_wrote: bool = False) -> None:
        def catch_up() -> None:
            if with_thread:
                self.reader.reload()
            self.browser.reload(others_wrote=others_wrote)
            self.refresh_standing()
            self.views.recount()

        self.bench.guard(catch_up)

    def reread(self) -> None:
        """Show what another process wrote; the cursor stays where it is."""
        self._catch_up(with_thread=True, others_wrote=True)

    def relabel(self) -> None:
        """Say everything in the language that is spoken now."""
        self.browser.relabel()
        self.reader.relabel()
        self.views.read()
        self.filter_line.placeholder = t("filter")
        self.reread()

    def refresh_standing(self) -> None:
        """Read what the database is and what waits in it, and say so."""
        self._standing = self.desk.status_line()
        if self.reader.thread.highlight != self._words:
            self._settle()
        self.show_standing()

    @property
    def _words(self) -> tuple[str, ...]:
        """The words that the list was searched for."""
        return tuple(term for term in self.browser.highlight if isinstance(term, str))

    def show_standing(self) -> None:
        """Say in the footer how things stand."""
        standing = self._standing
        self.views.follow(self.browser.query_text)
        self.browser.columns = self.bench.config.columns(self.views.view)
        parts = [standing.path.name, self.sharing.segment(standing)]
        if standing.drafts:
            parts.append(t("✎{n} drafts", n=standing.drafts))
        if standing.decisions:
            parts.append(t("≠{n} to decide", n=standing.decisions))
        if self.browser.sort != DEFAULT:
            parts.append(t("by {sort}", sort=sort_word(self.browser.sort)))
        if self.browser.marked:
            parts.append(t("●{n} marked", n=len(self.browser.marked)))
        self._news_above = self.browser.news_above
        if self._news_above:
            parts.append(t("↑{n} new above", n=self._news_above))
        self.bar.segments = tuple(part for part in parts if part)
        self.bar.hints = self.bench.keys.hints(self.place)
        total = standing.cases
        count = t("{n} cases", n=total)
        self._make_room(count, t("{shown} of {total}", shown=total, total=total))
        if self.browser.query_text or not self.browser.is_whole:
            shown = self.browser.row_count if self.browser.is_whole else "…"
            count = t("{shown} of {total}", shown=shown, total=total)
        if count != self._counted:
            self._counted = count
            self._count.update(plain(count), layout=False)

    def _make_room(self, *counts: str) -> None:
        """Make room for the longest count: another one is no reason to lay the screen out anew."""
        self._count.styles.width = max(map(width, counts)) + COUNT_PADDING

    # -- messages of the parts -------------------------------------------------------------------

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the keys of the part that got the focus."""
        self.bar.hints = self.bench.keys.hints(self.place)
        if self.place == "filter":
            self.suggester.forget()
            self.browser.get_ready()

    @on(CaseList.CaseHighlighted)
    def _case_highlighted(self, event: CaseList.CaseHighlighted) -> None:
        self._settle()
        if self._news_above != self.browser.news_above:
            self.show_standing()

    def _settle(self) -> None:
        """Let the preview follow the cursor, once it rests."""
        if self._settling is not None:
            self._settling.stop()
        wait = SLOW_SETTLE_SECONDS if self.bench.config.slow_link else SETTLE_SECONDS
        self._settling = self.set_timer(wait, self._preview)

    def _preview(self) -> None:
        self.reader.thread.highlight = self._words
        if self.layout_now != "single" and self.place != "thread":
            self.bench.guard(lambda: self.reader.show(self.browser.cursor_id))

    def _show_case(self, case_id: str | None) -> None:
        """Show a case's thread; what the list was searched for is marked in it."""
        self.reader.thread.highlight = self._words
        self.reader.show(case_id)

    @on(CaseList.CaseOpened)
    def _case_opened(self, event: CaseList.CaseOpened) -> None:
        self.bench.guard(lambda: self.open_case(event.id))

    @on(CaseList.HeaderClicked)
    def _header_clicked(self, event: CaseList.HeaderClicked) -> None:
        sort = by_column(event.column, self.browser.sort)
        if sort is not None:
            self.bench.guard(lambda: self.sort_by(sort))

    @on(CaseList.MarksChanged)
    def _marks_changed(self, event: CaseList.MarksChanged) -> None:
        self.refresh_standing()

    @on(TabLine.TabChosen)
    def _tab_chosen(self, event: TabLine.TabChosen) -> None:
        view = self.views.named(event.id)
        if view is not None:
            self.bench.guard(lambda: self.show_view(view))

    @on(FilterLine.FilterChanged)
    async def _filter_changed(self, event: FilterLine.FilterChanged) -> None:
        if event.text != self.filter_line.value:
            return  # other keys came meanwhile: only what they made of it is looked for
        query = event.text.strip()
        self.browser.sort = self.views.sort_of(query, self.browser.sort)
        # What is found is painted in one frame with what was typed, not in the next.
        with self.app.batch_update():
            answer = self.browser.ask(query)
            if answer is not None:
                self._take(answer)
            await asyncio.sleep(0)  # the parts say now that they are to be painted

    def _offer(self, words: Sequence[str], query: str, instead: str | None) -> None:
        """Show which values of a field there are, and let Tab take the first."""
        self.filter_line.offer = " · ".join(words)
        self.filter_line.instead = None if instead is None else (query, instead)

    @on(FilterLine.FilterLeft)
    def _filter_left(self, event: FilterLine.FilterLeft) -> None:
        self.set_focus(self.browser)

    @on(FilterLine.ListMoved)
    def _list_moved(self, event: FilterLine.ListMoved) -> None:
        if event.by == "page_up":
            self.browser.page(-1)
        elif event.by == "page_down":
            self.browser.page(1)
        else:
            self.browser.move(event.by)

    @on(Browser.Answered)
    def _answered(self, event: Browser.Answered) -> None:
        if event.answer.query == self.browser.asked:  # else it was on its way while all changed
            self._take(event.answer)

    def _take(self, answer: Answer) -> None:
        """Show what a query found; the rows first, then how many they are."""
        if answer.error is not None:
            self.filter_line.show_error(answer.error, answer.at)
            return
        self.filter_line.clear_error()
        self.browser.take(answer)
        self.call_after_refresh(self.bench.guard, self.refresh_standing)

    @on(SyncProgressed)
    def _sync_progressed(self, event: SyncProgressed) -> None:
        self.sharing.progressed(event.line)
        self.show_standing()

    @on(SyncEnded)
    def _sync_ended(self, event: SyncEnded) -> None:
        self.bench.reread()
        self.refresh_standing()
        self.bench.guard(lambda: self.sharing.ended(event.synced))
        self.show_standing()

    @on(Thread.EntryOpened)
    def _entry_opened(self, event: Thread.EntryOpened) -> None:
        self.bench.run_command("edit")

    @on(StatusBar.HintClicked)
    def _hint_clicked(self, event: StatusBar.HintClicked) -> None:
        act = self.bench.keys.key_of_label(event.key, self.place)
        if act is not None:
            self.bench.run_command(act)
