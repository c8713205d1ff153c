"""``view``: queries that have a name; and what ``list`` and ``export`` find by a query."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from workbench.cases.query import parse
from workbench.cases.views import BUILT_IN


def numbers(cli: Cli, *words: str) -> list[int]:
    """Return the numbers of the cases that ``list`` and ``export`` give, which are the same."""
    listed = [row["number"] for row in cli.ok("list", *words)]
    assert [row["number"] for row in cli.ok("export", *words)] == listed
    return sorted(listed)


def test_a_view_is_saved_listed_used_replaced_and_removed(paged: Cli) -> None:
    names = [view.name for view in BUILT_IN]
    assert [view["name"] for view in paged.ok("view", "list")] == names
    saved = paged.ok("view", "save", "断电的", "断电", "OR", "离线")
    assert saved[-1] == {"name": "断电的", "query": "断电 OR 离线", "built_in": False}
    assert saved == paged.ok("view", "list")
    assert numbers(paged, "--view", "断电的") == [9]
    assert numbers(paged, "--view", "断电的", "-speaker:客户") == []
    paged.ok("view", "save", "second", "status:unset")
    again = paged.ok("view", "save", "断电的", "-断电 OR 离线")
    assert [view["name"] for view in again] == [*names, "断电的", "second"]
    assert numbers(paged, "--view", "断电的", "status:unset") == numbers(paged, "status:unset")
    assert [view["name"] for view in paged.ok("view", "remove", "断电的")] == [*names, "second"]


def test_a_view_that_is_replaced_is_told_with_its_query(paged: Cli) -> None:
    assert paged("view", "save", "Mine too", "is:mine", "断电").err == "Mine too: 0 cases\n"
    assert paged("view", "save", "Mine too", "is:mine 断电").err == "Mine too: 0 cases\n"
    assert paged("view", "save", "mine  TOO", "断电").err == (
        "mine TOO: 1 case\nIt replaced the view “Mine too”, which was: is:mine 断电\n"
    )
    assert paged.ok("view", "save", "mine too", "")[-1]["query"] == ""
    assert paged("view", "save", "mine too", "离线").err.endswith('which was: ""\n')


def test_the_table_says_how_many_each_finds(paged: Cli) -> None:
    lines = paged("view", "list", "--lang", "zh").out.splitlines()
    count = len(paged.ok("list"))
    assert lines[0].split() == ["全部", str(count)]
    assert lines[1].split()[0] == "待处理"
    assert len(lines) == len(BUILT_IN)
    found = numbers(paged, "--view", "待处理")
    assert found == numbers(paged, "--view", "To Triage") == numbers(paged, BUILT_IN[1].query)
    assert int(lines[1].split()[1]) == len(found)


@pytest.mark.parametrize(
    ("code", "words", "says"),
    [
        (2, ("view", "save", "Mine", "x"), "the program's own"),
        (2, ("view", "save", "我的", "x"), "the program's own"),
        (2, ("view", "save", " ", "x"), "has 1 to 40 characters"),
        (2, ("view", "save", "x", "a", "OR"), "character 3: OR has no term behind it"),
        (2, ("view", "save", "x"), "view save NAME QUERY"),
        (2, ("view", "list", "x"), "workbench view list"),
        (2, ("view", "remove", "stale"), "the program's own"),
        (3, ("view", "remove", "x"), "no view “x”"),
        (3, ("list", "--view", "x"), "no view “x”"),
        (2, ("list", "--view", "mine", "a", "(b"), "character 3: this parenthesis is not closed"),
        (2, ("list", "opened:2021-02-30"), "character 8:"),
    ],
)
def test_what_can_t_be_done_is_said(
    paged: Cli, code: int, words: tuple[str, ...], says: str
) -> None:
    assert says in paged.fails(code, *words)
    assert len(paged.ok("view", "list")) == len(BUILT_IN)


def test_every_query_of_the_program_can_be_read() -> None:
    assert all(parse(view.query) is not None for view in BUILT_IN)
    assert [view.name for view in BUILT_IN if view.query == ""] == ["all"]


def test_fields_find_what_a_page_brought(paged: Cli) -> None:
    assert numbers(paged, "speaker:客户", "has:image,file", "OR", "ref:139") == [9]
    assert numbers(paged, "发言人：客户", "建立:2024-06-12..2024-06-12") == [9]
    assert numbers(paged, "-(opened:2024)") == numbers(paged, "is:question") == [7]
    assert numbers(paged, "updated:<7d") == []
    paged.ok("note", "9", "又断电了")
    assert numbers(paged, "updated:today") == [9]


def test_explain_tells_count_time_plan_and_index(paged: Cli) -> None:
    told = paged.ok("explain", "两台桩离线", "OR", "speaker:客户", "--sort", "-number")
    assert list(told) == ["query", "sort", "count", "seconds", "index", "terms", "initials", "plan"]
    assert (told["query"], told["count"]) == ("两台桩离线 OR speaker:客户", 1)
    assert (told["sort"], told["terms"]) == ("-number", {"两台桩离线": 1})
    assert {"texts", "entry_speaker"}.issubset(told["index"])
    assert told["seconds"] > 0
    assert any("entry_speaker" in step for step in told["plan"])
    for asked, index in (
        ("ref:139", "reference"),
        ("has:image", "entry_images"),
        ("updated:<7d", "cases_active"),
        ("tag:网络", "SEARCH t USING PRIMARY KEY"),
        ("-tag:网络", "SEARCH t USING PRIMARY KEY"),
        ("is:question", "cases_questions"),
        ("is:unread", "entry_news"),
    ):
        assert index in " ".join(paged.ok("explain", asked)["plan"]), asked
    lines = paged("explain", "两台桩离线").out.splitlines()
    assert lines[0].startswith("1 case · ")
    assert lines[1] == "“两台桩离线”: found by the index of texts, in 1"
    assert lines[2].startswith("indexes: texts")
    assert paged.ok("explain", "ltz -lt")["initials"] == ["ltz"]
    assert "“ltz”: also as the initials of titles and people" in paged("explain", "ltz").out
    assert "character 3" in paged.fails(2, "explain", "a (b")
