"""Sharing as people meet it: two desks that edit, sync and decide, and texts that must go."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.pages import PageCase, PageEntry, page_source
from tests.sync.places import DatabasePlace, FolderPlace, Place
from tests.sync.team import Person, Team
from workbench.cases.names import PEOPLE
from workbench.desk import BadInput, Busy, Desk, NotFound, WorkbenchError
from workbench.local import points, process
from workbench.main import main
from workbench.sync import engine
from workbench.sync.remote import Unreachable

PAGE = (
    PageCase(
        9,
        "20240612",
        "两台桩离线",
        (PageEntry("现场断电了", "YD"), PageEntry("已送电", "客户")),
        "in_progress",
        ("YD",),
    ),
    PageCase(8, "20240601", "扫码失败", (PageEntry("没有标签的一段"),)),
)


@pytest.fixture
def pair(team: Team) -> tuple[Person, Person]:
    return team.join("anna"), team.join("boris")


def page(person: Person, cases: tuple[PageCase, ...] = PAGE) -> None:
    person.desk.import_page(page_source(cases).encode(), file_name="nova.txt")


def test_both_values_are_kept_and_one_decides(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    entry = anna.desk.note(case, "客户来电").entry_id
    assert entry is not None
    team.settle()
    anna.desk.status([case], "resolved")
    boris.desk.status([case], "on_hold", why="等配件")
    anna.desk.edit_field(case, "problem", "两台桩离线，已复电")
    boris.desk.edit_field(case, "problem", "两台桩离线，三号桩也是")
    anna.desk.edit_entry(case, entry, text="客户来电：没电")
    boris.desk.edit_entry(case, entry, text="客户来电：有烟")
    anna.desk.tag([case], ["电源"])
    boris.desk.tag([case], ["急"])
    done = [boris.sync(), anna.sync(), boris.sync()]
    team.agree()
    assert [exchange.decisions for exchange in done] == [0, 3, 3]
    (shown,) = anna.cases()
    assert shown["status"] == "on_hold"  # the least finished
    assert set(shown["tags"]) == {"电源", "急"}
    for decision in anna.desk.decisions():
        assert {value.author for value in decision.values} == {"anna", "boris"}
        texts = [value.value for value in decision.values]
        anna.desk.decide(decision.id, choice=1 + texts.index(max(texts, key=str)))
    team.settle()
    team.agree()
    assert not anna.desk.decisions()
    assert not boris.desk.decisions()


def test_notes_of_both_are_in_one_order_on_both(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    team.settle()
    for nth in range(5):
        anna.desk.note(case, f"安娜第{nth}条")
        boris.desk.note(case, f"鲍里斯第{nth}条")
        if nth % 2:
            boris.sync()
    team.settle()
    team.agree()
    assert len(anna.desk.case(case).entries) == 10


def test_the_same_page_imported_on_both_is_there_once(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    page(anna)
    page(boris)
    team.settle()
    team.agree()
    assert len(anna.cases()) == 2
    assert [len(case["entries"]) for case in anna.cases()] in ([2, 1], [1, 2])
    assert not anna.desk.decisions()


def test_undo_after_sync_reaches_everybody(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    anna.desk.status([case], "resolved")
    team.settle()
    anna.desk.undo()
    team.settle()
    team.agree()
    assert [found["status"] for found in boris.cases()] == ["unset"]


def test_a_stopped_pull_goes_on_where_it_was(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    for nth in range(3):
        case = anna.desk.new("nova", f"第{nth}个")
        anna.sync()

    class Stopped(BaseException):
        pass

    def stop(point: str) -> None:
        passed.append(point)
        if passed.count("pull:after-commit") == 2:
            raise Stopped

    if team.place.kind == "postgres":  # one page for all of it, unless pages are small
        boris.sync(push=False)
        anna.desk.note(case, "后来的")
        team.settle()
        team.agree()
        return
    passed: list[str] = []
    points.hook = stop
    try:
        with pytest.raises(Stopped):
            boris.sync()
    finally:
        points.hook = None
    taken = len(boris.ops())
    assert 0 < taken < len(anna.ops())
    boris.reopen()
    done = boris.sync()
    assert done.received == len(anna.ops()) - taken
    team.agree()


def test_what_is_here_already_is_met_in_bulk(
    team: Team, pair: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a part that was all new nobody looks for it."""
    monkeypatch.setattr(engine, "MANY", 1)
    monkeypatch.setattr(engine, "BULK_PAGE", 4)
    anna, boris = pair
    page(anna)
    anna.sync()
    some = list(anna.ops().values())[5:7]
    pen = boris.desk._tools.pen
    with pen.receive("pull") as receiving:  # as another store brought them
        receiving.take_all([data for data in some if data is not None], 0)
    pen.fold_stale("pull")
    assert boris.sync().received == len(anna.ops()) - len(some)
    team.settle()
    team.agree()


def test_what_a_stopped_pull_left_to_be_folded_is_no_damage(
    pair: tuple[Person, Person],
) -> None:
    anna, boris = pair
    anna.desk.new("nova", "甲")
    anna.sync()

    def stop(point: str) -> None:
        if point == "pull-fold:before-begin":
            raise KeyboardInterrupt

    points.hook = stop
    try:
        with pytest.raises(KeyboardInterrupt):
            boris.sync()
    finally:
        points.hook = None
    assert not boris.cases()
    assert boris.desk.rebuild()["differences"] == []
    assert boris.cases() == anna.cases()


def test_progress_tells_how_much_there_is(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    page(anna)
    told: list[tuple[str, int, int]] = []
    anna.sync(progress=lambda *values: told.append(values))
    count = len(anna.ops())
    assert told[-1] == ("sent", count, count)
    told.clear()
    boris.sync(progress=lambda *values: told.append(values))
    assert ("received", count, count) in told
    what, done, total = told[-1]
    assert what == "worked out"
    assert done == total > 0


def test_what_is_unsent_is_counted_and_listed(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "甲")
    team.settle()
    assert anna.desk.status_line().unsent == 0
    anna.desk.note(case, "没发出去的")
    assert anna.desk.status_line().unsent == 1
    assert [item.case for item in anna.desk.outbox()] == [anna.desk.key(case)]
    anna.sync()
    assert anna.desk.status_line().unsent == 0
    assert not anna.desk.outbox()
    boris.sync()
    assert boris.desk.status_line().unsent == 0


def test_one_exchange_at_a_time(team: Team, pair: tuple[Person, Person]) -> None:
    anna, _ = pair
    anna.one("INSERT INTO meta VALUES ('exchanging', ?) RETURNING 1", process.mark(1))
    with pytest.raises(Busy):
        anna.sync()
    anna.one("UPDATE meta SET value = '999999999:1' WHERE name = 'exchanging' RETURNING 1")
    anna.sync()


def test_drafts_are_never_touched(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "甲")
    team.settle()
    draft = boris.desk.open_draft(case, "note")
    boris.desk.save_draft(draft.id, "写到一半")
    anna.desk.note(case, "安娜的")
    anna.desk.status([case], "resolved")
    team.settle()
    assert [found.text for found in boris.desk.drafts()] == ["写到一半"]
    boris.desk.finish_draft(draft.id, "写完了")
    team.settle()
    team.agree()


def test_a_stick_carries_what_others_wrote(tmp_path: Path, folder_place: FolderPlace) -> None:
    """Anna meets only Boris, Boris only Clara, each over a store of their own."""
    folder_place.create()
    other = FolderPlace(tmp_path / "other") if (tmp_path / "other").mkdir() is None else None
    assert other is not None
    other.create("t" * 26)
    with Team(folder_place, tmp_path) as team:
        anna, boris, clara = (team.join(name) for name in ("anna", "boris", "clara"))
        boris.desk.add_store("stick", other.url)
        clara.desk.remove_store("team")
        clara.desk.add_store("stick", other.url)
        case = anna.desk.new("nova", "甲")
        anna.sync()
        boris.sync()
        assert boris.desk.exchange("stick").sent == len(anna.ops())
        assert clara.desk.exchange("stick").received == len(anna.ops())
        clara.desk.note(case, "克拉拉的")
        clara.desk.exchange("stick")
        boris.desk.exchange("stick")
        boris.sync()
        anna.sync()
        team.agree()


# --- redaction ----------------------------------------------------------------------------------

SECRET = "客户身份证 110101199003070000"


def everything(team: Team) -> dict[str, bytes]:
    """Return every byte of every copy and of the store, and of a dump where there is one."""
    found = {"store": team.place.content()}
    for person in team.people:
        files = [person.path.with_name(person.path.name + name) for name in ("", "-wal", "-shm")]
        found[person.path.stem] = b"".join(path.read_bytes() for path in files if path.exists())
    if isinstance(team.place, DatabasePlace):
        found["dump"] = dump(team.place)
    return found


def holders(team: Team) -> set[str]:
    """Return what holds the secret."""
    return {name for name, data in everything(team).items() if SECRET.encode() in data}


def dump(place: DatabasePlace) -> bytes:
    """Return what pg_dump writes, with the bytes of the changes readable."""
    text = place.server.tool("pg_dump", place.url)
    hexed = [part.split()[0] for part in text.split(b"\\\\x")[1:] if part[:1].strip()]
    return text + b"".join(
        bytes.fromhex(part.decode()) for part in hexed if len(part) % 2 == 0 and part.isalnum()
    )


@pytest.mark.parametrize("imported", [False, True])
def test_a_redacted_text_is_nowhere_after_sync(
    team: Team, pair: tuple[Person, Person], imported: bool
) -> None:
    anna, boris = pair
    if imported:
        cases = (PageCase(9, "20240612", "两台桩离线", (PageEntry(SECRET, "YD"),)),)
        page(anna, cases)
        page(boris, cases)
        case = anna.desk.resolve("9")
        entry = anna.desk.case(case).entries[0].id
    else:
        case = anna.desk.new("nova", "两台桩离线")
        entry = str(anna.desk.note(case, SECRET).entry_id)
    team.settle()
    clara = team.join("clara")
    clara.sync()
    boris.desk.edit_entry(case, entry, text=f"改过的 {SECRET}")
    team.settle()
    assert holders(team) == everything(team).keys()
    anna.desk.redact(case, entry, why="个人信息")
    team.settle()
    team.agree()
    assert not holders(team)
    late = team.join("late")
    team.settle()
    team.agree()
    assert not holders(team)
    assert late.desk.case(case).entries[0].text == "▇"


def test_a_redacted_name_is_nowhere_after_sync(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    anna.desk.set_person(SECRET, side="customer", aliases=["张先生"])
    team.settle()
    boris.desk.merge_people("客户张", SECRET)
    boris.desk.set_person("Kay", side="engineer")
    team.settle()
    assert holders(team) == everything(team).keys()
    anna.desk.redact_person(SECRET, why="个人信息")
    team.settle()
    assert not holders(team)
    late = team.join("late")
    team.settle()
    team.agree()
    assert not holders(team)
    for person in team.people:
        told = {found.name: (found.side, found.aliases) for found in person.desk.people()}
        assert told == {"Kay": ("engineer", ()), "客户张": ("customer", ("张先生",))}
    assert [item.act for item in late.desk.history(PEOPLE)][-3:] == ["redact", "add", "set"]
    # Nothing is taken back of what is gone; what was said beside it still can be.
    boris.desk.undo()
    assert "Kay" not in [found.name for found in boris.desk.people()]


def test_a_person_is_told_where_words_became_a_draft(
    team: Team, pair: tuple[Person, Person]
) -> None:
    """Boris redacts what he knows; what anna wrote on top of it meanwhile stays with her."""
    anna, boris = pair
    case = boris.desk.new("nova", "两台桩离线")
    entry = str(boris.desk.note(case, "密码").entry_id)
    team.settle()
    anna.desk.edit_entry(case, entry, text="密码，另外电话打不通")
    boris.desk.redact(case, entry, why="密码")
    boris.sync()
    told = anna.sync().notes
    assert [note for note in told if "kept as a draft" in note and note.startswith("nova_case#")]
    assert [draft.text for draft in anna.desk.drafts()] == ["密码，另外电话打不通"]
    assert not [note for note in anna.sync().notes if "draft" in note]


@pytest.mark.parametrize("edited", [True, False])
def test_words_whose_twin_on_a_clone_was_redacted_become_no_draft(
    team: Team, pair: tuple[Person, Person], edited: bool
) -> None:
    """Both machines date anew what was written while the clock was ahead: two ids of one text."""
    anna, boris = pair
    case = boris.desk.new("nova", "两台桩离线")
    entry = str(boris.desk.note(case, "客户来电").entry_id)
    team.settle()
    anna.clock.ahead = 300 * 86_400_000
    if edited:
        anna.desk.edit_entry(case, entry, text=f"密码 {SECRET}")
    else:
        entry = str(anna.desk.note(case, f"密码 {SECRET}").entry_id)
    anna.desk.close()
    shutil.copy(anna.path, team.folder / "clone.db")
    anna.clock.ahead = 0
    anna.reopen()
    clone = team.join("anna", team.folder / "clone.db")
    assert any("dated anew" in note or "time of now" in note for note in clone.sync().notes)
    boris.sync()
    boris.desk.redact(case, entry, why="密码")
    boris.sync()
    told = anna.sync().notes
    assert not [note for note in told if "kept as a draft" in note]
    assert not anna.desk.drafts()
    team.settle()
    team.agree()
    assert not holders(team)


class Killed(BaseException):
    """The process ends here."""


def test_a_draft_that_is_made_when_the_file_is_opened_is_told_by_who_opens_it(
    team: Team,
    pair: tuple[Person, Person],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The pull died before it folded what it had brought; the next command goes on."""
    anna, boris = pair
    case = boris.desk.new("nova", "两台桩离线")
    entry = str(boris.desk.note(case, "密码").entry_id)
    team.settle()
    anna.desk.edit_entry(case, entry, text="密码，另外电话打不通")
    boris.desk.redact(case, entry, why="密码")
    boris.sync()

    def kill(name: str) -> None:
        if name == "pull-fold:before-begin":
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(points, "hook", kill)
        with pytest.raises(Killed):
            anna.sync()
    assert not anna.desk.drafts()
    anna.desk._tools.db.run("DELETE FROM meta WHERE name = 'exchanging'")  # it is dead
    anna.desk.close()
    call = ["--db", str(anna.path), "--author", "anna", "--lang", "en", "list"]
    assert main(call) == 0
    told = capsys.readouterr().err
    assert "nova_case#" in told
    assert told.count("kept as a draft") == 1
    assert main(call) == 0
    assert "draft" not in capsys.readouterr().err
    anna.desk = Desk.open(anna.path, "anna", clock=anna.clock)
    assert [draft.text for draft in anna.desk.drafts()] == ["密码，另外电话打不通"]
    assert not [note for note in anna.sync().notes if "draft" in note]


def test_a_text_that_comes_back_by_another_way_goes_again(tmp_path: Path, place: Place) -> None:
    """Boris brings the text from a stick after it was taken out of the store."""
    place.create()
    (tmp_path / "stick").mkdir()
    stick = FolderPlace(tmp_path / "stick")
    stick.create("t" * 26)
    with Team(place, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        anna.desk.add_store("stick", stick.url)
        boris.desk.add_store("stick", stick.url)
        case = anna.desk.new("nova", "两台桩离线")
        entry = str(anna.desk.note(case, SECRET).entry_id)
        anna.desk.exchange("stick")
        boris.desk.exchange("stick")
        anna.desk.redact(case, entry, why="个人信息")
        anna.sync()
        assert SECRET.encode() not in place.content()
        boris.desk.exchange("team", pull=False)
        assert SECRET.encode() in place.content()
        for store in ("team", "stick", "team"):
            for person in team.people:
                person.desk.exchange(store)
        team.agree()
        assert not holders(team)
        assert SECRET.encode() not in stick.content()


def test_a_feed_that_was_ours_is_rid_of_the_text_too(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    entry = str(anna.desk.note(case, SECRET).entry_id)
    team.settle()
    anna.one("UPDATE store SET home = 'elsewhere' RETURNING 1")
    anna.desk.redact(case, entry, why="个人信息")
    team.settle()
    team.agree()
    assert not holders(team)
    assert boris.desk.case(case).entries[0].text == "▇"


# --- the list of stores -------------------------------------------------------------------------


def test_stores_are_named_and_found(tmp_path: Path, folder_place: FolderPlace) -> None:
    with Desk.open(tmp_path / "a.db", "anna") as desk:
        with pytest.raises(NotFound, match="no shared store"):
            desk.exchange()
        desk.add_store("team", folder_place.url)
        made, fresh = desk.init_store("team")
        assert (made.name, fresh) == ("team", True)
        assert desk.init_store("team")[1] is False
        assert all(finding.ok for finding in desk.check_store("team"))
        assert desk.exchange().store == "team"
        with pytest.raises(BadInput, match="already"):
            desk.add_store("team", "/x")
        for url in ("postgresql://anna:pw@h/d", "postgresql://h/d?password=pw", "s3://bucket"):
            with pytest.raises(BadInput):
                desk.add_store("other", url)
        desk.remove_store("team")
        assert not desk.stores()


def test_a_decision_that_comes_while_another_is_settled_is_counted(
    pair: tuple[Person, Person],
) -> None:
    anna, boris = pair
    one, other = (anna.desk.new("nova", text) for text in "甲乙")
    anna.sync()
    boris.sync()
    for person, word in ((anna, "resolved"), (boris, "on_hold")):
        person.desk.status([one], word)
    boris.sync()
    assert anna.sync().decisions == 1
    anna.desk.status([other], "resolved")
    boris.sync()
    boris.desk.decide(boris.desk.decisions()[0].id, choice=1)
    boris.desk.status([other], "on_hold")
    boris.sync()
    assert anna.sync().decisions == 1
    assert [decision.case_id for decision in anna.desk.decisions()] == [other]


def test_a_store_that_is_away_loses_nothing(team: Team, pair: tuple[Person, Person]) -> None:
    anna, _ = pair
    anna.desk.new("nova", "甲")
    url = "/nowhere/at/all" if team.place.kind == "folder" else "postgresql://127.0.0.1:1/x"
    anna.one("UPDATE store SET url = ? RETURNING 1", url)
    with pytest.raises(WorkbenchError, match=r"there is no store|no server answers") as caught:
        anna.sync()
    assert caught.value.exit_code == 5
    assert f"{len(anna.ops())} changes stay in the outbox" in str(caught.value)
    assert team.place.kind == "folder" or isinstance(caught.value, Unreachable)
    with pytest.raises(WorkbenchError, match="stay in the outbox") as caught:
        anna.desk.check_store("team")
    assert caught.value.exit_code == 5
    anna.one("UPDATE store SET url = ? RETURNING 1", team.place.url)
    assert anna.sync().sent == len(anna.ops())
