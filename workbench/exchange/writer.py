"""Cases as the source of a wiki page, in the team's own form: headings, labels, tagged entries.

"A page that was written and is read again changes nothing": what a page can't say (a title, tags,
until when a case is on hold, a hidden entry) is left out, and nothing else stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workbench.cases.errors import WorkbenchError
from workbench.cases.model import Attachment, Case, Entry, Image, Status, Summary
from workbench.cases.said import said
from workbench.cases.slots import shown_speaker
from workbench.exchange.labels import CHOICES, DEFAULT_SPEAKERS, read_status
from workbench.exchange.wikitext import (
    literal,
    literal_line,
    literal_update,
    paragraph_lines,
    target,
)
from workbench.exchange.xwiki import bare

PREAMBLE = (
    '{{box cssClass="box floatinginfobox" title="**Summary**"}}',
    "{{toc/}}",
    "{{/box}}",
    "",
)
TRACKING, RESOLUTION = "~-~-跟踪", "~-~-解决:"
LABEL = "售后(跟单)工程师"
MARK = "☑"
_STATUS = "状态(☑表示选定 ): "


class CaseText:
    """The source of one case, part by part.

    ``speakers``: bare words that begin an entry of a page.
    """

    def __init__(self, case: Case, speakers: Sequence[str] = DEFAULT_SPEAKERS) -> None:
        self._summary = case.summary
        self._entries = case.entries
        self._speakers = speakers
        self._images = _by_entry(case)

    def lines(self) -> list[str]:
        """Return the whole case, from its heading to the blank line below it."""
        lines = [heading(self._summary), "", *self.problem(), "", TRACKING, ""]
        for nth, entry in enumerate(self._entries):
            if nth and self.is_untagged(entry):
                lines += [TRACKING, ""]
            lines += [*self.entry(entry), ""]
        return [*lines, RESOLUTION, status_line(self._summary.status), *self.engineers(), ""]

    def problem(self) -> list[str]:
        """Return the problem with its label, its pictures and its files."""
        found = self._summary
        images = [image for image in found.images if image.place == "problem"]
        files = [file for file in found.attachments if file.place == "problem"]
        first, *more = paragraph_lines(found.problem) or [""]
        return [
            f"问题描述:{literal(first)}",
            *self._text(more),
            *_named(images, files),
        ]

    def entry(self, entry: Entry) -> list[str]:
        """Return an entry of the thread with its tag, its pictures and its files."""
        first, *more = paragraph_lines(entry.text) or [""]
        name = self.speaker(entry)
        if name is not None:
            head = [f"【{literal(name)}】:{literal(first)}"]
        elif first:
            head = [literal_update(first, self._speakers) or literal_line(first, self._speakers)]
        else:
            head = []
        named = _named(self._images[entry.id], entry.files)
        return [*head, *self._text(more), *(named if head else named[1:])]

    def speaker(self, entry: Entry) -> str | None:
        """Return the name that stands in the tag of an entry; None for one without a tag."""
        name = shown_speaker(entry.speaker, entry.author, imported=entry.imported)
        return as_tag(name) if name else None

    def is_untagged(self, entry: Entry) -> bool:
        """True for an entry that nothing but what stands above it tells to be one."""
        first = (paragraph_lines(entry.text) or [""])[0]
        return self.speaker(entry) is None and literal_update(first, self._speakers) is None

    def engineers(self) -> list[str]:
        """Return the line of engineers; none where nothing is known of any."""
        found = self._summary
        if not found.engineers and found.engineer_label is None:
            return []
        return [f"{found.engineer_label or LABEL}:{engineer_names(found)}"]

    def files(self, entry: Entry) -> list[str]:
        """Return the lines that name an entry's pictures and files."""
        return _named(self._images[entry.id], entry.files)

    def _text(self, lines: Iterable[str]) -> Iterator[str]:
        return (literal_line(line, self._speakers) for line in lines)


def page(cases: Iterable[Case], speakers: Sequence[str] = DEFAULT_SPEAKERS) -> Iterator[str]:
    """Yield the source of a page that holds these cases, piece by piece."""
    yield "\n".join(PREAMBLE) + "\n"
    for case in cases:
        try:
            yield "\n".join(CaseText(case, speakers).lines()) + "\n"
        except WorkbenchError as error:
            raise WorkbenchError(
                said("{key}: {problem}", key=case.summary.key, problem=error.args[0]), error.hint
            ) from error


def heading(found: Summary) -> str:
    """Return the heading of a case; its date as the page, or who made it, gave it."""
    date = f"_{found.date_raw}" if found.date_raw else ""
    text = f"{found.project}_case#{found.number}{date}"
    return f"= {literal(text).replace('=', '~=')} ="


def status_line(status: Status) -> str:
    """Return the line that offers every status, with a mark in front of the one that holds."""
    return _STATUS + mark_status(" | ".join(CHOICES), status)


def mark_status(choices: str, status: Status) -> str:
    """Return what stands behind a status label with the mark moved to this status."""
    bare_choices = choices.replace(f"{MARK}\ufe0f", MARK).replace(f"{MARK} ", "").replace(MARK, "")
    word = next((word for word, known in CHOICES.items() if known == status), None)
    marked = bare_choices if word is None else bare_choices.replace(word, f"{MARK} {word}", 1)
    if read_status(marked)[0] == status:
        return marked
    return mark_status(" | ".join(CHOICES), status)


def engineer_names(found: Summary) -> str:
    """Return the names of a case's engineers as they stand on its line."""
    return literal(" ".join(bare(" ".join(name.split())) for name in found.engineers))


def as_tag(name: str) -> str:
    """Return a name as the tag of an entry can hold it."""
    return bare(" ".join(name.split())).replace("】", "]").replace("【", "[")


def _named(images: Iterable[Image], files: Iterable[Attachment]) -> list[str]:
    """Return the lines that name pictures and files, each on its own below a blank one."""
    lines: list[str] = []
    for image in images:
        size = "".join(
            f'{name}="{value}" '
            for name, value in (("height", image.height), ("width", image.width))
            if value is not None
        ).strip()
        lines += ["", f"[[image:{target(image.file)}{f'||{size}' if size else ''}]]"]
    for file in files:
        lines += ["", f"[[attach:{target(file.file)}]]"]
    return lines


def _by_entry(case: Case) -> dict[str, list[Image]]:
    """Return the pictures of each entry: the case has them in the order of its thread."""
    waiting = iter([image for image in case.summary.images if image.place == "thread"])
    return {
        entry.id: [image for _, image in zip(entry.images, waiting, strict=False)]
        for entry in case.entries
    }
