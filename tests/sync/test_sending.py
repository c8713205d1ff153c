"""Our feed travels batch by batch, the next made ready meanwhile: in order, and safe to stop."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.sync import stopping
from tests.sync.team import Person, Team
from workbench.cases.feed import Batch
from workbench.local import outbox, points
from workbench.sync import sending
from workbench.sync.folder import Folder
from workbench.sync.postgres import Postgres
from workbench.sync.remote import Limits, Unreachable

BEFORE, AFTER = "push:before-append", "push:after-append"
TRUE = {Folder: Folder.append, Postgres: Postgres.append}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a batch hold few changes."""
    monkeypatch.setattr(outbox, "FILL", 3)
    monkeypatch.setattr(sending, "FIRST", 2)
    for backend in (Folder, Postgres):
        monkeypatch.setattr(backend, "limits", Limits(4, 1 << 20))
    yield
    points.hook = None


def write(person: Person, count: int) -> str:
    case = person.desk.new("nova", "两台桩离线")
    for nth in range(count):
        person.desk.note(case, f"第{nth}条")
    return case


def test_one_batch_travels_at_a_time_in_order(team: Team, small: None) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 20)
    passed: list[tuple[str, str]] = []
    points.hook = lambda point: passed.append((point, threading.current_thread().name))
    told: list[int] = []
    done = anna.sync(progress=lambda what, count, total: told.append(count))
    points.hook = None
    appended = [point for point, _ in passed if point in (BEFORE, AFTER)]
    assert appended == [BEFORE, AFTER] * -(-(done.sent - 2) // 4 + -1)
    assert len({thread for point, thread in passed if point == BEFORE}) == 2  # the last needs none
    assert told[0] == 2
    assert told[-1] == done.sent == anna.one("SELECT acked FROM store") == len(anna.ops())
    boris.sync()
    assert boris.ops() == anna.ops()
    assert anna.sync().sent == 0


def test_a_batch_holds_no_more_bytes_than_it_may(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether its changes get their numbers now, or got them when an earlier push was stopped."""
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 12)
    case = anna.cases()[0]["id"]
    anna.desk.note(case, "长" * 900)  # more than a batch may hold: it travels alone
    write(anna, 3)
    made: list[list[int]] = []

    def limited(size: int, fail: bool) -> None:
        made.clear()
        for backend in (Folder, Postgres):
            monkeypatch.setattr(backend, "limits", Limits(1000, size))

            def append(self: object, batch: Batch, true: object = TRUE[backend]) -> object:
                made.append([len(item.data or b"") for item in batch.items])
                if fail:
                    raise Unreachable("the line is cut", None)
                return true(self, batch)  # type: ignore[operator]

            monkeypatch.setattr(backend, "append", append)

    limited(1 << 20, fail=True)
    with pytest.raises(Unreachable):
        anna.sync()
    (numbered,) = made  # all of them now have their numbers
    anna.desk.note(case, "后来的")
    write(anna, 5)
    limited(1500, fail=False)
    anna.sync()
    assert sum(map(len, made)) == len(anna.ops()) > len(numbered)
    assert all(sum(sizes) <= 1500 or len(sizes) == 1 for sizes in made)
    neighbours = itertools.pairwise(made)
    assert all(sum(sizes) + following[0] > 1500 for sizes, following in neighbours)
    boris.sync()
    assert boris.ops() == anna.ops()


def test_nothing_follows_what_failed(team: Team, small: None) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 20)
    count = 0

    def fail(point: str) -> None:
        nonlocal count
        count += point == BEFORE
        if point == BEFORE and count == 3:
            raise Unreachable("the line is cut", None)

    points.hook = fail
    with pytest.raises(Unreachable, match="the line is cut"):
        anna.sync()
    points.hook = None
    assert count == 3
    assert anna.one("SELECT acked FROM store") == 6  # what arrived before it is written down
    assert boris.sync().received == 6
    feed = anna.feed
    team.settle()
    team.agree()
    assert anna.feed == feed


def test_who_stops_it_stops_it_between_two_batches(team: Team, small: None) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 20)

    def stop(what: str, count: int, total: int) -> None:
        raise Unreachable("somebody stopped it", None)

    with pytest.raises(Unreachable, match="somebody stopped it"):
        anna.sync(progress=stop)
    left = len(anna.ops()) - boris.sync().received
    assert 0 < left < len(anna.ops())
    feed = anna.feed
    assert anna.sync().sent == left
    team.settle()
    team.agree()
    assert anna.feed == feed


def test_a_process_may_be_killed_while_one_batch_travels_and_the_next_is_made(
    team: Team, tmp_path: Path
) -> None:
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["tests.sync.stopping"])
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 20)
    feed, told = anna.feed, tmp_path / "passed"
    anna.desk.close()
    shutil.copy(anna.path, tmp_path / "kept")
    team.place.backup()
    for kill_at in (5, 12, 19, 26, 33, 40):
        process = processes.Process(
            target=stopping.exchange_in_batches, args=(anna.path, "anna", str(kill_at), told)
        )
        process.start()
        process.join(60)
        assert process.exitcode == -9
        anna.reopen()
        team.settle()
        team.agree()
        assert team.place.feeds() == {feed}
        assert len(boris.ops()) == len(anna.ops())
        anna.desk.close()
        for leftover in ("-wal", "-shm"):
            anna.path.with_name(anna.path.name + leftover).unlink(missing_ok=True)
        shutil.copy(tmp_path / "kept", anna.path)
        boris.desk.close()
        boris.path.unlink()
        boris.reopen()
        boris.desk.add_store("team", team.place.url)
        team.place.restore()
    anna.reopen()


def test_what_came_from_a_store_never_waits_to_be_sent(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    write(anna, 3)
    anna.sync()
    newest = "SELECT (SELECT max(id) FROM op) - watermark FROM store"
    assert boris.sync(push=False).received == len(anna.ops())
    assert boris.one(newest) == 0
    case = write(boris, 1)
    anna.desk.note(anna.cases()[0]["id"], "后来的")
    anna.sync()
    boris.sync(push=False)  # what boris wrote waits before what came now
    assert boris.one(newest) > 0
    assert boris.sync().sent > 0
    assert boris.one(newest) == 0
    team.settle()
    team.agree()
    assert boris.desk.case(case).entries
