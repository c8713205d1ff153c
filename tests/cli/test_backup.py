"""``backup``: a copy that is whole, opens, and can go on by itself."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.desk.stage import Copy
from workbench.cases.errors import WorkbenchError
from workbench.local import backup, points


def shown(cli: Cli, db: Path) -> list[dict[str, Any]]:
    """Return all cases of a file, without what is its own."""
    cases: list[dict[str, Any]] = cli.ok("--db", str(db), "export", "--format", "json")
    for case in cases:
        case["source"] = case["unread"] = None
        for entry in case["entries"]:
            entry["received_at"] = None
    return cases


def test_a_backup_is_sound_and_opened_like_any_other_file(paged: Cli) -> None:
    log = paged.folder / "桩.log"
    log.write_bytes(b"0x3C")
    paged.ok("attach", "9", str(log))
    paged.ok("note", "8", "等厂家回复")
    target = paged.folder / "备份.db"
    made = paged.ok("backup", str(target))
    assert made == {
        "file": str(target),
        "size": target.stat().st_size,
        "cases": 3,
        "changes": made["changes"],
        "files": {
            "folder": f"{target}.files", "copied": 1, "size": 4, "left_out": 0, "not_here": 0,
        },
    }  # fmt: skip
    assert not list(paged.folder.glob(".*"))  # nothing half written stays beside it
    assert shown(paged, target) == shown(paged, paged.db)
    found = paged.ok("--db", str(target), "doctor")
    assert (found["ok"], found["changes"]) == (True, made["changes"])
    assert found["files"] == {"here": 1, "not_here": 0, "damaged": []}
    out = paged.folder / "out"
    out.mkdir()
    assert paged("--db", str(target), "open", "9", "桩.log", "--to", str(out)).code == 0
    assert (out / "桩.log").read_bytes() == b"0x3C"


def test_a_backup_overwrites_nothing(paged: Cli) -> None:
    target = paged.folder / "b.db"
    target.write_bytes(b"mine")
    said = paged.fails(1, "backup", str(target))
    assert "is there already, and a backup overwrites nothing" in said
    assert target.read_bytes() == b"mine"
    paged.fails(1, "backup", str(paged.db))
    (paged.folder / "c.db.files").mkdir()
    paged.fails(1, "backup", str(paged.folder / "c.db"))
    paged.fails(1, "backup", str(paged.folder / "gone" / "d.db"))
    assert not (paged.folder / "c.db").exists()
    paged.fails(2, "backup")


def test_a_backup_of_a_file_that_is_not_there_makes_none(
    paged: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = paged.folder / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    said = paged.fails(1, "--db", "gone.db", "backup", "b.db")
    assert f"There is no file {place / 'gone.db'} to make a backup of. Name yours with" in said
    paged.fails(1, "--db", "no/folder/gone.db", "backup", "b.db", "--json")
    (place / "link.db").symlink_to("gone.db")
    paged.fails(1, "--db", "link.db", "backup", "b.db")
    (place / "link.db").unlink()
    monkeypatch.setenv("WORKBENCH_DB", "gone.db")
    paged.fails(1, "backup", "b.db", "--no-files")
    paged.fails(1, "--db", f"{paged.db}/x.db", "backup", "b.db")
    assert not list(place.iterdir())


def test_a_backup_without_files_says_so_and_finds_them_when_they_lie_beside_it(
    paged: Cli,
) -> None:
    log = paged.folder / "a.log"
    log.write_bytes(b"0x3C")
    paged.ok("attach", "9", str(log))
    target = paged.folder / "b.db"
    ran = paged("backup", "--no-files", str(target))
    assert (ran.code, ran.err) == (0, "1 attached file was left out.\n")
    again = paged.folder / "again.db"
    again.write_bytes(target.read_bytes())
    assert not paged.ok("--db", str(target), "files", "9")[0]["here"]
    assert paged("--db", str(target), "doctor").code == 0
    os.rename(paged.folder / "cases.db.files", paged.folder / "again.db.files")
    assert paged.ok("--db", str(again), "files", "9")[0]["here"]
    third = paged.ok("--db", str(target), "backup", str(paged.folder / "third.db"))
    assert third["files"] == {
        "folder": None, "copied": 0, "size": 0, "left_out": 0, "not_here": 1,
    }  # fmt: skip


def test_a_backup_is_the_file_as_it_was_when_it_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PAGES", 8)
    copy = Copy(tmp_path / "anna.db")
    case = copy.desk.new("nova", "充电桩离线")
    before = copy.ops()
    with copy.open("boris") as other:

        def write(done: int, total: int) -> None:
            other.note(case, f"{done}/{total}")

        made = copy.desk.back_up(tmp_path / "b.db", progress=write)
    assert copy.ops() > before + 5
    assert made.changes == before
    with closing(sqlite3.connect(tmp_path / "b.db")) as connection:
        assert connection.execute("SELECT count(*) FROM op").fetchone() == (before,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.desk.close()


@pytest.mark.parametrize("point", ["backup:after-copy", "backup:after-files"])
def test_a_backup_that_fails_leaves_nothing(
    paged: Cli, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    log = paged.folder / "a.log"
    log.write_bytes(b"0x3C")
    paged.ok("attach", "9", str(log))
    before = sorted(paged.folder.iterdir())

    def fail(name: str) -> None:
        if name == point:
            raise WorkbenchError("stopped")

    monkeypatch.setattr(points, "hook", fail)
    paged.fails(1, "backup", str(paged.folder / "b.db"))
    assert sorted(paged.folder.iterdir()) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from workbench.desk import Desk
from workbench.local import points

def die(name):
    if name == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

points.hook = die
with Desk.open(Path(sys.argv[1]), "LM") as desk:
    desk.back_up(Path(sys.argv[2]))
"""


@pytest.mark.parametrize("point", ["backup:after-copy", "backup:after-files"])
def test_what_a_killed_backup_left_is_gone_with_the_next(paged: Cli, point: str) -> None:
    """It is as large as the file, and may hold what is redacted since."""
    log = paged.folder / "a.log"
    log.write_bytes(b"0x3C")
    paged.ok("attach", "9", str(log))
    place = paged.folder / "backups"
    place.mkdir()
    target = place / "b.db"
    command = [sys.executable, "-c", KILLED, str(paged.db), str(target), point]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    left = sorted(path.suffix for path in place.iterdir())
    assert left == ([".new"] if point == "backup:after-copy" else [".files", ".new"])
    paged.ok("backup", str(target))
    assert sorted(path.name for path in place.iterdir()) == ["b.db", "b.db.files"]


def test_a_restored_backup_goes_on_with_the_store(paged: Cli) -> None:
    """What was sent since comes back; both files write on, and neither takes the other's feed."""
    paged.ok("store", "add", "team", str(paged.folder / "team"))
    paged.ok("store", "init", "team")
    paged.ok("sync")
    target = paged.folder / "b.db"
    paged.ok("backup", str(target))
    paged.ok("note", "8", "备份之后写的")
    paged.ok("sync")
    old = ("--db", str(target))
    first = paged("--json", *old, "sync")
    assert first.json["received"] >= 1
    assert "goes on as a copy of its own" in first.err
    paged.ok(*old, "note", "8", "在备份里写的")
    paged.ok("note", "8", "在原件里写的")
    for words in (old, (), old):
        paged.ok(*words, "sync")
    assert shown(paged, target) == shown(paged, paged.db)
    assert paged.ok("doctor")["ok"]
    assert paged.ok(*old, "doctor")["ok"]
