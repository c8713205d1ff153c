"""The list of cases: rows of a source, painted page by page, however many there are.

Nothing is loaded but the pages on screen, so a million rows open like a thousand, and moving the
cursor within the view paints two lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from widgets.at_once import paint_at_once
from widgets.case_looks import CSS, LOOKS, RowLooks
from widgets.case_rows import (
    COLUMN_WORDS,
    GUTTER,
    CaseRow,
    Column,
    ListSource,
    RowSource,
    SortedBy,
    cells_of,
    column_at,
    columns_for,
    header_text,
    row_parts,
)
from widgets.cursor_view import CursorView
from widgets.plain import fit
from widgets.signs import CURSOR_SIGN, MARK_SIGN
from widgets.wrap import Mark

__all__ = ["CaseList", "CaseRow", "ListSource", "RowSource"]

PAGE_ROWS = 16
"""What one frame has to read is little more than it shows."""
SOON = 4
"""So many rows are read and painted before the others of a view."""
KEPT_PAGES = 64
"""A source may hold more: what is painted must be held there too, or it could change places."""
KEPT_STRIPS = 2000
HEADER = 1
"""Lines above the rows that don't scroll."""


class CaseList(CursorView):
    """A virtual list of cases with a cursor and marks."""

    class CaseHighlighted(Message):
        """The cursor came to stand on another case, or on none (``id`` is None)."""

        def __init__(self, case_list: CaseList, id: str | None) -> None:
            """Say on which list, and on which case."""
            super().__init__()
            self.case_list = case_list
            self.id = id

        @property
        def control(self) -> CaseList:
            """The list."""
            return self.case_list

    class CaseOpened(Message):
        """A case was opened, by a key or a click."""

        def __init__(self, case_list: CaseList, id: str) -> None:
            """Say on which list, and which case."""
            super().__init__()
            self.case_list = case_list
            self.id = id

        @property
        def control(self) -> CaseList:
            """The list."""
            return self.case_list

    class MarksChanged(Message):
        """Cases were marked, or their marks cleared."""

        def __init__(self, case_list: CaseList, ids: frozenset[str]) -> None:
            """Say on which list, and what is marked now."""
            super().__init__()
            self.case_list = case_list
            self.ids = ids

        @property
        def control(self) -> CaseList:
            """The list."""
            return self.case_list

    class HeaderClicked(Message):
        """The name of a column was clicked: the rows may be sorted by it."""

        def __init__(self, case_list: CaseList, column: str) -> None:
            """Say on which list, and which column."""
            super().__init__()
            self.case_list = case_list
            self.column = column

        @property
        def control(self) -> CaseList:
            """The list."""
            return self.case_list

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {*LOOKS}
    DEFAULT_CSS = CSS

    empty: reactive[str] = reactive("", init=False, repaint=False)
    """What is shown where there are no rows, in one line or several."""
    highlight: reactive[tuple[Mark, ...]] = reactive((), init=False)
    """Folded search terms, and what else is marked in titles and in what stands behind them."""
    sorted_by: reactive[SortedBy | None] = reactive(None, init=False)
    """What the header says the rows are sorted by; the source sorts them."""
    columns: reactive[tuple[str, ...]] = reactive((), init=False)
    """The keys of the columns that are wanted; without any the width says which."""
    cursor_index: reactive[int] = reactive(0, init=False, repaint=False)
    """The row of the cursor, from 0. Clamped to the rows there are."""

    def __init__(
        self,
        *,
        status_words: Mapping[str, str],
        column_words: Mapping[str, str] | None = None,
        empty: str = "",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make an empty list.

        Args:
            status_words: What each status is called on screen.
            column_words: What the columns are called; missing ones are in English.
            empty: What is shown where there are no rows.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        super().__init__(name=name, id=id, classes=classes)
        self.set_reactive(CaseList.empty, empty)
        self._status_words = dict(status_words)
        self._column_words = {**COLUMN_WORDS, **(column_words or {})}
        self._source: RowSource = ListSource()
        self._row_count = 0
        self._pages: LRUCache[int, list[CaseRow]] = LRUCache(KEPT_PAGES)
        self._strips: LRUCache[tuple[CaseRow | str, str, bool], Strip] = LRUCache(KEPT_STRIPS)
        self._looks = RowLooks(self)
        self._columns: tuple[Column, ...] = ()
        self._names = ""
        self._cells = -1
        self._soon: dict[int, CaseRow] = {}
        """The rows that are painted before their page is read."""
        self._ahead: Sequence[Strip] = ()
        """What the lines of the view show where that is of a source yet to be set."""
        self._marked: frozenset[str] = frozenset()
        self._posted_id: str | None = None
        self._click_moved = False

    # -- properties

    @property
    def row_count(self) -> int:
        """How many rows the source had when it was set."""
        return self._row_count

    @property
    def cursor_row(self) -> CaseRow | None:
        """The row under the cursor, or None."""
        return self._row(self.cursor_index)

    @property
    def cursor_id(self) -> str | None:
        """The id of the case under the cursor, or None."""
        row = self.cursor_row
        return row.id if row else None

    @property
    def marked(self) -> frozenset[str]:
        """The ids of all marked cases, whether the source still shows them or not."""
        return self._marked

    @property
    def view_rows(self) -> int:
        """How many rows fit the view."""
        return max(self.scrollable_content_region.height - HEADER, 1)

    def in_view(self) -> list[tuple[int, str]]:
        """Return the rows in view: the line that each stands on, and its case."""
        top = self.scroll_offset.y
        found = ((at, self._row(at)) for at in range(top, top + self.view_rows))
        return [(at - top + HEADER, row.id) for at, row in found if row is not None]

    # -- public methods

    def set_source(
        self,
        source: RowSource,
        keep: str | None = None,
        highlight: tuple[Mark, ...] | None = None,
        *,
        anew: bool = False,
    ) -> None:
        """Show other rows; what looks as before is not painted again.

        Args:
            source: Where they come from.
            keep: The case that the cursor stays on, on the same line of the screen; where it is
                None or not among the rows, the cursor keeps its position.
            highlight: What is marked in them; None for what was marked before.
            anew: Put the cursor on the first row instead where the case is not among the rows.
        """
        line = self.cursor_index - self.scroll_offset.y
        before, self._ahead = self._ahead or self._shown_lines(), ()
        self._mark(highlight)
        self._source, self._row_count = source, len(source)
        self._pages.clear()
        self._make_scrollable(self._row_count + HEADER)
        at = source.index(keep) if keep is not None else None
        lost = 0 if anew and keep is not None else self.cursor_index
        self.cursor_index = lost if at is None else at
        if at is not None:
            self.show_from(at - line)
        self._show_cursor()
        self._paint_changed(before)
        self._tell_cursor()

    def show_soon(
        self, rows: Sequence[CaseRow], at: int, highlight: tuple[Mark, ...] | None = None
    ) -> None:
        """Paint the first rows of a source before it is set, which must come in the same moment.

        Args:
            rows: They will stand at the top of the view.
            at: On which of them the cursor will be.
            highlight: What is marked in them; None for what was marked before.
        """
        before = self._shown_lines()
        self._mark(highlight)
        strips = [self._row_line(row, self._look_of(n == at)) for n, row in enumerate(rows)]
        if paint_at_once(self, HEADER, strips):
            before[HEADER : HEADER + len(strips)] = strips
        self._ahead = before

    def forget_soon(self) -> None:
        """Show the rows that there are again: the source that was begun with does not come."""
        if self._ahead:
            self._ahead = ()
            self.refresh()

    def prepare_looks(self) -> None:
        """Work out how rows look now that the keys are elsewhere: the next ones would wait for it.

        Textual goes up to the screen for each look, and they are others since the keys left.
        """
        self._get_ready()
        for state in ("", "cursor-blurred"):
            for name in self.COMPONENT_CLASSES:
                self._looks.style(state, False, name.removeprefix("case-list--"))

    def set_words(self, status_words: Mapping[str, str], column_words: Mapping[str, str]) -> None:
        """Call statuses and columns by other words, as in another language."""
        self._status_words = dict(status_words)
        self._column_words = {**COLUMN_WORDS, **column_words}
        self._cells = -1
        self._pages.clear()
        self.refresh()

    def refresh_row(self, id: str) -> bool:
        """Read a case's row anew and paint its line.

        Returns:
            Whether the source has the case.
        """
        at = self._source.index(id)
        if at is None:
            return False
        self._pages.discard(at // PAGE_ROWS)
        self._refresh_index(at)
        return True

    def select(self, id: str) -> bool:
        """Put the cursor on a case. Returns whether the source has it."""
        at = self._source.index(id)
        if at is None:
            return False
        self._move_to(at)
        return True

    def move(self, delta: int) -> None:
        """Move the cursor by ``delta`` rows, as far as there are any."""
        self._move_to(self.cursor_index + delta)

    def page(self, direction: int) -> None:
        """Move the cursor by a view's rows, down for 1, up for -1."""
        self._move_to(self.cursor_index + direction * self.view_rows)

    def top(self) -> None:
        """Put the cursor on the first row."""
        self._move_to(0)

    def end(self) -> None:
        """Put the cursor on the last row."""
        self._move_to(self._row_count - 1)

    def open(self) -> None:
        """Open the case under the cursor, if there is one."""
        if (id := self.cursor_id) is not None:
            self.post_message(self.CaseOpened(self, id))

    def toggle_mark(self) -> None:
        """Mark the case under the cursor, or take its mark away; the cursor moves down."""
        if (id := self.cursor_id) is None:
            return
        self._refresh_index(self.cursor_index)
        self._set_marks(self._marked ^ {id})
        self.move(1)

    def mark_all(self, ids: Iterable[str]) -> None:
        """Mark these cases too."""
        self._set_marks(self._marked | set(ids))
        self.refresh()

    def clear_marks(self) -> None:
        """Take all marks away."""
        self._set_marks(frozenset())
        self.refresh()

    # -- watch and validate

    def validate_cursor_index(self, index: int) -> int:
        """Keep the cursor within the rows."""
        return clamp(index, 0, max(self._row_count - 1, 0))

    def watch_cursor_index(self, old: int, new: int) -> None:
        """Paint the two lines that changed."""
        self._refresh_index(old)
        self._refresh_index(new)

    def watch_empty(self) -> None:
        """Say something else where there are no rows."""
        if not self._row_count:
            self.refresh()

    def watch_sorted_by(self) -> None:
        """Say so in the header."""
        self._cells = -1

    def watch_columns(self) -> None:
        """Share the width among the others."""
        self._cells = -1

    def watch_highlight(self, terms: tuple[Mark, ...]) -> None:
        """Mark other terms."""
        self._strips.clear()

    def notify_style_update(self) -> None:
        """Forget painted lines when the theme changes."""
        self._strips.clear()
        self._looks.forget()
        super().notify_style_update()

    # -- render

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines of the view as they go to the terminal.

        As any widget's; but a list has neither border nor padding, and its styles are filtered
        already: its strips can be drawn as they are, with all that was worked out for them when
        they were drawn the last time.
        """
        self._get_ready()
        return [self._line(y).crop(*crop.column_span) for y in crop.line_range]

    def render_line(self, y: int) -> Strip:
        """Paint one line of the view; the first is the header."""
        self._get_ready()
        return self._line(y)

    def _get_ready(self) -> None:
        """Forget what was painted for another width, or for a terminal of other colours."""
        self._measure()
        if self._looks.are_others():
            self._strips.clear()

    def _measure(self) -> None:
        """Share the width among the columns, where it is another one."""
        cells = self.scrollable_content_region.width
        if cells != self._cells:
            self._cells = cells
            self._columns = columns_for(cells, self._column_words, self._status_words, self.columns)
            names = header_text(self._columns, self._column_words, self.sorted_by)
            self._names = " " * GUTTER + names
            self._strips.clear()

    def _line(self, y: int) -> Strip:
        """Return a line of the view, which is painted if it was not yet."""
        if y < HEADER:
            return self._words(self._names, "header")
        index = y - HEADER + self.scroll_offset.y
        row = self._row(index)
        if row is None:
            lines = self.empty.split("\n") if not self._row_count else []
            text = lines[y - HEADER - 1] if HEADER < y <= HEADER + len(lines) else ""
            return self._words(f"  {text}", "empty")
        return self._row_line(row, self._state(index))

    def _row_line(self, row: CaseRow, state: str) -> Strip:
        """Return the line of a row, which is painted if it was not yet."""
        key = (row, state, row.id in self._marked)
        if (strip := self._strips.get(key)) is None:
            strip = self._strips[key] = self._paint(row, state)
        return strip

    def _shown_lines(self) -> list[Strip]:
        """Return what the lines of the view show."""
        self._measure()
        return [self._line(y) for y in range(self.scrollable_content_region.height)]

    def _mark(self, highlight: tuple[Mark, ...] | None) -> None:
        """Mark other terms in what is painted from now on; None for the same."""
        if highlight is not None and highlight != self.highlight:
            self.set_reactive(CaseList.highlight, highlight)
            self._strips.clear()

    def refresh_line(self, y: int) -> None:
        """Refresh the line of row ``y``, which stands below the header."""
        line = y - self.scroll_offset.y + HEADER
        self.refresh(Region(0, line, self.size.width, 1))

    def _state(self, index: int) -> str:
        """Return how the cursor shows on a row: ``cursor``, ``cursor-blurred`` or nothing."""
        return self._look_of(index == self.cursor_index)

    def _look_of(self, is_cursor: bool) -> str:
        """Return how a row shows whether the cursor is on it."""
        if not is_cursor:
            return ""
        return "cursor" if self.has_focus else "cursor-blurred"

    def _words(self, text: str, name: str) -> Strip:
        """Return a line that is no row: the names of the columns, or what stands for rows."""
        key = (text, name, False)
        if (strip := self._strips.get(key)) is None:
            style = self._looks.shown(self.get_component_rich_style(f"case-list--{name}"))
            strip = Strip([Segment(fit(text, self._cells), style)], self._cells)
            self._strips[key] = strip
        return strip

    def _paint(self, row: CaseRow, state: str) -> Strip:
        """Paint a row."""
        marked = row.id in self._marked
        style_of = partial(self._looks.style, state, marked)
        base = last = style_of("text")
        texts = [CURSOR_SIGN if state else " "]
        segments = []
        parts = row_parts(row, self._columns, self._status_words, self.highlight)
        for text, kind in chain([(MARK_SIGN if marked else " ", "flag")], parts):
            style = style_of(kind)
            if style is not last:
                segments.append(Segment("".join(texts), last))
                texts, last = [], style
            texts.append(text)
        segments.append(Segment("".join(texts), last))
        return Strip(segments, cells_of(self._columns)).adjust_cell_length(self._cells, base)

    def _paint_changed(self, before: Sequence[Strip]) -> None:
        """Paint the lines of the view that are others than before.

        The first of them are on their way to the terminal while the others are read.
        """
        top, lines = self.scroll_offset.y, range(len(before))
        soon = self._source.rows(top, min(top + SOON, self._row_count)) if before else ()
        self._soon = dict(enumerate(soon, top))
        for part in (lines[: HEADER + SOON], lines[HEADER + SOON :]):
            # Most equal lines are the same strip; but for other terms all are made anew.
            changed = [
                y for y in part if (line := self._line(y)) is not before[y] and line != before[y]
            ]
            if changed:
                first, behind = changed[0], changed[-1] + 1
                if not paint_at_once(self, first, [self._line(y) for y in range(first, behind)]):
                    self.refresh(Region(0, first, self.size.width, behind - first))
        self._soon = {}

    # -- rows and caches

    def _row(self, index: int) -> CaseRow | None:
        """Return a row, reading its page if it isn't at hand; None outside of the rows."""
        if not 0 <= index < self._row_count:
            return None
        number, offset = divmod(index, PAGE_ROWS)
        page = self._pages.get(number)
        if page is None:
            if index in self._soon:
                return self._soon[index]
            start = number * PAGE_ROWS
            page = list(self._source.rows(start, min(start + PAGE_ROWS, self._row_count)))
            self._pages[number] = page
        # A source can lose rows between two reads.
        return page[offset] if offset < len(page) else None

    def _refresh_index(self, index: int) -> None:
        """Paint the line of a row, if it is in view."""
        if 0 <= index - self.scroll_offset.y < self.view_rows:
            self.refresh_line(index)

    def _set_marks(self, marks: Iterable[str]) -> None:
        """Take over other marks and say so."""
        marks = frozenset(marks)
        if marks != self._marked:
            self._marked = marks
            self.post_message(self.MarksChanged(self, marks))

    # -- cursor and view

    def _move_to(self, index: int) -> None:
        """Put the cursor on a row, show it, and say which case it is if it is another."""
        self.cursor_index = index
        self._show_cursor()
        self._tell_cursor()

    def _tell_cursor(self) -> None:
        """Say on which case the cursor is, if it is another."""
        if (id := self.cursor_id) != self._posted_id:
            self._posted_id = id
            self.post_message(self.CaseHighlighted(self, id))

    def _show_cursor(self) -> None:
        """Scroll just as far as the cursor needs to be in view."""
        top, rows = self.scroll_offset.y, self.view_rows
        if self.cursor_index < top:
            self.show_from(self.cursor_index)
        elif self.cursor_index >= top + rows:
            self.show_from(self.cursor_index - rows + 1)

    # -- events

    def _on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        self._make_scrollable(self._row_count + HEADER)
        self._show_cursor()

    async def _on_click(self, event: events.Click) -> None:
        """Move the cursor to the row, or open it if the cursor stood there already.

        A click on a column's name says so.
        """
        event.stop()
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < HEADER:
            if (column := column_at(self._columns, offset.x)) is not None:
                self.post_message(self.HeaderClicked(self, column))
            return
        index = offset.y - HEADER + self.scroll_offset.y
        if index >= self._row_count:
            return
        if event.chain > 1 and not self._click_moved:
            return  # its first click has opened the case
        self._click_moved = index != self.cursor_index
        if self._click_moved:
            self._move_to(index)
        else:
            self.open()

    # -- actions

    def action_open(self) -> None:
        """Open the case under the cursor."""
        self.open()

    def action_toggle_mark(self) -> None:
        """Mark the case under the cursor, or take its mark away."""
        self.toggle_mark()
