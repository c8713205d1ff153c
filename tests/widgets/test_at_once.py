"""Lines that are written past the frame: only where nothing lies over them."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from widgets.at_once import is_on_top, paint_at_once


class Layers(App[None]):
    """Ten lines, and a notice over the last of them."""

    CSS = """
    Screen { layers: below above; }
    #lines { width: 20; height: 10; layer: below; }
    #notice { width: 5; height: 2; offset: 10 7; layer: above; }
    """

    def compose(self) -> ComposeResult:
        """Show both."""
        yield Static(id="lines")
        yield Static("notice", id="notice")


async def test_what_lies_under_a_notice_is_left_to_the_frame() -> None:
    async with Layers().run_test(size=(40, 12)) as pilot:
        lines = pilot.app.query_one("#lines")
        notice = pilot.app.query_one("#notice")
        assert is_on_top(lines, Region(0, 0, 20, 7))
        assert is_on_top(lines, Region(0, 7, 10, 2))
        assert not is_on_top(lines, Region(0, 0, 20, 8))
        assert not is_on_top(lines, Region(0, 0, 30, 2)), "beyond the widget"
        assert is_on_top(notice, Region(10, 7, 5, 2))
        notice.display = False
        await pilot.pause()
        assert is_on_top(lines, Region(0, 0, 20, 10))
        lines.display = False
        await pilot.pause()
        assert not is_on_top(lines, Region(0, 0, 20, 10))


async def test_nothing_is_written_where_there_is_no_terminal() -> None:
    async with Layers().run_test() as pilot:
        lines = pilot.app.query_one("#lines")
        assert not paint_at_once(lines, 0, [Strip.blank(20)])
    assert not paint_at_once(Static(), 0, [Strip.blank(20)])
