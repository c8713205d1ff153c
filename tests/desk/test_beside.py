"""Several processes at one file: each gets its turn, nothing is lost and no half is seen."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, groupby
from pathlib import Path

import pytest

from tests.desk.stage import Copy, counts
from tests.pages import PageCase, PageEntry, page_source
from workbench.desk import Desk

BIG = PageCase(
    7,
    "20240607",
    "很长的案件",
    tuple(PageEntry(f"第{n}次巡检，一切正常", "YD") for n in range(2000)),
)
LONG = replace(BIG, entries=BIG.entries[:500])
SMALL = PageCase(1, "20240601", "桩离线", (PageEntry("甲", "YD"),))


class Other:
    """Another process, which waits to be told to begin."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.desk.beside", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            text=True,
        )

    def ready(self) -> None:
        """Wait until it can begin."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def begin(self) -> None:
        """Let it begin."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self) -> str:
        """Wait for its end and return what it said."""
        out, err = self.process.communicate(timeout=60)
        assert (self.process.returncode, err) == (0, "")
        return out


Others = Callable[..., list[Other]]


@pytest.fixture
def others(copy: Copy) -> Iterator[Others]:
    """Return what starts processes that do the same at the copy's file, all at once."""
    started: list[Other] = []

    def start(what: str, authors: tuple[str, ...], *words: str) -> list[Other]:
        made = [Other(what, str(copy.path), author, *words) for author in authors]
        started.extend(made)
        for other in made:
            other.ready()
        for other in made:
            other.begin()
        return made

    yield start
    for other in started:
        other.process.kill()
        other.process.communicate()


def test_a_big_case_is_not_seen_before_it_is_whole(copy: Copy) -> None:
    copy.plain(SMALL)
    other = copy.open("boris")
    seen: list[tuple[int, int]] = []

    def look(done: int, total: int) -> None:
        other.note(other.resolve("1"), f"zwischendurch {len(seen)}")
        seen.append((done, len(other.find())))

    report = copy.take(page_source((BIG, SMALL)).encode(), progress=look)
    assert counts(report) == (1, 0, 1, 2000)
    assert len(seen) > 10
    assert {found for done, found in seen if done == 0} == {1}
    assert seen[-1] == (2, 2)
    assert copy.texts(7) == [entry.text for entry in BIG.entries]
    assert len(copy.texts(1)) == 1 + len(seen)


def test_others_get_the_lock_while_a_big_page_is_read(copy: Copy, others: Others) -> None:
    """Their changes lie between those of the import, in many places.

    The import's clock goes by 20 ms at each look, so that it gives the lock away as often on a
    fast machine as on a slow one.
    """
    case = replace(LONG, entries=LONG.entries[:400])
    copy.plain(SMALL)
    began = copy.ops()
    moments = count(1_800_000_000_000, 20)
    with Desk.open(copy.path, "anna", clock=lambda: next(moments)) as desk:
        (other,) = others("notes until told", ("boris",), "1")
        desk.import_page(page_source((case,)).encode(), file_name="long.txt")
    other.begin()
    assert int(other.end()) == len(copy.texts(1)) - 1
    turns = [author for author, _ in groupby(body["a"] for body in copy.changes()[began:])]
    assert turns.count("boris") >= 5
    assert copy.texts(7) == [entry.text for entry in case.entries]


def test_two_that_read_one_page_at_once_make_one_of_it(
    copy: Copy, others: Others, tmp_path: Path
) -> None:
    page = tmp_path / "nova_9.txt"
    cases = [PageCase(n, "20240601", f"问题{n}", BIG.entries[:30]) for n in range(10, 18)]
    page.write_text(page_source((*cases, LONG)), encoding="utf-8")
    said = [other.end().split() for other in others("page", ("anna", "boris"), str(page))]
    assert [sum(map(int, words)) for words in said] == [9, 9]
    assert sum(int(words[0]) for words in said) >= 9
    assert len(copy.desk.find()) == 9
    assert copy.sql("SELECT count(*), min(complete) FROM page") == [(1, 1)]
    for case in (*cases, LONG):
        assert copy.texts(case.number) == [entry.text for entry in case.entries]


def test_writers_at_once_lose_nothing_and_decide_nothing(copy: Copy, others: Others) -> None:
    copy.plain(SMALL)
    notes = others("notes", ("anna", "boris"), "1", "40")
    statuses = others("status", ("anna", "carla"), "1", "40")
    for other in (*notes, *statuses):
        other.end()
    written = set(copy.texts())
    assert written == {"甲"} | {f"{a} {n}" for a in ("anna", "boris") for n in range(40)}
    assert copy.desk.decisions() == []
    assert copy.status() == "resolved"


def test_an_act_is_taken_back_by_one_of_them(copy: Copy, others: Others) -> None:
    copy.plain(SMALL)
    for nth in range(20):
        copy.desk.note(copy.id(), f"{nth}")
    done = [int(other.end()) for other in others("undo", ("anna", "boris"))]
    assert sum(done) == 21
    assert len(copy.desk.find()) == 0
    hidden = [body for body in copy.changes() if body["k"] == "hide"]
    assert len({body["u"] for body in hidden}) == len(hidden) == 21
