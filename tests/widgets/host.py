"""What every widget test needs: an app around one widget, and waiting for what shall become true."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

HOSTILE = "[/x] [@click=app.quit]q[/] \x1b]0;x\x07 \u202e 案件"
SHOWN = "[/x] [@click=app.quit]q[/] ␛]0;x␇ ‹RLO› 案件"

TEXTS = (
    HOSTILE,
    "充电桩无法启动，屏幕黑屏",
    "ＡＢＣ１２３　全角",
    "🔌⚡️👨‍👩‍👧🇨🇳 emoji ☎️",
    "e\u0301n\u0303 combining \u0301",
    "订单 20210224153000123456 失败",
    "",
)
"""Texts whose width is easy to get wrong."""


class Host(App[None]):
    """An app that shows one widget and keeps the messages it posts."""

    def __init__(self, widget: Widget) -> None:
        """Wrap ``widget``."""
        super().__init__()
        self.widget = widget
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        """Show the widget alone."""
        yield self.widget

    def of(self, kind: type[Message]) -> list[Message]:
        """Return the posted messages of a kind."""
        return [message for message in self.posted if isinstance(message, kind)]


@asynccontextmanager
async def shown(
    widget: Widget, width: int = 80, height: int = 24
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    """Run ``widget`` alone on a screen of this size, with toasts and tooltips on as in real life."""
    host = Host(widget)
    async with host.run_test(
        size=(width, height),
        notifications=True,
        tooltips=True,
        message_hook=host.posted.append,
    ) as pilot:
        await pilot.pause()
        yield host, pilot


async def until(what: Callable[[], object], description: str, seconds: float = 5.0) -> None:
    """Wait until ``what`` is true; fail with the description when it doesn't become so."""
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {description}")
        await asyncio.sleep(0.005)


def lines(widget: Widget) -> list[str]:
    """Return the painted lines of a widget, and check that each has exactly the widget's cells."""
    strips = widget.render_lines(Region(0, 0, *widget.size))
    for strip in strips:
        assert sum(segment.cell_length for segment in strip) == widget.size.width, strip.text
    return [strip.text for strip in strips]


def screen(host: App[None]) -> str:
    """Return everything on the screen as text, as it goes to the terminal."""
    width, height = host.size
    rendered = host.screen._compositor.render_strips()
    assert len(rendered) == height
    for strip in rendered:
        assert strip.cell_length == width
    return "\n".join(strip.text for strip in rendered)
