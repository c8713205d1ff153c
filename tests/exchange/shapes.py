"""Wraps lines of a page into every shape in which a page is saved.

The shapes that an extractor makes lose outer and doubled spaces and the authors' names, as the real
ones do; the others keep all of a text.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from io import BytesIO
from itertools import groupby
from zipfile import ZIP_DEFLATED, ZipFile

from workbench.exchange.page import Revision, SourceLine

HEAD = ("在2024/06/13 09:42上被qi zhao修改", "Hide last authors")


def lines_of(
    source: str,
    revisions: Mapping[int, Revision] | None = None,
    authors: Mapping[Revision, str] | None = None,
    first: Revision = (1, 1),
) -> list[SourceLine]:
    """Number the lines of a source.

    Args:
        source: The page's XWiki source.
        revisions: The revision of each line that does not bear ``first``, by number.
        authors: Who saved each revision.
        first: The revision of every other line.
    """
    lines = []
    for number, text in enumerate(source.split("\n"), 1):
        revision = (revisions or {}).get(number, first)
        lines.append(SourceLine(number, text, revision, (authors or {}).get(revision)))
    return lines


def avatar(lines: Sequence[SourceLine], title: str = "nova_9") -> bytes:
    """As an extractor writes the view with authors: a picture above each group of lines."""
    rows: list[str] = []
    for group in _groups(lines):
        rows += ["![]() |", f"{_revision(group[0])} | {_cell(group[0])}|"]
        rows += (_further(line, lines[-1]) for line in group[1:])
    return _text(rows, title)


def no_image(lines: Sequence[SourceLine], title: str = "nova_9") -> bytes:
    """As an extractor writes the view with authors when it leaves pictures out."""
    rows: list[str] = []
    for group in _groups(lines):
        padding = "" if group[0] is lines[-1] else " |"
        rows.append(f"{_revision(group[0])} | {_cell(group[0])}|{padding}")
        rows += (_further(line, lines[-1]) for line in group[1:])
    return _text(rows, title)


def no_authors(lines: Sequence[SourceLine], title: str = "nova_9") -> bytes:
    """As an extractor writes the view without authors."""
    return _text([f"{_cell(line)}|" for line in lines], title)


def html(lines: Sequence[SourceLine], title: str = "nova_9") -> bytes:
    """As a browser saves the view with authors."""
    rows = []
    for group in _groups(lines):
        for line in group:
            begins = line is group[0]
            author = f'<a href="#">{escape(line.author or "")}</a>' if begins else ""
            rows.append(
                '<tr class="line">'
                f'<td class="author odd">{author}</td>'
                f'<td class="version">{_revision(line) if begins else ""}</td>'
                f'<td class="line-number">{line.number}</td>'
                f'<td class="content">{escape(line.text)}</td></tr>'
            )
    return "\n".join(
        (
            "<!DOCTYPE html>",
            "<!-- saved from url=(0030)https://wiki.example.com/x -->",
            f"<html><head><title>{title} - XWiki</title><style>td > a {{}}</style></head><body>",
            f"<h1>Wiki源代码<a>{title}</a></h1><p>在2024/06/13 09:42上被<b>qi zhao</b>修改</p>",
            "<table><tbody>",
            *rows,
            "</tbody></table><script>if (1 < 2) { x = '<td>'; }</script></body></html>",
        )
    ).encode()


def plain(lines: Sequence[SourceLine], title: str = "nova_9") -> bytes:
    """As it is copied from the wiki's editor."""
    return ("\n".join(line.text for line in lines) + "\n").encode()


def document_xml(
    lines: Sequence[SourceLine],
    title: str = "nova_9",
    attachments: Mapping[str, bytes] | None = None,
    name: str = "nova_9",
) -> bytes:
    """As the wiki exports one document."""
    parts = [
        '<?xml version="1.1" encoding="UTF-8"?>',
        f'<xwikidoc version="1.5" reference="Support.{name}" locale="">',
        "<web>Support</web>",
        f"<name>{name}</name>",
        "<language/>",
        "<author>xwiki:XWiki.zhaoqi</author>",
        "<date>1718271720000</date>",
        "<version>31.2</version>",
        f"<title>{escape(title)}</title>",
        "<object><property><content>= nova_case#1_20200101 =</content></property></object>",
    ]
    for file, data in (attachments or {}).items():
        parts.append(
            f"<attachment><filename>{escape(file)}</filename><filesize>{len(data)}</filesize>"
            f"<content>{b64encode(data).decode()}</content></attachment>"
        )
    content = escape("\n".join(line.text for line in lines), quote=False)
    return "\n".join((*parts, f"<content>{content}</content></xwikidoc>")).encode()


def xar(lines: Sequence[SourceLine], title: str = "nova_9") -> bytes:
    """As the wiki exports pages: here one."""
    return archive({"Support/nova_9.xml": document_xml(lines, title)})


def archive(documents: Mapping[str, bytes]) -> bytes:
    """Zip documents as a XAR."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("package.xml", "<package><infos><name>nova</name></infos></package>")
        for name, data in documents.items():
            file.writestr(name, data)
    return packed.getvalue()


Wrap = Callable[[Sequence[SourceLine], str], bytes]

SHAPES: dict[str, Wrap] = {
    "avatar": avatar,
    "no image": no_image,
    "no authors": no_authors,
    "html": html,
    "plain": plain,
    "xml": document_xml,
    "xar": xar,
}
WITH_REVISIONS = ("avatar", "no image", "html")


def _groups(lines: Sequence[SourceLine]) -> Iterable[list[SourceLine]]:
    return (list(group) for _, group in groupby(lines, lambda line: line.revision))


def _revision(line: SourceLine) -> str:
    major, minor = line.revision or (1, 1)
    return f"{major}.{minor}"


def _cell(line: SourceLine) -> str:
    text = " ".join(filter(None, line.text.split(" ")))
    return f"{line.number} | {text} " if text else f"{line.number} | "


def _further(line: SourceLine, last: SourceLine) -> str:
    cell = _cell(line)
    if line is last:
        return f"{cell}|"
    return f"{cell}| ||" if line.text.strip(" ") else f"{cell}|||"


def _text(rows: list[str], title: str) -> bytes:
    return "\n".join((f"Wiki源代码{title}", *HEAD, *rows)).encode()
