"""Who passed on what says that another wrote it: told where the store knows whose its feeds are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.places import DatabasePlace
from tests.sync.team import Person, Team
from workbench.cli.report import case_report, decision_report, history_line
from workbench.desk import Desk, decision_json, history_json
from workbench.sync.postgres import Postgres
from workbench.tui.reading import thread_items


@pytest.fixture
def team(
    shared: Callable[[str], Postgres], database_place: DatabasePlace, tmp_path: Path
) -> Iterator[Team]:
    """Return anna, boris and rita, each with a role of their own in one store."""
    with Team(database_place, tmp_path) as team:
        for name in ("anna", "boris", "rita"):
            team.join(name)
        team.sign_in()
        yield team


def relayed(person: Person, case: str) -> dict[object, object]:
    """Return who passed on each change of a case, by what it says."""
    items = map(history_json, person.desk.history(case))
    return {item["new"]: item["relayed_by"] for item in items if item["field"] != "case"}


def as_another(person: Person, name: str) -> Desk:
    """Return a desk at a person's file under another's name."""
    return Desk.open(person.path, name, clock=person.clock)


def test_what_came_in_anothers_feed_is_told(team: Team) -> None:
    anna, boris, rita = team.people
    case = anna.desk.new("nova", "两台桩离线")
    team.settle()
    with as_another(boris, "anna") as claimed:
        entry = claimed.note(case, "我没有写过").entry_id
        claimed.edit_field(case, "problem", "三台桩离线")
    boris.desk.note(case, "这是我写的")
    anna.desk.edit_field(case, "problem", "四台桩离线")
    team.settle()
    for person in (anna, rita):
        found = relayed(person, case)
        assert (found["我没有写过"], found["三台桩离线"]) == ("boris", "boris")
        assert found["这是我写的"] is found["四台桩离线"] is found["两台桩离线"] is None
        (decision,) = person.desk.decisions()
        values = decision_json(decision)["values"]
        assert {v["value"]: v["relayed_by"] for v in values} == {
            "三台桩离线": "boris",
            "四台桩离线": None,
        }
        assert decision_report(decision).count("relayed by boris") == 1
        told = [item for item in person.desk.history(case) if item.entry == entry]
        assert "(relayed by boris)" in history_line(told[0])
        shown = thread_items(person.desk.case(case), person.desk.history(case), [], person.clock())
        notes = {item.text: item.notes for item in shown}
        assert notes["我没有写过"] == ("relayed by boris",)
        assert notes["这是我写的"] == ()
        assert shown[0].notes == ("relayed by boris",)
        report = case_report(person.desk.case(case), (), person.desk.passed_on(case))
        assert "Problem  (relayed by boris)\n" in report
        assert report.count("(relayed by boris)") == 2
    assert set(relayed(boris, case).values()) == {None}
    rita.desk.remove_store("team")
    assert set(relayed(rita, case).values()) == {None}


def test_what_its_author_sends_too_is_not(team: Team, tmp_path: Path) -> None:
    """Carried on a stick and passed on by another, then sent by its author: it is the author's."""
    anna, boris, rita = team.people
    stick = tmp_path / "stick"
    stick.mkdir()
    case = anna.desk.new("nova", "两台桩离线")
    team.settle()
    anna.desk.note(case, "在路上写的")
    for person in (anna, boris):
        person.desk.add_store("stick", str(stick))
        if person is anna:
            person.desk.init_store("stick")
        person.desk.exchange("stick")
    boris.sync()
    rita.sync()
    assert relayed(rita, case)["在路上写的"] == "boris"
    assert anna.sync(pull=False).sent == 1
    rita.sync()
    assert relayed(rita, case)["在路上写的"] is None


def test_another_spelling_of_the_same_person_is_not(team: Team) -> None:
    _, boris, rita = team.people
    case = boris.desk.new("nova", "两台桩离线")
    with as_another(boris, "鲍里斯") as desk:
        desk.note(case, "换了名字")
    with as_another(boris, "Boris") as desk:
        desk.note(case, "大写")
    with as_another(boris, "anna") as desk:
        desk.note(case, "冒名")
    team.settle()
    found = relayed(rita, case)
    # Boris signs as his role is called: others' words that come with his are told.
    assert (found["换了名字"], found["大写"], found["冒名"]) == ("boris", None, "boris")
    rita.desk.set_person("boris", aliases=["鲍里斯"])
    assert relayed(rita, case)["换了名字"] is None
    rita.desk.set_person("boris", aliases=["鲍里斯", "anna"])
    assert relayed(rita, case)["冒名"] is None


def test_of_roles_that_are_called_otherwise_than_their_people_nothing_is(team: Team) -> None:
    anna, boris, rita = team.people
    boris.desk.close()
    boris.desk = as_another(boris, "鲍里斯")
    case = boris.desk.new("nova", "两台桩离线")
    boris.desk.note(case, "一")
    with as_another(boris, "冒名者") as desk:
        desk.note(case, "二")
    team.settle()
    assert set(relayed(rita, case).values()) == {None}
    anna.desk.note(case, "安娜")
    with as_another(boris, "anna") as desk:
        desk.note(case, "三")
    team.settle()
    found = relayed(rita, case)
    assert (found["二"], found["安娜"], found["三"]) == (None, None, "boris")
