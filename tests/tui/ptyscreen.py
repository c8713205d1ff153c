"""The real program on a real pseudo-terminal, with pyte as the screen.

Used by tests that care about what the terminal sends and by the benchmarks. Nothing here sleeps:
every wait is for something to be on the screen.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import pyte

ROOT = Path(__file__).parent.parent.parent
WAIT_SECONDS = 20.0

_PRIVATE = re.compile(rb"\x1b\[[<>=][0-9;]*[A-Za-z]")
"""Sequences of the keyboard protocols, which pyte would draw as text."""

_UNFINISHED = re.compile(rb"\x1b(\[[<>=]?[0-9;]*)?\Z")


class PtyScreen:
    """A program on a terminal of its own; closing it ends the program."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        env: dict[str, str] | None = None,
        columns: int = 80,
        lines: int = 24,
    ) -> None:
        """Start ``python <arguments>``.

        Args:
            arguments: What follows the interpreter, for example ``-m workbench.main --db …``.
            env: Variables besides this process's own.
            columns: Width of the terminal.
            lines: Its height.
        """
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._rest = b""
        self.raw = bytearray()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, _size(columns, lines))
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(env or {})},
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> PtyScreen:
        """Give the screen itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the program."""
        self.close()

    # -- looking ---------------------------------------------------------------------------------

    @property
    def lines(self) -> list[str]:
        """The lines on the screen, without the spaces at their ends."""
        # pyte's own display breaks where a frame has come by half, and with it a wide sign.
        cells = range(self.screen.columns)
        rows = (self.screen.buffer[y] for y in range(self.screen.lines))
        return ["".join(row[x].data for x in cells).rstrip() for row in rows]

    @property
    def text(self) -> str:
        """The whole screen as text."""
        return "\n".join(self.lines)

    def read(self, timeout: float = 0.05) -> bool:
        """Take in what the program wrote; returns False if it wrote nothing within ``timeout``."""
        if not select.select([self._master], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux says EIO once the program has gone.
            return False
        if not data:
            return False
        self.raw += data
        data = _PRIVATE.sub(b"", self._rest + data)
        unfinished = _UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        self._rest = data[cut:]
        self._stream.feed(data[:cut])
        return True

    def wait_for(self, text: str, timeout: float = WAIT_SECONDS) -> None:
        """Wait until ``text`` is on the screen."""
        self.wait_until(lambda: text in self.text, f"{text!r} on the screen", timeout)

    def wait_gone(self, text: str, timeout: float = WAIT_SECONDS) -> None:
        """Wait until ``text`` is no longer on the screen."""
        self.wait_until(lambda: text not in self.text, f"{text!r} gone", timeout)

    def wait_until(
        self, condition: Callable[[], bool], description: str, timeout: float = WAIT_SECONDS
    ) -> None:
        """Wait for anything that the screen, or a file, comes to show."""
        end = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(
                    f"waited {timeout} s for {description}; on screen:\n{self.text}"
                )
            self.read()

    # -- acting ----------------------------------------------------------------------------------

    def send(self, keys: str | bytes) -> None:
        """Write ``keys`` to the terminal in one write, as an input method does."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def paste(self, text: str) -> None:
        """Paste as a terminal does where the program asked for bracketed paste."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def resize(self, columns: int, lines: int) -> None:
        """Give the terminal another size, and tell the program."""
        self.screen.resize(lines, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, _size(columns, lines))
        self.process.send_signal(signal.SIGWINCH)

    def kill(self) -> None:
        """End the program as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def wait_end(self, timeout: float = WAIT_SECONDS) -> int:
        """Wait until the program ended by itself, and return its exit status."""
        end = time.monotonic() + timeout
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"the program did not end; on screen:\n{self.text}")
            self.read()
        return self.process.returncode

    def close(self) -> None:
        """End the program, if it still runs, and free the terminal."""
        if self.process.poll() is None:
            self.kill()
        os.close(self._master)


def _size(columns: int, lines: int) -> bytes:
    return struct.pack("HHHH", lines, columns, 0, 0)


def arguments(database: Path, *more: str) -> list[str]:
    """Return what starts the program on the file, with settings of nobody's."""
    config = database.with_name("config.toml")
    options = ["--db", str(database), "--config", str(config), "--author", "林工", "--lang", "en"]
    return ["-m", "workbench.main", *options, *more]


def open_editor(terminal: PtyScreen) -> None:
    """Open a thread and begin an entry."""
    terminal.send(ENTER)
    terminal.wait_for("Problem")
    terminal.send("a")
    terminal.wait_for("New entry in")


F2, F3, F4, F5, F7 = "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b[18~"
ESCAPE, ENTER, CTRL_S, CTRL_Z = "\x1b", "\r", "\x13", "\x1a"
