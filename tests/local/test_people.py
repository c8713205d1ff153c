"""People: spellings that become one person, in whatever order what was said of them arrives."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import change, data, examples
from tests.local.copies import Copy, copies
from workbench.cases.change import Change, decode
from workbench.cases.erasure import erase
from workbench.cases.names import PEOPLE
from workbench.cases.people import People, natural_side
from workbench.cases.peoplefold import Person, fold_people, spelled
from workbench.cases.text import fold
from workbench.desk import Desk
from workbench.local import schema

LAYOUTS = Path(__file__).parent / "layouts"

NAMES = ("张三", "zhangsan", "Zhang", "ＺＨＡＮＧ", "Kay")
Said = tuple[int, int, int, int]
said = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 2)),
    max_size=10,
)


def tell(several: list[Said]) -> list[bytes]:
    """Return changes of people: links, some of them taken off again, sides, and redactions."""
    made: list[bytes] = []
    for nth, (what, one, other, which) in enumerate(several):
        if what == 4:
            listed = [_listed(change_) for change_ in map(_decoded, made) if _bears(change_, one)]
            at = (nth * 7) % 5
            made.append(data("redact", ms=at, n=nth, case=PEOPLE, l=listed, why="x", f="people"))
            continue
        name, alias = NAMES[one], NAMES[other]
        known = [change_.name for change_ in map(_decoded, made)]
        body: dict[str, Any] = {"name": name, "alias": alias}
        if what == 2:
            body["o"] = known[which:]
        if what == 3:
            body = {"name": name, "side": ("engineer", "customer", "")[which]}
        p = known[-which:] if what == 3 and which else []
        made.append(data("person", p, ms=(nth * 7) % 5, n=nth, case=PEOPLE, **body))
    return made


def _bears(change_: Change, one: int) -> bool:
    names = (change_.body.get("name", ""), change_.body.get("alias", ""))
    return fold(NAMES[one]) in map(fold, names)


def _listed(change_: Change) -> dict[str, object]:
    return {"id": change_.id, "name": change_.name, "stub": change_.stub}


def _decoded(made: bytes) -> Change:
    return decode(made)


def people_of(copy: Copy) -> list[tuple[object, ...]]:
    """Return the rows that a copy has of people."""
    return sorted(map(tuple, copy.db.rows("SELECT * FROM person")))


@given(said, st.integers(0, 2**32 - 1))
@examples(60)
def test_no_order_of_arrival_shows_in_who_is_who(several: list[Said], seed: int) -> None:
    random = Random(seed)
    made = tell(several)
    with copies(2) as (one, two):
        one.take(*made)
        again = made + random.choices(made, k=2 if made else 0)
        random.shuffle(again)
        half = len(again) // 2
        two.pull(*again[:half])
        two.take_in_groups(again[half:], random)
        assert people_of(two) == people_of(one)
        gone = {item["id"] for c in map(_decoded, made) for item in c.body.get("l", ())}
        for copy in (one, two):
            copy.assert_rebuilt_equal()
            rows = copy.db.rows("SELECT op_id, stub FROM op WHERE bytes IS NULL")
            assert {row["op_id"].hex() for row in rows} == gone
            assert not any(name in row["stub"] for row in rows for name in NAMES)


@given(said)
@examples(100)
def test_every_spelling_is_one_persons_and_every_link_that_holds_counts(
    several: list[Said],
) -> None:
    changes, _ = erase(map(_decoded, tell(several)))
    found = fold_people(changes)
    rows = spelled(found)
    assert len({row.folded for row in rows}) == len(rows)
    people = People(rows)
    for row in rows:
        assert people.called(people.called(row.name)) == people.called(row.name)
    gone = {name for c in changes for name in c.body.get("o", ())}
    for c in changes:
        body = c.body
        if not c.erased and "alias" in body and "o" not in body and c.name not in gone:
            assert people.called(body["name"]) == people.called(body["alias"])


def link(name: str, alias: str, n: int, **given: Any) -> Change:
    return change("person", case=PEOPLE, name=name, alias=alias, n=n, ms=n, **given)


def test_a_person_is_called_as_the_newest_link_says_and_circles_are_none() -> None:
    there, back = link("甲", "乙", 1), link("乙", "甲", 2)
    assert fold_people([there]) == (Person("甲", ("乙",)),)
    assert fold_people([back, there]) == (Person("乙", ("甲",)),)
    both = [link("甲", "丙", 1, author="boris"), link("乙", "丙", 2)]
    assert fold_people(both) == (Person("乙", ("丙", "甲")),)


def test_two_sides_that_nobody_had_seen_together_are_both_told() -> None:
    first = change("person", case=PEOPLE, name="Kay", side="customer", n=1, ms=1)
    other = change("person", case=PEOPLE, name="kay", side="vendor", n=2, ms=2, author="boris")
    (kay,) = fold_people([other, first])
    assert (kay.side, set(kay.sides)) == ("vendor", {"customer", "vendor"})
    last = change("person", [first.name, other.name], case=PEOPLE, name="Kay", side="R&D", n=3)
    (kay,) = fold_people([other, last, first])
    assert (kay.side, kay.sides) == ("R&D", ("R&D",))


def test_a_bare_word_has_a_side_by_nature() -> None:
    assert [natural_side(name) for name in ("客户", "用户A", "研发", "厂家 Tom", "Kay")] == [
        "customer",
        "customer",
        "R&D",
        "vendor",
        None,
    ]


def test_an_older_file_gets_people_and_whose_turn_it_is(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    with Desk.open(path, "anna") as desk:
        cases = [desk.new("nova", text) for text in ("离线", "扫码失败", "账单少一笔", "屏幕不亮")]
        desk.note(cases[1], "已断电", speaker="客户")
        desk.note(cases[1], "转研发确认")
        desk.note(cases[2], "看过了", speaker="Kay Ｗ")
        last = desk.note(cases[2], "已联系厂家").entry_id
        desk.hide([cases[2]], last)
        desk.status([cases[3]], "on_hold", why="客户出差")
        columns = "last_by, last_own, last_asks, held_for"
        query = f"SELECT {columns} FROM cases ORDER BY id"
        known = [tuple(row) for row in desk._tools.db.rows(query)]
    assert known == [
        (None, 0, None, None),
        ("anna", 1, "R&D", None),
        ("kay w", 0, None, None),
        (None, 0, None, "customer"),
    ]
    older = tmp_path / "older.db"
    with closing(sqlite3.connect(older)) as made:
        made.executescript((LAYOUTS / "v4.sql").read_text(encoding="utf-8"))
        made.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        made.execute("PRAGMA user_version = 4")
        made.execute("ATTACH ? AS newer", (str(path),))
        for table in ("meta", "subject", "op", "name", "cases", "entry", "alias", "claim"):
            named = ", ".join(row[1] for row in made.execute(f"PRAGMA main.table_info({table})"))
            made.execute(f"INSERT INTO main.{table} SELECT {named} FROM newer.{table}")
        made.commit()
    with Desk.open(older, "anna") as desk:
        assert [tuple(row) for row in desk._tools.db.rows(query)] == known
        assert desk.rebuild()["equal"]
        assert [s.waiting_for for s in desk.list(sort="number")] == [
            "engineer",
            "R&D",
            None,
            "customer",
        ]
        assert len(desk.find("-waiting:us")) == 3
