"""Styles of painted lines."""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.widget import Widget


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
