"""New cases beside new tickets of Fossil: added, and pushed to a server on this machine.

Both sides of a push begin alike: a file that holds the new ones and knows its server, which runs
and holds none of them; each round has fresh copies. It ends when the server has all of them, which
is looked at. Fossil's side is a whole command, whose start is a few hundredths of a second; ours is
the push of a program that runs, as the screen does it, and beside it the whole command.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.benchmarks import data
from tests.benchmarks.bench import Bench
from tests.benchmarks.calls import FLOOR, timed
from tests.benchmarks.imports import put_changes
from tests.benchmarks.measure import Bound, Row, each_in_turn, missing
from tests.benchmarks.program import environment, run, workbench
from tests.benchmarks.sharing import copied_rows, renew, server
from tests.benchmarks.writes import bare_notes, insert_bare
from tests.pages import PageCase, page_source
from tests.sync.places import DatabasePlace
from workbench.desk import Desk

TWENTIETH = Bound(1 / 20)
ADD = "fossil ticket add, each"
PUSH = "fossil push to fossil server, over loopback"
CHANGES = 4
"""What a new case is: the case, its day, its words and its number."""
Name = tuple[str, str, Bound | None]


def fossil(bench: Bench) -> list[Row]:
    """The same new cases in both, as each of them adds many best: Fossil by a command for each
    ticket, as it has no other way; ours from a page, by one command.

    Beside it stand one case after the other, each durable, in one process and by a process each,
    with the least that either takes. Pushing gives each new case its number first, which tickets
    have none of: so another push is of as many changes that hold their numbers already.
    """
    count = bench.scale.tickets
    program = shutil.which("fossil")
    if program is None:
        why = "fossil is not installed"
        names = (*_adding(count), *_calling(), *_pushing(count))
        return [missing(name, peer, why, bound) for name, peer, bound in names]
    random = Random(data.SEED)
    texts = [f"{data.sentence(random)} {n}" for n in range(count)]
    folder = bench.folder / "tickets"
    folder.mkdir()
    env = {**environment(folder), "HOME": str(folder), "USER": "anna"}
    tickets = Tickets(program, folder, env)
    imported = _imported(folder, texts, env)
    with server() as database:
        cases = Cases(folder, DatabasePlace(database), env)
        adding = [imported, cases.add(texts), _least(folder, texts)]
        added = tickets.add(texts)
        pushing = each_in_turn(
            bench.scale.peers,
            lambda n: cases.push(cases.new, n),
            lambda n: cases.push_by_command(cases.new, n),
            lambda n: cases.push(cases.numbered, n),
            lambda _: copied_rows(cases.place),
            cases.put_rows,
            tickets.push,
        )
    calling = each_in_turn(
        bench.scale.calls,
        lambda n: cases.add_one(texts[n % count]),
        lambda _: timed([sys.executable, "-c", FLOOR], env),
        lambda n: tickets.add_one(texts[n % count]),
    )
    return [
        *_rows(_adding(count), [[took] for took in adding], [added], count),
        *_rows(_calling(), calling[:-1], calling[-1], 1),
        *_rows(_pushing(count), pushing[:-1], pushing[-1], count),
    ]


def _adding(count: int) -> tuple[Name, ...]:
    return (
        (f"adding {count} cases, workbench import", ADD, TWENTIETH),
        (f"adding {count} cases, each durable", ADD, None),
        ("the least of it: INSERT; COMMIT of their texts, each", ADD, None),
    )


def _calling() -> tuple[Name, ...]:
    least = f'the least of it: python -c "{FLOOR}"'
    return (("a case, workbench new", ADD, None), (least, ADD, None))


def _pushing(count: int) -> tuple[Name, ...]:
    pushing = f"pushing {count} new cases to PostgreSQL over loopback"
    return (
        (pushing, PUSH, TWENTIETH),
        (f"{pushing}, workbench push", PUSH, None),
        (f"{pushing}, numbered before", PUSH, None),
        ("the least of it: COPY of its rows", PUSH, None),
        ("the least of it: its rows in the own file, ready made", PUSH, None),
    )


def _rows(
    names: Sequence[Name], ours: Sequence[list[float]], theirs: list[float], count: int
) -> Iterator[Row]:
    for (name, peer, bound), own in zip(names, ours, strict=True):
        rates = (count / statistics.median(took) for took in (own, theirs))
        yield Row(name, peer, own, theirs, bound, "{:.0f} against {:.0f}/s".format(*rates))


# --- ours ---------------------------------------------------------------------------------------


class Cases:
    """New cases, and a store in PostgreSQL that they are pushed to.

    ``new`` is a file whose cases wait for their numbers, ``numbered`` one whose cases have them.
    """

    def __init__(self, folder: Path, place: DatabasePlace, env: dict[str, str]) -> None:
        self.place = place
        self.new, self.numbered = folder / "new.db", folder / "numbered.db"
        self._folder = folder
        self._env = env
        self._count = 0

    def add(self, texts: list[str]) -> float:
        """Make both files; return the seconds of adding, each case durable."""
        self._count = len(texts)
        with Desk.open(self.numbered, "LM") as desk, desk._tools.db.bulk():
            _each(texts, lambda text: desk.new(data.PROJECT, text))
            desk.add_store("team", self.place.url)
        with Desk.open(self.new, "LM") as desk:
            desk.add_store("team", self.place.url)  # where one is known, a number waits for it
            return _seconds(lambda: _each(texts, lambda text: desk.new(data.PROJECT, text)))

    def add_one(self, text: str) -> float:
        """Return the seconds of a command that adds a case."""
        path = self._folder / "called.db"
        return timed(workbench("--db", str(path), "new", data.PROJECT, text), self._env)

    def push(self, made: Path, n: int) -> float:
        """Return the seconds of a push of one of the files to an empty store."""
        with Desk.open(self._copy(made, f"{made.stem}-{n}"), "LM") as desk:
            took = _seconds(lambda: desk.exchange("team", pull=False))
        self._check()
        return took

    def push_by_command(self, made: Path, n: int) -> float:
        """Return the seconds of the command, which indexes behind it what the cases are called."""
        path = self._copy(made, f"called-{n}")
        took = timed(workbench("--db", str(path), "push"), self._env)
        self._check()
        return took

    def put_rows(self, n: int) -> float:
        """Return the seconds that the rows take which a push of ``new`` wrote into the file."""
        pushed, bare = (self._folder / f"{name}-{n}.db" for name in (self.new.stem, "bare"))
        shutil.copy(self.new, bare)
        return put_changes(bare, pushed)

    def _copy(self, made: Path, name: str) -> Path:
        """Empty the store; return a copy of a file that never met it."""
        renew(self.place)
        path = self._folder / f"{name}.db"
        path.unlink(missing_ok=True)
        return Path(shutil.copy(made, path))

    def _check(self) -> None:
        ((held,),) = self.place.run("select count(*) from casestore.op")
        if held != CHANGES * self._count:
            raise RuntimeError(f"the store holds {held} changes of {self._count} cases")


def _imported(folder: Path, texts: list[str], env: dict[str, str]) -> float:
    """Return the seconds of a command that reads the texts in as cases of a page."""
    page = folder / f"{data.PROJECT}_1.txt"
    cases = (PageCase(n, "20240601", text) for n, text in enumerate(texts, start=1))
    page.write_text(page_source(cases), encoding="utf-8")
    return timed(workbench("--db", str(folder / "imported.db"), "import", str(page)), env)


def _least(folder: Path, texts: list[str]) -> float:
    bare = bare_notes(folder / "least.db")
    took = _seconds(lambda: _each(texts, lambda text: insert_bare(bare, text)))
    bare.close()
    return took


# --- theirs -------------------------------------------------------------------------------------


class Tickets:
    """New tickets in a clone of a repository; the program, its files and its environment."""

    def __init__(self, program: str, folder: Path, env: dict[str, str]) -> None:
        self._program = program
        self._folder = folder
        self._env = env
        self._server, self._own = folder / "server.fossil", folder / "own.fossil"
        self._count = 0

    def add(self, texts: list[str]) -> float:
        """Make both repositories; return the seconds of adding tickets to the clone."""
        self._count = len(texts)
        self._fossil("init", str(self._server))
        self._fossil("user", "new", "boris", "boris", "secret", "-R", str(self._server))
        self._fossil("user", "capabilities", "boris", "s", "-R", str(self._server))
        with self._served(self._server) as url:
            self._fossil("clone", url, str(self._own))
        self._fossil("settings", "autosync", "off", "-R", str(self._own))
        return _seconds(lambda: _each(texts, self.add_one))

    def add_one(self, text: str) -> float:
        """Return the seconds of a command that adds a ticket."""
        words = ["ticket", "add", "-R", str(self._own), "status", "Open", "title", text]
        return timed([self._program, *words], self._env)

    def push(self, n: int) -> float:
        """Return the seconds of a push of all tickets to a server that has none."""
        server, own = (self._folder / f"{name}-{n}.fossil" for name in ("server", "own"))
        shutil.copy(self._server, server)
        shutil.copy(self._own, own)
        with self._served(server) as url:
            took = timed([self._program, "push", url, "--once", "-R", str(own)], self._env)
        held, wanted = self._tickets(server), self._tickets(own)
        if held != wanted:
            raise RuntimeError(f"Fossil's server holds {held} of {wanted} tickets")
        return took

    @contextmanager
    def _served(self, repository: Path) -> Iterator[str]:
        """Run a server on a free port of loopback, and give its address."""
        process = subprocess.Popen(
            [self._program, "server", "--localhost", "--port", "18000-19000", str(repository)],
            env=self._env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if port := re.search(r"port (\d+)", line):
                    yield f"http://boris:secret@127.0.0.1:{port.group(1)}"
                    break
            else:
                raise RuntimeError("fossil server did not begin to listen")
        finally:
            process.kill()
            process.wait()

    def _tickets(self, repository: Path) -> int:
        command = [self._program, "sql", "-R", str(repository), "SELECT count(*) FROM ticket"]
        done = subprocess.run(command, env=self._env, capture_output=True, check=True, text=True)
        return int(done.stdout)

    def _fossil(self, *words: str) -> None:
        run([self._program, *words], self._env)


def _each(texts: list[str], act: Callable[[str], object]) -> None:
    for text in texts:
        act(text)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
