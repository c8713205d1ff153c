"""``doctor``, ``backup``, ``rebuild``, ``config`` and ``keys``: the program's own affairs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from widgets.plain import visible
from workbench.cases.errors import WorkbenchError
from workbench.cases.files import show_size
from workbench.cases.said import said
from workbench.cli.arguments import command, offered, words
from workbench.cli.call import Call, as_path, need_terminal
from workbench.cli.progress import counted
from workbench.language import later, t, tn, told

if TYPE_CHECKING:
    from workbench.local.backup import Backup

_FINDINGS = {
    "integrity": later(
        "The file is damaged (places: {count}; {first}). workbench doctor --repair mends indices"
        " and tables that can still be read; else bring back a backup."
    ),
    "damaged": later(
        "Changes that are not what their id says: {count}. A backup has them; the tables are left"
        " as they are, for they may hold the words."
    ),
    "bad": later(
        "{count} changes could not be read; they are set aside, kept and passed on"
        " (workbench doctor --json shows them)."
    ),
    "unknown": later(
        "{count} changes need a newer version of Workbench; they are kept and passed on"
        " (workbench doctor --json shows them)."
    ),
    "tables": later("{count} rows are not what the log says; workbench doctor --repair mends it."),
    "not_compared": later(
        "The tables were not compared with all {count} changes; workbench rebuild does that."
    ),
    "stale": later("{count} values wait to be worked out; workbench doctor --repair does it."),
    "unfinished_import": later("The import of {page} was stopped; import it again, it goes on."),
    "clock_unset": later("This machine's clock stands before 2020. Set it."),
    "clock_behind": later(
        "The newest change here is dated {apart} later than this machine's clock. If the clock is"
        " wrong, set it; if it is right by now, the next sync dates anew what was not sent."
    ),
    "clocks_ahead": later("{count} changes of others bear a time that is still to come."),
    "clock_ahead_of_store": later(
        "This machine's clock is {apart} ahead of the store {store}: nothing is sent. Set it."
    ),
    "clock_behind_store": later(
        "This machine's clock is {apart} behind the store {store}: nothing is sent. Set it."
    ),
    "files_damaged": later(
        "{count} attached files are damaged or gone here; workbench doctor --repair lays them"
        " aside, and the next sync fetches them."
    ),
    "gap": later(
        "What is known of the store {store} has a gap; workbench doctor --repair reads it anew."
    ),
    "store_away": later("The store {store} could not be looked at: {why}"),
    "feed_damaged": later("In the store {store} the feed {feed} {why}."),
    "own_damaged": later(
        "Files in the store {store} that this copy wrote and that are damaged or gone: {count}"
        " ({first}). workbench sync --repair writes them again."
    ),
    "ignored": later("Files of other programs in the store {store}: {count} ({first})"),
    "waiting": later("Files in the store {store} that are not whole yet: {count} ({first})"),
    "missing": later(
        "Files in the store {store} that were read and are gone: {count} ({first})."
        " Their changes are offered again after a day; workbench sync --repair does it at once."
    ),
    "unredacted": later(
        "Files in the store {store} that still hold a redacted text, as their owner was not here"
        " since: {count} ({first}). workbench store purge {store} takes it out."
    ),
    "unerased": later(
        "Redacted texts that still stand in the store {store}: {count}. A sync of somebody with"
        " the role case_redactor takes them out."
    ),
}


@command("doctor")
@click.option("--repair", is_flag=True, help="Mend what can be made again from the log.")
@click.option("--terminal", is_flag=True, help="Look at the terminal instead: what it lacks.")
def doctor_command(call: Call, repair: bool, terminal: bool) -> int:
    """Look whether the file and the shared stores are sound, or what the terminal lacks."""
    call.config.check_screens()
    if terminal:
        if repair:
            raise click.UsageError(t("A terminal can't be repaired from here."))
        from workbench.cli.terminalreport import report

        return report(call)
    with counted(call, "doctor") as progress:
        health = call.desk.doctor(repair=repair, progress=progress)
    findings = [
        {"code": f.code, "problem": f.problem, "text": told(said(_FINDINGS[f.code], **f.values))}
        for f in health.findings
    ]
    if call.json:
        call.out.json(health.report | {"findings": findings})
        return 0 if health.report["ok"] else 1
    for part in health.report["repaired"]:
        call.out.data(t("Mended: {part}", part=visible(part)) + "\n")
    for one in findings:
        call.out.data(f"{'✗' if one['problem'] else '·'} {visible(str(one['text']))}\n")
    if health.report["ok"]:
        call.out.data(t("✓ The file is sound.") + "\n")
    return 0 if health.report["ok"] else 1


@command("backup")
@click.argument("file", type=words, metavar="FILE", shell_complete=offered("file"))
@click.option("--no-files", is_flag=True, help="Leave out the contents of attached files.")
def backup_command(call: Call, file: str, no_files: bool) -> None:
    """Make a safe copy of the database, also while it is in use: `--db FILE` opens it.

    The contents of attached files are copied to FILE.files, where the copy looks for them.
    """
    _need_file(call)
    with counted(call, "backup") as progress:
        made = call.desk.back_up(as_path(file), files=not no_files, progress=progress)
    if call.json:
        call.out.json(_backup_json(file, made))
        return
    cases = tn("{count} case", "{count} cases", made.cases)
    call.out.data(f"{visible(file)}: {cases}, {show_size(made.size)}\n")
    for sentence in _about_files(made):
        call.out.remark(sentence)


def _need_file(call: Call) -> None:
    """Make sure that there is a database: opening would make one, to be copied empty.

    Raises:
        WorkbenchError: there is none.
        OSError: it can't be looked at.
    """
    try:
        os.stat(call.config.db_file)
    except FileNotFoundError:
        path = os.path.abspath(call.config.db_file)
        raise WorkbenchError(
            t("There is no file {path} to make a backup of.", path=path),
            t("Name yours with --db; `workbench config get db` prints which is used without it."),
        ) from None


def _backup_json(file: str, made: Backup) -> dict[str, Any]:
    """Return what a backup holds, and where its files are; sizes in bytes."""
    return {
        "file": file,
        "size": made.size,
        "cases": made.cases,
        "changes": made.changes,
        "files": {
            "folder": f"{file}.files" if made.folder else None,
            "copied": made.files,
            "size": made.files_size,
            "left_out": made.left,
            "not_here": made.not_here,
        },
    }


def _about_files(made: Backup) -> Iterator[str]:
    """Say where the contents of attached files are, as far as there are any."""
    if made.folder is not None:
        yield tn(
            "{count} attached file ({size}) lies beside it in {folder}: keep both together.",
            "{count} attached files ({size}) lie beside it in {folder}: keep both together.",
            made.files,
            size=show_size(made.files_size),
            folder=visible(str(made.folder)),
        )
    if made.left:
        yield tn(
            "{count} attached file was left out.",
            "{count} attached files were left out.",
            made.left,
        )
    if made.not_here:
        yield tn(
            "{count} attached file is not in it, as it is not here; a shared store may have it.",
            "{count} attached files are not in it, as they are not here; a shared store may have"
            " them.",
            made.not_here,
        )


@command("rebuild")
def rebuild_command(call: Call) -> None:
    """Remake every derived table from the log and prove it equal."""
    with counted(call, "rebuild") as progress:
        result = call.desk.rebuild(progress)
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
@click.argument(
    "act", required=False, type=click.Choice(["show", "get", "set"]), metavar="[show|get|set]"
)
@click.argument(
    "name", required=False, type=words, metavar="[NAME]", shell_complete=offered("setting")
)
@click.argument("value", required=False, type=words, metavar="[VALUE]")
def config_command(call: Call, act: str | None, name: str | None, value: str | None) -> int:
    """Show all settings, get one, or set one; without a word more, change them on a screen."""
    call.config.check_screens()
    if act is None:
        need_terminal(t("`workbench config show` and `workbench config set` need none."))
        return call.show_screen(call.open_desk(), call.config, "settings")
    wanted = {"show": (False, False), "get": (True, False), "set": (True, True)}[act]
    if wanted != (name is not None, value is not None):
        form = {"show": "show", "get": "get NAME", "set": "set NAME VALUE"}[act]
        raise click.UsageError(t("It is: workbench config {form}", form=form))
    if name is None:
        _show(call)
        return 0
    shown = call.config.shown(name) if value is None else call.config.set(name, value)
    if call.json:
        call.out.json({shown.name: shown.json()})
    else:
        call.out.data(_text(shown.value) + "\n")
        call.out.remark(visible(shown.where()))
    return 0


def _show(call: Call) -> None:
    """Print every setting with where it comes from."""
    settings = call.config.show()
    if call.json:
        call.out.json({shown.name: shown.json() for shown in settings})
        return
    for shown in settings:
        call.out.data(f"{shown.name} = {_text(shown.value)}  ({visible(shown.where())})\n")
    own, machine = (visible(file.path) for file in (call.config.own, call.config.machine))
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
