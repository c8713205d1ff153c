"""The case list with its query: what is shown, and how it stays true while things change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache, partial
from time import monotonic, thread_time
from typing import TYPE_CHECKING, cast

from textual.message import Message

from widgets.case_list import PAGE_ROWS, SOON, CaseList
from widgets.plain import fit, width
from widgets.wrap import Mark
from workbench.cases.errors import Stopped, WorkbenchError
from workbench.cases.initials import places
from workbench.cases.query import initials, parse, terms
from workbench.language import t
from workbench.tui.finder import FIRST, Answer, Finder, Question, answers, failed, look_up
from workbench.tui.rows import COUNTED, FEW_CASES, Listed, Order, Rows
from workbench.tui.sorting import DEFAULT, sorted_by
from workbench.tui.words import column_words, status_words

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.tui.application import Workbench

PATIENCE = 0.03
"""So many seconds a key in the filter line waits for what it finds: both are painted in one frame,
and neither thread is in the other's way. While a slow search goes on no further key waits."""


GLANCE = 0.006
"""So many seconds of work the list looks for the beginning itself, before it lets the thread look:
most is found in less than it takes to hand the query over, as long as this, and the rows' texts are
in memory then."""

KEPT = 2
"""So many times as long it may last where a slow disk keeps it, or other programs do: these would
keep the thread as well, which begins anew."""


class Browser(CaseList):
    """The cases that a query finds."""

    class Answered(Message):
        """A query was answered, with cases or with an error."""

        def __init__(self, browser: Browser, answer: Answer) -> None:
            super().__init__()
            self.browser = browser
            self.answer = answer

        @property
        def control(self) -> Browser:
            """The list that shows the answer."""
            return self.browser

    def __init__(self, desk: Desk, clock: Callable[[], int]) -> None:
        """Show cases of ``desk``; ages are counted from ``clock``."""
        super().__init__(status_words=status_words(), column_words=column_words(), id="cases")
        self._desk = desk
        self._clock = clock
        self._wanted: str | None = None
        self._finder = Finder(desk.beside, self._tell, answers)
        self._order: Order = Listed()
        self._rows: Rows | None = None
        self.query_text = self.asked = ""
        self.sort = self._sorted = DEFAULT
        self.set_reactive(CaseList.sorted_by, sorted_by(DEFAULT))
        self.is_whole = True
        """False while the rest of what is shown is still looked for."""
        self._above = 0
        self._first: str | None = None
        self._counted = False
        self._written: set[str] = set()
        self._is_slow = False
        self._begun: Rows | None = None
        """The rows that were painted of an answer before all of its first ones were found."""

    def _tell(self, answer: Answer) -> None:
        self.post_message(self.Answered(self, answer))

    def on_unmount(self) -> None:
        """End the thread that looks things up."""
        self._finder.close()

    @property
    def ids(self) -> Sequence[str]:
        """Every case that is shown, in order; of many they are all read."""
        return tuple(self._order.all())

    def in_order(self, case_ids: Iterable[str]) -> list[str]:
        """Return those of some cases that are shown, in order."""
        return self._order.in_order(case_ids)

    def holds(self, case_id: str) -> bool:
        """Return whether a case is among those that are shown."""
        return self._order.index(case_id) is not None

    # -- looking up ------------------------------------------------------------------------------

    def load(self, query: str = "", keep: str | None = None) -> Answer:
        """Look ``query`` up and show what it finds; a mistaken one changes nothing.

        It is shown at once, but where that needs a long look at a big file.

        Args:
            query: What to look for.
            keep: The case that the cursor shall stand on; None for the one it stands on now.
        """
        keep = keep or self.cursor_id
        try:
            held = self._held(query)
            if held is None and self._is_big:
                self._wanted = keep
                self.is_whole = False
                self._look_for(query)
                return Answer(query)
        except WorkbenchError as error:
            return failed(query, error)
        if held is not None:
            self._finder.stop()
            self.asked = query
            self._show(query, held, keep)
            return Answer(query)
        answer = look_up(self._desk, Question(query, self.sort))
        if answer.error is None:
            self.asked = query
            self._show(query, self._few(answer), keep)
        return answer

    def _look_for(self, query: str, patience: float = 0) -> Answer | None:
        """Let the thread look a query up; return what it found within ``patience`` seconds."""
        self.asked = query
        # The cursor's case may stand anywhere in another order of the same cases.
        first = None if query == self.query_text else self._first_rows
        return self._finder.ask(Question(query, self.sort, first=first), patience)

    def _glance(self, query: str) -> Answer | None:
        """Return how what a query finds begins, None where that takes more than a moment.

        The first rows are painted before the others are looked for. Where these take longer, the
        thread looks for them, and the first ones may be all of the answer for now.
        """
        if query == self.query_text:
            return None
        self._finder.stop()
        soon, most = min(SOON, self._first_rows), self._first_rows
        found = self._desk.beginnings(query, (soon, most), sort=self.sort)
        with closing(found):
            cases = self._in_a_moment(found)
            if cases is None:
                return None
            self.asked = query
            if len(cases) < soon:
                return Answer(query, self.sort, cases)
            self._paint_soon(query, cases)
            more = self._in_a_moment(found)
        if more is not None:
            return Answer(query, self.sort, more, len(more) < most)
        begun = Answer(query, self.sort, cases, is_whole=False, is_awaited=True)
        return self._look_for(query, PATIENCE) or begun

    def _in_a_moment(self, found: Iterator[Sequence[int]]) -> Sequence[int] | None:
        """Return what is found next, None where that takes more than a moment."""
        worked, over = thread_time() + GLANCE, monotonic() + KEPT * GLANCE
        self._desk.unwanted_when(lambda: thread_time() > worked or monotonic() > over)
        try:
            return next(found)
        except Stopped:
            return None
        finally:
            self._desk.unwanted_when(lambda: False)

    def _paint_soon(self, query: str, cases: Sequence[int]) -> None:
        """Paint the first rows of what a query finds.

        Only where they will stand at the top: if the cursor's case comes behind them, it keeps its
        line of the screen, and the view goes along.
        """
        order = self._desk.gathered(cases)
        ids, keep = order.ids(0, len(cases)), self.cursor_id
        if keep in ids:
            at = ids.index(keep)
            if at > self.cursor_index - self.scroll_offset.y:
                return
        elif keep is None or self._desk.stands_before(keep, ids[-1], sort=self.sort):
            at = 0
        else:
            return
        self._begun = Rows(self._desk, order, self._clock, None, query, self.columns)
        self.show_soon(self._begun.rows(0, len(cases)), at, marks(query))

    @property
    def _first_rows(self) -> int:
        return max(FIRST, self.view_rows)

    @property
    def _is_big(self) -> bool:
        return sum(self._desk.counts().values()) > FEW_CASES

    def _held(self, query: str) -> Order | None:
        """Return the order of many cases of which only pages are read, None for few or no such."""
        held = self._desk.held(query, sort=self.sort)
        return held if held is not None and len(held) > FEW_CASES else None

    def get_ready(self) -> None:
        """Do what the first query would wait for."""
        self._finder.begin()
        self.call_after_refresh(self.prepare_looks)

    def ask(self, query: str) -> Answer | None:
        """Look ``query`` up.

        Returns:
            The answer, or its beginning; None where that takes long: then it comes as a message, as
            the rest of a long one does.
        """
        self._wanted = None
        try:
            held = self._held(query)
            answer = None if self._is_slow or held is not None else self._glance(query)
        except WorkbenchError as error:
            self._finder.stop()
            self.asked = self.query_text
            self.forget_soon()
            return failed(query, error)
        if held is None:
            if answer is None:
                answer = self._look_for(query, 0 if self._is_slow else PATIENCE)
            self._is_slow = answer is None or answer.is_awaited
            return answer
        self._finder.stop()
        self.asked = query
        self._show(query, held, self.cursor_id)
        return Answer(query, self.sort, is_shown=True)

    def follow_index(self) -> None:
        """Index in the background what bulk work left, while nothing is asked."""
        self._finder.follow_index()

    def reload(self, keep: str | None = None, *, others_wrote: bool = False) -> None:
        """Show what the same query finds now. Rows keep their order: nobody's list jumps about.

        Args:
            keep: The case that the cursor shall stand on; None for the one it stands on now.
            others_wrote: Whether any row may have changed, not only those refreshed already.
        """
        order, before = self._order, None if others_wrote else self._rows
        written, self._written = self._written | ({keep} if keep else set()), set()
        if (self.asked, self.sort) != (self.query_text, self._sorted):
            # Something else is waited for; it shall be found as the file is now.
            self._look_for(self.asked)
        elif order.catch_up(None if others_wrote else written):
            self._follow(order, keep, before)
        elif self._is_big:
            self._wanted = keep
            self._finder.ask(Question(self.query_text, self.sort, order.cases))
        else:
            answer = look_up(self._desk, Question(self.query_text, self.sort, order.cases))
            if answer.error is None and (others_wrote or answer.cases != order.cases):
                self._follow(self._few(answer), keep, before)

    def sort_anew(self) -> None:
        """Show what is asked for in the order that it has now."""
        self.load(self.asked)

    def take(self, answer: Answer) -> None:
        """Show an answer, or its beginning."""
        self._is_slow = answer.is_awaited
        if answer.error is not None or answer.is_shown or answer.sort != self.sort:
            return
        order = self._desk.gathered(answer.cases)
        keep, self._wanted = self._wanted, None
        if answer.query == self.query_text and answer.sort == self._sorted:
            self._follow(order, keep)
        else:
            self._show(answer.query, order, keep or self.cursor_id)
        self.is_whole = answer.is_whole
        if not (answer.is_whole or answer.is_awaited):
            self.call_after_refresh(self._look_for_rest)

    def _look_for_rest(self) -> None:
        """Look for all of what is shown, unless something else is asked by now.

        Not before the beginning is painted: until then the thread would only be in the way.
        """
        if not self.is_whole and self.asked == self.query_text:
            self._look_for(self.asked)

    def _few(self, answer: Answer) -> Listed:
        return Listed(self._desk.ids(answer.cases), answer.cases)

    def refresh_cases(self, case_ids: Iterable[str]) -> None:
        """Read the rows of these cases again, where they stand."""
        for case_id in case_ids:
            self._written.add(case_id)
            if self._rows is not None:
                self._rows.forget(case_id)
            self.refresh_row(case_id)

    def seen(self, case_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the status versions that the rows of these cases show, where they were painted."""
        painted = self._rows.seen if self._rows is not None else {}
        return {case_id: painted[case_id] for case_id in case_ids if case_id in painted}

    def next_unread(self) -> str | None:
        """Return the next case after the cursor with something new in it, round the end."""
        here = self.cursor_id
        if here is None:
            return None
        if self._desk.keeps_unread:
            few = self._desk.some_unread(FEW_CASES)
            if few is None:
                return self._next_of_many()
        else:
            few = self._desk.find("is:unread").ids
        order = self.in_order({*few, here})
        at = order.index(here)
        unread = set(few)
        return next((id for id in (*order[at + 1 :], *order[:at]) if id in unread), None)

    def _next_of_many(self) -> str | None:
        """Look for the next unread case page by page, where so many are unread that one is near."""
        after = self.cursor_index + 1
        for first, last in ((after, self.row_count), (0, after - 1)):
            for start in range(first, last, PAGE_ROWS):
                ids = self._order.ids(start, min(start + PAGE_ROWS, last))
                unread = self._desk.unread_among(ids)
                if unread:
                    return next(id for id in ids if id in unread)
        return None

    def relabel(self) -> None:
        """Say everything in the language that is spoken now."""
        self.set_words(status_words(), column_words())
        self.empty = self._nothing()

    def _nothing(self) -> str:
        """Return what stands where there are no cases: what to do next."""
        if self.query_text:
            return t("No case matches; Esc shows all again.")
        keys = cast("Workbench", self.app).keys
        steps = (
            (keys.labels("import_page", "list"), t("reads a page as saved from the wiki")),
            (keys.labels("new_case", "list"), t("starts a case")),
            (keys.labels("open_store", "list"), t("opens the store that a team shares")),
            (keys.labels("open", "list"), t("offers all this")),
        )
        cells = max(width(shown) for shown, _ in steps)
        lines = (f"  {fit(shown, cells)}   {words}" for shown, words in steps if shown)
        return "\n".join((t("No cases yet. What to begin with:"), "", *lines))

    def watch_columns(self) -> None:
        """Show other columns; what entries hold is read where one counts it."""
        super().watch_columns()
        self.sorted_by = sorted_by(self._sorted, self.columns)
        counted = not COUNTED.isdisjoint(self.columns)
        if counted != self._counted:
            self._counted = counted
            self._show(self.query_text, self._order, self.cursor_id, sort=self._sorted)

    # -- showing ---------------------------------------------------------------------------------

    def _follow(self, order: Order, keep: str | None, before: Rows | None = None) -> None:
        """Show what the same query finds now, and count what came in above the first row."""
        first = self._first if self.news_above else None
        if self.cursor_index == 0:
            first = self.cursor_id
        self._show(self.query_text, order, keep or self.cursor_id, before, self._sorted)
        self._first = first
        self._above = 0 if first is None else order.index(first) or 0

    @property
    def news_above(self) -> int:
        """How many rows came in above the one that was the first when the cursor stood there."""
        self._above = min(self._above, self.cursor_index)
        return self._above

    def _show(
        self,
        query: str,
        order: Order,
        keep: str | None,
        before: Rows | None = None,
        sort: str | None = None,
    ) -> None:
        other_query = query != self.query_text
        self.query_text = query
        self._sorted = sort or self.sort
        self.sorted_by = sorted_by(self._sorted, self.columns)
        self._order = order
        self.is_whole = True
        self._above = 0
        self.empty = self._nothing()
        before, self._begun = before or self._begun, None
        rows = self._rows = Rows(self._desk, order, self._clock, before, query, self.columns)
        # What is looked for stands at the top, not where the cursor happened to be.
        self.set_source(rows, keep, marks(query), anew=other_query)


@lru_cache(maxsize=4)
def marks(query: str) -> tuple[Mark, ...]:
    """Return what a list marks that shows what a query finds: for the same query the very same."""
    tree = parse(query)
    return *terms(tree), *(partial(places, word) for word in initials(tree))
