"""The simulator, run: short histories over each kind of store, and mutants that it must find out.

A mutant is found out by a drawn history, or by a tale: one that is told step by step.

``SIMULATION_RUNS`` says how many histories each kind of store gets instead, ``SIMULATION_STEPS``
how long they are, ``SIMULATION_SEED`` where their seeds begin. What fails tells the command that
repeats it. ``python -m tests.sync.simulation --mutants --steps 40`` prints by which seed each
mutant is found out.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.sync.places import Server
from tests.sync.simulation.acts import OTHER_SAVE, SAME_SAVE, UNDONE
from tests.sync.simulation.database import SERVER
from tests.sync.simulation.mutants import MUTANTS
from tests.sync.simulation.running import BACKENDS, Runs
from tests.sync.simulation.tales import TALES
from tests.sync.simulation.world import RELAY_OWN

RUNS = {"folder": 80, "postgres": 60, "both": 60}
STEPS = int(os.environ.get("SIMULATION_STEPS", "20"))
FIRST = int(os.environ.get("SIMULATION_SEED", "1"))
DONE = (
    SAME_SAVE,
    OTHER_SAVE,
    UNDONE,
    "redact",
    "hide",
    "at_once",
    "clone",
    "restore_copy",
    RELAY_OWN,
)
"""What must come about in the histories, or they show little."""
FOUND = [
    ("700280", 120, "folder"),
    ("2610017", 60, "both"),
    ("911050", 60, "postgres"),
    ("931033", 60, "folder"),
    ("940236", 60, "folder"),
    ("950270", 60, "both"),
    ("1404041", 60, "folder"),
    ("1510224", 60, "folder"),
]
"""Histories that broke a promise once; what was wrong has a smaller test as well."""
HUNTED = 60
"""So many histories a mutant may live through at most; most are found out by the first."""


@pytest.fixture(scope="module")
def runs(server: Server) -> Iterator[Runs]:
    """Return a pool of processes that know the server."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(SERVER, server.url())
        with Runs(jobs=2) as found:
            yield found


@pytest.mark.parametrize("backend", BACKENDS)
def test_whatever_happens_every_copy_shows_the_same_and_no_words_are_lost(
    runs: Runs, backend: str
) -> None:
    count = int(os.environ.get("SIMULATION_RUNS", RUNS[backend]))
    seeds = [str(FIRST + nth) for nth in range(count)]
    results = list(runs.many(seeds, STEPS, backend))
    assert len(results) == count
    failed = [f"{result.command}\n{result.error}" for result in results if result.error]
    assert not failed, "\n\n".join(failed)
    counts = sum((result.counts for result in results), Counter[str]())
    if count >= RUNS[backend]:
        assert not [what for what in DONE if not counts[what]]


@pytest.mark.parametrize(("seed", "steps", "backend"), FOUND)
def test_what_a_history_found_stays_mended(runs: Runs, seed: str, steps: int, backend: str) -> None:
    (result,) = runs.many([seed], steps, backend)
    assert result.error is None, f"{result.command}\n{result.error}"


def test_a_seed_is_one_history(runs: Runs) -> None:
    one, two = (next(runs.many(["7"], 40, "folder")) for _ in range(2))
    assert one.said
    assert (one.said, one.counts, one.crashed) == (two.said, two.counts, two.crashed)


def test_every_tale_ends_well(runs: Runs) -> None:
    told = {name: tale.backend for name, tale in TALES.items()}
    results = [
        result
        for backend in BACKENDS
        for result in runs.many([name for name in told if told[name] == backend], 0, backend)
    ]
    assert len(results) == len(told)
    assert not [f"{result.command}\n{result.error}" for result in results if result.error]


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_found_out(runs: Runs, name: str) -> None:
    hunt = runs.hunt(name, HUNTED, 40)
    assert hunt.error is not None, f"{name} survived {hunt.runs} histories"
    assert hunt.error.startswith("("), hunt.error
