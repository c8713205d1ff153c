"""Exchanges in processes of their own that are killed at a named point, or can't write more."""

from __future__ import annotations

import itertools
import os
import resource
import signal
from pathlib import Path

from workbench.cases.errors import WorkbenchError
from workbench.desk import Desk
from workbench.local import outbox, points
from workbench.sync import packs, sending
from workbench.sync.folder import Folder
from workbench.sync.postgres import Postgres, statements
from workbench.sync.remote import Limits


def small_pages() -> None:
    """Let a page of a database hold few changes, so that the next one is read meanwhile."""
    statements.FIRST_ITEMS, statements.PAGE_ITEMS = 1, 2


def exchange(
    path: Path,
    name: str,
    kill_at: str | None,
    passed_to: Path,
    how: signal.Signals = signal.SIGKILL,
) -> None:
    """Exchange; write down each point that is passed, and die at the first of that name.

    Args:
        how: the signal that the process sends itself there.
    """
    small_pages()
    with passed_to.open("w", encoding="utf-8", buffering=1) as log:

        def hook(point: str) -> None:
            log.write(point + "\n")
            if point == kill_at:
                os.kill(os.getpid(), how)

        points.hook = hook
        with Desk.open(path, name) as desk:
            desk.exchange("team")


def exchange_and_halt(path: Path, name: str, halt_at: str | None, passed_to: Path) -> None:
    """Do the same, but stand still at that point until somebody lets the process go on."""
    exchange(path, name, halt_at, passed_to, signal.SIGSTOP)


def exchange_and_pack(path: Path, name: str, kill_at: str | None, passed_to: Path) -> None:
    """Do the same, where three files make a pack."""
    packs.FAN = 3
    exchange(path, name, kill_at, passed_to)


def small_batches() -> None:
    """Let a batch hold few changes, so that a small push is several batches."""
    outbox.FILL, sending.FIRST = 3, 2
    Folder.limits = Postgres.limits = Limits(4, 1 << 20)


def exchange_in_batches(path: Path, name: str, kill_at: str | None, passed_to: Path) -> None:
    """Exchange in small batches, and die at the n-th point that is passed in any thread."""
    small_batches()
    count = itertools.count(1)
    with passed_to.open("w", encoding="utf-8", buffering=1) as log:

        def hook(point: str) -> None:
            log.write(point + "\n")
            if str(next(count)) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

        points.hook = hook
        with Desk.open(path, name) as desk:
            desk.exchange("team")


def exchange_on_a_full_disk(path: Path, name: str, room: int, told: Path) -> None:
    """Exchange where no file may grow beyond ``room`` bytes; write down what is told."""
    desk = Desk.open(path, name)
    desk._tools.db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    log = told.open("w", encoding="utf-8")
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        desk.exchange("team")
    except WorkbenchError as error:
        log.write(str(error))
    # Without more room nothing can be closed in an orderly way.
    os.write(log.fileno(), b"")
    log.flush()
    os._exit(0)
