"""The clipboard by a program of one's own: for terminals that know no OSC 52."""

from __future__ import annotations

import shlex
import subprocess

from workbench.cases.errors import BadInput
from workbench.language import t, trouble

SECONDS = 5.0
"""How long the program may take to read the text; some stay to serve it, in the background."""


def hand_over(command: str, text: str) -> None:
    """Give a text to a program, on its standard input, in UTF-8.

    Raises:
        BadInput: there is no such program, or it failed.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise _failed(command, t("a quote is not closed")) from error
    try:
        done = subprocess.run(
            words,
            input=text.encode(errors="replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        why = t("it took longer than {seconds} seconds", seconds=f"{SECONDS:.0f}")
        raise _failed(command, why) from error
    except (OSError, ValueError) as error:
        raise _failed(command, trouble(error)) from error
    if done.returncode:
        raise _failed(command, t("exit status {status}", status=done.returncode))


def _failed(command: str, reason: str) -> BadInput:
    return BadInput(
        t("“{command}” took no text: {reason}.", command=command, reason=reason),
        t("See the setting copy_command."),
    )
