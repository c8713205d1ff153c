"""Every shape of a saved page gives the same cases; what is broken is said and not taken."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO

import pytest

from tests.exchange import shapes
from tests.exchange.invented import PAGE
from tests.exchange.shapes import SHAPES, WITH_REVISIONS, archive, document_xml, lines_of
from workbench.cases.errors import UnusablePage
from workbench.exchange import document
from workbench.exchange.page import Page, PageCase, SourceLine
from workbench.exchange.reader import read_pages
from workbench.sample import read_sample

REVISIONS = {5: (31, 2), 11: (31, 9), 12: (31, 10), 13: (31, 10), 30: (31, 10), 60: (31, 11)}
AUTHORS = {(1, 1): "zhaoqi", (31, 2): "LM", (31, 9): "LM", (31, 10): "Kay", (31, 11): "韩 工"}
LINES = lines_of(PAGE, REVISIONS, AUTHORS)


def read(data: bytes, name: str | None = None) -> Page:
    (page,) = read_pages(data, name)
    return page


def without_blame(cases: Sequence[PageCase]) -> list[PageCase]:
    """Return the cases as they are where no line has a revision or an author."""
    nothing = dict.fromkeys(
        (
            "oldest_revision", "newest_revision", "heading_revision", "problem_revision",
            "problem_author", "status_revision", "status_author", "engineers_revision",
            "engineers_author",
        )
    )  # fmt: skip
    return [
        case._replace(
            **nothing,
            entries=tuple(entry._replace(revision=None, author=None) for entry in case.entries),
        )
        for case in cases
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_cases(shape: str) -> None:
    page = read(SHAPES[shape](LINES, "nova_9"), "nova_9.txt")
    assert page.shape == shape
    assert page.name == "nova_9"
    assert page.source == PAGE
    assert page.refused == page.unread_lines == ()
    expected = read_pages(PAGE.encode(), None)[0]
    assert without_blame(page.cases) == without_blame(expected.cases)
    assert page.preamble_lines == (1, 2, 3, 4)


@pytest.mark.parametrize("shape", SHAPES)
def test_lines_bear_the_blame_that_the_shape_shows(shape: str) -> None:
    page = read(SHAPES[shape](LINES, "nova_9"))
    for found, line in zip(page.lines, LINES, strict=True):
        assert found.revision == (line.revision if shape in WITH_REVISIONS else None)
        assert found.author == (line.author if shape == "html" else None)


@pytest.mark.parametrize("shape", ["avatar", "no image", "html"])
def test_the_last_change_of_the_page(shape: str) -> None:
    page = read(SHAPES[shape](LINES, "nova_9"))
    assert (page.saved_by, page.saved_at) == ("qi zhao", "2024-06-13T09:42:00")


def test_what_an_export_tells() -> None:
    page = read(document_xml(LINES, "", name="WebHome"))
    assert (page.saved_by, page.saved_at) == ("zhaoqi", "2024-06-13T09:42:00.000+00:00")
    assert page.version == (31, 2)
    assert page.name == "Support"


def test_a_view_in_english() -> None:
    rows = shapes.avatar(LINES).decode().split("\n")
    rows[:2] = ["Wiki source code of nova_9", "Last modified by qi zhao on 2024/06/13 09:42"]
    page = read("\n".join(rows).encode())
    assert (page.name, page.saved_by, page.saved_at) == ("nova_9", "qi zhao", "2024-06-13T09:42:00")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("shape", ["avatar", "no authors", "html", "plain"])
def test_every_encoding(shape: str, encoding: str) -> None:
    data = SHAPES[shape](LINES, "nova_9").decode().replace("\n", "\r\n").encode(encoding)
    page = read(data)
    assert page.encoding == encoding.removesuffix("-sig")
    assert page.source == PAGE


@pytest.mark.parametrize("shape", ["avatar", "no image", "no authors", "html", "xml", "xar"])
@pytest.mark.parametrize(
    "text",
    [
        "首页 | 订单 | 占桩", "姓名 | 手机 |", "| 甲 | 乙", "7E | 00 | 01", "1.1 | 2 | x",
        "5 | x | ||", "a < b && c > d", '&lt; "引号" &amp;', "![](x) |",
    ],
)  # fmt: skip
def test_signs_of_the_wrapper_within_the_text(shape: str, text: str) -> None:
    source = f"= nova_case#1_20240101 =\n{text}\n\n~-~-跟踪\n\n{text}\n数据统计人:LM"
    page = read(SHAPES[shape](lines_of(source, {2: (2, 1)}), "nova_9"))
    assert page.source == source


def test_a_browser_keeps_the_exact_spaces() -> None:
    source = "= nova_case#1_20240101 =\n  两  个  空格  \n"
    assert read(shapes.html(lines_of(source))).source == source


def test_a_source_that_holds_rows_of_its_own_is_plain() -> None:
    source = "= nova_case#1_20240101 =\n--跟踪\n1 | a |\n2 | b |\n1.1 | 3 | = nova_case#2_2 = |"
    assert read(source.encode()).shape == "plain"


def test_the_sample_page_is_whole() -> None:
    page = read(*read_sample())
    assert page.shape == "avatar"
    assert page.refused == ()
    assert [line.number for line in page.lines] == list(range(1, len(page.lines) + 1))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "nova.txt is empty"),
        (b" \r\n\t\n", "nova.txt is empty"),
        (b"\xef\xbb\xbf", "nova.txt is empty"),
        (b"hello", "has no heading of a case"),
        (b"1 | a |\n2 | b |\n", "has no heading of a case"),
        (b"<html><body>x</body></html>", "has no heading of a case"),
        (b"\0\1\2", "is no text"),
        (b"PK\3\4" + bytes(40), "cut off or damaged"),
        (b"<?xml version='1.0'?><a/>", "no XML document of the wiki"),
        (b"<xwikidoc><name>x</name>", "no XML document of the wiki: "),
    ],
)
def test_what_is_no_page_is_an_error_with_a_hint(data: bytes, sentence: str) -> None:
    with pytest.raises(UnusablePage, match=sentence) as caught:
        read_pages(data, "folder/nova.txt")
    assert caught.value.hint


BODY = """
问题描述:{0}一

~-~-跟踪

【LM】:{0}二

【Kay】:{0}三
四

~-~-解决:
数据统计人:LM"""
TWO = "\n\n".join(
    f"= nova_case#{number}_2024010{number} =\n{BODY.format(number)}" for number in (2, 1)
)


def cut(data: bytes, text: str, keep: int = 0) -> bytes:
    """Cut the data ``keep`` bytes behind the beginning of ``text``."""
    return data[: data.index(text.encode()) + keep]


def test_a_row_cut_in_its_text_ends_the_entry_that_it_is_in() -> None:
    page = read(cut(shapes.avatar(lines_of(TWO)), "1三", 4))
    assert [len(case.entries) for case in page.cases] == [2, 1]
    assert [case.whole for case in page.cases] == [True, False]
    assert page.unread_lines == (SourceLine(23, "【Kay】:1三", (1, 1)),)
    assert page.refused == ("Line 23 is not whole: nova_case#1_20240101 was taken up to there.",)


def test_an_entry_that_goes_on_in_the_cut_row_is_not_taken() -> None:
    data = shapes.avatar(lines_of(TWO))
    page = read(data[: data.rindex("四".encode()) + 1])
    assert [entry.text for entry in page.cases[1].entries] == ["1二"]
    assert [line.number for line in page.unread_lines] == [23, 24]
    assert page.refused == (
        "Line 24 is not whole: nova_case#1_20240101 was taken up to there, but for what begins in"
        " line 23.",
    )


def test_a_case_whose_problem_is_cut_is_not_taken() -> None:
    page = read(cut(shapes.avatar(lines_of(TWO)), "1一", 2))
    assert [case.number for case in page.cases] == [2]
    assert [line.number for line in page.unread_lines] == [15, 17]
    assert page.refused == ("Line 17 is not whole: nova_case#1_20240101 was not taken.",)


@pytest.mark.parametrize(
    "left", ["\n2", "\n24", "\n24 ", "\n1.", "\n1.1 | ", "\n1.1 | 24", "\n![]"]
)
def test_a_row_that_is_cut_before_its_text(left: str) -> None:
    rows = shapes.avatar(lines_of(TWO)).decode()
    page = read((rows[: rows.index("\n24 |")] + left).encode())
    assert page.refused == (
        "The file ends in the middle of a row, after row 23.",
        "The page breaks off at its end: nova_case#1_20240101 was taken up to there, but for what"
        " begins in line 23.",
    )


def test_a_padded_last_row_shows_that_others_stood_below_it() -> None:
    rows = shapes.avatar(lines_of(TWO)).decode().split("\n")
    told = []
    for row in ("17 |", "18 |", "19 |", "21 |", "26 |"):
        end = next(index for index, text in enumerate(rows) if text.startswith(row)) + 1
        page = read("\n".join(rows[:end]).encode())
        assert not page.cases[-1].whole or page.cases[-1].number == 2
        told.append(page.refused[0].partition("nova_case#1_20240101 ")[2])
    assert told == [
        "was not taken.",
        "was not taken.",
        "was taken up to there.",
        "was taken up to there, but for what begins in line 21.",
        "was taken up to there.",
    ]


def test_an_older_part_of_a_page_may_end_below_a_complete_case() -> None:
    rows = shapes.avatar(lines_of(TWO)).decode().split("\n")
    end = rows.index("15 | = nova_case#1_20240101 = | ||")
    page = read("\n".join(rows[:end]).encode())
    assert page.refused == ()
    assert [case.whole for case in page.cases] == [True]


def test_a_table_without_its_beginning() -> None:
    rows = shapes.avatar(lines_of(TWO)).decode().split("\n")
    page = read("\n".join(rows[8:]).encode())
    assert [case.number for case in page.cases] == [1]
    assert page.preamble_lines == ()
    assert page.unread_lines[0].number == 5
    assert page.unread_lines[-1].number == 13


def test_rows_that_are_missing_end_the_case_above_them() -> None:
    rows = shapes.no_authors(lines_of(TWO)).decode().split("\n")
    missing = [row for row in rows if not row.startswith(("9 |", "10 |"))]
    page = read("\n".join(missing).encode())
    assert [(case.number, len(case.entries), case.whole) for case in page.cases] == [
        (2, 0, False),
        (1, 2, True),
    ]
    assert [line.number for line in page.unread_lines] == [7, 12, 13]
    assert page.refused[0] == "The table has no whole rows 9 to 10."
    assert "Lines are missing above line 11: nova_case#2_20240102" in page.refused[1]


def test_rows_that_are_doubled_or_out_of_place_are_left_out() -> None:
    rows = shapes.no_authors(lines_of(TWO)).decode().split("\n")
    rows.insert(9, rows[8])
    rows.insert(14, "不是表格 | 的一行")
    page = read("\n".join(rows).encode())
    assert without_blame(page.cases) == without_blame(read(TWO.encode()).cases)
    assert page.refused == (
        "Rows 10, 15 of the file are no lines of the page by number, and nothing was read from"
        " there.",
    )


def test_a_footer_is_part_of_the_wrapper() -> None:
    page = read(shapes.avatar(lines_of(TWO)) + "\n标签:\n由 qi zhao 创建\n".encode())
    assert page.refused == page.unread_lines == ()


def test_blame_is_not_carried_over_missing_rows() -> None:
    rows = shapes.avatar(lines_of(TWO, {14: (9, 1), 20: (9, 2)})).decode().split("\n")
    missing = [row for row in rows if not row.startswith(("9.1 | 14", "15 |"))]
    page = read("\n".join(missing).encode())
    assert {line.revision for line in page.lines if line.number in range(16, 20)} == {(1, 1)}
    missing = [row for row in rows if not row.startswith(("12 |", "13 |", "1.1 | 15", "16 |"))]
    page = read("\n".join(missing).encode())
    assert {line.revision for line in page.lines if line.number in range(17, 20)} == {None}


def test_html_that_is_cut() -> None:
    data = shapes.html(lines_of(TWO))
    whole = read(data[: data.index(b"</table>")])
    assert len(whole.cases) == 2
    assert "The file ends before the table of lines does" in whole.refused[0]
    page = read(cut(data, "1二", 1))
    assert [len(case.entries) for case in page.cases] == [2, 0]
    assert page.unread_lines[-1].text == "【LM】:1"


def test_html_without_lines_of_a_source() -> None:
    with pytest.raises(UnusablePage, match="no heading of a case"):
        read(b"<!DOCTYPE html><html><p>= nova_case#1_20240101 =</p></html>")


def test_an_author_may_span_several_versions() -> None:
    data = shapes.html(lines_of(TWO, {3: (2, 1)}, {(1, 1): "LM", (2, 1): ""}))
    assert {line.author for line in read(data).lines} == {"LM"}


def test_an_author_who_is_only_a_picture() -> None:
    data = shapes.html(lines_of(TWO)).replace(b'<a href="#"></a>', b'<img alt="Kay" src="x">')
    assert {line.author for line in read(data).lines} == {"Kay"}


def test_damaged_bytes_in_a_line() -> None:
    data = TWO.encode()
    at = data.index("2二".encode()) + 1
    page = read(data[:at] + b"\xff" + data[at + 1 :])
    assert [(case.number, len(case.entries)) for case in page.cases] == [(2, 0), (1, 2)]
    assert page.unread_lines[0].text == "【LM】:2\ufffd\ufffd\ufffd"
    assert page.refused[0].startswith("Line 7 is not whole: nova_case#2_20240102")


def test_an_xml_document_that_is_cut() -> None:
    page = read(cut(document_xml(lines_of(TWO)), "1三", 1))
    assert [len(case.entries) for case in page.cases] == [2, 1]
    assert any("The XML is damaged" in sentence for sentence in page.refused)
    assert page.unread_lines[-1].text == "【Kay】:1"


@pytest.mark.parametrize(
    "declared",
    ['<!DOCTYPE x [<!ENTITY a "aaaa">]>', "<!DOCTYPE x SYSTEM 'http://a.example/x.dtd'>"],
)
def test_declared_entities_are_refused(declared: str) -> None:
    bomb = f"{declared}<xwikidoc><content>&a;</content></xwikidoc>"
    for data in (bomb.encode(), b"<?xml version='1.0'?>" + bomb.encode()):
        with pytest.raises(UnusablePage, match="declares a document type or entities"):
            read(data)
    with pytest.raises(UnusablePage, match="declares a document type or entities"):
        read(archive({"a.xml": b"<?xml version='1.0'?>" + bomb.encode()}))


def test_a_document_in_another_encoding_than_it_declares() -> None:
    xml = document_xml(lines_of(TWO)).decode().replace("UTF-8", "GB18030")
    assert read(xml.encode("gb18030")).source == TWO


def test_an_archive_of_several_pages() -> None:
    data = archive(
        {
            "a.xml": document_xml(lines_of(PAGE), "nova", name="a"),
            "b.xml": document_xml(lines_of("没有案件"), "about", name="b"),
            "c.xml": document_xml(lines_of(TWO), "nova", name="c"),
        }
    )
    pages = read_pages(data, "wiki.xar")
    assert [(page.name, len(page.cases)) for page in pages] == [("Support.a", 4), ("Support.c", 2)]
    assert all(page.refused == () for page in pages)


def test_a_broken_document_in_an_archive_is_said_and_the_rest_is_taken() -> None:
    good, bad = document_xml(lines_of(TWO)), b"<xwikidoc><name>"
    (page,) = read_pages(archive({"bad.xml": bad, "good.xml": good}), "wiki.xar")
    assert len(page.cases) == 2
    assert page.refused == ("bad.xml is no XML document of the wiki: no element found in line 1.",)


def test_a_member_that_can_not_be_unpacked() -> None:
    data = bytearray(archive({"a.xml": document_xml(lines_of(TWO)), "b.xml": b"<xwikidoc/>"}))
    at = data.index(b"a.xml") + 60
    data[at : at + 20] = bytes(20)
    with pytest.raises(UnusablePage, match=r"holds no page of the wiki: a\.xml"):
        read(bytes(data))


def test_attachments_that_the_export_does_not_hold_whole() -> None:
    files = {"a.png": b"abc", "b.png": b"defg", "c.png": b""}
    data = document_xml(lines_of(TWO), attachments=files)
    assert read(data).refused == ()
    broken = data.replace(b"<content>YWJj<", b"<content>YWJ<").replace(b">4<", b">40<")
    assert read(archive({"a.xml": broken})).refused == (
        "The attachment a.png can't be decoded.",
        "The attachment b.png holds 4 bytes instead of 40.",
    )


def test_an_archive_unpacks_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LIMIT", 1024 * 1024)
    data = archive({f"{number}.xml": b"<a>" + bytes(300_000) for number in range(4)})
    assert len(data) < 10_000
    with pytest.raises(UnusablePage, match="unpacks to more than 1 MiB"):
        read(data)


def test_an_encrypted_archive_is_refused_with_a_sentence() -> None:
    data = bytearray(archive({"a.xml": document_xml(lines_of(TWO))}))
    with zipfile.ZipFile(BytesIO(bytes(data))) as file:
        assert file.namelist()[1] == "a.xml"
    for sign, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.rindex(sign)
        data[at + offset] |= 1
    with pytest.raises(UnusablePage, match=r"a\.xml in the archive can't be unpacked"):
        read(bytes(data))
