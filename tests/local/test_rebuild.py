"""Rebuild: what a table holds that the log does not give is told, and replaced."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.desk import Desk
from workbench.desk.attaching import Given
from workbench.local import sums
from workbench.local.rebuild import DERIVED

DAMAGE = {
    "name": ("DELETE FROM name",),
    "cases": ("UPDATE cases SET status = 'resolved', written_h = 0",),
    "entry": (
        "DELETE FROM entry WHERE id = (SELECT min(id) FROM entry)",
        "UPDATE entry SET text = 'damaged', hidden = 1",
    ),
    "alias": ("DELETE FROM alias", "INSERT INTO alias VALUES ('extra', 1)"),
    "claim": ("UPDATE claim SET number = 5",),
    "reference": ("DELETE FROM reference",),
    "attachment": ("DELETE FROM attachment", "UPDATE attachment SET size = 9"),
    "decision": ("DELETE FROM decision", "UPDATE decision SET field = 'title'"),
    "assigned": ("DELETE FROM assigned", "UPDATE assigned SET active_at = 1"),
    "tagged": ("DELETE FROM tagged", "UPDATE tagged SET name = 'x'"),
    "tally": ("DELETE FROM tally", "UPDATE tally SET n = n + 1"),
    "stretch": ("DELETE FROM stretch", "UPDATE stretch SET n = n + 1"),
    "unread": ("DELETE FROM unread", "UPDATE unread SET n = n + 1"),
    "person": ("DELETE FROM person", "UPDATE person SET called = 'b'"),
    "op": ("UPDATE op SET slot = 5",),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk on a file that has something in every table."""
    with Desk.open(tmp_path / "cases.db", "anna") as found:
        case = found.new("nova", "电话 13900000317")
        found.new("nova", "b", title="c")
        seen = found.case(case).seen["problem"]
        found.edit_field(case, "problem", "电话 13900000318", seen=seen)
        found.edit_field(case, "problem", "电话 13900000319", seen=seen)
        first = found.note(case, "已送电").entry_id
        found.note(case, "好", reply_to=first, files=[Given("a.log", [b"1"])])
        found.attach(case, Given("b.log", [b"2"]))
        found.status([case], "on_hold", until="2026-01-01", why="等")
        found.assign([case], ["LM"])
        found.tag([case], ["网络"])
        found.hide([found.resolve("2")])
        found.set_person("LM", side="engineer", aliases=["lm2"])
        found.keep_unread()
        with Desk.open(found.path, "boris") as other:
            other.note(case, "收到")
        with found._tools.db.write("settled"):
            sums.settle(found._tools.db)
        yield found


def test_what_is_whole_is_told_to_be(desk: Desk) -> None:
    desk.status([desk.resolve("1")], "resolved")  # which moves it to other stretches
    told = desk.rebuild()
    assert told["equal"] is True
    assert told["differences"] == []
    assert (told["cases"], told["entries"]) == (2, 3)


@pytest.mark.parametrize(("table", "sql"), [(t, sql) for t, many in DAMAGE.items() for sql in many])
def test_what_differs_is_told_and_replaced(desk: Desk, table: str, sql: str) -> None:
    assert set(DAMAGE) == {*DERIVED, "op"}
    db = desk._tools.db
    before = [tuple(row) for row in db.rows(f"SELECT * FROM {table}")]
    with db.write("damage"):
        db.run("PRAGMA defer_foreign_keys = ON")
        db.run(sql)
    found_wrong = sums.wrong(db)
    told = desk.rebuild()
    assert told["equal"] is False
    assert table not in ("assigned", "tagged", "tally", "stretch") or found_wrong
    assert table in [found["table"] for found in told["differences"]]
    assert sorted(tuple(row) for row in db.rows(f"SELECT * FROM {table}")) == sorted(before)
    assert desk.rebuild()["equal"] is True


def test_the_differences_are_counted(desk: Desk) -> None:
    db = desk._tools.db
    with db.write("damage"):
        db.run("DELETE FROM entry WHERE id = (SELECT min(id) FROM entry)")
        db.run("INSERT INTO alias VALUES ('extra', 1)")
    told = {found["table"]: found for found in desk.rebuild()["differences"]}
    assert told["entry"] == {"table": "entry", "missing": 1, "extra": 0}
    assert told["alias"] == {"table": "alias", "missing": 0, "extra": 1}
