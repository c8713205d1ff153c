"""The table that ``list`` draws; rich is loaded for colours and for text that is out of the way."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Literal

from widgets.plain import fit, printed, visible, width
from widgets.signs import AWAKE_SIGN, DECISION_SIGN, QUESTION_SIGN
from workbench.cases.record import Record
from workbench.cli.output import is_terminal
from workbench.cli.report import moment
from workbench.language import later, side_word, status_word, t

if TYPE_CHECKING:
    from workbench.cases.model import Status, Summary

_WIDTH_WITHOUT_TERMINAL = 120
_LEAST_TITLE = 16
_MOST_ENGINEERS = 20
_GAP = 2
_STYLES: dict[Status, str] = {
    "unset": "",
    "in_progress": "yellow",
    "on_hold": "magenta",
    "resolved": "green",
}


class _Column(Record):
    """A column: its heading as a msgid, what stands in it, and when a narrow table leaves it out.

    The columns with the highest ``spare`` go first; one with 0 always stays. ``most`` is its
    greatest width in cells.
    """

    heading: str
    text: Callable[[Summary], str]
    spare: int = 0
    most: int | None = None
    align: Literal["left", "right"] = "left"


_TITLE = _Column(later("Title"), lambda case: case.title)
_STATUS = _Column(later("Status"), lambda case: status_word(case.status) + _marks(case))
_COLUMNS = (
    _Column(later("Case"), lambda case: case.key),
    _STATUS,
    _TITLE,
    _Column(later("Engineers"), lambda case: " ".join(case.people), 3, _MOST_ENGINEERS),
    _Column(later("Entries"), lambda case: _entries(case), 1, align="right"),
    _Column(later("Active"), lambda case: _active(case), 2),
    _Column(later("Waits for"), lambda case: _waits_for(case), 5),
    _Column(later("Days"), lambda case: _days(case), 4, align="right"),
)


def draw_cases(cases: Sequence[Summary]) -> str:
    """Return a table of cases that fits the terminal; plain text where there is none."""
    cells = _terminal_cells()
    widths = _widths(cases, cells)
    styled = _coloured()
    # Without a terminal no column gets out of line, and whoever reads on wants the text whole.
    fitted = partial(fit, show=visible if is_terminal(sys.stdout) else printed)
    gap = " " * _GAP
    lines = [
        gap.join(fit(t(column.heading), taken, align=column.align) for column, taken in widths)
    ]
    for case in cases:
        drawn = (
            styled(case, fitted(column.text(case), taken, align=column.align))
            if column is _STATUS
            else fitted(column.text(case), taken, align=column.align)
            for column, taken in widths
        )
        lines.append(gap.join(drawn))
    return "".join(line.rstrip() + "\n" for line in lines)


def _terminal_cells() -> int:
    """Return the width of the terminal; shutil tells it too, but loads all kinds of archives."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return int(named)
    try:
        cells = os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        cells = 0  # there is no terminal, as some terminals say too
    return cells or _WIDTH_WITHOUT_TERMINAL


def _coloured() -> Callable[[Summary, str], str]:
    """Return what gives a case's status its colour; nothing does where colours aren't wanted."""
    dumb = os.environ.get("TERM") in (None, "", "dumb", "unknown")
    if dumb or os.environ.get("NO_COLOR") or not is_terminal(sys.stdout):
        return lambda _case, text: text
    from rich.color import ColorSystem
    from rich.style import Style

    styles = {status: Style.parse(style) for status, style in _STYLES.items()}
    return lambda case, text: styles[case.status].render(text, color_system=ColorSystem.STANDARD)


def _widths(cases: Sequence[Summary], cells: int) -> list[tuple[_Column, int]]:
    """Return the columns that have room in so many cells, with their widths.

    Keys are never cut; the title takes the room that the others leave.
    """
    widths = {column: _natural(column, cases) for column in _COLUMNS}
    wanted = widths.pop(_TITLE)
    while True:
        room = cells - sum(widths.values()) - _GAP * len(widths)
        spare = max(widths, key=lambda column: column.spare)
        if room >= min(wanted, _LEAST_TITLE) or not spare.spare:
            widths[_TITLE] = max(1, min(wanted, room))
            return [(column, widths[column]) for column in _COLUMNS if column in widths]
        del widths[spare]


def _natural(column: _Column, cases: Sequence[Summary]) -> int:
    """Return how many cells a column would like to have."""
    longest = max(width(visible(column.text(case))) for case in cases)
    longest = max(longest, width(t(column.heading)))
    return longest if column.most is None else min(longest, column.most)


def _marks(case: Summary) -> str:
    """Return the signs that call for a person, an awake hold's beside the status."""
    signs = (
        (AWAKE_SIGN, case.awake),
        (DECISION_SIGN, case.decisions),
        (QUESTION_SIGN, case.questions),
    )
    return "".join(sign for sign, there in signs if there)


def _waits_for(case: Summary) -> str:
    """Return the side whose turn it is."""
    return side_word(case.waiting_for) if case.waiting_for else ""


def _entries(case: Summary) -> str:
    """Return how many entries there are, and how many of them are new."""
    return f"{case.entry_count} +{case.unread}" if case.unread else str(case.entry_count)


def _active(case: Summary) -> str:
    """Return the day of the last activity, "" where no day is known."""
    return moment(case.updated_at)[:10] if case.updated_at else ""


def _days(case: Summary) -> str:
    """Return how many days ago a case was opened, "" where that is not known."""
    if case.opened_on is None:
        return ""
    opened = date.fromisoformat(case.opened_on[:10])
    return str(max(0, (date.today() - opened).days))
