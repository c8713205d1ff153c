"""What list, thread and view of differences share: lines with a cursor that keys move."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar

from widgets.scroll_sign import ScrollSign


class CursorView(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines that scroll as far as its cursor needs. It binds no key: whoever shows it does."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)
    """As any widget's, but that more or fewer lines are no reason to lay the screen out anew, nor
    to paint those in view."""

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scroll bar, made when it is first asked for where the view is shown."""
        bar = self._vertical_scrollbar
        if bar is None or bar.parent is None:
            bar = ScrollSign(name="vertical", thickness=self.scrollbar_size_vertical)
            bar.display = False
            self._vertical_scrollbar = bar
            self.app._start_widget(self, bar)
        return bar

    def move(self, delta: int) -> None:
        """Move the cursor, down for a positive ``delta``."""
        raise NotImplementedError

    def page(self, direction: int) -> None:
        """Move by a view, down for 1, up for -1."""
        raise NotImplementedError

    def top(self) -> None:
        """Go to the beginning."""
        raise NotImplementedError

    def end(self) -> None:
        """Go to the end."""
        raise NotImplementedError

    def show_from(self, line: int) -> None:
        """Make a line the first of the view, at once; before there is a view, do nothing."""
        if self.is_attached:
            self.scroll_to(y=line, animate=False, immediate=True, force=True)

    def _make_scrollable(self, lines: int) -> None:
        """Let so many lines scroll; only a scroll bar that comes or goes changes the layout."""
        self.virtual_size = Size(0, lines)
        if self.is_attached:
            self._scroll_update(self.virtual_size)

    # -- actions

    def action_cursor_down(self) -> None:
        """Move down."""
        self.move(1)

    def action_cursor_up(self) -> None:
        """Move up."""
        self.move(-1)

    def action_page_down(self) -> None:
        """Move down by a view."""
        self.page(1)

    def action_page_up(self) -> None:
        """Move up by a view."""
        self.page(-1)

    def action_top(self) -> None:
        """Go to the beginning."""
        self.top()

    def action_end(self) -> None:
        """Go to the end."""
        self.end()
