"""What is done as asked, yet may not be meant, is said on stderr; all else stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Cli


def test_a_store_that_is_no_folder_or_not_there_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name, place, says in (
        ("f", "file", "is no folder"),
        ("x", "gone", "There is nothing at"),
        ("t", "", ""),
    ):
        ran = cli("store", "add", name, str(tmp_path / place))
        assert ran.code == 0
        assert ran.out.startswith(f"{name}  ")
        assert says in ran.err
        assert ("store check" in ran.err) == bool(says)
        assert (f"`workbench store init {name}`" in ran.err) == (place == "gone")
    assert "removed" in cli("store", "remove", "f").err


def test_a_server_that_is_not_there_is_told_in_the_language(cli: Cli) -> None:
    cli("store", "add", "db", "postgresql:///nodb?host=/nonexistent")
    ran = cli("store", "check", "db", "--lang", "zh")
    assert ran.code == 5
    assert "没有服务器应答（“No such file or directory”）" in ran.err
    assert "/nonexistent" in ran.err


def test_a_limit_says_of_how_many(paged: Cli) -> None:
    assert paged("list", "--limit", "2").err == "2 of 3 cases\n"
    assert paged("list", "--limit", "3").err == "3 cases\n"
    assert paged("list", "扫码", "--limit", "1").err == "1 case\n"
    assert paged("list", "is:unread OR 扫码", "--limit", "1", "--json").err == ""


def test_an_operator_of_another_language_that_finds_nothing_is_told(paged: Cli) -> None:
    said = (
        "0 cases\n“or” is searched as text; OR between alternatives is written in capitals and"
        " with spaces around it.\n"
    )
    ran = paged("list", "扫码", "or", "离线")
    assert (ran.code, ran.out, ran.err) == (0, "", said)
    assert paged("list", "--view", "all", "扫码 or 离线").err == said
    assert "大写" in paged("list", "扫码 or 离线", "--lang", "zh").err
    assert paged("list", "扫码 or 离线", "--json").err == ""
    assert paged("list", "扫码 or 离线", "--csv").err == ""
    assert paged("list", "扫码 or 离线", "--limit", "0").err == "0 cases\n"
    assert paged("list", "扫码 OR 离线").err == "2 cases\n"
    assert paged("list", "没有这个词").err == "0 cases\n"
    paged("note", "8", "scan or plug")
    assert paged("list", "or").err == "1 case\n"


def test_a_hold_until_a_day_in_the_past_is_awake_at_once(paged: Cli) -> None:
    ran = paged("status", "9", "on_hold", "--until", "2020-01-01")
    assert ran.code == 0
    assert "awake at once" in ran.err
    assert "awake" not in paged("status", "9", "on_hold", "--until", "2999-01-01").err


def test_a_page_that_only_its_file_names_tells_from_where_it_takes_cases(
    paged: Cli, tmp_path: Path
) -> None:
    exported = tmp_path / "fe-out.txt"
    old = paged.ok("show", "9")["source"]["page"]
    exported.write_text(paged("export", "--format", "xwiki").out)
    ran = paged("import", str(exported))
    assert f"stood on the page {old}" in ran.err
    assert f"--page {old}" in ran.err
    assert "stood" not in paged("import", str(exported)).err


@pytest.mark.parametrize(("name", "told"), [("on holdd", True), ("On Hold", False), ("own", False)])
def test_columns_of_a_view_that_is_not_there_are_told(
    paged: Cli, tmp_path: Path, name: str, told: bool
) -> None:
    config = tmp_path / "own.toml"
    config.write_text(f'[view_columns]\n"{name}" = ["key"]\n')
    paged("view", "save", "own", "断电")
    assert (
        f"line 2: there is no view “{name}”" in paged("list", "--config", str(config)).err
    ) == told


def test_what_is_wrong_with_a_file_of_settings_is_told_by_its_own_line(
    cli: Cli, tmp_path: Path
) -> None:
    config = tmp_path / "own.toml"
    config.write_text('theme = "dark\nlang = "zh"\n')
    assert "isn't closed in its line" in cli("keys", "--config", str(config)).err
    config.write_text('[references."a"]\npattern = "(ab"\nurl = ""\n')
    assert "line 2" in cli("keys", "--config", str(config)).err
    config.write_text('[references."a"]\npattern = "abcd"\nurl = "x"\n')
    assert "line 3" in cli("keys", "--config", str(config)).err


def test_a_store_made_in_the_place_of_another_says_what_each_copy_has_to_do(
    cli: Cli, tmp_path: Path
) -> None:
    cli.ok("store", "add", "team", str(tmp_path / "team"))
    assert "another store" not in cli("store", "init", "team").err
    assert cli("sync").code == 0
    shutil.rmtree(tmp_path / "team")
    assert "`workbench store remove team`" in cli("store", "init", "team").err
    assert cli("sync").code == 5
    assert cli("store", "remove", "team").code == 0
    cli.ok("store", "add", "team", str(tmp_path / "team"))
    assert cli("sync").code == 0
