"""The door to the terminal UI: it loads Textual, and so nothing that shows no screen may import it.

What is loaded before the first row is painted is what a person waits for.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.config import Config
    from workbench.desk import Desk
    from workbench.tui.firstpaint import Painted


def run(desk: Desk, config: Config, begin: str | None = None) -> int:
    """Show the workbench on the terminal until the person quits.

    Args:
        desk: The open desk; whoever opened it closes it.
        config: The settings in force; the language has been set up.
        begin: An act to begin with; the program ends when the screen that it opens does.

    Returns:
        The exit status: 0, or 1 if the program broke.
    """
    choose_keyboard(config.kitty_keys, os.environ)
    if config.slow_link:
        spare_line(os.environ)
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    ask_terminal_for_size(os.environ)
    with first_frame(desk, config) as painted:
        # Importing makes tens of thousands of objects that all stay: collecting them is lost time.
        gc.disable()
        try:
            from workbench.tui.application import Workbench

            gc.freeze()
        finally:
            gc.enable()
        if painted.is_there:
            from workbench.tui.driver import ReadingDriver

            ReadingDriver.is_painted = True
        application = Workbench(desk, config, cursor=painted.cursor, begin=begin)
        if application.console.color_system == "standard":
            application.has_sixteen_colours = True
            application.show_theme()
        result = application.run()
    return application.return_code or result or 0


def ask_terminal_for_size(env: MutableMapping[str, str]) -> None:
    """Let the terminal's own size hold, if it says one: what a shell exported stays as it was when
    the window is drawn larger."""
    with suppress(OSError):
        if os.get_terminal_size().columns:
            env.pop("COLUMNS", None)
            env.pop("LINES", None)


@contextmanager
def first_frame(desk: Desk, config: Config) -> Iterator[Painted]:
    """Show the first rows while Textual is loaded; the terminal is as it was in the end."""
    from workbench.tui.firstpaint import LEAVE, Painted, can_paint, paint

    # Over a slow line a second frame is not for free.
    if config.slow_link or not can_paint(dict(os.environ)):
        yield Painted()
        return
    import termios

    before = termios.tcgetattr(0)
    silent = termios.tcgetattr(0)
    # What is typed until Textual listens waits for it, unseen and as it was typed.
    silent[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    silent[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
    termios.tcsetattr(0, termios.TCSANOW, silent)
    try:
        yield paint(desk, config, time_ms, sys.__stderr__ or sys.stderr)
    except BaseException:
        sys.stderr.write(LEAVE)
        raise
    finally:
        termios.tcsetattr(0, termios.TCSANOW, before)


def time_ms() -> int:
    """Return the time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


FRAMES = "120"
"""At most so many frames a second: what a key changes in two steps is seen half as late."""
LOSING_TERMINALS = frozenset({"iTerm.app", "WezTerm", "vscode"})
"""Terminals in which Textual loses text of an input method over the Kitty keyboard protocol."""


def choose_keyboard(setting: str, env: MutableMapping[str, str]) -> None:
    """Turn the Kitty keyboard protocol off where it is unwanted; Textual reads it when loaded."""
    lost = setting == "auto" and env.get("TERM_PROGRAM") in LOSING_TERMINALS
    if setting == "off" or lost:
        env.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")


SLOW_FPS = "15"
"""What is painted on a slow line within a fifteenth of a second goes out together."""


def spare_line(env: MutableMapping[str, str]) -> None:
    """Let Textual paint seldom and move nothing by itself; it reads this when it is loaded."""
    env.setdefault("TEXTUAL_FPS", SLOW_FPS)
    env.setdefault("TEXTUAL_ANIMATIONS", "none")
