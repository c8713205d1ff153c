"""Whole commands, from the start of the process to its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.benchmarks import data
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Bound, Measured, Row, each_in_turn
from tests.benchmarks.program import environment, run, workbench
from workbench.cases.model import STATUSES
from workbench.desk import Desk

FLOOR = "import click, sqlite3"
DAILY = Bound(1.6, held=2.4)
LARGE = Bound(1.15, held=1.5)
KNOWN = 500
"""Among how many cases the commands choose theirs."""

Words = Callable[[str, int], list[str]]
"""Gives the words of a command about a case (its key), for the n-th time."""


def calls(bench: Bench) -> list[Row]:
    """Commands of every day on few cases, against a Python that only loads the two libraries they
    need; and the same commands on many cases."""
    random = Random(data.SEED)
    commands: dict[str, tuple[Words, Bound | None]] = {
        "note": (lambda key, n: ["note", key, f"{data.sentence(random)} {n}"], DAILY),
        "status": (lambda key, n: ["status", key, STATUSES[1 + n % 3]], DAILY),
        "show": (lambda key, n: ["show", key], DAILY),
        "list --limit 50": (lambda key, n: ["list", "--limit", "50"], DAILY),
    }
    env = environment(bench.folder)
    few, many = bench.working("few"), bench.working("many")
    keys = {database: _keys(database) for database in (few, many)}

    def ours(database: Path, words: Words) -> Measured:
        def call(n: int) -> float:
            key = keys[database][n % len(keys[database])]
            return timed(workbench("--db", str(database), *words(key, n)), env)

        return call

    def floor(_: int) -> float:
        return timed([sys.executable, "-c", FLOOR], env)

    rows = []
    for name, (words, bound) in commands.items():
        short, large, least = each_in_turn(
            bench.scale.calls, ours(few, words), ours(many, words), floor
        )
        rows += [
            Row(f"workbench {name}", f'python -c "{FLOOR}"', short, least, bound),
            Row(
                f"workbench {name}, {bench.scale.many} cases",
                f"{bench.scale.few} cases",
                large,
                short,
                LARGE,
            ),
        ]
    return rows


def timed(command: Sequence[str], env: dict[str, str]) -> float:
    """Run a command, and return the seconds from the start of its process to its end."""
    began = time.perf_counter()
    run(command, env)
    return time.perf_counter() - began


def _keys(database: Path) -> list[str]:
    with Desk.open(database, "LM") as desk:
        found = [summary.key for summary in desk.list(limit=KNOWN)]
    # Not the newest one after the other: those lie side by side in the file.
    Random(data.SEED).shuffle(found)
    return found
