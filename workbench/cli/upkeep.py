"""``rebuild``, ``config`` and ``keys``: the program's own affairs."""

from __future__ import annotations

import click

from widgets.plain import visible
from workbench.cli.arguments import command, words
from workbench.cli.call import Call
from workbench.cli.importing import progress
from workbench.language import t


@command("rebuild")
def rebuild_command(call: Call) -> None:
    """Remake every derived table from the log and prove it equal."""
    result = call.desk.rebuild(progress(call, "rebuild"))
    if call.json:
        call.out.json(result)
        return
    for difference in result["differences"]:
        call.out.data(visible(str(difference)) + "\n")
    if result["differences"]:
        call.out.remark(t("The tables differed from the log; now they are what the log says."))
    call.out.data(
        t(
            "{cases} cases made anew from {changes} changes.",
            cases=result["cases"],
            changes=result["changes"],
        )
        + "\n"
    )


@command("config")
@click.argument("act", type=click.Choice(["show", "get", "set"]), metavar="show|get|set")
@click.argument("name", required=False, type=words, metavar="[NAME]")
@click.argument("value", required=False, type=words, metavar="[VALUE]")
def config_command(call: Call, act: str, name: str | None, value: str | None) -> None:
    """Show all settings, get one, or set one."""
    wanted = {"show": (False, False), "get": (True, False), "set": (True, True)}[act]
    if wanted != (name is not None, value is not None):
        form = {"show": "show", "get": "get NAME", "set": "set NAME VALUE"}[act]
        raise click.UsageError(t("It is: workbench config {form}", form=form))
    if name is None:
        _show(call)
        return
    shown = call.config.shown(name) if value is None else call.config.set(name, value)
    if call.json:
        call.out.json({shown.name: shown.json()})
    else:
        call.out.data(_text(shown.value) + "\n")
        call.out.remark(visible(shown.where()))


def _show(call: Call) -> None:
    """Print every setting with where it comes from."""
    settings = call.config.show()
    if call.json:
        call.out.json({shown.name: shown.json() for shown in settings})
        return
    for shown in settings:
        call.out.data(f"{shown.name} = {_text(shown.value)}  ({visible(shown.where())})\n")
    own, machine = (visible(str(file.path)) for file in (call.config.own, call.config.machine))
    call.out.remark(t("Your own settings stand in {own}.", own=own))
    call.out.remark(t("What config set writes stands in {machine}.", machine=machine))


def _text(value: object) -> str:
    """Return a setting's value as it would be typed."""
    return visible(" ".join(value) if isinstance(value, tuple) else str(value))


@command("keys")
def keys_command(call: Call) -> None:
    """Show the acts of the screen and their keys, as they are in force."""
    from workbench.commands import COMMANDS, label

    keymap = call.config.keymap()
    if call.json:
        call.out.json(
            {
                act.id: {"title": t(act.title), "scope": act.scope, "keys": list(keymap[act.id])}
                for act in COMMANDS
            }
        )
        return
    for act in COMMANDS:
        keys = " ".join(label(key) for key in keymap[act.id]) or "–"
        call.out.data(f"{act.id}  {t(act.title)}: {keys}\n")
