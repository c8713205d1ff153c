"""The statistics on screen: bars of what the list shows, and the way from a bar to its cases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pytest

from tests.tui.driving import SIZES, driven
from tests.tui.stage import World
from widgets.plain import width
from workbench import language
from workbench.cases.statistics import AGES, OLDEST, UNKNOWN, Statistics
from workbench.colours import OF_SIXTEEN, contrast
from workbench.desk import Desk
from workbench.exchange.statisticspage import age_words, week_words
from workbench.tui.screens import statistics
from workbench.tui.screens.statistics import StatisticsScreen, sections, within
from workbench.tui.themes import theme


def test_every_bar_leads_to_as_many_cases_as_it_says(world: World) -> None:
    found = world.desk.statistics()
    bars = [bar for section in sections(found) for bar in section.bars]
    assert len(bars) > 20
    for bar in bars:
        assert bar.query is not None
        assert len(world.desk.find(bar.query).ids) == bar.numbers[0], bar
    for some in ("充电 OR 平台", "nova -status:resolved"):
        for section in sections(world.desk.statistics(some)):
            for bar in section.bars:
                assert bar.query is not None
                assert len(world.desk.find(within(some, bar.query)).ids) == bar.numbers[0], bar


def test_ages_become_days() -> None:
    ages = statistics._age
    today = date(2026, 3, 1)
    assert ages("<7d", today) == "-status:resolved opened:2026-02-23..2026-03-01"
    assert ages("7-29d", today) == "-status:resolved opened:2026-01-31..2026-02-22"
    assert ages(OLDEST, today) == "-status:resolved opened:..2025-03-01"
    assert ages(UNKNOWN, today) is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_bars_fit_and_are_told_apart_without_colours(
    world: World, size: tuple[int, int], lang: language.Lang
) -> None:
    language.setup(lang)
    async with driven(world, size) as ui:
        await ui.press("percent_sign")
        await ui.until(lambda: "█" in ui.text, "bars")
        screen = ui.bench.screen
        assert isinstance(screen, StatisticsScreen)
        await ui.press("end")
        for nth in range(screen.lines.option_count):
            prompt = str(screen.lines.get_option_at_index(nth).prompt)
            assert width(prompt) <= screen.lines.scrollable_content_region.width
        for cells in (*range(60, 81, 3), 99, 161, 200) if lang == "zh" and size == SIZES[0] else ():
            await ui.pilot.resize_terminal(cells, 20)
            await ui.pilot.pause()
            assert ui.bench.size.width == cells
            room = screen.lines.scrollable_content_region.width
            assert max(width(str(each.prompt)) for each in screen.lines.options) <= room
            drawn = [
                "".join(part.text for part in screen.lines.render_line(y)).rstrip()
                for y in range(screen.lines.size.height)
            ]
            assert not [line for line in drawn if line.endswith("…")]
        texts = [str(option.prompt) for option in screen.lines.options]
        assert any("█" in text and "▒" in text for text in texts)


def test_ages_and_weeks_are_told_in_words() -> None:
    names = [*dict(AGES), OLDEST, UNKNOWN]
    language.setup("zh")
    said = [age_words(name) for name in names]
    assert said[0] == "7 天内"
    assert not {"<", ">", "?", "d"} & set("".join(said))
    assert week_words("2026-W07") == "2026 年第 7 周"


@pytest.mark.parametrize("name", OF_SIXTEEN)
async def test_headings_and_bars_are_seen_with_sixteen_colours(world: World, name: str) -> None:
    async with driven(world, (80, 24)) as ui:
        ui.bench.register_theme(theme("few", OF_SIXTEEN[name]))
        ui.bench.theme = "few"
        await ui.press("percent_sign")
        await ui.until(lambda: "█" in ui.text, "bars")
        screen = ui.bench.screen
        assert isinstance(screen, StatisticsScreen)
        at = screen.lines.highlighted
        assert at is not None
        heading, bar = screen.lines.render_line(0), screen.lines.render_line(at)
        for text, style, _ in (*heading, *bar):
            if style is not None and text.strip():
                assert style.color is not None
                assert style.bgcolor is not None
                one, other = (c.get_truecolor().hex for c in (style.color, style.bgcolor))
                assert contrast(one, other) >= 2.4, text


async def test_a_bar_opens_the_list_of_its_cases_within_the_view(world: World) -> None:
    async with driven(world, (80, 24)) as ui:
        await ui.press("slash", *"nova", "enter")
        await ui.until(lambda: ui.bench.main.browser.query_text == "nova", "the filter")
        await ui.press("％")
        await ui.shows("10 cases")
        await ui.shows("Time to the first answer")
        screen = ui.bench.screen
        assert isinstance(screen, StatisticsScreen)
        await ui.until(lambda: screen.lines.highlighted is not None, "a bar under the cursor")
        await ui.press("j", "enter")
        await ui.until(lambda: ui.bench.screen is ui.bench.main, "the list")
        query = "nova status:in_progress"
        assert ui.bench.main.filter_line.value == query
        await ui.until(lambda: ui.bench.main.browser.query_text == query, "its cases")
        assert set(ui.bench.main.browser.ids) == set(world.desk.find(query).ids)
        assert ui.bench.main.place == "list"


async def test_what_another_writes_is_counted_too(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await ui.press("percent_sign")
        await ui.shows("│ 16 cases")
        await ui.until(lambda: "█" in ui.text, "bars")
        world.other.new("nova", "又一个")
        ui.bench.reread()
        await ui.shows("│ 17 cases")


async def test_counting_blocks_no_key_and_stops_when_the_screen_is_left(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    usual = statistics.count

    def slow(desk: Desk, query: str) -> Iterator[tuple[Statistics | None, str]]:
        begun.set()
        go_on.wait(20)
        yield from usual(desk, query)

    monkeypatch.setattr(statistics, "count", slow)
    async with driven(world, (80, 24)) as ui:
        await ui.press("percent_sign")
        await ui.shows("counting…")
        await ui.until(begun.is_set, "the thread at work")
        await ui.press("down", "enter")  # keys are answered while the thread counts
        await ui.shows("counting…")
        go_on.set()
        await ui.until(lambda: "█" in ui.text, "the bars")
        await ui.press("escape")
        await ui.until(lambda: ui.bench.screen is ui.bench.main, "the list")


async def test_a_mistaken_query_is_told(world: World) -> None:
    async with driven(world, (80, 24)) as ui:
        ui.bench.open(StatisticsScreen(ui.bench, "status:nobody"))
        await ui.shows("character 8")
