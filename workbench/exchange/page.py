"""What a saved page of cases holds, as plain values: the reader makes them, the import takes them.

Knows neither how a page was wrapped nor what becomes of its cases.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, overload

from workbench.cases.model import Status
from workbench.cases.record import Record

Revision = tuple[int, int]
"""Major and minor version of the wiki page: (25, 10) is newer than (25, 9)."""

Shape = Literal["avatar", "no image", "no authors", "html", "plain", "xar", "xml"]

Owner = Literal[
    "preamble", "heading", "problem", "tracking", "entry", "resolution", "status", "engineers",
    "markup", "blank", "unread",
]  # fmt: skip
"""What took a line up. ``markup``: it holds nothing but styling. ``unread``: nothing took it."""


class SourceLine(Record):
    """One line of the page's source, counted from 1, with the save that wrote it last."""

    number: int
    text: str
    revision: Revision | None = None
    author: str | None = None


class PlainLines(Sequence[SourceLine]):
    """The lines of a source without revisions, each made when it is asked for.

    A page may have millions of them; as values they would take five times its size.
    """

    def __init__(self, text: str, first: int = 1) -> None:
        """Find the lines of a text; ``first`` is the number of the first one."""
        self.text = text
        self._first = first
        self._starts = array("q", [0])
        self._starts.extend(found.end() for found in re.finditer("\n", text))

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._starts)

    def __eq__(self, other: object) -> bool:
        """Whether these are the lines of the same text."""
        return isinstance(other, PlainLines) and self.text == other.text

    def __hash__(self) -> int:
        """Equal lines have one hash."""
        return hash(self.text)

    @overload
    def __getitem__(self, place: int) -> SourceLine: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[SourceLine, ...]: ...

    def __getitem__(self, place: int | slice) -> SourceLine | tuple[SourceLine, ...]:
        """Return a line, or some, by their places from 0."""
        if isinstance(place, slice):
            return tuple(map(self.__getitem__, range(*place.indices(len(self)))))
        nth = range(len(self))[place]
        end = self._starts[nth + 1] - 1 if nth + 1 < len(self) else len(self.text)
        return SourceLine(self._first + nth, self.text[self._starts[nth] : end])

    def __iter__(self) -> Iterator[SourceLine]:
        """Go through the lines; faster than place by place."""
        text, start = self.text, 0
        for nth, begin in enumerate(islice(self._starts, 1, None), start=self._first):
            yield SourceLine(nth, text[start : begin - 1])
            start = begin
        yield SourceLine(self._first + len(self) - 1, text[start:])


def source_of(lines: Sequence[SourceLine]) -> str:
    """Return the text that is these lines."""
    if isinstance(lines, PlainLines):
        return lines.text
    return "\n".join(line.text for line in lines)


class PageImage(Record):
    """A picture that a line names; its size in pixels where the line gives one."""

    file: str
    width: int | None = None
    height: int | None = None


class PageEntry(Record):
    """One entry of a thread. ``revision`` is the newest of its lines, ``author`` the first one's.

    ``last_line`` may lie behind lines that are not the entry's own: prose after ``--解决:`` is one
    entry, also around the status line.
    """

    speaker: str | None
    text: str
    images: tuple[PageImage, ...]
    files: tuple[str, ...]
    happened_on: str | None
    first_line: int
    last_line: int
    revision: Revision | None
    author: str | None


class PageCase(Record):
    """One case as the page has it.

    ``status`` and ``engineer_label`` are None where the page has no such line, so that nothing is
    said about them. ``questions`` are pairs of a field and a sentence: what only a person can
    answer. ``whole`` is False where the page breaks off within the case: what is given was read
    whole, but something may be missing behind it.
    """

    project: str
    number: int
    date_raw: str
    first_line: int
    last_line: int
    oldest_revision: Revision | None
    newest_revision: Revision | None
    heading_revision: Revision | None
    problem: str
    problem_images: tuple[PageImage, ...]
    problem_files: tuple[str, ...]
    problem_revision: Revision | None
    problem_author: str | None
    status: Status | None
    status_revision: Revision | None
    status_author: str | None
    engineer_label: str | None
    engineers: tuple[str, ...]
    engineers_revision: Revision | None
    engineers_author: str | None
    entries: tuple[PageEntry, ...]
    questions: tuple[tuple[str, str], ...]
    whole: bool = True

    @property
    def key(self) -> str:
        """The case's full key, as its heading gives it."""
        return case_key(self.project, self.number, self.date_raw)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read.

    ``source`` is its XWiki source without the wrapper; ``owners`` says of each of ``lines`` what
    took it up. ``refused`` holds a sentence for each part that could not be used. ``saved_at`` is
    ISO 8601, without offset where the wrapper gives none; ``version`` the whole page's, where the
    wrapper tells it; ``encoding`` what the bytes were decoded from.
    """

    name: str | None
    shape: Shape
    source: str
    lines: Sequence[SourceLine]
    owners: tuple[Owner, ...]
    preamble_lines: tuple[int, ...]
    cases: tuple[PageCase, ...]
    unread_lines: tuple[SourceLine, ...]
    saved_by: str | None
    saved_at: str | None
    version: Revision | None
    encoding: str
    refused: tuple[str, ...]


def case_key(project: str, number: int, date_raw: str) -> str:
    """Return the full key of a case: ``nova_case#97_20210224``."""
    return f"{project}_case#{number}" + (f"_{date_raw}" if date_raw else "")


def newest(revisions: list[Revision | None]) -> Revision | None:
    """Return the newest of the revisions that are known."""
    return max((revision for revision in revisions if revision is not None), default=None)
