"""Processes that push into one PostgreSQL at once, and two readers beside them.

Each writer pushes small batches, and in the same transaction rows of a table that is numbered by
a sequence. One reader asks the store, the other asks that table for ``id > last``, which is the
obvious way and loses rows: a smaller number may become visible after a greater one was read.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import psycopg

from tests.sync.pocket import Pocket
from workbench.local import points
from workbench.sync.postgres import Postgres

NAIVE = """
create schema naive;
create table naive.op (id bigserial primary key, op_id bytea not null);
"""


def main(url: str, name: str, seconds: float) -> None:
    """Say when ready, wait for a word, push for a time, and print how many changes were pushed."""
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
    print("ready", flush=True)
    sys.stdin.readline()
    until = time.time() + seconds
    number = 0
    while time.time() < until:
        count = chance.randint(1, 10)
        batch[:] = [f'{{"{name}":{number + nth}}}'.encode() for nth in range(count)]
        writer.push(remote, batch)
        number += count
    remote.close()
    print(number)


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


def watch(url: str, running: Callable[[], bool]) -> tuple[Pocket, Naive]:
    """Read in both ways while the writers run, and once more."""
    reader, naive = Pocket("reader"), Naive(url)
    remote = Postgres(url, lambda: 0)
    going = True
    while going:
        going = running()
        reader.pull(remote)
        naive.pull()
    remote.close()
    naive.close()
    return reader, naive


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
