"""Names and titles by the initials of their pinyin: ``zdq`` finds 赵大强, and 主动枪.

So one need not switch the input method to find a case or a person. "A word of small Latin letters
is found where signs that follow each other begin so when they are read": a sign that is read in
several ways with any of them, a letter as itself. Punctuation and spaces between are passed over;
digits are not, nor does a find go on from one text into the next.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product, takewhile

from workbench.cases.grams import Asked
from workbench.cases.text import fold, narrow

SEPARATOR = "\x1f"
"""Stands between texts that are looked at together."""
MOST = 32
"""Nobody types more initials than this."""
GRAM, MOST_ASKED = 3, 4
"""So many letters are a gram for an index, fewer at the end; so many grams are asked for."""

_WORD = f"[a-z]{{2,{MOST}}}"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_GAP, _OTHER = "_", "0"
"""What is passed over, and what no letter asks for."""
_MARKED = {ord(letter): 0xE100 + ord(letter) for letter in _LETTERS}
"""Grams of initials are written in signs that nobody writes: no text has them among its own."""


def is_asked(written: str) -> bool:
    """Say whether a word, as it was typed, asks for initials too.

    Capitals ask for the letters themselves: models and codes of people are mostly written so.
    """
    return re.fullmatch(_WORD, narrow(written)) is not None


def sounds(word: str, text: str) -> bool:
    """Say whether a text has the initials: a title, a name, or several of them.

    Args:
        word: what ``is_asked`` is true of.
        text: several stand apart by ``SEPARATOR``.
    """
    return bool(_pattern(narrow(word)).search(_spelled(fold(text))))


def is_meant(name: str, typed: str) -> bool:
    """Say whether what was typed of a name is in it, or are initials of it."""
    return fold(typed) in fold(name) or (is_asked(typed) and sounds(typed, name))


def places(word: str, folded: str) -> list[tuple[int, int]]:
    """Return where in a folded text the initials are, as (start, end)."""
    return [match.span() for match in _pattern(narrow(word)).finditer(_spelled(folded))]


def grams(text: str) -> set[str]:
    """Return what an index has of a text, so that initials in it are found."""
    spelled = _spelled(fold(text)).replace(_GAP, "")
    found: set[str] = set()
    for start in range(len(spelled)):
        found |= _grams(spelled[start : start + GRAM])
    return found


def asked(word: str) -> Asked:
    """Return what every text has among its grams that has these initials."""
    letters = narrow(word).translate(_MARKED)
    if len(letters) < GRAM:
        return Asked((), (letters,))
    pieces = [letters[at : at + GRAM] for at in range(len(letters) - GRAM + 1)]
    return Asked(tuple(dict.fromkeys(pieces))[:MOST_ASKED])


@lru_cache(maxsize=10_000)
def _grams(spelled: str) -> frozenset[str]:
    """Return each way to read some signs, up to the first that no letter asks for."""
    letters = list(takewhile(bool, map(_asking, spelled)))
    return frozenset("".join(read).translate(_MARKED) for read in product(*letters) if read)


def _spelled(folded: str) -> str:
    """Return a text with its initial, or what stands for several, in place of every sign."""
    return folded.translate(_initials())


@lru_cache(maxsize=64)
def _pattern(word: str) -> re.Pattern[str]:
    several = _initials().several.items()
    asked = ([letter, *(sign for sign, found in several if letter in found)] for letter in word)
    return re.compile(f"{_GAP}*".join(f"[{''.join(signs)}]" for signs in asked))


def _asking(initial: str) -> str:
    """Return the letters that ask for what stands in place of a sign."""
    return initial if initial in _LETTERS else _initials().several.get(initial, "")


class _Initials(dict[int, str]):
    """What stands in place of each sign, found when it is first met."""

    def __init__(self) -> None:
        from workbench.cases.pinyin import BEGIN, INITIALS, SEVERAL, SEVERAL_FROM

        super().__init__({ord(SEPARATOR): SEPARATOR, ord("_"): _GAP})
        self._begin, self._table = BEGIN, INITIALS
        several = enumerate(SEVERAL.split(), SEVERAL_FROM)
        self.several = {chr(code): letters for code, letters in several}

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if sign in _LETTERS:
            found = sign
        elif 0 <= code - self._begin < len(self._table):
            found = self._table[code - self._begin].replace(".", _OTHER)
        else:
            found = _OTHER if re.match(r"\w", sign) else _GAP
        self[code] = found
        return found


@lru_cache(maxsize=1)
def _initials() -> _Initials:
    return _Initials()
