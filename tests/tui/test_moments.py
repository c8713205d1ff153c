"""Days and times on screen: in the language's form, and each as wide as any other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.tui.stage import NOW
from widgets.plain import width
from workbench.language import Lang, setup
from workbench.tui import moments


@pytest.mark.parametrize(
    ("lang", "this_year", "before", "hold"),
    [
        ("en", "28 Feb 02:00", "01 Nov 2021 09:05", "09 Mar 2026, Monday, in 8 days"),
        ("zh", "02月28日 02:00", "2021年11月01日 09:05", "2026年03月09日 周一，8 天后"),
    ],
)
def test_days_have_the_form_of_the_language(
    lang: Lang, this_year: str, before: str, hold: str
) -> None:
    setup(lang)
    assert moments.stamp(NOW - moments.DAY_MS, NOW) == this_year
    assert moments.written("2026-02-28T02:00:00.000+00:00", NOW) == this_year
    assert moments.written("2026-02-28", NOW) == this_year.rpartition(" ")[0]
    then = datetime(2021, 11, 1, 9, 5, tzinfo=UTC)
    assert moments.stamp(int(then.timestamp() * 1000), NOW) == before
    assert moments.dated("2021-11-01") == before.rpartition(" ")[0]
    assert moments.day_from_now("2026-03-09", NOW) == hold


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_days_of_a_year_are_as_wide_and_no_two_read_alike(lang: Lang) -> None:
    setup(lang)
    days = [date(2026, 1, 1) + timedelta(days=nth) for nth in range(365)]
    shown = [moments.day(then, NOW) for then in days]
    assert len({width(text) for text in shown}) == 1
    assert len(set(shown)) == len({moments.whole_day(then) for then in days}) == 365


def test_what_is_no_day_stands_as_it_was_written() -> None:
    assert moments.written("2026-02-28 10:00", NOW) == "2026-02-28 10:00"
    assert moments.dated("soon") == "soon"
