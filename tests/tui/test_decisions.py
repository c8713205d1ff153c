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


@pytest.mark.parametrize("size", SIZES)
async def test_values_are_gone_to_by_their_numbers_and_by_arrows(
    world: World, size: tuple[int, int]
) -> None:
    """They stand beside each other and are numbered: whoever presses what he sees gets there."""
    async with driven(world, size) as ui:
        await ui.press("d")
        screen = ui.bench.screen
        assert isinstance(screen, DecisionsScreen)
        for key, index in (("right", 1), ("left", 0), ("2", 1), ("3", 1), ("１", 0), ("left", 0)):
            await ui.press(key)
            assert screen.view.cursor == index, key
        assert len(world.desk.decisions()) == 1
        await ui.press("2", "enter")
        await ui.until(lambda: not world.desk.decisions(), "the decision")
        assert world.desk.summaries([world.cases[-2]])[0].title == THEIRS


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


LONG = "\n".join(f"第{at}行：桩在夜间离线" for at in range(30))


def disagree(world: World, field: str, *texts: str) -> str:
    """Let both write into a field of one case without seeing each other; returns the case."""
    case = world.cases[3]
    world.desk.edit_field(case, field, LONG)
    seen = world.desk.case(case).seen[field]
    for desk, text in zip((world.desk, world.other), texts, strict=True):
        desk.edit_field(case, field, text, seen=seen)
    return case


@pytest.mark.parametrize("size", SIZES)
async def test_long_values_can_be_read_whole(world: World, size: tuple[int, int]) -> None:
    case = disagree(world, "problem", LONG + "\n甲的最后一行", "乙的第一行\n" + LONG)
    async with driven(world, size) as ui:
        await ui.go_to(case)
        await ui.press("d")
        await ui.shows("林工")
        met = ""
        for _ in range(12):
            met += ui.text
            await ui.press("pagedown")
        assert all(f"第{at}行：桩在夜间离线" in met for at in range(30))
        assert "甲的最后一行" in met
        assert "乙的第一行" in met
        assert f"▸ {2 if size[0] == 60 else 1} " in ui.text.splitlines()[-1]


async def test_a_third_value_begins_with_what_both_wrote(world: World) -> None:
    case = disagree(world, "problem", LONG + "\n甲的最后一行", "乙的第一行\n" + LONG)
    async with driven(world) as ui:
        await ui.go_to(case)
        await ui.press("d", "e")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        assert isinstance(ui.bench.screen, EditorScreen)
        assert ui.bench.screen.editor.text == f"乙的第一行\n{LONG}\n甲的最后一行"
        await ui.press("ctrl+s")
        await ui.until(lambda: not world.desk.decisions(case), "the decision")
        assert world.desk.summaries([case])[0].problem == f"乙的第一行\n{LONG}\n甲的最后一行"
        await ui.press("u")
        assert len(world.desk.decisions(case)) == 1


async def test_a_third_value_that_was_left_still_decides(world: World) -> None:
    """The draft has seen all values; and the same key goes on with it."""
    case = disagree(world, "title", "导航错误", "坐标错误")
    async with driven(world) as ui:
        await ui.go_to(case)
        await ui.press("d", "e")
        await ui.shows("was written by both")
        await ui.press("x", "escape")
        if isinstance(ui.bench.screen, EditorScreen):
            # So soon after typing, the first one was meant for the input method.
            await ui.press("escape")
        await ui.until(lambda: isinstance(ui.bench.screen, DecisionsScreen), "the decisions")
        await ui.press("f4")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        await ui.shows("导航错误 / 坐标错误x")
        (draft,) = world.desk.drafts(case)
        world.desk.finish_draft(draft.id, "导航与坐标错误")
        assert not world.desk.decisions(case)
        assert world.desk.summaries([case])[0].title == "导航与坐标错误"


async def test_several_decisions_are_gone_through_in_their_list(world: World) -> None:
    disagree(world, "title", "导航错误", "坐标错误")
    async with driven(world) as ui:
        ui.bench.open(DecisionsScreen())
        await ui.shows("nova#3")
        await ui.press("tab", "down", "tab")
        await ui.shows("坐标错误：导航")
        await ui.press("tab", "home", "tab", "end")
        assert "▸ 2 周凯" in ui.text.splitlines()[-1]
        await ui.press("home", "enter")
        await ui.until(lambda: len(world.desk.decisions()) == 1, "one decided")


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


@pytest.mark.parametrize("size", SIZES)
async def test_the_reason_of_a_hold_stands_below_it(world: World, size: tuple[int, int]) -> None:
    case = world.cases[0]
    seen = world.desk.case(case).seen["status"]
    world.desk.status([case], "on_hold", until="2030-01-31", why="等配件", seen={case: seen})
    world.other.status([case], "in_progress", seen={case: seen})
    async with driven(world, size) as ui:
        await ui.go_to(case)
        await ui.press("d")
        await ui.shows("等配件")
        shown = ui.text.splitlines()
        (value,) = [at for at, line in enumerate(shown) if "On hold" in line]
        assert "until" in shown[value + 1]
        assert "等配件" in shown[value + 1]


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
