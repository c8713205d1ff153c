"""Files behind the changes: what is attached here goes to the store, what is small comes at once.

"Text never waits for a file": the changes are exchanged first. "What bears a hash has it": each
content is compared with its name when it comes and when it goes, so damage on either side is
noticed, and what is whole somewhere can be sent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256 as new_hash

from workbench.cases.said import counted
from workbench.local.blobs import Blob, Blobs, Missing
from workbench.local.points import reached
from workbench.sync.remote import PIECE, Contents, Remote

GROUP = 8 * PIECE
"""How many bytes of small files are asked for at once."""
MOST = 500
"""How many of them."""
AT_ONCE = 512 * 1024
"""Up to how many bytes a file comes with the changes; a larger one when it is opened."""


class FileExchange:
    """Exchanges contents of files with one store; ``notes`` are sentences for the person."""

    def __init__(
        self,
        blobs: Blobs,
        store: int,
        remote: Remote,
        report: Callable[[str, int, int], None],
    ) -> None:
        """Get ready; nothing is contacted.

        Args:
            store: its number in the local file.
            report: is told "files sent" or "files received", how many so far, and of how many.
        """
        self._blobs = blobs
        self._store = store
        self._remote = remote
        self._report = report
        self.sent = 0
        self.received = 0
        self.notes: list[str] = []

    def run(self, *, pull: bool, push: bool, repair: bool = False) -> None:
        """Exchange what is not where it should be; nothing is asked where all is."""
        self._look(thorough=repair)
        unsent = self._blobs.unsent(self._store) if push else []
        missing = self._blobs.missing(self._store) if pull else []
        contents = self._remote.contents
        if contents is None:
            if unsent:
                self.notes.append(
                    counted(
                        "{count} file can't be sent: the store was made before it could keep"
                        " files; have its owner run workbench store init again",
                        "{count} files can't be sent: the store was made before it could keep"
                        " files; have its owner run workbench store init again",
                        len(unsent),
                    )
                )
            return
        if repair and push:
            self._check_store(contents)
            unsent = self._blobs.unsent(self._store)
        if unsent:
            self._push(contents, unsent)
        if missing:
            self._pull(contents, missing)

    def would(self, *, pull: bool, push: bool) -> None:
        """Count what ``run`` would send and receive, as far as this copy knows."""
        if push:
            self.sent = len(self._blobs.unsent(self._store))
        if pull:
            missing = self._blobs.missing(self._store)
            self.received = sum(found.stored and found.size <= AT_ONCE for found in missing)

    def doubt(self) -> None:
        """Believe no more that the store has anything: other files of it turned out to be gone."""
        self._blobs.unmark(self._store)

    def discard(self) -> bool:
        """Take redacted files out of the store; False where this copy may not."""
        doomed = self._blobs.doomed()
        contents = self._remote.contents
        if not doomed or contents is None or contents.discard(doomed):
            self._blobs.unmark(self._store, doomed)
            return True
        marked = self._blobs.marked(self._store, doomed)
        left = contents.held([Blob(sha256, 0) for sha256 in marked]) if marked else set()
        self._blobs.unmark(self._store, marked - left)
        if left:
            self.notes.append(
                counted(
                    "redacted, but still in the store: {count} file, until somebody with the role"
                    " case_redactor syncs",
                    "redacted, but still in the store: {count} files, until somebody with the role"
                    " case_redactor syncs",
                    len(left),
                )
            )
        return False

    # --- to the store -------------------------------------------------------------------------

    def _push(self, contents: Contents, unsent: Sequence[Blob], *, anew: bool = False) -> None:
        held = set() if anew else contents.held(unsent)
        self._blobs.mark(self._store, held)
        todo = [blob for blob in unsent if blob.sha256 not in held]
        for nth, blob in enumerate(todo, 1):
            file = self._blobs.open(blob.sha256)
            if file is None:
                continue  # it counts as missing now, and is told as such
            with file:
                reached("file:before-write")
                contents.write(blob, file, anew=anew)
            reached("file:after-write")
            self._blobs.mark(self._store, [blob.sha256])
            self.sent += 1
            self._report("files sent", nth, len(todo))

    # --- from the store -----------------------------------------------------------------------

    def _pull(self, contents: Contents, missing: Sequence[Missing]) -> None:
        unknown = [found for found in missing if not found.stored]
        held = contents.held(unknown) if unknown else set()
        self._blobs.mark(self._store, held)
        there = [found for found in missing if found.stored or found.sha256 in held]
        small = [Blob(found.sha256, found.size) for found in there if found.size <= AT_ONCE]
        damaged = 0
        nth = 0
        for group in _groups(small):
            pieces = contents.read_pieces(group) if len(group) > 1 else {}
            for found in group:
                damaged += not self._take(contents, found, pieces.get(found.sha256))
                nth += 1
                self._report("files received", nth, len(small))
        if damaged:
            self.notes.append(
                counted(
                    "damaged in the store, or gone: {count} file; workbench sync --repair, on a"
                    " copy that has it, sends it again",
                    "damaged in the store, or gone: {count} files; workbench sync --repair, on a"
                    " copy that has them, sends them again",
                    damaged,
                )
            )
        absent = Counter(found.author for found in unknown if found.sha256 not in held)
        for author, count in sorted(absent.items()):
            self.notes.append(
                counted(
                    "{count} file not uploaded yet by {author}",
                    "{count} files not uploaded yet by {author}",
                    count,
                    author=author,
                )
            )

    def fetch(self, wanted: Blob) -> bool:
        """Fetch one content; False where the store has none of this name, or a damaged one."""
        contents = self._remote.contents
        return contents is not None and self._take(contents, wanted, None)

    def _take(self, contents: Contents, wanted: Blob, data: bytes | None) -> bool:
        """Keep a content; one whose bytes are not at hand is read."""

        def read(start: int) -> Iterable[bytes]:
            return contents.read(wanted, start) if data is None else [data[start:]]

        there = self._blobs.receive(wanted, read)
        if there:
            self.received += 1
        else:
            self._blobs.unmark(self._store, [wanted.sha256])
        return there

    # --- repair -------------------------------------------------------------------------------

    def _look(self, *, thorough: bool) -> None:
        lost = self._blobs.look()
        if thorough:
            lost += self._blobs.check()
        if lost:
            self.notes.append(
                counted(
                    "damaged here, or gone: {count} file",
                    "damaged here, or gone: {count} files",
                    lost,
                )
            )

    def _check_store(self, contents: Contents) -> None:
        """Read every content of the store that is here too; send those again that are others."""
        damaged = []
        for blob in self._blobs.stored(self._store):
            digest = new_hash()
            for piece in contents.read(blob, 0):
                digest.update(piece)
            if digest.hexdigest() != blob.sha256:
                damaged.append(blob)
        if damaged:
            self.notes.append(
                counted(
                    "damaged in the store, or gone, and sent again: {count} file",
                    "damaged in the store, or gone, and sent again: {count} files",
                    len(damaged),
                )
            )
            self._push(contents, damaged, anew=True)


def _groups(files: Sequence[Blob]) -> Iterator[list[Blob]]:
    """Yield the files in groups that are small together; one of several pieces comes alone."""
    group: list[Blob] = []
    size = 0
    for file in files:
        if file.size > PIECE:
            yield [file]
            continue
        if size + file.size > GROUP or len(group) == MOST:
            yield group
            group, size = [], 0
        group.append(file)
        size += file.size
    if group:
        yield group
