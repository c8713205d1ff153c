"""The order of long threads as the file keeps it: what arranging all entries gives, at any time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import examples
from tests.local.copies import MEMORY
from workbench.cases.clock import milliseconds
from workbench.local.database import Database
from workbench.local.entryrows import ENTRY, INSERT_ENTRY
from workbench.local.reads import Reader
from workbench.local.threads import Threads

BLANK: dict[str, Any] = {
    **dict.fromkeys(ENTRY),
    **dict.fromkeys(("slot", "edited", "redacted", "hidden", "decisions", "active_at"), 0),
    **dict.fromkeys(("names", "images", "files", "seen"), "[]"),
    "news": 1,
    "text": "已送电",
    "folded": "",
}


class Table:
    """A table of entries that is written to past the program, as any writer might."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.case = 0
        self.threads = Threads(db)

    def begin(self) -> None:
        """Begin another case."""
        self.case += 1

    def add(self, uid: str, h: int, **columns: Any) -> None:
        """Insert an entry."""
        row = {**BLANK, "uid": uid, "case_id": self.case, "h": h << 16, "op_id": uid, **columns}
        self.db.run(INSERT_ENTRY, *(row[name] for name in ENTRY))

    def change(self, uid: str, **columns: Any) -> None:
        """Change columns of an entry."""
        named = ", ".join(f"{name} = ?" for name in columns)
        of = (self.case, uid)
        self.db.run(
            f"UPDATE entry SET {named} WHERE case_id = ? AND uid = ?", *columns.values(), *of
        )

    def remove(self, uid: str) -> None:
        """Delete an entry."""
        self.db.run("DELETE FROM entry WHERE case_id = ? AND uid = ?", self.case, uid)

    def whole(self) -> list[tuple[str, int, int]]:
        """Return (id, position, depth) of the thread, arranged from all its entries."""
        order = Reader(self.db).order([self.case])[self.case]
        return [(uid, nth, depth) for nth, (uid, depth, _) in enumerate(order, start=1)]

    def by_pages(self, random: Random) -> list[tuple[str, int, int]]:
        """Return the same, read by pages of chance sizes, in any order."""
        count = self.threads.count(self.case)
        cuts = sorted({0, count, *(random.randrange(count + 1) for _ in range(3))})
        parts = list(pairwise(cuts))
        random.shuffle(parts)
        found: list[tuple[str, int, int]] = []
        for before, last in parts:
            read = self.threads.read(self.case, before + 1, last, reader="boris", mark=0)
            found += [(entry.id, entry.position, entry.depth) for entry in read.entries]
        return sorted(found, key=lambda entry: entry[1])

    @property
    def is_kept(self) -> bool:
        """Whether the order is written down."""
        return self.db.value("SELECT 1 FROM threaded WHERE case_id = ?", self.case) is not None


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """Return a table in which every test begins a case of its own."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        db = Database(Path(folder) / "cases.db")
        db.run("PRAGMA synchronous = OFF")
        yield Table(db)
        db.close()


IDS = tuple("abcdefghij")
some_id = st.sampled_from(IDS)
acts = st.lists(
    st.tuples(
        st.sampled_from(("type", "type", "type", "answer", "page", "change", "hide", "remove")),
        some_id,
        st.integers(0, 5),
        st.sampled_from((*IDS, "", "z")),
    ),
    max_size=16,
)


def do(table: Table, act: str, uid: str, h: int, other: str) -> None:
    """Do something to the entries: of an id that is there already, change it."""
    where = "SELECT 1 FROM entry WHERE case_id = ? AND uid = ?"
    if act in ("type", "answer", "page"):
        columns: dict[str, Any] = {"answer": {"reply_to": other}, "page": {"above": other}}.get(
            act, {}
        )
        if table.db.value(where, table.case, uid) is None:
            table.add(uid, h, **columns)
        else:
            table.change(uid, h=h << 16, reply_to=None, above=None)
            table.change(uid, **({"text": "改", **columns}))
    elif act == "change":
        table.change(uid, names=f'["{other}{h}"]', text="改")
    elif act == "hide":
        table.change(uid, hidden=h % 2)
    else:
        table.remove(uid)


@given(acts, st.integers(0, 2**32 - 1))
@examples(60)
def test_the_pages_are_the_whole_thread_whatever_was_done(
    table: Table, done: list[tuple[str, str, int, str]], seed: int
) -> None:
    random = Random(seed)
    table.begin()
    for act in done:
        do(table, *act)
        if random.random() < 0.7:
            assert table.by_pages(random) == table.whole()
    assert table.by_pages(random) == table.whole()
    check_places(table)


def check_places(table: Table) -> None:
    """Where something stands that happened at a time, and what is unread, as in the whole."""
    order = table.whole()
    assert table.threads.count(table.case) == len(order)
    rows = {
        row["uid"]: row
        for row in table.db.rows("SELECT * FROM entry WHERE case_id = ?", table.case)
    }
    for at in range(-1, 7):
        wanted = before(order, {uid: milliseconds(row["h"]) for uid, row in rows.items()}, at)
        assert table.threads.behind(table.case, at) == wanted
    for place in range(len(order) + 1):
        unread = [nth for uid, nth, _ in order[place:] if not rows[uid]["hidden"]]
        found = table.threads.next_unread(table.case, place, reader="boris", mark=0)
        assert found == (unread[0] if unread else None)
    for uid, nth, _ in order:
        assert table.threads.place(table.case, uid) == nth
    assert table.threads.place(table.case, "nobody") is None


def before(order: Sequence[tuple[str, int, int]], written: dict[str, int], at: int) -> int:
    """Return how many entries stand before ``at``, by looking at all of them."""
    place = max((nth for uid, nth, depth in order if not depth and written[uid] <= at), default=0)
    while place and place < len(order):
        uid, _, depth = order[place]
        if not depth or written[uid] > at:
            break
        place += 1
    return place


def test_a_new_entry_is_put_last_and_an_answer_makes_the_order_be_made_anew(table: Table) -> None:
    table.begin()
    random = Random(1)
    for n in range(40):
        table.add(f"e{n:02}", n)
    assert len(table.by_pages(random)) == 40
    table.add("last", 50)
    table.change("e05", text="改", hidden=1)
    assert table.is_kept
    assert table.by_pages(random)[-1] == ("last", 41, 0)
    table.add("answer", 60, reply_to="e02")
    assert not table.is_kept
    assert table.by_pages(random)[2:4] == [("e02", 3, 0), ("answer", 4, 1)]
    assert table.is_kept
    table.add("late", 10)
    assert not table.is_kept
    assert table.by_pages(random) == table.whole()


def test_what_stands_by_its_time_goes_below_its_answered_entry_when_that_comes(
    table: Table,
) -> None:
    table.begin()
    random = Random(2)
    table.add("first", 1)
    table.add("answer", 2, reply_to="asked")
    table.add("third", 3)
    assert [uid for uid, _, _ in table.by_pages(random)] == ["first", "answer", "third"]
    table.add("asked", 90)
    assert [uid for uid, *_ in table.by_pages(random)] == ["first", "third", "asked", "answer"]


def test_a_page_costs_the_same_wherever_it_stands(table: Table) -> None:
    table.begin()
    with table.db.write("test"):
        for n in range(1200):
            table.add(f"e{n:04}", n)
    table.threads.count(table.case)
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    taken = []
    for first in (1, 600, 1180):
        steps = 0
        table.db.connection.set_progress_handler(count, 10)
        table.threads.read(table.case, first, first + 15, reader="boris", mark=0)
        table.db.connection.set_progress_handler(None, 0)
        taken.append(steps)
    assert max(taken) <= 1.2 * min(taken)
