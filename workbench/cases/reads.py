"""How far people have read a case, as their ``read`` changes tell it.

"A mark names of each copy the newest change that was seen": a copy's changes reach the others in
the order in which it wrote them, so what a colleague wrote early and sent late stays unread. One
time for all copies would pass over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workbench.cases.change import Change

ANY = ""
"""Stands for every copy, in a mark that is one time."""

Upto = Mapping[str, int]
"""The newest hybrid time that was seen, by copy."""


class Written(NamedTuple):
    """What decides whether a change counts as read: its kind, author, copy and hybrid time."""

    kind: str
    author: str
    copy: str
    h: int


def fold_reads(changes: Iterable[Change]) -> dict[str, dict[str, int]]:
    """Return how far each person has read: of each copy the largest time that a change names."""
    found: dict[str, dict[str, int]] = {}
    for change in changes:
        if change.kind == "read":
            upto = change.body["upto"]
            mark = found.setdefault(change.body["who"], {})
            for copy, h in ({ANY: upto} if isinstance(upto, str) else upto).items():
                mark[copy] = max(mark.get(copy, 0), int(h, 16))
    return {who: dict(sorted(mark.items())) for who, mark in sorted(found.items())}


def is_read(change: Written, who: str, upto: Upto) -> bool:
    """True for what a person has read, or wrote, and for what is nothing to read."""
    if change.author == who or change.kind == "read":
        return True
    return change.h <= max(upto.get(change.copy, 0), upto.get(ANY, 0))
