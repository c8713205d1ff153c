"""Long exchanges say on a terminal how far they are; a pipe hears nothing of it."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.tui.ptyscreen import PtyScreen
from workbench.cases.errors import Stopped
from workbench.desk import Desk
from workbench.desk.pace import Pace


@pytest.fixture
def shared(cli: Cli) -> Cli:
    """Return a database with a case, and a store that has nothing of it yet."""
    cli.ok("store", "add", "team", str(cli.folder / "share"))
    cli.ok("store", "init", "team")
    cli.ok("new", "nova", "枪头无法解锁")
    return cli


def test_a_terminal_sees_how_far_it_is(shared: Cli) -> None:
    config = str(shared.folder / "none.toml")
    words = ["-m", "workbench", "--db", str(shared.db), "--config", config, "--lang", "en", "sync"]
    with PtyScreen(words) as screen:
        assert screen.wait_end() == 0
        while screen.read():
            pass
        raw = bytes(screen.raw)
        assert b" sent\x1b[K" in raw
        assert screen.lines[0].startswith("team: ")
        assert "0 decisions" in screen.lines[0], "the line of progress is gone"


def test_a_start_says_how_much_it_works_out_of_what_a_stopped_pull_left(cli: Cli) -> None:
    cli.ok("new", "nova", "枪头无法解锁")
    with sqlite3.connect(cli.db) as file:
        file.execute("INSERT INTO stale SELECT id, 0 FROM subject")
    file.close()
    config = str(cli.folder / "none.toml")
    words = ["-m", "workbench", "--db", str(cli.db), "--config", config, "--lang", "en", "list"]
    with PtyScreen(words) as screen:
        assert screen.wait_end() == 0
        while screen.read():
            pass
        assert b"\r1 of 1 worked out\x1b[K" in bytes(screen.raw)
        assert "枪头无法解锁" in "".join(screen.lines)
        assert "worked out" not in "".join(screen.lines), "the line of progress is gone"


def test_a_pipe_hears_nothing_of_it(
    shared: Cli, process: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    ran = process("--db", str(shared.db), "sync")
    assert ran.returncode == 0
    assert not set(b"\r\x1b") & set(ran.stderr)


def test_ctrl_c_says_that_nothing_is_lost(shared: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(desk: Desk, name: str | None, **options: object) -> None:
        raise KeyboardInterrupt

    for name in ("sync", "push", "pull"):
        with monkeypatch.context() as patched:
            patched.setattr(Desk, "exchange", interrupted)
            said = shared.fails(130, name)
        assert said == (
            "workbench: Stopped: what came and what was sent stays, "
            "the next sync goes on from there.\n"
        )
    assert shared("sync").code == 0


def stop_at(nth: int) -> Callable[[str, int, int], None]:
    """Return what stops an exchange when it is told of its progress for the nth time."""
    left = iter(range(nth - 1))

    def told(what: str, done: int, total: int) -> None:
        if next(left, None) is None:
            raise Stopped("stopped")

    return told


def test_a_stopped_exchange_goes_on_where_it_was(shared: Cli, tmp_path: Path) -> None:
    """Stopped at each point in turn, by whoever is told of the progress."""
    with (
        Desk.open(tmp_path / "here.db", "LM") as here,
        Desk.open(tmp_path / "b.db", "Kay") as there,
    ):
        case = here.new("nova", "桩离线")
        for number in range(510):
            here.note(case, f"第 {number} 次")
        for desk in (here, there):
            desk.add_store("team", str(shared.folder / "share"))
            stops = 0
            for nth in range(1, 20):
                try:
                    desk.exchange("team", progress=stop_at(nth))
                except Stopped:
                    stops += 1
                else:
                    break
            assert 0 < stops < 19
        assert len(there.case(case).entries) == 510
        assert not here.unsent("team")


def test_a_rate_and_an_estimate_come_once_they_mean_something() -> None:
    pace = Pace("team")
    assert pace.line("received", 500, 100_500, 10.0) == "team: 500 of 100500 received"
    assert pace.line("received", 1000, 100_500, 11.0) == "team: 1000 of 100500 received"
    assert pace.line("received", 2500, 100_500, 14.0) == (
        "team: 2500 of 100500 received · 500/s · 3 min left"
    )
    assert pace.line("sent", 10, 60, 14.5) == "team: 10 of 60 sent"
    assert pace.line("sent", 20, 60, 18.5) == "team: 20 of 60 sent · 2.5/s · 16 s left"
    assert Pace().line("files", 1, 3, 0.0) == "files 1/3"
    slow = Pace()
    slow.line("sent", 0, 100_000, 0.0)
    assert slow.line("sent", 20, 100_000, 4.0).endswith("5.0/s · 5.6 h left")
