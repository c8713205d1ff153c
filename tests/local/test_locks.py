"""Two connections in one process, and another process beside them: nobody's locks are dropped."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.desk import Desk
from workbench.local import database

NOTE = """
import sys
import pytest

from workbench.desk import Desk
from workbench.local import database
with Desk.open(sys.argv[1], "kay") as desk:
    desk.note(desk.resolve("1"), sys.argv[2])
"""


def note_elsewhere(path: Path, text: str) -> None:
    """Write a note from another process, which is the last to close the file if locks are lost."""
    subprocess.run([sys.executable, "-c", NOTE, str(path), text], check=True, timeout=60)


def texts(path: Path) -> list[str]:
    with Desk.open(path, "lm") as desk:
        return [entry.text for entry in desk.case(desk.resolve("1")).entries]


def test_a_second_connection_takes_no_locks_away(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    with Desk.open(path, "lm") as desk:
        case = desk.new("nova", "充电桩离线")
        with Desk.open(path, "lm") as reader:
            assert len(reader.find("离线")) == 1
        with Desk.open(path, "lm"):
            pass
        log = path.with_name("cases.db-wal")
        before = log.stat().st_ino
        note_elsewhere(path, "第一条")
        assert log.exists()
        assert log.stat().st_ino == before
        assert desk.changed()
        assert [entry.text for entry in desk.case(case).entries] == ["第一条"]
        desk.note(case, "第二条")
        for text in ("第三条", "第四条"):
            note_elsewhere(path, text)
        desk.note(case, "第五条")
    assert texts(path) == ["第一条", "第二条", "第三条", "第四条", "第五条"]
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    first, second = Desk.open(path, "lm"), Desk.open(path, "lm")
    second.close()
    second.close()
    first.new("nova", "充电桩离线")
    note_elsewhere(path, "第一条")
    assert path.with_name("cases.db-wal").exists()
    first.close()
    assert texts(path) == ["第一条"]


class Clock:
    """Tells the time that passed by ``sleep`` and by what a test says was done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        monkeypatch.setattr(database, "monotonic", lambda: self.now)
        monkeypatch.setattr(database, "sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def write(self, db: database.Database, seconds: float) -> None:
        with db.write("test"):
            self.now += seconds


def test_a_long_work_leaves_the_file_free_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It rests for what is left of the time, and not where it did something else for as long."""
    clock = Clock(monkeypatch)
    db = database.Database(tmp_path / "cases.db")
    for _ in range(3):
        clock.write(db, 2 * database.HELD)
        db.give_way()
    assert clock.slept == pytest.approx([database.GAP] * 3)
    clock.write(db, database.HELD / 4)
    db.give_way()
    assert len(clock.slept) == 3, "it was held for a short time"
    clock.write(db, 2 * database.HELD)
    clock.now += database.GAP / 2
    db.give_way()
    assert clock.slept[3:] == pytest.approx([database.GAP / 2])
    clock.write(db, 2 * database.HELD)
    clock.now += database.GAP
    db.give_way()
    clock.write(db, database.HELD / 2)
    db.give_way()
    assert len(clock.slept) == 4, "it was free meanwhile"
    db.close()


def test_who_waits_to_write_looks_often_whether_the_file_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cases.db"
    db = database.Database(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO meta VALUES ('other', 'was first')")
    looks: list[float] = []

    def rest(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            other.execute("COMMIT")

    monkeypatch.setattr(database, "sleep", rest)
    with db.write("test"):
        assert looks == [database.POLL] * 3
        assert db.value("SELECT value FROM meta WHERE name = 'other'") == "was first"
        other.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.close()
    db.close()
