"""What another process does at a file meanwhile: ``python -m tests.desk.beside WHAT FILE …``.

Each says "ready" when it can begin, and begins at a line on stdin.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from select import select

from workbench.desk import Desk, WorkbenchError


def write_notes(desk: Desk, number: str, count: str) -> None:
    """Write notes, one after the other."""
    case = desk.resolve(number)
    for nth in range(int(count)):
        desk.note(case, f"{desk.author} {nth}")


def write_on(desk: Desk, number: str) -> None:
    """Write notes until told to stop, and say how many."""
    case = desk.resolve(number)
    written = 0
    while not select([sys.stdin], [], [], 0)[0]:
        desk.note(case, f"{desk.author} {written}")
        written += 1
    print(written, flush=True)


def set_status(desk: Desk, number: str, count: str) -> None:
    """Set one status after the other."""
    case = desk.resolve(number)
    for nth in range(int(count)):
        desk.status([case], ("in_progress", "resolved")[nth % 2])


def read_page(desk: Desk, page: str) -> None:
    """Import a page."""
    report = desk.import_page(Path(page).read_bytes(), file_name=page)
    print(report.added, report.changed, report.unchanged, flush=True)


def take_back(desk: Desk) -> None:
    """Take back all there is."""
    done = 0
    try:
        while True:
            desk.undo()
            done += 1
    except WorkbenchError:
        print(done, flush=True)


ACTS: dict[str, Callable[..., None]] = {
    "notes": write_notes,
    "notes until told": write_on,
    "status": set_status,
    "page": read_page,
    "undo": take_back,
}


def main(what: str, path: str, author: str, *words: str) -> None:
    """Open the file, wait to be told, and act."""
    with Desk.open(path, author) as desk:
        print("ready", flush=True)
        sys.stdin.readline()
        ACTS[what](desk, *words)


if __name__ == "__main__":
    main(*sys.argv[1:])
