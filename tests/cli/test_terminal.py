"""``doctor --terminal``: asks a terminal what it can do, and waits for no answer for long."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, environment
from tests.cli.test_demo import PATIENCE_S, on_terminal

pty = pytest.importorskip("pty")

from workbench.cli.terminal import ask, questions, understood  # noqa: E402

PLAIN = {"TERM": "xterm-256color", "LANG": "zh_CN.UTF-8"}
KITTY = (
    b"\x1b[1;2R\x1b[1;3R\x1b[1;3R\x1bP>|kitty(0.35)\x1b\\\x1b_Gi=31;OK\x1b\\"
    b"\x1b[?0u\x1b[?2004;2$y\x1b[?62;52c"
)


@contextmanager
def terminal(answer: bytes) -> Iterator[int]:
    """Give a terminal that says ``answer`` when the last question came."""
    ours, theirs = pty.openpty()

    def play() -> None:
        asked = b""
        while not asked.endswith(b"\x1b[c"):
            asked += os.read(ours, 4096)
        os.write(ours, answer)

    player = threading.Thread(target=play, daemon=True)
    player.start()
    try:
        yield theirs
        player.join(PATIENCE_S)
    finally:
        os.close(theirs)
        os.close(ours)


def test_a_good_terminal_says_all() -> None:
    with terminal(KITTY) as side:
        able = ask(side, side, {**PLAIN, "COLORTERM": "truecolor"}, limit=PATIENCE_S)
    assert able._replace(seconds=0) == (
        *("kitty(0.35)", True, True, 1 << 24, 1, 2, 2, True, True, "kitty", True, 0),
    )


def test_a_terminal_that_says_nothing_is_not_waited_for() -> None:
    with terminal(b"") as side:
        able = ask(side, side, PLAIN, limit=0.02)
    assert not able.answers
    assert (able.ambiguous_width, able.kitty_keys, able.pictures) == (None, None, None)
    assert able.colours == 256


def test_half_an_answer_tells_what_it_holds() -> None:
    able = understood(b"\x1b[1;3R\x1b[1;3R", PLAIN)
    assert (able.answers, able.ambiguous_width, able.wide_width, able.emoji_width) == (
        *(True, 2, 2, None),
    )


@pytest.mark.parametrize(
    ("env", "answer", "told"),
    [
        ({"TERM": "linux", "LANG": "C.UTF-8"}, b"\x1b[?6c", {"colours": 8, "osc52": False}),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, b"\x1b[?6c", {"bracketed_paste": False}),
        ({"TERM": "dumb"}, b"", {"colours": 1, "utf8": False, "answers": False}),
        ({"TERM": "tmux-256color", "TMUX": "x"}, b"\x1b[?1;2;4c", {"osc52": None}),
        ({"TERM": "tmux-256color", "TMUX": "x"}, b"\x1b[?1;2;4c", {"pictures": "sixel"}),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, b"\x1b[?65;1c", {"osc52": False}),
        ({"TERM": "xterm", "LANG": "C.UTF-8"}, b"\x1b[1;2R\x1b[1;4R\x1b[?1c", {"utf8": False}),
        (PLAIN, b"\x1b[?2004;0$y\x1b[?1c", {"bracketed_paste": False, "kitty_keys": False}),
    ],
)
def test_what_the_environment_and_the_answers_mean(
    env: dict[str, str], answer: bytes, told: dict[str, object]
) -> None:
    able = understood(answer, env)._asdict()
    assert {name: able[name] for name in told} == told


def test_a_console_is_asked_only_what_it_would_not_print() -> None:
    assert questions({"TERM": "dumb"}) == questions({}) == b""
    assert b"\x1b_" not in questions({"TERM": "linux"})
    assert b"\x1bP" not in questions({"TERM": "linux"})


def test_without_a_terminal_it_says_so_in_a_sentence(cli: Cli) -> None:
    said = cli.fails(2, "doctor", "--terminal")
    assert said.count("\n") == 1
    assert "terminal" in said
    assert cli.fails(2, "doctor", "--terminal", "--json") == said
    assert not cli.db.exists()


def test_it_prints_one_object_and_what_is_missing(tmp_path: Path) -> None:
    env = {**environment(tmp_path), **PLAIN, "LC_ALL": "", "WORKBENCH_LANG": "zh"}
    with on_terminal("doctor", "--terminal", "--json", env=env) as (process, side):
        side.wait_for("\x1b[c")
        os.write(side.side, b"\x1b[1;3R\x1b[1;3R\x1b[1;2R\x1b[?1c")
        side.drain()
        assert process.wait(PATIENCE_S) == 0
    told = json.loads(side.seen.decode().rpartition("\x1b[c")[2])
    assert (told["columns"], told["lines"], told["ambiguous_width"]) == (100, 30, 2)
    lacks = {lack["code"]: lack["text"] for lack in told["lacks"]}
    assert set(lacks) == {"ambiguous_width", "emoji_width", "pictures"}
    assert "两格" in lacks["ambiguous_width"]


def test_a_linux_console_is_said_to_show_no_chinese(tmp_path: Path) -> None:
    env = {**environment(tmp_path), "TERM": "linux", "LANG": "C.UTF-8", "NO_COLOR": "1"}
    with on_terminal("doctor", "--terminal", env=env) as (process, side):
        side.wait_for("\x1b[c")
        os.write(side.side, b"\x1b[?6c")
        side.drain()
        assert process.wait(PATIENCE_S) == 0
    said = side.seen.decode()
    assert "shows 512 signs and no Chinese" in said
    assert "NO_COLOR is set" in said
