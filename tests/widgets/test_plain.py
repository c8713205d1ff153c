"""Text that people wrote reaches the screen as it is, and can do nothing there."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tests.widgets.host import HOSTILE, SHOWN, TEXTS
from widgets.plain import EVERYDAY, cut, fit, plain, printed, visible, width

HIDDEN = (
    [chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)]]
    + list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
    + list("\u200b\u200c\u200d\u2060\ufeff\u00ad\u2028\u2029\u3164\U000e0041\ud800\udfff")
)


def test_hostile_text_is_shown_literally() -> None:
    assert visible(HOSTILE) == SHOWN
    assert plain(HOSTILE).plain == SHOWN


@pytest.mark.parametrize("character", HIDDEN, ids=lambda c: f"U+{ord(c):04X}")
def test_what_hides_or_acts_becomes_a_sign(character: str) -> None:
    shown = visible(f"a{character}b")
    assert character not in shown
    assert shown.startswith("a")
    assert shown.endswith("b")
    assert width(shown) > 2


def test_lines_are_kept_only_where_they_are_wanted() -> None:
    assert visible("一\r\n二\n三\t四") == "一␤二␤三 四"
    assert visible("一\r\n二\n三\t四", multiline=True) == "一\n二\n三    四"
    assert visible("一\r二", multiline=True) == "一␍二"


def test_a_combining_mark_does_not_reach_its_left_neighbour() -> None:
    assert visible("\u0301x") == "◌\u0301x"


def test_ordinary_text_is_the_same_object() -> None:
    text = "充电桩 EVS-120，「黑屏」 e\u0301 🔌"
    assert visible(text) is text


def test_rich_prints_markup_as_text() -> None:
    console = Console(width=80, force_terminal=True, color_system="truecolor")
    with console.capture() as capture:
        console.print(plain(HOSTILE, "bold"))
    printed = capture.get()
    assert "[@click=app.quit]q[/]" in printed
    assert "\x1b]0" not in printed
    assert "\u202e" not in printed


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("cells", [0, 1, 2, 3, 7, 20, 60])
@pytest.mark.parametrize("align", ["left", "right"])
def test_fit_has_exactly_its_cells(text: str, cells: int, align: str) -> None:
    assert cell_len(fit(text, cells, align=align)) == cells


def test_fit_says_that_it_cut() -> None:
    assert fit("充电桩黑屏", 6) == "充电… "
    assert fit("充电桩黑屏", 10) == "充电桩黑屏"
    assert fit("97", 5, align="right") == "   97"


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_any_text_fits_any_width_and_holds_nothing_hostile(text: str, cells: int) -> None:
    shown = fit(text, cells)
    assert cell_len(shown) == cells
    for character in shown:
        assert unicodedata.category(character) not in ("Cc", "Zl", "Zp", "Cs")
        assert unicodedata.bidirectional(character) not in (
            *("LRE", "RLE", "LRO", "RLO", "PDF"),
            *("LRI", "RLI", "FSI", "PDI"),
        )


@given(st.text(min_size=1), st.integers(min_value=0, max_value=40))
def test_cut_takes_a_beginning_that_fits(text: str, cells: int) -> None:
    shown = visible(text)
    beginning = cut(shown, cells)
    assert shown.startswith(beginning)
    assert cell_len(beginning) <= cells


def test_everyday_text_is_as_wide_as_rich_says() -> None:
    everyday = [chr(code) for code in range(0x20, 0x10000) if re.fullmatch(EVERYDAY, chr(code))]
    assert len(everyday) > 20_000
    assert not [sign for sign in everyday if width(sign) != cell_len(sign)]


@given(st.text("a1·…—“、。一桩鿋！～ "), st.integers(min_value=0, max_value=40))
def test_everyday_text_is_cut_where_it_is_full(text: str, cells: int) -> None:
    beginning = cut(text, cells)
    assert text.startswith(beginning)
    assert cell_len(beginning) <= cells
    rest = text[len(beginning) :]
    assert not rest or cell_len(beginning + rest[0]) > cells


def test_it_loads_neither_textual_nor_rich() -> None:
    code = (
        "import sys; from widgets.plain import visible; visible('案\\x1b');"
        "sys.exit(any(m.split('.')[0] in ('rich', 'textual') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


EMOJI = ("👨‍👩‍👧", "🇨🇳", "👍🏽", "☎️", "1️⃣", "👩🏽‍🔧", "©️", "❤️‍🔥")


def test_printed_text_keeps_its_emoji_whole() -> None:
    for emoji in EMOJI:
        assert printed(f"桩{emoji}坏了") == f"桩{emoji}坏了", emoji
        assert fit(f"桩{emoji}\n", 20, show=printed).rstrip() == f"桩{emoji}␤"
    assert printed("".join(EMOJI)) == "".join(EMOJI)


def test_printed_text_has_nothing_else_that_hides_or_acts() -> None:
    assert printed(HOSTILE) == visible(HOSTILE) == SHOWN
    assert printed("a\u200db 🔌\u200d\x1b[31m\u202e 🇨a") == "a‹ZWJ›b 🔌‹ZWJ›␛[31m‹RLO› Ca"
    assert printed("👍🏽\r\n\u0301二", multiline=True) == "👍🏽\n\u0301二"
    assert printed("\u0301x") == "◌\u0301x"
