"""Many changes of one case that come at once, against as many of many cases."""

from __future__ import annotations

import itertools
import shutil
import time
from pathlib import Path

from tests.benchmarks import data
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Bound, Measured, Row, in_turn
from tests.sync.places import FolderPlace
from workbench.desk import Desk

FIELDS = 6
"""About how many changes a case of a page is besides its entries."""


def arriving(bench: Bench) -> list[Row]:
    """A copy takes from a folder what another wrote; seconds for each thousand changes."""
    count = bench.scale.arriving
    cases = count // (FIELDS + ENTRIES)
    one, in_one = _sent(bench, "one", count - FIELDS, 0)
    many, in_many = _sent(bench, "many", ENTRIES, cases - 1)
    times = in_turn(bench.scale.exchanges, _taken(bench, one, in_one), _taken(bench, many, in_many))
    name = f"a thousand of {in_one} changes of one case arriving at once"
    return [Row(name, f"a thousand of {in_many}, of {cases} cases", *times, Bound(1.5, held=2.5))]


def _sent(bench: Bench, name: str, longest: int, others: int) -> tuple[str, int]:
    """Return a folder that holds what an import wrote, and how many changes that is."""
    place = FolderPlace(_fresh(bench.folder / f"arriving-{name}"))
    place.create()
    with Desk.open(place.root.parent / "source.db", "LM") as desk:
        for page, content in data.threads(longest, ENTRIES, others):
            desk.import_page(content, page=page)
        desk.add_store("team", place.url)
        return place.url, desk.exchange("team", pull=False).sent


def _taken(bench: Bench, url: str, count: int) -> Measured:
    """Return what lets a new copy take everything."""
    copies = itertools.count()

    def take(_: int) -> float:
        folder = _fresh(bench.folder / "arriving-copy" / str(next(copies)))
        with Desk.open(folder / "copy.db", "zhaoqi") as desk:
            desk.add_store("team", url)
            began = time.perf_counter()
            desk.exchange("team", push=False)
            took = time.perf_counter() - began
        shutil.rmtree(folder)
        return took * 1000 / count

    return take


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


ENTRIES = 4
"""Of each of many cases."""
