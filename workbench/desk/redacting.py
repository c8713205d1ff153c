"""Redaction: a text is taken out of the log, the tables, the drafts and the kept pages.

Who did it, when and why stay. What a wiki page or a backup still holds is beyond our reach, and
the message says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.cases.change import Change
from workbench.cases.errors import BadInput, NotFound, WorkbenchError
from workbench.cases.register import REDACTED, Register
from workbench.cases.text import squash
from workbench.desk.tools import Tools, Written, said

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
        before = tools.pen.erased
        gone = act.write("redact", case_id, register.seen, l=_stubs(changes), why=reason, **about)
        act.erase(item for item in stored if item.change.kind == "part")
        if text is not None:
            shown = (said(register.shown, target) or "").replace(text, REDACTED)
            kind = "set" if entry_id is None else "edit"
            act.write(kind, case_id, [gone.name], x=shown, **about)
        act.fold()
        tools.pen.keep_erased(before)
        clean(tools, case_id, secrets)
    tools.forget(secrets)
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


def _stubs(changes: Sequence[Change]) -> list[dict[str, object]]:
    return [{"id": c.id, "name": c.name, "stub": c.stub} for c in changes]


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
