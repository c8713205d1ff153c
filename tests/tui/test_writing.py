"""Writing: entries, replies, edits, new cases; and drafts, which no way out of the editor loses."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.tui.driving import SIZES, Driven, driven
from tests.tui.stage import COLLEAGUE, World
from workbench.config import load
from workbench.tui.screens.editor import EditorScreen


def editor(ui: Driven) -> EditorScreen:
    """Return the editor that is open."""
    assert isinstance(ui.bench.screen, EditorScreen)
    return ui.bench.screen


async def writes(ui: Driven, *keys: str) -> None:
    """Press what opens an editor, and wait for it."""
    await ui.press(*keys)
    await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")


async def closes(ui: Driven) -> None:
    """Wait until no editor is open."""
    await ui.until(lambda: ui.bench.screen is ui.bench.main, "the editor closed")


def texts(world: World, case: str) -> list[str]:
    """Return what the entries of a case say."""
    return [entry.text for entry in world.desk.case(case).entries]


@pytest.mark.parametrize("size", SIZES)
async def test_an_entry_is_written_and_shown(world: World, size: tuple[int, int]) -> None:
    async with driven(world, size) as ui:
        case = world.cases[0]
        await ui.read(case)
        await writes(ui, "space")
        await ui.press(*"1 new entry", "enter", *"2", "ctrl+s")
        await closes(ui)
        assert texts(world, case) == ["1 new entry\n2"]
        await ui.shows("1 new entry")
        assert ui.status(case) == "unset"
        await ui.press("u")
        await ui.hides("1 new entry")


@pytest.mark.parametrize("key", ["r", "f3"])
async def test_a_reply_quotes_what_it_answers(world: World, key: str) -> None:
    async with driven(world) as ui:
        case = world.cases[-1]
        await ui.read(case)
        await ui.press("j")
        answered = ui.bench.main.reader.entry
        assert answered is not None
        await writes(ui, key)
        assert editor(ui).editor.text == "> 预约时间改成 22:30 再试，还是晚 17 分钟。\n"
        await ui.press(*"ok", "f2")
        await closes(ui)
        replies = [e for e in world.desk.case(case).entries if e.reply_to == answered.id]
        assert replies[-1].text.endswith("\nok")


@pytest.mark.parametrize("key", ["e", "f4"])
async def test_an_edit_keeps_the_old_version_in_the_history(world: World, key: str) -> None:
    async with driven(world) as ui:
        case = world.cases[-1]
        await ui.read(case)
        await ui.press("j")
        entry = ui.bench.main.reader.entry
        assert entry is not None
        await writes(ui, key)
        await ui.press(*"!", "ctrl+s")
        await closes(ui)
        assert world.desk.case(case).entries[0].text == entry.text + "!"
        assert world.desk.history(case)[-1].old == entry.text
        await ui.shows("edited")


async def test_problem_title_and_date_are_edited_from_the_problem(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.read(case)
        await writes(ui, "e", "enter")
        await ui.press("ctrl+end", *" and more", "ctrl+s")
        await closes(ui)
        assert world.desk.case(case).summary.problem.endswith(" and more")
        await writes(ui, "e", *"title", "enter")
        await ui.press(*" T", "ctrl+s")
        await closes(ui)
        assert world.desk.case(case).summary.title.endswith(" T")
        await ui.press("e", *"date", "enter")
        await ui.shows("Opened on")
        await ui.press(*["backspace"] * 10, *"2026-02-01", "enter")
        await ui.until(
            lambda: world.desk.case(case).summary.opened_on == "2026-02-01", "the new date"
        )


@pytest.mark.parametrize("key", ["c", "6", "ctrl+n"])
async def test_a_new_case_asks_for_its_project(world: World, key: str) -> None:
    async with driven(world) as ui:
        await ui.press(key)
        await ui.shows("New case in project")
        await writes(ui, *"terra", "enter")
        await ui.press(*"Broken plug", "ctrl+s")
        await closes(ui)
        await ui.shows("Broken plug")
        created = world.desk.summaries([str(ui.bench.main.browser.cursor_id)])[0]
        assert (created.project, created.title, created.number) == ("terra", "Broken plug", 7)


@pytest.mark.parametrize("key", ["x", "delete"])
async def test_an_entry_is_hidden_and_shown_again(world: World, key: str) -> None:
    async with driven(world) as ui:
        case = world.cases[-1]
        await ui.read(case)
        await ui.press("j", key)
        await ui.hides("22:30 再试，还是晚 17 分钟。 ")
        assert len(world.desk.case(case).entries) == 3
        ui.bench.run_command("show_hidden")
        await ui.until(lambda: len(ui.bench.main.reader.case.entries) == 4, "the hidden one")  # type: ignore[union-attr]
        ui.bench.main.reader.thread.select(world.desk.case(case, hidden=True).entries[0].id)
        await ui.press(key)
        assert len(world.desk.case(case).entries) == 4


async def test_escape_keeps_the_draft_and_says_so_while_typing(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.read(case)
        await writes(ui, "a")
        await ui.press(*"half", "escape")
        await ui.shows("Esc again closes, the draft stays")
        assert isinstance(ui.bench.screen, EditorScreen)
        await ui.press("escape")
        await closes(ui)
        assert [draft.text for draft in world.desk.drafts(case)] == ["half"]
        await ui.shows("draft: half")
        await writes(ui, "a")
        assert editor(ui).editor.text == "half"
        await ui.press(*" done", "ctrl+s")
        await closes(ui)
        assert texts(world, case) == ["half done"]
        assert not world.desk.drafts(case)


async def test_the_first_key_stroke_is_kept_without_waiting_for_the_last(world: World) -> None:
    """The timer starts with the first unsaved key stroke; typing on does not put it off."""
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.read(case)
        await writes(ui, "a")
        typed = 0
        while not world.desk.drafts(case):
            await ui.press("x")
            typed += 1
            assert typed < 500
        assert set(world.desk.drafts(case)[0].text) == {"x"}


async def test_leaving_by_quit_or_another_window_keeps_the_text(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.read(case)
        await writes(ui, "a")
        editor(ui).editor.insert("away")
        editor(ui).post_message(events.AppBlur())
        await ui.until(lambda: world.desk.drafts(case), "the draft")
        editor(ui).editor.insert(" again")
        await ui.press("ctrl+q")
        assert [draft.text for draft in world.desk.drafts(case)] == ["away again"]


async def test_only_a_confirmed_discard_drops_a_draft_and_it_comes_back(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.read(case)
        await writes(ui, "a")
        await ui.press(*"gone", "ctrl+d")
        await ui.shows("Discard this draft?")
        await ui.press("escape")
        assert editor(ui).editor.text == "gone"
        await ui.press("ctrl+d", "enter")
        await closes(ui)
        assert not world.desk.drafts(case)
        await ui.press("D")
        await ui.shows("discarded")
        await writes(ui, "enter")
        assert editor(ui).editor.text == "gone"


async def test_an_untouched_editor_leaves_no_draft(world: World) -> None:
    async with driven(world) as ui:
        await ui.read(world.cases[-1])
        await ui.press("j")
        await writes(ui, "r")
        await ui.press("escape")
        await closes(ui)
        assert not world.desk.drafts()
        await writes(ui, "e")
        await ui.press("ctrl+s")
        await closes(ui)
        await ui.shows("Nothing was changed")


async def test_a_change_that_came_meanwhile_is_shown_and_becomes_a_decision(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        case = world.cases[-1]
        await ui.read(case)
        await ui.press("j")
        entry = ui.bench.main.reader.entry
        assert entry is not None
        await writes(ui, "e")
        await ui.press(*" mine")
        world.other.edit_entry(case, entry.id, text="theirs", seen=entry.seen)
        await ui.shows(f"changed meanwhile by {COLLEAGUE}")
        assert editor(ui).editor.text == entry.text + " mine"
        await ui.press("ctrl+s")
        await closes(ui)
        await ui.shows("decides between them")
        values = {choice.value for choice in world.desk.decisions(case)[0].values}
        assert values == {entry.text + " mine", "theirs"}


async def test_text_keys_never_reach_the_cases(world: World) -> None:
    """Digits, F7, ctrl+z and ctrl+y act on the text, never on a case, and destroy nothing."""
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.read(case)
        history = len(world.desk.history(case))
        await writes(ui, "a")
        await ui.press(*"12307", "f7", "f6", *"x", "ctrl+z", "ctrl+y")
        assert editor(ui).editor.text == "12307x"
        await ui.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert len(world.desk.history(case)) == history


async def test_the_speaker_of_an_entry_is_kept_and_saved(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.read(case)
        await writes(ui, "a")
        await ui.press(*"called", "shift+tab", *"Driver", "ctrl+s")
        await closes(ui)
        assert [(e.speaker, e.text) for e in world.desk.case(case).entries] == [
            ("Driver", "called")
        ]


CHAT = "【Kay】：枪头温度高\n已限功率\n【客户】：今天又出现"


@pytest.mark.parametrize("size", SIZES)
async def test_a_pasted_chat_becomes_an_entry_for_each_who_spoke(
    world: World, size: tuple[int, int]
) -> None:
    async with driven(world, size) as ui:
        case = world.cases[0]
        await ui.read(case)
        await writes(ui, "space")
        ui.bench.post_message(events.Paste(CHAT))
        await ui.until(lambda: editor(ui).editor.text == CHAT, "the text")
        await ui.press("ctrl+s")
        await ui.shows("This text is 2 entries")
        await ui.shows("客户  今天又出现")
        await ui.press("enter")
        await closes(ui)
        entries = world.desk.case(case).entries
        assert [(entry.speaker, entry.text) for entry in entries] == [
            ("Kay", "枪头温度高\n已限功率"),
            ("客户", "今天又出现"),
        ]
        assert world.desk.drafts() == []
        await ui.press("u")
        await ui.until(lambda: texts(world, case) == [], "both taken back")
        await ui.shows("Taken back: added 2 entries")
        await ui.press("ctrl+y")
        await ui.shows("Done again: added 2 entries")


async def test_a_pasted_chat_can_be_one_entry_or_not_saved_yet(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.read(case)
        await writes(ui, "space")
        ui.bench.post_message(events.Paste(CHAT))
        await ui.until(lambda: editor(ui).editor.text == CHAT, "the text")
        await ui.press("f2")
        await ui.shows("This text is 2 entries")
        await ui.press("escape")
        assert editor(ui).editor.text == CHAT
        assert texts(world, case) == []
        await ui.press("f2")
        await ui.shows("This text is 2 entries")
        await ui.press("f4")
        await closes(ui)
        assert texts(world, case) == [CHAT]


async def test_equal_words_of_a_chat_stay_apart(world: World) -> None:
    case = world.cases[0]
    draft = world.desk.open_draft(case, "note")
    said = world.desk.take_apart(draft.id, "【Kay】好的\n【客户】在\n【Kay】好的")
    written = world.desk.finish_apart(draft.id, said)
    assert written.changes == 3
    assert texts(world, case) == ["好的", "在", "好的"]


async def test_people_are_offered_behind_their_sign(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[-1]
        world.desk.note(case, "等结果", speaker="东湖客户")
        world.desk.assign([case], ["赵启"], [])
        await ui.read(case)
        await writes(ui, "a")
        screen = editor(ui)
        ui.bench.post_message(events.Paste("【"))
        await ui.until(lambda: screen.offers.display, "names")
        assert {"东湖客户", "赵启"} <= {choice.label for choice in screen.offers.choices}
        await ui.press("赵")
        await ui.until(lambda: len(screen.offers.choices) == 1, "one name")
        await ui.press("tab", *"ok")
        assert screen.editor.text == "【赵启】：ok"
        assert not screen.offers.display
        await ui.press("ctrl+z")  # the text is one's own to take back
        assert "赵启】" not in screen.editor.text or "ok" not in screen.editor.text


async def test_cases_are_offered_behind_their_sign(world: World) -> None:
    async with driven(world) as ui:
        case, other = world.cases[-1], world.cases[2]
        await ui.read(case)
        await writes(ui, "a")
        screen = editor(ui)
        await ui.press(*"12#")
        assert not screen.offers.display, "the sign of a pile names no case"
        ui.bench.post_message(events.Paste("，见#离线"))
        key = world.desk.key(other)
        await ui.until(lambda: key in [c.value for c in screen.offers.choices], "the case")
        await ui.press("escape")
        assert not screen.offers.display
        assert ui.bench.screen is screen, "Esc closed the names, not the text"
        await ui.press("backspace")
        await ui.until(lambda: screen.offers.display, "names again")
        before = screen.offers.cursor_index
        await ui.press("down", "up")
        assert screen.offers.cursor_index == before
        await ui.press("tab", "ctrl+s")
        await closes(ui)
        assert texts(world, case)[-1] == f"12#，见{key}"


async def test_a_name_replaces_nothing_where_the_cursor_has_gone(world: World) -> None:
    async with driven(world) as ui:
        await ui.read(world.cases[-1])
        await writes(ui, "a")
        screen = editor(ui)
        ui.bench.post_message(events.Paste("现场已更换模块，见#离线"))
        await ui.until(lambda: screen.offers.display, "the case")
        await ui.press("left", "left", "left", "left", "left", "tab")
        assert screen.editor.text == "现场已更换模块，见#离线"
        assert not screen.offers.display


async def test_a_template_begins_an_entry_and_goes_into_a_text(
    world: World, tmp_path: Path
) -> None:
    own = tmp_path / "config.toml"
    standard = "".join(f'"{name}" = ""\n' for name in load(own, {}).templates)
    own.write_text(
        f'[templates]\n{standard}"转研发" = "转研发确认：{{key}}，{{me}} {{today}}"\n'
        '"等" = "等待厂家排查"\n',
        encoding="utf-8",
    )
    async with driven(world, config=load(own, {})) as ui:
        case = world.cases[7]
        await ui.read(case)
        await writes(ui, "t", "enter")
        filled = f"转研发确认：{world.desk.key(case)}，{world.desk.author} 2026-03-01"
        assert editor(ui).editor.text == filled
        await ui.press("enter", "f12")
        await ui.shows("等")
        await ui.press("down", "enter")
        await ui.until(lambda: ui.bench.screen is editor(ui), "the text again")
        await ui.press("ctrl+s")
        await closes(ui)
        assert texts(world, case)[-1] == f"{filled}\n等待厂家排查"


async def test_without_an_editor_of_ones_own_it_is_said_how_to_name_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with driven(world, SIZES[-1]) as ui:
        await ui.read(world.cases[0])
        await writes(ui, "a")
        await ui.press(*"abc", "f4")
        await ui.shows("export EDITOR=vim")
        assert editor(ui).editor.text == "abc"


async def test_a_dropped_file_is_attached_after_asking(world: World, tmp_path: Path) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        photo = tmp_path / "现场 照片.png"
        photo.write_bytes(b"picture")
        await ui.read(case)
        await writes(ui, "a")
        screen = editor(ui)
        await ui.press(*"seen:")
        ui.bench.post_message(events.Paste(str(tmp_path / "no such file.png")))
        await ui.until(lambda: "no such" in screen.editor.text, "the paste")
        assert ui.bench.screen is screen
        for given in (f"'{photo}'", str(photo).replace(" ", "\\ "), photo.as_uri()):
            ui.bench.post_message(events.Paste(given))
            await ui.shows("Attach 现场 照片.png (7 B)")
            await ui.press("escape")
            await ui.until(lambda: ui.bench.screen is screen, "the text again")
            assert screen.editor.text.endswith(given), "who says no keeps the path"
        kept = screen.editor.text
        ui.bench.post_message(events.Paste(f"{photo} "))
        await ui.shows("Attach 现场")
        await ui.press("enter")
        await ui.until(lambda: [file.file for file in world.desk.files(case)], "the file")
        assert screen.editor.text == kept
        assert [file.file for file in world.desk.files(case)] == ["现场 照片.png"]
        await ui.shows("Attached")
