"""Run the simulator: ``uv run python -m tests.sync.simulation --runs 50``."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter

from tests.sync.simulation import running
from tests.sync.simulation.mutants import MUTANTS


def main() -> int:
    """Run what the command line says, and print what failed and how to repeat it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=0, help="histories, with seeds from --seed on")
    parser.add_argument("--steps", type=int, default=running.STEPS)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--backend", choices=running.BACKENDS, default="folder")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="break one rule of the program")
    parser.add_argument("--mutants", nargs="*", metavar="NAME", help="try these mutants, or all;"
                        " print a table")  # fmt: skip
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--log", action="store_true", help="print every step of a single run")
    parser.add_argument("--keep-going", action="store_true", help="do not end at the 5th failure")
    given = parser.parse_args()
    if given.mutants is not None:
        return _all_mutants(given)
    if not given.runs:
        return _one(given)
    first = int(given.seed)
    seeds = [str(first + nth) for nth in range(given.runs)]
    counts: Counter[str] = Counter()
    crashed: Counter[str] = Counter()
    failed = done = 0
    seconds = 0.0
    with running.server(given.backend), running.Runs(given.jobs) as runs:
        for result in runs.many(seeds, given.steps, given.backend, given.mutant):
            done += 1
            seconds += result.seconds
            counts += result.counts
            crashed += result.crashed
            if result.error is not None:
                failed += 1
                print(f"seed {result.seed} failed: {result.error}\n  {result.command}", flush=True)
                if failed == 5 and not given.keep_going:
                    break
    share = f"{given.backend}, seeds {seeds[0]} to {seeds[-1]}, {given.steps} steps"
    print(f"{done} runs ({share}), {failed} failed, {seconds / max(done, 1):.1f} s each")
    _table("acts and faults", counts)
    _table("killed or stopped at", crashed)
    return 1 if failed else 0


def _table(title: str, counts: Counter[str]) -> None:
    """Print counts in columns, the highest first."""
    print(f"{title}:")
    cells = [f"{count:7} {name:32}" for name, count in counts.most_common()]
    rows = -(-len(cells) // 3)
    for row in range(rows):
        print("".join(cells[row::rows]).rstrip())


def _all_mutants(given: argparse.Namespace) -> int:
    """Run each mutant until it is found out, for at most --runs histories."""
    survived = 0
    print(f"{'mutant':26} {'backend':9} {'runs':>4} {'seed':26} found out by")
    with running.server("both"), running.Runs(given.jobs) as runs:
        for mutant in [MUTANTS[name] for name in given.mutants or MUTANTS]:
            hunt = runs.hunt(mutant.name, given.runs or 100, given.steps)
            survived += hunt.error is None
            told = "survived" if hunt.error is None else hunt.error.strip().splitlines()[-1][:90]
            print(f"{mutant.name:26} {mutant.backend:9} {hunt.runs:4} {hunt.seed:26} {told}",
                  flush=True)  # fmt: skip
    return 1 if survived else 0


def _one(given: argparse.Namespace) -> int:
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, "-m", "tests.sync.simulation", *sys.argv[1:]])
    with running.server(given.backend):
        result = running.run(given.seed, given.steps, given.backend, given.mutant)
    if given.log:
        print("\n".join(result.said))
    print(f"seed {result.seed}: {result.error or 'all held'} ({result.seconds:.1f} s)")
    return 1 if result.error else 0


if __name__ == "__main__":
    sys.exit(main())
