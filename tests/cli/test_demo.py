"""``demo``, and the program without a command: both open the screen on a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, environment
from workbench.cli.demo import fill
from workbench.desk import Desk

CTRL_Q = b"\x11"
PATIENCE_S = 60


class Terminal:
    """The other side of a terminal in which the program runs."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.seen = b""

    def wait_for(self, text: str) -> None:
        """Read what the program writes until the text was among it."""
        until = time.monotonic() + PATIENCE_S
        while text.encode() not in self.seen:
            ready, _, _ = select.select([self.side], [], [], max(0, until - time.monotonic()))
            assert ready, f"{text} was not seen in {PATIENCE_S} s: {self.seen[-2000:]!r}"
            self.seen += os.read(self.side, 65536)

    def drain(self) -> None:
        """Read until the program has closed the terminal."""
        try:
            while os.read(self.side, 65536):
                pass
        except OSError:  # Linux says so when the last one has closed it
            pass


@contextmanager
def on_terminal(
    *words: str, env: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], Terminal]]:
    """Run the program on a terminal of 100x30."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    with subprocess.Popen(
        [sys.executable, "-m", "workbench", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", **env},
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield process, Terminal(ours)
        finally:
            process.kill()
            os.close(ours)


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_the_demo_opens_on_scratch_and_leaves_nothing(tmp_path: Path) -> None:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    own = home / "own"
    env = {**environment(own), "HOME": str(home), "TMPDIR": str(scratch)}
    with on_terminal("demo", env=env) as (process, terminal):
        terminal.wait_for("nova#134")
        (folder,) = scratch.iterdir()
        assert (folder / "demo.db").exists()
        os.write(terminal.side, CTRL_Q)
        terminal.drain()
        assert process.wait(PATIENCE_S) == 0
    assert list(scratch.iterdir()) == []
    assert not own.exists()


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_without_a_command_the_screen_opens_on_the_database(paged: Cli) -> None:
    with on_terminal(env=environment(paged.folder)) as (process, terminal):
        terminal.wait_for("nova#9")
        os.write(terminal.side, CTRL_Q)
        terminal.drain()
        assert process.wait(PATIENCE_S) == 0


def test_the_demo_begins_with_something_of_everything(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    fill(path, "我")
    with Desk.open(path, "我") as desk:
        cases = {case.number: case for case in desk.list()}
        assert len(cases) >= 30
        assert len(desk.decisions()) == 1
        assert {cases[134].unread, cases[133].unread} == {1}
        assert cases[130].awake
        assert cases[129].tags == ("下个版本",)
        answer = desk.case(cases[133].id).entries[-1]
        assert (answer.author, answer.depth) == ("Kay", 1)
