"""The program as a process: the command ``workbench``, and ``python -m workbench``.

Beside ``main``, which does what the words say, a process has a start and an end, and a person waits
for both.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn

OBJECTS = 10_000
"""After how many new objects it is looked for those that hold each other. What is loaded makes
tens of thousands that all stay: looking through them takes a tenth of a short command."""


def program() -> NoReturn:
    """Run the command line of this process, and end the process with its exit status."""
    gc.set_threshold(OBJECTS)
    from workbench.main import main

    end(main())


def end(status: int) -> NoReturn:
    """End this process without taking apart what it loaded, which takes as long as many a command.

    "Nothing is lost by it": acts are in the file when they return, and the output is written. Where
    a thread still runs, the process ends as usual, by waiting for it.
    """
    import threading  # which the database has loaded by now

    if threading.active_count() > 1:
        sys.exit(status)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError, ValueError):  # nobody reads it, or it is closed
                stream.flush()
    os._exit(status)


if __name__ == "__main__":
    program()
