"""A store of a world in a real PostgreSQL, which can be set back, emptied and lose a feed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg
from psycopg import pq, sql

from tests.sync.places import TABLES
from tests.sync.simulation.stores import Feeds
from workbench.sync.postgres import line

if TYPE_CHECKING:
    from tests.sync.simulation.world import World

SERVER = "SIMULATION_SERVER"
"""The environment variable that holds the address of the server to use."""
IDLE = (pq.TransactionStatus.IDLE, pq.PipelineStatus.OFF)

_idle: dict[str, psycopg.Connection[Any]] = {}
_made: set[str] = set()
_connect = line.connect


def kept_line(url: str) -> psycopg.Connection[Any]:
    """Open a connection, or give the one that is left from an earlier exchange: a new one costs
    the server more than all that an exchange does with it."""
    if (found := _idle.pop(url, None)) is not None and not found.closed:
        return found
    connection = _connect(url)
    end = connection.close

    def keep() -> None:
        if (connection.info.transaction_status, connection.info.pipeline_status) == IDLE:
            _idle[url] = connection
        else:
            end()

    connection.close = keep  # type: ignore[method-assign]
    return connection


@dataclass
class DatabaseStore:
    """One store in a database of this process."""

    world: World
    name: str
    sites: int = 1
    lossy: bool = False
    _open: psycopg.Connection[Any] | None = None
    _kept: bool = False
    _damaged: dict[bytes, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the database where it is not there yet, and empty it."""
        self._database = f"simulation_{os.getpid()}"
        server = os.environ[SERVER]
        self._address = urlsplit(server)._replace(path=f"/{self._database}").geturl()
        if self._address not in _made:
            made = sql.SQL("create database {}").format(sql.Identifier(self._database))
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(
                    sql.SQL("drop database if exists {}").format(sql.Identifier(self._database))
                )
                connection.execute(made)
            _made.add(self._address)
        self.run("drop schema if exists casestore, kept cascade")

    def run(self, command: str, *values: object) -> list[Any]:
        """Run a statement as the database's owner."""
        if self._open is None:
            self._open = psycopg.connect(self._address, autocommit=True)
            self._open.execute("set client_min_messages = error")
        done = self._open.execute(command.encode(), values or None)
        return done.fetchall() if done.description else []

    def address(self, site: int) -> str:
        """Return what ``store add`` takes."""
        return self._address

    def made(self) -> None:
        """Nothing is to be done."""

    @contextmanager
    def watched(self, site: int) -> Iterator[None]:
        """Nothing is taken away unseen."""
        yield

    def settle(self) -> None:
        """Mend the rows that were damaged, as the owner of the server does."""
        for damaged, whole in self._damaged.items():
            self.run("update casestore.op set bytes = %s where bytes = %s", whole, damaged)

    def is_damaged(self) -> bool:
        """Rows are whole."""
        return False

    # --- what happens to it -------------------------------------------------------------------

    def backup(self) -> None:
        """Keep all rows as they are."""
        self.run("drop schema if exists kept cascade")
        self.run("create schema kept")
        for table in TABLES:
            self.run(f"create table kept.{table} as table casestore.{table}")
        self._kept = True

    def restore(self) -> bool:
        """Bring the kept rows back, if there are any."""
        if self._kept:
            self.empty()
            for table in TABLES:
                self.run(f"insert into casestore.{table} select * from kept.{table}")
        return self._kept

    def empty(self) -> None:
        """Remove all feeds."""
        self.run(f"truncate {', '.join(f'casestore.{table}' for table in TABLES)}")

    def vanish(self, feed: str) -> None:
        """Remove a feed."""
        self.run("delete from casestore.op where feed = %s", feed)
        self.run("delete from casestore.feed where feed = %s", feed)

    def damage(self) -> None:
        """Turn a byte of some change."""
        rows = self.run("select bytes from casestore.op where bytes is not null order by op_id")
        if rows:
            (whole,) = self.world.chance.choice(rows)
            whole = self._damaged.get(whole, whole)
            damaged = bytearray(whole)
            damaged[self.world.chance.randrange(len(whole))] ^= 1
            self.replace(whole, bytes(damaged))

    def replace(self, whole: bytes, damaged: bytes) -> None:
        """Put other bytes in place of a change's, until somebody mends it."""
        self._damaged[damaged] = whole
        self.run("update casestore.op set bytes = %s where bytes = %s", damaged, whole)

    # --- looking ------------------------------------------------------------------------------

    def published(self) -> dict[str, bytes]:
        """Return the ids of what can be read in it."""
        return {
            row[0].hex(): row[1] or b"" for row in self.run("select op_id, bytes from casestore.op")
        }

    def feeds(self) -> Feeds:
        """Return what stands in its feeds."""
        found: Feeds = {row[0]: {} for row in self.run("select feed from casestore.feed")}
        for feed, seq, op_id in self.run("select feed, seq, op_id from casestore.op"):
            found[feed].setdefault(seq, set()).add(op_id.hex())
        return found

    def listing(self) -> object:
        """Return the heads, and how many bytes there are."""
        return self.run(
            "select feed, head, head_chain from casestore.feed order by feed"
        ) + self.run("select count(*), sum(length(bytes)) from casestore.op")

    def raw(self) -> Iterator[tuple[str, bytes]]:
        """Yield (feed, bytes) of all changes."""
        for feed, data in self.run("select feed, bytes from casestore.op"):
            yield feed, data or b""

    def close(self) -> None:
        """Close the connection."""
        if self._open is not None:
            self._open.close()
