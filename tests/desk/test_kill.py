"""SIGKILL at every named point: what was acknowledged is there, and nothing is half done.

Of every scenario the points that it passes are recorded first; then a process dies at each of them
(``tests.desk.killing``), and what the next start finds is compared with an undisturbed run.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from textwrap import fill
from typing import Any, NamedTuple

import pytest

from tests.desk.killing import Answer, Request, Server, reopen, state
from tests.desk.scenarios import DRAFT, EDITED, FRESH, KNOWN, PART, SCENARIOS, SECRET, base
from tests.desk.stage import Wiki

ALL = 99
OFTEN = 5
"""A point that is passed more often is hit the first, the middle and the last time."""
TIMES = ("created_at", "updated_at", "written_at", "received_at")
PAGES = {"import": FRESH, "import of a newer save": KNOWN}
SAME = ("rebuild", "the start after")
"""Scenarios after which a person sees what was there before."""
AGAIN = ("import", "import of a newer save", "config", "export", "rebuild")

State = dict[str, Any]


class Run(NamedTuple):
    """An undisturbed run of a scenario: what there was after so many steps, the points passed."""

    states: list[State]
    passed: list[str]


class Ground:
    """Folders to run scenarios in, and the server that runs them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.server = Server()
        self._runs: dict[str, Run] = {}
        self._made = 0
        base(self.folder(None))

    def folder(self, scenario: str | None) -> Path:
        """Make the folder in which a scenario begins; None: the first of all."""
        self._made += 1
        folder = self.root / f"{self._made}"
        if scenario is None or SCENARIOS[scenario].prepare is not base:
            folder.mkdir()
        else:
            shutil.copytree(self.root / "1", folder)
        if scenario == "the start after":
            self.kill(folder, "redact", "redact:before-forget", 1)
        return folder

    def kill(self, folder: Path, scenario: str, point: str, nth: int) -> Answer:
        """Run a scenario in a process that dies at a point, and prove that it did."""
        answer = self.server(Request(scenario, str(folder), ALL, point, nth))
        assert answer.told[-1] == f"killed at {point}"
        assert answer.passed.count(point) == nth
        assert answer.killed, answer.status
        return answer

    def run(self, scenario: str) -> Run:
        """Run a scenario undisturbed, as far as each of its steps."""
        if scenario not in self._runs:
            states = [state(self.folder(scenario))]
            while True:
                folder = self.folder(scenario)
                answer = self.server(Request(scenario, str(folder), len(states)))
                assert answer.status == 0
                if answer.steps < len(states):
                    break
                states.append(state(folder))
            self._runs[scenario] = Run(states, answer.passed)
        return self._runs[scenario]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("killed"))
    yield made
    made.server.close()


def hits(passed: list[str]) -> Iterator[tuple[str, int]]:
    """Give each point that was passed, and which time."""
    for point, times in Counter(passed).items():
        for nth in range(1, times + 1) if times <= OFTEN else (1, times // 2, times):
            yield point, nth


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_process_that_dies_leaves_nothing_half_done(ground: Ground, scenario: str) -> None:
    run = ground.run(scenario)
    for point, nth in hits(run.passed):
        folder = ground.folder(scenario)
        answer = ground.kill(folder, scenario, point, nth)
        found = state(folder)
        hit = f"{scenario}: {point}, time {nth}"
        if scenario in PAGES:
            check_import(PAGES[scenario], run, answer, found, hit)
        else:
            expected = run.states[answer.steps + sealed(answer)]
            for what, value in expected.items():
                assert what == "beside" or found[what] == value, f"{hit}: {what}"
        check_beside(scenario, point, found, hit)
        if scenario in AGAIN:
            check_again(ground, scenario, folder, hit)
        else:
            check_goes_on(folder, hit)


def sealed(answer: Answer) -> bool:
    """True when the step that was under way had reached the disk."""
    last = len(answer.told) - 1 - answer.told[::-1].index("step") if answer.steps else 0
    return any(
        line.startswith("at ") and line.endswith(SEALS) and line != "at layout:after-commit"
        for line in answer.told[last:]
    )


def check_import(wiki: Wiki, run: Run, answer: Answer, found: State, hit: str) -> None:
    """Each case is as it was or as it becomes; what was told to be done has become so."""
    before, after = run.states
    assert before["cases"].keys() <= found["cases"].keys(), hit
    assert sorted(found["cases"]) == found["listed"], hit
    for uid, case in found["cases"].items():
        now = (case, found["history"][uid])
        old = (before["cases"].get(uid), before["history"].get(uid))
        assert now in (old, (after["cases"][uid], after["history"][uid])), f"{hit}: {case['key']}"
    keys = {case["key"]: uid for uid, case in after["cases"].items()}
    for page_case in wiki.pages[-1][: answer.done]:
        uid = keys[page_case.key]
        assert found["cases"].get(uid) == after["cases"][uid], f"{hit}: {page_case.key}"
    for what in ("drafts", "open", "decisions", "files", "held"):
        assert found[what] == before[what], f"{hit}: {what}"
    assert found["pages"][: len(before["pages"])] == before["pages"], hit


def check_beside(scenario: str, point: str, found: State, hit: str) -> None:
    """A half-written file lies hidden beside its place."""
    unplaced = point in (f"{scenario}:{moment}" for moment in UNPLACED)
    assert len(found["beside"]) == unplaced, hit
    assert all(name.startswith(".workbench-") for name in found["beside"]), hit


SEALS = (":after-commit", ":after-rename")
UNPLACED = ("before-fsync", "after-fsync", "before-rename")


def check_goes_on(folder: Path, hit: str) -> None:
    """The next act is done as if nothing had been."""
    with closing(reopen(folder)) as desk:
        case = desk.new("nova", "后来的问题", date="2024-06-01")
        assert desk.case(case).summary.problem == "后来的问题", hit


def check_again(ground: Ground, scenario: str, folder: Path, hit: str) -> None:
    """Doing it again completes it: what is there then is what an undisturbed run gives."""
    after = ground.run(scenario).states[-1]
    if scenario in PAGES:
        with closing(reopen(folder)) as desk:
            report = desk.import_page(PAGES[scenario].bytes())
        counted = report.added + report.changed + report.unchanged
        assert counted == len(PAGES[scenario].pages[-1]), hit
    else:
        assert ground.server(Request(scenario, str(folder), ALL)).status == 0, hit
    found = state(folder)
    assert timeless(found["cases"]) == timeless(after["cases"]), hit
    for what in ("drafts", "decisions", "listed", "pages", "files", "held"):
        assert found[what] == after[what], f"{hit}: {what}"
    if scenario in ("config", "export"):  # what the dead one left is gone, too
        assert found["beside"] == [], hit


def timeless(value: Any) -> Any:
    """Return JSON without the times at which something was written here."""
    if isinstance(value, dict):
        return {key: timeless(part) for key, part in value.items() if key not in TIMES}
    return [timeless(part) for part in value] if isinstance(value, list) else value


# --- what the scenarios are worth -----------------------------------------------------------------


def test_the_points_are_many(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever runs the tests sees the list: each point, and how often a process died at it."""
    died = Counter(
        point for scenario in SCENARIOS for point, _ in hits(ground.run(scenario).passed)
    )
    told = ", ".join(f"{point} {times}" for point, times in sorted(died.items()))
    with capsys.disabled():
        print(f"\n{len(died)} points, at which {died.total()} processes died:")
        print(fill(told, 100, break_on_hyphens=False))
    assert len(died) >= 20


def test_every_step_of_a_scenario_is_seen_in_what_is_compared(ground: Ground) -> None:
    for scenario in SCENARIOS:
        states = ground.run(scenario).states
        assert len(states) > 1
        for before, after in pairwise(states):
            assert (before == after) == (scenario in SAME), scenario


def test_the_undisturbed_runs_do_what_their_names_say(ground: Ground) -> None:
    def texts(found: State, number: int) -> list[str]:
        return [entry["text"] for entry in numbered(found, number)["entries"]]

    before, after = ground.run("finish").states
    assert (before["drafts"][0][4], texts(before, 1)) == (DRAFT, ["已记录1"])
    assert DRAFT not in [d[4] for d in after["drafts"]]
    assert texts(after, 1) == ["已记录1", f"{DRAFT}，写完了"]

    drafts = [[d[4] for d in found["drafts"]][2:] for found in ground.run("draft").states]
    assert drafts == [[], [], ["充电桩"], ["充电桩在"], ["充电桩在半夜跳闸"]]

    for scenario, words in (("status", "resolved"), ("undo", "unset")):
        before, after, *_ = ground.run(scenario).states
        for found, word in ((before, "on_hold"), (after, words)):
            assert [numbered(found, n)["status"] for n in (1, 2, 3)] == [word] * 3

    before, after = ground.run("redact").states
    assert {SECRET, EDITED, PART} == set(before["held"])
    assert {PART} == set(after["held"])
    assert {SECRET, EDITED} == set(ground.run("redact a part").states[-1]["held"])
    assert {PART} == set(ground.run("the start after").states[-1]["held"])

    before, after = ground.run("decide").states
    assert (len(before["decisions"]), len(after["decisions"])) == (1, 0)
    files = ground.run("export").states[-1]["files"]
    assert len(json.loads(files["out.json"])) == len(before["listed"])
    assert len(files["fresh.csv"].splitlines()) > len(before["listed"])


def numbered(found: State, number: int) -> dict[str, Any]:
    """Return the case of project nova with this number."""
    (case,) = [
        case
        for case in found["cases"].values()
        if (case["project"], case["number"]) == ("nova", number)
    ]
    return dict(case)
