"""The lines of one case → its fields: what opens a text, what closes it, what stands in it.

A case is read line by line. At any time at most one text is open, the problem or an entry; a label
closes it and may open another. A line belongs to exactly one owner.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

from workbench.cases.model import Status
from workbench.cases.said import said
from workbench.exchange.labels import Heading, Label, read_label, read_status, split_names
from workbench.exchange.page import (
    Owner,
    PageCase,
    PageEntry,
    PageImage,
    Revision,
    SourceLine,
    case_key,
    newest,
)
from workbench.exchange.xwiki import Markup, bare


class Passage:
    """Lines that make one text, with the pictures and files between them."""

    def __init__(self, speaker: str | None = None, happened_on: str | None = None) -> None:
        self.speaker = speaker
        self.happened_on = happened_on
        self.lines: list[SourceLine] = []
        self.places: list[int] = []
        self.images: list[PageImage] = []
        self.files: list[str] = []
        self._texts: list[str] = []

    @property
    def is_empty(self) -> bool:
        """True while the passage has neither text nor picture nor file."""
        return not (self.images or self.files or any(self._texts))

    def add(self, place: int, line: SourceLine, text: str, markup: Markup) -> None:
        """Take up a line, of which ``text`` is what is not a label."""
        self.places.append(place)
        self.lines.append(line)
        self.images += markup.images
        self.files += markup.files
        if text:
            self._texts += map(bare, text.split("\n")) if "\n" in text else (bare(text),)

    def add_blank(self) -> None:
        """Take up a blank line: it parts paragraphs, but at the ends of a text it is nothing."""
        if self._texts and self._texts[-1]:
            self._texts.append("")

    def text(self) -> str:
        """Return the text: runs of blank lines are one, and none stands at either end."""
        if len(self._texts) == 1:
            return self._texts[0]
        kept: list[str] = []
        for text in self._texts:
            if text or (kept and kept[-1]):
                kept.append(text)
        return "\n".join(kept).rstrip("\n")

    def revision(self) -> Revision | None:
        """Return the newest of the lines' revisions."""
        return newest([line.revision for line in self.lines])

    def entry(self) -> PageEntry:
        """Return the passage as an entry of the thread."""
        return PageEntry(
            self.speaker,
            self.text(),
            tuple(self.images),
            tuple(self.files),
            self.happened_on,
            self.lines[0].number,
            self.lines[-1].number,
            self.revision(),
            self.lines[0].author,
        )


class CaseReading:
    """One case while its lines are read, from the heading on."""

    def __init__(
        self,
        heading: Heading,
        project: str,
        line: SourceLine,
        level: int,
        speakers: Sequence[str],
        owners: MutableSequence[Owner],
    ) -> None:
        self.heading = heading
        self.project = project
        self.level = level
        self.first = line
        self._speakers = speakers
        self._owners = owners
        self._problem = Passage()
        self._problem_labelled = False
        self._entries: list[Passage] = []
        self._outcome: Passage | None = None
        self._open: Passage | None = self._problem
        self._part: Owner = "problem"
        self._status_lines: list[tuple[SourceLine, Status | None]] = []
        self._label: str | None = None
        self._engineers: dict[str, None] = {}
        self._engineers_lines: list[SourceLine] = []
        self._questions: list[tuple[str, str]] = []

    @property
    def key(self) -> str:
        """The case's full key."""
        return case_key(self.project, self.heading.number, self.heading.date_raw)

    @property
    def problem_is_whole(self) -> bool:
        """True once a label came below the problem."""
        return self._part != "problem"

    @property
    def is_complete(self) -> bool:
        """True at the end of a case as the team writes it: below its line of engineers."""
        return self._open is None and self._part == "resolution" and bool(self._engineers_lines)

    def take_blank(self) -> None:
        """Take up a blank line; below --解决: prose may go on after it."""
        passage = self._open or (self._outcome if self._part == "resolution" else None)
        if passage is not None:
            passage.add_blank()

    def take(self, place: int, line: SourceLine, markup: Markup, *, verbatim: bool) -> bool:
        """Take up a line that is not blank; ``place`` is its index among the page's lines.

        Returns:
            False for a line that can't be this case's: then the case ends above it.
        """
        label = None if verbatim else read_label(markup, self._speakers)
        if label is not None:
            label = self._in_place(label)
        if label is None:
            self._content(place, line, markup.text, markup)
        elif label.kind == "problem" and self._begins_another_case():
            return False
        else:
            self._labelled(place, line, label, markup)
        return True

    def close_at(self, markup: Markup) -> None:
        """Close the text that is open if a line that is not whole begins with a whole label."""
        label = read_label(markup, self._speakers)
        if label is not None and label.kind != "problem" and self._in_place(label):
            self._open = None
            self._part = "tracking" if self._part == "problem" else self._part

    def drop_open(self) -> int | None:
        """Give up the text that is open, since the page breaks off in it.

        Returns:
            The number of the line that it begins with; None if no text was open.
        """
        passage = self._open
        if passage is None or not passage.lines:
            return None
        self._open = None
        for place in passage.places:
            self._owners[place] = "unread"
        if passage is self._outcome:
            self._outcome = None
        self._entries.remove(passage)
        return passage.lines[0].number

    def finish(self, last: int, revisions: Sequence[Revision], *, whole: bool) -> PageCase:
        """Return the case.

        Args:
            last: the number of its last line.
            revisions: of its lines, where they are known.
        """
        problem = self._problem
        problem_revision = problem.revision()
        status, status_line = self._read_status()
        engineers_revision = newest([line.revision for line in self._engineers_lines])
        return PageCase(
            project=self.project,
            number=self.heading.number,
            date_raw=self.heading.date_raw,
            first_line=self.first.number,
            last_line=last,
            oldest_revision=min(revisions, default=None),
            newest_revision=max(revisions, default=None),
            heading_revision=self.first.revision,
            problem=problem.text(),
            problem_images=tuple(problem.images),
            problem_files=tuple(problem.files),
            problem_revision=problem_revision,
            problem_author=_author(problem.lines, problem_revision),
            status=status,
            status_revision=status_line.revision if status_line else None,
            status_author=status_line.author if status_line else None,
            engineer_label=self._label,
            engineers=tuple(self._engineers),
            engineers_revision=engineers_revision,
            engineers_author=_author(self._engineers_lines, engineers_revision),
            entries=tuple(entry.entry() for entry in self._entries),
            questions=tuple(dict.fromkeys(self._questions)),
            whole=whole,
        )

    def _in_place(self, label: Label) -> Label | None:
        """Return the label unless it can't be one where it stands.

        Sentences of a thread begin with 状态: too; below --解决: none does. A second problem label
        is a sentence of the text that is open.
        """
        if label.kind == "status":
            return label if label.legend or self._part == "resolution" else None
        if label.kind == "problem" and self._problem_labelled and self._part != "resolution":
            return None
        if label.kind == "problem" and self._part == "tracking" and not self._problem.is_empty:
            return None
        return label

    def _begins_another_case(self) -> bool:
        """Say whether a problem label stands where only a case without heading can explain it."""
        taken = self._problem_labelled or not self._problem.is_empty
        return self._part == "resolution" and taken

    def _labelled(self, place: int, line: SourceLine, label: Label, markup: Markup) -> None:
        if label.kind == "problem":
            self._problem_labelled = True
            self._part, self._open = "problem", self._problem
            if label.rest or markup.images or markup.files:
                self._add(place, line, label.rest, markup)
            else:
                self._problem.places.append(place)
                self._owners[place] = "problem"
        elif label.kind in ("speaker", "update"):
            self._begin(Passage(label.name or None, label.happened_on))
            self._add(place, line, label.rest, markup)
        else:
            self._open = None
            self._part = "tracking" if label.kind == "tracking" else "resolution"
            if label.kind == "status":
                self._take_status(place, line, label)
            elif label.kind == "engineers":
                self._take_engineers(place, line, label)
            elif label.rest or markup.images or markup.files:
                self._content(place, line, label.rest, markup)
            else:
                self._owners[place] = self._part

    def _content(self, place: int, line: SourceLine, text: str, markup: Markup) -> None:
        if markup.is_empty:
            self._owners[place] = "markup"
            return
        if self._open is None:
            if self._part == "resolution" and self._outcome is not None:
                self._open = self._outcome
            else:
                self._begin(Passage())
                if self._part == "resolution":
                    self._outcome = self._open
        self._add(place, line, text, markup)

    def _begin(self, passage: Passage) -> None:
        self._entries.append(passage)
        self._open = passage
        if self._part == "problem":
            self._part = "tracking"

    def _add(self, place: int, line: SourceLine, text: str, markup: Markup) -> None:
        assert self._open is not None
        self._open.add(place, line, text, markup)
        self._owners[place] = "problem" if self._open is self._problem else "entry"

    def _take_status(self, place: int, line: SourceLine, label: Label) -> None:
        status, question = read_status(label.rest)
        self._owners[place] = "status"
        self._status_lines.append((line, status))
        if question:
            self._questions.append(("status", question))

    def _take_engineers(self, place: int, line: SourceLine, label: Label) -> None:
        self._owners[place] = "engineers"
        self._engineers_lines.append(line)
        self._label = self._label or label.name
        self._engineers |= dict.fromkeys(split_names(label.rest))

    def _read_status(self) -> tuple[Status | None, SourceLine | None]:
        """Return the status and its line; two lines that differ are a question, not a choice."""
        if not self._status_lines:
            return None, None
        statuses = {status for _, status in self._status_lines}
        line = max(
            (line for line, _ in self._status_lines), key=lambda line: line.revision or (0, 0)
        )
        if len(statuses) == 1:
            return statuses.pop(), line
        numbers = ", ".join(str(line.number) for line, _ in self._status_lines)
        self._questions.append(
            ("status", said("Lines {lines} give different statuses.", lines=numbers))
        )
        return None, line


def _author(lines: Sequence[SourceLine], revision: Revision | None) -> str | None:
    """Return who wrote the newest of the lines."""
    return next((line.author for line in lines if line.revision == revision), None)
