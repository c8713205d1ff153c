"""The program's commands: a table, so that only the module of the command called is imported."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from workbench.cases.said import said
from workbench.cli.arguments import global_options
from workbench.cli.call import Call, need_terminal
from workbench.language import later, t

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Try the screen on a scratch copy of a sample page."),
    "import": ("importing", "Read pages of cases; doing it again changes nothing."),
    "list": ("listing", "List cases that match a query."),
    "show": ("listing", "Show one case."),
    "new": ("writing", "Create a case."),
    "note": ("writing", "Add an entry to the thread of a case."),
    "attach": ("attaching", "Attach a file to a case."),
    "files": ("attaching", "List the files of a case."),
    "open": ("attaching", "Open a file of a case."),
    "edit": ("writing", "Change the problem, title, date or an entry of a case."),
    "hide": ("hiding", "Take a case or an entry out of sight."),
    "unhide": ("hiding", "Show a hidden case or entry again."),
    "redact": ("hiding", "Erase a text for good, in every copy."),
    "status": ("marking", "Set the status of cases."),
    "assign": ("marking", "Add engineers to cases, or take them off."),
    "tag": ("marking", "Add tags to cases, or take them off."),
    "history": ("deciding", "Show every change of a case."),
    "digest": ("deciding", "Show what others changed since you last looked."),
    "undo": ("deciding", "Take back the last act, or do it again."),
    "decisions": ("deciding", "Show what people changed without seeing each other."),
    "decide": ("deciding", "Choose one of the values, or give another."),
    "people": ("people", "Show the people, their sides, and which spellings are one person."),
    "sync": ("sharing", "Receive what others wrote, and send what you wrote."),
    "push": ("sharing", "Send what you wrote."),
    "pull": ("sharing", "Receive what others wrote."),
    "outbox": ("sharing", "Show what has not been sent yet."),
    "store": ("sharing", "Keep the list of shared stores."),
    "reserve": ("numbering", "Take case numbers for a time without network."),
    "renumber": ("numbering", "Give a case another number; the old one still names it."),
    "explain": ("viewing", "Show how a query is answered: the plan, the index, the time."),
    "view": ("viewing", "Keep queries under a name."),
    "export": ("exporting", "Write cases out: JSON, CSV, wiki source, Markdown, HTML."),
    "stats": ("statistics", "Count cases: by status, engineer, month and age."),
    "report": ("statistics", "Write the report of a week."),
    "doctor": ("upkeep", "Look whether the file and the shared stores are sound."),
    "backup": ("upkeep", "Make a safe copy of the file, and of the attached files."),
    "rebuild": ("upkeep", "Remake every table from the log and prove it equal."),
    "config": ("upkeep", "Show or change settings."),
    "keys": ("upkeep", "Show the keys of the screen."),
}
"""Name of a command → the module of this package that holds it, and its line in the help."""

HEADINGS: dict[str, str] = {
    later("To begin"): "demo import config keys",
    later("A case"): "list show new note edit status assign tag hide unhide redact history undo "
    "reserve renumber",
    later("Its files"): "attach files open",
    later("All cases"): "view explain stats report export",
    later("The team"): "store sync push pull outbox digest decisions decide people",
    later("The file"): "doctor backup rebuild",
}
"""Headings of the help → the commands under each."""


class Program(click.Group):
    """The group of all commands, which imports each only when it is called."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.params.extend(global_options(listed=True))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"workbench.cli.{COMMANDS[cmd_name][0]}")
        found = getattr(module, f"{cmd_name}_command")
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command called, or say which names are near."""
        name = args[0]
        if name not in COMMANDS and not ctx.resilient_parsing and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=3, cutoff=0.7)
            what: str = said("No such command '{name}'.", name=name)
            if near:
                what = said(
                    "No such command '{name}'. Did you mean {names}?",
                    name=name,
                    names=", ".join(near),
                )
            raise click.UsageError(what, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands without importing them."""
        width = max(len(name) for name in COMMANDS)
        for heading, names in HEADINGS.items():
            with formatter.section(t(heading)):
                told = [(name.ljust(width), t(COMMANDS[name][1])) for name in names.split()]
                formatter.write_dl(told)


@click.pass_context
def _open_screen(ctx: click.Context) -> int:
    """Open the screen where no command was named."""
    call = ctx.ensure_object(Call)
    if ctx.invoked_subcommand is not None:
        return 0
    call.speak()
    need_terminal(t("`workbench --help` lists the commands that need none."))
    return call.show_screen(call.open_desk(), call.config)


program = Program(
    name="workbench",
    callback=_open_screen,
    help="A workbench for customer cases. Without a command it opens the terminal UI.",
    epilog="The global options work before or after the command.",
    no_args_is_help=False,
    invoke_without_command=True,
)
