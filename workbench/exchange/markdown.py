"""Cases as Markdown: to be pasted into a report, an issue or a mail; any text shows literally."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo

from workbench.cases.model import Case
from workbench.cases.text import squash
from workbench.exchange import telling
from workbench.language import t, tn

_SIGNS = re.compile(r"((?<!\w)_|_(?!\w)|[\\`*\[\]<>~|&])")
_STARTS = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|-{3,}|=+\s*$|:(?=\s|$))")
_NUMBERED = re.compile(r"^(\s*[0-9]{1,9})([.)])(?=\s|$)")


def markdown(cases: Iterable[Case], zone: tzinfo) -> Iterator[str]:
    """Yield the document, case by case.

    Args:
        zone: whose clock tells when something was written.
    """
    for case in cases:
        yield "\n".join(_case(case, zone)) + "\n"


def literal(text: str) -> str:
    """Return a line of text that no Markdown reads as a sign."""
    escaped = _SIGNS.sub(r"\\\1", text)
    return _NUMBERED.sub(r"\1\\\2", _STARTS.sub(r"\1\\\2", escaped, count=1), count=1)


def _case(case: Case, zone: tzinfo) -> Iterator[str]:
    found = case.summary
    yield f"## {literal(found.key)}"
    yield ""
    if telling.title(found):
        yield from (f"**{literal(squash(found.title))}**", "")
    for name, value in telling.facts(found):
        yield f"- {name}: {literal(squash(value))}"
    yield ""
    yield f"### {t('Problem')}"
    yield ""
    yield from _text(found.problem)
    yield from _files(telling.files(case))
    yield f"### {tn('Thread: {count} entry', 'Thread: {count} entries', len(case.entries))}"
    yield ""
    for entry in case.entries:
        who, when = telling.head(entry, zone)
        yield " ".join(
            part for part in (f"**{literal(squash(who))}**" if who else "–", when) if part
        )
        yield ""
        yield from _text(entry.text)
        yield from _files(telling.files(case, entry))


def _text(text: str) -> Iterator[str]:
    """Yield paragraphs whose lines stay lines."""
    lines = text.split("\n") if text else []
    for nth, line in enumerate(lines):
        ends = nth + 1 < len(lines) and line.strip() and lines[nth + 1].strip()
        yield literal(line.strip()) + ("  " if ends else "")
    if lines:
        yield ""


def _files(names: Iterable[str]) -> Iterator[str]:
    listed = [f"- {t('file')}: {literal(squash(name))}" for name in names]
    if listed:
        yield from (*listed, "")
