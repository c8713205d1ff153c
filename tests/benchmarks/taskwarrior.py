"""The same cases in Taskwarrior: read in, listed, filtered, searched and added to.

Each case is a task with its project, its engineers as tags and its entries as annotations. Of the
whole commands of ours a Python that loads two libraries is the least, so that stands beside them;
adding many cases by one command tells what the adding itself takes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

from tests.benchmarks import data
from tests.benchmarks.bench import Bench
from tests.benchmarks.calls import FLOOR, timed
from tests.benchmarks.measure import Bound, Measured, Row, each_in_turn, missing
from tests.benchmarks.program import environment, workbench
from tests.pages import PageCase
from workbench.desk import Desk

TENTH = Bound(0.1)
IMPORT = Bound(1 / 1.5)
WORD = "物流园"
MORE = 20
"""One in so many cases comes once more, by one command."""
OPENED = 1_700_000_000
"""When the first task was entered, in seconds since 1970."""


COMMANDS: dict[str, tuple[list[str], list[str]]] = {
    "list": (["list", "--limit", "50"], ["status.any:", "limit:50", "all"]),
    "filter": (
        ["list", f"engineer:{data.ENGINEERS[0]}", "status:resolved", "--limit", "50"],
        [f"+{data.ENGINEERS[0]}", "status:completed", "limit:50", "all"],
    ),
    "search": (["list", WORD, "--limit", "50"], [f"/{WORD}/", "limit:50", "all"]),
    "note": (
        ["note", "{case}", "现场重启{n}号桩"],
        ["{task}", "annotate", "现场重启{n}号桩"],
    ),
    "add": (
        ["new", data.PROJECT, "{n}号桩离线"],
        ["add", f"project:{data.PROJECT}", "{n}号桩离线"],
    ),
}
"""What is called in both, for the n-th time, about an open case and its task."""
Measures = tuple[Sequence[float], Sequence[float], str]
"""Seconds of ours and of theirs, and a note."""


def taskwarrior(bench: Bench) -> list[Row]:
    """Whole commands of both on the same cases, in turn."""
    cases = bench.scale.tasks
    program = shutil.which("task")
    if program is None:
        why = "task is not installed"
        return [missing(name, peer, why, bound) for name, peer, bound in _compared(cases)]
    folder = bench.folder / "tasks"
    folder.mkdir()
    both = Both(program, folder)
    measures = (
        *both.import_all(cases),
        *both.call(bench.scale.peers),
        both.import_more(cases, cases // MORE),
    )
    return [
        Row(name, peer, ours, theirs, bound, note)
        for (name, peer, bound), (ours, theirs, note) in zip(
            _compared(cases), measures, strict=True
        )
    ]


def _compared(cases: int) -> Iterator[tuple[str, str, Bound | None]]:
    """Yield what is measured on so many cases, against what, and its bound."""
    imported, at = "task import", f"at {cases} cases"
    yield f"import, searchable {at}", imported, IMPORT
    yield f"import, indexed {at}", imported, None
    for what, (_, theirs) in COMMANDS.items():
        peer = f"task {' '.join(theirs)}".replace("{task}", "UUID")
        yield f"{what} {at}", peer, TENTH
    yield f'the least of it: python -c "{FLOOR}"', peer, None
    yield f"add {cases // MORE} by one command {at}", imported, TENTH


class Both:
    """The same cases in a database of ours and in one of Taskwarrior."""

    def __init__(self, program: str, folder: Path) -> None:
        self._folder = folder
        self._env = {**environment(folder), **_settings(folder)}
        self._ours = workbench("--db", str(folder / "workbench.db"))
        self._task = [program, "rc.verbose=nothing"]
        self._open_case = 0

    def import_all(self, cases: int) -> Iterator[Measures]:
        """Read all of them in: until they are found, and until they are indexed."""
        tasks = self._folder / "tasks.json"
        pages, self._open_case = _written(self._folder, tasks, data.pages_of(cases))
        searchable = _searchable(self._folder / "searchable.db", pages)
        indexed = timed([*self._ours, "import", *map(str, pages)], self._env)
        theirs = timed([*self._task, "import", str(tasks)], self._env)
        held = int(self._output("count"))
        if held != cases:
            raise RuntimeError(f"Taskwarrior took {held} of {cases} tasks")
        version = f"Taskwarrior {self._output('_version').strip()}"
        for ours in (searchable, indexed):
            yield [ours], [theirs], f"{_rates(cases, ours, theirs)}, {version}"

    def call(self, rounds: int) -> Iterator[Measures]:
        """Call both for each of the commands; the last is the least that any of ours takes."""
        least: list[float] = []
        for own, other in COMMANDS.values():
            ours, theirs, least = each_in_turn(
                rounds,
                self._called(self._ours, own),
                self._called(self._task, other),
                lambda _: timed([sys.executable, "-c", FLOOR], self._env),
            )
            yield ours, theirs, ""
        yield least, theirs, ""

    def import_more(self, cases: int, more: int) -> Measures:
        """Add many by one command to those that are there."""
        tasks = self._folder / "further.json"
        pages, _ = _written(self._folder, tasks, data.pages_of(more, behind=cases))
        ours = timed([*self._ours, "import", *map(str, pages)], self._env)
        theirs = timed([*self._task, "import", str(tasks)], self._env)
        return [ours], [theirs], _rates(more, ours, theirs)

    def _called(self, program: list[str], words: list[str]) -> Measured:
        about = {"case": f"{data.PROJECT}#{self._open_case}", "task": _uuid(self._open_case)}
        return lambda n: timed(
            [*program, *(word.format(n=n, **about) for word in words)], self._env
        )

    def _output(self, *words: str) -> str:
        command = [*self._task, *words]
        done = subprocess.run(command, env=self._env, capture_output=True, check=True, text=True)
        return done.stdout


def _rates(cases: int, ours: float, theirs: float) -> str:
    return f"{cases / ours:.0f} against {cases / theirs:.0f} cases/s"


def _searchable(path: Path, pages: Sequence[Path]) -> float:
    """Return the seconds until every case is found: what is not indexed yet is looked through."""
    began = time.perf_counter()
    with Desk.open(path, data.ENGINEERS[0]) as desk:
        for page in pages:
            desk.import_page(page.read_bytes(), file_name=page.name)
    return time.perf_counter() - began


def _settings(folder: Path) -> dict[str, str]:
    """Make the settings of Taskwarrior, which else asks for them; it wants no answer here."""
    settings = folder / "taskrc"
    settings.write_text(
        f"data.location={folder / 'task'}\nconfirmation=off\nrecurrence=off\nhooks=off\n"
        "default.command=all\ncolor=off\nreport.all.sort=entry-\n",
        "utf-8",
    )
    (folder / "task").mkdir()
    return {"TASKRC": str(settings), "TASKDATA": str(folder / "task")}


def _written(
    folder: Path, tasks: Path, cases: Iterable[tuple[str, bytes, list[PageCase]]]
) -> tuple[list[Path], int]:
    """Write the same cases as pages and as tasks; return the pages, and a case that is open."""
    pages = []
    open_case = 0
    with tasks.open("w", encoding="utf-8") as file:
        for page, content, made in cases:
            pages.append(folder / f"{page}.txt")
            pages[-1].write_bytes(content)
            for case in made:
                file.write(json.dumps(_task(case), ensure_ascii=False) + "\n")
                open_case = case.number if case.status != "resolved" else open_case
    return pages, open_case


def _task(case: PageCase) -> dict[str, object]:
    entered = OPENED + case.number
    return {
        "uuid": _uuid(case.number),
        "description": case.problem,
        "status": "completed" if case.status == "resolved" else "pending",
        **({"end": _time(entered)} if case.status == "resolved" else {}),
        "entry": _time(entered),
        "project": case.project,
        "tags": list(case.engineers),
        "annotations": [
            {"entry": _time(entered + nth), "description": entry.text.replace("\n", " ")}
            for nth, entry in enumerate(case.entries, start=1)
        ],
    }


def _uuid(number: int) -> str:
    return str(uuid.UUID(int=Random(number).getrandbits(128), version=4))


def _time(seconds: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))
