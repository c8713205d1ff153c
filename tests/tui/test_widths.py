"""Whatever people write, no line is too long and no border shifts, on every screen and width."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from wcwidth import wcwidth

from tests.tui.driving import Driven, driven
from tests.tui.stage import World
from tests.widgets.host import TEXTS
from workbench.config import load

SIZES = ((60, 20), (80, 24), (120, 40), (200, 50))
CORPUS = (
    *(text for text in TEXTS if text),
    "歧义 ①②③ ℃ № ±×÷ … — “引号” ●◔▸☐ αβγ Ж ★",
    "한글 かな カナ ｶﾅ ﾊﾟ ไทย สวัสดี हिन्दी العربية עברית",
    "👩🏽‍🔧🏳️‍🌈👍🏿 1️⃣ ⚠️ ⌨ ▶️ 🅰️",
    "ẗ̴̡͉́ȅ̵s̷t Z͑ͫ̓a̴l̶g̸o ㊗㍿﷽",
)
SCREENS: Sequence[tuple[str, ...]] = (
    (),
    ("enter",),
    ("question_mark",),
    ("ctrl+p",),
    ("U",),
    ("D",),
    ("o",),
    ("w",),
    ("number_sign",),
    ("comma",),
    ("ctrl+o",),
    ("exclamation_mark",),
    ("f",),
    ("I",),
    ("c",),
    ("d",),
    ("slash",),
    ("enter", "r"),
    ("enter", "a"),
)
"""The keys from the list to each screen; Esc leads back."""
WIDER: Sequence[tuple[str, ...]] = ((), ("enter",), ("d",), ("comma",), ("enter", "r"))
"""The same on wider terminals, for what is laid out by the width."""


def cells(text: str) -> int:
    """Return how many cells a terminal gives a text: what pyte, and most terminals, go by."""
    return sum(max(wcwidth(character), 0) for character in text)


def painted(ui: Driven) -> list[str]:
    """Return the lines that are painted now."""
    return [
        "".join(segment.text for segment in strip)
        for strip in ui.bench.screen._compositor.render_strips()
    ]


def check(ui: Driven, size: tuple[int, int], where: str) -> None:
    """Assert that every line has the terminal's width, and that what is boxed in stays so."""
    lines = painted(ui)
    assert len(lines) == size[1]
    wrong = [line for line in lines if cells(line) != size[0]]
    assert not wrong, f"{where} at {size}:\n" + "\n".join(wrong)
    for line in lines:
        left = line.find("╭")
        if left >= 0 and "╮" in line:
            box_left, box_right = cells(line[:left]), cells(line[: line.rindex("╮")])
            inside = lines[lines.index(line) + 1 :]
            for row in inside[: next(i for i, one in enumerate(inside) if "╰" in one)]:
                columns = {cells(row[:at]) for at, sign in enumerate(row) if sign == "│"}
                assert {box_left, box_right} <= columns, f"{where} at {size}: {row}"


@pytest.fixture
def odd(world: World) -> list[str]:
    """Return cases that bear the corpus in every field."""
    cases = []
    for text in CORPUS:
        case = world.desk.new("nova", "\n".join(CORPUS), title=text)
        world.other.note(case, text, speaker=text)
        world.desk.assign([case], [text])
        world.desk.tag([case], [text])
        world.desk.status([case], "on_hold", why=text)
        cases.append(case)
    seen = world.desk.case(cases[-1]).seen.get("title", ())
    world.desk.edit_field(cases[-1], "title", CORPUS[0], seen=seen)
    world.other.edit_field(cases[-1], "title", CORPUS[-2], seen=seen)
    draft = world.desk.open_draft(cases[-1], "note")
    world.desk.save_draft(draft.id, "\n".join(CORPUS), speaker=CORPUS[3])
    world.desk.save_view(CORPUS[2], CORPUS[2])
    return cases


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_nothing_shifts(
    world: World, odd: list[str], size: tuple[int, int], tmp_path: Path
) -> None:
    own = tmp_path / "config.toml"
    own.write_text(f"[commands]\n'{CORPUS[4]}' = 'true'\n", encoding="utf-8")
    async with driven(world, size, load(own, {})) as ui:
        await ui.go_to(odd[-1])
        for keys in SCREENS if size == SIZES[0] else WIDER:
            await ui.press(*keys)
            check(ui, size, "-".join(keys) or "list")
            for _ in range(4):
                if ui.bench.screen is ui.bench.main and ui.bench.main.place == "list":
                    break
                await ui.press("escape")
            assert ui.bench.main.browser.cursor_id == odd[-1], keys
