"""What counts as structure: only at the start of a line, only unescaped, in any width."""

from __future__ import annotations

import pytest

from workbench.cases.model import Status
from workbench.exchange.labels import (
    Heading,
    Label,
    looks_like_case,
    read_heading,
    read_label,
    read_status,
    split_names,
)
from workbench.exchange.xwiki import read_line


def label(source: str) -> Label | None:
    return read_label(read_line(source))


@pytest.mark.parametrize(
    ("source", "heading"),
    [
        ("= nova_case#97_20210224 =", Heading("nova", 97, "20210224")),
        ("=nova_case#97_20210224=", Heading("nova", 97, "20210224")),
        ("= nova_case#97_20210224", Heading("nova", 97, "20210224")),
        ("== nova_case#97_202007015 ==", Heading("nova", 97, "202007015")),
        ("= nova_CASE＃９７＿２０２１０２２４ =", Heading("nova", 97, "２０２１０２２４")),
        ("= **nova_case#97_20210224** =", Heading("nova", 97, "20210224")),
        ("= 新星_b_case#5_20240101 =", Heading("新星_b", 5, "20240101")),
        ("= nova_case_case#5_x =", Heading("nova_case", 5, "x")),
        ("= nova_case#5_20240101 补充 =", Heading("nova", 5, "20240101 补充")),
        ("= nova_case#5 =", Heading("nova", 5, "")),
        ("= case#97_20210224 =", Heading(None, 97, "20210224")),
        ("= #97_20210224 =", Heading(None, 97, "20210224")),
    ],
)
def test_headings_of_cases(source: str, heading: Heading) -> None:
    assert read_heading(read_line(source)) == heading


@pytest.mark.parametrize(
    "source",
    [
        "nova_case#97_20210224", "= nova_case#_20210224 =", "= nova_case#1234567890_20210224 =",
        "= nova case =", "= nova#97_20210224 =", "~= nova_case#97_20210224 =", "= 2024 年 =",
        "= nova_case#97-20210224 =", "| = nova_case#97_20210224 =", "= nova_x#97_20210224 =",
    ],
)  # fmt: skip
def test_what_heads_no_case(source: str) -> None:
    assert read_heading(read_line(source)) is None


def test_a_heading_that_was_meant_for_a_case() -> None:
    assert looks_like_case(read_line("= nova_case#9a_20240101 ="))
    assert not looks_like_case(read_line("= 2024 年 ="))
    assert not looks_like_case(read_line("见 nova_case#9_20240101"))


@pytest.mark.parametrize(
    ("source", "kind", "name", "rest"),
    [
        ("问题描述:扫码", "problem", "问题描述", "扫码"),
        ("问题描述：", "problem", "问题描述", ""),
        ("**问题描述：** 扫码", "problem", "问题描述", "扫码"),
        ("~-~-跟踪", "tracking", "跟踪", ""),
        ("--跟踪：", "tracking", "跟踪", ""),
        ("~-~-跟踪: 已查", "tracking", "跟踪", "已查"),
        ("－－跟踪", "tracking", "跟踪", ""),
        ("~-~-解决:", "resolution", "解决", ""),
        ("【LM】:x", "speaker", "LM", "x"),
        ("【 LM 】 ： x:y", "speaker", "LM", "x:y"),
        ("【LM＆Kay】x", "speaker", "LM＆Kay", "x"),
        ("  【LM】:", "speaker", "LM", ""),
        ("客户:x", "speaker", "客户", "x"),
        ("研发 ： x", "speaker", "研发", "x"),
        ("售后(跟单)工程师:LM Kay", "engineers", "售后(跟单)工程师", "LM Kay"),
        ("售后（跟单）工程师：LM", "engineers", "售后（跟单）工程师", "LM"),
        ("数据统计人:Kay", "engineers", "数据统计人", "Kay"),
    ],
)
def test_labels(source: str, kind: str, name: str, rest: str) -> None:
    found = label(source)
    assert found is not None
    assert (found.kind, found.name, found.rest) == (kind, name, rest)


@pytest.mark.parametrize(
    "source",
    [
        "~【LM】:x", "~-~-~解决:", "~-~-~跟踪", "~问题描述:x", "~客户:x",
        "~状态(☑表示选定 ): 已解决", "~数据统计人:x", "~update 20240101", "~~~update 20240101",
        "**~【LM】:**x", "说的是【LM】:x", "和问题描述里说的:一样", "问题描述里写的",
        "--跟踪中发现", "跟踪", "解决:",
        "时间:18:30", "厂家来人", "客户反馈:断电", "老客户:x", "【】:x", "【LM:x", "状态显示:离线",
        "* 【LM】:x", "update 固件", "updated 20240101", "update 12030",
        "更新 20240101123456789012", "更新2024版",
    ],
)  # fmt: skip
def test_text_that_is_no_label(source: str) -> None:
    assert label(source) is None


@pytest.mark.parametrize(
    ("source", "day"),
    [
        ("**~~update 20240724 ** **固件**", "2024-07-24"),
        ("update 20240724 固件", "2024-07-24"),
        ("UPDATE:20240724", "2024-07-24"),
        ("更新20240724固件", "2024-07-24"),
        ("更新于2024年7月4日：固件", "2024-07-04"),
        ("更新 ２０２４０７２４", "2024-07-24"),
        ("update 2024-7-4", "2024-07-04"),
        ("update 2024/07/24", "2024-07-24"),
        ("update 2024.07.24 固件", "2024-07-24"),
        ("update 20240231", None),
        ("update 202407024", None),
        ("更新 2024-13-01", None),
        ("更新 7月24日", None),
    ],
)
def test_dated_updates_keep_their_words(source: str, day: str | None) -> None:
    found = label(source)
    assert found is not None
    assert (found.kind, found.happened_on, found.name) == ("update", day, "")
    assert found.rest == read_line(source).text


def test_speakers_of_the_config() -> None:
    line = read_line("Vendor：x")
    assert read_label(line, ("vendor", "客户")) == Label("speaker", "x", "Vendor")
    assert read_label(read_line("研发:x"), ()) is None
    assert read_label(read_line("a.b:x"), ("a+b", ".*")) is None


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        ("已解决 | 处理中 | 暂搁置", "unset"),
        ("☑ 已解决 | 处理中 | 暂搁置", "resolved"),
        ("☑已解决 | 处理中 | 暂搁置", "resolved"),
        ("☑\ufe0f 已解决 | 处理中 | 暂搁置", "resolved"),
        ("已解决 | ☑ 处理中 | 暂搁置", "in_progress"),
        ("已解决 / 处理中 / ☑暂搁置", "on_hold"),
        ("", "unset"),
    ],
)
def test_a_mark_in_front_of_a_choice_chooses_it(rest: str, status: Status) -> None:
    assert read_status(rest) == (status, None)


@pytest.mark.parametrize(
    "rest",
    ["☑ 已解决 | ☑ 处理中", "☑ 已解决 | ☑ 已解决", "已解决 ☑ | 处理中", "☑ 已关闭", "☑"],
)
def test_any_other_mark_is_a_question_and_no_status(rest: str) -> None:
    status, question = read_status(rest)
    assert status is None
    assert question is not None
    assert rest in question


def test_more_than_a_status_is_said_to_a_person() -> None:
    status, question = read_status("☑ 已解决 | 处理中 | 暂搁置 等客户回复")
    assert status == "resolved"
    assert question is not None
    assert question.endswith("等客户回复")


def test_a_status_label_in_a_sentence_has_neither_legend_nor_choices() -> None:
    legends = {
        source: found.legend
        for source in (
            "状态(☑表示选定 ): 已解决", "状态：☑ 已解决", "状态: 已解决 | 处理中",
            "状态(在线): 正常", "状态: 已解决", "状态:离线",
        )
        if (found := label(source))
    }  # fmt: skip
    assert list(legends.values()) == [True, True, True, False, False, False]


def test_names_are_split_at_spaces_and_commas() -> None:
    assert split_names("LM Kay　zhaoqi、韩工，LM \u200b") == ("LM", "Kay", "zhaoqi", "韩工")
    assert split_names("") == ()
