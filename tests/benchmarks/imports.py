"""Reading a page in, against inserting the rows that come of it."""

from __future__ import annotations

import sqlite3
import statistics
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.benchmarks import data, datasets
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Bound, Row, in_turn
from tests.benchmarks.program import environment, workbench
from workbench.desk import Desk

MOST = 300_000_000
EVERY = 0.05
"""Seconds between two looks at the processes; what each had at most it tells by itself."""
SCHEMA = Path(__file__).parent.parent.parent / "schema.sql"
Rows = dict[str, list[tuple[Any, ...]]]
Statement = tuple[str, list[tuple[Any, ...]]]


def imports(bench: Bench) -> list[Row]:
    """A page into an empty database, against its rows put into the same tables by a bare script."""
    source = data.page(bench.scale.imported)
    folder = bench.folder / "imports"
    folder.mkdir()
    rows: Rows = {}

    def ours(n: int) -> float:
        path = folder / f"ours-{n}.db"
        with Desk.open(path, "LM") as desk:
            began = time.perf_counter()
            desk.import_page(source, page="nova_1")
            took = time.perf_counter() - began
        if not rows:
            rows.update(rows_of(path))
        return took

    def theirs(n: int) -> float:
        return insert(folder / f"bare-{n}.db", rows)

    times = in_turn(bench.scale.imports, ours, theirs)
    cases = bench.scale.imported
    rate = cases / statistics.median(times[0])
    count = sum(map(len, rows.values()))
    (folder / "page.txt").write_bytes(source)
    command = workbench("--db", str(folder / "peak.db"), "import", str(folder / "page.txt"))
    return [
        Row(
            f"import of {cases} cases",
            f"executemany of its {count} rows",
            *times,
            Bound(2),
            f"{rate:.0f} cases/s, {len(rows['entry'])} entries",
        ),
        Row(
            f"peak memory of the import of {cases} cases",
            "300 MB",
            [peak(command, environment(folder))],
            [MOST],
            Bound(1, held=1),
            "the command with the index, and the process beside it",
            "MB",
        ),
    ]


def peak(command: list[str], env: dict[str, str]) -> int:
    """Return the most memory (bytes) that a command and the processes that it starts had, each."""
    peaks: dict[int, int] = {}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
        tasks = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None:
            with suppress(OSError):  # one has just ended
                for pid in (process.pid, *map(int, tasks.read_text("ascii").split())):
                    peaks[pid] = datasets.peak(pid)
            time.sleep(EVERY)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return sum(peaks.values())


def rows_of(path: Path) -> Rows:
    """Return the rows of every table of a database."""
    connection = sqlite3.connect(path)
    # The index of the texts follows behind the import: what waits for it is in a table of its own.
    tables = connection.execute(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
        " ESCAPE '\\'"
    ).fetchall()
    found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in tables}
    connection.close()
    return found


def insert(path: Path, rows: Rows) -> float:
    """Make the same tables and indexes, and return the seconds that the rows take."""
    connection = _opened(path)
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    return _run(connection, [_inserted("INSERT", *some) for some in rows.items()])


def put_changes(path: Path, after: Path) -> float:
    """Bring the rows of a database to what they are in another, and return the seconds.

    Of cases that both have, those columns are written in which any of them differs; of other
    tables the rows that are new or differ. Nothing is taken away.
    """
    old, new = rows_of(path), rows_of(after)
    before = {row[0]: row for row in old.pop("cases")}
    pairs = [(row, before[row[0]]) for row in new.pop("cases") if row[0] in before]
    differing = [n for n in range(len(pairs[0][0])) if any(row[n] != was[n] for row, was in pairs)]
    known = {name: set(rows) for name, rows in old.items()}
    connection = _opened(path)
    columns = [name for _, name, *_ in connection.execute("PRAGMA table_info (cases)")]
    update = ", ".join(f"{columns[n]} = ?" for n in differing)
    values = [(*(row[n] for n in differing), row[0]) for row, was in pairs if row != was]
    fresh = {name: [row for row in rows if row not in known[name]] for name, rows in new.items()}
    inserts = [_inserted("INSERT OR REPLACE", *some) for some in fresh.items()]
    return _run(connection, [*inserts, (f"UPDATE cases SET {update} WHERE id = ?", values)])


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _inserted(verb: str, table: str, rows: list[tuple[Any, ...]]) -> Statement:
    marks = ", ".join("?" * len(rows[0])) if rows else ""
    return f"{verb} INTO {table} VALUES ({marks})", rows


def _run(connection: sqlite3.Connection, statements: list[Statement]) -> float:
    """Run statements in one transaction, each for many rows; return the seconds."""
    triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():  # what they would write is among the rows
        connection.execute(f"DROP TRIGGER {name}")
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for statement, rows in statements:
        if rows:
            connection.executemany(statement, rows)
    connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took
