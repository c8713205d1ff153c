"""Single writes at the desk, each durable when it returns."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.benchmarks import data
from tests.benchmarks.bench import SHORT, Bench
from tests.benchmarks.measure import Bound, Measured, Row, in_turn
from workbench.cases.model import STATUSES
from workbench.desk import Desk


def durable(bench: Bench) -> list[Row]:
    """A note with everything that follows from it, against a bare row of the same words."""
    path = bench.working("many")
    random = Random(data.SEED)
    texts = [f"{data.sentence(random)} {n}" for n in range(bench.scale.writes + 1)]
    bare = bare_notes(bench.folder / "bare.db")
    with Desk.open(path, "LM") as desk:
        ids = [summary.id for summary in desk.list(limit=bench.scale.writes + 1)]

        def note(n: int) -> object:
            return desk.note(ids[n % len(ids)], texts[n])

        def insert(n: int) -> None:
            insert_bare(bare, texts[n])

        times = in_turn(bench.scale.writes, _timed(note), _timed(insert))
    bare.close()
    name = f"a note, {bench.scale.many} cases"
    return [Row(name, "INSERT; COMMIT, WAL, synchronous=FULL", *times, Bound(4, held=8))]


def long_threads(bench: Bench) -> list[Row]:
    """A write in a case with a long thread, against the same in one with a short one."""
    path = bench.copy("threads")
    random = Random(data.SEED)
    against = f"the same in a case of {SHORT} entries"
    rows = []
    with Desk.open(path, "LM") as desk:
        long, *short = (s.id for s in sorted(desk.list(), key=lambda s: -s.entry_count))
        entries = {case: [entry.id for entry in desk.case(case).entries] for case in (long, *short)}

        def words(n: int) -> str:
            return f"{data.sentence(random)} {n}"

        def note(case: str, n: int) -> object:
            return desk.note(case, words(n))

        def edit(case: str, n: int) -> object:
            return desk.edit_entry(case, entries[case][n % len(entries[case])], text=words(n))

        def status(case: str, n: int) -> object:
            return desk.status([case], STATUSES[1 + n % 3])

        # A note would make a short thread longer, so each goes to another one; but a status
        # follows upon those before it, so both cases get as many.
        for name, act, others in (
            ("a note", note, short),
            ("an edit", edit, short),
            ("a status", status, short[:1]),
        ):
            times = in_turn(
                bench.scale.writes,
                _timed(lambda n, act=act: act(long, n)),  # type: ignore[misc]
                _timed(lambda n, act=act, to=others: act(to[n % len(to)], n)),  # type: ignore[misc]
            )
            what = f"{name} in a case of {bench.scale.long} entries"
            rows.append(Row(what, against, *times, Bound(1.3, held=2.0)))
    return rows


def insert_bare(bare: sqlite3.Connection, text: str) -> None:
    """Write words as a row, durable when it returns: the least that any note takes."""
    bare.execute("BEGIN IMMEDIATE")
    bare.execute("INSERT INTO note (text) VALUES (?)", (text,))
    bare.execute("COMMIT")


def _timed(act: Callable[[int], object]) -> Measured:
    def timed(n: int) -> float:
        began = time.perf_counter()
        act(n)
        return time.perf_counter() - began

    return timed


def bare_notes(path: Path) -> sqlite3.Connection:
    """Return a database with one table of notes, as durable as ours."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
    return connection
