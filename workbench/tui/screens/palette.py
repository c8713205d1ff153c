"""All acts that are possible here, found by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from widgets.plain import fit, plain
from workbench.commands import Command
from workbench.language import t
from workbench.tui.line import PlainInput
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from workbench.tui.application import Workbench


class PaletteScreen(ListDialog["str | None"]):
    """Finds an act by words of its name or its explanation; gives back its id."""

    def __init__(self, bench: Workbench, place: str) -> None:
        """Offer the acts of ``place``."""
        super().__init__(t("All acts"), empty=t("No act is called so"))
        self._place = place
        self._all = [act for _, acts in bench.keys.groups(place) for act in acts]
        self._found: list[Command] = list(self._all)
        self.line = PlainInput(placeholder=t("name of an act"), compact=True, id="palette-line")

    def compose(self) -> ComposeResult:
        """Put a line to type in over the list."""
        with Vertical(classes="box"):
            yield Static(plain(self._title), classes="title")
            yield self.line
            yield self.lines
            yield Static(plain(self.foot()), classes="quiet")

    def begin(self) -> None:
        """Let typing narrow the list at once."""
        super().begin()
        self.lines.can_focus = False
        self.line.focus()

    def foot(self) -> str:
        """Return the line under the list."""
        return t("Enter does it · Esc leaves")

    def prompts(self) -> Sequence[Text]:
        """Return a line for each act found."""
        return [self._line(act) for act in self._found]

    def choose(self, index: int) -> None:
        """Give the act back."""
        self.dismiss(self._found[index].id)

    def press(self, event: events.Key) -> bool:
        """Move in the list while the line has the focus."""
        moves: dict[str, Callable[[], None]] = {
            "up": self.lines.action_cursor_up,
            "down": self.lines.action_cursor_down,
            "pageup": self.lines.action_page_up,
            "pagedown": self.lines.action_page_down,
        }
        if event.key in moves:
            moves[event.key]()
        elif event.key == "escape":
            self.dismiss(None)
        else:
            return False
        return True

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        words = event.value.casefold().split()
        self._found = [act for act in self._all if _matches(act, words)]
        self.fill()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        if self._found and self.lines.highlighted is not None:
            self.choose(self.lines.highlighted)

    def _line(self, act: Command) -> Text:
        line = plain(fit(t(act.title), 18))
        keys = self.bench.keys.labels(act.id, self._place)
        line.append_text(plain(" " + fit(keys, 14), "bold"))
        line.append_text(plain(" " + t(act.help), "dim"))
        return line


def _matches(act: Command, words: Sequence[str]) -> bool:
    text = f"{act.id} {act.title} {t(act.title)} {act.help} {t(act.help)}".casefold()
    return all(word in text for word in words)
