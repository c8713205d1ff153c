"""Pickers: a status by its digit, names by typing and Space, an answer by Enter."""

from __future__ import annotations

import pytest
from textual import events

from tests.widgets.host import HOSTILE, SHOWN, TEXTS, Host, screen, shown, until
from widgets.picker import STATUS_KEYS, AskLine, ListPicker, StatusPicker

WORDS = {"unset": "未处理", "in_progress": "处理中", "on_hold": "暂搁置", "resolved": "已解决"}
NAMES = ["周敏", "何立新", "Tang Wei", "tan"]


def picked(host: Host) -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    """Return what was picked, added and removed each time."""
    return [(m.names, m.added, m.removed) for m in host.of(ListPicker.Picked)]


async def test_a_status_by_digit_also_of_full_width() -> None:
    picker = StatusPicker(status_words=WORDS, current="on_hold")
    async with shown(picker) as (host, pilot):
        await pilot.press("1", "2", "3", "0")
        for digit in "１２３０":
            host.post_message(events.Key(f"fullwidth_digit_{digit}", digit))
        await until(lambda: len(host.of(StatusPicker.Picked)) == 8, "every digit picks")
        assert [m.status for m in host.of(StatusPicker.Picked)] == [*STATUS_KEYS] * 2


async def test_a_status_by_cursor_and_mouse() -> None:
    picker = StatusPicker(status_words=WORDS, current="resolved", title="状态")
    async with shown(picker) as (host, pilot):
        await pilot.press("enter", "j", "space", "k", "up", "enter", "up", "enter", "escape")
        assert [m.status for m in host.of(StatusPicker.Picked)] == [
            *("resolved", "on_hold", "in_progress", "in_progress")
        ]
        assert len(host.of(StatusPicker.Cancelled)) == 1
        await pilot.click(picker, offset=(5, 4))
        assert host.of(StatusPicker.Picked)[-1].status == "unset"
        painted = screen(host)
        assert "状态" in painted
        assert "2● ✓ 已解决" in painted


async def test_several_names_with_space() -> None:
    picker = ListPicker(NAMES, chosen=["何立新"])
    picker_line = picker._line
    async with shown(picker) as (host, pilot):
        picker.focus()
        await until(lambda: picker_line.has_focus, "the line has the keys")
        await pilot.press("space", "down", "space", "enter")
        assert picked(host) == [(("周敏",), ("周敏",), ("何立新",))]
        assert "[x] 周敏" in screen(host)


async def test_typing_narrows_and_enter_takes() -> None:
    picker = ListPicker(NAMES, chosen=["周敏"])
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press(*"TAN")
        painted = screen(host)
        assert "Tang Wei" in painted
        assert "何立新" not in painted
        await pilot.press("enter")
        assert picked(host) == [(("周敏", "Tang Wei"), ("Tang Wei",), ())]


async def test_space_takes_the_name_and_begins_a_new_search() -> None:
    picker = ListPicker(NAMES)
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press("何", "space")
        assert "周敏" in screen(host)
        await pilot.press("周", "space", "enter")
        assert picked(host) == [(("周敏", "何立新"), ("周敏", "何立新"), ())]


async def test_a_new_name_with_a_space_can_be_added() -> None:
    picker = ListPicker(NAMES, add_word="新增“{name}”")
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press(*"Li", "space", *"Na")
        assert "新增“Li Na”" in screen(host)
        await pilot.press("enter")
        assert picked(host) == [(("Li Na",), ("Li Na",), ())]


async def test_a_known_name_is_not_added_twice() -> None:
    picker = ListPicker(NAMES, add_word="新增“{name}”")
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press(*"TAN")
        assert "新增" not in screen(host)


async def test_no_new_name_where_none_may_be() -> None:
    picker = ListPicker(NAMES, may_add=False, empty="没有这个人")
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press(*"zz")
        assert "没有这个人" in screen(host)
        await pilot.press("enter")
        assert picked(host) == [((), (), ())]


async def test_enter_alone_changes_nothing() -> None:
    picker = ListPicker(NAMES, chosen=["何立新", "新来的"])
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press("enter", "down", "enter", "escape")
        assert picked(host) == [
            (("何立新", "新来的"), (), ()),
            (("何立新", "新来的"), (), ()),
        ]
        assert len(host.of(ListPicker.Cancelled)) == 1


async def test_of_one_nothing_is_picked_where_none_is_like_what_was_typed() -> None:
    picker = ListPicker(NAMES, chosen=["周敏"], several=False, may_add=False)
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press(*"zz", "enter")
        assert picked(host) == []
        await pilot.press("backspace", "backspace", "enter")
        assert len(picked(host)) == 1


async def test_one_name_only() -> None:
    picker = ListPicker(NAMES, chosen=["周敏"], several=False)
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press("down", "enter")
        assert picked(host) == [(("何立新",), ("何立新",), ("周敏",))]
        await pilot.click(picker, offset=(5, 4))
        assert picked(host)[-1] == (("Tang Wei",), ("Tang Wei",), ("周敏",))


async def test_the_mouse_toggles_names() -> None:
    picker = ListPicker(NAMES)
    async with shown(picker) as (_host, pilot):
        picker.focus()
        await pilot.click(picker, offset=(5, 2))
        await pilot.click(picker, offset=(5, 3))
        await pilot.click(picker, offset=(5, 2))
        assert picker.chosen == ("何立新",)


async def test_many_names_scroll() -> None:
    names = [f"人{at}" for at in range(100)]
    picker = ListPicker(names)
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press("pagedown", "pagedown", "down")
        assert "▸ [ ] 人23" in screen(host)
        await pilot.press("pageup", "pageup", "up")
        assert "▸ [ ] 人0" in screen(host)


async def test_names_can_be_matched_in_another_way() -> None:
    picker = ListPicker(NAMES, match=lambda name, typed: name == "周敏" and typed == "zm")
    async with shown(picker) as (host, pilot):
        picker.focus()
        await pilot.press(*"zm", "enter")
        assert picked(host) == [(("周敏",), ("周敏",), ())]


@pytest.mark.parametrize("cells", [24, 60, 80, 120])
async def test_hostile_text_is_shown_literally(cells: int) -> None:
    for widget in (
        ListPicker(
            [*TEXTS],
            chosen=[HOSTILE],
            title=HOSTILE,
            placeholder=HOSTILE,
            help=HOSTILE,
            add_word=HOSTILE + "{name}",
            empty=HOSTILE,
        ),
        StatusPicker(status_words=dict.fromkeys(WORDS, HOSTILE), title=HOSTILE),
        AskLine(HOSTILE, HOSTILE, placeholder=HOSTILE),
    ):
        async with shown(widget, width=cells) as (host, pilot):
            widget.focus()
            if isinstance(widget, AskLine):
                widget.show_error(HOSTILE)
            await pilot.press("x")
            painted = screen(host)
            assert "[/x]" in painted
            assert "\x1b" not in painted
            assert "\u202e" not in painted
    assert SHOWN.startswith("[/x]")


async def test_a_question_is_answered() -> None:
    ask = AskLine("跳到案件 #", "9", placeholder="97")
    async with shown(ask) as (host, pilot):
        ask.focus()
        await pilot.press("7", "up", "down", "enter", "escape")
        assert [m.text for m in host.of(AskLine.Changed)] == ["97"]
        assert [m.text for m in host.of(AskLine.Answered)] == ["97"]
        assert len(host.of(AskLine.Cancelled)) == 1
        assert "跳到案件 # 97" in screen(host)
        ask.value = "12"
        await pilot.pause()
        assert ask.value == "12"
        assert len(host.of(AskLine.Changed)) == 1


async def test_an_error_goes_when_the_answer_changes() -> None:
    ask = AskLine("到哪天", "2021-02-30")
    async with shown(ask) as (host, pilot):
        ask.focus()
        ask.show_error("没有 2 月 30 日", at=8)
        await until(lambda: "^ 没有 2 月 30 日" in screen(host), "the error is shown")
        await pilot.press("backspace")
        await until(lambda: "没有" not in screen(host), "the error is gone")


async def test_the_terminal_cursor_stands_behind_the_answer() -> None:
    ask = AskLine("跳到 #", "案")
    async with shown(ask) as (host, _):
        ask.focus()
        await until(lambda: host.cursor_position == (1 + 6 + 1 + 2, 0), "the cursor is there")
