"""One line of markup: what a person reads, and which pictures and files it names."""

from __future__ import annotations

import pytest

from workbench.cases.times import pasted_at
from workbench.exchange.page import PageImage
from workbench.exchange.xwiki import read_line, verbatim_blocks


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("~-~-跟踪", "--跟踪"),
        ("--跟踪", "--跟踪"),
        ("**粗** 和 //斜// 和 __下划__", "粗 和 斜 和 下划"),
        ("--删-- ^^上^^ ,,下,, ##码##", "删 上 下 码"),
        ("**~~update 20240724 ** **固件**", "~update 20240724  固件"),
        ("一个 ** 不成对", "一个 ** 不成对"),
        ("**一** 和 ** 单个", "一 和 ** 单个"),
        ("6200~*~*~*~*1238", "6200****1238"),
        ("波浪 ~~ 号", "波浪 ~ 号"),
        ("末尾 ~", "末尾"),
        ("~【余额不足】", "【余额不足】"),
        ("\u3000 外面的空白 \u200b\ufeff", "外面的空白"),
        ('前 (% style="width:50%" %)红字(%%) 后', "前 红字 后"),
        ("没有关上 (% style", "没有关上 (% style"),
        ("见 https://a.example/x//y__z--1 第 4 节", "见 https://a.example/x//y__z--1 第 4 节"),
        ("**https://a.example/x**", "https://a.example/x"),
        ("http://a.example，http://b.example 两处", "http://a.example，http://b.example 两处"),
        ("[[文档>>https://a.example/]]", "文档 (https://a.example/)"),
        ("[[https://a.example/]]", "https://a.example/"),
        ("[[https://a.example/>>https://a.example/]]", "https://a.example/"),
        ("[[Main.WebHome||anchor=x]]", "Main.WebHome"),
        ("[[没有关上", "[[没有关上"),
        ("关上]]", "关上]]"),
        ("~[~[不是链接]]", "[[不是链接]]"),
        ("{{info}}留下{{/info}}", "留下"),
        ("{{没有关上", "{{没有关上"),
        ("{{{**原样**}}} **粗**", "**原样** 粗"),
        ("~{~{toc/}}", "{{toc/}}"),
        ("(((组)))", "组"),
        ("上\\\\下", "上\n下"),
        ("image: 后面是空的", "image: 后面是空的"),
        ("image~:a.png", "image:a.png"),
        ("* 一项", "* 一项"),
        ("1. 第一", "1. 第一"),
        ("|=站|桩", "|=站|桩"),
        ("----", ""),
        ("{{toc/}}", ""),
        ("", ""),
        ("== 小节 ==", "小节"),
        ("=> 已处理", "=> 已处理"),
        ("=", "="),
        ("= 没有关上 ~=", "= 没有关上 ="),
        ("======= 七个 =======", "======= 七个 ======="),
    ],
)
def test_text_of_a_line(source: str, text: str) -> None:
    assert read_line(source).text == text


@pytest.mark.parametrize(
    ("source", "images"),
    [
        (
            '[[image:1717719679402-318.png||height="214" width="482"]]',
            [PageImage("1717719679402-318.png", 482, 214)],
        ),
        ("[[image:a.png]][[image:b c.jpg]]", [PageImage("a.png"), PageImage("b c.jpg")]),
        ('[[image:a.png||width="50%" height="12px"]]', [PageImage("a.png", None, 12)]),
        ('[[image:a.png||data-width="3" WIDTH=7]]', [PageImage("a.png", 7, None)]),
        ("[[图>>image:a.png]]", [PageImage("a.png")]),
        ("[[[[image:a.png]]>>https://a.example]]", [PageImage("a.png")]),
        ("[[[[image:a.png||width=3]]>>attach:a.png]]", [PageImage("a.png", 3)]),
        ("看 image:a.png 这张", [PageImage("a.png")]),
        ("[[image:a~]b\\@c.png]]", [PageImage("a]b@c.png")]),
        ("[[image:]]", []),
    ],
)
def test_pictures_of_a_line(source: str, images: list[PageImage]) -> None:
    assert list(read_line(source).images) == images


def test_files_of_a_line() -> None:
    line = read_line(
        '附 [[attach:电价 表.xlsx||target="_blank"]] 和 [[表>>attach:b.csv]] attach:c.txt'
    )
    assert line.files == ("电价 表.xlsx", "b.csv", "c.txt")
    assert line.text == "附  和 表"
    assert not line.is_empty
    assert read_line("[[attach:a.xlsx]]").text == ""


def test_a_heading_has_its_level() -> None:
    closed = read_line("  (% id=x %)== nova_case#1_20240101 ==")
    assert (closed.text, closed.heading, closed.closed) == ("nova_case#1_20240101", 2, True)
    opened = read_line("= nova_case#1_20240101")
    assert (opened.heading, opened.closed) == (1, False)
    assert read_line("~= 不是").heading == 0
    assert read_line("x = y =").heading == 0


def test_escapes_are_known_by_place() -> None:
    assert read_line("  ~【LM】:x").escaped == {0}
    assert read_line("~-~-~解决:").escaped == {0, 1, 2}
    assert read_line("**~~**x").escaped == {0}
    assert read_line("~").escaped == frozenset()


def test_blocks_that_show_as_they_are() -> None:
    lines = ["a", "{{{", "**x**", "}}}", "{{code language=sh}}", "b", "{{/code}}", "c"]
    assert verbatim_blocks(lines) == {1: False, 2: True, 3: False, 4: False, 5: True, 6: False}


def test_a_block_ends_at_the_next_case_at_the_latest() -> None:
    lines = ["{{{", "a", "= nova_case#1_20240101 =", "b", "}}}"]
    assert verbatim_blocks(lines) == {}


@pytest.mark.parametrize(
    ("file", "time"),
    [
        ("1717719679402-318.png", 1717719679402),
        ("0946684800000-001.jpeg", 946684800000),
        ("0946684799999-001.png", None),
        ("4102444799999-001.png", 4102444799999),
        ("4102444800000-001.png", None),
        ("9999999999999-001.png", None),
        ("171771967940-318.png", None),
        ("1717719679402-3181.png", None),
        ("x1717719679402-318.png", None),
        ("1717719679402-318.png\n", None),
        ("屏.png", None),
    ],
)
def test_when_a_picture_was_pasted(file: str, time: int | None) -> None:
    assert pasted_at(file) == time
