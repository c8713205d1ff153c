"""Titles and names are found by the initials of their pinyin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pinyin import TABLE, table
from workbench.cases.initials import SEPARATOR, asked, grams, is_asked, places, sounds


def covered(word: str, text: str) -> bool:
    """Say whether an index has a text among those to look at for a word."""
    held, wanted = grams(text), asked(word)
    begun = (any(gram.startswith(begin) for gram in held) for begin in wanted.beginnings)
    return held.issuperset(wanted.whole) and all(begun)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("zdq", "主动枪不能充电"),
        ("zdq", "赵大强"),
        ("dq", "赵大强"),
        ("cq", "重庆北站"),
        ("zq", "重庆北站"),
        ("cz", "长站"),
        ("zz", "长站"),
        ("qyz", "覃勇重"),
        ("oy", "区英"),
        ("smqd", "扫码“启动”"),
        ("zl", "桩 离线"),
        ("evsz", "ＥＶＳ桩"),
        ("lx", "離線"),
        ("zdq", f"甲{SEPARATOR}赵大强"),
    ],
)
def test_who_types_initials_finds(word: str, text: str) -> None:
    assert sounds(word, text)
    assert covered(word, text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("zdq", "赵大"),
        ("zq", "赵大强"),
        ("hz", "3号2桩"),
        ("jy", f"甲{SEPARATOR}乙"),
        ("dl", "大的"),
        ("ab", "あb"),
        ("zd", ""),
    ],
)
def test_initials_of_something_else_find_nothing(word: str, text: str) -> None:
    assert not sounds(word, text)


def test_only_small_latin_letters_ask_for_initials() -> None:
    assert all(map(is_asked, ("zd", "ｚｄｑ", "update", "a" * 32)))
    assert not any(map(is_asked, ("z", "ZDQ", "Kay", "bj4", "z d", "桩d", "é", "", "a" * 33)))


def test_it_is_told_where_they_stand() -> None:
    assert places("zdq", "前主动-枪后赵大强") == [(1, 5), (6, 9)]
    assert places("zdq", "前后") == []


@given(
    st.text(st.sampled_from("重庆长站a，1 あ主"), max_size=8), st.integers(0, 7), st.integers(2, 6)
)
def test_an_index_misses_nothing(text: str, start: int, length: int) -> None:
    letters = dict(zip("重庆长站a主", "cqzzaz", strict=True))
    word = "".join(letters.get(sign, "") for sign in text[start : start + length])
    if is_asked(word) and sounds(word, text):
        assert covered(word, text)


def test_the_table_is_as_it_is_made() -> None:
    assert TABLE.read_text(encoding="utf-8") == table()
