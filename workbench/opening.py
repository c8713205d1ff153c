"""Handing a file or an address to the system's program for it."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

from workbench.cases.errors import WorkbenchError
from workbench.language import t, trouble

_RUNNING: list[subprocess.Popen[bytes]] = []
"""The programs that were started: a person may look at a file for hours, and nobody waits."""


def opener(own: str) -> list[str]:
    """Return the words of the command that opens files on this machine.

    Args:
        own: the command that the settings name; "" for the system's.

    Raises:
        WorkbenchError: there is none.
    """
    import shutil

    words = shlex.split(own)
    if not words and sys.platform == "win32":
        return ["cmd", "/c", "start", ""]
    found = words or ["open" if sys.platform == "darwin" else "xdg-open"]
    if shutil.which(found[0]) is None:
        raise WorkbenchError(
            t("There is no program “{name}” here that opens files.", name=found[0]),
            t("Name one: workbench config set opener PROGRAM, or give --to FOLDER."),
        )
    return found


def start(command: list[str], target: Path | str) -> None:
    """Start the program and leave it running; it must not write between our lines.

    Raises:
        WorkbenchError: it can't be started.
    """
    try:
        started = subprocess.Popen(
            [*command, str(target)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _RUNNING.append(started)
    except OSError as error:
        raise WorkbenchError(
            t(
                "{program} can't be started: {reason}.",
                program=command[0],
                reason=trouble(error),
            ),
            t("Name another: workbench config set opener PROGRAM, or give --to FOLDER."),
        ) from error
