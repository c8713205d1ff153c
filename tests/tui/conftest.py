"""What the tests of the screens share: a filled file, a clock, a time zone, a language."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tui.stage import COLLEAGUE, Clock, fill, open_desk
from workbench import language
from workbench.desk import Desk


@dataclass
class World:
    """A filled file with two people at it."""

    path: Path
    desk: Desk
    other: Desk
    clock: Clock
    cases: list[str]


@pytest.fixture(autouse=True)
def _same_everywhere() -> Iterator[None]:
    """Show times in one zone and words in English, whatever the machine's settings."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    language.setup("en")
    yield
    language.setup("en")
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return the file with its cases, and two open desks."""
    clock = Clock()
    path = tmp_path / "cases.db"
    with open_desk(path, clock) as desk, open_desk(path, clock, COLLEAGUE, "b") as other:
        cases = fill(desk, other, clock)
        desk.changed()
        yield World(path, desk, other, clock, cases)
