"""Copies of a workbench for tests: a desk on a real file, with a clock and ids that repeat."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from tests.pages import Line, PageCase, avatar, first_save, next_save, page_source
from workbench.desk import Desk, ImportReport, case_json

START = 1_800_000_000_000
"""When tests begin: 2027-01-15, in ms since 1970."""
LOCAL = ("unread", "awake", "source")
"""Keys of a case's JSON that are a copy's own."""


class Clock:
    """Ms since 1970; each look at it takes a millisecond."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        self.now += 1
        return self.now

    def pass_ms(self, ms: int) -> None:
        """Let time pass."""
        self.now += ms


class Copy:
    """One person's file, and a desk at it."""

    def __init__(self, path: Path, author: str = "anna", *, clock: Clock | None = None) -> None:
        self.path = path
        self.author = author
        self.clock = clock or Clock()
        self.random = Random(str(path.name))
        self.published: dict[bytes, None] = {}
        self.desk = self.open(author)

    def open(self, author: str) -> Desk:
        """Open one more desk at the same file, as another process would."""
        return Desk.open(self.path, author, clock=self.clock, entropy=self.random.randbytes)

    def take(self, data: bytes, name: str | None = "nova_9", **options: Any) -> ImportReport:
        """Import the bytes of a page."""
        return self.desk.import_page(data, file_name=name and f"{name}.txt", **options)

    def plain(self, *cases: PageCase, name: str | None = "nova_9") -> ImportReport:
        """Import plain source, which knows no revisions."""
        return self.take(page_source(cases).encode(), name)

    def id(self, number: int = 1) -> str:
        """Return the id of the case of this number."""
        return self.desk.resolve(str(number))

    def texts(self, number: int = 1, *, hidden: bool = False) -> list[str]:
        """Return the texts of a case's thread, top to bottom."""
        return [entry.text for entry in self.desk.case(self.id(number), hidden=hidden).entries]

    def entry(self, text: str, number: int = 1) -> str:
        """Return the id of the only entry that shows this text."""
        case = self.desk.case(self.id(number), hidden=True)
        (found,) = [entry.id for entry in case.entries if entry.text == text]
        return found

    def status(self, number: int = 1) -> str:
        """Return a case's status."""
        return self.desk.case(self.id(number)).summary.status

    def ops(self) -> int:
        """Return how many changes the log holds."""
        return int(self.sql("SELECT count(*) FROM op")[0][0])

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read the file with a connection of its own."""
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def changes(self) -> list[dict[str, Any]]:
        """Return the bodies of all changes, in order of arrival."""
        rows = self.sql("SELECT coalesce(bytes, stub) FROM op ORDER BY id")
        return [json.loads(row[0]) for row in rows]

    def shown(self) -> dict[str, Any]:
        """Return every case as JSON, by id, without what is a copy's own."""
        return {uid: shared(case_json(self.desk.case(uid, hidden=True))) for uid in self.uids()}

    def uids(self) -> list[str]:
        """Return the ids of all cases, hidden ones too."""
        return [uid for (uid,) in self.sql("SELECT uid FROM cases ORDER BY uid")]

    def sound(self) -> None:
        """Check that the file is whole, and that its tables are what the log gives."""
        assert self.sql("PRAGMA integrity_check") == [("ok",)]
        found = self.desk.rebuild()
        assert found["equal"], found["differences"]

    def holds(self, text: str) -> bool:
        """Say whether the file, or what SQLite keeps beside it, has these bytes anywhere."""
        files = [self.path, *self.path.parent.glob(self.path.name + "-*")]
        return any(text.encode() in file.read_bytes() for file in files)

    def publish(self) -> None:
        """Keep the bytes of what was written so far, as a store does before it hears of more."""
        rows = self.sql("SELECT bytes FROM op WHERE bytes IS NOT NULL ORDER BY id")
        self.published |= {data: None for (data,) in rows}

    def send(self, other: Copy) -> int:
        """Deliver every change of this copy to another one; return how many were new there."""
        self.publish()
        before = other.ops()
        tools = other.desk._tools
        with tools.act("receive") as act:
            for data in self.published:
                act.take(data, other.clock())
        return other.ops() - before


def exchange(*copies: Copy) -> None:
    """Give every copy the changes of all others."""
    for one in copies:
        for other in copies:
            if one is not other:
                one.send(other)


def shared(case: dict[str, Any]) -> dict[str, Any]:
    """Return a case's JSON without what is a copy's own."""
    kept = {key: value for key, value in case.items() if key not in LOCAL}
    kept["entries"] = [
        {key: value for key, value in entry.items() if key != "received_at"}
        for entry in case["entries"]
    ]
    return kept


class Wiki:
    """A wiki page that people edit: every save of it bears a revision, as the wiki gives them."""

    def __init__(self, *cases: PageCase, title: str = "nova_9") -> None:
        self.title = title
        self.saves: list[list[Line]] = [first_save(cases)]
        self.pages: list[tuple[PageCase, ...]] = [cases]

    def save(self, *cases: PageCase) -> int:
        """Save the page with these cases; return the number of the save."""
        revision = f"{len(self.saves) + 1}.1"
        self.saves.append(next_save(self.saves[-1], cases, revision))
        self.pages.append(cases)
        return len(self.saves) - 1

    def bytes(self, save: int = -1) -> bytes:
        """Return a save as an extractor writes it."""
        number = save % len(self.saves)
        day = f"在2024/06/{number + 1:02} 09:42上被qi zhao修改"
        return avatar(self.saves[number], self.title, day)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Return (cases added, changed, unchanged; entries added)."""
    return report.added, report.changed, report.unchanged, report.entries_added


def texts(history: Sequence[Any], field: str) -> list[str | None]:
    """Return the new values of a field in a history, oldest first."""
    return [item.new for item in history if item.field == field]
