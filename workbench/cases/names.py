"""Ids: random ones for what is typed, derived ones for what a page says.

"Two people who import one page get the same cases and entries": everything that an import writes
is named by what it says, so the same thing read twice is one change for the fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from workbench.cases.digest import sha256
from workbench.cases.text import fold, squash

LENGTH = 26
"""Characters of an id: 128 bits in lower-case base32 without padding ([a-z2-7])."""
SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [one + two for one in SIGNS for two in SIGNS]


def from_bytes(data: bytes) -> str:
    """Return the id that is 16 bytes."""
    n, two = int.from_bytes(data[:16]) << 2, _PAIRS
    # One expression: as a loop it is what takes longest of all that an import makes.
    return (
        f"{two[n >> 120]}{two[n >> 110 & 1023]}{two[n >> 100 & 1023]}{two[n >> 90 & 1023]}"
        f"{two[n >> 80 & 1023]}{two[n >> 70 & 1023]}{two[n >> 60 & 1023]}{two[n >> 50 & 1023]}"
        f"{two[n >> 40 & 1023]}{two[n >> 30 & 1023]}{two[n >> 20 & 1023]}{two[n >> 10 & 1023]}"
        f"{two[n & 1023]}"
    )


def derive(*parts: str) -> str:
    """Return the id derived from these parts, in this order.

    Half a character has one too: that it can't be kept is told where it would be written.
    """
    text = "\0".join(parts)
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = text.encode(errors="surrogatepass")
    return from_bytes(sha256(data).digest())


PEOPLE = derive("people")
"""What the changes of people are about: a link is between two, so all are folded together."""


def case_id(project: str, number: int, date_raw: str | None = None) -> str:
    """Return the id of an imported case; ``date_raw`` only for a number's second heading."""
    parts = ["case", fold(project), str(number)]
    return derive(*parts, date_raw) if date_raw is not None else derive(*parts)


def page_id(name: str | None) -> str:
    """Return the id of an imported page."""
    return derive("page", fold(name or ""))


def entry_id(case: str, speaker: str | None, text: str, files: Sequence[str], k: int) -> str:
    """Return the name of a page's entry: the k-th (from 0) of those equal to it in its case."""
    return derive(equality(case, speaker, text, files), str(k))


def equality(case: str, speaker: str | None, text: str, files: Sequence[str] = ()) -> str:
    """Return what equal entries of a case have in common: speaker and text, or file names."""
    return _said(case, speaker or "", squash(text) or "\1".join(files))


@lru_cache(maxsize=512)
def _said(case: str, speaker: str, said: str) -> str:
    """Return what names these words in a case; a page's entry is asked for it more than once."""
    return derive("entry", case, fold(speaker), said)


def value_id(case: str, field: str, value: str, after: Sequence[object]) -> str:
    """Return the name of a field's imported value.

    Args:
        value: canonical text of the value.
        after: the page and its revision, or the name of the import value before it.
    """
    return derive("value", case, field, value, "\1".join(map(str, after)))


def element_id(case: str, field: str, element: str) -> str:
    """Return the name of a set's imported element."""
    return derive("element", case, field, element)


def slot_hash(*parts: str) -> int:
    """Return a slot's label: 63 bits of a hash. Two slots of one label would be folded together
    by a fold that keeps them apart, so a collision costs time and changes nothing."""
    return int.from_bytes(sha256("\0".join(parts).encode()).digest()[:8]) >> 1
