"""Running histories: one in this process, many in a pool of processes."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from tests.sync.places import Server
from tests.sync.simulation import acts, checks, faults, mutants
from tests.sync.simulation.database import SERVER, DatabaseStore
from tests.sync.simulation.stores import FolderStore, Shop, Store
from tests.sync.simulation.tales import TALES, Tale
from tests.sync.simulation.world import Broken, Copy, World

FAST = Path("/dev/shm")
HOUR = 3_600_000
STEPS = 120
SPARING = 0.2
"""In so many of the runs some copies pass on to some stores only what was written there."""
STEP_WEIGHTS = (50, 28, 22)
BACKENDS = ("folder", "postgres", "both")


@dataclass
class Result:
    """What came of a run. ``error`` is None where all held; ``mutant`` is what was broken."""

    seed: str
    steps: int
    backend: str
    error: str | None
    said: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    crashed: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    mutant: str | None = None

    @property
    def command(self) -> str:
        """What repeats the run."""
        return (
            f"uv run python -m tests.sync.simulation --seed {self.seed} --steps {self.steps}"
            f" --backend {self.backend}" + (f" --mutant {self.mutant}" if self.mutant else "")
        )


def run(seed: str, steps: int, backend: str, mutant: str | None = None) -> Result:
    """Run one history: the tale that bears the seed's name, or else one drawn from the seed."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    folder = Path(tempfile.mkdtemp(prefix="sim-", dir=FAST if FAST.is_dir() else None))
    started = time.perf_counter()
    tale = TALES.get(seed)
    mood = mutants.MUTANTS[mutant].mood if mutant else None
    world = World(f"{seed}/{backend}", folder, lambda world: _shop(world, backend, tale), mood)
    error = None
    with mutants.applied(mutant) if mutant else nullcontext(), world.entered():
        try:
            if tale is None:
                _live(world, steps)
            else:
                tale.tell(world)
            checks.rest(world)
        except Broken as broken:
            error = str(broken)
        finally:
            world.close()
            shutil.rmtree(folder, ignore_errors=True)
    return Result(seed, steps, backend, error, world.said, world.counts, world.crashed,
                  time.perf_counter() - started, mutant)  # fmt: skip


def _shop(world: World, backend: str, tale: Tale | None) -> Shop:
    if tale is not None and backend == "folder":
        return Shop([FolderStore(world, "team", 1, spreads=False)])
    chance = world.chance
    stores: list[Store] = []
    if backend != "folder":
        stores.append(DatabaseStore(world, "hall"))
    if backend == "both":
        stores.append(FolderStore(world, "stick", chance.randint(1, 2), spreads=False))
    if backend == "folder":
        layout = chance.choice(("one", "sites", "sites", "two"))
        sites = chance.randint(2, 4) if layout == "sites" else 1
        stores.append(FolderStore(world, "team", sites, spreads=world.maybe(0.5)))
        if layout == "two":
            stores.append(FolderStore(world, "stick", chance.randint(1, 2), spreads=False))
    return Shop(stores)


def _live(world: World, steps: int) -> None:
    world.sparing = world.drawn("relaying") < SPARING
    _begin(world)
    for nth in range(steps):
        world.now += int(world.chance.expovariate(1 / HOUR))
        world.say(f"{nth}")
        kind = world.chance.choices(("act", "exchange", "fault"), STEP_WEIGHTS)[0]
        if kind == "fault":
            faults.fault(world)
            continue
        copy = world.chance.choice(world.copies)
        if world.maybe(min(0.5, world.weight("kill", 10) / 100)):
            world.arm("kill" if world.maybe(0.7) else "stop", kind)
        elif world.maybe(0.03):
            world.arm("break", kind)
        if kind == "act":
            acts.act(world, copy)
        else:
            exchange(world, copy)


def _begin(world: World) -> None:
    """Make the first copies; one of them makes each store."""
    names = list(world.shop.stores)
    for nth in range(world.chance.randint(2, 5)):
        known = (
            names if nth < 2 else world.chance.sample(names, k=world.chance.randint(1, len(names)))
        )
        sites = {name: nth % world.shop.stores[name].sites if nth else 0 for name in sorted(known)}
        copy = world.add_copy(sites)
        if nth == 0:
            for name in names:
                copy.desk.init_store(name)
                world.shop.stores[name].made()


def exchange(world: World, copy: Copy) -> None:
    """Have a copy pull, push, or both; with one of its stores."""
    name = world.chance.choice(sorted(copy.stores))
    pull, push = world.chance.choice(((True, True),) * 4 + ((True, False), (False, True)))
    repair = world.maybe(0.05)
    world.counts["exchange"] += 1
    world.say(f"  {copy.name}: {'pull ' * pull}{'push ' * push}{name}")
    dry_run = world.maybe(0.03)
    watched = world.shop.stores[name].watched(copy.stores[name])
    with watched, world.acting(copy, kind="exchange"):
        done = copy.desk.exchange(name, pull=pull, push=push, repair=repair, dry_run=dry_run)
        world.say(f"    {done.sent} sent, {done.received} received {' '.join(done.notes)}")


@contextmanager
def server(backend: str) -> Iterator[None]:
    """Have a PostgreSQL run for those that need one, unless ``SIMULATION_SERVER`` names one."""
    if backend == "folder" or SERVER in os.environ:
        yield
        return
    base = Path(tempfile.mkdtemp(prefix="wb-pg-"))
    base.chmod(0o755)
    running = Server(base)
    try:
        with patch.dict(os.environ, {SERVER: running.url()}):
            yield
    finally:
        running.stop()
        shutil.rmtree(base, ignore_errors=True)


class Hunt(NamedTuple):
    """How many histories a mutant lived through, and which of them found it out, by what."""

    runs: int
    seed: str = ""
    error: str | None = None


class Runs:
    """Histories in a pool of fresh processes."""

    def __init__(self, jobs: int) -> None:
        """Start the pool; the environment of now is what its processes see."""
        # Sets of text are walked in an order that hangs on this; a run must repeat.
        with patch.dict(os.environ, {"PYTHONHASHSEED": "0"}):
            self._pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
            for started in [self._pool.submit(os.getpid) for _ in range(jobs)]:
                started.result()

    def __enter__(self) -> Runs:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)

    def many(
        self, seeds: Sequence[str], steps: int, backend: str, mutant: str | None = None
    ) -> Iterator[Result]:
        """Run histories, and yield them as they end."""
        waiting = {self._pool.submit(run, seed, steps, backend, mutant): seed for seed in seeds}
        try:
            for done in as_completed(waiting):
                error = done.exception()
                if error is None:
                    yield done.result()
                else:
                    told = "".join(traceback.format_exception(error))
                    yield Result(waiting[done], steps, backend, told, mutant=mutant)
        finally:
            for one in waiting:
                one.cancel()

    def hunt(self, mutant: str, most: int, steps: int) -> Hunt:
        """Run a mutant until it is found out, first with the seed that is known to do so.

        A tale must do so by itself.
        """
        broken = mutants.MUTANTS[mutant]
        first = broken.seed
        others = (str(nth) for nth in range(1, most + 1 if first not in TALES else 1))
        seeds = [first, *(seed for seed in others if seed != first)]
        runs = 0
        for some in (seeds[:1], seeds[1:most]):
            for result in self.many(some, steps, broken.backend, mutant):
                runs += 1
                if result.error is not None:
                    line = result.error.splitlines()[0]
                    said = line if line.startswith("(") else f"an error: {result.error}"
                    return Hunt(runs, result.seed, said)
        return Hunt(runs)
