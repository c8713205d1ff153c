"""A store in a folder: a share, a Syncthing or Dropbox folder, a USB stick.

No lock, no manifest, no file that two write. Whatever is no segment is left alone and counted.
"Sync never creates a store": a folder without casestore.json is one that is not mounted.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from workbench.cases.feed import Batch
from workbench.local.points import reached
from workbench.sync import segment
from workbench.sync.remote import (
    FORMAT,
    Identity,
    Known,
    NoStore,
    Surprise,
    Unreachable,
)

MARK = "casestore.json"
MAX_FILE = segment.MAX_UNPACKED + 4096
TEMPORARY_MS = 7 * 86_400_000
"""How long a temporary file of a stopped copy is left before its owner removes it."""


def create(root: Path, store_id: str, epoch: str) -> Identity:
    """Make an empty folder a store.

    Raises:
        NoStore: the folder is not empty, or can't be written.
    """
    known = _read_mark(root / MARK)
    if known is not None:
        return known
    try:
        root.mkdir(parents=True, exist_ok=True)
        if any(not name.name.startswith(".") for name in root.iterdir()):
            raise NoStore(
                f"{root} is not empty, and no store", "Name an empty folder; nothing was written."
            )
        (root / "feeds").mkdir(exist_ok=True)
        content = json.dumps({"store_id": store_id, "epoch": epoch, "format": FORMAT}) + "\n"
        _write_new(root / MARK, content.encode(), "store")
    except OSError as error:
        raise _unreachable(root, error) from error
    return Identity(store_id, epoch, FORMAT)


class Folder:
    """A shared store in a folder; see ``Remote``."""

    def __init__(self, root: Path, clock: Callable[[], int]) -> None:
        self._root = root
        self._clock = clock
        self._identity: Identity | None = None
        self.ignored: list[str] = []
        """Files in feeds that are no segments; other programs leave such."""
        self.waiting: list[str] = []
        """Segments that are not whole yet: another program may still be copying them."""

    # --- the contract -------------------------------------------------------------------------

    def identify(self) -> Identity:
        """Return which store it is."""
        try:
            found = _read_mark(self._root / MARK)
        except OSError as error:
            raise _unreachable(self._root, error) from error
        if found is None:
            raise NoStore(
                f"there is no store in {self._root} (is the folder mounted?)",
                "Mount it, or make a store of an empty folder: workbench store init NAME.",
            )
        self._identity = found
        return found

    def confirm(self, known: Known) -> int:
        """Return how much of our own feed stands in whole files, from its beginning."""
        own = known.segments(known.feed)
        ranges = []
        for name in self._names(known.feed):
            if name in own:
                first, last = segment.range_of(name)
                ranges.append((first, last))
            elif self._read(known.feed, name) is not None:
                raise Surprise(f"our own feed holds {name}, which this copy did not write")
        end = 0
        for first, last in sorted(ranges):
            if first <= end + 1:
                end = max(end, last)
        return end

    def news(self, known: Known) -> Iterator[Batch]:
        """Yield the segments that were not read yet, feed by feed, in order."""
        self.ignored, self.waiting = [], []
        for feed in self._feeds():
            if feed == known.feed:
                continue
            read = known.segments(feed)
            for name in self._names(feed):
                if name not in read:
                    batch = self._read(feed, name)
                    if batch is not None:
                        yield batch

    def lost(self, known: Known) -> Sequence[str]:
        """Return the segments of others that we have read and that are gone."""
        gone = []
        for feed, names in known.read_segments().items():
            here = set(self._names(feed))
            gone += [f"{feed}/{name}" for name in names if name not in here]
        return gone

    def name(self, batch: Batch) -> str:
        """Return the name of a batch's segment."""
        return segment.write(batch, self._store_id)[0]

    def append(self, batch: Batch) -> None:
        """Write a batch of our own feed as a segment."""
        name, data = segment.write(batch, self._store_id)
        folder = self._root / "feeds" / batch.feed
        try:
            if _same(folder / name, data):
                return
            folder.mkdir(parents=True, exist_ok=True)
            _write_new(folder / name, data, "push")
        except OSError as error:
            raise _unreachable(self._root, error) from error

    def erase(self, op_ids: Sequence[bytes]) -> None:
        """Nothing is changed in place: each owner writes its own segments anew."""

    def discard(self, feed: str, names: Sequence[str]) -> None:
        """Remove segments of our own feed that were written anew."""
        for name in names:
            try:
                (self._root / "feeds" / feed / name).unlink(missing_ok=True)
            except OSError as error:
                raise _unreachable(self._root, error) from error

    def close(self) -> None:
        """Nothing is held."""

    # --- files --------------------------------------------------------------------------------

    @property
    def _store_id(self) -> str:
        return (self._identity or self.identify()).store_id

    def _feeds(self) -> list[str]:
        return sorted(name for name in self._list(Path("feeds")) if segment.FEED.match(name))

    def _names(self, feed: str) -> list[str]:
        found = []
        for name in self._list(Path("feeds") / feed):
            if segment.NAME.match(name):
                found.append(name)
            elif not name.startswith(".tmp-"):
                self.ignored.append(f"{feed}/{name}")
        return sorted(found)

    def _list(self, folder: Path) -> list[str]:
        try:
            return os.listdir(self._root / folder)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise _unreachable(self._root, error) from error

    def _read(self, feed: str, name: str) -> Batch | None:
        """Return a segment, or None for one that is not whole (yet)."""
        path = self._root / "feeds" / feed / name
        try:
            data = _read_regular(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
                return None
            raise _unreachable(self._root, error) from error
        if data is None:
            self.waiting.append(f"{feed}/{name}")
            return None
        try:
            return segment.read(name, data, self._store_id, feed)
        except segment.BadSegment:
            self.waiting.append(f"{feed}/{name}")
            return None


def _read_regular(path: Path) -> bytes | None:
    """Return a regular file's bytes; None for a FIFO, a device, or what is too large."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb") as file:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_FILE:
            return None
        return file.read(MAX_FILE + 1)


def _write_new(path: Path, data: bytes, label: str) -> None:
    """Write a file under its final name only when it is whole and on the disk."""
    temporary = path.parent / f".tmp-{os.urandom(8).hex()}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            reached(f"{label}:before-fsync")
            os.fsync(file.fileno())
        reached(f"{label}:before-rename")
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    reached(f"{label}:after-rename")
    _sync_folder(path.parent)
    reached(f"{label}:after-fsync")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _same(path: Path, data: bytes) -> bool:
    try:
        return _read_regular(path) == data
    except OSError:
        return False


def _read_mark(path: Path) -> Identity | None:
    try:
        data = _read_regular(path)
    except FileNotFoundError:
        return None
    try:
        mark = json.loads(data or b"")
        identity = Identity(str(mark["store_id"]), str(mark["epoch"]), int(mark["format"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoStore(
            f"{path} can't be read as a store's mark", "Bring it back from a backup of the folder."
        ) from error
    if identity.format > FORMAT:
        raise NoStore(
            f"the store was made by a newer version (format {identity.format})",
            "Update Workbench; nothing was sent or taken.",
        )
    return identity


def _unreachable(root: Path, error: OSError) -> Unreachable:
    return Unreachable(
        f"the store's folder {root} can't be used: {error.strerror or error}",
        "Nothing is lost: what is unsent stays in the outbox.",
    )


