"""Redaction: a text is taken out of the log, the tables, the drafts and the kept pages, a file
with its name and content out of this copy and the stores.

Who did it, when and why stay. What a wiki page or a backup still holds is beyond our reach, and
the message says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from workbench.cases import files
from workbench.cases import said as words
from workbench.cases.change import Change
from workbench.cases.errors import BadInput, NotFound, WorkbenchError
from workbench.cases.fold import EntryState, typed_names
from workbench.cases.model import Attachment
from workbench.cases.register import REDACTED, Register
from workbench.desk.keptpages import KeptPages, blank_lines
from workbench.desk.sharedpages import tell_redacted
from workbench.desk.tools import Tools, Written, said

PORTION = 128 * 1024
"""How many bytes of stubs one change carries; an entry may have thousands of versions."""

Stub = dict[str, object]


def redact(
    tools: Tools,
    case_id: str,
    target: str,
    *,
    text: str | None,
    why: str,
    file: Attachment | None = None,
) -> Written:
    """Take a text out, or ``text`` within it; or of an entry only a ``file``.

    The files of an entry go with its text, and with ``text`` those that bear it in their name.

    A page may have the words which were typed here: the redaction lists the page's name of them,
    so that nobody who read it before, or reads it again, brings them.

    Raises:
        BadInput: there is no reason given.
        WorkbenchError: there is nothing to take out.
    """
    reason = reason_of(why)
    state: EntryState | None = None
    on_pages: set[str] = set()
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
            typed = typed_names(item.change for item in stored)
            on_pages = {page for note, page in typed.items() if note in names}
        changes = [
            item.change
            for item in stored
            if item.change.name in names and item.change.body.keys() & {"x", "parts"}
        ]
        secrets = _secrets(register, target, text) if file is None else []
        kept = KeptPages(tools, case_id, target, register, state)
        changes += [
            item.change
            for item in stored
            if item.change.kind == "att"
            and not item.change.erased
            and files.is_hash(item.change.body.get("sha256"))
            and (file is None or item.change.name == file.id)
            and (text is None or text in item.change.body["name"])
        ]
        stubs = [stub_of(change) for change in changes]
        stubs += [
            _stub(stubs[0]["id"], name, {}) for name in sorted((kept.names | on_pages) - names)
        ]
        seen = register.seen
        for portion in portions(stubs):
            seen = (act.write("redact", case_id, seen, l=portion, why=reason, **about).name,)
        if text is not None or file is not None:
            kind = "set" if entry_id is None else "edit"
            for version in register.values:
                left = said(version, target) or ""
                left = left.replace(text, REDACTED) if text else left
                act.write(kind, case_id, seen, x=left, **about)
        act.fold()
        tools.drafts.redact(case_id, secrets, REDACTED)
        kept.blank(secrets)
        count = len(act.changes)
        tell_redacted(tools, act)
    return Written(count, (case_id,), entry_id, batch=act.batch)


def redact_file(tools: Tools, case_id: str, file: Attachment, *, why: str) -> Written:
    """Take a file out, its name and its content."""
    if file.id is None:
        raise WorkbenchError(
            words.said("{file} stands on a page, and its content is not here", file=file.file),
            words.said("Redact its entry."),
        )
    if file.entry is not None:
        return redact(tools, case_id, file.entry, text=None, why=why, file=file)
    reason = reason_of(why)
    with tools.act("redact") as act:
        stubs = [
            stub_of(item.change)
            for item in tools.changes(case_id, "files")
            if item.change.name == file.id
        ]
        act.write("redact", case_id, l=stubs, why=reason, f="files")
    return Written(len(act.changes), (case_id,), batch=act.batch)


def reason_of(why: str) -> str:
    """Return the reason of a redaction; raises BadInput where none is given."""
    reason = " ".join(why.split())
    if not reason:
        raise BadInput(words.said("a redaction needs a reason"), words.said("Give it with --why."))
    return reason


def clean(tools: Tools, case_id: str, secrets: Sequence[str]) -> None:
    """Take texts that others' redactions take out from the drafts and the kept pages of a case,
    inside a transaction; what such a redaction made a draft stays."""
    tools.drafts.redact(case_id, list(secrets), REDACTED, rescued=False)
    blank_lines(tools, case_id, secrets)


def _secrets(register: Register, target: str, text: str | None) -> list[str]:
    """Return what must not be found anywhere afterwards."""
    texts = [
        version.value
        for version in register.versions
        if isinstance(version.value, str) and version.value
    ]
    if not texts:
        if target != "title":
            raise WorkbenchError(words.said("there is no text to take out"))
        raise WorkbenchError(
            words.said("this case has no title of its own to take out"),
            words.said("A title is the problem's first line unless one was set."),
        )
    if text is None:
        return texts
    if not text or not any(text in value for value in texts):
        raise NotFound(
            words.said('"{text}" does not stand there', text=text),
            words.said("workbench show tells the text."),
        )
    return [text]


def stub_of(change: Change) -> Stub:
    """Return what a redaction says of a version that it takes out."""
    return _stub(change.id, change.name, change.stub)


def _stub(change: object, name: str, keys: Mapping[str, object]) -> Stub:
    return {"id": change, "name": name, "stub": keys}


def portions(stubs: Sequence[Stub]) -> list[list[Stub]]:
    """Return the stubs of the erased versions, as many together as one change can hold."""
    portions: list[list[Stub]] = [[]]
    size = 0
    for stub in stubs:
        size += len(json.dumps(stub, ensure_ascii=False).encode())
        if size > PORTION and portions[-1]:
            portions.append([])
            size = 0
        portions[-1].append(stub)
    return portions
