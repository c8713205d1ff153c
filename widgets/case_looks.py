"""How the parts of the list of cases look: names for styles, Textual's CSS of them, and the styles
that come of it, worked out once."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter
from textual.widget import Widget

from widgets.paint import ink
from widgets.thread_lines import SIDES

__all__ = ["CSS", "LOOKS", "RowLooks"]

LOOKS = (
    "case-list--header",
    "case-list--cursor",
    "case-list--cursor-blurred",
    "case-list--marked",
    "case-list--empty",
    "case-list--quiet",
    "case-list--title",
    "case-list--unread",
    "case-list--flag",
    "case-list--hit",
    "case-list--unset",
    "case-list--in_progress",
    "case-list--on_hold",
    "case-list--awake",
    "case-list--resolved",
    *(f"case-list--side-{side}" for side in SIDES),
)

CSS = """
CaseList {
    height: 1fr;
    background: $surface;
    color: $foreground;
    overflow-x: hidden;
    scrollbar-size: 0 1;
    & > .case-list--header { color: $foreground; background: $panel; text-style: bold; }
    & > .case-list--cursor {
        color: $block-cursor-foreground;
        background: $block-cursor-background;
        text-style: bold;
    }
    & > .case-list--cursor-blurred {
        color: $foreground;
        background: $block-cursor-blurred-background;
    }
    & > .case-list--marked { color: $foreground; background: $boost; }
    & > .case-list--empty { color: $text-muted; }
    & > .case-list--quiet { color: $text-muted; }
    & > .case-list--unread { text-style: bold; }
    & > .case-list--flag { color: $text-accent; text-style: bold; }
    & > .case-list--hit { text-style: bold reverse; }
    & > .case-list--unset { color: $text-warning; }
    & > .case-list--in_progress { color: $text-primary; }
    & > .case-list--on_hold { color: $foreground; }
    & > .case-list--awake { color: $text-accent; text-style: bold; }
    & > .case-list--resolved { color: $text-success; }
    & > .case-list--side-engineer { color: #7aa2f7; }
    & > .case-list--side-rnd { color: #c3a6ff; }
    & > .case-list--side-customer { color: #e8b65f; }
    & > .case-list--side-vendor { color: #d0a98f; }
    &:light > .case-list--side-engineer { color: #2450a8; }
    &:light > .case-list--side-rnd { color: #6433b0; }
    &:light > .case-list--side-customer { color: #865200; }
    &:light > .case-list--side-vendor { color: #70452a; }
}
"""


class RowLooks:
    """How the pieces of a list's rows look. Kept: Textual goes up to the screen for each."""

    def __init__(self, widget: Widget) -> None:
        """Know nothing yet of how the rows of ``widget`` look."""
        self._widget = widget
        self._styles: dict[tuple[str, bool], dict[str, Style]] = {}
        self._filters: Sequence[LineFilter] = ()

    def forget(self) -> None:
        """Work all out anew, as for another theme."""
        self._styles.clear()

    def are_others(self) -> bool:
        """Look whether the terminal has other colours by now, and then work all out anew."""
        filters = self._widget.get_line_filters()
        if filters == self._filters:
            return False
        self._filters = filters
        self.forget()
        return True

    def style(self, state: str, marked: bool, kind: str) -> Style:
        """Return how a piece of a row looks.

        Args:
            state: How the cursor shows on the row: ``cursor``, ``cursor-blurred`` or nothing.
            marked: Whether the row is marked.
            kind: What the piece is, as in ``LOOKS`` without its beginning; or ``text``.
        """
        styles = self._styles.get((state, marked))
        if styles is None:
            styles = self._styles[(state, marked)] = {}
        style = styles.get(kind)
        if style is None:
            made = self._made(state, marked, kind)
            # Equal ones are one, so that neighbours of one look become one piece.
            style = next((known for known in styles.values() if known == made), made)
            styles[kind] = style
        return style

    def _made(self, state: str, marked: bool, kind: str) -> Style:
        widget = self._widget
        style = widget.rich_style
        if state:
            style += widget.get_component_rich_style(f"case-list--{state}")
        elif marked:
            style += widget.get_component_rich_style("case-list--marked")
        # The cursor has a ground of its own, on which a status's colour may not be readable.
        if state != "cursor" or kind == "hit":
            style += ink(widget, f"case-list--{kind}")
        return self.shown(style)

    def shown(self, style: Style) -> Style:
        """Return a style as the terminal gets it: each strip needs no filtering then."""
        _, background = self._widget.background_colors
        for line_filter in self._filters:
            (segment,) = line_filter.apply([Segment(" ", style)], background)
            style = segment.style or Style.null()
        return style
