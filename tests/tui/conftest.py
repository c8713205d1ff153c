"""What the tests of the screens share: a filled file, a clock, a time zone, a language."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.stage import World, open_world
from workbench import language
from workbench.desk import Desk
from workbench.sync.folder import Folder


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
def database(tmp_path: Path) -> Path:
    """Return a file with two cases."""
    path = tmp_path / "cases.db"
    with Desk.open(path, "林工") as desk:
        desk.new("nova", "枪头无法解锁\n2 号桩")
        desk.new("nova", "扫码没有反应\n3 号桩")
    return path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return the file with its cases, and two open desks."""
    with open_world(tmp_path / "cases.db") as world:
        yield world


@pytest.fixture
def shared(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return the world with a store that holds all of it, and whose clock shows the same."""
    monkeypatch.setattr(Folder, "skew", lambda folder: None)
    world.desk.add_store("team", str(tmp_path / "share"))
    world.desk.init_store("team")
    world.desk.exchange("team")
    return world
