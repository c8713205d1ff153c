"""The first frame, written before Textual is loaded: a person sees the cases while it loads.

Loading Textual takes several times as long as reading a page of cases. The rows here are laid out
by the same code as the list's, so nothing moves when Textual paints over them.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from widgets.case_rows import CaseRow, columns_for, header_text, row_parts
from widgets.plain import fit, visible, width
from widgets.signs import CURSOR_SIGN
from widgets.tab_parts import Tab, tab_parts
from workbench.cases.errors import WorkbenchError
from workbench.colours import Colours
from workbench.language import t, view_word
from workbench.tui.layout import LIST_SHARE, Layout, has_tabs, layout_for
from workbench.tui.rows import FEW_CASES, case_row, summaries
from workbench.tui.sorting import DEFAULT, sorted_by
from workbench.tui.words import column_words, status_words

if TYPE_CHECKING:
    from workbench.cases.views import SavedView
    from workbench.config import Config
    from workbench.desk import Desk

ENTER = "\x1b[?1049h"
"""Goes to the terminal's other screen, clearing it."""

LEAVE = "\x1b[?1049l\x1b[?25h"


def can_paint(env: dict[str, str]) -> bool:
    """Return whether there is a terminal with the colours that the frame is painted in."""
    streams = (sys.__stdin__, sys.__stderr__)
    if not all(stream is not None and stream.isatty() for stream in streams):
        return False
    if env.get("NO_COLOR"):
        return False
    return env.get("COLORTERM") in ("truecolor", "24bit") and not env.get("TEXTUAL_DRIVER")


@dataclass(frozen=True)
class Painted:
    """What was painted: nothing (no terminal for it, a mistaken query), or a list.

    ``cursor`` is the case that the cursor stands on: a key that is pressed now is meant for it,
    whatever other processes write before it is read.
    """

    is_there: bool = False
    cursor: str | None = None


def paint(desk: Desk, config: Config, clock: Callable[[], int], stream: TextIO) -> Painted:
    """Write the first frame."""
    size = shutil.get_terminal_size()
    colours = config.themes.get(config.theme)
    if colours is None:  # Textual's own, which are known once it is loaded
        return Painted()
    try:
        ids, found = first_cases(desk, config.filter, size.lines)
    except WorkbenchError:
        # The application says what is wrong, where it can be read.
        return Painted()
    lines = frame(desk, config, colours, ids, clock(), size, found)
    stream.write(f"{ENTER}\x1b[?25l\x1b[H" + "\r\n".join(lines) + "\x1b[0m")
    stream.flush()
    return Painted(True, ids[0] if ids else None)


def first_cases(desk: Desk, query: str, most: int) -> tuple[Sequence[str], int | None]:
    """Return the first cases that a query finds, and how many it finds; None where that takes long.

    Raises:
        WorkbenchError: the query is mistaken.
    """
    held = desk.held(query)
    if held is not None:
        return held.ids(0, most), len(held)
    is_big = sum(desk.counts().values()) > FEW_CASES
    first = desk.search(query, limit=most if is_big else None)
    return desk.ids(first), None if is_big and len(first) == most else len(first)


def frame(
    desk: Desk,
    config: Config,
    colours: Colours,
    ids: Sequence[str],
    now: int,
    size: tuple[int, int],
    found: int | None,
) -> Iterator[str]:
    """Yield the lines of the main screen, from top to bottom, without the thread.

    Args:
        desk: What to show.
        config: The settings: query and preview.
        colours: What it is painted in.
        ids: The first cases that the query finds.
        now: The time in milliseconds, for ages.
        size: Columns and lines of the terminal.
        found: How many cases the query finds; None where that is not known yet.
    """
    columns, lines = size
    layout: Layout = layout_for(columns, lines, config.preview)
    share, whole = LIST_SHARE[layout]
    cells = columns * share // whole if layout == "beside" else columns
    tabs = has_tabs(lines)
    panes = lines - 2 - tabs
    room = panes * share // whole if layout == "below" else panes
    views = desk.views()
    view = next((view for view in views if view.query == config.filter), None)
    chosen = config.columns(view)
    rows = [case_row(summary, now) for summary in summaries(desk, ids[: room - 1], chosen)]
    if tabs:
        yield tabs_line(columns, views, view, colours)
    yield top_line(columns, found, desk, config.filter, colours)
    inner = cells - (found is None or found > room - 1)
    painted = [header_line(inner, colours, chosen)]
    painted += [row_line(row, inner, colours, at == 0, chosen) for at, row in enumerate(rows)]
    for line in painted:
        yield line + _ground(columns - inner, colours.background)
    for _ in range(panes - len(painted)):
        yield _ground(columns, colours.background)
    yield _ground(columns, colours.panel)


def tabs_line(
    columns: int, views: Sequence[SavedView], view: SavedView | None, colours: Colours
) -> str:
    """Return the line with the saved views, of which ``view`` is shown; their cases are counted
    later."""
    active = None if view is None else view.name
    tabs = [Tab(view.name, view_word(view)) for view in views]
    return "".join(
        _paint(
            text,
            colours.foreground if kind == "active" else colours.muted,
            colours.background,
            bold=kind == "active",
        )
        for text, kind, _ in tab_parts(tabs, active, columns)
    )


def top_line(columns: int, found: int | None, desk: Desk, query: str, colours: Colours) -> str:
    """Return the line with the filter and the count."""
    total = sum(desk.counts().values())
    count = t("{n} cases", n=total)
    if query:
        count = t("{shown} of {total}", shown="…" if found is None else found, total=total)
    left = fit(f" /  {visible(query) or t('filter')}", columns - width(count) - 1)
    return _paint(f"{left}{count} ", colours.muted, colours.panel)


def header_line(cells: int, colours: Colours, chosen: Sequence[str] = ()) -> str:
    """Return the line with the columns' names."""
    words = column_words()
    columns = columns_for(cells, words, status_words(), chosen)
    names = header_text(columns, words, sorted_by(DEFAULT, chosen))
    return _paint(fit(f"  {names}", cells), colours.foreground, colours.panel, bold=True)


def row_line(
    row: CaseRow, cells: int, colours: Colours, at_cursor: bool, chosen: Sequence[str] = ()
) -> str:
    """Return one row of the list."""
    ink, ground = colours.cursor if at_cursor else (colours.foreground, colours.background)
    line = _paint(f"{CURSOR_SIGN if at_cursor else ' '} ", ink, ground, bold=at_cursor)
    columns = columns_for(cells, column_words(), status_words(), chosen)
    for text, kind in row_parts(row, columns, status_words()):
        piece = ink
        if not at_cursor:
            quiet = {"quiet": colours.muted, "flag": colours.ink(colours.accent)}
            piece = {**quiet, **colours.statuses, **colours.sides}.get(kind, ink)
        line += _paint(text, piece, ground, bold=at_cursor or kind in ("unread", "flag"))
    return line


def _ground(cells: int, colour: str) -> str:
    return _paint(" " * cells, colour, colour)


def _paint(text: str, ink: str, ground: str, *, bold: bool = False) -> str:
    """Return a text in colours."""
    codes = f"38;2;{_rgb(ink)};48;2;{_rgb(ground)}"
    return f"\x1b[0;{'1;' if bold else ''}{codes}m{text}"


def _rgb(colour: str) -> str:
    return ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
