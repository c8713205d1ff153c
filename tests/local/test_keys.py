"""The letters in a key: enough of the id to tell a case from all others here, in any order."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import data, examples
from tests.local.copies import Copy, copies
from workbench.cases.text import key_fold
from workbench.local.reads import Reader

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
        reader = Reader(one.db, one.pen.marks)
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
        reader = Reader(copy.db, copy.pen.marks)
        assert reader.resolve(short) == reader.resolve("new-aaaaaa") == first
        assert key_fold(short) in {f for (f,) in copy.db.rows("SELECT folded FROM alias")}


def test_a_draft_key_of_another_project_is_none() -> None:
    case = uid("aaaaa", "a222")
    with copies() as (copy,):
        copy.take(data("case", case=case, project="nova", date_raw="20260224"))
        reader = Reader(copy.db, copy.pen.marks)
        assert reader.resolve("nova#new-aaaaa") == case
        assert not reader._by_number("terra#new-aaaaa")
