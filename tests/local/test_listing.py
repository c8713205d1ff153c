"""The list's pages and counts: in every sort and scope what sorting the whole table gives."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import COPIES, NOW, examples
from tests.local.copies import MEMORY, copies
from workbench.cases import names
from workbench.cases.change import encode
from workbench.cases.model import STATUSES
from workbench.local import act, schema, sums
from workbench.local import listing as listing_module
from workbench.local.database import Database
from workbench.local.listing import SORTS, Listing, Place, Scope, has_index

LAYOUTS = Path(__file__).parent / "layouts"
NAMES = ("yd", "lm", '"王"', "a\\b", "zhaoqi kay")
PROJECTS = ("nova", "igo", "terra")
SIGNS = tuple(sign + sort for sort in SORTS for sign in ("", "-"))
SCOPES = (
    Scope(),
    Scope(("unset",)),
    Scope(("unset", "on_hold", "resolved")),
    Scope(project="nova"),
    Scope(("in_progress", "unset"), project="igo"),
    Scope(engineer="yd"),
    Scope(("in_progress", "unset"), engineer='"王"'),
    Scope(("on_hold",), engineer="a\\b"),
    Scope(engineer="nobody"),
)


class Table:
    """A table of cases that is written to past the program, as any writer might."""

    def __init__(self, db: Database, seed: int) -> None:
        self.db = db
        self.random = Random(seed)
        self.numbers: list[int] = []

    def values(self) -> dict[str, Any]:
        """Return what a case may be like; few values, so that many are equal."""
        chance = self.random
        names = chance.choices(NAMES, k=chance.choice([0, 0, 1, 1, 2, 3]))
        return {
            "family": chance.choice(PROJECTS),
            "number": chance.choice([None, 0, 1, 2, 97, 10**15 - 1]),
            "opened_on": chance.choice([None, "2021-02-24", "2024-06-01"]),
            "status_rank": chance.randrange(4),
            "engineer_text": "".join(f"\x1f{name}" for name in names) + "\x1f" * bool(names),
            "tag_text": chance.choice(["", "\x1f网络\x1f", '\x1f"x\x1fa\\b\x1f网络\x1f']),
            "hidden": int(chance.random() < 0.1),
            "active_at": chance.choice([-1, 0, 1, 86_400_000, 1_800_000_000_000]),
        }

    def add(self) -> int:
        """Insert a case and return its number."""
        number = len(self.numbers) + 1
        uid = f"{self.random.getrandbits(64):026x}"
        self.db.run("INSERT INTO subject VALUES (?, ?)", number, uid)
        values = {
            "id": number,
            "uid": uid,
            "project": "",
            "key": "",
            "date_raw": "",
            "created_h": 0,
        }
        values |= self.values()
        marks = ", ".join("?" * len(values))
        self.db.run(f"INSERT INTO cases ({', '.join(values)}) VALUES ({marks})", *values.values())
        self.numbers.append(number)
        return number

    def change(self) -> int:
        """Change a few columns of a case and return its number."""
        number = self.random.choice(self.numbers)
        values = self.values()
        if self.random.random() < 0.5:
            wanted = self.random.sample(list(values), 2)
            values = {name: value for name, value in values.items() if name in wanted}
        assignments = ", ".join(f"{name} = ?" for name in values)
        self.db.run(f"UPDATE cases SET {assignments} WHERE id = ?", *values.values(), number)
        if self.random.random() < 0.2:
            sums.settle(self.db)
        return number

    def listed(self, scope: Scope, sort: str) -> list[int]:
        """Return the cases of a scope by sorting them all in Python."""
        rows = [
            row
            for row in self.db.rows("SELECT * FROM cases")
            if not row["hidden"]
            and (scope.statuses is None or STATUSES[row["status_rank"]] in scope.statuses)
            and (scope.project is None or row["family"] == scope.project)
            and (
                scope.engineer is None or scope.engineer in row["engineer_text"].split("\x1f")[1:-1]
            )
        ]
        active = "active_at number uid"
        keys = {
            "activity": active,
            "opened": "opened_on number uid",
            "age": "opened_on number uid",
            "number": "number family uid",
            "status": f"{active} status_rank",
            "engineer": f"{active} engineer_text",
        }
        falls = {"activity", "age"}
        name = sort.removeprefix("-")
        if name in ("status", "engineer"):
            rows.sort(
                key=lambda row: tuple(plain(row[key]) for key in active.split()), reverse=True
            )
            if name == "status":
                rows.sort(key=lambda row: int(row["status_rank"]))
            else:
                rows.sort(key=lambda row: (not row["engineer_text"], row["engineer_text"]))
        elif name == "number":
            rows.sort(
                key=lambda row: (row["number"] is None, row["number"], row["family"], row["uid"])
            )
        else:
            rows.sort(
                key=lambda row: tuple(plain(row[key]) for key in keys[name].split()),
                reverse=name in falls,
            )
        if sort.startswith("-"):
            rows.reverse()
        return [row["id"] for row in rows]


def plain(value: Any) -> tuple[bool, Any]:
    """Put what is missing before all that is there."""
    return (value is not None, value)


@contextmanager
def table(seed: int, cases: int) -> Iterator[Table]:
    """Give a table of so many cases, in memory where there is such a disk."""
    within = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=within) as folder:
        db = Database(Path(folder) / "list.db")
        try:
            made = Table(db, seed)
            with db.write("test"):
                for _ in range(cases):
                    made.add()
                for _ in range(cases // 2):
                    made.change()
            yield made
        finally:
            db.close()


def listings(db: Database) -> Iterator[Listing]:
    """Yield every list that an index has."""
    for scope in SCOPES:
        for sort in SIGNS:
            if has_index(scope, sort):
                yield Listing(db, scope, sort)


@given(st.integers(0, 2**32), st.integers(0, 60), st.integers(1, 9))
@examples(25)
def test_pages_of_any_sort_are_the_sorted_list_in_pieces(seed: int, cases: int, rows: int) -> None:
    with table(seed, cases) as made:
        for listing in listings(made.db):
            wanted = made.listed(listing.scope, listing.sort)
            assert [place.case for place in listing.walk()] == wanted
            assert listing.count() == len(wanted)
            down: list[Place] = []
            while page := listing.after(down[-1] if down else None, rows):
                down += page
            assert [place.case for place in down] == wanted
            up: list[Place] = []
            while page := listing.before(up[0] if up else None, rows):
                up = page + up
            assert up == down
            assert listing.in_order(made.random.sample(down, len(down))) == down
            for nth in made.random.sample(range(len(down)), min(3, len(down))):
                assert listing.ahead(down[nth]) == nth
                for long in (0, listing_module.LONG):  # along the index, by stretches
                    with patch.object(listing_module, "LONG", long):
                        assert listing.from_position(nth, rows) == down[nth : nth + rows]
                assert listing.places([down[nth].case]) == {down[nth].case: down[nth]}
                assert all(listing.is_before(down[nth], place) for place in down[nth + 1 :])


@given(st.integers(0, 2**32), st.sampled_from(SIGNS), st.integers(1, 9))
@examples(60)
def test_rows_that_do_not_move_come_once_each_while_others_change(
    seed: int, sort: str, rows: int
) -> None:
    with table(seed, 60) as made:
        listing = Listing(made.db, Scope(), sort)
        before = listing.places(made.numbers)
        read: list[Place] = []
        changed: set[int] = set()
        while page := listing.after(read[-1] if read else None, rows):
            read += page
            with made.db.write("test"):
                changed.add(made.change())
                made.add()
        after = listing.places(made.numbers)
        # One that changed away and back may have been passed by.
        still = {case for case, place in before.items() if after.get(case) == place} - changed
        stayed = [place.case for place in read if place.case in still]
        assert stayed == [case for case in made.listed(Scope(), sort) if case in still]


@given(st.integers(0, 2**32))
@examples(40)
def test_tallies_are_what_counting_gives_however_rows_change(seed: int) -> None:
    with table(seed, 20) as made:
        for _ in range(30):
            made.change()
            assert sums.wrong(made.db) == 0
        some = made.random.sample(made.numbers, 10)
        for number in some:
            made.db.run("DELETE FROM cases WHERE id = ?", number)
        assert sums.wrong(made.db) == 0
        made.db.run("DELETE FROM cases")
        sums.settle(made.db)
        assert [
            row
            for name in ("tally", "assigned", "tagged", "stretch", "moved")
            for row in made.db.rows(f"SELECT * FROM {name}")
        ] == []


@pytest.mark.parametrize("scope", SCOPES, ids=str)
@pytest.mark.parametrize("sort", SIGNS)
def test_no_page_is_sorted_or_filtered_when_it_is_read(scope: Scope, sort: str) -> None:
    """A page that walks over rows it does not give costs more the more cases there are."""
    if not has_index(scope, sort):
        return
    with table(1, 40) as made:
        listing = Listing(made.db, scope, sort)
        said: list[str] = []
        made.db.connection.set_trace_callback(said.append)
        pages = [listing.after(None, 5), listing.before(None, 5), listing.from_position(3, 5)]
        for place in (place for page in pages for place in page[:1]):
            listing.after(place, 5)
            listing.before(place, 5)
            listing.ahead(place)
        made.db.connection.set_trace_callback(None)
        for sql in said:
            if "FROM stretch" in sql:  # of which there are no more where there are more cases
                continue
            plan = [row[3] for row in made.db.rows(f"EXPLAIN QUERY PLAN {sql}")]
            assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan), (sql, plan)


def test_a_file_of_an_older_layout_is_counted_when_it_is_brought_forward(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((LAYOUTS / "v2.sql").read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        connection.execute("PRAGMA user_version = 2")
        for nth, names in enumerate(["", "\x1fyd\x1f", '\x1flm\x1f"王"\x1flm\x1f', "\x1fyd\x1f"]):
            connection.execute("INSERT INTO subject VALUES (?, ?)", (nth, str(nth)))
            connection.execute(
                "INSERT INTO cases (id, uid, project, family, key, date_raw, created_h,"
                " engineer_text, hidden) VALUES (?, ?, '', 'nova', '', '', 0, ?, ?)",
                (nth, str(nth), names, nth == 3),
            )
        connection.commit()
    db = Database(path)
    assert sums.wrong(db) == 0
    assert Listing(db, Scope(), "activity").count() == 3
    assert [Listing(db, Scope(engineer=name), "activity").count() for name in NAMES] == [
        1,
        1,
        1,
        0,
        0,
    ]
    db.close()


def test_cases_that_moved_are_counted_for_good_before_they_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else whoever asks for a position would look at each of them."""
    monkeypatch.setattr(act, "FEW", 3)
    with copies() as (one,):

        def moved() -> int:
            assert sums.wrong(one.db) == 0
            return int(one.db.value("SELECT count(*) FROM moved"))

        found = []
        for nth in range(4):
            one.write("case", names.derive("case", str(nth)), project="nova", date_raw="")
            found.append(moved())
        assert found == [1, 2, 0, 1]
        whose = {"author": "boris", "copy": COPIES["boris"], "nonce": bytes(16)}
        elsewhere = [
            encode("case", names.derive(str(n)), h=NOW << 16, project="nova", date_raw="", **whose)
            for n in range(5)
        ]
        one.pull(*elsewhere)
        assert moved() == 0
