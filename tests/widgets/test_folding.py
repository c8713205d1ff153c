"""Long entries show their beginning; hits are gone through one by one."""

from __future__ import annotations

import pytest

from tests.widgets.host import TEXTS, lines, screen, shown, until
from tests.widgets.test_thread import entry, event
from widgets.thread import ListItems, Thread, ThreadItem
from widgets.thread_hits import Hits
from widgets.thread_layout import ThreadLayout
from widgets.thread_lines import THREAD_WORDS

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


def marked(thread: Thread) -> list[str]:
    """Return what is painted reversed in view, as the current hit alone is."""
    region = thread.scrollable_content_region
    strips = (thread.render_line(y) for y in range(region.height))
    return [text for strip in strips for text, style, _ in strip if style and style.reverse]


async def test_hits_are_gone_through_one_by_one_round_the_end_and_back() -> None:
    items = [
        ThreadItem("p", "problem", "充电桩离线"),
        entry(1, "没有"),
        event(2),
        entry(3, long_text(60, _2="充电桩充电桩和充电桩", _40="充电桩")),
        *(entry(nth, "没有") for nth in range(4, 200)),
        entry(200, "又是充电桩"),
    ]
    thread = folding(*items)
    async with shown(thread, height=12) as (_, pilot):
        assert thread.next_hit(1) == "none"
        thread.highlight = ("充电桩",)
        await until(lambda: thread.hits == (0, 6), "the count of hits")
        assert marked(thread) == ["充电桩"] * 4  # none is the current one: all look alike

        async def go(step: int) -> tuple[str, str | None, int | None, list[str]]:
            went = thread.next_hit(step)
            await pilot.pause()
            return went, thread.cursor_id, thread.hits[0], marked(thread)

        there = [await go(1) for _ in range(7)]
        assert [(went, id, nth) for went, id, nth, _ in there] == [
            ("next", "p", 1),
            ("next", "e3", 2),
            ("next", "e3", 3),
            ("next", "e3", 4),
            ("next", "e3", 5),
            ("next", "e200", 6),
            ("round", "p", 1),
        ]
        assert all(shown == ["充电桩"] for *_, shown in there)  # the current one alone
        back = [await go(-1) for _ in range(3)]
        assert [(went, nth) for went, _, nth, _ in back] == [
            ("round", 6),
            ("next", 5),
            ("next", 4),
        ]
        thread.top()
        await pilot.pause()
        assert thread.hits == (0, 6)  # one went elsewhere: none is the current one
        thread.highlight = ("没有这个词",)
        await pilot.pause()
        assert (thread.hits, thread.next_hit(1)) == ((0, 0), "none")


async def test_a_hit_that_is_folded_away_is_unfolded_when_one_goes_there() -> None:
    thread = folding(ThreadItem("p", "problem", "没有"), entry(1, long_text(60, _2="桩", _40="桩")))
    async with shown(thread, height=12) as (_, pilot):
        thread.highlight = ("桩",)
        await pilot.pause()
        assert thread.next_hit(1) == "next"
        assert thread.turn_fold()  # though something stands in it
        await pilot.pause()
        assert not any("行40" in text for text in lines(thread))
        assert thread.next_hit(1) == "next"
        await pilot.pause()
        assert any("行40" in text for text in lines(thread))
        assert thread.hits == (2, 2)


async def test_a_hit_over_two_lines_is_one_stop_and_the_only_one_is_said_to_be() -> None:
    thread = folding(ThreadItem("p", "problem", "充" * 30))
    async with shown(thread, width=24, height=12) as (_, pilot):
        thread.highlight = ("充" * 30,)
        await pilot.pause()
        assert [thread.next_hit(1) for _ in range(2)] == ["next", "same"]
        assert thread.hits == (1, 1)
        await pilot.pause()
        assert "".join(marked(thread)) == "充" * 30
        thread.set_items([ThreadItem("p", "problem", "另一个")])
        await pilot.pause()
        assert thread.hits == (0, 0)


def test_a_count_that_goes_on_says_what_it_knows() -> None:
    layout = ThreadLayout(THREAD_WORDS)
    layout.set_source(ListItems([entry(nth, "桩" * nth) for nth in range(1, 4)]))
    hits = Hits(layout)
    hits.count(("桩",))
    hits.current = 1
    known = []
    for _ in range(4):
        known.append((hits.number(1), hits.total))
        hits.go_on(seconds=0)
    assert known == [(None, None), (None, None), (3, None), (3, None)]
    assert (hits.number(1), hits.total) == (3, 6)
