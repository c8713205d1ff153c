"""Files behind the changes: what every store must do with contents, and what an exchange does."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from tests.sync.places import DatabasePlace, FolderPlace, Place, now
from tests.sync.team import Person, Team
from workbench.desk import WorkbenchError
from workbench.desk.attaching import Given
from workbench.local import points
from workbench.local.blobs import Blob, Blobs
from workbench.sync.contents import AT_ONCE
from workbench.sync.postgres import Postgres
from workbench.sync.remote import PIECE, Contents, Remote, Unreachable

SMALL = b"2026-02-24 10:00 offline\n"


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def blob_of(data: bytes) -> Blob:
    return Blob(sha256(data).hexdigest(), len(data))


# --- the backend alone --------------------------------------------------------------------------


@pytest.fixture
def remote(place: Place) -> Iterator[Remote]:
    place.create()
    with closing(place.open()) as found:
        found.identify()
        yield found


@pytest.fixture
def contents(remote: Remote) -> Contents:
    found = remote.contents
    assert found is not None
    return found


def write(contents: Contents, data: bytes, *, anew: bool = False) -> Blob:
    blob = blob_of(data)
    contents.write(blob, io.BytesIO(data), anew=anew)
    return blob


def read(contents: Contents, blob: Blob, start: int = 0) -> bytes:
    return b"".join(contents.read(blob, start))


def test_small_contents_come_together(contents: Contents) -> None:
    blobs = {noise(size): write(contents, noise(size)) for size in (1, 40, PIECE)}
    away = blob_of(b"never written")
    found = contents.read_pieces([*blobs.values(), away])
    assert {data for data in found.values() if data} == set(blobs)
    assert all(found[blob.sha256] == data for data, blob in blobs.items())


def test_many_small_files_take_few_flights(database_place: DatabasePlace, tmp_path: Path) -> None:
    database_place.create()
    with Team(database_place, tmp_path) as team, database_place.server.proxy() as proxy:
        anna, boris = team.join("anna"), team.join("boris")
        case = anna.desk.new("nova", "两台桩离线")
        for nth in range(30):
            anna.desk.attach(case, Given(f"{nth}.log", [noise(nth + 1)]))
        anna.sync()
        boris.one("UPDATE store SET url = ? RETURNING 1", proxy.url)
        assert boris.sync().blobs_received == 30
        assert proxy.flights < 10


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 11 * PIECE + 7])
def test_a_content_comes_back_as_it_was(contents: Contents, size: int) -> None:
    data = noise(size)
    blob = blob_of(data)
    assert contents.held([blob]) == set()
    assert read(contents, blob) == b""
    write(contents, data)
    assert contents.held([blob]) == {blob.sha256}
    for start in range(0, size + 1, PIECE):
        assert read(contents, blob, start) == data[start:]


def test_what_is_there_is_told_from_what_is_not(contents: Contents) -> None:
    one, two, other = (blob_of(noise(40, seed)) for seed in (1, 2, 3))
    write(contents, noise(40, 1))
    write(contents, noise(40, 2))
    assert contents.held([one, two, other]) == {one.sha256, two.sha256}


def test_the_same_content_twice_is_one(contents: Contents, place: Place) -> None:
    data = noise(3 * PIECE)
    blob = write(contents, data)
    write(contents, data)
    assert place.files() == {blob.sha256: data}


def test_a_damaged_content_is_replaced(contents: Contents, place: Place) -> None:
    data = noise(2 * PIECE)
    blob = write(contents, data)
    place.spoil(blob.sha256)
    assert read(contents, blob) != data
    write(contents, data, anew=True)
    assert read(contents, blob) == data


def test_a_redacted_content_is_gone(contents: Contents, place: Place) -> None:
    blob, other = write(contents, noise(2 * PIECE)), write(contents, SMALL)
    assert contents.discard([blob.sha256, blob_of(b"never here").sha256])
    assert place.files() == {other.sha256: SMALL}


def test_chunks_that_are_there_are_not_sent_again(database_place: DatabasePlace) -> None:
    database_place.create()
    data = noise(40 * PIECE)
    blob = blob_of(data)
    with database_place.server.proxy() as proxy:
        with closing(Postgres(proxy.url, now)) as remote:
            remote.identify()
            assert remote.contents is not None
            proxy.cut_after = proxy.sent + len(data) // 2
            with pytest.raises(Unreachable):
                write(remote.contents, data)
        proxy.cut_after = None
        with closing(Postgres(proxy.url, now)) as remote:
            remote.identify()
            assert remote.contents is not None
            assert remote.contents.held([blob]) == set()
            before = proxy.sent
            write(remote.contents, data)
            assert proxy.sent - before < len(data) * 0.8
            assert read(remote.contents, blob) == data


def test_a_share_that_went_away_gets_no_files(folder_place: FolderPlace) -> None:
    folder_place.create()
    remote = folder_place.open()
    remote.identify()
    assert remote.contents is not None
    folder_place.root.rename(folder_place.root.with_name("elsewhere"))
    folder_place.root.mkdir()  # the empty folder at which it was mounted
    with pytest.raises(WorkbenchError, match="no store"):
        write(remote.contents, SMALL)
    assert not list(folder_place.root.iterdir())


def test_a_link_in_the_place_of_a_content_is_not_followed(
    folder_place: FolderPlace, tmp_path: Path
) -> None:
    folder_place.create()
    remote = folder_place.open()
    remote.identify()
    assert remote.contents is not None
    blob = write(remote.contents, SMALL)
    path = folder_place.root / "blobs" / blob.sha256[:2] / blob.sha256
    secret = tmp_path / "secret"
    secret.write_bytes(SMALL)
    path.unlink()
    path.symlink_to(secret)
    assert read(remote.contents, blob) == b""


def test_only_a_redactor_removes_a_content(
    shared: Callable[[str], Postgres], database_place: DatabasePlace
) -> None:
    def contents_of(role: str) -> Contents:
        found = shared(role).contents
        assert found is not None
        return found

    blob = write(contents_of("anna"), SMALL)
    assert read(contents_of("olga"), blob) == SMALL
    with pytest.raises(Unreachable, match="permission denied"):
        write(contents_of("olga"), noise(9))
    assert not contents_of("boris").discard([blob.sha256])
    with database_place.server.connect(role="boris") as connection:
        for command in (
            "update casestore.blob_chunk set data = ''",
            "delete from casestore.blob_chunk",
            "delete from casestore.blob",
            "insert into casestore.blob (sha256, size, chunks, owner)"
            " values (decode(repeat('00', 32), 'hex'), 1, 1, 'anna')",
            f"select casestore.discard_files(array['\\x{blob.sha256}'::bytea])",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(command)
        # What is whole stays, whoever calls it damaged.
        mended = connection.execute(f"select casestore.mend_file('\\x{blob.sha256}')").fetchone()
        assert mended == (False,)
    assert read(contents_of("olga"), blob) == SMALL
    database_place.spoil(blob.sha256)
    write(contents_of("boris"), SMALL, anew=True)
    assert read(contents_of("olga"), blob) == SMALL
    assert contents_of("rita").discard([blob.sha256])
    assert database_place.files() == {}


def test_a_standby_gives_files_and_takes_none(database_place: DatabasePlace) -> None:
    database_place.create()
    url = database_place.url + "&options=-c%20default_transaction_read_only%3Don"
    with closing(database_place.open()) as primary, closing(Postgres(url, now)) as standby:
        primary.identify()
        standby.identify()
        assert primary.contents is not None
        assert standby.contents is not None
        blob = write(primary.contents, SMALL)
        assert read(standby.contents, blob) == SMALL
        with pytest.raises(Unreachable, match="only answers"):
            write(standby.contents, noise(9))
        assert not standby.contents.discard([blob.sha256])
        assert database_place.files() == {blob.sha256: SMALL}


def test_a_store_of_an_earlier_version_is_told_and_completed(
    database_place: DatabasePlace, tmp_path: Path
) -> None:
    database_place.create()
    database_place.run("drop table casestore.blob_chunk, casestore.blob")
    with Team(database_place, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        case = anna.desk.new("nova", "两台桩离线")
        attach(anna, case, SMALL)
        told = anna.sync()
        assert told.blobs_sent == 0
        assert "workbench store init" in told.notes[-1]
        (refused,) = (f.text for f in anna.desk.check_store("team") if not f.ok)
        assert refused.startswith("it was made")
        assert anna.desk.init_store("team")[1] is False
        assert anna.sync().blobs_sent == 1
        assert boris.sync().blobs_received == 1


def test_a_fetch_that_is_cut_goes_on_where_it_was(
    database_place: DatabasePlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database_place.create()
    data = noise(40 * PIECE)
    with Team(database_place, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        case = anna.desk.new("nova", "两台桩离线")
        attach(anna, case, data, "大.bin")
        team.settle()
        pieces = []

        def stop(point: str) -> None:
            pieces.append(point)
            if pieces.count("blob:after-piece") == 20:
                database_place.server.restart()

        monkeypatch.setattr(points, "hook", stop)
        with pytest.raises(Unreachable):
            open_file(boris, case, "大.bin", tmp_path)
        pieces.clear()
        monkeypatch.setattr(points, "hook", pieces.append)
        assert open_file(boris, case, "大.bin", tmp_path) == data
        assert pieces.count("blob:after-piece") <= 20


# --- an exchange over it ------------------------------------------------------------------------


@pytest.fixture
def pair(team: Team) -> tuple[Person, Person]:
    return team.join("anna"), team.join("boris")


def attach(person: Person, case: str, data: bytes, name: str = "日志.log") -> Blob:
    person.desk.attach(case, Given(name, [data]))
    return blob_of(data)


def open_file(person: Person, case: str, name: str, folder: Path) -> bytes:
    target = folder / f"{person.name}-{len(list(folder.iterdir()))}"
    person.desk.take_out(person.desk.file(case, name), target)
    return target.read_bytes()


def here(person: Person, case: str) -> dict[str, bool]:
    return {file.file: file.here for file in person.desk.files(case)}


def test_small_files_come_with_a_sync_and_large_ones_when_opened(
    team: Team, pair: tuple[Person, Person], tmp_path: Path
) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    attach(anna, case, SMALL, "日志.log")
    large = noise(AT_ONCE + 1)
    files = [Given("照片.jpg", [large[:9], large[9:]])]
    anna.desk.note(case, "见照片", files=files)
    sent = anna.sync()
    assert (sent.blobs_sent, sent.blobs_received) == (2, 0)
    taken = boris.sync()
    assert (taken.blobs_sent, taken.blobs_received) == (0, 1)
    assert here(boris, case) == {"日志.log": True, "照片.jpg": False}
    team.agree()
    for again in (anna.sync(), boris.sync()):
        assert (again.blobs_sent, again.blobs_received, again.notes) == (0, 0, ())
    assert open_file(boris, case, "照片.jpg", tmp_path) == large
    assert here(boris, case) == {"日志.log": True, "照片.jpg": True}


def test_equal_contents_are_stored_once(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    one, two = (anna.desk.new("nova", text) for text in ("两台桩离线", "扫码失败"))
    attach(anna, one, SMALL, "a.log")
    attach(anna, two, SMALL, "b.log")
    team.settle()
    attach(boris, two, SMALL, "c.log")
    assert boris.sync().blobs_sent == 0
    team.settle()
    assert team.place.files() == {blob_of(SMALL).sha256: SMALL}
    assert here(anna, two) == {"b.log": True, "c.log": True}


def test_what_is_not_uploaded_yet_is_told_on_both_sides(
    team: Team,
    pair: tuple[Person, Person],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    attach(anna, case, SMALL, "a.log")
    attach(anna, case, noise(40), "b.log")

    class Stopped(BaseException):
        pass

    def stop(point: str) -> None:
        if point == "file:before-write":
            raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(points, "hook", stop)
        with pytest.raises(Stopped):
            anna.sync()
    assert anna.desk.unsent_files() == 2
    assert anna.desk.outbox() == []
    told = boris.sync()
    assert told.notes == ("2 files not uploaded yet by anna",)
    assert here(boris, case) == {"a.log": False, "b.log": False}
    with pytest.raises(WorkbenchError, match="anna has not sent it yet"):
        open_file(boris, case, "a.log", tmp_path)
    assert anna.sync().blobs_sent == 2
    assert anna.desk.unsent_files() == 0
    assert boris.sync().blobs_received == 2


def test_a_stick_carries_files_of_others(tmp_path: Path, place: Place) -> None:
    place.create()
    (tmp_path / "stick").mkdir()
    other = FolderPlace(tmp_path / "stick")
    other.create("t" * 26)
    with Team(place, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        boris.desk.add_store("stick", other.url)
        case = anna.desk.new("nova", "两台桩离线")
        blob = attach(anna, case, SMALL)
        team.settle()
        assert boris.desk.exchange("stick").blobs_sent == 1
        assert other.files() == {blob.sha256: SMALL}


def test_an_emptied_store_gets_the_files_again(team: Team, pair: tuple[Person, Person]) -> None:
    anna, _ = pair
    case = anna.desk.new("nova", "两台桩离线")
    blob = attach(anna, case, SMALL)
    team.settle()
    team.place.empty()
    team.settle()
    assert team.place.files() == {blob.sha256: SMALL}


def test_undone_before_a_sync_is_never_sent(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    blob = attach(anna, case, SMALL)
    anna.desk.undo()
    assert anna.sync().blobs_sent == 0
    assert boris.sync().notes == ()
    assert here(boris, case) == {}
    anna.desk.undo(redo=True)
    assert anna.sync().blobs_sent == 1
    boris.sync()
    assert here(boris, case) == {"日志.log": True}
    assert set(team.place.files()) == {blob.sha256}
    team.agree()


# --- damage -------------------------------------------------------------------------------------


def local_path(person: Person, blob: Blob) -> Path:
    return Blobs(person.desk._tools.db).path(blob.sha256)


def test_a_content_damaged_here_is_fetched_again(
    team: Team, pair: tuple[Person, Person], tmp_path: Path
) -> None:
    anna, _ = pair
    case = anna.desk.new("nova", "两台桩离线")
    blob = attach(anna, case, SMALL)
    anna.sync()
    local_path(anna, blob).write_bytes(b"?" * len(SMALL))
    assert open_file(anna, case, "日志.log", tmp_path) == SMALL
    local_path(anna, blob).write_bytes(b"?")
    repaired = anna.sync(repair=True)
    assert repaired.notes == ("damaged here, or gone: 1 file",)
    assert repaired.blobs_received == 1
    assert local_path(anna, blob).read_bytes() == SMALL


def test_a_damaged_content_is_never_sent(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    blob = attach(anna, case, SMALL)
    local_path(anna, blob).write_bytes(b"?" * len(SMALL))
    assert anna.sync().blobs_sent == 0
    assert team.place.files() == {}
    assert "1 file not uploaded yet by anna" in boris.sync().notes


def test_a_content_damaged_in_the_store_is_sent_again(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    blob = attach(anna, case, SMALL)
    anna.sync()
    team.place.spoil(blob.sha256)
    told = boris.sync()
    assert told.blobs_received == 0
    assert "damaged in the store, or gone: 1 file" in told.notes[0]
    assert here(boris, case) == {"日志.log": False}
    assert anna.sync(repair=True).blobs_sent == 1
    assert boris.sync().blobs_received == 1
    assert team.place.files() == {blob.sha256: SMALL}


def test_a_folder_of_files_that_is_gone_is_noticed(team: Team, pair: tuple[Person, Person]) -> None:
    anna, _ = pair
    case = anna.desk.new("nova", "两台桩离线")
    blob = attach(anna, case, SMALL)
    anna.sync()
    folder = Blobs(anna.desk._tools.db).folder
    folder.rename(folder.with_name("elsewhere"))
    done = anna.sync()
    assert done.blobs_received == 1
    assert local_path(anna, blob).read_bytes() == SMALL


# --- the site kit -------------------------------------------------------------------------------


def test_the_newest_files_come_first_within_the_budget(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case, other = anna.desk.new("nova", "两台桩离线"), anna.desk.new("nova", "扫码失败")
    for nth in range(3):
        anna.clock.ahead += 1000
        attach(anna, case, noise(AT_ONCE + 1, nth), f"{nth}.bin")
    attach(anna, other, noise(AT_ONCE + 1, 9), "other.bin")
    anna.desk.note(case, "小", files=[Given("small.log", [SMALL])])
    team.settle()
    kit = boris.desk.fetch_files("离线", 2 * (AT_ONCE + 1))
    assert (kit.files, kit.here, kit.fetched, kit.size) == (4, 1, 2, 2 * (AT_ONCE + 1))
    assert [left.file.file for left in kit.too_large] == ["0.bin"]
    assert kit.missing == ()
    assert here(boris, case) == {"0.bin": False, "1.bin": True, "2.bin": True, "small.log": True}
    assert here(boris, other) == {"other.bin": False}
    again = boris.desk.fetch_files("离线", None)
    assert (again.fetched, again.here) == (1, 3)


# --- redaction ----------------------------------------------------------------------------------


def traces(person: Person, secret: bytes) -> list[str]:
    """Return the files of a copy in which a text can be read."""
    person.desk.close()
    found = [
        str(path)
        for path in person.path.parent.glob(f"{person.path.name}*/**/*")
        if path.is_file() and secret in path.read_bytes()
    ]
    if secret in person.path.read_bytes():
        found.append(str(person.path))
    person.reopen()
    return found


def test_a_redaction_takes_the_files_of_an_entry_out_everywhere(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    secret, name = "证件号码".encode() * 9, "张三的证件.txt"
    entry = anna.desk.note(case, "见附件", files=[Given(name, [secret])]).entry_id
    attach(anna, case, SMALL)
    assert entry is not None
    team.settle()
    assert team.place.files().keys() == {blob_of(secret).sha256, blob_of(SMALL).sha256}
    boris.desk.redact(case, entry, why="个人信息")
    assert here(boris, case) == {"日志.log": True}
    team.settle()
    team.agree()
    assert team.place.files() == {blob_of(SMALL).sha256: SMALL}
    for person in (anna, boris):
        assert here(person, case) == {"日志.log": True}
        for text in (secret, name.encode()):
            assert traces(person, text) == []
            assert text not in team.place.content()
        assert "▇" in {item.new for item in person.desk.history(case) if item.field == "attachment"}


def test_a_file_alone_can_be_redacted(team: Team, pair: tuple[Person, Person]) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    secret = "证件号码".encode() * 9
    attach(anna, case, secret, "证件.txt")
    attach(anna, case, SMALL)
    team.settle()
    anna.desk.redact_file(case, anna.desk.file(case, "证件.txt"), why="个人信息")
    team.settle()
    team.agree()
    assert here(boris, case) == {"日志.log": True}
    assert team.place.files() == {blob_of(SMALL).sha256: SMALL}
    assert traces(boris, secret) == []


def test_a_redaction_leaves_what_is_attached_elsewhere_too(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case, other = anna.desk.new("nova", "两台桩离线"), anna.desk.new("nova", "扫码失败")
    entry = anna.desk.note(case, "见附件", files=[Given("a.log", [SMALL])]).entry_id
    attach(anna, other, SMALL)
    assert entry is not None
    team.settle()
    anna.desk.redact(case, entry, why="错")
    team.settle()
    assert here(boris, case) == {}
    assert here(boris, other) == {"日志.log": True}
    assert set(team.place.files()) == {blob_of(SMALL).sha256}


def test_a_redacted_file_that_a_role_may_not_remove_is_told_until_one_does(
    shared: Callable[[str], Postgres], database_place: DatabasePlace, tmp_path: Path
) -> None:
    with Team(database_place, tmp_path) as team:
        anna, rita = team.join("anna"), team.join("rita")
        team.sign_in()
        case = anna.desk.new("nova", "两台桩离线")
        attach(anna, case, SMALL)
        anna.sync()
        anna.desk.redact_file(case, anna.desk.file(case, "日志.log"), why="个人信息")
        for _ in range(2):
            assert "case_redactor" in anna.sync().notes[-1]
            assert database_place.files()
        rita.sync()
        assert database_place.files() == {}
        assert anna.sync().notes == ()


def test_a_file_attached_meanwhile_by_another_stays(
    team: Team, pair: tuple[Person, Person]
) -> None:
    anna, boris = pair
    case = anna.desk.new("nova", "两台桩离线")
    team.settle()
    attach(boris, case, SMALL, "b.log")
    attach(anna, case, noise(40), "a.log")
    anna.desk.redact_file(case, anna.desk.file(case, "a.log"), why="错")
    team.settle()
    team.agree()
    assert here(anna, case) == here(boris, case) == {"b.log": True}
