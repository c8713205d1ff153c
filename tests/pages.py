"""Small invented pages for tests: plain source of given cases, and saves of it with revisions.

A test says what its page holds as ``PageCase`` values, writes it as plain source with
``page_source``, or as a save with authors: ``first_save`` gives every line one revision,
``next_save`` keeps the revision of lines that stayed and gives the new one to the others, as the
wiki does. ``avatar`` puts such lines into the wrapper that an extractor makes of the wiki's view.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from workbench.cases.model import Status

Line = tuple[str, str]
"""A revision and the line's text."""

PREAMBLE = (
    '{{box cssClass="box floatinginfobox" title="**Summary**"}}',
    "{{toc/}}",
    "{{/box}}",
    "",
)
CHOICES: dict[Status, str] = {"resolved": "已解决", "in_progress": "处理中", "on_hold": "暂搁置"}


@dataclass(frozen=True)
class PageEntry:
    """An entry as a page shows it; without a speaker it is written without a tag."""

    text: str
    speaker: str | None = None


@dataclass(frozen=True)
class PageCase:
    """A case as a page shows it.

    ``date`` is the heading's, as written; ``after`` stands between --解决: and the status line.
    """

    number: int
    date: str
    problem: str
    entries: tuple[PageEntry, ...] = ()
    status: Status = "unset"
    engineers: tuple[str, ...] = ()
    project: str = "nova"
    label: str = "售后(跟单)工程师"
    after: str | None = None

    @property
    def key(self) -> str:
        """The case's full key, as its heading gives it."""
        return f"{self.project}_case#{self.number}_{self.date}"


def status_line(status: Status) -> str:
    """Give the line that offers every status and marks the chosen one."""
    choices = (f"☑ {word}" if status == name else word for name, word in CHOICES.items())
    return f"状态(☑表示选定 ): {' | '.join(choices)}"


def case_lines(case: PageCase) -> list[str]:
    """Give the lines of one case, from its heading to the blank line below it."""
    lines = [f"= {case.key} =", "", *f"问题描述:{case.problem}".split("\n"), "", "~-~-跟踪", ""]
    for entry in case.entries:
        tag = f"【{entry.speaker}】:" if entry.speaker else ""
        lines += [*f"{tag}{entry.text}".split("\n"), ""]
    lines.append("~-~-解决:")
    if case.after is not None:
        lines += case.after.split("\n")
    return [*lines, status_line(case.status), f"{case.label}:{' '.join(case.engineers)}", ""]


def page_lines(cases: Iterable[PageCase]) -> list[str]:
    """Give the lines of a page that holds the cases in the given order."""
    return [*PREAMBLE, *(line for case in cases for line in case_lines(case))][:-1]


def page_source(cases: Iterable[PageCase]) -> str:
    """Give the plain XWiki source of a page that holds the cases in the given order."""
    return "\n".join(page_lines(cases)) + "\n"


def first_save(cases: Iterable[PageCase], revision: str = "1.1") -> list[Line]:
    """Give the page's lines, all of one revision."""
    return [(revision, text) for text in page_lines(cases)]


def next_save(before: Sequence[Line], cases: Iterable[PageCase], revision: str) -> list[Line]:
    """Give the lines of a newer save: what stayed keeps its revision, the rest gets the new one."""
    after = page_lines(cases)
    lines: list[Line] = []
    matcher = SequenceMatcher(None, [text for _, text in before], after, autojunk=False)
    for what, old, old_end, new, new_end in matcher.get_opcodes():
        if what == "equal":
            lines += before[old:old_end]
        else:
            lines += [(revision, text) for text in after[new:new_end]]
    return lines


def avatar(
    lines: Sequence[Line], title: str = "nova_9", saved: str = "在2024/06/13 09:42上被qi zhao修改"
) -> bytes:
    """Wrap lines as a page saved with the authors' pictures; the last row is not padded.

    Args:
        lines: Revision and text of each source line, from line 1.
        title: The page's title.
        saved: The row that says when and by whom the page was changed last.
    """
    rows = [f"Wiki源代码{title}", saved, "Hide last authors"]
    above: str | None = None
    for number, (revision, text) in enumerate(lines, 1):
        cell = f" {text} " if text else " "
        if revision != above:
            rows += ["![]() |", f"{revision} | {number} |{cell}|"]
        elif number == len(lines):
            rows.append(f"{number} |{cell}|")
        else:
            rows.append(f"{number} |{cell}| ||" if text else f"{number} | |||")
        above = revision
    return "\n".join(rows).encode()
