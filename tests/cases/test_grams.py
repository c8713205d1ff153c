"""Grams: whatever stands in a text is found by them, in any script; and they are what is said."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.cases.grams import DIGITS, MOST, Asked, asked, completed, grams
from workbench.cases.text import fold

SIGNS = (
    "盛弘充电桩あカ한ㄅ々〇\U00020000abcxyzéßяعह09٣ \n\t\x1f\u3000#-:/\\\"'*_%，。"
    "😀👩\u200d\ufe0f\u0301\u3099\u200b\u00ad\x00\ud800\udfff\ue02d\uffff"
)
texts = st.text(st.sampled_from(SIGNS), max_size=40) | st.text(max_size=40)


def covered(term: str, text: str) -> bool:
    """Say whether an index of the text's grams has it among those to look at for the term."""
    held, wanted = grams(text), asked(term)
    begun = all(any(gram.startswith(part) for gram in held) for part in wanted.beginnings)
    return held.issuperset(wanted.whole) and begun


@settings(max_examples=500)
@given(text=texts, start=st.integers(0, 40), length=st.integers(1, 40))
@example("a\u0301bc", 1, 1)
@example("桩12#站", 0, 4)
@example("\U0001f469\u200d\U0001f469", 1, 1)
@example("x\ud800y", 1, 1)
def test_whatever_stands_in_a_text_is_covered(text: str, start: int, length: int) -> None:
    folded = fold(text)
    assert covered(folded[start : start + length], folded)


@given(text=texts)
def test_a_gram_is_one_token(text: str) -> None:
    """The index gets them joined by spaces, and asks for them in quotes."""
    for gram in grams(fold(text)):
        assert gram
        assert not any(sign.isspace() or (sign.isascii() and not sign.isalnum()) for sign in gram)


@given(term=texts)
def test_few_are_asked_for(term: str) -> None:
    wanted = asked(fold(term))
    assert len(wanted.whole) <= MOST
    assert bool(fold(term).strip()) == bool(wanted.whole or wanted.beginnings)


@pytest.mark.parametrize(
    ("term", "wanted"),
    [
        ("盛弘", Asked(("盛弘",))),
        ("弘", Asked((), ("弘",))),
        ("盛弘9", Asked(("盛弘", "弘9"))),
        ("弘9", Asked(("弘9",))),
        ("弘 9", Asked(("弘",), ("9",))),
        ("12站3号", Asked(("12", "2站", "站3", "3号"))),
        ("桩12#", Asked(("12", "桩1", "2\ue023"))),
        ("evs-120", Asked(("evs", "s\ue02d", "\ue02d1"), ("120",))),
        ("2021012716", Asked(("2021", "0210", "2101", "1012", "0127", "1271", "2716"))),
        ("充电 充电", Asked(("充电",))),
        ("://", Asked(("\ue03a\ue02f", "\ue02f\ue02f"))),
        ("😀", Asked(("😀",))),
        ("😀 弘", Asked(("😀",), ("弘",))),
        (" \n", Asked()),
    ],
)
def test_what_is_asked(term: str, wanted: Asked) -> None:
    assert asked(term) == wanted


def test_grams_that_begin_with_some_digits_can_be_listed() -> None:
    assert completed("弘") == completed("evs") == completed("1") == completed("") == ()
    assert completed("120") == ("120", *(f"120{digit}" for digit in range(10)))
    for beginning in ("07", "070"):
        listed = completed(beginning)
        digits = (f"{number:0{n}}" for n in range(1, DIGITS + 1) for number in range(10**n))
        assert sorted(listed) == sorted(one for one in digits if one.startswith(beginning))


def test_the_grams_of_a_text() -> None:
    assert grams("盛弘桩12345 ab-c") == {
        "盛弘", "弘桩", "桩", "桩1", "1234", "2345", "345", "45", "5", "ab", "b", "b\ue02d",
        "\ue02d", "\ue02dc", "c",
    }  # fmt: skip
