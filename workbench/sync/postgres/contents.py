"""The contents of files in PostgreSQL: chunks of 256 KiB, so that a cut loses only a few of them.

No large objects (their rights are per object, and other servers have none), and no single value
(it would stand in memory whole at both ends).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from workbench.cases.said import said
from workbench.local.points import reached
from workbench.sync.remote import PIECE, Content, Unreachable

if TYPE_CHECKING:
    from psycopg import Connection

AT_ONCE = 8
"""How many chunks travel in one statement, which is a transaction of its own."""

HELD = """
select b.sha256 from casestore.blob b where b.sha256 = any(%s)
  and b.chunks = (select count(*) from casestore.blob_chunk c where c.sha256 = b.sha256)"""
OPEN = (
    "insert into casestore.blob (sha256, size, chunks) values (%s, %s, %s) on conflict do nothing"
)
THERE = "select n from casestore.blob_chunk where sha256 = %s"
WRITE = """
insert into casestore.blob_chunk (sha256, n, data)
select %s, t.n, t.data from unnest(%s::int[], %b::bytea[]) as t (n, data) on conflict do nothing"""
READ = """
select n, data from casestore.blob_chunk
where sha256 = %s and n >= %s and n < %s order by n"""
READ_FIRST = "select sha256, data from casestore.blob_chunk where sha256 = any(%s) and n = 0"
MEND = "select casestore.mend_file(%s)"
DISCARD = "select casestore.discard_files(%s)"
DELETE_CHUNKS = "delete from casestore.blob_chunk where sha256 = any(%s)"
DELETE = "delete from casestore.blob where sha256 = any(%s)"


class Rights(NamedTuple):
    """What this role may do with files: remove rows, call the functions that do."""

    delete: bool
    mend: bool
    discard: bool


class DatabaseContents:
    """See ``Contents``."""

    def __init__(
        self,
        connection: Callable[[], Connection[tuple[Any, ...]]],
        told: Callable[[], AbstractContextManager[None]],
        again: Callable[[Callable[[], object]], object],
        rights: Rights,
    ) -> None:
        """Get ready.

        Args:
            connection: gives the open line.
            told: turns what the server says into a sentence.
            again: runs a transaction, and again where the server asks for that.
        """
        self._connection = connection
        self._told = told
        self._again = again
        self._rights = rights

    def held(self, wanted: Sequence[Content]) -> set[str]:
        """Return those of which every chunk is there; one flight."""
        names = [bytes.fromhex(content.sha256) for content in wanted]
        with self._told():
            rows = self._connection().execute(HELD, [names], binary=True).fetchall()
        return {name.hex() for (name,) in rows}

    def read(self, wanted: Content, start: int) -> Iterator[bytes]:
        """Yield chunk after chunk; end at the first that is missing."""
        name = bytes.fromhex(wanted.sha256)
        chunks = _chunks(wanted.size)
        following = start // PIECE
        while following < chunks:
            values = [name, following, following + AT_ONCE]
            with self._told():
                rows = self._connection().execute(READ, values, binary=True).fetchall()
            for n, data in rows:
                if n != following:
                    return
                following += 1
                yield data
            if not rows:
                return

    def read_pieces(self, wanted: Sequence[Content]) -> dict[str, bytes]:
        """Return contents of one chunk each; one flight."""
        names = [bytes.fromhex(content.sha256) for content in wanted]
        with self._told():
            rows = self._connection().execute(READ_FIRST, [names], binary=True).fetchall()
        return {name.hex(): data for name, data in rows}

    def write(self, content: Content, file: IO[bytes], *, anew: bool = False) -> None:
        """Write the chunks that are not there yet, a few in each transaction."""
        name = bytes.fromhex(content.sha256)
        with self._told():
            if anew:
                self._mend(name)
            self._again(lambda: self._write(name, content, file))

    def _write(self, name: bytes, content: Content, file: IO[bytes]) -> None:
        execute = self._connection().execute
        chunks = _chunks(content.size)
        execute(OPEN, [name, content.size, chunks])
        there: set[int] = set()
        if chunks > AT_ONCE:
            there = {n for (n,) in execute(THERE, [name], binary=True)}
        todo = [n for n in range(chunks) if n not in there]
        for start in range(0, len(todo), AT_ONCE):
            some = todo[start : start + AT_ONCE]
            execute(WRITE, [name, some, [_chunk(file, n) for n in some]])
            reached("file:after-chunks")

    def try_out(self, sha256: bytes) -> None:
        """Write a small content under a name that none has, read it back, and take it back.

        Raises:
            Unreachable: something of it is not allowed, or not given back as it was.
        """
        import psycopg

        execute = self._connection().execute
        with self._told(), self._connection().transaction() as transaction:
            execute(OPEN, [sha256, 1, 1])
            execute(WRITE, [sha256, [0], [b"x"]])
            rows = execute(READ, [sha256, 0, 1], binary=True).fetchall()
            if rows != [(0, b"x")]:
                raise Unreachable(said("it does not give back what was written"), None)
            raise psycopg.Rollback(transaction)

    def _mend(self, name: bytes) -> None:
        """Remove what bears a name and is another; the function looks before it does."""
        if self._rights.delete:
            self._delete([name])
        elif self._rights.mend:
            self._connection().execute(MEND, [name])

    def discard(self, wanted: Sequence[str]) -> bool:
        """Remove contents, where this role may do that."""
        names = [bytes.fromhex(sha256) for sha256 in wanted]
        with self._told():
            if self._rights.delete:
                self._again(lambda: self._delete(names))
            elif self._rights.discard:
                self._again(lambda: self._connection().execute(DISCARD, [names]))
            else:
                return False
        return True

    def _delete(self, names: list[bytes]) -> None:
        connection = self._connection()
        with connection.transaction():
            connection.execute(DELETE_CHUNKS, [names])
            connection.execute(DELETE, [names])


def _chunks(size: int) -> int:
    return -(-size // PIECE)


def _chunk(file: IO[bytes], n: int) -> bytes:
    file.seek(n * PIECE)
    return file.read(PIECE)
