"""Tabs: which ones a line has room for, that the active one is among them, and clicks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.host import TEXTS, lines, shown
from widgets.plain import width
from widgets.tab_line import Tab, TabLine
from widgets.tab_parts import tab_parts

TABS = [
    Tab("all", "全部", 16),
    Tab("mine", "我的", 3),
    Tab("new", "未读"),
    Tab("own", "客户在等", 0),
]


def line(active: str | None, cells: int) -> str:
    """Return the line as text."""
    return "".join(part.text for part in tab_parts(TABS, active, cells))


@pytest.mark.parametrize(
    ("active", "cells", "shown"),
    [
        ("all", 40, "[全部 16] 我的 3  未读 …  客户在等 0    "),
        ("own", 40, " 全部 16  我的 3  未读 … [客户在等 0]   "),
        (None, 37, " 全部 16  我的 3  未读 …  客户在等 0"),
        ("all", 30, "[全部 16] 我的 3  未读 …     ›"),
        ("own", 30, "‹ 我的 3  未读 … [客户在等 0] "),
        ("new", 12, "‹[未读 …]  ›"),
        ("own", 6, "‹[客…"),
        ("own", 1, "‹"),
        ("all", 0, ""),
    ],
)
def test_the_line_shows_as_many_as_fit(active: str | None, cells: int, shown: str) -> None:
    assert line(active, cells).rstrip() == shown.rstrip()
    assert width(line(active, cells)) == cells


@given(
    st.lists(st.sampled_from(TEXTS), max_size=9),
    st.integers(0, 8),
    st.integers(0, 120),
)
def test_any_labels_take_exactly_the_width(labels: list[str], at: int, cells: int) -> None:
    tabs = [Tab(str(nth), label, nth) for nth, label in enumerate(labels)]
    parts = tab_parts(tabs, str(at), cells)
    assert sum(width(part.text) for part in parts) == cells
    if at < len(tabs) and cells > 60:
        assert any(part.id == str(at) and part.kind == "active" for part in parts)


async def test_a_click_chooses_a_tab_also_one_that_is_cut() -> None:
    widget = TabLine(TABS, "all")
    async with shown(widget, width=30) as (host, pilot):
        assert lines(widget) == [line("all", 30)]
        for x in (2, 12, 29):
            await pilot.click(widget, offset=(x, 0))
        assert [chosen.id for chosen in host.of(TabLine.TabChosen)] == ["all", "mine", "own"]
        await pilot.click(widget, offset=(26, 0))
        assert len(host.of(TabLine.TabChosen)) == 3
        widget.active = "own"
        await pilot.pause()
        assert lines(widget) == [line("own", 30)]
