"""Contents beside the database: whole under their hash, or not there."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from workbench.local import points, process
from workbench.local.blobs import PIECE, Blob, Blobs, TooLarge
from workbench.local.database import Database

DATA = bytes(range(256)) * (5 * PIECE // 256) + "两台桩离线".encode()
NAME = sha256(DATA).hexdigest()
WANTED = Blob(NAME, len(DATA))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(tmp_path / "cases.db")
    yield found
    found.close()


@pytest.fixture
def blobs(database: Database) -> Blobs:
    return Blobs(database)


def content(blobs: Blobs) -> bytes | None:
    file = blobs.open(NAME)
    if file is None:
        return None
    with file:
        return file.read()


def files(blobs: Blobs) -> list[str]:
    return sorted(path.name for path in blobs.folder.rglob("*") if path.is_file())


def test_what_is_kept_comes_back(blobs: Blobs) -> None:
    assert content(blobs) is None
    assert blobs.keep([DATA[:5], b"", DATA[5:]], len(DATA)) == WANTED
    assert content(blobs) == DATA
    assert blobs.keep([DATA], len(DATA)) == WANTED
    assert files(blobs) == [NAME]


def test_an_empty_content_is_one_too(blobs: Blobs) -> None:
    empty = blobs.keep([], 0)
    assert empty == Blob(sha256().hexdigest(), 0)
    file = blobs.open(empty.sha256)
    assert file is not None
    file.close()


def test_what_is_too_large_leaves_nothing(blobs: Blobs) -> None:
    with pytest.raises(TooLarge):
        blobs.keep([DATA], len(DATA) - 1)
    assert files(blobs) == []


def test_a_damaged_content_counts_as_missing_and_is_laid_aside(blobs: Blobs) -> None:
    blobs.keep([DATA], len(DATA))
    blobs.path(NAME).write_bytes(DATA[:-1])
    assert blobs.check() == 1
    assert content(blobs) is None
    assert files(blobs) == [f"{NAME}.damaged"]
    assert blobs.check() == 0
    blobs.keep([DATA], len(DATA))
    assert content(blobs) == DATA


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME.upper(), NAME[:-1], NAME + "0"])
def test_only_a_hash_becomes_a_path(blobs: Blobs, name: str) -> None:
    with pytest.raises(ValueError, match="no sha256"):
        blobs.path(name)


def test_what_lies_in_the_folder_is_what_is_known(blobs: Blobs, database: Database) -> None:
    assert blobs.look() == 0
    blobs.keep([DATA], len(DATA))
    blobs.keep([b"other"], 5)
    assert blobs.look() == 0
    with database.write("test"):
        database.run("DELETE FROM blob WHERE sha256 = ?", NAME)
    assert blobs.look() == 0
    rows = database.rows("SELECT * FROM blob WHERE sha256 = ?", NAME)
    assert [Blob(*row) for row in rows] == [WANTED]
    blobs.path(NAME).unlink()
    assert blobs.look() == 1
    assert database.value("SELECT count(*) FROM blob") == 1


# --- fetching -----------------------------------------------------------------------------------


class Cut(Exception):
    pass


class Source:
    """A content that is read in pieces, and may be cut off or be another."""

    def __init__(self, data: bytes = DATA, cut_after: int | None = None) -> None:
        self.data = data
        self.cut_after = cut_after
        self.given = 0

    def __call__(self, start: int) -> Iterable[bytes]:
        for place in range(start, len(self.data), PIECE):
            if self.cut_after is not None and self.given >= self.cut_after:
                raise Cut
            piece = self.data[place : place + PIECE]
            self.given += len(piece)
            yield piece


def test_a_cut_fetch_goes_on_where_it_was(blobs: Blobs) -> None:
    first, second = Source(cut_after=3 * PIECE), Source()
    with pytest.raises(Cut):
        blobs.receive(WANTED, first)
    assert content(blobs) is None
    assert blobs.receive(WANTED, second)
    assert second.given == len(DATA) - 3 * PIECE
    assert content(blobs) == DATA
    assert files(blobs) == [NAME]


def test_what_is_another_content_is_refused(blobs: Blobs) -> None:
    for wrong in (b"", DATA[:-1], DATA + b"!", b"?" * len(DATA)):
        assert not blobs.receive(WANTED, Source(wrong))
        assert files(blobs) == []
    assert blobs.receive(WANTED, Source())


def test_a_beginning_that_was_another_content_is_fetched_anew(blobs: Blobs) -> None:
    blobs.folder.mkdir()
    (blobs.folder / f".part-{NAME}").write_bytes(b"?" * 2 * PIECE)
    source = Source()
    assert blobs.receive(WANTED, source)
    assert source.given == len(DATA) - 2 * PIECE + len(DATA)
    assert content(blobs) == DATA


# --- stopped at any point -----------------------------------------------------------------------


def write_and_die(path: Path, fetch: bool, kill_at: str, passed: Path) -> None:
    log = passed.open("a", encoding="utf-8", buffering=1)

    def hook(point: str) -> None:
        log.write(point + "\n")
        if point == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    points.hook = hook
    blobs = Blobs(Database(path))
    if fetch:
        blobs.receive(WANTED, Source())
    else:
        blobs.keep([DATA], len(DATA))


POINTS = ("blob:before-fsync", "blob:before-rename", "blob:after-rename", "blob:before-commit")


@pytest.mark.parametrize("fetch", [False, True])
@pytest.mark.parametrize("point", POINTS)
def test_a_writer_may_be_killed_at_every_point(
    blobs: Blobs, database: Database, tmp_path: Path, point: str, fetch: bool
) -> None:
    passed = tmp_path / "passed"
    child = multiprocessing.get_context("spawn").Process(
        target=write_and_die, args=(database.path, fetch, point, passed)
    )
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert passed.read_text(encoding="utf-8").split()[-1] == point
    assert content(blobs) in (None, DATA)
    source = Source()
    assert blobs.receive(WANTED, source) if fetch else blobs.keep([DATA], len(DATA)) == WANTED
    assert content(blobs) == DATA
    assert files(blobs) == [NAME]


def test_what_a_living_process_writes_is_left_alone(blobs: Blobs) -> None:
    blobs.folder.mkdir()
    living = blobs.folder / f".tmp-{process.mark(os.getppid()).replace(':', '-')}"
    dead = blobs.folder / ".tmp-999999999-1"
    for path in (living, dead):
        path.write_bytes(b"half")
    blobs.keep([DATA], len(DATA))
    assert files(blobs) == sorted([living.name, NAME])
