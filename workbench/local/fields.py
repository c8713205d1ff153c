"""What the fields of a query ask of the tables: each a condition over ``cases c``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from workbench.cases import query
from workbench.cases.model import STATUSES
from workbench.cases.query.days import limits, shifted
from workbench.cases.query.meaning import case_stem
from workbench.cases.record import Record
from workbench.cases.text import fold
from workbench.local.columns import SEPARATOR
from workbench.local.database import Database
from workbench.local.people import read_people, spellings
from workbench.local.reads import AWAKE, waiting_of
from workbench.local.speakers import SHOWN, speakers
from workbench.local.unread import counted, few_news, is_kept, some

FEW = 5000
"""Up to so many rows are gathered first; of more, each case is asked in its order in the list."""
RANK: dict[str, int] = {status: rank for rank, status in enumerate(STATUSES)}
_COLUMNS = {"image": "images", "file": "files"}
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

    ``few`` are those that are told by a few rows, so that nothing else need be gone through.
    """

    def __init__(
        self, database: Database, asker: Asker, values: list[Any], *, every: bool = False
    ) -> None:
        """Ask for someone; ``every``: all cases are wanted, and a field alone says which."""
        self._db = database
        self._asker = asker
        self._values = values
        self._every = every
        self.few: set[str] = set()

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
        return _any(self._listed("c.engineer_text", name) for name in names)

    def _waiting(self, sides: Sequence[str]) -> str:
        """Ask of each case whose turn it is, as its row says; those that are resolved need none."""
        people = read_people(self._db)
        columns = ("status", "woken", "held_for", "entry_count", "last_by", "last_own", "last_asks")

        def turn(*values: Any) -> str:
            return waiting_of(dict(zip(columns, values, strict=True)), people) or ""

        self._db.connection.create_function("turn", len(columns), turn)
        asked = f"turn({', '.join(f'c.{column}' for column in columns)})"
        return f"(c.status_rank <> {RANK['resolved']} AND {self._among(asked, sides)})"

    def _speaker(self, values: Sequence[str]) -> str:
        """Ask the index for every spelling that there is of these names."""
        wanted = set(self._spelled(values))
        known = [name for name in speakers(self._db) if fold(name) in wanted]
        if not known:
            return "0"
        said = f"FROM entry e WHERE {SHOWN} AND {self._among('e.speaker', known)}"
        return self._few_or_each(said, "e.case_id", known)

    def _few_or_each(self, rows: str, case: str, values: Sequence[Any] = ()) -> str:
        """Take the cases from rows where they are few, else look whether each case has one."""
        if (few := self._are_few(f"SELECT 1 {rows}", values)) or self._every:
            return self._told(f"SELECT {case} {rows}", few=few)
        return f"EXISTS (SELECT 1 {rows} AND {case} = c.id)"

    def _are_few(self, rows: str, values: Sequence[Any] = ()) -> bool:
        found = self._db.value(f"SELECT count(*) FROM ({rows} LIMIT {FEW})", *values)
        return bool(found < FEW)

    def _told(self, rows: str, *, few: bool) -> str:
        """Return the condition that a case is among these rows."""
        condition = f"c.id IN ({rows})"
        if few:
            self.few |= {condition, _any([condition])}
        return condition

    def _holding(self, column: str) -> str:
        """Ask two indexes of the few that hold a picture or a file, of the case and of entries."""
        of_case = f"SELECT q.id FROM cases q WHERE q.{column} <> '[]'"
        of_entries = f"FROM entry e WHERE e.{column} <> '[]' AND NOT e.hidden"
        both = f"{of_case} UNION ALL SELECT e.case_id {of_entries}"
        if (few := self._are_few(both)) or self._every:
            return self._told(both, few=few)
        one = f"EXISTS (SELECT 1 {of_entries} AND e.case_id = c.id)"
        return f"(c.id IN ({of_case}) OR {one})"

    def _mentions(self, value: str) -> str:
        """Ask the table of references; what begins with digits is a range of it."""
        stem = case_stem(value)
        if value.isascii() and value.isdigit():
            self._values += [value, value + ":"]
            found = "value >= ? AND value < ?"
        elif stem is None:
            self._values.append(value)
            found = f"{_LETTERED} AND value = ? COLLATE NOCASE"
        else:
            self._values += [stem, f"{stem}_", f"{stem}`"]
            found = (
                f"{_LETTERED} AND (value = ? COLLATE NOCASE"
                " OR (value >= ? COLLATE NOCASE AND value < ? COLLATE NOCASE))"
            )
        return f"c.id IN (SELECT case_id FROM reference WHERE {found})"

    def _span(self, name: str, span: query.Span) -> str:
        low, high = limits(span, self._asker.today)
        column = "c.opened_on"
        conditions = ["c.opened_on IS NOT NULL"] if name == "opened" else []
        values: list[Any] = [low, high]
        if name == "updated":
            column = "c.active_at"
            day_ms = self._asker.day_ms
            values = [low and day_ms(low), high and day_ms(shifted(high, 1))]
        for value, sign in zip(values, (">=", "<=" if name == "opened" else "<"), strict=True):
            if value is not None:
                conditions.append(f"{column} {sign} ?")
                self._values.append(value)
        return "(" + (" AND ".join(conditions) or "1") + ")"

    def _flag(self, flag: str) -> str:
        match flag:
            case "question":
                return self._few_or_each("FROM cases q WHERE q.questions <> '[]'", "q.id")
            case "decision":
                return self._few_or_each("FROM decision d WHERE 1", "d.case_id")
            case "hidden":
                return "c.hidden"
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
                return (
                    "c.uid IN (SELECT d.case_uid FROM draft d WHERE d.case_uid IS NOT NULL"
                    " AND d.text <> '' AND d.discarded_at IS NULL)"
                )
        return self._unread()

    def _unread(self) -> str:
        reader = self._asker.reader
        if is_kept(self._db, reader) and some(self._db, reader, FEW) is not None:
            self._values.append(reader)
            return self._told("SELECT u.case_id FROM unread u WHERE u.reader = ?", few=True)
        if (news := few_news(self._db, reader)) is not None:
            self._values += [reader, reader]
            return f"c.id IN ({news})"
        count, values = counted(self._db, reader)
        self._values += values
        return f"{count} > 0"


def _any(conditions: Iterable[str]) -> str:
    return "(" + " OR ".join(conditions) + ")"
