"""Copies of the local file for tests: changes come in as they would from others, and the tables
that follow are compared row by row."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from tests.cases.changes import NOW
from workbench.cases.change import Change
from workbench.local.act import Pen
from workbench.local.database import Database
from workbench.local.rebuild import rebuild
from workbench.local.sums import COUNTED

MEMORY = Path("/dev/shm")
"""A disk that forces nothing out: a property tries hundreds of files."""

DERIVED = {
    "op": "SELECT op_id, bytes, stub, s.uid, slot, h, state FROM op JOIN subject s"
    " ON s.id = subject",
    "name": "SELECT * FROM name",
    "alias": "SELECT folded, s.uid FROM alias JOIN subject s ON s.id = case_id",
    "claim": "SELECT s.uid, family, number, current FROM claim JOIN subject s ON s.id = case_id",
    "decision": "SELECT d.id, s.uid, slot, field, entry FROM decision d JOIN subject s"
    " ON s.id = case_id",
    "reference": "SELECT kind, value, s.uid, coalesce(e.uid, place), nth FROM reference r"
    " JOIN subject s ON s.id = r.case_id LEFT JOIN entry e ON e.id = place",
    "attachment": "SELECT s.uid, coalesce(e.uid, place), nth, name, file, sha256, size, a.author,"
    " added_at FROM attachment a JOIN subject s ON s.id = a.case_id"
    " LEFT JOIN entry e ON e.id = place",
    "assigned": "SELECT name, status_rank, active_at, number, uid FROM assigned",
    "tally": "SELECT * FROM tally",
    "stretch": COUNTED,
    "person": "SELECT * FROM person",
}
"""What copies that hold the same changes have in common, told without the numbers of rows."""


class Copy:
    """One copy's file, written to as its program would."""

    def __init__(self, path: Path, seed: int = 0) -> None:
        self.path = path
        self.now = NOW
        self.rescued: list[tuple[Change, str]] = []
        self.db = Database(path)
        self.pen = Pen(
            self.db,
            lambda: self.now,
            Random(f"{path.name} {seed}").randbytes,
            lambda change, text: self.rescued.append((change, text)),
            lambda case, text: None,
        )

    def take(self, *changes: bytes) -> None:
        """Take changes of others in, in one transaction."""
        with self.pen.act("take", "anna") as act:
            for data in changes:
                act.take(data, self.now)

    def take_in_groups(self, changes: Iterable[bytes], random: Random) -> None:
        """Take changes in, in transactions of chance sizes."""
        group: list[bytes] = []
        for data in changes:
            group.append(data)
            if random.random() < 0.5:
                self.take(*group)
                group = []
        self.take(*group)

    def pull(self, *changes: bytes) -> None:
        """Take changes of others in as a pull does: all of them, before any is folded."""
        with self.pen.receive("pull") as receiving:
            receiving.take_all(changes, self.now)
        self.pen.fold_stale("pull")

    def write(self, kind: str, case: str, p: Iterable[str] = (), **body: Any) -> str:
        """Write a change here, as one act; return its name."""
        with self.pen.act("write", "anna") as act:
            return act.write(kind, case, p, **body).name

    def dump(self) -> dict[str, list[Any]]:
        """Return the derived tables, without what depends on the order of arrival."""
        found = {
            table: sorted(map(tuple, self.db.rows(sql)), key=repr) for table, sql in DERIVED.items()
        }
        found["cases"] = self._rows("SELECT * FROM cases", {"id"})
        found["entry"] = self._rows(
            "SELECT s.uid AS of_case, e.* FROM entry e JOIN subject s ON s.id = case_id",
            {"id", "case_id", "received_at"},
        )
        return found

    def _rows(self, sql: str, without: set[str]) -> list[Any]:
        rows = [
            {key: row[key] for key in row.keys() if key not in without}  # noqa: SIM118
            for row in self.db.rows(sql)
        ]
        return sorted(rows, key=repr)

    def assert_rebuilt_equal(self) -> None:
        """Make every table again from the log, and find what was there."""
        before = self.dump()
        told = rebuild(self.db)
        assert told["differences"] == []
        assert self.dump() == before

    def holds(self, *texts: str) -> list[str]:
        """Return which of these texts some byte of the file, its log or its index holds."""
        whole = self.file()
        return [text for text in texts if text.encode() in whole]

    def file(self) -> bytes:
        """Return the bytes of the file, its log and its index."""
        return b"".join(
            found.read_bytes()
            for suffix in ("", "-wal", "-shm")
            if (found := Path(f"{self.path}{suffix}")).exists()
        )

    def close(self) -> None:
        """Close the file."""
        self.db.close()


@contextmanager
def copies(count: int = 1) -> Iterator[Sequence[Copy]]:
    """Give some copies that go when the test ends."""
    where = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=where) as folder:
        opened = [Copy(Path(folder) / f"{nth}.db") for nth in range(count)]
        try:
            yield opened
        finally:
            for copy in opened:
                copy.close()
