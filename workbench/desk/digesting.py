"""What others changed since a person last looked, case by case.

"Own changes never appear", from whichever of the person's copies they came. "A change is new once":
what two people brought under one name (they imported the same page) is new only where it came with
neither before. "A page that says what stands tells nobody anything new."
"""

from __future__ import annotations

from datetime import datetime

from workbench.cases import times
from workbench.cases.change import Change
from workbench.cases.clock import milliseconds
from workbench.cases.model import CaseNews, HistoryItem, Summary
from workbench.desk import reading
from workbench.desk.tools import Tools
from workbench.desk.writing import local_zone
from workbench.local.changelog import Stored
from workbench.local.numbers import Numbers
from workbench.local.reads import place_read

SILENT = frozenset({"read", "page", "part"})
"""Kinds that tell nobody anything new."""
BATCH = 500
"""How many cases are looked at together."""


def digest(tools: Tools, since: str | None) -> list[CaseNews]:
    """Return what others changed, the newest last.

    Args:
        since: a date or a time; None for what came since the person last looked at each case.

    Raises:
        BadInput: it is no time.
    """
    after = None if since is None else _milliseconds(tools, since)
    found: list[tuple[tuple[int, str], CaseNews]] = []
    with tools.db.read():
        candidates = _candidates(tools, after)
        for start in range(0, len(candidates), BATCH):
            summaries = reading.summaries(tools, candidates[start : start + BATCH])
            news = (_case_news(tools, summary, after) for summary in summaries)
            found += [item for item in news if item is not None]
    return [news for _, news in sorted(found, key=lambda pair: pair[0])]


def _milliseconds(tools: Tools, text: str) -> int:
    """Return when a time that a person wrote is; a date is the beginning of its day here."""
    zone = local_zone(tools.clock())
    written = times.parse_time(text, tools.clock(), zone)
    moment = times.milliseconds(written)
    if moment is None:
        moment = int(datetime.fromisoformat(written).replace(tzinfo=zone).timestamp()) * 1000
    return moment


def _candidates(tools: Tools, after: int | None) -> list[str]:
    """Return the ids of the cases in which somebody else wrote anything since."""
    rows = tools.db.rows(
        "SELECT c.uid FROM cases c WHERE EXISTS (SELECT 1 FROM op o WHERE o.subject = c.id"
        " AND o.id > CASE WHEN ? IS NULL THEN coalesce((SELECT r.place FROM read_mark r"
        " WHERE r.case_id = c.id AND r.reader = ?), 0) ELSE 0 END"
        " AND o.h > coalesce(?, -1) AND o.state = 'ok'"
        " AND json_extract(CAST(coalesce(o.bytes, o.stub) AS TEXT), '$.a') <> ?)",
        after,
        tools.author,
        None if after is None else after << 16,
        tools.author,
    )
    return [row["uid"] for row in rows]


def _case_news(
    tools: Tools, summary: Summary, after: int | None
) -> tuple[tuple[int, str], CaseNews] | None:
    """Return what is new in a case, behind the order of its newest change; None for nothing."""
    subject = tools.subject(summary.id)
    place = place_read(tools.db, subject, tools.author)
    stored = tools.log.of(subject)

    def is_new(item: Stored) -> bool:
        if item.change.author == tools.author:
            return False
        if after is None:
            return item.id > place
        return milliseconds(item.change.h) > after

    known = {item.change.name for item in stored if not is_new(item)}
    fresh = [
        item.change
        for item in stored
        if item.change.name not in known and item.change.kind not in SILENT
    ]
    if any(change.imported for change in fresh) and all(c.kind != "case" for c in fresh):
        repeats = reading.repeats(tools, summary.id, own=False)
        fresh = [change for change in fresh if change.name not in repeats]
    if not fresh:
        return None
    fresh.sort(key=lambda change: change.order)
    names = {change.name for change in fresh if not change.imported}
    items = [item for item in reading.history(tools, summary.id) if item.id in names]
    if not items and len(names) == len(fresh):
        return None
    return fresh[-1].order, _news(tools, summary, fresh, items, subject)


def _news(
    tools: Tools,
    summary: Summary,
    fresh: list[Change],
    items: list[HistoryItem],
    subject: int,
) -> CaseNews:
    rows = tools.db.rows_in(
        "SELECT uid, text FROM entry WHERE uid IN ({}) AND case_id = ?",
        {item.entry for item in items if item.entry is not None},
        subject,
    )
    renumbered = any(change.kind == "num" for change in fresh)
    twins = Numbers(tools.db).twins(subject) if renumbered else None
    return CaseNews(
        case=summary.key,
        case_id=summary.id,
        title=summary.title,
        status=summary.status,
        at=milliseconds(fresh[-1].h),
        authors=tuple(dict.fromkeys(change.author for change in fresh)),
        new=any(change.kind == "case" for change in fresh),
        from_page=any(change.imported for change in fresh),
        unread=summary.unread,
        decisions=summary.decisions,
        items=tuple(items),
        texts=dict(map(tuple, rows)),
        twins=twins,
    )
