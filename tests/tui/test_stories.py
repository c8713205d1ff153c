"""Days of an engineer, from end to end: one story each, by the keys that pass an input method."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events

from tests.tui.driving import Driven, driven
from tests.tui.stage import World, colleague
from workbench.tui.screens.decisions import DecisionsScreen
from workbench.tui.screens.editor import EditorScreen

HOUR = 3_600_000


async def types(ui: Driven, text: str, done: Callable[[], object], what: str) -> None:
    """Write a text as an input method hands it over, and wait for what comes of it."""
    ui.bench.post_message(events.Paste(text))
    await ui.until(done, what)


async def writes(ui: Driven, key: str, text: str) -> None:
    """Open the editor by a key, write and save."""
    await ui.press(key)
    await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
    screen = ui.bench.screen
    assert isinstance(screen, EditorScreen)
    await types(ui, text, lambda: text in screen.editor.text, "the text")
    await ui.press("f2")
    await ui.until(lambda: ui.bench.screen is ui.bench.main, "the editor closed")


async def syncs(ui: Driven, told: str) -> None:
    """Press the key that exchanges with the store, and wait for the sentence."""
    await ui.press("f5")
    await ui.shows(told)


async def test_a_morning(shared: World) -> None:
    """What came overnight is fetched, read, answered, put on hold, and told to the team."""
    world = shared
    with colleague(world) as other:
        case = world.cases[0]
        other.note(case, "夜里又停了一次，日志在附件", speaker="客户")
        new = other.new("nova", "新站上线，三台桩不在线")
        other.exchange("team")
        world.clock.now += HOUR
        async with driven(world, (120, 40)) as ui:
            await syncs(ui, "team: 0 sent")
            ui.bench.main.bar.clear_message()
            await ui.shows("↑1 new above")
            await ui.press("home")
            await ui.shows("新站上线")
            seen = set()
            while len(seen) < 2:
                await ui.press("4", "enter")
                await ui.until(lambda: ui.bench.main.place == "thread", "an unread thread")
                assert ui.bench.main.reader.case_id is not None
                seen.add(ui.bench.main.reader.case_id)
                await ui.press("escape")
            assert {case, new} & seen
            await ui.read(case)
            await writes(ui, "space", "请现场断电一分钟再试")
            await ui.press("1")
            await ui.until(lambda: ui.status(case) == "in_progress", "in progress")
            await ui.press("escape")
            await ui.go_to(new)
            await ui.press("f6", "f7")
            await ui.press(*"+3", "tab")
            ui.bench.post_message(events.Paste("等厂家排查"))
            await ui.press("enter")
            await ui.until(lambda: ui.status(new) == "on_hold", "on hold")
            await ui.press("2", "7")  # a slip, and taken back
            await ui.until(lambda: ui.status(new) == "on_hold", "on hold again")
            await syncs(ui, "team:")
            await ui.until(lambda: not world.desk.unsent("team"), "all sent")
        other.exchange("team")
        told = other.case(new).summary
        assert (told.status, told.status_why) == ("on_hold", "等厂家排查")
        assert world.desk.author in told.engineers
        assert other.case(case).entries[-1].text == "请现场断电一分钟再试"


async def test_on_site_without_network_and_after_the_trip(shared: World, tmp_path: Path) -> None:
    """Nothing written on site is lost, whatever ends the program; back home it meets the others."""
    world, share, away = shared, tmp_path / "share", tmp_path / "away"
    case, titled = world.cases[3], world.cases[5]
    share.rename(away)
    async with driven(world) as ui:
        await ui.read(case)
        await writes(ui, "space", "现场：二维码贴反，已重贴")
        await ui.press("f5")
        await ui.is_told("stays in the outbox")
        await ui.press("space")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        ui.bench.post_message(events.Paste("还差 2 号枪没有"))
        await ui.shows("2 号枪")
        await ui.press("ctrl+q")
    async with driven(world) as ui:  # the next morning, in the hotel
        await ui.read(case)
        await ui.press("space")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the draft")
        await ui.shows("还差 2 号枪没有")
        ui.bench.post_message(events.Paste("测"))
        await ui.shows("没有测")
        await ui.press("f2")
        await ui.until(lambda: ui.bench.screen is ui.bench.main, "the editor closed")
        world.desk.edit_field(titled, "title", "功率受限：车辆侧限制")
        await ui.press("dollar_sign")
        await ui.shows("Outbox")
        await ui.shows("changes unsent")
        await ui.press("escape")
    away.rename(share)
    with colleague(world) as other:
        other.edit_field(titled, "title", "功率受限：模块故障")
        other.exchange("team")
        async with driven(world, (120, 40)) as ui:  # home again
            await syncs(ui, "1 decision")
            await ui.read(titled)
            await ui.press("9")
            await ui.until(lambda: isinstance(ui.bench.screen, DecisionsScreen), "the decision")
            await ui.shows("模块故障")
            await ui.shows("车辆侧限制")
            await ui.press("space")
            await ui.until(lambda: not world.desk.decisions(titled), "it is decided")
            await ui.press("escape")
            await syncs(ui, "team:")
            await ui.until(lambda: not world.desk.unsent("team"), "all sent")
        other.exchange("team")
        words = [entry.text for entry in other.case(case).entries]
        assert words == ["现场：二维码贴反，已重贴", "还差 2 号枪没有测"]
        mine, theirs = world.desk.case(titled).summary, other.case(titled).summary
        assert mine.title == theirs.title
        assert not other.decisions(titled)


def run(world: World, *words: str) -> str:
    """Run a command in a process of its own, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "--db", str(world.path), "--lang", "zh", *words],
        env={**os.environ, "WORKBENCH_CONFIG": str(world.path.parent / "none.toml")},
        capture_output=True,
        check=True,
        text=True,
    )
    return done.stdout


@pytest.mark.parametrize("day", ["2026-02-27"])
async def test_a_weekly_report(world: World, day: str) -> None:
    """What was triaged on the screen stands in the week's report, and in the counts."""
    async with driven(world, (120, 40)) as ui:
        done = world.cases[-1]
        world.clock.now -= 2 * 24 * HOUR
        await ui.go_to(done)
        await ui.press("2")
        await ui.until(lambda: ui.status(done) == "resolved", "resolved")
    report = run(world, "report", "--week", day)
    key = world.desk.key(done)
    resolved = report.partition("已解决")[2]
    assert key in resolved or key.split("_")[0] in resolved
    counts = json.loads(run(world, "stats", "--json"))
    listed = json.loads(run(world, "list", "status:resolved", "--json"))
    assert done in [case["id"] for case in listed]
    assert counts["status"]["resolved"] == len(listed)
