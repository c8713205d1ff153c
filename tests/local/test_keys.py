"""The letters in a key: enough of the id to tell a case from all others here, in any order."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import data, examples
from tests.local.copies import Copy, copies
from workbench.cases.text import key_fold
from workbench.desk import Desk
from workbench.local import schema
from workbench.local.reads import Reader

LAYOUTS = Path(__file__).parent / "layouts"
ALIKE = ("aaaaa", "aaaab", "22222", "23456")
"""Beginnings of ids; two consist of digits alone, which would be a number."""
ids = st.lists(
    st.tuples(
        st.sampled_from(ALIKE),
        st.text(alphabet="a2", min_size=4, max_size=4),
        st.sampled_from([None, 7, 8]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda found: found[:2],
)


def uid(beginning: str, more: str) -> str:
    return (beginning + more).ljust(26, "z")


def rows(copy: Copy) -> dict[str, Any]:
    return {row["uid"]: row for row in copy.db.rows("SELECT * FROM cases")}


@given(ids, st.integers(0, 2**32))
@examples(60)
def test_every_key_names_one_case_whatever_came_first(
    found: list[tuple[str, str, int | None]], seed: int
) -> None:
    made = []
    for n, (beginning, more, number) in enumerate(found):
        case = uid(beginning, more)
        made.append(data("case", case=case, project="nova", date_raw="20260224", n=n, batch="new"))
        if number is not None:
            made.append(
                data("num", case=case, fam="nova", x=number, src="claim", n=n, batch="push")
            )
    random = Random(seed)
    with copies(2) as (one, two):
        one.take(*made)
        random.shuffle(made)
        two.take_in_groups(made, random)
        assert two.dump() == one.dump()
        one.assert_rebuilt_equal()
        two.assert_rebuilt_equal()
        reader = Reader(one.db)
        keys = {row["key"]: case for case, row in rows(one).items()}
        assert len(keys) == len(found)
        for key, case in keys.items():
            part = key.partition("#")[2].partition("_")[0]
            assert reader.resolve(key) == reader.resolve(key.upper()) == case
            if not part.isdigit():
                assert reader.resolve(f"nova#{part}") == reader.resolve(part) == case
                letters = part.rpartition("-")[2]
                assert reader.resolve(letters) == case
                assert len(letters) >= 5
                assert not letters.isdigit()


def test_a_case_that_comes_later_makes_letters_longer_and_the_short_key_still_resolves() -> None:
    first, second = uid("aaaaa", "a222"), uid("aaaaa", "22aa")
    with copies() as (copy,):
        copy.take(data("case", case=first, project="nova", date_raw="20260224"))
        short = rows(copy)[first]["key"]
        assert short == "nova_case#new-aaaaa_20260224"
        copy.take(data("case", case=second, project="nova", date_raw="20260225"))
        assert rows(copy)[first]["key"] == "nova_case#new-aaaaaa_20260224"
        reader = Reader(copy.db)
        assert reader.resolve(short) == reader.resolve("new-aaaaaa") == first
        assert key_fold(short) in {f for (f,) in copy.db.rows("SELECT folded FROM alias")}


def test_a_draft_key_of_another_project_is_none() -> None:
    case = uid("aaaaa", "a222")
    with copies() as (copy,):
        copy.take(data("case", case=case, project="nova", date_raw="20260224"))
        reader = Reader(copy.db)
        assert reader.resolve("nova#new-aaaaa") == case
        assert not reader._by_number("terra#new-aaaaa")


def test_a_file_of_the_layout_before_asks_about_its_twins_too(tmp_path: Path) -> None:
    """Twins that it holds raised no question then; a draft could not be."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as old, copies() as (copy,):
        old.executescript((LAYOUTS / "v2.sql").read_text(encoding="utf-8"))
        for nth, letters in enumerate(("aaaaa", "bbbbb", "ccccc")):
            case = uid(letters, "2222")
            copy.take(
                data("case", case=case, project="nova", date_raw="20260224", n=nth),
                data("num", case=case, fam="nova", x=7 + nth // 2, src="claim", n=nth, ms=nth),
            )
        for (table,) in old.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            columns = [row[1] for row in old.execute(f"PRAGMA table_info({table})")]
            now = {row["name"] for row in copy.db.rows(f"PRAGMA table_info({table})")}
            if table in ("subject", "op", "cases", "claim", "alias") and now.issuperset(columns):
                rows = copy.db.rows(f"SELECT {', '.join(columns)} FROM {table}")
                marks = ", ".join("?" * len(columns))
                old.executemany(f"INSERT INTO {table} VALUES ({marks})", map(tuple, rows))
        old.execute("UPDATE cases SET questions = '[\"date\"]'")
        old.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        old.execute("PRAGMA user_version = 2")
        old.commit()
    with Desk.open(path, "anna") as desk:
        cases = list(desk.list(""))
        assert len(cases) == 3
        asked = [case.key for case in cases for q in case.questions if q.field == "number"]
        assert asked == ["nova_case#7-bbbbb_20260224"]
        assert desk.rebuild()["differences"] == []
