"""A sync with nothing new when a store holds a million changes of 200 copies.

``uv run python -m tests.benchmarks.million [--first] [--changes N] [--feeds N]
[--kind postgres|folder]``

The store is filled as fast as it can be, without a push of ours; a newcomer takes all of it, and
syncs once more. What that costs must not depend on how much there is: it is printed for a tenth of
the feeds' length and for all of it, as flights to the server or calls to the folder, as steps of
SQLite's machine and as CPU time.

With ``--first`` the store holds cases instead, and what is measured is the first sync of a new
laptop: how fast it takes them all and makes every table, and the most memory that its processes
have meanwhile, which must stay below ``MEMORY``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.benchmarks import life
from tests.benchmarks.sharing import take
from tests.sync.places import STORE, DatabasePlace, FolderPlace, Place, Server
from tests.sync.pocket import Pocket
from workbench.cases.feed import Batch
from workbench.desk import Desk
from workbench.sync import segment
from workbench.sync.postgres.binary import binary_rows
from workbench.sync.postgres.statements import COLUMNS

MEMORY = 300_000_000
"""How much memory (bytes) a first sync may take."""
STEPS = 100
"""How many steps of SQLite's machine pass between two looks."""
_heard: list[tuple[str, str]] | None = None


def main() -> int:
    """Measure, and print a line for each size; 1 where it took more than it may."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.million", description=__doc__)
    parser.add_argument("--changes", type=int, default=1_000_000)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--kind", choices=("postgres", "folder"), action="append")
    parser.add_argument("--first", action="store_true", help="the first sync, of cases")
    given = parser.parse_args()
    kinds = given.kind or ("postgres", "folder")
    if given.first:
        within = [_first(kind, given.feeds, given.changes) for kind in kinds]
        return 0 if all(within) else 1
    sys.addaudithook(_hear)
    well = True
    for kind in kinds:
        for changes in (given.changes // 10, given.changes):
            with tempfile.TemporaryDirectory(prefix="wb-million-") as base, _place(kind) as place:
                _fill(place, given.feeds, changes // given.feeds)
                well = _measure(place, Path(base) / "new.db", given.feeds) and well
    return 0 if well else 1


@contextmanager
def _place(kind: str) -> Iterator[Place]:
    base = Path(tempfile.mkdtemp(prefix="wb-pg-"))
    base.chmod(0o755)
    server = Server(base) if kind == "postgres" else None
    try:
        place: Place = FolderPlace(base) if server is None else DatabasePlace(server)
        place.create()
        yield place
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(base, ignore_errors=True)


def _fill(place: Place, feeds: int, each: int) -> None:
    """Put feeds in: what stands in them is none of our kinds of changes, which costs the least."""
    for nth in range(feeds):
        _put(place, nth, (b'{"v":9,"from":%d,"n":%d}' % (nth, n) for n in range(each)))


def _put(place: Place, nth: int, changes: Iterable[bytes]) -> int:
    """Put the feed of the nth copy in; return how many changes it has."""
    pocket = Pocket(f"copy {nth}")
    batch = pocket.write(changes)
    if isinstance(place, DatabasePlace):
        _copy(place, batch, pocket.chains)
    elif isinstance(place, FolderPlace):
        name, data = segment.write(batch, STORE)
        folder = place.root / "feeds" / batch.feed
        folder.mkdir(parents=True)
        (folder / name).write_bytes(data)
    return len(batch.items)


def _first(kind: str, feeds: int, changes: int) -> bool:
    """Let a new laptop take cases, and print what that cost; False where it was too much."""
    with tempfile.TemporaryDirectory(prefix="wb-million-") as base, _place(kind) as place:
        made = life.feeds(feeds, changes // feeds)
        count = sum(_put(place, nth, written) for nth, written in enumerate(made))
        taken = take(Path(base) / "new.db", place.url)
    rate = f"{taken.worked:.0f} s of CPU, {count / taken.seconds:.0f} changes/s"
    told = f"first sync from {kind}, {count} changes of {feeds} feeds"
    print(f"{told}: {taken.seconds:.1f} s, {rate}, peak {taken.peak / 1e6:.0f} MB", flush=True)
    return taken.peak < MEMORY


def _copy(place: DatabasePlace, batch: Batch, chains: list[bytes]) -> None:
    with psycopg.connect(place.url) as connection, connection.cursor() as cursor:
        values = [batch.feed, batch.last, chains[-1]]
        cursor.execute(
            "insert into casestore.feed (feed, head, head_chain) values (%s, %s, %s)", values
        )
        with cursor.copy(f"copy {COLUMNS} from stdin (format binary)") as copy:
            for block in binary_rows(batch, chains, 0):
                copy.write(block)


def _measure(place: Place, path: Path, feeds: int) -> bool:
    """Take all, sync once more, and print what that cost; False where it was too much."""
    with Desk.open(path, "zhaoqi") as desk:
        desk.add_store("team", place.url)
        began = time.process_time()
        received = desk.exchange("team").received
        took = time.process_time() - began
        connection: Any = desk._tools.db.connection
        steps: Counter[str] = Counter()
        if isinstance(place, DatabasePlace):
            proxy = place.server.proxy()
            connection.execute("UPDATE store SET url = ?", [proxy.url])
        connection.set_progress_handler(lambda: steps.update(["some"]), STEPS)
        with _hearing() as heard:
            began = time.process_time()
            done = desk.exchange("team")
            idle = time.process_time() - began
        connection.set_progress_handler(None, 0)
        assert (done.sent, done.received) == (0, 0)
    told = f"{place.kind}, {received} changes of {feeds} feeds taken in {took:.1f} s of CPU"
    cost = f"{steps['some'] * STEPS} steps of SQLite, {idle * 1000:.0f} ms of CPU"
    if isinstance(place, DatabasePlace):
        flights = proxy.flights
        proxy.__exit__(None, None, None)
        print(f"{told}; nothing new: {flights} flights, {cost}", flush=True)
        return flights <= 2
    root = os.fspath(getattr(place, "root", ""))
    inside = [(what, name) for what, name in heard if name.startswith(root)]
    listed = Counter(name for what, name in inside if what == "os.listdir")
    opened = sum(what == "open" and name.endswith(".seg") for what, name in inside)
    most = max(listed.values())
    print(f"{told}; nothing new: {most} listing of each feed, {opened} segments opened, {cost}")
    sys.stdout.flush()
    return most == 1 and opened == 0


@contextmanager
def _hearing() -> Iterator[list[tuple[str, str]]]:
    global _heard
    _heard = found = []
    try:
        yield found
    finally:
        _heard = None


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _heard is not None and event in ("open", "os.listdir"):
        _heard.append((event, str(arguments[0])))


if __name__ == "__main__":
    raise SystemExit(main())
