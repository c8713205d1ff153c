"""Cases that get their first numbers together are what a change for each makes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import COPIES, NOW, Recipe, cook, data, examples, raw, recipes
from tests.local.copies import Copy, copies
from workbench.cases.change import encode
from workbench.cases.errors import WorkbenchError
from workbench.local import firstnumbers, health, sums

HEAD: Recipe = ("case", 0, 0, 0, 0, 0)
ALIKE = ("aaaaa", "aaaab", "22222", "23456")
"""Beginnings of ids; two consist of digits alone, which would be a number."""
ids = st.lists(
    st.tuples(st.sampled_from(ALIKE), st.text(alphabet="a2", min_size=4, max_size=4), recipes),
    min_size=1,
    max_size=4,
    unique_by=lambda found: found[:2],
)


def uid(beginning: str, more: str = "") -> str:
    return (beginning + more).ljust(26, "z")


def without(copy: Copy) -> dict[str, list[str]]:
    """Return the cases that show no number, by family."""
    found: dict[str, list[str]] = {}
    for row in copy.db.rows("SELECT uid, family FROM cases WHERE number IS NULL ORDER BY uid"):
        found.setdefault(row["family"], []).append(row["uid"])
    return found


def number(copy: Copy, source: str = "store", behind: int = 0) -> None:
    """Give every case that has none its first number."""
    for family, cases in without(copy).items():
        with copy.pen.act("number", "anna") as act:
            firstnumbers.number(
                copy.pen, act, family, {case: behind + n for n, case in enumerate(cases, 1)}, source
            )


def own(copy: Copy) -> list[bytes]:
    """Return the changes that were written on a copy."""
    return [data for (data,) in copy.db.rows("SELECT bytes FROM op WHERE mine = 1")]


def sound(copy: Copy) -> None:
    copy.assert_rebuilt_equal()
    assert (health.uncounted(copy.db), sums.wrong(copy.db)) == (0, 0)


@given(ids, st.sampled_from(("store", "claim")), st.sampled_from((0, 5, 1000)))
@examples(25)
def test_numbers_given_together_are_what_a_change_for_each_makes(
    found: list[tuple[str, str, list[Recipe]]], source: str, behind: int
) -> None:
    made = [
        data
        for beginning, more, dishes in found
        for data in cook(
            [HEAD, *(dish for dish in dishes if not dish[0].startswith("redact"))],
            uid(beginning, more),
        )
    ]
    with copies(2) as (one, other):
        for copy in (one, other):
            copy.take(*made)
        number(one, source, behind)
        assert not without(one)
        other.take(*own(one))
        assert other.dump() == one.dump()
        sound(one)


@pytest.mark.parametrize("now", [NOW, 0])
def test_changes_made_together_have_the_bytes_of_one_alone(now: int) -> None:
    project = '岚峰"\\1'
    with copies() as (copy,):
        for letters in ("aaaaa", "bbbbb"):
            copy.take(data("case", case=uid(letters), project=project, date_raw="20260224"))
        copy.now = now  # a clock that stands before 2020 is told of in each change
        given = {uid("bbbbb"): 7, uid("aaaaa"): 8}
        with copy.pen.act("number", '安"娜') as act:
            assert len(firstnumbers.usual(copy.db, project, given, act.batch)) == 2
            firstnumbers.number(copy.pen, act, project, given, "store")
        assert [json.loads(made)["x"] for made in own(copy)] == [7, 8]
        for made in own(copy):
            body = json.loads(made)
            assert body["a"] == '安"娜'
            assert body.get("unsure") == (None if now else 1)
            assert body["x"] == given[body["c"]]
            alone = encode(
                body["k"],
                body["c"],
                h=int(body["h"], 16),
                author=body["a"],
                copy=copy.pen.copy,
                nonce=bytes.fromhex(body["n"]),
                batch=act.batch,
                **{key: body.get(key) for key in ("unsure", "fam", "src", "x")},
            )
            assert made == alone


def keys(copy: Copy) -> list[Any]:
    """Return what cases are called, and what is searched of them."""
    rows = copy.db.rows("SELECT uid, number, key, aliases, drafted, folded FROM cases ORDER BY uid")
    return [tuple(row) for row in rows]


def test_a_number_that_another_case_shows_is_told_of_both() -> None:
    first, twin, third = (uid(letters) for letters in ("aaaaa", "bbbbb", "ccccc"))
    with copies() as (copy,):
        for case in (first, twin, third):
            copy.take(data("case", case=case, project="nova", date_raw="20260224"))
        copy.write("num", first, fam="nova", x=7, src="claim")
        with copy.pen.act("number", "anna") as act:
            firstnumbers.number(copy.pen, act, "nova", {twin: 7, third: 8}, "store")
        shown = {row["uid"]: row for row in copy.db.rows("SELECT * FROM cases")}
        assert shown[twin]["key"] == "nova_case#7_20260224"
        assert shown[first]["key"] == "nova_case#7-aaaaa_20260224"
        assert shown[first]["questions"] == '["date","twin"]'
        assert shown[third]["key"] == "nova_case#8_20260224"
        sound(copy)


def test_a_case_that_its_own_act_numbers_never_bore_a_draft_key() -> None:
    case = uid("aaaaa")
    with copies() as (copy,):
        with copy.pen.act("new", "anna") as act:
            act.write("case", case, project="nova", date_raw="20260224")
            act.fold()
            firstnumbers.number(copy.pen, act, "nova", {case: 7}, "store")
        assert keys(copy)[0][2:5] == ("nova_case#7_20260224", "[]", 0)
        sound(copy)


def test_a_number_that_came_and_is_not_folded_yet_counts() -> None:
    case = uid("aaaaa")
    with copies() as (copy,):
        copy.take(data("case", case=case, project="nova", date_raw="20260224"))
        with copy.pen.receive("pull") as receiving:
            receiving.take_all([data("num", case=case, fam="nova", x=3, src="store")], copy.now)
        with copy.pen.act("number", "anna") as act:
            firstnumbers.number(copy.pen, act, "nova", {case: 9}, "claim")
        for _ in range(2):
            assert keys(copy)[0][:3] == (case, 3, "nova_case#3_20260224")
            copy.pen.fold_stale("pull")
        assert [n for (n,) in copy.db.rows("SELECT number FROM claim ORDER BY number")] == [3, 9]
        sound(copy)


def test_a_case_of_which_a_newer_version_must_be_understood_gets_no_number() -> None:
    case, other = uid("aaaaa"), uid("bbbbb")
    with copies() as (copy,):
        for found in (case, other):
            copy.take(data("case", case=found, project="nova", date_raw="20260224"))
        copy.take(raw(k="later", c=case, must=1, r=COPIES["boris"]))
        with (
            pytest.raises(WorkbenchError, match="newer version"),
            copy.pen.act("number", "anna") as act,
        ):
            firstnumbers.number(copy.pen, act, "nova", {other: 1, case: 2}, "store")
        assert without(copy) == {"nova": [case, other]}
