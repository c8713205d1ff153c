"""``hide``, ``unhide`` and ``redact``: what shall not be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cases.errors import NotFound
from workbench.cli.arguments import command, offered, words
from workbench.cli.call import Call
from workbench.cli.written import finish_case, finish_entry
from workbench.language import t

if TYPE_CHECKING:
    from workbench.cases.model import Attachment


@command("hide")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
@click.argument("entry", required=False, type=words, metavar="[ENTRY]")
def hide_command(call: Call, case: str, entry: str | None) -> int:
    """Take a case or an entry out of sight; it stays in the log."""
    return _hide(call, case, entry, hide=True)


@command("unhide")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
@click.argument("entry", required=False, type=words, metavar="[ENTRY]")
def unhide_command(call: Call, case: str, entry: str | None) -> int:
    """Show a hidden case or entry again."""
    return _hide(call, case, entry, hide=False)


def _hide(call: Call, case: str, entry: str | None, *, hide: bool) -> int:
    """Hide or show a case or an entry of it."""
    case_id = call.desk.resolve(case)
    entry_id = call.desk.resolve_entry(case_id, entry) if entry is not None else None
    act = call.desk.hide if hide else call.desk.unhide
    written = act([case_id], entry_id)
    if entry_id is None:
        return finish_case(call, case_id, written)
    return finish_entry(call, case_id, entry_id, written)


@command("redact")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
@click.argument("target", type=words, metavar="problem|title|ENTRY|FILE")
@click.option("--text", type=words, metavar="T", help="Erase only this within the text.")
@click.option("--why", type=words, metavar="W", required=True, help="The reason; it is kept.")
def redact_command(call: Call, case: str, target: str, text: str | None, why: str) -> int:
    """Erase a text for good, in every copy and store. Who, when and why stay."""
    if not why.strip():
        raise click.UsageError(t("--why must give a reason."))
    if text is not None and not text:
        raise click.UsageError(t("--text must give the words to erase."))
    case_id = call.desk.resolve(case)
    if target in ("problem", "title"):
        written = call.desk.redact(case_id, target, text=text, why=why)
        if target == "problem":  # a page has no place for a title
            _tell_page(call, case_id)
        return finish_case(call, case_id, written)
    try:
        entry_id = call.desk.resolve_entry(case_id, target)
    except NotFound:
        file = _file(call, case_id, target) if text is None else None
        if file is None:
            raise
        written = call.desk.redact_file(case_id, file, why=why)
        for key, name in call.desk.twins(file):
            call.out.remark(
                t(
                    "The same content is attached to {case} as {name}, and stays until that is"
                    " redacted too.",
                    case=key,
                    name=name,
                )
            )
        return finish_case(call, case_id, written)
    written = call.desk.redact(case_id, entry_id, text=text, why=why)
    _tell_page(call, case_id)
    return finish_entry(call, case_id, entry_id, written)


def _tell_page(call: Call, case_id: str) -> None:
    """Say that a wiki is beyond reach, where the case or an entry of it came from a page."""
    if call.json:
        return
    case = call.desk.case(case_id)
    if case.summary.source is not None or any(entry.author is None for entry in case.entries):
        call.out.remark(t("The wiki is beyond reach: if its page has it, take it out there too."))


def _file(call: Call, case_id: str, name: str) -> Attachment | None:
    try:
        return call.desk.file(case_id, name)
    except NotFound:
        return None
