"""Files: attached to a case or an entry, found by their name, taken out again.

A content is kept before the change that names it is written: a change never names what was not
there when it was written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.cases.errors import Ambiguous, NotFound, WorkbenchError
from workbench.cases.files import LIMIT, label, show_size
from workbench.cases.model import Attachment
from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.cases.text import fold
from workbench.desk import reading, sharing
from workbench.desk.tools import Tools
from workbench.local.blobs import Blob, Blobs, TooLarge, pieces_of
from workbench.local.stores import Store, Stores

if TYPE_CHECKING:
    from workbench.cases.change import Change
    from workbench.local.act import Act
    from workbench.sync.contents import FileExchange

SHORTEST_ID = 4


class Given(Record):
    """A file to attach: what it is called, its bytes, and how many there may be."""

    name: str
    pieces: Iterable[bytes]
    limit: int = LIMIT


def given_file(path: Path, name: str, limit: int) -> Given:
    """Return a file of this machine to attach, which is read piece by piece.

    Raises:
        WorkbenchError: it is a folder.
    """
    if path.is_dir():
        raise WorkbenchError(
            said("{file} is a folder", file=path), said("Attach its files one by one.")
        )
    return Given(name, _read(path), limit)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from pieces_of(file)


class Left(Record):
    """A file that a fetch left: the key of its case, and the file."""

    case: str
    file: Attachment


class Kit(Record):
    """What was fetched for a trip. Sizes in bytes.

    ``too_large`` did not fit into the budget; ``missing`` are in no store that was asked.
    """

    files: int
    here: int
    fetched: int
    size: int
    too_large: tuple[Left, ...]
    missing: tuple[Left, ...]


def keep(tools: Tools, case_id: str, files: Sequence[Given]) -> list[dict[str, Any]]:
    """Keep the contents of files; return what changes will say of them.

    Raises:
        WorkbenchError: one is too large, or has no name.
    """
    tools.subject(case_id)  # before anything is written
    _ = tools.pen  # whose making takes out what was redacted, if that is still to be done
    return [_keep(tools, file, label(file.name)) for file in files]


def _keep(tools: Tools, file: Given, name: str) -> dict[str, Any]:
    try:
        blob = Blobs(tools.db).keep(file.pieces, file.limit)
    except TooLarge:
        raise WorkbenchError(
            said("{name} has more than {size}", name=name, size=show_size(file.limit)),
            said("Attach the part that matters, or allow more: workbench config set file_limit."),
        ) from None
    return {"sha256": blob.sha256, "size": blob.size, "name": name, "mime": _mime(name)}


def _mime(name: str) -> str | None:
    """Return the type that the ending of a name tells, by a table that is the same everywhere."""
    from mimetypes import MimeTypes

    return MimeTypes().guess_type(name)[0]


def attach(tools: Tools, case_id: str, file: Given) -> tuple[Attachment, bool]:
    """Attach a file to a case; the same one under the same name is there already."""
    (body,) = keep(tools, case_id, [file])
    with tools.act("attach") as act:
        for there in tools.reader.own_files(case_id):
            if (there.file, there.sha256) == (body["name"], body["sha256"]):
                return there, False
        change = write(tools, act, case_id, body)
    found = (there for there in tools.reader.own_files(case_id) if there.id == change.name)
    return next(found), True


def write(tools: Tools, act: Act, case_id: str, body: dict[str, Any], **about: str) -> Change:
    """Write that a file is attached, of what ``keep`` returned.

    Raises:
        WorkbenchError: its content is not here any more.
    """
    if not Blobs(tools.db).holds(body["sha256"]):
        raise WorkbenchError(
            said(
                "the content of {file} was redacted before, and another window took it out "
                "just now",
                file=body["name"],
            ),
            said("Attach it again if it is to be there all the same."),
        )
    return act.write("att", case_id, i=tools.pen.new_id(), **about, **body)


def find(tools: Tools, case_id: str, ref: str) -> Attachment:
    """Return the file that a person names: by its name, or by how its id or hash begins.

    Raises:
        NotFound: there is none.
        Ambiguous: there are several with different contents.
    """
    files = reading.with_files(tools, case_id).attachments
    wanted = fold(ref).strip()
    ways: tuple[Callable[[Attachment], bool], ...] = (
        lambda file: file.file == ref,
        lambda file: fold(file.file) == wanted,
        lambda file: len(wanted) >= SHORTEST_ID and _begins(file, wanted),
    )
    for way in ways:
        found = [file for file in files if way(file)]
        if len({file.sha256 for file in found}) > 1:
            raise Ambiguous(
                said('several files are called "{ref}"', ref=ref),
                tuple(f"{file.id or '–'}  {file.file}" for file in found),
                said("Name one by its id."),
            )
        if found:
            return found[0]
    raise NotFound(
        said('{case} has no file "{ref}"', case=tools.reader.key(case_id), ref=ref),
        said("workbench files lists them."),
    )


def _begins(file: Attachment, wanted: str) -> bool:
    return any(text is not None and text.startswith(wanted) for text in (file.id, file.sha256))


def twins(tools: Tools, file: Attachment) -> list[tuple[str, str]]:
    """Return the cases (their keys) and names under which a file's very content is attached."""
    rows = tools.db.rows(
        "SELECT DISTINCT c.key, a.file FROM attachment a JOIN cases c ON c.id = a.case_id"
        " WHERE a.sha256 = ? ORDER BY c.key, a.file",
        file.sha256,
    )
    return [(key, name) for key, name in rows]


def take_out(tools: Tools, file: Attachment, target: Path) -> None:
    """Write a file's content to a new file; see ``Desk.take_out``."""
    blobs = Blobs(tools.db)
    blob = _blob(file)
    source = blobs.open(blob.sha256)
    if source is None:
        _fetch(tools, file, blob)
        source = blobs.open(blob.sha256)
        if source is None:  # it was compared with its name a moment ago
            raise NotFound(
                said("{file} was redacted meanwhile", file=file.file),
                said("workbench files lists what is."),
            )
    # A name that is there already may be anything, a link to another file too.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with source, os.fdopen(os.open(target, flags, 0o600), "wb") as out:
        for piece in pieces_of(source):
            out.write(piece)


def _blob(file: Attachment) -> Blob:
    if file.sha256 is None or file.size is None:
        raise WorkbenchError(
            said(
                "of {file} only the name is known: it stands on a page, whose files are "
                "not saved with it",
                file=file.file,
            ),
            said("Look at the page in the wiki, or attach the file."),
        )
    return Blob(file.sha256, file.size)


def _fetch(tools: Tools, file: Attachment, blob: Blob) -> None:
    from workbench.sync.remote import NoStore, Unreachable

    away: WorkbenchError | None = None
    for store in Stores(tools.db).all():
        try:
            with _files_of(tools, store) as files:
                if files.fetch(blob):
                    return
        except (Unreachable, NoStore) as error:
            away = error
    if away is not None:
        raise Unreachable(
            said("{file} is not here, and {away}", file=file.file, away=away.args[0]),
            said("Try again with the network."),
        )
    raise WorkbenchError(
        said(
            "{file} is not here, and in no store: {author} has not sent it yet",
            file=file.file,
            author=file.author,
        ),
        said(
            "It comes with a sync after they have; sync --repair on a copy that has it "
            "sends it again."
        ),
    )


@contextmanager
def _files_of(
    tools: Tools, store: Store, progress: sharing.Progress | None = None
) -> Iterator[FileExchange]:
    """Open a store for its files alone."""
    from workbench.sync.contents import FileExchange

    with sharing.connected(tools, store) as remote:
        yield FileExchange(
            Blobs(tools.db), store.id, remote, progress or (lambda what, done, total: None)
        )


def unsent(tools: Tools) -> int:
    """Return how many contents some store does not have, as far as we know."""
    blobs = Blobs(tools.db)
    return max((len(blobs.unsent(store.id)) for store in Stores(tools.db).all()), default=0)


def fetch_kit(
    tools: Tools,
    query: str,
    budget: int | None,
    name: str | None,
    progress: sharing.Progress | None,
) -> Kit:
    """Fetch the files of the cases that a query finds, the newest first, within a budget."""
    wanted = _wanted(tools, query)
    todo = [left for left in wanted if not left.file.here]
    fetched = size = 0
    too_large: list[Left] = []
    missing: list[Left] = []
    if todo:
        with _files_of(tools, sharing.find(tools, name), progress) as files:
            for nth, left in enumerate(todo, 1):
                blob = _blob(left.file)
                if budget is not None and size + blob.size > budget:
                    too_large.append(left)
                elif files.fetch(blob):
                    fetched, size = fetched + 1, size + blob.size
                else:
                    missing.append(left)
                if progress is not None:
                    progress("files received", nth, len(todo))
    here = len(wanted) - len(todo)
    return Kit(len(wanted), here, fetched, size, tuple(too_large), tuple(missing))


def _wanted(tools: Tools, query: str) -> list[Left]:
    """Return the files with a content of the cases found, each content once, the newest first."""
    cases = tools.search.cases(query, sort="activity", asker=tools.asker)
    found: dict[str | None, Left] = {}
    for key, file in tools.reader.attached(list(cases)):
        found.setdefault(file.sha256, Left(key, file))
    return list(found.values())
