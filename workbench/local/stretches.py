"""Positions in a list: how many cases stand before a place, without counting each of them.

"Nothing is counted along an index but the stretch that the place is in": it is kept how many cases
every stretch of an order holds, and what stands before is the sum of the stretches before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from workbench.cases.model import STATUSES
from workbench.cases.record import Record
from workbench.local.database import Database
from workbench.local.sums import counted

LARGEST = (1 << 63) - 1
"""SQLite's largest number: nothing is above it."""
Of = tuple[Any, ...]
"""Which stretch: the values of its columns ``by`` of an ``Order``."""


class Order(Record):
    """By which columns of ``stretch`` the rows of a kind are in the order of a sort.

    They stand for the first keys of the sort: each for what the key is, but for ``part``, which is
    the key shifted by so many bits.
    """

    kind: str
    by: tuple[str, ...]
    shift: int = 0

    @property
    def whole(self) -> int:
        """How many of the first keys are the same in all of a stretch."""
        return len(self.by) - bool(self.shift)

    def of(self, at: Sequence[Any]) -> Of:
        """Return in which stretch the case stands that has these values of the sort's keys."""
        whole = tuple(at[: self.whole])
        return (*whole, at[self.whole] >> self.shift) if self.shift else whole

    def first(self, of: Of) -> int:
        """Return the least value that the first key which differs has in a stretch."""
        return int(of[-1]) << self.shift

    def last(self, of: Of) -> int:
        """Return the largest value that it has."""
        return min(((int(of[-1]) + 1) << self.shift) - 1, LARGEST)


_DAY = 26
ORDERS = {
    "activity": Order("activity", ("part",), _DAY),
    "status": Order("activity", ("status_rank", "part"), _DAY),
    "opened": Order("opened", ("name",)),
    "age": Order("opened", ("name",)),
    "number": Order("number", ("part",), 10),
    "engineer": Order("engineer", ("name", "part"), 31),
}
"""By sort."""


class Stretches:
    """The stretches of a list: those of some statuses, of a project or of an engineer, or all."""

    def __init__(
        self,
        database: Database,
        order: Order,
        falls: Sequence[bool],
        *,
        statuses: Sequence[str] | None = None,
        project: str | None = None,
        engineer: str | None = None,
    ) -> None:
        """Say which; ``falls`` tells of each column of the order whether its values fall."""
        self._db = database
        self.order = order
        self._falls = tuple(falls)
        self._source = f"({counted(order.kind if engineer is None else 'assigned')})"
        where, values = ["true"], list[Any]()
        for name in (project, engineer):
            if name is not None:
                where.append("name = ?")
                values.append(name)
        if statuses is not None:
            where.append(f"status_rank IN ({', '.join('?' * len(statuses))})")
            values += map(STATUSES.index, statuses)
        self._where, self._values = " AND ".join(where), values

    def before(self, of: Of) -> int:
        """Return how many cases stand in the stretches before one."""
        found = 0
        for nth, (column, falls) in enumerate(zip(self.order.by, self._falls, strict=True)):
            same = "".join(f" AND {name} = ?" for name in self.order.by[:nth])
            found += self._db.value(
                f"SELECT coalesce(sum(n), 0) FROM {self._source} WHERE {self._where}{same}"
                f" AND {column} {'>' if falls else '<'} ?",
                *self._values,
                *of[: nth + 1],
            )
        return found

    def at(self, position: int) -> tuple[Of | None, int]:
        """Return the last stretch (None: there is none) that ends before a position in the list,
        and how many cases stand up to its end."""
        before, last = 0, None
        for of, count in self._in_order():
            if before + count > position:
                break
            before, last = before + count, of
        return last, before

    def _in_order(self) -> Iterator[tuple[Of, int]]:
        columns = ", ".join(self.order.by)
        order = ", ".join(
            f"{column} {'DESC' if falls else 'ASC'}"
            for column, falls in zip(self.order.by, self._falls, strict=True)
        )
        sql = f"SELECT sum(n), {columns} FROM {self._source} WHERE {self._where} GROUP BY {columns}"
        for n, *of in self._db.tuples(f"{sql} ORDER BY {order}", *self._values):
            yield tuple(of), n
