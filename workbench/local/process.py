"""Which process holds a draft open: its number, and when it started (numbers are used again)."""

from __future__ import annotations

import os


def own() -> str:
    """Return the mark of this process."""
    return mark(os.getpid())


def mark(pid: int) -> str:
    """Return "PID:START"; the start is "" where the system does not tell."""
    return f"{pid}:{_started(pid)}"


def alive(process: str) -> bool:
    """True while the process of this mark runs."""
    pid, _, started = process.partition(":")
    if not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _started(int(pid)) == started


def _started(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            stat = file.read()
    except OSError:
        return ""
    # The name in parentheses may hold spaces; the start time is the 20th field behind it.
    return stat.rpartition(")")[2].split()[19]
