"""The shared stores of a world, seen from outside the program: files and rows, not its classes."""

from __future__ import annotations

import base64
import binascii
import os
import re
import shutil
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from tests.sync.simulation.world import World

SEGMENT = re.compile(r"\A(\d{10})-(\d{10})-([0-9a-f]{32})\.seg\Z", re.ASCII)
MARK = "casestore.json"
Feeds = dict[str, dict[int, set[str]]]
"""Feed → number in it → the ids that stand there."""


@dataclass(frozen=True)
class Piece:
    """A whole segment, as anybody can read it."""

    feed: str
    first: int
    ids: tuple[str, ...]
    content: bytes


@lru_cache(4096)
def read_piece(feed: str, name: str, data: bytes) -> Piece | None:
    """Return a segment, or None for bytes that are none (any more)."""
    match = SEGMENT.match(name)
    if match is None:
        return None
    try:
        content = data if data.startswith(b"{") else zlib.decompress(data)
    except zlib.error:
        return None
    if sha256(content).hexdigest()[:32] != match[3]:
        return None
    ids = [_id_of(line) for line in content.split(b"\n")[1:-1]]
    return Piece(feed, int(match[1]), tuple(ids), content)


def _id_of(line: bytes) -> str:
    """Return the id of an item: written out where its text was erased, else the hash."""
    if erased := re.match(rb"([0-9a-f]{64})( \{|$)", line):
        return erased[1].decode()
    if line.startswith(b"!"):
        with suppress(binascii.Error):
            line = base64.b64decode(line[1:], validate=True)
    return sha256(line).hexdigest()


class Store(Protocol):
    """What a world does with a store, whatever kind it is."""

    name: str
    sites: int
    lossy: bool

    def address(self, site: int) -> str:
        """Return what ``store add`` takes."""

    def made(self) -> None:
        """Be told that the store was made, at site 0."""

    @contextmanager
    def watched(self, site: int) -> Iterator[None]:
        """Look on while a copy exchanges with it."""

    def backup(self) -> None:
        """Keep all that it holds."""

    def settle(self) -> None:
        """End all faults, and carry everything everywhere."""

    def is_damaged(self) -> bool:
        """True where something in it is not what it was."""

    def published(self) -> dict[str, bytes]:
        """Return the ids of what can be read in it; the bytes are those of all of the batch."""

    def feeds(self) -> Feeds:
        """Return what stands in its feeds."""

    def listing(self) -> object:
        """Return something that is equal while nothing moved."""

    def raw(self) -> Iterator[tuple[str, bytes]]:
        """Yield (feed, bytes) of all that it holds."""

    def close(self) -> None:
        """Let go of it."""


@dataclass
class FolderStore:
    """One store in a folder, or in several that something carries files between.

    ``removed`` are the files that the program took away itself. ``spreads`` says whether what
    carries the files carries removals too (a synchronised folder does, a stick does not).
    ``lossy`` is set once something is gone from it.
    """

    world: World
    name: str
    sites: int
    spreads: bool
    removed: set[str] = field(default_factory=set)
    lossy: bool = False
    backups: dict[int, dict[str, bytes]] = field(default_factory=dict)
    unmounted: set[int] = field(default_factory=set)

    def root(self, site: int) -> Path:
        """Return the folder at a site."""
        return self.world.folder / f"{self.name}-{site}"

    def address(self, site: int) -> str:
        """Return what ``store add`` takes."""
        return str(self.root(site))

    def made(self) -> None:
        """Carry the mark to every site."""
        for site in range(1, self.sites):
            self.root(site).mkdir(parents=True, exist_ok=True)
            shutil.copy(self.root(0) / MARK, self.root(site) / MARK)

    # --- looking ------------------------------------------------------------------------------

    def files(self, site: int) -> list[str]:
        """Return feed/name of everything in the feeds that looks like a segment."""
        root = str(self.root(site) / "feeds")
        found = []
        for feed in sorted(os.listdir(root)) if os.path.isdir(root) else ():
            with suppress(NotADirectoryError):
                names = sorted(os.listdir(f"{root}/{feed}"))
                found += [f"{feed}/{name}" for name in names if SEGMENT.match(name)]
        return found

    def path(self, site: int, file: str) -> Path:
        """Return where a file lies at a site."""
        return self.root(site) / "feeds" / file

    def piece(self, site: int, file: str) -> Piece | None:
        """Return a whole segment."""
        path = self.path(site, file)
        try:
            if not stat.S_ISREG(path.lstat().st_mode):
                return None
        except FileNotFoundError:
            return None
        feed, _, name = file.partition("/")
        return read_piece(feed, name, path.read_bytes())

    def pieces(self, *, returned: bool = True) -> Iterator[Piece]:
        """Yield the whole segments of all sites, each once; perhaps without those that the
        program removed, and that something brought back from another site."""
        done = set() if returned or self.sites == 1 or self.spreads else set(self.removed)
        for site in range(self.sites):
            for file in self.files(site):
                if file not in done and (piece := self.piece(site, file)) is not None:
                    done.add(file)
                    yield piece

    def published(self) -> dict[str, bytes]:
        """Return the ids of what can be read in it."""
        return {i: piece.content for piece in self.pieces() for i in piece.ids}

    def feeds(self) -> Feeds:
        """Return what stands in its feeds."""
        found: Feeds = {}
        for piece in self.pieces():
            feed = found.setdefault(piece.feed, {})
            for nth, known_as in enumerate(piece.ids):
                feed.setdefault(piece.first + nth, set()).add(known_as)
        return found

    def is_damaged(self) -> bool:
        """True where the bytes of a file are not what its name says."""
        return any(
            self.piece(site, file) is None
            for site in range(self.sites)
            for file in self.files(site)
        )

    def listing(self) -> object:
        """Return names and sizes of all files."""
        return [
            (site, file, self.path(site, file).stat().st_size)
            for site in range(self.sites)
            for file in self.files(site)
        ]

    def raw(self) -> Iterator[tuple[str, bytes]]:
        """Yield (feed, unpacked bytes) of all segments."""
        for piece in self.pieces(returned=False):
            yield piece.feed, piece.content

    @contextmanager
    def watched(self, site: int) -> Iterator[None]:
        """Remember what the program takes away; what it writes again is no more taken away."""
        before = set(self.files(site))
        try:
            yield
        finally:
            after = set(self.files(site))
            self.removed = (self.removed | (before - after)) - (after - before)

    # --- what happens to it -------------------------------------------------------------------

    def carry(self, source: int, target: int, file: str, *, cut: bool = False) -> None:
        """Copy one file from one site to another, whole or only its beginning."""
        if not self.path(source, file).is_file():
            return
        data = self.path(source, file).read_bytes()
        path = self.path(target, file)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        path.write_bytes(data[: self.world.chance.randrange(len(data) + 1)] if cut else data)

    def remove(self, site: int, file: str) -> None:
        """Take a file away, or what bears its name."""
        path = self.path(site, file)
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()

    def remove_empty(self, site: int) -> None:
        """Take away the folders of feeds in which nothing is left."""
        feeds = self.root(site) / "feeds"
        for folder in sorted(feeds.iterdir()) if feeds.is_dir() else ():
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    def backup(self) -> None:
        """Keep the files of all sites as they are."""
        for site in set(range(self.sites)) - self.unmounted:
            paths = {file: self.path(site, file) for file in self.files(site)}
            files = {f: path.read_bytes() for f, path in paths.items() if path.is_file()}
            self.backups[site] = files

    def restore(self, site: int) -> None:
        """Put the kept files of a site in place of what is there."""
        for file in self.files(site):
            self.remove(site, file)
        self.remove_empty(site)
        for file, data in self.backups[site].items():
            path = self.path(site, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def unmount(self, site: int) -> None:
        """Take the folder away for a while."""
        if site not in self.unmounted:
            self.unmounted.add(site)
            self.root(site).rename(self.world.folder / f"{self.name}-{site}-away")

    def mount(self, site: int) -> None:
        """Bring the folder back."""
        if site in self.unmounted:
            self.unmounted.remove(site)
            self.root(site).rmdir() if self.root(site).is_dir() else None
            (self.world.folder / f"{self.name}-{site}-away").rename(self.root(site))

    def settle(self) -> None:
        """Mount everything; carry whole files everywhere, and removals where these spread."""
        for site in range(self.sites):
            self.mount(site)
        for site in range(self.sites):
            for file in self.files(site):
                if self.spreads and file in self.removed:
                    self.path(site, file).unlink()
        if self.sites > 1:
            for site in range(self.sites):
                for file in self.files(site):
                    if self.piece(site, file) is not None:
                        for other in range(self.sites):
                            if self.piece(other, file) is None:
                                self.carry(site, other, file)

    def close(self) -> None:
        """Nothing is held."""


class Shop:
    """All stores of a world."""

    def __init__(self, stores: list[Store]) -> None:
        self.stores = {store.name: store for store in stores}

    def address(self, name: str, site: int) -> str:
        """Return what ``store add`` takes."""
        return self.stores[name].address(site)

    def skew(self, folder: Any) -> int | None:
        """Return by how much a machine's clock is ahead of the one that dates a folder's files.

        One folder is dated by its server; those that files are carried between by each machine.
        """
        store = next(s for s in self.folders() if folder._root.name.startswith(f"{s.name}-"))
        return int(folder._clock() - store.world.now) if store.sites == 1 else 0

    def folders(self) -> list[FolderStore]:
        """Return the stores in folders."""
        return [store for store in self.stores.values() if isinstance(store, FolderStore)]

    def close(self) -> None:
        """Let go of all."""
        for store in self.stores.values():
            store.close()
