"""Files put in their place in one step: at every moment the old one or the new one, whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from workbench.local.points import reached


def write_atomic(path: Path, chunks: Iterable[bytes], label: str, *, alone: bool = False) -> int:
    """Write a file beside its place, force it to disk and rename it; return its size in bytes.

    A link keeps pointing at the file it points at, and a file that is there keeps its rights. What
    is no regular file, as a pipe, can't be replaced and is written to.

    Args:
        path: where the file shall stand; its folder must be there.
        chunks: its content. An exception while these are made leaves everything as it was.
        label: the first half of the names of the points that a test may stop at.
        alone: no other process writes this file now, so what one that died left half written
            beside it can be written over.

    Raises:
        OSError: the file can't be written.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with target.open("wb") as file:
            return sum(file.write(chunk) for chunk in chunks)
    beside = target.with_name(
        f".{target.name}.new" if alone else f".{target.name}.{os.getpid()}.new"
    )
    try:
        size = _write_through(beside, chunks, label)
        if mode is not None:
            beside.chmod(stat.S_IMODE(mode))
        reached(f"{label}:before-rename")
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    reached(f"{label}:after-rename")
    sync_folder(target.parent, label)
    return size


def _write_through(path: Path, chunks: Iterable[bytes], label: str) -> int:
    """Write a file and force its content to disk."""
    with path.open("wb") as file:
        size = sum(file.write(chunk) for chunk in chunks)
        file.flush()
        reached(f"{label}:before-fsync")
        os.fsync(file.fileno())
        reached(f"{label}:after-fsync")
    return size


def sync_folder(folder: Path, label: str) -> None:
    """Force a folder's list of names to disk, where folders can be opened."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        reached(f"{label}:before-folder-fsync")
        os.fsync(descriptor)
        reached(f"{label}:after-folder-fsync")
    finally:
        os.close(descriptor)
