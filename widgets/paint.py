"""Styles of painted lines, and of what is selected in them."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from widgets.plain import width


def ink(widget: Widget, name: str) -> Style:
    """Return the style of a component class without its ground, to lay over another one.

    Textual's own partial style doesn't resolve a colour that depends on the ground, such as
    ``$text-muted``; this one does. A name that the widget doesn't know has no style of its own.
    """
    if name not in widget.COMPONENT_CLASSES:
        return Style.null()
    return _without_ground(widget.get_component_rich_style(name))


@lru_cache(maxsize=512)
def _without_ground(style: Style) -> Style:
    """Return ``style`` without its background colour."""
    return Style(
        color=style.color,
        bold=style.bold or None,
        italic=style.italic or None,
        underline=style.underline or None,
        strike=style.strike or None,
        reverse=style.reverse or None,
    )


def selected(strip: Strip, start: int, end: int, style: Style) -> Strip:
    """Return a line with a look of its own from one sign of it to another; -1 for its end."""
    text = strip.text
    first = width(text[:start])
    last = strip.cell_length if end < 0 else width(text[:end])
    if first >= last:
        return strip
    before, within, after = strip.divide([first, last, strip.cell_length])
    inverted = Strip(Segment.apply_style(within, post_style=style), within.cell_length)
    return Strip.join([before, inverted, after])
