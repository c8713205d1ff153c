"""Changing the keys of an act by pressing them: each press adds a key, or takes it away."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from widgets.plain import plain
from workbench.cases.errors import WorkbenchError
from workbench.commands import Command, label
from workbench.keys import character_of, name_of
from workbench.language import explained, t
from workbench.settings import KEYS_PREFIX
from workbench.tui.screens.base import Dialog
from workbench.tui.settling import change

if TYPE_CHECKING:
    from workbench.tui.application import Workbench


class RecorderScreen(Dialog[None]):
    """Takes every key but Esc for the act."""

    def __init__(self, bench: Workbench, act: Command) -> None:
        """Change the keys of ``act``."""
        super().__init__(classes="dialog")
        self._bench = bench
        self._act = act
        self._shown = Static(id="recorded")
        self._wrong = Static(classes="error")

    def compose(self) -> ComposeResult:
        """Show which act, its keys, and what was wrong with the last one pressed."""
        with Vertical(classes="box"):
            yield Static(plain(t("Keys of “{title}”", title=t(self._act.title))), classes="title")
            yield self._shown
            yield self._wrong
            foot = t("Press a key: it is added, or taken away if it is there. Esc leaves.")
            yield Static(plain(foot), classes="quiet")

    def on_mount(self) -> None:
        """Show the keys."""
        self._show("")

    @property
    def _keys(self) -> tuple[str, ...]:
        """The keys of the act, without their twins."""
        keys = self._bench.config.get(KEYS_PREFIX + self._act.id)
        assert isinstance(keys, tuple)
        return keys

    def press(self, event: events.Key) -> bool:
        """Take the key, whatever it does elsewhere."""
        if event.key == "escape":
            self.dismiss(None)
        else:
            self._take(pressed(event))
        return True

    def _take(self, key: str) -> None:
        keys = [each for each in self._keys if label(each) != label(key)]
        if len(keys) == len(self._keys):
            keys.append(key)
        try:
            change(self._bench, KEYS_PREFIX + self._act.id, " ".join(keys))
        except WorkbenchError as error:
            self._show(explained(error))
        else:
            self._show("")

    def _show(self, wrong: str) -> None:
        shown = "   ".join(label(key) for key in self._keys) or t("no key: only in the palette")
        self._shown.update(plain(f"  {shown}", "bold"))
        self._wrong.update(plain(wrong))
        self._wrong.display = bool(wrong)


def pressed(event: events.Key) -> str:
    """Return the name of a key; what an input method makes full-width is the key beneath it."""
    sign = event.character or character_of(event.key)
    if sign is None or not sign.isprintable() or sign.isspace():
        return event.key
    return name_of(unicodedata.normalize("NFKC", sign)[:1])
