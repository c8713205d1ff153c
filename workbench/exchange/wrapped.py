"""What a wrapper holds once it is taken off: source lines, and what is known about the page.

The rows of a source view come as they stand in the file; ``in_sequence`` tells which of them are
lines of the page, by their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.cases.said import counted, said
from workbench.exchange.page import Revision, Shape, SourceLine


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A page without its wrapper.

    ``damaged`` holds the numbers of lines that are not whole; ``cut`` is True where the file is
    known to end before the page does, ``goes_on`` where its last row looks like one that others
    stand below. ``title`` is what the wrapper calls the page.
    """

    shape: Shape
    lines: Sequence[SourceLine]
    title: str | None = None
    damaged: frozenset[int] = frozenset()
    cut: bool = False
    goes_on: bool = False
    saved_by: str | None = None
    saved_at: str | None = None
    version: Revision | None = None
    encoding: str = "utf-8"
    refused: tuple[str, ...] = ()


@dataclass(slots=True)
class Row:
    """A row of a source view. ``place`` is where it stands in the file, for a person.

    ``number`` is None for what is no row of a table; ``revision`` and ``author`` are None where
    the row goes on with the group above it. ``whole`` is False where the row breaks off.
    """

    place: str
    number: int | None
    text: str
    revision: Revision | None = None
    author: str | None = None
    whole: bool = True


InSequence = tuple[tuple[SourceLine, ...], frozenset[int], tuple[str, ...]]
"""The lines of a table, the numbers of those that are not whole, and what was left out."""


def in_sequence(rows: Sequence[Row]) -> InSequence:
    """Take the rows whose numbers follow each other.

    "A row belongs to the table when its number is the previous one plus one." Where that one is
    nowhere below, rows are missing: the table goes on at the next row that another follows, and
    the reader sees the jump in the numbers.
    """
    return _Sequencer(rows).run()


class _Sequencer:
    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.last = {row.number: index for index, row in enumerate(rows) if row.number is not None}
        self.next_number = self._next_numbers()
        self.lines: list[SourceLine] = []
        self.damaged: set[int] = set()
        self.refused: list[str] = []
        self.strays: list[Row] = []
        self.revision: Revision | None = None
        self.author: str | None = None

    def run(self) -> InSequence:
        start = self._start()
        expected = self.rows[start].number if start < len(self.rows) else None
        for index, row in enumerate(self.rows):
            if index < start:
                if row.number is not None:
                    self.strays.append(row)
            elif row.number == expected:
                expected = self._take(row)
            elif self._goes_on(index, expected):
                self._miss(expected, row.number)
                expected = self._take(row)
            else:
                self.strays.append(row)
        self._drop_footer()
        self._tell_strays()
        return tuple(self.lines), frozenset(self.damaged), tuple(self.refused)

    def _start(self) -> int:
        """Return where the table begins: line 1, or the first row that another follows."""
        for index, row in enumerate(self.rows):
            if row.number == 1:
                return index
        for index, row in enumerate(self.rows):
            if row.number is not None and self.next_number[index] == row.number + 1:
                return index
        numbered = (index for index, row in enumerate(self.rows) if row.number is not None)
        return next(numbered, len(self.rows))

    def _next_numbers(self) -> list[int | None]:
        following: list[int | None] = []
        number: int | None = None
        for row in reversed(self.rows):
            following.append(number)
            number = number if row.number is None else row.number
        return following[::-1]

    def _goes_on(self, index: int, expected: int | None) -> bool:
        number = self.rows[index].number
        if number is None or expected is None or number < expected:
            return False
        return self.last.get(expected, -1) < index and self.next_number[index] == number + 1

    def _take(self, row: Row) -> int:
        assert row.number is not None
        if row.revision is not None or row.author is not None:
            self.revision, self.author = row.revision or self.revision, row.author or self.author
        self.lines.append(SourceLine(row.number, row.text, self.revision, self.author))
        if not row.whole:
            self.damaged.add(row.number)
        return row.number + 1

    def _miss(self, expected: int | None, number: int | None) -> None:
        """Say that rows are missing. Whose lines come below them, nobody knows any more."""
        assert expected is not None
        assert number is not None
        self.revision = self.author = None
        self.refused.append(
            said("The table has no whole row {row}.", row=expected)
            if number - 1 == expected
            else said(
                "The table has no whole rows {first} to {last}.", first=expected, last=number - 1
            )
        )

    def _drop_footer(self) -> None:
        """Forget what stands below the table, unless it might be a broken row of it."""
        while self.strays and self.strays[-1] is self.rows[-1] and _is_footer(self.rows[-1]):
            self.strays.pop()
            self.rows = self.rows[:-1]

    def _tell_strays(self) -> None:
        places = [row.place for row in self.strays]
        if places:
            self.refused.append(
                counted(
                    "Row {rows} of the file is no line of the page by number, and nothing was read"
                    " from there.",
                    "Rows {rows} of the file are no lines of the page by number, and nothing was"
                    " read from there.",
                    len(places),
                    rows=first_few(places),
                )
            )


def _is_footer(row: Row) -> bool:
    return row.number is None and "|" not in row.text


def first_few(places: Sequence[str]) -> str:
    """Return the first places by name, the others by their number."""
    shown = ", ".join(places[:5])
    return (
        said("{shown} and {more} more", shown=shown, more=len(places) - 5) if places[5:] else shown
    )


_TIME = r"(?P<time>[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}\s+[0-9]{1,2}:[0-9]{2})"
_SAVED = (
    re.compile(rf"在\s*{_TIME}\s*上?\s*被(?P<who>[^\n]{{1,80}}?)修改"),
    re.compile(rf"Last modified by (?P<who>[^\n]{{1,80}}?) on {_TIME}"),
)
_TITLE = re.compile(r"(?:Wiki\s?源代码|Wiki source code of )\s*(\S[^\n]{0,300})", re.IGNORECASE)


def read_title(text: str) -> str | None:
    """Return the page's name from the title of its source view, or None for another text."""
    match = _TITLE.match(text.strip())
    return match[1].strip() if match else None


def read_saved(text: str) -> tuple[str | None, str | None]:
    """Return who saved the page last and when (ISO 8601 without offset), as far as it is told."""
    for pattern in _SAVED:
        if match := pattern.search(text):
            return match["who"].strip() or None, _moment(match["time"])
    return None, None


def _moment(written: str) -> str | None:
    year, month, day, hour, minute = map(int, re.split(r"[/:\s]+", written))
    try:
        return datetime(year, month, day, hour, minute).isoformat()
    except ValueError:
        return None
