"""CSV: what a spreadsheet opens, and what the csv module reads back."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.exchange.csvfile import cell, write_csv


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def test_the_file_has_a_bom_and_windows_line_ends() -> None:
    data = b"".join(write_csv([{"key": "nova_case#1", "title": '桩"离线",两次'}], ("key", "title")))
    assert data == '\ufeffkey,title\r\nnova_case#1,"桩""离线"",两次"\r\n'.encode()


def test_no_rows_leave_the_header() -> None:
    assert b"".join(write_csv([], ("key", "title"))) == b"\xef\xbb\xbfkey,title\r\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (97, "97"),
        (["周宁", "Lin"], "周宁 Lin"),
        ([], ""),
        ([{"file": "1.png", "width": 3}, {"file": "2.png", "width": None}], "1.png 2.png"),
        ([{"kind": "phone", "value": "13800138000"}], "13800138000"),
        ([{"field": "date", "text": "哪一天?"}], "哪一天?"),
        (
            {"page": "nova_2", "first_line": 5, "last_line": 29, "newest_revision": None},
            "nova_2:5-29",
        ),
        ({"page": None, "first_line": 5, "last_line": 29}, ":5-29"),
        ({"odd": "值"}, '{"odd": "值"}'),
        ("=1+2", "'=1+2"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1", "'＝1"),
        (["-a", "b"], "'-a b"),
        ("20260127161002960263", "'20260127161002960263"),
        ([{"kind": "order", "value": "20260127161002960263"}], "'20260127161002960263"),
        ("20260127", "20260127"),
        ("订单20260127161002960263", "订单20260127161002960263"),
    ],
)
def test_cells(value: object, text: str) -> None:
    assert cell(value) == text


def test_what_the_header_does_not_name_is_left_out_and_what_a_row_lacks_is_empty() -> None:
    data = b"".join(write_csv([{"b": 1, "c": 2}], ("a", "b")))
    assert rows_of(data) == [["a", "b"], ["", "1"]]


@given(st.lists(st.tuples(st.text(), st.text(), st.lists(st.text(min_size=1)))))
def test_every_text_is_read_back(table: list[tuple[str, str, list[str]]]) -> None:
    header = ("key", "problem", "tags")
    data = b"".join(write_csv((dict(zip(header, row, strict=True)) for row in table), header))
    assert data.startswith(b"\xef\xbb\xbf")
    first, *others = rows_of(data)
    assert first == list(header)
    for (key, problem, tags), read in zip(table, others, strict=True):
        assert [_bare(key, read[0]), _bare(problem, read[1])] == [key, problem]
        assert _bare(" ".join(tags), read[2]) == " ".join(tags)
        assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r")) for text in read)


def _bare(written: str, read: str) -> str:
    """Take off the quote that was put in front, which only cells of two kinds have."""
    if read == written:
        return read
    assert written[0] in "=+-@＝＋－＠\t\r\n" or written.isdigit()
    return read.removeprefix("'")


def test_memory_does_not_grow_with_the_rows() -> None:
    def rows() -> Iterator[dict[str, object]]:
        for number in range(40_000):
            yield {"number": number, "problem": "充电桩离线" * 20}

    tracemalloc.start()
    size = sum(map(len, write_csv(rows(), ("number", "problem"))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 12_000_000
    assert peak < 3_000_000
