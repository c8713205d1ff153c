"""Help for what is under the cursor: its acts and their keys, from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from widgets.plain import plain
from widgets.signs import (
    AWAKE_SIGN,
    DECISION_SIGN,
    DRAFT_SIGN,
    HIDDEN_SIGN,
    MARK_SIGN,
    QUESTION_SIGN,
    STATUS_GLYPHS,
    UNREAD_SIGN,
)
from workbench.cases.model import STATUSES
from workbench.language import status_word, t
from workbench.tui.screens.base import Dialog

if TYPE_CHECKING:
    from workbench.tui.application import Workbench
    from workbench.tui.keytable import KeyTable

KEY_CELLS = 12
TITLE_CELLS = 14
SIGNED = frozenset({"list", "thread", "filter"})
"""Places beside which the signs are seen."""


class HelpScreen(Dialog[None]):
    """Explains the keys of one place."""

    def __init__(self, bench: Workbench, place: str) -> None:
        """Explain ``place``, as the registry names it."""
        super().__init__(classes="dialog wide", id="help-screen")
        self._text = explain(bench.keys, place)
        self._title = titles()[place]

    def compose(self) -> ComposeResult:
        """Show the keys, under what they are for."""
        with Vertical(classes="box"):
            yield Static(plain(self._title), classes="title")
            with VerticalScroll(id="help"):
                yield Static(self._text)
            yield Static(plain(t("Esc closes · Ctrl+P finds any act by its name")), classes="quiet")

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#help").focus()

    def press(self, event: events.Key) -> bool:
        """Close by the keys that opened it, too."""
        if event.key in ("escape", "q", "enter", "question_mark", "f1"):
            self.dismiss()
        elif event.key in ("j", "k"):
            scroll = self.query_one("#help", VerticalScroll)
            scroll.scroll_relative(y=1 if event.key == "j" else -1, animate=False)
        else:
            return super().press(event)
        return True


def titles() -> dict[str, str]:
    """Return what the help of each place is headed with."""
    return {
        "list": t("In the list of cases"),
        "thread": t("In the thread of a case"),
        "filter": t("In the filter line"),
        "editor": t("Where text is written"),
        "decisions": t("In the decisions"),
    }


def explain(keys: KeyTable, place: str) -> RenderableType:
    """Return the acts of a place with keys and explanations."""
    parts: list[RenderableType] = []
    if place == "filter":
        parts.append(plain(query_help() + "\n", multiline=True))
    # Moving about explains itself: what can be done here comes first.
    groups = sorted(keys.groups(place), key=lambda group: group[0] == "Move")
    for group, acts in groups:
        if not acts:
            continue
        rows = [
            (keys.labels(act.id, place) or t("palette"), t(act.title), t(act.help)) for act in acts
        ]
        parts += [plain(t(group), "bold underline"), _table(rows), Text()]
    if place in SIGNED:
        parts += [plain(t("Signs"), "bold underline"), _table(legend())]
    return Group(*parts)


def _table(rows: Iterable[tuple[str, str, str]]) -> Table:
    """Return rows of what is pressed or seen, its name, and what it means."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=KEY_CELLS)
    table.add_column(width=TITLE_CELLS)
    # Chinese has no spaces to break a line at.
    table.add_column(overflow="fold")
    for shown, title, meaning in rows:
        table.add_row(plain(shown, "bold"), plain(title), plain(meaning, "dim"))
    return table


def legend() -> Iterator[tuple[str, str, str]]:
    """Yield every sign of the list and the thread, its name, and what it means."""
    yield (
        " ".join(STATUS_GLYPHS[status] for status in STATUSES),
        t("Status"),
        " · ".join(f"{STATUS_GLYPHS[status]} {status_word(status)}" for status in STATUSES),
    )
    yield AWAKE_SIGN, t("awake"), t("A hold to look at: its day has come, or somebody wrote.")
    yield UNREAD_SIGN, t("new"), t("Entries that you have not read.")
    yield DECISION_SIGN, t("Decisions"), t("Several people changed one field: somebody decides.")
    yield QUESTION_SIGN, t("question"), t("The page left something open: a date, a number.")
    yield DRAFT_SIGN, t("draft"), t("A text of yours is not finished.")
    yield HIDDEN_SIGN, t("hidden"), t("Out of sight; is:hidden finds it.")
    yield MARK_SIGN, t("marked"), t("The next act goes to all marked cases.")
    yield "↳", t("Reply"), t("Answers the entry above it.")
    yield "▪", t("file"), t("A picture or a file.")
    yield "…", t("cut"), t("There is more than fits: open it, or make the window wider.")


def query_help() -> str:
    """Return what can be written in the filter line."""
    return t(
        "Words and “phrases” are searched in title, problem and entries, together with\n"
        "status:unset,in_progress  engineer:LM  project:nova  tag:x  speaker:LM  ref:nova#97\n"
        "opened:2021-01..2021-02  updated:<7d  has:image,file  is:unread,mine,awake,stale,\n"
        "question,decision,draft,hidden;  - in front negates, OR and ( ) stand between terms."
    )
