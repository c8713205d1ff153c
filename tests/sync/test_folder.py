"""A folder that others write, too: junk, halves, copies and traps are passed by, and told."""

from __future__ import annotations

import json
import os
import shutil
import zlib
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from tests.sync.places import STORE, FolderPlace, now
from tests.sync.pocket import Pocket
from tests.sync.team import Person, Team
from workbench.cases.feed import START, Batch, Item
from workbench.sync import files, folder, segment
from workbench.sync.folder import Folder
from workbench.sync.remote import NoStore, Surprise, Unreachable

JUNK = (
    "desktop.ini",
    "~$x.seg",
    ".DS_Store",
    "Thumbs.db",
    "0000000001-0000000001-{hash} (Anna's conflicted copy).seg",
    "0000000001-0000000001-{hash}.sync-conflict-20260101.seg",
    "0000000001-0000000001-{hash}.seg.part",
    "0000000001-0000000001-{hash}.SEG",
    "٠٠٠٠٠٠٠٠٠١-0000000001-{hash}.seg",
    "0000000001-0000000001-{hash}.seg\n",
)


@pytest.fixture
def store(folder_place: FolderPlace) -> FolderPlace:
    folder_place.create()
    return folder_place


@pytest.fixture
def anna(store: FolderPlace) -> Pocket:
    """Somebody who has written three segments."""
    found = Pocket("anna")
    remote = store.open()
    for nth in range(3):
        found.push(remote, [b'{"n":%d}' % nth])
    return found


def read(store: FolderPlace) -> tuple[Pocket, Folder]:
    """Let a newcomer read the store."""
    boris, remote = Pocket("boris"), Folder(store.root, now)
    boris.pull(remote)
    return boris, remote


def test_what_is_no_segment_is_passed_by_and_counted(store: FolderPlace, anna: Pocket) -> None:
    feed = store.root / "feeds" / anna.feed
    first = store.segments()[0]
    for name in JUNK:
        shutil.copy(first, feed / name.format(hash=first.name[22:54]))
    (feed / ".tmp-0123456789abcdef").write_bytes(b"half")
    (store.root / "feeds" / "NoFeedAtAll").mkdir()
    (store.root / "feeds" / "notes.txt").write_text("?", encoding="utf-8")
    boris, remote = read(store)
    assert boris.taken == anna.items
    assert len(remote.ignored) == len(JUNK)
    assert not remote.waiting


@pytest.mark.parametrize("cut", ["empty", "half", "all but one byte", "one byte changed", "zeros"])
def test_a_file_that_is_not_whole_waits_until_it_is(
    store: FolderPlace, anna: Pocket, cut: str
) -> None:
    second = store.segments()[1]
    whole = second.read_bytes()
    half = len(whole) // 2
    damaged = {
        "empty": b"",
        "half": whole[:half],
        "all but one byte": whole[:-1],
        "one byte changed": whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :],
        "zeros": bytes(len(whole)),
    }
    second.write_bytes(damaged[cut])
    boris, remote = read(store)
    assert boris.taken == [anna.items[0], anna.items[2]]
    assert remote.waiting == [f"{anna.feed}/{second.name}"]
    assert "not whole" in remote.remarks[0]
    second.write_bytes(whole)
    assert boris.pull(remote) == [anna.items[1]]
    assert not remote.remarks


def test_files_may_come_in_any_order(store: FolderPlace, anna: Pocket) -> None:
    paths = store.segments()
    kept = [path.read_bytes() for path in paths]
    boris = Pocket("boris")
    remote = store.open()
    for path in paths:
        path.unlink()
    for nth in (2, 0, 1):
        paths[nth].write_bytes(kept[nth])
        assert boris.pull(remote) == [anna.items[nth]]


def test_traps_do_not_stop_the_reader(store: FolderPlace, anna: Pocket) -> None:
    feed = store.root / "feeds" / anna.feed
    first = store.segments()[0]
    outside = store.root.parent / "outside"
    shutil.copy(first, outside)
    shutil.copy(first, store.root.parent / "link")
    digest = first.name[22:54]
    os.mkfifo(feed / f"0000000011-0000000011-{digest}.seg")
    os.symlink(outside, feed / f"0000000012-0000000012-{digest}.seg")
    os.symlink(feed, feed / f"0000000013-0000000013-{digest}.seg")
    (feed / f"0000000014-0000000014-{digest}.seg").mkdir()
    os.symlink(outside, store.root / "feeds" / ("b" * 26))
    with (feed / f"0000000015-0000000015-{digest}.seg").open("wb") as file:
        file.truncate(1 << 32)
    boris, remote = read(store)
    assert boris.taken == anna.items
    assert len(remote.waiting) == 5
    assert any("can't be read" in remark for remark in remote.remarks)


def test_a_small_file_that_unpacks_to_a_huge_one_is_left(store: FolderPlace, anna: Pocket) -> None:
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    bomb = b"".join(packer.compress(block) for _ in range(64)) + packer.flush()
    assert len(bomb) < 1 << 17
    name = f"0000000004-0000000004-{'0' * 32}.seg"
    (store.root / "feeds" / anna.feed / name).write_bytes(bomb)
    boris, remote = read(store)
    assert boris.taken == anna.items
    assert len(remote.waiting) == 1


def forged(feed: str, lines: list[bytes], header: dict[str, object]) -> tuple[str, bytes]:
    """Return a segment whose hash is right and whose header says whatever is wanted."""
    head = {"format": 1, "store": STORE, "feed": feed, "first": 9, "last": 9} | header
    content = b"\n".join([json.dumps(head).encode(), *lines]) + b"\n"
    digest = sha256(content).hexdigest()[:32]
    return f"0000000009-0000000009-{digest}.seg", zlib.compress(content)


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"format": 2},
        {"store": "x"},
        {"feed": "x"},
        {"first": 8},
        {"last": 10},
        {"before": "zz", "after": ""},
        {"before": "", "after": ""},
        {"before": None, "after": 7},
        {"before": "00", "after": "00"},
        {"before": "[" * 50_000, "after": ""},
    ],
)
def test_a_header_that_lies_is_not_believed(
    store: FolderPlace, anna: Pocket, header: dict[str, object]
) -> None:
    name, data = forged(anna.feed, [b"{}"], header)
    (store.root / "feeds" / anna.feed / name).write_bytes(data)
    boris, remote = read(store)
    assert boris.taken == anna.items
    assert remote.waiting == [f"{anna.feed}/{name}"]


def test_a_segment_can_be_written_plain() -> None:
    batch = Pocket("anna").write([b'{"n":1}', b"not JSON\n"])
    name, data = segment.write(batch, STORE)
    plain = zlib.decompress(data)
    assert segment.read(name, plain, STORE, batch.feed).items == batch.items


def test_parts_of_a_segment_have_its_items_with_what_is_left_of_erased_ones() -> None:
    anna = Pocket("anna")
    written = anna.write([b'{"n":%d}' % n for n in range(5)] + [b"not JSON"]).items
    items = list(written)
    items[1] = Item(items[1].op_id, None)
    items[3] = Item(items[3].op_id, None, b'{"k":"note"}')
    batch = Batch(anna.feed, 1, START, items)
    found = segment.read(*segment.write(batch, STORE), STORE, anna.feed)
    assert [*found.items] == items
    assert found.items == items != written
    assert [item for part in found.parts(2) for item in part.items] == items
    assert [*found.items[::2]] == items[::2]


def test_a_change_larger_than_any_may_be_is_passed_over(store: FolderPlace) -> None:
    anna = Pocket("anna")
    anna.push(store.open(), [b'{"n":1}', b'{"x":"%s"}' % (b"y" * 262_144), b'{"n":3}'])
    boris, _ = read(store)
    assert [item.data for item in boris.taken] == [b'{"n":1}', None, b'{"n":3}']
    assert [item.op_id for item in boris.taken] == [item.op_id for item in anna.items]


def test_a_missing_mark_means_not_mounted_and_nothing_is_made(store: FolderPlace) -> None:
    anna = Pocket("anna")
    shutil.rmtree(store.root)
    store.root.mkdir()
    with pytest.raises(NoStore, match="is the folder mounted"):
        store.open().identify()
    with pytest.raises(NoStore):
        anna.push(store.open(), [b"{}"])
    assert not list(store.root.iterdir())


def test_what_is_unmounted_in_the_middle_is_not_lost(store: FolderPlace, anna: Pocket) -> None:
    boris, remote = read(store)
    assert remote.lost(boris) == []
    shutil.rmtree(store.root)
    store.root.mkdir()
    boris.pull(remote)
    with pytest.raises(NoStore):
        remote.lost(boris)


@pytest.mark.parametrize("mark", [b"", b"[]", b"{}", b"\xff", b'{"store_id":1}', b"[" * 99_999])
def test_a_mark_that_says_nothing_is_an_error(store: FolderPlace, mark: bytes) -> None:
    (store.root / "casestore.json").write_bytes(mark)
    with pytest.raises(NoStore, match="can't be read as a store's mark"):
        store.open().identify()


def test_a_store_of_a_newer_version_is_refused(store: FolderPlace) -> None:
    path = store.root / "casestore.json"
    mark = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(mark | {"format": 2, "min_reader": 1}), encoding="utf-8")
    assert store.open().identify().format == 2
    path.write_text(json.dumps(mark | {"format": 2, "min_reader": 2}), encoding="utf-8")
    with pytest.raises(NoStore, match="newer version"):
        store.open().identify()


def test_a_folder_with_files_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    with pytest.raises(NoStore, match="is not empty"):
        folder.create(tmp_path, STORE, "e")
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_two_who_make_a_store_at_once_make_one(tmp_path: Path) -> None:
    from multiprocessing import get_context

    with get_context("spawn").Pool(4) as pool:
        made = pool.starmap(folder.create, [(tmp_path, str(n) * 26, "e") for n in range(2, 6)])
    assert len(set(made)) == 1


def test_our_own_file_that_is_gone_or_damaged_is_written_again(store: FolderPlace) -> None:
    with Team(store, store.root.parent) as team:
        anna = team.join("anna")
        for text in ("甲", "乙", "丙"):
            anna.desk.new("nova", text)
            anna.sync()
        before = {path: path.read_bytes() for path in store.segments()}
        gone, cut, _ = before
        gone.unlink()
        assert anna.sync().sent == 0 or gone.exists()
        anna.sync()
        assert {path: path.read_bytes() for path in store.segments()} == before
        cut.write_bytes(b"\0" * 10)
        junk = cut.with_name(f"{cut.stem[:-8]}00000000.seg")
        junk.write_bytes(b"half")
        again, waits = sorted(anna.sync().notes, key=lambda note: "written again" not in note)
        assert "written again" in again
        assert waits.startswith("1 file of the store is not whole (yet)")
        junk.unlink()
        assert {path: path.read_bytes() for path in store.segments()} == before
        # As large as it was: only a look into it tells.
        cut.write_bytes(bytes(len(before[cut])))
        assert anna.sync().notes == ()
        assert [note for note in anna.sync(repair=True).notes if "written again" in note]
        assert {path: path.read_bytes() for path in store.segments()} == before
        assert anna.sync(repair=True).notes == ()


def a_day_passes(person: Person) -> None:
    """Let what is missing be missing for a day longer."""
    db = person.desk._tools.db
    with db.write("day"):
        db.run("UPDATE segment SET missing_since = missing_since - 86400000")


def test_others_files_that_are_gone_are_offered_again_after_a_day(store: FolderPlace) -> None:
    with Team(store, store.root.parent) as team:
        anna, boris = team.join("anna"), team.join("boris")
        anna.desk.new("nova", "甲")
        anna.sync()
        boris.sync()
        kept = store.segments(anna.feed)[0]
        data = kept.read_bytes()
        kept.unlink()
        assert boris.sync().sent == 0
        kept.write_bytes(data)  # it was only late
        a_day_passes(boris)
        assert boris.sync().sent == 0
        kept.unlink()
        assert boris.sync().sent == 0
        a_day_passes(boris)
        told = boris.sync()
        assert told.sent == len(anna.ops())
        assert "offered again" in told.notes[0]
        assert boris.sync().sent == 0


def test_what_was_missed_under_a_clock_far_ahead_is_offered_again_after_a_day(
    store: FolderPlace,
) -> None:
    with Team(store, store.root.parent) as team:
        anna, boris = team.join("anna"), team.join("boris")
        anna.desk.new("nova", "甲")
        anna.sync()
        boris.sync()
        store.segments(anna.feed)[0].unlink()
        boris.clock.ahead = 400 * 86_400_000
        assert boris.sync().sent == 0
        boris.clock.ahead = 0
        assert boris.sync().sent == 0
        a_day_passes(boris)
        assert boris.sync().sent == len(anna.ops())


def test_a_feed_that_may_not_be_read_stops_no_other(
    store: FolderPlace, anna: Pocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    clara = Pocket("clara")
    clara.push(store.open(), [b'{"c":1}'])
    real = os.listdir

    def listdir(path: object) -> list[str]:
        if str(path).endswith(anna.feed):
            raise PermissionError(13, "Permission denied")
        return real(path)  # type: ignore[call-overload,no-any-return]

    boris, remote = read(store)
    monkeypatch.setattr(os, "listdir", listdir)
    late = Pocket("late")
    assert late.pull(remote) == clara.items
    assert anna.feed in remote.remarks[0]
    assert remote.lost(boris) == []


def test_a_share_that_went_away_is_unreachable(
    store: FolderPlace, anna: Pocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = store.open()
    remote.identify()

    def gone(*_: object) -> None:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(os, "open", gone)
    with pytest.raises(Unreachable, match="Stale file handle"):
        Pocket("boris").pull(remote)


def test_nothing_new_reads_one_listing_a_feed_and_opens_no_segment(
    store: FolderPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Team(store, store.root.parent) as team:
        anna, boris = team.join("anna"), team.join("boris")
        for nth in range(3):
            anna.desk.new("nova", f"第{nth}个")
            boris.desk.new("vega", f"第{nth}个")
            team.settle()
        listed: list[str] = []
        opened: list[str] = []
        real_list, real_open = os.listdir, os.open
        monkeypatch.setattr(os, "listdir", lambda p: listed.append(str(p)) or real_list(p))  # type: ignore[func-returns-value]
        monkeypatch.setattr(
            os,
            "open",
            lambda p, *a, **k: opened.append(str(p)) or real_open(p, *a, **k),  # type: ignore[func-returns-value]
        )
        anna.sync()
        assert len(listed) == len(set(listed)) == 3
        assert not [path for path in opened if path.endswith(".seg")]


def test_leftovers_of_a_week_ago_are_removed_and_younger_ones_left(store: FolderPlace) -> None:
    anna = Pocket("anna")
    remote = store.open()
    anna.push(remote, [b"{}"])
    feed = store.root / "feeds" / anna.feed
    old, young = feed / ".tmp-old", feed / ".tmp-young"
    for path in (old, young):
        path.write_bytes(b"")
    long_ago = now() / 1000 - 8 * 86_400
    os.utime(old, (long_ago, long_ago))
    remote.confirm(anna)
    assert not old.exists()
    assert young.exists()


def test_a_crash_between_writing_and_remembering_takes_no_new_feed(store: FolderPlace) -> None:
    with Team(store, store.root.parent) as team:
        anna = team.join("anna")
        anna.desk.new("nova", "甲")
        anna.sync()
        db = anna.desk._tools.db
        with db.write("forget"):
            db.run("DELETE FROM segment")
            db.run("UPDATE store SET acked = 0")
        feed = anna.feed
        done = anna.sync()
        assert (anna.feed, done.sent, done.notes) == (feed, 0, ())
        assert anna.one("SELECT count(*) FROM segment WHERE mine") == 1


def test_a_foreign_file_in_our_feed_is_a_surprise(store: FolderPlace, anna: Pocket) -> None:
    clone = Pocket("anna")
    clone.write([b'{"n":0}'])
    clone.push(store.open(), [b'{"other":1}'])
    with closing(store.open()) as remote, pytest.raises(Surprise, match="did not write"):
        remote.confirm(anna)


def test_whoever_may_write_beside_the_feeds_may_write_into_them(tmp_path: Path) -> None:
    root = tmp_path / "share"
    root.mkdir()
    root.chmod(0o2770)
    folder.create(root, STORE, "e")
    assert (root / "feeds").stat().st_mode & 0o7777 == 0o2770


def test_check_tells_what_does_not_work(
    store: FolderPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with closing(store.open()) as remote:
        findings = remote.check(bytes(16))
    failed = [finding.text for finding in findings if not finding.ok]
    assert failed == ["a file can be written, forced to disk and renamed: no, Permission denied"]
    assert not list((store.root / "feeds").iterdir())


@pytest.mark.parametrize("refused", [1, 3, 4])
def test_a_rename_that_a_virus_scanner_stops_is_tried_again(
    store: FolderPlace, monkeypatch: pytest.MonkeyPatch, refused: int
) -> None:
    waited: list[float] = []
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        if len(waited) < refused:
            waited.append(0)
            raise PermissionError(13, "The process cannot access the file")
        real(source, target)

    monkeypatch.setattr(files, "PAUSES", (0, 0, 0))
    monkeypatch.setattr(os, "replace", replace)
    anna, boris = Pocket("anna"), Pocket("boris")
    with closing(store.open()) as remote:
        remote.identify()
        batch = anna.write([b'{"a":1}'])
        if refused > 3:
            with pytest.raises(Unreachable, match="can't be used"):
                remote.append(batch)
            assert not list(store.root.rglob(".tmp-*"))
        remote.append(batch)  # the same once more, after an error too
        assert boris.pull(remote) == list(batch.items)
    assert not list(store.root.rglob(".tmp-*"))
