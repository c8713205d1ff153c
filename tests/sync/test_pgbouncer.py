"""Behind pgbouncer in transaction mode: nothing is prepared, and nothing outlives a transaction."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.sync.places import DatabasePlace, Server, now
from tests.sync.pocket import Pocket
from tests.sync.team import Team
from tests.sync.writers import race
from workbench.sync.postgres import Postgres

PROGRAM = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed")

SETTINGS = """
[databases]
* = host={socket} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 100
"""


@pytest.fixture(scope="module")
def pooled(server: Server) -> Iterator[str]:
    """Return the address of a pool of three connections that everybody shares."""
    assert PROGRAM is not None
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = Path(server.socket).parent / "pgbouncer.ini"
    config.write_text(SETTINGS.format(socket=server.socket, port=port), encoding="utf-8")
    # It refuses to run as root, and the socket is the server's own.
    process = subprocess.Popen(
        [PROGRAM, "-q", str(config)], stderr=subprocess.DEVNULL, user=server.system_user, cwd="/"
    )
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres?gssencmode=disable"
    try:
        wait_for(process, url)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(url, prepare_threshold=None, connect_timeout=5).close()
        except psycopg.OperationalError:
            assert process.poll() is None, "pgbouncer did not start"
            assert time.monotonic() < end, "pgbouncer does not answer"
            time.sleep(0.02)
        else:
            return


@pytest.fixture
def store(database_place: DatabasePlace) -> DatabasePlace:
    database_place.create()
    return database_place


def test_small_and_large_pushes_go_through(store: DatabasePlace, pooled: str) -> None:
    anna, boris = Pocket("anna"), Pocket("boris")
    with closing(Postgres(pooled, now)) as remote, closing(Postgres(pooled, now)) as other:
        for one in (remote, other):
            one.identify()
        for nth in range(12):  # a driver prepares what it says for the fifth time
            anna.push(remote, [b'{"n":%d}' % nth])
            boris.pull(other)
        anna.push(remote, [b'{"m":%d}' % nth for nth in range(3000)])
        boris.pull(other)
        assert boris.taken == anna.items
        assert all(finding.ok for finding in remote.check(bytes(16)))


def test_people_share_through_it(store: DatabasePlace, pooled: str, tmp_path: Path) -> None:
    with Team(store, tmp_path) as team:
        people = [team.join(name) for name in ("anna", "boris", "clara")]
        for person in people:
            person.one("UPDATE store SET url = ? RETURNING 1", pooled)
        case = people[0].desk.new("nova", "两台桩离线")
        team.settle()
        for person in people:
            entry = person.desk.note(case, f"{person.name}的话").entry_id
        assert entry is not None
        team.settle()
        people[0].desk.redact(case, entry, why="个人信息")
        team.settle()
        team.agree()
        assert len(people[0].desk.case(case).entries) == 3
        assert "clara的话".encode() not in store.content()


def test_many_processes_share_three_connections(store: DatabasePlace, pooled: str) -> None:
    done = race(store.url, pooled, 8, 2)
    assert done.least > 0
    assert (done.missed, done.doubled) == (0, 0)
