"""Text as XWiki source that shows it literally: what a person wrote is never markup or structure.

"Text that was written reads back as it was", but for what a page can't hold: outer spaces of a
line, and more than one blank line in a row. Each line that is made is read again; one that would
read as anything else is escaped character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from workbench.cases.errors import WorkbenchError
from workbench.cases.said import said
from workbench.exchange.labels import DEFAULT_SPEAKERS, read_label
from workbench.exchange.xwiki import bare, read_line

_TWICE = re.compile(r"\*\*|//|--|__|\^\^|,,|##|\\\\|\{\{\{|\}\}\}|\{\{|\}\}|\(\(\(|\)\)\)|\[\[")
_SCHEME = re.compile(r"(image|attach|mailto):", re.IGNORECASE)
_STARTS = re.compile(r"[*1;:]*1\. |[*;:]+ |[=|>]|!!|!=")
"""Signs that begin a list, a heading, a row of a table or a quotation."""
_TARGET = re.compile(r"[~|\[\]>]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n|\\Z)")
_BEFORE_LABEL = re.compile(r"[-\s~]*")


def paragraph_lines(text: str) -> list[str]:
    """Return a text's lines as a page can hold them: no outer spaces, no two blank ones together.

    Raises:
        WorkbenchError: it holds a control character, which a page can't.
    """
    control = _CONTROL.search(text)
    if control is not None:
        raise WorkbenchError(
            said("a text holds the control character U+{code}", code=f"{ord(control[0]):04X}"),
            said("Take it out with workbench edit; a wiki page can't hold it."),
        )
    return as_on_page(text).split("\n") if text else []


def as_on_page(text: str) -> str:
    """Return a text as it reads once it stood on a page."""
    lines: list[str] = []
    for line in map(bare, text.split("\n")):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).rstrip("\n")


def literal(line: str) -> str:
    """Return the source of a line of text that stands behind a label."""
    escaped = _escape(line)
    return escaped if _reads_as(escaped, line) else _every(line)


def literal_line(line: str, speakers: Sequence[str] = DEFAULT_SPEAKERS) -> str:
    """Return the source of a line of text that stands alone, and is no structure of a page."""
    if not line:
        return ""
    for source in _candidates(line):
        if _reads_as(source, line) and _is_text(source, speakers):
            return source
    return _every(line)


def literal_update(line: str, speakers: Sequence[str] = DEFAULT_SPEAKERS) -> str | None:
    """Return the source of a line that begins an entry by itself, as ``更新 20240601``; None for
    one that does not."""
    source = _escape(line)
    label = read_label(read_line(source), speakers)
    return source if label and label.kind == "update" and _reads_as(source, line) else None


def target(name: str) -> str:
    """Return the name of a file as the target of a link or a picture."""
    return _TARGET.sub(lambda sign: f"~{sign[0]}", name.replace("\\", "\\\\").replace("@", "\\@"))


def _candidates(line: str) -> Iterator[str]:
    """Yield ways to write a line, the plainest first."""
    escaped = _escape(line)
    yield escaped
    if _STARTS.match(line):
        yield f"~{escaped}"
    at = _BEFORE_LABEL.match(line)
    place = at.end() if at else 0
    if place < len(line):
        # Its first letter, so that what looks like a label is none: ~【, ~-~-~解决.
        yield f"{_escape(line[:place])}~{line[place]}{_escape(line[place + 1 :])}"


def _escape(text: str) -> str:
    """Return text with every sign escaped that means something anywhere in a line."""
    found = text.replace("~", "~~")
    found = _TWICE.sub(lambda signs: "".join(f"~{sign}" for sign in signs[0]), found)
    found = found.replace("(%", "~(%")
    return _SCHEME.sub(r"\1~:", found)


def _every(line: str) -> str:
    return "".join(f"~{character}" for character in line)


def _reads_as(source: str, line: str) -> bool:
    read = read_line(source)
    return read.text == line and not (read.images or read.files or read.heading)


def _is_text(source: str, speakers: Sequence[str]) -> bool:
    """True where the wiki and we take a line for a paragraph's text, and for no label."""
    return _STARTS.match(source) is None and read_label(read_line(source), speakers) is None
