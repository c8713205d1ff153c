"""The clipboard by a program of one's own: for terminals that know no OSC 52."""

from __future__ import annotations

import shlex
import subprocess

from workbench.cases.errors import BadInput
from workbench.language import t

SECONDS = 5.0
"""How long the program may take to read the text; some stay to serve it, in the background."""


def hand_over(command: str, text: str) -> None:
    """Give a text to a program, on its standard input, in UTF-8.

    Raises:
        BadInput: there is no such program, or it failed.
    """
    try:
        done = subprocess.run(
            shlex.split(command),
            input=text.encode(errors="replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise _failed(command, str(error)) from error
    if done.returncode:
        raise _failed(command, t("exit status {status}", status=done.returncode))


def _failed(command: str, reason: str) -> BadInput:
    return BadInput(
        t("“{command}” took no text: {reason}.", command=command, reason=reason),
        t("See the setting copy_command."),
    )
