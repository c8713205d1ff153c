"""Cases as JSON values: the stable names that scripts rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.cases.model import (
    Attachment,
    Case,
    CaseNews,
    Decision,
    Entry,
    HistoryItem,
    Image,
    Source,
    Summary,
)
from workbench.cases.times import iso

if TYPE_CHECKING:
    from workbench.cases.statistics import Statistics
    from workbench.exchange.weekly import Week

Json = dict[str, Any]

__all__ = [
    "attachment_json",
    "case_json",
    "decision_json",
    "entry_json",
    "history_json",
    "iso",
    "news_json",
    "statistics_json",
    "summary_json",
    "week_json",
]


def case_json(case: Case) -> Json:
    """Return a whole case."""
    return _case(case.summary, "entries", [entry_json(entry) for entry in case.entries])


def summary_json(summary: Summary) -> Json:
    """Return a case with ``entry_count`` instead of its entries."""
    return _case(summary, "entry_count", summary.entry_count)


def _case(s: Summary, name: str, entries: Any) -> Json:
    return {
        "id": s.id,
        "key": s.key,
        "aliases": list(s.aliases),
        "project": s.project,
        "number": s.number,
        "date_raw": s.date_raw,
        "opened_on": s.opened_on,
        "title": s.title,
        "problem": s.problem,
        "status": s.status,
        "status_until": s.status_until,
        "status_why": s.status_why,
        "awake": s.awake,
        "engineers": list(s.engineers),
        "engineer_label": s.engineer_label,
        "tags": list(s.tags),
        name: entries,
        "images": [_image(image) for image in s.images],
        "attachments": [_file(file) for file in s.attachments],
        "references": [{"kind": r.kind, "value": r.value} for r in s.references],
        "questions": [{"field": q.field, "text": q.text} for q in s.questions],
        "decisions": s.decisions,
        "unread": s.unread,
        "hidden": s.hidden,
        "source": None if s.source is None else _source(s.source),
        "created_at": iso(s.created_at),
        "updated_at": iso(s.updated_at),
        "waiting_for": s.waiting_for,
    }


def entry_json(entry: Entry) -> Json:
    """Return an entry of a thread."""
    return {
        "id": entry.id,
        "position": entry.position,
        "reply_to": entry.reply_to,
        "speaker": entry.speaker,
        "author": entry.author,
        "text": entry.text,
        "happened_on": entry.happened_on,
        "written_at": iso(entry.written_at),
        "received_at": None if entry.received_at is None else iso(entry.received_at),
        "edited": entry.edited,
        "redacted": entry.redacted,
        "hidden": entry.hidden,
        "images": list(entry.images),
        "attachments": list(entry.attachments),
    }


def history_json(item: HistoryItem) -> Json:
    """Return a change."""
    found: Json = {
        "id": item.id,
        "case": item.case or None,
        "case_id": item.case_id or None,
        "entry": item.entry,
        "at": iso(item.at),
        "author": item.author,
        "act": item.act,
        "field": item.field,
        "old": item.old,
        "new": item.new,
    }
    if item.field == "status":
        found |= {"status_until": item.until, "status_why": item.why}
    if item.person is not None:
        found["person"] = item.person
    if item.act == "redact":
        found["why"] = item.why
    return found | {"relayed_by": item.relayed_by}


def decision_json(decision: Decision) -> Json:
    """Return a decision that waits."""
    values = []
    for choice in decision.values:
        value: Json = {
            "value": choice.value,
            "author": choice.author,
            "written_at": iso(choice.written_at),
        }
        if decision.field == "status":
            value |= {"status_until": choice.until, "status_why": choice.why}
        values.append(value | {"relayed_by": choice.relayed_by})
    return {
        "id": decision.id,
        "case": decision.case,
        "case_id": decision.case_id,
        "field": decision.field,
        "entry": decision.entry,
        "ancestor": decision.ancestor,
        "values": values,
    }


def news_json(news: CaseNews) -> Json:
    """Return what others changed in a case; ``text`` is what the entry of a change says now."""
    return {
        "case": news.case,
        "case_id": news.case_id,
        "title": news.title,
        "status": news.status,
        "at": iso(news.at),
        "authors": list(news.authors),
        "new": news.new,
        "from_page": news.from_page,
        "unread": news.unread,
        "decisions": news.decisions,
        "same_number": [key for key in news.twins.keys if key != news.case] if news.twins else [],
        "changes": [
            history_json(item) | {"text": news.texts.get(item.entry or "")} for item in news.items
        ],
    }


def statistics_json(found: Statistics) -> Json:
    """Return the counts of cases; ``known`` tells of how many cases a duration is known."""
    return {
        "day": found.day,
        "cases": found.cases,
        "status": dict(found.statuses),
        "projects": dict(found.projects),
        "engineers": [person._asdict() for person in found.engineers],
        "months": [period._asdict() for period in found.months],
        "weeks": [period._asdict() for period in found.weeks],
        "ages": dict(found.ages),
        "first_answer": found.first_answer._asdict(),
        "resolution": found.resolution._asdict(),
    }


def week_json(week: Week) -> Json:
    """Return a week; of the cases that went on, the entries written in it are counted."""
    return {
        "week": week.name,
        "first": week.first.isoformat(),
        "last": week.last.isoformat(),
        "opened": [case.key for case in week.opened],
        "resolved": [case.key for case in week.resolved],
        "went_on": [
            {"case": case.summary.key, "entries": len(case.entries)} for case in week.moved
        ],
        "on_hold": [case.key for case in week.held],
        "status": dict(week.counts),
    }


def _image(image: Image) -> Json:
    return {
        "file": image.file,
        "width": image.width,
        "height": image.height,
        "in": image.place,
        "pasted_at": None if image.pasted_at is None else iso(image.pasted_at),
    }


def _file(file: Attachment) -> Json:
    return {"file": file.file, "in": file.place, "sha256": file.sha256, "size": file.size}


def attachment_json(key: str, file: Attachment) -> Json:
    """Return a file of the case with this key; ``here``: this copy has its content."""
    return {
        **_file(file),
        "id": file.id,
        "case": key,
        "entry": file.entry,
        "author": file.author,
        "added_at": None if file.added_at is None else iso(file.added_at),
        "here": file.here,
    }


def _source(source: Source) -> Json:
    return {
        "page": source.page,
        "first_line": source.first_line,
        "last_line": source.last_line,
        "oldest_revision": source.oldest_revision,
        "newest_revision": source.newest_revision,
    }
