"""The cases of a page that is imported: few of them are in memory at a time."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from tests.benchmarks import data
from workbench.desk.imports import works
from workbench.desk.pageparts import AHEAD, PageCases
from workbench.exchange.labels import DEFAULT_SPEAKERS
from workbench.exchange.page import PageCase
from workbench.exchange.parted import PartedPage, read_parted
from workbench.exchange.reader import read_pages
from workbench.local.beside import Beside

MOST = 3
SOURCE = data.page(40)


class Elsewhere(Beside):
    """Reads what is asked of it at once, late, or never."""

    def __init__(self, begins: bool) -> None:
        self.begins = begins
        self.asked: list[Future[Any]] = []

    def ask(self, work: str, given: Any) -> Future[Any]:
        found: Future[Any] = Future()
        self.asked.append(found)
        if self.begins:
            found.set_running_or_notify_cancel()
            found.set_result(works()[work](given))
        return found


def parted() -> PartedPage:
    (page,) = read_parted(SOURCE, None, speakers=DEFAULT_SPEAKERS, project=None, most=MOST)
    return page


@pytest.mark.parametrize("beside", [None, Elsewhere(True), Elsewhere(False)])
def test_cases_come_one_part_after_the_other_and_go(beside: Elsewhere | None) -> None:
    (whole,) = read_pages(SOURCE, None)
    page = parted()
    held: list[int] = []
    read = page.read

    def counted(nth: int) -> Any:
        held.append(nth)
        return read(nth)

    page.read = counted
    ids = [str(nth) for nth in range(40)]
    cases = PageCases(page, ids, beside, heard=lambda ids: ids)
    found: list[PageCase] = []
    place = 0
    while place < len(cases):
        end = cases.part_end(place)
        assert end - place <= MOST
        assert cases.changes(place) == 0
        found += cases.some(place, end)
        cases.let_go(end)
        assert not cases._read
        assert len(cases._asked) < AHEAD
        place = end
    assert found == list(whole.cases)
    parts = len(page.parts)
    assert held == ([] if beside is not None and beside.begins else list(range(parts)))
    assert beside is None or len(beside.asked) == parts


def test_cases_that_are_made_beside_stay_there() -> None:
    """But for those of more entries than is usual, and those of which anything is here."""
    (whole,) = read_pages(SOURCE, None)
    page, most = parted(), 4
    ids = [str(nth) for nth in range(40)]
    cases = PageCases(page, ids, Elsewhere(True), lambda ids: {"3", "17"} & set(ids), most)
    usual = [len(case.entries) <= most for case in whole.cases]
    usual[3] = usual[17] = False
    assert [cases.changes(place) > 0 for place in range(40)] == usual
    assert {True, False} == set(usual)
    page.read = lambda nth: pytest.fail("it was read again")
    assert [cases[n] == case for n, case in enumerate(whole.cases) if not usual[n]]
    assert all(cases.beside(n) == (n // MOST, n % MOST) for n in range(40))


def test_what_is_told_of_a_part_is_told_once() -> None:
    (page,) = read_parted(
        b"= nova_case#1 =\n\xe7\x8a\xb6\xe6\x80\x81(\xe2\x98\x91): 5\n= x =\nlost\n" * 3,
        None,
        speakers=DEFAULT_SPEAKERS,
        project=None,
        most=1,
    )
    cases = PageCases(page, ["a", "b", "c"])
    assert cases[0].number == 1
    cases.read_all()
    told = [line.number for line in cases.unread_lines]
    cases.let_go(3)
    assert cases[0].first_line == 1
    assert told == [line.number for line in cases.unread_lines] == [3, 4, 7, 8, 11, 12]
