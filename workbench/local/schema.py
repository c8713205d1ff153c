"""The layout of the file: made new from schema.sql, or brought forward step by step.

"A file from a newer version is refused with a sentence, not damaged."
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from workbench.cases.errors import NewerFile, WorkbenchError

APPLICATION = 0x574B4243
"""Marks the file as ours ("WKBC")."""
VERSION = 1

Migration = Callable[[sqlite3.Connection], None]
MIGRATIONS: dict[int, Migration] = {}
"""What brings a file of version N to N + 1, by N. It runs inside the transaction of the opening."""


def read_schema() -> str:
    """Return schema.sql, from the installed package or from the top of the source tree."""
    here = Path(__file__).resolve().parent.parent
    for path in (here / "schema.sql", here.parent / "schema.sql"):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise WorkbenchError("schema.sql is missing from the installation", "Install Workbench again.")


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


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new file, or bring those of an old one forward, in one transaction.

    Raises:
        NewerFile: a newer version of the program wrote it.
        WorkbenchError: it is another program's database.
    """
    if _check(connection, path) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _check(connection, path)
        if version == 0:
            for statement in statements(read_schema()):
                connection.execute(statement)
        for step in range(max(version, 1), VERSION):
            if version:
                MIGRATIONS[step](connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _check(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application != APPLICATION and (application or version or tables):
        raise WorkbenchError(
            f"{path} is a database of another program",
            "Name another file with --db; this one was left as it was.",
        )
    if version > VERSION:
        raise NewerFile(
            f"{path} was written by a newer version of Workbench (layout {version}, "
            f"this one knows {VERSION})",
            "Update Workbench; the file was left as it was.",
        )
    return version
