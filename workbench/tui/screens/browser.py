"""The case list with its query: what is shown, and how it stays true while things change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.message import Message

from widgets.case_list import CaseList
from workbench.cases.query import parse, terms
from workbench.language import t
from workbench.tui.finder import Answer, Finder, look_up
from workbench.tui.rows import Rows
from workbench.tui.words import column_words, status_words

if TYPE_CHECKING:
    from workbench.desk import Desk

SYNCHRONOUS_ROWS = 5_000
"""Up to this many cases an answer is quicker than a frame; beyond, a thread looks it up."""


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
        self._finder = Finder(desk.beside, self._tell, look_up)
        self.query_text = ""
        self.ids: Sequence[str] = ()
        self._rows: Rows | None = None

    def _tell(self, answer: Answer) -> None:
        self.post_message(self.Answered(self, answer))

    def on_unmount(self) -> None:
        """End the thread that looks things up."""
        self._finder.close()

    def load(self, query: str = "", keep: str | None = None) -> Answer:
        """Look ``query`` up at once and show what it finds; a mistaken one changes nothing.

        Args:
            query: What to look for.
            keep: The case that the cursor shall stand on; None for the one it stands on now.
        """
        answer = look_up(self._desk, query)
        if answer.error is None:
            self._show(answer, keep or self.cursor_id)
        return answer

    def ask(self, query: str) -> None:
        """Look ``query`` up in the background; the answer comes as a message."""
        self._finder.ask(query)

    def follow_index(self) -> None:
        """Index in the background what bulk work left, while nothing is asked."""
        self._finder.follow_index()

    def reload(self, keep: str | None = None, *, others_wrote: bool = False) -> None:
        """Show what the same query finds now. Rows keep their order: nobody's list jumps about.

        Args:
            keep: The case that the cursor shall stand on; None for the one it stands on now.
            others_wrote: Whether any row may have changed, not only those refreshed already.
        """
        if len(self.ids) > SYNCHRONOUS_ROWS:
            self._wanted = keep
            self.ask(self.query_text)
            return
        answer = look_up(self._desk, self.query_text)
        if answer.error is not None:
            return
        answer = in_old_order(self.ids, answer)
        if others_wrote or tuple(answer.ids) != tuple(self.ids):
            before = None if others_wrote else self._rows
            self._show(answer, keep or self.cursor_id, before)

    def sort_anew(self) -> None:
        """Show the same query in the order that it has now."""
        self.load(self.query_text)

    def take(self, answer: Answer) -> None:
        """Show an answer that came from the background."""
        if answer.error is None:
            keep, self._wanted = self._wanted, None
            if answer.query == self.query_text:
                answer = in_old_order(self.ids, answer)
            self._show(answer, keep or self.cursor_id)

    def refresh_cases(self, case_ids: Iterable[str]) -> None:
        """Read the rows of these cases again, where they stand."""
        for case_id in case_ids:
            if self._rows is not None:
                self._rows.forget(case_id)
            self.refresh_row(case_id)

    def seen(self, case_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the status versions that the rows of these cases show, where they were painted."""
        painted = self._rows.seen if self._rows is not None else {}
        return {case_id: painted[case_id] for case_id in case_ids if case_id in painted}

    def next_unread(self) -> str | None:
        """Return the next case after the cursor with something new in it, round the end."""
        unread = set(look_up(self._desk, "is:unread").ids)
        here = self.cursor_index
        order = (*self.ids[here + 1 :], *self.ids[:here])
        return next((case_id for case_id in order if case_id in unread), None)

    def _show(self, answer: Answer, keep: str | None, before: Rows | None = None) -> None:
        other_query = answer.query != self.query_text
        self.query_text = answer.query
        self.highlight = terms(parse(answer.query))
        self.ids = answer.ids
        self.empty = (
            t("No case matches; Esc shows all again.")
            if answer.query
            else t("No cases yet: c starts one, `workbench import PAGE` reads a page.")
        )
        rows = self._rows = Rows(self._desk, answer.ids, self._clock, before, answer.query)
        self.set_source(rows, keep)
        if other_query and keep is not None and rows.index(keep) is None:
            # What is looked for stands at the top, not where the cursor happened to be.
            self.top()


def in_old_order(shown: Sequence[str], answer: Answer) -> Answer:
    """Return an answer in the order that is on the screen, with what is new in front."""
    found = set(answer.ids)
    before = set(shown)
    new = [case_id for case_id in answer.ids if case_id not in before]
    return replace(answer, ids=(*new, *(case_id for case_id in shown if case_id in found)))
