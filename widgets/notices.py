"""Sentences told for a while at the bottom of a screen, which makes room for them.

They lie over nothing: where two widgets overlap, Textual cuts the upper one at the edges of those
below, and a character of two cells that stands on such an edge is lost.
"""

from __future__ import annotations

from textual.containers import Vertical
from textual.widgets import Static

from widgets.plain import plain, visible
from widgets.status_bar import SIGNS, Severity


class Notice(Static):
    """One sentence; a click takes it away."""

    DEFAULT_CSS = """
    Notice {
        width: 1fr;
        height: auto;
        padding: 0 1;
        background: $panel;
        color: $foreground;
        text-style: bold;
        &.-warning { color: $text-warning; }
        &.-error { color: $text-error; }
    }
    """

    def __init__(self, sentence: str, severity: Severity, seconds: float) -> None:
        """Tell ``sentence`` for so many seconds."""
        self.sentence = visible(sentence)
        super().__init__(plain(SIGNS[severity] + self.sentence), classes=f"-{severity}")
        self._seconds = seconds

    def on_mount(self) -> None:
        """Go when it was told long enough."""
        self.set_timer(self._seconds, self.remove)

    def on_click(self) -> None:
        """Go at once."""
        self.remove()


class Notices(Vertical):
    """All that is told now, the latest last."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Notices {
        dock: bottom;
        height: auto;
        max-height: 50%;
    }
    """

    def tell(self, sentence: str, severity: Severity, seconds: float) -> None:
        """Tell one more sentence; one that is told already begins anew."""
        for notice in self.query(Notice):
            if notice.sentence == visible(sentence):
                notice.remove()
        self.mount(Notice(sentence, severity, seconds))
