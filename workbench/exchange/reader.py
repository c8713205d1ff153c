"""Pages of cases, read: bytes in, plain values out. Guesses nothing and loses no line.

What is not whole is not taken: where a page breaks off or misses lines, the text that was open
there is left, and so is everything down to the next case heading, since it can't be told whose it
is. Those lines are given as unread, and a sentence says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import PurePath
from typing import NoReturn

from workbench.cases.errors import UnusablePage
from workbench.cases.said import counted, said
from workbench.exchange.grammar import CaseReading
from workbench.exchange.labels import DEFAULT_SPEAKERS, Heading, looks_like_case, read_heading
from workbench.exchange.page import (
    Owner,
    Page,
    PageCase,
    Revision,
    SourceLine,
    source_of,
)
from workbench.exchange.wrapped import Wrapped, first_few
from workbench.exchange.wrapper import unwrap
from workbench.exchange.xwiki import Markup, bare, read_line, read_verbatim, verbatim_blocks

_FORM = "= PROJECT_case#NUMBER_DATE ="
Found = tuple[list[PageCase], list[Owner], list[str]]
"""The cases, who owns each line, and what is refused."""


def read_pages(
    data: bytes,
    file_name: str | None,
    *,
    speakers: Sequence[str] = DEFAULT_SPEAKERS,
    project: str | None = None,
) -> list[Page]:
    """Read the pages of cases that a file holds, in any shape in which a page is saved.

    Args:
        data: The file as it is.
        file_name: What the file is called, if it has a name.
        speakers: The bare words that say who speaks when a colon follows them.
        project: The project of headings that name none.

    Returns:
        One page, or several for a XAR; each holds at least one case.

    Raises:
        UnusablePage: Nothing of the file could be taken.
    """
    name = PurePath(file_name).name if file_name else said("the input")
    pages = [_read(wrapped, file_name, speakers, project) for wrapped in unwrap(data, name)]
    usable = [page for page in pages if page.cases]
    if not usable:
        _refuse(name, pages)
    lost = [sentence for page in pages if not page.cases for sentence in page.refused]
    return [replace(usable[0], refused=(*lost, *usable[0].refused)), *usable[1:]]


def _read(
    wrapped: Wrapped,
    file_name: str | None,
    speakers: Sequence[str],
    project: str | None,
) -> Page:
    cases, found_owners, refused = _Reading(wrapped, speakers, project).run()
    lines, owners = wrapped.lines, tuple(found_owners)
    return Page(
        name=wrapped.title or (PurePath(file_name).stem if file_name else None) or None,
        shape=wrapped.shape,
        source=source_of(lines),
        lines=lines,
        owners=owners,
        preamble_lines=tuple(
            lines[n].number for n, owner in enumerate(owners) if owner == "preamble"
        ),
        cases=tuple(cases),
        unread_lines=tuple(lines[n] for n, owner in enumerate(owners) if owner == "unread"),
        saved_by=wrapped.saved_by,
        saved_at=wrapped.saved_at,
        version=wrapped.version,
        encoding=wrapped.encoding,
        refused=(*wrapped.refused, *refused),
    )


def read_plain(text: str, first: int, speakers: Sequence[str], project: str | None) -> Found:
    """Read lines of a page's source that could all be decoded.

    Args:
        text: the lines, all of a page or from a case's heading to above another.
        first: the number of the first one.
    """
    lines = tuple(map(SourceLine, count(first), text.split("\n")))
    return _Reading(Wrapped("plain", lines), speakers, project, first).run()


def _refuse(name: str, pages: Sequence[Page]) -> NoReturn:
    refused = [sentence for page in pages for sentence in page.refused]
    if refused:
        raise UnusablePage(
            said("{name} holds no case that could be taken: {why}", name=name, why=refused[0]),
            said("give --project for headings that name none, or save the page again"),
        )
    raise UnusablePage(
        said("{name} has no heading of a case, as {form}", name=name, form=_FORM),
        said("save the wiki page's source view, its source, or an export of it"),
    )


class _Reading:
    """One page while it is read."""

    def __init__(
        self, wrapped: Wrapped, speakers: Sequence[str], project: str | None, first: int = 1
    ) -> None:
        self.cases: list[PageCase] = []
        self.refused: list[str] = []
        self._lines = wrapped.lines
        self.owners: list[Owner] = ["unread"] * len(self._lines)
        self._wrapped = wrapped
        self._speakers = speakers
        self._project = project
        self._first = first
        self._blocks = verbatim_blocks(line.text for line in self._lines)
        self._damaged = wrapped.damaged
        self._case: CaseReading | None = None
        self._began = 0
        self._revisions: list[Revision] = []
        """Of the lines of the case so far that are not blank."""
        self._outside: Owner = "preamble"
        """Who owns a line that stands in no case: the preamble, above anything else."""

    def run(self) -> Found:
        expected = self._first
        damaged: list[int] = []
        for index, line in enumerate(self._lines):
            if line.number != expected:
                self._break_off(
                    index, said("Lines are missing above line {line}", line=line.number)
                )
            if line.number in self._damaged:
                self.owners[index] = "unread" if bare(line.text) else "blank"
                if self._case is None:
                    damaged.append(line.number)
                else:
                    self._case.close_at(read_line(line.text))
                self._break_off(index, said("Line {line} is not whole", line=line.number))
            else:
                self._line(index, line)
            expected = line.number + 1
            if line.revision is not None and bare(line.text):
                self._revisions.append(line.revision)
        self._tell_damage(damaged)
        if self._case is not None and (
            self._wrapped.cut or (self._wrapped.goes_on and not self._case.is_complete)
        ):
            self._break_off(len(self._lines), said("The page breaks off at its end"))
        self._finish(len(self._lines))
        return self.cases, self.owners, self.refused

    def _tell_damage(self, numbers: Sequence[int]) -> None:
        """Name the damaged lines that stand in no case: some by number, all by count."""
        if numbers:
            self.refused.append(
                counted(
                    "Line {lines}, in no case, can't be read whole.",
                    "Lines {lines}, in no case, can't be read whole.",
                    len(numbers),
                    lines=first_few(list(map(str, numbers))),
                )
            )

    def _line(self, index: int, line: SourceLine) -> None:
        if not line.text or not bare(line.text):
            self._blank(index)
            return
        verbatim = self._blocks.get(index) if self._blocks else None
        markup = read_verbatim(line.text) if verbatim else read_line(line.text)
        if verbatim is False:
            self.owners[index] = "markup" if self._case else self._outside
        elif not (markup.heading and not verbatim and self._heading(index, line, markup)):
            self._text(index, line, markup, verbatim=bool(verbatim))

    def _blank(self, index: int) -> None:
        self.owners[index] = "preamble" if self._above_all() else "blank"
        if self._case is not None:
            self._case.take_blank()

    def _text(self, index: int, line: SourceLine, markup: Markup, *, verbatim: bool) -> None:
        if self._case is None:
            self.owners[index] = self._outside
        elif not self._case.take(index, line, markup, verbatim=verbatim):
            self._finish(index)
            self.refused.append(
                said(
                    "Line {line} begins a case that has no heading, and nothing was read from"
                    " there to the next heading.",
                    line=line.number,
                )
            )

    def _heading(self, index: int, line: SourceLine, markup: Markup) -> bool:
        """Take up a heading; say whether it was one that means something to the page."""
        heading = read_heading(markup)
        if heading is not None:
            self._finish(index)
            self._begin(index, line, markup, heading)
            return True
        if looks_like_case(markup) and self._ends_case(markup):
            self._finish(index)
            self.refused.append(
                said(
                    'The heading in line {line}, "{text}", is not of the form {form}, and nothing'
                    " was read from there to the next one.",
                    line=line.number,
                    text=markup.text[:60],
                    form=_FORM,
                )
            )
            return True
        if self._case is not None and self._ends_case(markup):
            self._finish(index)
            return True
        return False

    def _ends_case(self, markup: Markup) -> bool:
        """Say whether a heading stands as high as the case's: then it does not belong to it."""
        return markup.closed and (self._case is None or markup.heading <= self._case.level)

    def _begin(self, index: int, line: SourceLine, markup: Markup, heading: Heading) -> None:
        project = heading.project or self._project
        if project is None:
            self.refused.append(
                said(
                    'The heading in line {line}, "{text}", names no project;'
                    " give one with --project.",
                    line=line.number,
                    text=markup.text[:60],
                )
            )
            return
        self.owners[index] = "heading"
        self._began = index
        self._revisions = []
        self._case = CaseReading(
            heading, project, line, markup.heading, self._speakers, self.owners
        )

    def _above_all(self) -> bool:
        return self._case is None and self._outside == "preamble"

    def _finish(self, end: int, *, whole: bool = True) -> None:
        """End the case above the line with index ``end``; what follows belongs to none."""
        if self._case is not None:
            last = self._lines[end - 1].number
            self.cases.append(self._case.finish(last, self._revisions, whole=whole))
        self._case = None
        self._outside = "unread"

    def _break_off(self, end: int, why: str) -> None:
        """Take what is whole of the case above ``end``, and say what is not."""
        case = self._case
        self._outside = "unread"
        if case is None:
            return
        if not case.problem_is_whole:
            self._case = None
            for index in range(self._began, end):
                if bare(self._lines[index].text):
                    self.owners[index] = "unread"
            self.refused.append(said("{why}: {key} was not taken.", why=why, key=case.key))
            return
        dropped = case.drop_open()
        if dropped is None:
            what = said("{why}: {key} was taken up to there.", why=why, key=case.key)
        else:
            what = said(
                "{why}: {key} was taken up to there, but for what begins in line {line}.",
                why=why,
                key=case.key,
                line=dropped,
            )
        self.refused.append(what)
        self._finish(end, whole=False)
