"""The contents of files in a store's folder: blobs/<first two signs>/<sha256>, never changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from workbench.local.points import reached
from workbench.sync.files import (
    BROKEN,
    make_shared,
    open_regular,
    remove_old,
    sync_folder,
    unreachable,
    write_new,
)
from workbench.sync.remote import PIECE, Content

BLOBS = "blobs"


class FolderContents:
    """See ``Contents``. Names come from ``Content`` only, which lets no path through."""

    def __init__(
        self, root: Path, clock: Callable[[], int], identify: Callable[[], object]
    ) -> None:
        """Name the folder; nothing is touched yet.

        Args:
            identify: raises where the store is not there (any more).
        """
        self._root = root
        self._clock = clock
        self._identify = identify

    def _path(self, sha256: str) -> Path:
        return self._root / BLOBS / sha256[:2] / sha256

    def held(self, wanted: Sequence[Content]) -> set[str]:
        """Return those that have a file of the right size."""
        found = set()
        for content in wanted:
            try:
                if self._path(content.sha256).lstat().st_size == content.size:
                    found.add(content.sha256)
            except FileNotFoundError:
                continue
            except OSError as error:
                if error.errno not in BROKEN:
                    raise unreachable(self._root, error) from error
        if not found:
            # What is unmounted in the middle must not look like a store without files.
            self._identify()
        return found

    def read(self, wanted: Content, start: int) -> Iterator[bytes]:
        """Yield the bytes of a file from ``start`` on, at most as many as it should have."""
        try:
            file = open_regular(self._path(wanted.sha256))
            if file is None:
                return
            with file:
                file.seek(start)
                while start < wanted.size and (piece := file.read(PIECE)):
                    start += len(piece)
                    yield piece
        except FileNotFoundError:
            return
        except OSError as error:
            if error.errno not in BROKEN:
                raise unreachable(self._root, error) from error

    def read_pieces(self, wanted: Sequence[Content]) -> dict[str, bytes]:
        """Return the bytes of small files."""
        return {content.sha256: b"".join(self.read(content, 0)) for content in wanted}

    def write(self, content: Content, file: IO[bytes], *, anew: bool = False) -> None:
        """Write a file under its name when it is whole; a damaged one is replaced by it."""
        path = self._path(content.sha256)
        try:
            if not path.parent.is_dir():
                self._identify()
                make_shared(path.parent.parent, self._root)
                make_shared(path.parent, self._root)
            names = [name for name in os.listdir(path.parent) if name.startswith(".tmp-")]
            remove_old(path.parent, names, self._clock())
            write_new(path, iter(lambda: file.read(PIECE), b""), "file")
        except OSError as error:
            raise unreachable(self._root, error) from error

    def discard(self, wanted: Sequence[str]) -> bool:
        """Remove files; anybody who may write to the folder may do that."""
        for sha256 in wanted:
            path = self._path(sha256)
            try:
                path.unlink(missing_ok=True)
                reached("file:after-discard")
                if path.parent.is_dir():
                    sync_folder(path.parent)
            except OSError as error:
                raise unreachable(self._root, error) from error
        return True
