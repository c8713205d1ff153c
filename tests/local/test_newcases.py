"""Cases that are new come into the tables together, as if their changes had come one by one."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import CASE, NOW, OTHER_CASE, Recipe, cook, data, examples, recipes
from tests.local.copies import copies
from workbench.cases import fold, names
from workbench.cases.change import decode
from workbench.local import caserow, changelog, entryrows, keys, newcases, points

PIECE = 11
"""So many slots are a big case's piece in these tests: one more than its fields."""
seeds = st.integers(0, 2**32 - 1)
HEAD: Recipe = ("case", 0, 0, 0, 0, 0)
TWIN = CASE[: keys.LETTERS + 1] + OTHER_CASE[keys.LETTERS + 1 :]
"""A case whose id begins like another's."""
Histories = tuple[list[Recipe], list[Recipe], str]
histories = st.tuples(recipes, recipes, st.sampled_from((OTHER_CASE, TWIN)))


def changes(given: Histories, *, redacted: bool = False) -> list[bytes]:
    """Return the changes of two cases, most of them of the usual kind."""

    def usual(dishes: list[Recipe]) -> list[Recipe]:
        return [HEAD, *(dish for dish in dishes if redacted or not dish[0].startswith("redact"))]

    one, other, other_id = given
    return cook(usual(one)) + cook(usual(other), other_id)


def usual_life() -> list[list[bytes]]:
    """Return cases as people and pages make them, each by itself: what a new laptop takes most."""
    imported = names.case_id("nova", 7)
    page = {"case": imported, "rev": ["nova", 25, 9]}
    note = names.derive("typed note")
    hidden = data(
        "note", i=names.derive("typed, hidden"), x="电话 13900000317", author="boris", ms=4
    )
    of_a_page = [
        data("case", i=names.derive("head"), project="nova", date_raw="20260101", **page),
        data("num", i=names.derive("number"), fam="nova", x=7, src="import", **page),
        data("set", i=names.derive("p"), f="problem", x="7号桩离线 20260101120000000001", **page),
        data("set", i=names.derive("s"), f="status", x={"s": "on_hold"}, **page),
        data("note", i=names.derive("old"), x="重启", af="", at="2027-06-01", **page),
        data("att", i=names.derive("log"), name="a.log", sha256="ab" * 32, size=3, case=imported),
        data("read", who="anna", upto=f"{NOW << 16:016x}", case=imported, ms=9),
    ]
    typed = [
        data("case", project="nova", date_raw="20260102"),
        data("set", f="status", x={"s": "on_hold", "why": "等"}, ms=1),
        data("note", i=note, x="已恢复 nova_case#7_20260101", author="boris", ms=2),
        data("att", i=names.derive("photo"), t=note, name="b.png", sha256="cd" * 32, size=4, ms=3),
        hidden,
        data("hide", [names.derive("typed, hidden")], t=names.derive("typed, hidden"), ms=5),
        data("set", f="title", x="甲", ms=6),
        data("set", f="title", x="乙", author="boris", ms=7),
        data("edit", [note], t=note, x="又离线", author="chen", ms=8),
    ]
    # One whose number stood on its page before, one that claims another's, one alike in its id.
    twice = names.case_id("nova", 8, "20260103")
    second = [
        data("case", i=names.derive("h2"), project="nova", date_raw="20260103", case=twice),
        data("num", i=names.derive("n2"), fam="nova", x=8, src="import", case=twice),
    ]
    claiming = [
        data("case", project="nova", date_raw="20260104", case=OTHER_CASE),
        data("num", fam="nova", x=7, src="claim", case=OTHER_CASE),
    ]
    alike = [data("case", project="nova", date_raw="0", case=TWIN)]
    return [of_a_page, typed, second, claiming, alike]


def assert_equal_tables(made: list[list[bytes]]) -> None:
    """Take changes one by one, and many of them before anything is folded; find the same rows.

    Args:
        made: what is taken at once, each time.
    """
    with copies(2) as (one, two):
        for several in made:
            for change in several:
                one.take(change)
            two.pull(*several)
        assert two.dump() == one.dump()
        two.assert_rebuilt_equal()


def grouped(made: list[bytes], seed: int) -> list[list[bytes]]:
    """Return changes in an order by chance, in one group or two."""
    random = Random(seed)
    random.shuffle(made)
    cut = random.choice((0, random.randint(0, len(made))))
    return [made[:cut], made[cut:]]


@given(histories, seeds)
@examples(60)
def test_new_cases_together_are_what_they_are_one_by_one(given: Histories, seed: int) -> None:
    assert_equal_tables(grouped(changes(given), seed))


@given(histories, seeds)
@examples(40)
def test_unusual_cases_among_them_are_folded_too(given: Histories, seed: int) -> None:
    assert_equal_tables(grouped(changes(given, redacted=True), seed))


def test_what_people_and_pages_do_is_the_same_together_and_one_by_one() -> None:
    cases = usual_life()
    assert_equal_tables(cases)
    assert_equal_tables([[change for case in cases for change in case]])


@given(histories, seeds)
@examples(40)
def test_big_cases_are_folded_in_pieces(given: Histories, seed: int) -> None:
    one, other, _ = given
    made = cook([HEAD, *one, *other, *one])
    with patch.object(changelog, "BIG", PIECE):
        assert_equal_tables(grouped(made, seed))


def test_a_big_case_is_seen_when_all_of_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changelog, "BIG", PIECE)
    told = data("read", who="boris", upto=f"{NOW + 99 << 16:016x}", author="boris", ms=99)
    made = [data("case", project="nova", date_raw="20260101"), told]
    made += [data("note", i=names.derive(str(n)), x=f"第{n}条", ms=n) for n in range(3 * PIECE)]
    seen: list[tuple[int, int]] = []
    with copies() as (copy,):
        count = "SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM entry)"
        monkeypatch.setattr(
            points,
            "hook",
            lambda point: (
                point == "pull-fold:after-commit" and seen.append(tuple(copy.db.rows(count)[0]))
            ),
        )
        copy.pull(*made)
        monkeypatch.setattr(points, "hook", None)
        assert len(seen) > 3
        assert all(cases == 0 for cases, _ in seen[:-1])
        assert seen[-1] == (1, 3 * PIECE)
        (place,) = [place for (place,) in copy.db.rows("SELECT place FROM read_mark")]
        assert place == len(made)
        copy.assert_rebuilt_equal()


@given(histories)
@examples(40)
def test_an_entry_of_one_change_is_what_it_is_beside_one_that_says_nothing(
    given: Histories,
) -> None:
    for made in changes(given):
        note = decode(made)
        if note.kind == "note":
            nothing = decode(data("attrem", t=note.name, o=[], case=note.case))
            assert fold.fold_entries([note]) == fold.fold_entries([note, nothing])


@given(histories)
@examples(40)
def test_a_field_of_one_change_is_what_a_register_of_it_is(given: Histories) -> None:
    page: dict[str, Any] = {"i": names.derive("of a page"), "rev": ["nova", 25, 9]}
    dates = [{"raw": "20260102", "on": "2026-01-02"}, {"raw": None, "on": "2026-01-02"}]
    held = {"s": "on_hold", "until": "2026-01-03"}
    odd = [
        *(data("set", f="date", x=x, **more) for x in dates for more in (page, {})),
        data("set", f="status", x=held, **page),
        data("set", f="status", x=held, u="ab"),
        data("set", f="title", x="桩离线", p=[page["i"]], **page),
    ]
    for change in map(decode, [*changes(given), *odd]):
        if change.kind == "set":
            parts = ("field", change.body["f"])
            found = caserow.fold_slot(parts, [change])
            with patch.object(caserow, "_is_whole", lambda change: False):
                assert found == caserow.fold_slot(parts, [change])


class Bent:
    """A module in which one function is another."""

    def __init__(self, module: Any, **other: Any) -> None:
        self._module = module
        self.__dict__.update(other)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


MUTANTS: dict[str, Callable[[], tuple[Any, str, Any]]] = {
    "a case's activity is that of its fields": lambda: (
        newcases,
        "caserow",
        Bent(caserow, active_at=lambda row, entries: caserow.active_at(row, 0)),
    ),
    "nobody wakes a case": lambda: (
        newcases,
        "entryrows",
        Bent(entryrows, wakes=lambda entry, case: False),
    ),
    "all entries came in with the case": lambda: (
        newcases,
        "entryrows",
        Bent(
            entryrows,
            entry_row=lambda *given: {**entryrows.entry_row(*given), "news": 0},
        ),
    ),
    "files are not kept": lambda: (
        newcases,
        "entryrows",
        Bent(entryrows, attachment_rows=lambda subject, place, files: []),
    ),
    "hidden entries mention what they say": lambda: (
        newcases,
        "entryrows",
        Bent(entryrows, mentioning=lambda row: row["text"]),
    ),
    "a number that stands twice is no question": lambda: (
        newcases,
        "keys",
        Bent(keys, is_second=lambda row, claim, numbers: False),
    ),
    "nobody else has the number": lambda: (
        newcases,
        "keys",
        Bent(keys, marks=lambda row: {mark for mark in keys.marks(row) if mark[1] is None}),
    ),
    "no other id begins alike": lambda: (
        newcases,
        "keys",
        Bent(keys, marks=lambda row: {mark for mark in keys.marks(row) if mark[1] is not None}),
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*MUTANTS[name]())
    with pytest.raises(AssertionError):
        test_what_people_and_pages_do_is_the_same_together_and_one_by_one()
