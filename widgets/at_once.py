"""Lines written to the terminal at once, past the frame that Textual paints once all is quiet.

Between a key and that frame every widget hears of a dozen messages, and all that lies around what
changed is drawn again. What a person waits for need not wait for that, where nothing lies over it.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.control import Control
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

__all__ = ["is_on_top", "paint_at_once"]


def paint_at_once(widget: Widget, first: int, strips: Sequence[Strip]) -> bool:
    """Write lines of what a widget shows to the terminal.

    Args:
        widget: has them.
        first: where the first of them stands in its content.
        strips: the lines as they go to the terminal.

    Returns:
        Whether they were written; else they are to be refreshed as any others.
    """
    if not widget.is_attached:
        return False
    app, screen = widget.app, widget.screen
    driver = app._driver
    if driver is None or app.is_headless or app.is_inline or screen is not app.screen:
        return False
    area = widget.scrollable_content_region
    lines = Region(area.x, area.y + first, area.width, len(strips))
    if screen._layout_required or not is_on_top(widget, lines):
        return False
    update = LayoutUpdate([[strip] for strip in strips], lines)
    back = Control.move_to(*app.cursor_position).segment.text
    written = update.render_segments(app.console) + back
    if app._sync_available:
        written = f"{SYNC_START}{written}{SYNC_END}"
    # Textual's own drivers leave it to a thread, which may get to it when all else is done.
    getattr(driver, "write_at_once", driver.write)(written)
    driver.flush()
    return True


def is_on_top(widget: Widget, lines: Region) -> bool:
    """Say whether a part of the screen is all a widget's: no notice or menu lies over it."""
    for other, (region, clip) in widget.screen._compositor.visible_widgets.items():
        shown = region.intersection(clip)
        if other is widget:
            return shown.contains_region(lines)
        if lines.overlaps(shown):
            return False
    return False
