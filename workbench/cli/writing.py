"""``new``, ``note`` and ``edit``: the commands that take a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from widgets.plain import visible
from workbench.cases.errors import Ambiguous, NotFound
from workbench.cli.arguments import command, offered, read_text, words
from workbench.cli.call import Call
from workbench.cli.written import DONE, finish_case, finish_entry
from workbench.language import listed, t

if TYPE_CHECKING:
    from workbench.cases.model import Reference

MOST_KEYS = 8
"""So many of the cases are named that mention the same."""
FIELDS = ("problem", "title", "date")
"""What ``edit`` can name of a case besides its entries."""


@command("new")
@click.argument("project", type=words, metavar="PROJECT", shell_complete=offered("project"))
@click.argument("text", type=words, metavar="TEXT|-")
@click.option("--date", type=words, metavar="D", help="The day it was opened; else today.")
@click.option("--title", type=words, metavar="T", help="Else the first line is the title.")
def new_command(call: Call, project: str, text: str, date: str | None, title: str | None) -> int:
    """Create a case and print its key. TEXT is the problem; - reads it from stdin."""
    from workbench.desk import case_json

    problem = read_text(text)
    known = call.desk.mentions(problem)
    made = call.desk.new(project, problem, date=date, title=title)
    case = call.desk.case(made, seen=False)
    if call.json:
        call.out.json(case_json(case))
        return DONE
    call.out.data(case.summary.key + "\n")
    if case.summary.number is None:
        call.out.remark(t("It gets a number when it is sent; this key names it for ever."))
    _tell_known(call, known)
    return DONE


def _tell_known(call: Call, known: Sequence[tuple[Reference, Sequence[str]]]) -> None:
    """Say which other cases mention what was written."""
    for reference, keys in known:
        named = listed(keys[:MOST_KEYS]) + ("…" if len(keys) > MOST_KEYS else "")
        sentence = t("{value} also stands in {keys}.", value=reference.value, keys=named)
        call.out.remark(visible(sentence))


@command("note")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
@click.argument("text", type=words, metavar="TEXT|-")
@click.option("--reply-to", type=words, metavar="ENTRY", help="The entry it answers.")
@click.option("--speaker", type=words, metavar="N", help="Who said it, if somebody else did.")
@click.option("--happened", type=words, metavar="TIME", help="When it happened.")
@click.option(
    "--attach",
    "files",
    multiple=True,
    metavar="FILE",
    help="A file that belongs to it.",
    shell_complete=offered("file"),
)
def note_command(
    call: Call,
    case: str,
    text: str,
    reply_to: str | None,
    speaker: str | None,
    happened: str | None,
    files: Sequence[str],
) -> int:
    """Add an entry to the thread of a case and print its id. - reads the text from stdin."""
    desk = call.desk
    case_id = desk.resolve(case)
    parent = desk.resolve_entry(case_id, reply_to) if reply_to is not None else None
    said = read_text(text)
    attached = []
    if files:
        from workbench.cli.attaching import given

        attached = [given(call, file) for file in files]
    known = () if call.json else desk.mentions(said, but=case_id)
    written = desk.note(
        case_id, said, reply_to=parent, speaker=speaker, happened=happened, files=attached
    )
    assert written.entry_id is not None
    status = finish_entry(call, case_id, written.entry_id, written)
    _tell_known(call, known)
    return status


@command("edit")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
@click.argument(
    "first",
    required=False,
    type=words,
    metavar="[ENTRY|problem|title|date]",
    shell_complete=offered("field"),
)
@click.argument("second", required=False, type=words, metavar="[TEXT|-]")
@click.option("--speaker", type=words, metavar="N", help="Of an entry: who said it.")
@click.option("--happened", type=words, metavar="TIME", help="Of an entry: when it happened.")
@click.option("--seen", type=words, metavar="ID", help="The change that you had on screen.")
def edit_command(
    call: Call,
    case: str,
    first: str | None,
    second: str | None,
    speaker: str | None,
    happened: str | None,
    seen: str | None,
) -> int:
    """Change a case or an entry; the old version stays readable.

    With CASE and TEXT it is the problem; with three arguments the thing named. An entry's speaker
    and time can be changed without its text.
    """
    about_entry = speaker is not None or happened is not None
    if first is None:
        raise click.UsageError(t("Give the text to write."))
    if second is None and first in FIELDS:
        raise click.UsageError(t("Give the text of the {field}.", field=first))
    if about_entry and first in FIELDS:
        raise click.UsageError(t("--speaker and --happened belong to an entry."))
    versions = (seen,) if seen is not None else None
    case_id = call.desk.resolve(case)
    if not about_entry and (second is None or first in FIELDS):
        if second is None and seen is None and _names_entry(call, case_id, first):
            raise click.UsageError(
                t("“{word}” is an entry of the case: give the text, or say problem.", word=first)
            )
        field, text = ("problem", first) if second is None else (first, second)
        written = call.desk.edit_field(case_id, field, read_text(text), seen=versions)
        return finish_case(call, case_id, written)
    entry_id = call.desk.resolve_entry(case_id, first)
    written = call.desk.edit_entry(
        case_id,
        entry_id,
        text=read_text(second) if second is not None else None,
        speaker=speaker,
        happened=happened,
        seen=versions,
    )
    return finish_entry(call, case_id, entry_id, written)


def _names_entry(call: Call, case_id: str, word: str) -> bool:
    """Tell whether a word names an entry of the case, or several."""
    try:
        call.desk.resolve_entry(case_id, word)
    except Ambiguous:
        return True
    except NotFound:
        return False
    return True
