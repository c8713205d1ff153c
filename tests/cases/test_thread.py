"""The order of a thread."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import examples
from workbench.cases import thread
from workbench.cases.thread import Place, arrange


def place(
    name: str, h: int, *, re: str | None = None, af: str | None = None, also: str = ""
) -> Place:
    """Return an entry: what it answers, and what stands above it on its page."""
    return Place(name, frozenset({name, *also}), (h, name), re, af)


def order(*places: Place) -> str:
    """Return the entries' names in the order of the thread, each behind its depth in dots."""
    return " ".join("." * depth + i for i, depth, _ in arrange(places))


def test_typed_entries_stand_by_time() -> None:
    assert order(place("b", 2), place("a", 1), place("c", 3)) == "a b c"


def test_replies_stand_below_what_they_answer_by_time() -> None:
    found = order(
        place("a", 1), place("b", 2), place("y", 9, re="a"), place("x", 5, re="a"),
        place("z", 7, re="x"),
    )  # fmt: skip
    assert found == "a .x ..z .y b"


def test_an_answer_whose_entry_is_not_here_stands_by_its_time() -> None:
    assert order(place("a", 1), place("x", 2, re="?"), place("b", 3)) == "a x b"


def test_a_page_keeps_its_order_whatever_the_times() -> None:
    assert order(place("a", 9, af=""), place("b", 5, af="a"), place("c", 1, af="b")) == "a b c"


def test_an_entry_that_was_put_in_between_stands_in_its_place() -> None:
    page = [place("a", 1, af=""), place("b", 2, af="a"), place("c", 3, af="b")]
    assert order(*page, place("n", 9, af="a")) == "a n b c"
    assert order(*page, place("n", 9, af="")) == "n a b c"
    assert order(*page, place("n", 9, af="c")) == "a b c n"


def test_what_was_typed_stands_below_the_page() -> None:
    assert order(place("t", 0), place("a", 1, af=""), place("b", 2, af="a")) == "a b t"


def test_replies_stand_above_what_the_page_has_next() -> None:
    found = order(place("a", 1, af=""), place("b", 2, af="a"), place("x", 9, re="a"))
    assert found == "a .x b"


def test_what_a_page_has_under_a_reply_breaks_no_replies_apart() -> None:
    """A reply was written to the page, where all entries are alike, and something below it."""
    found = order(
        place("a", 1, af=""), place("x", 2, re="a"), place("y", 4, re="a"),
        place("b", 3, af="x"), place("z", 5, re="x"),
    )  # fmt: skip
    assert found == "a .x ..z .y b"


def test_an_entry_is_found_by_all_its_names() -> None:
    assert order(place("a", 1, also="p"), place("x", 2, re="p"), place("b", 3, af="p")) == "a .x b"


def test_loops_are_cut() -> None:
    assert order(place("a", 1, re="b"), place("b", 2, re="a")) == "a .b"
    assert order(place("a", 1, af="b"), place("b", 2, af="a")) == "a b"
    assert order(place("a", 1, re="a"), place("b", 2, af="b")) == "a b"
    assert len(arrange([place("a", 1, re="b"), place("b", 2, re="a"), place("c", 3, af="a")])) == 3


names = st.sampled_from(["a", "b", "c", "d", "e", ""])


@given(st.lists(st.tuples(names, names), max_size=6), st.integers(0, 2**32))
@examples(150)
def test_every_entry_stands_once_in_an_order_of_its_own(
    links: list[tuple[str, str]], seed: int
) -> None:
    places = [
        place("abcdef"[nth], nth % 3, re=answered or None, af=None if nth % 2 else above)
        for nth, (answered, above) in enumerate(links)
    ]
    found = arrange(places)
    assert sorted(i for i, _, _ in found) == sorted(place.id for place in places)
    again = Random(seed).sample(places, len(places))
    assert arrange(again) == found


def test_every_order_of_arrival_gives_the_same_thread() -> None:
    places = [
        place("a", 1, af=""), place("b", 2, af="a"), place("x", 3, re="b"), place("n", 4, af="a"),
        place("t", 5),
    ]  # fmt: skip
    assert len({tuple(arrange(found)) for found in permutations(places)}) == 1


@given(
    st.lists(st.tuples(names, names, st.booleans(), st.booleans()), max_size=6),
    st.sampled_from("abcdef"),
)
@examples(300)
def test_a_plain_thread_is_found_as_any_other(
    links: list[tuple[str, str, bool, bool]], also: str
) -> None:
    places = [
        place(
            "abcdef"[nth],
            nth % 3,
            re=answered or None if replies else None,
            af=(above if nth % 2 else "abcdef"[nth - 1] if nth else "") if imported else None,
            also=also if nth == 3 else "",
        )
        for nth, (answered, above, replies, imported) in enumerate(links)
    ]
    found = arrange(places)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thread, "_chain", lambda ordered: None)
        assert arrange(places) == found


COUNT = 20_000


def test_a_long_page_and_a_long_exchange_are_no_deep_recursion() -> None:
    page = [place(str(n), n, af=str(n - 1) if n else "") for n in range(COUNT)]
    assert [i for i, _, _ in arrange(page[::-1])] == [str(n) for n in range(COUNT)]
    answers = [place(str(n), n, re=str(n - 1) if n else None) for n in range(COUNT)]
    assert arrange(answers[::-1])[-1] == (str(COUNT - 1), COUNT - 1, str(COUNT - 2))
    mixed = [
        place(str(n), n, re=str(n - 1) if n % 2 else None, af=None if n % 2 else str(n - 1))
        for n in range(COUNT)
    ]
    assert [i for i, _, _ in arrange(mixed[::-1])] == [str(n) for n in range(COUNT)]
