"""The filter line completes fields and values, and takes no key away for it."""

from __future__ import annotations

from tests.tui.driving import Driven, driven
from tests.tui.stage import AUTHOR, COLLEAGUE, World


async def suggests(ui: Driven, text: str) -> None:
    """Wait until the line suggests a text."""
    line = ui.bench.main.filter_line
    await ui.until(lambda: line._suggestion == text, f"the suggestion {text!r}")


async def test_fields_and_values_are_completed_by_tab_and_right(world: World) -> None:
    async with driven(world, (80, 24)) as ui:
        main = ui.bench.main
        await ui.press("slash", *"stat")
        await suggests(ui, "status:")
        await ui.press("tab")
        assert (main.filter_line.value, main.place) == ("status:", "filter")
        await ui.shows("unset · in_progress · on_hold · resolved")
        await ui.press("o")
        await suggests(ui, "status:on_hold")
        await ui.press("right")
        await ui.until(lambda: main.browser.ids == (world.cases[4],), "the case")
        await ui.hides(" · ")
        assert main.filter_line.value == "status:on_hold"
        await ui.press("tab")
        assert main.place == "list"


async def test_names_come_from_the_file(world: World) -> None:
    world.other.assign([world.cases[0]], ["Lin Wei"])
    async with driven(world, (80, 24)) as ui:
        main = ui.bench.main
        await ui.press("slash", *"engineer:")
        await ui.shows(f"{COLLEAGUE} · {AUTHOR} · Lin Wei")
        await ui.press("l")
        await ui.until(lambda: main.filter_line.offer == "Lin Wei", "the name alone")
        await ui.press("home", "delete", "end", "escape")
        await ui.hides("Lin Wei")


async def test_tab_takes_a_name_by_the_initials_of_its_pinyin(world: World) -> None:
    async with driven(world, (80, 24)) as ui:
        main = ui.bench.main
        await ui.press("slash", *"engineer:zk")
        await ui.until(lambda: main.filter_line.offer == COLLEAGUE, "the name alone")
        await ui.press("tab")
        await ui.until(lambda: main.browser.ids == (world.cases[11], world.cases[5]), "the cases")
        assert (main.filter_line.value, main.place) == (f"engineer:{COLLEAGUE}", "filter")
        await ui.press("escape", "escape")
        await ui.go_to(world.cases[0])
        await ui.press("o", *"zk")
        await ui.hides(f"[ ] {AUTHOR}")
        await ui.press("enter")
        await ui.until(lambda: world.desk.case(world.cases[0]).summary.engineers, "an engineer")
        assert world.desk.case(world.cases[0]).summary.engineers == (COLLEAGUE,)


async def test_down_moves_the_list_and_a_mistake_is_still_said(world: World) -> None:
    async with driven(world, (80, 24)) as ui:
        main = ui.bench.main
        await ui.press("slash", *"-status:")
        await ui.shows("unset · in_progress")
        await ui.press("down", "down")
        assert main.browser.cursor_index == 2
        await ui.press("x")
        await ui.shows("has no value “x”")
        await ui.press("backspace")
        await ui.shows("unset · in_progress")
        await ui.press("escape")
        await ui.shows("a value is missing")
