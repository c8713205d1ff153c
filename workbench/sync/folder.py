"""A store in a folder: a share, a Syncthing or Dropbox folder, a USB stick.

No lock, no manifest, no file that two write. Whatever is no segment is left alone and counted.
"Sync never creates a store": a folder without casestore.json is one that is not mounted.
Anybody who may write to the folder can write into any feed; only PostgreSQL keeps people apart.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from workbench.cases.feed import Batch, Item
from workbench.cases.said import counted, said
from workbench.sync import packs, segment
from workbench.sync.files import (
    BROKEN,
    make_shared,
    open_new,
    read_regular,
    remove_old,
    sync_folder,
    unreachable,
    write_new,
)
from workbench.sync.foldercontents import FolderContents
from workbench.sync.remote import (
    CLONED,
    FORMAT,
    Erased,
    Finding,
    Identity,
    Known,
    Limits,
    NoStore,
    Own,
    Surprise,
)

MARK = "casestore.json"
FEEDS = "feeds"
PARTS = frozenset({MARK, FEEDS, "blobs"})
"""What the top of a store holds."""
MAX_FILE = segment.MAX_UNPACKED + 4096
MAX_MARK = 65536
DAMAGED_MS = 86_400_000
"""From which age on a file that is not whole counts as damaged, and no longer as on its way."""
TOLD_MS = 8 * DAMAGED_MS
"""Up to which age each exchange tells of it: if nobody mends it for a week, nobody will, and it is
left to a look at the store to name it."""


def create(root: Path, store_id: str, epoch: str) -> Identity:
    """Make an empty folder a store, or return which store it already is.

    Raises:
        NoStore: the folder is not empty.
        Unreachable: it can't be written.
    """
    try:
        known = _read_mark(root / MARK)
        if known is not None:
            return known
        root.mkdir(parents=True, exist_ok=True)
        others = [name.name for name in root.iterdir() if name.name != FEEDS]
        if MARK in others and (known := _read_mark(root / MARK)) is not None:
            return known  # somebody else was faster
        if any(not name.startswith(".") for name in others):
            raise NoStore(
                said("{folder} is not empty, and no store", folder=root),
                said("Name an empty folder; nothing was written."),
            )
        make_shared(root / FEEDS, root)
        mark = {"store_id": store_id, "epoch": epoch, "format": FORMAT, "min_reader": FORMAT}
        write_new(root / MARK, [(json.dumps(mark) + "\n").encode()], "store", first=True)
        # Somebody else may have been faster: the mark that stands is the store's.
        return _read_mark(root / MARK) or Identity(store_id, epoch, FORMAT)
    except OSError as error:
        raise unreachable(root, error) from error


class Folder:
    """A shared store in a folder; see ``Remote``."""

    limits = Limits(20_000, 8 * 1024 * 1024)

    def __init__(self, root: Path, clock: Callable[[], int]) -> None:
        """Name the folder; nothing is touched yet."""
        self._root = root
        self._clock = clock
        self._identity: Identity | None = None
        self._listed: dict[str, list[str] | None] = {}
        self._temporary: dict[str, list[str]] = {}
        self._own = ""
        self.contents = FolderContents(root, clock, self.identify)
        self.expected = 0
        self.owners: dict[str, str] = {}
        """Whose a folder's feeds are nothing tells: whoever may write there may write any."""
        self.sizes: dict[str, int] = {}
        self.ignored: list[str] = []
        """Files in feeds that are no segments; other programs leave such."""
        self.waiting: list[str] = []
        """Segments that are not whole yet: another program may still be copying them."""

    @property
    def remarks(self) -> Sequence[str]:
        """What the person should know of the folder's state."""
        found = []
        damaged = self.damaged
        waiting = [file for file in self.waiting if file.partition("/")[0] not in damaged]
        if waiting:
            found.append(
                counted(
                    "{count} file of the store is not whole (yet); it is read when it is: {files}",
                    "{count} files of the store are not whole (yet); they are read when they are:"
                    " {files}",
                    len(waiting),
                    files=_some(waiting),
                )
            )
        new = {file.partition("/")[0] for file in self.waiting if self._age(file) <= TOLD_MS}
        return found + [
            said("the feed {feed} {why}", feed=feed, why=why)
            for feed, why in damaged.items()
            if feed in new or self._listed.get(feed, []) is None
        ]

    @property
    def damaged(self) -> dict[str, str]:
        """The feeds that can't be read to their end, and why; all others were read."""
        found: dict[str, str] = {
            feed: said("can't be read; all others were")
            for feed, names in self._listed.items()
            if names is None
        }
        for file in self.waiting:
            feed, _, name = file.partition("/")
            if feed not in found and self._age(file) > DAMAGED_MS:
                found[feed] = said(
                    "is damaged: {name} has not been whole for a day; all others were read."
                    " Its owner's next sync --repair writes it again; where that copy is no more,"
                    " remove the file: whoever has read it sends its changes again",
                    name=name,
                )
        return found

    def _age(self, file: str) -> int:
        """Return how long ago (ms) a file was written last, 0 for one that is not there."""
        try:
            return self._clock() - (self._root / FEEDS / file).lstat().st_mtime_ns // 1_000_000
        except OSError:
            return 0

    # --- the contract -------------------------------------------------------------------------

    @property
    def numbers(self) -> None:
        """Nothing: in a folder nobody says who was first."""
        return None

    def identify(self) -> Identity:
        """Return which store it is."""
        try:
            found = _read_mark(self._root / MARK)
        except OSError as error:
            raise unreachable(self._root, error) from error
        if found is None:
            raise NoStore(
                said("there is no store in {folder} (is the folder mounted?)", folder=self._root),
                said("Mount it, or make a store of an empty folder: workbench store init NAME."),
            )
        self._identity = found
        return found

    def skew(self) -> int | None:
        """Return by how many ms this clock is ahead of the one that dates the folder's files.

        A folder that another program synchronises is dated by this machine's own clock.
        """
        probe = self._root / FEEDS / f".tmp-{os.urandom(8).hex()}"
        try:
            before = self._clock()
            with open_new(probe) as file:
                file.write(b"\n")
                file.flush()
                dated = os.fstat(file.fileno()).st_mtime_ns // 1_000_000
            probe.unlink()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise unreachable(self._root, error) from error
        return (before + self._clock()) // 2 - dated

    def news(self, known: Known) -> Iterator[Batch]:
        """Yield the segments that were not read yet, feed by feed, in order."""
        self._listed, self.ignored, self.waiting, self.expected = {}, [], [], 0
        read = known.segments()
        todo = {}
        for feed in self._feeds():
            done = read.get(feed, {})
            if feed != known.feed and (new := [n for n in self._names(feed) if not done.get(n)]):
                todo[feed] = new
                self.expected += packs.length([*new, *done]) - packs.length(done)
        for feed, names in todo.items():
            yield from self._unread(feed, names)

    def _unread(self, feed: str, names: Sequence[str]) -> Iterator[Batch]:
        """Yield segments; those that a whole pack holds need not be read, and come with it."""
        held: set[str] = set()
        for name in packs.widest_first(names):
            if name not in held and (batch := self._read(feed, name)) is not None:
                holds = packs.held(batch, names, self._store_id)
                held.update(holds)
                yield replace(batch, holds=holds, links=batch.chains[1:])

    def lost(self, known: Known, *, thorough: bool = False) -> Sequence[str]:
        """Return the segments of others that we have read and that are gone, or not whole."""
        gone = []
        for feed, names in known.segments().items():
            if feed != known.feed:
                here = set(self._names(feed))
                if self._listed.get(feed, []) is not None:
                    gone += [
                        f"{feed}/{name}"
                        for name in names
                        if name not in here or (thorough and self._load(feed, name) is None)
                    ]
        if gone:
            # What is unmounted in the middle must not look like a store whose files are lost.
            self.identify()
        return gone

    def is_replaced(self, src: str) -> bool:
        """True where a whole segment that is there holds the range of one that is gone."""
        feed, _, name = src.partition("/")
        first, last = segment.range_of(name)
        return any(
            begin <= first and last <= end and f"{feed}/{other}" not in self.waiting
            for other in self._names(feed)
            for begin, end in (segment.range_of(other),)
        )

    def confirm(self, known: Known, *, thorough: bool = False) -> Own:
        """Return which whole files of our own feed are there, and how far they reach."""
        mine, sizes = known.segments().get(known.feed, {}), known.sizes()
        self._listed.pop(known.feed, None)
        whole: list[str] = []
        found: list[Batch] = []
        damaged: list[tuple[int, int]] = []
        for name in self._names(known.feed):
            trusted = name in mine and not thorough
            if trusted and (name not in sizes or sizes[name] == self._size(known.feed, name)):
                whole.append(name)
                continue
            batch = self._load(known.feed, name)
            if batch is None:
                if name in mine:
                    damaged.append(segment.range_of(name))
                else:
                    _add(self.waiting, f"{known.feed}/{name}")
                continue
            if name not in mine:
                if not _is_ours(known, batch):
                    raise Surprise(CLONED)
                found.append(batch)
            whole.append(name)
            self._note_size(known.feed, name)
        self._own = known.feed
        self._clean_up(known.feed)
        end = 0
        for first, last in sorted(segment.range_of(name) for name in whole):
            if first > end + 1:
                break
            end = max(end, last)
        return Own(end, frozenset(whole), found, damaged)

    def own_damage(self, known: Known) -> list[str]:
        """Return the files of our own feed that are not as we wrote them, or gone; looks into all,
        and changes nothing."""
        feed = known.feed
        whole = [name for name in self._names(feed) if self._load(feed, name) is not None]
        ranges = [segment.range_of(name) for name in whole]

        def is_there(name: str) -> bool:
            first, last = segment.range_of(name)
            return any(begin <= first and last <= end for begin, end in ranges)

        mine = sorted(known.segments().get(feed, {}))
        listed = self._names(feed)
        return [n for n in mine if n not in whole and (n in listed or not is_there(n))]

    def append(self, batch: Batch) -> str:
        """Write a batch of our own feed as a segment."""
        name, data = segment.write(batch, self._store_id)
        folder = self._root / FEEDS / batch.feed
        try:
            if self._load(batch.feed, name) is None:
                self._make_feed(folder)
                write_new(folder / name, [data], "push")
            self._note_size(batch.feed, name)
        except OSError as error:
            raise unreachable(self._root, error) from error
        return name

    def erase(self, stubs: Mapping[bytes, bytes], feeds: Sequence[str] | None) -> Erased:
        """Write the segments of these feeds anew that hold a text of these changes."""
        found = 0
        for feed in (self._own, *feeds) if feeds is not None else ():
            self._names(feed)
            if half_written := self._temporary.get(feed):
                self.discard(feed, half_written)  # any of them may hold such a text
        for feed in self._feeds() if feeds is None else feeds:
            for name in self._names(feed):
                batch = self._read(feed, name)
                if batch is None:
                    continue
                items = [
                    Item(item.op_id, None, stubs[item.op_id])
                    if item.data is not None and item.op_id in stubs
                    else item
                    for item in batch.items
                ]
                if items != batch.items:
                    self.append(Batch(feed, batch.first, batch.chain_before, items))
                    self.discard(feed, [name])
                    found += 1
        return Erased(found)

    def discard(self, feed: str, names: Sequence[str]) -> None:
        """Remove segments of our own feed that were written anew, or packed."""
        folder = self._root / FEEDS / feed
        try:
            for name in names:
                (folder / name).unlink(missing_ok=True)
            sync_folder(folder)
        except OSError as error:
            raise unreachable(self._root, error) from error

    def check(self, entropy: bytes) -> list[Finding]:
        """Try all that sync needs of the folder."""
        from workbench.sync.checking import check_folder

        return check_folder(self, self._root, entropy)

    def strangers(self) -> list[str]:
        """Return what lies in the store, outside of the feeds, and is no part of it."""
        found = [n for n in os.listdir(self._root) if n not in PARTS and not n.startswith(".")]
        for name in os.listdir(self._root / FEEDS):
            if not segment.FEED.match(name) and not name.startswith("."):
                found.append(f"{FEEDS}/{name}")
        return sorted(found)

    def close(self) -> None:
        """Nothing is held."""

    # --- files --------------------------------------------------------------------------------

    @property
    def _store_id(self) -> str:
        return (self._identity or self.identify()).store_id

    def _feeds(self) -> list[str]:
        try:
            names = os.listdir(self._root / FEEDS)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unreachable(self._root, error) from error
        return sorted(name for name in names if segment.FEED.match(name))

    def _names(self, feed: str) -> list[str]:
        """Return the names of a feed's segments; the folder is listed once in an exchange."""
        if feed not in self._listed:
            self._listed[feed] = self._list(feed)
        return self._listed[feed] or []

    def _list(self, feed: str) -> list[str] | None:
        try:
            names = os.listdir(self._root / FEEDS / feed)
        except FileNotFoundError:
            return []
        except OSError as error:
            if error.errno in BROKEN:
                return None
            raise unreachable(self._root, error) from error
        found = []
        self._temporary[feed] = []
        for name in names:
            if segment.NAME.match(name):
                found.append(name)
            elif name.startswith(".tmp-"):
                self._temporary[feed].append(name)
            else:
                _add(self.ignored, f"{feed}/{name}")
        return sorted(found)

    def _read(self, feed: str, name: str) -> Batch | None:
        """Return a listed segment; one that is not whole (yet) is remembered as waiting."""
        batch = self._load(feed, name)
        if batch is None:
            _add(self.waiting, f"{feed}/{name}")
        return batch

    def _load(self, feed: str, name: str) -> Batch | None:
        """Return a segment, or None for one that is not there or not whole."""
        try:
            data = read_regular(self._root / FEEDS / feed / name, MAX_FILE)
            return None if data is None else segment.read(name, data, self._store_id, feed)
        except (FileNotFoundError, segment.BadSegment):
            return None
        except OSError as error:
            if error.errno not in BROKEN:
                raise unreachable(self._root, error) from error
            return None

    def _size(self, feed: str, name: str) -> int | None:
        """Return how many bytes a file has, None for one that can't be asked."""
        try:
            return (self._root / FEEDS / feed / name).lstat().st_size
        except OSError:
            return None

    def _note_size(self, feed: str, name: str) -> None:
        """Note the size of a whole file of ours: a look at it tells later whether it still is."""
        size = self._size(feed, name)
        if size is not None:
            self.sizes[name] = size

    def _make_feed(self, folder: Path) -> None:
        """Make our feed's folder, in a store that is there; "sync never creates" one."""
        if folder.is_dir():
            return
        self.identify()
        make_shared(self._root / FEEDS, self._root)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)

    def _clean_up(self, feed: str) -> None:
        """Remove what a copy of ours that was stopped a week ago left half written."""
        remove_old(self._root / FEEDS / feed, self._temporary.get(feed, ()), self._clock())


def _add(files: list[str], file: str) -> None:
    """Add a file that is to be told, once: a sync may look twice."""
    if file not in files:
        files.append(file)


def _is_ours(known: Known, batch: Batch) -> bool:
    """True for items that stand at this very place in our feed."""
    return (
        known.own_chain(batch.first - 1) == batch.chain_before
        and known.own_chain(batch.last) == batch.chain_after
    )


def _read_mark(path: Path) -> Identity | None:
    try:
        data = read_regular(path, MAX_MARK)
    except FileNotFoundError:
        return None
    try:
        mark = json.loads(data or b"")
        identity = Identity(str(mark["store_id"]), str(mark["epoch"]), int(mark["format"]))
        needed = int(mark.get("min_reader", identity.format))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NoStore(
            said("{file} can't be read as a store's mark", file=path),
            said("Bring it back from a backup of the folder."),
        ) from error
    if needed > FORMAT:
        raise NoStore(
            said("the store was made by a newer version (format {form})", form=identity.format),
            said("Update Workbench; nothing was sent or taken."),
        )
    return identity


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown}, …"
