"""Files in a folder that others write, too: read with care, and put in place only when whole."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from time import sleep
from typing import IO

from workbench.local.points import reached

PAUSES = (0.05, 0.2, 0.5, 1.0)
"""Waits (s) for a virus scanner that holds a new file, on systems where that stops a rename."""


def read_regular(path: Path, limit: int) -> bytes | None:
    """Return a regular file's bytes; None for a FIFO, a device, or one of more than ``limit``."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode) or info.st_size > limit:
            return None
        return file.read(limit + 1)


def open_new(path: Path) -> IO[bytes]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o644), "wb")


def write_new(path: Path, data: bytes, label: str, *, first: bool = False) -> None:
    """Write a file under its final name only when it is whole and on the disk.

    Args:
        first: keep a file that has the name already, instead of putting ours in its place.
    """
    temporary = path.parent / f".tmp-{os.urandom(8).hex()}"
    try:
        with open_new(temporary) as file:
            file.write(data)
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
            if os.name != "nt" or pause is None:
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
