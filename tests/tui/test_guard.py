"""Text that arrives among command keys is offered, never obeyed."""

from __future__ import annotations

from textual import events
from textual.message import Message

from tests.tui.driving import driven
from tests.tui.stage import World
from workbench.tui.driver import SPLIT_SECONDS, Grouping
from workbench.tui.screens.editor import EditorScreen
from workbench.tui.typed import Typed


def keys(text: str) -> list[Message]:
    """Return the key presses that Textual's parser makes of a text."""
    return [events.Key(character, character) for character in text]


def typed(text: str) -> Typed:
    """Return the keys of one read."""
    return Typed(events.Key(character, character) for character in text)


def shown(messages: list[Message]) -> list[str]:
    """Return what each message is: a paste with its text, or keys."""
    found: list[str] = []
    for message in messages:
        match message:
            case events.Paste():
                found.append(f"paste {message.text}")
            case Typed():
                found += [key.key for key in message.keys]
            case events.Key():
                found.append(message.key)
    return found


def test_what_comes_in_one_read_with_chinese_is_text() -> None:
    grouping = Grouping()
    assert shown(list(grouping.group(keys("1号桩"), 0.0))) == ["paste 1号桩"]


def test_keys_typed_fast_are_still_keys() -> None:
    assert shown(list(Grouping().group(keys("jj12"), 0.0))) == ["j", "j", "1", "2"]


def test_a_full_width_digit_alone_is_a_key() -> None:
    assert shown(list(Grouping().group(keys("１"), 0.0))) == ["１"]


def test_a_commit_that_a_slow_line_cuts_is_still_text() -> None:
    grouping = Grouping()
    assert shown(list(grouping.group(keys("号桩"), 1.0))) == ["paste 号桩"]
    assert shown(list(grouping.group(keys("1"), 1.0 + SPLIT_SECONDS / 2))) == ["paste 1"]
    assert shown(list(grouping.group(keys("1"), 1.5))) == ["1"]


def test_other_keys_keep_their_place_between_texts() -> None:
    read = [*keys("你好"), events.Key("enter", "\r"), *keys("1")]
    assert shown(list(Grouping().group(read, 0.0))) == ["paste 你好", "enter", "paste 1"]


async def test_pasted_text_does_nothing_and_enter_starts_an_entry_with_it(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        before = world.desk.history(case)
        ui.bench.post_message(events.Paste("1号桩"))
        await ui.shows("is text, no command")
        assert world.desk.history(case) == before
        await ui.press("enter")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        assert isinstance(ui.bench.screen, EditorScreen)
        assert ui.bench.screen.editor.text == "1号桩"


async def test_a_lone_chinese_character_is_offered_too(world: World) -> None:
    async with driven(world) as ui:
        await ui.go_to(world.cases[0])
        await ui.press("充", "电")
        await ui.shows("“充电” is text")
        await ui.press("j")
        assert ui.bench.main.offered == ""


async def test_a_paste_goes_into_text_that_has_focus(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("slash")
        ui.bench.post_message(events.Paste("13800138000"))
        await ui.shows("1 of 16")
        await ui.press("escape")
        await ui.read(world.cases[7])
        await ui.press("a")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        ui.bench.post_message(events.Paste("1号桩\n2号桩"))
        await ui.shows("2号桩")


async def test_a_paste_into_a_question_or_a_list_is_no_command(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        before = world.desk.history(case)
        await ui.press("w")
        ui.bench.post_message(events.Paste("1号"))
        await ui.pilot.pause()
        await ui.press("escape", "U")
        ui.bench.post_message(events.Paste("q1号"))
        await ui.pilot.pause()
        assert world.desk.history(case) == before


async def test_text_typed_ahead_finds_the_editor_open(world: World) -> None:
    """All keys of one read are there before the first is done: still none of them is a command."""
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        before = world.desk.history(case)
        for key in ("enter", "a", *"12xq", "ctrl+s"):
            ui.bench.post_message(events.Key(key, key if len(key) == 1 else None))
        await ui.until(lambda: world.desk.case(case).entries, "the entry")
        assert world.desk.case(case).entries[0].text == "12xq"
        assert len(world.desk.history(case)) == len(before) + 1


async def test_keys_of_one_read_are_done_one_by_one_where_no_line_takes_them(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        before = world.desk.history(case)
        ui.bench.post_message(events.Key("enter", None))
        ui.bench.post_message(typed("a12xq"))
        ui.bench.post_message(events.Key("ctrl+s", None))
        await ui.until(lambda: world.desk.case(case).entries, "the entry")
        assert world.desk.case(case).entries[0].text == "12xq"
        assert len(world.desk.history(case)) == len(before) + 1


async def test_keys_of_one_read_are_one_text_in_the_filter_line(world: World) -> None:
    async with driven(world) as ui:
        ui.bench.post_message(events.Key("slash", "/"))
        ui.bench.post_message(typed("1"))
        ui.bench.post_message(typed("38001"))
        ui.bench.post_message(events.Key("left", None))
        ui.bench.post_message(events.Key("backspace", "\x7f"))
        ui.bench.post_message(typed("0138"))
        ui.bench.post_message(events.Key("end", None))
        ui.bench.post_message(typed("38000"))
        line = ui.bench.main.filter_line
        await ui.until(lambda: line.value == "13800138138000", "the text")
        assert ui.bench.main.browser.asked == line.value


async def test_text_typed_ahead_finds_the_filter_line(world: World) -> None:
    async with driven(world) as ui:
        for key in ("slash", *"13800138000"):
            ui.bench.post_message(events.Key(key, key if len(key) == 1 else None))
        await ui.shows("1 of 16")


async def test_saving_does_not_overtake_what_was_typed_before(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.read(case)
        await ui.press("a")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        for key in "typed ahead":
            ui.bench.post_message(events.Key("space" if key == " " else key, key))
        ui.bench.post_message(events.Paste("，再看"))
        ui.bench.post_message(events.Key("ctrl+s", None))
        await ui.until(lambda: world.desk.case(case).entries, "the entry")
        assert world.desk.case(case).entries[0].text == "typed ahead，再看"
