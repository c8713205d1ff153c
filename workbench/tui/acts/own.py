"""Commands of a person's own, with the fields of the case at hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from workbench.cases.errors import WorkbenchError
from workbench.language import t

if TYPE_CHECKING:
    from workbench.tui.screens.main import MainScreen


def run_own(main: MainScreen) -> None:
    """Choose one of the commands in the settings, and run it."""
    from workbench.tui.screens.pick import ChooseScreen

    commands = main.bench.config.commands
    if not commands:
        file = main.bench.config.own.path
        main.bench.say(t("No command of your own yet: write [commands] into {file}", file=file))
    elif main.case_id is not None:
        main.bench.open(
            ChooseScreen([(name, name) for name in commands], title=t("Run what?")),
            partial(_run, main, main.case_id),
        )


def _run(main: MainScreen, case_id: str, name: str | None) -> None:
    from workbench.owncommands import filled, words

    if name is None:
        return
    (case,) = main.desk.summaries([case_id])
    command = filled(words(main.bench.config.commands[name]), case, str(main.desk.path))
    main.bench.say(t("running {name}…", name=name))
    main.run_worker(
        partial(_wait, main, name, command), thread=True, group="own", exit_on_error=False
    )


def _wait(main: MainScreen, name: str, command: list[str]) -> None:
    """Run a command to its end; in a thread."""
    from workbench.owncommands import run

    try:
        said = run(command)
    except WorkbenchError as error:
        main.bench.from_thread(partial(main.bench.say_error, error))
    else:
        main.bench.from_thread(partial(_show, main, name, said))


def _show(main: MainScreen, name: str, said: str) -> None:
    """Show what a command printed: a line in the footer, more in a list."""
    from workbench.tui.screens.output import OutputScreen

    if "\n" in said:
        main.bench.open(OutputScreen(name, said))
    else:
        main.bench.say(t("{name}: {said}", name=name, said=said or t("done")))
