"""People who share a store, each with a copy, and what a backend is told in its own tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.sync.places import Place, now
from workbench.cases import names
from workbench.cases.feed import START, Batch, Item, link
from workbench.desk import Desk, case_json
from workbench.desk.sharing import Exchange
from workbench.sync.remote import Remote

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
            assert person.desk.rebuild()["equal"]
            assert person.desk.status_line().unsent == 0


class Pocket:
    """What a copy knows of a store, kept in memory: for a backend on its own."""

    def __init__(self, seed: str) -> None:
        self.feed = names.from_bytes(sha256(seed.encode()).digest()[:16])
        self.acked = 0
        self.chains = [START]
        self.items: list[Item] = []
        self._cursors: dict[str, tuple[int, bytes]] = {}
        self._segments: dict[str, dict[str, bool]] = {}
        self.taken: list[Item] = []

    def cursors(self) -> Mapping[str, tuple[int, bytes]]:
        """Return how far each feed was read."""
        return self._cursors

    def segments(self) -> Mapping[str, Mapping[str, bool]]:
        """Return the known segments."""
        return self._segments

    def own_chain(self, seq: int) -> bytes | None:
        """Return the chain of our feed."""
        return self.chains[seq] if seq < len(self.chains) else None

    def write(self, texts: Iterable[bytes | None]) -> Batch:
        """Return a batch behind what was written before; None stands for an erased change."""
        first = len(self.items) + 1
        items = [
            Item(sha256(str(first + nth).encode() if text is None else text).digest(), text)
            for nth, text in enumerate(texts)
        ]
        before = self.chains[-1]
        for item in items:
            self.items.append(item)
            self.chains.append(link(self.chains[-1], item.op_id))
        return Batch(self.feed, first, before, items)

    def push(self, remote: Remote, texts: Iterable[bytes | None]) -> Batch:
        """Write a batch and append it."""
        batch = self.write(texts)
        name = remote.append(batch)
        if name is not None:
            self._segments.setdefault(self.feed, {})[name] = True
        self.acked = batch.last
        return batch

    def pull(self, remote: Remote) -> list[Item]:
        """Read what is new, and remember that."""
        found: list[Item] = []
        for batch in remote.news(self):
            found += batch.items
            if batch.name is None:
                seq, chain = self._cursors.get(batch.feed, (0, START))
                assert (batch.first, batch.chain_before) == (seq + 1, chain)
                self._cursors[batch.feed] = (batch.last, batch.chain_after)
            else:
                self._segments.setdefault(batch.feed, {})[batch.name] = True
        self.taken += found
        return found
