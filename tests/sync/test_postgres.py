"""PostgreSQL itself: rights, writers at once, lines that break, damage, and what errors tell."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.sync import writers
from tests.sync.places import EPOCH, STORE, DatabasePlace, Server, now
from tests.sync.pocket import Pocket
from tests.sync.proxy import Proxy
from tests.sync.team import Team
from workbench.cases.errors import WorkbenchError
from workbench.cases.feed import Batch
from workbench.local import points
from workbench.sync import postgres
from workbench.sync.postgres import Postgres, line
from workbench.sync.postgres import statements as sql
from workbench.sync.remote import NoStore, Surprise, Unreachable


@pytest.fixture
def store(database_place: DatabasePlace) -> DatabasePlace:
    database_place.create()
    return database_place


@pytest.fixture
def remote(store: DatabasePlace) -> Iterator[Postgres]:
    with closing(Postgres(store.url, now)) as found:
        found.identify()
        yield found


# --- rights -------------------------------------------------------------------------------------


def test_two_roles_share_a_store(shared: Callable[[str], Postgres], store: DatabasePlace) -> None:
    anna, boris = Pocket("anna"), Pocket("boris")
    annas, borises = shared("anna"), shared("boris")
    few = anna.push(annas, [b'{"n":1}', b'{"n":2}'])
    many = anna.push(annas, [b'{"n":%d}' % n for n in range(3, 2000)])  # by COPY
    assert boris.pull(borises) == [*few.items, *many.items]
    boris.push(borises, [b'{"b":1}'])
    assert anna.pull(annas) == boris.items
    assert store.run("select distinct owner::text from casestore.op order by 1") == [
        ("anna",),
        ("boris",),
    ]


def test_a_writer_can_change_nothing_else(
    shared: Callable[[str], Postgres], store: DatabasePlace
) -> None:
    anna, boris = Pocket("anna"), Pocket("boris")
    anna.push(shared("anna"), [b'{"n":1}'])
    boris.push(shared("boris"), [b'{"n":2}'])
    values = f"'{anna.feed}', 2, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')"
    refused = [
        "update casestore.op set bytes = null",
        "delete from casestore.op",
        "truncate casestore.op, casestore.feed",
        "delete from casestore.feed",
        "drop table casestore.op",
        "update casestore.store set epoch = 'x'",
        "insert into casestore.store values (1, 'x', 'x', 1, 1)",
        f"update casestore.feed set owner = 'boris' where feed = '{boris.feed}'",
        "insert into casestore.feed (feed, owner) values (repeat('a', 26), 'anna')",
        "insert into casestore.feed (feed, head) values (repeat('a', 26), 7)",
        f"insert into casestore.op (feed, seq, op_id, chain, owner) values ({values}, 'anna')",
        f"insert into casestore.op (feed, seq, op_id, chain, pushed_at) values ({values}, now())",
        "select casestore.erase('{}')",
        "create table casestore.mine (x int)",
    ]
    with store.server.connect(role="boris") as connection:
        for command in refused:
            with pytest.raises(psycopg.Error):
                connection.execute(command)
        moved = connection.execute(f"update casestore.feed set head = 9 where feed = '{anna.feed}'")
        assert moved.rowcount == 0
    with pytest.raises(Surprise, match="belongs to another role"):
        shared("boris").append(anna.write([b'{"n":3}']))


def test_only_a_redactor_erases(shared: Callable[[str], Postgres], store: DatabasePlace) -> None:
    anna = Pocket("anna")
    batch = anna.push(shared("anna"), [b'{"secret":1}', b'{"n":2}'])
    doomed = {batch.items[0].op_id: b"{}"}
    assert shared("boris").erase(doomed, []) == (0, 1)
    assert b"secret" in store.content()
    assert shared("rita").erase(doomed, []) == (1, 0)
    assert b"secret" not in store.content()
    taken = Pocket("boris").pull(shared("boris"))
    assert [(item.data, item.stub) for item in taken] == [(None, b"{}"), (b'{"n":2}', None)]


def test_check_tells_what_a_role_may_not(
    shared: Callable[[str], Postgres], store: DatabasePlace
) -> None:
    before = store.content()
    assert all(finding.ok for finding in shared("anna").check(bytes(16)))
    reader = shared("olga").check(bytes(16))
    assert all(finding.ok for finding in reader)
    assert "this role reads only: pulls work, pushes don't" in [found.text for found in reader]
    store.run("grant insert on casestore.op to olga")
    told = [finding for finding in shared("olga").check(bytes(16)) if not finding.ok]
    assert len(told) == 1
    assert "permission denied" in told[0].text
    assert "case_writer" in told[0].text
    store.run("revoke insert on casestore.op from olga")
    store.run("revoke select on casestore.blob_chunk from case_reader")
    told = [finding for finding in shared("olga").check(bytes(16)) if not finding.ok]
    assert ["permission denied" in finding.text for finding in told] == [True]
    assert store.content() == before


def test_who_may_not_look_is_told_so(store: DatabasePlace) -> None:
    store.run("create role stranger login")
    try:
        with (
            closing(Postgres(store.server.url(role="stranger"), now)) as remote,
            pytest.raises(Unreachable, match="permission denied"),
        ):
            remote.identify()
    finally:
        store.run("drop role stranger")


# --- writers at once ----------------------------------------------------------------------------


def test_no_reader_misses_a_change_while_many_write(store: DatabasePlace) -> None:
    """Sixteen at once; ``python -m tests.sync.many`` runs it for a minute."""
    done = writers.race(store.url, store.url, 16, 4)
    assert done.least > 0
    assert (done.missed, done.doubled) == (0, 0)
    assert done.naive_lost > 0, "the naive reader can lose nothing here: no proof"


def test_a_writer_that_stands_still_stops_nobody_else(
    remote: Postgres, store: DatabasePlace
) -> None:
    anna, boris, reader = Pocket("anna"), Pocket("boris"), Pocket("reader")
    with store.server.connect() as stuck:
        stuck.autocommit = False
        stuck.execute(sql.OPEN_FEED, [anna.feed])
        stuck.execute(sql.LOCK_FEED, [anna.feed])
        boris.push(remote, [b'{"b":1}'])
        assert reader.pull(remote) == boris.items


# --- answers that are lost, and transactions that are run again ---------------------------------


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with server.proxy() as found:
        yield found


@pytest.mark.parametrize("count", [3, 2000])
def test_a_commit_whose_answer_is_lost_is_only_acknowledged(
    store: DatabasePlace, proxy: Proxy, count: int
) -> None:
    anna = Pocket("anna")
    batch = anna.write([b'{"n":%d}' % n for n in range(count)])
    with closing(Postgres(proxy.url, now)) as remote:
        remote.identify()
        assert remote.confirm(anna).head == 0
        proxy.cut_answer_to = b"COMMIT"
        with pytest.raises(Unreachable):
            remote.append(batch)
        wait_for(lambda: store.run("select head from casestore.feed") == [(count,)])
        assert remote.confirm(anna).head == count
        remote.append(batch)
    assert store.run("select count(*) from casestore.op") == [(count,)]


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def test_nothing_new_takes_two_flights(store: DatabasePlace, proxy: Proxy, tmp_path: Path) -> None:
    with Team(store, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        anna.desk.new("nova", "甲")
        boris.desk.new("nova", "乙")
        team.settle()
        anna.one("UPDATE store SET url = ? RETURNING 1", proxy.url)
        anna.sync()
        assert proxy.flights == 2


def test_nothing_new_takes_two_flights_with_two_hundred_feeds_too(
    store: DatabasePlace, remote: Postgres, proxy: Proxy, tmp_path: Path
) -> None:
    for nth in range(200):
        Pocket(f"copy {nth}").push(remote, [b'{"%d":%d}' % (nth, n) for n in range(20)])
    with Team(store, tmp_path) as team:
        anna = team.join("anna")
        assert anna.sync().received == 4000
        anna.one("UPDATE store SET url = ? RETURNING 1", proxy.url)
        done = anna.sync()
        assert (done.sent, done.received) == (0, 0)
        assert proxy.flights == 2


def test_a_transaction_is_run_again_where_the_server_asks(
    remote: Postgres, store: DatabasePlace
) -> None:
    store.run(
        "create function casestore.trouble() returns trigger language plpgsql as $$ begin"
        " if nextval('casestore.tries') < 4 then"
        " raise exception 'try again' using errcode = '40001'; end if; return new; end $$"
    )
    store.run("create sequence casestore.tries")
    store.run(
        "create trigger trouble before insert on casestore.op for each statement"
        " execute function casestore.trouble()"
    )
    waits: list[float] = []
    remote._wait = waits.append
    anna, boris = Pocket("anna"), Pocket("boris")
    anna.push(remote, [b'{"n":1}'])
    assert waits == [0.05, 0.1, 0.2]
    assert boris.pull(remote) == anna.items
    store.run("drop sequence casestore.tries")
    store.run("create sequence casestore.tries minvalue -1000")
    with pytest.raises(Unreachable, match="try again"):
        anna.push(remote, [b'{"n":2}'])


def test_a_feed_that_an_old_connection_holds_is_told(
    remote: Postgres, store: DatabasePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "PATIENCE", "select set_config('lock_timeout', '100ms', true)")
    anna = Pocket("anna")
    with store.server.connect() as old:
        old.autocommit = False
        old.execute(sql.OPEN_FEED, [anna.feed])
        with pytest.raises(Unreachable, match="still holds our feed"):
            anna.push(remote, [b'{"n":1}'])
        old.rollback()
    remote.append(anna.items and Batch(anna.feed, 1, b"", anna.items))
    assert remote.confirm(anna).head == 1


@pytest.mark.parametrize("temporary", [True, False])
def test_row_level_security_on_the_changes_only_costs_time(
    remote: Postgres, store: DatabasePlace, temporary: bool
) -> None:
    """COPY can't write into such a table: it fills another one, where a role may make one."""
    store.run("create role plain login")
    store.run("grant usage on schema casestore to plain")
    store.run("grant all on all tables in schema casestore to plain")
    store.run("alter table casestore.op enable row level security")
    store.run("create policy everything on casestore.op using (true)")
    if not temporary:
        store.run("revoke temporary on database postgres from public")
    try:
        anna = Pocket("anna")
        with closing(Postgres(store.server.url(role="plain"), now)) as plain:
            plain.identify()
            anna.push(plain, [b'{"n":%d}' % n for n in range(2000)])
            anna.push(plain, [b'{"m":%d}' % n for n in range(2000)])
            assert Pocket("boris").pull(plain) == anna.items
            assert plain.way == ("staged" if temporary else "values")
    finally:
        store.run("grant temporary on database postgres to public")
        store.run("drop schema casestore cascade")
        store.run("drop role plain")


# --- damage -------------------------------------------------------------------------------------


@pytest.fixture
def two(remote: Postgres) -> tuple[Pocket, Pocket, Pocket]:
    """Two who have written, and one who has read the first's beginning."""
    anna, boris, reader = Pocket("anna"), Pocket("boris"), Pocket("reader")
    anna.push(remote, [b'{"a":%d}' % n for n in range(3)])
    reader.pull(remote)
    anna.push(remote, [b'{"a":%d}' % n for n in range(3, 10)])
    boris.push(remote, [b'{"b":1}'])
    return anna, boris, reader


@pytest.mark.parametrize(
    ("damage", "readable"),
    [
        ("update casestore.op set bytes = '{}' where seq = 6", 5),
        ("update casestore.op set chain = op_id where seq = 6", 5),
        ("delete from casestore.op where seq = 6", 5),
        ("delete from casestore.op where seq >= 9", 8),
        ("delete from casestore.op where seq = 4", 3),
        ("update casestore.op set op_id = chain where seq = 4", 3),
        ("update casestore.feed set head = 20 where head = 10", 10),
    ],
)
def test_a_damaged_feed_is_named_and_all_others_are_read(
    store: DatabasePlace,
    remote: Postgres,
    two: tuple[Pocket, Pocket, Pocket],
    damage: str,
    readable: int,
) -> None:
    anna, boris, reader = two
    store.run(damage + f" and feed = '{anna.feed}'")
    reader.pull(remote)
    reader.pull(remote)
    assert sorted(reader.taken, key=lambda item: item.op_id) == sorted(
        [*anna.items[:readable], *boris.items], key=lambda item: item.op_id
    )
    assert anna.feed in remote.remarks[0]


def test_a_wrong_head_chain_alone_is_damage(
    store: DatabasePlace, remote: Postgres, two: tuple[Pocket, Pocket, Pocket]
) -> None:
    anna, _, reader = two
    reader.pull(remote)
    store.run("update casestore.feed set head_chain = 'x' where feed = %s", anna.feed)
    assert reader.pull(remote) == []
    assert "is damaged" in remote.remarks[0]


def test_another_history_is_a_surprise(
    store: DatabasePlace, remote: Postgres, two: tuple[Pocket, Pocket, Pocket]
) -> None:
    anna, _, reader = two
    for count in (3, 7):  # as long as what was read, and longer
        store.vanish(anna.feed)
        Pocket("anna").push(remote, [b'{"other":%d}' % n for n in range(count)])
        with pytest.raises(Surprise, match="is not the one that was read"):
            reader.pull(remote)


def test_a_shorter_or_missing_feed_is_a_surprise(
    store: DatabasePlace, remote: Postgres, two: tuple[Pocket, Pocket, Pocket]
) -> None:
    anna, _, reader = two
    reader.pull(remote)
    store.run("update casestore.feed set head = 9 where feed = %s", anna.feed)
    with pytest.raises(Surprise, match="ends at 9"):
        reader.pull(remote)
    with pytest.raises(Surprise):
        remote.confirm(anna)
    store.vanish(anna.feed)
    with pytest.raises(Surprise, match="is gone"):
        reader.pull(remote)
    with pytest.raises(Surprise, match="confirmed up to 10"):
        remote.confirm(anna)


def test_a_standby_that_is_behind_is_no_surprise(
    store: DatabasePlace, remote: Postgres, two: tuple[Pocket, Pocket, Pocket]
) -> None:
    anna, _, reader = two
    reader.pull(remote)
    store.vanish(anna.feed)
    url = store.url + "&options=-c%20default_transaction_read_only%3Don"
    with closing(Postgres(url, now)) as standby:
        standby.identify()
        assert reader.pull(standby) == []
        with pytest.raises(Unreachable, match="only answers"):
            reader.push(standby, [b"{}"])
        failed = [finding.text for finding in standby.check(bytes(16)) if not finding.ok]
        assert failed == ["the server only answers (a standby): nothing can be sent"]


def test_rows_behind_the_head_of_our_feed_are_a_surprise(
    store: DatabasePlace, remote: Postgres
) -> None:
    anna = Pocket("anna")
    anna.push(remote, [b'{"n":1}', b'{"n":2}'])
    store.run("update casestore.feed set head = 1, head_chain = %s", anna.chains[1])
    anna.acked = 1
    assert remote.confirm(anna).head == 1
    batch = anna.write([b'{"n":3}'])
    with pytest.raises(Surprise, match="rows behind its head"):
        remote.append(Batch(anna.feed, 2, anna.chains[1], anna.items[1:]))
    assert batch.first == 3


# --- addresses and errors -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://db.example/cases", "verify-full"),
        ("postgresql://anna@10.0.0.7:5433/cases", "verify-full"),
        ("postgresql://localhost,db.example/cases", "verify-full"),
        ("postgresql:///cases?hostaddr=10.0.0.7", "verify-full"),
        ("postgresql://db.example/cases?sslmode=require", "require"),
        ("postgresql://db.example/cases?sslmode=disable", "disable"),
        ("postgresql:///cases", None),
        ("postgresql://localhost/cases", None),
        ("postgresql://127.0.0.1:5433/cases", None),
        ("postgresql:///cases?host=/run/postgresql", None),
        ("postgresql:///?service=cases", None),
    ],
)
def test_the_server_must_prove_who_it_is(
    monkeypatch: pytest.MonkeyPatch, url: str, mode: str | None
) -> None:
    for name in ("PGSSLMODE", "PGSERVICE", "PGHOST", "PGHOSTADDR"):
        monkeypatch.delenv(name, raising=False)
    assert line.parameters(url).get("sslmode") == mode
    if mode == "verify-full":
        monkeypatch.setenv("PGSSLMODE", "require")
        assert "sslmode" not in line.parameters(url)
    elif mode is None and "service" not in url:
        monkeypatch.setenv("PGHOST", "db.example")
        wanted = (
            None if "host" in url.replace("localhost", "host") or "127" in url else "verify-full"
        )
        assert line.parameters(url).get("sslmode") == wanted


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("[cases]\nhost=127.0.0.1\nport={port}\nuser=postgres\ndbname=postgres\n", "SSL"),
        (
            "[cases]\nhost=127.0.0.1\nport={port}\nuser=postgres\ndbname=postgres\n"
            "gssencmode=disable\nsslmode=disable\n",
            None,
        ),
    ],
)
def test_a_service_file_has_the_last_word(
    store: DatabasePlace,
    proxy: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    words: str | None,
) -> None:
    file = tmp_path / "services"
    file.write_text(service.format(port=proxy.port), encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    monkeypatch.delenv("PGSSLMODE", raising=False)
    with closing(Postgres("postgresql:///?service=cases", now)) as remote:
        if words is None:
            assert remote.identify().store_id == STORE
        else:
            with pytest.raises(Unreachable, match=words) as caught:
                remote.identify()
            assert "sslrootcert" in (caught.value.hint or "")
    assert "PGSSLMODE" not in os.environ


SECRET = "hunter2-s3cret"


def test_no_error_tells_a_secret(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", SECRET)
    bad = [
        f"postgresql://anna:{SECRET}@127.0.0.1:1/cases",
        f"postgresql://anna:{SECRET}@/nowhere?host={server.socket}",
        f"postgresql://nobody_here:{SECRET}@/postgres?host={server.socket}",
        f"postgresql://anna:{SECRET}@h:port/cases",
        f"postgresql://anna:{SECRET}@h/cases?nonsense={SECRET}",
        f"postgresql://anna@h/cases?password={SECRET}%ZZ",
        f"postgresql:///x?service=nowhere&password={SECRET}",
        f"postgresql://anna:{SECRET}@no.such.host.invalid/cases",
    ]
    for url in bad:
        with closing(Postgres(url, now)) as remote, pytest.raises(WorkbenchError) as caught:
            remote.identify()
        told = f"{caught.value} {caught.value.hint} {caught.value.__cause__}"
        assert SECRET not in told, url
        assert caught.value.__suppress_context__, url
        assert "ync again" in told or "there is no store" in told, told


def test_psycopg_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(WorkbenchError, match="needs psycopg") as caught:
        postgres.create("postgresql:///x", STORE, EPOCH)
    assert "workbench[postgres]" in (caught.value.hint or "")


def test_a_database_without_a_store_is_told(database_place: DatabasePlace) -> None:
    with (
        closing(Postgres(database_place.url, now)) as remote,
        pytest.raises(NoStore, match="there is no store in the database postgres"),
    ):
        remote.identify()


def test_a_store_of_a_newer_version_is_refused(remote: Postgres, store: DatabasePlace) -> None:
    store.run("update casestore.store set format = 2")
    assert remote.identify().format == 2
    store.run("update casestore.store set min_reader = 2")
    with pytest.raises(NoStore, match="newer version"):
        remote.identify()


def test_two_who_make_a_store_at_once_make_one(database_place: DatabasePlace) -> None:
    made: list[Any] = []

    def make(name: str) -> None:
        made.append(postgres.create(database_place.url, name * 26, EPOCH))

    threads = [threading.Thread(target=make, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


def test_a_store_that_is_started_anew_is_read_anew(store: DatabasePlace, tmp_path: Path) -> None:
    with Team(store, tmp_path) as team:
        anna, boris = team.join("anna"), team.join("boris")
        anna.desk.new("nova", "甲")
        team.settle()
        store.empty()
        store.run("update casestore.store set epoch = 'another'")
        assert "started anew" in anna.sync().notes[0]
        team.settle()
        team.agree()
        assert not anna.sync().notes
        assert boris.one("SELECT epoch FROM store") == "another"


def test_the_points_of_a_push_are_passed(remote: Postgres) -> None:
    passed: list[str] = []
    anna = Pocket("anna")
    points.hook = passed.append
    try:
        anna.push(remote, [b'{"n":1}'])
        anna.push(remote, [b'{"n":%d}' % n for n in range(2, 900)])
    finally:
        points.hook = None
    assert passed == ["push:before-remote-commit", "push:after-remote-commit"] * 2


def test_a_redacted_text_that_a_role_may_not_take_out_is_told_until_one_does(
    shared: Callable[[str], Postgres], database_place: DatabasePlace, tmp_path: Path
) -> None:
    with Team(database_place, tmp_path) as team:
        anna, rita = team.join("anna"), team.join("rita")
        team.sign_in()
        case = anna.desk.new("nova", "两台桩离线")
        entry = anna.desk.note(case, "密码是 hunter2").entry_id
        anna.sync()
        anna.desk.redact(case, str(entry), why="个人信息")
        for _ in range(2):
            notes = anna.sync().notes
            assert any("1 text, until somebody with the role case_redactor" in n for n in notes)
            assert b"hunter2" in database_place.content()
        findings = anna.desk.doctor().findings
        assert [f.code for f in findings if f.code == "unerased"] == ["unerased"]
        rita.sync()
        assert b"hunter2" not in database_place.content()
        assert anna.sync().notes == ()
        assert not anna.desk.doctor().findings
