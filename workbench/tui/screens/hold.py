"""Asks until when a case is on hold, and why."""

from __future__ import annotations

from datetime import date, timedelta

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from widgets.picker import AskLine
from widgets.plain import plain
from workbench.cases.errors import BadInput
from workbench.cases.times import day_forms, parse_day
from workbench.language import t, told
from workbench.tui.moments import day_from_now, local
from workbench.tui.screens.base import Dialog

Hold = tuple["str | None", "str | None"]


class HoldScreen(Dialog["Hold | None"]):
    """Gives back (until, why); each may be None."""

    def __init__(self, until: str | None, why: str | None) -> None:
        """Begin with what the case has now: typing replaces it."""
        super().__init__(classes="dialog")
        self._until = AskLine(
            t("On hold until"),
            until or "",
            placeholder=t("tomorrow · +7 · 2w · 3-1 · 下周一 · 三天后"),
            replace=True,
        )
        self._meant = Static(classes="quiet")
        self._why = AskLine(t("Why"), why or "", replace=True)

    def compose(self) -> ComposeResult:
        """Show both lines in a box."""
        with Vertical(classes="box"):
            yield self._until
            yield self._meant
            yield self._why
            yield Static(
                plain(t("Enter goes on · Tab between the lines · Esc leaves")), classes="quiet"
            )

    def on_mount(self) -> None:
        """Begin with the day."""
        self._until.focus()
        self._say_meant()

    def _day(self) -> str | None:
        """Return the day that is meant. Raises BadInput."""
        text = self._until.value
        return parse_day(text, self._today(), ahead=True) if text.strip() else None

    def _today(self) -> date:
        return local(self.bench.clock()).date()

    def _say_meant(self, *, finished: bool = False) -> bool:
        """Say which day the text means; returns whether it means one, or none on purpose.

        Args:
            finished: Whether what is no day is a mistake, not a day half typed.
        """
        try:
            day = self._day()
        except BadInput:
            wrong = t(
                "“{text}” is no day: write {forms}",
                text=self._until.value,
                forms=told(day_forms(self._today() + timedelta(days=7))),
            )
            self._meant.update(plain(wrong if finished else " "))
            self._meant.set_class(finished, "error")
            return False
        self._meant.remove_class("error")
        self._meant.update(plain(day_from_now(day, self.bench.clock()) if day else " "))
        return True

    @on(AskLine.Changed)
    def _changed(self, event: AskLine.Changed) -> None:
        if event.control is self._until:
            self._say_meant()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Judge the day when its line is left."""
        if event.widget in self._until.children:
            self._say_meant(finished=True)

    @on(AskLine.Answered)
    def _answered(self, event: AskLine.Answered) -> None:
        if not self._say_meant(finished=True):
            self._until.focus()
        elif event.control is self._until:
            self._why.focus()
        else:
            self.dismiss((self._day(), self._why.value.strip() or None))

    @on(AskLine.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)
