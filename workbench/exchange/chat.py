"""A case as a short plain text, to be pasted into a chat: what, how far, who is next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from workbench.cases import times
from workbench.cases.text import fold, squash
from workbench.language import status_word, t, tn

if TYPE_CHECKING:
    from workbench.cases.model import Case, Entry, Summary

LAST = 3
"""How many entries of the thread it tells: the newest ones."""
LONGEST = 120
"""How many characters of one text; a chat shows little more at once."""


def chat_report(case: Case, zone: tzinfo) -> str:
    """Return the report, lines joined by ``\\n`` without one at the end.

    Args:
        case: without its hidden entries; the last ones do.
        zone: whose days are meant where an entry has no day of its own.
    """
    return "\n".join(_lines(case, zone))


def _lines(case: Case, zone: tzinfo) -> Iterator[str]:
    summary = case.summary
    yield " · ".join(
        part
        for part in (summary.key, status_word(summary.status), " ".join(summary.engineers))
        if part
    )
    if summary.title and not summary.problem.startswith(summary.title):
        yield summary.title
    if summary.problem:
        yield t("Problem: {text}", text=_short(summary.problem))
    if case.entries:
        yield tn("Thread ({count} entry):", "Thread ({count} entries):", summary.entry_count)
    for entry in case.entries[-LAST:]:
        yield "· " + " ".join(_entry(entry, zone))
    yield from _next_step(summary, case.entries)


def _entry(entry: Entry, zone: tzinfo) -> Iterator[str]:
    """Yield the parts of an entry's line: its day, who said it, what."""
    day = _day(entry, zone)
    if day:
        yield day
    who = speaker(entry)
    if who:
        yield f"{who}:"
    if entry.text:
        yield _short(entry.text)
    count = len(entry.images) + len(entry.attachments)
    if count:
        yield tn("[{count} file]", "[{count} files]", count)


def _day(entry: Entry, zone: tzinfo) -> str:
    """Return the day of an entry; what an import read has none but the one that it tells."""
    if entry.happened_on:
        ms = times.milliseconds(entry.happened_on)
        if ms is None:
            return entry.happened_on
    elif entry.imported:
        return ""
    else:
        ms = entry.written_at
    return f"{datetime.fromtimestamp(ms / 1000, zone):%Y-%m-%d}"


def speaker(entry: Entry) -> str:
    """Return who said it: as written, else who typed it; "" where nobody is named."""
    return entry.speaker or entry.author or ""


def _next_step(summary: Summary, entries: tuple[Entry, ...]) -> Iterator[str]:
    """Yield the line that says whose turn it is; nothing for what is done."""
    if summary.status == "resolved":
        return
    engineers = " ".join(summary.engineers)
    last = speaker(entries[-1]) if entries else ""
    if summary.status == "on_hold":
        step = " ".join(_hold(summary))
    elif not engineers:
        step = t("somebody has to take it")
    elif last and fold(last) in map(fold, summary.engineers):
        step = t("{speaker} waits for an answer", speaker=last)
    elif last:
        step = t("{engineers} to answer {speaker}", engineers=engineers, speaker=last)
    else:
        step = t("{engineers} to look into it", engineers=engineers)
    yield t("Next: {step}", step=step)


def _hold(summary: Summary) -> Iterator[str]:
    until = summary.status_until
    yield t("on hold until {day}", day=until) if until else t("on hold")
    if summary.status_why:
        yield f"({squash(summary.status_why)})"


def _short(text: str) -> str:
    line = squash(text)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
