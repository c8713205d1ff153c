"""A case, its history and its decisions as text to read in a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from widgets.plain import printed
from widgets.signs import DECISION_SIGN, QUESTION_SIGN
from workbench.cases.model import PROBLEM
from workbench.cli.written import status_text
from workbench.language import (
    act_word,
    ahead_words,
    field_word,
    file_words,
    labelled,
    listed,
    reference_word,
    relayed_words,
    status_word,
    t,
    tn,
    told,
    waiting_words,
)

if TYPE_CHECKING:
    from workbench.cases.model import Case, CaseNews, Decision, Entry, HistoryItem, Status, Summary
    from workbench.patterns import Pattern

_LONGEST_VALUE = 80
_STATUS_FIELD = "status"

_OF_A_NEW_CASE = frozenset({"case", "number", "problem", "title", "date"})
"""What a case begins with: the line that names it tells it already."""


def moment(ms: int) -> str:
    """Return a time as the clock on the wall here shows it."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(ms / 1000))


def case_report(
    case: Case,
    patterns: Sequence[Pattern] = (),
    passed_on: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> str:
    """Return a whole case: what is known of it, the problem, the thread.

    Args:
        case: the case.
        patterns: what else in its texts leads elsewhere, at this site.
        passed_on: who passed on others' words, by the entry that shows them, or "problem".
    """
    return "".join(line.rstrip() + "\n" for line in _case_lines(case, patterns, passed_on))


def _case_lines(
    case: Case, patterns: Sequence[Pattern], passed_on: Mapping[str, Iterable[str]]
) -> Iterator[str]:
    yield from _head(case.summary)
    yield from _sites(case, patterns)
    yield ""
    who = list(map(relayed_words, passed_on.get(PROBLEM, ())))
    yield t("Problem") + (f"  ({printed(listed(who))})" if who else "")
    yield from _indented(case.summary.problem, 2)
    for image in case.summary.images:
        if image.place == "problem":
            yield f"  [{t('picture')} {printed(image.file)}{_size(image.width, image.height)}]"
    for attachment in case.summary.attachments:
        if attachment.place == "problem":
            yield f"  [{t('file')} {printed(file_words(attachment))}]"
    yield ""
    yield tn("Thread: {count} entry", "Thread: {count} entries", len(case.entries))
    sizes = {image.file: _size(image.width, image.height) for image in case.summary.images}
    for entry in case.entries:
        yield from _entry(entry, sizes, passed_on.get(entry.id, ()))


def _head(case: Summary) -> Iterator[str]:
    """Yield the lines above the problem."""
    hidden = f"  ({t('hidden')})" if case.hidden else ""
    yield f"{printed(case.key)}  {status_text(case)}{hidden}"
    if case.title:
        yield printed(case.title)
    if case.aliases:
        yield _line(t("Also called"), listed(case.aliases))
    if case.engineers:
        yield _line(case.engineer_label or t("Engineers"), " ".join(case.people))
    if case.tags:
        yield _line(t("Tags"), " ".join(case.tags))
    if case.opened_on:
        yield _line(t("Opened"), case.opened_on)
    if case.updated_at:
        yield _line(t("Last activity"), moment(case.updated_at))
    if case.source:
        yield _line(t("Page"), _source(case))
    for reference in case.references:
        yield _line(reference_word(reference.kind), reference.value)
    for question in case.questions:
        yield _line(f"{QUESTION_SIGN} {field_word(question.field)}", told(question.text))
    if case.decisions:
        yield _line(
            f"{DECISION_SIGN} " + t("Decisions"),
            t("{count}, see `workbench decisions`", count=case.decisions),
        )


def _sites(case: Case, patterns: Sequence[Pattern]) -> Iterator[str]:
    """Yield what the site's own patterns find in a case, each once, with the page it leads to."""
    if not patterns:
        return
    from workbench.patterns import find

    texts = [case.summary.title, case.summary.problem, *(entry.text for entry in case.entries)]
    found = {(site.pattern, site.value): None for text in texts for site in find(patterns, text)}
    for pattern, value in found:
        yield _line(pattern.name, f"{value}  {pattern.address(value)}")


def _line(name: str, value: str) -> str:
    return labelled(printed(name), printed(value))


def _source(case: Summary) -> str:
    """Return where a case stands on its page."""
    source = case.source
    assert source is not None
    where = t(
        "{page}, lines {first}–{last}",
        page=source.page or "–",
        first=source.first_line,
        last=source.last_line,
    )
    if source.newest_revision is None:
        return where
    return f"{where}, {source.oldest_revision}–{source.newest_revision}"


def _entry(entry: Entry, sizes: dict[str, str], passed_on: Iterable[str]) -> Iterator[str]:
    """Yield the lines of one entry; an answer stands further in than what it answers."""
    indent = 2 + 4 * entry.depth
    marks = [
        word
        for there, word in (
            (entry.edited, t("edited")),
            (entry.hidden, t("hidden")),
            (entry.redacted, t("redacted")),
            (entry.decisions, t("decision")),
            (entry.ahead, ahead_words(entry.ahead)),
        )
        if there
    ]
    marks += (printed(relayed_words(who)) for who in passed_on)
    speaker = f"【{entry.speaker}】" if entry.speaker else entry.author or t("nobody named")
    # What an import read was written before it was read: its own time says nothing.
    when = _happened(entry.happened_on) or (moment(entry.written_at) if entry.author else "")
    head = f"{entry.position}  {'↳ ' if entry.reply_to else ''}{printed(speaker)}  {printed(when)}"
    yield ""
    yield " " * indent + head.rstrip() + (f"  ({listed(marks)})" if marks else "")
    yield from _indented(entry.text, indent + 2)
    if entry.waiting:
        yield " " * (indent + 2) + f"({printed(waiting_words(entry.waiting) or '')})"
    for image in entry.images:
        yield " " * (indent + 2) + f"[{t('picture')} {printed(image)}{sizes.get(image, '')}]"
    for attachment in entry.files:
        yield " " * (indent + 2) + f"[{t('file')} {printed(file_words(attachment))}]"


def _happened(text: str | None) -> str | None:
    """Return a date as it stands, a time as the clock on the wall here shows it."""
    from workbench.cases.times import milliseconds

    ms = None if text is None else milliseconds(text)
    return text if ms is None else moment(ms)


def _indented(text: str, indent: int) -> Iterator[str]:
    for line in text.split("\n") if text else ():
        yield " " * indent + printed(line)


def _size(width: int | None, height: int | None) -> str:
    return f" {width}×{height}" if width and height else ""


def history_line(item: HistoryItem) -> str:
    """Return one change in one line, its name last."""
    who = [] if item.person is None else [item.person]
    entry = [] if item.entry is None else [item.entry[:8]]
    parts = [moment(item.at), item.author or "–", *who, _done(item), *entry, *_values(item)]
    if item.relayed_by:
        parts.append(f"({relayed_words(item.relayed_by)})")
    if item.lacking:
        parts.append(f"({waiting_words('incomplete')})")
    return printed("  ".join([*parts, f"[{item.id[:12]}]"])) + "\n"


def _values(item: HistoryItem) -> Iterator[str]:
    """Yield what a change replaced and by what, once where that is the same, and what belongs to a
    status."""
    old, new = _value(item, item.old), _value(item, item.new)
    if old and new and item.old != item.new:
        yield f"{old} → {new}"
    elif old or new:
        yield old or new
    if item.until:
        yield t("until {day}", day=item.until)
    if item.why:
        yield f"({item.why})"


def _value(item: HistoryItem, value: str | int | None) -> str:
    """Return a value of a change, short enough for a line."""
    if value is None:
        return ""
    if item.field == _STATUS_FIELD:
        return _word(str(value))
    return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def _word(value: str) -> str:
    """Return the team's word where the value is a status."""
    known: dict[str, Status] = {
        "unset": "unset",
        "in_progress": "in_progress",
        "on_hold": "on_hold",
        "resolved": "resolved",
    }
    return status_word(known[value]) if value in known else value


def news_report(news: CaseNews) -> str:
    """Return what others changed in a case: a line that names it, and one for each change."""
    arrival = [f"({labelled(_arrival(news), listed(news.authors))})"] if _arrival(news) else []
    lines = ["  ".join([news.case, status_word(news.status), *arrival, news.title])]
    for item in news.items:
        if not (news.new and item.act in ("add", "set") and item.field in _OF_A_NEW_CASE):
            lines.append("  " + "  ".join(_told(item, news.texts)))
    if news.decisions:
        lines.append(
            f"  {DECISION_SIGN} " + tn("{count} decision", "{count} decisions", news.decisions)
        )
    if news.twins is not None:
        lines.append(f"  {QUESTION_SIGN} {told(news.twins.told)}")
    return "".join(printed(line) + "\n" for line in lines)


def _arrival(news: CaseNews) -> str:
    """Return in a few words that a case is new, or that a page changed it; "" where neither is."""
    if not news.new:
        return t("changed by a page") if news.from_page else ""
    return t("new case, from a page") if news.from_page else t("new case")


def _told(item: HistoryItem, texts: Mapping[str, str]) -> Iterator[str]:
    """Yield the parts of a change's line; of an entry that was hidden or shown, what it says."""
    yield moment(item.at)
    yield item.author or "–"
    yield _done(item)
    values = list(_values(item)) or [_short(texts.get(item.entry or "", ""))]
    yield from (" ".join(value.split()) for value in values)


def _done(item: HistoryItem) -> str:
    """Return what was done to which field."""
    return t("{field} {act}", act=act_word(item.act), field=field_word(item.field))


def decision_report(decision: Decision) -> str:
    """Return a decision with its values numbered as ``decide`` counts them."""
    field = field_word(decision.field)
    what = field if decision.entry is None else f"{field} {decision.entry[:8]}"
    lines = [f"{decision.id}  {decision.case}  {what}"]
    if decision.ancestor is not None:
        lines.append("  " + t("before: {value}", value=_decided(decision, decision.ancestor)))
    for number, choice in enumerate(decision.values, 1):
        lines.append(f"  {number}  {choice.author or '–'}  {moment(choice.written_at)}")
        words = [_decided(decision, choice.value)]
        words += [t("until {day}", day=choice.until)] if choice.until else []
        words += [f"({choice.why})"] if choice.why else []
        words += [f"({relayed_words(choice.relayed_by)})"] if choice.relayed_by else []
        lines.extend("     " + line for line in "  ".join(words).split("\n"))
    return "".join(printed(line) + "\n" for line in lines)


def _decided(decision: Decision, value: str | None) -> str:
    if value is None:
        return "–"
    return _word(value) if decision.field == _STATUS_FIELD else value
