"""What a text mentions: keys of cases, orders, phones, ids of other trackers, long numbers.

Every rule is a pure function of the text, so that all copies find the same. Only one thing comes
from outside: the names of projects that are not written in ASCII, since nothing else tells where
such a name begins in Chinese prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

from workbench.cases.model import Reference
from workbench.cases.text import narrow

TRACKERS = ("TAPD",)
"""Letters that begin an id of another tracker; five digits or more follow them directly."""

_LONG = 17
_TIME = ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
"""Where year, month, day, hour, minute and second stand in a number that begins with a time."""
# Patterns are text, which is compiled when it is first used: most texts need few of them.
_WIDE = "[０-９Ａ-Ｚａ-ｚ＃＿－．／]"
_ANY = rf"[0-9]{{5}}|#|{_WIDE}"
"""Stands in every text that mentions anything: a tracker's id has five digits, a case's a #."""
_RUN = r"[0-9]{11,}"
_PHONE = r"1[3-9][0-9]{9}"
_TRACKER = rf"(?<![A-Za-z0-9])({'|'.join(map(re.escape, TRACKERS))})([0-9]{{5,}})"
_CASE = r"_case#(?:new-[a-z2-7]{5,26}|[0-9]{1,9}(?:-[a-z2-7]{5,26}(?=_[0-9]))?)(?![0-9])"
_DATE = r"_(?:[0-9]{4}([-./])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,16})(?![0-9])"
_PROJECT_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")

_Found = tuple[int, Reference]


def find(text: str, known_projects: Sequence[str] = ()) -> tuple[Reference, ...]:
    """Return what the text mentions, in order of appearance, each value once.

    Digits count in ASCII and full width and are given in ASCII. The rules do not know each
    other: a long run of digits inside the id of a tracker is a number too, so that it is found
    (and masked) whatever stands in front of it.

    Args:
        text: What a person wrote.
        known_projects: Names of projects; needed only for names that are not just ASCII letters,
            digits, ``_`` and ``-``.
    """
    if not _pattern(_ANY).search(text):
        return ()
    # Of full-width signs only those count that have a meaning below.
    plain = narrow(text) if known_projects or _pattern(_WIDE).search(text) else text
    found = [*_cases(plain, known_projects), *_trackers(plain), *_digits(plain)]
    if len(found) < 2:
        return tuple(reference for _, reference in found)
    found.sort(key=lambda item: item[0])
    unique: dict[tuple[str, str], Reference] = {}
    for _, reference in found:
        unique.setdefault((reference.kind, reference.value.casefold()), reference)
    return tuple(unique.values())


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern, compiled when it is first used."""
    return re.compile(text)


def _digits(text: str) -> Iterator[_Found]:
    for match in _pattern(_RUN).finditer(text):
        run = match[0]
        if len(run) >= _LONG:
            kind = "order" if _begins_with_time(run) else "number"
            yield match.start(), Reference(kind, run)
        elif _pattern(_PHONE).fullmatch(run):
            yield match.start(), Reference("phone", run)


def _begins_with_time(run: str) -> bool:
    """Say whether the run begins with a valid YYYYMMDDhhmmss of the years 2000 to 2099."""
    if run[:2] != "20":
        return False
    year, month, day, hour, minute, second = (int(run[at:to]) for at, to in _TIME)
    try:
        datetime(year, month, day, hour, minute, second)
    except ValueError:
        return False
    return True


def _trackers(text: str) -> Iterator[_Found]:
    upper = text.upper()
    if not any(letters in upper for letters in TRACKERS):
        return
    for match in re.finditer(_TRACKER, text, re.ASCII | re.IGNORECASE):
        yield match.start(), Reference("tracker", match[1].upper() + match[2])


def _cases(text: str, known_projects: Sequence[str]) -> Iterator[_Found]:
    if "#" not in text:
        return
    names = [narrow(name).casefold() for name in known_projects if name]
    free = 0
    for mark in re.finditer(_CASE, text, re.ASCII | re.IGNORECASE):
        start = _project_start(text, free, mark.start(), names)
        if start == mark.start():
            continue
        date = re.compile(_DATE).match(text, mark.end())
        free = date.end() if date else mark.end()
        yield start, Reference("case", text[start:free])


def _project_start(text: str, free: int, end: int, names: Sequence[str]) -> int:
    """Return where the project's name before ``end`` begins; ``end`` itself if there is none.

    Prose touches a key on both sides, so the name is the run of ASCII signs, or a known name
    where that is longer. Nothing before ``free`` is looked at: it belongs to an earlier key.
    """
    start = end
    while start > free and text[start - 1] in _PROJECT_SIGNS:
        start -= 1
    while start < end and text[start] in "_-":
        start += 1
    for name in names:
        begin = end - len(name)
        if free <= begin < start and text[begin:end].casefold() == name:
            start = begin
    return start
