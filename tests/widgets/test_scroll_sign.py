"""The scroll bar is Textual's, but for the time that it takes."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from widgets.scroll_sign import ScrollSign

LINES = 12
PLACES = ((0, 10, 100), (37.5, 10, 100), (90, 10, 100), (0, 12, 12), (500_000, 12, 1_000_000))
"""Where views begin, with their lines, of how many."""


class Beside(Widget):
    """Textual's scroll bar and ours, of one look."""

    def compose(self) -> ComposeResult:
        for kind in (ScrollBar, ScrollSign):
            bar = kind()
            bar.styles.width, bar.styles.height = 1, LINES
            yield bar


def painted(bar: Widget) -> list[list[Segment]]:
    strips = bar.render_lines(bar.size.region)
    return [[*Segment.simplify(strip)] for strip in strips]


@pytest.mark.parametrize(("position", "view", "lines"), PLACES)
async def test_it_is_painted_as_textuals(position: float, view: int, lines: int) -> None:
    class Both(App[None]):
        def compose(self) -> ComposeResult:
            yield Beside()

    app = Both()
    async with app.run_test() as pilot:
        bars = [*app.query(ScrollBar)]
        for bar in bars:
            bar.window_virtual_size, bar.window_size, bar.position = lines, view, position
        await pilot.pause()
        theirs, ours = map(painted, bars)
        assert len(ours) == LINES
        assert [[tuple(part)[:2] for part in line] for line in ours] == [
            [tuple(part)[:2] for part in line] for line in theirs
        ]
