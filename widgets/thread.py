"""The thread of a case: its problem, its entries and, quietly, what was done to it.

Items are laid out when they come near the view; the height of the others is estimated. So a thread
of 20,000 entries opens like one of 20.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.cache import LRUCache
from textual.geometry import clamp
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from widgets.cursor_view import CursorView
from widgets.paint import ink, selected
from widgets.plain import fit
from widgets.signs import UNREAD_SIGN
from widgets.thread_hits import Hits, NextHit
from widgets.thread_layout import ThreadLayout
from widgets.thread_lines import PASSED_OVER, THREAD_WORDS, Finder, ThreadItem
from widgets.thread_look import COMPONENTS, CSS
from widgets.thread_source import ItemSource, ListItems

__all__ = ["ItemSource", "ListItems", "Thread", "ThreadItem"]

KEPT_STRIPS = 2000
COUNT_AGAIN = 0.02
"""Seconds between two parts of counting hits: keys come in between."""
AT_REST = 0.05
"""Seconds after which nobody is scrolling on: more than lie between two repeats of a key."""


class Thread(CursorView):
    """A virtual list of items of different height, with a cursor that stands on an item."""

    class EntryHighlighted(Message):
        """The cursor came to stand on another item, or on none (``id`` is None)."""

        def __init__(self, thread: Thread, id: str | None) -> None:
            """Say in which thread, and on which item."""
            super().__init__()
            self.thread = thread
            self.id = id

        @property
        def control(self) -> Thread:
            """The thread."""
            return self.thread

    class EntryOpened(Message):
        """An item was double clicked."""

        def __init__(self, thread: Thread, id: str) -> None:
            """Say in which thread, and which item."""
            super().__init__()
            self.thread = thread
            self.id = id

        @property
        def control(self) -> Thread:
            """The thread."""
            return self.thread

    class HitsChanged(Message):
        """Another hit is the current one, or more is known of how many there are."""

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENTS
    DEFAULT_CSS = CSS

    empty: reactive[str] = reactive("", init=False)
    """What is shown where there are no items."""
    highlight: reactive[tuple[str, ...]] = reactive((), init=False)
    """Folded search terms that are marked in the texts."""
    most_lines: reactive[int] = reactive(0, init=False)
    """Of an entry of more lines the beginning is shown; 0: all of it."""
    cursor_index: reactive[int] = reactive(0, init=False)
    """The item of the cursor, from 0. Clamped to the items there are."""

    def __init__(
        self,
        *,
        words: Mapping[str, str] | None = None,
        empty: str = "",
        mentions: Finder = lambda text: (),
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make an empty thread.

        Args:
            words: The words of ``THREAD_WORDS`` in the reader's language; missing ones are English.
            empty: What is shown where there are no items.
            mentions: Says where a text mentions something that leads elsewhere.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        super().__init__(name=name, id=id, classes=classes)
        self.set_reactive(Thread.empty, empty)
        self._layout = ThreadLayout({**THREAD_WORDS, **(words or {})}, mentions)
        self._strips: LRUCache[tuple[int, int, int], Strip] = LRUCache(KEPT_STRIPS)
        self._settling = False
        self._hits = Hits(self._layout)
        self._counting: Timer | None = None
        self._ahead: Timer | None = None
        self._to_end = False
        self._posted_id: str | None = None

    # -- properties

    def in_view(self) -> list[tuple[int, str]]:
        """Return the items that begin in view, events left out: the line of each, and its id."""
        top, found = self.scroll_offset.y, []
        first, offset = self._layout.heights.locate(top)
        for at in range(first + (offset > 0), self._layout.count):
            line = self._layout.start(at) - top
            if line >= self._view_lines:
                break
            if self._layout.item(at).kind not in PASSED_OVER:
                found.append((line, self._layout.item(at).id))
        return found

    @property
    def items(self) -> Sequence[ThreadItem]:
        """All items; where they are read by the page, all are read."""
        return self._layout.source.items(0, self._layout.count)

    @property
    def cursor_item(self) -> ThreadItem | None:
        """The item under the cursor, or None."""
        return self._layout.item(self.cursor_index) if self._layout.count else None

    @property
    def cursor_id(self) -> str | None:
        """The id of the item under the cursor, or None."""
        item = self.cursor_item
        return item.id if item else None

    @property
    def hits(self) -> tuple[int | None, int | None]:
        """Which hit is the current one, from 1 (0 for none), and how many there are.

        None for what is not known yet.
        """
        return self._hits.number(self.cursor_index), self._hits.total

    @property
    def _view_lines(self) -> int:
        """How many lines the view has."""
        return max(self.scrollable_content_region.height, 1)

    # -- public methods

    def set_items(
        self, items: Sequence[ThreadItem], keep: str | None = None, *, to_end: bool = False
    ) -> None:
        """Show other items, as ``set_source`` does."""
        self.set_source(ListItems(items), keep, to_end=to_end)

    def set_source(
        self, source: ItemSource, keep: str | None = None, *, to_end: bool = False
    ) -> None:
        """Show other items.

        Args:
            source: All of them, in their order.
            keep: The item that the cursor stays on, on the same line of the screen; where it went,
                the cursor goes to what stands there now, and for None to the first item.
            to_end: Put the cursor on the last one instead.
        """
        line = self._layout.start(self.cursor_index) - self.scroll_offset.y
        hit = (self.cursor_id if keep is not None else None), self._hits.current
        self._layout.set_source(source)
        self._laid_out_anew()
        self._to_end = to_end and not self._layout.cells
        at = self._where(keep)
        if to_end:
            self.end()
        elif at is None:
            self.show_from(0)
            self._move_to(self._next(-1, 1, 0))
        else:
            self._lay_out_around(at)
            self.show_from(self._layout.start(at) - line)
            self._move_to(at)
        is_there = hit[0] == self.cursor_id and self._layout.count > 0
        self._hits.keep(self.cursor_index, hit[1] if is_there else None)
        self._count_hits()
        self.refresh()

    def set_words(self, words: Mapping[str, str]) -> None:
        """Say what is not in the items in other words, as in another language."""
        self._layout.set_words({**THREAD_WORDS, **words})
        self._laid_out_anew()

    def select(self, id: str) -> bool:
        """Put the cursor on an item. Returns whether the thread has it."""
        at = self._layout.index(id)
        if at is None:
            return False
        self._move_to(at)
        return True

    def move(self, delta: int) -> None:
        """Move the cursor by ``delta`` items; one longer than the view is scrolled through first.

        Events are passed over.
        """
        for _ in range(abs(delta)):
            if not self._scroll_inside(1 if delta > 0 else -1):
                step = 1 if delta > 0 else -1
                self._move_to(self._next(self.cursor_index, step, self.cursor_index))

    def page(self, direction: int) -> None:
        """Scroll by a view, down for 1, up for -1; the cursor goes to the first whole item."""
        before = self.scroll_offset.y
        self.show_from(before + direction * max(self._view_lines - 1, 1))
        if self.scroll_offset.y == before:
            return self.end() if direction > 0 else self.top()
        at, line = self._layout.heights.locate(self.scroll_offset.y)
        if line and self._layout.start(at + 1) < self.scroll_offset.y + self._view_lines:
            at += 1
        self._set_cursor(self._next(at - 1, 1, at))
        return None

    def top(self) -> None:
        """Put the cursor on the first item and show it from its first line."""
        self.show_from(0)
        self._set_cursor(self._next(-1, 1, 0))

    def end(self) -> None:
        """Put the cursor on the last item and show the thread's last lines."""
        last = self._layout.count - 1
        self._lay_out_around(last)
        self.show_from(self._layout.total)
        self._set_cursor(self._next(last + 1, -1, last))

    def next_unread(self) -> bool:
        """Put the cursor on the next unread item below. Returns whether there is one."""
        at = self._layout.source.next_unread(self.cursor_index)
        if at is not None:
            self._move_to(at)
        return at is not None

    def next_hit(self, step: int) -> NextHit:
        """Go to the next place where something stands that is looked for; round the end.

        A long entry that is folded over it is unfolded.

        Args:
            step: 1 for the next below, -1 for the one above.

        Returns:
            Whether it was just the next one, the first or last again, the one it was, or none.
        """
        went, place = self._hits.next(self.cursor_index, step)
        if place is not None:
            self._go_to_hit(*place)
        return went

    def turn_fold(self, at: int | None = None) -> bool:
        """Show all of a long entry, or its beginning again; returns whether there is more of it.

        Args:
            at: Which item; None for the one under the cursor.
        """
        at = self.cursor_index if at is None else at
        if not self._layout.count or not self._layout.can_fold(at):
            return False
        before = self._layout.start(at)
        self._layout.turn(at)
        self._lay_out_around(at)
        self._laid_out_anew()
        if before < self.scroll_offset.y:
            self.show_from(before)  # from its middle one would not see where it went
        self._move_to(at)
        self.refresh()
        return True

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the text that the mouse selected, without what the widget drew around it."""
        if not self._layout.count:
            return None
        first = selection.start.y if selection.start else 0
        last = selection.end.y if selection.end else self._layout.total - 1
        copied = ""
        for y in range(max(first, 0), min(last, self._layout.total - 1) + 1):
            line = self._layout.line(*self._layout.heights.locate(y))
            text = "  " + "".join(piece.text for piece in line.pieces)
            start, end = selection.get_span(y) or (0, -1)
            part = text[max(start, 2 + line.lead) : len(text) if end < 0 else end]
            copied += part if line.soft or not copied else f"\n{part}"
        return copied.rstrip("\n"), "\n"

    # -- watch and validate

    def validate_cursor_index(self, index: int) -> int:
        """Keep the cursor within the items."""
        return clamp(index, 0, max(self._layout.count - 1, 0))

    def watch_cursor_index(self, old: int, new: int) -> None:
        """Paint the two items anew; a hit is the current one as long as the cursor is there."""
        self._strips.clear()
        if self._hits.current is not None:
            self._hits.current = None
            self.post_message(self.HitsChanged())

    def watch_highlight(self, terms: tuple[str, ...]) -> None:
        """Mark other terms."""
        self._hits.current = None
        self._change_layout(lambda: self._layout.set_terms(terms))
        self._count_hits()

    def watch_most_lines(self, most: int) -> None:
        """Fold other entries."""
        self._change_layout(lambda: self._layout.set_most(most))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Lay out what came near the view before it is painted."""
        self._settle()
        super().watch_scroll_y(old_value, new_value)
        if self._ahead is not None:
            self._ahead.stop()
        self._ahead = self.set_timer(AT_REST, self._look_ahead)

    def notify_style_update(self) -> None:
        """Forget painted lines when the theme changes."""
        self._strips.clear()
        super().notify_style_update()

    def selection_updated(self, selection: Selection | None) -> None:
        """Paint what the mouse selected."""
        self._strips.clear()
        self.refresh()

    # -- render

    def render_line(self, y: int) -> Strip:
        """Paint one line of the view."""
        cells = self.scrollable_content_region.width
        line_number = y + self.scroll_offset.y
        if line_number >= self._layout.total:
            return self._below(y, cells)
        at, offset = self._layout.heights.locate(line_number)
        # A line is told where it stands, for what the mouse selects: items above may have grown.
        key = (at, offset, line_number)
        if (strip := self._strips.get(key)) is None:
            strip = self._paint(at, offset, cells).apply_offsets(0, line_number)
            if self.text_selection and (span := self.text_selection.get_span(line_number)):
                style = self.screen.get_component_rich_style("screen--selection")
                strip = selected(strip, *span, style)
            self._strips[key] = strip
        return strip

    def _below(self, y: int, cells: int) -> Strip:
        """Paint a line below all items."""
        if self._layout.count or y != 1:
            return Strip.blank(cells, self.rich_style)
        style = self.get_component_rich_style("thread--empty")
        return Strip([Segment(fit(f"  {self.empty}", cells), style)], cells)

    def _paint(self, at: int, offset: int, cells: int) -> Strip:
        """Paint a line of an item as exactly ``cells`` cells."""
        item, line = self._layout.item(at), self._layout.line(at, offset)
        base = self.rich_style
        last = offset == self._layout.heights[at] - 1 and item.kind != "event"
        on = at == self.cursor_index and not last
        if on:
            base += self.get_component_rich_style("thread--cursor")
        bar = base + self._style("bar")
        segments = [Segment("▌" if on else " ", bar)]
        unread = item.unread and not offset
        segments.append(Segment(UNREAD_SIGN if unread else " ", base + self._style("unread")))
        kinds = self._hits.kinds(line, has_cursor=at == self.cursor_index)
        segments += [
            Segment(piece.text, base + self._style(kind))
            for piece, kind in zip(line.pieces, kinds, strict=True)
        ]
        return Strip(segments).adjust_cell_length(cells, base)

    def _style(self, kind: str) -> Style:
        """Return the style of a piece of a line."""
        return ink(self, f"thread--{kind}")

    # -- layout

    def _laid_out_anew(self) -> None:
        """Forget painted lines, and tell the scroll bar how long the thread is."""
        self._strips.clear()
        self._make_scrollable(self._layout.total)
        self.refresh()

    def _change_layout(self, change: Callable[[], None]) -> None:
        """Lay out otherwise; the cursor's item stays where it is."""
        line = self._layout.start(self.cursor_index) - self.scroll_offset.y
        change()
        self._laid_out_anew()
        if self._layout.count and self._layout.cells:
            self._lay_out_around(self.cursor_index)
            self.show_from(self._layout.start(self.cursor_index) - line)

    def _lay_out_around(self, at: int) -> None:
        """Make the heights exact within a view's lines of an item."""
        lines = self._view_lines
        start = self._layout.start(at)
        first, _ = self._layout.heights.locate(start - lines)
        last, _ = self._layout.heights.locate(start + lines)
        # A guess can be too high: every item has a line at least, so this many reach far enough.
        first, last = min(first, at - lines // 2), max(last, at + lines)
        if self._layout.make_exact(first, last, at) is not None:
            self._laid_out_anew()

    def _settle(self) -> None:
        """Make the heights near the view exact, and keep its first line where it is."""
        if self._settling:
            return
        self._settling = True
        try:
            # Each turn can bring items near that the last one's guesses kept away.
            for _ in range(8):
                top = self.scroll_offset.y
                grown = self._make_exact(self._view_lines, 2 * self._view_lines)
                if grown is None:
                    return
                self._laid_out_anew()
                if grown:
                    self.show_from(top + grown)
        finally:
            self._settling = False

    def _look_ahead(self) -> None:
        """Lay out what the next page and the one before need, now that nobody waits for this."""
        top = self.scroll_offset.y
        grown = self._make_exact(2 * self._view_lines, 3 * self._view_lines)
        if grown:
            self._laid_out_anew()
            self.show_from(top + grown)
        elif grown is not None:  # only what is below
            self._make_scrollable(self._layout.total)

    def _make_exact(self, above: int, below: int) -> int | None:
        """Make heights exact from so many lines above the first of the view to so many below.

        Returns:
            By how many lines what is above the view grew; None where no height changed.
        """
        top, locate = self.scroll_offset.y, self._layout.heights.locate
        return self._layout.make_exact(
            locate(top - above)[0], locate(top + below)[0], locate(top)[0]
        )

    # -- hits

    def _go_to_hit(self, at: int, hit: int) -> None:
        """Put the cursor on an item and show the line of one of its hits."""
        self._move_to(at)
        line = self._layout.line_of_hit(at, hit)
        if line is None:
            self.turn_fold(at)
            line = self._layout.line_of_hit(at, hit)
        shown, lines = self._layout.start(at) + (line or 0), self._view_lines
        if not 0 <= shown - self.scroll_offset.y < lines:
            self.show_from(shown - lines // 2)
        self._hits.current = hit
        self._strips.clear()
        self.refresh()
        self.post_message(self.HitsChanged())

    def _count_hits(self) -> None:
        """Begin to count the hits anew."""
        if self._counting is not None:
            self._counting.stop()
            self._counting = None
        self._hits.count(self.highlight)
        if self.is_attached:
            self._count_on()

    def _count_on(self) -> None:
        """Count on, and again later what takes too long now."""
        is_more = self._hits.go_on()
        if is_more:
            self._counting = self.set_timer(COUNT_AGAIN, self._count_on)
        self.post_message(self.HitsChanged())

    # -- cursor and view

    def _where(self, keep: str | None) -> int | None:
        """Return where an item stands, or what stands where the cursor was if that item is gone."""
        at = self._layout.index(keep)
        if at is None and keep is not None and self._layout.count:
            at = min(self.cursor_index, self._layout.count - 1)
        return None if at is None else self._next(at - 1, 1, self._next(at, -1, at))

    def _next(self, at: int, step: int, otherwise: int) -> int:
        """Return the next item that can have the cursor, or ``otherwise`` where there is none."""
        at += step
        while 0 <= at < self._layout.count:
            if self._layout.item(at).kind not in PASSED_OVER:
                return at
            at += step
        return otherwise

    def _scroll_inside(self, step: int) -> bool:
        """Scroll through an item that goes beyond the view. Returns whether there was more of it.

        The item must be in view: a cursor that was scrolled away moves at once.
        """
        if not self._layout.count:
            return False
        top, lines = self.scroll_offset.y, self._view_lines
        start = self._layout.start(self.cursor_index)
        end = start + self._layout.heights[self.cursor_index]
        if end <= top or start >= top + lines or end - start <= lines:
            return False
        more = end - (top + lines) if step > 0 else top - start
        if more <= 0:
            return False
        self.show_from(top + step * min(more, max(lines // 2, 1)))
        return True

    def _move_to(self, at: int) -> None:
        """Put the cursor on an item and bring it into view."""
        if not self._layout.count:
            self._set_cursor(0)
            return
        up = at < self.cursor_index
        self._lay_out_around(at)
        start, height, lines = self._layout.start(at), self._layout.heights[at], self._view_lines
        top = self.scroll_offset.y
        if height > lines:
            if start >= top + lines or start + height <= top or start > top or up:
                self.show_from(start + height - lines if up else start)
        elif start < top:
            self.show_from(start)
        elif start + height > top + lines:
            self.show_from(start + height - lines)
        self._set_cursor(at)

    def _set_cursor(self, at: int) -> None:
        """Put the cursor on an item and say so if it is another."""
        self.cursor_index = at
        if (id := self.cursor_id) != self._posted_id:
            self._posted_id = id
            self.post_message(self.EntryHighlighted(self, id))

    # -- events

    def _on_mount(self, event: events.Mount) -> None:
        """Count what the thread begins with."""
        self._count_on()

    def _on_resize(self, event: events.Resize) -> None:
        """Lay out for another width; the cursor's item stays in view."""
        cells = self.scrollable_content_region.width
        if cells != self._layout.cells:
            line = self._layout.start(self.cursor_index) - self.scroll_offset.y
            self._layout.set_cells(cells)
            self._laid_out_anew()
            self._lay_out_around(self.cursor_index)
            self.show_from(self._layout.start(self.cursor_index) - line)
        if self._to_end:
            self._to_end = False
            self.end()
        self._settle()
        if self._layout.count:
            self._move_to(self.cursor_index)

    async def _on_click(self, event: events.Click) -> None:
        """Put the cursor on the item; a double click opens it instead of selecting all text."""
        event.stop()
        event.prevent_default()
        offset = event.get_content_offset(self)
        if offset is None or offset.y + self.scroll_offset.y >= self._layout.total:
            return
        at, line = self._layout.heights.locate(offset.y + self.scroll_offset.y)
        self._set_cursor(at)
        if self._layout.is_fold(at, line):
            self.turn_fold(at)
        elif event.chain == 2:
            self.post_message(self.EntryOpened(self, self._layout.item(at).id))

    # -- actions

    def action_next_unread(self) -> None:
        """Go to the next unread item."""
        self.next_unread()
