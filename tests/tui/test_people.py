"""Sides of speakers in the thread, and what texts mention: marked, listed, looked for."""

from __future__ import annotations

import pytest

from tests.tui.driving import driven
from tests.tui.stage import World
from widgets.thread_lines import THREAD_WORDS as WORDS
from widgets.thread_lines import ThreadItem, lay_out
from workbench.tui.mentioned import also_in, spans


def kinds(text: str, terms: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Return the pieces of the body of an entry that says ``text``, with what each is."""
    item = ThreadItem("a", "entry", text)
    _, *body = lay_out(item, 60, WORDS, terms, spans)
    return [(piece.text, piece.kind) for line in body for piece in line.pieces if piece.text]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("电话13900000317和13900000317", ["13900000317", "13900000317"]),
        (
            "订单 ２０２１０１２７１６１５１２３４５ 见 nova_case#97_20210224。",
            ["２０２１０１２７１６１５１２３４５", "nova_case#97_20210224"],
        ),
        ("tapd1000088", ["tapd1000088"]),
        ("12345 和 139", []),
    ],
)
def test_what_a_text_mentions_is_marked(text: str, marked: list[str]) -> None:
    assert [text[first:last] for first, last in spans(text)] == marked
    assert [piece for piece, kind in kinds(text) if kind == "mention"] == marked


def test_what_is_looked_for_is_marked_within_it_too() -> None:
    found = kinds("打 13900000317 吧", ("0000",))
    assert [(t, k) for t, k in found if k != "text"] == [
        ("139", "mention"),
        ("0000", "hit"),
        ("0317", "mention"),
    ]


def test_a_side_stands_in_words_beside_the_name() -> None:
    item = ThreadItem("a", "entry", "好", speaker="Kay", side="vendor", side_word="厂家")
    header = lay_out(item, 60, WORDS)[0]
    named = {piece.text: piece.kind for piece in header.pieces}
    assert named["【Kay】"] == named["厂家"] == "speaker-7"


def test_no_more_than_a_few_keys_are_named() -> None:
    from workbench.cases.model import Reference

    known = [(Reference("phone", "13900000317"), ["a", "b", "c", "d"])]
    assert also_in(known) == "13900000317 also stands in a, b, c…."
    assert also_in([]) == ""


async def test_enter_on_what_is_mentioned_shows_every_case_that_mentions_it(world: World) -> None:
    case, other = world.cases[0], world.cases[1]
    world.desk.note(case, "车主电话 13900000317")
    world.desk.note(other, "又是 13900000317 的车主")
    async with driven(world, (120, 40)) as ui:
        await ui.go_to(case)
        await ui.press("enter", "end", "enter")
        await ui.shows("phone  13900000317  2 cases")
        await ui.press("enter")
        await ui.shows('ref:"13900000317"')
        assert ui.bench.main.browser.row_count == 2
        await ui.go_to(other)
        await ui.press("enter", "home", "m")
        await ui.shows("No order, phone, key or long number stands here")


async def test_who_writes_about_a_known_phone_is_told_below_the_text(world: World) -> None:
    world.desk.note(world.cases[0], "车主电话 13900000317")
    async with driven(world, (120, 40)) as ui:
        await ui.go_to(world.cases[1])
        await ui.press("enter", "a", *"13900000317")
        await ui.shows("13900000317 also stands in nova_case#1")
