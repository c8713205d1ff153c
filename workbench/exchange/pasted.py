"""A piece of a chat or of a wiki page → who said what.

An entry begins at ``【YD】:…``, at ``name: …`` and at a chat's own line above a message (a name and
a time). Nothing of the text is lost: what stands before the first of them is said by nobody, and a
time of day that no date stands above is text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from workbench.cases.text import fold, narrow

LONGEST_NAME = 16
"""Longer words in front of a colon are a sentence."""

_BRACKETED = re.compile(r"【(?P<name>[^【】]{1,40})】\s*:?")
_NAMED = re.compile(rf"(?P<name>[^\s:：,，。;；、!！?？/]{{1,{LONGEST_NAME}}})\s*:(?!//)")
_HEADED = re.compile(
    rf"(?P<name>[^:]{{1,{LONGEST_NAME}}}?)\s+"
    r"(?P<day>[0-9]{4}([-/.])[0-9]{1,2}\3[0-9]{1,2})?\s*"
    r"(?P<clock>([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)"
)


class Said(NamedTuple):
    """What one person said: ``speaker`` as written, None for nobody known.

    ``happened`` is a date with a time as the chat has them, the date perhaps with a message above;
    None where it gives no date.
    """

    speaker: str | None
    text: str
    happened: str | None = None


class _Label(NamedTuple):
    name: str
    rest: str
    line: str
    day: str | None = None
    clock: str | None = None
    is_sure: bool = True
    """False for ``name:``, which may be any word before a colon."""


def take_apart(text: str, known: Collection[str]) -> list[Said]:
    """Return the entries of a text, in its order; none is empty.

    Args:
        text: as it was pasted.
        known: names of people, folded. Other words before a colon name a speaker only where they
            stand so more than once: 注意: or 订单: head no entry.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    labels = [_label(line) for line in lines]
    unsure = Counter(fold(label.name) for label in labels if label and not label.is_sure)
    found: list[Said] = []
    head, own = _Label("", "", line=""), list[str]()
    day: str | None = None
    for line, label in zip(lines, labels, strict=True):
        if label is None or not (label.is_sure or _is_person(fold(label.name), known, unsure)):
            own.append(line.rstrip())
            continue
        found += _said(head, own)
        day = label.day or day
        head, own = label._replace(day=day), [label.rest]
    return [*found, *_said(head, own)]


def _is_person(name: str, known: Collection[str], unsure: Counter[str]) -> bool:
    return name in known or (unsure[name] > 1 and not name.isdigit())


def _said(head: _Label, lines: Sequence[str]) -> Iterator[Said]:
    """Yield the entry that a label and its lines make; a label alone is words of nobody."""
    text = "\n".join(lines).strip()
    if text and head.clock and not head.day:
        yield Said(head.name, f"{head.clock}\n{text}")
    elif text:
        happened = f"{head.day} {head.clock}" if head.clock else None
        yield Said(head.name or None, text, happened)
    elif head.line:
        yield Said(None, head.line)


def _label(line: str) -> _Label | None:
    """Return the label that a line begins with."""
    shown = line.strip()
    plain = narrow(shown)
    if match := _BRACKETED.match(plain):
        return _Label(
            shown[slice(*match.span("name"))].strip(), shown[match.end() :].strip(), shown
        )
    if match := _HEADED.fullmatch(plain):
        name = shown[slice(*match.span("name"))].strip()
        return _Label(name, "", shown, match["day"], match["clock"])
    if match := _NAMED.match(plain):
        name = shown[slice(*match.span("name"))].strip()
        return _Label(name, shown[match.end() :].strip(), shown, is_sure=False)
    return None
