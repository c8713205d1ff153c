"""Sources of imported pages, exchanged with a store behind the files: as contents, by their hash.

What words were redacted out of leaves the store before anything else is done, and anew whenever
anything moved, or once a day: a copy that had not heard of it may have sent it meanwhile.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from hashlib import sha256 as new_hash
from typing import Protocol

from workbench.cases.said import counted
from workbench.cases.savedpages import PageSave, SavedPages
from workbench.local.blobs import Blob, Blobs
from workbench.local.points import reached
from workbench.sync.contents import AT_ONCE
from workbench.sync.remote import Contents, Remote


class Keeper(Protocol):
    """What keeps the pages of this copy; see ``workbench.desk.sharedpages``."""

    def tell(self) -> list[str]: ...
    def known(self) -> SavedPages: ...
    def content(self, save: PageSave) -> Iterable[bytes] | None: ...
    def own(self) -> frozenset[str]: ...
    def wanted(self, most: int) -> Iterable[PageSave]: ...
    def take(self, save: PageSave, data: bytes) -> bool: ...


def lacking(
    keeper: Keeper, blobs: Blobs, store: int, known: SavedPages, *, own_only: bool
) -> list[PageSave]:
    """Return the saves that a store is to have and does not, as far as we know; of some the
    contents may not be here."""
    every = [save for saves in known.saves.values() for save in saves]
    marked = blobs.marked(store, [save.sha256 for save in every])
    if len(marked) == len(every):
        return []
    marked.update(blobs.doomed())
    own = keeper.own() if own_only else None
    return [
        save
        for save in every
        if save.sha256 not in marked and (own is None or own.intersection(save.names))
    ]


class PageExchange:
    """Exchanges the sources of pages with one store; ``notes`` are sentences for the person."""

    def __init__(
        self, keeper: Keeper, blobs: Blobs, store: int, remote: Remote, *, own_only: bool
    ) -> None:
        """Get ready; nothing is contacted.

        Args:
            blobs: remembers what the store has.
            store: its number in the local file.
            own_only: others' saves are not sent to it.
        """
        self._keeper = keeper
        self._blobs = blobs
        self._store = store
        self._remote = remote
        self._own_only = own_only
        self.notes: list[str] = []

    def run(
        self, now: int, *, pull: bool, push: bool, moved: bool = True, repair: bool = False
    ) -> None:
        """Exchange what is not where it should be; nothing is asked where all is.

        Args:
            now: the time in ms.
            moved: changes were received or sent just before.
            repair: send again what is damaged in the store.
        """
        known = self._keeper.known()
        contents = self._remote.contents
        if contents is None or not known.saves.keys() | known.out:
            return
        if push:
            self._discard(contents, known, now, anew=moved or repair)
            if repair:
                self._blobs.unmark(self._store, self._damaged(contents, known))
            self._push(contents, known, anew=repair)
        if pull:
            self._pull(contents)
            if push and (late := self._keeper.known()).out != known.out:
                self._discard(contents, late, now, anew=True)

    def fetch(self, save: PageSave) -> bool:
        """Fetch one save; False where the store has none of this hash, or a damaged one."""
        contents = self._remote.contents
        return contents is not None and self._take(contents, save)

    def _discard(self, contents: Contents, known: SavedPages, now: int, *, anew: bool) -> None:
        """Take out of the store what newer saves replaced, and what holds redacted words."""
        attached = self._blobs.attached(known.left)
        out = sorted(known.out & known.left - attached)
        going = {*out, *self._blobs.marked(self._store, known.left - attached)}
        if not going or (not anew and self._blobs.is_clear(self._store, going, now)):
            return
        if contents.discard(sorted(going)):
            reached("page:after-discard")
            self._blobs.unmark(self._store, going)
            self._blobs.clear(self._store, out, now)
            return
        left = contents.held([Blob(sha256, known.size(sha256)) for sha256 in out]) if out else ()
        if left:
            self.notes.append(
                counted(
                    "redacted, but still in the store: {count} page, until somebody with the role"
                    " case_redactor syncs",
                    "redacted, but still in the store: {count} pages, until somebody with the role"
                    " case_redactor syncs",
                    len(left),
                )
            )

    def _push(self, contents: Contents, known: SavedPages, *, anew: bool) -> None:
        todo = lacking(self._keeper, self._blobs, self._store, known, own_only=self._own_only)
        held = contents.held([_blob(save) for save in todo]) if todo and not anew else set()
        for save in todo:
            if save.sha256 not in held:
                pieces = self._keeper.content(save)
                if pieces is None:
                    continue
                reached("page:before-write")
                contents.write(_blob(save), io.BytesIO(b"".join(pieces)), anew=anew)
                reached("page:after-write")
            self._blobs.mark(self._store, [save.sha256])

    def _damaged(self, contents: Contents, known: SavedPages) -> list[str]:
        """Return what the store has under the hash of something else."""
        every = {save.sha256: save for saves in known.saves.values() for save in saves}
        marked = self._blobs.marked(self._store, every)
        damaged = []
        for sha256 in sorted(marked):
            digest = new_hash()
            for piece in contents.read(_blob(every[sha256]), 0):
                digest.update(piece)
            if digest.hexdigest() != sha256:
                damaged.append(sha256)
        return damaged

    def _pull(self, contents: Contents) -> None:
        wanted = list(self._keeper.wanted(AT_ONCE))
        if not wanted:
            return
        held = contents.held([_blob(save) for save in wanted])
        for save in wanted:
            if save.sha256 in held:
                self._take(contents, save)

    def _take(self, contents: Contents, save: PageSave) -> bool:
        data = bytearray()
        for piece in contents.read(_blob(save), 0):
            data += piece
            if len(data) > save.size:
                break
        if not self._keeper.take(save, bytes(data)):
            self._blobs.unmark(self._store, [save.sha256])
            return False
        self._blobs.mark(self._store, [save.sha256])
        return True


def _blob(save: PageSave) -> Blob:
    return Blob(save.sha256, save.size)
