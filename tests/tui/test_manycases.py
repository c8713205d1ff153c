"""A list of which only pages are held: it behaves as one that is known whole."""

from __future__ import annotations

import pytest

from tests.tui.driving import driven
from tests.tui.stage import World
from workbench.local import heldorder
from workbench.local.heldorder import Gathered, HeldOrder
from workbench.tui.screens import browser as browsing


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sixteen cases be many."""
    monkeypatch.setattr(browsing, "FEW_CASES", 3)
    monkeypatch.setattr(heldorder, "PAGE_ROWS", 4)
    monkeypatch.setattr(heldorder, "HELD_PAGES", 5)


async def test_both_ends_a_number_and_back(world: World) -> None:
    async with driven(world, (80, 12)) as ui:
        browser = ui.bench.main.browser
        order = list(world.desk.find().ids)
        assert isinstance(browser._order, HeldOrder)
        await ui.press("end")
        assert browser.cursor_id == order[-1]
        assert browser.cursor_index == 15
        await ui.press("home", "j", "j")
        assert browser.cursor_id == order[2]
        await ui.press("number_sign", *world.desk.key(order[9]), "enter")
        await ui.until(lambda: ui.bench.main.reader.case_id == order[9], "the case")
        await ui.press("escape")
        assert browser.cursor_index == 9
        await ui.press("pageup", "pageup", "pageup")
        assert browser.cursor_id == order[0]


async def test_a_row_that_changes_stays_and_others_come_above(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        browser = ui.bench.main.browser
        before = [row.id for row in browser._rows.rows(0, 16)]
        await ui.press("j", "j", "j", "1")
        await ui.shows("takes it back")
        assert browser.cursor_index == 3
        world.other.status([before[5]], "resolved")
        await ui.until(lambda: "✓ Resolved" in ui.text.splitlines()[8], "the other's change")
        assert [row.id for row in browser._rows.rows(0, 16)] == before
        await ui.press("g")
        new = world.other.new("nova", "written elsewhere")
        await ui.until(lambda: "↑1 new above" in ui.bench.main.bar.segments, "the hint")
        assert browser.cursor_id == before[0]
        assert "written elsewhere" not in ui.text
        await ui.press("home")
        await ui.shows("written elsewhere")
        assert browser.cursor_id == new
        assert "↑1 new above" not in ui.bench.main.bar.segments
        await ui.press("f5")
        assert [row.id for row in browser._rows.rows(0, 17)] == list(world.desk.find().ids)


async def test_a_view_that_an_index_has_is_counted_at_once(world: World) -> None:
    async with driven(world) as ui:
        browser = ui.bench.main.browser
        found = world.desk.find("status:unset,resolved project:nova").ids
        await ui.press("slash", *"status:unset,resolved project:nova", "enter")
        await ui.shows(f"{len(found)} of 16")
        assert isinstance(browser._order, HeldOrder)
        assert browser.ids == found
        await ui.press("ctrl+a")
        await ui.shows(f"{len(found)} marked")
        assert ui.bench.main.targets() == list(found)


async def test_what_no_index_has_is_gathered_by_the_thread(world: World) -> None:
    async with driven(world) as ui:
        browser = ui.bench.main.browser
        found = world.desk.find("充电").ids
        assert len(found) > 3
        await ui.press("slash", *"充电", "enter")
        await ui.shows(f"{len(found)} of 16")
        assert isinstance(browser._order, Gathered)
        assert browser.ids == found
        world.other.note(found[-1], "又来了")
        world.other.new("nova", "充电枪又坏了")
        await ui.shows(f"{len(found) + 1} of 17")
        assert list(browser.ids[1:]) == list(found)


async def test_a_case_that_leaves_the_view_makes_room_for_the_next(world: World) -> None:
    async with driven(world) as ui:
        browser = ui.bench.main.browser
        await ui.press("slash", *"status:unset", "enter", "j")
        await ui.until(lambda: browser.query_text == "status:unset", "the answer")
        first, second = browser.cursor_id, browser.ids[browser.cursor_index + 1]
        await ui.press("2")
        await ui.until(lambda: browser.cursor_id == second, "the next case")
        assert not browser.holds(str(first))
        await ui.press("u")
        await ui.until(lambda: browser.holds(str(first)), "it back")
