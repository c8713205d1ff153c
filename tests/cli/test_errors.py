"""What a person is told when something goes wrong: one line, a hint, never a traceback."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.values import HOSTILE
from workbench.desk import Desk

ACTS_ON_TERMINAL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
)


def broken(*_: object, **__: object) -> None:
    """Fail as only a mistake in the program can."""
    raise RuntimeError("something\nunheard of")


def test_a_mistake_of_the_program_is_one_line(paged: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Desk, "history", broken)
    err = paged.fails(1, "history", "9")
    assert err == (
        "workbench: internal error (RuntimeError: something unheard of); nothing was lost."
        " Please report it with what WORKBENCH_DEBUG=1 shows.\n"
    )
    monkeypatch.setenv("WORKBENCH_DEBUG", "1")
    ran = paged("history", "9")
    assert ran.code == 1
    assert "Traceback" in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "999"), 'workbench: no case "999" – workbench list shows the keys.\n'),
        (("frob",), "workbench: No such command 'frob'. See `workbench --help`.\n"),
    ],
)
def test_an_error_and_its_hint_are_one_line(paged: Cli, words: tuple[str, ...], told: str) -> None:
    assert paged(*words).err == told


def test_several_stores_are_named(cli: Cli) -> None:
    for name in ("team", "stick"):
        cli("store", "add", name, str(cli.folder / name))
    assert "\n  team\n  stick\n" in cli.fails(3, "sync")
    ran = cli("push", "--json")
    assert (ran.code, ran.out) == (3, "")
    assert json.loads(ran.err)["candidates"] == ["team", "stick"]


def test_a_person_who_stops_the_program_is_told_that_nothing_is_lost(
    paged: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Desk, "note", stopped)
    ran = paged("note", "9", "x")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err == "workbench: Stopped; what was written stays.\n"


def test_a_database_that_is_none_is_told(cli: Cli) -> None:
    cli.db.write_bytes(b"this is no database, only text " * 100)
    assert str(cli.db) in cli.fails(1, "list")
    assert cli.db.read_bytes().startswith(b"this is no database")


def test_a_folder_for_a_database_is_told(cli: Cli) -> None:
    cli.fails(1, "list", "--db", str(cli.folder))


def test_a_broken_config_names_file_and_line(cli: Cli) -> None:
    config = cli.folder / "config.toml"
    config.write_text('author = "A"\nlang = \n', encoding="utf-8")
    assert f"{config}, line 2" in cli.fails(1, "list")


def test_an_unknown_setting_is_said_beside_the_data(cli: Cli) -> None:
    (cli.folder / "config.toml").write_text("colour = 1\n", encoding="utf-8")
    ran = cli("list", "--json")
    assert (ran.code, ran.json) == (0, [])
    assert "colour" in ran.err


def test_settings_are_shown_got_and_set(cli: Cli) -> None:
    assert cli.ok("config", "get", "theme")["theme"]["value"] == "dark"
    cli.ok("config", "set", "theme", "light")
    ran = cli("config", "get", "theme")
    assert (ran.code, ran.out) == (0, "light\n")
    shown = cli.ok("config", "show")
    assert (shown["theme"]["value"], shown["author"]["value"]) == ("light", "陈一")
    assert "theme = light  (" in cli("config", "show").out
    for words in (("get",), ("set", "theme"), ("show", "theme"), ("drop", "theme"), ()):
        cli.fails(2, "config", *words)
    assert cli("config", "get", "colour").code != 0
    assert cli("config", "set", "theme", "pink").code != 0


def test_a_key_of_the_own_file_is_not_set(cli: Cli) -> None:
    own = cli.folder / "config.toml"
    own.write_text('# mine\ntheme = "light"\n', encoding="utf-8")
    assert f"{own}, line 2" in cli.fails(1, "config", "set", "theme", "dark")
    assert own.read_text("utf-8") == '# mine\ntheme = "light"\n'


def test_keys_follow_the_settings(cli: Cli) -> None:
    assert "undo" in cli.ok("keys")
    cli.ok("config", "set", "keys.undo", "Z")
    assert cli.ok("keys")["undo"]["keys"] == ["Z"]
    assert re.search(r"^undo  .*: Z$", cli("keys").out, re.MULTILINE)


def test_rebuild_proves_the_tables_equal(paged: Cli) -> None:
    before = paged.ok("export", "--format", "json")
    result = paged.ok("rebuild")
    assert (result["equal"], result["differences"], result["cases"]) == (True, [], 3)
    assert paged.ok("export", "--format", "json") == before
    assert "3 cases made anew" in paged("rebuild").out


def test_options_win_over_the_environment(paged: Cli, tmp_path: Path) -> None:
    other = str(tmp_path / "other.db")
    assert paged.ok("list", "--db", other) == []
    assert len(paged.ok("list")) == 3
    assert paged.ok("note", "9", "x", "--author", "林")["author"] == "林"


def test_hostile_text_in_every_field_does_nothing(cli: Cli) -> None:
    text = HOSTILE
    key = cli("new", "nova", text, "--title", text).out.strip()
    cli.ok("note", key, f"{text}\n{text}", "--speaker", text, "--author", "[/x]案")
    cli.ok("edit", key, "1", f"{text}!")
    cli.ok("assign", key, f"+{text}")
    cli.ok("tag", key, f"+{text}")
    cli.ok("status", key, "on_hold", "--why", text)
    cli.ok("edit", key, "title", f"{text}1")
    seen = cli.ok("history", key)[-1]["id"]
    cli.ok("edit", key, "title", f"{text}2", "--author", "林")
    assert cli("edit", key, "title", f"{text}3", "--seen", seen).code == 4
    case = cli.ok("show", key)
    assert case["entries"][0]["text"] == f"{text}!"
    assert (case["engineers"], case["tags"]) == ([text], [text])
    for words in (
        ("show", key),
        ("list",),
        ("history", key),
        ("decisions",),
        ("status", key, "on_hold"),
        ("assign", key, f"+{text}2"),
        ("undo",),
        ("show", text),
        ("list", f'"{text}'),
        ("edit", key, "title", text, "--seen", text),
        ("status", key, text),
        ("config", "get", text),
        ("export", "--format", "csv", "-o", str(cli.folder / text.replace("/", "")), "is:mine"),
        ("import", text),
        (text,),
    ):
        ran = cli(*words)
        assert not ACTS_ON_TERMINAL.search(ran.out + ran.err), words


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (3, ("show", "zzzz"), "没有案件“zzzz” – workbench list 会列出编号。"),
        (3, ("hide", "9", "77"), "没有第 77 条记录，共 2 条"),
        (2, ("status", "9", "on_hold", "--until", "2030-02-31"), "在 2030-02 里没有这一天"),
        (1, ("undo", "--redo"), "没有可以恢复的操作"),
    ],
)
def test_what_went_wrong_is_said_in_the_persons_language(
    paged: Cli, code: int, words: tuple[str, ...], said: str
) -> None:
    assert said in paged.fails(code, "--lang", "zh", *words)
