"""What a line of the case list shows, and how it is cut into columns. Pure: paints nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from widgets.plain import cut, fit, visible, width
from widgets.signs import (
    AWAKE_SIGN,
    DECISION_SIGN,
    DRAFT_SIGN,
    FALLING_SIGN,
    HIDDEN_SIGN,
    QUESTION_SIGN,
    RISING_SIGN,
    STATUS_GLYPHS,
    UNREAD_SIGN,
)
from widgets.wrap import Mark, hits

COLUMN_WORDS: Mapping[str, str] = {
    "key": "case",
    "status": "status",
    "title": "title",
    "engineers": "engineers",
    "activity": "activity",
    "age": "age",
    "unread": "new",
    "entries": "all",
    "waiting": "turn",
    "opened": "opened",
    "tags": "tags",
    "pictures": "pics",
    "files": "files",
}
"""What can be a column, and what it is called where nobody gives it another name."""
STANDARD = (
    *("key", "status", "title", "waiting", "engineers"),
    *("activity", "age", "unread", "entries"),
)
"""The columns of a wide list for which none were chosen."""
NUMBERS = frozenset({"unread", "entries", "pictures", "files"})
LEAST_TITLE = 20
"""Chosen columns fall away until the title has so many cells."""

SHORT = 11
"""Cells for the name of a case where the list is narrow."""
BETWEEN = " · "
"""Stands between a title and where else something was found."""
NEAR = 100
"""In so many signs a context shows where its hit is, and as many as fit on the line."""
GUTTER = 2
"""Cells before the first column: the cursor's sign and the mark's."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What one line of the list shows; every value is ready for display.

    ``key`` is the whole name of the case, ``short_key`` a form for narrow lists ("nova#97").
    ``status`` is the key of a status word. ``activity`` and ``age`` are shown as they are.
    ``awake`` is a hold that wants a look again; ``questions`` are for a person to answer.
    ``context`` is where else than in the title something looked for stands. ``waiting`` is the word
    for whose turn it is, ``waiting_mark`` its short form, ``side`` the key of its colour.
    """

    id: str
    key: str
    short_key: str
    status: str
    title: str
    engineers: str = ""
    activity: str = ""
    age: str = ""
    unread: int = 0
    entries: int = 0
    awake: bool = False
    decisions: int = 0
    questions: int = 0
    draft: bool = False
    hidden: bool = False
    context: str = ""
    waiting: str = ""
    waiting_mark: str = ""
    side: str = ""
    opened: str = ""
    tags: str = ""
    pictures: int = 0
    files: int = 0


class RowSource(Protocol):
    """Where rows come from. Every method answers at once: it is asked while a frame is painted."""

    def __len__(self) -> int:
        """Return how many rows there are."""

    def rows(self, start: int, stop: int) -> Sequence[CaseRow]:
        """Return the rows from ``start`` up to ``stop``, which may be beyond the end."""

    def index(self, id: str) -> int | None:
        """Return where the row of a case stands, or None."""


class ListSource:
    """A source whose rows are all in memory."""

    def __init__(self, rows: Iterable[CaseRow] = ()) -> None:
        """Keep ``rows`` in their order."""
        self._rows = list(rows)
        self._index = {row.id: at for at, row in enumerate(self._rows)}

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self._rows)

    def rows(self, start: int, stop: int) -> Sequence[CaseRow]:
        """Return the rows from ``start`` up to ``stop``."""
        return self._rows[start:stop]

    def index(self, id: str) -> int | None:
        """Return where the row of a case stands, or None."""
        return self._index.get(id)

    def replace(self, row: CaseRow) -> None:
        """Put ``row`` in the place of the one with its id."""
        self._rows[self._index[row.id]] = row


SortedBy = tuple[str, bool]
"""The key of the column that rows are sorted by, and whether its values fall from row to row."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``cells`` wide, ``align`` left or right."""

    key: str
    cells: int
    align: str = "left"


def columns_for(
    cells: int,
    column_words: Mapping[str, str],
    status_words: Mapping[str, str],
    chosen: Sequence[str] = (),
) -> tuple[Column, ...]:
    """Return the columns that fit a list of ``cells`` cells; the title takes what is left.

    Args:
        cells: The width of the list.
        column_words: What the columns are called.
        status_words: What the statuses are called.
        chosen: The columns that are wanted, by their keys; without any, the width says which. Where
            they do not fit the last ones fall away first; the title never does.
    """
    keys = list(chosen) or _usual(cells)
    columns = [_column(key, cells, column_words, status_words) for key in keys]
    if chosen:
        title = LEAST_TITLE if "title" in keys else 0
        while len(columns) > 1 and cells_of(columns) + title > cells:
            columns.remove(next(each for each in reversed(columns) if each.key != "title"))
    room = cells - cells_of(columns)
    return tuple(
        Column("title", max(room, 0)) if column.key == "title" else column for column in columns
    )


def _usual(cells: int) -> list[str]:
    """Return the columns of a list of ``cells`` cells for which none were chosen."""
    least = {"waiting": 100, "engineers": 78, "activity": 78}
    least |= dict.fromkeys(("age", "unread", "entries"), 118)
    return [key for key in STANDARD if cells >= least.get(key, 0)]


def _column(
    key: str, cells: int, column_words: Mapping[str, str], status_words: Mapping[str, str]
) -> Column:
    """Return a column as wide as what stands in it; the title's width is found last."""
    name = width(visible(column_words[key]))
    if key in NUMBERS:
        return Column(key, max(4, name), "right")
    if key == "status":
        status = max((width(visible(word)) for word in status_words.values()), default=0)
        return Column(key, status + width("▸ ") + width(AWAKE_SIGN))
    widths = {
        "key": 22 if cells >= 136 else SHORT,
        "title": 0,
        "waiting": max(8, name),
        "engineers": 12 if cells >= 118 else 8,
        "age": 6,
        "tags": 12,
    }
    return Column(key, widths.get(key, 10), "right" if key == "age" else "left")


def cells_of(columns: Sequence[Column]) -> int:
    """Return how many cells a row takes, with what stands before and between its columns."""
    return GUTTER + sum(column.cells for column in columns) + len(columns) - 1


def header_text(
    columns: Sequence[Column], column_words: Mapping[str, str], sorted_by: SortedBy | None
) -> str:
    """Return the names of the columns, with a sign behind the one that the rows are sorted by."""
    return " ".join(
        fit(_named(column, column_words, sorted_by), column.cells, align=column.align)
        for column in columns
    )


def column_at(columns: Sequence[Column], cell: int) -> str | None:
    """Return the key of the column that a cell of a line lies in, None before the first."""
    start = GUTTER
    for column in columns:
        if start <= cell < start + column.cells:
            return column.key
        start += column.cells + 1
    return None


def sort_sign(falls: bool) -> str:
    """Return the sign of a column whose values rise from row to row, or fall."""
    return FALLING_SIGN if falls else RISING_SIGN


def _named(column: Column, words: Mapping[str, str], sorted_by: SortedBy | None) -> str:
    word = visible(words[column.key])
    if sorted_by is None or sorted_by[0] != column.key:
        return word
    # Where room is scarce the sign says more than the word's end.
    sign = sort_sign(sorted_by[1])
    room = column.cells - width(sign)
    return f"{word} {sign}" if width(word) < room else f"{cut(word, room)}{sign}"


def flags(row: CaseRow, *, unread: bool) -> str:
    """Return the signs that stand after a title; ``unread`` where no column counts it."""
    signs = (
        (HIDDEN_SIGN, row.hidden),
        (DRAFT_SIGN, row.draft),
        (DECISION_SIGN, row.decisions),
        (QUESTION_SIGN, row.questions),
        (UNREAD_SIGN, unread and row.unread),
    )
    return "".join(sign for sign, on in signs if on)


def status_cell(row: CaseRow, status_words: Mapping[str, str]) -> str:
    """Return the status as sign and word; a hold that is awake has a mark more."""
    word = status_words.get(row.status, row.status)
    awake = AWAKE_SIGN if row.awake else ""
    return f"{STATUS_GLYPHS.get(row.status, '·')} {word}{awake}"


def row_parts(
    row: CaseRow,
    columns: Sequence[Column],
    status_words: Mapping[str, str],
    terms: Sequence[Mark] = (),
) -> Iterator[tuple[str, str]]:
    """Yield a row's text piece by piece, each with what it is; their cells add up to the columns.

    What it is: ``text``, ``quiet``, ``title``, ``flag``, ``unread``, ``awake``, ``hit``, the
    status's key, or ``side-`` and the key of a side. Folded ``terms`` are hits.
    """
    keys = {column.key for column in columns}
    for at, column in enumerate(columns):
        if at:
            yield " ", "text"
        if column.key == "title":
            mark = "" if "waiting" in keys else row.waiting_mark
            yield from _title_parts(row, column.cells, terms, mark, unread="unread" not in keys)
        elif column.key == "status":
            kind = "awake" if row.awake else row.status
            yield _cell(status_cell(row, status_words), column.cells, "left"), kind
        else:
            value, kind = _value(row, column)
            yield _cell(value, column.cells, column.align), kind


@lru_cache(maxsize=4096)
def _cell(text: str, cells: int, align: str) -> str:
    """Return what ``fit`` does; kept, for names, words and days are the same in many rows."""
    return fit(text, cells, align=align)


def _title_parts(
    row: CaseRow, cells: int, terms: Sequence[Mark], mark: str, *, unread: bool
) -> Iterator[tuple[str, str]]:
    """Yield the title, where else hits stand, and at the right edge its signs and whose turn it
    is."""
    signs = flags(row, unread=unread)
    signs = fit(f" {signs}", min(width(signs) + 1, cells)) if signs else ""
    mark = f" {mark}" if mark and width(mark) + 1 + width(signs) <= cells // 2 else ""
    room = cells - width(signs) - width(mark)
    kind = "unread" if row.unread else "title"
    title = visible(row.title)
    if row.context and room > 2 * width(BETWEEN):
        left = max(room // 2, room - width(BETWEEN + visible(row.context)))
        title = cut(title, left)
        yield from _hit_parts(title, kind, terms)
        rest = room - width(title) - width(BETWEEN)
        context = _around(visible(row.context), rest, terms)
        yield from _hit_parts(BETWEEN + fit(context, rest), "quiet", terms)
    else:
        yield from _hit_parts(fit(title, room), kind, terms)
    if signs:
        yield signs, "flag"
    if mark:
        yield mark, f"side-{row.side}"


def _around(text: str, room: int, terms: Sequence[Mark]) -> str:
    """Return a text that is too long from so far on that the first hit in it is in sight.

    Of a very long one no more is looked at than where a hit stands: it begins shortly before.
    """
    if width(text) <= room:
        return text
    text = text[: room + NEAR]
    first, last = next(iter(hits(text, terms)), (0, 0))
    if width(text[:last]) < room:
        return text
    before = (room - width(text[first:last]) - 2) // 2
    start = first
    while start and width(text[start - 1 : first]) <= before:
        start -= 1
    return "…" + text[start:] if start else text


def _hit_parts(text: str, kind: str, terms: Sequence[Mark]) -> Iterator[tuple[str, str]]:
    """Yield a text, what is looked for in it apart."""
    end = 0
    for first, last in hits(text, terms) if terms else ():
        yield text[end:first], kind
        yield text[first:last], "hit"
        end = last
    yield text[end:], kind


def _name(row: CaseRow, cells: int) -> str:
    """Return the name of a case; where room is scarce its number says more than its project."""
    if cells > SHORT:
        return row.key
    if width(visible(row.short_key)) <= cells:
        return row.short_key
    return row.short_key[max(0, row.short_key.find("#")) :]


def _value(row: CaseRow, column: Column) -> tuple[str, str]:
    """Return the text of a simple column and what it is."""
    match column.key:
        case "key":
            return _name(row, column.cells), "text"
        case "engineers":
            return row.engineers, "text"
        case "activity":
            return row.activity, "quiet"
        case "age":
            return row.age, "quiet"
        case "waiting":
            return row.waiting, f"side-{row.side}"
        case "opened":
            return row.opened, "quiet"
        case "tags":
            return row.tags, "quiet"
        case "pictures" | "files":
            return str((row.pictures if column.key == "pictures" else row.files) or ""), "quiet"
        case "unread":
            return str(row.unread or ""), "unread"
        case _:
            return str(row.entries or ""), "quiet"
