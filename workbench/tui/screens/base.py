"""What every screen shares: by the registry keys go to acts, and acts to a screen or to all."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual import events
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, TextArea

if TYPE_CHECKING:
    from textual.app import App

    from workbench.desk import Desk
    from workbench.tui.application import Workbench


Result = TypeVar("Result")


class Commanded:
    """A screen on which keys do acts.

    "No act overtakes text": where text has focus, a key goes through it first, and comes here
    behind all that was typed before. Elsewhere it is done before a widget hears of the next key.
    """

    if TYPE_CHECKING:
        app: App[object]

    @property
    def bench(self) -> Workbench:
        """The application, by its own type."""
        return cast("Workbench", self.app)

    @property
    def desk(self) -> Desk:
        """The desk that everything is read and written by."""
        return self.bench.desk

    @property
    def place(self) -> str | None:
        """Where the cursor is, as the registry names places; None where only quitting is left."""
        return None

    @property
    def is_typing(self) -> bool:
        """Whether letters go into text now."""
        focused = self.app.focused
        return focused is not None and focused.check_consume_key("a", "a")

    def on_key(self, event: events.Key) -> None:
        """Do the act of a key that text had no use for."""
        if self.is_typing and self.press(event):
            event.stop()
            event.prevent_default()

    def press(self, event: events.Key) -> bool:
        """Do the act of the key; returns whether it has one here."""
        act = self.bench.keys.act(self.place or "editor", event.key)
        if act is None or (self.place is None and act != "quit"):
            return False
        self.bench.run_command(act)
        return True

    def on_screen_resume(self) -> None:
        """Go on telling what a screen above told before it closed."""
        self.bench.tell_on()

    def reread(self) -> None:
        """Show what another process wrote. Called after the desk saw a change."""

    def relabel(self) -> None:
        """Say everything in the language that is spoken now. Called after it was changed."""

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """On a slow line let no cursor blink: it would paint for ever."""
        widget = event.widget
        if self.bench.config.slow_link and isinstance(widget, Input | TextArea):
            widget.cursor_blink = False

    def keep(self) -> None:
        """Put text being written where it can't be lost. Called before the program ends."""


class CommandScreen(Commanded, Screen[None]):
    """A whole screen with acts."""


class Dialog(Commanded, ModalScreen[Result]):
    """Something that is asked or shown over the screen; Esc gives nothing back."""

    CSS_PATH = "../styles/dialogs.tcss"
