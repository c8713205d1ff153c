"""People who share a store, each with a copy of their own."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

from tests.sync.places import DatabasePlace, Place, now
from workbench.desk import Desk, case_json
from workbench.desk.sharing import Exchange

UNEQUAL = ("unread", "awake", "source")
"""What each copy has of its own about a case."""


class Clock:
    """The real time, and by how much this machine's clock is off."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        """Return the time in ms."""
        return now() + self.ahead


class Person:
    """Somebody with a copy, who shares."""

    def __init__(self, name: str, path: Path, place: Place) -> None:
        self.name = name
        self.path = path
        self.place = place
        self.clock = Clock()
        self.desk = Desk.open(path, name, clock=self.clock)
        if not self.desk.stores():
            self.desk.add_store("team", place.url)

    def sync(self, **options: Any) -> Exchange:
        """Exchange with the store."""
        return self.desk.exchange("team", **options)

    def one(self, sql: str, *values: object) -> Any:
        """Return a value of the local file."""
        return self.desk._tools.db.value(sql, *values)

    @property
    def feed(self) -> str:
        """This copy's feed."""
        return str(self.one("SELECT feed FROM store"))

    def ops(self) -> dict[bytes, bytes | None]:
        """Return every change of this copy."""
        rows = self.desk._tools.db.rows("SELECT op_id, bytes FROM op")
        return {row["op_id"]: row["bytes"] for row in rows}

    def cases(self) -> list[dict[str, Any]]:
        """Return every case as scripts read it, without what is this copy's own."""
        found = []
        for summary in self.desk.list("", sort="number"):
            case = case_json(self.desk.case(summary.id, hidden=True))
            for key in UNEQUAL:
                case.pop(key)
            for entry in case["entries"]:
                entry.pop("received_at")
            found.append(case)
        return sorted(found, key=lambda case: str(case["id"]))

    def reopen(self) -> None:
        """Close the file and open it again."""
        self.desk.close()
        self.desk = Desk.open(self.path, self.name, clock=self.clock)


class Team:
    """People who share a store."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place = place
        self.folder = folder
        self.people: list[Person] = []

    def __enter__(self) -> Team:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for person in self.people:
            person.desk.close()

    def join(self, name: str, path: Path | None = None) -> Person:
        """Add a person, with a new copy or one that is there."""
        person = Person(name, path or self.folder / f"{name}.db", self.place)
        self.people.append(person)
        return person

    def sign_in(self) -> None:
        """Have everybody reach the database by a role that is called as the person is."""
        assert isinstance(self.place, DatabasePlace)
        for person in self.people:
            url = self.place.server.url(role=person.name)
            person.one("UPDATE store SET url = ? RETURNING 1", url)

    def settle(self, **options: Any) -> None:
        """Let everybody sync until everybody has everything."""
        for _ in range(2):
            for person in self.people:
                person.sync(**options)

    def agree(self) -> None:
        """Assert that all hold the same changes and show the same cases."""
        first, *others = self.people
        for other in others:
            assert other.ops() == first.ops()
            assert other.cases() == first.cases()
        for person in self.people:
            assert person.desk.rebuild()["differences"] == []
            assert person.desk.status_line().unsent == 0
