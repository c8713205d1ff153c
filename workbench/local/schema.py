"""The layout of the file: made new from schema.sql, or brought forward step by step.

"A file from a newer version is refused with a sentence, not damaged."
"""

from __future__ import annotations

import os
import sqlite3

from workbench.cases.errors import NewerFile, WorkbenchError
from workbench.cases.said import said
from workbench.local.points import reached

APPLICATION = 0x574B4243
"""Marks the file as ours ("WKBC")."""
VERSION = 10
WAIT = 15.0
"""Seconds to wait for another process that is writing."""


def read_schema() -> str:
    """Return schema.sql, from the installed package or from the top of the source tree."""
    from pathlib import Path  # most files are there already

    here = Path(__file__).resolve().parent.parent
    for path in (here / "schema.sql", here.parent / "schema.sql"):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise WorkbenchError(
        said("schema.sql is missing from the installation"), said("Install Workbench again.")
    )


def statements(script: str) -> list[str]:
    """Split a script into statements; ``executescript`` would commit the transaction around it."""
    found: list[str] = []
    collected = ""
    for line in script.splitlines(keepends=True):
        collected += line
        if sqlite3.complete_statement(collected):
            found.append(collected.strip())
            collected = ""
    return found


def run(connection: sqlite3.Connection, script: str) -> None:
    """Run the statements of a script inside the transaction around them."""
    for statement in statements(script):
        connection.execute(statement)


def prepare(connection: sqlite3.Connection, path: str) -> None:
    """Make the tables of a new file, or bring those of an old one forward, in one transaction.

    Foreign keys must be off: a migration may drop a table that others refer to, as long as all is
    right at its end.

    Raises:
        NewerFile: a newer version of the program wrote it.
        WorkbenchError: it is another program's database.
    """
    if check(connection, path) == VERSION:
        return
    reached("layout:before-begin")
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = check(connection, path)
        if version == 0:
            run(connection, read_schema())
        else:
            _bring_forward(connection, version)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        reached("layout:before-commit")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    reached("layout:after-commit")


def _bring_forward(connection: sqlite3.Connection, version: int) -> None:
    from workbench.local.steps import MIGRATIONS  # most files are of this version already

    for step in range(version, VERSION):
        MIGRATIONS[step](connection)
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise sqlite3.IntegrityError("rows refer to others that are gone")


def check(connection: sqlite3.Connection, path: str) -> int:
    """Return the layout's version, 0 for a new file; refuse what is not ours or is newer."""
    own = not connection.in_transaction
    if own:  # one state of the file: another process may be making the layout just now
        connection.execute("BEGIN")
    try:
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        application = connection.execute("PRAGMA application_id").fetchone()[0]
    finally:
        if own and connection.in_transaction:
            connection.execute("ROLLBACK")
    return _judge(path, version, application, empty=not (application or version or tables))


HEADER = 100
MAGIC = b"SQLite format 3\0"


def check_header(path: str) -> None:
    """Refuse by the header alone what is not ours or is newer, before SQLite opens the file.

    Opening a database with a log beside it for writing may already write to it, so one that does
    not bear our mark is looked at without the right to.
    """
    try:
        with open(path, "rb") as file:
            header = file.read(HEADER)
    except OSError:
        return  # a new file, or one that SQLite will tell about
    if not header:
        return
    if not header.startswith(MAGIC) or len(header) < HEADER:
        # SQLite takes a file of a few bytes for an empty one, and would write over it.
        raise sqlite3.DatabaseError("file is not a database")
    version = int.from_bytes(header[60:64], signed=True)
    application = int.from_bytes(header[68:72], signed=True)
    if application == APPLICATION:
        _judge(path, version, application, empty=False)
        return
    from pathlib import Path  # another program's file is rare

    alone = "" if os.path.exists(f"{path}-wal") else "&immutable=1"
    connection = sqlite3.connect(f"{Path(path).as_uri()}?mode=ro{alone}", uri=True, timeout=WAIT)
    try:
        check(connection, path)
    finally:
        connection.close()


def _judge(path: str, version: int, application: int, *, empty: bool) -> int:
    if application != APPLICATION and not empty:
        raise WorkbenchError(
            said("{path} is a database of another program", path=path),
            said("Name another file with --db; this one was left as it was."),
        )
    if version > VERSION:
        raise NewerFile(
            said(
                "{path} was written by a newer version of Workbench (layout {version}, this one"
                " knows {known})",
                path=path,
                version=version,
                known=VERSION,
            ),
            said("Update Workbench; the file was left as it was."),
        )
    return version
