"""What a pasted chat is taken apart into, shown before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual import events

from widgets.plain import plain
from workbench.cases.text import squash
from workbench.language import t, tn
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from workbench.exchange.pasted import Said


class ApartScreen(ListDialog[bool]):
    """Gives back True to save the entries apart, False to save the text as one entry."""

    def __init__(self, several: Sequence[Said]) -> None:
        """Show these entries."""
        title = tn("This text is {count} entry", "This text is {count} entries", len(several))
        super().__init__(title)
        self._several = several

    def foot(self) -> str:
        """Return the line under the list."""
        return t("Enter saves them apart · F4 saves it as one · Esc goes on writing")

    def prompts(self) -> Sequence[Text]:
        """Return a line for each entry: who, when, what."""
        return [_line(said) for said in self._several]

    def choose(self, index: int) -> None:
        """Save them apart."""
        self.dismiss(True)

    def press(self, event: events.Key) -> bool:
        """F4 or o: as one."""
        if event.key in ("f4", "o"):
            self.dismiss(False)
            return True
        return super().press(event)


def _line(said: Said) -> Text:
    line = plain(said.speaker or "–", "bold")
    if said.happened:
        line.append_text(plain(f"  {said.happened}", "dim"))
    line.append_text(plain(f"  {squash(said.text)}"))
    line.no_wrap, line.overflow = True, "ellipsis"
    return line
