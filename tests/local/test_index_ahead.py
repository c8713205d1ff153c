"""Grams are worked out by a process beside this one, and the index is what it is without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.local.test_index import add
from workbench.local import beside, index
from workbench.local.beside import Beside
from workbench.local.database import Database
from workbench.local.index import Index

CHUNK, PIECE = 20, 3
MANY = [f"桩离线 {n}号 2024060117{n:04d}" for n in range(3 * CHUNK + 7)]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "CHUNK", CHUNK)
    monkeypatch.setattr(index, "PIECE", PIECE)
    monkeypatch.setattr(beside, "is_of_use", lambda: True)


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Database]:
    """Return a file in which texts wait."""
    with closing(Database(tmp_path / "cases.db")) as db:
        add(db, MANY)
        yield db


def assert_whole(db: Database) -> None:
    """Hold the index to what it is when it is made anew, here."""
    found = Index(db).fingerprint()
    with db.write("anew"):
        Index(db).make_anew()
    assert Index(db).fingerprint() == found


def asked_of(monkeypatch: pytest.MonkeyPatch, hear: Callable[[Beside], None]) -> None:
    """Have something done before each question to the process."""
    true = Beside.ask

    def ask(self: Beside, work: str, given: object) -> object:
        hear(self)
        return true(self, work, given)

    monkeypatch.setattr(Beside, "ask", ask)


def test_what_is_worked_out_beside_is_what_it_is_here(
    waiting: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces: list[Beside] = []
    asked_of(monkeypatch, pieces.append)
    assert Index(waiting).follow()
    assert len(pieces) >= len(MANY) // PIECE
    assert pieces[0]._process.poll() is not None
    assert Index(waiting).waiting() == 0
    assert_whole(waiting)


def test_a_text_that_is_another_by_now_is_indexed_as_it_is(waiting: Database) -> None:
    """Those that come next are read, and worked out, before they are written."""
    changed = iter([30, 50])

    def change(done: int, total: int) -> None:
        for id_ in (next(changed, 0), len(MANY)):
            with waiting.write("meanwhile"):
                waiting.run("UPDATE cases SET folded = folded || ?, title = '枪' WHERE id = ?",
                            f" 又{done}", id_)  # fmt: skip

    assert Index(waiting).follow(change)
    assert Index(waiting).follow()
    assert_whole(waiting)


def test_where_the_process_ends_the_rest_is_done_here(
    waiting: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0

    def kill(process: Beside) -> None:
        nonlocal count
        count += 1
        if count == 2 * CHUNK // PIECE:
            process._process.kill()

    asked_of(monkeypatch, kill)
    assert Index(waiting).follow()
    assert Index(waiting).waiting() == 0
    assert_whole(waiting)


def test_few_texts_are_done_here(waiting: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_of(monkeypatch, lambda process: pytest.fail("it is not worth a process"))
    monkeypatch.setattr(index, "CHUNK", len(MANY))
    assert Index(waiting).follow()
    assert_whole(waiting)
