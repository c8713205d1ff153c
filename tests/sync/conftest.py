"""What the tests of sharing use: places for stores, and people with copies of their own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.sync.team", "tests.sync.pocket")

from tests.sync.places import DatabasePlace, FolderPlace, Place, Server, now  # noqa: E402
from tests.sync.team import Team  # noqa: E402
from workbench.sync.postgres import Postgres  # noqa: E402
from workbench.sync.postgres import statements as sql  # noqa: E402


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return a running PostgreSQL, where other users may walk to its files."""
    base = Path(tempfile.mkdtemp(prefix="wb-pg-"))
    base.chmod(0o755)
    running = Server(base)
    yield running
    running.stop()
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory where there is one: a disk's own time is no matter here."""
    fast = Path("/dev/shm")
    if not os.access(fast, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="wb-sync-", dir=fast) as name:
        yield Path(name)


@pytest.fixture
def folder_place(tmp_path: Path) -> FolderPlace:
    """Return an empty folder."""
    return FolderPlace(tmp_path)


@pytest.fixture
def database_place(server: Server) -> DatabasePlace:
    """Return an empty database."""
    return DatabasePlace(server)


@pytest.fixture(params=["folder", "postgres"])
def place(request: pytest.FixtureRequest) -> Place:
    """Return an empty place of either kind."""
    name = "folder_place" if request.param == "folder" else "database_place"
    found: Place = request.getfixturevalue(name)
    return found


@pytest.fixture
def team(place: Place, tmp_path: Path) -> Iterator[Team]:
    """Return people who share a fresh store."""
    place.create()
    with Team(place, tmp_path) as found:
        yield found


ROLES = ("anna", "boris", "rita", "olga")


@pytest.fixture
def shared(database_place: DatabasePlace) -> Iterator[Callable[[str], Postgres]]:
    """Return how a role reaches a store whose rights are set up as shipped."""
    store = database_place
    store.create()
    script = sql.script("rights.sql").encode()
    store.run(script)
    store.run(script)
    for role in ROLES:
        store.run(f"create role {role} login")
    store.run("grant case_writer to anna, boris, rita")
    store.run("grant case_redactor to rita")
    store.run("grant case_reader to olga")
    opened: list[Postgres] = []

    def open_as(role: str) -> Postgres:
        found = Postgres(store.server.url(role=role), now)
        opened.append(found)
        found.identify()
        return found

    yield open_as
    for remote in opened:
        remote.close()
    store.run("drop schema casestore cascade")
    for role in ROLES:
        store.run(f"drop role {role}")
