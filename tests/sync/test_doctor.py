"""What ``doctor`` finds and mends in the file and the stores; what ``store purge`` takes out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.pages import PageCase, PageEntry, page_source
from tests.sync.places import DatabasePlace, FolderPlace, now
from tests.sync.pocket import Pocket
from tests.sync.team import Person, Team
from workbench.cases.change import encode
from workbench.desk import Desk, WorkbenchError
from workbench.desk.attaching import Given
from workbench.local import points
from workbench.local.blobs import Blobs
from workbench.sync.remote import Erased

SECRET = "客户身份证 110101199003070000"


@pytest.fixture
def shared(folder_place: FolderPlace) -> Iterator[Team]:
    folder_place.create()
    with Team(folder_place, folder_place.root.parent) as team:
        yield team


def codes(person: Person, **options: bool) -> dict[str, dict[str, Any]]:
    """Return what is found: code → values."""
    return {f.code: f.values for f in person.desk.doctor(**options).findings}


def report(person: Person) -> dict[str, Any]:
    return person.desk.doctor().report


def test_a_sound_file_and_store_are_sound(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    anna.desk.note(anna.desk.new("nova", "两台桩离线"), "客户来电")
    team.settle()
    found = boris.desk.doctor()
    assert found.findings == ()
    assert found.report["ok"]
    assert found.report["changes"] == len(anna.ops())
    (store,) = found.report["stores"]
    assert (store["reachable"], store["to_receive"], store["unsent"]) == (True, 0, 0)


def test_looking_changes_nothing(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    anna.desk.new("nova", "两台桩离线")
    anna.sync()
    before = team.place.content(), boris.one("SELECT count(*) FROM op")
    assert report(boris)["stores"][0]["to_receive"] == len(anna.ops())
    assert (team.place.content(), boris.one("SELECT count(*) FROM op")) == before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE cases SET problem = 'x', folded = 'x'",
        "UPDATE cases SET entry_total = 7",
        "DELETE FROM entry",
        "UPDATE op SET slot = slot + 1",
    ],
)
def test_tables_that_are_not_what_the_log_says_are_told_and_mended(
    shared: Team, damage: str
) -> None:
    anna = shared.join("anna")
    case = anna.desk.new("nova", "两台桩离线")
    anna.desk.note(case, "客户来电")
    before = anna.cases()
    db = anna.desk._tools.db
    with db.write("damage"):
        db.run(damage)
    assert codes(anna).keys() == {"tables"}
    assert codes(anna).keys() == {"tables"}  # it only looked
    assert anna.desk.doctor(repair=True).report["repaired"]
    assert codes(anna) == {}
    assert anna.cases() == before


def test_a_damaged_index_is_told_and_mended(shared: Team) -> None:
    anna = shared.join("anna")
    for nth in range(20):
        anna.desk.new("nova", f"第{nth}个")
    db = anna.desk._tools.db
    db.run("PRAGMA writable_schema = ON")
    db.run("UPDATE sqlite_schema SET sql = 'CREATE INDEX op_subject ON op (h)'"
           " WHERE name = 'op_subject'")  # fmt: skip
    db.run("PRAGMA writable_schema = OFF")
    anna.reopen()
    found = codes(anna)
    assert found.keys() == {"integrity"}
    assert "op_subject" in found["integrity"]["first"]
    assert anna.desk.doctor(repair=True).report["repaired"] == ["indices"]
    assert codes(anna) == {}


def test_a_change_whose_bytes_are_others_is_told(shared: Team) -> None:
    anna = shared.join("anna")
    anna.desk.note(anna.desk.new("nova", "两台桩离线"), "客户来电")
    db = anna.desk._tools.db
    with db.write("damage"):
        db.run("UPDATE op SET bytes = CAST(replace(CAST(bytes AS TEXT), '客户', '顾客') AS BLOB)")
    assert codes(anna) == {"damaged": {"count": 1}}
    assert not report(anna)["ok"]


def test_words_that_only_the_tables_have_are_not_mended_away(shared: Team) -> None:
    anna = shared.join("anna")
    case = anna.desk.new("nova", "两台桩离线")
    anna.desk.note(case, "客户来电")
    db = anna.desk._tools.db
    with db.write("damage"):
        db.run(
            "UPDATE op SET bytes = CAST('x' AS BLOB) WHERE CAST(bytes AS TEXT) LIKE '%客户来电%'"
        )
    assert codes(anna, repair=True) == {"damaged": {"count": 1}}
    with pytest.raises(WorkbenchError, match="words that the log lost"):
        anna.desk.rebuild()
    assert [entry.text for entry in anna.desk.case(case).entries] == ["客户来电"]


def test_what_was_set_aside_is_told_whole(shared: Team) -> None:
    boris = shared.join("boris")
    remote = shared.place.open()
    remote.identify()
    newer = b'{"v":2,"k":"poll","c":"x","h":"0000000000000001","a":"z","r":"r","n":"0"}'
    stranger = Pocket("stranger")
    stranger.push(remote, [b"\xffno change", newer])
    boris.sync()
    assert codes(boris) == {"bad": {"count": 1}, "unknown": {"count": 1}}
    bad, unknown = report(boris)["set_aside"]
    assert (bad["state"], bad["text"]) == ("bad", "\\xffno change")
    assert (unknown["state"], unknown["text"].encode()) == ("unknown", newer)
    assert bad["source"].startswith(stranger.feed)
    assert report(boris)["ok"]


def test_what_was_set_aside_waits_for_another_store_and_is_counted(
    shared: Team, tmp_path: Path
) -> None:
    """It is passed on as it came, and no JSON may be in it."""
    boris = shared.join("boris")
    remote = shared.place.open()
    remote.identify()
    Pocket("stranger").push(remote, [b"\xffno change", b"nor this"])
    boris.sync()
    (stick := tmp_path / "stick").mkdir()
    boris.desk.add_store("stick", str(stick))
    boris.desk.init_store("stick")
    assert (boris.desk.unsent("stick"), boris.desk.unsent_pages()) == (2, 0)
    assert [store["unsent"] for store in report(boris)["stores"]] == [0, 2]


def test_an_import_that_was_stopped_is_told(shared: Team) -> None:
    anna = shared.join("anna")
    page = page_source((PageCase(9, "20240612", "离线", (PageEntry("断电", "YD"),)),)).encode()

    class Stopped(BaseException):
        pass

    def stop(point: str) -> None:
        if point == "import:before-complete":
            raise Stopped

    points.hook = stop
    try:
        with pytest.raises(Stopped):
            anna.desk.import_page(page, file_name="nova.txt")
    finally:
        points.hook = None
    assert codes(anna) == {"unfinished_import": {"page": "nova"}}
    anna.desk.import_page(page, file_name="nova.txt")
    assert codes(anna) == {}


def test_a_clock_that_is_behind_or_was_ahead_is_told(shared: Team) -> None:
    anna = shared.join("anna")
    case = anna.desk.new("nova", "甲")
    anna.clock.ahead = -3 * 3_600_000
    assert codes(anna)["clock_behind"]["apart"] in ("2 hours", "3 hours")
    anna.clock.ahead = -now() + 1
    assert "clock_unset" in codes(anna)
    anna.clock.ahead = 365 * 86_400_000
    told = codes(anna)["clock_ahead_of_store"]
    assert (told["store"], str(told["apart"])) in [("team", f"{n} days") for n in (364, 365)]
    anna.clock.ahead = 0
    remote = shared.place.open()
    remote.identify()
    common = {"h": now() + 3_600_000 << 16, "author": "zhaoqi", "copy": "z" * 26}
    note = encode("note", case, i="n" * 26, x="未来的", nonce=bytes(16), **common)
    Pocket("zhaoqi").push(remote, [note])
    anna.sync()
    assert codes(anna) == {"clocks_ahead": {"count": 1}}
    assert report(anna)["ok"]


def test_junk_and_waiting_files_are_counted(shared: Team) -> None:
    anna, boris = shared.join("anna"), shared.join("boris")
    place = shared.place
    assert isinstance(place, FolderPlace)
    anna.desk.new("nova", "甲")
    anna.sync()
    (file,) = place.segments()
    shutil.copy(file, file.with_name(file.name.replace(".seg", " (conflicted copy).seg")))
    (place.root / "假期.jpg").write_bytes(b"")
    (place.root / "feeds" / "desktop.ini").write_bytes(b"")
    (place.root / ".stfolder").mkdir()
    data = file.read_bytes()
    file.write_bytes(data[:9])
    found = codes(boris)
    assert found["ignored"]["count"] == 3
    assert found["waiting"]["first"] == f"{anna.feed}/{file.name}"
    os.utime(file, (1, 1))
    found = codes(boris)
    assert "waiting" not in found
    assert found["feed_damaged"]["feed"] == anna.feed
    file.write_bytes(data)
    boris.sync()
    file.unlink()
    assert codes(boris)["missing"]["count"] == 1


def test_files_of_ours_that_are_damaged_or_gone_are_told(shared: Team) -> None:
    anna, boris = shared.join("anna"), shared.join("boris")
    place = shared.place
    assert isinstance(place, FolderPlace)
    for text in ("甲", "乙"):
        anna.desk.new("nova", text)
        anna.sync()
    assert codes(anna) == {}
    first, second = place.segments(anna.feed)
    data = first.read_bytes()
    first.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))  # no size tells it
    assert codes(anna)["own_damaged"]["first"] == first.name
    second.unlink()
    assert codes(anna) == {"own_damaged": {"store": "team", "count": 2, "first": first.name}}
    assert not report(anna)["ok"]
    told = [found.text for found in anna.desk.check_store("team") if not found.ok]
    assert [text.partition(";")[0] for text in told] == [
        f"2 files that this copy wrote to it are damaged or gone: {first.name}, …"
    ]
    anna.sync(repair=True)
    assert codes(anna) == {}
    assert all(found.ok for found in anna.desk.check_store("team"))
    boris.sync()
    assert boris.ops() == anna.ops()


def test_a_damaged_file_of_one_who_is_gone_is_told_for_a_week_and_named_from_then_on(
    shared: Team,
) -> None:
    anna, boris, carol = shared.join("anna"), shared.join("boris"), shared.join("carol")
    place = shared.place
    assert isinstance(place, FolderPlace)
    anna.desk.new("nova", "甲")
    anna.sync()
    boris.sync()
    (file,) = place.segments(anna.feed)
    feed = anna.feed
    shared.people.remove(anna)
    anna.desk.close()
    file.write_bytes(file.read_bytes()[:9])

    def told(days: int) -> list[str]:
        then = now() / 1000 - days * 86_400
        os.utime(file, (then, then))
        return [note for note in carol.sync().notes if file.name in note]

    assert [len(told(days)) for days in (0, 2, 7, 9, 400)] == [1, 1, 1, 0, 0]
    assert "where that copy is no more, remove the file" in told(2)[0]
    assert codes(carol)["feed_damaged"]["feed"] == feed
    file.unlink()
    assert codes(carol) == {}
    boris.sync(repair=True)
    shared.settle()
    shared.agree()
    assert [case["problem"] for case in carol.cases()] == ["甲"]


def test_a_store_that_is_away_is_no_problem_of_the_file(team: Team) -> None:
    anna = team.join("anna")
    anna.desk.new("nova", "甲")
    anna.sync()
    url = "/nowhere/at/all" if team.place.kind == "folder" else "postgresql://127.0.0.1:1/x"
    anna.one("UPDATE store SET url = ? RETURNING 1", url)
    found = anna.desk.doctor()
    assert [finding.code for finding in found.findings] == ["store_away"]
    assert found.report["ok"]


def test_a_gap_in_what_we_sent_is_mended_by_reading_all_anew(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    case = anna.desk.new("nova", "甲")
    anna.desk.note(case, "乙")
    team.settle()
    db = anna.desk._tools.db
    with db.write("damage"):
        db.run("DELETE FROM outbox WHERE seq = 2")
    assert codes(anna).keys() == {"gap"}
    assert anna.desk.doctor(repair=True).report["repaired"] == ["store team"]
    anna.desk.note(case, "丙")
    team.settle()
    team.agree()
    assert len(boris.desk.case(case).entries) == 2
    assert codes(anna) == {}


def test_a_dead_processs_turn_is_ended(shared: Team) -> None:
    anna = shared.join("anna")
    anna.one("INSERT INTO meta VALUES ('exchanging', '999999999:1') RETURNING 1")
    assert anna.desk.doctor(repair=True).report["repaired"] == ["turn"]


def test_files_that_are_damaged_or_gone_are_told_and_fetched_again(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    case = anna.desk.new("nova", "两台桩离线")
    for name in ("日志.log", "照片.jpg"):
        anna.desk.attach(case, Given(name, [f"{name}的内容".encode()]))
    anna.sync()
    boris.sync()
    assert report(boris)["files"] == {"here": 2, "not_here": 0, "damaged": []}
    blobs = Blobs(boris.desk._tools.db)
    first, second = (sha for (sha,) in boris.desk._tools.db.rows("SELECT sha256 FROM blob"))
    blobs.path(first).write_bytes(b"x")
    blobs.path(second).unlink()
    assert codes(boris) == {"files_damaged": {"count": 2}}
    assert set(report(boris)["files"]["damaged"]) == {first, second}
    assert boris.desk.doctor(repair=True).report["repaired"] == ["files"]
    assert codes(boris) == {}
    assert report(boris)["files"]["not_here"] == 2
    boris.sync()
    assert report(boris)["files"] == {"here": 2, "not_here": 0, "damaged": []}


# --- store purge --------------------------------------------------------------------------------


def gone(team: Team, text: str) -> tuple[Person, str]:
    """Have somebody write and go for good; return who redacts it, and the case."""
    anna, boris = team.join("anna"), team.join("boris")
    case = anna.desk.new("nova", "两台桩离线")
    entry = str(anna.desk.note(case, text).entry_id)
    team.settle()
    boris.desk.redact(case, entry, why="个人信息")
    boris.sync()
    return boris, case


def test_a_redacted_text_whose_owner_is_gone_is_named_and_purged(shared: Team) -> None:
    carol = shared.join("carol")
    boris, case = gone(shared, SECRET)
    carol.sync()
    assert SECRET.encode() in shared.place.content()
    assert codes(boris)["unredacted"]["count"] == 1
    assert boris.desk.purge_store("team") == 1
    assert SECRET.encode() not in shared.place.content()
    assert codes(boris) == codes(carol) == {}  # nothing is gone that was written anew
    assert boris.desk.purge_store("team") == 0
    # Anna comes back all the same, and so does somebody new.
    newcomer = shared.join("newcomer")
    feeds = shared.place.feeds()
    shared.settle()
    shared.agree()
    assert newcomer.desk.case(case).entries[0].text == "▇"
    assert SECRET.encode() not in shared.place.content()
    assert shared.place.feeds() == feeds


def test_whoever_may_not_erase_in_a_database_is_told_so(
    database_place: DatabasePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database_place.create()
    with Team(database_place, tmp_path) as team:
        boris, _ = gone(team, SECRET)
        assert SECRET.encode() not in database_place.content()  # who may, does it at once
        assert boris.desk.purge_store("team") == 0
        monkeypatch.setattr("workbench.sync.postgres.Postgres.erase", lambda *_: Erased(0, 1))
        with pytest.raises(WorkbenchError, match="only somebody whom the store lets"):
            boris.desk.purge_store("team")


def test_a_store_is_purged_by_name(tmp_path: Path) -> None:
    with (
        Desk.open(tmp_path / "a.db", "anna") as desk,
        pytest.raises(WorkbenchError, match='no store "team"'),
    ):
        desk.purge_store("team")
