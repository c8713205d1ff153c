"""The wiki's source view after a text extractor: rows of bars around the lines of the page.

The first row of a group of lines with one author is ``REV | N | TEXT |`` below an avatar, or
``REV | N | TEXT | |`` without one; further rows are ``N | TEXT | ||``, or ``N | TEXT |`` where
the view shows no authors; the last row of a file is not padded. Bars within the text are not
escaped, so a fixed beginning and a fixed end are taken off, and nothing is split at bars.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from workbench.cases.said import said
from workbench.exchange.decoding import is_damaged, show_damage
from workbench.exchange.page import Revision, Shape
from workbench.exchange.wrapped import Row, Wrapped, in_sequence, read_saved, read_title

_ROW = re.compile(
    r"(?:(?P<major>[0-9]{1,6})\.(?P<minor>[0-9]{1,6}) ?\| ?)?(?P<number>[0-9]{1,7}) ?\|"
)
_AVATAR = re.compile(r"!\[[^\]]*\]\([^)]*\) ?\|?")
_HEAD = 20
"""The page's title and its last change stand within so many rows."""
_BEGUN = re.compile(r"[0-9]{1,7}(\.[0-9]{0,6})?( ?\|?[0-9 |]*)?|!\[.*", re.DOTALL)


def is_row(text: str) -> bool:
    """Say whether a line of the file could be a row of such a table."""
    return _ROW.match(text.strip()) is not None


def row_text(text: str) -> str:
    """Return what stands behind the number of a row, bars and all."""
    match = _ROW.match(text.strip())
    return text.strip()[match.end() :].strip() if match else ""


def unwrap_table(text: str, encoding: str) -> Wrapped:
    """Take the lines of the page out of the extracted source view."""
    written = [row.strip() for row in text.split("\n")]
    rows, avatars = _rows(written)
    begun = _ends_in_a_row(written)
    if begun and rows and rows[-1].number is None:
        rows.pop()
    lines, damaged, refused = in_sequence(rows)
    if begun:
        refused += (
            said("The file ends in the middle of a row, after row {row}.", row=_last(rows)),
        )
    saved_by, saved_at = read_saved("\n".join(written[:_HEAD]))
    return Wrapped(
        _shape(rows, avatars),
        lines,
        next(filter(None, map(read_title, written[:_HEAD])), None),
        damaged=damaged,
        cut=begun,
        goes_on=_is_padded(next(filter(None, reversed(written)), "")),
        saved_by=saved_by,
        saved_at=saved_at,
        encoding=encoding,
        refused=refused,
    )


def _rows(written: Sequence[str]) -> tuple[list[Row], int]:
    """Return every row that is not blank and no avatar, and the number of avatars."""
    rows: list[Row] = []
    avatars = 0
    below_avatar = False
    has_authors = any(_shows_authors(row) for row in written)
    for place, row in enumerate(written, 1):
        if not row:
            continue
        is_avatar = _AVATAR.fullmatch(row) is not None
        avatars += is_avatar
        if not is_avatar:
            rows.append(_row(str(place), row, below_avatar, has_authors))
        below_avatar = is_avatar
    return rows, avatars


def _shows_authors(row: str) -> bool:
    """Say whether only a view with authors has such a row: a revision, or padding without one."""
    match = _ROW.match(row)
    return match is not None and (match["major"] is not None or row.endswith("||"))


def _row(place: str, row: str, below_avatar: bool, has_authors: bool) -> Row:
    match = _ROW.match(row)
    if match is None:
        return Row(place, None, show_damage(row))
    revision: Revision | None = None
    if match["major"]:
        revision = int(match["major"]), int(match["minor"])
    body = row[match.end() :]
    if not has_authors or (revision and below_avatar):
        ends: tuple[str, ...] = (" |",)
    else:
        ends = (" | |", " |") if revision else (" | ||", " |")
    text = _without_end(body, ends)
    whole = text is not None and not is_damaged(row)
    return Row(
        place,
        int(match["number"]),
        show_damage(body.strip() if text is None else text),
        revision,
        whole=whole,
    )


def _without_end(body: str, ends: Iterable[str]) -> str | None:
    """Take the first of ``ends`` that fits off the row; None where the row has none of them."""
    for end in ends:
        # An extractor that joins runs of spaces joins the end of an empty cell too.
        if body.replace(" ", "") == end.replace(" ", ""):
            return ""
        if body.endswith(end):
            return body[: -len(end)].strip()
    return None


def _is_padded(row: str) -> bool:
    """Say whether a row is a padded one: the last row of a whole table is not."""
    match = _ROW.match(row)
    return match is not None and match["major"] is None and row.endswith("||")


def _ends_in_a_row(written: Sequence[str]) -> bool:
    """Say whether the file's last line only begins a row."""
    last = written[-1]
    if _AVATAR.fullmatch(last):
        return True
    return _ROW.match(last) is None and _BEGUN.fullmatch(last) is not None


def _last(rows: Sequence[Row]) -> int:
    return next((row.number for row in reversed(rows) if row.number is not None), 0)


def _shape(rows: Sequence[Row], avatars: int) -> Shape:
    if not any(row.revision for row in rows):
        return "no authors"
    return "avatar" if avatars else "no image"
