"""The columns of the list: chosen on a screen or in the settings, for all views or for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.driving import Driven, driven
from tests.tui.stage import NOW, World
from widgets.case_rows import COLUMN_WORDS, STANDARD, cells_of, columns_for, header_text, row_parts
from widgets.plain import width
from workbench import language
from workbench.cases.errors import BadInput
from workbench.colours import DARK
from workbench.config import ConfigError, load
from workbench.desk.attaching import Given
from workbench.language import Lang
from workbench.settings import COLUMNS
from workbench.tui.firstpaint import first_cases, frame
from workbench.tui.rows import case_row
from workbench.tui.words import column_words, status_words


def header(ui: Driven) -> list[str]:
    """Return the words of the list's header."""
    lines = ui.text.splitlines()
    return lines[2].split()


def test_what_can_be_set_is_what_can_be_shown() -> None:
    assert set(COLUMNS) == set(COLUMN_WORDS) == set(column_words())
    assert set(STANDARD) <= set(COLUMNS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_does_not_fit_falls_away_from_the_end_and_lines_keep_their_cells(
    world: World, lang: language.Lang
) -> None:
    language.setup(lang)
    words, statuses = column_words(), status_words()
    summaries = world.desk.summaries(world.cases)
    chosen = ("engineers", "opened", "title", "key", "tags", "files", "status")
    before = len(chosen) + 1
    for cells in range(200, 29, -1):
        columns = columns_for(cells, words, statuses, chosen)
        keys = [column.key for column in columns]
        kept = [key for key in chosen if key in keys]
        assert keys == kept
        assert "title" in keys
        assert len(keys) <= before
        gone = [key for key in chosen if key not in keys]
        assert gone == [key for key in chosen if key != "title"][len(kept) - 1 :]
        before = len(keys)
        assert cells_of(columns) == cells
        assert width(header_text(columns, words, None)) == cells - 2
        for summary in summaries:
            parts = row_parts(case_row(summary, NOW), columns, statuses)
            assert width("".join(text for text, _ in parts)) == cells - 2
    assert before < len(chosen)


def test_a_name_that_is_no_column_is_told(tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    config = load(own, {})
    with pytest.raises(BadInput, match="there is no column “stauts”") as told:
        config.set("columns", "key stauts")
    assert "status" in (told.value.hint or "")
    own.write_text('[view_columns]\n"on hold" = ["key", "when"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"line 2.*there is no column “when”"):
        load(own, {})


async def test_columns_are_chosen_moved_and_given_back(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    async with driven(world, (120, 40), load(own, {})) as ui:
        usual = header(ui)
        await ui.press("C")
        await ui.shows("Of all views")
        await ui.press("down", "down", "space")  # the status
        await ui.until(lambda: "Status" not in header(ui), "no column of the status")
        await ui.press("up", "right")
        await ui.until(lambda: header(ui)[:2] == ["Title", "Case"], "the case behind the title")
        await ui.press("escape")
        assert load(own, {}).columns()[:2] == ("title", "key")
        await ui.press("C", "end", "enter")
        await ui.until(lambda: header(ui) == usual, "the columns as delivered")
    assert load(own, {}).columns() == ()


async def test_a_view_has_its_own(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    load(own, {}).set("columns", "status，key，title，opened")
    async with driven(world, (120, 40), load(own, {})) as ui:
        main = ui.bench.main
        assert header(ui) == ["Status", "Case", "Title", "Opened"]
        await ui.press("]", "C", "enter")
        await ui.shows("Of the view “to triage” alone")
        await ui.press("end", "up", "enter")
        await ui.until(lambda: header(ui)[-1] == "Files", "the files of this view")
        await ui.press("escape", "]")
        await ui.until(lambda: header(ui)[-1] == "Opened", "the columns of the other views")
        await ui.press("[")
        await ui.until(lambda: header(ui)[-1] == "Files", "the columns of this view again")
        assert main.views.active == "to triage"
    kept = load(own, {})
    assert kept.columns(world.desk.view("待处理"))[-1] == "files"
    assert kept.columns(world.desk.view("mine")) == kept.columns()


async def test_what_entries_hold_is_counted(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    case = world.cases[3]
    world.desk.attach(case, Given("log.pdf", [b"%PDF"]))
    world.desk.note(case, "日志见附件", files=[Given("桩.log", [b"1"])])
    world.desk.tag([case], ["急"])
    async with driven(world, (120, 40), load(own, {})) as ui:
        await ui.go_to(case)
        config = load(own, {})
        config.set("columns", "key title tags files")
        ui.bench.config = load(own, {})
        ui.bench.main.show_standing()
        row = ui.bench.main.browser.cursor_row
        assert row is not None
        assert (row.files, row.tags, row.id) == (2, "急", case)
        await ui.until(lambda: header(ui) == ["Case", "Title", "Tags", "Files"], "the columns")


async def test_the_sign_of_the_order_stands_at_the_day_where_it_is_shown(
    world: World, tmp_path: Path
) -> None:
    own = tmp_path / "config.toml"
    load(own, {}).set("columns", "key title opened")
    async with driven(world, (120, 40), load(own, {})) as ui:
        at = ui.text.splitlines()[2].index("Opened")
        for sort, name in (("opened", "Opened ▴"), ("-opened", "Opened ▾")):
            await ui.pilot.click("#cases", offset=(at, 0))
            await ui.shows(name)
            assert ui.bench.main.browser.ids == world.desk.find(sort=sort).ids


def test_the_first_frame_has_the_same_columns(world: World, tmp_path: Path) -> None:
    own = tmp_path / "config.toml"
    load(own, {}).set("columns", "tags title status")
    config = load(own, {})
    ids, found = first_cases(world.desk, "", 24)
    lines = list(frame(world.desk, config, DARK, ids, NOW, (80, 24), found))
    assert all(("Case" not in lines[2], "Tags" in lines[2], "Status" in lines[2]))


@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_what_pins_the_columns_is_said_before_they_are_changed(
    world: World, tmp_path: Path, lang: Lang
) -> None:
    language.setup(lang)
    own = tmp_path / "config.toml"
    own.write_text('columns = ["key", "title"]\n', encoding="utf-8")
    async with driven(world, (80, 24), load(own, {})) as ui:
        await ui.press("C")
        await ui.shows("✕")
        assert "config.toml" in "".join(ui.text.split())
        await ui.press("enter")  # of the view alone nothing is said in the file
        await ui.hides("✕")
