"""Help and usage errors speak the person's language, and leave nothing of it behind."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from workbench.cli.group import COMMANDS, HEADINGS


def test_the_help_of_every_command_is_chinese_where_the_person_is(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_LANG", "zh")
    whole = cli("--help").out
    assert whole.startswith("用法: workbench")
    for words in ("选项:", "起步:", "团队:", "列出符合查询的案件。", "显示这段说明并退出。"):
        assert words in whole
    for name in COMMANDS:
        said = cli(name, "--help").out
        assert "选项:" in said
        described = [
            line for line in said.splitlines() if line.startswith("  ") and "--" not in line
        ]
        assert any(not line.isascii() for line in described), name
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    assert "Add an entry to the thread" in cli("note", "--help").out
    assert cli("note", "--help").out.startswith("Usage: workbench note")


def test_every_command_stands_in_the_help_once() -> None:
    assert sorted(" ".join(HEADINGS.values()).split()) == sorted(COMMANDS)


def test_the_settings_and_the_option_choose_the_language_of_the_help(cli: Cli) -> None:
    assert "用法" in cli("--lang", "zh", "note", "--help").out
    assert "用法" in cli("note", "--lang", "zh", "--help").out
    (cli.folder / "config.toml").write_text("lang = 5\n", encoding="utf-8")
    assert cli("--help").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("note",), "缺少参数 'CASE'"),
        (("redact", "9", "title"), "缺少选项 '--why'"),
        (("show", "--nope"), "没有选项 --nope"),
        (("list", "--limit", "many"), "'--limit'"),
        (("lst",), "没有命令“lst”。是不是想写 list"),
    ],
)
def test_a_wrong_command_line_is_said_in_chinese(
    cli: Cli, words: tuple[str, ...], said: str
) -> None:
    told = cli.fails(2, "--lang", "zh", *words)
    assert said in told
    assert "See" not in told
