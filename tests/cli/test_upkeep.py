"""``doctor`` and ``store purge`` as commands: what they print, and their exit status."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workbench.cli.upkeep import _FINDINGS
from workbench.language import setup, t
from workbench.local import blobs


def test_a_sound_file_is_told_so(paged: Cli) -> None:
    ran = paged("doctor")
    assert (ran.code, ran.out, ran.err) == (0, "✓ The file is sound.\n", "")
    found = paged.ok("doctor", "--repair")
    assert found["ok"]
    assert found["findings"] == found["repaired"] == found["stores"] == found["set_aside"] == []


def test_what_is_wrong_is_told_in_the_persons_language_and_mended(
    paged: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(paged.db)) as connection:
        connection.execute("DELETE FROM entry")
        connection.commit()
    ran = paged("doctor")
    assert ran.code == 1
    assert ran.out == "✗ 3 rows are not what the log says; workbench doctor --repair mends it.\n"
    monkeypatch.setenv("WORKBENCH_LANG", "zh")
    assert "与改动记录不符" in paged("doctor").out
    repaired = paged("doctor", "--repair")
    assert repaired.code == 0
    assert repaired.out.endswith("✓ 文件完好。\n")
    assert len(paged.ok("show", "nova#9")["entries"]) == 2


@pytest.mark.parametrize("code", _FINDINGS)
def test_every_sentence_has_what_it_fills_in(code: str) -> None:
    values = dict.fromkeys(("store", "first", "why", "feed", "page", "apart"), "…")
    for lang in ("en", "zh"):
        setup(lang)
        assert "{" not in t(_FINDINGS[code], count=2, minutes=3, **values)
    setup("en")


def test_a_file_that_is_no_database_is_an_error_in_a_line(cli: Cli) -> None:
    cli.db.write_bytes(b"no database at all" * 100)
    assert "no Workbench database, or it is damaged" in cli.fails(1, "doctor")


def test_a_database_that_breaks_off_is_an_error_in_a_line(paged: Cli) -> None:
    with closing(sqlite3.connect(paged.db)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'cases'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with paged.db.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(bytes(size))
    assert "bring back a backup" in paged.fails(1, "list")


def test_a_disk_without_room_is_an_error_in_a_line(
    paged: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(blobs, "_force", full)
    (tmp_path / "log.txt").write_text("日志", encoding="utf-8")
    key = paged.ok("list")[0]["key"]
    said = paged.fails(1, "attach", key, str(tmp_path / "log.txt"))
    assert said == "workbench: the disk is full – Make room, then try again.\n"


def test_a_store_gets_only_what_was_written_here_where_that_is_said(
    cli: Cli, tmp_path: Path
) -> None:
    folder = str(tmp_path)
    assert cli.ok("store", "add", "stick", folder, "--relay", "own")["relay"] == "own"
    assert (
        cli("store", "list")
        .out.splitlines()[-1]
        .endswith("(gets only what you wrote, and what that builds on)")
    )
    assert cli.ok("store", "set", "stick", "--relay", "all")["relay"] == "all"
    assert cli("store", "list").out.splitlines()[-1] == f"stick  {folder}"
    assert cli.ok("store", "set", "stick", "--relay", "own")["relay"] == "own"
    cli.ok("store", "remove", "stick")
    assert cli.ok("store", "add", "stick", folder)["relay"] == "all"
    cli.fails(2, "store", "set", "stick")
    cli.fails(2, "store", "list", "--relay", "own")
    cli.fails(3, "store", "set", "other", "--relay", "own")


def test_a_store_is_purged(cli: Cli) -> None:
    cli.ok("new", "nova", "充电桩离线")
    cli.ok("store", "add", "team", str(cli.folder / "team"))
    cli.fails(5, "store", "purge", "team")
    cli.ok("store", "init", "team")
    assert cli.ok("store", "purge", "team") == {"store": "team", "purged": 0}
    assert cli("store", "purge", "team").out == "No redacted text was left in it.\n"
    cli.fails(3, "store", "purge", "other")
    cli.fails(2, "store", "purge")


def test_a_store_that_is_away_is_told_by_status_and_sentence(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.ok("new", "nova", "充电桩离线")
    cli.ok("store", "add", "team", str(cli.folder / "team"))
    for words in (["store", "check", "team"], ["sync"]):
        said = cli.fails(5, *words)
        assert "is the folder mounted?" in said
        assert "nothing is lost, 4 changes stay in the outbox" in said
    assert "The store team could not be looked at: there is no store in" in cli("doctor").out
    monkeypatch.setenv("WORKBENCH_LANG", "zh")
    said = cli.fails(5, "sync")
    assert "没有共享库（文件夹挂载了吗？）；没有丢失任何内容，4 处改动留在发件箱里" in said
    assert "请先挂载" in said
    assert "无法查看共享库 team" in cli("doctor").out
    assert "is the folder mounted?" not in cli("doctor").out


def test_what_a_sync_has_to_say_is_said_in_the_persons_language(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.ok("store", "add", "team", str(cli.folder / "team"))
    cli.ok("store", "init", "team")
    cli.ok("new", "nova", "充电桩离线")
    ran = cli("sync")
    assert "is nova_case#1" in ran.err
    cli.ok("new", "nova", "充电桩又离线")
    monkeypatch.setenv("WORKBENCH_LANG", "zh")
    assert "现在是 nova_case#2" in cli("sync").err


def test_the_outbox_names_the_stores_where_there_are_several(cli: Cli) -> None:
    for name in ("team", "stick"):
        cli.ok("store", "add", name, str(cli.folder / name))
        cli.ok("store", "init", name)
    cli.ok("new", "nova", "充电桩离线")
    assert cli("sync", "team").code == 0
    key = cli.ok("list")[0]["key"]
    assert cli("outbox").out.startswith(f"stick:\n{key}")
    assert "team" not in cli("outbox").out
    cli.ok("note", key, "已联系现场")
    assert [line for line in cli("outbox").out.splitlines() if line.endswith(":")] == [
        "team:",
        "stick:",
    ]
    told = cli.ok("outbox")
    assert len({item["id"] for item in told}) == len(told)  # to scripts each is told once


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ('theme = "dusk"\n', 1),
        ('[themes.dusk]\ndark = true\nbackground = "black"\n', 3),
        ('[templates]\na = "{ordr}"\n', 2),
    ],
)
def test_what_only_a_screen_reads_stops_no_other_command(cli: Cli, written: str, line: int) -> None:
    own = cli.folder / "config.toml"
    own.write_text(written, encoding="utf-8")
    key = cli.ok("new", "nova", "离线")["key"]
    assert [case["key"] for case in cli.ok("list")] == [key]
    assert cli("keys").code == 0
    for command in (("config", "show"), ("config", "get", "theme"), ("doctor",)):
        assert f"config.toml, line {line}: " in cli.fails(1, *command), command
    own.write_text('stale_days = "x"\n', encoding="utf-8")
    assert "line 1" in cli.fails(1, "list")
