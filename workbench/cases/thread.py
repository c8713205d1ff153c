"""The order of a thread: replies below what they answer, page entries as on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """What decides where an entry stands.

    ``names`` are all names it bears; ``above`` names the entry above it on its page ("" for the
    first one, None for what was typed); ``reply_to`` the entry it answers.
    """

    id: str
    names: frozenset[str]
    order: tuple[int, str]
    reply_to: str | None
    above: str | None


def arrange(places: Sequence[Place]) -> list[tuple[str, int, str | None]]:
    """Return (id, depth, id it answers) in the order of the thread.

    Depth first: what a page has by its order there, then what was typed by time, below each entry
    its replies by time, and below these the entries that a page has directly under it, later ones
    first (one that was put in between stands above what stood there). An answer whose entry is
    not here stands by its time; a loop, which only a broken writer makes, is cut.
    """
    by_name = {name: place for place in places for name in place.names}
    replies: dict[str, list[Place]] = {}
    below: dict[str, list[Place]] = {}
    first: list[Place] = []
    typed: list[Place] = []
    parents: dict[str, str | None] = {}
    for place in sorted(places, key=lambda place: place.order):
        answered = by_name.get(place.reply_to) if place.reply_to else None
        above = by_name.get(place.above) if place.above else None
        parents[place.id] = answered.id if answered and answered is not place else None
        if answered and answered is not place:
            replies.setdefault(answered.id, []).append(place)
        elif above and above is not place:
            below.setdefault(above.id, []).append(place)
        elif place.above == "":
            first.append(place)
        else:
            typed.append(place)
    done: dict[str, int] = {}
    rest = sorted(places, key=lambda place: place.order)
    for start in (*reversed(first), *typed, *rest):
        _descend(start, replies, below, done)
    return [(i, depth, parents[i]) for i, depth in done.items()]


def _descend(
    start: Place,
    replies: dict[str, list[Place]],
    below: dict[str, list[Place]],
    done: dict[str, int],
) -> None:
    waiting: list[tuple[Place, int]] = [(start, 0)]
    while waiting:
        place, depth = waiting.pop()
        if place.id in done:
            continue
        done[place.id] = depth
        waiting += [(under, depth) for under in _unseen(below.get(place.id, ()), done)]
        answers = reversed(replies.get(place.id, ()))
        waiting += [(answer, depth + 1) for answer in _unseen(answers, done)]


def _unseen(places: Iterable[Place], done: dict[str, int]) -> list[Place]:
    return [place for place in places if place.id not in done]
