"""``reserve`` and ``renumber``: the numbers of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from widgets.plain import visible
from workbench.cli.arguments import command, offered, words
from workbench.cli.call import Call
from workbench.language import t

if TYPE_CHECKING:
    from workbench.local.numbers import Reserved


@command("reserve")
@click.argument(
    "project", required=False, type=words, metavar="[PROJECT]", shell_complete=offered("project")
)
@click.argument("count", required=False, type=int, metavar="[N]")
@click.option(
    "--store",
    type=words,
    metavar="NAME",
    help="Which store gives them.",
    shell_complete=offered("store"),
)
def reserve_command(call: Call, project: str | None, count: int | None, store: str | None) -> None:
    """Take N case numbers from the store for a time without network; without N show those left."""
    if project is None or count is None:
        numbers = call.desk.reserved(project)
    else:
        numbers = call.desk.reserve(project, count, store=store)
    if call.json:
        call.out.json_rows([reserved_json(number) for number in numbers])
        return
    for number in numbers:
        call.out.data(f"{visible(number.project)}#{number.number}\n")
    if count is not None:
        call.out.remark(
            t("New cases take them, lowest first. One that is never used leaves a gap.")
        )
    elif not numbers:
        call.out.remark(t("No numbers are reserved."))


def reserved_json(number: Reserved) -> dict[str, Any]:
    """Return a reserved number as scripts read it."""
    return number._asdict()


@command("renumber")
@click.argument("case", type=words, metavar="CASE", shell_complete=offered("case"))
@click.option(
    "--store",
    type=words,
    metavar="NAME",
    help="Which store gives the number.",
    shell_complete=offered("store"),
)
def renumber_command(call: Call, case: str, store: str | None) -> int:
    """Give a case another number; the old one still names it."""
    from workbench.cli.written import finish_case

    case_id = call.desk.resolve(case)
    written = call.desk.renumber(case_id, store=store)
    return finish_case(call, case_id, written)
