"""``doctor --terminal``: what the terminal can do, what it lacks, and what to do about it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator

from widgets.plain import visible
from workbench.cases.errors import BadInput
from workbench.cli.call import Call
from workbench.cli.output import is_terminal
from workbench.cli.terminal import AMBIGUOUS, Abilities, ask
from workbench.language import t

LEAST_COLUMNS, LEAST_LINES = 60, 20


def report(call: Call) -> int:
    """Ask the terminal, print what it says, and return the exit status.

    Raises:
        BadInput: there is none.
    """
    # What is printed may go to a file: the terminal is then spoken to where errors go.
    writes = next((s for s in (sys.stdout, sys.stderr) if is_terminal(s)), None)
    if writes is None or not is_terminal(sys.stdin):
        raise BadInput(t("This asks the terminal, and here is none."))
    able = ask(sys.stdin.fileno(), writes.fileno(), os.environ)
    size = shutil.get_terminal_size()
    lacks = [*_lacks(able, size)]
    if call.json:
        call.out.json(
            {
                "terminal": able.name,
                "term": os.environ.get("TERM") or None,
                "tmux": bool(os.environ.get("TMUX")),
                "ssh": bool(os.environ.get("SSH_CONNECTION")),
                "columns": size.columns,
                "lines": size.lines,
                **{k: v for k, v in able._asdict().items() if k not in ("name", "pictures")},
                "pictures": able.pictures or None,
                "no_color": bool(os.environ.get("NO_COLOR")),
                "lacks": [{"code": code, "text": text} for code, text in lacks],
            }
        )
        return 0
    for line in _facts(able, size):
        call.out.data(f"· {visible(line)}\n")
    for _, text in lacks:
        call.out.data(f"✗ {visible(text)}\n")
    if not lacks:
        call.out.data("✓ " + t("The terminal lacks nothing.") + "\n")
    return 0


def _facts(able: Abilities, size: os.terminal_size) -> Iterator[str]:
    """Yield what is known, a line each."""

    def say(known: bool | None) -> str:
        return t("not known") if known is None else t("yes") if known else t("no")

    name = able.name or os.environ.get("TERM") or t("not known")
    yield t("terminal: {name}, {columns}x{lines}", name=name, columns=size[0], lines=size[1])
    if os.environ.get("NO_COLOR"):
        yield t("colours: {count}, but NO_COLOR is set: none is used", count=able.colours)
    else:
        yield t("colours: {count}", count=able.colours)
    yield t("UTF-8: {known}", known=say(able.utf8))
    yield t(
        "cells of {sign}, a Chinese character, an emoji: {cells}",
        sign=AMBIGUOUS,
        cells=", ".join(
            "?" if cells is None else str(cells)
            for cells in (able.ambiguous_width, able.wide_width, able.emoji_width)
        ),
    )
    yield t("Kitty's keys: {known}", known=say(able.kitty_keys))
    yield t("copying by OSC 52: {known}", known=say(able.osc52))
    yield t(
        "pictures: {known}", known=able.pictures or say(None if able.pictures is None else False)
    )
    yield t("bracketed paste: {known}", known=say(able.bracketed_paste))


def _lacks(able: Abilities, size: os.terminal_size) -> Iterator[tuple[str, str]]:
    """Yield a code for each thing that is missing and matters, and what to do about it."""
    if not able.answers:
        yield "answers", t("It answers no question, so its widths are not known.")
    if not able.utf8:
        yield "utf8", t("It shows no UTF-8: set LANG to zh_CN.UTF-8 or C.UTF-8.")
    if os.environ.get("TERM") == "linux":
        yield (
            "glyphs",
            t(
                "The Linux console shows 512 signs and no Chinese: come by SSH from a desktop, or "
                "start kmscon or fbterm in it."
            ),
        )
    if size.columns < LEAST_COLUMNS or size.lines < LEAST_LINES:
        yield "size", t("It is smaller than 60x20: much will be cut.")
    if able.colours < 256:
        yield "colours", t("It has few colours: statuses are told by their signs and words.")
    if able.ambiguous_width == 2:
        yield (
            "ambiguous_width",
            t(
                "It shows {sign} and … two cells wide: set ambiguous characters to narrow.",
                sign=AMBIGUOUS,
            ),
        )
    if able.emoji_width is not None and able.emoji_width != 2:
        yield "emoji_width", t("Its emoji are not two cells wide: lines with them may shift.")
    if able.osc52 is False:
        yield (
            "osc52",
            t("It takes nothing for the clipboard: `workbench config set copy_command` a program."),
        )
    if able.bracketed_paste is False:
        yield (
            "bracketed_paste",
            t("It does not mark what is pasted: paste only where text is written."),
        )
    if able.pictures == "":
        yield "pictures", t("It shows no pictures: `workbench open` hands them to the system.")
