"""The order of a thread: replies below what they answer, page entries as on the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.cases.record import Record


class Place(Record):
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
    first (one that was put in between stands above what stood there). What a page has under a
    reply stands below the whole answered entry: between two replies it would pass for a third.
    An answer whose entry is not here stands by its time; a loop, which only a broken writer makes,
    is cut.
    """
    ordered = sorted(places, key=lambda place: place.order)
    if (plain := _chain(ordered)) is not None:
        return plain
    by_name = {name: place for place in ordered for name in place.names}
    answered = {place.id: _other(by_name.get(place.reply_to or ""), place) for place in ordered}
    tops = _tops(ordered, answered)
    replies: dict[str, list[Place]] = {}
    below: dict[str, list[Place]] = {}
    first: list[Place] = []
    typed: list[Place] = []
    for place in ordered:
        parent = answered[place.id]
        above = _other(by_name.get(place.above or ""), place)
        if parent is not None:
            replies.setdefault(parent.id, []).append(place)
        elif above is not None:
            below.setdefault(tops[above.id], []).append(place)
        elif place.above == "":
            first.append(place)
        else:
            typed.append(place)
    done: dict[str, int] = {}
    for start in (*reversed(first), *typed, *ordered):
        _descend(start, replies, below, done)
    parents = {i: None if parent is None else parent.id for i, parent in answered.items()}
    return [(i, depth, parents[i]) for i, depth in done.items()]


def is_open(places: Sequence[Place], order: Sequence[tuple[str, int, str | None]]) -> bool:
    """Return whether what is typed later than all of a thread stands behind all of it.

    It does not where a loop was cut, and may not where something stands by its time until what it
    answers, or stands below, has come.

    Args:
        places: the entries.
        order: them as ``arrange`` gives them: with a loop last, if there is one.
    """
    by_name = {name: place for place in places for name in place.names}
    wanted = [name for place in places for name in (place.reply_to, place.above) if name]
    if not by_name.keys() >= set(wanted):
        return False
    here = by_name[order[-1][0]] if order else None
    passed: set[str] = set()
    while here is not None and here.id not in passed:
        passed.add(here.id)
        answered = _other(by_name.get(here.reply_to or ""), here)
        here = answered or _other(by_name.get(here.above or ""), here)
    return here is None


def _chain(ordered: Sequence[Place]) -> list[tuple[str, int, str | None]] | None:
    """Return a thread as most are: one entry of a page below the other, then what was typed.

    None where one is answered, two stand below the same one or share a name, or one's neighbour
    is not here.
    """
    if len({name for place in ordered for name in place.names}) < sum(
        len(place.names) for place in ordered
    ):
        return None
    below: dict[str | None, Place] = {}
    typed: list[tuple[str, int, str | None]] = []
    for place in ordered:
        if place.reply_to is not None or place.above in below:
            return None
        if place.above is None:
            typed.append((place.id, 0, None))
        else:
            below[place.above] = place
    found: list[tuple[str, int, str | None]] = []
    here = below.get("")
    while here is not None and len(found) < len(below):
        found.append((here.id, 0, None))
        under = [below[name] for name in here.names if name in below]
        if len(under) > 1:
            return None
        here = under[0] if under else None
    return [*found, *typed] if len(found) == len(below) else None


def _other(found: Place | None, place: Place) -> Place | None:
    return None if found is place else found


def _tops(places: Sequence[Place], answered: dict[str, Place | None]) -> dict[str, str]:
    """Return, for each entry, the id of the one that its answers in the end go back to."""
    tops: dict[str, str] = {}
    for place in places:
        path: dict[str, None] = {}
        here: Place | None = place
        top = place.id
        while here is not None and here.id not in path:
            top = tops.get(here.id, here.id)
            path[here.id] = None
            here = None if here.id in tops else answered[here.id]
        tops.update(dict.fromkeys(path, top))
    return tops


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
