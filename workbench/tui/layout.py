"""How list and thread share a terminal, by its size. Plain numbers."""

from __future__ import annotations

from typing import Literal

Preview = Literal["auto", "side", "below", "off"]
Layout = Literal["beside", "below", "single"]

BESIDE_COLUMNS = 110
ROOMY_COLUMNS = 176
"""From here on a list with a thread beside it has room for engineers and dates."""
BELOW_LINES = 32

TABS_LINES = 16
"""A terminal of fewer lines shows no tabs."""

LIST_SHARE = {"beside": (9, 20), "below": (2, 5), "single": (1, 1)}
"""What of the width (beside) or height (below) is the list's, as styles/main.tcss says it."""


def has_tabs(height: int) -> bool:
    """Return whether there is a line of tabs above the filter line."""
    return height >= TABS_LINES


def next_preview(width: int, height: int, preview: Preview) -> Preview:
    """Return how the thread stands next: beside the list, below it, not at all, as far as it fits.

    What looks like now is passed over; where only one way fits, it stays.
    """
    ways: tuple[Preview, ...] = ("side", "below", "off")
    now = layout_for(width, height, preview)
    here = {"beside": 0, "below": 1, "single": 2}[now]
    for step in (1, 2):
        way = ways[(here + step) % 3]
        if layout_for(width, height, way) not in (now, *(("single",) if way != "off" else ())):
            return way
    return preview


def layout_for(width: int, height: int, preview: Preview) -> Layout:
    """Return how list and thread share a terminal of that size."""
    if preview == "off":
        return "single"
    if preview == "side" and width >= 80:
        return "beside"
    if preview == "below" and height >= 16:
        return "below"
    if height >= BELOW_LINES and width < ROOMY_COLUMNS:
        return "below"  # a line of the list says who and when, which a narrow one can't
    return "beside" if width >= BESIDE_COLUMNS else "single"
