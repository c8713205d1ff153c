"""The frame painted before Textual is loaded shows what Textual then shows."""

from __future__ import annotations

from pathlib import Path

import pyte
import pytest

from tests.tui.driving import driven
from tests.tui.ptyscreen import PtyScreen, arguments
from tests.tui.stage import World
from workbench import language
from workbench.colours import DARK
from workbench.config import load
from workbench.desk import Desk
from workbench.language import Lang
from workbench.tui.app import choose_keyboard
from workbench.tui.application import Workbench
from workbench.tui.firstpaint import frame
from workbench.tui.layout import LIST_SHARE, has_tabs, layout_for


def shown(lines: list[str], size: tuple[int, int]) -> list[str]:
    """Return what a terminal shows of these lines."""
    screen = pyte.Screen(*size)
    pyte.Stream(screen).feed("\r\n".join(lines))
    return [line.rstrip() for line in screen.display]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (118, 12), (180, 40)])
async def test_the_first_frame_is_the_list(
    world: World, tmp_path: Path, size: tuple[int, int], lang: Lang
) -> None:
    language.setup(lang)
    config = load(tmp_path / "config.toml", env={})
    ids = world.desk.find().ids
    lines = shown(list(frame(world.desk, config, DARK, ids, world.clock(), size, len(ids))), size)
    async with driven(world, size) as ui:
        theirs = ui.text.splitlines()[:-1]
        layout = layout_for(*size, "auto")
        half = (54 if layout == "beside" else size[0]) // 2
        share, whole = LIST_SHARE["below"]
        tabs = has_tabs(size[1])
        room = size[1] - 2 - tabs
        top = tabs + 1 + room * share // whole if layout == "below" else size[1]
        for ours, line in zip(lines[tabs:top], theirs[tabs:], strict=False):
            assert ours[:half].rstrip() == line[:half].rstrip()
        if tabs:
            first = "[全部 …] 待处理 …" if lang == "zh" else "[all …] to triage …"
            assert lines[0].startswith(first)
            assert theirs[0].startswith(first.split()[0])
        assert len(lines) == size[1]


def test_rows_are_there_before_textual_and_stay(tmp_path: Path) -> None:
    """The screen is entered once, so it is not cleared between the two paintings."""
    path = tmp_path / "cases.db"
    with Desk.open(path, "林工") as desk:
        desk.new("nova", "枪头无法解锁")
    with PtyScreen(arguments(path)) as screen:
        screen.wait_for("枪头无法解锁")
        assert b"\x1b[?2026" not in screen.raw, "Textual painted first"
        screen.wait_for("Ctrl+P" if "Ctrl+P" in screen.text else "Open")
        assert screen.raw.count(b"\x1b[?1049h") == 1
        screen.send("q")
        assert screen.wait_end() == 0
        assert screen.raw.count(b"\x1b[?1049l") == 1


def test_keys_typed_before_the_program_listens_are_done_then(tmp_path: Path) -> None:
    path = tmp_path / "cases.db"
    with Desk.open(path, "林工") as desk:
        case = desk.new("nova", "枪头无法解锁")
        with PtyScreen(arguments(path)) as screen:
            screen.wait_for("枪头无法解锁")
            screen.send("2\r")
            screen.wait_for("Problem")
            assert desk.summaries([case])[0].status == "resolved"


def test_the_keyboard_protocol_is_off_where_it_loses_text() -> None:
    for setting, program, off in (
        ("auto", "xterm", False),
        ("auto", "WezTerm", True),
        ("on", "WezTerm", False),
        ("off", "xterm", True),
    ):
        env = {"TERM_PROGRAM": program}
        choose_keyboard(setting, env)
        assert ("TEXTUAL_DISABLE_KITTY_KEY" in env) is off


async def test_a_key_is_for_the_case_that_was_seen(world: World) -> None:
    """What others write while Textual is loaded does not change what the first key is about."""
    seen = world.desk.find().ids[0]
    world.other.note(world.cases[0], "now the newest")
    bench = Workbench(world.desk, clock=world.clock, cursor=seen)
    async with bench.run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        assert world.desk.summaries([seen])[0].status == "resolved"
