"""Long entries show their beginning; hits are gone through line by line."""

from __future__ import annotations

import pytest

from tests.widgets.host import TEXTS, lines, screen, shown
from tests.widgets.test_thread import entry, event
from widgets.thread import Thread, ThreadItem

MOST = 12


def long_text(count: int, **said: str) -> str:
    """Return a text of so many lines; ``said`` puts words at the end of some (``_7="桩"``)."""
    return "\n".join(f"行{nth}。{said.get(f'_{nth}', '')}" for nth in range(1, count + 1))


def folding(*items: ThreadItem) -> Thread:
    """Return a thread that folds."""
    thread = Thread()
    thread.most_lines = MOST
    thread.set_items(items)
    return thread


async def test_a_long_entry_shows_its_beginning_and_how_much_more_there_is() -> None:
    problem = ThreadItem("p", "problem", long_text(20))
    thread = folding(problem, entry(1, long_text(MOST + 2)), entry(2, long_text(42)), entry(3))
    async with shown(thread, height=70) as (host, pilot):
        painted = screen(host)
        assert "… 30 more lines" in painted
        assert painted.count("more lines") == 1  # neither the problem nor what hardly is longer
        assert f"行{MOST}。" in painted
        assert "行21。" not in painted
        thread.select("e2")
        assert thread.turn_fold()
        await pilot.pause()
        painted = screen(host)
        assert "more lines" not in painted
        assert "行42。" in painted
        assert thread.turn_fold()
        await pilot.pause()
        assert "… 30 more lines" in screen(host)
        thread.select("e3")
        assert not thread.turn_fold()
        thread.most_lines = 0
        await pilot.pause()
        assert "行42。" in screen(host)


async def test_a_hit_inside_unfolds_and_folds_again_when_nothing_is_looked_for() -> None:
    thread = folding(entry(1, long_text(40, _30="充电桩")), entry(2, long_text(40, _5="充电桩")))
    async with shown(thread, height=80) as (host, pilot):
        thread.select("e2")
        line = next(nth for nth, text in enumerate(lines(thread)) if "· 2" in text)
        thread.highlight = ("充电桩",)
        await pilot.pause()
        assert screen(host).count("more lines") == 1
        assert "行40。" in screen(host)
        thread.highlight = ()
        await pilot.pause()
        assert screen(host).count("more lines") == 2
        assert "· 2" in lines(thread)[line]


async def test_pictures_and_files_stay_in_view() -> None:
    thread = folding(entry(1, long_text(40), images=("a.png",), attachments=("b.log",)))
    async with shown(thread, height=30) as (host, _):
        for words in ("… 28 more lines", "picture a.png", "file b.log"):
            assert words in screen(host)


async def test_a_click_unfolds() -> None:
    thread = folding(entry(1, long_text(20)), entry(2))
    async with shown(thread, height=30) as (host, pilot):
        line = next(nth for nth, text in enumerate(lines(thread)) if "more lines" in text)
        await pilot.click(Thread, offset=(6, line))
        await pilot.pause()
        assert "行20。" in screen(host)


async def test_the_view_begins_where_the_entry_does_once_it_is_folded_again() -> None:
    thread = folding(*(entry(nth, long_text(60)) for nth in range(1, 6)))
    async with shown(thread, height=20) as (_, pilot):
        thread.select("e3")
        thread.turn_fold()
        thread.move(1)
        thread.move(1)
        await pilot.pause()
        assert "· 3" not in "".join(lines(thread))
        thread.turn_fold()
        await pilot.pause()
        assert thread.cursor_id == "e3"
        assert "· 3" in lines(thread)[0]


@pytest.mark.parametrize("cells", [20, 60, 120])
async def test_folded_lines_have_exactly_their_cells(cells: int) -> None:
    items = [entry(nth, "\n".join([text] * 30)) for nth, text in enumerate(TEXTS)]
    thread = folding(*items)
    async with shown(thread, width=cells) as (host, _):
        screen(host)


async def test_hits_are_gone_through_line_by_line_and_back() -> None:
    items = [
        ThreadItem("p", "problem", "充电桩离线"),
        entry(1, "没有"),
        event(2),
        entry(3, long_text(60, _2="充电桩", _40="充电桩")),
        *(entry(nth, "没有") for nth in range(4, 200)),
        entry(200, "又是充电桩"),
    ]
    thread = folding(*items)
    async with shown(thread, height=12) as (_, pilot):
        assert not thread.next_hit(1)
        thread.highlight = ("充电桩",)

        async def go(step: int) -> tuple[str | None, str]:
            assert thread.next_hit(step)
            await pilot.pause()
            inner = [text for text in lines(thread) if "充电桩" in text and text[0] == "▌"]
            return thread.cursor_id, inner[-1].strip("▌ ") if inner else ""

        there = [await go(1) for _ in range(4)]
        assert [id for id, _ in there] == ["p", "e3", "e3", "e200"]
        assert there[2][1] == "行40。充电桩"
        assert not thread.next_hit(1)
        assert thread.cursor_id == "e200"
        back = [await go(-1) for _ in range(3)]
        assert [id for id, _ in back] == ["e3", "e3", "p"]
        assert not thread.next_hit(-1)
