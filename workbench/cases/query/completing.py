"""What may follow in a query that is being written: names of fields, then their values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workbench.cases import initials
from workbench.cases.query.vocabulary import FIELD_WORDS, VALUE_WORDS
from workbench.cases.text import fold, narrow

NAMED = ("engineer", "project", "tag", "speaker")
"""Fields whose values are names in the file."""
_DAYS = ("today", "<7d", ">30d")
_OPENING = '"“”'
_COMMAS = ",、"


class Begun(NamedTuple):
    """What is being written: a field's name (``field`` None), or a value of it.

    It stands from ``start`` on; ``typed`` is that without an opening quote. ``chinese`` is true
    where the person writes Chinese names.
    """

    field: str | None
    start: int
    typed: str
    chinese: bool = False


def begun(text: str) -> Begun | None:
    """Return what is being written at the end of a query; None within a phrase."""
    plain = narrow(text)
    start, quote = 0, None
    colon = None
    for at, sign in enumerate(plain):
        if quote is not None:
            quote = None if sign in _OPENING else quote
        elif sign in _OPENING and at in (start, colon):
            quote = at
        elif sign.isspace() or (sign in "(-" and at == start):
            start, colon = at + 1, None
        elif (sign == ":" and colon is None) or (sign in _COMMAS and colon is not None):
            colon = at + 1
    if colon is None:
        return None if quote is not None else Begun(None, start, text[start:])
    written = plain[start : plain.index(":", start)]
    field = FIELD_WORDS.get(written.lower())
    typed = text[colon:].lstrip(_OPENING)
    chinese = not (written + typed).isascii()
    return None if field is None else Begun(field, colon, typed, chinese)


def candidates(text: str, names: Sequence[str] = ()) -> list[str]:
    """Return the words that what is being written may become.

    Args:
        text: The query up to the cursor.
        names: The names that there are for the field in question; see ``NAMED``.
    """
    found = begun(text)
    if found is None or (found.field is None and not found.typed):
        return []
    words = _words(found, names)
    begin = [word for word in words if _goes_on(found.typed, word)]
    if found.field in NAMED and initials.is_asked(found.typed):
        begin += [w for w in words if w not in begin and initials.sounds(found.typed, w)]
    return begin


def completed(text: str, word: str) -> str | None:
    """Return the query with one of its candidates written out; what was typed stays as it is.

    None where that can't be done by writing on: a name with a space in it wants a quote before,
    and of one that was meant by its initials nothing is written yet.
    """
    found = begun(text)
    assert found is not None
    if not _goes_on(found.typed, word):
        return None
    rest = word[len(found.typed) :]
    if text[found.start : found.start + 1] in tuple(_OPENING):
        return f'{text}{rest}"'
    if found.field is None or not _wants_quotes(word):
        return text + rest
    return None if found.typed else f'{text}"{rest}"'


def replaced(text: str, word: str) -> str:
    """Return the query with one of its candidates in the place of what was typed of it."""
    found = begun(text)
    assert found is not None
    is_quoted = _wants_quotes(word) or text[found.start : found.start + 1] in tuple(_OPENING)
    return text[: found.start] + (f'"{word}"' if is_quoted else word)


def _goes_on(typed: str, word: str) -> bool:
    return fold(word).startswith(fold(typed))


def _wants_quotes(word: str) -> bool:
    return any(sign.isspace() or sign in '():,、"“”' for sign in word)


def _words(found: Begun, names: Sequence[str]) -> Sequence[str]:
    if found.field is None:
        return [f"{word}:" for word in FIELD_WORDS]
    if found.field in VALUE_WORDS:
        return [word for word in VALUE_WORDS[found.field] if word.isascii() is not found.chinese]
    return names if found.field in NAMED else _DAYS if found.field in ("opened", "updated") else ()
