"""Saved views as tabs: keys, clicks, counts that follow what is written, views of one's own."""

from __future__ import annotations

import pytest

from tests.tui.driving import Driven, driven
from tests.tui.stage import World
from workbench.cases.views import BUILT_IN
from workbench.tui import viewtabs


def tabs(ui: Driven) -> dict[str, int | None]:
    """Return the numbers on the tabs."""
    return {tab.label: tab.number for tab in ui.bench.main.views.tabs}


async def exact(ui: Driven) -> None:
    """Wait until all counts are of now, and what a query finds."""
    views = ui.bench.main.views
    await ui.until(lambda: views.is_exact, "the counts")
    for view in ui.desk.views():
        assert tabs(ui)[view.name] == len(ui.desk.find(view.query)), view


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
@pytest.mark.parametrize(
    ("there", "back"), [("]", "["), ("】", "【"), ("right", "left")], ids=["sign", "wide", "arrow"]
)
async def test_keys_go_through_the_views(
    world: World, size: tuple[int, int], there: str, back: str
) -> None:
    async with driven(world, size) as ui:
        main = ui.bench.main
        await exact(ui)
        for view in (*BUILT_IN[1:], BUILT_IN[0]):
            await ui.press(there)
            assert main.views.active == view.name
            assert main.filter_line.value == view.query
            assert tuple(main.browser.ids) == ui.desk.find(view.query).ids
            assert f"[{view.name} " in ui.text.splitlines()[0]
        await ui.press(back)
        assert main.views.active == BUILT_IN[-1].name
        assert main.place == "list"


async def test_a_tab_is_clicked(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await exact(ui)
        at = ui.text.splitlines()[0].index("on hold")
        await ui.pilot.click("#views", offset=(at, 0))
        await ui.until(lambda: ui.bench.main.views.active == "on hold", "the view")
        assert ui.bench.main.browser.ids == (world.cases[4],)


async def test_counts_follow_what_is_written_here_and_elsewhere(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await exact(ui)
        before = tabs(ui)
        await ui.go_to(world.cases[0])
        await ui.press("1")
        await ui.until(lambda: tabs(ui)["in progress"] != before["in progress"], "the count")
        await exact(ui)
        world.other.new("nova", "written elsewhere")
        await ui.until(lambda: tabs(ui)["all"] == 17, "the other's case")
        await exact(ui)
        await ui.read(world.cases[-1])
        await ui.until(lambda: tabs(ui)["unread"] != before["unread"], "the read mark")
        await exact(ui)


async def test_a_count_in_doubt_is_no_number(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await exact(ui)
        views = ui.bench.main.views
        views._finder.close()
        await ui.go_to(world.cases[0])
        await ui.press("1")
        await ui.until(lambda: set(tabs(ui).values()) == {None}, "no numbers")
        await ui.shows("all …")


async def test_after_a_slow_count_the_thread_rests(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewtabs, "SLOW_SECONDS", 0.0)
    monkeypatch.setattr(viewtabs, "REST", 1_000_000)
    async with driven(world, (120, 40)) as ui:
        await exact(ui)
        await ui.go_to(world.cases[0])
        await ui.press("1")
        await ui.until(lambda: set(tabs(ui).values()) == {None}, "no numbers")
        await ui.press("2")
        assert not ui.bench.main.views.is_exact


async def test_counts_begin_anew_with_the_day(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await exact(ui)
        stale = tabs(ui)["stale"]
        ui.bench.main.views.tick()
        assert ui.bench.main.views.is_exact
        world.clock.now += 20 * 86_400_000
        ui.bench.main.views.tick()
        assert not ui.bench.main.views.is_exact
        await ui.until(lambda: tabs(ui)["stale"] != stale, "the stale ones")


async def test_a_filter_becomes_a_view_and_goes(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await ui.press("slash", *"status:unset", "enter")
        await ui.until(lambda: ui.bench.main.browser.query_text == "status:unset", "the filter")
        assert ui.bench.main.views.active is None
        ui.bench.run_command("save_view")
        await ui.shows("Name of the view")
        await ui.press(*"Triage me", "enter")
        await ui.until(lambda: ui.bench.main.views.active == "Triage me", "the tab")
        await exact(ui)
        assert ui.desk.view("triage ME").query == "status:unset"
        await ui.press("]")
        assert ui.bench.main.views.active == "all"
        ui.bench.run_command("remove_view")
        await ui.shows("No view of your own is shown")
        await ui.press("[")
        ui.bench.run_command("remove_view")
        await ui.shows("Removed: Triage me")
        assert "Triage me" not in tabs(ui)
        assert ui.bench.main.filter_line.value == "status:unset"


async def test_a_name_that_is_taken_is_said(world: World) -> None:
    async with driven(world) as ui:
        ui.bench.run_command("save_view")
        await ui.shows("Name of the view")
        await ui.press(*"mine", "enter")
        await ui.shows("the program's own")


async def test_a_small_terminal_shows_rows_instead(world: World) -> None:
    async with driven(world, (80, 14)) as ui:
        assert ui.text.splitlines()[0].startswith(" /  filter")
        await ui.press("]")
        assert ui.bench.main.filter_line.value == BUILT_IN[1].query
        await ui.pilot.resize_terminal(80, 24)
        await ui.shows(f"[{BUILT_IN[1].name} ")


async def test_what_is_typed_behind_a_views_query_is_a_word_of_its_own(world: World) -> None:
    async with driven(world, (80, 24)) as ui:
        line = ui.bench.main.filter_line
        await ui.press("]")
        query = line.value
        assert " OR " in query
        await ui.press("slash")
        assert line.value == f"({query}) "
        assert ui.bench.main.views.active == BUILT_IN[1].name
        await ui.press(*"nova")
        assert line.value == f"({query}) nova"
        await ui.until(lambda: ui.bench.main.browser.query_text == f"({query}) nova", "the filter")
