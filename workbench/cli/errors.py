"""What goes wrong, as one line on stderr with a hint, and as an exit status."""

from __future__ import annotations

import errno
import os
import sys

import click

from widgets.plain import visible
from workbench.cases.errors import WorkbenchError
from workbench.cli.call import Call
from workbench.cli.output import is_terminal, json_line
from workbench.language import joined, t, told, trouble

ERROR = 1
INTERRUPTED = 130


def explain(call: Call, error: BaseException) -> int:
    """Say what went wrong and what to do, and return the exit status."""
    call.out.forget()
    match error:
        case WorkbenchError():
            return _explain_ours(call, error)
        case click.ClickException():
            return _explain_usage(call, error)
        case OSError():
            return _explain_file(call, error)
        case click.Abort() | KeyboardInterrupt():
            return _explain_stop(call)
        case _:
            return _explain_other(call, error)


def _explain_stop(call: Call) -> int:
    """Explain that a person stopped the program; on a terminal ``^C`` stands on the line."""
    if is_terminal(sys.stderr):
        call.out.say("")
    say_error(call, t("Stopped; what was written stays."), None)
    return INTERRUPTED


def _explain_ours(call: Call, error: WorkbenchError) -> int:
    """Explain an error that was meant for a person; candidates are named in full.

    With ``--json`` they and the explanation are one value, so that a script can read all of stderr.
    """
    if error.candidates and call.json:
        value = {"candidates": list(error.candidates), "error": str(error), "hint": error.hint}
        call.out.say(json_line(value).rstrip())
        return error.exit_code
    say_error(call, trouble(error), error.hint and told(error.hint))
    for candidate in error.candidates:
        call.out.say(f"  {visible(candidate)}")
    return error.exit_code


def _explain_usage(call: Call, error: click.ClickException) -> int:
    """Explain what is wrong with the command line."""
    from workbench.cli import usage
    from workbench.cli.arguments import speak

    call.lang = call.lang or usage.asked_for(call.words)
    speak(call)
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    path = ctx.command_path if ctx is not None else "workbench"
    say_error(call, usage.told(error), t("See `{command} --help`.", command=path))
    return error.exit_code


def _explain_file(call: Call, error: OSError) -> int:
    """Explain that the system refused a file."""
    reason = trouble(error)
    if error.errno == errno.ENOSPC and error.filename is None:
        say_error(call, t("the disk is full"), t("Make room, then try again."))
    elif error.filename is None:
        say_error(call, t("The system says: {reason}.", reason=reason), None)
    else:
        say_error(
            call,
            t("{file}: {reason}.", file=error.filename, reason=reason),
            t("Check the file, its folder and whether they are yours to use."),
        )
    return ERROR


def _explain_other(call: Call, error: BaseException) -> int:
    """Explain that the database can't be read on, or else that the program itself is wrong."""
    from workbench.desk import file_trouble

    ours = file_trouble(error, call.config.db_file)
    return _explain_bug(call, error) if ours is None else _explain_ours(call, ours)


def _explain_bug(call: Call, error: BaseException) -> int:
    """Explain that the program itself is wrong."""
    if os.environ.get("WORKBENCH_DEBUG"):
        import traceback

        lines = "".join(traceback.format_exception(error)).rstrip()
        call.out.say(visible(lines, multiline=True))
    say_error(
        call,
        t(
            "internal error ({name}: {error}); nothing was lost.",
            name=type(error).__name__,
            error=error,
        ),
        t("Please report it with what WORKBENCH_DEBUG=1 shows."),
    )
    return ERROR


def say_error(call: Call, message: str, hint: str | None) -> None:
    """Write an error and its hint as one line."""
    parts = [message, hint] if hint else [message]
    sentence = joined(*(" ".join(part.split("\n")) for part in parts))
    call.out.say("workbench: " + visible(sentence))
