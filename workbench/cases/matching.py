"""Which entry of a page is which entry of the case: known, a new version of one, or new.

Nothing is guessed: an entry whose words changed is taken for a new version only where it stands
alone between known neighbours and exactly one of their speaker is missing there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from workbench.cases import names
from workbench.cases.text import fold, similar

LIKENESS = 0.5
"""At the top or the end of a thread there is one neighbour only, so the words must be alike."""


class OnPage(NamedTuple):
    """An entry as a page has it; ``name`` is derived from what it says."""

    name: str
    equality: str
    speaker: str
    text: str


class Known(NamedTuple):
    """An entry of the case. ``equalities`` are those of all its versions.

    ``was_on_page`` is false for what was typed here and never seen on the page.
    """

    id: str
    names: frozenset[str]
    equalities: frozenset[str]
    speaker: str
    text: str
    was_on_page: bool


class Match(NamedTuple):
    """What a page's entry is: ``id`` is None for a new one."""

    kind: Literal["known", "version", "new"]
    id: str | None = None


class Matching(NamedTuple):
    """One match for each entry of the page, and the ids of what is gone from the page."""

    matches: tuple[Match, ...]
    gone: tuple[str, ...]


class _State:
    def __init__(self) -> None:
        self.found: dict[int, Match] = {}
        self.used: set[str] = set()

    def take(self, place: int, match: Match) -> None:
        self.found[place] = match
        if match.id is not None:
            self.used.add(match.id)


def speaker(name: str | None) -> str:
    """Return a speaker in the form in which speakers are compared."""
    return fold(name or "")


def on_page(case: str, entries: Sequence[tuple[str | None, str, Sequence[str]]]) -> list[OnPage]:
    """Name a page's entries, given as (speaker, text, file names) from the top."""
    counts: Counter[str] = Counter()
    named = []
    for said_by, text, files in entries:
        equal = names.equality(case, said_by, text, files)
        name = names.derive(equal, str(counts[equal]))
        counts[equal] += 1
        named.append(OnPage(name, equal, speaker(said_by), text))
    return named


def match(page: Sequence[OnPage], known: Sequence[Known]) -> Matching:
    """Say what each entry of the page is; both in the order of the thread."""
    state = _State()
    by_name = {name: entry for entry in known for name in entry.names}
    for place, entry in enumerate(page):
        named = by_name.get(entry.name)
        if named is not None and named.id not in state.used:
            state.take(place, Match("known", named.id))
    _match_words(page, known, state)
    _match_versions(page, known, state)
    matches = tuple(state.found.get(place, Match("new")) for place in range(len(page)))
    gone = [entry.id for entry in known if entry.was_on_page and entry.id not in state.used]
    return Matching(matches, tuple(gone))


def _match_words(page: Sequence[OnPage], known: Sequence[Known], state: _State) -> None:
    """Match what says the same as a version that is here: the page got it from here."""
    waiting: dict[str, list[str]] = {}
    for held in known:
        if held.id not in state.used:
            for equal in held.equalities:
                waiting.setdefault(equal, []).append(held.id)
    for place, entry in enumerate(page):
        if place not in state.found:
            free = [i for i in waiting.get(entry.equality, ()) if i not in state.used]
            if free:
                state.take(place, Match("known", free[0]))


def _match_versions(page: Sequence[OnPage], known: Sequence[Known], state: _State) -> None:
    order = {entry.id: nth for nth, entry in enumerate(known)}
    places = [place for place in range(len(page)) if place not in state.found]
    settled = dict(state.found)
    for place in places:
        above, below = settled.get(place - 1), settled.get(place + 1)
        if (place > 0 and above is None) or (place + 1 < len(page) and below is None):
            continue
        low = order[above.id] if above and above.id else -1
        high = order[below.id] if below and below.id else len(known)
        missing = [
            entry
            for entry in known[low + 1 : high]
            if entry.was_on_page
            and entry.id not in state.used
            and entry.speaker == page[place].speaker
        ]
        if len(missing) != 1:
            continue
        between = above is not None and below is not None
        if between or similar(missing[0].text, page[place].text) >= LIKENESS:
            state.take(place, Match("version", missing[0].id))
