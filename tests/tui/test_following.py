"""The files of settings are written while the screen is open: it follows, or says why not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tui.driving import Driven, driven
from tests.tui.stage import World
from workbench import language
from workbench.config import Config, load

FOG = '[themes.fog]\ndark = false\nbackground = "{}"\n'


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return where a person's own settings stand, with a theme."""
    path = tmp_path / "config.toml"
    path.write_text('theme = "fog"\n' + FOG.format("#f0f1f4"), encoding="utf-8")
    return path


def write(path: Path, text: str) -> None:
    """Write a file as editors do: beside it, then in its place."""
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def ground(ui: Driven) -> str:
    """Return the colour that the list is painted on."""
    browser = ui.bench.main.browser
    colour = browser.render_line(3)._segments[-1].style.bgcolor  # type: ignore[union-attr]
    assert colour is not None
    assert colour.triplet is not None
    return colour.triplet.hex


async def test_a_theme_that_is_written_anew_is_painted(world: World, own: Path) -> None:
    async with driven(world, config=load(own, {})) as ui:
        await ui.until(lambda: ground(ui) == "#f0f1f4", "the theme")
        write(own, 'theme = "fog"\n' + FOG.format("#fff8e0"))
        await ui.until(lambda: ground(ui) == "#fff8e0", "its other colours")
        write(own, 'theme = "dark"\n')
        await ui.until(lambda: ui.bench.current_theme.dark, "another theme")


async def test_a_broken_file_is_told_once_and_what_held_holds(world: World, own: Path) -> None:
    async with driven(world, (120, 40), load(own, {})) as ui:
        write(own, 'theme = "fog"\n' + FOG.format("#f0f1f"))
        await ui.is_told("line 4: themes.fog: background")
        await ui.is_told("What held before holds on")
        assert ground(ui) == "#f0f1f4"
        told = len(ui.told)
        await ui.press("j", "k")
        ui.bench.settings_file.look()
        assert len(ui.told) == told
        write(own, 'theme = "fog\n')
        await ui.is_told("line 1")
        write(own, 'theme = "fog"\n' + FOG.format("#ffffe8"))
        await ui.until(lambda: ground(ui) == "#ffffe8", "the corrected colours")


async def test_language_columns_and_keys_follow_too(world: World, own: Path) -> None:
    async with driven(world, (120, 40), load(own, {"LANG": "C"})) as ui:
        await ui.shows("to triage")
        write(own, 'lang = "zh"\ncolumns = ["title", "tags"]\n[keys]\nopen = ["enter", "f11"]\n')
        await ui.shows("待处理")
        assert ui.text.splitlines()[2].split() == ["标题", "标签"]
        await ui.press("f11")
        await ui.until(lambda: ui.bench.main.place == "thread", "the thread")
        write(own, '[keys]\nopen = ["v"]\n')
        await ui.is_told("v")
        assert ui.bench.keys.act("list", "f11") == "open"
    language.setup("en")


async def test_what_an_option_says_stays(world: World, own: Path) -> None:
    config = load(own, {}, {"theme": "dark"})
    async with driven(world, (80, 24), config) as ui:
        write(own, 'theme = "light"\nstale_days = 3\n')
        await ui.until(lambda: ui.bench.config.stale_days == 3, "the other setting")
        assert ui.bench.current_theme.dark


async def test_a_file_half_written_is_not_read(world: World, own: Path) -> None:
    config = load(own, {})
    async with driven(world, (80, 24), config) as ui:
        write(own, "theme =")
        ui.bench.settings_file.look()
        write(own, 'theme = "dark"\n')
        ui.bench.settings_file.look()
        await ui.until(lambda: ui.bench.current_theme.dark, "the whole file")
        assert not ui.told


def test_no_file_is_no_change(tmp_path: Path) -> None:
    config = load(tmp_path / "config.toml", {})
    assert config.written() == (None, None)
    assert Config.default().written() == (None, None)
