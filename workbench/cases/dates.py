"""The date in a case's heading: eight digits, or nothing that the program may guess at."""

from __future__ import annotations

import re
from datetime import date

from workbench.cases.text import narrow

_EIGHT = r"([0-9]{4})([0-9]{2})([0-9]{2})"


def parse_date(raw: str) -> str | None:
    """Return ``YYYYMMDD`` as ``YYYY-MM-DD``; None unless it is exactly one day of the calendar.

    Args:
        raw: What a heading bears, with ASCII or full-width digits.
    """
    match = re.fullmatch(_EIGHT, narrow(raw))
    return calendar_day(*map(int, match.groups())) if match else None


def calendar_day(year: int, month: int, day: int) -> str | None:
    """Return the day as ``YYYY-MM-DD``, or None where the calendar has no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
