"""``people``: who is who, on which side, and which spellings are one person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from widgets.plain import fit, visible, width
from workbench.cases.errors import NotFound
from workbench.cli.arguments import command, words
from workbench.cli.call import Call
from workbench.cli.written import outcome
from workbench.language import side_word, t, tn

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.desk.peopling import Known

_FORMS = {
    "set": "set NAME [--side S] [--alias N] [--no-alias N]",
    "merge": "merge A B",
    "redact": "redact NAME --why W",
}


@command("people")
@click.argument(
    "act", required=False, type=click.Choice(list(_FORMS)), metavar="[set|merge|redact]"
)
@click.argument("given", nargs=-1, type=words, metavar="[NAME] [NAME]")
@click.option("--side", type=words, metavar="S", help="engineer, R&D, customer, vendor or none.")
@click.option("--alias", multiple=True, type=words, metavar="N", help="Another spelling.")
@click.option("--no-alias", multiple=True, type=words, metavar="N", help="No spelling after all.")
@click.option("--why", type=words, metavar="W", help="Of redact: the reason; it is kept.")
def people_command(
    call: Call,
    act: str | None,
    given: Sequence[str],
    side: str | None,
    alias: Sequence[str],
    no_alias: Sequence[str],
    why: str | None,
) -> int:
    """Show the people, say on which side one stands, or that two spellings are one person.

    redact takes a spelling out of all that was said of people, for good, in every copy and store.
    """
    options = side is not None or bool(alias) or bool(no_alias)
    if act is None and not options and why is None:
        return _show(call, call.desk.people())
    if act == "redact" and len(given) == 1 and not options and why is not None:
        return _redact(call, given[0], why)
    if why is not None:
        raise click.UsageError(t("--why goes with redact only."))
    if act == "set" and len(given) == 1 and options:
        taken = _taken_in(call.desk, given[0], alias)
        written = call.desk.set_person(given[0], side=side, aliases=alias, others=no_alias)
        for person in taken:
            call.out.remark(
                t(
                    "“{other}” is “{name}” from now on: {cases}, {entries}.",
                    other=visible(person.name),
                    name=visible(given[0]),
                    cases=tn("{count} case", "{count} cases", person.cases),
                    entries=tn("{count} entry", "{count} entries", person.entries),
                )
            )
    elif act == "merge" and len(given) == 2 and not options:
        if not call.desk.person(given[0]):
            raise NotFound(
                t("nobody is called “{name}”", name=given[0]),
                t(
                    "workbench people shows the names. To call “{other}” so: workbench people set"
                    " {name} --alias {other}",
                    name=given[0],
                    other=given[1],
                ),
            )
        written = call.desk.merge_people(*given)
    else:
        raise click.UsageError(t("It is: workbench people {form}", form=_FORMS[act or "set"]))
    _show(call, call.desk.person(given[0]))
    return outcome(call, written)


def _taken_in(desk: Desk, name: str, aliases: Sequence[str]) -> list[Known]:
    """Return the people with cases or entries of their own whom spellings would make this one."""
    own = {person.name for person in desk.person(name)}
    found = {person.name: person for alias in aliases for person in desk.person(alias)}
    return [
        person
        for person in found.values()
        if person.name not in own and (person.cases or person.entries)
    ]


def _redact(call: Call, name: str, why: str) -> int:
    """Take a spelling out, and say where cases still bear it."""
    written = call.desk.redact_person(name, why=why)
    found = call.desk.person(name)
    _show(call, found)
    for person in found:
        if person.cases or person.entries:
            call.out.remark(
                t(
                    "Cases still bear the name: {cases} as an engineer's, {entries} entries as"
                    " who said them.",
                    cases=person.cases,
                    entries=person.entries,
                )
            )
    return outcome(call, written)


def _show(call: Call, people: Sequence[Known]) -> int:
    if call.json:
        call.out.json_rows(person_json(person) for person in people)
    elif people:
        call.out.data(_table(people))
    else:
        call.out.remark(t("Nobody is known yet."))
    return 0


def person_json(person: Known) -> dict[str, object]:
    """Return a person as scripts read it."""
    return {
        "name": person.name,
        "side": person.side,
        "aliases": list(person.aliases),
        "sides": list(person.sides),
        "cases": person.cases,
        "open": person.open,
        "entries": person.entries,
    }


def _table(people: Sequence[Known]) -> str:
    heads = (t("Name"), t("Side"), t("Cases"), t("Open"), t("Entries"), t("Also written"))
    rows = [heads, *map(_row, people)]
    cells = [max(width(row[nth]) for row in rows) for nth in range(len(heads))]
    lines = (
        "  ".join(
            fit(text, taken, align="right" if 2 <= nth <= 4 else "left")
            for nth, (text, taken) in enumerate(zip(row, cells, strict=True))
        )
        for row in rows
    )
    return "".join(line.rstrip() + "\n" for line in lines)


def _row(person: Known) -> tuple[str, ...]:
    """Return what stands in a row; a side about which people don't agree has a mark."""
    side = " / ".join(map(side_word, person.sides)) + " ?" if person.sides else ""
    return (
        visible(person.name),
        side or (side_word(person.side) if person.side else "–"),
        str(person.cases),
        str(person.open),
        str(person.entries),
        visible(", ".join(person.aliases)),
    )
