"""The editor: everything types, nothing destroys, and what it holds comes out as it went in."""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.widgets import Static

from tests.widgets.host import HOSTILE, TEXTS, lines, screen, shown, until
from widgets.editor import Editor


class Clock:
    """A clock that goes on when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


async def test_every_printable_key_types() -> None:
    editor = Editor()
    async with shown(editor) as (host, pilot):
        await pilot.press("a", "1", "0", "space", "j", "/", "[", "x", "案", "enter", "q")
        assert editor.text == "a10 j/[x案\nq"
        edits = host.of(Editor.TextEdited)
        assert [edit.text for edit in edits][:3] == ["a", "a1", "a10"]
        assert edits[-1].cursor == len(editor.text)


async def test_each_change_is_told_before_the_next_key() -> None:
    editor = Editor("abc", cursor=1)
    async with shown(editor) as (host, pilot):
        for key, text, cursor in (
            ("x", "axbc", 2),
            ("backspace", "abc", 1),
            ("delete", "ac", 1),
            ("ctrl+z", "abc", 1),
            ("ctrl+y", "ac", 1),
        ):
            editor.history.checkpoint()
            await pilot.press(key)
            await until(lambda text=text: host.of(Editor.TextEdited)[-1].text == text, key)
            assert editor.cursor == cursor
            assert host.of(Editor.TextEdited)[-1].cursor == cursor


async def test_keys_that_would_destroy_a_note_do_nothing() -> None:
    editor = Editor("第一行\n第二行")
    async with shown(editor) as (host, pilot):
        editor.cursor = 1
        for key in ("f6", "f7", "ctrl+d"):
            await pilot.press(key)
            assert editor.selection.is_empty
        await pilot.press("x")
        assert editor.text == "第x一行\n第二行"
        assert len(host.of(Editor.TextEdited)) == 1


async def test_keys_it_does_not_take_go_on_to_the_app() -> None:
    class Saving(App[None]):
        BINDINGS: ClassVar[list[BindingType]] = [
            Binding("ctrl+s,f2", "save"),
            Binding("ctrl+d", "discard"),
            Binding("j", "never"),
            Binding("f7", "hold"),
        ]
        acts: list[str]

        def compose(self) -> ComposeResult:
            self.acts = []
            yield Editor("文字")

        async def action_save(self) -> None:
            self.query_one(Editor).action_save()

        def action_discard(self) -> None:
            self.query_one(Editor).action_discard()

        def action_never(self) -> None:
            self.acts.append("j")

        def action_hold(self) -> None:
            self.acts.append("f7")

        def on_editor_save_requested(self, event: Editor.SaveRequested) -> None:
            self.acts.append(f"save {event.text}")

        def on_editor_discard_requested(self) -> None:
            self.acts.append("discard")

    app = Saving()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+s", "f2", "ctrl+d", "j", "f7")
        await pilot.pause()
        assert app.acts == ["save 文字", "save 文字", "discard", "f7"]


async def test_escape_asks_and_keeps() -> None:
    clock = Clock()
    editor = Editor("草稿", clock=clock)
    async with shown(editor) as (host, pilot):
        for wait in (0.0, 0.9, 1.0):
            await pilot.press("x")
            clock.now += wait
            await pilot.press("escape")
        clock.now += 60
        await pilot.press("escape")
        await pilot.pause()
        recently = [message.recently_typed for message in host.of(Editor.CloseRequested)]
        assert recently == [True, True, False, False]
        assert editor.text == "草稿xxx"
        editor.close()
        await until(lambda: host.of(Editor.Closed), "it is closed")
        assert host.of(Editor.Closed)[0].text == "草稿xxx"
        await until(lambda: not editor.is_attached, "it is gone")


async def test_nothing_was_typed_in_an_editor_just_opened() -> None:
    editor = Editor("文字", clock=Clock())
    async with shown(editor):
        assert not editor.recently_typed


async def test_a_paste_is_text() -> None:
    editor = Editor("")
    async with shown(editor) as (host, _pilot):
        host.post_message(Paste("1号桩\r\n黑屏\r重启\x1b]0;x\x07"))
        await until(lambda: host.of(Editor.TextEdited), "the paste is in")
        assert editor.text == "1号桩\n黑屏\n重启\x1b]0;x\x07"
        assert "\x1b" not in screen(host)
        assert "␛]0;x␇" in screen(host)


@pytest.mark.parametrize("cells", [20, 60, 80, 120])
async def test_hostile_text_is_painted_as_signs_and_kept(cells: int) -> None:
    text = "\n".join(TEXTS)
    editor = Editor(text, title=HOSTILE, placeholder=HOSTILE, max_lines=40)
    editor.draft_state = HOSTILE
    editor.note = HOSTILE
    async with shown(editor, width=cells) as (host, pilot):
        painted = screen(host)
        assert all(character not in painted for character in "\x1b\x07\u202e\u200d")
        assert "[/x]" in painted
        lines(editor)
        assert editor.text == text
        await pilot.press("!")
        assert editor.text == text + "!"
        editor.select_all()
        await pilot.press("ctrl+c")
        assert host.clipboard == text + "!"
        editor.load("")
        await pilot.pause()
        assert "[/x]" in screen(host)


@given(st.text(), st.integers(min_value=0, max_value=100))
def test_any_text_comes_out_as_it_went_in(text: str, cursor: int) -> None:
    text = text.replace("\r\n", "\n")
    if any(0x10F000 <= ord(character) < 0x10F200 for character in text):
        return
    editor = Editor(text, cursor)
    assert editor.text == text
    assert editor.cursor == min(cursor, len(text))


async def test_what_no_file_can_hold_is_replaced() -> None:
    editor = Editor("a\ud800b\U0010f01bc")
    async with shown(editor) as (host, _):
        assert editor.text == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"
        assert "a\N{REPLACEMENT CHARACTER}b" in screen(host)


async def test_loading_is_no_edit() -> None:
    editor = Editor("eins")
    async with shown(editor) as (host, pilot):
        editor.load("一\n二", cursor=2)
        await pilot.pause()
        assert (editor.text, editor.cursor) == ("一\n二", 2)
        assert not host.of(Editor.TextEdited)
        await pilot.press("x")
        assert editor.text == "一\nx二"


async def test_it_grows_with_its_text() -> None:
    editor = Editor("", min_lines=3, max_lines=6)
    async with shown(editor, width=40) as (host, pilot):
        assert editor.size.height == 3
        await pilot.press(*["enter"] * 4)
        await until(lambda: editor.size.height == 5, "it has grown")
        await pilot.press(*["enter"] * 4)
        await until(lambda: editor.size.height == 6, "it has its greatest height")
        await pilot.press("案")
        await pilot.pause()
        assert "案" in screen(host)
        editor.load("充电桩" * 30)
        await until(lambda: editor.size.height == 5, "a long line is wrapped")


async def test_the_terminal_cursor_stands_where_the_text_goes() -> None:
    class Below(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("上面", id="above")
            yield Editor("充电桩\n黑", max_lines=5)

    app = Below()
    async with app.run_test(size=(40, 20)) as pilot:
        editor = app.query_one(Editor)
        await pilot.pause()
        assert app.cursor_position == (1 + 2, 1 + 1 + 1)
        await pilot.press("屏")
        assert app.cursor_position == (1 + 4, 3)
        app.query_one("#above").styles.height = 4
        await until(lambda: app.cursor_position == (5, 6), "the cursor moves with the editor")
        editor.load("桩" * 25)
        await until(lambda: app.cursor_position.y == 6, "the cursor stands in the second line")
        assert app.cursor_position == editor.cursor_screen_offset
        line = lines(editor)[app.cursor_position.y - editor.region.y]
        assert line.strip("│ ") == "桩" * ((app.cursor_position.x - 1) // 2)


async def test_the_borders_say_what_and_whether_it_is_safe() -> None:
    editor = Editor("x", title="回复 【LM】")
    async with shown(editor) as (host, pilot):
        editor.draft_state = "草稿已存"
        editor.note = "何立新 刚改过"
        await pilot.pause()
        top, *_, bottom = lines(editor)
        assert "回复 【LM】" in top
        assert "何立新 刚改过 · 草稿已存" in bottom
        editor.draft_state = editor.note = editor.title = ""
        await pilot.pause()
        assert "草稿" not in screen(host)
        assert "回复" not in screen(host)


async def test_requests_carry_the_text() -> None:
    editor = Editor("文字")
    async with shown(editor) as (host, pilot):
        for action in ("save", "discard", "close"):
            await editor.run_action(action)
        await pilot.pause()
        assert [message.text for message in host.of(Editor.SaveRequested)] == ["文字"]
        assert len(host.of(Editor.DiscardRequested)) == 1
        assert len(host.of(Editor.CloseRequested)) == 1
