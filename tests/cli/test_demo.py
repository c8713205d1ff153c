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
from workbench.cli.demo import DATABASE, fill
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
            while read := os.read(self.side, 65536):
                self.seen += read
        except OSError:  # Linux says so when the last one has closed it
            pass


@contextmanager
def on_terminal(
    *words: str, env: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], Terminal]]:
    """Run the program on a terminal of 100x30."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    # Who runs the tests may have said how large another terminal is.
    around = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}
    with subprocess.Popen(
        [sys.executable, "-m", "workbench", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**around, "TERM": "xterm-256color", **env},
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
        assert (folder / DATABASE).exists()
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


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_a_key_brings_the_colleagues_changes(tmp_path: Path) -> None:
    env = {**environment(tmp_path / "own"), "TMPDIR": str(tmp_path)}
    with on_terminal("demo", env=env) as (process, terminal):
        terminal.wait_for("nova#134")
        os.write(terminal.side, b"s")
        terminal.wait_for("1 decision")
        os.write(terminal.side, CTRL_Q)
        terminal.drain()
        assert process.wait(PATIENCE_S) == 0
    assert b"3 sent" in terminal.seen


def test_a_colleagues_changes_wait_in_the_shared_folder(tmp_path: Path) -> None:
    fill(tmp_path, "我")
    with Desk.open(tmp_path / DATABASE, "我") as desk:
        cases = {case.number: case for case in desk.list()}
        assert len(cases) >= 30
        assert cases[130].awake
        assert not [case for case in cases.values() if case.unread]
        assert (desk.status_line().unsent, len(desk.outbox())) == (3, 3)
        assert desk.digest() == desk.decisions() == []
        done = desk.exchange()
        assert (done.sent, done.decisions, done.set_aside) == (3, 1, 0)
        assert 0 < done.received < 30
        told = {news.case_id: news for news in desk.digest()}
        cases = {case.number: case for case in desk.list()}
        unread = {number for number, case in cases.items() if case.unread}
        assert unread == {134, 133, 131}
        answer = desk.case(cases[133].id).entries[-1]
        assert (answer.author, answer.depth) == ("Kay", 1)
        assert cases[129].tags == ("下个版本",)
        (made,) = [news for news in told.values() if news.new]
        assert cases[135].id == made.case_id
        assert {author for news in told.values() for author in news.authors} == {"Kay"}
        (decision,) = desk.decisions()
        assert (decision.case_id, decision.field) == (cases[131].id, "status")
        assert {choice.author for choice in decision.values} == {"Kay", "我"}
        again = desk.exchange()
        assert (again.sent, again.received) == (0, 0)


def test_the_colleague_is_somebody_else(tmp_path: Path) -> None:
    fill(tmp_path, "Kay")
    with Desk.open(tmp_path / DATABASE, "Kay") as desk:
        assert desk.exchange().decisions == 1
        assert {author for news in desk.digest() for author in news.authors} == {"LM"}
