"""``list`` and ``show``: what there is."""

from __future__ import annotations

from collections.abc import Sequence

import click

from widgets.plain import printed, visible
from workbench.cli.arguments import command, of_view, offered, words
from workbench.cli.call import Call
from workbench.language import t, tn, told

_SORTS = ("activity", "opened", "number", "status", "engineer", "age")

_MOST_COUNTED = 1000
"""So many cases are counted behind a limit."""

sorted_by = click.option(
    "--sort",
    type=click.Choice([*_SORTS, *(f"-{name}" for name in _SORTS)]),
    default="activity",
    metavar="F",
    help=f"One of {', '.join(_SORTS)}; - in front turns it round.",
)
"""The option that says in which order cases come."""


@command("list", signs="query")
@click.argument(
    "query", nargs=-1, type=words, metavar="[QUERY]...", shell_complete=offered("query")
)
@sorted_by
@of_view
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most so many.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
def list_command(
    call: Call,
    query: Sequence[str],
    sort: str,
    view: str | None,
    limit: int | None,
    as_csv: bool,
) -> None:
    """List cases that match QUERY: words, "phrases" and fields.

    The fields: status: engineer: project: tag: speaker: ref: opened: updated: waiting: is: has:.
    A - in front of a term negates it, OR stands between alternatives, parentheses keep terms
    together.
    """
    if as_csv and call.json:
        raise click.UsageError(t("--csv and --json exclude each other."))
    asked = " ".join(query) if view is None else call.desk.within(view, " ".join(query))
    brief = not (call.json or as_csv)
    rows = call.desk.list(asked, sort=sort, limit=limit, brief=brief)
    if call.json:
        from workbench.desk import summary_json

        call.out.json_rows(map(summary_json, rows))
    elif as_csv:
        from workbench.cli.exporting import case_csv

        for chunk in case_csv(rows):
            call.out.data_bytes(chunk)
    else:
        from workbench.cli.table import draw_cases

        cases = list(rows)
        if cases:
            call.out.data(draw_cases(cases))
        call.out.remark(_count(call, asked, len(cases), limit))
        hint = _hint(asked) if not cases and limit != 0 else None
        if hint is not None:
            call.out.remark(visible(told(hint)))


def _count(call: Call, query: str, shown: int, limit: int | None) -> str:
    """Return how many cases are shown, and of how many where a limit left some out."""
    if shown == limit:
        # Counting many more would take longer than showing these few.
        most = max(_MOST_COUNTED, shown + 1)
        found = len(call.desk.search(query, limit=most))
        if found == most:
            return t("{count} of {most} cases or more", count=shown, most=most)
        if found > shown:
            return t("{count} of {all} cases", count=shown, all=found)
    return tn("{count} case", "{count} cases", shown)


def _hint(query: str) -> str | None:
    """Return what may be wrong with a query that finds nothing."""
    from workbench.cases.query import parse, taken_as_text

    return taken_as_text(parse(query))


@command("show")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
@click.option("--hidden", is_flag=True, help="Show hidden entries too.")
@click.option("--source", is_flag=True, help="Print its wiki source as it was imported.")
@click.option("--chat", is_flag=True, help="Print a short plain report for a chat.")
@click.option("--as-of", "moment", type=words, metavar="TIME", help="The case as it was then.")
def show_command(
    call: Call, case: str, hidden: bool, source: bool, chat: bool, moment: str | None
) -> None:
    """Show one case with its thread; marks nothing as read."""
    given = {"--hidden": hidden, "--source": source, "--chat": chat, "--as-of": moment is not None}
    for one, other in _EXCLUDED:
        if given[one] and given[other]:
            raise click.UsageError(t("{one} and {other} exclude each other.", one=one, other=other))
    case_id = call.desk.resolve(case)
    text = call.desk.chat(case_id) if chat else call.desk.source(case_id) if source else None
    if text is not None and not call.json:
        call.out.data((printed(text, multiline=True) if chat else text) + "\n")
        return
    found = (
        call.desk.case(case_id, hidden=hidden, seen=False)
        if moment is None
        else call.desk.case_as_of(case_id, moment, hidden=hidden)
    )
    if call.json:
        from workbench.desk import case_json

        told = case_json(found)
        if chat:
            told["chat"] = text
        elif source:
            told["source"]["text"] = text
        call.out.json(told)
        return
    from workbench.cli.report import case_report

    passed_on = call.desk.passed_on(case_id)
    call.out.data(case_report(found, call.config.patterns, passed_on))


_EXCLUDED = (
    ("--chat", "--hidden"),
    ("--chat", "--source"),
    ("--chat", "--as-of"),
    ("--source", "--hidden"),
    ("--source", "--as-of"),
)
"""Options of ``show`` that don't go together."""
