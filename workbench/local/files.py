"""Files put in their place in one step: at every moment the old one or the new one, whole."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from workbench.local import process
from workbench.local.points import reached

NEW = ".new"


def write_atomic(path: Path, chunks: Iterable[bytes], label: str) -> int:
    """Write a file beside its place, force it to disk and rename it; return its size in bytes.

    A link keeps pointing at the file it points at, and a file that is there keeps its rights. What
    is no regular file, as a pipe, can't be replaced and is written to. What a process of this
    machine that died left half written in the folder is removed: it may hold anything.

    Args:
        path: where the file shall stand; its folder must be there.
        chunks: its content. An exception while these are made leaves everything as it was.
        label: the first half of the names of the points that a test may stop at.

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
    beside = place_beside(target)
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


def place_beside(target: Path) -> Path:
    """Return where to write what shall be put in the place of a file once it is whole.

    What processes of this machine that died left there, beside any file of the folder, is removed.
    What is written besides has that name and an ending.
    """
    _remove_left(target.parent)
    return target.with_name(_ours() + process.own().replace(":", "-") + NEW)


def _ours() -> str:
    """Return how a file that is not in its place yet is called on this machine.

    In a shared folder the number of another machine's process would mean nothing here.
    """
    machine = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return f".workbench-{sha256(machine.encode()).hexdigest()[:12]}-"


def _remove_left(folder: Path) -> None:
    """Remove what processes of this machine that are dead left half written in a folder."""
    ours = _ours()
    with suppress(OSError):  # it costs room, and the next one tries again
        for name in os.listdir(folder):
            if name.startswith(ours) and NEW in name:
                owner = name.removeprefix(ours).partition(NEW)[0].replace("-", ":", 1)
                if not process.alive(owner):
                    _remove(folder / name)


def _remove(path: Path) -> None:
    if not path.is_dir():
        path.unlink()
        return
    from shutil import rmtree  # 5 ms, which no start has to wait for

    rmtree(path)


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
