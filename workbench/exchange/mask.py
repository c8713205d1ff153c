"""Phone and card numbers hidden in what leaves the house: the first and last digits stay.

A mobile or landline number keeps three and four digits, a card (15 to 19 digits, also in groups of
four, or an identity card's 17 and an X) four and four. Order numbers, which begin with their time,
and longer numbers, as those of charging guns, are no person's and stay.
"""

from __future__ import annotations

import re
from typing import Any

from workbench.cases.references import find
from workbench.cases.text import narrow

_PHONE = re.compile(
    r"""(?<![0-9])(?:\+?86[- ]?)?
    (?P<mobile>1[3-9][0-9](?:[0-9]{8}|[- ][0-9]{4}[- ][0-9]{4}))(?![0-9])""",
    re.VERBOSE,
)
_LANDLINE = re.compile(
    r"""(?<![0-9-])(?:\(0[0-9]{2,3}\)[ ]?|0[0-9]{2,3}[- ])(?P<line>[0-9]{7,8})(?![0-9-])""",
    re.VERBOSE,
)
_CARD = re.compile(
    r"""(?<![0-9])(?P<card>
      [0-9]{17}[Xx](?![0-9A-Za-z])
    | [0-9]{15,19}(?![0-9])
    | [0-9]{4}(?P<gap>[- ])[0-9]{4}(?P=gap)[0-9]{4}(?P=gap)[0-9]{3,4}
      (?:(?P=gap)[0-9]{1,3})?(?![0-9]) )""",
    re.VERBOSE,
)
_LABELLED = re.compile(
    r"(?:卡号|card(?: number| no\.?)?)\s*(?:是|为|[:#])?\s*(?P<card>[0-9]{6,14})(?![0-9])",
    re.IGNORECASE,
)
_TEXTS = frozenset({"title", "problem", "text", "speaker", "status_why", "value", "old", "new"})
"""The fields of JSON that hold what people wrote."""


def mask(text: str) -> str:
    """Return a text with the middle of each phone and card number hidden; its length stays."""
    hidden = set()
    plain = narrow(text)
    for pattern, name in (
        (_PHONE, "mobile"), (_LANDLINE, "line"), (_CARD, "card"), (_LABELLED, "card"),
    ):  # fmt: skip
        for match in pattern.finditer(plain):
            if name != "card" or not _is_order(match[name]):
                hidden.update(_middle(match, name, 3 if name == "mobile" else 4))
    if not hidden:
        return text
    return "".join("*" if at in hidden else sign for at, sign in enumerate(text))


def mask_json(value: Any, name: str = "") -> Any:
    """Return a value of JSON with what people wrote in it masked; ids, names and times stay."""
    match value:
        case dict():
            return {key: mask_json(item, key) for key, item in value.items()}
        case list():
            return [mask_json(item, name) for item in value]
        case str() if name in _TEXTS:
            return mask(value)
    return value


def _middle(match: re.Match[str], name: str, first: int) -> list[int]:
    """Return the places of the digits to hide: all but the first few and the last four."""
    start = match.start(name)
    digits = [start + at for at, sign in enumerate(match[name]) if sign.isalnum()]
    if len(digits) < first + 6:
        first = 2 if name != "line" else 0
    return digits[first:-4] if name != "line" else digits[:-4]


def _is_order(digits: str) -> bool:
    """True for an order number, which begins with a date and a time."""
    return any(found.kind == "order" for found in find(digits))
