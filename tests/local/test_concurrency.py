"""Several processes write one file at once: none is turned away, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from workbench.desk import Desk

ROOT = Path(__file__).parent.parent.parent
ROUNDS = 50
"""How often each process does four acts."""
AUTHORS = ("anna", "anna", "boris")

WRITER = """
import json, sys
from workbench.desk import Desk
path, author, case, acts = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
written = decisions = 0
with Desk.open(path, author) as desk:
    sys.stdin.read(1)
    for nth in range(acts):
        desk.note(case, f"{author} {nth}")
        word = ("in_progress", "on_hold", "resolved")[nth % 3]
        for done in (
            desk.status([case], word),
            desk.tag([case], [f"{author}{nth % 5}"]),
            desk.edit_field(case, "title", f"{author} {nth}"),
        ):
            written += done.changes
            decisions += done.decision
print(json.dumps([written, decisions]))
"""


def write_at_once(path: Path, case: str, *authors: str) -> list[Any]:
    """Let several processes write to a case as fast as they can, and return what they tell."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), author, case, str(ROUNDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for author in authors
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write(b"!")
        process.stdin.flush()
    told = [process.communicate(timeout=300) for process in started]
    assert [error for _, error in told] == [b""] * len(authors)
    return [json.loads(answer) for answer, _ in told]


def test_processes_that_write_at_once_lose_nothing_and_decide_nothing(tmp_path: Path) -> None:
    """A one-shot act replaces the values of its own moment: so nobody disagrees with anybody."""
    path = tmp_path / "cases.db"
    with Desk.open(path, "anna") as desk:
        case = desk.new("nova", "桩离线")
        told = write_at_once(path, case, *AUTHORS)
        assert [decisions for _, decisions in told] == [0, 0, 0]
        found = desk.case(case)
        said = sorted(entry.text for entry in found.entries)
        assert said == sorted(f"{author} {nth}" for author in AUTHORS for nth in range(ROUNDS))
        assert desk.decisions() == []
        assert len(found.summary.tags) == 10
        changes = [item for item in desk.history(case) if item.field in ("status", "tags", "title")]
        assert len(changes) == sum(written for written, _ in told)
        assert desk.changed()
        assert desk.rebuild()["equal"]


def test_an_editor_that_was_open_meanwhile_makes_a_decision(tmp_path: Path) -> None:
    """Also on one machine: what its person had not seen is never overwritten."""
    path = tmp_path / "cases.db"
    with Desk.open(path, "anna") as window, Desk.open(path, "boris") as other:
        case = window.new("nova", "a")
        seen = window.case(case).seen
        other.edit_field(case, "problem", "b")
        other.status([case], "resolved")
        assert window.edit_field(case, "problem", "c", seen=seen["problem"]).decision
        assert window.status([case], "on_hold", seen={case: seen["status"]}).decision
        assert len(window.decisions()) == 2


def test_nobody_disagrees_with_themselves_about_a_status(tmp_path: Path) -> None:
    """The command line and the screen of one person, each with what it saw before."""
    path = tmp_path / "cases.db"
    with Desk.open(path, "anna") as window, Desk.open(path, "anna") as command:
        case = window.new("nova", "a")
        seen = {case: window.case(case).seen["status"]}
        command.status([case], "resolved")
        assert not window.status([case], "on_hold", seen=seen).decision
        assert window.case(case).summary.status == "on_hold"
        old = window.case(case).seen["problem"]
        command.edit_field(case, "problem", "b")
        assert window.edit_field(case, "problem", "c", seen=old).decision
