"""Every act of the registry can be done, and nothing else pretends to be one."""

from __future__ import annotations

from tests.tui.driving import driven
from tests.tui.stage import World
from workbench.commands import BY_ID, SCOPES, effective_keymap
from workbench.tui.acts import MODULES, act_named
from workbench.tui.keytable import PLACES, KeyTable
from workbench.tui.screens.decisions import DecisionsScreen

DECISION_ACTS = {
    *("take_value", "write_value", "next_value", "previous_value"),
    *("value_1", "value_2", "value_3"),
}


def test_every_act_of_the_registry_is_done_somewhere() -> None:
    named = {name for names in MODULES.values() for name in names}
    own = {name.removeprefix("do_") for name in dir(DecisionsScreen) if name.startswith("do_")}
    assert set(BY_ID) - named == DECISION_ACTS
    assert own >= DECISION_ACTS
    assert named <= set(BY_ID)
    assert all(callable(act_named(name)) for name in named)


def test_every_act_explains_itself() -> None:
    modules = [name for names in MODULES.values() for name in names]
    assert all(act_named(name).__doc__ for name in modules)


def test_a_key_does_one_thing_in_a_place() -> None:
    keys = KeyTable(effective_keymap())
    assert keys.act("list", "1") == "status_in_progress"
    assert keys.act("list", "１") == "status_in_progress"
    assert keys.act("editor", "1") is None
    assert keys.act("editor", "ctrl+s") == "save"
    assert keys.act("thread", "space") == "add_entry_here"
    assert keys.act(None, "1") is None
    assert set(PLACES) == set().union(*SCOPES.values())


async def test_the_footer_shows_the_acts_of_what_is_under_the_cursor(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        assert ui.bench.main.bar.hints[0] == ("Enter", "Open")
        await ui.press("enter")
        await ui.until(lambda: ui.bench.main.place == "thread", "the thread")
        assert ("r", "Reply") in ui.bench.main.bar.hints[:3]
        await ui.press("slash")
        await ui.until(lambda: ui.bench.main.place == "filter", "the filter line")
        assert ("Enter", "To the list") in ui.bench.main.bar.hints


async def test_a_click_on_a_hint_does_its_act(world: World) -> None:
    async with driven(world, (120, 40)) as ui:
        case = ui.bench.main.case_id
        assert case is not None
        line = ui.text.splitlines()[-1]
        await ui.pilot.click(offset=(line.index("2 Resolved") + 3, 39))
        await ui.until(lambda: ui.status(case) == "resolved", "the status")
