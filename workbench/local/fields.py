"""What the fields of a query ask of the tables: each a condition over ``cases c``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from workbench.cases import query
from workbench.cases.model import STATUSES
from workbench.cases.query.days import limits, shifted
from workbench.cases.query.meaning import case_stem
from workbench.cases.record import Record
from workbench.cases.text import fold
from workbench.cases.waiting import waiting_for
from workbench.local.columns import SEPARATOR
from workbench.local.database import Database
from workbench.local.people import read_people, spellings
from workbench.local.reads import AWAKE
from workbench.local.speakers import SHOWN, speakers
from workbench.local.unread import counted, few_news, is_kept, some

FEW = 5000
"""Up to so many rows are gathered first; of more, each case is asked in its order in the list."""
TURNS = 10_000
"""Of so many different rows it is kept whose turn it is."""
RANK: dict[str, int] = {status: rank for rank, status in enumerate(STATUSES)}
_COLUMNS = {"image": "images", "file": "files"}
_OPEN = "d.text <> '' AND d.discarded_at IS NULL"
_LETTERED = "kind IN ('case', 'tracker')"


class Asker(Record):
    """Who asks, and when and where.

    ``today`` is the day (``YYYY-MM-DD``) where the reader is, ``day_ms`` gives the ms since 1970
    at which a day begins there; a case is stale after ``stale_days`` without anything new.
    """

    reader: str
    today: str
    stale_days: int
    day_ms: Callable[[str], int]


class Fields:
    """Makes conditions; the values of their question marks go to a list, in order.

    ``few`` are those that are told by a few rows, so that nothing else need be gone through;
    ``told`` has SQL that gives the cases of a condition by itself, some of them several times.
    """

    def __init__(
        self,
        database: Database,
        asker: Asker,
        values: list[Any],
        *,
        every: bool = False,
        hidden: bool = True,
    ) -> None:
        """Ask for someone.

        Args:
            database: the file.
            asker: who asks.
            values: takes the values of the question marks.
            every: all cases are wanted, and a field alone says which.
            hidden: whether hidden cases may be among them.
        """
        self._db = database
        self._asker = asker
        self._values = values
        self._every = every
        self._hidden = hidden
        self.few: set[str] = set()
        self.told: dict[str, str] = {}

    def named(self, name: str, values: Sequence[str]) -> str:
        """Return the condition that a field has one of the values."""
        match name:
            case "status":
                # By its rank, which is in the indexes.
                return self._among("c.status_rank", [RANK[value] for value in values])
            case "project":
                return self._among("c.family", values)
            case "engineer":
                return self._engineer(self._spelled(values))
            case "tag":
                tagged = f"FROM tagged t WHERE {self._among('t.name', values)}"
                return self._few_or_each(tagged, "t.case_id", values)
            case "speaker":
                return self._speaker(values)
            case "waiting":
                return self._waiting(values)
            case "ref":
                return _any(self._mentions(value) for value in values)
            case "has":
                return _any(self._holding(_COLUMNS[value]) for value in values)
        return _any(self._flag(value) for value in values)

    def days(self, name: str, spans: Sequence[query.Span]) -> str:
        """Return the condition that a day of the case lies in one of the spans."""
        return _any(self._span(name, span) for span in spans)

    def _among(self, column: str, values: Sequence[str | int]) -> str:
        self._values += values
        return f"{column} IN ({', '.join('?' * len(values))})"

    def _listed(self, column: str, value: str) -> str:
        self._values.append(f"{SEPARATOR}{value}{SEPARATOR}")
        return f"instr({column}, ?) > 0"

    def _spelled(self, names: Iterable[str]) -> list[str]:
        """Return every spelling of these people."""
        return [spelling for name in names for spelling in spellings(self._db, name)]

    def _engineer(self, names: Sequence[str]) -> str:
        """Ask the table of engineers' cases, which lacks hidden ones."""
        if self._hidden:
            return _any(self._listed("c.engineer_text", name) for name in names)
        assigned = f"FROM assigned a WHERE {self._among('a.name', names)}"
        same = "a.status_rank = c.status_rank AND a.active_at = c.active_at AND a.case_id = c.id"
        return self._few_or_each(assigned, "a.case_id", names, same)

    def _waiting(self, sides: Sequence[str]) -> str:
        """Ask whose turn it is; of those that are resolved it is nobody's.

        The index of activity has all that tells it, which is the same of very many cases.
        """
        side = read_people(self._db).side

        @lru_cache(TURNS)
        def turn(*values: Any) -> str:
            held, woken, entries, by, own, asks = values
            return (
                waiting_for(
                    resolved=False,
                    held=None if woken else held,
                    entries=bool(entries),
                    by=by,
                    own=bool(own),
                    asks=asks,
                    side=side,
                )
                or ""
            )

        self._db.connection.create_function("turn", 6, turn)
        asked = "turn(c.held_for, c.woken, c.entry_count > 0, c.last_by, c.last_own, c.last_asks)"
        return f"(c.status_rank <> {RANK['resolved']} AND {self._among(asked, sides)})"

    def _speaker(self, values: Sequence[str]) -> str:
        """Ask the index for every spelling that there is of these names."""
        wanted = set(self._spelled(values))
        known = [name for name in speakers(self._db) if fold(name) in wanted]
        if not known:
            return "0"
        said = f"FROM entry e WHERE {SHOWN} AND {self._among('e.speaker', known)}"
        return self._few_or_each(said, "e.case_id", known)

    def _few_or_each(
        self, rows: str, case: str, values: Sequence[Any] = (), same: str | None = None
    ) -> str:
        """Take the cases from rows where they are few, else look whether each case has one.

        Args:
            rows: what stands behind SELECT and its columns, with a WHERE.
            case: the column of the case.
            values: of the question marks of ``rows``.
            same: what is true of the rows of ``c``, where not the column alone tells them quickly.
        """
        if self._every or self._count(rows, FEW, values) < FEW:
            return self._told(case, rows, values)
        return f"EXISTS (SELECT 1 {rows} AND {same or f'{case} = c.id'})"

    def _told(self, case: str, rows: str, values: Sequence[Any] = ()) -> str:
        """Return the condition that a case is among these rows."""
        cases = f"SELECT {case} AS id {rows}"
        condition = f"c.id IN ({cases})"
        self.told[condition] = self.told[_any([condition])] = cases
        if self._count(rows, FEW, values) < FEW:
            self.few |= {condition, _any([condition])}
        return condition

    def _count(self, rows: str, most: int, values: Sequence[Any]) -> int:
        """Count rows, up to some."""
        sql = f"SELECT count(*) FROM (SELECT 1 {rows} LIMIT {most})"
        return int(self._db.value(sql, *values))

    def _holding(self, column: str) -> str:
        """Ask two indexes of the few that hold a picture or a file, of the case and of entries."""
        of_case = f"SELECT q.id AS id FROM cases q WHERE q.{column} <> '[]'"
        of_entries = f"FROM entry e WHERE e.{column} <> '[]' AND NOT e.hidden"
        both = f"FROM ({of_case} UNION ALL SELECT e.case_id {of_entries})"
        if self._every or self._count(both, FEW, ()) < FEW:
            return self._told("id", both)
        one = f"EXISTS (SELECT 1 {of_entries} AND e.case_id = c.id)"
        return f"(c.id IN ({of_case}) OR {one})"

    def _mentions(self, value: str) -> str:
        """Ask the table of references; what begins with digits is a range of it."""
        stem = case_stem(value)
        if value.isascii() and value.isdigit():
            values = [value, value + ":"]
            found = "value >= ? AND value < ?"
        elif stem is None:
            values = [value]
            found = f"{_LETTERED} AND value = ? COLLATE NOCASE"
        else:
            values = [stem, f"{stem}_", f"{stem}`"]
            found = (
                f"{_LETTERED} AND (value = ? COLLATE NOCASE"
                " OR (value >= ? COLLATE NOCASE AND value < ? COLLATE NOCASE))"
            )
        self._values += values
        return self._told("case_id", f"FROM reference WHERE {found}", values)

    def _span(self, name: str, span: query.Span) -> str:
        low, high = limits(span, self._asker.today)
        if name == "opened":
            return self._opened(low, high)
        day_ms = self._asker.day_ms
        conditions = []
        for day, sign in ((low, ">="), (high and shifted(high, 1), "<")):
            if day is not None:
                conditions.append(f"c.active_at {sign} ?")
                self._values.append(day_ms(day))
        return "(" + (" AND ".join(conditions) or "1") + ")"

    def _opened(self, low: str | None, high: str | None) -> str:
        """Ask the index of days; no day stands before all others there."""
        day = "coalesce({}.opened_on, '')"
        values = [low or "0", high or "9999-12-31"]
        self._values += values
        rows = f"FROM cases q WHERE q.hidden IN (0, 1) AND {day.format('q')} BETWEEN ? AND ?"
        if self._every or self._count(rows, FEW, values) < FEW:
            return self._told("q.id", rows, values)
        # Many: not by that index (which "+" keeps away), whose rows would all have to be sorted.
        return f"+{day.format('c')} BETWEEN ? AND ?"

    def _flag(self, flag: str) -> str:
        match flag:
            case "question":
                return self._few_or_each("FROM cases q WHERE q.questions <> '[]'", "q.id")
            case "decision":
                return self._few_or_each("FROM decision d WHERE 1", "d.case_id")
            case "hidden":
                return "c.hidden = 1"
            case "mine":
                return self._engineer(self._spelled([fold(self._asker.reader)]))
            case "awake":
                self._values.append(self._asker.today)
                return f"(c.status_rank = {RANK['on_hold']} AND {AWAKE})"
            case "stale":
                newest = shifted(self._asker.today, 1 - self._asker.stale_days)
                self._values.append(self._asker.day_ms(newest))
                # Each of the ranks is a stretch of an index; "not resolved" is all of the table.
                ranks = ", ".join(str(n) for name, n in RANK.items() if name != "resolved")
                return f"(c.status_rank IN ({ranks}) AND c.active_at < ?)"
            case "draft":
                return self._told(
                    "x.id", f"FROM draft d JOIN cases x ON x.uid = d.case_uid WHERE {_OPEN}"
                )
        return self._unread()

    def _unread(self) -> str:
        reader = self._asker.reader
        if is_kept(self._db, reader) and some(self._db, reader, FEW) is not None:
            self._values.append(reader)
            return self._told("u.case_id", "FROM unread u WHERE u.reader = ?", [reader])
        if (news := few_news(self._db, reader)) is not None:
            self._values += [reader, reader]
            return self._told("case_id", f"FROM ({news})", [reader, reader])
        count, values = counted(self._db, reader)
        self._values += values
        return f"{count} > 0"


def _any(conditions: Iterable[str]) -> str:
    return "(" + " OR ".join(conditions) + ")"
