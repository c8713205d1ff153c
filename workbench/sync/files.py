"""Files in a folder that others write, too: read with care, and put in place only when whole."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from time import sleep
from typing import IO

from workbench.cases.refusals import reason
from workbench.cases.said import said
from workbench.local.points import reached
from workbench.sync.remote import Unreachable

PAUSES = (0.05, 0.2, 0.5, 1.0) if os.name == "nt" else ()
"""Waits (s) for a virus scanner that holds a new file, on systems where that stops a rename."""
BROKEN = frozenset({
    errno.EACCES, errno.EPERM, errno.EIO, errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.ENOTDIR,
    errno.ENAMETOOLONG, errno.EINVAL,
})  # fmt: skip
"""What one file or feed may say without the whole folder being out of reach."""
TEMPORARY_MS = 7 * 86_400_000
"""How long a temporary file of a stopped copy is left."""


def unreachable(root: Path, error: OSError) -> Unreachable:
    """Return what to say of a store's folder that can't be used."""
    return Unreachable(
        said(
            "the store's folder {folder} can't be used: {why}",
            folder=root,
            why=reason(error),
        ),
        said("Sync again when it can be reached."),
    )


def open_regular(path: Path) -> IO[bytes] | None:
    """Open a regular file; None for a FIFO or a device."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    file = os.fdopen(handle, "rb")
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return file
    file.close()
    return None


def read_regular(path: Path, limit: int) -> bytes | None:
    """Return a regular file's bytes; None for a FIFO, a device, or one of more than ``limit``."""
    file = open_regular(path)
    if file is None:
        return None
    with file:
        if os.fstat(file.fileno()).st_size > limit:
            return None
        return file.read(limit + 1)


def make_shared(folder: Path, root: Path) -> None:
    """Make a folder in which whoever may write to the store's root may write."""
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        folder.chmod(stat.S_IMODE(root.stat().st_mode))


def remove_old(folder: Path, names: Iterable[str], now: int) -> None:
    """Remove what a copy that was stopped a week ago left half written; ``now`` in ms."""
    try:
        for name in names:
            if now - (folder / name).lstat().st_mtime_ns // 1_000_000 > TEMPORARY_MS:
                (folder / name).unlink()
    except OSError:
        return  # it costs a little room, nothing else


def open_new(path: Path) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o644), "wb")


def write_new(path: Path, data: Iterable[bytes], label: str, *, first: bool = False) -> None:
    """Write a file under its final name only when it is whole and on the disk.

    Args:
        data: its content, in pieces.
        first: keep a file that has the name already, instead of putting ours in its place.
    """
    temporary = path.parent / f".tmp-{os.urandom(8).hex()}"
    try:
        with open_new(temporary) as file:
            for piece in data:
                file.write(piece)
            file.flush()
            reached(f"{label}:before-fsync")
            os.fsync(file.fileno())
        reached(f"{label}:before-rename")
        _put(temporary, path, first=first)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    reached(f"{label}:after-rename")
    sync_folder(path.parent)
    reached(f"{label}:after-fsync")


def _put(temporary: Path, path: Path, *, first: bool) -> None:
    if first:
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            os.replace(temporary, path)
            return
        temporary.unlink()
        return
    for pause in (*PAUSES, None):
        try:
            os.replace(temporary, path)
        except PermissionError:
            if pause is None:
                raise
            sleep(pause)
        else:
            return


def sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)
