"""Breaking text into lines by terminal cells: Chinese anywhere, Latin words and numbers whole.

Knows rich alone. Takes visible text only (see ``widgets.plain``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from widgets.plain import cut, width

NOT_FIRST = frozenset("，。、；：？！）】》」』”’…—·,.;:?!)]}%％")
"""Signs that don't begin a line: the character before them is taken along."""


class Piece(NamedTuple):
    """A stretch of visible text of one kind; the widget that paints it knows the kind's style."""

    text: str
    kind: str


def wrap(text: str, cells: int) -> list[tuple[int, int]]:
    """Return the lines of ``text`` as (start, end), each at most ``cells`` cells wide.

    Newlines end a line and belong to none; spaces at a break belong to none either. A line may be
    wider only where a single character is.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        spans += _wrap_paragraph(paragraph, start, max(cells, 1))
        start += len(paragraph) + 1
    return spans


def _wrap_paragraph(text: str, at: int, cells: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of a text without newlines that begins at ``at``."""
    fitting = len(cut(text, cells))
    while fitting < len(text):
        end = _break(text, fitting)
        yield at, at + len(text[:end].rstrip(" "))
        rest = text[end:].lstrip(" ")
        if not rest:
            return
        at += len(text) - len(rest)
        text = rest
        fitting = len(cut(text, cells))
    yield at, at + len(text)


def _break(text: str, end: int) -> int:
    """Return where to break a text of which ``end`` characters fit."""
    if end <= 0:
        return _grapheme_end(text)
    if end >= len(text):
        return end
    at = end
    while at > 0 and _in_word(text[at - 1]) and _in_word(text[at]):
        at -= 1
    if at == 0:  # a word as long as the line
        return end
    taken = at
    while taken > 1 and (text[taken] in NOT_FIRST or unicodedata.combining(text[taken])):
        taken -= 1
    return taken if at - taken <= 3 and taken > 1 else at


def _in_word(character: str) -> bool:
    """Return whether lines are not broken beside this character: Latin letters and digits."""
    return character < "\u2e80" and (character.isalnum() or character in "_-#@/")


def _grapheme_end(text: str) -> int:
    """Return the length of the first character with its combining marks."""
    end = 1
    while end < len(text) and not width(text[end]):
        end += 1
    return end


def wrap_pieces(pieces: Sequence[Piece], cells: int) -> list[tuple[Piece, ...]]:
    """Return pieces as lines of at most ``cells`` cells, broken as one text would be."""
    lines: list[tuple[Piece, ...]] = []
    for start, end in wrap("".join(piece.text for piece in pieces), cells):
        line: list[Piece] = []
        at = 0
        for text, kind in pieces:
            part = text[max(start - at, 0) : max(end - at, 0)]
            if part:
                line.append(Piece(part, kind))
            at += len(text)
        lines.append(tuple(line))
    return lines


def fold_with_map(text: str, fold: Callable[[str], str]) -> tuple[str, Sequence[int]]:
    """Return the folded text and, for each of its characters, which of ``text`` it came from."""
    pieces = [fold(character) for character in text]
    folded = "".join(pieces)
    if len(folded) == len(text):  # each became one: none becomes nothing
        return folded, range(len(text))
    return folded, [at for at, piece in enumerate(pieces) for _ in piece]


def fold(text: str) -> str:
    """Return ``text`` as search compares it: NFKC, then casefold."""
    return unicodedata.normalize("NFKC", text).casefold()


_fold_sign = lru_cache(maxsize=8192)(fold)
"""Rows and threads are of the same few thousand characters."""

Mark = str | Callable[[str], Iterable[tuple[int, int]]]
"""What is marked in a text: a folded term, or what tells where in a folded text to mark."""


def hits(text: str, terms: Iterable[Mark]) -> list[tuple[int, int]]:
    """Return where folded terms stand in ``text``, as (start, end), sorted and not overlapping."""
    folded, origin = fold_with_map(text, _fold_sign)
    found: list[tuple[int, int]] = []
    for term in terms:
        if callable(term):
            found += ((origin[start], origin[end - 1] + 1) for start, end in term(folded))
            continue
        at = folded.find(term) if term else -1
        while at >= 0:
            found.append((origin[at], origin[at + len(term) - 1] + 1))
            at = folded.find(term, at + len(term))
    return _merged(sorted(found))


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that overlap; those that touch are two."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
