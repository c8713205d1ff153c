"""Whose turn it is in a case: what a hold says it waits for, else who spoke last.

A guess by plain rules, the same on every copy; nothing is written by it. The words of the last
entry and of a hold's reason are looked at when they are folded, who stands on which side when a
case is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# Patterns are text, which re compiles when it is first used: who only reads cases needs none.
_NAMED = (
    r"(?:(?P<customer>客户|用户|车主|customers?\b)|(?P<rd>研发|开发|r&d\b|developers?\b)"
    r"|(?P<vendor>厂家|厂商|供应商|vendors?\b|manufacturers?\b))"
)
_BETWEEN = r"[^，。；！？,.;!?\n]{0,6}?"
_WAITS = rf"(?i)(?:等|待|转|wait(?:ing)? for){_BETWEEN}{_NAMED}"
_ASKS = (
    r"(?i)(?:联系|请|找|问|催|反馈给|提交给|交给|通知|让|需|ask(?:ed)?|sent to|told)"
    rf"{_BETWEEN}{_NAMED}"
)
LOOKED_AT = 400
"""Signs at the end of a text that are looked at: what is asked stands at the end."""


def asked(text: str) -> str | None:
    """Return the side of which a text says that it waits for it, else that it was asked.

    Where several are, the last one: 已联系厂家，等待客户反馈 waits for the customer.
    """
    end = text[-LOOKED_AT:]
    for pattern in (_WAITS, _ASKS):
        found = [_side(match) for match in re.finditer(pattern, end)]
        if found:
            return found[-1]
    return None


def held_for(why: str | None) -> str | None:
    """Return the side that the reason of a hold names, where it names one."""
    if not why:
        return None
    named = {_side(match) for match in re.finditer(f"(?i){_NAMED}", why[-LOOKED_AT:])}
    return asked(why) or (named.pop() if len(named) == 1 else None)


def waiting_for(
    *,
    resolved: bool,
    held: str | None,
    entries: bool,
    by: str | None,
    own: bool,
    asks: str | None,
    side: Callable[[str], str | None],
) -> str | None:
    """Return the side whose turn it is; None where nobody's is, or that can't be told.

    Args:
        resolved: then it is nobody's.
        held: the side that a hold waits for, unless somebody wrote since.
        entries: whether anybody wrote after the problem; else it is the engineer's turn.
        by: under whose name the last entry stands; None where it names nobody.
        own: its author typed it as what he says: an engineer, where nothing else is known.
        asks: the side that its words ask.
        side: gives the side of a person.
    """
    if resolved:
        return None
    if held is not None:
        return held
    if not entries:
        return "engineer"
    speaks = side(by) if by else None
    if speaks is None and own:
        speaks = "engineer"
    if speaks == "customer":
        return "engineer"
    if asks is not None and asks != speaks:
        return asks
    return {"engineer": "customer", "R&D": "engineer", "vendor": "engineer", None: None}[speaks]


def _side(match: re.Match[str]) -> str:
    name = match.lastgroup or ""
    return "R&D" if name == "rd" else name
