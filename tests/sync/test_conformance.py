"""What every kind of store must do, alone and under an exchange: both backends run all of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256

import pytest

from tests.sync.places import STORE, Place, now
from tests.sync.pocket import Pocket
from tests.sync.team import Team
from workbench.cases import change, intake
from workbench.cases.feed import START, Batch, Item
from workbench.local import rereading
from workbench.sync.remote import NoStore, Remote, Surprise


def texts(first: int, count: int) -> list[bytes]:
    return [b'{"n":%d}' % n for n in range(first, first + count)]


@pytest.fixture
def remote(place: Place) -> Iterator[Remote]:
    place.create()
    with closing(place.open()) as found:
        found.identify()
        yield found


# --- the backend alone --------------------------------------------------------------------------


def test_a_store_is_made_once(place: Place) -> None:
    with closing(place.open()) as remote:
        with pytest.raises(NoStore):
            remote.identify()
        made = place.create()
        assert (made.store_id, made.format) == (STORE, 1)
        assert place.create("t" * 26) == made
        assert remote.identify() == made


def test_what_was_appended_is_read_once_in_order(remote: Remote) -> None:
    anna, boris = Pocket("anna"), Pocket("boris")
    first = anna.push(remote, texts(1, 3))
    second = anna.push(remote, texts(4, 2))
    assert boris.pull(remote) == [*first.items, *second.items]
    assert remote.expected == 5
    assert boris.pull(remote) == []
    third = anna.push(remote, texts(6, 1))
    boris.push(remote, texts(7, 1))
    assert boris.pull(remote) == third.items
    assert remote.confirm(anna).head == 6
    assert anna.pull(remote) == boris.items


def test_the_same_batch_twice_is_one(remote: Remote) -> None:
    anna, boris = Pocket("anna"), Pocket("boris")
    batch = anna.push(remote, texts(1, 3))
    assert remote.append(batch) == remote.append(batch)
    assert remote.confirm(anna).head == 3
    assert boris.pull(remote) == batch.items


def test_a_batch_that_was_sent_in_pieces_before_is_completed(remote: Remote) -> None:
    anna, boris = Pocket("anna"), Pocket("boris")
    anna.push(remote, texts(1, 2))
    anna.write(texts(3, 2))
    remote.append(Batch(anna.feed, 1, anna.chains[0], anna.items))
    remote.append(Batch(anna.feed, 1, anna.chains[0], anna.items[:3]))
    assert remote.confirm(anna).head == 4
    assert {item.op_id for item in boris.pull(remote)} == {item.op_id for item in anna.items}


def test_a_gap_is_never_confirmed(remote: Remote) -> None:
    anna = Pocket("anna")
    anna.push(remote, texts(1, 2))
    anna.write(texts(3, 2))
    with suppress(Surprise):
        remote.append(anna.write(texts(5, 2)))
    assert remote.confirm(anna).head == 2


def test_a_clone_that_writes_on_is_a_surprise(remote: Remote) -> None:
    anna, clone = Pocket("anna"), Pocket("anna")
    anna.push(remote, texts(1, 2))
    clone.push(remote, texts(1, 2))
    clone.push(remote, texts(3, 1))
    anna.write(texts(4, 1))
    with pytest.raises(Surprise):
        remote.confirm(anna)


def test_a_clone_that_is_faster_is_noticed_before_anything_is_confirmed(remote: Remote) -> None:
    anna, clone = Pocket("anna"), Pocket("anna")
    remote.confirm(anna)
    clone.push(remote, texts(3, 1))

    def write_on() -> None:
        anna.push(remote, texts(4, 1))
        remote.confirm(anna)

    with pytest.raises(Surprise):  # at once, or at the next look
        write_on()


def test_a_lost_answer_is_recognised(remote: Remote) -> None:
    anna = Pocket("anna")
    batch = anna.write(texts(1, 3))
    remote.append(batch)  # and nobody wrote down that it was
    own = remote.confirm(anna)
    assert own.head == 3
    assert [found.items for found in own.found] in ([], [batch.items])


def test_more_than_one_batch_may_hold_is_read_whole(remote: Remote) -> None:
    anna, boris = Pocket("anna"), Pocket("boris")
    many, size = remote.limits
    anna.push(remote, texts(1, many))
    large = [b'{"x":"%s"}' % (b"%04d" % n * 60_000) for n in range(size // 240_000)]
    anna.push(remote, large)
    assert boris.pull(remote) == anna.items
    assert remote.confirm(anna).head == many + len(large)


def test_whatever_was_given_is_passed_on_byte_by_byte(remote: Remote) -> None:
    anna, boris = Pocket("anna"), Pocket("boris")
    junk = [
        b"",
        b"\n",
        b"a\nb",
        b"{\n}",
        b"0" * 64,
        b"!",
        b"!abc",
        b"\xff\xfe\x00",
        b"{",
        "桩".encode(),
    ]
    anna.push(remote, junk)
    assert [item.data for item in boris.pull(remote)] == junk


def test_erased_changes_travel_as_holes(remote: Remote) -> None:
    anna, boris = Pocket("anna"), Pocket("boris")
    anna.push(remote, [b'{"n":1}', None, b'{"n":3}'])
    anna.push(remote, [None, None])
    assert boris.pull(remote) == anna.items


def test_an_erased_text_is_gone_and_the_chain_holds(place: Place, remote: Remote) -> None:
    anna = Pocket("anna")
    anna.push(remote, [b'{"n":1}', b'{"secret":2}', b'{"n":3}'])
    doomed = anna.items[1]
    assert remote.erase({doomed.op_id: b'{"k":"note"}'}, [anna.feed]).found
    assert b"secret" not in place.content()
    assert Pocket("boris").pull(remote) == [
        anna.items[0],
        Item(doomed.op_id, None, b'{"k":"note"}'),
        anna.items[2],
    ]


def test_try_out_tells_what_works(remote: Remote, place: Place) -> None:
    before = place.content()
    findings = remote.check(b"0123456789abcdef")
    assert len(findings) >= 4
    assert all(finding.ok for finding in findings), findings
    assert place.content() == before


# --- an exchange over it ------------------------------------------------------------------------


def test_an_exchange_brings_everything_and_then_nothing(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    case = anna.desk.new("nova", "两台桩离线")
    anna.desk.note(case, "客户来电")
    sent = anna.sync()
    assert (sent.sent, sent.received) == (len(anna.ops()), 0)
    taken = boris.sync()
    assert (taken.sent, taken.received) == (0, sent.sent)
    boris.desk.note(case, "明天到现场")
    assert boris.sync().sent == 1
    assert anna.sync().received == 1
    team.agree()
    for person in team.people:
        assert (person.sync().sent, person.sync().received) == (0, 0)


def test_a_dry_run_counts_and_writes_nothing(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    anna.desk.new("nova", "扫码失败")
    would = anna.sync(dry_run=True)
    assert would.json()["dry_run"]
    assert would.sent == len(anna.ops()) + 1  # its number
    assert not team.place.feeds()
    assert "dry_run" not in anna.sync().json()
    assert boris.sync(dry_run=True).received == would.sent
    assert not boris.ops()


def test_a_restored_store_gets_back_what_it_lost(team: Team) -> None:
    anna, boris, clara = (team.join(name) for name in ("anna", "boris", "clara"))
    case = anna.desk.new("nova", "两台桩离线")
    anna.sync()
    team.place.backup()
    anna.desk.note(case, "只在备份之后")
    boris.sync()
    boris.desk.note(case, "也在备份之后")
    for person in team.people:
        person.sync()
    anna.sync()
    team.place.restore()
    team.settle(repair=True)
    team.agree()
    newcomer = team.join("newcomer")
    newcomer.sync()
    assert newcomer.ops() == anna.ops()
    assert len(clara.ops()) == len(anna.ops())


def test_a_restored_store_that_went_on_differently_is_noticed(team: Team) -> None:
    anna, boris, clara = (team.join(name) for name in ("anna", "boris", "clara"))
    case = anna.desk.new("nova", "两台桩离线")
    anna.sync()
    team.place.backup()
    anna.desk.note(case, "读过，又丢了")
    anna.sync()
    boris.sync()
    team.place.restore()
    # Anna notices and sends again; Boris comes later, when her feed's length tells nothing.
    anna.desk.note(case, "新的")
    anna.sync()
    clara.sync()
    team.settle(repair=True)
    team.agree()
    assert len(anna.ops()) == len(clara.ops())


def test_an_emptied_store_is_filled_again(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    anna.desk.new("nova", "甲")
    boris.desk.new("nova", "乙")
    team.settle()
    team.place.empty()
    boris.sync(repair=True)
    newcomer = team.join("newcomer")
    newcomer.sync()
    assert newcomer.ops() == anna.ops()
    team.settle(repair=True)
    team.agree()


def test_a_feed_whose_author_is_gone_comes_back_from_others(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    anna.desk.new("nova", "甲的话")
    anna.sync()
    boris.sync()
    team.place.vanish(anna.feed)
    team.people.remove(anna)
    boris.sync(repair=True)
    boris.sync()
    newcomer = team.join("newcomer")
    newcomer.sync()
    assert newcomer.ops() == anna.ops()
    anna.desk.close()


def test_another_store_at_the_address_is_refused(team: Team) -> None:
    anna = team.join("anna")
    anna.desk.new("nova", "甲")
    anna.sync()
    if team.place.kind == "folder":
        shutil.rmtree(team.place.url)
    else:
        team.place.run("drop schema casestore cascade")  # type: ignore[attr-defined]
    with pytest.raises(NoStore, match="there is no store"):
        anna.sync()
    team.place.create("t" * 26)
    with pytest.raises(NoStore, match="another store"):
        anna.sync()
    wrong = [finding.text for finding in anna.desk.check_store(None) if not finding.ok]
    assert [text for text in wrong if "another store" in text]
    assert not team.place.feeds()


def test_a_copied_file_takes_a_feed_of_its_own(team: Team) -> None:
    anna = team.join("anna")
    case = anna.desk.new("nova", "甲")
    anna.sync()
    anna.desk.close()
    shutil.copy(anna.path, team.folder / "copy.db")
    anna.reopen()
    copy = team.join("anna", team.folder / "copy.db")
    copy.desk.note(case, "在复制品上")
    anna.desk.note(case, "在原件上")
    (told,) = copy.sync().notes
    assert told.startswith("this file is a copy, was moved, or is a backup that was brought back")
    assert not [*copy.sync().notes, *anna.sync().notes]
    team.settle()
    team.agree()
    assert len(team.place.feeds()) == 2
    assert len(anna.ops()) == len(copy.ops())


def test_a_cloned_machine_is_noticed_and_nothing_is_lost(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.local.place.home", lambda path: "the same machine")
    anna = team.join("anna")
    case = anna.desk.new("nova", "甲")
    anna.sync()
    anna.desk.close()
    shutil.copy(anna.path, team.folder / "clone.db")
    anna.reopen()
    clone = team.join("anna", team.folder / "clone.db")
    clone.desk.note(case, "在克隆上")
    anna.desk.note(case, "在原机上")
    clone.sync()
    told = anna.sync().notes
    assert len(told) == 1
    assert "or the machine cloned?); all of it is read again" in told[0]
    team.settle()
    team.agree()
    assert len(team.place.feeds()) == 2


def test_a_laptop_restored_from_a_backup_gets_back_what_it_had_sent(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.local.place.home", lambda path: "the same machine")
    anna, boris = team.join("anna"), team.join("boris")
    case = anna.desk.new("nova", "甲")
    anna.sync()
    anna.desk.close()
    shutil.copy(anna.path, team.folder / "backup.db")
    anna.reopen()
    anna.desk.note(case, "备份之后写的")
    anna.sync()
    boris.sync()
    anna.desk.close()
    shutil.copy(team.folder / "backup.db", anna.path)
    for leftover in ("-wal", "-shm"):
        anna.path.with_name(anna.path.name + leftover).unlink(missing_ok=True)
    anna.reopen()
    anna.desk.note(case, "恢复之后写的")
    (told,) = anna.sync().notes
    assert "was a backup of this laptop brought back" in told
    team.settle()
    team.agree()
    texts = [entry.text for entry in anna.desk.case(case).entries]
    assert texts == ["备份之后写的", "恢复之后写的"]


def test_changes_that_nobody_understands_are_kept_passed_on_and_told(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    stranger = Pocket("stranger")
    anna.desk.new("nova", "甲")
    anna.sync()
    newer = b'{"v":2,"k":"poll","c":"x","h":"0000000000000001","a":"z","r":"r","n":"0"}'
    remote = team.place.open()
    remote.identify()
    stranger.push(remote, [b"no change at all", newer, b"{" * 9999])
    remote.close()
    done = boris.sync()
    assert (done.set_aside, done.received) == (2, len(anna.ops()) + 3)
    assert any("1 change needs a newer version" in note for note in done.notes)
    team.place.empty()
    boris.sync(repair=True)
    boris.sync()
    assert newer in team.place.content()
    assert (b"no change at all" in team.place.content()) == (team.place.kind == "postgres")
    anna.sync(repair=True)
    team.agree()


def test_a_clock_far_off_sends_nothing_and_what_it_wrote_is_dated_anew(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    anna.clock.ahead = 364 * 86_400_000
    case = anna.desk.new("nova", "未来的")
    anna.desk.status([case], "on_hold", why="等")
    anna.desk.status([case], "resolved")
    anna.desk.note(case, "未来的条目")
    boris.desk.new("nova", "现在的")
    boris.sync()
    with pytest.raises(Exception, match=r"your clock is 36[34] days ahead of the store") as caught:
        anna.sync()
    assert "unsent changes will be dated anew" in (caught.value.hint or "")
    assert len(anna.cases()) == 2
    assert team.place.feeds() == {boris.feed}
    anna.clock.ahead = 0
    done = anna.sync()
    assert any("were written while this clock was ahead" in note for note in done.notes)
    team.settle()
    team.agree()
    assert anna.one("SELECT max(h) >> 16 FROM op") <= anna.clock() + 300_000
    assert [c["status"] for c in anna.cases() if c["id"] == case] == ["resolved"]
    assert not anna.desk.decisions()


def test_what_only_a_newer_version_understands_is_understood_after_an_update(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    case = anna.desk.new("nova", "甲")
    team.settle()
    anna.desk.note(case, "只有新版本认得")
    anna.sync()
    with monkeypatch.context() as older:
        older.setattr(change, "KINDS", {k: v for k, v in change.KINDS.items() if k != "note"})
        older.setattr(intake, "_OWN", {k: v for k, v in intake._OWN.items() if k != "note"})
        intake._checks.cache_clear()  # it remembers what it knew of a note
        older.setattr(rereading, "VOCABULARY", "an older one")
        assert any("newer version" in note for note in boris.sync().notes)
        boris.reopen()
        boris.desk.status([case], "resolved")
        boris.sync()
    assert not boris.desk.case(case).entries
    boris.reopen()
    assert [entry.text for entry in boris.desk.case(case).entries] == ["只有新版本认得"]
    team.settle()
    team.agree()


def test_a_change_that_a_feed_has_again_and_erased_as_well_is_one(team: Team) -> None:
    anna, zoe = team.join("anna"), Pocket("zoe")
    made = {"author": "zoe", "copy": zoe.feed, "nonce": bytes(16), "h": now() << 16}
    note = change.encode("note", anna.desk.new("nova", "桩离线"), x="再说一次", i=zoe.feed, **made)
    whole = Item(sha256(note).digest(), note)
    stub = json.dumps(change.decode(note, whole.op_id.hex()).stub).encode()
    batch = Batch(zoe.feed, 1, START, [whole, whole, Item(whole.op_id, None, stub)])
    with closing(team.place.open()) as remote:
        remote.identify()
        remote.append(batch)
    assert anna.sync().received == 1
    assert anna.sync().received == 0
    team.join("boris")
    team.settle()
    team.agree()
