"""What the terminal can do: it is asked, and measured by where its cursor stands afterwards.

Escape sequences are xterm's (DA1, DECRQM, CPR, XTVERSION) and kitty's (keyboard and graphics
protocol). "No terminal is waited for longer than the limit": all questions go out at once, and the
last is one that every terminal answers, so what was not answered before it never will be.
"""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty
from collections.abc import Mapping
from typing import NamedTuple

LIMIT_SECONDS = 2.0
"""A terminal behind a slow line answers within this, or not at all."""

AMBIGUOUS, WIDE, EMOJI = "●", "汉", "🔌"
_PLACE = "\x1b[6n"
_WHO = "\x1b[c"
_STRINGS = "\x1b[>0q\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\"
"""Questions with a string in them, which a console that knows no strings would print."""

_CLIPBOARD_OF = {
    **dict.fromkeys(("iTerm.app", "WezTerm", "ghostty", "vscode", "mintty", "rio"), True),
    **dict.fromkeys(("Apple_Terminal",), False),
}
_CLIPBOARD_TERMS = ("xterm-kitty", "xterm-ghostty", "foot", "alacritty", "wezterm", "contour")


class Abilities(NamedTuple):
    """What a terminal can do; None where it does not say."""

    name: str | None
    answers: bool
    utf8: bool
    colours: int
    """How many colours it shows: 16777216, 256, 16, 8 or 1."""
    ambiguous_width: int | None
    wide_width: int | None
    emoji_width: int | None
    kitty_keys: bool | None
    osc52: bool | None
    pictures: str | None
    """"kitty", "sixel", or "" for none."""
    bracketed_paste: bool | None
    seconds: float


def questions(env: Mapping[str, str]) -> bytes:
    """Return what the terminal is asked; nothing where it would print the questions."""
    term = env.get("TERM", "")
    if term in ("", "dumb"):
        return b""
    measured = "".join(f"\r{sign}{_PLACE}" for sign in (AMBIGUOUS, WIDE, EMOJI))
    # "?u" and "$p" are CSI sequences, which even a console that does not know them swallows.
    strings = "" if term.startswith(("linux", "cons", "vt1")) else _STRINGS
    return f"{measured}\r\x1b[K{strings}\x1b[?u\x1b[?2004$p{_WHO}".encode()


def ask(reads: int, writes: int, env: Mapping[str, str], limit: float = LIMIT_SECONDS) -> Abilities:
    """Ask the terminal and return what it can do.

    Args:
        reads: the descriptor that its answers come from; what is typed meanwhile is lost.
        writes: the descriptor that it is written to.
        env: the environment, for what a terminal is not asked.
        limit: after so many seconds it is not waited for any longer.
    """
    before = termios.tcgetattr(reads)
    began = time.monotonic()
    answer = b""
    try:
        tty.setraw(reads, termios.TCSAFLUSH)
        asked = questions(env)
        if asked:
            os.write(writes, asked)
            answer = _answer(reads, began + limit)
    finally:
        termios.tcsetattr(reads, termios.TCSAFLUSH, before)
        if answer == b"" and env.get("TERM", "") not in ("", "dumb"):
            os.write(writes, b"\r\x1b[K")
    return understood(answer, env, time.monotonic() - began)


def _answer(reads: int, until: float) -> bytes:
    """Return what the terminal says up to its answer to the last question."""
    answer = b""
    while not re.search(rb"\x1b\[\?[\d;]*c", answer):
        if not select.select([reads], [], [], max(until - time.monotonic(), 0))[0]:
            break
        read = os.read(reads, 4096)
        if not read:
            break
        answer += read
    return answer


def understood(answer: bytes, env: Mapping[str, str], seconds: float = 0.0) -> Abilities:
    """Return what an answer means, with what the environment says.

    Args:
        answer: all bytes that the terminal sent.
        env: the environment.
        seconds: how long that took.
    """
    text = answer.decode("utf-8", "replace")
    columns = [int(column) - 1 for column in re.findall(r"\x1b\[\d+;(\d+)R", text)]
    ambiguous, wide, emoji = (*columns, None, None, None)[:3]
    identity = re.search(r"\x1b\[\?([\d;]*)c", text)
    features = set(identity[1].split(";")) if identity else set()
    version = re.search(r"\x1bP>\|([^\x1b]*)\x1b\\", text)
    paste = re.search(r"\x1b\[\?2004;(\d)\$y", text)
    picture = "kitty" if re.search(r"\x1b_Gi=31;OK", text) else "sixel" if "4" in features else ""
    return Abilities(
        name=version[1] if version else env.get("TERM_PROGRAM") or None,
        answers=bool(identity or columns),
        utf8=_is_utf8(env) and wide in (None, 2),
        colours=_colours(env),
        ambiguous_width=ambiguous,
        wide_width=wide,
        emoji_width=emoji,
        kitty_keys=bool(re.search(r"\x1b\[\?\d+u", text)) if identity else None,
        osc52=True if "52" in features else _clipboard(env),
        pictures=picture if identity else None,
        bracketed_paste=paste[1] != "0" if paste else _pastes(env),
        seconds=round(seconds, 3),
    )


def _is_utf8(env: Mapping[str, str]) -> bool:
    named = next((env[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if env.get(name)), "")
    return "utf8" in named.lower().replace("-", "")


def _colours(env: Mapping[str, str]) -> int:
    term = env.get("TERM", "")
    if env.get("COLORTERM") in ("truecolor", "24bit") or "direct" in term:
        return 1 << 24
    if "256color" in term or env.get("WT_SESSION"):
        return 256
    if term in ("", "dumb"):
        return 1
    import curses

    try:
        curses.setupterm(term, 1)
        return max(curses.tigetnum("colors"), 1)
    except curses.error:  # the system knows no such terminal
        return 8


def _clipboard(env: Mapping[str, str]) -> bool | None:
    """Return whether it is known to take what is copied; asking would read the clipboard."""
    term = env.get("TERM", "")
    if env.get("TMUX") or term.startswith("screen"):
        return None  # as the terminal around it and its own settings have it
    if term in ("linux", "dumb", "") or env.get("VTE_VERSION"):
        return False
    if env.get("WT_SESSION") or term.startswith(_CLIPBOARD_TERMS):
        return True
    return _CLIPBOARD_OF.get(env.get("TERM_PROGRAM", ""))


def _pastes(env: Mapping[str, str]) -> bool | None:
    return False if env.get("TERM", "") in ("linux", "dumb", "") else None
