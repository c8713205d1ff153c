"""The hybrid clock: it follows others, but no clock that is far ahead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import DAY, NOW, examples
from workbench.cases.clock import DRIFT, LATEST, YEAR_2020, Clock, milliseconds


def test_a_tick_is_the_time_of_the_machine_and_never_the_same_twice() -> None:
    clock = Clock()
    first, unsure = clock.tick(NOW)
    assert (milliseconds(first), unsure) == (NOW, False)
    second, _ = clock.tick(NOW)
    assert second == first + 1
    assert clock.tick(NOW - 60_000)[0] == first + 2


def test_a_received_time_is_followed_up_to_the_bound() -> None:
    clock = Clock()
    assert clock.witness((NOW + DRIFT) << 16, now=NOW)
    assert clock.tick(NOW) == (((NOW + DRIFT) << 16) + 1, False)
    assert not Clock().witness((NOW + DRIFT + 1) << 16, now=NOW)


def test_a_colleagues_year_ahead_does_not_make_this_copy_a_year_ahead() -> None:
    clock = Clock()
    clock.tick(NOW)
    clock.witness((NOW + 365 * DAY) << 16, now=NOW)
    h, unsure = clock.tick(NOW + 1)
    assert milliseconds(h) == NOW + 1
    assert unsure


def test_a_corrected_laptop_recovers() -> None:
    clock = Clock()
    clock.tick(NOW + 365 * DAY)
    h, unsure = clock.tick(NOW)
    assert milliseconds(h) <= NOW + DRIFT
    assert unsure
    assert clock.tick(NOW)[0] == h + 1
    later, _ = clock.tick(NOW + DRIFT + 1)
    assert milliseconds(later) == NOW + DRIFT + 1


@pytest.mark.parametrize("now", [0, YEAR_2020 - 1, -5])
def test_a_clock_before_2020_writes_on_behind_what_is_held(now: int) -> None:
    clock = Clock()
    last, _ = clock.tick(NOW)
    assert clock.tick(now) == (last + 1, True)


def test_a_clock_behind_what_is_held_is_unsure() -> None:
    clock = Clock(last=0, newest=(NOW + DRIFT + 1) << 16)
    assert clock.tick(NOW)[1]
    assert not Clock(last=0, newest=(NOW + DRIFT) << 16).tick(NOW)[1]


def test_a_full_counter_carries_into_the_milliseconds() -> None:
    clock = Clock(last=(NOW << 16) | 0xFFFF)
    h, _ = clock.tick(NOW)
    assert (milliseconds(h), h & 0xFFFF) == (NOW + 1, 0)


def test_a_clock_beyond_all_calendars_still_gives_times_that_can_be_kept() -> None:
    h, _ = Clock().tick(2**60)
    assert milliseconds(h) == LATEST
    assert len(f"{h:016x}") == 16
    assert h < 2**63


moments = st.integers(NOW - 400 * DAY, NOW + 400 * DAY)


@given(st.lists(st.tuples(st.booleans(), moments, moments), max_size=30))
@examples(200)
def test_own_times_grow_within_the_bound(steps: list[tuple[bool, int, int]]) -> None:
    clock = Clock()
    for witnessing, now, other in steps:
        before = clock.last
        if witnessing:
            clock.witness(other << 16, now=now)
            assert clock.last in (before, other << 16)
        else:
            h, _ = clock.tick(now)
            assert now <= milliseconds(h) <= now + DRIFT
            assert h > before or milliseconds(before) > now + DRIFT
