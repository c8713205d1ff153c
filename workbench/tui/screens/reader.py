"""The thread of one case, under a heading that says which case it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from widgets.plain import plain
from widgets.signs import AWAKE_SIGN, STATUS_GLYPHS
from widgets.thread import ItemSource, ListItems, Thread
from workbench.cases.model import PROBLEM
from workbench.language import side_word, status_word, t, tn
from workbench.tui.mentioned import spans
from workbench.tui.moments import dated
from workbench.tui.reading import thread_items
from workbench.tui.threadpages import ThreadPages
from workbench.tui.words import thread_words

if TYPE_CHECKING:
    from workbench.cases.model import Case, Entry, Summary
    from workbench.desk import Desk
    from workbench.patterns import Pattern
    from workbench.tui.application import Workbench


class Reader(Vertical):
    """Shows one case; ``case`` is what stands on the screen now."""

    def __init__(
        self,
        desk: Desk,
        clock: Callable[[], int],
        patterns: Sequence[Pattern] = (),
        fold_lines: int = 0,
    ) -> None:
        """Show cases of ``desk``; days are written relative to ``clock``.

        Args:
            desk: Where they are read.
            clock: Gives the time in milliseconds.
            patterns: What in texts leads elsewhere, at this site.
            fold_lines: Of an entry of more lines only the beginning is shown at first; 0: all.
        """
        super().__init__(id="reader")
        self._desk = desk
        self._clock = clock
        self._heading = Static(id="heading")
        self._hits = Static(id="hits")
        self._hits.display = False
        self.thread = Thread(
            words=thread_words(), mentions=partial(spans, patterns=patterns), id="thread"
        )
        self.thread.most_lines = fold_lines
        self.case: Case | None = None
        """Where it is read by pages, without its entries."""
        self._pages: ThreadPages | None = None
        self.with_hidden = False
        self._said_hits = ""

    def compose(self) -> ComposeResult:
        """Put the heading over the thread."""
        self._say_key()
        yield Horizontal(self._heading, self._hits, id="head")
        yield self.thread

    @property
    def case_id(self) -> str | None:
        """The case that is shown."""
        return self.case.summary.id if self.case else None

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor; None on the problem and on quiet lines."""
        wanted = self.thread.cursor_id
        if self.case is None or wanted is None:
            return None
        if self._pages is not None:
            return self._pages.entry(wanted)
        return next((entry for entry in self.case.entries if entry.id == wanted), None)

    @property
    def on_problem(self) -> bool:
        """Whether the cursor is on the problem."""
        return self.thread.cursor_id == PROBLEM

    def show(self, case_id: str | None) -> None:
        """Show another case, from its top."""
        if case_id is None:
            self.case = self._pages = None
            self._heading.update("")
            self.thread.set_items([])
        elif case_id != self.case_id:
            self.thread.set_source(self._read(case_id))
            self.thread.top()

    @on(Thread.HitsChanged)
    def say_hits(self) -> None:
        """Say which of how many hits the current one is; nothing where nothing is looked for."""
        said = ""
        if self.case is not None and self.thread.highlight:
            said = _hits_words(*self.thread.hits)
        if said != self._said_hits:
            self._said_hits = said
            self._hits.display = bool(said)
            self._hits.update(plain(said, "bold"))

    def relabel(self) -> None:
        """Say everything in the language that is spoken now."""
        self._say_key()
        self.reload()
        self.say_hits()

    def _say_key(self) -> None:
        """Say in the thread's words which key unfolds."""
        keys = cast("Workbench", self.app).keys
        self.thread.set_words(thread_words(keys.key("fold", "thread")))

    def reload(self, keep: str | None = None) -> None:
        """Read the case again; the cursor stays on its entry, or goes to the entry ``keep``."""
        if self.case_id is not None:
            self.thread.set_source(self._read(self.case_id), keep or self.thread.cursor_id)

    def _read(self, case_id: str) -> ItemSource:
        """Read a case; of a long one as much as is shown, when it is shown."""
        drafts = [draft for draft in self._desk.drafts(case_id) if draft.text.strip()]
        people, now = self._desk.names_of_people(), self._clock()
        long = self._desk.long_thread(case_id)
        if long is None:
            self.case = self._desk.case(case_id, hidden=self.with_hidden)
            self._pages = None
            history = self._desk.history(case_id)
            source: ItemSource = ListItems(thread_items(self.case, history, drafts, now, people))
        else:
            self.case = long.case
            source = self._pages = ThreadPages(
                long, drafts, now, people, with_hidden=self.with_hidden
            )
        self._heading.update(heading(self.case.summary), layout=False)
        return source


def _hits_words(now: int | None, total: int | None) -> str:
    """Return which hit one has gone to, and how many there are; … for what is still counted."""
    if now == 0:
        return t("… hits") if total is None else tn("{count} hit", "{count} hits", total)
    return t(
        "hit {at}/{total}",
        at="…" if now is None else now,
        total="…" if total is None else total,
    )


def heading(summary: Summary) -> Text:
    """Return what stands over a thread: key, status, who works on it, and the title."""
    line = plain(summary.key, "bold")
    word = f"{STATUS_GLYPHS.get(summary.status, ' ')} {status_word(summary.status)}"
    line.append_text(plain(f"  {word}"))
    if summary.status_until:
        line.append_text(plain("  " + t("until {day}", day=dated(summary.status_until))))
    if summary.awake:
        line.append_text(plain(f"  {AWAKE_SIGN} " + t("awake"), "bold"))
    if summary.status_why:
        line.append_text(plain(f"  {summary.status_why}"))
    for name in summary.people:
        line.append_text(plain(f"  @{name}"))
    for tag in summary.tags:
        line.append_text(plain(f"  #{tag}"))
    if summary.waiting_for:
        waits = t("waits for: {side}", side=side_word(summary.waiting_for))
        line.append_text(plain(f"  {waits}", "dim"))
    if summary.hidden:
        line.append_text(plain("  " + t("hidden"), "bold"))
    return Text("\n").join([line, plain(summary.title, "bold")])
