"""The terminal's driver: it keeps together what the terminal sent together.

An input method commits ``1号桩`` in one write. Textual turns that into one key press for each
character, so where no text has focus the ``1`` would set a status. Only the place that reads the
terminal knows which characters came together; so here such a read becomes a paste, which is text
wherever it lands and never a command.
"""

from __future__ import annotations

import os
import select
import selectors
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TextIO, cast

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from workbench.tui.firstpaint import ENTER
from workbench.tui.tidying import Tidying
from workbench.tui.typed import Typed

if TYPE_CHECKING:
    from textual.app import App

READ_SIZE = 4096
POLL_SECONDS = 0.1

SPLIT_SECONDS = 0.03
"""A slow line may cut a commit in two; what follows within this time still belongs to it."""


_OF_A_CONSOLE = str.maketrans(
    "▸▾▴☐✓◔✱✎≠●▪…╭╮╰╯▌▁▂▃▅▆▇“”‘’–−›‹✕↳",
    "►▼▲-√○*%#•■.┌┐└┘█▄▄▄▄▄█\"\"''--><x└",
)
"""Signs that the Linux console's font of 512 lacks → those that stand for them there, of the set
that the kernel's own font has (code page 437)."""


class ReadingDriver(LinuxDriver):
    """Reads the terminal and groups the characters of one read."""

    is_painted: ClassVar[bool] = False
    """Whether the first frame stands on the screen already; then it is not cleared."""

    _on_console: ClassVar[bool] = os.environ.get("TERM") == "linux"

    def __init__(self, app: App[Any], **how: Any) -> None:
        """Read and write the terminal of this process, as Textual's own driver does."""
        super().__init__(app, **how)
        self._output = Output(sys.__stderr__ or sys.stderr)
        self._file = cast("Any", self._output)
        self._given = 0

    def write(self, data: str) -> None:
        """Write to the terminal; the screen that is there already is not entered again."""
        if data == ENTER and self.is_painted:
            type(self).is_painted = False
            return
        self._given += 1
        super().write(self._shown(data))

    def write_at_once(self, data: str) -> None:
        """Write to the terminal before anything else is done, where it takes text now.

        The thread that writes frames has to wake up first, and to wait until the others let Python
        go. What it was given is not overtaken: as long as it has any, this is for it as well.
        """
        if self._output.flushed == self._given and self._output.is_ready():
            self._output.put(self._shown(data))
        else:
            self.write(data)

    def _shown(self, data: str) -> str:
        return data.translate(_OF_A_CONSOLE) if self._on_console else data

    def run_input_thread(self) -> None:
        """Read until the application ends."""
        parser = XTermParser(self._debug)
        # A terminal may send bytes that are no UTF-8; they must not end the program.
        decode = getincrementaldecoder("utf-8")("replace").decode
        grouping, tidying = Grouping(), Tidying()
        tidying.begin()
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if not selector.select(POLL_SECONDS):
                    if tidying.is_due():
                        self._loop.call_soon_threadsafe(tidying.tidy)
                else:
                    tidying.typed()
                    data = os.read(self.fileno, READ_SIZE)
                    if not data:
                        time.sleep(POLL_SECONDS)
                        continue
                    text = decode(data)
                    # A line may cut a character in two; "" would tell the parser that all is over.
                    read = list(parser.feed(text)) if text else []
                    for message in grouping.group(read, time.monotonic()):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)


class Output:
    """The terminal as a file to write to, which tells how many texts have reached it."""

    def __init__(self, file: TextIO) -> None:
        """Write to ``file``."""
        self._file = file
        self._written = 0
        self.flushed = 0
        """So many of the texts that were written are out of this process's hands."""

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._file.fileno()

    def write(self, text: str) -> None:
        """Write a text of the thread."""
        self._file.write(text)
        self._written += 1

    def flush(self) -> None:
        """Let go of all that was written."""
        self._file.flush()
        self.flushed = self._written

    def put(self, text: str) -> None:
        """Write a text past the thread, which must have none."""
        self._file.write(text)
        self._file.flush()

    def is_ready(self) -> bool:
        """Whether the terminal takes text now: one that is stopped would stop whoever writes."""
        return bool(select.select([], [self._file], [], 0)[1])


class Grouping:
    """Tells text from commands by what came in one read."""

    def __init__(self) -> None:
        self._text_at = float("-inf")

    def group(self, read: Iterable[Message], now: float) -> Iterator[Message]:
        """Yield the messages of one read, its runs of text as one each: a paste, or typed keys.

        Args:
            read: what the parser made of one read, in order.
            now: when it was read, in seconds of a steady clock.
        """
        run: list[events.Key] = []
        for message in read:
            if isinstance(message, events.Key) and message.is_printable:
                run.append(message)
                continue
            yield from self._settle(run, now)
            run = []
            yield message
        yield from self._settle(run, now)

    def _settle(self, run: list[events.Key], now: float) -> Iterator[Message]:
        text = "".join(key.character or "" for key in run)
        foreign = not text.isascii()
        continued = bool(text) and now - self._text_at < SPLIT_SECONDS
        if (foreign and len(run) > 1) or continued:
            self._text_at = now
            yield events.Paste(text)
            return
        # One full-width digit by itself may be a key: what follows it is not taken for text.
        if len(run) > 1:
            yield Typed(run)
        else:
            yield from run
