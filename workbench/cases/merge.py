"""Several versions of one text brought together as a draft, for a person to finish.

Only a draft: "no text is merged without a person". What one version changed and the others left is
taken over; where several changed the same place, what each wrote stands there, one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from workbench.cases.record import Record

BETWEEN = " / "
"""Stands between two versions of a text of one line."""
NEAR = 3
"""Changes with fewer unchanged tokens between them are one change: so little is alike by chance."""
MOST_TOKENS = 2_000
"""Comparing longer stretches token by token would keep the screen waiting."""
_TOKEN = re.compile(r"[A-Za-z0-9_]+|\s|.", re.DOTALL)


class Merged(Record):
    """The draft, and at how many places several versions stand one after the other."""

    text: str
    clashes: int


def merge(base: str | None, texts: Sequence[str]) -> Merged:
    """Return a draft of what ``texts``, at least one, made of ``base``; None if that is unknown.

    Equal changes count once, and a text that changed nothing changes nothing in the draft.
    """
    start = [text.split("\n") for text in texts]
    before = base.split("\n") if base is not None else _common(start)
    between = "\n" if any(len(lines) > 1 for lines in start) else BETWEEN
    result, clashes = start[0], 0
    for other in start[1:]:
        lines: list[str] = []
        for old, one, two in _stretches(before, result, other):
            chosen = _chosen(old, one, two)
            if chosen is None:
                chosen = _woven(old, one, two)
            if chosen is None:
                clashes += 1
                chosen = [*one, *two] if between == "\n" else [BETWEEN.join([*one, *two])]
            lines += chosen
        result = lines
    return Merged("\n".join(result), clashes)


def _common(texts: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines that all texts have, in order: at least these they were made from."""
    common = list(texts[0])
    for text in texts[1:]:
        blocks = SequenceMatcher(None, common, text, autojunk=False).get_matching_blocks()
        common = [line for block in blocks for line in common[block.a : block.a + block.size]]
    return common


Stretch = tuple[Sequence[str], Sequence[str], Sequence[str]]


def _stretches(
    base: Sequence[str], one: Sequence[str], two: Sequence[str], near: int = 0
) -> Iterator[Stretch]:
    """Yield all of base, one and two in stretches that stand for each other."""
    edits = sorted(
        (start, end, side, (to - came) - (end - start))
        for side, text in enumerate((one, two))
        for tag, start, end, came, to in SequenceMatcher(
            None, base, text, autojunk=False
        ).get_opcodes()
        if tag != "equal"
    )
    at, shift = 0, [0, 0]
    while edits:
        start, end = edits[0][:2]
        grown = [0, 0]
        while edits and (edits[0][0] == start or edits[0][0] < end + near):
            _, until, side, more = edits.pop(0)
            end = max(end, until)
            grown[side] += more
        yield base[at:start], base[at:start], base[at:start]
        changed = [
            text[start + shift[side] : end + shift[side] + grown[side]]
            for side, text in enumerate((one, two))
        ]
        yield base[start:end], changed[0], changed[1]
        at, shift = end, [shift[0] + grown[0], shift[1] + grown[1]]
    yield base[at:], base[at:], base[at:]


def _chosen(old: Sequence[str], one: Sequence[str], two: Sequence[str]) -> list[str] | None:
    """Return what a stretch becomes where at most one of both changed it; None where both did."""
    if list(one) == list(two) or list(two) == list(old):
        return list(one)
    return list(two) if list(one) == list(old) else None


def _woven(old: Sequence[str], one: Sequence[str], two: Sequence[str]) -> list[str] | None:
    """Bring two versions of some lines together where they changed different places of them."""
    tokens = [_TOKEN.findall("\n".join(lines)) for lines in (old, one, two)]
    if not old or max(map(len, tokens)) > MOST_TOKENS:
        return None
    woven: list[str] = []
    for stretch in _stretches(tokens[0], tokens[1], tokens[2], NEAR):
        chosen = _chosen(*stretch)
        if chosen is None:
            return None
        woven += chosen
    return "".join(woven).split("\n")
