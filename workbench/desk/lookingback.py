"""Looking back: a case as it was at a time."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from workbench.cases import times
from workbench.cases.errors import NotFound
from workbench.cases.model import Case
from workbench.cases.said import said
from workbench.desk import reading
from workbench.desk.tools import Tools
from workbench.desk.writing import local_zone
from workbench.local.asof import fold_until
from workbench.local.reads import Reader


class _Then(Tools):
    """The tools of somebody who looks at another database than the file."""

    def __init__(self, tools: Tools, subject: int, until: int) -> None:
        with tools.db.read():
            self.db = fold_until(tools.db, tools.log, subject, until)
        self.reader = Reader(self.db)
        self.signature = tools.signature
        self.clock = lambda: until


def case_as_of(tools: Tools, case_id: str, moment: str, *, hidden: bool) -> Case:
    """Return a case as it was at a time; of a day, as it was at its end.

    Raises:
        BadInput: it is no time.
        NotFound: the case was not there yet.
    """
    now = tools.clock()
    zone = local_zone(now)
    given = times.parse_time(moment, now, zone)
    until = times.milliseconds(given)
    if until is None:
        end = datetime.fromisoformat(given).replace(tzinfo=zone) + timedelta(days=1)
        until = int(end.timestamp() * 1000) - 1
    then = _Then(tools, tools.subject(case_id), until)
    try:
        if then.db.value("SELECT 1 FROM cases WHERE uid = ?", case_id) is None:
            begun = tools.db.value("SELECT created_h FROM cases WHERE uid = ?", case_id) >> 16
            raise NotFound(
                said(
                    "{key} was not here yet at {time}",
                    key=tools.reader.key(case_id),
                    time=_shown(until, zone) if times.milliseconds(given) else given,
                ),
                said("It is here since {time}.", time=_shown(begun, zone)),
            )
        return reading.case(then, case_id, hidden=hidden)
    finally:
        then.db.close()


def _shown(ms: int, zone: tzinfo) -> str:
    """Return a time as the clock on the wall shows it."""
    return datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m-%d %H:%M")
