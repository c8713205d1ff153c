"""A line as over SSH: the program runs on a terminal behind this process's own.

``python -m tests.tui.relay ARGUMENTS…`` starts ``python ARGUMENTS…`` there. What goes either way is
cut into small pieces wherever that falls, in the middle of characters and escape sequences too, and
takes its time; the size of the terminal is passed on.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
import tty

INPUT_BYTES, OUTPUT_BYTES = 2, 61
PAUSE_SECONDS = 0.001
NO_SIZE = bytes(8)


def relay(arguments: list[str]) -> int:
    """Run the program and return its exit status."""
    tty.setraw(0)
    inner, slave = pty.openpty()

    def pass_size(*_: object) -> None:
        fcntl.ioctl(inner, termios.TIOCSWINSZ, fcntl.ioctl(0, termios.TIOCGWINSZ, NO_SIZE))

    pass_size()
    own = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    run = own + "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    program = subprocess.Popen(
        [sys.executable, "-c", run, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    signal.signal(signal.SIGWINCH, pass_size)
    while True:
        ready = select.select([0, inner], [], [])[0]
        if 0 in ready:
            os.write(inner, os.read(0, INPUT_BYTES))
            time.sleep(PAUSE_SECONDS)
        if inner in ready:
            try:
                data = os.read(inner, OUTPUT_BYTES)
            except OSError:  # Linux says EIO once the program has gone.
                return program.wait()
            os.write(1, data)
            time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    sys.exit(relay(sys.argv[1:]))
