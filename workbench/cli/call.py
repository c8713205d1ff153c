"""One call of the program: its global options, its output, and the desk it works at."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from widgets.plain import visible
from workbench import language
from workbench.cases.errors import BadInput
from workbench.cli.output import Output, is_terminal
from workbench.language import t, told

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.cli.progress import ProgressLine
    from workbench.config import Config
    from workbench.desk import Desk

    Screen = Callable[[Desk, Config, str | None], int]


class Call:
    """What the global options said, and what is made of it when it is first needed.

    ``screen`` opens the terminal UI and returns the exit status when it is closed: it comes from
    outside, because this package must not know Textual. ``words`` are all of the command line.
    """

    def __init__(self, screen: Screen | None = None) -> None:
        self.db: str | None = None
        self.config_file: str | None = None
        self.author: str | None = None
        self.lang: str | None = None
        self.json = False
        self.words: Sequence[str] = ()
        self.screen = screen
        self.out = Output()
        self._desk: Desk | None = None
        self._line: ProgressLine | None = None
        self._config: Config | None = None

    @property
    def config(self) -> Config:
        """The settings in force, read once."""
        if self._config is None:
            from workbench.config import load

            # A complaint about the settings comes before they can say its language.
            asked = self.lang or os.environ.get("WORKBENCH_LANG")
            language.setup(language.choose(asked, os.environ))
            path = _native(self.config_file) if self.config_file else None
            self._config = load(path, environment(), self.options(), screens=False)
            for warning in self._config.warnings:
                self.out.say(visible(warning))
        return self._config

    @property
    def desk(self) -> Desk:
        """The desk, opened when a command first asks for it; what waited to be told is told."""
        if self._desk is None:
            for sentence in self.open_desk().news_of_drafts():
                self.out.say(visible(told(sentence)))
        return self.open_desk()

    def open_desk(self) -> Desk:
        """Return the desk, opened when it is first needed; a screen tells by itself."""
        if self._desk is None:
            from workbench.desk import Desk

            config = self.config
            try:
                self._desk = Desk.open(
                    config.db_file,
                    config.author,
                    speakers=config.speakers,
                    stale_days=config.stale_days,
                    progress=self._tell_worked_out,
                )
            finally:
                if self._line is not None:
                    self._line.clear()
            if "view_columns" in {*config.own.values, *config.machine.values}:
                from workbench.viewnames import unknown_views  # which most people do without

                for warning in unknown_views(config, self._desk.views):
                    self.out.say(visible(warning))
        return self._desk

    def _tell_worked_out(self, done: int, total: int) -> None:
        if self._line is None:
            from workbench.cli.progress import ProgressLine

            self._line = ProgressLine(None if self.json else sys.stderr)
        self._line.tell("worked out", done, total)

    def options(self) -> dict[str, str | None]:
        """Return what the global options said about settings."""
        db = _native(self.db) if self.db else None
        return {"db": db, "author": self.author, "lang": self.lang}

    def speak(self) -> None:
        """Use the language of the options, the environment, the settings or the locale."""
        language.setup(self.config.lang)

    def show_screen(self, desk: Desk, config: Config, begin: str | None = None) -> int:
        """Open the terminal UI, or of it what the act ``begin`` opens; return the exit status."""
        assert self.screen is not None
        config.check_screens()
        return self.screen(desk, config, begin)

    def close(self) -> None:
        """Close the desk, if it was opened."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None


def need_terminal(hint: str | None = None) -> None:
    """Make sure that a person sits at a terminal on which a screen can be shown.

    Raises:
        BadInput: input or output is a file or a pipe, or the terminal moves no cursor.
    """
    if os.environ.get("TERM") == "dumb":
        raise BadInput(t("This opens a screen, and a terminal with TERM=dumb shows none."), hint)
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise BadInput(t("This opens a screen and needs a terminal, and here is none."), hint)


def environment() -> dict[str, str]:
    """Return the environment with the author's name read as UTF-8, whatever the locale."""
    name = os.environ.get("WORKBENCH_AUTHOR", "")
    return {**os.environ, "WORKBENCH_AUTHOR": utf8(name)}


def utf8(word: str) -> str:
    """Return what the system decoded by the locale read as UTF-8."""
    return word if word.isascii() else os.fsencode(word).decode("utf-8", "surrogateescape")


def as_path(word: str) -> Path:
    """Return a path as the system spells it; the words of a command line are UTF-8 here."""
    from pathlib import Path

    return Path(_native(word))


def _native(word: str) -> str:
    return os.fsdecode(word.encode("utf-8", "surrogateescape"))
