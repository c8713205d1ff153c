"""The filter line: every character types, arrows move the list, and errors say where."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.strip import Strip
from textual.widgets import Input, Static

from tests.widgets.host import HOSTILE, SHOWN, TEXTS, lines, screen, shown, until
from widgets.filter_line import FilterLine


def texts(messages: list[FilterLine.FilterChanged]) -> list[str]:
    """Return what the messages say the line holds."""
    return [message.text for message in messages]


async def test_every_change_is_told() -> None:
    line = FilterLine()
    async with shown(line) as (host, pilot):
        await pilot.press("黑", "1", "space", "j", "?", "[", "backspace")
        assert texts(host.of(FilterLine.FilterChanged)) == [
            *("黑", "黑1", "黑1 ", "黑1 j", "黑1 j?", "黑1 j?[", "黑1 j?")
        ]


async def test_enter_and_escape_leave_and_keep_the_filter() -> None:
    line = FilterLine("黑屏")
    async with shown(line) as (host, pilot):
        await pilot.press("enter", "escape")
        assert [message.text for message in host.of(FilterLine.FilterLeft)] == ["黑屏", "黑屏"]
        assert line.value == "黑屏"
        assert not host.of(FilterLine.FilterChanged)


async def test_arrows_move_the_list() -> None:
    line = FilterLine("黑屏")
    async with shown(line) as (host, pilot):
        await pilot.press("up", "down", "pageup", "pagedown")
        moves = [message.by for message in host.of(FilterLine.ListMoved)]
        assert moves == [-1, 1, "page_up", "page_down"]


async def test_up_in_the_empty_line_brings_the_last_filter_back() -> None:
    line = FilterLine()
    async with shown(line) as (host, pilot):
        await pilot.press("up")
        assert [message.by for message in host.of(FilterLine.ListMoved)] == [-1]
        await pilot.press(*"abc", "enter", *["backspace"] * 3, "up")
        assert line.value == "abc"
        assert line.cursor_position == 3
        assert texts(host.of(FilterLine.FilterChanged))[-1] == "abc"
        line.set_text("")
        await pilot.press("up")
        assert line.value == "abc"
        line.set_text("")
        line.last = "from before"
        await pilot.press("up")
        assert line.value == "from before"


async def test_setting_the_text_is_no_change() -> None:
    line = FilterLine()
    async with shown(line) as (host, pilot):
        line.set_text("is:awake")
        await pilot.pause()
        assert line.value == "is:awake"
        assert line.cursor_position == 8
        assert not host.of(FilterLine.FilterChanged)
        await pilot.press("x")
        assert texts(host.of(FilterLine.FilterChanged)) == ["is:awakex"]


async def test_a_paste_is_one_line_of_text() -> None:
    line = FilterLine("a")
    async with shown(line) as (host, pilot):
        host.post_message(Paste("\n1号桩\r\n黑屏\x1b]0;x\x07\u202e"))
        await until(lambda: line.value != "a", "the paste is in")
        assert line.value == "a1号桩 黑屏␛]0;x␇‹RLO›"
        host.post_message(Paste("\n"))
        await pilot.pause()
        assert len(host.of(FilterLine.FilterChanged)) == 1
        host.post_message(Paste(" 充电 "))
        host.post_message(Paste("超时\n"))
        await until(lambda: line.value.endswith("超时"), "the words are in")
        assert line.value.endswith("‹RLO› 充电 超时")


@pytest.mark.parametrize("cells", [20, 60, 80, 120])
@pytest.mark.parametrize("text", TEXTS)
async def test_text_and_error_take_exactly_the_width(text: str, cells: int) -> None:
    line = FilterLine(text, placeholder=text)
    async with shown(line, width=cells) as (host, pilot):
        for at in (None, 0, 3, 1000):
            line.show_error(text or "falsch", at)
            await until(lambda: line.size.height > 1, "there is room for the error")
            await pilot.pause()
            assert len(lines(line)) == line.size.height
            screen(host)


async def test_an_error_stands_under_its_character() -> None:
    line = FilterLine("黑屏 status:x")
    async with shown(line, width=80) as (_host, pilot):
        line.show_error("没有这个状态", at=3)
        await until(lambda: line.size.height == 2, "there is room for the error")
        text, error = lines(line)
        assert text.startswith(" 黑屏 status:x")
        # Two characters of two cells stand before the caret's, and a space.
        assert error.startswith(" " + " " * 5 + "^ 没有这个状态")
        line.show_error(HOSTILE)
        await pilot.pause()
        assert SHOWN in lines(line)[1]
        line.clear_error()
        await until(lambda: line.size.height == 1, "the error is gone")
        assert not line.error


async def test_an_error_at_the_right_edge_stands_left_of_its_caret() -> None:
    line = FilterLine("x" * 50)
    async with shown(line, width=60):
        line.show_error("没有这个状态，有四个别的", at=48)
        await until(lambda: line.size.height == 2, "there is room for the error")
        error = lines(line)[1]
        assert error.index("^") == 49 - len("没有这个状态，有四个别的")
        assert "有四个别的 ^" in error


@pytest.mark.parametrize("cells", [40, 60, 80])
@pytest.mark.parametrize("at", [0, 9, 25])
async def test_a_long_error_is_read_whole_and_its_caret_stays(cells: int, at: int) -> None:
    said = "“黑屏”不能跟在“status:”后面，那里要写 unset、in_progress、on_hold 或 resolved。" * 2
    line = FilterLine("x" * 30)
    async with shown(line, width=cells) as (host, pilot):
        line.show_error(said, at)
        await until(lambda: line.size.height > 2, "there is room for the error")
        await pilot.pause()
        _, caret, *below = lines(line)
        assert caret.rstrip() == " " * (1 + at) + "^"
        assert "".join("".join(below).split()) == "".join(said.split())
        screen(host)
        line.clear_error()
        await until(lambda: line.size.height == 1, "the error is gone")


async def test_the_terminal_cursor_stands_where_the_text_goes() -> None:
    class Below(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("上面", id="above")
            yield FilterLine("黑屏")

    app = Below()
    async with app.run_test(size=(40, 20)) as pilot:
        await until(lambda: app.cursor_position == (5, 1), "the cursor stands behind the text")
        await pilot.press("x")
        await until(lambda: app.cursor_position == (6, 1), "the cursor moves")
        app.query_one("#above").styles.height = 3
        await until(lambda: app.cursor_position == (6, 3), "the cursor moves with the line")


@pytest.mark.parametrize("text", ["退款", "桩12号 status:on_hold", "x" * 60, "é́👨‍👩‍👧"])
@pytest.mark.parametrize("at", [0, 1, None])
async def test_it_is_painted_as_textuals_input(text: str, at: int | None) -> None:
    """With its cursor, what is suggested, and how far it is scrolled; and without the keys."""
    line = FilterLine("q")
    async with shown(line, width=40, height=3) as (_, pilot):
        line.set_text(text)
        if at is not None:
            line.cursor_position = at
        for suggested, focused in (("", True), (f"{text}人员", True), (f"{text}人员", False)):
            line._suggestion = suggested
            line.screen.set_focus(line if focused else None)
            await pilot.pause()
            cells = line.scrollable_content_region.width
            ours, theirs = line.render_line(0), Input.render_line(line, 0)
            assert _signs(ours.crop(0, cells)) == _signs(theirs.crop(0, cells))


def _signs(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(sign, style) for text, style, _ in strip for sign in text]
