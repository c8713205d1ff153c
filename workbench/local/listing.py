"""The list's order: what each sort orders by, and pages of it by keyset over an index.

"A page costs the same wherever it stands": it begins behind a known row's own values, which an
index holds in exactly this order. A jump to a position that nobody has seen begins at the end of a
stretch of the order, of which it is known how many cases stand before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from workbench.cases.model import STATUSES
from workbench.cases.record import Record
from workbench.local.database import Database
from workbench.local.stretches import ORDERS, Of, Stretches


class Key(Record):
    """One thing that a sort looks at: an expression over a case, and whether it falls."""

    sql: str
    falls: bool


NUMBER = "coalesce(c.number, -1)"
STATUS = "c.status_rank"
_UID = Key("c.uid", True)
_ACTIVE = (Key("c.active_at", True), Key(NUMBER, True), _UID)
_OPENED = (
    Key("coalesce(c.opened_on, '')", False),
    Key(NUMBER, False),
    Key("c.uid", False),
)
_NUMBERED = (
    Key("coalesce(c.number, 9223372036854775807)", False),
    Key("c.family", False),
    Key("c.uid", False),
)
SORTS: dict[str, tuple[Key, ...]] = {
    "activity": _ACTIVE,
    "opened": _OPENED,
    "number": _NUMBERED,
    "status": (Key(STATUS, False), *_ACTIVE),
    "engineer": (Key("coalesce(nullif(c.engineer_text, ''), '~')", False), *_ACTIVE),
    "age": tuple(key._replace(falls=True) for key in _OPENED),
}
"""What each sort orders by; what is missing comes last, or first where the sort is of its age."""
_INDEX = {
    "activity": "cases_active",
    "opened": "cases_opened",
    "number": "cases_number",
    "status": "cases_status",
    "engineer": "cases_engineer",
    "age": "cases_opened",
}
_ASSIGNED = {
    STATUS: "a.status_rank",
    "c.active_at": "a.active_at",
    NUMBER: "a.number",
    "c.uid": "a.uid",
}
"""What an engineer's rows call the same."""


def is_sort(sort: str) -> bool:
    """Return whether there is such a sort; a ``-`` in front turns one round."""
    return sort.removeprefix("-") in SORTS


def keys_of(sort: str) -> tuple[Key, ...]:
    """Return what a sort orders by."""
    keys = SORTS[sort.removeprefix("-")]
    if not sort.startswith("-"):
        return keys
    return tuple(key._replace(falls=not key.falls) for key in keys)


def order_by(keys: Iterable[Key]) -> str:
    """Return keys as an ORDER BY."""
    return ", ".join(f"{key.sql} {'DESC' if key.falls else 'ASC'}" for key in keys)


class Scope(Record):
    """Which cases a list shows, of what an index and the tallies know at once.

    ``statuses``: None for all. At most one of ``project`` and ``engineer`` (folded) is given.
    """

    statuses: tuple[str, ...] | None = None
    project: str | None = None
    engineer: str | None = None

    @property
    def is_all(self) -> bool:
        """Whether it is every case that is not hidden."""
        return self == Scope()


def has_index(scope: Scope, sort: str) -> bool:
    """Return whether the cases of a scope stand in an index in the order of a sort."""
    return scope.is_all or sort.removeprefix("-") in ("activity", "status")


class Place(Record):
    """Where a case stands: its number in the file, and its values of the sort's keys."""

    case: int
    at: tuple[Any, ...]

    @property
    def uid(self) -> str:
        """The case's id, on which every sort ends."""
        return str(self.at[-1])


class _Stream(Record):
    """Rows of one table that an index has in the order of ``keys``.

    ``first`` is what the first key is in all of them, None where it differs.
    """

    source: str
    case: str
    where: str
    values: tuple[Any, ...]
    keys: tuple[Key, ...]
    first: int | None = None


class Listing:
    """The cases of a scope in the order of a sort, as the file has them now.

    Places need not be those of cases that are there: "what stands behind a place" has an answer
    after its case went elsewhere.
    """

    def __init__(self, database: Database, scope: Scope, sort: str) -> None:
        """Say which cases, in which order. ``has_index`` must be true of them."""
        self._db = database
        self.sort = sort
        self.keys = keys_of(sort)
        self.scope = scope
        self._streams = list(self._cut())
        order = ORDERS[sort.removeprefix("-")]
        falls = [key.falls for key in self.keys[: len(order.by)]]
        self._stretches = Stretches(
            database,
            order,
            falls,
            statuses=scope.statuses,
            project=scope.project,
            engineer=scope.engineer,
        )

    # -- which rows ------------------------------------------------------------------------------

    def _cut(self) -> Iterator[_Stream]:
        """Yield streams that together hold the scope, each in the order of the sort."""
        scope, name = self.scope, self.sort.removeprefix("-")
        ranks = None if scope.statuses is None else sorted(map(STATUSES.index, scope.statuses))
        if name in ("activity", "status") and scope.engineer is not None:
            for rank in range(len(STATUSES)) if ranks is None else ranks:
                yield self._of_engineer(scope.engineer, rank)
        elif name in ("activity", "status") and scope.project is not None:
            for rank in range(len(STATUSES)) if ranks is None else ranks:
                where = "c.family = ? AND c.status_rank = ?"
                yield self._of_cases("cases_project", where, scope.project, rank)
        elif name in ("activity", "status") and ranks is not None:
            for rank in ranks:
                yield self._of_cases("cases_status", "c.status_rank = ?", rank)
        else:
            yield self._of_cases(_INDEX[name], "1")

    def _of_cases(self, index: str, where: str, *values: Any) -> _Stream:
        source = f"cases c INDEXED BY {index}"
        first = self._first(values[-1]) if values else None
        return _Stream(source, "c.id", f"c.hidden = 0 AND {where}", values, self.keys, first)

    def _of_engineer(self, name: str, rank: int) -> _Stream:
        keys = tuple(key._replace(sql=_ASSIGNED[key.sql]) for key in self.keys)
        where = "a.name = ? AND a.status_rank = ?"
        return _Stream("assigned a", "a.case_id", where, (name, rank), keys, self._first(rank))

    def _first(self, rank: int) -> int | None:
        """Return the first key of the cases of a status, where it is the status."""
        return rank if self.keys[0].sql == STATUS else None

    # -- reading ---------------------------------------------------------------------------------

    def count(self) -> int:
        """Return how many cases there are, from the tallies."""
        scope = self.scope
        where, values = "kind = 'project'", list[Any]()
        if scope.engineer is not None:
            where, values = "kind = 'engineer' AND name = ?", [scope.engineer]
        elif scope.project is not None:
            where, values = "kind = 'project' AND name = ?", [scope.project]
        if scope.statuses is not None:
            where += f" AND status_rank IN ({', '.join('?' * len(scope.statuses))})"
            values += map(STATUSES.index, scope.statuses)
        return int(self._db.value(f"SELECT coalesce(sum(n), 0) FROM tally WHERE {where}", *values))

    def after(self, place: Place | None, most: int) -> list[Place]:
        """Return the cases behind a place, at most so many; from the beginning for None."""
        return self._next(place, most, turned=False)

    def before(self, place: Place | None, most: int) -> list[Place]:
        """Return the cases before a place, the nearest ones, in the list's order; None: its end."""
        return self._next(place, most, turned=True)[::-1]

    def from_position(self, position: int, most: int) -> list[Place]:
        """Return the cases from a position on; within its stretch they are counted."""
        last, before = self._stretches.at(position)
        left, end = position - before, self._end_of(last)
        if left > LONG:
            return self._from_end(position, most)
        if end is not None and len(end.at) > 1:
            # What is behind it are several ranges, which SQLite would sort to put them together.
            return self._next(end, left + most, turned=False)[left:]
        return self._skip(end, left, most, turned=False)

    def _from_end(self, position: int, most: int) -> list[Place]:
        """Return the cases from a position on, counted along the index from the nearer end."""
        whole = self.count()
        if position > whole // 2:
            most = min(most, whole - position)
            return self._skip(None, whole - position - most, most, turned=True)[::-1]
        return self._skip(None, position, most, turned=False)

    def _end_of(self, stretch: Of | None) -> Place | None:
        """Return the end of a stretch as a place that says only its first keys."""
        order = self._stretches.order
        if stretch is None or not order.shift:
            return None if stretch is None else Place(0, stretch)
        edge = order.first(stretch) if self.keys[order.whole].falls else order.last(stretch)
        return Place(0, (*stretch[:-1], edge))

    def ahead(self, place: Place) -> int:
        """Return how many cases stand before a place: in other stretches and in its own."""
        order = self._stretches.order
        stretch = order.of(place.at)
        found = self._stretches.before(stretch)
        for stream in self._streams:
            for where, values, equal in _beyond(stream, place, turned=True):
                if equal < order.whole:
                    continue
                bound = ""
                if equal == order.whole and order.shift:
                    key = stream.keys[equal]
                    bound = f" AND {key.sql} {'<=' if key.falls else '>='} ?"
                    values.append(order.last(stretch) if key.falls else order.first(stretch))
                sql = f"SELECT count(*) FROM {stream.source} WHERE {where}{bound}"
                found += self._db.value(sql, *values)
        return found

    def places(self, cases: Sequence[int]) -> dict[int, Place]:
        """Return where these cases stand, those that the scope has."""
        found: dict[int, Place] = {}
        listed = ", ".join(key.sql for key in self.keys)
        where, values = self._condition()
        for row in self._db.rows_in(
            f"SELECT c.id, {listed} FROM cases c WHERE c.id IN ({{}}) AND {where}", cases, *values
        ):
            found[row[0]] = Place(row[0], tuple(row)[1:])
        return found

    def _condition(self) -> tuple[str, tuple[Any, ...]]:
        """Return what the scope asks of a case, as a condition over ``cases c``."""
        scope = self.scope
        where, values = ["c.hidden = 0"], list[Any]()
        if scope.statuses is not None:
            where.append(f"c.status_rank IN ({', '.join('?' * len(scope.statuses))})")
            values += map(STATUSES.index, scope.statuses)
        if scope.project is not None:
            where.append("c.family = ?")
            values.append(scope.project)
        if scope.engineer is not None:
            where.append("instr(c.engineer_text, char(31) || ? || char(31)) > 0")
            values.append(scope.engineer)
        return " AND ".join(where), tuple(values)

    def numbers(self, ids: Iterable[str]) -> list[int]:
        """Return the numbers of cases by their ids."""
        return numbers(self._db, ids)

    def walk(self) -> Iterator[Place]:
        """Yield every case in order; what changes meanwhile may come twice, or not at all."""
        place: Place | None = None
        while part := self.after(place, PART):
            yield from part
            place = part[-1]

    def in_order(self, places: Iterable[Place]) -> list[Place]:
        """Return places in the order of the list."""
        ordered = list(places)
        for nth in reversed(range(len(self.keys))):
            # Sorting keeps the order of equals: from the least key to the first.
            ordered.sort(key=lambda place: place.at[nth], reverse=self.keys[nth].falls)
        return ordered

    def is_before(self, one: Place, other: Place) -> bool:
        """Return whether one place stands before another."""
        for key, here, there in zip(self.keys, one.at, other.at, strict=True):
            if here != there:
                return bool(here > there) if key.falls else bool(here < there)
        return False

    def _next(self, place: Place | None, most: int, *, turned: bool) -> list[Place]:
        found: list[Place] = []
        for stream in self._streams:
            found += self._of_stream(stream, place, most, turned=turned)
        if len(self._streams) > 1:
            found = self.in_order(found)
            if turned:
                found.reverse()
        return found[:most]

    def _of_stream(
        self, stream: _Stream, place: Place | None, most: int, *, turned: bool
    ) -> list[Place]:
        """Return the next rows of a stream, from the nearest to the furthest."""
        if place is None:
            return self._read(stream, stream.where, stream.values, 0, most, turned=turned)
        found: list[Place] = []
        for where, values, equal in _beyond(stream, place, turned=turned):
            if len(found) == most:
                break
            found += self._read(stream, where, values, equal, most - len(found), turned=turned)
        return found

    def _read(
        self,
        stream: _Stream,
        where: str,
        values: Sequence[Any],
        equal: int,
        most: int,
        *,
        turned: bool,
    ) -> list[Place]:
        """Read rows of a stream; the first ``equal`` keys are the same in all of them."""
        rows = self._db.connection.execute(
            f"{_select(stream)} WHERE {where}"
            f" ORDER BY {order_by(_turned(stream.keys[equal:], turned))} LIMIT ?",
            (*values, most),
        )
        rows.row_factory = None
        return [Place(case, tuple(at)) for case, *at in rows]

    def _skip(self, end: Place | None, left: int, most: int, *, turned: bool) -> list[Place]:
        """Return rows behind a place (None: all) but for so many, from the end if turned."""
        parts: list[str] = []
        values: list[Any] = []
        for stream in self._streams:
            ranges: Iterable[tuple[str, Sequence[Any], int]] = [(stream.where, stream.values, 0)]
            if end is not None:
                ranges = _beyond(stream, end, turned=turned)
            for where, some, _ in ranges:
                parts.append(f"{_select(stream)} WHERE {where}")
                values += some
        if not parts:
            return []
        order = order_by(_turned(self._streams[0].keys, turned))
        if len(parts) > 1:  # of several selects the columns are numbered
            named = (key._replace(sql=str(nth)) for nth, key in enumerate(self.keys, start=2))
            order = order_by(_turned(named, turned))
        rows = self._db.connection.execute(
            f"{' UNION ALL '.join(parts)} ORDER BY {order} LIMIT ? OFFSET ?",
            (*values, most, left),
        )
        rows.row_factory = None
        return [Place(case, tuple(at)) for case, *at in rows]


def numbers(db: Database, ids: Iterable[str]) -> list[int]:
    """Return the numbers of cases by their ids."""
    return [row[0] for row in db.rows_in("SELECT id FROM cases WHERE uid IN ({})", ids)]


def every(db: Database, sort: str, limit: int | None) -> list[int]:
    """Return the numbers of the first cases of a sort, None for no limit, without hidden ones.

    Raises:
        Stopped: nobody waits for them any more.
    """
    order = order_by(keys_of(sort))
    with db.watched():
        rows = db.tuples(
            f"SELECT c.id FROM cases c WHERE c.hidden = 0 ORDER BY {order} LIMIT ?",
            -1 if limit is None else limit,
        )
        return [case for (case,) in rows]


def uids(db: Database, cases: Sequence[int]) -> Iterator[str]:
    """Yield the ids of cases by their numbers, in this order."""
    for start in range(0, len(cases), PART):
        part = cases[start : start + PART]
        rows = db.rows_in("SELECT id, uid FROM cases WHERE id IN ({})", part)
        known = dict(map(tuple, rows))
        yield from (known[case] for case in part if case in known)


LONG = 5_000
"""So many cases of a stretch are read to get to one of them; of more the index is gone along."""
PART = 500
"""How many cases are read at once where all are asked for."""


def _select(stream: _Stream) -> str:
    listed = ", ".join(key.sql for key in stream.keys)
    return f"SELECT {stream.case}, {listed} FROM {stream.source}"


def _turned(keys: Iterable[Key], turned: bool) -> Iterable[Key]:
    return (key._replace(falls=not key.falls) for key in keys) if turned else keys


def _beyond(stream: _Stream, place: Place, *, turned: bool) -> Iterator[tuple[str, list[Any], int]]:
    """Yield conditions that together hold what stands behind a place, the nearest rows first.

    Each has some first keys equal and the next one beyond: a range of the index. (SQLite takes one
    comparison of several values at once for columns only, and where all of them rise or all fall.)
    With each comes how many keys are equal.
    """
    for equal in reversed(range(len(place.at))):
        key, value = stream.keys[equal], place.at[equal]
        falls = key.falls != turned
        if stream.first is not None and not equal:
            if stream.first != value and (stream.first < value) == falls:
                yield stream.where, list(stream.values), 0
        elif stream.first in (None, place.at[0]):
            same = "".join(f" AND {key.sql} = ?" for key in stream.keys[:equal])
            yield (
                f"{stream.where}{same} AND {key.sql} {'<' if falls else '>'} ?",
                [*stream.values, *place.at[: equal + 1]],
                equal,
            )
