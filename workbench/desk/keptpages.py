"""The saves of pages that are kept: where a text stands on them, and how they forget it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from workbench.cases import names, pagevalues, slots
from workbench.cases.errors import UnusablePage
from workbench.cases.fold import EntryState
from workbench.cases.register import REDACTED, Parts, Register
from workbench.cases.text import narrow, squash
from workbench.desk.pageentries import case_ids, is_of, listed_names, page_entries
from workbench.desk.tools import Tools
from workbench.local import pagetexts

if TYPE_CHECKING:
    from workbench.cases.change import Change
    from workbench.exchange.page import Owner, Page, PageCase
    from workbench.exchange.parted import PartedPage

SHORT = 4
"""A shorter line counts as the text only where a line of the page is nothing else."""
_KNOWN = "SELECT uid FROM cases WHERE uid IN ({})"
NOWHERE = frozenset({"preamble", "unread", "markup"})
"""Owners of lines that no field of a case took up."""


class KeptPages:
    """The lines on kept saves that hold a text of a case, before it is redacted.

    ``names`` are those that the saves' entries of these words bear.
    """

    def __init__(
        self,
        tools: Tools,
        case: str,
        target: str,
        register: Register,
        entry: EntryState | None,
    ) -> None:
        self.names: set[str] = set()
        self._tools = tools
        self._case = case
        self._is_problem = target == "problem"
        self._entry = entry
        self._equalities = _equalities(case, register, entry) if entry else frozenset()
        self._others = self._names_of_others()
        self._lines: dict[int, set[int]] = {}
        self._outside: dict[int, set[int]] = {}
        subject = tools.subject(case)
        project = tools.db.value("SELECT project FROM cases WHERE id = ?", subject)
        numbers = tools.db.rows("SELECT number FROM claim WHERE case_id = ?", subject)
        for save, source in pagetexts.sources(tools.db):
            digits = narrow(source)
            if any(str(number) in digits for (number,) in numbers):
                for page in _read(source, tools.speakers, project):
                    self._look(save, page)

    def _names_of_others(self) -> set[str]:
        """Return the names of the case's other entries: of equal words each is its own."""
        rows = self._tools.db.rows(
            "SELECT uid, names FROM entry WHERE case_id = ?", self._tools.subject(self._case)
        )
        every = {name for row in rows for name in (row["uid"], *json.loads(row["names"]))}
        return every - self._entry.names if self._entry else every

    def _look(self, save: int, page: Page) -> None:
        uid = self._case
        for derived, page_case in zip(case_ids(page.cases), page.cases, strict=True):
            if not is_of(self._tools, uid, derived, page_case):
                continue
            found = self._lines.setdefault(save, set())
            self._outside[save] = {
                line.number
                for line, owner in zip(page.lines, page.owners, strict=True)
                if owner in NOWHERE or page_case.first_line <= line.number <= page_case.last_line
            }
            if self._is_problem:
                found |= problem_lines(page_case, page.owners)
            for on_page, entry in zip(page_entries(uid, page_case), page_case.entries, strict=True):
                if self._entry is None:
                    continue
                known = on_page.name in self._entry.names
                alike = on_page.equality in self._equalities and on_page.name not in self._others
                if known or alike:
                    self.names.add(on_page.name)
                    found.update(range(entry.first_line, entry.last_line + 1))

    def blank(self, secrets: Sequence[str]) -> None:
        """Blank these lines, and what else of the case or of no case holds the text."""
        holds = _line_test(secrets)
        for save, found in self._lines.items():
            source = pagetexts.source(self._tools.db, save)
            lines = [
                "" if n in found or (n in self._outside[save] and holds(line)) else line
                for n, line in enumerate(source.split("\n"), 1)
            ]
            pagetexts.blank(self._tools.db, save, "\n".join(lines))


def redacted_lines(
    tools: Tools,
    uid: str,
    page_case: PageCase,
    owners: Sequence[Owner],
    first: int = 1,
    *,
    elsewhere: bool = False,
) -> set[int]:
    """Return the lines of a page's case that hold text which was redacted here.

    Args:
        owners: of the page's lines, or of those from number ``first`` on.
        elsewhere: another copy imported the page; see ``_late_lines``.
    """
    subject = tools.db.value("SELECT id FROM cases WHERE uid = ?", uid)
    if subject is None:
        return set()
    changes = [item.change for item in tools.log.of(subject)]
    lines = _late_lines(changes, page_case, owners, first) if elsewhere else set()
    if any(change.kind == "redact" for change in changes):
        gone = {change.name for change in changes if change.erased}
        gone -= {change.name for change in changes if not change.erased}
        gone |= {name for listed in listed_names(changes).values() for name in listed}
        for on_page, entry in zip(page_entries(uid, page_case), page_case.entries, strict=True):
            if on_page.name in gone:
                lines.update(range(entry.first_line, entry.last_line + 1))
    text = json.dumps(page_case.problem, ensure_ascii=False)
    chain = pagevalues.chain_of(tools.field(uid, "problem").versions)
    if pagevalues.is_erased(chain, lambda after: names.value_id(uid, "problem", text, after)):
        lines |= problem_lines(page_case, owners, first)
    return lines


def without_redacted(
    tools: Tools,
    page: PartedPage,
    ids: Sequence[str],
    source: bytes | memoryview,
    *,
    elsewhere: bool = False,
) -> tuple[bytes | memoryview, bool]:
    """Return a page's source with the lines of redacted texts blank, and whether none was.

    Args:
        ids: of its cases.
        elsewhere: another copy imported it; see ``_late_lines``.
    """
    gone: set[int] = set()
    place = 0
    for nth, count in enumerate(page.parts):
        some = ids[place : place + count]
        place += count
        known = {uid for (uid,) in tools.db.rows_in(_KNOWN, some)}
        if not known:
            continue
        part = page.read(nth)
        for uid, case in zip(some, part.cases, strict=True):
            if uid in known:
                gone |= redacted_lines(
                    tools, uid, case, part.owners, part.first, elsewhere=elsewhere
                )
    lines = bytes(source).split(b"\n") if gone else []
    if not any(lines[number - 1] for number in gone):
        return source, True
    return b"\n".join(b"" if n + 1 in gone else line for n, line in enumerate(lines)), False


def _late_lines(
    changes: Sequence[Change], page_case: PageCase, owners: Sequence[Owner], first: int
) -> set[int]:
    """Return the lines of a case, on a save from elsewhere, with words that nothing says here,
    where such words were redacted.

    Whoever imported them had not heard of that, so the change that said them is erased on its way.
    The changes that a save was read into come before it: words that stand are here by now.
    """
    redactions = [change.body for change in changes if change.kind == "redact"]
    if not redactions:
        return set()
    parts = Parts(changes)
    bodies = [(change, change.body) for change in changes if not change.erased]
    texts = [parts.text(change) if "parts" in body else body.get("x") for change, body in bodies]
    stands = {_bare(text) for text in texts if isinstance(text, str)} | {"", REDACTED}
    lines: set[int] = set()
    redacted = any(body.get("f") == "problem" for body in redactions)
    if redacted and _bare(page_case.problem) not in stands:
        lines |= problem_lines(page_case, owners, first)
    if any("t" in body for body in redactions):
        for entry in page_case.entries:
            if _bare(entry.text) not in stands:
                lines.update(range(entry.first_line, entry.last_line + 1))
    return lines


def _bare(text: str) -> str:
    """Return a text without what a page may lose of it when it is shown: spaces."""
    return "".join(text.split())


def blank_redacted(tools: Tools, case: str) -> bool:
    """Blank the lines of the kept pages that hold what was redacted in a case, told by the names
    that it bore; return whether there were any."""
    row = tools.db.row("SELECT id, project FROM cases WHERE uid = ?", case)
    if row is None:
        return False
    numbers = tools.db.rows("SELECT number FROM claim WHERE case_id = ?", row["id"])
    blanked = False
    for save, source in pagetexts.sources(tools.db):
        digits = narrow(source)
        if not any(str(number) in digits for (number,) in numbers):
            continue
        gone: set[int] = set()
        for page in _read(source, tools.speakers, row["project"]):
            for derived, page_case in zip(case_ids(page.cases), page.cases, strict=True):
                if is_of(tools, case, derived, page_case):
                    gone |= redacted_lines(tools, case, page_case, page.owners)
        lines = source.split("\n")
        if any(lines[number - 1] for number in gone):
            kept = ["" if n in gone else line for n, line in enumerate(lines, 1)]
            pagetexts.blank(tools.db, save, "\n".join(kept))
            blanked = True
    return blanked


def problem_lines(page_case: PageCase, owners: Sequence[Owner], first: int = 1) -> set[int]:
    """Return the lines of a page that hold a case's problem; ``first`` is the owned ones' first."""
    inside = range(page_case.first_line, page_case.last_line + 1)
    return {number for number in inside if owners[number - first] == "problem"}


def _equalities(case: str, register: Register, entry: EntryState) -> frozenset[str]:
    """Return what an entry's versions have in common with a page's entry of the same words."""
    texts = [version.value for version in register.versions if isinstance(version.value, str)]
    speakers = [version.value for version in entry.registers["speaker"].versions]
    shown = {
        slots.shown_speaker(name, entry.author, imported=entry.imported)
        for name in (*speakers, entry.speaker)
    }
    return frozenset(
        names.equality(case, name, text) for name in shown for text in texts if text.strip()
    )


def _read(source: str, speakers: Sequence[str] | None, project: str) -> list[Page]:
    from workbench.exchange.labels import DEFAULT_SPEAKERS
    from workbench.exchange.reader import read_pages

    try:
        return read_pages(
            source.encode(), None, speakers=speakers or DEFAULT_SPEAKERS, project=project
        )
    except UnusablePage:
        return []


def _line_test(secrets: Iterable[str]) -> Callable[[str], bool]:
    """Return a test of a page's line: does it hold a line of these texts?"""
    from workbench.exchange.xwiki import read_line

    lines = {squash(line) for secret in secrets for line in secret.split("\n")} - {""}
    long = [line for line in lines if len(line) >= SHORT]

    def holds(line: str) -> bool:
        read = squash(read_line(line).text)
        return read in lines or any(secret in read or secret in line for secret in long)

    return holds


def blank_lines(tools: Tools, case: str, texts: Sequence[str]) -> None:
    """Blank the lines of a case's page that hold a line of texts that others redacted.

    What the page said of the case is known no more by then, so the lines are found by their words.
    """
    from workbench.exchange.xwiki import read_line

    uid = tools.db.value(
        "SELECT p.uid FROM page_case s JOIN page p ON p.id = s.page_id"
        " JOIN subject c ON c.id = s.case_id WHERE c.uid = ?",
        case,
    )
    secrets = {squash(line) for text in texts for line in text.split("\n")} - {""}
    long = [secret for secret in secrets if len(secret) >= SHORT]
    for (save,) in tools.db.rows("SELECT id FROM page WHERE uid = ?", uid):
        kept = pagetexts.source(tools.db, save)
        lines = kept.split("\n")
        for nth, line in enumerate(lines):
            read = squash(read_line(line).text)
            if read in secrets or any(secret in read or secret in line for secret in long):
                lines[nth] = ""
        source = "\n".join(lines)
        if source != kept:
            pagetexts.blank(tools.db, save, source)
