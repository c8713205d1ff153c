"""Terminals as people have them: small, far away, resized, left for a while."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.tui.ptyscreen import (
    CTRL_S,
    ENTER,
    ESCAPE,
    F2,
    F5,
    PtyScreen,
    arguments,
    open_editor,
)
from workbench.desk import Desk

EXPORTED = {"COLUMNS": "80", "LINES": "24"}
"""What a shell said of its window before that was drawn to another size."""

LEFT, DOWN, CTRL_P = "\x1b[D", "\x1b[B", "\x10"
SHELL = (
    "import fcntl, os, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp('bash', ['bash', '--norc', '--noprofile', '-i'])"
)


def drafts(database: Path) -> list[str]:
    """Return the texts of the drafts on disk."""
    with Desk.open(database, "林工") as desk:
        return [draft.text for draft in desk.drafts()]


def before_cursor(screen: PtyScreen) -> str:
    """Return what stands on the line of the terminal's cursor, up to it."""
    at = screen.screen.cursor
    return "".join(screen.screen.buffer[at.y][x].data for x in range(at.x))


def entries(database: Path) -> list[str]:
    """Return the texts of all entries."""
    with Desk.open(database, "林工") as desk:
        return [entry.text for case in desk.find().ids for entry in desk.case(case).entries]


def test_all_can_be_done_on_60_columns_and_20_lines(database: Path) -> None:
    """The help is always in the footer, no line is too long, and the editor keeps its lines."""
    with PtyScreen(arguments(database), env=EXPORTED, columns=60, lines=20) as screen:
        screen.wait_for("2 cases")
        for keys, shown in (
            ("", "? Help"),
            (ENTER, "Problem"),
            ("a", "F1 Help"),
            ("换了枪头，再看两天", "draft kept"),
            (CTRL_S, "Saved"),
            ("?", "Ctrl+P finds any act"),
        ):
            screen.send(keys)
            screen.wait_for(shown)
            assert all(cell_len(line) <= 60 for line in screen.lines)
        screen.send(ESCAPE)
        screen.wait_gone("Ctrl+P finds any act")
        screen.send(",")
        screen.wait_for("Esc leaves")
    assert entries(database) == ["换了枪头，再看两天"]


def test_over_a_line_that_cuts_characters_and_keys(database: Path) -> None:
    """Text in Chinese, function keys and a paste arrive whole; what is painted does, too."""
    far = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}
    with PtyScreen(["-m", "tests.tui.relay", *arguments(database)], env=far) as screen:
        screen.wait_for("2 cases")
        open_editor(screen)
        screen.send("现场换了枪头")
        screen.wait_for("现场换了枪头")
        screen.send(LEFT * 2 + "新")
        screen.wait_for("现场换了新枪头")
        screen.paste("二号桩\n恢复")
        screen.wait_for("恢复枪头")
        screen.send(F5)
        screen.wait_for("no shared store")
        screen.resize(100, 30)
        screen.wait_until(lambda: "F1 Help" in screen.lines[29], "the footer on the last line")
        assert "恢复枪头" in screen.text
        screen.send(F2)
        screen.wait_for("Saved")
        screen.send("\x11")
        assert screen.wait_end() == 0
    assert entries(database) == ["现场换了新二号桩\n恢复枪头"]


def test_a_resize_while_writing_keeps_text_cursor_and_draft(database: Path) -> None:
    with PtyScreen(arguments(database), env=EXPORTED, columns=120, lines=40) as screen:
        screen.wait_for("2 cases")
        open_editor(screen)
        screen.send("枪头已换，客户说明天再试一次，到时回电。" * 3 + LEFT * 4)
        screen.wait_until(lambda: bool(drafts(database)), "the draft")
        for count, (columns, lines) in enumerate(((60, 20), (200, 50), (80, 24)), 1):
            screen.resize(columns, lines)
            screen.wait_until(
                lambda columns=columns, lines=lines: (  # type: ignore[misc]
                    "F1 Help" in screen.lines[lines - 1]
                    and cell_len(screen.lines[lines - 1]) > columns - 3
                ),
                f"the footer at {columns}x{lines}",
            )
            screen.send("好")
            typed = "好" * count
            screen.wait_until(lambda typed=typed: typed in screen.text, "what is typed")  # type: ignore[misc]
            screen.wait_until(lambda: before_cursor(screen).endswith("好"), "the cursor behind it")
        expected = "枪头已换，客户说明天再试一次，到时回电。" * 3
        expected = expected[:-4] + "好好好" + expected[-4:]
        screen.wait_until(lambda: drafts(database) == [expected], "the draft as it was typed")
        screen.send(CTRL_S)
        screen.wait_for("Saved")
    assert entries(database) == [expected]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no job control")
def test_back_to_the_shell_and_here_again(database: Path) -> None:
    """The draft is on disk before the shell comes, and `fg` paints everything anew."""
    command = shlex.join([sys.executable, *arguments(database)])
    with PtyScreen(["-c", SHELL], env={"PS1": "ready> "}) as screen:
        screen.wait_for("ready>")
        screen.send(f"{command}\r")
        screen.wait_for("2 cases")
        open_editor(screen)
        screen.send("写到一半")
        screen.wait_for("draft kept")
        before = screen.lines
        screen.send(CTRL_P)
        screen.wait_for("name of an act")
        screen.send("to the shell")
        screen.wait_until(lambda: "Sets the status" not in screen.text, "the act alone")
        screen.send(ENTER)
        screen.wait_for("Stopped")
        assert drafts(database) == ["写到一半"]
        screen.send("clear; echo back-$((1 + 1))\r")
        screen.wait_for("back-2")
        assert "写到一半" not in screen.text
        screen.send("fg\r")
        screen.wait_until(lambda: screen.lines == before, "the screen as it was")
        screen.send("，再看" + F2)
        screen.wait_for("Saved")
    assert entries(database) == ["写到一半，再看"]


def test_a_slow_line_carries_less_for_the_same_keys(database: Path) -> None:
    """The list is painted once at the start, what changes within a moment goes together, and no
    cursor blinks."""
    with Desk.open(database, "林工") as desk:
        for number in range(3, 61):
            desk.new("nova", f"充电中断 {number}")

    def sent(slow: str) -> int:
        database.with_name("config.toml").write_text(f'slow_link = "{slow}"\n', encoding="utf-8")
        with PtyScreen(arguments(database)) as screen:
            screen.wait_for("60 cases")
            screen.wait_for(
                "? Help"
            )  # What is painted before takes keys, but shows nothing of them.
            open_editor(screen)
            for letter in "明天再看现场回电":
                screen.send(letter)
                screen.wait_for(letter)
            screen.wait_for("draft kept")
            screen.send("\x11")
            assert screen.wait_end() == 0
            return len(screen.raw)

    near, far = sent("off"), sent("on")
    assert far < near, (far, near)


def test_a_linux_console_gets_the_signs_and_colours_that_it_has(database: Path) -> None:
    """Its font lacks ☐ and round corners, its sixteen colours stay apart, it has no mouse."""

    def row(word: str) -> str:
        return next(line for line in screen.lines if word in line)

    with PtyScreen(arguments(database), env={"TERM": "linux", "COLORTERM": ""}) as screen:
        screen.wait_for("- Unset")
        screen.send("1")
        screen.wait_for("► In progress")
        screen.send(DOWN)
        screen.wait_until(lambda: row("Unset").startswith("►"), "the cursor on the other case")
        line = screen.screen.buffer[screen.lines.index(row("In progress"))]
        status, title = (line[row("In progress").index(word)].fg for word in ("In pro", "扫码"))
        open_editor(screen)
        screen.wait_for("┌─ New entry in")
    assert status != title
    assert not any(sign.encode() in screen.raw for sign in "☐▸╭╮")
    assert b"38;2;" not in screen.raw
    assert b"38;5;" not in screen.raw
