"""What every screen shares: keys go to acts by the registry, acts to the screen or the workbench."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual import events
from textual.screen import ModalScreen, Screen

if TYPE_CHECKING:
    from textual.app import App

    from workbench.desk import Desk
    from workbench.tui.application import Workbench


Result = TypeVar("Result")


class Commanded:
    """A screen on which keys do acts.

    A key goes first to what has focus (text keeps its own keys), then here, and only then to the
    bindings of Textual's widgets.
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

    def on_key(self, event: events.Key) -> None:
        """Look what the key does here. Textual calls this for every class that defines it, so only
        ``press`` is for screens to change."""
        self.press(event)

    def press(self, event: events.Key) -> None:
        """Do the act of the key, if it has one here."""
        act = self.bench.keys.act(self.place or "editor", event.key)
        if act is None or (self.place is None and act != "quit"):
            return
        event.stop()
        event.prevent_default()
        self.bench.run_command(act)

    def reread(self) -> None:
        """Show what another process wrote. Called after the desk saw a change."""

    def keep(self) -> None:
        """Put text being written where it can't be lost. Called before the program ends."""


class CommandScreen(Commanded, Screen[None]):
    """A whole screen with acts."""


class Dialog(Commanded, ModalScreen[Result]):
    """Something that is asked or shown over the screen; Esc gives nothing back."""
