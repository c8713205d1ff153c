"""Unread marks across a person's two devices."""

from __future__ import annotations

import pytest

from tests.pages import PageCase, PageEntry, page_source
from tests.sync.team import Person, Team
from workbench.desk import WorkbenchError

HOUR = 3_600_000


@pytest.fixture
def devices(team: Team) -> tuple[Person, Person, Person]:
    """Return anna at the office, anna on the road, and boris."""
    return (
        team.join("anna"),
        team.join("anna", team.folder / "anna on the road.db"),
        team.join("boris"),
    )


def unread(person: Person) -> dict[str, int]:
    """Return how much is unread, by the case's title."""
    return {found.title: found.unread for found in person.desk.list() if found.unread}


def reads(person: Person) -> int:
    """Return how many changes of the copy tell how far somebody has read."""
    return sum(b'"k":"read"' in (data or b"") for data in person.ops().values())


def everybody(*people: Person) -> None:
    for _ in range(2):
        for person in people:
            person.sync()


def test_what_was_read_here_is_read_there(
    team: Team, devices: tuple[Person, Person, Person]
) -> None:
    office, road, boris = devices
    cases = [boris.desk.new("nova", title, title=title) for title in ("甲", "乙")]
    for case in cases:
        boris.desk.note(case, "已到现场")
    everybody(boris, office, road)
    assert unread(office) == unread(road) == {"甲": 1, "乙": 1}
    office.desk.mark_read(cases[0])
    assert office.desk.status_line().unsent == 0
    assert reads(office) == 0
    assert office.sync(dry_run=True).sent == 1
    assert office.sync().sent == 1
    assert road.sync().received == 1
    assert unread(office) == unread(road) == {"乙": 1}
    boris.desk.note(cases[0], "已送电")
    everybody(boris, office, road)
    assert unread(office) == unread(road) == {"甲": 1, "乙": 1}
    assert unread(boris) == {}
    team.agree()


def test_at_most_one_change_a_case_and_sync_and_none_where_nothing_was_read(
    team: Team, devices: tuple[Person, Person, Person]
) -> None:
    office, road, boris = devices
    case = boris.desk.new("nova", "甲")
    everybody(boris, office, road)
    for text in ("一", "二", "三"):
        boris.desk.note(case, text)
        boris.sync()
        office.sync(push=False)
        office.desk.mark_read(case)
        office.desk.mark_read(case)
    assert office.sync().sent == 1
    for person in (road, boris, office):
        assert person.sync().sent == 0
    road.desk.mark_read(case)
    boris.desk.mark_read(case)
    office.desk.note(case, "我自己的")
    office.desk.mark_read(case)
    everybody(office, road, boris)
    assert reads(office) == reads(road) == reads(boris) == 1
    team.agree()


def test_what_a_colleague_wrote_offline_is_not_passed_over(
    team: Team, devices: tuple[Person, Person, Person]
) -> None:
    """Boris writes before, and sends after, what anna reads at the office."""
    office, road, boris = devices
    case = boris.desk.new("nova", "甲", title="甲")
    everybody(boris, office, road)
    chen = team.join("chen")
    chen.sync()
    boris.desk.note(case, "路上没有网络")
    chen.desk.note(case, "已远程重启")
    chen.sync()
    office.sync()
    office.desk.mark_read(case)
    office.sync()
    boris.sync()
    road.sync()
    office.sync()
    assert unread(office) == {"甲": 1}
    (missed,) = [entry for entry in office.desk.case(case).entries if entry.unread]
    assert missed.text == "路上没有网络"
    texts = {entry.text for entry in road.desk.case(case).entries if entry.unread}
    assert "路上没有网络" in texts
    road.desk.mark_read(case)
    everybody(*team.people)
    assert unread(office) == unread(road) == {}
    team.agree()


def test_a_clock_a_year_ahead_leaves_nothing_read_that_was_not(
    team: Team, devices: tuple[Person, Person, Person]
) -> None:
    office, road, boris = devices
    case = boris.desk.new("nova", "甲", title="甲")
    everybody(boris, office, road)
    # As one that went over by a stick, where no clock is asked.
    boris.clock.ahead = 365 * 24 * HOUR
    boris.desk.note(case, "明年写的")
    boris.one("UPDATE store SET watermark = (SELECT max(id) FROM op) RETURNING 1")
    ahead = boris.desk._tools.db.value("SELECT bytes FROM op ORDER BY id DESC LIMIT 1")
    boris.clock.ahead = 0
    for person in (office, road):
        with person.desk._tools.pen.act("take", "") as act:
            act.take(ahead, person.clock())
    office.desk.mark_read(case)
    office.sync()
    boris.desk.note(case, "今天写的")
    everybody(boris, office, road)
    assert [e.text for e in office.desk.case(case).entries if e.unread] == ["今天写的"]
    assert "今天写的" in [e.text for e in road.desk.case(case).entries if e.unread]


def test_a_clock_that_was_set_back_leaves_nothing_read_that_was_not(
    team: Team, devices: tuple[Person, Person, Person]
) -> None:
    """Boris's laptop lost its battery: what he writes is older than what he wrote before."""
    office, road, boris = devices
    case = boris.desk.new("nova", "甲", title="甲")
    boris.desk.note(case, "先写的")
    everybody(boris, office)
    office.desk.mark_read(case)
    office.sync()
    boris.clock.ahead = -365 * 24 * HOUR
    boris.desk.note(case, "后写的")
    boris.clock.ahead = 0
    everybody(boris, office, road)
    for device in (office, road):
        assert [e.text for e in device.desk.case(case).entries if e.unread] == ["后写的"]
    office.desk.mark_read(case)
    everybody(office, road)
    assert unread(office) == unread(road) == {}


def test_what_arrives_while_a_case_is_on_the_screen_stays_unread(
    team: Team, devices: tuple[Person, Person, Person]
) -> None:
    office, _, boris = devices
    case = boris.desk.new("nova", "甲", title="甲")
    everybody(boris, office)
    shown = office.desk.case(case)
    boris.desk.note(case, "刚到")
    everybody(boris, office)
    office.desk.mark_read(case, shown.arrived)
    assert unread(office) == {"甲": 1}


def test_an_imported_page_is_read_on_both_devices_too(
    team: Team, devices: tuple[Person, Person, Person]
) -> None:
    office, road, boris = devices
    for said in ((), (PageEntry("已送电", "客户"),)):
        page = page_source((PageCase(9, "20240612", "两台桩离线", said),))
        boris.desk.import_page(page.encode(), file_name="nova.txt")
        everybody(boris, office, road)
    assert unread(office) == unread(road) == {"两台桩离线": 1}
    road.desk.mark_read(road.desk.resolve("9"))
    everybody(road, office)
    assert unread(office) == unread(road) == {}


def test_a_copy_without_a_store_writes_none(team: Team) -> None:
    anna = team.join("anna")
    case = anna.desk.new("nova", "甲")
    anna.desk.remove_store("team")
    with anna.desk.open(anna.path, "boris") as boris:
        boris.note(case, "已送电")
    anna.desk.mark_read(case)
    with pytest.raises(WorkbenchError, match="no shared store"):
        anna.desk.exchange()
    assert reads(anna) == 0


def test_with_a_wrong_clock_marks_wait_as_everything_does(
    team: Team, devices: tuple[Person, Person, Person]
) -> None:
    office, _, boris = devices
    case = boris.desk.new("nova", "甲")
    everybody(boris, office)
    office.desk.mark_read(case)
    office.clock.ahead = 24 * HOUR
    with pytest.raises(WorkbenchError, match="ahead of the store"):
        office.sync()
    assert reads(office) == 0
    office.clock.ahead = 0
    assert office.sync().sent == 1
