"""The digest: what others changed since a person last looked, on whichever device."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.pages import PageCase, PageEntry, page_source
from tests.sync.places import FolderPlace
from tests.sync.team import Person, Team
from workbench.desk import BadInput, Desk, iso, news_json
from workbench.desk.attaching import Given

CASE = PageCase(9, "20240612", "两台桩离线", (PageEntry("现场断电了", "YD"),))


@pytest.fixture
def team(folder_place: FolderPlace, tmp_path: Path) -> Iterator[Team]:
    """What is in the digest depends on no kind of store."""
    folder_place.create()
    with Team(folder_place, tmp_path) as found:
        yield found


@pytest.fixture
def pair(team: Team) -> tuple[Person, Person]:
    return team.join("anna"), team.join("boris")


def page(person: Person, *cases: PageCase) -> None:
    person.desk.import_page(page_source(cases).encode(), file_name="nova.txt")


def told(person: Person, since: str | None = None) -> list[dict[str, Any]]:
    return [news_json(news) for news in person.desk.digest(since)]


def lines(person: Person, since: str | None = None) -> list[tuple[Any, ...]]:
    """Return the changes of the digest, shortly."""
    return [
        (change["act"], change["field"], change["old"], change["new"], change["text"])
        for news in told(person, since)
        for change in news["changes"]
    ]


def test_a_file_that_somebody_attached_comes_from_no_page(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "桩离线")
    team.settle()
    boris.desk.attach(case, Given("日志.log", ["10:00 离线".encode()]))
    team.settle()
    assert [news["from_page"] for news in told(anna)] == [False]
    assert lines(anna) == [("add", "attachment", None, "日志.log", None)]
    boris.desk.undo()
    assert [(item.act, item.field) for item in boris.desk.history(case)][-1] == (
        "remove",
        "attachment",
    )


def test_every_kind_of_change_is_told_with_old_and_new(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "桩离线", title="旧标题")
    first = str(anna.desk.note(case, "客户来电").entry_id)
    second = str(anna.desk.note(case, "再来电").entry_id)
    team.settle()
    assert told(anna) == []
    boris.desk.status([case], "on_hold", until="2030-01-31", why="等配件")
    boris.desk.edit_field(case, "title", "新标题")
    boris.desk.assign([case], ["LM"])
    third = str(boris.desk.note(case, "已派人", reply_to=first).entry_id)
    boris.desk.edit_entry(case, first, text="客户来电：没电")
    boris.desk.hide([case], second)
    team.settle()
    (news,) = told(anna)
    shortly = {key: news[key] for key in news if key not in ("changes", "at")}
    assert shortly == {
        "case": anna.desk.key(case),
        "case_id": case,
        "title": "新标题",
        "status": "on_hold",
        "authors": ["boris"],
        "new": False,
        "from_page": False,
        "unread": 1,
        "decisions": 0,
        "same_number": [],
    }
    assert lines(anna) == [
        ("set", "status", "unset", "on_hold", None),
        ("set", "title", "旧标题", "新标题", None),
        ("add", "engineers", None, "LM", None),
        ("add", "entry", None, "已派人", "已派人"),
        ("edit", "entry", "客户来电", "客户来电：没电", "客户来电：没电"),
        ("hide", "entry", None, None, "再来电"),
    ]
    assert [change["entry"] for change in news["changes"]] == [
        *(None, None, None, third, first, second)
    ]
    assert news["changes"][0]["status_until"] == "2030-01-31"
    assert news["at"] == news["changes"][-1]["at"]
    assert [news["authors"] for news in told(boris)] == [["anna"]]


def test_who_looked_is_told_only_what_came_after_on_both_devices(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    road = team.join("anna", team.folder / "road.db")
    case = boris.desk.new("nova", "桩离线")
    other = boris.desk.new("nova", "另一个")
    team.settle()
    assert [news["new"] for news in told(anna)] == [True, True]
    assert [news["case_id"] for news in told(anna)] == [case, other]
    anna.desk.mark_read(case)
    assert [news["case_id"] for news in told(anna)] == [other]
    team.settle()
    assert told(road) == told(anna)
    boris.desk.status([case], "resolved")
    team.settle()
    for device in (anna, road):
        assert [(n["case_id"], n["new"]) for n in told(device)] == [(other, True), (case, False)]
        assert lines(device)[-1][:4] == ("set", "status", "unset", "resolved")
    before = told(anna)
    anna.desk.case(case)
    assert told(anna) == before


def test_own_changes_never_appear_from_another_device_either(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    road = team.join("anna", team.folder / "road.db")
    case = anna.desk.new("nova", "桩离线")
    road.desk.new("nova", "路上的")
    anna.desk.note(case, "办公室写的")
    team.settle()
    assert told(anna) == told(road) == []
    assert told(anna, "2020-01-01") == []
    assert len(told(boris)) == 2


def test_since_a_time_everything_after_it_is_told_seen_or_not(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case = boris.desk.new("nova", "桩离线")
    boris.desk.note(case, "早先的")
    team.settle()
    anna.desk.mark_read(case)
    (seen,) = [news["at"] for news in told(anna, "yesterday")]
    boris.clock.ahead = 1
    boris.desk.note(case, "后来的")
    team.settle()
    assert [line[3] for line in lines(anna)] == ["后来的"]
    assert [line[3] for line in lines(anna, seen)] == ["后来的"]
    assert "早先的" in [line[3] for line in lines(anna, "今天")]
    assert told(anna, iso(anna.clock() + 60_000)) == []
    assert told(anna, "2100-01-01") == []
    with pytest.raises(BadInput, match="is no date"):
        told(anna, "letztens")


def test_a_date_begins_at_midnight_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    midnight = 1_893_427_200_000  # of 2030-01-01 there
    with Desk.open(tmp_path / "a.db", "boris", clock=lambda: midnight - 1000) as boris:
        case = boris.new("nova", "桩离线", date="2029-12-31")
    with Desk.open(tmp_path / "a.db", "chen", clock=lambda: midnight + 1000) as chen:
        chen.note(case, "今年的")
    with Desk.open(tmp_path / "a.db", "anna", clock=lambda: midnight + 2000) as anna:
        for day in ("2030-01-01", "today", "2029-12-31T16:00Z", "2030-01-01 00:00"):
            (news,) = anna.digest(day)
            assert news.authors == ("chen",)
        assert [news.authors for news in anna.digest("yesterday")] == [("boris", "chen")]
        assert anna.digest("2030-01-02") == []


def test_what_an_import_brought_is_one_line_of_the_case(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    page(boris, CASE)
    team.settle()
    (news,) = told(anna)
    assert (news["new"], news["from_page"], news["changes"]) == (True, True, [])
    anna.desk.mark_read(news["case_id"])
    assert told(anna) == []
    page(boris, replace(CASE, entries=(*CASE.entries, PageEntry("已送电", "客户"))))
    boris.desk.note(news["case_id"], "我也去了")
    team.settle()
    (later,) = told(anna)
    assert (later["new"], later["from_page"], later["unread"]) == (False, True, 2)
    assert [line[3] for line in lines(anna)] == ["我也去了"]


def test_a_page_that_both_read_is_no_news(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    page(anna, CASE)
    page(boris, CASE)
    team.settle()
    assert told(anna) == told(boris) == []
    assert told(anna, "yesterday") == []


def test_a_page_that_says_what_stands_already_is_no_news(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    page(anna, CASE)
    case = anna.desk.resolve("9")
    team.settle()
    anna.desk.note(case, "已送电", speaker="YD")
    anna.desk.status([case], "resolved")
    team.settle()
    written = anna.desk.write_page("nova").data
    done = boris.desk.import_page(written, file_name="nova.txt")
    assert (done.changed, done.unchanged) == (0, 1)
    team.settle()
    assert told(anna) == []


def test_what_was_written_offline_and_came_late_is_told(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case = boris.desk.new("nova", "桩离线")
    team.settle()
    boris.desk.note(case, "路上没有网络")
    chen = team.join("chen")
    chen.sync()
    chen.desk.note(case, "已远程重启")
    chen.sync()
    anna.sync()
    anna.desk.mark_read(case)
    team.settle()
    assert [line[3] for line in lines(anna)] == ["路上没有网络"]


def test_a_decision_that_waits_is_counted(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "桩离线")
    team.settle()
    anna.desk.status([case], "resolved")
    boris.desk.status([case], "in_progress")
    team.settle()
    (news,) = told(anna)
    assert (news["decisions"], news["status"]) == (1, "in_progress")
    assert lines(anna) == [("set", "status", "unset", "in_progress", None)]


def test_a_redacted_text_is_not_told(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = boris.desk.new("nova", "桩离线")
    entry = str(boris.desk.note(case, "密码 8231").entry_id)
    boris.desk.redact(case, entry, why="密码")
    team.settle()
    assert "8231" not in str(told(anna))
    assert ("redact", "entry", "▇", "▇", "▇") in lines(anna)
