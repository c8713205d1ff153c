"""The grammar of a page: which lines make a problem, an entry, a status, and which make nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.exchange.invented import PAGE
from tests.exchange.shapes import avatar, html, lines_of, plain
from workbench.cases.errors import UnusablePage
from workbench.exchange.page import Page, PageCase, PageImage
from workbench.exchange.reader import read_pages

HEADING = "= nova_case#1_20240101 =\n"


def read(source: str, project: str | None = None) -> Page:
    (page,) = read_pages(plain(lines_of(source)), "nova_9.txt", project=project)
    return page


def case(body: str) -> PageCase:
    """Read one case, of which ``body`` stands below the heading; nothing may be left over."""
    page = read(HEADING + body)
    assert page.refused == ()
    assert page.unread_lines == ()
    (found,) = page.cases
    return found


def thread(body: str) -> list[tuple[str | None, str]]:
    return [(entry.speaker, entry.text) for entry in case(body).entries]


def test_the_invented_page_by_hand() -> None:
    page = read(PAGE)
    assert page.name == "nova_9"
    assert page.preamble_lines == (1, 2, 3, 4)
    assert page.unread_lines == page.refused == ()
    assert [found.key for found in page.cases] == [
        "nova_case#58_20240612",
        "nova_case#57_20240611",
        "nova_case#56_202405009",
        "nova_case#55_20240501",
    ]
    assert [found.status for found in page.cases] == ["unset", "resolved", "in_progress", "on_hold"]
    assert [len(found.entries) for found in page.cases] == [3, 3, 4, 1]
    assert all(found.questions == () and found.whole for found in page.cases)
    assert (page.cases[0].first_line, page.cases[0].last_line) == (5, 24)
    assert page.cases[3].last_line == len(page.lines)


def test_a_thread_with_tags() -> None:
    first = read(PAGE).cases[0]
    assert first.problem == "柏溪路站对账,异常单处理"
    assert [(entry.speaker, entry.text) for entry in first.entries] == [
        ("LM", "刚才和 zhaoqi 沟通了下\n1.先截图\n2.再对账"),
        ("zhaoqi", "我找客户聊下,问题描述里写的时间: 18:30"),
        ("LM", "已告知"),
    ]
    assert [(entry.first_line, entry.last_line) for entry in first.entries] == [
        (11, 15),
        (17, 17),
        (19, 19),
    ]
    assert (first.engineer_label, first.engineers) == ("售后(跟单)工程师", ("LM",))


def test_pictures_and_full_width_signs() -> None:
    second = read(PAGE).cases[1]
    assert second.problem == "【余额不足】请充值,说的是 nova_case#12_20210301"
    assert second.problem_images == (
        PageImage("1717719679402-318.png", 48, 21),
        PageImage("1717719700977-655.png", 47, None),
    )
    assert [(entry.speaker, entry.text) for entry in second.entries] == [
        ("客户", "只充了 12 度"),
        ("Kay＆LM", "电费 14.6 元\n状态显示“充电中”"),
        ("客", ""),
    ]
    assert second.entries[1].images == (PageImage("1717747503118-204.png"),)
    assert second.entries[2].images == (PageImage("1717747531860-771.png", 315, 420),)
    assert (second.engineer_label, second.engineers) == ("售后（跟单）工程师", ("LM", "Kay"))


def test_no_labels_and_dated_updates_and_prose_after_the_end() -> None:
    third = read(PAGE).cases[2]
    assert (third.date_raw, third.problem) == ("202405009", "麻烦看一下 20240528071522003841")
    assert [(entry.text, entry.happened_on) for entry in third.entries] == [
        ("该账单是部门账户扣费\n\n再看一下", None),
        ("~update 20240724  固件 V2.14", "2024-07-24"),
        ("更新 20240231:没有这一天", None),
        ("周末回访过", None),
    ]
    assert {entry.speaker for entry in third.entries} == {None}
    assert (third.engineer_label, third.engineers) == ("数据统计人", ("Kay",))


def test_a_case_of_a_picture_and_a_file() -> None:
    last = read(PAGE).cases[3]
    assert last.problem == ""
    assert last.problem_images == (PageImage("1714961853905-290.png", 619, 331),)
    (entry,) = last.entries
    assert (entry.speaker, entry.text, entry.files) == (None, "", ("电价 表.xlsx",))


def test_blank_lines_and_lines_without_text() -> None:
    found = case(
        "问题描述:\n\n\n一\n\n\n(% style='x' %)\n\n[[image:a.png]]\n二\n[[image:b.png]]\n三\n\n"
        "--跟踪\n\n\n"
    )
    assert found.problem == "一\n\n二\n三"
    assert [image.file for image in found.problem_images] == ["a.png", "b.png"]
    assert found.entries == ()


def test_an_entry_goes_on_over_blank_lines_until_the_next_begins() -> None:
    assert thread("问题描述:x\n--跟踪\n没有标签\n\n还是\n【LM】:一\n\n二\n客户:三\n--解决:\n") == [
        (None, "没有标签\n\n还是"),
        ("LM", "一\n\n二"),
        ("客户", "三"),
    ]


def test_a_tag_begins_an_entry_without_the_tracking_label() -> None:
    assert thread("问题描述:x\n\n【LM】:一\n--解决:\n") == [("LM", "一")]


def test_text_behind_the_tracking_label_is_the_first_entry() -> None:
    assert thread("问题描述:x\n~-~-跟踪: 一\n二\n") == [(None, "一\n二")]


def test_only_lines_of_text_escape_a_label() -> None:
    assert thread(
        "--跟踪\n【LM】:说\n~【Kay】:x\n~-~-~解决:\n~问题描述:y\n~状态(☑表示选定 ): z\n"
    ) == [("LM", "说\n【Kay】:x\n--解决:\n问题描述:y\n状态(☑表示选定 ): z")]


def test_prose_below_the_end_is_one_entry_around_status_and_engineers() -> None:
    found = case(
        "问题描述:x\n--跟踪\n【LM】:一\n--解决:\n回访\n"
        "状态(☑表示选定 ): ☑ 已解决\n数据统计人:LM\n\n备注\n"
    )
    assert [(entry.speaker, entry.text) for entry in found.entries] == [
        ("LM", "一"),
        (None, "回访\n\n备注"),
    ]
    assert (found.entries[1].first_line, found.entries[1].last_line) == (6, 10)


def test_text_behind_the_end_label_belongs_to_that_entry() -> None:
    assert thread("--跟踪\n一\n~-~-解决: 换了枪线\n再看\n") == [
        (None, "一"),
        (None, "换了枪线\n再看"),
    ]


def test_tagged_lines_below_the_end_are_entries() -> None:
    assert thread("--解决:\n甲\n【LM】:一\n二\n状态(☑表示选定 ): 已解决\n乙\n") == [
        (None, "甲\n乙"),
        ("LM", "一\n二"),
    ]


def test_a_thread_may_be_taken_up_again() -> None:
    body = "问题描述:x\n--跟踪\n一\n--解决:\n状态(☑表示选定 ): ☑已解决\n--跟踪\n又来了\n"
    assert thread(body) == [(None, "一"), (None, "又来了")]


def test_no_status_line_says_nothing_about_the_status() -> None:
    found = case("问题描述:x\n--跟踪\n")
    assert (found.status, found.engineer_label, found.engineers) == (None, None, ())


def test_several_marks_are_a_question() -> None:
    found = case("--解决:\n状态(☑表示选定 ): ☑ 已解决 | ☑ 处理中 | 暂搁置\n")
    assert found.status is None
    ((field, text),) = found.questions
    assert field == "status"
    assert "☑ 已解决 | ☑ 处理中" in text


def test_two_status_lines_that_differ_are_a_question() -> None:
    same = "状态(☑表示选定 ): ☑ 已解决\n"
    other = "状态(☑表示选定 ): ☑ 处理中\n"
    assert case(f"--解决:\n{same}{same}").status == "resolved"
    found = case(f"--解决:\n{same}{other}")
    assert found.status is None
    assert found.questions == (("status", "Lines 3, 4 give different statuses."),)


def test_a_status_word_in_the_thread_is_text() -> None:
    assert thread("--跟踪\n【LM】:一\n状态: 已解决\n--解决:\n状态: 已解决\n") == [
        ("LM", "一\n状态: 已解决")
    ]


def test_a_second_problem_label_is_text() -> None:
    found = case("问题描述:一\n问题描述:二\n--跟踪\n【LM】:三\n问题描述:四\n")
    assert found.problem == "一\n问题描述:二"
    assert found.entries[0].text == "三\n问题描述:四"


def test_a_problem_may_stand_below_status_and_engineers() -> None:
    found = case("状态(☑表示选定 ): ☑ 处理中\n数据统计人:LM\n问题描述:一\n二\n--跟踪\n【LM】:三\n")
    assert (found.problem, found.status) == ("一\n二", "in_progress")
    assert [entry.text for entry in found.entries] == ["三"]


def test_a_case_without_heading_is_not_given_to_the_one_above() -> None:
    source = HEADING + "问题描述:一\n--解决:\n数据统计人:LM\n\n问题描述:二\n--跟踪\n三\n\n"
    page = read(source + "= nova_case#2_20240102 =\n四\n")
    assert [found.problem for found in page.cases] == ["一", "四"]
    assert [line.text for line in page.unread_lines] == ["问题描述:二", "--跟踪", "三"]
    assert page.cases[0].last_line == 5
    assert "Line 6 begins a case that has no heading" in page.refused[0]


def test_another_heading_of_that_height_ends_a_case() -> None:
    page = read(HEADING + "一\n== 小节 ==\n二\n= 更早的案件 =\n在 nova_8\n")
    assert page.cases[0].problem == "一\n小节\n二"
    assert page.cases[0].last_line == 4
    assert [line.text for line in page.unread_lines] == ["= 更早的案件 =", "在 nova_8"]
    assert page.refused == ()


def test_a_heading_that_is_out_of_form_takes_its_lines_out_of_the_case_above() -> None:
    page = read(HEADING + "一\n= nova_case#2a_20240102 =\n二\n= nova_case#3_20240103 =\n三\n")
    assert [(found.number, found.problem) for found in page.cases] == [(1, "一"), (3, "三")]
    assert [line.number for line in page.unread_lines] == [3, 4]
    assert "line 3" in page.refused[0]


def test_a_heading_out_of_form_is_no_preamble() -> None:
    page = read("前言\n= nova_case#2a_20240102 =\n二\n" + HEADING)
    assert page.preamble_lines == (1,)
    assert [line.number for line in page.unread_lines] == [2, 3]


def test_headings_that_name_no_project() -> None:
    source = "前\n= #7_20240107 =\n七\n= case#8_20240108 =\n八\n" + HEADING + "一\n"
    page = read(source)
    assert [found.key for found in page.cases] == ["nova_case#1_20240101"]
    assert [line.number for line in page.unread_lines] == [2, 3, 4, 5]
    assert "--project" in page.refused[0]
    page = read(source, project="vega")
    assert [found.key for found in page.cases] == [
        "vega_case#7_20240107",
        "vega_case#8_20240108",
        "nova_case#1_20240101",
    ]
    assert page.refused == page.unread_lines == ()


def test_only_headings_without_project_is_an_error_that_names_the_option() -> None:
    with pytest.raises(UnusablePage, match="names no project; give one with --project"):
        read("= #7_20240107 =\n七\n")


def test_text_in_a_block_is_neither_label_nor_markup() -> None:
    assert thread(
        "--跟踪\n【LM】:日志\n{{code}}\n【Kay】:**x** // 注\n--解决:\n{{/code}}\n完\n"
    ) == [("LM", "日志\n【Kay】:**x** // 注\n--解决:\n完")]


def test_revisions_are_numbers_and_come_from_lines_with_text() -> None:
    revisions = {7: (25, 9), 8: (99, 1), 11: (25, 9), 13: (25, 10), 14: (99, 2), 15: (25, 11)}
    lines = lines_of(
        PAGE, revisions | {22: (26, 1), 23: (26, 2)}, {(25, 9): "LM", (26, 1): "Kay"}, (25, 8)
    )
    (page,) = read_pages(html(lines), None)
    found = page.cases[0]
    assert (found.oldest_revision, found.newest_revision) == ((25, 8), (99, 2))
    assert (found.problem_revision, found.problem_author) == ((25, 9), "LM")
    assert found.heading_revision == (25, 8)
    assert (found.status_revision, found.status_author) == ((26, 1), "Kay")
    assert found.engineers_revision == (26, 2)
    assert found.entries[0].revision == (99, 2)
    assert found.entries[0].author == "LM"
    assert [entry.revision for entry in found.entries[1:]] == [(25, 8), (25, 8)]


def test_a_bare_problem_label_does_not_date_the_problem() -> None:
    lines = lines_of(HEADING + "问题描述:\n一\n--跟踪\n", {2: (9, 9), 3: (2, 1)})
    (page,) = read_pages(avatar(lines), None)
    assert page.cases[0].problem_revision == (2, 1)


def test_the_owner_of_each_line() -> None:
    page = read(
        "前\n\n" + HEADING + "问题描述:一\n\n--跟踪\n【LM】:二\n{{toc/}}\n--解决:\n"
        "状态(☑表示选定 ): 已解决\n数据统计人:LM\n= 别的 =\n三\n"
    )
    assert page.owners == (
        "preamble", "preamble", "heading", "problem", "blank", "tracking", "entry", "markup",
        "resolution", "status", "engineers", "unread", "unread", "blank",
    )  # fmt: skip


def test_names_of_pages() -> None:
    data = plain(lines_of(PAGE))
    names = [
        read_pages(data, name)[0].name for name in ("a/b/nova_2.txt", "nova_2", "x.tar.txt", None)
    ]
    assert names == ["nova_2", "nova_2", "x.tar", None]


def test_the_same_page_gives_the_same_values() -> None:
    page = read(PAGE)
    assert read(PAGE) == page
    assert read(page.source) == replace(page, source=page.source)
