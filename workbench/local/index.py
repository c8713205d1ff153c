"""The index of the texts that search reads: what it has, what waits for it, how it catches up.

"What the index does not have as it is now stands in ``unindexed``": triggers see to that, in the
transaction that writes the text. So a search that looks at what the index says and at what waits
misses nothing, whenever the index follows; a document whose text is another by now is told apart
by looking at the text.

The index holds no text, only grams, and forgets a document only by being told what it had: that
is kept beside the document while it waits. Of a case it has the initials of its title and of its
engineers too.

Where much waits, a process beside this one works out the grams of the texts that come next. "What
it worked out is of a text, not of a document": so it is right whatever was written meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from itertools import starmap
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.cases import initials
from workbench.cases.errors import Busy, WorkbenchError
from workbench.cases.grams import Asked, completed, grams
from workbench.local.database import Database
from workbench.local.points import reached

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.local.beside import Beside, Work

CHUNK = 2_000
"""How many are indexed in one transaction: others who write wait a fifth of a second at most."""
PIECE = 200
"""Of how many the grams are worked out beside at once; what is not begun there is done here."""

ALL = 1 << 62
COUNTED = 1 << 15
"""Beginnings of grams with at most so many places (3 ms) are asked for beside whole grams."""
MANY = 50_000
"""Of so many documents with all whole grams those are told that have a beginning too. It takes
10 µs for each of them, and 30 ms before the first; to look at one takes 4."""

FIRST, AS_GOOD = 4, 1.25
"""So many grams are asked for before more are; fewer where that gives about as few documents."""
GOOD = 2_000
"""So few documents are not made fewer by asking for more grams: that takes longer than a look."""

AT_HAND = 500
"""Fewer documents than these are told at once; of more the index is asked again when need be."""

Progress = Callable[[int, int], None]


_Words = tuple[str, str | None]
"""What the index has of a document: its text, and of a case its title and engineers."""


class _Ahead(NamedTuple):
    """Documents up to ``last`` whose grams are worked out beside, in pieces."""

    last: int
    pieces: list[tuple[list[_Words], Future[list[str]]]]


class Documents(NamedTuple):
    """The documents of a match, and about how many they are; ``ALL`` where nobody looked.

    ``known`` are their numbers, as JSON, where they are few.
    """

    match: str
    size: int
    known: str | None = None

    @property
    def sql(self) -> str:
        """SQL that gives their numbers as ``doc``; it takes ``value``."""
        return _MATCHING if self.known is None else "SELECT value AS doc FROM json_each(?)"

    @property
    def value(self) -> str:
        """What the SQL takes."""
        return self.match if self.known is None else self.known


CASE, ENTRY = "({} >> 32)", "({} & 4294967295)"
"""Of a document: its case, and its entry, which is 0 where it is of the case itself."""

_WAITING = (
    f"SELECT u.doc, u.former, u.named, CASE {ENTRY.format('u.doc')}"
    f" WHEN 0 THEN (SELECT c.folded FROM cases c WHERE c.id = {CASE.format('u.doc')})"
    f" ELSE (SELECT e.folded FROM entry e WHERE e.id = {ENTRY.format('u.doc')}) END AS text,"
    f" CASE {ENTRY.format('u.doc')} WHEN 0 THEN (SELECT c.title || char(31) || c.engineer_text"
    f" FROM cases c WHERE c.id = {CASE.format('u.doc')}) END AS names"
    " FROM unindexed u"
)
_MATCHING = "SELECT rowid AS doc FROM gram WHERE gram MATCH ?"
_FIRST = f"SELECT count(*), min(doc), max(doc), json_group_array(doc) FROM ({_MATCHING} LIMIT ?)"
"""What the first documents of a match are, in one step: one by one they take three times as long,
and other threads of the program come in between."""
_ADD = "INSERT INTO gram (rowid, grams) VALUES (?, ?)"
_TAKE_OUT = "INSERT INTO gram (gram, rowid, grams) VALUES ('delete', ?, ?)"


class Index:
    """The index of one file."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # --- catching up --------------------------------------------------------------------------

    def waiting(self) -> int:
        """Return how many documents wait."""
        return int(self._db.value("SELECT count(*) FROM unindexed"))

    def take_all(self) -> None:
        """Index what waits, inside a transaction."""
        self._take(self._db.rows(f"{_WAITING} ORDER BY u.doc"))

    def follow(
        self, progress: Progress | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> bool:
        """Index all that waits, some in each transaction; others may write in between.

        Returns:
            Whether nothing waits any more; it may be stopped at any moment.
        """
        from workbench.local.beside import started  # bulk work alone needs it

        total = self.waiting()
        done = 0
        with started(__name__) if total > CHUNK else nullcontext() as beside:
            ahead = self._go_ahead(beside, 0)
            while not stopped():
                made = _made(ahead)
                ahead = self._go_ahead(beside, ahead.last)
                with self._db.write("index"):
                    some = self._db.rows(f"{_WAITING} ORDER BY u.doc LIMIT ?", CHUNK)
                    self._take(some, made)
                    reached("index:after-chunk")
                if not some:
                    return True
                done += len(some)
                if progress is not None:
                    progress(min(done, total), total)
                if len(some) < CHUNK:
                    return True
                self._db.give_way()
        return False

    def _go_ahead(self, beside: Beside | None, after: int) -> _Ahead:
        """Have the grams of the next documents that wait worked out, if anybody is there for it."""
        if beside is None:
            return _Ahead(after, [])
        rows = self._db.rows(f"{_WAITING} WHERE u.doc > ? ORDER BY u.doc LIMIT ?", after, CHUNK)
        words = [(row["text"], row["names"]) for row in rows if row["text"]]
        pieces = (words[start : start + PIECE] for start in range(0, len(words), PIECE))
        last = rows[-1]["doc"] if rows else after
        return _Ahead(last, [(piece, beside.ask("grams", piece)) for piece in pieces])

    def _take(self, waiting: Iterable[Any], made: Mapping[_Words, str] | None = None) -> None:
        """Bring the index up to these documents; their numbers rise, as it likes best.

        Args:
            made: grams that are worked out already.
        """
        known = made or {}
        done = []
        for doc, former, named, text, names in waiting:
            if (former, named) != (text, names):
                if former:
                    self._db.run(_TAKE_OUT, doc, _grams(former, named))
                if text:
                    grams_of = known.get((text, names)) or _grams(text, names)
                    self._db.run(_ADD, doc, grams_of)
            done.append((doc,))
        self._db.connection.executemany("DELETE FROM unindexed WHERE doc = ?", done)

    def forget_former(self) -> None:
        """Rid the index of every gram that no text has any more, inside a transaction.

        A gram that was taken out stays in the part of the index that it was written to, with a
        note in a later part that it is gone. Only where all parts become one do both vanish.
        """
        self._take(self._db.rows(f"{_WAITING} WHERE u.former IS NOT NULL ORDER BY u.doc"))
        self._db.run("INSERT INTO gram (gram) VALUES ('optimize')")

    def make_anew(self) -> None:
        """Index every text from nothing, inside a transaction."""
        self._db.run("INSERT INTO gram (gram) VALUES ('delete-all')")
        self._db.run("DELETE FROM unindexed")
        self._db.run(
            "INSERT INTO unindexed SELECT (case_id << 32) + id, NULL, NULL FROM entry"
            " WHERE folded <> '' UNION ALL SELECT id << 32, NULL, NULL FROM cases"
            " WHERE folded <> ''"
        )
        while some := self._db.rows(f"{_WAITING} ORDER BY u.doc LIMIT ?", CHUNK):
            self._take(some)

    def is_sound(self) -> bool:
        """Whether its own structure holds; what it says of which text is not looked at."""
        try:
            with self._db.write("check"):  # an INSERT by its form, which writes nothing
                self._db.run("INSERT INTO gram (gram) VALUES ('integrity-check')")
        except Busy:
            raise
        except (sqlite3.DatabaseError, WorkbenchError):
            return False
        return True

    def fingerprint(self) -> tuple[int, int]:
        """Return how many grams of documents the index holds, and a sum that tells others apart."""
        count = total = 0
        for term, doc in self._db.run("SELECT term, doc FROM gram_place"):
            count += 1
            total += hash((term, doc))
        return count, total

    # --- asking -------------------------------------------------------------------------------

    def documents(self, asked: Asked, most: int = ALL) -> Documents | None:
        """Return the documents that may hold what is asked for; those that wait come on top.

        Returns:
            None where they are more than about ``most``, or the index can't tell.
        """
        if most < ALL and self._count("SELECT 1 FROM unindexed", most) > most:
            return None
        found = self._fewest([f'"{gram}"' for gram in asked.whole])
        for beginning in asked.beginnings:
            if found is None or MANY < found.size <= most:
                found = self._begun(beginning, found, most) or found
        return found if found is not None and found.size <= most else None

    def at_hand(self, asked: Asked, few: int) -> Documents | None:
        """Return documents that may hold what is asked for, None where the index can't tell.

        It is not asked for more once a gram has no more than ``few``.
        """
        alone: list[Documents] = []
        if self._count("SELECT 1 FROM unindexed", few) > few:
            return None
        for gram in asked.whole:
            alone.append(self._those(f'"{gram}"'))
            if alone[-1].known is not None and alone[-1].size <= few:
                return alone[-1]
        return min(alone, key=lambda one: one.size, default=None)

    def _fewest(self, grams: Sequence[str]) -> Documents | None:
        """Return the documents that have all of some grams.

        They are asked for by the most seldom ones, and by no more of them than make them fewer:
        the places of each are gone through.
        """
        alone = sorted(map(self._those, grams), key=lambda one: one.size)
        if len(alone) < 2 or alone[0].known is not None:
            return alone[0] if alone else None
        seldom = [one.match for one in alone]
        found = self._those(" AND ".join(seldom[:FIRST]))
        if found.size > GOOD and len(seldom) > FIRST:
            found = self._those(" AND ".join(seldom))
        if found.known is not None:
            return found
        for count in range(1, FIRST):
            by_fewer = self._those(" AND ".join(seldom[:count])) if count > 1 else alone[0]
            if by_fewer.size <= found.size * AS_GOOD:
                return by_fewer
        return found

    def _begun(self, beginning: str, found: Documents | None, most: int) -> Documents | None:
        """Return those of the documents found that have a gram that begins so too.

        Returns:
            None where such grams have so many places that asking for them costs more than it says.
        """
        if listed := completed(beginning):
            # Each gram by itself is told one document after the other.
            match = " OR ".join(f'"{gram}"' for gram in listed)
        else:
            # All places of a beginning are gathered before the first is told.
            match = f'"{beginning}" *'
            if found is None and most == ALL:
                return Documents(match, ALL)
            enough = most if found is None else min(most, COUNTED)
            places = self._places(beginning, enough)
            if places > enough:
                return None
            if found is None and places > AT_HAND:
                return Documents(match, places)
        return self._those(f"({match})" if found is None else f"{found.match} AND ({match})")

    def _those(self, match: str) -> Documents:
        """Return the documents of a match: the first few tell about how many they are."""
        count, first, last, docs = self._db.tuples(_FIRST, match, AT_HAND).fetchone()
        if count < AT_HAND:
            return Documents(match, count, docs)
        cases = int(self._db.value("SELECT coalesce(max(id), 0) FROM cases"))
        first, last = first >> 32, last >> 32
        return Documents(match, count * (cases + 1 - first) // (last + 1 - first))

    def _count(self, sql: str, most: int, *values: Any) -> int:
        """Return how many rows there are, but no more than one above ``most``."""
        counted = f"SELECT count(*) FROM ({sql} LIMIT ?)"
        return int(self._db.value(counted, *values, most + 1))

    def _places(self, beginning: str, most: int) -> int:
        sql = "SELECT 1 FROM gram_place WHERE term >= ? AND term < ?"
        return self._count(sql, most, beginning, beginning + "\U0010ffff")


def works() -> Mapping[str, Work]:
    """Return what can be asked of a process beside this one."""
    return {"grams": lambda several: list(starmap(_grams, several))}


def _made(ahead: _Ahead) -> dict[_Words, str]:
    """Return the grams that were worked out ahead; the last piece first, as it may not be begun."""
    from workbench.local.beside import result

    found: dict[_Words, str] = {}
    for words, asked in reversed(ahead.pieces):
        several = result(asked) or starmap(_grams, words)
        found.update(zip(words, several, strict=True))
    return found


def _grams(text: str, names: str | None) -> str:
    """Return all that the index has of a document."""
    found = grams(text)
    if names:
        found |= initials.grams(names)
    return " ".join(found)
