"""Keys are changed by pressing them; what can't work is told as the config's checks tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.driving import Driven, driven
from tests.tui.stage import World
from workbench.commands import COMMANDS
from workbench.config import load
from workbench.tui.screens.recorder import RecorderScreen
from workbench.tui.screens.settings import KeysScreen


async def record(ui: Driven, act: str) -> None:
    """Open the recorder for an act."""
    await ui.press("f10", "end", "enter")
    await ui.until(lambda: isinstance(ui.bench.screen, KeysScreen), "the keys")
    screen = ui.bench.screen
    assert isinstance(screen, KeysScreen)
    screen.lines.highlighted = [each.id for each in COMMANDS].index(act)
    await ui.press("enter")
    await ui.until(lambda: isinstance(ui.bench.screen, RecorderScreen), "the recorder")


async def leave(ui: Driven) -> None:
    """Leave for the list."""
    await ui.press("escape", "escape", "escape")
    await ui.until(lambda: ui.bench.screen is ui.bench.main, "the list")


async def test_a_key_that_is_pressed_is_added_and_pressed_again_taken_away(
    world: World, tmp_path: Path
) -> None:
    own = tmp_path / "config.toml"
    async with driven(world, (80, 24), load(own, {})) as ui:
        await record(ui, "statistics")
        await ui.press("f11", "ctrl+t")
        await ui.shows("%   F11   Ctrl+T")
        await ui.press("％")  # what an input method makes of it is the key beneath
        await ui.hides("%   F11")
        assert load(own, {}).keys["statistics"] == ("f11", "ctrl+t")
        await leave(ui)
        await ui.press("f11")
        await ui.shows("Time to the first answer")
        await ui.press("escape")
        await ui.press("percent_sign")
        assert ui.bench.screen is ui.bench.main


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("v", "would do both “Mark” (mark)"),
        ("ctrl+q", "would do both"),
        ("ctrl+c", "copies a selection"),
        ("ctrl+j", "is the same as"),
    ],
)
async def test_what_can_not_be_is_told_and_nothing_written(
    world: World, tmp_path: Path, key: str, told: str
) -> None:
    own = tmp_path / "config.toml"
    async with driven(world, (120, 40), load(own, {})) as ui:
        await record(ui, "statistics")
        await ui.press(key)
        await ui.shows(told)
        assert not load(own, {}).keys
        await ui.press("f11")
        await ui.hides(told)
        assert load(own, {}).keymap()["statistics"][:2] == ("percent_sign", "f11")


async def test_all_keys_may_go_and_come_back_as_delivered(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    async with driven(world, (80, 24), load(own, {})) as ui:
        await record(ui, "statistics")
        await ui.press("percent_sign")
        await ui.shows("only in the palette")
        await ui.press("escape")
        assert load(own, {}).keys["statistics"] == ()
        await ui.press("delete")
        await ui.until(lambda: not load(own, {}).keys, "nothing chosen")
        await ui.press("escape", "escape")
        assert ui.bench.keys.act("list", "percent_sign") == "statistics"


async def test_own_keys_come_back_only_where_nobody_took_them(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    config = load(own, {})
    config.set("keys.statistics", "f11")
    load(own, {}).set("keys.columns", "%")
    async with driven(world, (120, 40), load(own, {})) as ui:
        await record(ui, "statistics")
        await ui.press("escape", "delete")
        await ui.is_told("would do both")
        assert load(own, {}).keys["statistics"] == ("f11",)


async def test_what_the_own_file_says_stays(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    own.write_text('[keys]\nstatistics = ["f11"]\n', encoding="utf-8")
    async with driven(world, (120, 40), load(own, {})) as ui:
        await record(ui, "statistics")
        await ui.press("ctrl+t")
        await ui.shows("keys.statistics is set in")
        await ui.press("escape", "delete")
        await ui.is_told("line 2, and that file is yours alone")


async def test_keys_that_are_written_keep_their_names(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    async with driven(world, (120, 40), load(own, {})) as ui:
        await record(ui, "move_down")
        await ui.press("escape", "e", "space", *"f11", "enter")
        await ui.until(lambda: "move_down" in load(own, {}).keys, "the keys")
        assert load(own, {}).keys["move_down"] == ("j", "down", "f11")
