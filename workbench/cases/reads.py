"""How far people have read a case, as their ``read`` changes tell it.

"A mark names of each copy the newest change that was seen": a copy's changes reach the others in
the order in which it wrote them, so what a colleague wrote early and sent late stays unread. One
time for all copies would pass over it. "What was written by an unsure clock is named by itself":
its time says nothing of that order.
"""

from __future__ import annotations

from collections.abc import Iterable

from workbench.cases.change import Change
from workbench.cases.record import Record

ANY = ""
"""Stands for every copy, in a mark that is one time."""


class Mark(Record):
    """How far a person has read: by copy the newest hybrid time seen, and the ids of others."""

    upto: dict[str, int]
    named: frozenset[str]


class Written(Record):
    """What decides whether a change counts as read; ``unsure`` is its writer's clock's own word."""

    id: str
    kind: str
    author: str
    copy: str
    h: int
    unsure: bool


def fold_reads(changes: Iterable[Change]) -> dict[str, Mark]:
    """Return how far each person has read: of each copy the largest time that a change names."""
    times: dict[str, dict[str, int]] = {}
    named: dict[str, set[str]] = {}
    for change in changes:
        if change.kind == "read":
            who, upto = change.body["who"], change.body["upto"]
            mark = times.setdefault(who, {})
            for copy, h in ({ANY: upto} if isinstance(upto, str) else upto).items():
                mark[copy] = max(mark.get(copy, 0), int(h, 16))
            named.setdefault(who, set()).update(change.p)
    return {
        who: Mark(dict(sorted(times[who].items())), frozenset(named[who])) for who in sorted(times)
    }


def is_read(change: Written, who: str, mark: Mark) -> bool:
    """True for what a person has read, or wrote, and for what is nothing to read."""
    if change.author == who or change.kind == "read" or change.id in mark.named:
        return True
    upto = max(mark.upto.get(change.copy, 0), mark.upto.get(ANY, 0))
    return not change.unsure and change.h <= upto
