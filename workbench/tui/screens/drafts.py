"""Texts that were not finished: to go on with, and to bring back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from widgets.plain import plain
from workbench.language import t
from workbench.tui.moments import stamp
from workbench.tui.screens.editor import what_is_written
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from workbench.desk import Draft
    from workbench.tui.application import Workbench


class DraftsScreen(ListDialog["Draft | None"]):
    """Lists open drafts, then those discarded in the last 30 days; gives back the one chosen."""

    def __init__(self, bench: Workbench) -> None:
        """List the drafts that nobody else is writing at."""
        super().__init__(t("Drafts"))
        self._open = [draft for draft in bench.resumable() if draft.text.strip()]
        dropped = (draft for draft in bench.desk.discarded_drafts() if draft.text.strip())
        self._discarded = sorted(dropped, key=lambda draft: draft.saved_at, reverse=True)

    def foot(self) -> str:
        """Return the line under the list."""
        return t("Enter goes on with it, or brings it back · Esc leaves")

    def prompts(self) -> Sequence[Text]:
        """Return a line for each draft."""
        return [self._line(draft, False) for draft in self._open] + [
            self._line(draft, True) for draft in self._discarded
        ]

    def choose(self, index: int) -> None:
        """Give the draft back, brought back first if it was discarded."""
        if index < len(self._open):
            self.dismiss(self._open[index])
            return
        draft = self._discarded[index - len(self._open)]
        self.dismiss(self.desk.restore_draft(draft.id))

    def _line(self, draft: Draft, discarded: bool) -> Text:
        line = plain(stamp(draft.saved_at, self.bench.clock()), "dim")
        line.append_text(plain("  " + what_is_written(self.bench, draft)))
        if discarded:
            line.append_text(plain("  " + t("discarded"), "italic"))
        first = " ".join(draft.text.split())[:60]
        line.append_text(plain(f"  {first}", "bold"))
        return line
