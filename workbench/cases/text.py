"""Text as it is compared: folded for search, squashed for one line, measured for likeness.

Knows nothing of cases, queries or how a text is shown.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

_EXACT = 200
"""Up to this many differing characters difflib compares exactly: its worst case is cubic."""

_NAME = 16
"""Up to so many characters a text may be a name."""
_WIDTHS = {0x3000: 0x20} | {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}


def fold(text: str) -> str:
    """Return the form in which texts are searched: NFKC, casefold, NFKC.

    Casefolding can take a composed letter apart (``ǰ``); the second NFKC puts it together, so
    that folding twice is folding once. White space is not collapsed.
    """
    if text.isascii():
        return text.lower()
    return _fold_name(text) if len(text) <= _NAME else _fold(text)


def _fold(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    folded = normal.casefold()
    if folded == normal:  # as most Chinese is
        return folded
    return unicodedata.normalize("NFKC", folded)


_fold_name = lru_cache(maxsize=1024)(_fold)
"""The same of short texts: most are people's names, which come again and again."""


def narrow(text: str) -> str:
    """Turn full-width ASCII twins and the wide space to ASCII, one character for one.

    Unlike NFKC it keeps every position, so what is found in the result is found in ``text``.
    """
    return text if text.isascii() else text.translate(_WIDTHS)


def squash(text: str) -> str:
    """Return the text on one line: runs of white space become a space, outer ones go."""
    return " ".join(text.split())


def first_line(text: str) -> str:
    """Return the first line that is not blank, without outer white space, or ``""``."""
    return text.lstrip().split("\n", 1)[0].rstrip()


def key_fold(key: str) -> str:
    """Return the form in which keys of cases are compared: width and case folded, trimmed."""
    return fold(key).strip()


def similar(a: str, b: str) -> float:
    """Say how alike two texts are, from 0.0 (nothing in common) to 1.0 (equal).

    Common beginnings and ends count as they are. What differs between them is compared by
    difflib while it is short, and by its pairs of characters when it is long: the cost stays
    linear in the length of the texts. The order of the arguments makes no difference.
    """
    if a == b:
        return 1.0
    a, b = sorted((a, b))
    head = _common(a, b)
    a_rest, b_rest = a[head:], b[head:]
    tail = _common(a_rest[::-1], b_rest[::-1])
    a_rest, b_rest = a_rest[: len(a_rest) - tail], b_rest[: len(b_rest) - tail]
    alike = 2 * (head + tail) + _middle(a_rest, b_rest) * (len(a_rest) + len(b_rest))
    return alike / (len(a) + len(b))


def _common(a: str, b: str) -> int:
    """Return the length of the common beginning, by halving: slices compare at C speed."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _middle(a: str, b: str) -> float:
    if not a or not b:
        return 0.0
    if max(len(a), len(b)) <= _EXACT:
        from difflib import SequenceMatcher

        return SequenceMatcher(None, a, b, autojunk=False).ratio()
    return _shared(_pairs(a), _pairs(b))


def _pairs(text: str) -> Sequence[str]:
    return [text[i : i + 2] for i in range(max(len(text) - 1, 1))]


def _shared(a: Sequence[str], b: Sequence[str]) -> float:
    """Return the Dice coefficient of two bags."""
    return 2 * (Counter(a) & Counter(b)).total() / (len(a) + len(b))
