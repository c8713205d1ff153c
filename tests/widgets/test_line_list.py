"""A list of lines takes every key in a room of any size, none as well."""

from __future__ import annotations

import pytest
from rich.text import Text
from textual.widgets.option_list import Option

from tests.widgets.host import TEXTS, shown
from widgets.line_list import LineList


@pytest.mark.parametrize("height", [0, 5])
async def test_page_keys_need_no_room(height: int) -> None:
    lines = LineList()
    async with shown(lines, 20, 5) as (_, pilot):
        lines.styles.height = height
        await pilot.pause()
        lines.add_options([Option(Text(text or " ")) for text in TEXTS])
        lines.highlighted = 2
        lines.focus()
        for key in ("pageup", "pagedown", "end", "pageup", "home", "pagedown", "pagedown"):
            await pilot.press(key)
        assert lines.highlighted is not None
        assert lines.highlighted > 2
