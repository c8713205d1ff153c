"""The layout of the file: exactly schema.sql, brought forward, or refused and left as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from workbench.cases.errors import NewerFile, WorkbenchError
from workbench.local import pagetexts, schema
from workbench.local.database import Database
from workbench.local.steps import MIGRATIONS, Migration

ROOT = Path(__file__).parent.parent.parent
LAYOUTS = Path(__file__).parent / "layouts"


def layout(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return what a layout is made of: tables, columns, keys, indices, and their SQL squeezed."""
    found: dict[str, Any] = {}
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    for kind, name, table, sql in rows:
        found[f"{kind} {name}"] = (table, None if sql is None else squeezed(sql))
        if kind == "table":
            for pragma in ("table_xinfo", "foreign_key_list"):
                found[f"{pragma} {name}"] = list(
                    map(tuple, connection.execute(f"PRAGMA {pragma}({name})"))
                )
            for _, index, *_ in connection.execute(f"PRAGMA index_list({name})").fetchall():
                columns = connection.execute(f"PRAGMA index_xinfo({index})").fetchall()
                found[f"index_xinfo {index}"] = list(map(tuple, columns))
    strict = connection.execute("PRAGMA table_list").fetchall()
    found["strict"] = sorted(tuple(row)[1:6] for row in strict if not row[1].startswith("sqlite_"))
    return found


def squeezed(sql: str) -> str:
    """Return SQL without its comments and white space."""
    lines = (line.partition("--")[0] for line in sql.splitlines())
    return "".join("".join(lines).split()).replace('"', "")


def wanted() -> dict[str, Any]:
    """Return the layout that schema.sql describes."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema.read_schema())
        return layout(connection)


def contents(path: Path) -> dict[str, str]:
    """Return a hash of each file that belongs to a database."""
    return {
        found.name: sha256(found.read_bytes()).hexdigest()
        for found in sorted(path.parent.glob(path.name + "*"))
    }


def marked(path: Path, version: int, *, wal: bool = False) -> None:
    """Make a database of ours that says it has this layout."""
    with closing(sqlite3.connect(path)) as connection:
        if wal:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE future (a)")
        connection.execute("INSERT INTO future VALUES ('kept')")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()


# --- a new file -------------------------------------------------------------------------------


def test_a_new_file_is_exactly_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "cases.db"
    database = Database(path)
    assert layout(database.connection) == wanted()
    assert database.value("PRAGMA user_version") == schema.VERSION
    assert database.value("PRAGMA application_id") == schema.APPLICATION
    assert database.value("PRAGMA journal_mode") == "wal"
    assert database.value("PRAGMA synchronous") == 2
    assert database.value("PRAGMA foreign_keys") == 1
    assert database.value("PRAGMA secure_delete") == 1
    database.close()
    Database(path).close()
    with closing(sqlite3.connect(path)) as connection:
        assert layout(connection) == wanted()


def test_every_table_is_strict() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema.read_schema())
        tables = connection.execute("PRAGMA table_list").fetchall()
    ours = [row for row in tables if row[2] == "table" and not row[1].startswith("sqlite_")]
    assert len(ours) > 10
    assert [row[1] for row in ours if not row[5]] == []


def test_every_table_says_what_it_is() -> None:
    script = schema.read_schema()
    for statement in schema.statements(script):
        if "CREATE TABLE" in statement or "USING fts5 " in statement:
            comment = statement.partition("CREATE ")[0].strip().splitlines()[-1]
            assert comment.startswith(("-- log: ", "-- derived: ", "-- local: "))


OPEN = "import sys; from pathlib import Path; from workbench.local.database import Database; " \
    "sys.stdin.read(1); database = Database(Path(sys.argv[1])); " \
    "print(database.value('SELECT count(*) FROM op'))"  # fmt: skip


def test_processes_that_open_a_new_file_at_once_all_get_it(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write(b"!")
        process.stdin.flush()
    answers = [process.communicate(timeout=60) for process in started]
    assert answers == [(b"0\n", b"")] * 4


# --- files that are not to be touched ---------------------------------------------------------


@pytest.mark.parametrize("wal", [False, True])
def test_a_file_of_a_newer_version_is_refused_and_left_as_it_was(tmp_path: Path, wal: bool) -> None:
    path = tmp_path / "cases.db"
    marked(path, schema.VERSION + 1, wal=wal)
    before = contents(path)
    with pytest.raises(NewerFile, match="newer version of Workbench") as caught:
        Database(path)
    assert caught.value.exit_code == 1
    assert caught.value.hint == "Update Workbench; the file was left as it was."
    assert contents(path) == before


def test_a_newer_file_that_is_open_elsewhere_is_left_as_it_was(tmp_path: Path) -> None:
    """What the newer version wrote may still be in the log alone."""
    path = tmp_path / "cases.db"
    marked(path, schema.VERSION, wal=True)
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        newer.execute("INSERT INTO future VALUES ('in the log')")
        newer.commit()
        before = contents(path)
        with pytest.raises(NewerFile):
            Database(path)
        kept = {name for name in before if not name.endswith("-shm")}
        assert {name: contents(path)[name] for name in kept} == {n: before[n] for n in kept}


def foreign(path: Path, script: str) -> None:
    """Make another program's database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE notes (a); INSERT INTO notes VALUES (1);",
        "PRAGMA user_version = 1; CREATE TABLE meta (name, value);",
        "PRAGMA application_id = 7; CREATE TABLE meta (name, value);",
        "PRAGMA user_version = 3;",
        "PRAGMA journal_mode = WAL; CREATE TABLE notes (a);",
    ],
)
def test_another_programs_database_is_refused_and_left_as_it_was(
    tmp_path: Path, script: str
) -> None:
    path = tmp_path / "notes.db"
    foreign(path, script)
    before = contents(path)
    with pytest.raises(WorkbenchError, match="another program"):
        Database(path)
    assert contents(path) == before


def test_another_programs_log_is_not_written_back(tmp_path: Path) -> None:
    """That program died: what it wrote last is in its log, and stays there."""
    path, copied = tmp_path / "alive.db", tmp_path / "notes.db"
    with closing(sqlite3.connect(path)) as alive:
        alive.execute("PRAGMA journal_mode = WAL")
        alive.execute("CREATE TABLE notes (a)")
        alive.commit()
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{copied}{suffix}")
    before = contents(copied)
    with pytest.raises(WorkbenchError, match="another program"):
        Database(copied)
    after = contents(copied)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(
    "garbage", [b"x", b"this is a letter\n" * 400, b"SQLite format 3\0", b"\0" * 5000, b"\x89PNG"]
)
def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(
    tmp_path: Path, garbage: bytes
) -> None:
    path = tmp_path / "cases.db"
    path.write_bytes(garbage)
    with pytest.raises(WorkbenchError, match=r"cases\.db") as caught:
        Database(path)
    assert caught.value.hint
    assert path.read_bytes() == garbage


def test_a_damaged_file_of_ours_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    Database(path).close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(WorkbenchError):
        Database(path).rows("SELECT * FROM op")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkbenchError, match=str(tmp_path)):
        Database(tmp_path)


# --- old files are brought forward ------------------------------------------------------------


@pytest.fixture
def steps() -> Iterator[Callable[..., None]]:
    """Return what sets the migrations and the newest version for a test."""
    migrations, version = dict(MIGRATIONS), schema.VERSION

    def use(found: dict[int, Migration]) -> None:
        MIGRATIONS.clear()
        MIGRATIONS.update(found)
        schema.VERSION = max(found) + 1

    yield use
    MIGRATIONS.clear()
    MIGRATIONS.update(migrations)
    schema.VERSION = version


def first(connection: sqlite3.Connection) -> None:
    """Add a column and fill it."""
    connection.execute("ALTER TABLE future ADD COLUMN b TEXT")
    connection.execute("UPDATE future SET b = a || '!'")


def second(connection: sqlite3.Connection) -> None:
    """Make a table anew, as ALTER TABLE can't."""
    connection.execute("CREATE TABLE fresh (b TEXT NOT NULL) STRICT")
    connection.execute("INSERT INTO fresh SELECT b FROM future")
    connection.execute("DROP TABLE future")
    connection.execute("ALTER TABLE fresh RENAME TO future")


def test_an_old_file_goes_through_every_step(tmp_path: Path, steps: Callable[..., None]) -> None:
    path = tmp_path / "cases.db"
    marked(path, 1)
    steps({1: first, 2: second})
    database = Database(path)
    assert database.value("SELECT b FROM future") == "kept!"
    assert database.value("PRAGMA user_version") == 3
    assert database.value("PRAGMA foreign_keys") == 1
    database.close()


def test_a_file_in_between_goes_through_the_rest(
    tmp_path: Path, steps: Callable[..., None]
) -> None:
    path = tmp_path / "cases.db"
    marked(path, 2)
    with closing(sqlite3.connect(path)) as connection:
        first(connection)
        connection.commit()
    steps({1: first, 2: second})
    database = Database(path)
    assert database.value("SELECT b FROM future") == "kept!"
    database.close()


def broken(connection: sqlite3.Connection) -> None:
    """Go half of the way."""
    second(connection)
    connection.execute("INSERT INTO nowhere VALUES (1)")


def orphaned(connection: sqlite3.Connection) -> None:
    """Leave a row that refers to none."""
    connection.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    connection.execute("CREATE TABLE child (id INTEGER REFERENCES parent (id))")
    connection.execute("INSERT INTO child VALUES (1)")


@pytest.mark.parametrize("last", [broken, orphaned])
def test_a_step_that_fails_takes_all_back(
    tmp_path: Path, steps: Callable[..., None], last: Migration
) -> None:
    path = tmp_path / "cases.db"
    marked(path, 1, wal=True)
    before = contents(path)
    steps({1: first, 2: last})
    with pytest.raises(WorkbenchError) as caught:
        Database(path)
    assert caught.value.hint == "Nothing was written."
    assert contents(path) == before
    steps({1: first, 2: second})
    database = Database(path)
    assert database.value("SELECT b FROM future") == "kept!"
    database.close()


def test_there_is_a_step_from_every_version() -> None:
    assert sorted(MIGRATIONS) == list(range(1, schema.VERSION))


def stored() -> list[Path]:
    """Return the kept layouts of all versions there were."""
    return sorted(LAYOUTS.glob("*.sql"), key=lambda path: int(path.stem.removeprefix("v")))


def test_the_layout_of_every_version_is_kept() -> None:
    """A change of schema.sql is a new version: keep its layout beside the others."""
    assert [path.stem for path in stored()] == [f"v{n}" for n in range(1, schema.VERSION + 1)]
    newest = stored()[-1]
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(newest.read_text(encoding="utf-8"))
        assert layout(connection) == wanted()


@pytest.mark.parametrize("old", stored(), ids=lambda path: path.stem)
def test_a_file_of_any_version_becomes_exactly_the_schema(tmp_path: Path, old: Path) -> None:
    path = tmp_path / "cases.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(old.read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        connection.execute(f"PRAGMA user_version = {old.stem.removeprefix('v')}")
        connection.commit()
    database = Database(path)
    assert layout(database.connection) == wanted()
    assert database.value("PRAGMA user_version") == schema.VERSION
    database.close()


def test_what_was_unread_stays_unread_and_what_was_read_stays_read(tmp_path: Path) -> None:
    """A mark was a time; it is the place in the log before the first later change."""
    path = tmp_path / "cases.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((LAYOUTS / "v2.sql").read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        connection.execute("PRAGMA user_version = 2")
        connection.executemany("INSERT INTO subject VALUES (?, ?)", [(1, "a" * 26), (2, "b" * 26)])
        for place, subject, h in ((1, 1, 10), (2, 2, 50), (3, 1, 30), (4, 1, 20), (5, 1, 40)):
            connection.execute(
                "INSERT INTO op (id, op_id, bytes, subject, slot, h, mine, state)"
                " VALUES (?, ?, x'', ?, 0, ?, 0, 'ok')",
                (place, bytes([place] * 32), subject, h),
            )
        marks = [(1, "anna", 30), (1, "boris", 40), (2, "anna", 40), (3, "anna", 7)]
        connection.executemany("INSERT INTO read_mark VALUES (?, ?, ?)", marks)
        connection.commit()
    database = Database(path)
    rows = database.rows("SELECT case_id, reader, place, told FROM read_mark")
    assert sorted(map(tuple, rows)) == [
        (1, "anna", 4, 0), (1, "boris", 5, 0), (2, "anna", 1, 0), (3, "anna", 0, 0)
    ]  # fmt: skip
    database.close()


def test_the_words_of_kept_pages_stay(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((LAYOUTS / "v6.sql").read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
        connection.execute("PRAGMA user_version = 6")
        connection.executemany(
            "INSERT INTO page (uid, shape, sha256, raw, source, imported_at, complete)"
            " VALUES (?, 'plain', 'a', ?, ?, 0, 1)",
            [("p", "一\r\n二".encode(), "一\n二"), ("q", None, "三")],
        )
        connection.commit()
    database = Database(path)
    assert list(pagetexts.sources(database)) == [(1, "一\n二"), (2, "三")]
    raws = database.rows("SELECT raw FROM page_text ORDER BY page_id")
    assert [raw for (raw,) in raws] == ["一\r\n二".encode(), None]
    database.close()
