"""Packs: few files for a newcomer, each change written a few times only, and no proof lost."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.pages import PageCase, PageEntry, page_source
from tests.sync.places import FolderPlace
from tests.sync.pocket import Pocket
from tests.sync.team import Person, Team
from workbench.cases.feed import Batch
from workbench.desk.attaching import Given
from workbench.sync import packs, segment
from workbench.sync.folder import Folder

DAY = 86_400_000
MONTH = 30 * DAY


@pytest.fixture
def store(folder_place: FolderPlace) -> FolderPlace:
    folder_place.create()
    return folder_place


@pytest.fixture
def team(store: FolderPlace) -> Iterator[Team]:
    with Team(store, store.root.parent) as found:
        yield found


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have three make a pack, so that there are several levels soon."""
    monkeypatch.setattr(packs, "FAN", 3)


def write(person: Person, count: int) -> str:
    """Write a case and notes, each in an exchange of its own."""
    case = person.desk.new("nova", "两台桩离线")
    person.sync()
    for nth in range(count - 1):
        person.desk.note(case, f"第{nth}条")
        person.sync()
    return case


def ranges(paths: list[Path]) -> list[tuple[int, int]]:
    return sorted(segment.range_of(path.name) for path in paths)


class Watch:
    """What the program opened and listed, told by the interpreter itself."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if self.events is not None and event in ("open", "os.listdir", "os.scandir"):
            self.events.append((event, os.fsdecode(args[0]) if _is_path(args[0]) else str(args[0])))

    @contextmanager
    def heard(self) -> Iterator[list[tuple[str, str]]]:
        self.events = found = []
        try:
            yield found
        finally:
            self.events = None


def _is_path(value: object) -> bool:
    return isinstance(value, (str, bytes, os.PathLike))


WATCH = Watch()


def opened(events: list[tuple[str, str]]) -> list[str]:
    """Return the names of the segments that were opened."""
    return [Path(path).name for event, path in events if event == "open" and path.endswith(".seg")]


def test_thirty_two_small_files_become_one_and_go_after_a_month(
    store: FolderPlace, team: Team
) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 31)
    assert len(store.segments()) == 31
    boris.sync()
    anna.desk.new("nova", "第三十二")
    anna.sync()
    count = len(anna.ops())
    assert ranges(store.segments()).count((1, count)) == 1
    assert len(store.segments()) == 33
    anna.clock.ahead = MONTH - DAY
    anna.sync()
    assert len(store.segments()) == 33
    anna.clock.ahead = MONTH + DAY
    anna.sync()
    assert ranges(store.segments()) == [(1, count)]
    boris.sync()
    boris.clock.ahead = 2 * DAY
    done = boris.sync()
    assert (done.sent, done.notes) == (0, ())
    team.agree()
    assert store.feeds() == {anna.feed}


def test_a_newcomer_opens_the_packs_only(store: FolderPlace, team: Team, small: None) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 15)
    count = len(anna.ops())
    wide = [path.name for path in store.segments() if segment.range_of(path.name) != (1, count)]
    assert len(wide) >= 15
    with WATCH.heard() as events:
        taken = boris.sync()
    read = ranges([Path(name) for name in opened(events)])
    assert len(read) == len(set(read)) == 3  # 9 + 3 + 3
    assert packs.length(opened(events)) == count == taken.received
    with WATCH.heard() as events:
        assert boris.sync().received == 0
    assert opened(events) == []
    team.agree()


def test_nothing_new_is_one_listing_for_each_feed_and_no_segment_opened(
    store: FolderPlace, team: Team, small: None
) -> None:
    people = [team.join(name) for name in ("anna", "boris", "clara")]
    for person in people:
        write(person, 5)
    team.settle()
    for person in people:
        with WATCH.heard() as events:
            done = person.sync()
        assert (done.sent, done.received) == (0, 0)
        listed = [path for event, path in events if event != "open" and path.startswith(store.url)]
        feeds = store.root / "feeds"
        assert sorted(listed) == sorted(map(str, [feeds, *(feeds / p.feed for p in people)]))
        assert opened(events) == []


def test_no_change_is_written_more_often_than_there_are_levels(
    store: FolderPlace, team: Team, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Batch] = []
    real = segment.write

    def count(batch: Batch, store_id: str) -> tuple[str, bytes]:
        written.append(batch)
        return real(batch, store_id)

    monkeypatch.setattr(segment, "write", count)
    anna = team.join("anna")
    write(anna, 27)
    often = [0] * len(anna.ops())
    for batch in written:
        for number in range(batch.first, batch.last + 1):
            often[number - 1] += 1
    assert set(often) == {4}  # alone, with 3, with 9, with 27
    names = [segment.name(batch, "x") for batch in written]
    assert len(names) == len(set(names))


def test_what_is_full_is_never_written_again(
    store: FolderPlace, team: Team, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "FULL", 6000)
    monkeypatch.setattr(packs, "ENOUGH", 3000)
    anna, boris = team.join("anna"), team.join("boris")
    case = anna.desk.new("nova", "两台桩离线")
    for nth in range(30):
        anna.desk.note(case, f"第{nth}条{'很长' * (200 if nth % 7 == 0 else 20)}")
        anna.sync()
    anna.clock.ahead = MONTH + DAY
    anna.sync()
    sizes = [len(segment._unpack(path.read_bytes())) for path in store.segments()]
    assert max(sizes) < 6000 + 1000
    assert len(sizes) < 15
    before = {path: path.stat().st_mtime_ns for path in store.segments()}
    anna.clock.ahead = 0
    for nth in range(10):
        anna.desk.note(case, f"短{nth}")
        anna.sync()
    kept = {path: path.stat().st_mtime_ns for path in store.segments() if path in before}
    assert kept == before
    boris.sync()
    team.agree()


def a_day_passes(person: Person) -> None:
    """Let what is missing be missing for a day longer."""
    db = person.desk._tools.db
    with db.write("day"):
        db.run("UPDATE segment SET missing_since = missing_since - 86400000")


def test_parts_that_are_gone_are_no_loss_to_who_read_them(
    store: FolderPlace, team: Team, small: None
) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    case = write(anna, 2)
    boris.sync()
    parts = store.segments()
    anna.desk.note(case, "第三条")
    anna.sync()
    for path in parts:
        path.unlink()
    boris.sync()
    a_day_passes(boris)
    done = boris.sync()
    assert (done.sent, done.notes) == (0, ())
    assert boris.one("SELECT count(DISTINCT src) FROM seen") == 1
    # The pack itself is proof, and is missed.
    shutil.rmtree(store.root / "feeds" / anna.feed)
    boris.sync()
    a_day_passes(boris)
    assert boris.sync().sent == len(anna.ops())


def test_a_part_that_comes_late_takes_no_proof_from_its_pack(
    store: FolderPlace, team: Team, small: None
) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 3)
    count = len(anna.ops())
    parts = [p for p in store.segments() if segment.range_of(p.name) != (1, count)]
    late = {path: path.read_bytes() for path in parts}
    for path in parts:
        path.unlink()
    boris.sync()
    for path, data in late.items():
        path.write_bytes(data)
    assert boris.sync().received == 0
    for path in parts:
        path.unlink()
    boris.sync()
    a_day_passes(boris)
    assert (boris.sync().sent, boris.sync().notes) == (0, ())


def test_what_was_written_before_a_redaction_takes_no_proof_from_what_was_written_anew(
    store: FolderPlace, team: Team
) -> None:
    """A share may bring the older file late, or both at once, in any order of their names."""
    anna, boris = team.join("anna"), team.join("boris")
    case = anna.desk.new("nova", "桩离线")
    entry = anna.desk.note(case, "密码 1234").entry_id
    assert entry is not None
    anna.sync()
    (older,) = store.segments()
    late = older.read_bytes()
    anna.desk.redact(case, entry, why="个人信息")
    anna.sync()
    assert not older.exists()
    boris.sync()
    older.write_bytes(late)
    boris.sync()
    older.unlink()
    boris.sync()
    a_day_passes(boris)
    assert (boris.sync().sent, boris.sync().notes) == (0, ())


def test_a_pack_that_is_not_whole_yet_is_read_by_its_parts(
    store: FolderPlace, team: Team, small: None
) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 3)
    (pack,) = [p for p in store.segments() if segment.range_of(p.name) == (1, len(anna.ops()))]
    whole = pack.read_bytes()
    pack.write_bytes(whole[: len(whole) // 2])
    done = boris.sync()
    assert done.received == len(anna.ops())
    assert "not whole" in done.notes[0]
    pack.write_bytes(whole)
    assert boris.sync().notes == ()
    team.agree()


def test_two_histories_of_one_feed_are_both_read(store: FolderPlace) -> None:
    """A machine and its clone wrote on in one feed: what the pack holds is no part of the other."""
    anna, clone, boris = Pocket("anna"), Pocket("anna"), Pocket("boris")
    remote = Folder(store.root, lambda: 0)
    remote.identify()
    for who in (anna, clone):
        who.push(remote, [b'{"n":1}'])
    anna.push(remote, [b'{"n":2}'])
    clone.push(remote, [b'{"other":2}'])
    anna.push(remote, [b'{"n":3}'])
    remote.append(Batch(anna.feed, 1, anna.chains[0], anna.items))
    with WATCH.heard() as events:
        taken = boris.pull(remote)
    assert {item.data for item in taken} == {b'{"n":1}', b'{"n":2}', b'{"n":3}', b'{"other":2}'}
    assert len(opened(events)) == 2
    assert boris.pull(remote) == []


def test_our_own_parts_need_not_be_there_and_a_lost_pack_is_written_again(
    store: FolderPlace, team: Team, small: None
) -> None:
    anna = team.join("anna")
    write(anna, 3)
    count = len(anna.ops())
    for path in store.segments():
        if segment.range_of(path.name) != (1, count):
            path.unlink()
    assert anna.sync().sent == 0
    assert ranges(store.segments()) == [(1, count)]
    store.segments()[0].unlink()
    anna.sync()
    assert ranges(store.segments()) == [(1, count)]


def test_parts_stay_until_their_pack_was_seen_whole(
    store: FolderPlace, team: Team, small: None
) -> None:
    anna = team.join("anna")
    write(anna, 3)
    count = len(anna.ops())
    (pack,) = [p for p in store.segments() if segment.range_of(p.name) == (1, count)]
    whole = pack.read_bytes()
    pack.write_bytes(b"x")
    anna.clock.ahead = MONTH + DAY
    anna.sync()
    assert store.segments() == [pack]
    assert pack.read_bytes() == whole


def test_a_redacted_text_leaves_packs_and_parts(
    store: FolderPlace, team: Team, small: None
) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    case = anna.desk.new("nova", "两台桩离线")
    entry = str(anna.desk.note(case, "要删去的话").entry_id)
    anna.sync()
    for nth in range(6):
        anna.desk.note(case, f"第{nth}条")
        anna.sync()
    boris.sync()
    assert "要删去的话".encode() in store.content()
    anna.desk.redact(case, entry, why="个人信息")
    anna.sync()
    assert "要删去的话".encode() not in store.content()
    team.settle()
    team.agree()
    for person in team.people:
        a_day_passes(person)
        assert (person.sync().sent, person.sync().notes) == (0, ())
    newcomer = team.join("newcomer")
    with WATCH.heard() as events:
        newcomer.sync()
    assert len(opened(events)) <= 4
    team.agree()


def test_a_redacted_text_is_in_no_file_of_anybody(
    store: FolderPlace, team: Team, small: None, tmp_path: Path
) -> None:
    """Kept pages, drafts, files, logs, segments and packs, and what was half sent when a process
    died."""
    secret = "证件号码 110101199003070000"
    cases = (PageCase(9, "20240612", "两台桩离线", (PageEntry(secret, "YD"),)),)
    anna, boris = team.join("anna"), team.join("boris")
    for person in team.people:
        person.desk.import_page(page_source(cases).encode(), file_name="nova.txt")
    case = anna.desk.resolve("9")
    named = Given(f"{secret}.txt", [secret.encode() * 9])
    typed = str(anna.desk.note(case, f"见附件：{secret}", files=[named]).entry_id)
    team.settle()
    boris.desk.edit_entry(case, typed, text=f"{secret}，请核对")
    boris.desk.save_draft(boris.desk.open_draft(case, "note").id, f"写到一半 {secret}")
    for nth in range(6):
        anna.desk.note(case, f"第{nth}条")
        team.settle()

    def holders() -> set[str]:
        found = {str(f.relative_to(tmp_path)) for f in tmp_path.rglob("*") if f.is_file()
                 and secret.encode() in f.read_bytes()}  # fmt: skip
        return found | ({"a segment"} if secret.encode() in store.content() else set())

    for person in team.people:
        (store.root / "feeds" / person.feed / ".tmp-0123456789abcdef").write_text(secret, "utf-8")
    assert {"anna.db", "boris.db", "a segment"} <= {name.removesuffix("-wal") for name in holders()}
    assert [name for name in holders() if "files" in name or "blobs" in name]
    (imported,) = [entry.id for entry in anna.desk.case(case).entries if entry.imported]
    for entry in (typed, imported):
        anna.desk.redact(case, entry, why="个人信息")
    team.settle()
    team.agree()
    assert holders() == set()
    assert [draft.text for draft in boris.desk.drafts()] == ["写到一半 ▇"]


def test_a_copied_file_keeps_its_proofs_through_the_packing(
    store: FolderPlace, team: Team, small: None
) -> None:
    anna = team.join("anna")
    write(anna, 3)
    anna.one("UPDATE store SET home = 'elsewhere' RETURNING 1")
    anna.desk.new("nova", "在复制品上")
    anna.sync()
    assert anna.one("SELECT count(DISTINCT src) FROM seen") == 1
    assert store.feeds() > {anna.feed}


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        ([], 0),
        ([(1, 4)], 4),
        ([(1, 4), (2, 3), (5, 5)], 5),
        ([(3, 9), (1, 4)], 9),
        ([(9, 3)], 0),
    ],
)
def test_numbers_are_counted_once(names: list[tuple[int, int]], numbers: int) -> None:
    assert packs.length(f"{a:010d}-{b:010d}-{'0' * 32}.seg" for a, b in names) == numbers
