"""Any saved page → lines of XWiki source: says which shape a file has and takes it off."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator

from workbench.cases.errors import UnusablePage
from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.exchange.decoding import decode, is_damaged, is_utf8, show_damage
from workbench.exchange.page import PlainLines
from workbench.exchange.texttable import is_row, row_text, unwrap_table
from workbench.exchange.wrapped import Wrapped
from workbench.exchange.xwiki import bare

_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|tbody|tr|div)\b", re.IGNORECASE)
_XHTML = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
"""A browser may save what begins like any XML, or with a comment."""
_XML = re.compile(r"<(?:\?xml|xwikidoc|!doctype|!entity)\b", re.IGNORECASE)
_HEAD = 2000
_GAP = re.compile(rb"(?:\xef\xbb\xbf|[ \t\n])*")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06")


class Source(Record):
    """The source of a page: the bytes of a file from ``start`` to ``end``, in UTF-8."""

    data: bytes
    start: int
    end: int

    def lines(self) -> Iterator[str]:
        """Yield the lines, each when it is asked for."""
        at = self.start
        while at <= self.end:
            end = self.data.find(b"\n", at, self.end)
            end = self.end if end < 0 else end
            yield self.data[at:end].decode()
            at = end + 1


def unwrap(data: bytes, name: str) -> list[Wrapped]:
    """Return the pages that a file holds: one, or several for a XAR.

    Args:
        data: The file as it is.
        name: What the file is called in an error.

    Raises:
        UnusablePage: The file is empty, no text, or a broken archive or document.
    """
    if data.startswith(_ARCHIVES):
        from workbench.exchange.document import unwrap_xar

        return unwrap_xar(data, name)
    text, encoding = decode(data, name)
    if not bare(text):
        raise UnusablePage(said("{name} is empty", name=name), said("save the wiki page again"))
    return [_unwrap_text(text, encoding, name)]


def _unwrap_text(text: str, encoding: str, name: str) -> Wrapped:
    start = text.lstrip("\ufeff \t\n")[:_HEAD]
    if _is_html(start):
        from workbench.exchange.savedhtml import unwrap_html

        return unwrap_html(text, encoding)
    if _XML.match(start):
        from workbench.exchange.document import unwrap_document

        return unwrap_document(text.lstrip("\ufeff \t\n"), encoding, name)
    if _is_table(text.split("\n")):
        return unwrap_table(text, encoding)
    return _plain(text, encoding)


def _is_html(start: str) -> bool:
    return start.startswith("<") and bool(_HTML.match(start) or _XHTML.search(start))


def plain_source(data: bytes, name: str) -> Source | None:
    """Return the source of a plain page all of which can be decoded; None for any other file.

    Of a long page in UTF-8 that is the file's own bytes.

    Args:
        data: The file as it is.
        name: What the file is called in an error.

    Raises:
        UnusablePage: The file is no text.
    """
    if data.startswith(_ARCHIVES):
        return None
    start = len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0
    if b"\r" in data or b"\0" in data or not is_utf8(data):
        text, _ = decode(data, name)
        if is_damaged(text):
            return None
        data, start = text.encode(), 0
    source = Source(data, start, len(data) - data.endswith(b"\n", start))
    gap = _GAP.match(data, start)
    begins = gap.end() if gap else start
    head = data[begins : begins + 4 * _HEAD].decode(errors="ignore")[:_HEAD]
    if _is_html(head) or _XML.match(head) or _is_table(source.lines()):
        return None
    return source


def _is_table(lines: Iterable[str]) -> bool:
    """Say whether the first heading of a case stands in a row; a page may hold rows of its own."""
    for line in lines:
        if _may_head_a_case(line):
            return False
        if is_row(line) and _may_head_a_case(row_text(line)):
            return True
    return False


def _may_head_a_case(text: str) -> bool:
    inner = text.strip()
    return inner.startswith(("=", "(%")) and "=" in inner and ("#" in inner or "＃" in inner)


def _plain(text: str, encoding: str) -> Wrapped:
    written = text.removesuffix("\n")
    damaged = frozenset(
        number
        for number, line in enumerate(written.split("\n") if is_damaged(written) else (), 1)
        if is_damaged(line)
    )
    return Wrapped("plain", PlainLines(show_damage(written)), damaged=damaged, encoding=encoding)
