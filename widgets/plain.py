"""Text that people wrote, made safe to show: the only way it may reach a screen.

Knows rich alone, and loads it only to make a ``Text`` or to measure, so that a command that prints
lines need not wait for it. Rich and Textual read markup in a bare ``str``; a ``Text`` is shown as
it is. A terminal obeys control characters, and bidi and zero-width characters make a text look like
another: those are shown as signs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

NEWLINE_SIGN = "␤"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_NAMED = {
    0x00AD: "SHY",
    0x061C: "ALM",
    0x180E: "MVS",
    0x200B: "ZWSP",
    0x200C: "ZWNJ",
    0x200D: "ZWJ",
    0x200E: "LRM",
    0x200F: "RLM",
    0x2028: "LS",
    0x2029: "PS",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2060: "WJ",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
    0xFEFF: "BOM",
    0xFFF9: "IAA",
    0xFFFA: "IAS",
    0xFFFB: "IAT",
}
"""Characters that show nothing and change how their neighbours look; shown by these names."""

_INVISIBLE = (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0)
"""Fillers and joiners without a well-known short name: shown by number."""

_RANGES = ((0x2061, 0x2065), (0x206A, 0x206F), (0xE0000, 0xE007F))
"""Invisible operators, deprecated format signs and tag characters: shown by number."""

_TEXT_SELECTORS = "\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}"

_SKIN_TONES = (0x1F3FB, 0x1F3FF)
_FLAG_LETTERS = (0x1F1E6, 0x1F1FF)
"""Signs that terminals draw in one, two or four cells with what stands before them."""


def _signs() -> dict[int, str]:
    """Return what each hostile character is shown as, on a line of its own or not."""
    signs = {code: chr(0x2400 + code) for code in range(0x20)}
    signs[0x7F] = "␡"
    signs |= dict.fromkeys(range(0x80, 0xA0), REPLACEMENT)
    signs[0x85] = NEWLINE_SIGN
    signs |= {code: f"‹{name}›" for code, name in _NAMED.items()}
    signs |= {code: f"‹U+{code:04X}›" for code in _INVISIBLE}
    for first, last in _RANGES:
        signs |= {code: f"‹U+{code:04X}›" for code in range(first, last + 1)}
    # A presentation selector hides nothing, but terminals disagree on the width it gives its
    # character; without it all draw the one cell that rich counts.
    signs |= {ord(selector): "" for selector in _TEXT_SELECTORS}
    signs |= dict.fromkeys(range(_SKIN_TONES[0], _SKIN_TONES[1] + 1), "")
    # A flag is two letters, and that is what all agree on.
    signs |= {
        code: chr(code - _FLAG_LETTERS[0] + ord("A"))
        for code in range(_FLAG_LETTERS[0], _FLAG_LETTERS[1] + 1)
    }
    return signs


@cache
def _table(*, multiline: bool) -> dict[int, str]:
    """Return what a text that is not harmless is translated by: most are, and need none."""
    if multiline:
        return _signs() | {0x09: "    ", 0x0A: "\n"}
    return _signs() | {0x09: " ", 0x0A: NEWLINE_SIGN}


def _character_class() -> str:
    """Return a regular expression class of every character that a sign stands for."""
    single = "".join(re.escape(chr(code)) for code in (*_NAMED, *_INVISIBLE))
    ranges = "".join(
        f"{chr(first)}-{chr(last)}" for first, last in (*_RANGES, _SKIN_TONES, _FLAG_LETTERS)
    )
    return f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{single}{ranges}{_TEXT_SELECTORS}]"


@cache
def hostile() -> re.Pattern[str]:
    """Return what finds a character that must not reach a terminal as it is."""
    return re.compile(_character_class())


_PRINTABLE = frozenset(
    [
        *map(chr, _INVISIBLE),
        *_TEXT_SELECTORS,
        *map(chr, range(_SKIN_TONES[0], _SKIN_TONES[1] + 1)),
        *map(chr, range(_FLAG_LETTERS[0], _FLAG_LETTERS[1] + 1)),
    ]
)
"""What hides although Unicode counts it as printable; all else that hides or acts it does not."""

_SURROGATE = "[\ud800-\udfff]"

_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
    f"[{_TEXT_SELECTORS}]?[{chr(_SKIN_TONES[0])}-{chr(_SKIN_TONES[1])}]?"
)
_EMOJI = (
    f"({_PICTURE}(?:\u200d{_PICTURE})*"
    f"|[{chr(_FLAG_LETTERS[0])}-{chr(_FLAG_LETTERS[1])}]{{2}}"
    f"|[0-9#*][{_TEXT_SELECTORS}]?\u20e3)"
)
"""A sequence that shows as one picture: joiners and selectors in it hide nothing (UTS #51)."""


def visible(s: str, *, multiline: bool = False) -> str:
    """Return ``s`` with every character that could act on a terminal, or hide, shown as a sign.

    Args:
        s: Text as somebody wrote it.
        multiline: Keep newlines (else ``␤`` stands for them).
    """
    if not _is_harmless(s):
        s = _signed(s, multiline)
    return _carried(s)


def printed(s: str, *, multiline: bool = False) -> str:
    """Return the same for a line that stands in no column: its emoji stay as they were written.

    How wide a terminal draws them is nobody's concern there, and who pipes the line on wants
    them whole.
    """
    if not _is_harmless(s):
        parts = re.split(_EMOJI, s)
        parts[::2] = [_signed(part, multiline) for part in parts[::2]]
        s = "".join(parts)
    return _carried(s)


def _is_harmless(s: str) -> bool:
    return s.isprintable() and _PRINTABLE.isdisjoint(s)


def _signed(s: str, multiline: bool) -> str:
    s = s.replace("\r\n", "\n").translate(_table(multiline=multiline))
    return re.sub(_SURROGATE, REPLACEMENT, s)


def _carried(s: str) -> str:
    """Give a combining mark without a letter one: it would land on what stands left of the text."""
    return f"◌{s}" if s and not s[0].isascii() and unicodedata.combining(s[0]) else s


def plain(s: str, style: str = "", *, multiline: bool = False) -> Text:
    """Return ``s`` as text that is shown literally: no markup, nothing a terminal would obey."""
    from rich.text import Text

    return Text(visible(s, multiline=multiline), style=style)


_WIDE = "、-〗一-鿋！-～"
EVERYDAY = f"[ -~·—‘’“”…{_WIDE}]*"
"""What nearly every text consists of, and is as wide as rich says: ASCII, Chinese, their marks."""


def _everyday(s: str) -> bool:
    return re.fullmatch(EVERYDAY, s) is not None


def width(s: str) -> int:
    """Return how many terminal cells a visible text takes."""
    if s.isascii():
        return len(s)
    if _everyday(s):
        return len(s) + sum(map(len, re.findall(f"[{_WIDE}]+", s)))
    from rich.cells import cell_len

    return cell_len(s)


def fit(s: str, cells: int, *, align: str = "left", show: Callable[[str], str] = visible) -> str:
    """Return ``s`` made visible, cut with ``…`` or padded to exactly ``cells`` terminal cells.

    Args:
        s: Text as somebody wrote it.
        cells: The width wanted; nothing is returned for 0 or less.
        align: ``left`` or ``right``, where the text stands when there is room left.
        show: What makes it visible: :func:`visible` or :func:`printed`.
    """
    if cells <= 0:
        return ""
    s = show(s)
    room = cells - width(s)
    if room < 0:
        s = cut(s, cells - 1) + "…"
        room = cells - width(s)
    return " " * room + s if align == "right" else s + " " * room


def cut(s: str, cells: int) -> str:
    """Return the longest beginning of a visible text that takes at most ``cells`` cells."""
    if s.isascii():
        return s[: max(cells, 0)]
    taken = 0
    if _everyday(s):
        for at, sign in enumerate(s):
            taken += 1 if sign < _WIDE[0] else 2
            if taken > cells:
                return s[:at]
        return s
    from rich.cells import split_graphemes

    # What is beyond `cells` characters can still be combining marks, hence the margin.
    spans, _ = split_graphemes(s[: cells * 4 + 16])
    for start, _end, size in spans:
        if taken + size > cells:
            return s[:start]
        taken += size
    return s[: spans[-1][1]] if spans else ""
