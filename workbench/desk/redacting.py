"""Redaction: a text is taken out of the log, the tables, the drafts and the kept pages.

Who did it, when and why stay. What a wiki page or a backup still holds is beyond our reach, and
the message says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from workbench.cases.change import Change
from workbench.cases.errors import BadInput, NotFound, WorkbenchError
from workbench.cases.register import REDACTED, Register
from workbench.cases.text import squash
from workbench.desk.pageentries import page_entries
from workbench.desk.tools import Tools, Written, said

if TYPE_CHECKING:
    from workbench.exchange.page import Owner, PageCase

PORTION = 128 * 1024
"""How many bytes of stubs one change carries; an entry may have thousands of versions."""
SHORT = 4
"""A shorter line is blanked only where a line of the page is nothing else."""


def redact(tools: Tools, case_id: str, target: str, *, text: str | None, why: str) -> Written:
    """Take a text out, or ``text`` within it.

    Raises:
        BadInput: there is no reason given.
        WorkbenchError: there is nothing to take out.
    """
    reason = " ".join(why.split())
    if not reason:
        raise BadInput("a redaction needs a reason", "Give it with --why.")
    with tools.act("redact") as act:
        if target in ("problem", "title"):
            entry_id = None
            stored = tools.changes(case_id, "field", target)
            register = tools.field(case_id, target)
            about = {"f": target}
            names = {name for version in register.versions for name in version.names}
        else:
            state = tools.entry(case_id, target)
            entry_id = state.id
            stored = tools.entry_changes(case_id, entry_id)
            register = state.registers["text"]
            about = {"t": entry_id}
            names = {*state.names, *(n for v in register.versions for n in v.names)}
        changes = [
            item.change
            for item in stored
            if item.change.name in names and item.change.body.keys() & {"x", "parts"}
        ]
        secrets = _secrets(register, target, text)
        seen = register.seen
        for stubs in _portions(changes):
            seen = (act.write("redact", case_id, seen, l=stubs, why=reason, **about).name,)
        if text is not None:
            kind = "set" if entry_id is None else "edit"
            for version in register.values:
                left = (said(version, target) or "").replace(text, REDACTED)
                act.write(kind, case_id, seen, x=left, **about)
        act.fold()
        clean(tools, case_id, secrets)
    return Written(len(act.changes), (case_id,), entry_id, batch=act.batch)


def clean(tools: Tools, case_id: str, secrets: Sequence[str]) -> None:
    """Take texts out of the drafts and the kept pages of a case, inside a transaction."""
    tools.drafts.redact(case_id, secrets, REDACTED)
    _blank_pages(tools, case_id, secrets)


def _secrets(register: Register, target: str, text: str | None) -> list[str]:
    """Return what must not be found anywhere afterwards."""
    texts = [
        version.value
        for version in register.versions
        if isinstance(version.value, str) and version.value
    ]
    if not texts:
        where = "this case has no title of its own" if target == "title" else "there is no text"
        raise WorkbenchError(
            f"{where} to take out", "A title is the problem's first line unless one was set."
        )
    if text is None:
        return texts
    if not text or not any(text in value for value in texts):
        raise NotFound(f'"{text}" does not stand there', "workbench show tells the text.")
    return [text]


def _portions(changes: Sequence[Change]) -> list[list[dict[str, object]]]:
    """Return the stubs of the erased versions, as many together as one change can hold."""
    portions: list[list[dict[str, object]]] = [[]]
    size = 0
    for change in changes:
        stub: dict[str, object] = {"id": change.id, "name": change.name, "stub": change.stub}
        size += len(json.dumps(stub, ensure_ascii=False).encode())
        if size > PORTION and portions[-1]:
            portions.append([])
            size = 0
        portions[-1].append(stub)
    return portions


def _blank_pages(tools: Tools, case_id: str, secrets: Sequence[str]) -> None:
    """Blank the lines of the kept pages that hold the text; their raw bytes go."""
    uid = tools.db.value(
        "SELECT p.uid FROM page_case s JOIN page p ON p.id = s.page_id"
        " JOIN subject c ON c.id = s.case_id WHERE c.uid = ?",
        case_id,
    )
    if uid is None:
        return
    holds = line_test(secrets)
    for row in tools.db.rows("SELECT id, source FROM page WHERE uid = ?", uid):
        lines = [("" if holds(line) else line) for line in row["source"].split("\n")]
        tools.db.run(
            "UPDATE page SET raw = NULL, source = ? WHERE id = ?", "\n".join(lines), row["id"]
        )


def line_test(secrets: Sequence[str]) -> Callable[[str], bool]:
    """Return a test of a page's line: does it hold a line of these texts?"""
    from workbench.exchange.xwiki import read_line

    lines = {squash(line) for secret in secrets for line in secret.split("\n")} - {""}
    long = [line for line in lines if len(line) >= SHORT]

    def holds(line: str) -> bool:
        read = squash(read_line(line).text)
        return read in lines or any(secret in read or secret in line for secret in long)

    return holds


def redacted_lines(
    tools: Tools, uid: str, page_case: PageCase, owners: Sequence[Owner]
) -> set[int]:
    """Return the lines of a page's case that hold text which was redacted here."""
    subject = tools.db.value("SELECT id FROM cases WHERE uid = ?", uid)
    if subject is None:
        return set()
    rows = tools.db.rows("SELECT uid, names FROM entry WHERE case_id = ? AND redacted", subject)
    gone = {name for row in rows for name in (row["uid"], *json.loads(row["names"]))}
    lines: set[int] = set()
    for on_page, entry in zip(page_entries(uid, page_case), page_case.entries, strict=True):
        if on_page.name in gone:
            lines.update(range(entry.first_line, entry.last_line + 1))
    if any(version.redact for version in tools.field(uid, "problem").versions):
        lines.update(
            number
            for number in range(page_case.first_line, page_case.last_line + 1)
            if owners[number - 1] == "problem"
        )
    return lines
