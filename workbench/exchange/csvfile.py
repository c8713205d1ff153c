"""Rows as a CSV file that spreadsheets open as it is meant.

Knows rows only as plain JSON-like values; which columns there are is the caller's choice.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

BOM = b"\xef\xbb\xbf"

_CHUNK = 1 << 16

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""Beginnings that a spreadsheet may run as a formula; full-width ones do so in Chinese editions."""

_LONG_NUMBER = re.compile(r"[0-9]{12,}", re.ASCII)
"""From 12 digits on a spreadsheet shows 1.23E+11, and saves that; from 16 on digits are lost."""

_MAIN = ("file", "value", "text")
"""Where an object in a list has its main value: pictures and files, references, questions."""


def write_csv(rows: Iterable[Mapping[str, object]], header: Sequence[str]) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8 with BOM and CRLF, in pieces and with constant memory.

    Args:
        rows: One mapping for each row; what ``header`` does not name is left out, and what a
            row lacks is empty.
        header: The columns, in order.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    yield BOM
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in header])
        if buffer.tell() >= _CHUNK:
            yield _drain(buffer)
    yield _drain(buffer)


def cell(value: object) -> str:
    """Return the text of one cell.

    A ``'`` stands in front of what a spreadsheet would run as a formula or round as a number.
    """
    text = _text(value)
    if text.startswith(_FORMULA) or (
        isinstance(value, str | list) and _LONG_NUMBER.fullmatch(text)
    ):
        return f"'{text}"
    return text


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return " ".join(filter(None, map(_text, value)))
        case {"page": page, "first_line": first, "last_line": last}:
            # The colon stays where no page is known: 5-29 alone would be opened as a date.
            return f"{_text(page)}:{first}-{last}"
        case dict():
            main = next((name for name in _MAIN if name in value), None)
            return _text(value[main]) if main else json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _drain(buffer: io.StringIO) -> bytes:
    piece = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return piece
