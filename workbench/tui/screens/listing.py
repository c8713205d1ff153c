"""A dialog with a list of lines to choose from; the line says everything, so there is no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from widgets.line_list import LineList
from widgets.plain import plain
from workbench.language import t
from workbench.tui.screens.base import Dialog

Result = TypeVar("Result")


class ListDialog(Dialog[Result]):
    """Shows lines; Enter (or a click) chooses one, Esc leaves."""

    def __init__(self, title: str, *, empty: str = "") -> None:
        """Head the list with ``title``; ``empty`` stands where there is no line."""
        super().__init__(classes="dialog wide")
        self._title = title
        self._empty = empty
        self.lines = LineList()

    def compose(self) -> ComposeResult:
        """Show title, lines and what can be done."""
        with Vertical(classes="box"):
            yield Static(plain(self._title), classes="title")
            yield self.lines
            yield Static(plain(self.foot()), classes="quiet")

    def on_mount(self) -> None:
        """Fill the list. Textual calls this for every class that defines it: only ``begin`` is for
        dialogs to change."""
        self.begin()

    def begin(self) -> None:
        """Fill the list and put the cursor into it."""
        self.fill()
        self.lines.focus()

    def foot(self) -> str:
        """Return the line under the list."""
        return t("Esc leaves")

    def prompts(self) -> Sequence[Text]:
        """Return the lines."""
        raise NotImplementedError

    def choose(self, index: int) -> None:
        """Do what choosing a line means."""

    def fill(self, at: int = 0) -> None:
        """Show the lines anew, with the cursor on line ``at``."""
        lines = list(self.prompts())
        self.lines.clear_options()
        self.lines.add_options([Option(line) for line in lines] or [_note(self._empty)])
        if lines:
            self.lines.highlighted = min(max(at, 0), len(lines) - 1)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose the line."""
        event.stop()
        self.choose(event.option_index)

    def press(self, event: events.Key) -> bool:
        """Esc and q leave; j and k move, as in the list of cases."""
        if event.key in ("escape", "q"):
            self.dismiss(None)
        elif event.key == "j":
            self.lines.action_cursor_down()
        elif event.key == "k":
            self.lines.action_cursor_up()
        else:
            return super().press(event)
        return True


def _note(sentence: str) -> Option:
    return Option(plain(sentence), disabled=True)
