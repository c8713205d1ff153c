"""``export`` in every format, masked, and to a file; ``show --source``."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workbench.exchange.mask import mask

HOSTILE = "<script>alert(1)</script> [x](y) **b** & # 一\n# 二\n1. 三\n- 四 \u202e`"


class Reading(HTMLParser):
    """What a browser shows of a page, and which elements it has."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.elements: list[str] = []
        self.addresses: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


def test_html_is_one_file_that_shows_every_text_literally(paged: Cli) -> None:
    paged.ok("note", "9", HOSTILE, "--speaker", "<b>客户")
    target = paged.folder / "案件.html"
    ran = paged("export", "is:question", "OR", "9", "--format", "html", "-o", str(target))
    assert (ran.code, ran.out) == (0, "")
    assert "2 cases" in ran.err
    source = target.read_text(encoding="utf-8")
    page = Reading(source)
    text = "".join(page.shown)
    assert HOSTILE.replace("\u202e", "\ufffd") in text
    assert "<b>客户" in text
    assert {"script", "img", "link"}.isdisjoint(page.elements)
    assert page.addresses == []
    assert "url(" not in source
    assert "nova_case#7_202405009" in text
    assert "nova_case#8" not in text


def test_markdown_shows_every_text_literally(paged: Cli) -> None:
    paged.ok("note", "9", HOSTILE)
    out = paged("export", "9", "--format", "markdown").out
    assert out.startswith("## nova_case#9_20240612\n")
    assert "- Engineers: Kay zhaoqi\n" in out
    assert r"\<script\>alert(1)\</script\> \[x\](y) \*\*b\*\* \& # 一" in out
    assert "\n\\# 二" in out
    assert "\n1\\. 三" in out
    assert "\n\\- 四" in out
    assert "\n\n\n" not in out


@pytest.mark.parametrize("form", ["json", "csv", "xwiki", "markdown", "html"])
def test_phones_and_cards_are_masked_in_every_format(paged: Cli, form: str) -> None:
    paged.ok("note", "8", "卡 6222021234567890123，订单 20240528071522003841，＋86 139-0000-0317")
    whole = paged("export", "--format", form).out
    masked = paged("export", "--format", form, "--mask").out
    plain = whole.replace("\\", "")
    assert "13900000317" in plain
    assert "20240528071522003841" in masked.replace("\\", "")
    for hidden in ("13900000317", "139-0000-0317"):
        assert hidden not in masked.replace("\\", "")
    if form != "csv":
        assert "6222021234567890123" in whole
        assert "6222021234567890123" not in masked
    if form == "json":
        (case,) = [c for c in json.loads(masked) if c["number"] == 9]
        assert case["references"] == [{"kind": "phone", "value": "139****0317"}]
        assert case["problem"] == "两台桩离线\n客户电话 139****0317"
        assert [c["id"] for c in json.loads(masked)] == [c["id"] for c in json.loads(whole)]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("电话13900000317。", "电话139****0317。"),
        ("（１３９０００００３１７）", "（１３９****０３１７）"),
        ("6222 0212 3456 7890", "6222 **** **** 7890"),
        ("44030119900101123X", "4403**********123X"),
        ("卡号：00123456", "卡号：00**3456"),
        ("0755-12345678", "0755-****5678"),
        ("[[image:1717719679402-318.png]] 99010300070000100032", None),
        ("nova_case#12_20240102 2024-01-02 10:11:12 123456", None),
    ],
)
def test_what_is_masked(text: str, hidden: str | None) -> None:
    assert mask(text) == (hidden or text)


def test_a_page_is_written_back_with_what_changed(paged: Cli) -> None:
    target = paged.folder / "back.txt"
    was = page_source_of(paged)
    ran = paged("export", "--page", "nova_9", "-o", str(target))
    assert (ran.code, ran.out) == (0, "")
    assert "nova_9: 0 cases replaced" in ran.err
    assert "import it first" in ran.err
    assert target.read_text(encoding="utf-8") == was
    paged.ok("status", "8", "resolved")
    paged.ok("note", "8", "已恢复")
    paged.ok("new", "nova", "新的问题")
    written = paged("export", "--page", "nova_9").out
    assert written == was.replace(
        "没有标签的一段\n\n~-~-解决:\n状态(☑表示选定 ): 已解决",
        "没有标签的一段\n\n【陈一】:已恢复\n\n~-~-解决:\n状态(☑表示选定 ): ☑ 已解决",
    )
    assert paged("export", "9", "--page", "nova_9").out == was
    target.write_text(written, encoding="utf-8")
    counted = paged.ok("import", str(target))
    assert (counted["added"], counted["changed"], counted["unchanged"]) == (0, 0, 3)
    more = paged("export", "project:nova", "--page", "nova_9")
    assert "1 new case" in more.err
    assert more.out.index("新的问题") < more.out.index("nova_case#9")
    paged.fails(3, "export", "--page", "nova_8")
    paged.fails(2, "export", "--page", "nova_9", "--format", "csv")
    paged.fails(2, "export")


def page_source_of(cli: Cli) -> str:
    """Return the source of the page that was imported."""
    return Path(cli.folder / "nova_9.txt").read_text(encoding="utf-8")


def test_a_case_without_a_number_stands_on_no_page(paged: Cli) -> None:
    paged.ok("store", "add", "team", str(paged.folder / "team"))
    draft = paged.ok("new", "nova", "还没有编号")
    assert draft["number"] is None
    ran = paged("export", "--format", "xwiki")
    assert "还没有编号" not in ran.out
    assert "1 case has no number yet" in ran.err
    assert ran.out == paged("export", "-is:draft", "--format", "xwiki").out
    assert page_source_of(paged).count("= nova_case") == ran.out.count("= nova_case") == 3


def test_the_source_of_a_case_is_shown_as_it_was_imported(paged: Cli) -> None:
    paged.ok("status", "8", "resolved")
    found = page_source_of(paged)
    wanted = found[found.index("= nova_case#8") : found.index("= nova_case#7")]
    assert paged("show", "8", "--source").out == wanted
    told = paged.ok("show", "8", "--source")
    assert told["status"] == "resolved"
    assert told["source"]["text"] + "\n" == wanted
    assert told["source"]["page"] == "nova_9"
    key = paged.ok("new", "nova", "新的问题")["key"]
    assert "came from no page" in paged.fails(1, "show", key, "--source")
    paged.fails(2, "show", "8", "--source", "--chat")


def test_a_text_that_no_page_can_hold_leaves_stdout_and_the_file_as_they_were(paged: Cli) -> None:
    paged.ok("note", "7", "响铃\x07")
    assert "U+0007" in paged.fails(1, "export", "--format", "xwiki")
    target = paged.folder / "page.txt"
    target.write_bytes(b"before")
    assert "nova_case#7" in paged.fails(1, "export", "--format", "xwiki", "-o", str(target))
    assert target.read_bytes() == b"before"


def test_a_project_s_name_is_read_back_from_its_page(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (
        "新站点:充电【",
        "解决:",
        "**b**",
        "a~[[x]]",
        "x_case",
        "问题描述：",
        "update20240101",
    )
    for name in names:
        cli.ok("new", name, "离线")
    page = cli.folder / "odd_1.txt"
    assert cli("export", "--format", "xwiki", "-o", str(page)).code == 0
    monkeypatch.setenv("WORKBENCH_DB", str(cli.folder / "other.db"))
    read = cli.ok("import", str(page))
    assert (read["added"], read["questions"], read["unread_lines"]) == (len(names), [], [])
    assert {case["project"] for case in cli.ok("list")} == set(names)
    for name in ("a#b", "a b", "a=b", "a|b", "＃"):
        assert "can't be a project" in cli.fails(2, "new", name, "离线")
