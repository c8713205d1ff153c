"""A scroll bar that is painted sign by sign: as Textual's looks and works, for a tenth of the time.

It is painted whenever other rows are shown, so a key would wait for it.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip

__all__ = ["ScrollSign"]


class ScrollSign(ScrollBar):
    """A vertical scroll bar."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return its lines, which are of five looks at most."""
        if self.parent is None:  # it is going, with the view; the next frame is without them
            return [Strip.blank(crop.width)] * crop.height
        bar = self.render()
        assert isinstance(bar, ScrollBarRender)
        assert isinstance(bar.style, Style)
        strips = _strips(
            self.size.height,
            bar.virtual_size,
            bar.window_size,
            bar.position,
            bar.thickness,
            bar.style,
            self.rich_style,
        )
        _, ground = self.background_colors
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, ground) for strip in strips]
        return [strips[y].crop(*crop.column_span) for y in crop.line_range]


@lru_cache(maxsize=256)
def _strips(
    height: int, lines: int, view: int, position: float, cells: int, style: Style, ground: Style
) -> list[Strip]:
    """Return the bar of a view of ``lines`` lines that begins at ``position``."""
    assert style.bgcolor is not None
    assert style.color is not None
    segments = ScrollBarRender.render_bar(
        size=height,
        virtual_size=lines,
        window_size=view,
        position=position,
        thickness=cells,
        back_color=style.bgcolor,
        bar_color=style.color,
    ).segments
    known = {segment: Strip([segment], cells).apply_style(ground) for segment in {*segments}}
    return [known[segment] for segment in segments]
