"""What a desk tells of cases in whole: a report for a chat, the counts of many, a week."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from workbench.cases.model import Case, Summary
from workbench.desk import reading
from workbench.desk.tools import Tools

if TYPE_CHECKING:
    from datetime import tzinfo

    from workbench.cases.statistics import Statistics
    from workbench.desk.pagewriting import WrittenPage
    from workbench.exchange.weekly import Week


class Telling:
    """The part of the desk that reports."""

    _tools: Tools

    def chat(self, case_id: str) -> str:
        """Return a short plain report of a case, to be pasted into a chat."""
        from workbench.desk import longthread
        from workbench.exchange.chat import LAST, chat_report

        long = longthread.opened(self._tools, case_id)
        if long is None:
            return chat_report(reading.case(self._tools, case_id, hidden=False), self.zone())
        return chat_report(long.case._replace(entries=tuple(long.last(LAST))), self.zone())

    def source(self, case_id: str) -> str:
        """Return a case's wiki source as it was imported. Raises WorkbenchError: no page has it."""
        from workbench.desk import pagewriting

        return pagewriting.source_of(self._tools, case_id)

    def write_page(self, name: str, query: str = "") -> WrittenPage:
        """Write an imported page with what changed in its cases. Raises NotFound.

        Args:
            query: change only what it finds, and add what of it stands on no page.
        """
        from workbench.desk import pagewriting

        return pagewriting.write_page(self._tools, name, query)

    def statistics(self, query: str = "") -> Statistics:
        """Return what the cases that a query finds come to. Raises QueryError."""
        from workbench.cases.statistics import count
        from workbench.local.facts import Facts

        tools = self._tools
        zone = self.zone()
        with tools.db.read():
            found = tools.search.cases(query, sort="activity", asker=tools.asker)
            facts = Facts(tools.db, tools.log, zone).of(list(found))
            return count((fact for _, fact in facts), tools.clock(), zone)

    def week(self, day: str | None = None) -> Week:
        """Return what happened in a week.

        Args:
            day: a day of it, as people write one; None for this week.

        Raises:
            BadInput: it is no day.
        """
        from workbench.cases.statistics import week_of
        from workbench.cases.times import parse_day
        from workbench.exchange.weekly import Week

        tools = self._tools
        zone = self.zone()
        today = date.fromisoformat(tools.today())
        first = week_of(today if day is None else date.fromisoformat(parse_day(day, today)))
        window = _Window(first, zone)
        with tools.db.read():
            opened, resolved, moved = self._happened(window, zone)
            held = self._held(first + timedelta(days=14))
            counts = reading.counts(tools)
        return Week(first, opened, resolved, moved, held, counts)

    def _happened(
        self, window: _Window, zone: tzinfo
    ) -> tuple[list[Summary], list[Summary], list[Case]]:
        """Return the cases opened and resolved in a window, and others in which was written."""
        from workbench.local.facts import Facts

        tools = self._tools
        rows = tools.db.rows(
            "SELECT id, uid FROM cases WHERE NOT hidden AND (active_at >= ? OR written_h >= ?)"
            " ORDER BY active_at, number, uid",
            window.begin,
            window.begin << 16,
        )
        facts = dict(Facts(tools.db, tools.log, zone).of([row["id"] for row in rows]))
        opened = [uid for _, uid in rows if facts[uid].opened in window]
        resolved = [uid for _, uid in rows if facts[uid].resolved in window]
        told = {*opened, *resolved}
        others = (reading.case(tools, uid, hidden=False) for _, uid in rows if uid not in told)
        moved = [within for case in others if (within := _within(case, window)).entries]
        return reading.summaries(tools, opened), reading.summaries(tools, resolved), moved

    def _held(self, end: date) -> list[Summary]:
        """Return the holds that another wrote to since, or whose day comes before ``end``."""
        tools = self._tools
        rows = tools.db.rows(
            "SELECT uid FROM cases WHERE NOT hidden AND status = 'on_hold'"
            " AND (woken OR status_until < ?) ORDER BY status_until IS NULL, status_until, uid",
            end.isoformat(),
        )
        return reading.summaries(tools, [uid for (uid,) in rows])

    def zone(self) -> tzinfo:
        """Return the zone of this machine's clock."""
        from workbench.desk.writing import local_zone

        return local_zone(self._tools.clock())


class _Window:
    """Seven days from the beginning of one on; times in ms since 1970 are in it or not."""

    def __init__(self, first: date, zone: tzinfo) -> None:
        self._zone = zone
        self.begin, self.end = (
            int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
            for day in (first, first + timedelta(days=7))
        )

    def __contains__(self, ms: int | None) -> bool:
        return ms is not None and self.begin <= ms < self.end

    def begin_of(self, day: str) -> int:
        """Return when a day (``YYYY-MM-DD``) begins."""
        return int(datetime.fromisoformat(day).replace(tzinfo=self._zone).timestamp() * 1000)


def _within(case: Case, window: _Window) -> Case:
    """Return a case with those of its entries that were said in a window."""
    from workbench.cases import times

    kept = []
    for entry in case.entries:
        if entry.happened_on:
            ms = times.milliseconds(entry.happened_on)
            when = window.begin_of(entry.happened_on) if ms is None else ms
        elif entry.imported:
            continue
        else:
            when = entry.written_at
        if when in window:
            kept.append(entry)
    return case._replace(entries=tuple(kept))
