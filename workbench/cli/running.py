"""One run of the command line, from the words to the exit status."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from workbench.cases.errors import WorkbenchError
from workbench.cli.call import Call, utf8
from workbench.cli.group import program
from workbench.cli.output import ReaderGone

COMPLETION = "_WORKBENCH_COMPLETE"
"""The variable in which a shell asks click for completions; click makes the name."""


def run(call: Call, given: Iterable[str]) -> int:
    """Run one command and return its exit status; what a person did wrong is told on stderr.

    Args:
        call: where the global options are kept, and the output.
        given: the words behind the program's name.
    """
    try:
        return _run(call, [utf8(word) for word in given])
    except ReaderGone:
        return 0
    except (WorkbenchError, click.ClickException, click.Abort, OSError, KeyboardInterrupt) as error:
        from workbench.cli import errors  # most calls have none to explain

        return errors.explain(call, error)


def _run(call: Call, words: list[str]) -> int:
    """Run one command, write its output and close the desk, whatever happened."""
    if COMPLETION in os.environ:
        from workbench.cli import completing

        completing.prepare(os.environ[COMPLETION])
    call.words = words
    try:
        status = program.main(words, "workbench", standalone_mode=False, obj=call)
        call.out.finish()
    finally:
        call.close()
    return status if isinstance(status, int) else 0
