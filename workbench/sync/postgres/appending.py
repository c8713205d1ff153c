"""Appending to our own feed: in one transaction, behind its head, which is held meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from workbench.cases.feed import START, Batch, Columns, Item
from workbench.cases.said import said
from workbench.local.points import reached
from workbench.sync.postgres import statements as sql
from workbench.sync.postgres.binary import binary_rows
from workbench.sync.remote import CLONED, OLDER, Surprise, Unreachable

if TYPE_CHECKING:
    from psycopg import Connection

BULK = 500
"""From how many rows on COPY is worth its two more round trips."""
Way = Literal["direct", "staged", "values"]
"""How many rows at once are written: by COPY into the table, by COPY into a temporary one, or as
values of a statement. Each is several times slower than the one before it, and works where that
does not."""


def append(connection: Connection[sql.Row], batch: Batch, way: Way) -> None:
    """Append a batch, without what of it is there.

    Raises:
        Surprise: the feed is another's, or its head is not where the batch begins.
    """
    chains = batch.chains
    if way != "values" and len(batch.items) > BULK:
        with connection.transaction():
            with connection.pipeline():
                there = _hold(connection, batch, chains)
            _copy(connection, batch, chains, there, staged=way == "staged")
            _move_head(connection, batch, chains, there)
            reached("push:before-remote-commit")
        return
    with connection.pipeline(), connection.transaction():
        there = _hold(connection, batch, chains)
        _insert(connection, batch, chains, there)
        _move_head(connection, batch, chains, there)
        reached("push:before-remote-commit")


def _hold(connection: Connection[sql.Row], batch: Batch, chains: Sequence[bytes]) -> int:
    """Lock our feed; return how many items of the batch it has already, from its first on."""
    execute = connection.execute
    execute(sql.PATIENCE)
    execute(sql.OPEN_FEED, [batch.feed])
    row = execute(sql.LOCK_FEED, [batch.feed], binary=True).fetchone()
    if row is None:
        raise Surprise(said("our own feed belongs to another role"))
    head, chain = row
    if head < batch.first - 1:
        raise Surprise(
            said(
                "our own feed ends at {head}, before what was confirmed: {why}",
                head=head,
                why=OLDER,
            )
        )
    if head > batch.last:
        found = execute(sql.CHAIN, [batch.feed, batch.last], binary=True).fetchone()
        head, chain = batch.last, None if found is None else found[0]
    if chain != chains[head - batch.first + 1]:
        raise Surprise(CLONED)
    return int(head - batch.first + 1)


def _copy(
    connection: Connection[sql.Row],
    batch: Batch,
    chains: Sequence[bytes],
    there: int,
    *,
    staged: bool,
) -> None:
    if staged:
        connection.execute(sql.STAGE)
    command = f"copy {sql.STAGED if staged else sql.COLUMNS} from stdin (format binary)"
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for block in binary_rows(batch, chains, there):
            copy.write(block)
    if staged:
        connection.execute(sql.UNSTAGE)


def _insert(
    connection: Connection[sql.Row], batch: Batch, chains: Sequence[bytes], there: int
) -> None:
    items = Columns.of(batch.items)
    connection.execute(
        sql.INSERT,
        [
            batch.feed,
            list(range(batch.first + there, batch.last + 1)),
            items.op_ids[there:],
            chains[there + 1 :],
            sql.contents(items)[there:],
        ],
    )


def _move_head(
    connection: Connection[sql.Row], batch: Batch, chains: Sequence[bytes], there: int
) -> None:
    if there == len(batch.items):
        return
    before = batch.first + there - 1
    values = [batch.last, chains[-1], batch.feed, before]
    if connection.execute(sql.MOVE_HEAD, values).fetchone() is None:
        raise Surprise(said("the head of our own feed moved while we held it"))


def try_out(connection: Connection[sql.Row], feed: str) -> None:
    """Write a feed and a change, read them back, and take all of it back.

    Raises:
        Unreachable: something of it is not allowed, or not given back as it was.
    """
    import psycopg

    data = b'{"a change":"that is never kept"}'
    batch = Batch(feed, 1, START, [Item(sha256(data).digest(), data)])
    chains = batch.chains
    execute = connection.execute
    with connection.transaction() as transaction:
        _hold(connection, batch, chains)
        _insert(connection, batch, chains, 0)
        _move_head(connection, batch, chains, 0)
        values = {"feed": feed, "after": 0, "until": 1}
        rows = execute(sql.PAGE, values, binary=True).fetchall()
        items, _, trouble = sql.verified(rows, 0, START)
        if trouble or items != batch.items:
            raise Unreachable(said("it does not give back what was written"), None)
        raise psycopg.Rollback(transaction)
