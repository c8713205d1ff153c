"""A day's triage with an input method on: letters never arrive, text comes in whole pieces."""

from __future__ import annotations

from textual import events

from tests.tui.driving import driven
from tests.tui.stage import World
from workbench.tui.screens.editor import EditorScreen


async def test_the_whole_loop_needs_no_letter(world: World) -> None:
    """Filter, open, read, status, note, next unread, hold, take, undo: by keys that pass."""
    async with driven(world, (120, 40)) as ui:
        main = ui.bench.main
        # filter, by what an input method commits
        await ui.press("f8")
        await ui.put("预约")
        await ui.until(lambda: len(main.browser.ids) == 1, "what was looked for")
        case = world.cases[-1]
        await ui.press("enter")
        await ui.until(lambda: main.place == "list", "the list")
        # open and read
        await ui.press("enter")
        await ui.until(lambda: main.place == "thread" and main.reader.case_id == case, "the thread")
        await ui.press("down", "down", "up", "pagedown", "pageup")
        # status, full-width as the input method makes it
        await ui.press("２")
        assert ui.status(case) == "resolved"
        await ui.press("7")
        assert ui.status(case) == "in_progress"
        # note
        await ui.press("space")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        await ui.put("现场已换网线，今晚再看。")
        await ui.press("f2")
        await ui.until(lambda: ui.bench.screen is main, "the note saved")
        assert world.desk.case(case).entries[-1].text == "现场已换网线，今晚再看。"
        # reply, then think better of it: the draft stays
        await ui.press("f3")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        await ui.put("稍等")
        await ui.press("escape", "escape")
        await ui.until(lambda: ui.bench.screen is main, "the thread")
        # back, all cases again, the next unread one
        await ui.press("escape", "escape")
        await ui.until(lambda: main.browser.query_text == "", "all cases")
        world.other.note(world.cases[0], "客户又来电话了。")
        ui.bench.reread()
        await ui.press("4")
        await ui.until(lambda: main.browser.cursor_id == world.cases[0], "the unread one")
        # a hold with a day and a reason, then taking the case, and a mark on two
        await ui.press("f7")
        await ui.shows("On hold until")
        await ui.put("+7")
        await ui.press("enter")
        await ui.put("等厂家")
        await ui.press("enter")
        await ui.until(lambda: ui.status(world.cases[0]) == "on_hold", "the hold")
        await ui.press("f6")
        assert world.desk.summaries([world.cases[0]])[0].engineers == ("林工",)
        before = main.browser.cursor_id
        await ui.press("8", "8", "1")
        marked = [c for c in world.cases if ui.status(c) == "in_progress"]
        assert before in marked
        await ui.press("ctrl+z")
        # views, by arrows; the key of a case, by 5
        await ui.press("right")
        await ui.until(lambda: main.browser.query_text != "", "another view")
        await ui.press("5")
        await ui.shows("Copied")


async def test_text_that_comes_in_again_and_again_brings_the_hint(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        ui.bench.post_message(events.Paste("你好"))
        await ui.shows("Enter starts an entry with it")
        await ui.press("escape", "好")
        await ui.shows("Input method on? Digits, F keys, arrows act")
