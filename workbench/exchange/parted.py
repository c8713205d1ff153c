"""A page in parts, each read by itself: of a long one never all cases are in memory at once.

"The parts are what the whole is": a plain page is cut only at headings of cases, above which
nothing counts any more. What has to be known of all cases beforehand are their headings, which are
found without reading what stands below them. Any other page is one part, which is read at once.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.exchange.labels import Heading, read_heading
from workbench.exchange.page import Owner, Page, PageCase, Revision, Shape, SourceLine
from workbench.exchange.reader import read_pages, read_plain
from workbench.exchange.wrapper import Source, plain_source
from workbench.exchange.xwiki import read_line

if TYPE_CHECKING:
    from collections.abc import Callable

_SIGN = re.compile(rb"#|\xef\xbc\x83")
"""Stands in each heading of a case; the other one is as wide as a Chinese character."""


class Head(Record):
    """What a case's heading says of it."""

    project: str
    number: int
    date_raw: str


class Part(Record):
    """A part of a plain page: its bytes, the number of its first line, how many cases it has."""

    start: int
    end: int
    line: int
    cases: int


class Reading(Record):
    """What a part holds; ``owners`` are of its lines, from number ``first`` on."""

    cases: Sequence[PageCase]
    owners: Sequence[Owner]
    refused: Sequence[str]
    unread_lines: Sequence[SourceLine]
    first: int


class PartedPage:
    """A page of which the headings were read; ``heads`` has one of each case, in order.

    ``source`` is its source in UTF-8, ``newest`` its newest revision, ``parts`` how many cases each
    part has.
    """

    def __init__(
        self,
        name: str | None,
        shape: Shape,
        source: bytes | memoryview,
        heads: Sequence[Head],
        parts: Sequence[int],
        asking: Callable[[int], Any],
        read: Callable[[int], Reading],
    ) -> None:
        self.name = name
        self.shape = shape
        self.source = source
        self.heads = heads
        self.parts = parts
        self.read = read
        """Reads a part by its place."""
        self.saved_by: str | None = None
        self.saved_at: str | None = None
        self.newest: Revision | None = None
        self.asking = asking
        """Gives what ``read_part`` takes to read a part elsewhere."""


def read_parted(
    data: bytes,
    file_name: str | None,
    *,
    speakers: Sequence[str],
    project: str | None,
    most: int,
) -> list[PartedPage]:
    """Read the pages of cases that a file holds, as ``read_pages`` does, as far as is needed.

    Args:
        most: so many cases are one part, unless they are long.

    Raises:
        UnusablePage: Nothing of the file could be taken.
    """
    name = PurePath(file_name).name if file_name else said("the input")
    source = plain_source(data, name)
    if source is not None:
        cut = _Cutting(source, tuple(speakers), project, most)
        if cut.heads:
            return [cut.page(PurePath(file_name).stem if file_name else None)]
    pages = read_pages(data, file_name, speakers=speakers, project=project)
    return [_at_once(page, most) for page in pages]


def _at_once(page: Page, most: int) -> PartedPage:
    """Return a page that was read: its cases are parted all the same, what else is told of it is
    told with the first of them."""
    starts = range(0, len(page.cases), most)

    def read(nth: int) -> Reading:
        cases = page.cases[starts[nth] : starts[nth] + most]
        if nth:
            return Reading(cases, page.owners, (), (), 1)
        return Reading(cases, page.owners, page.refused, page.unread_lines, 1)

    def asking(nth: int) -> bytes:
        return pickle.dumps(read(nth)._replace(owners=()), pickle.HIGHEST_PROTOCOL)

    found = PartedPage(
        page.name,
        page.shape,
        page.source.encode(),
        [Head(case.project, case.number, case.date_raw) for case in page.cases],
        [len(page.cases[start : start + most]) for start in starts],
        asking,
        read,
    )
    found.saved_by, found.saved_at, found.newest = page.saved_by, page.saved_at, _newest(page)
    return found


def _newest(page: Page) -> Revision | None:
    """Return the newest revision of a save: its own where the wrapper tells it."""
    lines = () if page.shape == "plain" else page.lines
    revisions = [line.revision for line in lines if line.revision is not None]
    if page.version is not None:
        revisions.append(page.version)
    return max(revisions, default=None)


LONG = 200_000
"""A part ends with the case that makes it so long, in bytes."""


class _Cutting:
    """A plain page while it is cut into parts."""

    def __init__(
        self, source: Source, speakers: tuple[str, ...], project: str | None, most: int
    ) -> None:
        self.heads: list[Head] = []
        self.parts: list[Part] = []
        self._source = source
        self._speakers = speakers
        self._project = project
        self._begin = source.start
        self._line = 1
        self._cases = 0
        piece, top, odd = source.start, None, False
        for at, heading, plain in self._headings():
            if not plain:
                odd = True
                continue
            self._take(piece, at - 1, top, odd=odd)
            if self._cases >= most or (self._cases and at - self._begin > LONG):
                self._end(at - 1)
            piece, top, odd = at, heading, False
        self._take(piece, source.end, top, odd=odd)
        self._end(source.end)

    def _headings(self) -> Iterator[tuple[int, Heading, bool]]:
        """Yield where headings of cases stand, and whether they are such wherever they stand.

        One that is not may be meant as it is written, in a block.
        """
        data, start, end = self._source
        at = start
        while sign := _SIGN.search(data, at, end):
            first = data.rfind(b"\n", at, sign.start()) + 1 or at
            last = data.find(b"\n", sign.end(), end)
            last = end if last < 0 else last
            if data.find(b"=", first, last) >= 0:
                text = data[first:last].decode()
                heading = read_heading(read_line(text))
                if heading is not None:
                    yield first, heading, text.startswith("=") and "#" in text
            at = last + 1

    def _take(self, start: int, end: int, top: Heading | None, *, odd: bool) -> None:
        """Take the heads of the cases of a piece; ``top`` is the heading that it begins with."""
        if odd:
            text = self._source.data[start:end].decode()
            cases, _, _ = read_plain(text, 1, self._speakers, self._project)
            found = [Head(case.project, case.number, case.date_raw) for case in cases]
        else:
            project = top and (top.project or self._project)
            found = [Head(project, top.number, top.date_raw)] if top and project else []
        self.heads += found
        self._cases += len(found)

    def _end(self, end: int) -> None:
        self.parts.append(Part(self._begin, end, self._line, self._cases))
        self._line += self._source.data.count(b"\n", self._begin, end) + 1
        self._begin = end + 1
        self._cases = 0

    def page(self, name: str | None) -> PartedPage:
        """Return the page."""
        source, parts = self._source, self.parts

        def asking(nth: int) -> tuple[bytes, int, tuple[str, ...], str | None]:
            part = parts[nth]
            text = source.data[part.start : part.end]
            return text, part.line, self._speakers, self._project

        def read(nth: int) -> Reading:
            return read_part(asking(nth))

        words = memoryview(source.data)[source.start : source.end]
        counts = [part.cases for part in parts]
        return PartedPage(name or None, "plain", words, self.heads, counts, asking, read)


def read_part(given: bytes | tuple[bytes, int, tuple[str, ...], str | None]) -> Reading:
    """Return what a part holds.

    Args:
        given: as ``PartedPage.asking`` gives it.
    """
    if isinstance(given, bytes):
        found: Reading = pickle.loads(given)
        return found
    data, first, speakers, project = given
    text = data.decode()
    cases, owners, refused = read_plain(text, first, speakers, project)
    lines = text.split("\n") if "unread" in owners else ()
    unread = [
        SourceLine(first + n, line)
        for n, (line, owner) in enumerate(zip(lines, owners, strict=bool(lines)))
        if owner == "unread"
    ]
    return Reading(cases, owners, refused, unread, first)
