"""Days as a query names them: ``2021``, ``2021-01``, ``2021-01..``, ``<7d``, ``today``.

Today is none of its business: what counts from today stays a number of days until ``limits``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from workbench.cases.errors import BadInput
from workbench.cases.query.tree import Span
from workbench.cases.said import said
from workbench.cases.text import narrow
from workbench.cases.times import exact_day

FORMS = said("write it as 2021, 2021-01, 2021-01-05, 2021-01..2021-03, >2021-01-05, <7d or today")
MOST_DAYS = 99_999

_TWINS = str.maketrans({"《": "<", "〈": "<", "》": ">", "〉": ">", "≤": "<=", "≥": ">="})
_WORDS = {"today": 0, "今天": 0, "yesterday": 1, "昨天": 1}
_UNITS = {"d": 1, "天": 1, "w": 7, "周": 7}
_AGO = r"(\d+)(d|天|w|周)"
_MONTH = r"(\d{4})(?:[-/.](\d{1,2}))?"


class NoDays(Exception):
    """A value that names no days; ``at`` is the character in it, from 0."""

    def __init__(self, what: str, at: int = 0) -> None:
        super().__init__(what)
        self.at = at


def read(written: str) -> Span:
    """Return the days that a value names.

    ``<7d`` is less than seven days ago and ``>30d`` more than thirty; beside a date ``<`` is
    before and ``>`` after it.

    Raises:
        NoDays: it names none.
    """
    text = narrow(written).translate(_TWINS).replace("。。", "..").lower()
    if ".." in text:
        return _range(text)
    sign = re.match("[<>]=?", text)
    if sign is None:
        return _one(text, 0)
    rest = text[sign.end() :]
    days = _one(rest, sign.end())
    if re.fullmatch(_AGO, rest):
        return _by_age(sign[0], days.low)
    return _beside(sign[0], days)


def limits(span: Span, today: str) -> tuple[str | None, str | None]:
    """Return the first and the last day of a span, None for an open end."""
    return _day(span.low, today), _day(span.high, today)


def shifted(day: str, by: int) -> str:
    """Return the day so many days later."""
    return (date.fromisoformat(day) + timedelta(days=by)).isoformat()


def _day(end: str | int | None, today: str) -> str | None:
    return shifted(today, -end) if isinstance(end, int) else end


def _range(text: str) -> Span:
    begin, _, end = text.partition("..")
    if not begin and not end:
        raise NoDays(said("this range has no end at all"))
    low = _one(begin, 0).low if begin else None
    high = _one(end, len(begin) + 2).high if end else None
    same = (isinstance(low, str) and isinstance(high, str) and low > high) or (
        isinstance(low, int) and isinstance(high, int) and low < high
    )
    if same:
        raise NoDays(said("this range ends before it begins"), len(begin) + 2)
    return Span(low, high)


def _by_age(sign: str, days: str | int | None) -> Span:
    """Return what is so old: a day 8 days ago is older than 7 days."""
    assert isinstance(days, int)
    match sign:
        case "<":
            return Span(days - 1, None)
        case "<=":
            return Span(days, None)
        case ">":
            return Span(None, days + 1)
    return Span(None, days)


def _beside(sign: str, days: Span) -> Span:
    """Return what comes before or after these days."""
    match sign:
        case "<":
            return Span(None, _next(days.low, -1))
        case "<=":
            return Span(None, days.high)
        case ">":
            return Span(_next(days.high, 1), None)
    return Span(days.low, None)


def _next(day: str | int | None, by: int) -> str | int:
    """Return the day after (1) or before (-1)."""
    assert day is not None
    return day - by if isinstance(day, int) else shifted(day, by)


def _one(text: str, at: int) -> Span:
    """Return the days of a single day, month, year, or so long ago."""
    if text in _WORDS:
        return Span(_WORDS[text], _WORDS[text])
    if ago := re.fullmatch(_AGO, text, re.ASCII):
        if len(ago[1]) > len(str(MOST_DAYS)) or int(ago[1]) * _UNITS[ago[2]] > MOST_DAYS:
            raise NoDays(said("more than {most} days", most=MOST_DAYS), at)
        days = int(ago[1]) * _UNITS[ago[2]]
        return Span(days, days)
    try:
        if month := re.fullmatch(_MONTH, text, re.ASCII):
            return _months(int(month[1]), int(month[2] or 0))
        day = exact_day(text)
    except BadInput:
        no_day = said("“{text}” is no day that there is", text=text)
        raise NoDays(no_day if text else said("a date is missing"), at) from None
    return Span(day, day)


def _months(year: int, month: int) -> Span:
    """Return the days of a month, or of a whole year (month 0)."""
    from calendar import monthrange  # which loads the locales

    first = exact_day(f"{year:04}-{month or 1:02}-01")
    last = month or 12
    return Span(first, f"{year:04}-{last:02}-{monthrange(year, last)[1]:02}")
