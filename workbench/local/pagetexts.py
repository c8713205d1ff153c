"""The words of kept pages: written and hashed piece by piece, for a page may be very long."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from sqlite3 import Blob

from workbench.local.database import Database

PIECE = 1 << 20
"""So many bytes are written or read at once."""
Bytes = bytes | memoryview
FORMER = "page-was "
"""Begins the name in ``meta`` of a save out of which words were taken, and that has still to be
told to other copies."""


def put(db: Database, page: int, source: Bytes, raw: Bytes | None) -> None:
    """Keep the words of a save, inside the transaction that wrote its row.

    Their room is made first and filled then: as values of a row they would be held three times.

    Args:
        page: the save's row.
        source: its source in UTF-8.
        raw: the file as it came.
    """
    sizes = [None if given is None else len(given) for given in (source, raw)]
    # zeroblob(NULL) would be an empty file
    made = "?, zeroblob(?), NULL" if raw is None else "?, zeroblob(?), zeroblob(?)"
    db.run(
        f"INSERT INTO page_text (page_id, source, raw) VALUES ({made})",
        page,
        *(size for size in sizes if size is not None),
    )
    for column, given in (("source", source), ("raw", raw)):
        if not given:
            continue
        view = memoryview(given)
        with db.connection.blobopen("page_text", column, page) as blob:
            for start in range(0, len(view), PIECE):
                blob.write(view[start : start + PIECE])


def digest(db: Database, page: int) -> str:
    """Return the SHA-256 of what copies share of a save, as hex."""
    found = sha256()
    with _content(db, page) as blob:
        while piece := blob.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def size(db: Database, page: int) -> int:
    """Return how many bytes there are of what copies share of a save."""
    with _content(db, page) as blob:
        return len(blob)


def content(db: Database, page: int) -> Iterator[bytes]:
    """Yield what copies share of a save: the file as it came where that is its source."""
    with _content(db, page) as blob:
        while piece := blob.read(PIECE):
            yield piece


def _content(db: Database, page: int) -> Blob:
    column = "raw" if is_raw(db, page) else "source"
    return db.connection.blobopen("page_text", column, page, readonly=True)


def is_raw(db: Database, page: int) -> bool:
    """True where the file as it came is kept, and is the page's source."""
    found = db.value(
        "SELECT 1 FROM page p JOIN page_text t ON t.page_id = p.id WHERE p.id = ?"
        " AND p.shape = 'plain' AND t.raw IS NOT NULL",
        page,
    )
    return found is not None


def source(db: Database, page: int) -> str:
    """Return the source of a save."""
    return str(db.value("SELECT CAST(source AS TEXT) FROM page_text WHERE page_id = ?", page))


def sources(db: Database) -> Iterator[tuple[int, str]]:
    """Yield the saves' rows with their sources, one at a time."""
    for page in [page for (page,) in db.rows("SELECT page_id FROM page_text ORDER BY page_id")]:
        yield page, source(db, page)


def blank(db: Database, page: int, source: str) -> None:
    """Keep another source of a save, from which a text was taken out.

    The bytes as they came go whole: what is in them besides can't be told. What was there before is
    remembered by its hash: other copies may have it.
    """
    note_former(db, page, digest(db, page))
    replace(db, page, source.encode(errors="surrogatepass"), None)


def replace(db: Database, page: int, source: Bytes, raw: Bytes | None) -> None:
    """Keep other words of a save; the former ones are in no byte of the row any more."""
    db.run("DELETE FROM page_text WHERE page_id = ?", page)
    put(db, page, source, raw)


def note_former(db: Database, page: int, digest: str) -> None:
    """Remember what a save came to before words were taken out of it; the first time tells."""
    db.run("INSERT OR IGNORE INTO meta VALUES (?, ?)", f"{FORMER}{page}", digest)


def former(db: Database) -> dict[int, str]:
    """Return by their rows what the saves came to before words were taken out of them."""
    rows = db.rows("SELECT name, value FROM meta WHERE name GLOB ?", f"{FORMER}*")
    return {int(name.removeprefix(FORMER)): value for name, value in rows}


def forget_former(db: Database, page: int) -> None:
    """Forget what a save was: all that is known of that is said."""
    db.run("DELETE FROM meta WHERE name = ?", f"{FORMER}{page}")
