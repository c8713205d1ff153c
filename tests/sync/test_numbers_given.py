"""Case numbers that a database gives: without gap or double, also to many at once and to copies
that die in between; kept for a trip; and what stores of an earlier version and rights allow."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.sync import numberers, stopping
from tests.sync.numberers import bring, summary
from tests.sync.places import DatabasePlace, now
from tests.sync.team import Person, Team
from workbench.sync.postgres import Postgres
from workbench.sync.postgres import statements as sql
from workbench.sync.remote import NoNumbers, Unreachable


def numbers(person: Person) -> list[int | None]:
    """Return the numbers of all cases that this copy holds, ascending."""
    found = [case["number"] for case in person.cases()]
    return sorted(found, key=lambda number: -1 if number is None else number)


@pytest.fixture
def offices(database_place: DatabasePlace, tmp_path: Path) -> Iterator[Team]:
    """People who share a database."""
    database_place.create()
    with Team(database_place, tmp_path) as found:
        yield found


# --- a database: one arbiter --------------------------------------------------------------------


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Return how a process is started that has all modules at hand."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.sync.numberers", "psycopg", "workbench.sync.engine"])
    return context


def run_together(
    processes: ForkServerContext, work: Callable[..., None], count: int, *values: Any
) -> None:
    """Run something in many processes at once; each gets a path, a name and a barrier."""
    folder, url, amount = values
    together = processes.Barrier(count)
    started = [
        processes.Process(
            target=work, args=(folder / f"p{nth}.db", f"p{nth}", url, amount, together)
        )
        for nth in range(count)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    assert [process.exitcode for process in started] == [0] * count


def given(place: DatabasePlace) -> list[tuple[int, str | None]]:
    """Return the numbers that the store gave, with the names that got them."""
    return place.run("select n, uid from casestore.number order by n")


def test_ten_processes_at_once_leave_no_gap_and_no_double(
    offices: Team, processes: ForkServerContext, tmp_path: Path
) -> None:
    place = offices.place
    assert isinstance(place, DatabasePlace)
    anna = offices.join("anna")
    bring(anna)
    anna.sync()
    run_together(processes, numberers.make_and_push, 10, tmp_path, place.url, 4)
    anna.sync()
    assert numbers(anna) == [95, 97, *range(98, 138)]
    assert [n for n, _ in given(place)] == list(range(98, 138))
    assert {uid for _, uid in given(place)} <= {case["id"] for case in anna.cases()}
    assert not [case for case in anna.cases() if case["questions"]]


def test_numbers_reserved_at_once_are_each_given_once(
    offices: Team, processes: ForkServerContext, tmp_path: Path
) -> None:
    place = offices.place
    assert isinstance(place, DatabasePlace)
    run_together(processes, numberers.reserve, 8, tmp_path, place.url, 5)
    held = []
    for nth in range(8):
        person = offices.join(f"p{nth}")
        own = [number.number for number in person.desk.reserved()]
        assert own == list(range(own[0], own[0] + 5))
        held += own
    assert sorted(held) == list(range(1, 41))
    assert given(place) == [(n, None) for n in range(1, 41)]


def test_a_copy_may_be_killed_between_all_steps_of_numbering(
    offices: Team, processes: ForkServerContext, tmp_path: Path
) -> None:
    place = offices.place
    assert isinstance(place, DatabasePlace)
    anna, boris = offices.join("anna"), offices.join("boris")
    bring(boris)
    offices.settle()
    for nth in range(2):
        anna.desk.new("nova", f"安娜 {nth}")
    boris.desk.new("nova", "鲍里斯")
    for person in offices.people:
        person.desk.close()
        shutil.copy(person.path, person.path.with_suffix(".kept"))
    place.backup()
    passed = tmp_path / "passed"

    def bring_back() -> None:
        for person in offices.people:
            person.desk.close()
            for leftover in ("-wal", "-shm"):
                person.path.with_name(person.path.name + leftover).unlink(missing_ok=True)
            shutil.copy(person.path.with_suffix(".kept"), person.path)
        place.restore()

    def run(kill_at: str | None) -> list[str]:
        process = processes.Process(
            target=stopping.exchange, args=(anna.path, "anna", kill_at, passed)
        )
        process.start()
        process.join(60)
        assert process.exitcode == (0 if kill_at is None else -9)
        return passed.read_text(encoding="utf-8").split()

    every = run(None)
    wanted = [point for point in every if point.startswith(("number:", "count:", "outbox:"))]
    assert "number:after-allocate" in wanted
    assert "number:after-commit" in wanted
    for point in dict.fromkeys([*wanted, "push:before-append", "push:after-remote-commit"]):
        bring_back()
        assert point in run(point)
        for person in (boris, anna):
            person.reopen()
            person.sync()
        offices.settle()
        offices.agree()
        assert numbers(anna) == [95, 97, 98, 99, 100], point
        assert {uid: n for n, uid in given(place)} == {
            case["id"]: case["number"] for case in anna.cases() if case["number"] > 97
        }
        number_changes = anna.one(
            "SELECT count(*) FROM op WHERE json_extract(bytes, '$.k') = 'num'"
        )
        assert number_changes == 5, point


def test_an_answer_that_is_lost_costs_nothing(offices: Team) -> None:
    place = offices.place
    assert isinstance(place, DatabasePlace)
    with place.server.proxy() as proxy, closing(Postgres(proxy.url, now)) as remote:
        remote.identify()
        assert remote.numbers.allocate("nova", ["a"], 0) == {"a": 1}
        proxy.cut_answer_to = b"COMMIT"
        with pytest.raises(Unreachable):
            remote.numbers.allocate("nova", ["b", "c"], 0)
        assert remote.numbers.allocate("nova", ["c", "d", "b", "d"], 0) == {"b": 2, "c": 3, "d": 4}
    assert given(place) == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


def test_a_counter_that_somebody_set_back_gives_no_number_twice(offices: Team) -> None:
    place = offices.place
    assert isinstance(place, DatabasePlace)
    with closing(Postgres(place.url, now)) as remote:
        remote.identify()
        assert remote.numbers.allocate("nova", ["a"], 7) == {"a": 8}
        place.run("update casestore.counter set last = 0")
        assert remote.numbers.allocate("nova", ["b", "a"], 0) == {"a": 8, "b": 9}
        remote.numbers.raise_to({"nova": 20, "岚峰": 3})
        remote.numbers.raise_to({"nova": 5})
        assert remote.numbers.reserve("nova", 2, 0) == [21, 22]
        assert remote.numbers.allocate("岚峰", ["a"], 0) == {"a": 4}


def test_the_store_counts_on_behind_a_page_before_anybody_can_have_read_it(offices: Team) -> None:
    anna = offices.join("anna")
    bring(anna)
    anna.sync()
    with closing(Postgres(offices.place.url, now)) as remote:
        remote.identify()
        assert remote.numbers.allocate("nova", ["a"], 0) == {"a": 98}


def test_numbers_are_given_again_where_the_server_asks_for_that(offices: Team) -> None:
    place = offices.place
    assert isinstance(place, DatabasePlace)
    place.run(
        "create function casestore.trouble() returns trigger language plpgsql as $$ begin"
        " if nextval('casestore.tries') < 3 then"
        " raise exception 'try again' using errcode = '40001'; end if; return new; end $$"
    )
    place.run("create sequence casestore.tries")
    place.run(
        "create trigger trouble before insert on casestore.number for each statement"
        " execute function casestore.trouble()"
    )
    waits: list[float] = []
    with closing(Postgres(place.url, now, waits.append)) as remote:
        remote.identify()
        assert remote.numbers.allocate("nova", ["a", "b"], 0) == {"a": 1, "b": 2}
    assert len(waits) == 2
    assert given(place) == [(1, "a"), (2, "b")]


def test_a_family_that_is_held_is_waited_for_and_no_other_is(offices: Team) -> None:
    place = offices.place
    assert isinstance(place, DatabasePlace)
    with closing(Postgres(place.url, now)) as remote, place.server.connect() as stuck:
        remote.identify()
        remote.numbers.allocate("nova", ["a"], 0)
        stuck.autocommit = False
        stuck.execute("select last from casestore.counter where family = 'nova' for update")
        assert remote.numbers.allocate("岚峰", ["a"], 0) == {"a": 1}
        stuck.rollback()


# --- a trip -------------------------------------------------------------------------------------


def test_reserved_numbers_are_used_without_the_store(offices: Team) -> None:
    anna, boris = offices.join("anna"), offices.join("boris")
    bring(boris)
    boris.sync()
    assert [number.number for number in anna.desk.reserve("Nova", 2)] == [98, 99]
    assert [(n.project, n.number, n.store) for n in anna.desk.reserved()] == [
        ("nova", 98, "team"),
        ("nova", 99, "team"),
    ]
    at_home = boris.desk.new("nova", "鲍里斯")
    boris.sync()
    away = [anna.desk.new("nova", f"第{nth}个") for nth in range(3)]
    other = anna.desk.new("岚峰", "没有预留")
    assert [summary(anna, case).number for case in (*away, other)] == [98, 99, None, None]
    assert anna.desk.reserved() == []
    offices.settle()
    offices.agree()
    assert summary(anna, at_home).number == 100
    assert [summary(boris, case).number for case in (*away, other)] == [98, 99, 101, 1]
    assert not [case for case in anna.cases() if case["questions"]]


def test_a_copied_file_leaves_the_reserved_numbers_to_the_original(
    offices: Team, tmp_path: Path
) -> None:
    anna = offices.join("anna")
    anna.desk.reserve("nova", 2)
    anna.desk.close()
    shutil.copy(anna.path, tmp_path / "twin.db")
    anna.reopen()
    twin = offices.join("anna", tmp_path / "twin.db")
    assert twin.desk.reserved() == []
    cases = [person.desk.new("nova", "甲") for person in (anna, twin)]
    offices.settle()
    offices.agree()
    assert [summary(anna, case).number for case in cases] == [1, 3]


def test_a_reserved_number_that_a_page_took_meanwhile_is_passed_over(offices: Team) -> None:
    anna = offices.join("anna")
    anna.desk.reserve("nova", 97)
    anna.one("DELETE FROM reserved WHERE number < 96 RETURNING 1")
    bring(anna)
    assert [number.number for number in anna.desk.reserved()] == [96]
    cases = [anna.desk.new("nova", "甲") for _ in range(2)]
    anna.sync()
    assert [summary(anna, case).number for case in cases] == [96, 98]


def test_a_store_gives_another_number_and_gives_it_once(offices: Team) -> None:
    anna, boris = offices.join("anna"), offices.join("boris")
    case = anna.desk.new("nova", "甲")
    offices.settle()
    anna.desk.renumber(case)
    boris.desk.renumber(case)
    assert summary(anna, case).number == summary(boris, case).number == 2
    offices.settle()
    offices.agree()
    assert summary(anna, case).number == 2
    anna.desk.reserve("nova", 1)
    anna.desk.renumber(case)
    assert summary(anna, case).number == 3
    assert anna.desk.reserved() == []
    assert anna.desk.resolve("1") == anna.desk.resolve("2") == case


def test_what_can_not_be_had_now_changes_nothing(offices: Team) -> None:
    anna = offices.join("anna")
    case = anna.desk.new("nova", "甲")
    anna.sync()
    before = anna.ops()
    anna.one("UPDATE store SET url = ? RETURNING 1", "postgresql://postgres@/x?host=/nowhere")
    for act in (lambda: anna.desk.reserve("nova", 1), lambda: anna.desk.renumber(case)):
        with pytest.raises(Unreachable):
            act()
    assert anna.ops() == before
    assert anna.desk.new("nova", "乙")


# --- who has both a folder and a database -------------------------------------------------------


def test_a_folder_claims_nothing_where_a_database_gives_numbers(
    offices: Team, tmp_path: Path
) -> None:
    anna = offices.join("anna")
    case = anna.desk.new("nova", "甲")
    anna.desk.add_store("stick", str(tmp_path / "stick"))
    anna.desk.init_store("stick")
    anna.desk.exchange("stick")
    assert summary(anna, case).number is None
    anna.sync()
    assert summary(anna, case).number == 1
    assert given(offices.place) == [(1, case)]  # type: ignore[arg-type]


# --- stores of an earlier version, and rights ---------------------------------------------------


def forget_numbers(place: DatabasePlace) -> None:
    """Have a store as an earlier version made it."""
    place.run("drop table casestore.counter, casestore.number")


def test_the_tables_come_to_be_where_this_role_may_make_them(offices: Team) -> None:
    place = offices.place
    assert isinstance(place, DatabasePlace)
    forget_numbers(place)
    anna = offices.join("anna")
    case = anna.desk.new("nova", "甲")
    anna.sync()
    assert given(place) == [(1, case)]
    forget_numbers(place)
    assert anna.desk.init_store("team")[1] is False
    assert given(place) == []


@pytest.fixture
def roles(offices: Team) -> Iterator[DatabasePlace]:
    """A store whose rights are set up as shipped, before it had numbers."""
    place = offices.place
    assert isinstance(place, DatabasePlace)
    for role in ("anna", "boris", "olga"):
        place.run(f"create role {role} login")
    place.run(sql.script("rights.sql").encode())
    place.run("grant case_writer to anna, boris")
    place.run("grant case_reader to olga")
    yield place
    place.run("drop schema casestore cascade")
    for role in ("anna", "boris", "olga"):
        place.run(f"drop role {role}")


def as_role(offices: Team, place: DatabasePlace, name: str) -> Person:
    person = offices.join(name)
    person.one("UPDATE store SET url = ? RETURNING 1", place.server.url(role=name))
    return person


def test_two_roles_take_numbers_in_turn(offices: Team, roles: DatabasePlace) -> None:
    anna, boris = (as_role(offices, roles, name) for name in ("anna", "boris"))
    cases = []
    for person in (anna, boris, anna):
        cases.append(person.desk.new("nova", person.name))
        person.sync()
    boris.desk.reserve("nova", 2)
    anna.desk.renumber(cases[0])
    assert [summary(anna, case).number for case in cases] == [6, 2, 3]
    owners = roles.run("select n, owner::text from casestore.number order by n")
    assert owners == [
        (1, "anna"), (2, "boris"), (3, "anna"), (4, "boris"), (5, "boris"), (6, "anna"),
    ]  # fmt: skip


def test_a_writer_can_do_nothing_else_to_the_numbers(offices: Team, roles: DatabasePlace) -> None:
    anna = as_role(offices, roles, "anna")
    anna.desk.new("nova", "甲")
    anna.sync()
    refused = [
        "update casestore.number set uid = 'x'",
        "delete from casestore.number",
        "truncate casestore.number",
        "insert into casestore.number (family, n, uid) values ('nova', 1, 'other')",
        "insert into casestore.number (family, n, uid) select 'nova', 7, uid from casestore.number",
        "insert into casestore.number (family, n, owner) values ('nova', 8, 'anna')",
        "insert into casestore.number (family, n, given_at) values ('nova', 8, now())",
        "insert into casestore.number (family, n) values ('nova', 0)",
        "delete from casestore.counter",
        "update casestore.counter set family = 'x'",
        "drop table casestore.number",
    ]
    with roles.server.connect(role="boris") as connection:
        for command in refused:
            with pytest.raises(psycopg.Error):
                connection.execute(command)
    with closing(Postgres(roles.server.url(role="olga"), now)) as reader:
        reader.identify()
        with pytest.raises(NoNumbers, match="may not take case numbers"):
            reader.numbers.reserve("nova", 1, 0)


def test_words_are_sent_though_the_store_gives_no_numbers_yet(
    offices: Team, roles: DatabasePlace
) -> None:
    forget_numbers(roles)
    anna, boris = (as_role(offices, roles, name) for name in ("anna", "boris"))
    case = anna.desk.new("nova", "两台桩离线")
    (told,) = anna.sync().notes
    assert "made by an earlier version" in told
    assert "store init" in told
    boris.sync()
    assert summary(boris, case).key == summary(anna, case).key
    with pytest.raises(NoNumbers, match="earlier version"):
        anna.desk.reserve("nova", 1)
    with pytest.raises(NoNumbers, match="earlier version"):
        anna.desk.init_store("team")
    checked = [finding for finding in anna.desk.check_store("team") if not finding.ok]
    assert len(checked) == 1
    assert "earlier version" in checked[0].text

    roles.create()  # by the owner
    (told,) = anna.sync().notes
    assert "may not take case numbers" in told
    roles.run(sql.script("rights.sql").encode())
    assert all(finding.ok for finding in anna.desk.check_store("team"))
    (told,) = anna.sync().notes
    assert told.endswith("is nova_case#1_" + summary(anna, case).date_raw + " now")
    offices.settle()
    offices.agree()
    assert summary(boris, case).number == 1
