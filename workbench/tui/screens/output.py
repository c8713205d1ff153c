"""What a command of a person's own printed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from widgets.plain import plain
from workbench.tui.screens.listing import ListDialog


class OutputScreen(ListDialog[None]):
    """Lists the lines that were printed."""

    def __init__(self, name: str, said: str) -> None:
        """Show what the command ``name`` said."""
        super().__init__(name)
        self._said = said.splitlines()

    def prompts(self) -> Sequence[Text]:
        """Return the lines."""
        return [plain(line) for line in self._said]
