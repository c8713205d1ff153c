"""The settings screen: what is changed there is written by ``config set``, and shown at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.driving import SIZES, Driven, driven
from tests.tui.stage import COLLEAGUE, World
from widgets.ask_line import AskLine
from workbench.commands import COMMANDS
from workbench.config import Config, load
from workbench.tui.screens.ask import AskScreen
from workbench.tui.screens.settings import FIRST, KeysScreen, SettingsScreen


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Return the settings of somebody who has set nothing yet."""
    return load(tmp_path / "config.toml", {"LANG": "C"})


async def change(ui: Driven, name: str, text: str | None = None) -> None:
    """Open the settings if they aren't, and begin to change one; answer with ``text``."""
    if not isinstance(ui.bench.screen, SettingsScreen):
        await ui.press("f10")
    screen = ui.bench.screen
    assert isinstance(screen, SettingsScreen)
    screen.lines.highlighted = FIRST.index(name)
    await ui.press("enter")
    await ui.until(lambda: ui.bench.screen is not screen, "the question")
    if text is not None:
        if isinstance(ui.bench.screen, AskScreen):
            ui.bench.screen.query_one(AskLine).value = ""
        await ui.put(text)
        await ui.press("enter")


async def answer(ui: Driven, text: str) -> None:
    """Change the keys of opening a case."""
    screen = ui.bench.screen
    assert isinstance(screen, KeysScreen)
    screen.lines.highlighted = [act.id for act in COMMANDS].index("open")
    await ui.press("e")
    await ui.until(lambda: isinstance(ui.bench.screen, AskScreen), "the question")
    ui.bench.screen.query_one(AskLine).value = ""
    await ui.put(text)
    await ui.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_every_setting_is_listed_with_its_value(
    world: World, config: Config, size: tuple[int, int]
) -> None:
    async with driven(world, size, config) as ui:
        await ui.press("comma")
        for words in ("Language", "Colours", "Your name", "Sync, minutes", "Slow line"):
            await ui.shows(words)
        await ui.press("end")
        await ui.shows("as delivered")


async def test_the_language_changes_on_all_that_is_open(world: World, config: Config) -> None:
    async with driven(world, (120, 40), config) as ui:
        await ui.shows("to triage")
        await change(ui, "lang")
        await ui.press("down", "enter")
        # screen below, settings, footer: nothing English is left
        for words in ("待处理", "语言", "案件", "打开", "离开"):
            await ui.shows(words)
        await ui.press("escape")
        for words in ("to triage", "Status", "Reply", "Open", "Problem", "entries", "16 cases"):
            assert words not in ui.text
        await ui.press("question_mark")
        await ui.shows("在案件列表")
        await ui.press("escape", "ctrl+p")
        await ui.shows("全部操作")
        await ui.press("escape")
        await change(ui, "lang", "English")
        await ui.press("escape")
        await ui.shows("to triage")
        assert "处理中" not in ui.text
    assert load(config.own.path, {}).get("lang") == "en"


async def test_an_open_thread_and_what_is_opened_next_follow_the_language(
    world: World, config: Config
) -> None:
    async with driven(world, (80, 24), config) as ui:
        await ui.go_to(world.cases[-1])
        await ui.press("enter")
        await ui.shows("Reply")
        await change(ui, "lang", "中文")
        await ui.press("escape")
        for words in ("问题", "处理中", "回复", "等待：", "待处理"):
            await ui.shows(words)
        for words in ("Problem", "In progress", "Reply", "waits", "to triage", "entered"):
            assert words not in ui.text
        await ui.press("colon")
        await ui.shows("下一个未读")
        assert "Next unread" not in ui.text
        await ui.press("escape", "r")
        await ui.shows("保存")
        assert "Save" not in ui.text


async def test_who_acts_changes_at_once(world: World, config: Config) -> None:
    async with driven(world, (120, 40), config) as ui:
        main = ui.bench.main
        mine = next(view.query for view in world.desk.views() if view.name == "mine")
        await change(ui, "author", COLLEAGUE)
        await ui.press("escape")
        count = len(list(world.other.list(mine)))

        def is_counted() -> bool:
            return any(tab.id == "mine" and tab.number == count for tab in main.views.tabs)

        await ui.until(lambda: main.views.is_exact and is_counted(), "the cases of the other")
        await ui.press("slash")
        await ui.put("is:mine")
        ids = {summary.id for summary in world.other.list("is:mine")}
        await ui.until(lambda: set(main.browser.ids) == ids, "these in the list")
        await ui.press("escape", "escape", "i")
        await ui.until(lambda: f"+ {COLLEAGUE}" in ui.text, "the new name as an engineer")
        assert main.desk.history(main.browser.ids[0])[-1].author == COLLEAGUE
    assert load(config.own.path, {}).author == COLLEAGUE


async def test_colours_change_at_once_and_textuals_own_are_there(
    world: World, config: Config
) -> None:
    async with driven(world, config=config) as ui:
        dark = ui.bench.current_theme.background
        await change(ui, "theme", "light")
        await ui.until(lambda: not ui.bench.current_theme.dark, "the light theme")
        assert ui.bench.current_theme.background != dark
        await change(ui, "theme", "nord")
        await ui.until(lambda: ui.bench.theme == "nord", "a theme of Textual's")
        await ui.press("escape", "enter")
        await ui.shows("导航到了马路对面")
    assert load(config.own.path, {}).theme == "nord"


async def test_what_can_not_be_is_said_and_nothing_written(world: World, config: Config) -> None:
    async with driven(world, (120, 40), config) as ui:
        await change(ui, "sync_minutes", "often")
        await ui.shows("a whole number")
        await ui.press("escape", "escape")
        await change(ui, "sync_minutes", "15")
        await ui.until(lambda: ui.bench.config.sync_minutes == 15, "the minutes")
    assert load(config.own.path, {}).sync_minutes == 15


async def test_what_the_own_file_says_is_not_written_over(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    own.write_text('# mine\ntheme = "light"\n', encoding="utf-8")
    async with driven(world, (120, 40), load(own, {})) as ui:
        await ui.press("f10")
        await ui.shows("as your own file says, line 2")
        await ui.press("j", "enter")
        await ui.is_told("line 2, and that file is yours")  # at once, not after the choice
        assert isinstance(ui.bench.screen, SettingsScreen)
        assert not ui.bench.current_theme.dark
    assert own.read_text(encoding="utf-8") == '# mine\ntheme = "light"\n'


async def test_an_option_is_told_that_it_wins_again(world: World, tmp_path: Path) -> None:
    config = load(tmp_path / "config.toml", {"WORKBENCH_LANG": "en"})
    async with driven(world, (120, 40), config) as ui:
        await change(ui, "lang", "中文")
        await ui.shows("WORKBENCH_LANG")
        await ui.shows("语言")


async def test_keys_are_changed_and_clashes_refused(world: World, config: Config) -> None:
    async with driven(world, (120, 40), config) as ui:
        await ui.press("f10", "end", "enter")
        await ui.shows("Delete: as delivered")
        await answer(ui, "v")
        await ui.shows("would do both")
        await ui.press("escape")
        await answer(ui, "enter f11")
        await ui.until(lambda: ui.bench.keys.act("list", "f11") == "open", "the new key")
        await ui.press("escape", "escape", "f11")
        await ui.until(lambda: ui.bench.main.place == "thread", "the thread")
    assert load(config.own.path, {}).keymap()["open"] == ("enter", "f11")


async def test_the_thread_moves_at_once(world: World, config: Config) -> None:
    async with driven(world, (120, 40), config) as ui:
        assert ui.bench.main.layout_now == "below"
        await change(ui, "preview", "beside")
        await ui.until(lambda: ui.bench.main.layout_now == "beside", "the thread beside")


async def test_of_a_slow_line_nothing_blinks(world: World, tmp_path: Path) -> None:
    config = load(tmp_path / "config.toml", {"SSH_CONNECTION": "1 2 3 4"})
    async with driven(world, config=config) as ui:
        await ui.press("slash")
        await ui.until(lambda: ui.bench.main.place == "filter", "the filter line")
        assert not ui.bench.main.filter_line.cursor_blink
        await ui.press("escape", "a")
        await ui.until(lambda: ui.bench.screen is not ui.bench.main, "the editor")
        assert not ui.bench.focused.cursor_blink  # type: ignore[union-attr]


async def test_it_may_be_all_that_is_opened(world: World, config: Config) -> None:
    """``workbench config`` gives the shell back when the screen is left."""
    from workbench.tui.application import Workbench

    bench = Workbench(world.desk, config, clock=world.clock, begin="settings")
    async with bench.run_test(size=(80, 24)) as pilot:
        while not isinstance(bench.screen, SettingsScreen):
            await pilot.pause()
        await pilot.press("escape")
        while bench.is_running:
            await pilot.pause()
    assert bench.return_code == 0
