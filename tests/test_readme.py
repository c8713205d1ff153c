"""The README is true: its commands work, its keys are the keys, its settings are settings."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import selectors
import shutil
import struct
import subprocess
import sys
import termios
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

from tests.readme import README, fences, with_table
from workbench.config import load
from workbench.owncommands import FIELDS

ROOT = README.parent
TEXT = README.read_text(encoding="utf-8")
SCREENS = {
    "pip install uv && uv run workbench demo": ("workbench", "demo"),
    "workbench": ("workbench",),
    "workbench config": ("workbench", "config"),
}
"""Commands that open a screen: run on a terminal until it is painted, then quit."""

NOT_RUN = {
    "pip install uv && uv run pytest": "this is what runs now",
    "uv tool install .": "would change the user's machine; test_packaging runs what it installs",
    "pipx install .": "the same",
    "workbench reserve nova 5": "a folder reserves nothing; tests/sync/test_numbers_cli runs it",
}
COLUMNS, LINES = 100, 30
PATIENCE = 60.0


def commands() -> list[str]:
    """Return the commands of the README's shell fences, without the comments behind them."""
    lines = (line for fence in fences("sh", TEXT) for line in fence.splitlines())
    return [command for line in lines if (command := re.sub(r"\s+# .*$", "", line).strip())]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of the user's is touched."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("WORKBENCH_")}
    return {
        **own,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "WORKBENCH_DB": str(tmp_path / "data" / "workbench.db"),
        "WORKBENCH_CONFIG": str(tmp_path / "config" / "config.toml"),
        "WORKBENCH_LANG": "zh",
        "TERM": "xterm-256color",
    }


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that holds what the commands name."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "workbench" / "sample", folder / "workbench" / "sample")
    return folder


def test_every_command_of_the_readme_works(clone: Path, env: dict[str, str]) -> None:
    for command in commands():
        if command in NOT_RUN:
            continue
        if command in SCREENS:
            open_and_quit(SCREENS[command], clone, env)
            continue
        known = ("workbench ", "_WORKBENCH_COMPLETE=")
        assert command.startswith(known), f"nobody has said how to try: {command}"
        done = subprocess.run(
            ["bash", "-c", command], cwd=clone, env=env, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stderr.decode()}"
        assert done.stdout or done.stderr or " > " in command, command
    assert "_workbench_completion" in (clone / "workbench.bash").read_text(encoding="utf-8")
    assert (clone / "cases.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_two_commands_that_set_everything_up_are_there() -> None:
    assert commands()[:2] == [
        "pip install uv && uv run workbench demo",
        "pip install uv && uv run pytest",
    ]


def test_every_exception_is_still_in_the_readme() -> None:
    assert set(SCREENS) | set(NOT_RUN) <= set(commands())


def test_the_table_of_keys_is_current() -> None:
    assert with_table(TEXT) == TEXT, "run `uv run python -m tests.readme`"


def test_the_settings_it_shows_are_settings(tmp_path: Path) -> None:
    (source,) = fences("toml", TEXT)
    (tmp_path / "config.toml").write_text(source, encoding="utf-8")
    config = load(tmp_path / "config.toml", {})
    assert config.warnings == ()
    assert config.keymap()["hold"] == ("w", "h")
    assert config.themes[config.theme].background == "#f0f1f4"
    assert set(tomllib.loads(source)) == {
        shown.name.partition(".")[0] for shown in config.show() if shown.origin == "file"
    }


def test_every_field_of_a_command_is_named() -> None:
    assert not [name for name in FIELDS if f"`{{{name}}}`" not in TEXT]


def test_every_variable_it_names_is_one() -> None:
    named = set(re.findall(r"_?WORKBENCH_[A-Z]+", TEXT))
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "workbench").rglob("*.py")]
    assert named
    assert not {name for name in named if not any(name in source for source in sources)}


def test_every_picture_and_file_it_names_is_there() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", TEXT)
    assert len(pictures) >= 3
    for path in [*pictures, "LICENSE", "CHANGELOG.md", "schema.sql"]:
        assert (ROOT / path).is_file(), path


def open_and_quit(words: tuple[str, ...], cwd: Path, env: dict[str, str]) -> None:
    """Run a command on a terminal of its own until the sample's cases are painted, then quit."""
    terminal, inside = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    process = subprocess.Popen(
        words, cwd=cwd, env=env, stdin=inside, stdout=inside, stderr=inside, start_new_session=True
    )
    os.close(inside)
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    try:
        for read in reading(terminal):
            stream.feed(read)
            if "nova#134" in "".join(screen.display):
                break
        else:
            pytest.fail(f"{words}: no case was painted:\n" + "\n".join(screen.display))
        os.write(terminal, b"\x11")
        for _ in reading(terminal):
            pass
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


def reading(terminal: int) -> Iterator[bytes]:
    """Yield what comes from a terminal until its program ends; fail if it never does."""
    until = time.monotonic() + PATIENCE
    with selectors.DefaultSelector() as selector:
        selector.register(terminal, selectors.EVENT_READ)
        while selector.select(until - time.monotonic()):
            try:
                read = os.read(terminal, 65536)
            except OSError:  # how Linux says that the other side is closed
                return
            if not read:
                return
            yield read
    pytest.fail(f"nothing came from the screen for {PATIENCE:.0f} seconds")
