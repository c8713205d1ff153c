"""What is counted of cases, read for many of them at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from workbench.cases import times
from workbench.cases.clock import milliseconds
from workbench.cases.names import slot_hash
from workbench.cases.statistics import Fact
from workbench.local.changelog import ChangeLog
from workbench.local.database import Database
from workbench.local.people import read_people

PAGE = 500
"""How many cases are read at once."""


class Facts:
    """Reads facts about cases."""

    def __init__(self, database: Database, log: ChangeLog, zone: tzinfo) -> None:
        """Read from ``database``; days without a time are those of ``zone``."""
        self._db = database
        self._log = log
        self._zone = zone
        self._people = read_people(database)

    def of(self, ids: Sequence[int]) -> Iterator[tuple[str, Fact]]:
        """Yield the ids and facts of these cases, in any order."""
        for start in range(0, len(ids), PAGE):
            part = ids[start : start + PAGE]
            answers = {
                row["case_id"]: row
                for row in self._db.rows_in(
                    "SELECT case_id, min(happened_on) AS said,"
                    " min(CASE WHEN above IS NULL AND happened_on IS NULL THEN h END) AS typed,"
                    " max(above IS NOT NULL AND happened_on IS NULL) AS undated,"
                    " min(CASE WHEN above = '' THEN happened_on IS NOT NULL END) AS begins_dated"
                    " FROM entry WHERE NOT hidden AND case_id IN ({}) GROUP BY case_id",
                    part,
                )
            }
            for row in self._db.rows_in(
                "SELECT id, uid, status, engineers, project, opened_on, created_h, imported,"
                " status_h FROM cases WHERE id IN ({})",
                part,
            ):
                yield row["uid"], self._fact(row, answers.get(row["id"]))

    def _fact(self, row: Any, answer: Any) -> Fact:
        return Fact(
            status=row["status"],
            engineers=self._people.all_called(json.loads(row["engineers"])),
            project=row["project"],
            opened=self._opened(row),
            answered=None if answer is None else self._answered(answer),
            resolved=self._resolved(row),
        )

    def _opened(self, row: Any) -> int | None:
        """Return when a case was opened: to the minute where it was on the day it was typed."""
        typed = None if row["imported"] else milliseconds(row["created_h"])
        day = row["opened_on"]
        if day is None:
            return typed
        if typed is not None and self._day(typed).isoformat() == day:
            return typed
        return self._begin(day)

    def _answered(self, row: Any) -> int | None:
        """Return when the first entry was said.

        What a page does not date has no time, and may be what was said first, unless it stands
        below an entry with a date: then nobody knows.
        """
        if row["undated"] and not row["begins_dated"]:
            return None
        said = None if row["said"] is None else times.milliseconds(row["said"])
        if said is None and row["said"] is not None:
            said = self._begin(row["said"])
        typed = None if row["typed"] is None else milliseconds(row["typed"])
        return min((ms for ms in (said, typed) if ms is not None), default=None)

    def _resolved(self, row: Any) -> int | None:
        """Return when a person resolved the case; a page that says so does not say when."""
        if row["status"] != "resolved":
            return None
        if row["imported"]:
            slot = slot_hash("field", "status", row["uid"])
            stored = self._log.in_slot(slot, row["id"])
            if any(s.change.h == row["status_h"] and s.change.imported for s in stored):
                return None
        return milliseconds(row["status_h"])

    def _day(self, ms: int) -> date:
        return datetime.fromtimestamp(ms / 1000, self._zone).date()

    def _begin(self, day: str) -> int | None:
        """Return when a day begins; None for one that does not exist."""
        try:
            moment = datetime.fromisoformat(day[:10]).replace(tzinfo=self._zone)
        except ValueError:
            return None
        return int(moment.timestamp() * 1000)
