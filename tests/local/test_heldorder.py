"""A list by position: it is the whole list, and rows that were seen keep their order."""

from __future__ import annotations

from random import Random
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import examples
from tests.local.test_listing import SCOPES, SIGNS, table
from workbench.local import heldorder
from workbench.local.heldorder import Gathered, HeldOrder
from workbench.local.listing import Listing, Scope, has_index, uids


def held_ids(order: HeldOrder) -> list[str]:
    """Return what is held, from top to bottom."""
    return [place.uid for number in sorted(order._pages) for place in order._pages[number]]


def whole(order: HeldOrder, random: Random, most: int = 7) -> list[str]:
    """Read the whole list in pieces, beginning at any of them."""
    starts = list(range(0, len(order), most))
    random.shuffle(starts)
    found = {start: order.ids(start, start + most) for start in starts}
    return [id for start in sorted(found) for id in found[start]]


@given(
    st.integers(0, 2**32),
    st.sampled_from(SCOPES),
    st.sampled_from(SIGNS),
    st.sampled_from([1, 3, 400]),
)
@examples(80)
def test_rows_that_were_seen_keep_their_order_and_none_is_lost(
    seed: int, scope: Scope, sort: str, most_moved: int
) -> None:
    if not has_index(scope, sort):
        scope = Scope()
    with (
        table(seed, 50) as made,
        patch.object(heldorder, "PAGE_ROWS", 4),
        patch.object(heldorder, "HELD_PAGES", 3),
        patch.object(heldorder, "MOST_MOVED", most_moved),
    ):
        random = made.random
        order = HeldOrder(Listing(made.db, scope, sort))
        for _ in range(6):
            at = random.randrange(len(order) + 1)
            order.ids(at, at + random.randrange(9))
            before = held_ids(order)
            written = [made.change() for _ in range(random.randrange(3))]
            if random.random() < 0.3:
                written.append(made.add())
            # Whoever wrote all of it knows what.
            order.catch_up(random.choice([None, set(uids(made.db, written))]))
            listed = set(uids(made.db, made.listed(scope, sort)))
            found = whole(order, random)
            assert len(found) == len(order) == len(listed)
            assert set(found) == listed
            if most_moved == 400:
                assert [id for id in found if id in before] == [id for id in before if id in listed]
            for id in random.sample(found, min(3, len(found))):
                assert order.index(id) == found.index(id)
            assert order.in_order(reversed(found)) == found
            assert set(order.all()) == listed


@given(st.integers(0, 2**32))
@examples(30)
def test_a_row_that_changed_a_moment_ago_comes_up_once(seed: int) -> None:
    """The list hears of what another process wrote only some tenths of a second later."""
    with (
        table(seed, 40) as made,
        patch.object(heldorder, "PAGE_ROWS", 4),
    ):
        order = HeldOrder(Listing(made.db, Scope(), "activity"))
        half = len(order) // 2
        order.ids(half, len(order))
        made.db.run(
            "UPDATE cases SET active_at = 5000000000000 WHERE id = ?",
            made.listed(Scope(), "activity")[-1],
        )
        found = order.ids(0, len(order))
        assert len(found) == len(set(found)) == len(order)


def test_what_was_gathered_is_a_list_too() -> None:
    with table(3, 20) as made:
        cases = made.listed(Scope(), "number")
        order = Gathered(made.db, cases)
        ids = list(uids(made.db, cases))
        assert order.ids(2, 5) == ids[2:5]
        assert [order.index(id) for id in ids] == list(range(len(order)))
        assert order.index("nobody") is None
        assert order.in_order(reversed(ids)) == ids == list(order.all())
