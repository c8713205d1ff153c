"""Where a database may lie: on a local disk, in no folder that another program synchronises.

SQLite's WAL needs shared memory, which network file systems do not give; a synchronised folder
copies the file while it is being written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.cases.errors import WorkbenchError
from workbench.cases.said import said

if TYPE_CHECKING:
    from pathlib import Path

NETWORK = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ncpfs", "9p", "davfs", "ceph", "glusterfs",
    "lustre", "beegfs", "gpfs", "coda", "vboxsf", "fuse.sshfs", "fuse.rclone", "fuse.davfs",
    "fuse.s3fs", "fuse.glusterfs", "fuse.cephfs", "fuse.gvfsd-fuse", "fuse.vmhgfs-fuse",
})  # fmt: skip
MARKS = {
    ".stfolder": "Syncthing",
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".sync": "Resilio Sync",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
}
MOUNTS = "/proc/mounts"
_ESCAPE = r"\\([0-7]{3})"
MACHINE = "/etc/machine-id"


def check(path: str | Path, mounts: str | Path = MOUNTS) -> None:
    """Refuse a place at which the database would be damaged sooner or later.

    Raises:
        WorkbenchError: ``path`` is on a network file system or in a synchronised folder, be it
            by way of a link.
    """
    real = os.path.realpath(path)
    # Dropbox and Syncthing keep things of their own in the home, which they don't copy.
    home = os.path.expanduser("~")
    for folder in dict.fromkeys((*_above(os.fspath(path)), *_above(real))):
        for mark, program in MARKS.items():
            if folder != home and os.path.exists(os.path.join(folder, mark)):
                raise WorkbenchError(
                    said(
                        "{path} lies in a folder that {program} synchronises ({folder})",
                        path=path,
                        program=program,
                        folder=folder,
                    ),
                    said("Keep the database on this machine's own disk."),
                )
    kind = _file_system(real, mounts)
    if kind in NETWORK:
        raise WorkbenchError(
            said(
                "{path} lies on a network file system ({kind}), where SQLite can't keep it safe",
                path=path,
                kind=kind,
            ),
            said("Keep the database on this machine's own disk."),
        )


def _above(path: str) -> Iterator[str]:
    """Yield the folders above a path, the nearest first."""
    while (folder := os.path.dirname(path)) != path:
        yield folder
        path = folder


def home(path: Path, machine: str | Path = MACHINE) -> str:
    """Return where a file lies; a copy of it, or the same one on another machine, lies elsewhere.

    A virtual machine that is cloned as a whole takes all of this along; then the chain of its
    feed tells.
    """
    try:
        with open(machine, encoding="ascii", errors="replace") as file:
            name = file.read().strip()
    except OSError:
        from uuid import getnode  # costs every start of the program 15 ms

        name = f"{getnode():012x}"
    return f"{name}:{path.stat().st_ino}:{path.resolve()}"


def _file_system(path: str, mounts: str | Path) -> str:
    """Return the type of the file system that holds ``path``, or "" where nothing tells."""
    try:
        with open(mounts, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = re.sub(_ESCAPE, lambda code: chr(int(code[1], 8)), fields[1])
        inside = path == point or path.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:
            best, kind = len(point), fields[2]
    # A sandbox whose whole system lies on 9p has no other disk, and shares it with no machine.
    return "" if best <= 1 and kind == "9p" else kind
