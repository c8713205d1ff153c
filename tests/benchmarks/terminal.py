"""A program on a pseudo-terminal, timed: when was what it should show among what it wrote?

The bytes are searched as they come; nothing is drawn meanwhile, since drawing them would take
longer than what is measured.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections import deque
from collections.abc import Mapping, Sequence
from types import TracebackType

from tests.benchmarks import datasets

COLUMNS, LINES = 120, 40
PATIENCE = 60.0
QUIET = 0.12
"""Seconds without output after which a program has drawn all that it was going to draw."""

TAKES_KEYS = b"\x1b[?2004h"
"""Asks the terminal for bracketed paste: Textual writes it once it reads."""

_CONTROLS = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\-_]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


class NotShown(Exception):
    """The program ended, or never showed what was waited for."""


class Terminal:
    """A running program. Closing kills it: what it works on must be a copy."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._side, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        """Give the terminal itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill the program."""
        self._process.kill()
        self._process.wait()
        os.close(self._side)

    def shown(self, wanted: str) -> float:
        """Wait until cells with these characters were written; return when the last of them came.

        Args:
            wanted: a regular expression for the characters, without colours or positions.
        """
        pattern = re.compile(wanted.encode())
        written = b""
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            data = self._read(PATIENCE)
            now = time.perf_counter()
            written += data
            if not data or pattern.search(_CONTROLS.sub(b"", written)):
                break
        if not data:
            raise NotShown(f"{wanted} was not shown; the program wrote {written[-2000:]!r}")
        return now

    def ready(self) -> None:
        """Wait until the program takes keys and rests: what it shows before is no answer yet."""
        written = b""
        while TAKES_KEYS not in written:
            data = self._read(PATIENCE)
            if not data:
                raise NotShown(f"no application began; the program wrote {written[-2000:]!r}")
            written += data
        self.settle()

    def press(self, key: bytes, wanted: str) -> float:
        """Press a key and return the seconds until the cells that it should change were written."""
        pressed = time.perf_counter()
        os.write(self._side, key)
        return self.shown(wanted) - pressed

    def type(self, keys: bytes) -> None:
        """Send keys, and wait for nothing."""
        os.write(self._side, keys)

    def held(self, key: bytes, wanted: Sequence[str], every: float) -> list[float]:
        """Hold a key down, and return for each repeat the seconds until its cells were written.

        Args:
            key: what the terminal sends each time.
            wanted: an expression for the cells after each repeat. Where a program draws only a
                later one, what came before counts as shown with it.
            every: seconds between two repeats.
        """
        waiting: deque[tuple[float, re.Pattern[bytes]]] = deque()
        patterns = [re.compile(text.encode()) for text in wanted]
        took: list[float] = []
        written = b""
        began = time.perf_counter()
        pressed = 0
        while len(took) < len(patterns):
            now = time.perf_counter()
            due = began + pressed * every
            if pressed < len(patterns) and now >= due:
                os.write(self._side, key)
                waiting.append((now, patterns[pressed]))
                pressed += 1
                continue
            patience = PATIENCE if pressed == len(patterns) else due - now
            data = self._read(patience)
            now = time.perf_counter()
            if not data and pressed == len(patterns):
                raise NotShown(f"{wanted[len(took)]} was not shown while the key was held")
            written += data
            shown = _CONTROLS.sub(b"", written)
            last = max((n for n, (_, row) in enumerate(waiting) if row.search(shown)), default=-1)
            for _ in range(last + 1):
                took.append(now - waiting.popleft()[0])
            if last >= 0:
                written = b""
        return took

    def peak(self) -> int:
        """Return the most memory (bytes) that the program had so far."""
        return datasets.peak(self._process.pid)

    def settle(self) -> None:
        """Wait until the program writes nothing more."""
        while self._read(QUIET):
            pass

    def _read(self, patience: float) -> bytes:
        """Return what the program wrote; nothing where it writes nothing, or is gone."""
        if not select.select([self._side], [], [], patience)[0]:
            return b""
        try:
            return os.read(self._side, 1 << 16)
        except OSError:  # Linux says EIO once the program has gone
            return b""
