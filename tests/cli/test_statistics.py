"""``stats``, ``report`` and ``show --chat``: what is told of many cases, of a week, of one."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from tests.cli.conftest import Cli
from tests.pages import PageCase, PageEntry

LONG = "现场反馈" * 60


@pytest.fixture
def worked(paged: Cli) -> Cli:
    """Return a database in which was worked today: one case typed, answered and resolved."""
    key = paged.ok("new", "nova", "新桩*离线*_")["key"]
    paged.ok("note", key, "已联系现场 <b>", "--speaker", "Kay")
    paged.ok("assign", key, "+Kay", "+LM")
    paged.ok("status", key, "resolved")
    paged.ok("note", "9", LONG)
    return paged


def test_stats_count_what_a_query_finds(worked: Cli) -> None:
    found = worked.ok("stats")
    assert found["cases"] == len(worked.ok("list")) == sum(found["status"].values())
    assert found["status"]["resolved"] == len(worked.ok("list", "status:resolved"))
    assert found["first_answer"]["known"] >= 1
    # What a page says to be resolved, it does not say since when.
    assert found["resolution"] == {"known": 1, "median_hours": 0.0, "p90_hours": 0.0}
    assert found["months"][-1]["opened"] == 1
    assert found["months"][-1]["resolved"] == 1
    assert worked.ok("stats", "engineer:LM", "新桩")["cases"] == 1
    assert worked.fails(2, "stats", "status:no").startswith("workbench: character 8")


def test_a_status_that_a_person_set_on_a_page_s_case_has_a_time(worked: Cli) -> None:
    worked.ok("status", "9", "in_progress")
    worked.ok("status", "9", "resolved")
    assert worked.ok("stats")["resolution"]["known"] == 2


def test_a_first_answer_without_a_date_is_not_known(cli: Cli) -> None:
    asked, dated = PageEntry("已重启", "Kay"), PageEntry("update 20240703 已换模块")
    pages = (
        PageCase(1, "20240701", "甲桩", (asked,)),
        PageCase(2, "20240701", "乙桩", (asked, dated)),
        PageCase(3, "20240701", "丙桩", (dated, asked)),
        PageCase(4, "20240701", "丁桩", (dated,)),
    )
    cli.ok("import", cli.page(*pages, name="nova_1.txt"))
    for number in "1234":
        cli.ok("note", number, "后来补充", "--speaker", "Kay")
    hours = [cli.ok("stats", f"{word}桩")["first_answer"]["median_hours"] for word in "甲乙丙丁"]
    assert hours == [None, None, 48.0, 48.0]


def test_stats_are_drawn_as_bars(worked: Cli) -> None:
    lines = worked("stats").out.splitlines()
    assert lines[0] == f"{len(worked.ok('list'))} cases"
    bars = {line.split()[0]: line.count("█") for line in lines if "█" in line}
    assert bars["Resolved"] == 32
    assert "half within 0 h, nine in ten within 0 h (known of 1)" in lines[-1]


def test_stats_as_a_page_for_a_browser(worked: Cli) -> None:
    path = worked.folder / "stats.html"
    assert worked("stats", "离线", "--html", str(path)).out == f"{path}\n"
    text = path.read_text(encoding="utf-8")
    assert "“离线”" in text
    assert not re.search("<script|https?://", text)
    opened: list[str] = []

    class Balanced(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            while opened.pop() != tag:
                pass

    Balanced().feed(text)
    assert opened == []
    missing = str(worked.folder / "no" / "x.html")
    assert "can't be written" in worked.fails(1, "stats", "--html", missing)


def test_the_report_of_a_week(worked: Cli) -> None:
    found = worked.ok("report", "--week")
    new = worked.ok("list", "新桩")[0]["key"]
    assert (found["opened"], found["resolved"]) == ([new], [new])
    assert [item["case"] for item in found["went_on"]] == ["nova_case#9_20240612"]
    text = found["markdown"]
    assert text == worked("report", "--week").out
    assert f"- **{new}** 新桩\\*离线\\*\\_ (Kay LM)\n" in text
    assert f"  - 陈一: {LONG[:95]}" in text
    assert LONG not in text
    today = date.today()
    monday = today - timedelta(days=today.weekday())
    assert (found["first"], found["last"]) == (str(monday), str(monday + timedelta(days=6)))


def test_the_report_of_another_week(worked: Cli) -> None:
    found = worked.ok("report", "--week", "2024-06-12")
    assert (found["week"], found["first"]) == ("2024-W24", "2024-06-10")
    assert found["opened"] == ["nova_case#9_20240612"]
    assert found["resolved"] == []
    worked.fails(2, "report", "--week", "2024-13-40")
    worked.fails(2, "report")
    path = worked.folder / "week.md"
    assert worked("report", "--week", "2024-06-12", "-o", str(path)).out == f"{path}\n"
    assert path.read_text(encoding="utf-8") == found["markdown"]


def test_a_report_for_a_chat_tells_whose_turn_it_is(worked: Cli) -> None:
    page = PageCase(
        12,
        "20240701",
        "三台桩\n离线",
        tuple(PageEntry(f"第{n}条", "客户") for n in range(1, 6)),
        status="in_progress",
        engineers=("Kay",),
    )
    assert worked("import", worked.page(page, name="nova_12.txt")).code == 0
    assert worked("show", "12", "--chat").out.splitlines() == [
        "nova_case#12_20240701 · In progress · Kay",
        "Problem: 三台桩 离线",
        "Thread (5 entries):",
        "· 客户: 第3条",
        "· 客户: 第4条",
        "· 客户: 第5条",
        "Next: Kay to answer 客户",
    ]
    worked.ok("note", "12", "在看", "--speaker", "Kay")
    lines = worked("show", "12", "--chat").out.splitlines()
    assert lines[-2].endswith(" Kay: 在看")
    assert lines[-1] == "Next: Kay waits for an answer"
    worked.ok("status", "12", "on_hold", "--until", "2030-01-02", "--why", "等厂家")
    last = "Next: on hold until 2030-01-02 (等厂家)"
    assert worked("show", "12", "--chat").out.splitlines()[-1] == last
    worked.ok("assign", "12", "-Kay")
    worked.ok("status", "12", "unset")
    found = worked.ok("show", "12", "--chat")
    assert found["chat"].splitlines()[-1] == "Next: somebody has to take it"
    assert found["entries"][-1]["text"] == "在看"
    worked.ok("status", "12", "resolved")
    assert "Next" not in worked("show", "12", "--chat").out
    worked.fails(2, "show", "12", "--chat", "--hidden")


def test_a_report_for_a_chat_holds_nothing_that_a_terminal_obeys(cli: Cli) -> None:
    key = cli.ok("new", "nova", "红\x1b[31m色\x07")["key"]
    assert not set(cli("show", key, "--chat").out) & {"\x1b", "\x07"}


def test_what_is_printed_keeps_its_emoji(cli: Cli) -> None:
    words = "👨‍👩‍👧 🇨🇳 👍🏽 ☎️"
    key = cli.ok("new", "nova", words)["key"]
    cli.ok("note", key, words, "--speaker", "Kay")
    for command in (("show", key), ("show", key, "--chat"), ("report", "--week"), ("list",)):
        assert words in cli(*command).out, command
    assert words in cli("history", key).out
