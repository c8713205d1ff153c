"""The command: ``uv run python -m tests.benchmarks [--quick] [--json FILE] [--data DIR]``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import platformdirs

from tests.benchmarks.bench import Bench
from tests.benchmarks.calls import calls
from tests.benchmarks.imports import imports
from tests.benchmarks.measure import Row
from tests.benchmarks.program import compiled
from tests.benchmarks.report import as_json, table
from tests.benchmarks.scale import FULL, LEAST, QUICK, Scale
from tests.benchmarks.screens import keys, start
from tests.benchmarks.sharing import sharing
from tests.benchmarks.writes import durable, long_threads

BENCHMARKS: dict[str, Callable[[Bench], list[Row]]] = {
    "start": start,
    "calls": calls,
    "keys": keys,
    "durable": durable,
    "long": long_threads,
    "imports": imports,
    "sharing": sharing,
}


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print the table, and write the JSON where it is asked for."""
    given = _arguments(words)
    scale: Scale = given.scale
    compiled()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="workbench-bench-", dir=given.data) as folder:
        bench = Bench(scale, given.data, Path(folder))
        for name, benchmark in BENCHMARKS.items():
            if not given.only or name in given.only:
                print(f"{name} …", file=sys.stderr, flush=True)
                rows += benchmark(bench)
    print(table(rows))
    if given.json is not None:
        found = as_json(rows, scale._asdict())
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return 0


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measures the workbench beside things that do the least. Times are of this"
        " machine; the ratios are what counts. Bounds are printed, and hold nothing up.",
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--quick", dest="scale", action="store_const", const=QUICK, help="less of everything"
    )
    size.add_argument(
        "--least", dest="scale", action="store_const", const=LEAST, help="only to see that it runs"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to FILE")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        default=platformdirs.user_cache_path("workbench-benchmarks", appauthor=False),
        help="where data sets are kept between runs (default: %(default)s)",
    )
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="just this one")
    parser.set_defaults(scale=FULL)
    given = parser.parse_args(words)
    given.data.mkdir(parents=True, exist_ok=True)
    return given


if __name__ == "__main__":
    sys.exit(main())
