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
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():  # what they would write is among the rows
        connection.execute(f"DROP TRIGGER {name}")
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for name, values in rows.items():
        if values:
            marks = ", ".join("?" * len(values[0]))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", values)
    connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took
