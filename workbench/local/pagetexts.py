"""The words of kept pages: written and hashed piece by piece, for a page may be very long."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from workbench.local.database import Database

PIECE = 1 << 20
"""So many bytes are written or read at once."""
Bytes = bytes | memoryview


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
    """Return the SHA-256 of a save's source, as hex."""
    found = sha256()
    with db.connection.blobopen("page_text", "source", page, readonly=True) as blob:
        while piece := blob.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def source(db: Database, page: int) -> str:
    """Return the source of a save."""
    return str(db.value("SELECT CAST(source AS TEXT) FROM page_text WHERE page_id = ?", page))


def sources(db: Database) -> Iterator[tuple[int, str]]:
    """Yield the saves' rows with their sources, one at a time."""
    for page in [page for (page,) in db.rows("SELECT page_id FROM page_text ORDER BY page_id")]:
        yield page, source(db, page)


def replace(db: Database, page: int, source: str) -> None:
    """Keep another source of a save, from which a text was taken out.

    The bytes as they came go whole: what is in them besides can't be told.
    """
    db.run(
        "UPDATE page_text SET raw = NULL, source = CAST(? AS BLOB) WHERE page_id = ?", source, page
    )
