"""The numbers that a case claims: any order and repetition of its changes gives the same."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import change, examples
from workbench.cases import fold
from workbench.cases.change import Change

SOURCES = ("store", "reserved", "import", "claim")
"""From the one that counts most to the one that counts least."""

Deed = tuple[int, int, int, tuple[int, ...]]
"""A number, its source, its time, and which of the earlier deeds it replaces."""
deeds = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(0, 3),
        st.integers(-3, 3),
        st.lists(st.integers(0, 7), max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=8,
)


def cook(given: list[Deed]) -> list[Change]:
    """Return the changes; only one that is there can be replaced, whatever the clocks say."""
    made: list[Change] = []
    for nth, (number, source, ms, replaced) in enumerate(given):
        p = [made[earlier].name for earlier in replaced if earlier < nth]
        made.append(change("num", p, fam="nova", x=number, src=SOURCES[source], ms=ms, n=nth))
    return made


@given(deeds, st.integers(0, 2**32))
@examples(100)
def test_order_and_repetition_of_numbers_leave_no_trace(found: list[Deed], seed: int) -> None:
    made = cook(found)
    again = made + Random(seed).choices(made, k=3)
    Random(seed).shuffle(again)
    assert fold.fold_claims(again) == fold.fold_claims(made)


@given(deeds)
@examples(100)
def test_the_number_shown_is_the_best_that_nobody_replaced(found: list[Deed]) -> None:
    made = cook(found)
    shown, *others = fold.fold_claims(made)
    current = [c for c in made if not any(c.name in other.p for other in made)]
    assert (shown.number, shown.source) in {(c.body["x"], c.body["src"]) for c in current}
    best = min(SOURCES.index(c.body["src"]) for c in current)
    assert SOURCES.index(shown.source) == best
    assert {claim.number for claim in (shown, *others)} == {c.body["x"] for c in made}


def test_a_number_that_was_replaced_stays_an_alias_whatever_gave_it() -> None:
    given_by_store = change("num", fam="nova", x=98, src="store")
    claimed = change("num", (given_by_store.name,), fam="nova", x=99, src="claim", ms=1)
    back = change("num", (claimed.name,), fam="nova", x=98, src="store", ms=2)
    claims = fold.fold_claims([claimed, given_by_store])
    assert [claim.number for claim in claims] == [99, 98]
    claims = fold.fold_claims([claimed, back, given_by_store])
    assert [claim.number for claim in claims] == [98, 99]
    assert claims[0].order == given_by_store.order  # it has the right to it that it had before
