"""Changes through a store: sent, and taken by a new laptop, against the least that could do it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import psycopg

from tests.benchmarks.bench import Bench
from tests.benchmarks.datasets import peak
from tests.benchmarks.imports import Rows, insert, rows_of
from tests.benchmarks.measure import Bound, Row
from tests.sync.places import DatabasePlace, FolderPlace, Place, Server
from workbench.desk import Desk
from workbench.local.beside import Beside

ROOT = Path(__file__).parent.parent.parent
SENT = {
    "op": ("feed, seq, op_id, chain, bytes", ["text", "int8", "bytea", "bytea", "bytea"]),
    "blob": ("sha256, size, chunks", ["bytea", "int8", "int4"]),
    "blob_chunk": ("sha256, n, data", ["bytea", "int4", "bytea"]),
}
"""The columns of the rows that a push writes, and their types: changes, and sources of pages."""
BARE = """
drop schema if exists bare cascade;
create schema bare;
create table bare.feed (like casestore.feed including all);
insert into bare.feed select * from casestore.feed
"""


class Taken(NamedTuple):
    """What a new laptop needed: seconds, and the most memory that its processes had (bytes).

    ``worked`` are the seconds for which they had a processor, on whatever machine.
    """

    seconds: float
    peak: int
    worked: float


def sharing(bench: Bench) -> list[Row]:
    """Send all changes to a fresh store and take them on a new laptop, over both kinds of store."""
    with server() as running:
        return [
            *_over(bench, DatabasePlace(running), "PostgreSQL"),
            *_over(bench, FolderPlace(_fresh(bench, "folder")), "a folder"),
        ]


def _over(bench: Bench, place: Place, name: str) -> list[Row]:
    sent, copied, made, taken, inserted, idle, asked = ([] for _ in range(7))
    most = count = 0
    rows: Rows = {}
    for nth in range(bench.scale.exchanges):
        renew(place)
        path = bench.copy("changes")
        with Desk.open(path, "LM") as desk:
            desk.add_store("team", place.url)
            began = time.perf_counter()
            count = desk.exchange("team", pull=False).sent
            sent.append(time.perf_counter() - began)
            copied.append(_copied(place, bench))
            if isinstance(place, FolderPlace):
                made.append(_packed_files(place, bench))
            newcomer = _fresh(bench, f"{place.kind}-{nth}") / "workbench.db"
            got = take(newcomer, place.url)
            taken.append(got.seconds)
            most = max(most, got.peak)
            rows = rows or rows_of(newcomer)
            inserted.append(insert(newcomer.with_name("bare.db"), rows))
            desk.exchange("team")
            began = time.perf_counter()
            desk.exchange("team")
            idle.append(time.perf_counter() - began)
            asked.append(_asked(place))
    raw, bound, least = {
        "postgres": ("COPY of the same rows", Bound(2), "connecting, and two queries"),
        "folder": ("copying its files, fsync", None, "a listing of each folder"),
    }[place.kind]
    packed = (
        Row(
            f"push of {count} changes to {name}",
            "zlib of the same bytes, write, fsync",
            sent,
            made,
            Bound(2),
        ),
        Row(f"the least of a push to {name}, {count} changes", raw, made, copied),
    )
    total = sum(map(len, rows.values()))
    return [
        Row(f"push of {count} changes to {name}", raw, sent, copied, bound, _rate(count, sent)),
        *(packed if made else ()),
        Row(
            f"first sync of a new laptop from {name}, {count} changes",
            f"executemany of its {total} rows",
            taken,
            inserted,
            Bound(2),
            f"{_rate(count, taken)}, peak {most / 1e6:.0f} MB",
        ),
        Row(f"sync with nothing new, {name}", least, idle, asked),
    ]


def _rate(count: int, seconds: list[float]) -> str:
    return f"{count / min(seconds):.0f} changes/s"


# --- ours ---------------------------------------------------------------------------------------


def renew(place: Place) -> None:
    """Make the store anew."""
    if isinstance(place, DatabasePlace):
        place.run("drop schema if exists casestore cascade")
    elif isinstance(place, FolderPlace):
        shutil.rmtree(place.root)
        place.root.mkdir()
    place.create()


def take(path: Path, url: str) -> Taken:
    """Let a new laptop, a process of its own, take everything."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.sharing", str(path), url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    seconds, most, worked = done.stdout.split()
    return Taken(float(seconds), int(most), float(worked))


def newcomer(path: str, url: str) -> None:
    """Take everything from a store, and print what ``Taken`` holds.

    Its memory is that of this process and of the one beside it together.
    """
    of_others = 0
    true = Beside.close

    def close(self: Beside) -> None:
        nonlocal of_others
        of_others = max(of_others, peak(self.process))
        true(self)

    with patch.object(Beside, "close", close), Desk.open(Path(path), "zhaoqi") as desk:
        desk.add_store("team", url)
        worked = sum(os.times()[:4])
        began = time.perf_counter()
        desk.exchange("team")
        seconds = time.perf_counter() - began
        worked = sum(os.times()[:4]) - worked
    print(seconds, peak("self") + of_others, worked)


# --- the least that could do it -----------------------------------------------------------------


def _copied(place: Place, bench: Bench) -> float:
    """Put what the store holds into another place of the same kind; return the seconds."""
    return copied_rows(place) if isinstance(place, DatabasePlace) else _copied_files(place, bench)


def copied_rows(place: DatabasePlace) -> float:
    """Put the rows of a store into tables beside them; return the seconds."""
    with psycopg.connect(place.url) as connection:
        connection.execute(BARE)
        found = {}
        for table, (columns, _) in SENT.items():
            connection.execute(f"create table bare.{table} (like casestore.{table} including all)")
            query = f"select {columns} from casestore.{table} order by 1, 2"
            found[table] = connection.execute(query, binary=True).fetchall()
        connection.commit()
        began = time.perf_counter()
        for table, (columns, types) in SENT.items():
            command = f"copy bare.{table} ({columns}) from stdin (format binary)"
            with connection.cursor() as cursor, cursor.copy(command) as copy:
                copy.set_types(types)
                for row in found[table]:
                    copy.write_row(row)
        connection.commit()
        took = time.perf_counter() - began
        connection.execute("drop schema bare cascade")
    return took


def _copied_files(place: Any, bench: Bench) -> float:
    target = _fresh(bench, "copied")
    began = time.perf_counter()
    for number, source in enumerate(place.segments()):
        copy = target / str(number)
        shutil.copyfile(source, copy)
        with copy.open("rb+") as file:
            os.fsync(file.fileno())
    took = time.perf_counter() - began
    shutil.rmtree(target)
    return took


def _packed_files(place: FolderPlace, bench: Bench) -> float:
    """Do the same with files that are packed on the way; return the seconds."""
    target = _fresh(bench, "packed")
    contents = [zlib.decompress(path.read_bytes()) for path in place.segments()]
    began = time.perf_counter()
    for number, content in enumerate(contents):
        with (target / str(number)).open("wb") as file:
            file.write(zlib.compress(content, 6))
            file.flush()
            os.fsync(file.fileno())
    took = time.perf_counter() - began
    shutil.rmtree(target)
    return took


def _asked(place: Place) -> float:
    """Ask for as little as tells that nothing is new."""
    began = time.perf_counter()
    if isinstance(place, DatabasePlace):
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute("select * from casestore.store").fetchall()
            connection.execute("select feed, head, head_chain from casestore.feed").fetchall()
    elif isinstance(place, FolderPlace):
        feeds = place.root / "feeds"
        for feed in os.listdir(feeds):
            os.listdir(feeds / feed)
    return time.perf_counter() - began


# --- places -------------------------------------------------------------------------------------


def _fresh(bench: Bench, name: str) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=bench.folder))


@contextmanager
def server() -> Iterator[Server]:
    """Run a PostgreSQL that keeps what it took, as a team's would."""
    base = Path(tempfile.mkdtemp(prefix="wb-pg-"))
    base.chmod(0o755)
    running = Server(base)
    try:
        with running.connect() as connection:
            connection.execute("alter system set fsync = on")
            connection.execute("select pg_reload_conf()")
        yield running
    finally:
        running.stop()
        shutil.rmtree(base, ignore_errors=True)


if __name__ == "__main__":
    newcomer(sys.argv[1], sys.argv[2])
