"""Versions side by side: what differs is marked, and nothing is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.host import HOSTILE, SHOWN, TEXTS, lines, screen, shown
from widgets.diff import DiffView, Part, Version, compare

FIRST = Version("周敏 10:12", "断电后能启动，十分钟后又黑屏。", "来自页面")
SECOND = Version("何立新 11:40", "断电三分钟后能启动，十分钟后黑屏。")
BEFORE = Version("02-24", "断电后能启动。")


def test_chinese_is_compared_by_characters_and_numbers_as_wholes() -> None:
    assert compare("断电后黑屏", "断电五分钟后黑屏") == [
        Part("same", "断电"),
        Part("added", "五分钟"),
        Part("same", "后黑屏"),
    ]
    assert compare("订单 2021", "订单 2022") == [
        Part("same", "订单 "),
        Part("removed", "2021"),
        Part("added", "2022"),
    ]
    assert compare("一样", "一样") == [Part("same", "一样")]
    assert compare("", "") == []


texts = st.text(alphabet="充电桩黑屏 ab12\n，", max_size=40)


@given(texts, texts)
def test_both_texts_can_be_had_back(base: str, text: str) -> None:
    parts = compare(base, text)
    assert "".join(part.text for part in parts if part.kind != "removed") == text
    assert "".join(part.text for part in parts if part.kind != "added") == base
    assert all(part.text for part in parts)


def test_long_texts_take_no_long_time() -> None:
    began = time.perf_counter()
    parts = compare("充电桩黑屏" * 3000, "屏黑桩电充" * 3000)
    assert [part.kind for part in parts] == ["removed", "added"]
    assert time.perf_counter() - began < 2


async def test_wide_is_side_by_side_and_narrow_below_each_other() -> None:
    view = DiffView([FIRST, SECOND])
    async with shown(view, width=80) as (_, pilot):
        assert view.side_by_side
        first = lines(view)[0]
        assert "周敏" in first
        assert "何立新" in first
        await pilot.resize_terminal(60, 24)
        await pilot.pause()
        assert not view.side_by_side
        assert "何立新" not in lines(view)[0]
        assert any("何立新" in line for line in lines(view))


def drawn(view: DiffView, style: str) -> str:
    """Return what of the view is drawn in a style: underline, strike."""
    return "".join(
        segment.text
        for y in range(view.size.height)
        for segment in view.render_line(y)
        if segment.style is not None and getattr(segment.style, style)
    )


async def test_differences_are_drawn_and_not_only_in_colour() -> None:
    view = DiffView([FIRST, SECOND], ancestor=BEFORE, words={"ancestor": "原来"})
    async with shown(view, width=60) as (host, pilot):
        assert "原来 02-24" in screen(host)
        assert drawn(view, "underline") == "，十分钟后又黑屏三分钟，十分钟后黑屏"
        assert drawn(view, "strike") == ""
        view.set_versions([FIRST, SECOND])
        await pilot.pause()
        assert drawn(view, "underline") == "又三分钟"
        view.set_versions([FIRST, SECOND], Version("", "断电后就能启动。"))
        await pilot.pause()
        assert drawn(view, "strike") == "后就"
        assert "断电三分钟后能启动" in screen(host), "a version is shown as it is"


async def test_what_belongs_to_a_text_stands_below_it_and_is_whole() -> None:
    more = "等配件，" * 12
    view = DiffView([Version("周敏", "暂搁置", "来自页面", more), SECOND])
    async with shown(view, width=60):
        label, note, text, *below = lines(view)[:7]
        assert "周敏" in label
        assert "来自页面" in note
        assert text.strip() == "暂搁置"
        assert "".join(map(str.strip, below)).startswith(more)


async def test_every_line_of_a_long_version_can_be_scrolled_to() -> None:
    """By moving as by pages; and what the cursor stands on is always in view."""
    long = "\n".join(f"第{at}行" for at in range(40))
    view = DiffView([Version("长", long), SECOND, Version("尾", long)], ancestor=BEFORE)
    for act in ("move", "page"):
        async with shown(view, width=50, height=12) as (host, pilot):
            met = ""
            for _ in range(40):
                met += screen(host)
                getattr(view, act)(1)
                await pilot.pause()
            assert view.cursor == 2
            assert all(met.count(f"第{at}行") >= 2 for at in range(40))
            for _ in range(40):
                getattr(view, act)(-1)
                await pilot.pause()
            assert view.cursor == 0
            assert "断电后能启动" in screen(host), "what they were made from"
            view.end()
            await pilot.pause()
            assert "第39行" in screen(host)
            view.top()
            await pilot.pause()
            assert "▸ 1 长" in screen(host)


async def test_one_version_is_highlighted_and_chosen() -> None:
    view = DiffView([FIRST, SECOND, BEFORE])
    async with shown(view, width=120) as (host, pilot):
        view.move(-1)
        view.move(1)
        view.move(5)
        view.choose()
        await pilot.pause()
        assert [m.index for m in host.of(DiffView.VersionHighlighted)] == [1, 2]
        assert [m.index for m in host.of(DiffView.VersionChosen)] == [2]
        assert "▸ 3 02-24" in screen(host)
        await view.run_action("cursor_up")
        await view.run_action("choose")
        await pilot.pause()
        assert host.of(DiffView.VersionChosen)[-1].index == 1
        await view.run_action("cursor_down")
        assert view.cursor == 2


async def test_the_mouse_highlights_and_chooses() -> None:
    view = DiffView([FIRST, SECOND])
    async with shown(view, width=80) as (host, pilot):
        await pilot.click(view, offset=(60, 1))
        assert view.cursor == 1
        await pilot.click(view, offset=(5, 1), times=2)
        assert [m.index for m in host.of(DiffView.VersionChosen)] == [0]
        await pilot.resize_terminal(60, 24)
        await pilot.pause()
        await pilot.click(view, offset=(5, 5))
        assert view.cursor == 1


async def test_the_version_under_the_cursor_is_in_view() -> None:
    long = Version("长", "\n".join(f"行{at}" for at in range(40)))
    view = DiffView([long, SECOND, long])
    async with shown(view, width=50, height=12) as (host, pilot):
        for at, label in ((1, "▸ 2 何立新"), (2, "▸ 3 长"), (0, "▸ 1 长")):
            while view.cursor != at:
                view.move(1 if at > view.cursor else -1)
            await pilot.pause()
            assert label in screen(host)


@pytest.mark.parametrize("cells", [20, 60, 80, 120])
async def test_any_text_takes_exactly_the_width(cells: int) -> None:
    versions = [Version(text, text * 5, text) for text in TEXTS]
    for count in (1, 2, 3, len(versions)):
        view = DiffView(versions[:count], ancestor=versions[0], words={"ancestor": HOSTILE})
        async with shown(view, width=cells, height=60) as (host, _):
            lines(view)
            painted = screen(host)
            assert "\x1b" not in painted
            assert "\u202e" not in painted


async def test_hostile_text_is_shown_literally() -> None:
    view = DiffView(empty=HOSTILE)
    async with shown(view, width=150) as (host, pilot):
        assert SHOWN in screen(host)
        view.choose()
        view.move(1)
        view.set_versions([Version(HOSTILE, HOSTILE, HOSTILE), Version("x", HOSTILE + "y")])
        await pilot.pause()
        assert screen(host).count(SHOWN) == 4
        assert not host.of(DiffView.VersionChosen)
