"""Choosing the columns of the list: shown behind the box as they are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events
from textual.widgets import Static

from widgets.case_rows import STANDARD
from widgets.plain import plain
from workbench.cases.errors import WorkbenchError
from workbench.language import explained, t, view_word
from workbench.settings import COLUMNS, COLUMNS_PREFIX
from workbench.tui.screens.listing import ListDialog
from workbench.tui.settling import change
from workbench.tui.words import column_words

if TYPE_CHECKING:
    from workbench.tui.application import Workbench

FIRST = 1
"""The line of the first column; the one before says of which view."""


class ColumnsScreen(ListDialog[None]):
    """Lists the columns, those that are shown first and in their order."""

    def __init__(self, bench: Workbench) -> None:
        """Choose for the view that ``bench`` shows, or for all."""
        super().__init__(t("Columns"))
        self.remove_class("wide")  # names are short, and what is chosen shows beside the box
        self._bench = bench
        self._view = bench.main.views.view
        self._alone = self._view is not None and bool(
            bench.config.columns(self._view) != bench.config.columns()
        )

    @property
    def _shown(self) -> tuple[str, ...]:
        """The columns as they are; where the width says which, those of a wide list."""
        config = self._bench.config
        return config.columns(self._view if self._alone else None) or STANDARD

    @property
    def _order(self) -> tuple[str, ...]:
        """All columns, in the order of the lines."""
        shown = self._shown
        return (*shown, *(key for key in COLUMNS if key not in shown))

    def foot(self) -> str:
        """Return the line under the list."""
        return t(
            "Enter or Space shows or hides · ← → moves it · Esc leaves · where they do not fit,"
            " the last fall away first"
        )

    def prompts(self) -> Sequence[Text]:
        """Return the line of the view, one for each column, and one to have it as delivered."""
        words, shown = column_words(), self._shown
        lines = [plain(f"{'●' if key in shown else '○'} {words[key]}") for key in self._order]
        return [plain(self._whose(), "bold"), *lines, plain(t("As delivered"))]

    def fill(self, at: int = 0) -> None:
        """Show the lines anew, and under them what pins them, before anything is tried."""
        super().fill(at)
        pinned = self._pinned()
        self.set_class(bool(pinned), "-low")  # the lines below the list keep their place
        foot = f"{pinned}\n{self.foot()}" if pinned else self.foot()
        self.query_one(".quiet", Static).update(plain(foot, multiline=True))

    @property
    def _setting(self) -> str:
        """The setting that is changed: of all views, or of the one."""
        if self._alone and self._view is not None:
            return COLUMNS_PREFIX + self._view.name
        return "columns"

    def _pinned(self) -> str:
        """Return why the columns can't be changed here, or not for good; empty where they can."""
        config, name = self._bench.config, self._setting
        try:
            config.refuse_own(name)
        except WorkbenchError as error:
            return f"✕ {explained(error)}"
        shown = config.shown(name)
        if shown.origin in ("option", "environment"):
            return "! " + t("{place} wins over what is set here", place=shown.place)
        return ""

    def _whose(self) -> str:
        if self._alone and self._view is not None:
            return t("Of the view “{name}” alone", name=view_word(self._view))
        return t("Of all views")

    def choose(self, index: int) -> None:
        """Show or hide a column; on the first line, choose for all views or for this one."""
        order, shown = self._order, self._shown
        if index == 0:
            if self._view is None:
                self._bench.say(t("No view is shown: the filter is none"))
            self._alone = not self._alone and self._view is not None
            self.fill()
        elif index > len(order):
            self._set((), index)
        elif (key := order[index - FIRST]) not in shown:
            self._set((*shown, key), FIRST + len(shown))
        elif len(shown) > 1:
            self._set(tuple(each for each in shown if each != key), index)

    def press(self, event: events.Key) -> bool:
        """Space chooses as Enter does, arrows to the sides move the column."""
        at = self.lines.highlighted
        if at is None or event.key not in ("space", "left", "right"):
            return super().press(event)
        if event.key == "space":
            self.choose(at)
        else:
            self._move(at - FIRST, -1 if event.key == "left" else 1)
        return True

    def _move(self, at: int, by: int) -> None:
        """Move a shown column to another place among those that are shown."""
        shown = list(self._shown)
        to = at + by
        if 0 <= at < len(shown) and 0 <= to < len(shown):
            shown[at], shown[to] = shown[to], shown[at]
            self._set(shown, to + FIRST)

    def _set(self, columns: Sequence[str], cursor: int) -> None:
        """Write what is chosen, and show it."""

        def write() -> None:
            change(self._bench, self._setting, " ".join(columns))
            self.fill(cursor)

        self._bench.guard(write)
