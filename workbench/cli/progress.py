"""A line on stderr that says how far long work has come: for a person, so only on a terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from widgets.plain import cut, visible
from workbench.cli.output import is_terminal
from workbench.language import t

if TYPE_CHECKING:
    from workbench.cli.call import Call
    from workbench.desk.pace import Pace

EVERY_SECONDS = 0.2


class ProgressLine:
    """Writes one line over and over again, until it is cleared."""

    def __init__(self, stream: TextIO | None) -> None:
        """Write to ``stream``, if a person sits there."""
        self._stream = stream if is_terminal(stream) else None
        self._pace: Pace | None = None
        self._told = float("-inf")
        self._is_shown = False

    def tell(self, what: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` are through; ``what`` was done with them."""
        now = time.monotonic()
        if self._stream is None or now - self._told < EVERY_SECONDS:
            return
        if self._pace is None:
            from workbench.desk.pace import Pace

            self._pace = Pace()
        self._told = now
        line = visible(self._pace.line(what, done, total, now))
        # A terminal may not know its width, and say 0.
        columns = os.get_terminal_size(self._stream.fileno()).columns or 80
        self._write("\r" + cut(line, columns - 1))

    def clear(self) -> None:
        """Take the line away, if it is there."""
        if self._is_shown:
            self._write("\r")
            self._is_shown = False

    def _write(self, text: str) -> None:
        assert self._stream is not None
        self._stream.buffer.write(f"{text}\x1b[K".encode())
        self._stream.buffer.flush()
        self._is_shown = True


@contextmanager
def counted(call: Call, what: str) -> Iterator[Callable[[int, int], None]]:
    """Give what says on a terminal how many of how many are done, and at which rate."""
    line = ProgressLine(None if call.json else sys.stderr)
    try:
        yield lambda done, total: line.tell(visible(what), done, total)
    finally:
        line.clear()


def follow_index(call: Call) -> None:
    """Index the texts that bulk work left. Ctrl-C ends it: they are found all the same."""
    if not call.desk.is_index_behind:
        return
    line = ProgressLine(sys.stderr)
    try:
        call.desk.follow_index(lambda done, total: line.tell(t("texts indexed"), done, total))
    except KeyboardInterrupt:
        call.out.remark(t("The index follows the next time; search finds everything all the same."))
    finally:
        line.clear()
