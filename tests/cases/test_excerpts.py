"""Excerpts: the line that holds what was found, from a little before it on."""

from __future__ import annotations

import pytest

from workbench.cases.excerpts import excerpt


@pytest.mark.parametrize(
    ("texts", "term", "line"),
    [
        (["桩离线\n已送电，现场重启"], "重启", "已送电，现场重启"),
        (
            ["很长的一句话，说到后来才提起盛弘的桩 ＥＶＳ"],
            "盛弘",
            "…，说到后来才提起盛弘的桩 ＥＶＳ",
        ),
        (["桩 ＥＶＳ－１２０  坏了"], "evs-120", "桩 ＥＶＳ－１２０ 坏了"),
        (["a", "", "b\nc"], "c", "c"),
        (["a\nb"], "a\nb", ""),
        ([], "x", ""),
    ],
)
def test_the_line_that_holds_it(texts: list[str], term: str, line: str) -> None:
    assert excerpt(texts, term) == line
