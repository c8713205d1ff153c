"""What many cases come to: how many of which status, by whom, since when, and how fast.

Knows facts about cases only; where they come from and how they are drawn is for others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple, TypeVar

from workbench.cases.model import STATUSES, Status

AGES: tuple[tuple[str, int], ...] = (
    ("<7d", 7),
    ("7-29d", 30),
    ("30-89d", 90),
    ("90-364d", 365),
)
"""The ages of open cases: a name, and the days that it ends before."""
OLDEST = ">=365d"
UNKNOWN = "?"
WEEKS = 12
"""How many weeks are counted, this one too."""
HOUR_MS = 3_600_000

Group = TypeVar("Group", date, int)


class Fact(NamedTuple):
    """What is counted of a case. Times in ms since 1970, None where nobody wrote them down."""

    status: Status
    engineers: tuple[str, ...]
    project: str
    opened: int | None
    answered: int | None
    resolved: int | None


class Person(NamedTuple):
    """An engineer's cases: all, and those that are not resolved."""

    name: str
    cases: int
    open: int


class Period(NamedTuple):
    """A month (``2026-11``) or a week (``2026-W47``): cases opened and resolved in it."""

    name: str
    opened: int
    resolved: int


class Spread(NamedTuple):
    """Durations in hours of as many cases as they are ``known`` of."""

    known: int
    median_hours: float | None
    p90_hours: float | None


class Statistics(NamedTuple):
    """All that is counted on ``day``. ``ages`` counts open cases; periods are in order of time."""

    day: str
    cases: int
    statuses: dict[Status, int]
    projects: dict[str, int]
    engineers: tuple[Person, ...]
    months: tuple[Period, ...]
    weeks: tuple[Period, ...]
    ages: dict[str, int]
    first_answer: Spread
    resolution: Spread


def count(facts: Iterable[Fact], now: int, zone: tzinfo) -> Statistics:
    """Count cases, one after the other: none is kept.

    Args:
        now: the time, in ms since 1970.
        zone: whose days, weeks and months are meant.
    """
    return _Count(now, zone).all(facts)


class _Count:
    """The counts while facts come in."""

    def __init__(self, now: int, zone: tzinfo) -> None:
        self._now = now
        self._zone = zone
        self._statuses: Counter[Status] = Counter()
        self._projects: Counter[str] = Counter()
        self._cases_of: Counter[str] = Counter()
        self._open_of: Counter[str] = Counter()
        self._opened: Counter[date] = Counter()
        self._resolved: Counter[date] = Counter()
        self._ages: Counter[str] = Counter()
        self._answers: list[float] = []
        self._resolutions: list[float] = []

    def all(self, facts: Iterable[Fact]) -> Statistics:
        for fact in facts:
            self._take(fact)
        return Statistics(
            day=self._day(self._now).isoformat(),
            cases=self._statuses.total(),
            statuses={status: self._statuses[status] for status in STATUSES},
            projects=dict(sorted(self._projects.items(), key=_most_first)),
            engineers=tuple(
                Person(name, cases, self._open_of[name])
                for name, cases in sorted(self._cases_of.items(), key=_most_first)
            ),
            months=self._months(),
            weeks=self._weeks(),
            ages={name: self._ages[name] for name in (*dict(AGES), OLDEST, UNKNOWN)},
            first_answer=_spread(self._answers),
            resolution=_spread(self._resolutions),
        )

    def _take(self, fact: Fact) -> None:
        is_open = fact.status != "resolved"
        self._statuses[fact.status] += 1
        self._projects[fact.project] += 1
        for name in fact.engineers:
            self._cases_of[name] += 1
            self._open_of[name] += is_open
        if fact.opened is not None:
            self._opened[self._day(fact.opened)] += 1
        if fact.resolved is not None:
            self._resolved[self._day(fact.resolved)] += 1
        if is_open:
            self._ages[self._age(fact.opened)] += 1
        for end, durations in (
            (fact.answered, self._answers),
            (fact.resolved, self._resolutions),
        ):
            # Where only days are known, an answer of the same day seems to come before.
            if end is not None and fact.opened is not None:
                durations.append(max(end - fact.opened, 0) / HOUR_MS)

    def _day(self, ms: int) -> date:
        return datetime.fromtimestamp(ms / 1000, self._zone).date()

    def _age(self, opened: int | None) -> str:
        if opened is None:
            return UNKNOWN
        days = (self._day(self._now) - self._day(opened)).days
        return next((name for name, end in AGES if days < end), OLDEST)

    def _months(self) -> tuple[Period, ...]:
        """Return every month from the first to the last in which something was counted."""
        opened, resolved = _grouped(self._opened, _month), _grouped(self._resolved, _month)
        known = opened.keys() | resolved.keys()
        names = range(min(known), max(known) + 1) if known else ()
        return tuple(Period(f"{n // 12:04}-{n % 12 + 1:02}", opened[n], resolved[n]) for n in names)

    def _weeks(self) -> tuple[Period, ...]:
        opened, resolved = _grouped(self._opened, week_of), _grouped(self._resolved, week_of)
        this = week_of(self._day(self._now))
        mondays = (this - timedelta(weeks=back) for back in reversed(range(WEEKS)))
        return tuple(Period(week_name(day), opened[day], resolved[day]) for day in mondays)


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_name(day: date) -> str:
    """Return the week of a day as ISO 8601 names it: ``2026-W47``."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def _grouped(days: Counter[date], group: Callable[[date], Group]) -> Counter[Group]:
    """Return how many there are in each group of days."""
    found: Counter[Group] = Counter()
    for day, number in days.items():
        found[group(day)] += number
    return found


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return (-item[1], item[0])


def _spread(hours: list[float]) -> Spread:
    if not hours:
        return Spread(0, None, None)
    hours.sort()
    return Spread(len(hours), _quantile(hours, 0.5), _quantile(hours, 0.9))


def _quantile(ordered: list[float], part: float) -> float:
    """Return the least value that is not below ``part`` of all: one that was measured."""
    place = max(0, -(-len(ordered) * part // 1) - 1)
    return round(ordered[int(place)], 1)
