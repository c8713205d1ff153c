"""A page with what changed in its cases, and every other line as it was.

"Patches the page": within a changed case only the parts that differ are written anew, so what
colleagues formatted stays. Each patched case is read again; where it does not read as the case is,
the whole case is written instead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from workbench.cases.errors import UnusablePage
from workbench.cases.model import Case, Entry
from workbench.cases.text import fold, narrow
from workbench.exchange.labels import split_names
from workbench.exchange.page import Page, PageCase, PageEntry
from workbench.exchange.reader import read_pages
from workbench.exchange.wikitext import as_on_page
from workbench.exchange.writer import (
    RESOLUTION,
    TRACKING,
    CaseText,
    engineer_names,
    mark_status,
    status_line,
)
from workbench.exchange.xwiki import read_line

_STATUS_LABEL = re.compile(r"\s*状态\s*(?:\([^()]*\)\s*)?:")
_UP_TO_COLON = re.compile(r"[^:]*:")


class Line(NamedTuple):
    """A line of a patched page; ``origin`` is its place (from 0) on the page as it was, or None."""

    text: str
    origin: int | None = None


class OnPage(NamedTuple):
    """A case of a page beside the case as it is here.

    ``entries`` says of each of the page's entries which of the case's it is, None for one that is
    not known; ``hidden`` are the ids of those that are known and not to be seen, ``gone`` of those
    that somebody took off the page. ``undecided`` are the fields, and the ids of the entries, about
    which a decision waits, ``undone`` those of which an undo took back what an import brought: they
    stay as they are.
    """

    page_case: PageCase
    case: Case
    entries: Sequence[str | None]
    hidden: frozenset[str]
    undecided: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    undone: frozenset[str] = frozenset()


def patch(
    page: Page, found: Mapping[int, OnPage], new: Iterable[Case], speakers: Sequence[str]
) -> tuple[list[Line], int]:
    """Return the lines of the patched page, and how many of its cases changed.

    Args:
        page: as it was.
        found: cases that may have changed, by their place among the page's cases.
        new: cases to put below the page's beginning.
        speakers: bare words that begin an entry.
    """
    lines = [Line(line.text, nth) for nth, line in enumerate(page.lines)]
    out: list[Line] = []
    changed = done = 0
    for nth, page_case in enumerate(page.cases):
        start, end = page_case.first_line - 1, page_case.last_line
        out += lines[done:start]
        if nth == 0:
            for case in new:
                out += map(Line, CaseText(case, speakers).lines())
        done = end
        if nth in found:
            patched = _Patch(page, found[nth], speakers).lines()
            changed += patched is not None
            out += lines[start:end] if patched is None else patched
        else:
            out += lines[start:end]
    return [*out, *lines[done:]], changed


class _Patch:
    """One case of a page while it is patched. Places are those of lines, from 0."""

    def __init__(self, page: Page, on_page: OnPage, speakers: Sequence[str]) -> None:
        self._page = page
        self._was = on_page.page_case
        self._case = _without(on_page.case, on_page.gone)
        self._entries = on_page.entries
        self._hidden = on_page.hidden
        self._kept = on_page.undecided | on_page.undone
        self._speakers = speakers
        self._text = CaseText(self._case, speakers)
        self._range = range(self._was.first_line - 1, self._was.last_line)
        self._instead: dict[int, list[str]] = {}
        self._below: dict[int, list[str]] = {}

    def lines(self) -> list[Line] | None:
        """Return the case's lines; None where nothing of it changed."""
        self._problem()
        self._thread()
        self._status()
        self._engineers()
        if not self._instead and not self._below:
            return None
        patched = list(self._assemble())
        return patched if self._reads_right(patched) else self._whole()

    # --- parts --------------------------------------------------------------------------------

    def _problem(self) -> None:
        was, now = self._was, self._case.summary
        own = self._owned("problem")
        text = self._text.problem()
        if "problem" not in self._kept and was.problem != as_on_page(now.problem):
            if own:
                self._rewrite(own, _without_files(text))
            else:
                self._below[self._range.start] = ["", *_without_files(text)]
        known = [*(i.file for i in was.problem_images), *was.problem_files]
        more = _files_beyond(text, known)
        if more:
            self._add_below(own[-1] if own else self._range.start, more)

    def _thread(self) -> None:
        shown = {entry.id: entry for entry in self._case.entries}
        ends: dict[str, int] = {}
        for was, name in zip(self._was.entries, self._entries, strict=True):
            own = self._own_lines(was)
            if name in self._hidden:
                self._instead |= {place: [] for place in own}
            elif name in shown:
                self._entry(was, shown[name], own)
                if not self._is_outcome(own):
                    ends[name] = own[-1]
        known = set(self._entries)
        labels = self._owned("tracking")
        place = labels[0] if labels else None
        for entry in self._case.entries:
            if entry.id in known:
                place = ends.get(entry.id, place)
                continue
            block = ["", *self._text.entry(entry)]
            if self._text.is_untagged(entry) or (place is None and not labels):
                block = ["", TRACKING, *block]
                labels = labels or [-1]
            self._add_below(self._above_thread() if place is None else place, block)

    def _entry(self, was: PageEntry, entry: Entry, own: Sequence[int]) -> None:
        text = self._text.entry(entry)
        speaker = self._text.speaker(entry)
        same = fold(was.speaker or "") == fold(speaker or "")
        same = same and was.text == as_on_page(entry.text)
        if not same and entry.id not in self._kept:
            written = _without_files(text) or [""]
            if was.speaker is not None and self._text.is_untagged(entry):
                written = [TRACKING, "", *written]
            self._rewrite(own, written)
        known = [*(image.file for image in was.images), *was.files]
        more = _files_beyond(self._text.files(entry), known)
        if more:
            self._add_below(own[-1], more)

    def _status(self) -> None:
        status = self._case.summary.status
        own = self._owned("status")
        if (self._was.status or "unset") == status or "status" in self._kept:
            return
        if not own:
            self._add_to_resolution([status_line(status)])
        for place in own:
            source = self._page.lines[place].text
            label = _STATUS_LABEL.match(narrow(source))
            if label is None:
                self._instead[place] = [status_line(status)]
            else:
                rest = mark_status(source[label.end() :], status)
                self._instead[place] = [source[: label.end()] + rest]

    def _engineers(self) -> None:
        written = engineer_names(self._case.summary)
        same = set(split_names(read_line(written).text)) == set(self._was.engineers)
        if same or "engineers" in self._kept:
            return
        own = self._owned("engineers")
        if not own:
            self._add_to_resolution(self._text.engineers())
            return
        source = self._page.lines[own[0]].text
        label = _UP_TO_COLON.match(narrow(source))
        start = source[: label.end()] if label else self._text.engineers()[0].partition(":")[0]
        self._instead[own[0]] = [start.rstrip() + ("" if label else ":") + written]
        self._instead |= {place: [] for place in own[1:]}

    # --- where --------------------------------------------------------------------------------

    def _owned(self, *owners: str) -> list[int]:
        return [place for place in self._range if self._page.owners[place] in owners]

    def _own_lines(self, was: PageEntry) -> list[int]:
        inside = range(was.first_line - 1, was.last_line)
        return [place for place in inside if self._page.owners[place] == "entry"]

    def _is_outcome(self, own: Sequence[int]) -> bool:
        """True for prose below --解决:, under which no entry of the thread belongs."""
        labels = self._owned("resolution")
        return bool(labels) and own[0] >= labels[0]

    def _above_thread(self) -> int:
        """Return the last line above a thread that has no label yet."""
        return max([self._range.start, *self._owned("problem", "tracking")])

    def _last(self) -> int:
        return max(place for place in self._range if self._page.lines[place].text.strip())

    def _add_below(self, place: int, lines: Sequence[str]) -> None:
        self._below.setdefault(place, []).extend(lines)

    def _add_to_resolution(self, lines: Sequence[str]) -> None:
        """Add lines below the status, or below --解决:, which is added where it is missing."""
        own = self._owned("status") or self._owned("resolution")
        if own:
            self._add_below(own[-1], lines)
            return
        label = [] if self._below.get(self._last(), [""])[-1:] == [RESOLUTION] else ["", RESOLUTION]
        if any(RESOLUTION in added for added in self._below.values()):
            label = []
        self._add_below(self._last(), [*label, *lines])

    def _rewrite(self, own: Sequence[int], lines: Sequence[str]) -> None:
        """Put lines in the place of a text; a line that only names pictures or files stays."""
        for place in own:
            read = read_line(self._page.lines[place].text)
            if not read.text and not read.is_empty and place != own[0]:
                continue
            named = [f"[[image:{i.file}]]" for i in read.images]
            self._instead[place] = []
            if named or read.files:
                self._instead[place] = _link_lines(self._page.lines[place].text)
        self._instead[own[0]] = [*lines, *self._instead[own[0]]]

    # --- what comes of it ---------------------------------------------------------------------

    def _assemble(self) -> Iterator[Line]:
        """Yield the lines; where one went, two blank ones do not stay together."""
        last_blank = gone = False
        for place in self._range:
            text = self._page.lines[place].text
            if place in self._instead:
                lines = [Line(line) for line in self._instead[place]]
                gone = not lines
            elif gone and last_blank and not text.strip():
                continue
            else:
                lines = [Line(text, place)]
                gone = False
            for line in (*lines, *map(Line, self._below.get(place, ()))):
                last_blank = not line.text.strip()
                yield line

    def _reads_right(self, lines: Sequence[Line]) -> bool:
        source = "\n".join(line.text for line in lines)
        try:
            (page,) = read_pages(
                source.encode(errors="surrogatepass"),
                None,
                speakers=self._speakers,
                project=self._was.project,
            )
        except (UnusablePage, ValueError):
            return False
        if len(page.cases) != 1 or page.refused:
            return False
        (read,) = page.cases
        summary, was, kept = self._case.summary, self._was, self._kept
        problem = was.problem if "problem" in kept else as_on_page(summary.problem)
        status = was.status if "status" in kept else summary.status
        names = set(split_names(read_line(engineer_names(summary)).text))
        engineers = set(was.engineers) if "engineers" in kept else names
        return (
            read.problem == problem
            and (read.status or "unset") == (status or "unset")
            and set(read.engineers) == engineers
            and Counter((fold(e.speaker or ""), e.text) for e in read.entries) == self._said()
        )

    def _said(self) -> Counter[tuple[str, str]]:
        """Return who says what on the patched page, with what stays as it is there."""
        kept = self._kept.intersection(filter(None, self._entries)) - self._hidden
        said = Counter(
            (fold(self._text.speaker(entry) or ""), as_on_page(entry.text))
            for entry in self._case.entries
            if entry.id not in kept
        )
        for was, name in zip(self._was.entries, self._entries, strict=True):
            if name is None or name in kept:
                said[fold(was.speaker or ""), was.text] += 1
        return said

    def _whole(self) -> list[Line]:
        """Return the case written anew, below its own heading and above the blank lines it had."""
        texts = [self._page.lines[place].text for place in self._range]
        blank = len(texts) - len("\n".join(texts).rstrip().split("\n"))
        written = self._text.lines()
        while written and not written[-1]:
            written.pop()
        tail = [Line(texts[place - len(texts)], self._range[place]) for place in range(-blank, 0)]
        return [Line(texts[0], self._range.start), *map(Line, written[1:]), *tail]


def _without(case: Case, gone: frozenset[str]) -> Case:
    """Return a case without some of its entries, and without their pictures."""
    if not gone:
        return case
    waiting = iter([image for image in case.summary.images if image.place == "thread"])
    images = [image for image in case.summary.images if image.place == "problem"]
    for entry in case.entries:
        own = [image for _, image in zip(entry.images, waiting, strict=False)]
        images += [] if entry.id in gone else own
    entries = tuple(entry for entry in case.entries if entry.id not in gone)
    return case._replace(summary=case.summary._replace(images=tuple(images)), entries=entries)


def _without_files(lines: Sequence[str]) -> list[str]:
    """Return the lines of a text up to the pictures and files below it."""
    kept = list(lines)
    while kept and (not kept[-1] or kept[-1].startswith(("[[image:", "[[attach:"))):
        kept.pop()
    return kept


def _files_beyond(lines: Sequence[str], known: Iterable[str]) -> list[str]:
    """Return the lines that name a picture or a file more often than it is known."""
    left = Counter(known)
    more: list[str] = []
    for line in lines[len(_without_files(lines)) :]:
        read = read_line(line)
        for name in (*(image.file for image in read.images), *read.files):
            if left[name] > 0:
                left[name] -= 1
            else:
                more += ["", line]
    return more


def _link_lines(source: str) -> list[str]:
    """Return the pictures and files that a line of text names, each on a line of its own."""
    found = re.findall(r"\[\[(?:image|attach):(?:~.|[^\]~])*\]\]", source, re.IGNORECASE)
    return [line for link in found for line in ("", link)]
