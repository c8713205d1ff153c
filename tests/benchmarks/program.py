"""The program and its peers as processes: compiled, away from a person's own files."""

from __future__ import annotations

import compileall
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BARE = ROOT / "tests" / "benchmarks" / "bare.py"


def compiled() -> None:
    """Write what Python makes of the source: without it a start takes four times as long."""
    for folder in ("workbench", "widgets"):
        compileall.compile_dir(ROOT / folder, quiet=2)


def environment(folder: Path) -> dict[str, str]:
    """Return the variables of a child process: no settings, one language, files in ``folder``."""
    # Some environments never let Python write compiled files: then the first start would pay
    # for all, and so would every other.
    left_out = {"PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES", "NO_COLOR"}
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in left_out and not name.startswith(("WORKBENCH_", "TEXTUAL"))
    }
    return {
        **kept,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "data"),
    }


def workbench(*words: str) -> list[str]:
    """Return the command line of the installed program."""
    program = Path(sys.executable).with_name("workbench")
    if program.exists():
        return [sys.executable, str(program), *words]
    return [sys.executable, "-m", "workbench", *words]


def bare(kind: str) -> list[str]:
    """Return the command line of a bare Textual app."""
    return [sys.executable, str(BARE), kind]


def run(command: Sequence[str], env: dict[str, str]) -> None:
    """Run a command to its end, without input and output.

    Raises:
        RuntimeError: it failed.
    """
    silent = [(os.POSIX_SPAWN_OPEN, side, os.devnull, os.O_RDWR, 0) for side in (0, 1, 2)]
    pid = os.posix_spawn(command[0], list(command), env, file_actions=silent)
    _, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(command)} failed with {status}")
