"""``doctor`` and ``store purge`` as commands: what they print, and their exit status."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.cli.conftest import Cli
from workbench.cli.upkeep import _FINDINGS
from workbench.language import setup, t


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
    values = dict.fromkeys(("store", "first", "why", "feed", "page"), "…")
    for lang in ("en", "zh"):
        setup(lang)
        assert "{" not in t(_FINDINGS[code], count=2, minutes=3, **values)
    setup("en")


def test_a_file_that_is_no_database_is_an_error_in_a_line(cli: Cli) -> None:
    cli.db.write_bytes(b"no database at all" * 100)
    assert "no Workbench database, or it is damaged" in cli.fails(1, "doctor")


def test_a_store_is_purged(cli: Cli) -> None:
    cli.ok("new", "nova", "充电桩离线")
    cli.ok("store", "add", "team", str(cli.folder / "team"))
    cli.fails(5, "store", "purge", "team")
    cli.ok("store", "init", "team")
    assert cli.ok("store", "purge", "team") == {"store": "team", "purged": 0}
    assert cli("store", "purge", "team").out == "No redacted text was left in it.\n"
    cli.fails(3, "store", "purge", "other")
    cli.fails(2, "store", "purge")
