"""Pages of a database that are read while the one before is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import Event, Semaphore, current_thread, main_thread
from threading import enumerate as enumerate_threads
from typing import Any

import pytest

from tests.sync.places import DatabasePlace, now
from tests.sync.pocket import Pocket
from tests.sync.team import Person, Team
from workbench.cases.feed import Batch, Item
from workbench.local import points
from workbench.sync import engine
from workbench.sync.postgres import Postgres, statements
from workbench.sync.postgres.ahead import read_ahead
from workbench.sync.remote import Unreachable

HELD = "begin; lock table casestore.op in access exclusive mode"


class Stopped(BaseException):
    """Somebody presses Ctrl-C."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "FIRST_ITEMS", 2)
    monkeypatch.setattr(statements, "PAGE_ITEMS", 3)
    monkeypatch.setattr(engine, "BULK_PAGE", 3)
    monkeypatch.setattr(engine, "MANY", 2)


@pytest.fixture
def store(database_place: DatabasePlace) -> DatabasePlace:
    database_place.create()
    return database_place


@pytest.fixture
def remote(store: DatabasePlace) -> Iterator[Postgres]:
    with closing(Postgres(store.url, now)) as found:
        found.identify()
        yield found


@pytest.fixture
def anna(remote: Postgres) -> Pocket:
    """One whose feed has four pages: 2, 3, 3 and 2 changes."""
    found = Pocket("anna")
    found.push(remote, [b'{"a":%d}' % n for n in range(10)])
    return found


@pytest.fixture
def held(store: DatabasePlace) -> Iterator[Any]:
    """A line over which somebody can hold the changes, for ten seconds at most."""
    with store.server.connect() as found:
        found.execute("set idle_in_transaction_session_timeout = '10s'")
        yield found


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Semaphore:
    """Is released for each page that came from the server."""
    found, true = Semaphore(0), statements.verified

    def verified(*values: Any) -> Any:
        try:
            return true(*values)
        finally:
            found.release()

    monkeypatch.setattr(statements, "verified", verified)
    return found


def in_two_pages(news: Iterator[Batch], read: Semaphore, held: Any) -> list[Item]:
    """Take two pages while the changes are held; the third is asked for, and does not come."""
    found = [*next(news).items]
    assert read.acquire(timeout=10)
    assert read.acquire(timeout=10)  # the second is read ahead
    held.execute(HELD)
    return [*found, *next(news).items]


def test_one_page_is_read_ahead_and_no_more() -> None:
    made: list[int] = []
    moved = Event()

    def pages() -> Iterator[int]:
        for nth in range(1, 4):
            assert current_thread() is not main_thread()
            made.append(nth)
            moved.set()
            yield nth

    reading = read_ahead(pages(), pytest.fail)
    for nth in range(1, 4):
        assert next(reading) == nth
        if nth < 3:  # it is being made while this one is at hand
            while len(made) == nth:
                assert moved.wait(10)
                moved.clear()
        assert len(made) == min(3, nth + 1)
    assert [*reading] == []


def test_an_error_comes_behind_all_that_was_read_before_it() -> None:
    def pages() -> Iterator[int]:
        yield 1
        yield 2
        raise Unreachable("gone")

    reading = read_ahead(pages(), pytest.fail)
    assert [next(reading), next(reading)] == [1, 2]
    with pytest.raises(Unreachable):
        next(reading)


def test_who_stops_reading_waits_for_nothing(
    remote: Postgres, anna: Pocket, read: Semaphore, held: Any
) -> None:
    reader = Pocket("reader")
    news = remote.news(reader)
    assert in_two_pages(news, read, held) == anna.items[:5]
    news.close()  # type: ignore[attr-defined]
    assert nothing_reads()
    held.execute("rollback")  # it was held all the while
    assert reader.pull(remote) == anna.items


def test_closing_the_store_ends_the_reading(
    remote: Postgres, anna: Pocket, read: Semaphore, held: Any
) -> None:
    """As where an error's trace keeps what was reading alive."""
    news = remote.news(Pocket("reader"))
    in_two_pages(news, read, held)
    remote.close()
    assert nothing_reads()
    held.execute("rollback")
    assert Pocket("reader").pull(remote) == anna.items
    assert [*news] == []


def test_a_line_that_is_lost_meanwhile_is_told_behind_what_was_read(
    remote: Postgres, anna: Pocket, read: Semaphore, held: Any
) -> None:
    reader = Pocket("reader")
    news = remote.news(reader)
    assert in_two_pages(news, read, held) == anna.items[:5]
    end(held)
    with pytest.raises(Unreachable):
        next(news)
    held.execute("rollback")
    assert reader.pull(remote) == anna.items


def nothing_reads() -> bool:
    return not any(thread.name.startswith("ahead") for thread in enumerate_threads())


def end(line: Any) -> None:
    """Have the server end whoever waits for this line."""
    found = "select pid from pg_stat_activity where %s = any(pg_blocking_pids(pid))"
    while not (waiting := line.execute(found, [line.info.backend_pid]).fetchall()):
        pass
    line.execute("select pg_terminate_backend(%s)", waiting[0])


def written(team: Team) -> tuple[Person, Person]:
    """One who sent more than a page, and one who has nothing yet."""
    anna, boris = team.join("anna"), team.join("boris")
    for nth in range(8):
        anna.desk.new("nova", f"第{nth}个")
    anna.sync()
    return anna, boris


@pytest.mark.parametrize("point", ["pull:after-commit", "pull:before-commit"])
def test_a_pull_that_is_stopped_while_a_page_is_read_goes_on(
    store: DatabasePlace, tmp_path: Any, point: str
) -> None:
    with Team(store, tmp_path) as team:
        anna, boris = written(team)
        passed: list[str] = []

        def stop(name: str) -> None:
            passed.append(name)
            if passed.count(point) == 2:
                raise Stopped

        points.hook = stop
        try:
            with pytest.raises(Stopped):
                boris.sync()
        finally:
            points.hook = None
        taken = len(boris.ops())
        assert 0 < taken < len(anna.ops())
        done = boris.sync()
        assert done.received == len(anna.ops()) - taken
        team.settle()
        team.agree()


def test_a_line_that_is_lost_in_a_first_sync_keeps_what_was_read(
    store: DatabasePlace, tmp_path: Any
) -> None:
    with Team(store, tmp_path) as team:
        anna, boris = written(team)

        def lose(name: str) -> None:
            if name == "pull:after-commit":
                store.run(
                    "select pg_terminate_backend(pid, 10000) from pg_stat_activity where"
                    " application_name = 'workbench'"
                )

        points.hook = lose
        try:
            with pytest.raises(Unreachable):
                boris.sync()
        finally:
            points.hook = None
        taken = len(boris.ops())
        assert 0 < taken < len(anna.ops())
        assert boris.cases()  # what was read is folded
        assert boris.sync().received == len(anna.ops()) - taken
        team.settle()
        team.agree()


def test_a_redaction_on_a_page_that_is_read_ahead_is_followed(
    store: DatabasePlace, tmp_path: Any
) -> None:
    with Team(store, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        case = anna.desk.new("nova", "两台桩离线")
        entry = str(anna.desk.note(case, "要删去的话").entry_id)
        for nth in range(6):
            anna.desk.note(case, f"第{nth}条")
        anna.sync()
        boris.sync()
        anna.desk.redact(case, entry, why="个人信息")
        for nth in range(6):
            anna.desk.note(case, f"又第{nth}条")
        anna.sync()
        boris.sync()
        clara = team.join("clara")
        clara.sync()
        team.settle()
        team.agree()
        for person in (boris, clara):
            person.desk.close()
            assert "要删去的话".encode() not in person.path.read_bytes()
            person.reopen()
