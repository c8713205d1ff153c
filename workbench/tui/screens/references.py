"""What a text mentions: which cases mention it too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from widgets.plain import plain, visible
from workbench.cases import references
from workbench.language import reference_word, t, tn
from workbench.tui.screens.listing import ListDialog

if TYPE_CHECKING:
    from workbench.tui.application import Workbench


class ReferencesScreen(ListDialog["str | None"]):
    """Lists what a text mentions; gives back the query for the line that was chosen."""

    def __init__(self, bench: Workbench, text: str) -> None:
        """List what ``text`` mentions, with how many cases mention it."""
        super().__init__(t("What it mentions"))
        self._found = references.find(text)
        self._counts = [bench.desk.count(_query(found.value)) for found in self._found]

    @property
    def has_any(self) -> bool:
        """Whether the text mentions anything."""
        return bool(self._found)

    def foot(self) -> str:
        """Return the line under the list."""
        return t("Enter shows every case that mentions it · Esc leaves")

    def prompts(self) -> Sequence[Text]:
        """Return a line for each thing that is mentioned."""
        lines = []
        for found, count in zip(self._found, self._counts, strict=True):
            line = plain(f"{reference_word(found.kind)}  ", "dim")
            line.append_text(plain(visible(found.value), "underline"))
            line.append_text(plain("  " + tn("{count} case", "{count} cases", count), "bold"))
            lines.append(line)
        return lines

    def choose(self, index: int) -> None:
        """Give the query back that finds every case which mentions it."""
        self.dismiss(_query(self._found[index].value))


def _query(value: str) -> str:
    return f'ref:"{value}"'
