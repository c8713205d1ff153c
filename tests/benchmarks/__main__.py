"""The command that measures: ``uv run python -m tests.benchmarks``.

It prints a table of pairs with their ratios, and writes all numbers where ``--json`` says. Each
pair is taken in turn in the same run; times are medians and 95th percentiles.

- Without a size it measures at full scale: a million cases in the list. The data sets are read in
  by the program itself the first time and kept in the folder of ``--data``; of more than 20,000
  cases the rest are made of the first (``multiplied`` says what those lack). That of a million
  takes half an hour of one idle processor, once: 2 minutes to read the first in, 10 to write the
  others, 12 to 16 to index their 6.4 million texts. It is 8 GB large, and each run works on a copy:
  have 20 GB free, and memory that holds the file if disks are not to be measured.
- ``--quick`` takes 20,000 cases, and exits with 1 where a ratio is behind what is held. A benchmark
  that is behind is taken up to twice more, and the best counts: other work on the machine only
  ever makes a ratio worse for a moment.
- ``--cases N`` has another size than a million (or 20,000) cases in the list.
- ``--only NAME`` measures a part, as often as it is given. What takes long is not in ``--quick``
  unless named: filter, threads, imports, sharing, and Taskwarrior and Fossil, which print "not
  measured" where they are not installed.

What is measured: start (first paint), memory (of the screen), keys (the cursor, also with the key
held down), filter (a query to its first row), searching (a page of each kind of query, and of the
list anywhere), calls (whole commands), durable (one note), long (a case of thousands of entries),
threads (reading such a case), arriving (many changes of one case at once), imports, sharing (push
and first sync over both stores), and the two peers.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import platformdirs

from tests.benchmarks.arriving import arriving
from tests.benchmarks.bench import Bench
from tests.benchmarks.calls import calls
from tests.benchmarks.fossil import fossil
from tests.benchmarks.imports import imports
from tests.benchmarks.measure import Row, missing
from tests.benchmarks.program import compiled
from tests.benchmarks.report import as_json, table
from tests.benchmarks.scale import FULL, LEAST, QUICK, Scale
from tests.benchmarks.screens import filtering, keys, memory, start
from tests.benchmarks.searching import searching
from tests.benchmarks.sharing import sharing
from tests.benchmarks.taskwarrior import taskwarrior
from tests.benchmarks.terminal import NotShown
from tests.benchmarks.threads import threads
from tests.benchmarks.writes import durable, long_threads

Benchmark = Callable[[Bench], list[Row]]
BENCHMARKS: dict[str, Benchmark] = {
    "start": start,
    "memory": memory,
    "keys": keys,
    "filter": filtering,
    "searching": searching,
    "calls": calls,
    "durable": durable,
    "long": long_threads,
    "threads": threads,
    "arriving": arriving,
    "imports": imports,
    "sharing": sharing,
    "taskwarrior": taskwarrior,
    "fossil": fossil,
}
SLOW = ("filter", "threads", "imports", "sharing", "taskwarrior", "fossil")
"""What ``--quick`` leaves out unless it is named."""
TAKES = 3
"""How often a benchmark is taken at most."""


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write the JSON where it is asked for."""
    given = _arguments(words)
    scale: Scale = given.scale
    chosen = given.only or [n for n in BENCHMARKS if not (scale.held and n in SLOW)]
    compiled()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="workbench-bench-", dir=given.data) as folder:
        bench = Bench(scale, given.data, Path(folder))
        for name, benchmark in BENCHMARKS.items():
            if name in chosen:
                print(f"{name} …", file=sys.stderr, flush=True)
                rows += measured(name, benchmark, bench)
    print(table(rows))
    if given.json is not None:
        found = as_json(rows, scale._asdict(), bench.built)
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    behind = [row for row in rows if scale.held and row.behind]
    for row in behind:
        print(
            f"{row.name} against {row.against}: {row.judged:.3g} is behind"
            f" {row.bound and row.bound.held:.3g}, {TAKES} times",
            file=sys.stderr,
        )
    return 1 if behind else 0


def measured(name: str, benchmark: Benchmark, bench: Bench) -> list[Row]:
    """Return the rows of a benchmark, taken again where one is behind what is held."""
    try:
        rows = benchmark(bench)
        for _ in range(TAKES - 1):
            if not (bench.scale.held and any(row.behind for row in rows)):
                break
            print(f"{name}, once more …", file=sys.stderr, flush=True)
            again = {(row.name, row.against): row for row in benchmark(bench)}
            rows = [
                min(row, again.get((row.name, row.against), row), key=lambda one: one.judged)
                for row in rows
            ]
    except NotShown as error:
        if bench.scale.held:
            raise
        return [missing(name, "", str(error).splitlines()[0][:120])]
    return rows


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--quick", dest="scale", action="store_const", const=QUICK, help="20,000 cases, and bounds"
    )
    size.add_argument(
        "--least", dest="scale", action="store_const", const=LEAST, help="only to see that it runs"
    )
    parser.add_argument("--cases", type=int, metavar="N", help="how many are many, in the list")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        default=platformdirs.user_cache_path("workbench-benchmarks", appauthor=False),
        help="where data sets are kept between runs (default: %(default)s)",
    )
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="just this one")
    parser.set_defaults(scale=FULL)
    given = parser.parse_args(words)
    if given.cases is not None:
        given.scale = given.scale._replace(many=given.cases)
    given.data.mkdir(parents=True, exist_ok=True)
    return given


if __name__ == "__main__":
    sys.exit(main())
