"""Any saved page → lines of XWiki source: says which shape a file has and takes it off."""

from __future__ import annotations

import re

from workbench.cases.errors import UnusablePage
from workbench.cases.said import said
from workbench.exchange.decoding import decode, is_damaged, show_damage
from workbench.exchange.page import PlainLines
from workbench.exchange.texttable import is_row, row_text, unwrap_table
from workbench.exchange.wrapped import Wrapped
from workbench.exchange.xwiki import bare

_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|tbody|tr|div)\b", re.IGNORECASE)
_XHTML = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
"""A browser may save what begins like any XML, or with a comment."""
_XML = re.compile(r"<(?:\?xml|xwikidoc|!doctype|!entity)\b", re.IGNORECASE)
_HEAD = 2000


def unwrap(data: bytes, name: str) -> list[Wrapped]:
    """Return the pages that a file holds: one, or several for a XAR.

    Args:
        data: The file as it is.
        name: What the file is called in an error.

    Raises:
        UnusablePage: The file is empty, no text, or a broken archive or document.
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        from workbench.exchange.document import unwrap_xar

        return unwrap_xar(data, name)
    text, encoding = decode(data, name)
    if not bare(text):
        raise UnusablePage(said("{name} is empty", name=name), said("save the wiki page again"))
    return [_unwrap_text(text, encoding, name)]


def _unwrap_text(text: str, encoding: str, name: str) -> Wrapped:
    start = text.lstrip("\ufeff \t\n")[:_HEAD]
    if start.startswith("<"):
        if _HTML.match(start) or _XHTML.search(start):
            from workbench.exchange.savedhtml import unwrap_html

            return unwrap_html(text, encoding)
        if _XML.match(start):
            from workbench.exchange.document import unwrap_document

            return unwrap_document(text.lstrip("\ufeff \t\n"), encoding, name)
    if _is_table(text):
        return unwrap_table(text, encoding)
    return _plain(text, encoding)


def _is_table(text: str) -> bool:
    """Say whether the first heading of a case stands in a row; a page may hold rows of its own."""
    for line in text.split("\n"):
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
