"""Which entry of a page is which entry of the case: known, a new version of one, or new.

Nothing is guessed: an entry whose words changed is taken for a new version where it stands alone
between known neighbours and exactly one of its speaker is missing there, and else where its words
tell: they are more like those of a missing one of its speaker than of any other, and stand in the
same order. What stays unknown is a new entry: that doubles words and loses none.

Copies match by themselves, also different versions of the program, and what they find is united.
So a new rule is asked last, of what the others left: else one entry may be taken for two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count, pairwise
from operator import attrgetter
from typing import Literal

from workbench.cases import names
from workbench.cases.record import Record
from workbench.cases.text import fold, similar

LIKENESS = 0.5
"""Where places do not tell what an entry is, as at the top or the end, its words must be alike."""
_MOST_PAIRS = 2000
"""So many pairs of one gap are compared: where more changed at once, it is another thread."""


Revision = tuple[int, int]


class OnPage(Record):
    """An entry as a page has it; ``name`` is derived from what it says.

    ``revision`` is that of its newest line, None where the page tells none.
    """

    name: str
    equality: str
    speaker: str
    text: str
    revision: Revision | None = None


class Known(Record):
    """An entry of the case.

    ``says`` is the equality of what it shows now, ``equalities`` are those of all its versions,
    ``texts`` what these say, ``from_page`` those of them that pages said, and ``speakers`` all that
    it was said by.
    ``was_on_page`` is false for what was typed here and never seen on the page. ``above`` holds
    the ids of the entries that pages had directly above it ("" for none); empty for a typed one.
    """

    id: str
    names: frozenset[str]
    says: str
    equalities: frozenset[str]
    speaker: str
    text: str
    was_on_page: bool
    above: frozenset[str]
    revision: Revision | None = None
    """Of the page, in which it says what the page said last."""
    texts: tuple[str, ...] = ()
    from_page: tuple[str, ...] = ()
    speakers: frozenset[str] = frozenset()


class Match(Record):
    """What a page's entry is: ``id`` is None for a new one; ``name`` is what it is called.

    ``words``: nothing but its words, which an entry here shows, tells what it is. ``twin``: two
    saves have the same entry in two versions, which came here from two copies as two entries.
    """

    kind: Literal["known", "words", "version", "twin", "new"]
    name: str
    id: str | None = None


class _State:
    """What is found so far: by the place on the page, and which entries are taken."""

    def __init__(
        self, page: Sequence[OnPage], known: Sequence[Known], newest: Revision | None
    ) -> None:
        self.page = page
        self.newest = newest
        self.known = known
        self.by_name = {name: entry for entry in known for name in entry.names}
        self.order = {entry.id: nth for nth, entry in enumerate(known)}
        self.names = [entry.name for entry in page]
        self.found: dict[int, Match] = {}
        self.used: set[str] = set()

    def take(self, place: int, kind: Literal["known", "words", "version", "twin"], i: str) -> None:
        self.found[place] = Match(kind, self.names[place], i)
        self.used.add(i)


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


def match(
    page: Sequence[OnPage], known: Sequence[Known], newest: Revision | None = None
) -> list[Match]:
    """Say what each entry of the page is; both in the order of the thread.

    Args:
        newest: the save's newest revision.
    """
    if not known:
        return [Match("new", entry.name) for entry in page]
    state = _State(page, known, newest)
    _match_names(state)
    _match_words(state)
    _match_versions(state)
    _match_twins(state)
    _match_alike(state)
    return [state.found.get(n) or Match("new", state.names[n]) for n in range(len(page))]


def _match_names(state: _State) -> None:
    """Match names: first what still says the words that it is named after, then what said them.

    A name whose entry stands elsewhere on the page counts as a further equal one: the words of an
    entry that was edited since may be said anew.
    """
    for place, entry in enumerate(state.page):
        named = state.by_name.get(entry.name)
        if named is not None and named.id not in state.used and named.says == entry.equality:
            state.take(place, "known", named.id)
    for place in range(len(state.page)):
        if place in state.found:
            continue
        _rename(state, place)
        named = state.by_name.get(state.names[place])
        if named is not None:
            state.take(place, "known", named.id)


def _rename(state: _State, place: int) -> None:
    """Count on until a name is free: no entry of the page has it, nor one that stands there."""
    given = state.by_name.get(state.names[place])
    if given is None or given.id not in state.used:
        return
    others = {*state.names[:place], *state.names[place + 1 :]}
    for nth in count():
        name = names.derive(state.page[place].equality, str(nth))
        known = state.by_name.get(name)
        if name not in others and (known is None or known.id not in state.used):
            state.names[place] = name
            return


def _match_words(state: _State) -> None:
    """Match what says the same as a version that is here: the page got it from here."""
    waiting: dict[str, list[Known]] = {}
    for held in state.known:
        if held.id not in state.used:
            for equal in held.equalities:
                waiting.setdefault(equal, []).append(held)
    for place, entry in enumerate(state.page):
        if place not in state.found:
            free = [k for k in waiting.get(entry.equality, ()) if k.id not in state.used]
            says = [k for k in free if k.says == entry.equality]
            if free:
                state.take(place, "words" if says else "known", (says or free)[0].id)


def _match_versions(state: _State) -> None:
    """Match what replaces an entry that is missing on the page.

    Where several are missing, the one that stood in this very place: copies that had imported
    different saves may have brought several versions of one entry.
    """
    places = _Places(state.known)
    settled = dict(state.found)
    for place, entry in enumerate(state.page):
        if place in settled:
            continue
        missing = [k for k in _missing(state, settled, place, place) if k.speaker == entry.speaker]
        between = 0 < place < len(state.page) - 1
        if len(missing) == 1 and (between or similar(missing[0].text, entry.text) >= LIKENESS):
            state.take(place, "version", missing[0].id)
            continue
        new = _would_be(entry, settled.get(place - 1))
        twins = [other for other in missing if places.equal(new, other)]
        if len(twins) == 1:
            state.take(place, "version", twins[0].id)


def _would_be(entry: OnPage, above: Match | None) -> Known:
    """Return what an entry of the page would be known as, were it new."""
    over = above.id if above and above.id else ""
    return Known(
        id=entry.name,
        names=frozenset({entry.name}),
        says=entry.equality,
        equalities=frozenset({entry.equality}),
        speaker=entry.speaker,
        text=entry.text,
        was_on_page=True,
        above=frozenset({over}),
    )


def _match_twins(state: _State) -> None:
    """Match two entries that stood in one place on two saves, which two copies had imported.

    What is told of one place tells more of the places beside it: ask again when it is written.
    """
    by_id = {entry.id: entry for entry in state.known}
    places = _Places(state.known)
    settled = dict(state.found)
    for place, match in settled.items():
        if match.kind == "known" and match.id is not None:
            own = by_id[match.id]
            entry = state.page[place]
            twins = [
                other
                for other in _missing(state, settled, place, place)
                if other.speaker == own.speaker
                and places.equal(own, other)
                and _may_be_versions(entry.revision, other.revision, state.newest)
            ]
            if len(twins) == 1:
                state.take(place, "twin", twins[0].id)


def _may_be_versions(
    shown: Revision | None, missing: Revision | None, newest: Revision | None
) -> bool:
    """True unless what is missing came to the page later than what is shown, and went since.

    What came after the save itself may be what became of the entry.
    """
    if shown is None or missing is None or newest is None:
        return True
    return missing < shown or missing > newest


class _Places:
    """What stood directly above and below each entry on pages."""

    def __init__(self, known: Sequence[Known]) -> None:
        self._below: dict[str, set[str]] = {}
        for entry in known:
            for above in entry.above:
                self._below.setdefault(above, set()).add(entry.id)

    def equal(self, own: Known, other: Known) -> bool:
        """True when both stood below the same entry and above the same; at the end if alike."""
        if not own.above & other.above:
            return False
        under, others = self._below.get(own.id, set()), self._below.get(other.id, set())
        if under or others:
            return bool(under & others)
        return similar(own.text, other.text) >= LIKENESS


def _missing(state: _State, settled: dict[int, Match], first: int, last: int) -> list[Known]:
    """Return what the page has not, of what it had between the neighbours of these places.

    Nothing where a neighbour is not known itself.
    """
    above, below = settled.get(first - 1), settled.get(last + 1)
    if (first > 0 and above is None) or (last + 1 < len(state.page) and below is None):
        return []
    low = state.order[above.id] if above and above.id else -1
    high = state.order[below.id] if below and below.id else len(state.known)
    between = state.known[low + 1 : high]
    return [entry for entry in between if entry.was_on_page and entry.id not in state.used]


def _match_alike(state: _State) -> None:
    """Match what was edited on the page though its neighbours were too, or it was edited here.

    The page's words are held against all that an entry ever said: what stands here now may be
    somebody's own, of which the page never heard. What pages said is asked first: every copy has
    it, while of words that nobody sent yet another copy tells nothing, and takes another entry.
    """
    for texts in (_FROM_PAGE, _TEXTS):
        settled = dict(state.found)
        for gap in _gaps(settled, len(state.page)):
            missing = _missing(state, settled, gap[0], gap[-1])
            entries = [state.page[place] for place in gap]
            for nth, other in _in_order(_likeliest(entries, missing, texts)):
                state.take(gap[nth], "version", missing[other].id)


_Texts = Callable[[Known], Sequence[str]]
_FROM_PAGE: _Texts = attrgetter("from_page")
_TEXTS: _Texts = attrgetter("texts")


def _gaps(settled: dict[int, Match], end: int) -> list[range]:
    """Return the runs of places at which nothing is known."""
    known = [-1, *sorted(settled), end]
    return [range(a + 1, b) for a, b in pairwise(known) if b > a + 1]


def _likeliest(
    page: Sequence[OnPage], missing: Sequence[Known], texts: _Texts
) -> list[tuple[int, int]]:
    """Return the pairs that are more alike than either is to another of its speaker.

    Of equally like ones those of equal place, where as many stand on both sides.

    Args:
        texts: gives what of an entry's words counts.
    """
    found: list[tuple[int, int]] = []
    for said_by in dict.fromkeys(entry.speaker for entry in page):
        ours = [nth for nth, entry in enumerate(page) if entry.speaker == said_by]
        theirs = [nth for nth, entry in enumerate(missing) if said_by in entry.speakers]
        if len(ours) * len(theirs) > _MOST_PAIRS:
            continue
        even = len(ours) == len(theirs)
        ranks = {
            (one, other): (ratio, even and row == column)
            for row, one in enumerate(ours)
            for column, other in enumerate(theirs)
            if (ratio := _likeness(page[one], texts(missing[other]))) >= LIKENESS
        }
        rivals: dict[tuple[str, int], list[tuple[float, bool]]] = {}
        for (one, other), rank in ranks.items():
            rivals.setdefault(("page", one), []).append(rank)
            rivals.setdefault(("missing", other), []).append(rank)
        found += [
            (one, other)
            for (one, other), rank in ranks.items()
            if sum(rival >= rank for rival in rivals["page", one]) == 1
            and sum(rival >= rank for rival in rivals["missing", other]) == 1
        ]
    return found


def _likeness(entry: OnPage, texts: Sequence[str]) -> float:
    return max((similar(entry.text, text) for text in texts), default=0.0)


def _in_order(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the pairs that cross no other: of what was moved nothing tells what it is."""
    return [
        (one, other)
        for one, other in pairs
        if all((one - a) * (other - b) > 0 for a, b in pairs if (a, b) != (one, other))
    ]
