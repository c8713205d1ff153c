"""Status, engineers, marks and undo, each by its key."""

from __future__ import annotations

import pytest

from tests.tui.driving import SIZES, driven
from tests.tui.stage import AUTHOR, COLLEAGUE, HOSTILE, World


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("key", "status"),
    [("1", "in_progress"), ("２", "resolved"), ("3", "on_hold"), ("2", "resolved")],
)
async def test_a_digit_sets_the_status(
    world: World, size: tuple[int, int], key: str, status: str
) -> None:
    """A full-width digit, as an input method sends it, does the same."""
    async with driven(world, size) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        await ui.press(key)
        assert ui.status(case) == status
        await ui.shows("u takes it back")


async def test_repeating_a_status_writes_nothing(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        await ui.press("1")
        before = len(world.desk.history(case))
        await ui.press("1")
        await ui.shows("it is so already")
        assert len(world.desk.history(case)) == before


async def test_undo_and_redo_tell_what_they_did(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        await ui.press("2", "7")
        await ui.shows("Taken back")
        assert ui.status(case) == "unset"
        await ui.press("ctrl+y")
        await ui.shows("Done again")
        assert ui.status(case) == "resolved"
        await ui.press("ctrl+z")
        assert ui.status(case) == "unset"


async def test_an_undo_that_hides_many_cases_is_asked_about(world: World) -> None:
    """By keys that pass an input method; a few cases go without a question."""
    pages = [
        "".join(f"= nova_case#{n}_20240601 =\n停机\n" for n in numbers)
        for numbers in (range(904, 900, -1), range(804, 801, -1))
    ]
    async with driven(world) as ui:
        count = sum(world.desk.counts().values())
        world.desk.import_page(pages[0].encode(), page="nova_9")
        await ui.press("7")
        await ui.shows("Undo the import of nova_9: 4 cases are hidden?")
        await ui.press("escape")
        assert sum(world.desk.counts().values()) == count + 4
        await ui.press("7")
        await ui.shows("4 cases are hidden?")
        await ui.press("enter")
        await ui.shows("Taken back: added 4 cases")
        assert sum(world.desk.counts().values()) == count
        world.desk.import_page(pages[1].encode(), page="nova_8")
        await ui.press("7")
        await ui.until(lambda: sum(world.desk.counts().values()) == count, "taken back at once")


async def test_an_act_goes_to_all_marked_and_is_undone_as_a_whole(world: World) -> None:
    async with driven(world) as ui:
        cases = [world.cases[0], world.cases[1], world.cases[3]]
        for case in cases:
            await ui.go_to(case)
            await ui.press("8")
        await ui.shows("3 marked")
        await ui.press("2")
        assert [ui.status(case) for case in cases] == ["resolved"] * 3
        assert not ui.bench.main.browser.marked
        await ui.press("u")
        assert [ui.status(case) for case in cases] == ["unset"] * 3


async def test_mark_all_marks_what_the_filter_shows_and_escape_drops_it(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("slash", *"project:terra", "enter")
        await ui.shows("6 of 16")
        await ui.press("ctrl+a")
        assert len(ui.bench.main.browser.marked) == 6
        await ui.press("escape")
        assert not ui.bench.main.browser.marked
        assert ui.bench.main.browser.query_text == "project:terra"
        await ui.press("V", "V")
        assert not ui.bench.main.browser.marked


@pytest.mark.parametrize("key", ["w", "f7"])
async def test_a_hold_has_a_day_and_a_reason(world: World, key: str) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        await ui.press(key)
        await ui.shows("On hold until")
        await ui.press(*"+7", "enter", *"wait", "enter")
        await ui.until(lambda: ui.status(case) == "on_hold", "the hold")
        summary = world.desk.summaries([case])[0]
        assert (summary.status_until, summary.status_why) == ("2026-03-08", "wait")
        await ui.shows("On hold until 08 Mar 2026, u takes it back")


async def test_the_day_that_is_meant_is_said_while_it_is_typed(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("w", *"3-8")
        await ui.shows("08 Mar 2026, Sunday, in 7 days")


async def test_a_hold_is_changed_from_what_it_is(world: World) -> None:
    """What is typed replaces the old day; the old reason stays where nothing is typed."""
    async with driven(world) as ui:
        case = world.cases[4]
        await ui.go_to(case)
        await ui.press("w")
        await ui.shows("On hold until 2026-03-09")
        assert "等厂家固件" in ui.text
        await ui.press(*"+1", "enter", "enter")
        await ui.until(
            lambda: world.desk.summaries([case])[0].status_until == "2026-03-02", "the new day"
        )
        assert world.desk.summaries([case])[0].status_why == "等厂家固件"


@pytest.mark.parametrize("leave", ["enter", "tab"])
async def test_an_impossible_day_is_told_in_the_dialog(world: World, leave: str) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        await ui.press("w", *"2026-02-30", leave)
        await ui.shows("“2026-02-30” is no day")
        await ui.press("enter")
        await ui.shows("On hold until")
        assert ui.status(case) == "unset"


async def test_a_case_is_hidden_by_a_key_and_undo_brings_it_back(world: World) -> None:
    async with driven(world) as ui:
        await ui.go_to(world.cases[0])
        await ui.press("x")
        await ui.shows("Hidden, u takes it back")
        await ui.until(lambda: world.cases[0] not in ui.bench.main.browser.ids, "it out of sight")
        await ui.press("u")
        await ui.until(lambda: world.cases[0] in ui.bench.main.browser.ids, "it back")
        await ui.read(world.cases[0])
        await ui.press("delete")
        await ui.until(lambda: ui.bench.main.place == "list", "the list")
        assert world.desk.summaries([world.cases[0]])[0].hidden
        await ui.press("slash", *"is:hidden", "enter")
        await ui.until(lambda: ui.bench.main.browser.ids == (world.cases[0],), "what is hidden")
        await ui.press("x")
        await ui.shows("Shown again, u takes it back")
        assert not world.desk.summaries([world.cases[0]])[0].hidden


async def test_marked_cases_are_hidden_together(world: World) -> None:
    async with driven(world) as ui:
        for case in world.cases[:2]:
            await ui.go_to(case)
            await ui.press("8")
        await ui.press("delete")
        await ui.shows("Hidden for 2 cases")
        assert all(summary.hidden for summary in world.desk.summaries(world.cases[:2]))


@pytest.mark.parametrize("key", ["i", "f6"])
async def test_taking_a_case_makes_me_its_engineer(world: World, key: str) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        await ui.press(key)
        assert world.desk.summaries([case])[0].engineers == (AUTHOR,)


async def test_engineers_are_chosen_from_a_list_or_written(world: World) -> None:
    async with driven(world) as ui:
        case = world.cases[0]
        await ui.go_to(case)
        await ui.press("o")
        await ui.shows(COLLEAGUE)
        await ui.press("down", "space", "enter")
        await ui.until(lambda: world.desk.summaries([case])[0].engineers, "an engineer")
        first = world.desk.summaries([case])[0].engineers
        await ui.press("o", *"Neu", "enter")
        await ui.until(
            lambda: len(world.desk.summaries([case])[0].engineers) == 2, "a second engineer"
        )
        assert set(world.desk.summaries([case])[0].engineers) == {*first, "Neu"}


async def test_the_list_of_acts_shows_what_was_done(world: World) -> None:
    world.desk.assign([world.cases[0]], [HOSTILE])
    async with driven(world, (120, 40)) as ui:
        await ui.go_to(world.cases[0])
        await ui.press("2", "U")
        await ui.shows("History of")
        assert "status → Resolved" in ui.text
        assert "[/x]" in ui.text
        await ui.press("escape")
        await ui.hides("History of")
