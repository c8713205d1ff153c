"""Lines are broken by cells, words stay whole, and nothing of a text is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.plain import visible
from widgets.wrap import Piece, fold, hits, wrap, wrap_pieces


def wrapped(text: str, cells: int) -> list[str]:
    """Return the lines of a text."""
    return [text[start:end] for start, end in wrap(text, cells)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("案件\n\n二", ["案件", "", "二"]),
        ("hello world again", ["hello", "world", "again"]),
        ("充电桩黑屏了", ["充电桩黑屏", "了"]),
        ("订单2021022415", ["订单", "2021022415"]),
        ("20210224153000", ["2021022415", "3000"]),
        ("充电桩黑，屏", ["充电桩黑，", "屏"]),
        ("充电桩黑屏，了", ["充电桩黑", "屏，了"]),
        ("abc       ", ["abc       "]),
    ],
)
def test_breaks_where_a_reader_expects_it(text: str, lines: list[str]) -> None:
    assert wrapped(text, 10) == lines


@given(st.text(), st.integers(min_value=1, max_value=30))
def test_no_line_is_wider_and_no_character_is_lost(text: str, cells: int) -> None:
    text = visible(text, multiline=True)
    end_before = 0
    for start, end in wrap(text, cells):
        assert set(text[end_before:start]) <= {" ", "\n"}
        line = text[start:end]
        assert cell_len(line) <= cells or len(line) == 1 or cell_len(line[0]) > cells
        end_before = end
    assert set(text[end_before:]) <= {" ", "\n"}


def test_a_long_text_takes_no_long_time() -> None:
    text = "充电桩黑屏，重启三次。" * 20_000
    assert len(wrap(text, 40)) > 10_000


@given(st.lists(st.text(max_size=20), max_size=5), st.integers(min_value=1, max_value=30))
def test_pieces_break_like_one_text(texts: list[str], cells: int) -> None:
    pieces = [Piece(visible(text, multiline=True), str(at)) for at, text in enumerate(texts)]
    text = "".join(piece.text for piece in pieces)
    lines = ["".join(piece.text for piece in line) for line in wrap_pieces(pieces, cells)]
    assert lines == wrapped(text, cells)


def test_hits_are_found_whatever_their_form() -> None:
    text = "ＥＶＳ-120 离线，evs-120 上线"
    assert [text[start:end] for start, end in hits(text, [fold("EVS-120")])] == [
        "ＥＶＳ-120",
        "evs-120",
    ]


def test_hits_that_overlap_are_one() -> None:
    assert hits("黑屏黑", ["黑屏", "屏黑"]) == [(0, 3)]
    assert hits("案件", ["", "没有"]) == []
    assert hits("ＡＢ㈱桩", [lambda folded: [(1, 4)], "桩"]) == [(1, 3), (3, 4)]
