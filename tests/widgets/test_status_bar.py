"""The footer: one line that always fits."""

from __future__ import annotations

import pytest

from tests.widgets.host import HOSTILE, SHOWN, TEXTS, lines, shown
from widgets.status_bar import StatusBar

HINTS = [("Enter", "打开"), ("1 2 3 0", "状态"), ("a", "写条目"), ("/", "筛选")]


async def test_segments_left_and_hints_right() -> None:
    bar = StatusBar(segments=["nova.db", "3 处未发送"], hints=HINTS)
    async with shown(bar, width=80) as (_, pilot):
        (line,) = lines(bar)
        assert line.startswith(" nova.db │ 3 处未发送 ")
        assert line.endswith(" Enter 打开  1 2 3 0 状态  a 写条目  / 筛选 ")
        bar.segments = ("other.db",)
        bar.hints = (("q", "退出"),)
        await pilot.pause()
        (line,) = lines(bar)
        assert line.startswith(" other.db ")
        assert line.endswith(" q 退出 ")


@pytest.mark.parametrize(
    ("cells", "there", "missing"),
    [
        (60, ["nova.db", "3 处未发送", "Enter", "状态", "筛选"], ["写条目"]),
        (40, ["nova.db", "3 处未发送", "筛选"], ["Enter"]),
        (28, ["nova.db", "筛选"], ["未发送", "Enter"]),
        (10, ["nova.db"], ["筛选"]),
        (8, ["nova"], []),
    ],
)
async def test_what_matters_least_goes_first(
    cells: int, there: list[str], missing: list[str]
) -> None:
    bar = StatusBar(segments=["nova.db", "3 处未发送"], hints=HINTS)
    async with shown(bar, width=cells):
        (line,) = lines(bar)
        assert all(text in line for text in there)
        assert not any(text in line for text in missing)


@pytest.mark.parametrize("cells", [1, 20, 60, 80, 120])
async def test_any_text_takes_exactly_the_width(cells: int) -> None:
    bar = StatusBar(segments=TEXTS, hints=[(text, text) for text in TEXTS])
    async with shown(bar, width=cells) as (_, pilot):
        lines(bar)
        for severity in ("information", "warning", "error"):
            bar.show_message("".join(TEXTS), severity)  # type: ignore[arg-type]
            await pilot.pause()
            lines(bar)


async def test_hostile_text_is_shown_literally() -> None:
    bar = StatusBar(segments=[HOSTILE], hints=[(HOSTILE, HOSTILE)])
    async with shown(bar, width=160) as (_, pilot):
        assert lines(bar)[0].count(SHOWN) == 3
        bar.show_message(HOSTILE)
        await pilot.pause()
        assert SHOWN in lines(bar)[0]


async def test_a_message_takes_the_line_until_it_is_cleared() -> None:
    bar = StatusBar(segments=["nova.db"], hints=HINTS)
    async with shown(bar) as (_, pilot):
        for severity, sign in (("information", ""), ("warning", "! "), ("error", "✕ ")):
            bar.show_message("状态 → 处理中，u 撤回", severity)  # type: ignore[arg-type]
            await pilot.pause()
            assert lines(bar)[0].rstrip() == f" {sign}状态 → 处理中，u 撤回"
        bar.clear_message()
        await pilot.pause()
        assert "nova.db" in lines(bar)[0]


async def test_a_hint_can_be_clicked() -> None:
    bar = StatusBar(segments=["nova.db"], hints=HINTS)
    async with shown(bar, width=80) as (host, pilot):
        (line,) = lines(bar)
        # The four hints are 11, 13, 9 and 7 cells wide.
        assert line.endswith("筛选 ")
        for x in (80 - 40, 80 - 28, 80 - 15, 80 - 2, 3):
            await pilot.click(bar, offset=(x, 0))
        clicked = [message.key for message in host.of(StatusBar.HintClicked)]
        assert clicked == ["Enter", "1 2 3 0", "a", "/"]
