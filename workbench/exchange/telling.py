"""What Markdown and HTML tell of a case in the same words: its facts, its entries' heads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from workbench.cases import times
from workbench.cases.model import Case, Entry, Summary
from workbench.cases.slots import shown_speaker
from workbench.language import status_word, t


def facts(found: Summary) -> Iterator[tuple[str, str]]:
    """Yield what is known of a case beside its texts, each with its name."""
    status = status_word(found.status)
    if found.status_until:
        status += " " + t("until {day}", day=found.status_until)
    if found.status_why:
        status += f" ({found.status_why})"
    yield t("Status"), status
    if found.engineers:
        yield t("Engineers"), " ".join(found.engineers)
    if found.opened_on or found.date_raw:
        yield t("Opened"), found.opened_on or found.date_raw
    if found.tags:
        yield t("Tags"), " ".join(found.tags)


def head(entry: Entry, zone: tzinfo) -> tuple[str, str]:
    """Return who said an entry and when; "" for what is not known."""
    who = shown_speaker(entry.speaker, entry.author, imported=entry.imported)
    when = entry.happened_on or ("" if entry.imported else times.iso(entry.written_at))
    ms = times.milliseconds(when) if when else None
    if ms is not None:
        when = f"{datetime.fromtimestamp(ms / 1000, zone):%Y-%m-%d %H:%M}"
    return who or "", when


def title(found: Summary) -> str:
    """Return a case's title where its problem does not begin with it."""
    return "" if found.problem.startswith(found.title) else found.title


def files(case: Case, entry: Entry | None = None) -> Iterator[str]:
    """Yield the names of the pictures and files of an entry, or of the problem."""
    if entry is not None:
        yield from entry.images
        yield from entry.attachments
        return
    yield from (i.file for i in case.summary.images if i.place == "problem")
    yield from (f.file for f in case.summary.attachments if f.place == "problem")
