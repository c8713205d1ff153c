"""``view`` and ``explain``: queries that have a name, and how a query is answered."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from widgets.plain import fit, visible, width
from workbench.cases.errors import NotFound
from workbench.cli.arguments import command, offered, words
from workbench.cli.call import Call
from workbench.cli.listing import sorted_by
from workbench.language import labelled, listed, t, tn, view_word

if TYPE_CHECKING:
    from workbench.cases.views import SavedView

_FORMS = {"list": "list", "save": "save NAME QUERY", "remove": "remove NAME"}


@command("view", signs="query")
@click.argument("act", type=click.Choice(list(_FORMS)), metavar="list|save|remove")
@click.argument(
    "given",
    nargs=-1,
    type=words,
    metavar="[NAME] [QUERY]...",
    shell_complete=offered("view"),
)
def view_command(call: Call, act: str, given: Sequence[str]) -> None:
    """Keep queries under a name; the screen shows each as a tab with its count."""
    desk = call.desk
    counts = {"list": len(given) == 0, "save": len(given) > 1, "remove": len(given) == 1}
    if not counts[act]:
        raise click.UsageError(t("It is: workbench view {form}", form=_FORMS[act]))
    before: SavedView | None = None
    if act == "save":
        with suppress(NotFound):
            before = desk.view(given[0])
        view = desk.save_view(given[0], " ".join(given[1:]))
    elif act == "remove":
        desk.remove_view(given[0])
    if call.json:
        call.out.json_rows(_view_json(view) for view in desk.views())
    elif act == "list":
        call.out.data(_table([(view, desk.count(view.query)) for view in desk.views()]))
    elif act == "save":
        count = tn("{count} case", "{count} cases", desk.count(view.query))
        call.out.remark(labelled(visible(view.name), count))
        if before is not None and before.query != view.query:
            call.out.remark(_replaced(before))
    else:
        call.out.remark(t("Removed: {name}", name=given[0]))


@command("explain", signs="query")
@click.argument(
    "query", nargs=-1, type=words, metavar="[QUERY]...", shell_complete=offered("query")
)
@sorted_by
def explain_command(call: Call, query: Sequence[str], sort: str) -> None:
    """Show how `list QUERY` is answered: the indexes, the steps, the time, the count."""
    found = call.desk.explain(" ".join(query), sort=sort)
    if call.json:
        call.out.json(
            {
                "query": found.query,
                "sort": found.sort,
                "count": found.cases,
                "seconds": round(found.seconds, 6),
                "index": list(found.plan.indexes),
                "terms": found.plan.terms,
                "initials": list(found.plan.initials),
                "plan": list(found.plan.steps),
            }
        )
        return
    ms = f"{found.seconds * 1000:.1f} ms"
    lines = [tn("{count} case", "{count} cases", found.cases) + f" · {ms}"]
    for term, cases in found.plan.terms.items():
        lines.append(
            t("“{term}”: each case is asked", term=term)
            if cases is None
            else t("“{term}”: found by the index of texts, in {count}", term=term, count=cases)
        )
    for word in found.plan.initials:
        lines.append(t("“{term}”: also as the initials of titles and people", term=word))
    lines.append(t("indexes: {names}", names=listed(found.plan.indexes) or "–"))
    lines += (f"  {step}" for step in found.plan.steps)
    call.out.data("".join(f"{visible(line)}\n" for line in lines))


def _replaced(view: SavedView) -> str:
    """Say what a view was before another took its name, so that it can be put back."""
    name, query = visible(view.name), visible(view.query) or '""'
    return t("It replaced the view “{name}”, which was: {query}", name=name, query=query)


def _view_json(view: SavedView) -> dict[str, object]:
    return {"name": view.name, "query": view.query, "built_in": view.built_in}


def _table(views: Sequence[tuple[SavedView, int]]) -> str:
    """Return the views with how many cases each finds."""
    rows = [(visible(view_word(view)), str(count), visible(view.query)) for view, count in views]
    cells = max(width(name) for name, _, _ in rows)
    digits = max(len(count) for _, count, _ in rows)
    lines = (f"{fit(name, cells)}  {count:>{digits}}  {asked}" for name, count, asked in rows)
    return "".join(line.rstrip() + "\n" for line in lines)
