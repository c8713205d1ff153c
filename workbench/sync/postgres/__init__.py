"""A store in PostgreSQL: feeds as rows, a head for each, and a cursor for each reader and feed.

"A reader's cursor is one (number, chain) for each feed, never a global sequence": numbers of a
sequence become visible out of order, and after a restore they mean something else.

Only this package imports psycopg, inside its functions.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.cases.feed import START, Batch
from workbench.cases.said import said
from workbench.local.points import reached
from workbench.sync.postgres import appending, line
from workbench.sync.postgres import statements as sql
from workbench.sync.postgres.contents import DatabaseContents, Rights
from workbench.sync.postgres.numbers import Numbers
from workbench.sync.remote import (
    CLONED,
    FORMAT,
    OLDER,
    Erased,
    Finding,
    Identity,
    Known,
    Limits,
    NoStore,
    Own,
    Surprise,
    Unreachable,
)

if TYPE_CHECKING:
    from psycopg import Connection

T = TypeVar("T")

TRIES = 6
"""How often a transaction is run that the server asks to run again."""
ERASED_AT_ONCE = 10_000
OLDEST = 130_000
"""The oldest version of the server that is known to do, as server_version_num."""


def create(url: str, store_id: str, epoch: str) -> Identity:
    """Make a database a store, or return which store it already is.

    Raises:
        Unreachable: it can't be reached, or this role may not make tables.
    """
    remote = Postgres(url, lambda: 0)
    try:
        try:
            found = remote.identify()
        except NoStore:
            found = None
        if found is None:
            remote.make(store_id, epoch)
            return remote.identify()
        remote.complete()
        return found
    finally:
        remote.close()


class Postgres:
    """A shared store in a PostgreSQL database; see ``Remote``."""

    limits = Limits(20_000, 16 * 1024 * 1024)

    def __init__(
        self, url: str, clock: Callable[[], int], wait: Callable[[float], None] = sleep
    ) -> None:
        """Name the database; nothing is contacted yet.

        Args:
            url: postgresql://…, without a password.
            clock: gives ms since 1970.
            wait: is called with seconds before a transaction is run again.
        """
        self._url = url
        self._clock = clock
        self._wait = wait
        self._open: Connection[sql.Row] | None = None
        self._reading: Generator[Batch, None, None] | None = None
        self._skew: int | None = None
        self._read_only = False
        self.way: appending.Way = "direct"
        self._erase: str | None = None
        self.contents: DatabaseContents | None = None
        self._heads: dict[str, tuple[int, bytes]] | None = None
        self.damaged: dict[str, str] = {}
        """The feeds that can't be read to their end, and why; all others were read."""
        self.expected = 0
        self.owners: dict[str, str] = {}
        """The role that each feed belongs to; nobody can write into another's."""
        self.sizes: dict[str, int] = {}

    @property
    def remarks(self) -> Sequence[str]:
        """What the person should know of the feeds that could not be read to their end."""
        return [
            said("the feed {feed} {why}", feed=feed, why=why) for feed, why in self.damaged.items()
        ]

    # --- the contract -------------------------------------------------------------------------

    @property
    def numbers(self) -> Numbers:
        """What gives case numbers."""
        return Numbers(self._transact, self._make_tables, self._url)

    def identify(self) -> Identity:
        """Return which store it is; one flight, which measures the clocks too."""
        with self._told():
            connection = self._connection
            before = self._clock()
            row = connection.execute(sql.IDENTIFY).fetchone()
            after = self._clock()
        if row is None:
            raise line.no_store(self._url)
        store_id, epoch, form, min_reader, now, self._read_only, may_update, calls, delete = row
        if min_reader > FORMAT:
            raise NoStore(
                said("the store was made by a newer version (format {form})", form=form),
                said("Update Workbench; nothing was sent or taken."),
            )
        self._skew = (before + after) // 2 - now
        self._erase = sql.ERASE if may_update else sql.CALL_ERASE if "erase" in calls else None
        if delete is not None:  # else there is no such table yet
            rights = Rights(delete, "mend_file" in calls, "discard_files" in calls)
            self.contents = DatabaseContents(
                lambda: self._connection,
                self._told,
                self._again_on_primary,
                Rights(False, False, False) if self._read_only else rights,
            )
        return Identity(store_id, epoch, form)

    def skew(self) -> int | None:
        """Return by how many ms this clock is ahead of the server's, as ``identify`` found."""
        return self._skew

    def news(self, known: Known) -> Iterator[Batch]:
        """Yield what is new, page by page; one flight where nothing is.

        "What is new is decided for each feed by itself": a writer that commits late delays its
        own feed's changes and can't make a reader miss them.
        """
        self._end_reading()
        heads = self._load_heads()
        cursors = known.cursors()
        gone = sorted(cursors.keys() - heads.keys())
        if gone and not self._read_only:
            raise Surprise(said("the feed {feed} is gone from it: {why}", feed=gone[0], why=OLDER))
        todo = []
        for feed, (head, head_chain) in sorted(heads.items()):
            seq, chain = cursors.get(feed, (0, START))
            if feed == known.feed or (head < seq and self._read_only):
                continue  # a standby that is behind: what it lacks comes later
            if head < seq:
                raise Surprise(
                    said(
                        "the feed {feed} ends at {head}, and was read up to {seq}: {why}",
                        feed=feed,
                        head=head,
                        seq=seq,
                        why=OLDER,
                    )
                )
            if head > seq:
                todo.append((feed, seq, chain, head))
            elif chain != head_chain:
                self._examine(feed, seq, chain)
        self.expected = sum(head - seq for _, seq, _, head in todo)
        pages = (batch for place in todo for batch in self._pages(*place))
        if self.expected <= sql.FIRST_ITEMS:
            yield from pages
            return
        from workbench.sync.postgres.ahead import read_ahead

        self._reading = read_ahead(pages, lambda: line.cut(self._open))
        try:
            yield from self._reading
            self._reading = None
        finally:
            self._end_reading()

    def lost(self, known: Known, *, thorough: bool = False) -> Sequence[str]:
        """Return nothing: what is gone from a database is a surprise."""
        return ()

    def confirm(self, known: Known, *, thorough: bool = False) -> Own:
        """Return how far the store has our feed; no flight behind ``news``."""
        heads = self._load_heads() if self._heads is None else self._heads
        self._heads = None
        head, chain = heads.get(known.feed, (0, START))
        if known.own_chain(head) != chain:
            raise Surprise(CLONED)
        if head < known.acked and not self._read_only:
            raise Surprise(
                said(
                    "our own feed ends at {head}, and was confirmed up to {acked}: {why}",
                    head=head,
                    acked=known.acked,
                    why=OLDER,
                )
            )
        return Own(head)

    def append(self, batch: Batch) -> None:
        """Append to our own feed in one transaction, again where the server asks for that."""
        import psycopg

        self._refuse_standby()
        with self._told():
            try:
                self._again(lambda: appending.append(self._connection, batch, self.way))
            except psycopg.errors.UniqueViolation as error:
                raise Surprise(said("our own feed has rows behind its head")) from error
            except (psycopg.errors.FeatureNotSupported, psycopg.errors.InsufficientPrivilege):
                # Row level security that somebody put on op, no right to make a temporary table,
                # or a server without binary COPY.
                if self.way == "values" or len(batch.items) <= appending.BULK:
                    raise
                self.way = "staged" if self.way == "direct" else "values"
                self.append(batch)
        reached("push:after-remote-commit")

    def erase(self, stubs: Mapping[bytes, bytes], feeds: Sequence[str] | None) -> Erased:
        """Take the bytes of redacted changes out of every feed, where this role may do that."""
        command = self._erase
        if command is None or self._read_only:
            return Erased(0, self.unerased(list(stubs)))
        found = 0
        with self._told():
            op_ids = list(stubs)
            for start in range(0, len(op_ids), ERASED_AT_ONCE):
                some = op_ids[start : start + ERASED_AT_ONCE]
                values = [some, [sql.STUB + stubs[op_id] for op_id in some]]
                row = self._again(partial(self._connection.execute, command, values)).fetchone()
                found += 0 if row is None else row[0]
        return Erased(found)

    def unerased(self, op_ids: Sequence[bytes]) -> int:
        """Return how many of these changes still have their bytes in some feed."""
        found = 0
        with self._told():
            for start in range(0, len(op_ids), ERASED_AT_ONCE):
                some = [op_ids[start : start + ERASED_AT_ONCE]]
                ask = partial(self._connection.execute, sql.UNERASED, some)
                row = self._again(ask).fetchone()
                found += 0 if row is None else row[0]
        return found

    def discard(self, feed: str, names: Sequence[str]) -> None:
        """Nothing is written anew under another name."""

    def check(self, entropy: bytes) -> list[Finding]:
        """Try all that sync needs, in a transaction that is rolled back."""
        from workbench.sync.checking import check_database

        return check_database(self, entropy)

    def close(self) -> None:
        """Close the connection."""
        self._end_reading()
        self._hang_up()

    # --- reading ------------------------------------------------------------------------------

    def _load_heads(self) -> dict[str, tuple[int, bytes]]:
        with self._told():
            rows = self._connection.execute(sql.HEADS, binary=True).fetchall()
        self.damaged = {}
        self._heads = {feed: (head, chain) for feed, head, chain, _ in rows}
        self.owners = {feed: owner for feed, _, _, owner in rows}
        return self._heads

    def _end_reading(self) -> None:
        """Let no thread use the connection any more, which was cut where one did."""
        if self._reading is not None:
            self._reading.close()
            self._reading = None
            self._hang_up()

    def _pages(self, feed: str, seq: int, chain: bytes, head: int) -> Iterator[Batch]:
        """Yield what follows ``seq``; stop at damage, so that the other feeds go on."""
        start = seq
        while seq < head:
            most = sql.FIRST_ITEMS if seq == start else sql.PAGE_ITEMS
            values = {"feed": feed, "after": seq, "until": min(head, seq + most)}
            with self._told():
                rows = self._connection.execute(sql.PAGE, values, binary=True).fetchall()
            items, links, trouble = sql.verified(rows, seq, chain)
            if trouble and not items and seq == start:
                self._examine(feed, seq, chain)
            if items:
                batch = Batch(feed, seq + 1, chain, items, links=links)
                seq, chain = batch.last, batch.chain_after
                yield batch
            if trouble or not rows:
                self.damaged[feed] = said(
                    "is read up to {seq} only: number {next} {why}",
                    seq=seq,
                    next=seq + 1,
                    why=trouble or said("is not there, though its head says so"),
                )
                return

    def _examine(self, feed: str, seq: int, chain: bytes) -> None:
        """Tell damage behind what we have read from another history than the one that we read."""
        if seq:
            with self._told():
                row = self._connection.execute(sql.CHAIN, [feed, seq], binary=True).fetchone()
            if row is None or row[0] != chain:
                raise Surprise(
                    said(
                        "the feed {feed} is not the one that was read: {why}", feed=feed, why=OLDER
                    )
                )
        self.damaged[feed] = said("is damaged behind {seq}", seq=seq)

    # --- writing ------------------------------------------------------------------------------

    def _refuse_standby(self) -> None:
        if self._read_only:
            raise Unreachable(
                said(
                    "{server} only answers (a standby?): nothing can be sent to it",
                    server=line.address(self._url),
                ),
                said("Name the primary server. {again}", again=line.AGAIN),
            )

    def _transact(self, work: Callable[[Connection[sql.Row]], T]) -> T:
        """Do work in one transaction, again where the server asks for that; return its result."""

        def run() -> T:
            with self._connection.transaction():
                return work(self._connection)

        return self._again_on_primary(run)

    def _again_on_primary(self, run: Callable[[], T]) -> T:
        self._refuse_standby()
        return self._again(run)

    def _again(self, run: Callable[[], T]) -> T:
        """Run a transaction, and again where the server asks for that; return what it returns."""
        from psycopg import errors

        for attempt in range(TRIES - 1):
            try:
                return run()
            except (errors.SerializationFailure, errors.DeadlockDetected):
                self._wait(0.05 * 2**attempt)
        return run()

    # --- the connection -----------------------------------------------------------------------

    @property
    def _connection(self) -> Connection[sql.Row]:
        if self._open is None or self._open.closed:
            self._open = line.connect(self._url)
        return self._open

    def _hang_up(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _told(self) -> AbstractContextManager[None]:
        return line.told(self._url)

    # --- making a store, and trying one out -----------------------------------------------------

    def make(self, store_id: str, epoch: str) -> None:
        """Make the tables and name the store; what is there stays."""
        with self._told():
            self._make_tables([store_id, epoch, FORMAT, FORMAT])

    def complete(self) -> None:
        """Make the tables that a store of an earlier version lacks.

        Raises:
            NoNumbers: this role may not.
        """
        if not self._read_only:
            if self.contents is None:
                with self._told():
                    self._make_tables()
            self.numbers.complete()

    def _make_tables(self, named: Sequence[object] | None = None) -> None:
        from psycopg import errors

        def work(connection: Connection[sql.Row]) -> None:
            connection.execute(sql.script("postgres.sql").encode())
            if named is not None:
                connection.execute(sql.NAME_STORE, named)

        try:
            self._transact(work)
        except (errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateSchema):
            self._transact(work)  # somebody else made it at the same moment

    def try_rights(self, feed: str) -> None:
        """Write a feed and a change, read them back, and take all of it back.

        Raises:
            Unreachable: something of it is not allowed, or not given back as it was.
        """
        with self._told():
            appending.try_out(self._connection, feed)

    def try_reading(self) -> None:
        """Read what a pull reads, as far as the rights for it go.

        Raises:
            Unreachable: something of it is not allowed.
        """
        self._load_heads()
        with self._told():
            self._connection.execute(sql.PAGE, {"feed": "", "after": 0, "until": 0})
        if self.contents is not None:
            self.contents.held(())
            self.contents.read_pieces(())

    def strange(self) -> tuple[int, Sequence[str]]:
        """Return how many rows lie beside feeds of others, and which roles wrote them.

        "Nobody reads them": a feed is what its owner wrote.
        """
        with self._told():
            row = self._connection.execute(sql.STRANGE).fetchone()
        return (0, []) if row is None else (row[0], row[1])

    def describe(self) -> dict[str, Any]:
        """Return what ``check`` tells: version, read_only, may_write, encrypted, local, erases."""
        with self._told():
            connection = self._connection
            row = connection.execute(sql.MAY_WRITE).fetchone()
            return {
                "version": connection.info.server_version,
                "read_only": self._read_only,
                "may_write": row is not None and row[0],
                "encrypted": bool(connection.pgconn.ssl_in_use),
                "local": line.is_local(connection),
                "erases": self._erase is not None,
            }
