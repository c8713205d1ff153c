"""The entry point: the command line, or without a command the terminal UI."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.cli.call import Call
from workbench.cli.running import run

if TYPE_CHECKING:
    from workbench.config import Config
    from workbench.desk import Desk


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status.

    Args:
        argv: the words behind the program's name; None: this process's.
    """
    call = Call(_screen)
    try:
        return run(call, sys.argv[1:] if argv is None else argv)
    except Exception as error:  # noqa: BLE001 - the last place where a person can be told
        from workbench.cli.errors import explain

        return explain(call, error)


def _screen(desk: Desk, config: Config, begin: str | None = None) -> int:
    """Open the terminal UI; here alone Textual may be loaded."""
    from workbench.tui.app import run as show

    return show(desk, config, begin)


if __name__ == "__main__":
    sys.exit(main())
