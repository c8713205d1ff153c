"""What is told over a dialog: no character of two cells is lost at an edge of what is below."""

from __future__ import annotations

import pytest

from tests.tui.driving import driven
from tests.tui.stage import World
from tests.widgets.host import TEXTS
from widgets.plain import visible
from workbench import language


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (81, 24), (120, 40)])
@pytest.mark.parametrize("key", ["C", "question_mark", "f10"])
async def test_a_notice_over_a_dialog_is_whole(
    world: World, size: tuple[int, int], key: str
) -> None:
    language.setup("zh")
    async with driven(world, size) as ui:
        await ui.press(key)
        dialog = ui.bench.screen
        for text in (*TEXTS, "现场" * 40, "a" + "现场" * 40):
            for lead in ("", "x"):
                sentence = visible(lead + text).strip()
                ui.bench.say(sentence, "warning")
                await ui.until(lambda: sentence in ui.told, "the sentence")  # noqa: B023
                await ui.pilot.pause()
                shown = "".join(strip.text for strip in dialog._compositor.render_strips())
                assert "".join(sentence.split())[:20] in "".join(shown.split())
                for notice in list(dialog.query("Notice")):
                    await notice.remove()


async def test_what_a_dialog_told_is_told_on_when_it_closes(world: World) -> None:
    async with driven(world) as ui:
        await ui.press("C")
        ui.bench.say("桩已离线")
        await ui.shows("桩已离线")
        await ui.press("escape")
        await ui.until(lambda: ui.bench.screen is ui.bench.main, "the list")
        await ui.shows("桩已离线")
        assert ui.bench.main.bar.region.bottom < 24  # there is room for both
        ui.bench.say("桩已上线")
        await ui.shows("桩已上线")
