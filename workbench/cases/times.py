"""Times as people write them and as the program prints them.

The clock and the machine's zone come in as arguments.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import NoReturn

from workbench.cases.errors import BadInput
from workbench.cases.said import said
from workbench.cases.text import narrow

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(1970, 2200)

_WRITTEN = r"""(?P<year>\d{4})
        (?: (?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2}) | (?P<packed>\d{4}) )
        (?: (?:\s+|[Tt])
            (?P<hour>\d{1,2}):(?P<minute>\d{2})
            (?: :(?P<second>\d{2}) (?:[.,](?P<fraction>\d{1,9}))? )?
            \s* (?P<offset> [Zz] | [+-]\d{2}(?: :?\d{2})? )?
        )?"""

_EXACT_FORMS = said("YYYY-MM-DD or YYYYMMDD")


def iso(ms: int) -> str:
    """Return milliseconds since 1970 as ISO 8601 in UTC: ``2026-11-22T10:30:00.000+00:00``.

    A time beyond the calendar, as a broken clock may write it, is given as the calendar's end.
    """
    try:
        moment = _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        moment = (datetime.max if ms > 0 else datetime.min).replace(tzinfo=UTC)
    return moment.isoformat(timespec="milliseconds")


def milliseconds(text: str) -> int | None:
    """Return an ISO 8601 time as ms since 1970, without an offset as UTC; None for a mere date."""
    if "T" not in text:
        return None
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def exact_day(text: str) -> str:
    """Return a date that is written in full as ``YYYY-MM-DD``.

    Raises:
        BadInput: It is no date, or one that does not exist.
    """
    return _exact_day(text, _EXACT_FORMS)


def parse_day(text: str, today: date, *, ahead: bool = False) -> str:
    """Return a day that a person wrote, in full or from today, as ``YYYY-MM-DD``.

    Args:
        text: A date in full, or what :func:`near_day` reads.
        today: What the latter counts from.
        ahead: Whether a day that tells no direction is to come or past.

    Raises:
        BadInput: It is no day, or one that does not exist.
    """
    from workbench.cases.neardays import near_day

    near = near_day(text, today, ahead=ahead)
    if near is not None:
        return near.isoformat()
    example = today + timedelta(days=7 if ahead else 0)
    return _exact_day(text, day_forms(example))


def parse_time(text: str, now_ms: int, zone: tzinfo) -> str:
    """Return a date or a time that a person wrote in its normal form.

    Args:
        text: A date (also today, 三天前, …), or one in full with a time and perhaps an offset.
        now_ms: The time now, for words such as today.
        zone: The machine's zone: where a time without offset is meant.

    Returns:
        ``YYYY-MM-DD`` when only a date was given, else ISO 8601 in UTC as ``iso`` writes it.

    Raises:
        BadInput: It is neither, or one that does not exist.
    """
    from workbench.cases.neardays import near_day

    today = (_EPOCH + timedelta(milliseconds=now_ms)).astimezone(zone).date()
    near = near_day(text, today, ahead=False)
    if near is not None:
        return near.isoformat()
    forms = said("{day}, 3-1, yesterday, {day} 10:30 or {day}T10:30+08:00", day=today.isoformat())
    match = _match(text, forms)
    day = _day(match, text, forms)
    if match["hour"] is None:
        return day.isoformat()
    return iso((_moment(match, day, text, zone, forms) - _EPOCH) // timedelta(milliseconds=1))


def day_forms(example: date) -> str:
    """Return how a day can be written; the example is one in full."""
    return said("{day}, 3-1, +7, 2w, tomorrow, 下周一 or 三天后", day=example.isoformat())


def _exact_day(text: str, forms: str) -> str:
    match = _match(text, forms)
    if match["hour"] is not None:
        _refuse(text, said("has a time, and only a date is wanted"), forms)
    return _day(match, text, forms).isoformat()


def _match(text: str, forms: str) -> re.Match[str]:
    if not text.strip():
        raise BadInput(said("no date was given"), said("write it as {forms}", forms=forms))
    return re.fullmatch(_WRITTEN, narrow(text).strip(), re.ASCII | re.VERBOSE) or _refuse(
        text, said("is no date"), forms
    )


def _day(match: re.Match[str], text: str, forms: str) -> date:
    packed = match["packed"]
    month, day = (packed[:2], packed[2:]) if packed else (match["month"], match["day"])
    year = int(match["year"])
    if year not in _YEARS:
        _refuse(
            text,
            said("is not within the years {first} to {last}", first=_YEARS[0], last=_YEARS[-1]),
            forms,
        )
    if not 1 <= int(month) <= 12:
        _refuse(text, said("names month {month}", month=int(month)), forms)
    try:
        return date(year, int(month), int(day))
    except ValueError:
        where = f"{year}-{int(month):02}"
        _refuse(text, said("names a day that does not exist in {month}", month=where), forms)


def _moment(match: re.Match[str], day: date, text: str, zone: tzinfo, forms: str) -> datetime:
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        _refuse(text, said("names a time of day that does not exist"), forms)
    micro = int((match["fraction"] or "0").ljust(6, "0")[:6])
    naive = datetime(day.year, day.month, day.day, hour, minute, second, micro)
    if match["offset"]:
        return naive.replace(tzinfo=_offset(match["offset"], text, forms))
    moment = naive.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != naive:
        _refuse(text, said("was skipped when the clocks went forward"), forms)
    return moment


def _offset(written: str, text: str, forms: str) -> timezone:
    if written in "Zz":
        return UTC
    hours, minutes = int(written[1:3]), int(written[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        _refuse(text, said("has an offset {offset} that does not exist", offset=written), forms)
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if written[0] == "-" else size)


def _refuse(text: str, why: str, forms: str) -> NoReturn:
    shown = text.strip()
    raise BadInput(
        said("{text} {problem}", text=repr(shown[:40]), problem=why),
        said("write it as {forms}", forms=forms),
    )


def pasted_at(file: str) -> int | None:
    """Return when a picture was pasted, in ms, from a name like 1700000000000-123.png."""
    stem, _, ending = file.partition(".")
    time, dash, rest = stem.partition("-")
    if not (dash and len(time) == 13 and len(rest) == 3 and 1 <= len(ending) <= 5):
        return None
    if not (file.isascii() and ending.isalnum() and (time + rest).isdigit()):
        return None
    if not 946_684_800_000 <= int(time) < 4_102_444_800_000:
        return None
    return int(time)
