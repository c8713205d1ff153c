"""What the tests of numbers share, and copies in processes of their own that number at once."""

from __future__ import annotations

from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from tests.pages import PageCase, page_source
from tests.sync.team import Person
from workbench.desk import Desk

PAGE = page_source([PageCase(97, "20260611", "扫码失败"), PageCase(95, "20260601", "账单少一笔")])


def bring(person: Person) -> None:
    """Import a page whose highest number is 97."""
    person.desk.import_page(PAGE.encode(), file_name="nova_9.txt")


def summary(person: Person, case: str) -> Any:
    """Return a case as its list shows it."""
    return person.desk.case(case).summary


def make_and_push(path: Path, name: str, url: str, rounds: int, together: Barrier) -> None:
    """Make a case and sync, round by round, each beginning when all others do."""
    with Desk.open(path, name) as desk:
        desk.add_store("team", url)
        for nth in range(rounds):
            case = desk.new("nova", f"{name} {nth}")
            assert desk.case(case).summary.number is None
            together.wait(60)
            desk.exchange("team", pull=nth % 2 == 0)
            assert desk.case(case).summary.number is not None


def reserve(path: Path, name: str, url: str, count: int, together: Barrier) -> None:
    """Reserve numbers, when all others do."""
    with Desk.open(path, name) as desk:
        desk.add_store("team", url)
        together.wait(60)
        desk.reserve("nova", count)
