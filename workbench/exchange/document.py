"""The wiki's own exports: the XML of one document, and the XAR, a zip of them.

What comes from outside may be made to hurt: a document that declares entities or a document type
is refused, and a XAR is unpacked up to a limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from workbench.cases.errors import UnusablePage
from workbench.cases.said import said
from workbench.exchange.decoding import DAMAGE, decode, is_damaged, show_damage
from workbench.exchange.page import Revision, Shape, SourceLine
from workbench.exchange.wrapped import Wrapped

LIMIT = 256 * 1024 * 1024
"""A XAR may unpack to so many bytes, all its documents together."""

_STANDS_IN = "\ufdd0"
"""Carries a damaged place through the XML parser, which takes no surrogate."""
_FIELDS = frozenset(("web", "name", "title", "version", "author", "date", "language", "content"))
_DECLARATION = re.compile(r"\A\s*(<\?xml\b[^>]{0,200})\?>")
_TROUBLES = {
    "no element found": said("no element found"),
    "mismatched tag": said("mismatched tag"),
    "not well-formed (invalid token)": said("not well-formed"),
    "unclosed token": said("unclosed token"),
    "unclosed CDATA section": said("unclosed CDATA section"),
    "undefined entity": said("undefined entity"),
    "junk after document element": said("junk after document element"),
}
"""What the XML parser finds most often, so that it can be translated."""
_EXPORT_AGAIN = said("export it from the wiki again")


def unwrap_document(text: str, encoding: str, name: str) -> Wrapped:
    """Take the page out of the XML of a single document.

    Raises:
        UnusablePage: It declares entities or a document type, or is no document of the wiki.
    """
    return _wrapped(_parse(text, name), "xml", encoding)


def unwrap_xar(data: bytes, name: str) -> list[Wrapped]:
    """Take every document out of a XAR, in the archive's order.

    What can't be read in the archive is refused on the first page; two documents of one title are
    told apart by their full names.

    Raises:
        UnusablePage: The archive can't be opened, unpacks to too much, or holds no document.
    """
    pages: list[Wrapped] = []
    documents: list[_Document] = []
    refused: list[str] = []
    for member, text, encoding in _members(data, name, refused):
        try:
            document = _parse(text, member)
        except UnusablePage as error:
            if "package.xml" not in member:
                refused.append(_sentence(error))
            continue
        documents.append(document)
        pages.append(_wrapped(document, "xar", encoding))
    if not pages:
        if refused:
            what = said("{name} holds no page of the wiki: {why}", name=name, why=refused[0])
        else:
            what = said("{name} holds no page of the wiki", name=name)
        raise UnusablePage(what, _EXPORT_AGAIN)
    return _told_apart(pages, documents, tuple(refused))


@dataclass(slots=True)
class _Document:
    """What one ``<xwikidoc>`` holds. ``whole`` is False where its content breaks off."""

    fields: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    attachments: list[dict[str, str]] = field(default_factory=list)
    is_document: bool = False
    whole: bool = True
    trouble: str | None = None

    @property
    def full_name(self) -> str:
        """The document's name with its spaces: ``Support.nova_2``."""
        parts = (self.fields.get("web", ""), self.fields.get("name", ""))
        return self.reference or ".".join(filter(None, parts))

    @property
    def title(self) -> str | None:
        """What the wiki shows above the page: its title, else the last part of its name."""
        title = self.fields.get("title", "").strip()
        if title and not re.search(r"[$#]\w", title):
            return title
        return self.full_name.removesuffix(".WebHome").rpartition(".")[2] or None


class _Refused(Exception):
    """The document declares what only an attack would."""


def _parse(text: str, name: str) -> _Document:
    from xml.parsers import expat

    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = reading.refuse
    parser.EntityDeclHandler = reading.refuse
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.data
    document = reading.document
    try:
        # The text is decoded: what the declaration says of its encoding holds no more.
        parser.Parse(_DECLARATION.sub("", text.replace(DAMAGE, _STANDS_IN)), True)
    except _Refused:
        raise UnusablePage(
            said(
                "{name} declares a document type or entities, and no export of the wiki does",
                name=name,
            ),
            _EXPORT_AGAIN,
        ) from None
    except expat.ExpatError as error:
        found = expat.ErrorString(error.code)
        what = _TROUBLES.get(found, found)
        document.trouble = said("{what} in line {line}", what=what, line=error.lineno)
        reading.break_off()
    if not document.is_document or "content" not in document.fields:
        if document.trouble:
            why = document.trouble
            what = said("{name} is no XML document of the wiki: {why}", name=name, why=why)
        else:
            what = said("{name} is no XML document of the wiki", name=name)
        raise UnusablePage(what, _EXPORT_AGAIN)
    return document


class _Reading:
    """Collects the fields of the document, and nothing of its objects and classes."""

    def __init__(self) -> None:
        self.document = _Document()
        self._path: list[str] = []
        self._text: list[str] = []

    def refuse(self, *_: object) -> None:
        raise _Refused

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag)
        self._text = []
        if len(self._path) == 1:
            self.document.is_document = tag == "xwikidoc"
            self.document.reference = attributes.get("reference", "")
        elif len(self._path) == 2 and tag == "attachment":
            self.document.attachments.append({})

    def end(self, tag: str) -> None:
        self._keep("".join(self._text))
        self._path.pop()
        self._text = []

    def data(self, text: str) -> None:
        self._text.append(text)

    def break_off(self) -> None:
        """Keep what was read of the content when the document breaks off within it."""
        if len(self._path) == 2 and self._path[1] == "content":
            self.document.whole = False
            self._keep("".join(self._text))

    def _keep(self, text: str) -> None:
        if len(self._path) == 2 and self._path[1] in _FIELDS:
            self.document.fields.setdefault(self._path[1], text.replace(_STANDS_IN, DAMAGE))
        elif len(self._path) == 3 and self._path[1] == "attachment":
            self.document.attachments[-1].setdefault(self._path[2], text)


def _wrapped(document: _Document, shape: Shape, encoding: str) -> Wrapped:
    content = document.fields["content"].replace("\r\n", "\n").replace("\r", "\n")
    texts = content.split("\n")
    damaged = {number for number, text in enumerate(texts, 1) if is_damaged(text)}
    refused = [*_broken_attachments(document)]
    if not document.whole:
        damaged.add(len(texts))
    if document.trouble:
        refused.append(
            said("The XML is damaged, and was read up to there: {why}.", why=document.trouble)
        )
    return Wrapped(
        shape,
        tuple(SourceLine(number, show_damage(text)) for number, text in enumerate(texts, 1)),
        document.title,
        damaged=frozenset(damaged),
        cut=not document.whole,
        saved_by=_person(document.fields.get("author", "")),
        saved_at=_moment(document.fields.get("date", "")),
        version=_version(document.fields.get("version", "")),
        encoding=encoding,
        refused=tuple(refused),
    )


def _broken_attachments(document: _Document) -> Iterator[str]:
    """Say which attachments the export does not hold whole; one without content is no error."""
    from binascii import Error, a2b_base64

    for attachment in document.attachments:
        content = attachment.get("content", "").strip()
        size = attachment.get("filesize", "").strip()
        name = attachment.get("filename", "").strip() or said("without a name")
        if not content:
            continue
        try:
            given = len(a2b_base64(content))
        except (Error, ValueError):
            yield said("The attachment {name} can't be decoded.", name=name)
            continue
        if size.isascii() and size.isdigit() and int(size[:19]) != given:
            yield said(
                "The attachment {name} holds {given} bytes instead of {size}.",
                name=name,
                given=given,
                size=size,
            )


def _members(data: bytes, name: str, refused: list[str]) -> Iterator[tuple[str, str, str]]:
    """Unpack the documents one after the other: name, text, encoding."""
    import struct
    import zlib
    from io import BytesIO
    from zipfile import BadZipFile, ZipFile

    try:
        archive = ZipFile(BytesIO(data))
    except (BadZipFile, ValueError, OverflowError, NotImplementedError, struct.error) as error:
        raise UnusablePage(
            said("{name} is cut off or damaged: its table of contents can't be read", name=name),
            _EXPORT_AGAIN,
        ) from error
    left = LIMIT
    with archive:
        for info in archive.infolist():
            if not info.filename.lower().endswith(".xml"):
                continue
            try:
                with archive.open(info) as member:
                    unpacked = member.read(left + 1)
            except (
                BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError,
                struct.error, zlib.error,
            ) as error:  # fmt: skip
                refused.append(
                    said(
                        "{name} in the archive can't be unpacked: {error}.",
                        name=info.filename,
                        error=error,
                    )
                )
                continue
            left -= len(unpacked)
            if left < 0:
                raise UnusablePage(
                    said(
                        "{name} unpacks to more than {size} MiB", name=name, size=LIMIT // 1024**2
                    ),
                    said("export fewer pages at once"),
                )
            try:
                yield (
                    info.filename,
                    *decode(unpacked, said("{name} in the archive", name=info.filename)),
                )
            except UnusablePage as error:
                refused.append(_sentence(error))


def _sentence(error: UnusablePage) -> str:
    return said("{what}.", what=error.args[0])


def _told_apart(
    pages: list[Wrapped], documents: list[_Document], refused: tuple[str, ...]
) -> list[Wrapped]:
    from collections import Counter
    from dataclasses import replace

    titles = Counter(page.title for page in pages)
    for index, (page, document) in enumerate(zip(pages, documents, strict=True)):
        if titles[page.title] > 1:
            pages[index] = replace(page, title=document.full_name or page.title)
    pages[0] = replace(pages[0], refused=refused + pages[0].refused)
    return pages


def _person(author: str) -> str | None:
    """Return the name of a user's page: ``LM`` for ``xwiki:XWiki.LM``."""
    return author.strip().rpartition(".")[2] or None


def _moment(milliseconds: str) -> str | None:
    written = milliseconds.strip()
    if not (written.isascii() and written.isdigit() and len(written) <= 14):
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(written))
    return moment.isoformat(timespec="milliseconds")


def _version(written: str) -> Revision | None:
    match = re.fullmatch(r"([0-9]{1,6})\.([0-9]{1,6})", written.strip())
    return (int(match[1]), int(match[2])) if match else None
