"""Two connections in one process, and another process beside them: nobody's locks are dropped."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from workbench.desk import Desk

NOTE = """
import sys
from workbench.desk import Desk
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
