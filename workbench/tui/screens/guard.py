"""Text that reaches a screen where no text has focus: it is kept and offered, never obeyed."""

from __future__ import annotations

from textual import events

from workbench.language import t
from workbench.tui.screens.base import Commanded

TAKING_KEYS = frozenset({"enter", "space"})

LINE_KEYS = frozenset({"enter", "escape", "up", "down", "pageup", "pagedown"})
"""Keys that the filter line has a meaning of its own for."""


class TextGuard(Commanded):
    """Catches what was pasted, or committed by an input method, among the command keys."""

    offered = ""
    """The text that the next Enter starts an entry with."""
    caught = 0
    """How often text came in where none goes: the second time an input method is likely on."""

    def on_paste(self, event: events.Paste) -> None:
        """Keep pasted text; the driver makes a paste of what came in one read with Chinese."""
        if self.place in ("list", "thread"):
            event.stop()
            self.offer(event.text)

    def press(self, event: events.Key) -> bool:
        """Do the act of the key; but a lone Chinese character is text too."""
        if self.place == "filter" and event.key in LINE_KEYS:
            return False
        if self.place not in ("list", "thread"):
            return super().press(event)
        offered, self.offered = self.offered, ""
        if offered and event.key in TAKING_KEYS:
            self.start_entry(offered)
        elif _is_text(event) and self.bench.keys.act(self.place, event.key) is None:
            self.offer(offered + (event.character or ""))
        else:
            return super().press(event)
        return True

    def offer(self, text: str) -> None:
        """Say that the text did nothing, and what can be done with it."""
        if not text.strip():
            return
        self.offered = text
        first = text.strip().splitlines()[0]
        shown = first if len(first) <= 16 else first[:15] + "…"
        self.caught += 1
        self.bench.say(
            t("“{text}” is text, no command: Enter starts an entry with it", text=shown)
            if self.caught == 1
            else t(
                "“{text}” is text: Enter writes it. Input method on? Digits, F keys, arrows act",
                text=shown,
            ),
            "warning",
        )

    def start_entry(self, text: str) -> None:
        """Begin an entry with ``text``."""
        raise NotImplementedError


def _is_text(event: events.Key) -> bool:
    return event.is_printable and event.character is not None and not event.character.isascii()
