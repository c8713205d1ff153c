"""``history``, ``digest``, ``undo``, ``decisions`` and ``decide``: what was done, and what is open
about it."""

from __future__ import annotations

import click

from widgets.plain import printed
from workbench.cli.arguments import command, offered, read_text, words
from workbench.cli.call import Call
from workbench.cli.report import decision_report, history_line, news_report
from workbench.cli.written import DECISIONS_WAIT, DONE, finish_case, finish_entry
from workbench.language import t, told

SIGHT = frozenset({"add", "hide", "unhide"})
"""Acts that an undo takes back, or brings again, by hiding or showing."""


@command("history")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
def history_command(call: Call, case: str) -> None:
    """Show every change of a case, the newest last."""
    from workbench.desk import history_json

    items = call.desk.history(call.desk.resolve(case))
    if call.json:
        call.out.json_rows(map(history_json, items))
        return
    for item in items:
        if item.is_news:
            call.out.data(history_line(item))


@command("digest")
@click.option("--since", type=words, metavar="TIME", help="Everything after this, seen or not.")
def digest_command(call: Call, since: str | None) -> None:
    """Show what others changed since you last looked at each case; marks nothing as read."""
    from workbench.desk import news_json

    found = call.desk.digest(since)
    if call.json:
        call.out.json_rows(map(news_json, found))
        return
    for news in found:
        call.out.data(news_report(news))
    if not found:
        call.out.remark(t("Nobody else has changed anything."))


@command("undo")
@click.option("--redo", is_flag=True, help="Do again what was just taken back.")
def undo_command(call: Call, redo: bool) -> int:
    """Take back the newest act of this copy; again: the one before."""
    from workbench.desk import history_json

    undone = call.desk.undo(redo=redo)
    if call.json:
        call.out.json_rows(map(history_json, undone.items))
    else:
        done = {(item.case_id, item.entry): item for item in undone.done if item.act in SIGHT}
        for item in undone.items:
            line = history_line(item)
            if item.act in SIGHT and (first := done.get((item.case_id, item.entry))):
                # What was done says more than what is written to take it back.
                line = history_line(first)
                line = (
                    t("done again: {line}", line=line) if redo else t("undone: {line}", line=line)
                )
            call.out.data(f"{printed(item.case or t('people'))}  {line}")
        if not undone.items and not undone.left:
            call.out.remark(t("Nothing of that act was left to take back."))
    # What stands all the same is for a person; a script sees it in what was written.
    for sentence in (*undone.left, *(undone.alike if not call.json else ())):
        call.out.remark(printed(told(sentence)))
    return DECISIONS_WAIT if undone.left else DONE


@command("decisions")
def decisions_command(call: Call) -> None:
    """Show the fields that people changed without seeing each other."""
    from workbench.desk import decision_json

    decisions = call.desk.decisions()
    if call.json:
        call.out.json_rows(map(decision_json, decisions))
        return
    for decision in decisions:
        call.out.data(decision_report(decision))
    if decisions:
        call.out.remark(t("`workbench decide ID CHOICE` takes one of the values."))
    else:
        call.out.remark(t("No decisions wait."))


@command("decide")
@click.argument("decision", type=words, metavar="ID")
@click.argument("choice", required=False, type=click.IntRange(min=1), metavar="[CHOICE]")
@click.option("--text", type=words, metavar="T", help="Neither of the values, but this one.")
def decide_command(call: Call, decision: str, choice: int | None, text: str | None) -> int:
    """Choose one of the values of a decision, counted from 1 as `decisions` shows them."""
    if (choice is None) == (text is None):
        raise click.UsageError(t("Give either the number of the value, or --text."))
    given = read_text(text) if text is not None else None
    written = call.desk.decide(decision, choice=choice, text=given)
    (case_id,) = written.case_ids
    if written.entry_id is None:
        return finish_case(call, case_id, written)
    return finish_entry(call, case_id, written.entry_id, written)
