"""Long threads by pages: the order of their entries, kept so that a page costs no look at the rest.

"A case with 20,000 entries opens as a short one": whoever reads a long thread first writes its
order down; triggers keep it where a new entry stands last, as most do, and drop it where one came
in between. Places count from 1 and count hidden entries too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.cases import thread
from workbench.cases.clock import milliseconds
from workbench.cases.model import Entry
from workbench.cases.record import Record
from workbench.local.database import Database
from workbench.local.reads import entries_of, listed

NEVER = (1 << 63) - 1
"""As the time of the latest entry: none stands behind it."""
NEAR = 512
"""So many entries are looked at one by one for an unread one, before all unread ones are."""

_ROWS = (
    "SELECT e.*, t.nth, t.depth, t.answers FROM thread t JOIN entry e ON e.id = t.entry"
    " WHERE t.case_id = ?"
)
_UNREAD = "e.news AND NOT e.hidden AND e.id > ? AND e.author IS NOT ?"


class Read(Record):
    """Some entries of a thread in order, and what they are called in the log.

    ``slots`` are those of their changes, ``names`` the ids of the entries by further names.
    """

    entries: Sequence[Entry]
    slots: frozenset[int]
    names: dict[str, str]


class Threads:
    """Reads long threads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def count(self, case: int) -> int:
        """Return how many entries a thread has; its order is written down if it was not."""
        found = self._db.value("SELECT n FROM threaded WHERE case_id = ?", case)
        return self._arrange(case) if found is None else int(found)

    def read(self, case: int, first: int, last: int, *, reader: str, mark: int) -> Read:
        """Return the entries from one place to another, hidden ones too.

        Args:
            case: its number.
            reader: who reads.
            mark: up to which row of the log that person had read the case.
        """
        self.count(case)
        rows = self._db.rows(f"{_ROWS} AND t.nth BETWEEN ? AND ? ORDER BY t.nth", case, first, last)
        places = [(row["nth"], row["depth"], row["answers"]) for row in rows]
        return Read(
            entries_of(self._db, case, rows, places, reader=reader, mark=mark),
            frozenset(row["slot"] for row in rows),
            {name: row["uid"] for row in rows for name in listed(row["names"])},
        )

    def place(self, case: int, uid: str) -> int | None:
        """Return where an entry stands, or None."""
        self.count(case)
        found = self._db.value(
            "SELECT t.nth FROM entry e JOIN thread t ON t.entry = e.id AND t.case_id = e.case_id"
            " WHERE e.case_id = ? AND e.uid = ?",
            case,
            uid,
        )
        return None if found is None else int(found)

    def next_unread(self, case: int, place: int, *, reader: str, mark: int) -> int | None:
        """Return the place of the next entry behind ``place`` that the reader has not read."""
        last = min(place + NEAR, self.count(case))
        found = self._db.value(
            "SELECT t.nth FROM thread t JOIN entry e ON e.id = t.entry WHERE t.case_id = ?"
            f" AND t.nth > ? AND t.nth <= ? AND {_UNREAD} ORDER BY t.nth LIMIT 1",
            *(case, place, last, mark, reader),
        )
        if found is None:
            found = self._db.value(
                "SELECT min(t.nth) FROM entry e INDEXED BY entry_news JOIN thread t"
                f" ON t.entry = e.id AND t.case_id = e.case_id WHERE e.case_id = ? AND {_UNREAD}"
                " AND t.nth > ?",
                *(case, mark, reader, last),
            )
        return None if found is None else int(found)

    def next_with(
        self, case: int, place: int, terms: Sequence[str], step: int, *, hidden: bool = False
    ) -> int | None:
        """Return the place of the next entry that holds one of these folded terms.

        Args:
            case: its number.
            place: where to begin; it is not looked at itself.
            terms: what to look for.
            step: 1 to look behind it, -1 before it.
            hidden: whether hidden ones are shown too.
        """
        self.count(case)
        sign, order = (">", "") if step > 0 else ("<", " DESC")
        found = self._db.value(
            "SELECT t.nth FROM thread t JOIN entry e ON e.id = t.entry WHERE t.case_id = ?"
            f" AND t.nth {sign} ? AND {_holding(terms, hidden)} ORDER BY t.nth{order} LIMIT 1",
            *(case, place, *terms),
        )
        return None if found is None else int(found)

    def texts_with(
        self, case: int, first: int, last: int, terms: Sequence[str], *, hidden: bool = False
    ) -> list[tuple[int, str]]:
        """Return places and texts of the entries from one place to another that hold a term."""
        self.count(case)
        found = self._db.tuples(
            "SELECT t.nth, e.text FROM thread t JOIN entry e ON e.id = t.entry WHERE t.case_id = ?"
            f" AND t.nth BETWEEN ? AND ? AND {_holding(terms, hidden)} ORDER BY t.nth",
            *(case, first, last, *terms),
        )
        return list(found)

    def behind(self, case: int, at: int) -> int:
        """Return how many entries stand before something that happened ``at`` (ms).

        That is behind the last entry that was written before it and answers none, and behind those
        of its answers that were written before it too.
        """
        low, high = 0, self.count(case)
        until = (at + 1) << 16
        while low < high:
            middle = (low + high + 1) // 2
            if self._since(case, middle) < until:
                low = middle
            else:
                high = middle - 1
        if not low:
            return 0
        rows = self._db.tuples(
            "SELECT t.nth, t.depth, e.h FROM thread t JOIN entry e ON e.id = t.entry"
            " WHERE t.case_id = ? AND t.nth > (SELECT max(nth) FROM thread"
            " WHERE case_id = ? AND nth <= ? AND NOT depth) ORDER BY t.nth",
            *(case, case, low),
        )
        for nth, depth, h in rows:
            if not depth or milliseconds(h) > at:
                return int(nth) - 1
        return self.count(case)

    def _since(self, case: int, nth: int) -> int:
        return int(
            self._db.value("SELECT since FROM thread WHERE case_id = ? AND nth = ?", case, nth)
        )

    def _arrange(self, case: int) -> int:
        """Write the order of a thread down; return how many entries it has."""
        with self._db.write("thread"):
            rows = self._db.rows(
                "SELECT id, uid, names, h, op_id, reply_to, above FROM entry WHERE case_id = ?",
                case,
            )
            places = [_place_of(row) for row in rows]
            order = thread.arrange(places)
            new = _numbered(case, rows, order)
            same = 0
            for old in self._db.tuples("SELECT * FROM thread WHERE case_id = ? ORDER BY nth", case):
                if same == len(new) or old != new[same]:
                    break
                same += 1
            self._db.run("DELETE FROM thread WHERE case_id = ? AND nth > ?", case, same)
            self._db.connection.executemany(
                "INSERT INTO thread VALUES (?, ?, ?, ?, ?, ?)", new[same:]
            )
            latest = (NEVER, "")
            if thread.is_open(places, order):
                latest = max((place.order for place in places), default=latest)
            self._db.run(
                "INSERT OR REPLACE INTO threaded VALUES (?, ?, ?, ?)", case, len(new), *latest
            )
            return len(new)


def _holding(terms: Sequence[str], hidden: bool) -> str:
    """Return the condition of an entry that is shown and holds a term."""
    holds = " OR ".join(["instr(e.folded, ?) > 0"] * len(terms))
    return f"({holds})" if hidden else f"NOT e.hidden AND ({holds})"


def _place_of(row: Any) -> thread.Place:
    names = frozenset((row["uid"], *listed(row["names"])))
    return thread.Place(row["uid"], names, (row["h"], row["op_id"]), row["reply_to"], row["above"])


def _numbered(
    case: int, rows: Sequence[Any], order: Sequence[tuple[str, int, str | None]]
) -> list[tuple[Any, ...]]:
    """Return the rows of ``thread``; an answer has the time of what its thread began with."""
    by_id = {row["uid"]: row for row in rows}
    least, begun = NEVER, list[int]()
    for uid, depth, _ in reversed(order):
        if not depth:
            least = min(least, by_id[uid]["h"])
            begun.append(least)
    found: list[tuple[Any, ...]] = []
    for nth, (uid, depth, answers) in enumerate(order, start=1):
        if not depth:
            least = begun.pop()
        found.append((case, nth, by_id[uid]["id"], depth, answers, least))
    return found
