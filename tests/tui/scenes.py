"""The screens that are kept as pictures: which keys lead to them, at which sizes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import events

from tests.tui.driving import Driven, driven
from tests.tui.stage import AUTHOR, empty_world, open_world
from workbench import language
from workbench.config import Config
from workbench.language import Lang
from workbench.tomlfile import TomlFile

GOLDEN = Path(__file__).parent.parent / "golden"
SIZES = ((80, 24), (120, 40))
SETTINGS_FOLDER = "/home/lin/.config/workbench/"
"""A folder that is never looked at: its files say nothing."""


@dataclass(frozen=True)
class Scene:
    """One screen: the case that the cursor begins on (an index), the keys, and a text to wait for.

    What follows ``text:`` goes in as an input method commits it.
    """

    name: str
    case: int
    keys: Sequence[str]
    awaited: str
    lang: Lang = "zh"
    is_shared: bool = False
    """Whether there is a store, never exchanged with."""
    is_empty: bool = False
    """Whether the file holds no case."""
    theme: str = "dark"
    has_log: bool = False
    """Whether a long log ends the thread of the last case."""


SCENES = (
    Scene("list", -2, (), "16 个案件"),
    Scene("thread", -1, ("enter", "j", "j"), "校时请求"),
    Scene("editor", -1, ("enter", "j", "r", "text:桩时钟已校正，请今晚再试一次。"), "草稿已存"),
    Scene("filter", -2, ("slash", "text:status:unset 桩"), "16 个中的"),
    Scene("help", -2, ("question_mark",), "在案件列表"),
    Scene("signs", -2, ("question_mark", "end"), "截断"),
    Scene("hold", 4, ("w",), "8 天后"),
    Scene("decisions", -2, ("d",), "周凯"),
    Scene("third", -2, ("d", "e"), "坐标错误：导航到了马路对面"),
    Scene("outbox", -2, ("$",), "发件箱", is_shared=True),
    Scene("english", -1, ("enter", "j"), "Reply", "en"),
    Scene("light", -1, ("enter", "j"), "校时请求", theme="light"),
    Scene("empty", 0, (), "可以这样开始", is_empty=True),
    Scene("empty-english", 0, ("enter",), "What to begin with?", "en", is_empty=True),
    Scene("settings", -2, ("f10",), "界面语言"),
    Scene("columns", -2, ("C",), "恢复默认"),
    Scene("columns-english", -2, ("C",), "As delivered", "en", theme="light"),
    Scene("statistics", -2, ("percent_sign", "j"), "首次回复用时"),
    Scene("statistics-english", -2, ("percent_sign", "j"), "first answer", "en", theme="light"),
    Scene(
        "folded", -1, ("slash", "text:校时", "enter", "enter", "end"), "还有 28 行", has_log=True
    ),
    Scene("settings-english", -2, ("f10",), "Language", "en", theme="light"),
)
PICTURES = ("list", "thread", "editor", "decisions", "light", "settings")
"""Scenes that the README shows, as they are on a terminal of 120x40."""


async def play(scene: Scene, size: tuple[int, int]) -> tuple[str, str]:
    """Play a scene; returns its text and its picture as SVG."""
    language.setup(scene.lang)
    make = empty_world if scene.is_empty else open_world
    with tempfile.TemporaryDirectory() as folder, make(Path(folder) / "cases.db") as world:
        if scene.is_shared:
            world.desk.add_store("team", "/mnt/share/cases")
        if scene.has_log:
            log = "\n".join(f"10:13:{nth:02} 心跳超时" for nth in range(40))
            world.desk.note(world.cases[-1], log, speaker="研发")
        own = TomlFile(SETTINGS_FOLDER + "config.toml")
        machine = TomlFile(SETTINGS_FOLDER + "settings.toml")
        options = {"theme": scene.theme, "db": "/home/lin/cases.db", "author": AUTHOR}
        async with driven(world, size, Config(own, machine, {}, options)) as ui:
            if world.cases:
                await ui.go_to(world.cases[scene.case])
            await _lead(ui, scene)
            return ui.text + "\n", ui.bench.export_screenshot(title="workbench")


async def _lead(ui: Driven, scene: Scene) -> None:
    """Press the keys of a scene and wait until what it shows is there."""
    for key in scene.keys:
        if key.startswith("text:"):
            ui.bench.post_message(events.Paste(key.removeprefix("text:")))
        else:
            await ui.press(key)
    await ui.shows(scene.awaited)
    main = ui.bench.main
    await ui.until(lambda: main.views.is_exact, "the counts of the views")
    await ui.until(
        lambda: main.layout_now == "single" or main.reader.case_id == main.browser.cursor_id,
        "the thread beside the list",
    )
    await ui.until(
        lambda: main.layout_now == "single" or main.reader.thread.highlight == main._words,
        "what was looked for marked in it",
    )
    await ui.pilot.pause()


def path_of(scene: Scene, size: tuple[int, int]) -> Path:
    """Return where the text of a scene is kept."""
    return GOLDEN / f"{scene.name}-{size[0]}x{size[1]}.txt"
