"""The contents of attached files, each under its sha256, in a folder beside the database.

"What bears a hash has it": a content is put in its place when it is whole and on the disk, and
compared with its name each time it is read. Equal contents are stored once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256 as new_hash
from pathlib import Path
from typing import IO

from workbench.cases.files import is_hash
from workbench.cases.record import Record
from workbench.local import process
from workbench.local.database import FORGET, Database
from workbench.local.files import sync_folder
from workbench.local.points import reached
from workbench.local.segments import DAY_MS
from workbench.local.stores import CLEARED, OWN

PIECE = 256 * 1024
"""How many bytes are read or written at once."""

DOOMED = (
    "SELECT DISTINCT json_extract(stub, '$.sha256') AS sha FROM op WHERE bytes IS NULL"
    " AND json_extract(stub, '$.k') = 'att' AND sha IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = sha)"
)
"""The contents that redactions took out, and that nothing else bears."""

UNSENT = (
    " FROM attachment a JOIN blob b ON b.sha256 = a.sha256 WHERE NOT EXISTS"
    " (SELECT 1 FROM stored s WHERE s.store = ?1 AND s.sha256 = a.sha256)"
    f" AND (NOT {OWN.format('?1')} OR EXISTS (SELECT 1 FROM op o WHERE o.subject = a.case_id"
    " AND json_extract(CAST(o.bytes AS TEXT), '$.i') = a.name"
    " AND (o.mine OR EXISTS (SELECT 1 FROM outbox x WHERE x.store = ?1 AND x.op = o.id))))"
)
"""The files whose content is here and, as far as we know, is to be in a store and is not; takes the
store."""

Read = Callable[[int], Iterable[bytes]]
"""Gives the bytes of a content from a place on, in order."""


class TooLarge(Exception):
    """A content has more bytes than allowed."""


class Blob(Record):
    """A content that is here; ``size`` in bytes."""

    sha256: str
    size: int


class Missing(Record):
    """A content that is attached somewhere and not here. ``stored``: the store had it once."""

    sha256: str
    size: int
    author: str
    stored: bool


class Blobs:
    """The contents that this copy holds."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._db.path.with_name(self._db.path.name + ".files")

    def path(self, sha256: str) -> Path:
        """Return where a content lies, if it does."""
        if not is_hash(sha256):
            raise ValueError("no sha256")
        return self.folder / sha256[:2] / sha256

    # --- writing ------------------------------------------------------------------------------

    def keep(self, pieces: Iterable[bytes], limit: int) -> Blob:
        """Keep a content, to be attached.

        One that was redacted is marked first as still to be got rid of: if it comes to no
        attachment, the next start does so.

        Args:
            pieces: its bytes.
            limit: how many there may be at most.

        Raises:
            TooLarge: there are more; nothing is kept.
            OSError: it can't be written.
        """
        self._clean_up()
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f".tmp-{process.own().replace(':', '-')}"
        digest, size = new_hash(), 0
        try:
            with temporary.open("wb") as file:
                for piece in pieces:
                    size += len(piece)
                    if size > limit:
                        raise TooLarge
                    digest.update(piece)
                    file.write(piece)
                _force(file)
            found = Blob(digest.hexdigest(), size)
            if self._is_doomed(found.sha256):
                with self._db.write("blob"):
                    self._db.run("INSERT OR IGNORE INTO meta VALUES (?, '')", FORGET)
            self._put(temporary, found)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return found

    def receive(self, wanted: Blob, read: Read) -> bool:
        """Fetch a content, from where an earlier try was cut off; False where it is another.

        Two processes may fetch one at once: both write the same bytes to the same places.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        part = self.folder / f".part-{wanted.sha256}"
        begun = part.stat().st_size if part.exists() else 0
        for start in dict.fromkeys((min(begun, wanted.size) // PIECE * PIECE, 0)):
            with part.open("r+b" if start else "wb") as file:
                file.seek(start)
                for piece in read(start):
                    file.write(piece)
                    reached("blob:after-piece")
                file.truncate()
                _force(file)
            try:
                whole = _hash_of(part) == wanted.sha256
                if whole:
                    self._put(part, wanted)
            except FileNotFoundError:  # another process put it in its place, or redacted it
                whole = self._is_sound(wanted.sha256) or self._is_doomed(wanted.sha256)
            if whole:
                if self._is_doomed(wanted.sha256):
                    self.discard_doomed()
                return True
            part.unlink(missing_ok=True)
        return False

    def _put(self, temporary: Path, blob: Blob) -> None:
        target = self.path(blob.sha256)
        target.parent.mkdir(exist_ok=True)
        reached("blob:before-rename")
        # In place of one that is there already: that may be damaged, and this one is not.
        temporary.replace(target)
        reached("blob:after-rename")
        sync_folder(target.parent, "blob")
        sync_folder(self.folder, "blob")
        with self._db.write("blob"):
            self._db.run("INSERT OR REPLACE INTO blob VALUES (?, ?)", *blob)

    def _clean_up(self) -> None:
        """Remove what processes left half written that run no more."""
        with suppress(OSError):
            for path in self.folder.glob(".tmp-*"):
                if not process.alive(path.name.removeprefix(".tmp-").replace("-", ":", 1)):
                    path.unlink(missing_ok=True)

    # --- reading ------------------------------------------------------------------------------

    def open(self, sha256: str) -> IO[bytes] | None:
        """Return a content's file, whose bytes were compared with its name; None where it is not.

        A damaged one is laid aside and counts as missing from then on.
        """
        if self._is_sound(sha256):
            with suppress(FileNotFoundError):
                return self.path(sha256).open("rb")
        self._lay_aside(sha256)
        return None

    def _lay_aside(self, sha256: str) -> None:
        path = self.path(sha256)
        with suppress(FileNotFoundError):
            path.replace(path.with_name(f"{sha256}.damaged"))
        self._forget([sha256])

    def look(self) -> int:
        """Bring what is known up to what lies in the folder; return how many are gone from it.

        A database that was restored or copied may tell of other contents than lie beside it.
        """
        there = dict(self._listed())
        if there and not there.keys().isdisjoint(self.doomed()):
            # Whoever was killed while attaching what others redacted left it without a change.
            self.discard_doomed()
            there = dict(self._listed())
        known = {sha for (sha,) in self._db.rows("SELECT sha256 FROM blob")}
        if gone := known - there.keys():
            self._forget(gone)
        if fresh := there.keys() - known:
            with self._db.write("blob"):
                self._db.connection.executemany(
                    "INSERT OR IGNORE INTO blob VALUES (?, ?)",
                    ((sha, there[sha].stat().st_size) for sha in fresh),
                )
        return len(gone)

    def _listed(self) -> Iterator[tuple[str, os.DirEntry[str]]]:
        with suppress(FileNotFoundError), os.scandir(self.folder) as folders:
            for folder in folders:
                if folder.is_dir():
                    with os.scandir(folder) as files:
                        yield from ((file.name, file) for file in files if is_hash(file.name))

    def check(self) -> int:
        """Lay aside every content that is not what its name says; return how many were not."""
        lost = self.unsound()
        for sha256 in lost:
            self._lay_aside(sha256)
        return len(lost)

    def unsound(self) -> list[str]:
        """Return the contents that are gone or not what their name says; nothing is changed."""
        known = [sha256 for (sha256,) in self._db.rows("SELECT sha256 FROM blob ORDER BY sha256")]
        return [sha256 for sha256 in known if not self._is_sound(sha256)]

    def _is_sound(self, sha256: str) -> bool:
        try:
            return _hash_of(self.path(sha256)) == sha256
        except FileNotFoundError:
            return False

    # --- what a store has ---------------------------------------------------------------------

    def unsent(self, store: int) -> list[Blob]:
        """Return what is here and, as far as we know, not in a store, the oldest first."""
        rows = self._db.rows(
            f"SELECT a.sha256, b.size{UNSENT} GROUP BY a.sha256 ORDER BY min(a.added_at)", store
        )
        return [Blob(*row) for row in rows]

    def missing(self, store: int) -> list[Missing]:
        """Return what is attached somewhere and not here, the newest first."""
        rows = self._db.rows(
            "SELECT a.sha256, max(a.size), max(a.author), EXISTS (SELECT 1 FROM stored s"
            " WHERE s.store = ? AND s.sha256 = a.sha256) FROM attachment a WHERE NOT EXISTS"
            " (SELECT 1 FROM blob b WHERE b.sha256 = a.sha256)"
            " GROUP BY a.sha256 ORDER BY max(a.added_at) DESC",
            store,
        )
        return [Missing(sha, size, author, bool(there)) for sha, size, author, there in rows]

    def stored(self, store: int) -> list[Blob]:
        """Return what is here and should be in a store."""
        rows = self._db.rows(
            "SELECT b.* FROM blob b JOIN stored s ON s.sha256 = b.sha256 WHERE s.store = ?", store
        )
        return [Blob(*row) for row in rows]

    def marked(self, store: int, wanted: Iterable[str]) -> set[str]:
        """Return those of these that a store is known to have."""
        rows = self._db.rows_in(
            "SELECT sha256 FROM stored WHERE sha256 IN ({}) AND store = ?", wanted, store
        )
        return {sha for (sha,) in rows}

    def attached(self, wanted: Iterable[str]) -> set[str]:
        """Return those of these that are attached to a case."""
        rows = self._db.rows_in("SELECT sha256 FROM attachment WHERE sha256 IN ({})", wanted)
        return {sha for (sha,) in rows}

    def mark(self, store: int, found: Iterable[str]) -> None:
        """Remember that a store has these."""
        with self._db.write("blob"):
            self._db.connection.executemany(
                "INSERT OR IGNORE INTO stored VALUES (?, ?)", ((store, sha) for sha in found)
            )

    def unmark(self, store: int, lost: Iterable[str] | None = None) -> None:
        """Remember that a store does not have these whole; without ``lost`` any."""
        with self._db.write("blob"):
            if lost is None:
                self._db.run("DELETE FROM stored WHERE store = ?", store)
                return
            self._db.connection.executemany(
                "DELETE FROM stored WHERE store = ? AND sha256 = ?", ((store, sha) for sha in lost)
            )

    def clear(self, store: int, gone: Iterable[str], now: int) -> None:
        """Remember that a store was rid of these just now."""
        value = f"{now} {_digest(gone)}"
        with self._db.write("blob"):
            self._db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", CLEARED.format(store), value)

    def is_clear(self, store: int, gone: Iterable[str], now: int) -> bool:
        """True where a store was rid of just these within the last day."""
        value = self._db.value("SELECT value FROM meta WHERE name = ?", CLEARED.format(store))
        at, _, digest = (value or "0 ").partition(" ")
        return digest == _digest(gone) and 0 <= now - int(at) < DAY_MS

    # --- what was redacted --------------------------------------------------------------------

    def doomed(self) -> list[str]:
        """Return the contents that redactions took out, and that nothing else bears."""
        return [sha for (sha,) in self._db.rows(DOOMED) if is_hash(sha)]

    def _is_doomed(self, sha256: str) -> bool:
        return bool(self._db.value(f"SELECT ? IN ({DOOMED})", sha256))

    def discard_doomed(self) -> None:
        """Remove what redactions took out from this copy's folder.

        In one transaction, so that whoever attaches one anew meanwhile finds it here or knows
        that it is not.
        """
        self._clean_up()
        with self._db.write("blob"):
            for sha256 in self.doomed():
                path = self.path(sha256)
                beside = (path.with_name(f"{sha256}.damaged"), self.folder / f".part-{sha256}")
                for found in (path, *beside):
                    found.unlink(missing_ok=True)
                reached("blob:after-discard")
                self._db.run("DELETE FROM blob WHERE sha256 = ?", sha256)

    def holds(self, sha256: str) -> bool:
        """True for a content that is known to be here."""
        return bool(self._db.value("SELECT 1 FROM blob WHERE sha256 = ?", sha256))

    def _forget(self, lost: Iterable[str]) -> None:
        with self._db.write("blob"):
            self._db.connection.executemany(
                "DELETE FROM blob WHERE sha256 = ?", ((sha,) for sha in lost)
            )


def _digest(several: Iterable[str]) -> str:
    return new_hash("".join(sorted(several)).encode()).hexdigest()


def pieces_of(file: IO[bytes], start: int = 0) -> Iterator[bytes]:
    """Yield a file's bytes from a place on."""
    if start:
        file.seek(start)
    while piece := file.read(PIECE):
        yield piece


def _force(file: IO[bytes]) -> None:
    file.flush()
    reached("blob:before-fsync")
    os.fsync(file.fileno())


def _hash_of(path: Path) -> str:
    digest = new_hash()
    with path.open("rb") as file:
        for piece in pieces_of(file):
            digest.update(piece)
    return digest.hexdigest()
