"""The week's report (周报) as Markdown: what came, what was resolved, what went on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from workbench.cases.model import Case, Status, Summary
from workbench.cases.statistics import week_name
from workbench.cases.text import squash
from workbench.exchange.chat import speaker
from workbench.language import labelled, listed, status_word, t, tn

LONGEST = 100
"""How many characters of an entry stand in the report."""
_SIGNS = re.compile(r"((?<!\w)_|_(?!\w)|[\\`*\[\]<>~])")


class Week(NamedTuple):
    """What happened in the week that begins on the Monday ``first``.

    ``moved`` are the cases in which was written but neither opened nor resolved in that week, with
    the entries of the week alone. ``held`` are holds that need a look soon. ``counts`` are of now.
    """

    first: date
    opened: Sequence[Summary]
    resolved: Sequence[Summary]
    moved: Sequence[Case]
    held: Sequence[Summary]
    counts: Mapping[Status, int]

    @property
    def name(self) -> str:
        """The week as ISO 8601 names it: ``2026-W47``."""
        return week_name(self.first)

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + timedelta(days=6)


def markdown(week: Week) -> str:
    """Return the report."""
    return "\n".join(_lines(week)) + "\n"


def _lines(week: Week) -> Iterator[str]:
    yield "# " + t(
        "Week {name} ({first} – {last})", name=week.name, first=week.first, last=week.last
    )
    yield ""
    yield t(
        "Opened {opened} · resolved {resolved} · went on {moved}",
        opened=len(week.opened),
        resolved=len(week.resolved),
        moved=len(week.moved),
    )
    yield ""
    now = (f"{status_word(status)} {count}" for status, count in week.counts.items())
    yield t("Now: {counts}", counts=listed(now))
    for title, cases in ((t("Resolved"), week.resolved), (t("New cases"), week.opened)):
        yield from _section(title, [_case(case) for case in cases])
    yield from _section(t("Went on"), [line for case in week.moved for line in _moved(case)])
    yield from _section(t("On hold"), [_case(case) + _until(case) for case in week.held])


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"## {title}"
        yield ""
        yield from lines


def _case(case: Summary) -> str:
    engineers = f" ({_escaped(' '.join(case.people))})" if case.people else ""
    return f"- **{_escaped(case.key)}** {_escaped(case.title)}{engineers}"


def _moved(case: Case) -> Iterator[str]:
    """Yield the line of a case, and one of the newest entry of the week."""
    count = tn("{count} entry", "{count} entries", len(case.entries))
    yield labelled(_case(case.summary), count)
    last = case.entries[-1]
    text = squash(last.text)
    short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    who = speaker(last)
    yield "  - " + _escaped(labelled(who, short) if who else short)


def _until(case: Summary) -> str:
    until = t("until {day}", day=case.status_until) if case.status_until else ""
    why = f"({_escaped(squash(case.status_why))})" if case.status_why else ""
    words = " ".join(part for part in (until, why) if part)
    return f": {words}" if words else ""


def _escaped(text: str) -> str:
    """Return a text that no Markdown reads as a sign."""
    return _SIGNS.sub(r"\\\1", squash(text))
