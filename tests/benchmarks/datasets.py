"""The data sets: read in by the program itself, made once, and kept outside the tree.

Making one is a bulk import: what it took is kept beside it and printed with the rest.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks import data
from workbench.desk import Desk

SCHEMA = Path(__file__).parent.parent.parent / "schema.sql"
Pages = Iterable[tuple[str, bytes]]


class DataSet(NamedTuple):
    """A database that nobody may change, and how it came about."""

    path: Path
    built: dict[str, Any]


def made(folder: Path, name: str, size: str, source: Pages) -> DataSet:
    """Return a data set, made now where the folder has none of this layout and this generator.

    Args:
        folder: where data sets are kept.
        name: what it is.
        size: how large, for its file's name: the same words are the same data.
        source: the names and sources of its pages; not begun where the set is there.
    """
    with Path(data.__file__).open("rb") as generator:
        digest = sha256(SCHEMA.read_bytes() + generator.read()).hexdigest()[:12]
    path = folder / f"{name}-{size}-{digest}.db"
    told = path.with_suffix(".json")
    if not told.exists():
        folder.mkdir(parents=True, exist_ok=True)
        built = _read_in(path, name, source)
        told.write_text(json.dumps(built) + "\n", "utf-8")
    return DataSet(path, json.loads(told.read_text("utf-8")))


def _read_in(path: Path, name: str, source: Pages) -> dict[str, Any]:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    cases = entries = 0
    seconds = 0.0
    with Desk.open(unfinished, data.ENGINEERS[0]) as desk:
        for page, content in source:
            began = time.perf_counter()
            report = desk.import_page(content, page=page)
            seconds += time.perf_counter() - began
            cases += report.added
            entries += report.entries
            print(f"  {name}: {cases} cases, {cases / seconds:.0f}/s", file=sys.stderr, flush=True)
        began = time.perf_counter()
        desk.follow_index()
        indexed = time.perf_counter() - began
    unfinished.replace(path)
    return {
        "cases": cases,
        "entries": entries,
        "seconds": round(seconds, 3),
        "cases_per_second": round(cases / seconds, 1),
        "indexed_seconds": round(indexed, 3),
        "peak_mb": round(peak("self") / 1e6, 1),
        "size_mb": round(path.stat().st_size / 1e6, 1),
    }


def peak(process: int | str) -> int:
    """Return the most memory (bytes) that a process had.

    A child of a larger one starts with that one's peak where ``getrusage`` tells.
    """
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/{process}/status tells no peak")
