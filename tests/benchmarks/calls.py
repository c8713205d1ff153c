"""Whole commands, from the start of the process to its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from random import Random

from tests.benchmarks import data
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Bound, Row, in_turn
from tests.benchmarks.program import environment, run, workbench
from workbench.cases.model import STATUSES
from workbench.desk import Desk

FLOOR = "import click, sqlite3"
DAILY = Bound(1.6)


def calls(bench: Bench) -> list[Row]:
    """Commands of every day, against a Python that only loads the two libraries they need."""
    home = bench.home()
    with Desk.open(home, "LM") as desk:
        found = [summary.key for summary in desk.list()]
    env = environment(bench.folder)
    random = Random(data.SEED)

    def key(n: int) -> str:
        return found[n % len(found)]

    commands: dict[str, tuple[Callable[[int], list[str]], Bound | None]] = {
        "note": (lambda n: ["note", key(n), f"{data.sentence(random)} {n}"], DAILY),
        "status": (lambda n: ["status", key(n), STATUSES[1 + n % 3]], DAILY),
        "show": (lambda n: ["show", key(n)], DAILY),
        "list --limit 50": (lambda n: ["list", "--limit", "50"], DAILY),
        "list --json": (lambda n: ["list", "--json"], None),
    }

    def timed(command: Sequence[str]) -> float:
        began = time.perf_counter()
        run(command, env)
        return time.perf_counter() - began

    def floor(_: int) -> float:
        return timed([sys.executable, "-c", FLOOR])

    rows = []
    for name, (words, bound) in commands.items():

        def ours(n: int, words: Callable[[int], list[str]] = words) -> float:
            return timed(workbench(*words(n)))

        times = in_turn(bench.scale.calls, ours, floor)
        rows.append(Row(f"workbench {name}", f'python -c "{FLOOR}"', *times, bound))
    return rows
