"""The files of a case on the screen: listed, shown if they are pictures, handed to the system."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.tui.driving import Driven, driven
from tests.tui.stage import World
from workbench.config import load
from workbench.desk.attaching import given_file
from workbench.tui import pictures
from workbench.tui.screens.files import FilesScreen


def attach(world: World, tmp_path: Path, name: str, content: bytes | Image.Image) -> None:
    """Attach a file to the first case."""
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content.save(path)
    world.desk.attach(world.cases[0], given_file(path, name, 10**6))


async def listed(ui: Driven, world: World) -> FilesScreen:
    """Open the list of the first case's files."""
    await ui.read(world.cases[0])
    await ui.press("f")
    await ui.until(lambda: isinstance(ui.bench.screen, FilesScreen), "the files")
    screen = ui.bench.screen
    assert isinstance(screen, FilesScreen)
    return screen


async def test_a_case_without_files_says_so(world: World) -> None:
    async with driven(world) as ui:
        await listed(ui, world)
        await ui.shows("This case has no files.")
        await ui.press("enter", "escape")
        await ui.until(lambda: ui.bench.screen is ui.bench.main, "the thread")


async def test_a_picture_is_shown_below_the_list(world: World, tmp_path: Path) -> None:
    attach(world, tmp_path, "现场.png", Image.new("RGB", (3000, 1000), "#c04040"))
    attach(world, tmp_path, "坏的.png", b"\x89PNG no picture")
    attach(world, tmp_path, "log.txt", b"text")
    async with driven(world) as ui:
        screen = await listed(ui, world)
        await ui.shows("现场.png")
        await ui.until(lambda: screen.query("#picture Image"), "the picture")
        await ui.press("down")
        await ui.shows("can't be read as a picture")
        assert not screen.query("#picture Image")
        await ui.press("down")
        await ui.until(lambda: not screen.query_one("#picture").display, "no room for a picture")


async def test_without_the_extra_it_is_said_how_to_get_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "is_there", lambda: False)
    attach(world, tmp_path, "现场.png", Image.new("RGB", (4, 4)))
    async with driven(world) as ui:
        await listed(ui, world)
        await ui.shows("uv tool install")


async def test_enter_hands_a_file_to_a_program(world: World, tmp_path: Path) -> None:
    attach(world, tmp_path, "log.txt", "桩日志".encode())
    script, told = tmp_path / "opener.py", tmp_path / "told"
    script.write_text(
        "import sys, pathlib\n"
        f"pathlib.Path({str(told)!r} + '.new').write_bytes(open(sys.argv[1], 'rb').read())\n"
        f"pathlib.Path({str(told)!r} + '.new').rename({str(told)!r})\n"
    )
    own = tmp_path / "config.toml"
    own.write_text(f"opener = {json.dumps(f'{sys.executable} {script}')}\n", encoding="utf-8")
    async with driven(world, config=load(own, {})) as ui:
        await listed(ui, world)
        await ui.press("enter")
        await ui.shows("Opened: log.txt")
        await ui.until(told.exists, "the program to be done")
        assert told.read_bytes() == "桩日志".encode()
    own.write_text('opener = "no-such-opener"\n', encoding="utf-8")
    async with driven(world, config=load(own, {})) as ui:
        await listed(ui, world)
        await ui.press("enter")
        await ui.shows("no-such-opener")


def test_a_picture_of_very_many_pixels_is_not_unpacked(tmp_path: Path) -> None:
    Image.new("1", (10_000, 6_000)).save(tmp_path / "large.png")
    with pytest.raises(pictures.BadInput, match="10000×6000"):
        pictures.unpack(tmp_path / "large.png")
    Image.new("1", (4_000, 100)).save(tmp_path / "long.png")
    assert pictures.unpack(tmp_path / "long.png").size == (1600, 40)
