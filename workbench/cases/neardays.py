"""Days as people say them: tomorrow, +7, 2w, 3-1, 下周一, 三天后.

Knows today's date as an argument, and nothing of dates that are written in full.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from workbench.cases.text import narrow

_WORDS = {
    "前天": -2, "yesterday": -1, "昨天": -1,
    "today": 0, "今天": 0,
    "tomorrow": 1, "明天": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_DIGITS = "零一二三四五六七八九"
_UNITS = {"d": 1, "天": 1, "w": 7, "周": 7, "星期": 7, "礼拜": 7}
_WEEKS = {"上": -1, "这": 0, "本": 0, "下": 1}
_AHEAD = {"+": True, "后": True, "-": False, "前": False}
_ONE_TO_NINE = "[一二三四五六七八九]"
_COUNTED = rf"""(?P<sign>[+-])?
    (?P<count>[0-9]{{1,4}}|{_ONE_TO_NINE}?十{_ONE_TO_NINE}?|{_ONE_TO_NINE})
    (?:个?(?P<unit>d|天|w|周|星期|礼拜)(?:[以之]?(?P<side>[前后]))?)?"""


def near_day(text: str, today: date, *, ahead: bool) -> date | None:
    """Return the day that is meant, None where it is said in none of these ways.

    Args:
        text: ``tomorrow``, 明天; ``+7``, 三天后, 3天前; ``7d``, ``2w``; ``3-1``, 3月1日; 下周一.
        today: the day that they count from.
        ahead: whether ``2w`` and ``3-1``, which tell no direction, are to come or past.
    """
    said = narrow(text).strip().lower().replace("两", "二")
    if said in _WORDS:
        return today + timedelta(days=_WORDS[said])
    if match := re.fullmatch(r"(上|这|本|下)个?(?:周|星期|礼拜)([一二三四五六日天])", said):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS[match[1]])
        return monday + timedelta(days="一二三四五六日".index(match[2].replace("天", "日")))
    if match := re.fullmatch(r"(\d{1,2})[-/.月](\d{1,2})日?", said, re.ASCII):
        return _of_the_year(today, int(match[1]), int(match[2]), ahead=ahead)
    return _counted(said, today, ahead=ahead)


def _counted(said: str, today: date, *, ahead: bool) -> date | None:
    match = re.fullmatch(_COUNTED, said, re.ASCII | re.VERBOSE)
    if match is None or not (match["sign"] or match["unit"]) or (match["sign"] and match["side"]):
        return None
    side = match["sign"] or match["side"]
    days = _number(match["count"]) * _UNITS[match["unit"] or "d"]
    return today + timedelta(days=days if _AHEAD.get(side, ahead) else -days)


def _number(text: str) -> int:
    """Return a number in digits, or in Chinese up to 99."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.index(tens or "一") * 10 if ten else 0) + _DIGITS.index(ones or "零")


def _of_the_year(today: date, month: int, day: int, *, ahead: bool) -> date | None:
    """Return the nearest such day on one side, or today; within 8 years for a 29 February."""
    for years in range(9):
        try:
            named = date(today.year + (years if ahead else -years), month, day)
        except ValueError:
            continue
        if named == today or (named > today) == ahead:
            return named
    return None
