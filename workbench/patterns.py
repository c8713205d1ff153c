"""Patterns of a site: what else in a text leads elsewhere, and to which address.

"No pattern can hold the screen up": what a pattern may be is limited so that the steps of a match
are bounded, and texts are looked at in short pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from workbench.language import t

PIECE = 400
"""Signs of a line that are looked at together."""
PIECES = 20
"""So many pieces of a text are looked at."""
MOST_WAYS = 20_000
"""In so many ways a pattern may match at one place."""
LONGEST = 200
SHORTEST = 3
_ONE_SIGN = frozenset({"LITERAL", "NOT_LITERAL", "IN", "ANY"})
_PLACES = frozenset({"AT", "CATEGORY"})


class Pattern(NamedTuple):
    """What a site calls ``name``; ``url`` has {value} where what was found stands."""

    name: str
    pattern: str
    url: str

    def address(self, value: str) -> str:
        """Return the address of what was found; "" where the pattern leads nowhere."""
        from urllib.parse import quote

        return self.url.replace("{value}", quote(value, safe=""))


class Site(NamedTuple):
    """Something that a pattern found: where it stands, and what it says."""

    start: int
    end: int
    value: str
    pattern: Pattern


def problem(raw: Mapping[str, Any]) -> str:
    """Return what is wrong with the table of a pattern in a sentence; "" where nothing is."""
    if not raw.keys() <= {"pattern", "url"} or not isinstance(raw.get("pattern"), str):
        return t("it has a pattern, and a url if it leads somewhere")
    url = raw.get("url", "")
    if url and not _is_address(url):
        return t("its url begins with http:// or https:// and has {value} in it")
    return _problem_of(raw["pattern"])


def key_of_problem(raw: Mapping[str, Any]) -> str:
    """Return the key whose value ``problem`` is about."""
    unknown = [key for key in raw if key not in ("pattern", "url")]
    if unknown or not isinstance(raw.get("pattern"), str):
        return (*unknown, "pattern")[0]
    return "pattern" if not raw.get("url", "") or _is_address(raw["url"]) else "url"


def read(name: str, raw: Mapping[str, Any]) -> Pattern:
    """Return the pattern of a table in which nothing is wrong."""
    return Pattern(name, raw["pattern"], raw.get("url", ""))


def find(patterns: Iterable[Pattern], text: str) -> Iterator[Site]:
    """Yield what these patterns find in a text; each looks in one line at a time."""
    patterns = list(patterns)
    for start, piece in _pieces(text) if patterns else ():
        for pattern in patterns:
            for match in re.finditer(pattern.pattern, piece):
                yield Site(start + match.start(), start + match.end(), match[0], pattern)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    start = count = 0
    for line in text.split("\n"):
        for at in range(0, len(line), PIECE):
            if count == PIECES:
                return
            count += 1
            yield start + at, line[at : at + PIECE]
        start += len(line) + 1


def _is_address(url: object) -> bool:
    if not isinstance(url, str) or not url.isprintable():
        return False
    return url.startswith(("http://", "https://")) and "{value}" in url


def _problem_of(pattern: str) -> str:
    from re import _parser  # type: ignore[attr-defined]

    if not pattern.isprintable() or len(pattern) > LONGEST:
        return t("its pattern is one line of at most {most} signs", most=LONGEST)
    try:
        tree = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        from workbench.reasons import expression_reason

        reason = expression_reason(error)
        return t("its pattern is no regular expression: {reason}", reason=reason)
    if tree.getwidth()[0] < SHORTEST:
        return t("its pattern matches less than {least} signs", least=SHORTEST)
    ways = _ways(tree)
    if ways is None:
        return t("in its pattern only single signs and classes are repeated, as in [0-9]{4,}")
    if ways > MOST_WAYS:
        return t("its pattern matches in too many ways: repeat less, as {1,20} instead of +")
    return ""


def _ways(tree: Any) -> int | None:
    """Return in how many ways a pattern may match at one place; None where that has no bound."""
    ways = 1
    for op, given in tree:
        name = str(op)
        if name in _ONE_SIGN or name in _PLACES:
            continue
        found: int | None = None
        if name == "SUBPATTERN":
            found = _ways(given[3])
        elif name in ("ASSERT", "ASSERT_NOT"):
            found = _ways(given[1])
        elif name == "BRANCH":
            parts = [_ways(part) for part in given[1]]
            found = None if None in parts else sum(part or 0 for part in parts)
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = given
            inner_ways = _ways(inner)
            if [str(part) for part, _ in inner] in [[sign] for sign in _ONE_SIGN]:
                found = min(int(most), PIECE) - min(least, PIECE) + 1
            elif most == 1 and inner_ways is not None:
                found = inner_ways + 1
        if found is None:
            return None
        ways *= found
    return ways
