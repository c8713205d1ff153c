"""What many cases come to."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.model import Status
from workbench.cases.statistics import HOUR_MS, Fact, Spread, count

NOW = int(datetime(2026, 3, 18, 9, tzinfo=UTC).timestamp() * 1000)
DAY_MS = 24 * HOUR_MS


def fact(
    status: Status = "unset",
    *engineers: str,
    opened: int | None = None,
    answered: int | None = None,
    resolved: int | None = None,
) -> Fact:
    """Return a case of a project; times are so many days before now."""
    ago = [None if days is None else NOW - days * DAY_MS for days in (opened, answered, resolved)]
    return Fact(status, engineers, "nova", *ago)


def test_every_case_is_counted_once_by_status_and_once_for_each_engineer() -> None:
    found = count(
        [fact("unset"), fact("resolved", "LM"), fact("in_progress", "LM", "Kay")], NOW, UTC
    )
    assert (found.day, found.cases) == ("2026-03-18", 3)
    assert found.statuses == {"unset": 1, "in_progress": 1, "on_hold": 0, "resolved": 1}
    assert [tuple(person) for person in found.engineers] == [("LM", 2, 1), ("Kay", 1, 1)]
    assert found.projects == {"nova": 3}


def test_the_age_is_of_open_cases_and_may_be_unknown() -> None:
    days = (0, 6, 7, 29, 30, 89, 90, 364, 365, 4000)
    facts = [fact(opened=number) for number in days]
    found = count([*facts, fact(), fact("resolved", opened=3)], NOW, UTC)
    assert found.ages == {
        "<7d": 2, "7-29d": 2, "30-89d": 2, "90-364d": 2, ">=365d": 2, "?": 1,
    }  # fmt: skip


def test_months_have_no_gaps_and_weeks_end_with_this_one() -> None:
    found = count([fact("resolved", opened=60, resolved=2), fact(opened=1)], NOW, UTC)
    assert [tuple(month) for month in found.months] == [
        ("2026-01", 1, 0),
        ("2026-02", 0, 0),
        ("2026-03", 1, 1),
    ]
    assert len(found.weeks) == 12
    assert [tuple(week) for week in found.weeks[-2:]] == [("2026-W11", 0, 0), ("2026-W12", 1, 1)]
    assert count([], NOW, UTC).months == ()


def test_durations_are_of_cases_in_which_both_ends_are_known() -> None:
    facts = [fact(opened=10, answered=9), fact(answered=3), fact(opened=5), fact(opened=4)]
    facts += [fact(opened=3, answered=5)]  # an answer of the same day, where only days are known
    found = count(facts, NOW, UTC)
    assert found.first_answer == Spread(2, 0.0, 24.0)
    assert found.resolution == Spread(0, None, None)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=30))
def test_so_many_are_not_above_the_quantile(hours: list[int]) -> None:
    facts = [
        Fact("resolved", (), "nova", NOW - 9000 * HOUR_MS, None, NOW + (n - 9000) * HOUR_MS)
        for n in hours
    ]
    spread = count(facts, NOW, UTC).resolution
    assert spread.median_hours in hours
    assert spread.p90_hours in hours
    assert sum(n <= spread.median_hours for n in hours) * 2 >= len(hours)
    assert sum(n < spread.median_hours for n in hours) * 2 < len(hours)
    assert sum(n <= spread.p90_hours for n in hours) * 10 >= len(hours) * 9
