"""Processes that push into one PostgreSQL and pull from it at once, and a reader that loses rows.

Each process pushes small batches, and in the same transaction rows of a table that is numbered by
a sequence; now and then it pulls. A reader beside them asks that table for ``id > last``, which is
the obvious way and loses rows: a smaller number may become visible after a greater one was read.
"""

from __future__ import annotations

import random
import time
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import psycopg

from tests.sync.pocket import Pocket
from workbench.local import points
from workbench.sync.postgres import Postgres

NAIVE = """
create schema naive;
create table naive.op (id bigserial primary key, op_id bytea not null);
"""


class Race(NamedTuple):
    """What came of it: how many changes were pushed, how many readers missed how many of them or
    read one twice, and how many the naive reader lost."""

    pushed: int
    least: int
    """How many the slowest process pushed."""
    missed: int
    doubled: int
    naive_lost: int


def write_and_read(url: str, name: str, seconds: float, parent: Connection) -> None:
    """Say when ready, push and pull for a time, and tell what was pushed and what was read."""
    writer = Pocket(name)
    chance = random.Random(name)
    remote = Postgres(url, lambda: int(time.time() * 1000))
    batch: list[bytes] = []

    def before_commit(point: str) -> None:
        # The numbers are taken now, and seen when the transaction ends.
        if point == "push:before-remote-commit":
            remote._connection.cursor().executemany(
                "insert into naive.op (op_id) values (%s)", [(sha256(d).digest(),) for d in batch]
            )
            time.sleep(chance.random() / 100)

    points.hook = before_commit
    remote.identify()
    parent.send("ready")
    parent.recv()
    until = time.monotonic() + seconds
    number = 0
    while time.monotonic() < until or number == 0:
        count = chance.randint(1, 10)
        batch[:] = [f'{{"{name}":{number + nth}}}'.encode() for nth in range(count)]
        writer.push(remote, batch)
        number += count
        if chance.random() < 0.2:
            writer.pull(remote)
    parent.send({item.op_id for item in writer.items})
    parent.recv()
    writer.pull(remote)
    parent.send([item.op_id for item in writer.taken])
    remote.close()


class Naive:
    """A reader whose cursor is the greatest number that it has seen."""

    def __init__(self, url: str) -> None:
        self._connection: Any = psycopg.connect(url, autocommit=True)
        self._last = 0
        self.taken: set[bytes] = set()

    def pull(self) -> None:
        """Read what is behind the cursor."""
        for number, op_id in self._connection.execute(
            "select id, op_id from naive.op where id > %s order by id", [self._last]
        ):
            self._last = number
            self.taken.add(op_id)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def race(direct: str, url: str, writers: int, seconds: float) -> Race:
    """Let processes push and pull at once.

    Args:
        direct: the address of the server itself.
        url: by which the processes reach it.
    """
    with psycopg.connect(direct, autocommit=True) as connection:
        connection.execute(NAIVE)
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.sync.writers"])
    lines, processes = [], []
    for nth in range(writers):
        ours, theirs = context.Pipe()
        process = context.Process(
            target=write_and_read, args=(url, f"writer{nth}", seconds, theirs), daemon=True
        )
        process.start()
        lines.append(ours)
        processes.append(process)
    for line in lines:
        assert line.recv() == "ready"
    for line in lines:
        line.send("go")
    naive = Naive(direct)
    while not all(line.poll() for line in lines):
        naive.pull()
    pushed = [line.recv() for line in lines]
    naive.pull()
    naive.close()
    every: set[bytes] = set().union(*pushed)
    missed = doubled = 0
    for line, own in zip(lines, pushed, strict=True):
        line.send("once more")
        taken = line.recv()
        missed += len(every - own - set(taken))
        doubled += len(taken) - len(set(taken))
    for process in processes:
        process.join(30)
    with psycopg.connect(direct, autocommit=True) as connection:
        connection.execute("drop schema naive cascade")
    return Race(len(every), min(map(len, pushed)), missed, doubled, len(every - naive.taken))
