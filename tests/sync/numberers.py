"""Copies in processes of their own that make cases and have them numbered, all at once."""

from __future__ import annotations

from multiprocessing.synchronize import Barrier
from pathlib import Path

from workbench.desk import Desk


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
