"""The benchmarks can be run: everything is measured. How fast it was is no matter here."""

from __future__ import annotations

import json
import math
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.benchmarks import data, datasets, multiplied, searching
from tests.benchmarks.__main__ import measured
from tests.benchmarks.bench import Bench
from tests.benchmarks.measure import Bound, Row, in_turn, percentile
from tests.benchmarks.scale import QUICK
from tests.benchmarks.searching import PARTS
from tests.benchmarks.terminal import Terminal
from workbench.desk import Desk
from workbench.local import health, sums

ROOT = Path(__file__).parent.parent.parent

MEASURED = {
    "start to first row, 120 cases",
    "peak memory after End and Home, 120 cases",
    "down key to cursor row, 120 cases",
    "down key to cursor row, 120 cases, held down",
    "filter to first found row, 120 cases, two and more characters",
    "filter to first found row, 120 cases, one character",
    *(f"search, {kind}, 120 cases" for kind in (*PARTS, "absent")),
    "a page of filter and sort, at any depth, 120 cases",
    "the same by its position, 120 cases",
    "index of the texts, 120 cases",
    "workbench note",
    "workbench status",
    "workbench show",
    "workbench list --limit 50",
    "workbench note, 120 cases",
    "workbench status, 120 cases",
    "workbench show, 120 cases",
    "workbench list --limit 50, 120 cases",
    "a note, 120 cases",
    "a note in a case of 100 entries",
    "an edit in a case of 100 entries",
    "a status in a case of 100 entries",
    "a case of 100 entries shown",
    "a page down in a case of 100 entries",
    "a thousand of N changes of one case arriving at once",
    "import of 20 cases",
    "peak memory of the import of 20 cases",
    "push of N changes to PostgreSQL",
    "push of N changes to a folder",
    "the least of a push to a folder, N changes",
    "first sync of a new laptop from PostgreSQL, N changes",
    "first sync of a new laptop from a folder, N changes",
    "sync with nothing new, PostgreSQL",
    "sync with nothing new, a folder",
}
PEERS = {
    *(f"import, {kind} at 20 cases" for kind in ("searchable", "indexed")),
    *(f"{what} at 20 cases" for what in ("list", "filter", "search", "note", "add")),
    "add 1 by one command at 20 cases",
    "adding 5 cases, workbench import",
    "adding 5 cases, each durable",
    "the least of it: INSERT; COMMIT of their texts, each",
    "pushing 5 new cases to PostgreSQL over loopback",
    "pushing 5 new cases to PostgreSQL over loopback, workbench push",
    "pushing 5 new cases to PostgreSQL over loopback, numbered before",
    "the least of it: COPY of its rows",
    "the least of it: its rows in the own file, ready made",
    "a case, workbench new",
    'the least of it: python -c "import click, sqlite3"',
}


TWENTIETH, TENTH = 1 / 20, 1 / 10
BOUNDS = {
    "adding 5 cases, workbench import": TWENTIETH,
    "pushing 5 new cases to PostgreSQL over loopback": TWENTIETH,
    "import, searchable at 20 cases": 1 / 1.5,
    **{f"{what} at 20 cases": TENTH for what in ("list", "filter", "search", "note", "add")},
    "add 1 by one command at 20 cases": TENTH,
}
"""What ratios to peers are meant to become at most."""


def test_everything_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    command = [sys.executable, "-m", "tests.benchmarks", "--least"]
    done = subprocess.run(
        [*command, "--json", str(file), "--data", str(tmp_path / "data")],
        cwd=ROOT,
        # Where no peer is installed, as on most machines, nothing but that is told of it.
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(file.read_text("utf-8"))
    names = {re.sub(r"[0-9]+ changes", "N changes", row["name"]) for row in found["rows"]}
    assert names == MEASURED | PEERS
    for row in found["rows"]:
        if row["name"] in PEERS:
            assert re.fullmatch("not measured: (task|fossil) is not installed", row["note"])
            assert (row["bound"] and row["bound"]["at_most"]) == BOUNDS.get(row["name"])
            continue
        assert row["rounds"] >= 1
        unit = "mb" if "memory" in row["name"] or "index" in row["name"] else "ms"
        for side in (f"ours_{unit}", f"against_{unit}"):
            assert 0 < row[side]["least"] <= row[side]["p50"] <= row[side]["p95"]
        for ratio in (row["ratio"], row["ratio_p95"]):
            assert math.isfinite(ratio)
            assert ratio > 0
    printed = done.stdout.decode("utf-8").splitlines()
    assert len(printed) == 1 + len(found["rows"])
    assert found["scale"]["imported"] == 20
    assert found["data"]["many-120"]["cases"] == 120


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


def test_pages_are_the_same_for_the_same_seed() -> None:
    assert data.page(30) == data.page(30)
    assert data.page(30) != data.page(30, seed=1)
    assert list(data.pages(30)) == list(data.pages(30))
    assert list(data.pages(30)) != list(data.pages(30, seed=1))


def test_many_cases_come_page_by_page_and_each_number_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(data, "PAGE", 20)
    found = list(data.pages_of(50))
    assert [name for name, _, _ in found] == ["nova_1", "nova_2", "nova_3"]
    assert [case.number for _, _, made in found for case in made] == list(range(1, 51))


def benchmark_of(*ratios: float) -> tuple[Callable[[object], list[Row]], list[float]]:
    """Return a benchmark that finds these ratios, one each time, and what it has still to find."""
    left = list(ratios)
    bound = Bound(1.0, held=2.0)
    return (lambda _: [Row("x", "y", [left.pop(0)], [1.0], bound)]), left


@pytest.mark.parametrize(
    ("ratios", "taken", "behind"),
    [
        ((1.5,), 1.5, False),
        ((2.5, 1.5), 1.5, False),
        ((2.5, 3.0, 1.9), 1.9, False),
        ((2.5, 3.0, 2.7), 2.5, True),
    ],
)
def test_what_is_behind_is_taken_again(
    tmp_path: Path, ratios: tuple[float, ...], taken: float, behind: bool
) -> None:
    benchmark, left = benchmark_of(*ratios)
    (row,) = measured("x", benchmark, Bench(QUICK, tmp_path, tmp_path))
    assert (row.judged, row.behind, left) == (taken, behind, [])


def test_a_key_that_is_held_down_is_timed_for_each_repeat() -> None:
    """A program that draws only every other row shows the one between with the next."""
    program = (
        "import sys, tty; tty.setraw(0); print('go', flush=True)\n"
        "for n in range(1, 7):\n"
        "    sys.stdin.read(1)\n"
        "    if n % 2 == 0: print(f'\\x1b[1m{n - 1}\\x1b[0m {n}', end='', flush=True)"
    )
    with Terminal([sys.executable, "-c", program], dict(os.environ)) as screen:
        screen.shown("go")
        times = screen.held(b"x", [rf"\b{n}\b" for n in range(1, 7)], every=0.01)
    assert len(times) == 6
    assert min(times) >= 0
    assert all(one > next_one for one, next_one in zip(times[::2], times[1::2], strict=True))


def test_many_cases_are_made_of_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its own names and numbers; the program knows all of them by these."""
    monkeypatch.setattr(multiplied, "BASE", 30)
    made = datasets.many(tmp_path, 90)
    assert datasets.many(tmp_path, 90) == made
    with closing(sqlite3.connect(made.path)) as bare, Desk.open(made.path, "LM") as desk:
        found = list(desk.list())
        assert len({case.number for case in found}) == len({case.id for case in found}) == 90
        assert [desk.resolve(case.key) for case in found] == [case.id for case in found]
        orders = re.findall("[0-9]{20}", " ".join(text for (text,) in bare.execute(TEXTS)))
        for order in orders[:5] + orders[-5:]:
            searching._check(desk, bare, order)
            assert len(searching._found(desk, order, None)) == 1
        (newest,) = bare.execute("SELECT max(id) FROM entry").fetchone()
        desk.note(found[0].id, "后来")
        assert bare.execute("SELECT max(id) FROM entry").fetchone()[0] > newest
        db = desk._tools.db
        assert (health.integrity(db), health.damaged(db)) == ([], [])
        assert (health.uncounted(db), sums.wrong(db)) == (0, 0)


TEXTS = "SELECT text FROM entry UNION ALL SELECT problem FROM cases"
