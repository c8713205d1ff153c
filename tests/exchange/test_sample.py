"""The sample page, read: every case as its author meant it, every oddity of real pages in it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone

import pytest

from workbench.cases.dates import parse_date
from workbench.cases.references import find
from workbench.cases.times import pasted_at
from workbench.exchange.page import Page, PageCase, PageImage
from workbench.exchange.reader import read_pages
from workbench.sample import read_sample

BEIJING = timezone(timedelta(hours=8))

# Written from the page's draft, not from what the reader gives: number, date, status (None: the
# page has no status line), entries, pictures.
CASES: tuple[tuple[int, str, str | None, int, int], ...] = (
    (134, "20240612", "unset", 0, 0),
    (133, "20240611", None, 3, 0),
    (132, "20240607", "in_progress", 5, 4),
    (131, "20240605", "in_progress", 4, 0),
    (130, "20240603", "unset", 1, 0),
    (129, "20240530", "on_hold", 4, 0),
    (128, "20240527", "resolved", 4, 0),
    (127, "20240522", "resolved", 3, 1),
    (126, "20240515", "in_progress", 4, 2),
    (125, "20240511", "resolved", 3, 0),
    (124, "202405009", "resolved", 3, 0),
    (123, "20240506", "resolved", 2, 1),
    (122, "20240429", "unset", 3, 1),
    (121, "20240418", "resolved", 3, 0),
    (120, "20240410", "resolved", 1, 0),
    (119, "20240328", "resolved", 3, 0),
    (118, "20240321", "resolved", 2, 0),
    (117, "20240312", "resolved", 4, 0),
    (116, "20240307", "resolved", 3, 0),
    (115, "20240304", "on_hold", 2, 0),
    (114, "20240231", "resolved", 3, 0),
    (113, "20240219", "unset", 1, 1),
    (112, "20240126", "resolved", 3, 0),
    (111, "20240118", "resolved", 3, 0),
    (110, "20240112", "resolved", 3, 1),
    (109, "20240108", "resolved", 0, 3),
    (108, "20240103", "unset", 6, 0),
    (107, "20231226", "resolved", 2, 0),
    (106, "20231219", "in_progress", 4, 0),
    (105, "20231214", "resolved", 3, 0),
    (104, "20231121", "resolved", 2, 0),
    (103, "20231107", "resolved", 2, 0),
    (102, "20231025", "resolved", 1, 2),
    (101, "20231012", "resolved", 3, 0),
    (100, "20230928", "resolved", 2, 0),
)


@pytest.fixture(scope="module")
def page() -> Page:
    (page,) = read_pages(*read_sample())
    return page


@pytest.fixture(scope="module")
def cases(page: Page) -> dict[int, PageCase]:
    return {case.number: case for case in page.cases}


def speakers(case: PageCase) -> list[str | None]:
    return [entry.speaker for entry in case.entries]


def pictures(case: PageCase) -> list[PageImage]:
    return [*case.problem_images, *(image for entry in case.entries for image in entry.images)]


def files(case: PageCase) -> list[str]:
    return [*case.problem_files, *(file for entry in case.entries for file in entry.files)]


def test_every_case_is_what_the_draft_says(page: Page) -> None:
    read = tuple(
        (case.number, case.date_raw, case.status, len(case.entries), len(pictures(case)))
        for case in page.cases
    )
    assert read == CASES


def test_the_sums_over_the_page(page: Page) -> None:
    assert len(page.cases) == 35
    assert Counter(case.status for case in page.cases) == {
        "resolved": 23,
        "unset": 5,
        "in_progress": 4,
        "on_hold": 2,
        None: 1,
    }
    assert sum(len(case.entries) for case in page.cases) == 95
    assert sum(len(pictures(case)) for case in page.cases) == 16
    assert [file for case in page.cases for file in files(case)] == [
        "回单_0510.pdf",
        "NOVA故障统计_2024Q1.xlsx",
        "会员导入_0321.csv",
        "nova_部门汇总_202401.xlsx",
        "NOVA接入交接清单.docx",
    ]
    assert {case.project for case in page.cases} == {"nova"}
    assert all(case.whole for case in page.cases)


def test_the_wrapper_is_a_save_with_avatars(page: Page) -> None:
    data, file_name = read_sample()
    assert file_name == "nova_3.txt"
    assert data.endswith("634 | 2023 年 9 月以前的案件在 nova_2,那一页不再更新 |".encode())
    assert (page.name, page.shape) == ("nova_3", "avatar")
    assert (page.saved_by, page.saved_at) == ("qi zhao", "2024-06-13T09:42:00")
    assert page.refused == ()
    assert page.preamble_lines == (1, 2, 3, 4)


def test_only_what_belongs_to_no_case_is_unread(page: Page) -> None:
    assert [(line.number, line.text) for line in page.unread_lines] == [
        (632, "= 更早的案件 ="),
        (634, "2023 年 9 月以前的案件在 nova_2,那一页不再更新"),
    ]


def test_problem_without_label_or_below_it(cases: dict[int, PageCase]) -> None:
    assert cases[110].problem == (
        "用户 19900000688 投诉重复扣费,同一时间有两笔订单,客服电话里解释不清楚\n\n"
        "20240111201503002277\n20240111201503002278\n\n如图红框部分:"
    )
    assert cases[130].problem == (
        "望潮码头站新增两台直流桩要接入,桩编号已经贴好,客户希望本周内能在小程序上看到"
    )


def test_problem_that_is_only_a_number_or_only_a_picture(cases: dict[int, PageCase]) -> None:
    assert cases[128].problem == "20240526221530017734"
    assert cases[123].problem == ""
    assert cases[123].problem_images == (PageImage("1714961853905-290.png", 619, 331),)


def test_pictures_share_a_line_and_tell_when_they_were_pasted(cases: dict[int, PageCase]) -> None:
    first, second = cases[132].problem_images
    assert (first.width, first.height) == (482, 214)
    assert pasted_at(first.file) == _milliseconds(2024, 6, 7, 8, 21, 19, 402)
    assert pasted_at(second.file) == _milliseconds(2024, 6, 7, 8, 21, 40, 977)
    assert len(cases[109].problem_images) == 3
    named, bare = pictures(cases[102])
    assert named == PageImage("微信图片_20231025.jpg", 320, None)
    assert bare == PageImage("改后铭牌信息.png", None, None)
    assert pasted_at(named.file) is None


def test_entries_of_only_pictures_or_only_a_file(cases: dict[int, PageCase]) -> None:
    shown = cases[132].entries[2]
    assert (shown.speaker, shown.text, len(shown.images)) == ("NOVA", "", 2)
    (listed,) = cases[120].entries
    assert (listed.speaker, listed.text) == (None, "")
    assert listed.files == ("NOVA故障统计_2024Q1.xlsx",)
    beside = cases[112].entries[0]
    assert (beside.text, beside.files) == (
        "先手工导出 1 月的给客户用着",
        ("nova_部门汇总_202401.xlsx",),
    )


@pytest.mark.parametrize(
    ("number", "said_by"),
    [
        (132, ["LM&Kay", "厂家", "NOVA", "Kay", None]),
        (127, ["zhaoqi", "周工", "zhoaqi"]),
        (126, ["客户", "研发", "厂家", "韩工"]),
        (124, ["Kay", "客", "Kay"]),
        (119, ["zhaoqi＆韩工", "客户", "韩工"]),
        (117, ["Kay", "厂家", None, None]),
        (108, ["客", "LM", "客", "LM", "客", "LM"]),
        (130, [None]),
    ],
)
def test_speakers_are_kept_as_written(
    cases: dict[int, PageCase], number: int, said_by: list[str | None]
) -> None:
    assert speakers(cases[number]) == said_by


def test_an_entry_goes_on_over_blank_lines(cases: dict[int, PageCase]) -> None:
    below_its_tag = cases[122].entries[0]
    assert (below_its_tag.speaker, below_its_tag.text) == (
        "LM",
        "价格模板不支持到点自动切换,只能按日期生效。\n\n"
        "所以分两步:30 日晚上 20:00 人工切一次,6 日 0 点由定时模板切回来",
    )
    listed = cases[129].entries[1].text.split("\n")
    assert [line[:2] for line in listed] == ["和客", "", "1.", "2.", "3.", "4.", "", "另外"]
    (untagged,) = cases[113].entries
    assert untagged.text.endswith("预约用不起来。\n\n先记为需求,不承诺时间")
    assert len(untagged.images) == 1


def test_words_of_the_structure_within_text_are_text(cases: dict[int, PageCase]) -> None:
    assert cases[121].entries[0].text == (
        "和问题描述里说的一样,枪已归位,但状态没有上报,平台以为还在充电\n"
        "状态显示“充电中”,电流一直是 0,可以先在后台强制结束"
    )
    assert cases[128].entries[1].text.endswith("没有拔枪\n用户反馈:当时睡着了,没有看到短信")
    assert cases[116].entries[0].text.split("\n\n")[1] == "【余额不足】请充值后再试"


def test_markup_is_off_and_escapes_are_the_sign_itself(cases: dict[int, PageCase]) -> None:
    assert cases[116].problem.endswith("卡号 6200****1238")
    assert cases[116].entries[1].text == "现场试了可以,希望以后能自动同步"
    assert cases[119].problem == "月牙湖站 8 台桩全部离线，桩屏幕正常，扫码提示“设备未联网”"
    assert "现场路由器 [10.20.3.1] 也" in cases[119].entries[0].text
    assert "[station],应该是 {station}" in cases[108].entries[1].text
    assert cases[107].entries[1].text.endswith("启动参数加上 --price-cache=300,重启后降到 0.4 秒")
    assert "https://docs.example.com/meter/v2#reset 第 4 节" in cases[126].entries[1].text
    assert "见 https://docs.example.com/qr/binding 的" in cases[111].entries[0].text


def test_bars_within_text_stay(cases: dict[int, PageCase]) -> None:
    assert cases[128].entries[3].text.startswith("首页 | 订单管理 | 占桩订单")
    assert (
        cases[118].entries[0].text.endswith("姓名 | 手机号 | 部门 |\n陈某 | 19900000452 | 调度 |")
    )
    assert cases[106].entries[0].text.endswith("\n18 | 1E | F4 | 56 |\n7E | 00 | 00 | 01")


def test_dated_updates_are_entries_of_their_own(cases: dict[int, PageCase]) -> None:
    struck, plain = cases[117].entries[2:]
    assert struck.text.startswith("~update 20240316 ")
    assert struck.text.endswith("岚峰固件升级到 V2.14,现场 6 台完成")
    assert plain.text == "更新 20240402 5 号桩又出现一次,核对发现是漏升级,已补"
    dated = [entry for case in cases.values() for entry in case.entries if entry.happened_on]
    assert [entry.happened_on for entry in dated] == [
        "2024-06-11",
        "2024-03-16",
        "2024-04-02",
        "2024-03-05",
    ]
    assert [entry.speaker for entry in dated] == [None] * 4


def test_prose_below_the_resolution_is_an_entry_without_speaker(
    cases: dict[int, PageCase],
) -> None:
    said = cases[121].entries[-1]
    assert (said.speaker, said.revision) == (None, (22, 4))
    assert said.text == "已和客户电话确认,连续一周没有再出现。桩日志留在岚峰,需要时再找他们要。"
    assert (cases[121].status, cases[121].engineers) == ("resolved", ("韩工",))


def test_a_case_without_resolution_says_nothing_of_its_status(cases: dict[int, PageCase]) -> None:
    case = cases[133]
    assert (case.status, case.status_revision) == (None, None)
    assert (case.engineer_label, case.engineers) == (None, ())


@pytest.mark.parametrize(
    ("number", "label", "names"),
    [
        (134, "售后(跟单)工程师", ()),
        (129, "售后(跟单)工程师", ("LM", "韩工")),
        (119, "售后（跟单）工程师", ("zhaoqi", "韩工")),
        (112, "数据统计人", ("Kay", "LM")),
        (109, "数据统计人", ("zhaoqi",)),
    ],
)
def test_engineers_and_their_label(
    cases: dict[int, PageCase], number: int, label: str, names: tuple[str, ...]
) -> None:
    assert (cases[number].engineer_label, cases[number].engineers) == (label, names)


def test_impossible_dates_are_kept_and_not_guessed(page: Page) -> None:
    impossible = [case.date_raw for case in page.cases if parse_date(case.date_raw) is None]
    assert impossible == ["202405009", "20240231"]


def test_revisions_count_as_numbers_and_only_lines_with_text_tell(
    cases: dict[int, PageCase],
) -> None:
    paid = cases[125]
    assert (paid.oldest_revision, paid.newest_revision) == ((25, 8), (25, 10))
    assert [entry.revision for entry in paid.entries] == [(25, 8), (25, 9), (25, 10)]
    assert (paid.status_revision, paid.engineers_revision) == ((25, 10), (25, 9))
    assert (paid.first_line, paid.last_line) == (180, 197)
    blank_is_older = cases[104]
    assert (blank_is_older.oldest_revision, blank_is_older.newest_revision) == ((10, 2), (10, 2))
    assert cases[103].newest_revision == (10, 1)


def test_what_the_texts_mention(cases: dict[int, PageCase]) -> None:
    assert _mentioned(cases[133]) == [
        ("order", "20240528071522003841"),
        ("order", "20240528193047003990"),
        ("order", "20240529064810004015"),
    ]
    assert _mentioned(cases[130]) == [
        ("number", "99010300120000200041"),
        ("number", "99010300120000200042"),
    ]
    assert _mentioned(cases[131]) == [("phone", "19900000317"), ("tracker", "TAPD1000231")]
    assert _mentioned(cases[129]) == [("case", "nova_case#112_20240126")]
    assert _mentioned(cases[118]) == [
        ("phone", "19900000452"),
        ("case", "nova_case#77_20221107"),
    ]
    assert _mentioned(cases[116]) == []


def test_cases_mentioned_are_on_the_page_or_on_another(page: Page) -> None:
    keys = {case.key for case in page.cases}
    mentioned = [key for case in page.cases for kind, key in _mentioned(case) if kind == "case"]
    assert [(key, key in keys) for key in mentioned] == [
        ("nova_case#112_20240126", True),
        ("nova_case#77_20221107", False),
        ("nova_case#103_20231107", True),
    ]


def _mentioned(case: PageCase) -> list[tuple[str, str]]:
    text = "\n".join([case.problem, *(entry.text for entry in case.entries)])
    return [(reference.kind, reference.value) for reference in find(text)]


def _milliseconds(*moment: int) -> int:
    *when, thousandths = moment
    year, month, day, hour, minute, second = when
    at = datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
    return int(at.timestamp()) * 1000 + thousandths
