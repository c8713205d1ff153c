"""The thread: items of different height, laid out near the view only."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable

import pytest
from textual.screen import Screen

from tests.widgets.host import HOSTILE, SHOWN, TEXTS, lines, screen, shown, until
from widgets.thread import ListItems, Thread, ThreadItem
from widgets.thread_lines import SIDES, THREAD_WORDS, estimate, lay_out, speaker_kind


def entry(at: int, text: str = "", **fields: object) -> ThreadItem:
    """Return entry ``at``."""
    usual = ThreadItem(
        id=f"e{at}",
        kind="entry",
        text=text or f"条目 {at} 的文字",
        speaker="LM",
        when="2021-02-25",
        position=at,
    )
    return dataclasses.replace(usual, **fields)  # type: ignore[arg-type]


def event(at: int) -> ThreadItem:
    """Return event ``at``."""
    return ThreadItem(f"v{at}", "event", f"状态 → 处理中 {at}", author="周敏", when="2021-02-25")


def many(count: int, words: int = 1) -> list[ThreadItem]:
    """Return entries of one to four times ``words`` sentences."""
    return [entry(at, "充电桩黑屏。" * words * (1 + at % 4) + f"第{at}条") for at in range(count)]


def new_thread(items: list[ThreadItem]) -> Thread:
    """Return a thread of these items."""
    thread = Thread(empty="没有条目")
    thread.set_items(items)
    return thread


def bars(thread: Thread) -> list[str]:
    """Return the painted lines of the item under the cursor."""
    return [line for line in lines(thread) if line.startswith("▌")]


async def test_an_entry_says_who_when_and_which() -> None:
    thread = new_thread([entry(3, "文字")])
    async with shown(thread):
        first, second, third, *_ = lines(thread)
        assert first.rstrip() == "▌ 【LM】 2021-02-25 · 3"
        assert second.rstrip() == "▌ 文字"
        assert not third.strip()


async def test_every_state_is_said_in_words() -> None:
    item = entry(
        1,
        author="周敏",
        edited=True,
        edited_by="何立新",
        hidden=True,
        redacted=True,
        unread=True,
        waiting="还没到齐",
        decisions=2,
        notes=("日期存疑",),
        images=("a.png",),
        attachments=("b.log",),
    )
    thread = new_thread([item, entry(2, speaker=None), ThreadItem("p", "problem", "问题文字")])
    async with shown(thread, width=200) as (host, _):
        painted = screen(host)
        for word in ("typed by 周敏", "edited by 何立新", "hidden", "redacted", "new", "还没到齐"):
            assert word in painted
        for word in ("2 to decide", "日期存疑", "picture a.png", "file b.log", "nobody named"):
            assert word in painted
        assert "problem" in painted
        assert lines(thread)[0][1] == "✱"


async def test_replies_are_indented_and_events_are_one_line() -> None:
    thread = new_thread([entry(1), entry(2, depth=1), entry(3, depth=30), event(1)])
    async with shown(thread, width=60):
        painted = [line.rstrip() for line in lines(thread)]
        assert "    ↳ 【LM】 2021-02-25 · 2" in painted
        assert "    条目 2 的文字" in painted
        assert "  · 2021-02-25  周敏  状态 → 处理中 1" in painted
        assert " " * 18 + "条目 3 的文字" in painted


@pytest.mark.parametrize("cells", [20, 60, 80, 120])
async def test_every_line_has_exactly_its_cells(cells: int) -> None:
    items = [
        entry(
            at,
            text * 3,
            speaker=text,
            author=text,
            when=text,
            images=(text,),
            notes=(text,),
            waiting=text,
            depth=at % 4,
        )
        for at, text in enumerate(TEXTS)
    ]
    items += [ThreadItem(f"v{text}", "event", text, author=text, when=text) for text in TEXTS]
    thread = new_thread(items)
    thread.highlight = ("emoji", "黑屏")
    async with shown(thread, width=cells, height=100) as (host, _):
        screen(host)
        assert len(lines(thread)) == 100


async def test_hostile_text_is_shown_literally() -> None:
    item = entry(
        1,
        HOSTILE,
        speaker=HOSTILE,
        author="x" + HOSTILE,
        when=HOSTILE,
        images=(HOSTILE,),
        attachments=(HOSTILE,),
        edited_by=HOSTILE,
        waiting=HOSTILE,
        notes=(HOSTILE,),
    )
    words = {"problem": HOSTILE, "unread": HOSTILE}
    thread = Thread(words=words, empty=HOSTILE)
    async with shown(thread, width=100, height=40) as (host, pilot):
        assert SHOWN in screen(host)
        thread.set_items([item, ThreadItem("v", "event", HOSTILE, author=HOSTILE, when=HOSTILE)])
        await pilot.pause()
        painted = screen(host)
        assert painted.count(SHOWN) == 11
        assert "\x1b" not in painted
        assert "\u202e" not in painted


def test_a_speaker_has_one_colour_and_a_side_its_own() -> None:
    assert speaker_kind("LM", None) == speaker_kind("ＹＤ", None)
    kinds = {speaker_kind(f"人{at}", None) for at in range(100)}
    assert len(kinds) == 8
    for side, colours in SIDES.items():
        assert {speaker_kind(f"人{at}", side) for at in range(100)} == {
            f"speaker-{colour}" for colour in colours
        }
    assert speaker_kind(None, "engineer") == "quiet"


async def test_the_cursor_goes_by_entries_and_passes_events() -> None:
    thread = new_thread([event(0), entry(1), event(1), event(2), entry(2), event(3)])
    async with shown(thread) as (host, pilot):
        assert thread.cursor_id == "e1"
        thread.move(1)
        assert thread.cursor_id == "e2"
        thread.move(1)
        assert thread.cursor_id == "e2"
        thread.move(-5)
        assert thread.cursor_id == "e1"
        assert thread.select("v2")
        assert thread.cursor_item == event(2)
        assert not thread.select("gone")
        await pilot.pause()
        assert [m.id for m in host.of(Thread.EntryHighlighted)] == ["e1", "e2", "e1", "v2"]


async def test_moving_shows_the_whole_entry() -> None:
    thread = new_thread(many(300))
    async with shown(thread, height=10) as (_, pilot):
        for step in (1, 1, 1, 1, 1, 1, 7, 50, -3, -1, -1, -1, -60):
            thread.move(step)
            await pilot.pause()
            item = thread.cursor_item
            assert item is not None
            assert len(bars(thread)) == len(lay_out(item, 79, THREAD_WORDS)) - 1
            assert f"第{item.position}条" in "".join(bars(thread))


async def test_top_end_and_page() -> None:
    thread = new_thread(many(300))
    async with shown(thread, height=12) as (_, pilot):
        thread.end()
        await pilot.pause()
        assert thread.cursor_id == "e299"
        assert any("第299条" in line for line in lines(thread)[-2:])
        thread.page(-1)
        await pilot.pause()
        assert bars(thread)
        assert thread.cursor_id != "e299"
        seen = ""
        thread.top()
        for _ in range(400):
            await pilot.pause()
            seen += "\n".join(lines(thread)[:-1])
            if thread.cursor_id == "e299":
                break
            thread.page(1)
        for at in range(300):
            assert f"第{at}条" in seen
        thread.top()
        await pilot.pause()
        assert thread.cursor_id == "e0"
        assert "【LM】" in lines(thread)[0]


async def test_a_long_entry_is_scrolled_through() -> None:
    long = entry(1, "\n".join(f"行{line}" for line in range(100)))
    thread = new_thread([entry(0), long, entry(2)])
    async with shown(thread, height=20) as (_, pilot):
        seen = ""
        for _ in range(30):
            thread.move(1)
            await pilot.pause()
            if thread.cursor_id == "e2":
                break
            assert thread.cursor_id == "e1"
            seen += "\n".join(line.rstrip() + "\n" for line in lines(thread))
        assert thread.cursor_id == "e2"
        assert all(f"行{line}\n" in seen for line in range(100))
        for _ in range(30):
            thread.move(-1)
            if thread.cursor_id == "e0":
                break
        assert thread.cursor_id == "e0"


async def test_scrolling_line_by_line_shows_every_line_in_order() -> None:
    items = many(400, words=3)
    thread = new_thread(items)
    async with shown(thread, width=50, height=10) as (_, pilot):
        expected = [
            "".join(piece.text for piece in line.pieces).rstrip()
            for item in items[-40:]
            for line in lay_out(item, 49, THREAD_WORDS)
        ]
        thread.end()
        await pilot.pause()
        up: list[str] = []
        for _ in range(100):
            up.insert(0, lines(thread)[-1][2:].rstrip())
            thread.scroll_to(y=thread.scroll_offset.y - 1, animate=False, immediate=True)
        assert up == expected[-100:]


async def test_twenty_thousand_entries_open_at_once() -> None:
    items = many(20_000, words=5)
    thread = Thread()
    async with shown(thread) as (_, pilot):
        began = time.perf_counter()
        thread.set_items(items)
        await pilot.pause()
        lines(thread)
        thread.end()
        await pilot.pause()
        assert "第19999条" in "".join(lines(thread))
        assert time.perf_counter() - began < 3
        assert thread._layout.laid_out < 500


class Guessed(ListItems):
    """Items of whose heights nothing is known, as of those that are read by the page."""

    guess = 4

    def heights(self, cells: int) -> Iterable[int]:
        """Return the same for each."""
        return [self.guess] * len(self)


async def test_the_next_page_is_ready_before_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thread = Thread()
    thread.set_source(Guessed(many(400, words=5)))
    async with shown(thread) as (_, pilot):
        anew: list[Screen] = []
        monkeypatch.setattr(Screen, "_refresh_layout", lambda screen, **_: anew.append(screen))
        for go, step in ((thread.top, 1), (thread.end, -1)):
            go()
            for _ in range(4):  # beyond what is laid out to begin with
                thread.page(step)
            known = thread._layout.laid_out
            before = lines(thread)
            await until(lambda: thread._layout.laid_out > known, "what comes next laid out")  # noqa: B023
            await pilot.pause()
            assert lines(thread) == before
            known = thread._layout.laid_out
            thread.page(step)
            assert thread._layout.laid_out == known
            await pilot.pause()
            edge, same = (0, -1) if step > 0 else (-1, 0)  # but for the cursor's bar
            assert lines(thread)[edge][1:] == before[same][1:]
        assert not anew, "the whole screen was laid out"


async def test_painted_lines_know_where_they_stand_though_items_above_were_laid_out_since() -> None:
    """Where the mouse selects is told by the line: else another text would be copied."""
    items = Guessed([entry(at, "\n".join(["abc"] * (1 + at % 7))) for at in range(600)])
    items.guess = 12
    thread = Thread()
    thread.set_source(items)

    def apart() -> list[int]:
        """Return how far the lines of the view are from where they say that they stand."""
        strips = map(thread.render_line, range(thread.scrollable_content_region.height))
        return [
            segment.style.meta["offset"][1] - thread.scroll_offset.y - y
            for y, strip in enumerate(strips)
            for segment in strip
            if segment.style is not None
        ]

    async with shown(thread):
        layout, view = thread._layout, thread.scrollable_content_region.height
        thread.show_from(1000)
        for _ in range(5):
            thread.show_from(thread.scroll_offset.y + view // 2)
        here = layout.heights.locate(thread.scroll_offset.y)[0]
        thread.show_from(thread.scroll_offset.y + 4 * view + view // 2)
        assert not any(apart())
        far = layout.heights.locate(thread.scroll_offset.y)[0]
        thread.show_from(layout.start(here))
        before = layout.start(far)
        await until(lambda: layout.start(far) != before, "what is between laid out")
        thread.show_from(layout.start(far))
        assert not any(apart())


def test_an_estimate_is_near() -> None:
    for item in [*many(40, words=7), event(1), entry(1, images=("a", "b")), entry(2, "a\nb\n\nc")]:
        for cells in (40, 60, 120):
            assert abs(estimate(item, cells) - len(lay_out(item, cells, THREAD_WORDS))) <= 2


async def test_more_entries_leave_the_view_where_it_is() -> None:
    items = many(500)
    thread = new_thread(items)
    async with shown(thread, height=15) as (host, pilot):
        thread.select("e250")
        thread.move(-3)
        await pilot.pause()
        before = lines(thread)
        told = len(host.of(Thread.EntryHighlighted))
        thread.set_items([*many(3), *items[10:], entry(999)], keep="e247")
        await pilot.pause()
        assert lines(thread) == before
        assert len(host.of(Thread.EntryHighlighted)) == told
        thread.set_items(items[:5], keep="e247")
        await pilot.pause()
        assert thread.cursor_id == "e4"


async def test_it_can_open_at_its_end() -> None:
    thread = Thread()
    thread.set_items(many(400), to_end=True)
    async with shown(thread) as (_, pilot):
        await pilot.pause()
        assert thread.cursor_id == "e399"
        assert "第399条" in "".join(bars(thread))


async def test_an_empty_thread_says_so() -> None:
    thread = Thread(empty="没有条目")
    async with shown(thread) as (host, pilot):
        assert "没有条目" in screen(host)
        for act in (thread.end, thread.top, lambda: thread.move(1), lambda: thread.page(1)):
            act()
        assert thread.cursor_id is None
        assert not thread.next_unread()
        thread.set_items([entry(1)])
        await pilot.pause()
        assert thread.cursor_id == "e1"
        thread.set_items([])
        await pilot.pause()
        assert host.of(Thread.EntryHighlighted)[-1].id is None


async def test_next_unread() -> None:
    thread = new_thread([entry(at, unread=at in (3, 7)) for at in range(10)])
    async with shown(thread):
        assert thread.next_unread()
        assert thread.cursor_id == "e3"
        assert thread.next_unread()
        assert thread.cursor_id == "e7"
        assert not thread.next_unread()


async def test_another_width_keeps_the_cursor_in_view() -> None:
    thread = new_thread(many(300, words=4))
    async with shown(thread, width=100, height=20) as (_, pilot):
        thread.select("e200")
        await pilot.pause()
        await pilot.resize_terminal(40, 12)
        await until(lambda: thread.size.width == 40, "it is narrow")
        await pilot.pause()
        assert "第200条" in "".join(bars(thread))


async def test_terms_are_marked_even_across_a_break() -> None:
    thread = new_thread([entry(1, "充电" * 14 + "ＥＶＳ-120 黑屏")])
    async with shown(thread, width=62) as (_, pilot):
        thread.highlight = ("evs-120", "黑屏")
        await pilot.pause()
        marked = "".join(
            segment.text
            for strip in thread.render_lines(thread.size.region)
            for segment in strip
            if segment.style and segment.style.reverse
        )
        assert marked == "ＥＶＳ-120黑屏"


async def test_the_mouse_moves_the_cursor_and_opens() -> None:
    thread = new_thread([entry(1), event(1), entry(2)])
    async with shown(thread) as (host, pilot):
        await pilot.click(thread, offset=(10, 5))
        assert thread.cursor_id == "e2"
        await pilot.click(thread, offset=(10, 5), times=2)
        assert [message.id for message in host.of(Thread.EntryOpened)] == ["e2"]
        await pilot.click(thread, offset=(10, 20))
        assert thread.cursor_id == "e2"


async def test_text_selected_by_mouse_is_copied_without_what_was_drawn() -> None:
    order = "20210224153000123456"
    thread = new_thread([entry(1, f"充电桩黑屏，订单 {order} 已扣费\n第二行", depth=1)])
    async with shown(thread, width=40) as (host, pilot):
        await pilot.mouse_down(thread, offset=(6, 1))
        await pilot.hover(thread, offset=(30, 3))
        await pilot.mouse_up(thread, offset=(30, 3))
        await pilot.pause()
        copied = host.screen.get_selected_text()
        assert copied is not None
        assert order in copied
        assert "第二行" in copied
        assert copied.count("\n") == 1
        assert "▌" not in copied


async def test_it_binds_no_keys() -> None:
    thread = new_thread(many(30))
    async with shown(thread) as (_, pilot):
        await pilot.press("down", "end", "pagedown", "j")
        assert thread.cursor_index == 0
        for action in ("cursor_down", "page_down", "end", "cursor_up", "page_up", "top"):
            await thread.run_action(action)
        assert thread.cursor_index == 0
        await thread.run_action("next_unread")
