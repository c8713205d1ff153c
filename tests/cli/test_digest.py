"""``digest``: what others changed, for scripts and to read."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cli.conftest import Cli
from tests.pages import PageCase

FIELDS = [
    *("case", "case_id", "title", "status", "at", "authors", "new", "from_page", "unread"),
    *("decisions", "same_number", "changes"),
]
CHANGE_FIELDS = [
    *("id", "case", "case_id", "entry", "at", "author", "act", "field", "old", "new"),
    *("relayed_by", "text"),
]


def by_kay(cli: Cli, *words: str) -> None:
    assert cli("--author", "Kay", *words).code == 0


def test_scripts_get_every_field(paged: Cli) -> None:
    by_kay(paged, "note", "9", "已送电，\n请复核")
    by_kay(paged, "new", "nova", "全新的案件")
    noted, made = paged.ok("digest")
    assert list(noted) == list(made) == FIELDS
    (change,) = noted["changes"]
    assert list(change) == CHANGE_FIELDS
    assert (noted["case"], noted["new"], made["new"]) == ("nova_case#9_20240612", False, True)
    assert (change["author"], change["new"]) == ("Kay", "已送电，\n请复核")
    assert paged.ok("digest") == [noted, made]


def test_it_is_read_line_by_line(paged: Cli) -> None:
    by_kay(paged, "note", "9", "已送电，\n请复核")
    by_kay(paged, "status", "9", "on_hold", "--until", "2030-01-31", "--why", "等客户")
    by_kay(paged, "hide", "9", "1")
    by_kay(paged, "new", "nova", "全新的案件")
    by_kay(paged, "import", paged.page(PageCase(20, "20240701", "从页面来"), name="other.txt"))
    text = paged("digest").out
    told = [line[20:] if line.startswith("  ") else line for line in text.splitlines()]
    assert told == [
        "nova_case#9_20240612  On hold  两台桩离线",
        "Kay  entry added  已送电， 请复核",
        "Kay  status set  Resolved → On hold  until 2030-01-31  (等客户)",
        "Kay  entry hid  现场断电了",
        *[line for line in told if "全新的案件" in line],
        "nova_case#20_20240701  Unset  (new case, from a page: Kay)  从页面来",
    ]
    assert "(new case: Kay)  全新的案件" in text
    chinese = paged("digest", "--lang", "zh").out
    assert "Kay  设置了状态  已解决 → 暂搁置  到 2030-01-31  (等客户)" in chinese
    assert "(新案件：Kay)  全新的案件" in chinese


def test_nothing_to_tell(paged: Cli) -> None:
    assert paged.ok("digest") == []
    ran = paged("digest")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "Nobody else has changed anything.\n"


def test_it_marks_nothing_as_read(paged: Cli) -> None:
    by_kay(paged, "note", "9", "已送电")
    for _ in range(2):
        assert len(paged.ok("digest")) == 1
        assert paged.ok("show", "9")["unread"] == 1


@pytest.mark.parametrize("since", ["yesterday", "2020-01-01", "昨天", "2020-01-01T10:00+08:00"])
def test_since_takes_any_time_that_the_program_takes(paged: Cli, since: str) -> None:
    by_kay(paged, "note", "9", "已送电")
    assert len(paged.ok("digest", "--since", since)) == 1
    assert paged.ok("digest", "--since", "2100-01-01") == []


@pytest.mark.parametrize("since", ["gestern", "2024-02-30", "", "25:00"])
def test_what_is_no_time_is_refused(paged: Cli, since: str) -> None:
    assert f"write it as {date.today()}, " in paged.fails(2, "digest", "--since", since)
