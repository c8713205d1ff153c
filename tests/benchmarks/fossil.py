"""New cases beside new tickets of Fossil: added, and pushed to a server on this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.benchmarks import data
from tests.benchmarks.bench import Bench
from tests.benchmarks.calls import FLOOR, timed
from tests.benchmarks.measure import Bound, Row, each_in_turn, missing
from tests.benchmarks.program import environment, run, workbench
from tests.benchmarks.sharing import copied_rows, server
from tests.benchmarks.writes import bare_notes, insert_bare
from tests.pages import PageCase, page_source
from tests.sync.places import DatabasePlace
from workbench.desk import Desk
from workbench.desk.numbering import MOST

TWENTIETH = Bound(1 / 20)
OWN = "own.fossil"
"""The repository to which tickets are added."""


def fossil(bench: Bench) -> list[Row]:
    """The same new cases in both, as each of them adds many best: Fossil by a command for each
    ticket, as it has no other way; ours from a page, by one command.

    Beside it stand one case after the other, each durable, in one process and by a process each,
    with the least that either takes. Pushing gives each new case its number first, which tickets
    have none of: so a second push is of as many cases that got theirs beforehand, and its least is
    that PostgreSQL takes the rows.
    """
    count = bench.scale.tickets
    add, push = "fossil ticket add, each", "fossil push to fossil server, over loopback"
    pushing = f"pushing {count} new cases to PostgreSQL over loopback"
    names = (
        (f"adding {count} cases, workbench import", add, TWENTIETH),
        (f"adding {count} cases, each durable", add, None),
        ("the least of it: INSERT; COMMIT of their texts, each", add, None),
        (pushing, push, TWENTIETH),
        (f"{pushing}, numbered before", push, None),
        ("the least of it: COPY of its rows", push, None),
    )
    calls = ("a case, workbench new", f'the least of it: python -c "{FLOOR}"')
    program = shutil.which("fossil")
    if program is None:
        why = "fossil is not installed"
        return [
            *(missing(name, peer, why, bound) for name, peer, bound in names),
            *(missing(name, add, why) for name in calls),
        ]
    random = Random(data.SEED)
    texts = [f"{data.sentence(random)} {n}" for n in range(count)]
    folder = bench.folder / "tickets"
    folder.mkdir()
    env = {**environment(folder), "HOME": str(folder), "USER": "anna"}
    ours = (_imported(folder, texts, env), *_ours(folder, texts))
    theirs = dict(zip((add, push), _theirs(program, folder, texts, env), strict=True))
    rows = [
        Row(
            name,
            peer,
            [own],
            [theirs[peer]],
            bound,
            f"{count / own:.0f} against {count / theirs[peer]:.0f}/s",
        )
        for (name, peer, bound), own in zip(names, ours, strict=True)
    ]
    own = workbench("--db", str(folder / "workbench.db"), "new", data.PROJECT)
    called, least, ticket = each_in_turn(
        bench.scale.calls,
        lambda n: timed([*own, texts[n % count]], env),
        lambda _: timed([sys.executable, "-c", FLOOR], env),
        lambda n: timed([*_adding(program, folder), texts[n % count]], env),
    )
    return [
        *rows,
        *(Row(name, add, took, ticket) for name, took in zip(calls, (called, least), strict=True)),
    ]


def _imported(folder: Path, texts: list[str], env: dict[str, str]) -> float:
    """Return the seconds of a command that reads the texts in as cases of a page."""
    page = folder / f"{data.PROJECT}_1.txt"
    cases = (PageCase(n, "20240601", text) for n, text in enumerate(texts, start=1))
    page.write_text(page_source(cases), encoding="utf-8")
    return timed(workbench("--db", str(folder / "imported.db"), "import", str(page)), env)


def _ours(folder: Path, texts: list[str]) -> tuple[float, float, float, float, float]:
    """Return the seconds of adding, of the least that does it, and of pushing: cases that have no
    number yet, cases that have one, and their rows alone."""
    bare = bare_notes(folder / "bare.db")
    least = _seconds(lambda: _each(texts, lambda text: insert_bare(bare, text)))
    bare.close()
    with server() as database, Desk.open(folder / "workbench.db", "LM") as desk:
        place = DatabasePlace(database)
        place.create()
        desk.add_store("team", place.url)
        desk.exchange("team")  # the tickets' repository knows its server beforehand too
        added = _seconds(lambda: _each(texts, lambda text: desk.new(data.PROJECT, text)))
        pushed = _seconds(lambda: desk.exchange("team", pull=False))
        rows = copied_rows(place)
        for start in range(0, len(texts), MOST):
            desk.reserve(data.PROJECT, len(texts[start : start + MOST]))
        _each(texts, lambda text: desk.new(data.PROJECT, text))
        numbered = _seconds(lambda: desk.exchange("team", pull=False))
    return added, least, pushed, numbered, rows


def _adding(program: str, folder: Path) -> list[str]:
    """Return the command that adds a ticket; its text follows."""
    return [program, "ticket", "add", "-R", str(folder / OWN), "status", "Open", "title"]


def _theirs(
    program: str, folder: Path, texts: list[str], env: dict[str, str]
) -> tuple[float, float]:
    """Return the seconds of adding tickets and of pushing them."""
    server, own = folder / "server.fossil", folder / OWN
    run([program, "init", str(server)], env)
    with _served(program, server, env) as url:
        run([program, "user", "new", "boris", "boris", "secret", "-R", str(server)], env)
        run([program, "user", "capabilities", "boris", "s", "-R", str(server)], env)
        address = url.replace("://", "://boris:secret@")
        run([program, "clone", address, str(own)], env)
        add = _adding(program, folder)
        added = _seconds(lambda: _each(texts, lambda text: run([*add, text], env)))
        pushed = _seconds(lambda: run([program, "push", address, "--once", "-R", str(own)], env))
    held = _tickets(program, server, env)
    if held != len(texts):
        raise RuntimeError(f"Fossil's server holds {held} of {len(texts)} tickets")
    return added, pushed


@contextmanager
def _served(program: str, repository: Path, env: dict[str, str]) -> Iterator[str]:
    """Run a server on a free port of loopback, and give its address."""
    process = subprocess.Popen(
        [program, "server", "--localhost", "--port", "18000-19000", str(repository)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if port := re.search(r"port (\d+)", line):
                yield f"http://127.0.0.1:{port.group(1)}"
                break
        else:
            raise RuntimeError("fossil server did not begin to listen")
    finally:
        process.kill()
        process.wait()


def _tickets(program: str, repository: Path, env: dict[str, str]) -> int:
    command = [program, "sql", "-R", str(repository), "SELECT count(*) FROM ticket"]
    done = subprocess.run(command, env=env, capture_output=True, check=True, text=True)
    return int(done.stdout)


def _each(texts: list[str], act: Callable[[str], object]) -> None:
    for text in texts:
        act(text)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
