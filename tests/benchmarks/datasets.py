"""The data sets: read in by the program itself, made once, and kept outside the tree.

Making one is a bulk import: what it took is kept beside it and printed with the rest. Of more cases
than can be waited for, the first are read in and the others made of them (see ``multiplied``).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks import data, multiplied
from workbench.desk import Desk
from workbench.local import sums

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
    return _kept(folder, name, size, lambda path: _read_in(path, name, source))


def many(folder: Path, cases: int) -> DataSet:
    """Return the set of many cases: up to ``multiplied.BASE`` read in, of more the rest is copies.

    Of as many copies as give at least so many cases.
    """
    if cases <= multiplied.BASE:
        return made(folder, "many", str(cases), data.pages(cases))
    return _kept(folder, "many", str(cases), lambda path: _multiply(folder, path, cases))


def _kept(folder: Path, name: str, size: str, make: Callable[[Path], dict[str, Any]]) -> DataSet:
    parts = (Path(module.__file__).read_bytes() for module in (data, multiplied))
    digest = sha256(SCHEMA.read_bytes() + b"".join(parts)).hexdigest()[:12]
    path = folder / f"{name}-{size}-{digest}.db"
    told = path.with_suffix(".json")
    if not told.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        built = make(unfinished)
        unfinished.replace(path)
        told.write_text(json.dumps(built) + "\n", "utf-8")
    return DataSet(path, json.loads(told.read_text("utf-8")))


def _multiply(folder: Path, path: Path, cases: int) -> dict[str, Any]:
    source = data.pages(multiplied.BASE, multiplied.SEED, multiplied.LENGTH)
    base = made(folder, "base", str(multiplied.BASE), source)
    began = time.perf_counter()
    multiplied.multiply(base.path, path, -(-cases // multiplied.BASE))
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    with Desk.open(path, data.ENGINEERS[0]) as desk:
        with desk._tools.db.bulk():
            desk.follow_index(_tell)
        indexed = time.perf_counter() - began
        if wrong := sums.wrong(desk._tools.db):
            raise AssertionError(f"{wrong} sums are not what the tables give")
    return {**multiplied.told(path), "copied_seconds": seconds, "indexed_seconds": indexed}


def _tell(done: int, total: int) -> None:
    if done % 100_000 == 0 or done == total:
        print(f"  {done} of {total} texts indexed", file=sys.stderr, flush=True)


def _read_in(path: Path, name: str, source: Pages) -> dict[str, Any]:
    cases = entries = 0
    seconds = 0.0
    with Desk.open(path, data.ENGINEERS[0]) as desk:
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
