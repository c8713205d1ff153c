"""The same cases in Taskwarrior: read in, listed, filtered, searched and added to.

Each case is a task with its project, its engineers as tags and its entries as annotations. Of the
whole commands of ours a Python that loads two libraries is the least, so that stands beside them;
adding many cases by one command tells what the adding itself takes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Sequence
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


def taskwarrior(bench: Bench) -> list[Row]:
    """Whole commands of both on the same cases, in turn."""
    cases = bench.scale.tasks
    more = cases // MORE
    program = shutil.which("task")
    name = f"{{}} at {cases} cases"
    if program is None:
        whole = name.format("import, list, filter, search, note, add")
        return [missing(whole, "Taskwarrior", "task is not installed", TENTH)]
    folder = bench.folder / "tasks"
    folder.mkdir()
    env = {**environment(folder), **_settings(folder)}
    database = folder / "workbench.db"
    tasks = folder / "tasks.json"
    pages, open_case = _written(folder, tasks, data.pages_of(cases))

    def ours(*words: str) -> Measured:
        return lambda n: timed(
            workbench("--db", str(database), *(word.format(n=n) for word in words)), env
        )

    def theirs(*words: str) -> Measured:
        return lambda n: timed(
            [program, "rc.verbose=nothing", *(word.format(n=n) for word in words)], env
        )

    searchable = _searchable(folder / "searchable.db", pages)
    read_in = timed(workbench("--db", str(database), "import", *map(str, pages)), env)
    imported = timed([program, "rc.verbose=nothing", "import", str(tasks)], env)
    held = _count(program, env)
    if held != cases:
        raise RuntimeError(f"Taskwarrior took {held} of {cases} tasks")
    against = f"task import ({_version(program)})"
    rows = [
        Row(
            name.format(what),
            against,
            [seconds],
            [imported],
            IMPORT if seconds is searchable else None,
            f"{cases / seconds:.0f} against {cases / imported:.0f} cases/s",
        )
        for what, seconds in (("import, searchable", searchable), ("import, indexed", read_in))
    ]

    def floor(_: int) -> float:
        return timed([sys.executable, "-c", FLOOR], env)

    engineer = data.ENGINEERS[0]
    commands = {
        "list": (["list", "--limit", "50"], ["status.any:", "limit:50", "all"]),
        "filter": (
            ["list", f"engineer:{engineer}", "status:resolved", "--limit", "50"],
            [f"+{engineer}", "status:completed", "limit:50", "all"],
        ),
        "search": (["list", WORD, "--limit", "50"], [f"/{WORD}/", "limit:50", "all"]),
        "note": (
            ["note", f"{data.PROJECT}#{open_case}", "现场重启{n}号桩"],
            [_uuid(open_case), "annotate", "现场重启{n}号桩"],
        ),
        "add": (
            ["new", data.PROJECT, "{n}号桩离线"],
            ["add", f"project:{data.PROJECT}", "{n}号桩离线"],
        ),
    }
    for what, (own, other) in commands.items():
        own_times, their_times, least = each_in_turn(
            bench.scale.peers, ours(*own), theirs(*other), floor
        )
        peer = f"task {' '.join(other)}".replace(_uuid(open_case), "UUID")
        rows.append(Row(name.format(what), peer, own_times, their_times, TENTH))
        if what == "add":
            rows.append(Row(f'the least of it: python -c "{FLOOR}"', peer, least, their_times))
    further = folder / "further.json"
    pages, _ = _written(folder, further, data.pages_of(more, behind=cases))
    own = timed(workbench("--db", str(database), "import", *map(str, pages)), env)
    other = timed([program, "rc.verbose=nothing", "import", str(further)], env)
    rate = f"{more / own:.0f} against {more / other:.0f} cases/s"
    rows.append(
        Row(name.format(f"add {more} by one command"), against, [own], [other], TENTH, rate)
    )
    return rows


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


def _count(program: str, env: dict[str, str]) -> int:
    return int(_output([program, "rc.verbose=nothing", "count"], env))


def _version(program: str) -> str:
    return "Taskwarrior " + _output([program, "--version"], dict(os.environ)).strip()


def _output(command: list[str], env: dict[str, str]) -> str:
    return subprocess.run(command, env=env, capture_output=True, check=True, text=True).stdout
