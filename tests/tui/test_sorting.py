"""The order of the list: chosen by keys or a click, shown, kept with its view."""

from __future__ import annotations

import pytest

from tests.tui.driving import Driven, driven
from tests.tui.stage import World
from workbench import language
from workbench.local.listing import SORTS
from workbench.tui.screens import browser as browsing
from workbench.tui.sorting import COLUMNS, by_column, sorted_by, turned


async def choose(ui: Driven, *typed: str, key: str = "b") -> None:
    """Open the list of orders, and take the first one that holds what is typed."""
    await ui.press(key)
    await ui.shows("Sort by")
    await ui.press(*typed, "enter")
    await ui.hides("Sort by")


def test_every_order_of_the_desk_has_a_column_and_can_be_turned_round() -> None:
    assert set(COLUMNS) == set(SORTS)
    for sort in SORTS:
        assert turned(turned(sort)) == sort
        assert sorted_by(turned(sort)) == (sorted_by(sort)[0], not sorted_by(sort)[1])
    assert by_column("key", "activity") == "number"
    assert by_column("key", "number") == "-number"
    assert by_column("title", "number") is None


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("many", [5000, 3])
@pytest.mark.parametrize("key", ["b", "ctrl+r"])
async def test_an_order_is_chosen_and_the_cursor_stays_on_its_case(
    world: World, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], many: int, key: str
) -> None:
    monkeypatch.setattr(browsing, "FEW_CASES", many)
    async with driven(world, size) as ui:
        browser, bar = ui.bench.main.browser, ui.bench.main.bar
        await ui.go_to(world.cases[6])
        for word, sort in (("number", "number"), ("engineer", "engineer"), ("day", "opened")):
            await choose(ui, *word, key=key)
            assert browser.ids == world.desk.find(sort=sort).ids
            assert browser.cursor_id == world.cases[6]
        assert "by day opened ▾" in bar.segments
        await choose(ui, key=key)  # the cursor begins on the order in force: Enter turns it round
        assert browser.ids == world.desk.find(sort="-opened").ids
        assert browser.cursor_id == world.cases[6]
        assert "by day opened ▴" in bar.segments
        ui.bench.run_command("turn_sort")
        assert browser.ids == world.desk.find(sort="opened").ids


async def test_a_view_that_no_index_has_in_an_order_is_sorted_by_the_thread(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browsing, "FEW_CASES", 3)
    async with driven(world, (120, 40)) as ui:
        browser = ui.bench.main.browser
        await ui.press("slash", *"status:unset", "enter")
        await ui.until(lambda: browser.query_text == "status:unset", "the filter")
        kept = browser.ids[-2]
        await ui.go_to(kept)
        await choose(ui, *"number")
        found = world.desk.find("status:unset", sort="number").ids
        await ui.until(lambda: browser.ids == found, "the other order")
        assert browser.cursor_id == kept
        assert browser.sorted_by == ("key", False)


async def test_each_view_keeps_its_order(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        browser = ui.bench.main.browser
        await choose(ui, *"number")
        await ui.press("]")
        assert browser.sorted_by == ("activity", True)
        await ui.press("[")
        assert browser.ids == world.desk.find(sort="number").ids
        await ui.press("slash", *"nova", "enter")
        await ui.until(lambda: browser.query_text == "nova", "the filter")
        assert browser.ids == world.desk.find("nova", sort="number").ids
        await choose(ui, *"engineer")
        await ui.press("escape")
        assert browser.ids == world.desk.find(sort="number").ids


async def test_a_click_on_a_column_s_name_sorts_by_it_and_another_turns_it_round(
    world: World,
) -> None:
    async with driven(world, (120, 40)) as ui:
        browser = ui.bench.main.browser
        header = next(line for line in ui.text.splitlines() if "Latest ▾" in line)
        at = header.index("Case")
        for sort, name in (("number", "Case ▴"), ("-number", "Case ▾")):
            await ui.pilot.click("#cases", offset=(at, 0))
            await ui.shows(name)
            assert browser.ids == world.desk.find(sort=sort).ids
        await ui.pilot.click("#cases", offset=(header.index("Title"), 0))
        assert browser.sort == "-number"


async def test_the_orders_have_chinese_words(world: World) -> None:
    language.setup("zh")
    async with driven(world, (80, 24)) as ui:
        await ui.press("b")
        await ui.shows("当前 最近动态 ▾：倒过来")
        await ui.press("down", "enter")
        await ui.shows("排序：编号 ▴")
        assert "案件 ▴" in ui.text
