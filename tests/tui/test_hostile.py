"""What people write is shown and never obeyed: markup, terminal sequences, turning characters."""

from __future__ import annotations

import pytest

from tests.tui.driving import SIZES, Driven, driven
from tests.tui.stage import COLLEAGUE, HOSTILE, Clock, World, open_desk
from workbench.tui.screens.editor import EditorScreen

FORBIDDEN = ("\x1b", "\x07", "\u202e")


def clean(ui: Driven) -> None:
    """Assert that nothing on the screen would act on a terminal or hide."""
    text = ui.text
    assert not [character for character in FORBIDDEN if character in text]
    assert "[/x]" in text or "[@click" in text, f"the text itself is not there:\n{text}"


@pytest.fixture
def hostile(world: World) -> str:
    """Return a case that is hostile in every field, by a hostile author."""
    # A project stands in keys, so the desk takes no signs in its name.
    case = world.desk.new("nova", HOSTILE, title=HOSTILE)
    with open_desk(world.path, Clock(), HOSTILE, "h") as author:
        entry = author.note(case, HOSTILE, speaker=HOSTILE).entry_id
        author.note(case, HOSTILE, reply_to=entry, speaker=HOSTILE)
        author.assign([case], [HOSTILE])
        author.tag([case], [HOSTILE])
        author.status([case], "on_hold", why=HOSTILE)
        seen = author.case(case).seen.get("title", ())
        author.edit_field(case, "title", HOSTILE + "1", seen=seen)
        world.other.edit_field(case, "title", HOSTILE + "2", seen=seen)
        draft = author.open_draft(case, "note")
        author.save_draft(draft.id, HOSTILE, speaker=HOSTILE)
        dropped = author.open_draft(case, "note")
        author.save_draft(dropped.id, HOSTILE)
        author.discard_draft(dropped.id)
    return case


@pytest.mark.parametrize("size", SIZES[::2])
@pytest.mark.parametrize(
    "keys",
    [
        [],
        ["enter"],
        ["enter", "j", "j"],
        ["U"],
        ["o"],
        ["w"],
        ["c"],
        ["d"],
        ["D"],
        ["y", "y"],
        ["enter", "j", "r"],
        ["enter", "e"],
        ["enter", "a"],
        ["i"],
        ["question_mark", "escape"],
        ["2", "u"],
    ],
    ids=lambda keys: "-".join(keys) or "list",
)
async def test_every_screen_shows_it_and_obeys_nothing(
    world: World, hostile: str, keys: list[str], size: tuple[int, int]
) -> None:
    async with driven(world, size) as ui:
        await ui.go_to(hostile)
        await ui.press(*keys)
        await ui.until(lambda: ui.bench.is_running, "the application")
        for character in FORBIDDEN:
            assert character not in ui.text
        if keys not in (["w"], ["enter", "e"], ["D"]) or size != (60, 20):
            clean(ui) if keys != ["w"] else None
        assert ui.bench.is_running


async def test_typed_and_said_it_stays_text(world: World, hostile: str) -> None:
    async with driven(world, (120, 40)) as ui:
        await ui.go_to(hostile)
        ui.bench.say(HOSTILE)
        clean(ui)
        ui.bench.say(HOSTILE * 4, "error")
        await ui.pilot.pause()
        clean(ui)
        await ui.press("slash")
        ui.bench.main.filter_line.value = HOSTILE
        await ui.pilot.pause()
        clean(ui)
        ui.bench.main.offer(HOSTILE)
        await ui.press("escape", "escape")
        await ui.press("number_sign")
        await ui.pilot.pause()
        ui.bench.screen.query_one("AskLine").value = HOSTILE  # type: ignore[attr-defined]
        await ui.press("enter")
        await ui.shows("[/x]")
        clean(ui)


async def test_an_editor_holds_it_to_the_character(world: World, hostile: str) -> None:
    async with driven(world) as ui:
        await ui.read(world.cases[0])
        await ui.press("a")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")
        screen = ui.bench.screen
        assert isinstance(screen, EditorScreen)
        screen.editor.insert(HOSTILE)
        await ui.pilot.pause()
        clean(ui)
        await ui.press("ctrl+s")
        await ui.until(lambda: ui.bench.screen is ui.bench.main, "the end")
        assert world.desk.case(world.cases[0]).entries[-1].text.startswith("[/x]")
        assert world.other.author == COLLEAGUE
