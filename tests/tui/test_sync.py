"""Sync from within the screen: in the background, with a word in the footer, and never a modal."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.tui.driving import SIZES, Driven, driven
from tests.tui.stage import COLLEAGUE, HOSTILE, World, colleague
from workbench.desk import Desk
from workbench.local import points
from workbench.tui.screens.editor import EditorScreen
from workbench.tui.syncing import FIRST_AFTER, Schedule

MINUTE = 60_000


def footer(ui: Driven) -> str:
    """Return the last line of the screen."""
    return ui.text.splitlines()[-1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["s", "f5"])
async def test_what_others_wrote_comes_and_what_was_written_goes(
    shared: World, size: tuple[int, int], key: str
) -> None:
    case = shared.cases[0]
    with colleague(shared) as other:
        other.note(case, "现场已换路由器")
        other.exchange("team")
        async with driven(shared, size) as ui:
            await ui.go_to(case)
            await ui.press("1")
            ui.bench.main.bar.clear_message()
            await ui.until(lambda: "↑1 unsent" in footer(ui), "what is unsent")
            await ui.press(key)
            await ui.shows("team: 1 sent, 1 received, 0 decisions.")
            assert shared.desk.case(case).entries[-1].text == "现场已换路由器"
            assert ui.bench.main.browser.cursor_id == case
        other.exchange("team")
        assert other.summaries([case])[0].status == "in_progress"


async def test_the_footer_says_when_the_last_success_was(shared: World) -> None:
    async with driven(shared) as ui:
        assert "synced just now" in footer(ui)
        shared.clock.now += 5 * MINUTE
        ui.bench.main.show_standing()
        await ui.shows("synced 5 min ago")
        shared.clock.now += 26 * 60 * MINUTE
        ui.bench.main.show_standing()
        await ui.shows("synced 26 h ago")
    shared.desk.add_store("usb", str(shared.path.parent / "usb"))
    async with driven(shared) as ui:
        assert "never synced" in footer(ui), "one of the stores was not"


async def test_the_open_thread_and_the_list_take_up_what_came(shared: World) -> None:
    with colleague(shared) as other:
        async with driven(shared, (120, 40)) as ui:
            await ui.read(shared.cases[-1])
            await ui.press("down")
            standing_on = ui.bench.main.reader.thread.cursor_id
            other.note(shared.cases[-1], "今晚预约正常")
            other.status([shared.cases[0]], "resolved")
            other.exchange("team")
            await ui.press("s")
            thread = ui.bench.main.reader.thread
            await ui.until(lambda: thread.items[-1].text == "今晚预约正常", "the new entry")
            row = ui.bench.main.browser.cursor_row
            assert row is not None
            assert row.entries == 5
            assert thread.cursor_id == standing_on
            await ui.press("escape", "end")
            await ui.until(lambda: ui.bench.main.browser.cursor_id == shared.cases[0], "its row")
            assert ui.bench.main.browser.cursor_row.status == "resolved"  # type: ignore[union-attr]


async def test_text_that_is_being_written_is_not_touched(shared: World) -> None:
    """F5 syncs from within the editor; a letter is text there."""
    case = shared.cases[-1]
    with colleague(shared) as other:
        async with driven(shared) as ui:
            await ui.read(case)
            await ui.press("e")
            await ui.press("enter")
            await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
            await ui.press("s", "s")
            editor = ui.bench.screen
            assert isinstance(editor, EditorScreen)
            text, cursor = editor.editor.text, editor.editor.cursor
            other.edit_field(case, "problem", "同事写的问题")
            other.exchange("team")
            await ui.press("f5")
            await ui.shows("1 received, 0 decisions")
            await ui.until(lambda: COLLEAGUE in editor.editor.note, "the word of the change")
            assert (editor.editor.text, editor.editor.cursor) == (text, cursor)
            assert [draft.text for draft in shared.desk.drafts(case)] == [text]


async def test_a_store_that_is_gone_is_said_and_nothing_is_lost(shared: World) -> None:
    share = shared.path.parent / "share"
    share.rename(share.with_name("away"))
    async with driven(shared, (120, 40)) as ui:
        await ui.press("1", "s")
        await ui.shows("there is no store in")
        ui.bench.main.bar.clear_message()
        await ui.shows("team not reached")
        assert ui.bench.screen is ui.bench.main
        share.with_name("away").rename(share)
        await ui.press("s")
        await ui.shows("team: 1 sent")
        await ui.hides("not reached")


async def test_all_stores_are_exchanged_with_and_named(shared: World) -> None:
    shared.desk.add_store("usb", str(shared.path.parent / "usb"))
    shared.desk.init_store("usb")
    async with driven(shared, (120, 40)) as ui:
        await ui.press("s")
        await ui.shows("team: 0 sent")
        assert "usb: " in ui.text
    assert not shared.desk.unsent("usb")


async def test_without_a_store_it_is_said_how_to_get_one(world: World) -> None:
    async with driven(world) as ui:
        for key in ("s", "$"):
            await ui.press(key)
            await ui.shows("no shared store")
            await ui.press("j")
            ui.bench.main.bar.clear_message()
            await ui.hides("no shared store")


class Slow:
    """Makes exchanges that go on until they are stopped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Event()
        self.runs = 0
        monkeypatch.setattr(Desk, "exchange", self._exchange)

    def _exchange(self, name: str | None = None, *, progress: Any, **options: Any) -> None:
        self.runs += 1
        for done in range(10_000_000):
            progress("received", done, 10_000_000)
            self.begun.set()


async def test_pressed_again_it_stops_and_keys_never_wait(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    async with driven(shared, (120, 40)) as ui:
        await ui.press("s")
        await ui.until(slow.begun.is_set, "the exchange")
        await ui.shows("of 10000000 received")
        await ui.press("1")
        assert ui.status(shared.cases[-2]) == "in_progress"
        await ui.press("f5")
        await ui.shows("team: stopped; the next sync goes on from there.")
        assert slow.runs == 1
        await ui.hides("⇅")


async def test_quitting_stops_it(shared: World, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(monkeypatch)
    async with driven(shared) as ui:
        await ui.press("s")
        await ui.until(slow.begun.is_set, "the exchange")
    assert not any(thread.name == "syncer" for thread in threading.enumerate())


async def test_a_broken_exchange_is_told_and_the_next_one_works(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any, **options: Any) -> None:
        raise ZeroDivisionError(HOSTILE)

    async with driven(shared, (120, 40)) as ui:
        with monkeypatch.context() as patched:
            patched.setattr(Desk, "exchange", broken)
            await ui.press("s")
            await ui.shows("internal error (ZeroDivisionError")
        await ui.press("s")
        await ui.shows("team: 0 sent, 0 received")


async def test_words_that_became_a_draft_while_nobody_looked_are_told_at_the_start(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(name: str) -> None:
        if name == "sync:before-begin":
            raise ZeroDivisionError

    case = shared.cases[0]
    with colleague(shared) as other:
        shared.desk.edit_field(case, "problem", "密码 1234，另外电话打不通")
        other.redact(case, "problem", why="密码")
        other.exchange("team")
    with monkeypatch.context() as patched:
        patched.setattr(points, "hook", break_off)
        with pytest.raises(ZeroDivisionError):
            shared.desk.exchange("team")
    async with driven(shared, (120, 40)) as ui:
        await ui.shows("a redaction took out words")
    async with driven(shared, (120, 40)) as ui:
        await ui.shows("unfinished")
        assert "a redaction took out words" not in ui.text


async def test_the_outbox_lists_what_is_unsent_store_by_store(shared: World) -> None:
    shared.desk.add_store("usb", str(shared.path.parent / "usb"))
    shared.desk.note(shared.cases[0], HOSTILE + "电表抄回来了")
    async with driven(shared, (120, 40)) as ui:
        await ui.press("$")
        await ui.shows("team  1 change unsent")
        assert "nova_case#1_20260112  01 Mar 02:00" in ui.text
        assert "usb  " in ui.text
        await ui.press("down", "enter")
        await ui.until(lambda: ui.bench.main.reader.case_id == shared.cases[0], "its case")


# --- by the clock ------------------------------------------------------------------------------


async def test_by_the_clock_it_syncs_and_speaks_only_of_news(shared: World) -> None:
    async with driven(shared) as ui:
        sharing = ui.bench.main.sharing
        sharing._schedule = Schedule.beginning(5, shared.clock())
        sharing.tick()
        assert "⇅" not in footer(ui), "not due yet"
        shared.desk.status([shared.cases[0]], "resolved")
        shared.clock.now += FIRST_AFTER
        sharing.tick()
        await ui.shows("team: 1 sent, 0 received, 0 decisions.")
        shared.clock.now += 5 * MINUTE
        ui.bench.main.bar.clear_message()
        sharing.tick()
        await ui.shows("synced just now")
        await ui.until(lambda: not sharing._syncer.is_running, "its end")
        assert "team:" not in ui.text


def test_what_fails_is_put_off_longer_and_longer() -> None:
    schedule = Schedule.beginning(5, 0)
    assert not schedule.is_due(FIRST_AFTER - 1)
    assert schedule.is_due(FIRST_AFTER)
    waits = []
    now = 0
    for _ in range(6):
        schedule.ended(now, well=False)
        waits.append((schedule.next_at - now) // MINUTE)
        now = schedule.next_at
        assert not schedule.is_due(now - 1)
        assert schedule.is_due(now)
    assert waits == [10, 20, 40, 40, 40, 40]
    schedule.ended(now, well=True)
    assert schedule.next_at - now == 5 * MINUTE


def test_a_clock_that_was_set_back_puts_nothing_off() -> None:
    schedule = Schedule.beginning(5, 400 * 1440 * MINUTE)
    schedule.ended(400 * 1440 * MINUTE, well=True)
    assert schedule.is_due(0)


def test_without_an_interval_nothing_is_ever_due() -> None:
    assert not Schedule.beginning(0, 0).is_due(10**15)
