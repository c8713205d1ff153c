"""What the filter found, gone through in the thread; long entries folded and unfolded by keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.driving import driven
from tests.tui.stage import World
from tests.tui.test_longthread import long_world
from workbench import language
from workbench.config import load

LOG = "\n".join(f"10:12:{nth:02} 心跳超时" for nth in range(40))


@pytest.mark.parametrize(("down", "up"), [("]", "["), ("right", "left"), ("】", "【")])
async def test_hits_are_gone_through(world: World, down: str, up: str) -> None:
    case = world.cases[-1]
    world.desk.note(case, LOG + "\n10:13:00 校时成功", speaker="研发")
    world.desk.changed()
    async with driven(world, (80, 24)) as ui:
        thread = ui.bench.main.reader.thread
        await ui.press("slash", *"校时", "enter")
        await ui.until(lambda: ui.bench.main.browser.query_text == "校时", "the filter")
        await ui.read(case)
        await ui.press(down)
        first = thread.cursor_item
        assert first is not None
        assert "校时请求" in first.text
        await ui.press(down)
        await ui.shows("10:13:00 校时成功")  # unfolded, for what was looked for stands in it
        await ui.press("z")
        await ui.shows("29 more lines")
        await ui.press("z")
        await ui.hides("29 more lines")
        await ui.shows("hit 2/2")
        await ui.press(down)
        await ui.is_told("Past the last hit: the first again")
        await ui.shows("hit 1/2")
        assert thread.cursor_id == first.id
        await ui.press(up)
        await ui.is_told("Before the first hit: the last")
        await ui.press("home")
        await ui.shows("2 hits")
        await ui.press("escape", "escape")
        await ui.until(lambda: not ui.bench.main.browser.query_text, "no filter")
        await ui.read(case)
        await ui.hides("2 hits")


async def test_without_a_filter_it_is_said_how_to_find(world: World) -> None:
    async with driven(world, (80, 24)) as ui:
        await ui.read(world.cases[-1])
        await ui.press("]")
        await ui.is_told("Nothing is looked for: / finds words")


@pytest.mark.parametrize("key", ["z", "8", "f9", "８"])
async def test_a_long_entry_is_unfolded_by_a_key(world: World, key: str) -> None:
    language.setup("zh")
    case = world.cases[-1]
    entry = world.desk.note(case, LOG, speaker="研发").entry_id
    world.desk.changed()
    async with driven(world, (80, 24)) as ui:
        await ui.read(case)
        assert ui.bench.main.reader.thread.select(str(entry))
        await ui.shows("… 还有 28 行 (z)")
        await ui.press(key)
        await ui.hides("还有 28 行")
        world.other.note(case, "新的一条")
        ui.bench.reread()
        await ui.press("end", "home")
        await ui.hides("还有 28 行")  # what was unfolded stays so
        await ui.press("j")
        ui.bench.main.reader.thread.select(str(entry))
        await ui.press(key)
        await ui.shows("还有 28 行")


async def test_the_setting_shows_all(world: World, tmp_path: Path) -> None:
    case = world.cases[-1]
    entry = world.desk.note(case, LOG).entry_id
    world.desk.changed()
    own = tmp_path / "config.toml"
    load(own, {}).set("fold_lines", "0")
    async with driven(world, (80, 24), load(own, {})) as ui:
        await ui.read(case)
        ui.bench.main.reader.thread.select(str(entry))
        await ui.press("z")
        await ui.is_told("Nothing is folded here")
        assert "10:12:15" in ui.text
        load(own, {}).set("fold_lines", "5")
        await ui.shows("… 35 more lines")


async def test_in_a_long_thread_hits_are_looked_up_and_not_read(tmp_path: Path) -> None:
    with long_world(tmp_path / "cases.db") as world:
        (case,) = world.cases
        far = world.desk.case(case).entries[1500].id
        world.desk.note(case, "校时成功", reply_to=far)
        world.desk.note(case, "又校时成功")
        world.desk.changed()
        async with driven(world, (80, 24)) as ui:
            thread = ui.bench.main.reader.thread
            await ui.press("slash", *"校时成功", "enter")
            await ui.until(lambda: ui.bench.main.browser.query_text == "校时成功", "the filter")
            await ui.read(case)
            places = []
            for key, nth in (("]", 1), ("]", 2), ("[", 1), ("[", 2)):
                await ui.press(key)
                item = thread.cursor_item
                assert item is not None
                places.append(item.text)
                await ui.shows(f"hit {nth}/2")
            assert places == ["校时成功", "又校时成功", "校时成功", "又校时成功"]
            await ui.is_told("Before the first hit: the last")
            pages = thread._layout._pages
            assert sum(len(pages[page]) for page in pages.keys()) < 400  # noqa: SIM118
