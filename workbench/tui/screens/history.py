"""What was done to a case, newest last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from widgets.plain import plain
from workbench.language import t, waiting_words
from workbench.tui.moments import stamp
from workbench.tui.reading import act_sentence
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from workbench.cases.model import HistoryItem
    from workbench.tui.application import Workbench

SHOWN = 60
"""How many characters of a text the line shows."""


class HistoryScreen(ListDialog[None]):
    """Lists the changes of one case."""

    def __init__(self, bench: Workbench, case_id: str) -> None:
        """List what ``case_id`` went through."""
        super().__init__(
            t("History of {case}", case=bench.desk.key(case_id)), empty=t("Nothing yet")
        )
        self._changes = [change for change in bench.desk.history(case_id) if change.is_news]

    def prompts(self) -> Sequence[Text]:
        """Return a line for each change."""
        now = self.bench.clock()
        return [change_line(change, now) for change in self._changes]

    def begin(self) -> None:
        """Begin at the newest."""
        super().begin()
        self.lines.highlighted = len(self._changes) - 1 if self._changes else None


def change_line(change: HistoryItem, now: int) -> Text:
    """Return a change in a line: when, who, what, and the text that it is about."""
    line = plain(stamp(change.at, now), "dim")
    line.append_text(plain("  " + act_sentence(change)))
    if change.imported:
        line.append_text(plain("  " + t("by import"), "dim"))
    if change.lacking:
        line.append_text(plain(f"  {waiting_words('incomplete')}"))
    if change.field in ("title", "problem", "entry", "date", "attachment"):
        text = " ".join(str(change.new or change.old or "").split())
        shown = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
        line.append_text(plain(f"  {shown}", "dim"))
    return line
