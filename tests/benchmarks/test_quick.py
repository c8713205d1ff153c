"""The benchmarks can be run: everything is measured. How fast it was is no matter here."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path

from tests.benchmarks import data
from tests.benchmarks.measure import Bound, Row, in_turn, percentile

ROOT = Path(__file__).parent.parent.parent

MEASURED = {
    "start to first row",
    "workbench note",
    "workbench status",
    "workbench show",
    "workbench list --limit 50",
    "workbench list --json",
    "down key to cursor row",
    "a note",
    "a note in a case of 100 entries",
    "an edit in a case of 100 entries",
    "a status in a case of 100 entries",
    "import of 20 cases",
    "push of N changes to PostgreSQL",
    "push of N changes to a folder",
    "first sync of a new laptop from PostgreSQL, N changes",
    "first sync of a new laptop from a folder, N changes",
    "sync with nothing new, PostgreSQL",
    "sync with nothing new, a folder",
}


def test_everything_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    command = [sys.executable, "-m", "tests.benchmarks", "--least"]
    done = subprocess.run(
        [*command, "--json", str(file), "--data", str(tmp_path / "data")],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(file.read_text("utf-8"))
    names = {re.sub(r"[0-9]+ changes", "N changes", row["name"]) for row in found["rows"]}
    assert names == MEASURED
    for row in found["rows"]:
        assert row["rounds"] >= 1
        for side in ("ours_ms", "against_ms"):
            assert 0 < row[side]["least"] <= row[side]["p50"] <= row[side]["p95"]
        for ratio in (row["ratio"], row["ratio_p95"]):
            assert math.isfinite(ratio)
            assert ratio > 0
    printed = done.stdout.decode("utf-8").splitlines()
    assert len(printed) == 1 + len(found["rows"])
    assert found["scale"]["imported"] == 20


def test_pairs_are_taken_in_turn_after_a_first_one_of_each() -> None:
    order: list[tuple[str, int]] = []

    def ours(n: int) -> float:
        order.append(("a", n))
        return 2.0 * (n + 1)

    def theirs(n: int) -> float:
        order.append(("b", n))
        return 1.0 * (n + 1)

    times = in_turn(2, ours, theirs)
    assert order == [("a", 0), ("b", 0), ("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    row = Row("x", "y", *times, Bound(1.9))
    assert (row.ratio, row.ratio_p95, row.within) == (2.0, 2.0, False)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(20, 0, -1)]
    assert percentile(values, 95) == 19
    assert percentile(values, 50) == 10
    assert percentile([3.0], 95) == 3


def test_a_page_is_the_same_for_the_same_seed() -> None:
    assert data.page(30) == data.page(30)
    assert data.page(30) != data.page(30, seed=1)
