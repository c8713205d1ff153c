"""Folding, squashing and likeness of texts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.text import first_line, fold, key_fold, narrow, similar, squash

# Letters that casefolding takes apart, marks that normalising reorders, and width twins.
TRICKY = st.text(alphabet="aA\u0345\u0301\u0313\u0327αᾳᾼǰΐẞßſKÅﬁﬃŉİıΣς́ｱﾞｶガＡｂ１：　 \n充電桩️")
ANY = TRICKY | st.text()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("Straße", "strasse"),
        ("充电桩：异常", "充电桩:异常"),
        ("a　 b\n\nc", "a  b\n\nc"),
        ("ﾃｽﾄ", "テスト"),
        ("ǰ", "ǰ"),
    ],
)
def test_fold_joins_width_and_case_and_keeps_white_space(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(ANY)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_character_folds_to_what_stays() -> None:
    letters = map(chr, (*range(0xD800), *range(0xE000, 0x20000)))
    assert [hex(ord(letter)) for letter in letters if fold(fold(letter)) != fold(letter)] == []


@given(ANY)
def test_narrow_keeps_every_position_and_what_folding_sees(text: str) -> None:
    assert len(narrow(text)) == len(text)
    assert fold(narrow(text)) == fold(text)


@given(ANY)
def test_squash_leaves_no_run_of_white_space(text: str) -> None:
    squashed = squash(text)
    assert squashed.split(" ") == (text.split() or [""])
    assert squash(squashed) == squashed


@pytest.mark.parametrize(
    ("text", "line"),
    [("", ""), ("  \n　\n 桩离线 \r\n重启后恢复", "桩离线"), ("one", "one"), (" \n\t", "")],
)
def test_first_line_is_the_first_that_is_not_blank(text: str, line: str) -> None:
    assert first_line(text) == line


def test_keys_are_equal_in_any_width_and_case() -> None:
    assert key_fold(" ＮＯＶＡ＿case＃97＿20210224") == key_fold("nova_Case#97_20210224")


@given(ANY)
def test_a_folded_key_stays(key: str) -> None:
    assert key_fold(key_fold(key)) == key_fold(key)


@given(st.text(alphabet="ab桩 \n", max_size=300), st.text(alphabet="ab桩 \n", max_size=300))
def test_likeness_is_a_symmetric_ratio(a: str, b: str) -> None:
    ratio = similar(a, b)
    assert 0.0 <= ratio <= 1.0
    assert ratio == similar(b, a)
    assert (ratio == 1.0) == (a == b)


@given(st.text(max_size=3000))
def test_a_text_is_like_itself_with_a_word_put_in(text: str) -> None:
    assert similar(text, text) == 1.0
    middle = len(text) // 2
    longer = f"{text[:middle]}more{text[middle:]}"
    assert similar(text, longer) >= len(text) / (len(text) + 2) - 1e-9


@pytest.mark.parametrize(
    ("a", "b", "ratio"), [("1线", "2线线", 0.4), ("线1", "线线2", 0.4), ("a桩b", "c桩d", 1 / 3)]
)
def test_no_character_counts_twice(a: str, b: str, ratio: float) -> None:
    assert similar(a, b) == pytest.approx(ratio)


def test_likeness_tells_an_edit_from_another_text() -> None:
    note = "远程重启后桩恢复在线,等客户确认是否还有掉线" * 40
    edited = note.replace("客户", "现场") + "。已确认。"
    other = "已把账单重新推送给平台,请财务核对金额与电量" * 40
    assert similar(note, edited) > 0.7
    assert similar(note, other) < 0.3
    assert similar("桩离线", "") == 0.0


@pytest.mark.parametrize("unit", ["ab", "充电", "x"])
def test_long_texts_are_compared_in_no_time(unit: str) -> None:
    a, b = f"1{unit * 200_000}2", f"3{unit[::-1] * 200_000}4"
    began = time.perf_counter()
    assert similar(a, b) > 0.9
    assert time.perf_counter() - began < 5.0
