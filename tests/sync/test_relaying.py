"""A store that gets only what was written on this copy, with what that builds on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.places import FolderPlace, Place
from tests.sync.team import Person, Team
from workbench.desk.attaching import Given
from workbench.local import outbox


@pytest.fixture
def team(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """Return anna, who meets boris over a stick, and rita, who shares the team's store with her;
    anna's copy gives that store only what she wrote, a few changes at a time."""
    monkeypatch.setattr(outbox, "FILL", 3)
    place.create()
    (tmp_path / "stick").mkdir()
    stick = FolderPlace(tmp_path / "stick")
    stick.create("t" * 26)
    with Team(place, tmp_path) as team:
        anna, boris, _ = (team.join(name) for name in ("anna", "boris", "rita"))
        for person in (anna, boris):
            person.desk.add_store("stick", stick.url)
        assert anna.desk.keep_own("team", True).own_only
        yield team


def meet(*people: Person) -> None:
    """Exchange over the stick."""
    for person in (*people, *people):
        person.desk.exchange("stick")


def texts(person: Person) -> set[str]:
    """Return what a person's entries and problems say."""
    cases = person.cases()
    said = {str(entry["text"]) for case in cases for entry in case["entries"]}
    return said | {str(case["problem"]) for case in cases}


def test_what_others_wrote_is_not_passed_on_but_for_what_ours_needs(team: Team) -> None:
    anna, boris, rita = team.people
    case = boris.desk.new("nova", "两台桩离线")
    asked = str(boris.desk.note(case, "哪台？").entry_id)
    boris.desk.note(case, "与此无关")
    boris.desk.new("nova", "别的事")
    meet(boris, anna)
    assert anna.desk.outbox("team") == []
    assert anna.sync().sent == 0
    assert anna.one("SELECT s.watermark = max(o.id) FROM store s, op o WHERE s.name = 'team'")
    anna.desk.note(case, "都离线了", reply_to=asked)
    boris.desk.edit_field(case, "problem", "三台桩离线")
    meet(boris, anna)
    anna.desk.edit_field(case, "problem", "四台桩离线")
    assert [item.new for item in anna.desk.outbox("team")] == ["都离线了", "四台桩离线"]
    anna.sync()
    rita.sync()
    assert texts(rita) == {"四台桩离线", "哪台？", "都离线了"}
    assert [item.new for item in rita.desk.history(case) if item.field == "problem"] == [
        "两台桩离线", "三台桩离线", "四台桩离线",
    ]  # fmt: skip
    assert rita.desk.decisions() == []
    assert anna.sync().sent == rita.sync().sent == 0
    assert anna.desk.unsent("team") == 0


def test_everything_is_passed_on_once_that_is_said(team: Team) -> None:
    anna, boris, rita = team.people
    case = boris.desk.new("nova", "两台桩离线")
    file = Given("照片.jpg", [b"abc"])
    boris.desk.attach(case, file)
    meet(boris, anna)
    anna.desk.note(case, "在看")
    anna.sync()
    rita.sync()
    assert texts(rita) == {"两台桩离线", "在看"}
    assert not rita.desk.files(case)
    assert not anna.desk.keep_own("team", False).own_only
    anna.sync()
    rita.sync()
    assert [(found.file, found.here) for found in rita.desk.files(case)] == [("照片.jpg", True)]
    assert rita.ops() == anna.ops()
    assert rita.cases() == anna.cases()


def test_a_redaction_of_what_was_sent_goes_along(team: Team) -> None:
    anna, boris, rita = team.people
    case = anna.desk.new("nova", "两台桩离线")
    entry = str(anna.desk.note(case, "网关密码").entry_id)
    anna.sync()
    rita.sync()
    meet(anna, boris)
    boris.desk.redact(case, entry, why="密码")
    boris.desk.note(case, "已删")
    meet(boris, anna)
    anna.sync()
    rita.sync()
    assert texts(rita) == {"两台桩离线", "▇"}
