"""Finding cases: the filter line, numbers, unread ones; and how the screen is shared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual import events

from tests.tui.driving import SIZES, driven
from tests.tui.stage import World
from workbench.config import load
from workbench.tui.application import Workbench
from workbench.tui.finder import Answer
from workbench.tui.layout import layout_for
from workbench.tui.screens.browser import Browser


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["slash", "f8", "ideographic_comma", "fullwidth_solidus"])
async def test_the_list_follows_the_filter_line(
    world: World, size: tuple[int, int], key: str
) -> None:
    async with driven(world, size) as ui:
        await ui.press(key)
        await ui.press(*"13800138000")
        await ui.shows("1 of 16")
        assert ui.bench.main.browser.ids == (world.cases[7],)
        await ui.press("escape")
        assert ui.bench.main.place == "list"
        assert ui.bench.main.browser.query_text == "13800138000"
        await ui.press("escape")
        await ui.shows("The filter is cleared")
        assert len(ui.bench.main.browser.ids) == 16
        await ui.press("slash", "up")
        await ui.shows("1 of 16")


async def test_an_answer_that_comes_too_late_is_not_shown(world: World) -> None:
    """It was on its way when the filter was cleared: neither its cases nor its mistake."""
    async with driven(world) as ui:
        browser = ui.bench.main.browser
        before = browser.ids
        found = world.desk.search("project:nova")
        assert 0 < len(found) < len(before)
        for late in (Answer("project:nova", cases=found), Answer("is:", error="mistaken")):
            browser.post_message(Browser.Answered(browser, late))
        await ui.press("j")
        assert browser.ids == before
        assert "mistaken" not in ui.text


async def test_digits_in_the_filter_line_are_text(world: World) -> None:
    async with driven(world) as ui:
        before = {case: ui.status(case) for case in world.cases}
        await ui.press("slash", *"123 0ux")
        assert ui.bench.main.filter_line.value == "123 0ux"
        assert {case: ui.status(case) for case in world.cases} == before


async def test_a_mistaken_query_says_where_and_keeps_the_rows(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("slash", "left_parenthesis")
        await ui.until(lambda: ui.bench.main.filter_line.error, "the error")
        assert len(ui.bench.main.browser.ids) == 16
        await ui.shows("^")
        await ui.press("escape", "escape")
        assert not ui.bench.main.filter_line.error


async def test_moving_in_the_filter_line_moves_the_list(world: World) -> None:
    async with driven(world) as ui:
        first = ui.bench.main.browser.cursor_id
        await ui.press("slash", "down", "down")
        assert ui.bench.main.browser.cursor_index == 2
        await ui.press("up", "pageup")
        assert ui.bench.main.browser.cursor_id == first


@pytest.mark.parametrize("key", ["number_sign", "fullwidth_number_sign"])
async def test_a_number_opens_its_case(world: World, key: str) -> None:
    async with driven(world) as ui:
        await ui.press("slash", *"project:nova", "enter", key)
        await ui.shows("Case number or key")
        await ui.press(*"terra#6", "enter")
        await ui.until(lambda: ui.bench.main.reader.case_id == world.cases[-2], "the thread")
        assert ui.bench.main.place == "thread"


async def test_an_unknown_number_is_said(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("number_sign", *"4711", "enter")
        await ui.shows("4711")
        assert ui.bench.main.place == "list"


@pytest.mark.parametrize("key", ["n", "4", "４"])
async def test_the_next_unread_case_is_found_and_reading_it_is_enough(
    world: World, key: str
) -> None:
    async with driven(world) as ui:
        await ui.press("g", key)
        assert ui.bench.main.browser.cursor_id == world.cases[-1]
        await ui.press("enter")
        await ui.until(lambda: ui.bench.main.place == "thread", "the thread")
        await ui.press("escape", "g", key)
        await ui.shows("Nothing unread here")


async def test_a_case_that_was_opened_is_in_the_digest_no_more(world: World) -> None:
    """Also where no entry was unread; what comes in while it stands there is told again."""
    case = world.desk.find("-is:unread -is:decision project:nova").ids[0]
    world.other.status([case], "on_hold", why="等配件")
    assert case in [news.case_id for news in world.desk.digest()]
    async with driven(world) as ui:
        await ui.press("number_sign", *world.desk.key(case), "enter")
        await ui.until(lambda: ui.bench.main.reader.case_id == case, "the thread")
        assert case not in [news.case_id for news in world.desk.digest()]
    world.other.tag([case], ["急"])
    told = {news.case_id: news for news in world.desk.digest()}
    assert [(item.act, item.new) for item in told[case].items] == [("add", "急")]


def test_the_screen_is_shared_by_its_size() -> None:
    assert layout_for(180, 40, "auto") == "beside"
    assert layout_for(120, 40, "auto") == "below"
    assert layout_for(120, 30, "auto") == "beside"
    assert layout_for(80, 24, "auto") == "single"
    assert layout_for(60, 20, "auto") == "single"
    assert layout_for(60, 20, "below") == "below"
    assert layout_for(80, 24, "side") == "beside"
    assert layout_for(200, 60, "off") == "single"


async def test_the_preview_is_switched_and_follows_the_cursor(world: World) -> None:
    async with driven(world) as ui:
        main = ui.bench.main
        assert main.layout_now == "single"
        for layout in ("beside", "below"):
            await ui.press("p")
            assert main.layout_now == layout
            await ui.press("j")
            await ui.until(lambda: main.reader.case_id == main.browser.cursor_id, "the preview")
        await ui.press("p")
        assert main.layout_now == "single"


async def test_enter_opens_over_the_list_and_escape_goes_back(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("enter")
        await ui.until(lambda: ui.bench.main.is_reading, "the thread")
        await ui.shows("Problem")
        await ui.press("escape")
        assert not ui.bench.main.is_reading
        assert ui.bench.main.place == "list"


async def test_a_resize_keeps_cursor_and_case(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await ui.press("j", "j", "enter")
        case = ui.bench.main.reader.case_id
        await ui.pilot.resize_terminal(60, 20)
        await ui.until(lambda: ui.bench.main.layout_now == "single", "the small layout")
        assert ui.bench.main.reader.case_id == case
        await ui.pilot.resize_terminal(120, 40)
        await ui.until(lambda: ui.bench.main.layout_now == "below", "the large layout")
        assert ui.bench.main.browser.cursor_id == case


async def test_what_is_read_stays_in_view_and_under_the_keys_through_resizes(world: World) -> None:
    """The list came up while the keys were the thread's still: `x` hid a case and no entry."""
    async with driven(world, (80, 24)) as ui:
        main = ui.bench.main
        await ui.press("enter")
        await ui.until(lambda: main.is_reading, "the thread")
        for _ in range(2):
            await ui.pilot.resize_terminal(120, 40)
            await ui.until(lambda: main.layout_now == "below", "the large layout")
            assert main.place == "thread"
            await ui.pilot.resize_terminal(80, 24)
            await ui.until(lambda: main.layout_now == "single", "the small layout")
            await ui.until(lambda: main.is_reading and main.reader.thread.region.height > 9, "it")
            assert main.place == "thread"
        await ui.press("escape")
        assert main.place == "list"
        await ui.pilot.resize_terminal(120, 40)
        await ui.pilot.resize_terminal(80, 24)
        await ui.until(lambda: main.layout_now == "single", "the small layout")
        assert not main.is_reading
        assert main.place == "list"


async def test_the_mouse_moves_opens_and_scrolls(world: World) -> None:
    async with driven(world) as ui:
        await ui.pilot.click("#cases", offset=(5, 3))
        await ui.pilot.pause()
        assert ui.bench.main.browser.cursor_index == 2
        await ui.pilot.click("#cases", offset=(5, 3))
        await ui.until(lambda: ui.bench.main.is_reading, "the thread")


@pytest.mark.parametrize("key", ["y", "5"])
async def test_copy_takes_the_key_then_the_title_then_a_report(world: World, key: str) -> None:
    async with driven(world) as ui:
        await ui.go_to(world.cases[0])
        await ui.press(key)
        assert ui.bench.clipboard == "nova_case#1_20260112"
        await ui.press(key)
        assert ui.bench.clipboard == "nova_case#1_20260112 启动充电后十秒自动停止，订单异常结算"
        await ui.press(key)
        assert ui.bench.clipboard == world.desk.chat(world.cases[0])
        assert len(ui.bench.clipboard.splitlines()) > 2
        await ui.press(key)
        assert ui.bench.clipboard == "nova_case#1_20260112"


async def test_copy_takes_all_that_are_marked(world: World) -> None:
    """In the order of the list: the newest stands first there."""
    first, second = world.cases[:2]
    async with driven(world) as ui:
        for case_id in (first, second):
            await ui.go_to(case_id)
            await ui.press("v")
        await ui.press("y")
        shown = ui.bench.main.browser.in_order([first, second])
        keys = [world.desk.key(case_id) for case_id in shown]
        assert ui.bench.clipboard.splitlines() == keys
        await ui.press("y", "y")
        assert ui.bench.clipboard == "\n\n".join(world.desk.chat(case_id) for case_id in shown)


async def test_copy_in_a_thread_comes_to_the_entry_under_the_cursor(world: World) -> None:
    async with driven(world) as ui:
        case = next(c for c in world.cases if world.desk.case(c).entries)
        await ui.go_to(case)
        await ui.press("enter")
        main = ui.bench.main
        await ui.until(lambda: main.place == "thread" and main.reader.case_id == case, "the thread")
        await ui.press("end")
        entry = main.reader.entry
        assert entry is not None
        await ui.press("y", "y", "y", "y")
        assert ui.bench.clipboard.removeprefix(f"【{entry.speaker}】: ") == entry.text
        await ui.press("y")
        assert ui.bench.clipboard == world.desk.key(case)


async def test_copy_of_another_case_begins_with_its_key(world: World) -> None:
    async with driven(world) as ui:
        for case_id in world.cases[:2]:
            await ui.go_to(case_id)
            await ui.press("y")
            assert ui.bench.clipboard == world.desk.key(case_id)


async def test_a_program_of_one_s_own_takes_what_is_copied(world: World, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    taken = tmp_path / "taken 一.txt"
    config.write_text(f"copy_command = \"sh -c 'cat > \\\"$0\\\"' '{taken}'\"\n", "utf-8")
    async with driven(world, config=load(config, {})) as ui:
        await ui.go_to(world.cases[0])
        await ui.press("y")
        key = "nova_case#1_20260112"
        await ui.until(lambda: taken.is_file() and taken.read_text("utf-8") == key, "the text")
        assert ui.bench.clipboard == ""


async def test_a_program_that_takes_no_text_is_named(world: World, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('copy_command = "false"\n', "utf-8")
    async with driven(world, config=load(config, {})) as ui:
        await ui.go_to(world.cases[0])
        await ui.press("y")
        await ui.shows("“false” took no text: exit status 1.")


async def test_help_explains_what_is_under_the_cursor(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        await ui.press("question_mark")
        await ui.shows("In the list of cases")
        await ui.press("escape", "enter", "f1")
        await ui.shows("In the thread of a case")
        await ui.press("q", "slash", "f1")
        await ui.shows("In the filter line")


@pytest.mark.parametrize("place", ["list", "thread"])
async def test_the_help_explains_every_sign_to_its_last_line(world: World, place: str) -> None:
    async with driven(world) as ui:
        if place == "thread":
            await ui.read(world.cases[0])
        await ui.press("question_mark", "end")
        await ui.shows("There is more than fits")
        for sign in "☐▸◔✓!✱≠?✎✕●↳▪…":
            assert re.search(rf"│ .*{re.escape(sign)} ", ui.text), sign


async def test_a_title_that_is_cut_says_so(world: World) -> None:
    world.desk.edit_field(world.cases[-1], "title", "长" * 60)
    async with driven(world, (120, 30)) as ui:
        await ui.read(world.cases[-1])
        await ui.until(lambda: "长…" in ui.text.splitlines()[3][60:], "the sign of a cut")


async def test_the_palette_finds_an_act_by_its_name(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        await ui.press("ctrl+p", *"resolved")
        await ui.shows("Resolved")
        await ui.press("enter")
        await ui.until(lambda: ui.status(case) == "resolved", "the status")


async def test_the_palette_has_an_act_that_is_called_so_before_what_only_tells_of_it(
    world: World,
) -> None:
    async with driven(world) as ui:
        await ui.press("ctrl+p", *"save as")
        await ui.shows("Save as a view")
        await ui.press("enter")
        await ui.shows("Name of the view")


async def test_another_process_is_seen_without_moving_the_cursor(world: World) -> None:
    async with driven(world, (180, 40)) as ui:
        await ui.press("j", "j", "j")
        case = ui.bench.main.browser.cursor_id
        new = world.other.new("nova", "written elsewhere")
        await ui.shows("written elsewhere")
        assert ui.bench.main.browser.cursor_id == case
        assert new in ui.bench.main.browser.ids
        world.other.note(str(case), "a word from elsewhere")
        await ui.shows("a word from elsewhere")
        assert ui.bench.main.browser.cursor_id == case


async def test_a_case_stays_where_it_stands_when_it_changes(world: World) -> None:
    """The list is sorted by activity; still a status key moves neither the row nor the cursor."""
    async with driven(world, (120, 40)) as ui:
        browser = ui.bench.main.browser
        before = list(browser.ids)
        await ui.press("j", "j", "j", "1")
        await ui.shows("takes it back")
        world.other.status([before[5]], "resolved")
        await ui.until(lambda: "✓ Resolved" in ui.text.splitlines()[8], "the other's change")
        assert list(browser.ids) == before
        assert browser.cursor_index == 3
        await ui.press("f5")
        assert list(browser.ids) != before
        assert browser.cursor_id == before[3]


async def test_a_case_that_no_longer_matches_makes_room_for_the_next(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("slash", *"status:unset", "enter", "j")
        browser = ui.bench.main.browser
        await ui.until(lambda: browser.query_text == "status:unset", "the answer")
        first, second = browser.cursor_id, browser.ids[browser.cursor_index + 1]
        await ui.press("2")
        await ui.until(lambda: browser.cursor_id == second, "the next case")
        assert first not in browser.ids


async def test_an_empty_file_says_how_to_begin(world: World) -> None:
    world.desk.hide(world.cases)
    async with driven(world) as ui:
        await ui.shows("No cases yet")


async def test_ctrl_c_never_quits(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("ctrl+c")
        await ui.shows("q quits")
        await ui.press("q")
        await ui.until(lambda: ui.bench.return_value == 0, "the end")


def inverted(bench: Workbench, y: int) -> str:
    """Return what a line of the screen shows as found."""
    strip = bench.screen._compositor.render_strips()[y]
    return "".join(s.text for s in strip if s.style and s.style.reverse and s.style.bold)


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_found_is_marked_in_title_entry_and_thread(
    world: World, size: tuple[int, int]
) -> None:
    """A row whose title does not hold the words shows the line of the entry that does."""
    titled = world.desk.new("nova", "盛弘的桩离线")
    other = world.desk.new("nova", "枪无法解锁")
    world.desk.note(other, "联系过厂家。\n现场说换了盛弘的模块就好了")
    async with driven(world, size) as ui:
        await ui.press("slash", *"盛弘")
        await ui.until(lambda: len(ui.bench.main.browser.ids) == 2, "both cases")
        assert set(ui.bench.main.browser.ids) == {titled, other}
        await ui.shows("现场说换了盛弘")
        lines = ui.text.splitlines()
        for text in ("盛弘的桩离线", "枪无法解锁 · 现场说换了盛弘"):
            (y,) = [nth for nth, line in enumerate(lines) if text in line and "nova" in line]
            assert "盛弘" in inverted(ui.bench, y)
        await ui.press("enter")
        await ui.go_to(other)
        await ui.press("enter")
        await ui.until(lambda: ui.bench.main.place == "thread", "the thread")
        assert ui.bench.main.reader.thread.highlight == ("盛弘",)
        await ui.press("escape", "escape")
        await ui.until(lambda: not ui.bench.main.browser.query_text, "the whole list")
        await ui.until(lambda: not ui.bench.main.reader.thread.highlight, "no marks")


async def test_the_palette_finds_cases_by_number_words_and_initials(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[2]
        for typed in (world.desk.key(case), "离线后计费", "zlxh"):
            await ui.press("ctrl+p")
            ui.bench.post_message(events.Paste(typed))
            await ui.shows("terra#")
            await ui.until(lambda: "桩离线" in ui.text.partition("All acts")[2], "the case")
            await ui.press("enter")
            await ui.until(lambda: ui.bench.main.reader.case_id == case, "its thread")
            assert ui.bench.main.place == "thread"
            await ui.press("escape")


async def test_the_palette_finds_views(world: World) -> None:
    world.desk.save_view("东湖站", "东湖")
    async with driven(world) as ui:
        ui.bench.main.views.read()
        await ui.press("ctrl+p")
        ui.bench.post_message(events.Paste("东湖站"))
        await ui.shows("东湖站")
        await ui.press("enter")
        await ui.until(lambda: ui.bench.main.browser.query_text == "东湖", "the view's cases")


async def test_where_text_is_written_the_palette_leads_nowhere_else(world: World) -> None:
    async with driven(world) as ui:
        await ui.read(world.cases[0])
        await ui.press("a", "ctrl+p")
        await ui.shows("name of an act")
        ui.bench.post_message(events.Paste("桩离线"))
        await ui.shows("Nothing is called so")
