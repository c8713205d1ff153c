"""The simulator, run: some histories over each kind of store, and mutants that it must find out.

``SIMULATION_RUNS`` says how many histories each kind of store gets (a few by default),
``SIMULATION_SEED`` where their seeds begin. What fails tells the command that repeats it.
"""

from __future__ import annotations

import os

import pytest

from tests.sync.simulation import running
from tests.sync.simulation.mutants import MUTANTS

RUNS = int(os.environ.get("SIMULATION_RUNS", "4"))
FIRST = int(os.environ.get("SIMULATION_SEED", "1"))
STEPS = 100
QUICK = sorted(name for name, mutant in MUTANTS.items() if mutant.quick)
KEPT = (("137", 100), ("149", 100), ("161", 100), ("416", 200), ("634", 100), ("1030", 100))
"""Seeds (and steps) of histories that failed once, over a folder."""


@pytest.mark.parametrize("backend", running.BACKENDS)
def test_whatever_happens_every_copy_shows_the_same_and_no_words_are_lost(backend: str) -> None:
    seeds = [str(FIRST + nth) for nth in range(RUNS)]
    results = list(running.run_many(seeds, STEPS, backend))
    assert len(results) == RUNS
    failed = [f"{result.command}\n{result.error}" for result in results if result.error]
    assert not failed, "\n\n".join(failed)


@pytest.mark.parametrize("steps", sorted({steps for _, steps in KEPT}))
def test_what_failed_once_holds(steps: int) -> None:
    seeds = [seed for seed, length in KEPT if length == steps]
    failed = [result.command for result in running.run_many(seeds, steps, "folder") if result.error]
    assert not failed


def test_a_seed_is_one_history() -> None:
    one, two = (next(iter(running.run_many(["7"], 40, "folder"))) for _ in range(2))
    assert one.said
    assert (one.said, one.counts, one.crashed) == (two.said, two.counts, two.crashed)


@pytest.mark.parametrize("name", QUICK)
def test_a_mutant_is_found_out(name: str) -> None:
    seeds = [str(nth) for nth in range(1, 41)]
    runs, error = running.hunt(name, seeds, STEPS)
    assert error is not None, f"{name} survived {runs} histories"
    assert error.startswith("("), error
