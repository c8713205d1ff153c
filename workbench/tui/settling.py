"""Changing a setting while the screen is open: written as ``config set`` does, shown at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from workbench import language
from workbench.cases.errors import WorkbenchError
from workbench.language import explained, t
from workbench.settings import COLUMNS_PREFIX, KEYS_PREFIX
from workbench.tui.keytable import KeyTable
from workbench.tui.screens.base import Commanded
from workbench.viewnames import unknown_views

if TYPE_CHECKING:
    from workbench.tui.application import Workbench

AT_ONCE = frozenset(
    {
        *("lang", "author", "theme", "preview", "columns", "fold_lines", "sync_minutes"),
        *("copy_command", "opener"),
    }
)
"""Settings that hold from now on; the others when the program is started the next time."""


def change(bench: Workbench, name: str, text: str) -> str:
    """Set something and show it; return a sentence that says what holds from when on.

    Raises:
        WorkbenchError: it can't be set so, or stands in the person's own file.
    """
    before = bench.config.shown(name)
    bench.config.set(name, text)
    bench.config = bench.config.again(name)
    _show(bench, name)
    if before.origin in ("option", "environment"):
        return t("Set; {place} wins over it at the next start", place=before.place)
    if name in AT_ONCE or name.startswith((KEYS_PREFIX, COLUMNS_PREFIX)):
        return t("Set")
    return t("Set, and holds from the next start on")


def take_back(bench: Workbench, act: str) -> None:
    """Give an act its own keys again, at once; raises as ``Config.take_back`` does."""
    bench.config.take_back(act)
    bench.config = bench.config.reloaded()
    _show(bench, KEYS_PREFIX)


class Watch:
    """Looks whether the files of settings were written, by an editor or another process."""

    def __init__(self, bench: Workbench) -> None:
        """Take the settings of ``bench`` as the files have them now."""
        self._bench = bench
        self._shown = self._seen = bench.config.written()

    def look(self) -> None:
        """Show what the files say, once they are left alone: an editor may write in two steps."""
        seen, self._seen = self._seen, self._bench.config.written()
        if self._seen != self._shown and self._seen == seen:
            self._shown = seen
            follow(self._bench)


def follow(bench: Workbench) -> None:
    """Show what the files of settings say now; where they are broken, what was shown stays."""
    before = bench.config
    try:
        now = before.reloaded()
    except WorkbenchError as error:
        bench.say(f"{explained(error)} {t('What held before holds on.')}", "error")
        return
    bench.config = now
    for name in sorted(AT_ONCE):
        if before.get(name) != now.get(name):
            _show(bench, name)
    if before.themes != now.themes:
        bench.show_theme()
    if before.keys != now.keys:
        _show(bench, KEYS_PREFIX)
    bench.main.show_standing()
    views = bench.main.desk.views
    told = {*before.warnings, *unknown_views(before, views)}
    for warning in {*now.warnings, *unknown_views(now, views)} - told:
        bench.say(warning, "warning")


def _show(bench: Workbench, name: str) -> None:
    """Let the screen follow a setting."""
    main = bench.main
    if name == "lang":
        speak(bench)
    elif name == "author":
        main.desk.sign_as(bench.config.author)
        main.reread()
    elif name == "theme":
        bench.show_theme()
    elif name == "preview":
        main.preview = bench.config.preview
        main.share_out()
    elif name == "columns" or name.startswith(COLUMNS_PREFIX):
        main.show_standing()
    elif name == "fold_lines":
        main.reader.thread.most_lines = bench.config.fold_lines
    elif name == "sync_minutes":
        main.sharing.set_minutes(bench.config.sync_minutes)
    elif name.startswith(KEYS_PREFIX):
        bench.keys = KeyTable(bench.config.keymap())
        _relabel(bench)


def speak(bench: Workbench) -> None:
    """Speak the language of the settings, on every screen that is open."""
    language.setup(language.choose(str(bench.config.get("lang")), os.environ))
    _relabel(bench)


def _relabel(bench: Workbench) -> None:
    for screen in bench.screen_stack:
        if isinstance(screen, Commanded):
            screen.relabel()
