"""Asks until when a case is on hold, and why."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from widgets.picker import AskLine
from widgets.plain import plain
from workbench.language import t
from workbench.tui.moments import parse_day
from workbench.tui.screens.base import Dialog

Hold = tuple["str | None", "str | None"]


class HoldScreen(Dialog["Hold | None"]):
    """Gives back (until, why); each may be None."""

    def __init__(self, until: str | None, why: str | None) -> None:
        """Begin with what the case has now."""
        super().__init__(classes="dialog")
        self._until = AskLine(
            t("On hold until"), until or "", placeholder="2026-03-01 · 3-1 · +7 · 2w"
        )
        self._why = AskLine(t("Why"), why or "")

    def compose(self) -> ComposeResult:
        """Show both lines in a box."""
        with Vertical(classes="box"):
            yield self._until
            yield self._why
            yield Static(
                plain(t("Enter goes on · Tab between the lines · Esc leaves")), classes="quiet"
            )

    def on_mount(self) -> None:
        """Begin with the day."""
        self._until.focus()

    @on(AskLine.Answered)
    def _answered(self, event: AskLine.Answered) -> None:
        if event.control is self._until:
            self._why.focus()
            return
        until = parse_day(self._until.value, self.bench.clock())
        self.dismiss((until, self._why.value.strip() or None))

    @on(AskLine.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)
