"""What befalls stores, laptops and clocks: what a person reads then, and that nothing is lost.

Restored laptops and cloned machines, another store at the address and a clock far ahead are among
what both kinds of stores must stand (test_conformance).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.sync.places import DatabasePlace, FolderPlace
from tests.sync.team import Person, Team
from workbench.local.redate import redate
from workbench.sync.remote import OLDER, ClockOff, NoStore

DAY = 86_400_000


def three(team: Team) -> tuple[Person, Person, Person]:
    """Return three who all have what each wrote."""
    people = team.join("anna"), team.join("boris"), team.join("clara")
    for person in people:
        person.desk.note(person.desk.new("nova", f"{person.name}的案例"), f"{person.name}的话")
    team.settle()
    return people


def everything_is_back(team: Team, texts: set[str]) -> None:
    """Assert that all agree, and that a newcomer finds all words in the store."""
    team.settle()
    newcomer = team.join("newcomer")
    team.settle()
    team.agree()
    words = {entry["text"] for case in newcomer.cases() for entry in case["entries"]}
    assert words == texts
    for person in team.people:
        done = person.sync()
        assert (done.sent, done.received, done.notes) == (0, 0, ())


def first_case(person: Person) -> str:
    """Return the id of a case that all have."""
    return next(iter(person.desk.list("", sort="number"))).id


WORDS = {f"{name}的话" for name in ("anna", "boris", "clara")}


def days_pass(person: Person) -> None:
    """Let what is missing be missing for a day longer."""
    db = person.desk._tools.db
    with db.write("day"):
        db.run("UPDATE segment SET missing_since = missing_since - 86400000")
        db.run(
            "UPDATE meta SET value = (SELECT json_group_object(key, value - 86400000)"
            " FROM json_each(meta.value)) WHERE name LIKE 'lacking %'"
        )


@pytest.mark.parametrize("mishap", ["emptied", "older"])
def test_a_store_that_lost_what_it_had_is_filled_again(team: Team, mishap: str) -> None:
    """Nobody asks for a repair, and Anna, who wrote some of it, never comes back."""
    team.place.create()
    team.place.backup()
    anna, boris, clara = three(team)
    team.place.empty() if mishap == "emptied" else team.place.restore()
    team.people.remove(anna)
    anna.desk.close()
    told = [*boris.sync().notes, *clara.sync().notes]
    assert any(OLDER in note for note in told), told
    for person in (boris, clara):
        days_pass(person)
    everything_is_back(team, WORDS)


def test_an_older_store_in_which_others_went_on_is_brought_up_to_date(team: Team) -> None:
    anna, boris, clara = three(team)
    team.place.backup()
    boris.desk.note(boris.desk.new("vega", "后来的案例"), "后来的话")
    team.settle()
    team.place.restore()
    anna.desk.note(first_case(anna), "备份恢复之后的话")
    anna.sync()
    told = [*boris.sync().notes, *clara.sync().notes]
    assert any(OLDER in note for note in told), told
    days_pass(clara)
    everything_is_back(team, {*WORDS, "后来的话", "备份恢复之后的话"})


def spoil_file(team: Team, feed: str) -> None:
    """Damage the newest file of a feed for good, as a bad disk does."""
    assert isinstance(team.place, FolderPlace)
    path = team.place.segments(feed)[-1]
    path.write_bytes(b"\0" * path.stat().st_size)
    long_ago = path.stat().st_mtime - 2 * DAY / 1000
    os.utime(path, (long_ago, long_ago))


def spoil_row(team: Team, feed: str) -> None:
    """Damage the last change of a feed, as somebody with a client of his own does."""
    assert isinstance(team.place, DatabasePlace)
    team.place.run(
        "update casestore.op set bytes = 'x' where feed = %s and seq = (select max(seq) - 1"
        " from casestore.op where feed = %s)",
        feed,
        feed,
    )


SPOIL: dict[str, Callable[[Team, str], None]] = {"folder": spoil_file, "postgres": spoil_row}


def test_a_feed_that_is_damaged_for_good_is_named_and_all_others_go_on(team: Team) -> None:
    anna, boris, clara = three(team)
    case = anna.desk.new("nova", "损坏之前")
    anna.desk.note(case, "读不到的话")
    anna.sync()
    SPOIL[team.place.kind](team, anna.feed)
    boris.desk.note(boris.desk.new("nova", "别人照常"), "照常的话")
    boris.sync()
    done = clara.sync()
    (told,) = done.notes
    assert told.startswith(f"the feed {anna.feed} is ")
    assert any(entry["text"] == "照常的话" for c in clara.cases() for entry in c["entries"])
    (found,) = clara.desk.doctor().findings
    assert (found.code, found.values["feed"]) == ("feed_damaged", anna.feed)
    again = clara.sync()
    assert again.notes == (told,)
    assert (again.sent, again.received) == (0, 0)
    if team.place.kind == "folder":
        assert "Its owner's next sync --repair writes it again" in told
        anna.sync(repair=True)
        everything_is_back(team, {*WORDS, "读不到的话", "照常的话"})


# --- redactions that are lost -------------------------------------------------------------------


@pytest.fixture
def folder_team(folder_place: FolderPlace, tmp_path: Path) -> Iterator[Team]:
    """Return nobody, at a folder."""
    folder_place.create()
    with Team(folder_place, tmp_path) as team:
        yield team


def redacted(team: Team) -> tuple[Person, Person, Path]:
    """Have Anna redact what Boris has, and put the file that says so away; return where it was."""
    assert isinstance(team.place, FolderPlace)
    anna, boris = team.join("anna"), team.join("boris")
    anna.desk.note(anna.desk.new("nova", "一个案例"), "密码在铭牌上")
    team.settle()
    anna.desk.close()
    shutil.copy(anna.path, anna.path.with_suffix(".backup"))
    anna.reopen()
    (entry,) = anna.desk.case(first_case(anna)).entries
    anna.desk.redact(first_case(anna), entry.id, why="密码")
    anna.sync()
    said_there = team.place.segments(anna.feed)[-1]
    said_there.rename(team.folder / said_there.name)
    return anna, boris, said_there


def go_back(person: Person) -> None:
    """Bring a person's backup back."""
    person.desk.close()
    for suffix in ("-wal", "-shm"):
        Path(f"{person.path}{suffix}").unlink(missing_ok=True)
    shutil.copy(person.path.with_suffix(".backup"), person.path)
    person.reopen()


@pytest.mark.parametrize("repair", [False, True], ids=["after a day", "by a repair"])
def test_words_come_back_when_their_redaction_is_lost_for_good(
    folder_team: Team, repair: bool
) -> None:
    """Its file is gone before anybody read it, and who wrote it goes back to a backup."""
    anna, boris, _ = redacted(folder_team)
    clara = folder_team.join("clara")
    clara.sync()
    assert "密码" not in str(clara.cases())
    go_back(anna)
    waits = [note for note in anna.sync().notes if "if none comes within a day" in note]
    assert len(waits) == 1
    assert boris.sync().notes == (waits[0],)
    assert clara.sync().notes == ()
    assert "密码" not in str(clara.cases())
    if not repair:
        days_pass(anna)
    told = anna.sync(repair=repair).notes
    assert any("text was taken out of the store" in note for note in told), told
    clara.sync()
    assert "密码在铭牌上" in str(clara.cases())
    everything_is_back(folder_team, {"密码在铭牌上"})
    (entry,) = anna.desk.case(first_case(anna)).entries
    anna.desk.redact(first_case(anna), entry.id, why="密码")
    folder_team.settle()
    folder_team.agree()
    assert "密码" not in str(clara.cases())


def test_a_redaction_that_comes_late_takes_the_words_out(folder_team: Team) -> None:
    """A folder that is still being copied has the files of one push one by one."""
    _, boris, said_there = redacted(folder_team)
    (told,) = boris.sync().notes
    assert told.startswith("1 text was taken out of the store, and no redaction of it is there; if")
    assert boris.sync().notes == (told,)
    assert "密码" in str(boris.cases())
    (folder_team.folder / said_there.name).rename(said_there)
    days_pass(boris)
    done = boris.sync()
    assert (done.sent, done.received, done.notes) == (0, 1, ())
    assert "密码" not in str(boris.cases())
    folder_team.settle()
    folder_team.agree()


def test_a_share_that_is_not_mounted_is_not_filled(folder_place: FolderPlace) -> None:
    folder_place.create()
    with Team(folder_place, folder_place.root.parent) as team:
        anna, *_ = three(team)
        away = folder_place.root.with_name("away")
        folder_place.root.rename(away)
        folder_place.root.mkdir()  # the empty mount point
        anna.desk.note(first_case(anna), "离线写的")
        for person in team.people:
            with pytest.raises(NoStore, match="is the folder mounted") as caught:
                person.sync()
            assert caught.value.exit_code == 5
        assert list(folder_place.root.iterdir()) == []
        assert anna.desk.status_line().unsent == 1
        folder_place.root.rmdir()
        away.rename(folder_place.root)
        everything_is_back(team, {*WORDS, "离线写的"})


def test_another_store_under_the_same_mount_point_is_refused_by_all(
    folder_place: FolderPlace,
) -> None:
    folder_place.create()
    with Team(folder_place, folder_place.root.parent) as team:
        anna, *_ = three(team)
        shutil.move(folder_place.root, folder_place.root.with_name("ours"))
        folder_place.root.mkdir()
        folder_place.create("t" * 26)
        with pytest.raises(NoStore, match="holds another store") as caught:
            anna.sync()
        assert "Nothing was sent" in (caught.value.hint or "")
        assert folder_place.feeds() == set()


def test_a_clock_far_behind_writes_all_the_same_and_sends_when_it_is_set(team: Team) -> None:
    anna, *_ = three(team)
    anna.clock.ahead = -400 * DAY
    anna.desk.note(first_case(anna), "时钟慢了")
    with pytest.raises(ClockOff, match=r"your clock is (399|400) days behind the store") as caught:
        anna.sync()
    assert "unsent, nothing is lost" in (caught.value.hint or "")
    anna.clock.ahead = 0
    everything_is_back(team, {*WORDS, "时钟慢了"})
    assert not anna.desk.decisions()


def test_a_clock_before_2020_sends_nothing(team: Team) -> None:
    anna, *_ = three(team)
    anna.clock.ahead = -9_999 * DAY
    anna.desk.new("nova", "时钟没电了")
    with pytest.raises(ClockOff, match="stands before 2020") as caught:
        anna.sync()
    assert "nothing is lost" in (caught.value.hint or "")
    anna.clock.ahead = 0
    everything_is_back(team, WORDS)


def test_a_clock_minutes_off_is_told_and_sends(team: Team) -> None:
    anna, *_ = three(team)
    anna.clock.ahead = 4 * 60_000
    anna.desk.new("nova", "慢慢来")
    notes = anna.sync().notes
    assert any(note.endswith("minutes ahead of the store") for note in notes), notes
    assert anna.desk.status_line().unsent == 0


def test_under_a_clock_set_back_nothing_gets_a_time_before_what_went_out(team: Team) -> None:
    """Who has read what a copy wrote up to then would take the later words as read."""
    anna, _, _ = three(team)
    anna.desk.note(first_case(anna), "还没发出去的话")
    anna.clock.ahead = -400 * DAY
    tools = anna.desk._tools
    with tools.db.write("redate"):
        assert redate(tools.db, tools.pen, anna.clock()) == 0
    rows = tools.db.rows("SELECT h FROM op WHERE mine = 1 ORDER BY id")
    times = [row["h"] for row in rows]
    assert times == sorted(times)
    assert times[-1] == anna.one("SELECT max(h) FROM op")
