"""Jump labels, the preview's sides, and commands of one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.tui.driving import driven
from tests.tui.stage import HOSTILE, World
from workbench.config import load
from workbench.tui.layout import layout_for, next_preview
from workbench.tui.screens.labels import SIGNS, LabelsScreen, labels


@pytest.mark.parametrize("count", [0, 1, 36, 37, 71, 72, 500])
def test_no_label_begins_another(count: int) -> None:
    found = labels(count)
    assert len(set(found)) == len(found) == count
    assert not any(a != b and b.startswith(a) for a in found for b in found)
    assert sum(len(label) == 1 for label in found) >= min(count, len(SIGNS) - 1 - count // 35)


async def test_a_label_goes_to_a_case(world: World) -> None:
    async with driven(world) as ui:
        wanted = ui.bench.main.browser.ids[2]
        await ui.press("ctrl+o", "3")
        await ui.until(lambda: ui.bench.main.reader.case_id == wanted, "the third case")
        assert ui.bench.main.place == "thread"


async def test_a_full_width_digit_is_a_label_too_and_other_keys_leave(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("ctrl+o")
        await ui.until(lambda: isinstance(ui.bench.screen, LabelsScreen), "the labels")
        await ui.press("escape")
        await ui.until(lambda: ui.bench.screen is ui.bench.main, "the list")
        assert ui.bench.main.place == "list"
        await ui.press("ctrl+o", "２")
        await ui.until(lambda: ui.bench.main.place == "thread", "the thread")
        assert ui.bench.main.reader.case_id == ui.bench.main.browser.ids[1]


async def test_labels_stand_on_views_entries_and_the_filter(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await ui.go_to(world.cases[-1])
        await ui.until(lambda: ui.bench.main.reader.case_id == world.cases[-1], "the thread")
        await ui.press("ctrl+o")
        await ui.until(lambda: isinstance(ui.bench.screen, LabelsScreen), "the labels")
        screen = ui.bench.screen
        assert isinstance(screen, LabelsScreen)
        names = list(screen.labels)
        tabs = [target for target in screen.labels.values() if target.y == 0]
        assert len(tabs) == len(ui.bench.main.views.tabs)  # one each, on the name and not its count
        await ui.press(*names[-1])
        await ui.until(lambda: ui.bench.main.place == "filter", "the filter line")
        await ui.press("escape", "ctrl+o")
        await ui.press(*names[-2])
        await ui.until(lambda: ui.bench.main.browser.query_text == "is:unread", "the last view")
        await ui.press("escape", "ctrl+o", *names[len(world.cases[:13])])
        await ui.until(lambda: ui.bench.main.place == "thread", "an entry")


@pytest.mark.parametrize(
    ("size", "ways"),
    [
        ((120, 40), ["single", "beside", "below"]),
        ((120, 24), ["below", "single", "beside"]),
        ((80, 24), ["beside", "below", "single"]),
        ((60, 20), ["below", "single", "below"]),
        ((60, 14), ["single", "single", "single"]),
    ],
)
def test_the_preview_goes_round_what_fits(size: tuple[int, int], ways: list[str]) -> None:
    preview, found = next_preview(*size, "auto"), []
    for _ in ways:
        found.append(layout_for(*size, preview))
        preview = next_preview(*size, preview)
    assert found == ways


async def test_a_key_moves_the_thread_round(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        main, seen = ui.bench.main, []
        for _ in range(3):
            await ui.press("p")
            seen.append(main.layout_now)
        assert seen == ["single", "beside", "below"]


async def test_a_command_of_ones_own_gets_the_fields_as_words(world: World, tmp_path: Path) -> None:
    """Whatever a title says, no shell reads it."""
    program = "import sys; print(len(sys.argv), *sys.argv[1:])"
    own = tmp_path / "config.toml"
    words = f'{sys.executable} -c "{program}" {{key}} "{{title}}"'
    own.write_text(f"[commands]\n'说' = '''{words}'''\n'坏' = 'false {{key}}'\n", encoding="utf-8")
    case = world.desk.new("nova", "x", title="$(touch gone); " + HOSTILE)
    async with driven(world, (120, 40), load(own, {})) as ui:
        await ui.go_to(case)
        await ui.press("exclamation_mark", "enter")
        await ui.shows("3 nova_case#")
        assert "$(touch gone); [/x]" in ui.text
        await ui.press("fullwidth_exclamation_mark", "down", "enter")
        await ui.shows("“false” ended with 1")


async def test_without_a_command_it_says_where_to_write_one(world: World, tmp_path: Path) -> None:
    async with driven(world, (120, 40), load(tmp_path / "config.toml", {})) as ui:
        await ui.press("exclamation_mark")
        await ui.shows("write [commands] into")
