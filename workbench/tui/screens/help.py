"""Help for what is under the cursor: its acts and their keys, from the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from widgets.plain import fit, plain
from workbench.language import t
from workbench.tui.screens.base import Dialog

if TYPE_CHECKING:
    from workbench.tui.application import Workbench
    from workbench.tui.keytable import KeyTable

KEY_CELLS = 18


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
            yield Static(plain(t("Esc closes · ctrl+p finds any act by its name")), classes="quiet")

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#help").focus()

    def press(self, event: events.Key) -> None:
        """Close by the keys that opened it, too."""
        if event.key in ("escape", "q", "enter", "question_mark", "f1"):
            event.stop()
            self.dismiss()
        elif event.key in ("j", "k"):
            scroll = self.query_one("#help", VerticalScroll)
            scroll.scroll_relative(y=1 if event.key == "j" else -1, animate=False)


def titles() -> dict[str, str]:
    """Return what the help of each place is headed with."""
    return {
        "list": t("In the list of cases"),
        "thread": t("In the thread of a case"),
        "filter": t("In the filter line"),
        "editor": t("Where text is written"),
        "decisions": t("In the decisions"),
    }


def explain(keys: KeyTable, place: str) -> Text:
    """Return the acts of a place with keys and explanations."""
    text = Text()
    if place == "filter":
        text.append_text(plain(query_help() + "\n\n", multiline=True))
    for group, acts in keys.groups(place):
        if not acts:
            continue
        text.append_text(plain(t(group) + "\n", "bold", multiline=True))
        for act in acts:
            shown = keys.labels(act.id, place) or t("palette")
            cells = max(KEY_CELLS, cell_len(shown))
            text.append_text(plain("  " + fit(shown, cells) + " ", "bold"))
            text.append_text(plain(fit(t(act.title), max(16, cell_len(t(act.title)))) + " "))
            text.append_text(plain(t(act.help) + "\n", "dim", multiline=True))
        text.append("\n")
    text.rstrip()
    return text


def query_help() -> str:
    """Return what can be written in the filter line."""
    return t(
        "Words and “phrases” are searched in title, problem and entries, together with\n"
        "status:unset,in_progress  engineer:YD  project:igo  tag:x  is:unread\n"
        "is:question  is:decision  is:mine  is:awake  is:hidden;  - in front turns one round."
    )
