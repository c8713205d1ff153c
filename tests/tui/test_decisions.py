"""Decisions: both values with their authors, what was before, and three ways to decide."""

from __future__ import annotations

import pytest

from tests.tui.driving import SIZES, driven
from tests.tui.stage import AUTHOR, COLLEAGUE, World
from workbench.tui.screens.decisions import DecisionsScreen
from workbench.tui.screens.editor import EditorScreen

MINE = "站点坐标偏移 2 公里，导航到马路对面"
THEIRS = "坐标错误：导航到了马路对面"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["d", "9"])
async def test_the_values_are_shown_with_who_wrote_them(
    world: World, size: tuple[int, int], key: str
) -> None:
    async with driven(world, size) as ui:
        await ui.press(key)
        await ui.shows(COLLEAGUE)
        assert AUTHOR in ui.text
        await ui.press("escape")
        assert ui.bench.screen is ui.bench.main


@pytest.mark.parametrize(("keys", "title"), [(["enter"], MINE), (["down", "space"], THEIRS)])
async def test_taking_a_value_decides(world: World, keys: list[str], title: str) -> None:
    async with driven(world, (120, 40)) as ui:
        await ui.press("d", *keys)
        await ui.until(lambda: not world.desk.decisions(), "the decision")
        assert world.desk.summaries([world.cases[-2]])[0].title == title
        await ui.until(lambda: ui.bench.screen is ui.bench.main, "the main screen")
        await ui.shows("Decided")
        await ui.press("u")
        assert len(world.desk.decisions()) == 1


@pytest.mark.parametrize("key", ["e", "f4"])
async def test_a_third_value_can_be_written(world: World, key: str) -> None:
    async with driven(world, (120, 40)) as ui:
        await ui.press("d", key)
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        assert isinstance(ui.bench.screen, EditorScreen)
        ui.bench.screen.editor.load("导航错误")
        await ui.press("ctrl+s")
        await ui.until(lambda: not world.desk.decisions(), "the decision")
        assert world.desk.summaries([world.cases[-2]])[0].title == "导航错误"
        assert not world.desk.drafts()


async def test_a_status_is_decided_by_its_word(world: World) -> None:
    case = world.cases[0]
    seen = world.desk.case(case).seen["status"]
    world.desk.status([case], "resolved", seen={case: seen})
    world.other.status([case], "in_progress", seen={case: seen})
    async with driven(world, (120, 40)) as ui:
        await ui.go_to(case)
        await ui.press("d")
        await ui.shows("Resolved")
        await ui.press("e", *"on hold", "enter")
        await ui.until(lambda: not world.desk.decisions(case), "the decision")
        assert ui.status(case) == "on_hold"


async def test_a_decision_made_elsewhere_is_seen(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await ui.press("d")
        await ui.until(lambda: isinstance(ui.bench.screen, DecisionsScreen), "the screen")
        world.other.decide(world.other.decisions()[0].id, choice=2)
        await ui.shows("Nothing waits for a decision")
        await ui.press("enter", "e", "escape")
        assert world.desk.summaries([world.cases[-2]])[0].title == THEIRS


async def test_nothing_to_decide_is_said(world: World) -> None:
    world.desk.decide(world.desk.decisions()[0].id, choice=1)
    async with driven(world) as ui:
        await ui.press("9")
        await ui.shows("Nothing waits for a decision")
