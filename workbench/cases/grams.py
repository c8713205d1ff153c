"""Folded text as grams: the small pieces by which an index finds any part of a text.

"Whatever stands in a text, the grams asked for it are among the grams of the text." So an index of
grams misses nothing; what it finds beyond that is told apart by looking at the text itself.

Every position of a run of one class gives a gram of the class's length, shorter at the run's end;
and where one class meets another, the two signs that meet are a gram: so 弘9 is as quick to find as
盛弘. The class of a sign depends on that sign alone, so a part of a text is cut as the whole is.
"""

from __future__ import annotations

import re
from itertools import product
from typing import NamedTuple

MOST = 16
"""So many grams are asked for at most: more seldom make the candidates fewer."""

HAN, DIGITS, WORD = 2, 4, 3
"""Lengths of grams: most Chinese words have two signs; of digits and letters fewer differ."""

_HAN = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096"
    "\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff"
)
"""Han, kana, bopomofo and hangul: scripts without spaces, or with a sign for a syllable."""
_WORD = f"[^\\W_{_HAN}0-9]"
# Patterns are text, which re compiles when it is first used and keeps: most calls use neither.
_GRAMS = f"(?=([{_HAN}]{{1,{HAN}}}|[0-9]{{1,{DIGITS}}}|{_WORD}{{1,{WORD}}}|\\S))"
"""The gram at each position but white space; a sign of no class is one by itself."""
_RUNS = f"([{_HAN}]+)|([0-9]+)|({_WORD}+)|\\S"
_LENGTHS = (1, HAN, DIGITS, WORD)
_DIGITS = "0123456789"

_SIGNS = {code: 0xE000 + code for code in range(0x80) if not chr(code).isalnum()}
_SIGNS = {code: put for code, put in _SIGNS.items() if not chr(code).isspace()}
"""ASCII signs are put where a tokeniser does not take them for gaps: it keeps what is not ASCII."""


class Asked(NamedTuple):
    """What to ask an index for: a text that is looked for has all of ``whole`` among its grams, and
    for each of ``beginnings`` one that begins so.

    Of a long text ``whole`` are some that lie far from each other. Beginnings cost more to ask for
    and say less. Where neither is, the index can't help (white space alone).
    """

    whole: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()


def grams(folded: str) -> set[str]:
    """Return the grams of a folded text. None holds white space or an ASCII sign."""
    text = folded.translate(_SIGNS)
    return {*re.findall(_GRAMS, text), *_meetings(text)}


def asked(term: str) -> Asked:
    """Return what every text has among its grams that contains a folded term.

    A short run is a whole gram where something else stands behind it: there it ends in the text
    too. A sign that stands alone is left out where there is any other whole gram: it says little.
    """
    text = term.translate(_SIGNS)
    whole: list[str] = []
    ends: list[str] = []
    beginnings: list[str] = []
    signs: list[str] = []
    for match in re.finditer(_RUNS, text):
        run, length = match[0], _LENGTHS[match.lastindex or 0]
        if length == 1:
            signs.append(run)
        elif len(run) < length:
            (ends if match.end() < len(text) else beginnings).append(run)
        else:
            whole += [run[at : at + length] for at in range(len(run) - length + 1)]
    meetings = _meetings(text)
    # What two signs that meet say already of runs of one sign.
    ended, begun = {pair[0] for pair in meetings}, {pair[1] for pair in meetings}
    whole += [*(end for end in ends if end not in ended), *meetings]
    left = dict.fromkeys(begin for begin in beginnings if begin not in begun)
    return Asked(_spread(whole or signs), tuple(left))


def completed(beginning: str) -> tuple[str, ...]:
    """Return every gram that begins so, where all can be listed: those of digits, but for one."""
    if not re.fullmatch(f"[0-9]{{2,{DIGITS}}}", beginning):
        return ()
    left = range(DIGITS - len(beginning) + 1)
    return tuple(beginning + "".join(more) for n in left for more in product(_DIGITS, repeat=n))


def _meetings(text: str) -> list[str]:
    """Return every two signs beside each other that are not of one run."""
    ends = [match.end() for match in re.finditer(_RUNS, text)]
    pairs = (text[end - 1 : end + 1] for end in ends)
    return [pair for pair in pairs if len(pair) == 2 and not pair[1].isspace()]


def _spread(found: list[str]) -> tuple[str, ...]:
    """Return as many as are asked for, which lie evenly from the first to the last."""
    several = tuple(dict.fromkeys(found))
    if len(several) <= MOST:
        return several
    return tuple(several[at * (len(several) - 1) // (MOST - 1)] for at in range(MOST))
