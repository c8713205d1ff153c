"""A line of tabs with counts, one of them active; a click chooses one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.paint import ink
from widgets.plain import width
from widgets.tab_parts import Tab, tab_parts

__all__ = ["Tab", "TabLine"]


class TabLine(Widget):
    """One line of tabs."""

    class TabChosen(Message):
        """A tab was clicked."""

        def __init__(self, line: TabLine, id: str) -> None:
            """Say on which line, and which tab."""
            super().__init__()
            self.line = line
            self.id = id

        @property
        def control(self) -> TabLine:
            """The line."""
            return self.line

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"tab-line--active", "tab-line--count"}
    DEFAULT_CSS = """
    TabLine {
        height: 1;
        background: $background;
        color: $text-muted;
        & > .tab-line--active { color: $foreground; text-style: bold; }
        & > .tab-line--count { color: $text-muted; }
    }
    """

    tabs: reactive[tuple[Tab, ...]] = reactive(())
    """The tabs, in order."""
    active: reactive[str | None] = reactive(None)
    """The id of the active one."""

    def __init__(
        self,
        tabs: Sequence[Tab] = (),
        active: str | None = None,
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a line.

        Args:
            tabs: The tabs, in order.
            active: The id of the active one.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        super().__init__(name=name, id=id, classes=classes)
        self._spots: list[tuple[int, int, str]] = []
        self.set_reactive(TabLine.tabs, tuple(tabs))
        self.set_reactive(TabLine.active, active)

    # -- public methods

    def in_view(self) -> list[tuple[int, str]]:
        """Return the tabs in view: the column at which each begins, and its id."""
        begins: dict[str, int] = {}
        for start, _, id in self._spots:
            begins.setdefault(id, start)
        return [(start, id) for id, start in begins.items()]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the one line that it takes."""
        return 1

    # -- render

    def render_line(self, y: int) -> Strip:
        """Paint the line as exactly the widget's cells."""
        cells = self.content_size.width
        if y:
            return Strip.blank(cells, self.rich_style)
        base = self.rich_style
        styles = {
            "active": base + ink(self, "tab-line--active"),
            "count": base + ink(self, "tab-line--count"),
        }
        self._spots.clear()
        segments, at = [], 0
        for text, kind, id in tab_parts(self.tabs, self.active, cells):
            segments.append(Segment(text, styles.get(kind, base)))
            if id is not None:
                self._spots.append((at, at + width(text), id))
            at += width(text)
        return Strip(segments).adjust_cell_length(cells, base)

    # -- events

    async def _on_click(self, event: events.Click) -> None:
        """Say which tab was clicked."""
        event.stop()
        for start, end, id in self._spots:
            if start <= event.x < end:
                self.post_message(self.TabChosen(self, id))
