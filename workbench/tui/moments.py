"""Times as a person reads them: short, in the local time zone. The clock is an argument.

Days stand in the language's own form, with as many cells for any day, so that they line up; in
the list, which has no room for that, as ISO 8601 begins them.
"""

from __future__ import annotations

from datetime import date, datetime

from workbench.cases import times
from workbench.language import t, tn

DAY_MS = 86_400_000


def local(ms: int) -> datetime:
    """Return a time in milliseconds as local time."""
    return datetime.fromtimestamp(ms / 1000).astimezone()


def day(then: date, now: int) -> str:
    """Return ``01 Mar`` or ``03月01日``, with the year where it is another than now."""
    if then.year == local(now).year:
        return t("{day} {month}", day=f"{then.day:02}", month=_month(then))
    return whole_day(then)


def whole_day(then: date) -> str:
    """Return ``01 Mar 2026`` or ``2026年03月01日``."""
    return t("{day} {month} {year}", day=f"{then.day:02}", month=_month(then), year=then.year)


def stamp(ms: int, now: int) -> str:
    """Return day and time: ``01 Mar 10:12``."""
    then = local(ms)
    return f"{day(then.date(), now)} {then:%H:%M}"


def activity(ms: int, now: int) -> str:
    """Return when something happened, as short as it is plain: a time today, else a day.

    A case of which no date is known has 0: nothing, for 1970 would be a lie.
    """
    if not ms:
        return ""
    then, today = local(ms), local(now)
    if then.date() == today.date():
        return f"{then:%H:%M}"
    return f"{then:%m-%d}" if then.year == today.year else f"{then:%y-%m-%d}"


def written(text: str, now: int) -> str:
    """Return a date, or a time as the clock here shows it, without the year if it is this one."""
    ms = times.milliseconds(text)
    if ms is not None:
        return stamp(ms, now)
    try:
        return day(date.fromisoformat(text), now)
    except ValueError:  # another copy may write a form that is none of ours
        return text


def dated(text: str) -> str:
    """Return a date (YYYY-MM-DD) with its year: ``01 Mar 2026`` or ``2026年03月01日``."""
    try:
        return whole_day(date.fromisoformat(text))
    except ValueError:
        return text


def ago(ms: int, now: int) -> str:
    """Return how long ago something was, roughly: ``just now``, ``5 min ago``, ``3 h ago``."""
    minutes = max(now - ms, 0) // 60_000
    if minutes < 1:
        return t("just now")
    if minutes < 60:
        return t("{n} min ago", n=minutes)
    if minutes < 2880:
        return t("{n} h ago", n=minutes // 60)
    return tn("{count} day ago", "{count} days ago", minutes // 1440)


def age(opened_on: str | None, created_at: int, now: int) -> str:
    """Return how long ago a case was opened: 3d, 5w, 14mo, 4y."""
    start = _start(opened_on) or local(created_at).date()
    days = max((local(now).date() - start).days, 0)
    if days < 21:
        return t("{n}d", n=days)
    if days < 90:
        return t("{n}w", n=days // 7)
    if days < 730:
        return t("{n}mo", n=days // 30)
    return t("{n}y", n=days // 365)


def _start(opened_on: str | None) -> date | None:
    try:
        return date.fromisoformat(opened_on[:10]) if opened_on else None
    except ValueError:
        return None


def day_from_now(day: str, now: int) -> str:
    """Return a day with its weekday and how far off it is: ``08 Mar 2026, Sunday, in 7 days``."""
    then = date.fromisoformat(day)
    days = (then - local(now).date()).days
    if days > 0:
        distance = tn("in {count} day", "in {count} days", days)
    elif days == 0:
        distance = t("today")
    else:
        distance = tn("{count} day ago", "{count} days ago", -days)
    return t(
        "{day}, {weekday}, {distance}",
        day=whole_day(then),
        weekday=_weekday(then),
        distance=distance,
    )


def _month(then: date) -> str:
    names = (
        *(t("Jan"), t("Feb"), t("Mar"), t("Apr"), t("May"), t("Jun")),
        *(t("Jul"), t("Aug"), t("Sep"), t("Oct"), t("Nov"), t("Dec")),
    )
    return names[then.month - 1]


def _weekday(then: date) -> str:
    names = (
        *(t("Monday"), t("Tuesday"), t("Wednesday"), t("Thursday")),
        *(t("Friday"), t("Saturday"), t("Sunday")),
    )
    return names[then.weekday()]
