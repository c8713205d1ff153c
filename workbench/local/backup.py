"""A safe copy of the file while it is in use, and of the contents of files that lie beside it.

"A copy is whole or it is not there": everything is written beside its place, looked through and
forced to disk before it bears its name, the database last.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from workbench.cases.errors import WorkbenchError
from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.local.blobs import Blobs, pieces_of
from workbench.local.database import LOOK, Database, explain
from workbench.local.files import place_beside, sync_folder
from workbench.local.points import reached

PAGES = 2048
"""How many pages are copied between two reports of how far it has come."""

Progress = Callable[[int, int], None]


class Backup(Record):
    """What a copy holds. ``size`` and ``files_size`` in bytes.

    ``files`` contents of attached files were copied to ``folder``; ``left`` are here and were not
    copied, ``not_here`` are attached and were not here either.
    """

    file: Path
    size: int
    cases: int
    changes: int
    files: int
    files_size: int
    left: int
    not_here: int
    folder: Path | None


def back_up(
    db: Database, target: Path, *, files: bool = True, progress: Progress | None = None
) -> Backup:
    """Copy the database to a new file, and the contents of files to a folder beside it.

    Writers go on meanwhile: the copy is what the file was when it began.

    Args:
        files: copy the contents of attached files too.
        progress: is told (pages done, pages in all).

    Raises:
        WorkbenchError: the target is there already, or the copy is not sound.
        OSError: it can't be written.
    """
    folder = target.with_name(target.name + ".files")
    for path in (target, folder):
        if os.path.lexists(path):
            raise _taken(path)
    if not target.parent.is_dir():
        raise WorkbenchError(
            said("there is no folder {folder}", folder=target.parent),
            said("Make it, or name a file elsewhere."),
        )
    beside = place_beside(target)
    files_beside = beside.with_name(beside.name + ".files")
    contents = Blobs(db)
    try:
        with db.read():
            # Read before it is copied: only then all of it is of one moment.
            known = [sha for (sha,) in db.rows("SELECT sha256 FROM blob ORDER BY sha256")]
            cases = db.value("SELECT count(*) FROM cases")
            changes = db.value("SELECT count(*) FROM op")
            not_here = db.value(
                "SELECT count(DISTINCT sha256) FROM attachment a WHERE NOT EXISTS"
                " (SELECT 1 FROM blob b WHERE b.sha256 = a.sha256)"
            )
            _copy_pages(db, beside, progress)
        _look_through(beside, changes)
        reached("backup:after-copy")
        copied, size = _copy_files(contents, known, files_beside) if files else (0, 0)
        lost = len(known) - copied if files else 0
        reached("backup:after-files")
        _put(beside, target, files_beside if copied else None, folder)
    except BaseException as error:
        beside.unlink(missing_ok=True)
        shutil.rmtree(files_beside, ignore_errors=True)
        if isinstance(error, sqlite3.Error):
            raise explain(error, target) from error
        raise
    sync_folder(target.parent, "backup")
    return Backup(
        target,
        target.stat().st_size,
        cases,
        changes,
        copied,
        size,
        0 if files else len(known),
        not_here + lost,
        folder if copied else None,
    )


def look_beside(db: Database) -> None:
    """Bring a copy's knowledge of the contents of files up to what lies beside it, once."""
    Blobs(db).look()
    with db.write("look"):
        db.run("DELETE FROM meta WHERE name = ?", LOOK)


def _taken(path: Path) -> WorkbenchError:
    return WorkbenchError(
        said("{file} is there already, and a backup overwrites nothing", file=path),
        said("Name a file that is not there yet."),
    )


def _copy_pages(db: Database, beside: Path, progress: Progress | None) -> None:
    """Copy page by page within one state of the file, so that no writer makes it begin anew."""
    with closing(sqlite3.connect(beside, isolation_level=None)) as copy:
        # Without shared memory and log: a copy may go to a share or a stick.
        copy.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.connection.backup(
            copy,
            pages=PAGES,
            progress=None
            if progress is None
            else lambda _, left, total: progress(total - left, total),
        )
        copy.execute("PRAGMA journal_mode = DELETE")
        # Whoever exchanges or writes just now does so in the original.
        copy.execute("DELETE FROM meta WHERE name = 'exchanging'")
        copy.execute("INSERT OR REPLACE INTO meta VALUES (?, '')", (LOOK,))


def _look_through(beside: Path, changes: int) -> None:
    """Make sure that the copy is sound and on the disk."""
    with closing(sqlite3.connect(f"{beside.absolute().as_uri()}?mode=ro", uri=True)) as copy:
        found = [str(row[0]) for row in copy.execute("PRAGMA quick_check")]
        counted = copy.execute("SELECT count(*) FROM op").fetchone()[0]
    if found != ["ok"] or counted != changes:
        raise WorkbenchError(
            said("the copy is not sound ({reason}), so none was kept", reason=found[0]),
            said("workbench doctor looks whether the file itself is."),
        )
    _force(beside)


def _copy_files(contents: Blobs, known: list[str], folder: Path) -> tuple[int, int]:
    """Copy the contents that are here and sound; return how many, and their bytes."""
    copied = size = 0
    for sha256 in known:
        source = contents.open(sha256)
        if source is None:
            continue
        target = folder / sha256[:2] / sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        with source, target.open("xb") as file:
            size += sum(file.write(piece) for piece in pieces_of(source))
        _force(target)
        copied += 1
    return copied, size


def _force(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _put(beside: Path, target: Path, files: Path | None, folder: Path) -> None:
    """Give the copy and the contents of its files their names, where nothing bears them meanwhile.

    "The database last": where it stands, everything does.
    """
    if files is not None:
        if os.path.lexists(folder):
            raise _taken(folder)
        files.rename(folder)
    try:
        _put_database(beside, target)
    except BaseException:
        if files is not None:
            folder.rename(files)
        raise


def _put_database(beside: Path, target: Path) -> None:
    try:
        os.link(beside, target)
    except FileExistsError:
        raise _taken(target) from None
    except OSError:  # a file system that has no links
        if os.path.lexists(target):
            raise _taken(target) from None
        beside.rename(target)
    with suppress(FileNotFoundError):
        beside.unlink()
