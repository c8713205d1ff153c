"""What every widget test needs: an app around one widget, and waiting for a condition."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from rich.cells import cell_len
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


M = TypeVar("M", bound=Message)


class Host(App[None]):
    """An app that shows one widget and keeps the messages that reach it."""

    def __init__(self, widget: Widget) -> None:
        """Wrap ``widget``."""
        super().__init__()
        self.widget = widget
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        """Show the widget alone."""
        yield self.widget

    def keep(self, message: Message) -> None:
        """Keep a message; it comes here once for each widget that it passes."""
        if not any(message is kept for kept in self.posted):
            self.posted.append(message)

    def of(self, kind: type[M]) -> list[M]:
        """Return the posted messages of a kind, the first one first."""
        return [message for message in self.posted if isinstance(message, kind)]


@asynccontextmanager
async def shown(
    widget: Widget, width: int = 80, height: int = 24
) -> AsyncIterator[tuple[Host, Pilot[None]]]:
    """Run ``widget`` alone on a screen of this size, toasts and tooltips on as in real life."""
    host = Host(widget)
    async with host.run_test(
        size=(width, height),
        notifications=True,
        tooltips=True,
        message_hook=host.keep,
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
    """Return the painted lines of a widget, and check that each has exactly the cells it has; those
    of its scroll bar may be left to that."""
    size = widget.outer_size
    strips = widget.render_lines(Region(0, 0, *size))
    for strip in strips:
        missing = size.width - sum(cell_len(segment.text) for segment in strip)
        assert missing in {0, widget.scrollbar_size_vertical}, strip.text
    return [strip.text for strip in strips]


def screen(host: App[None]) -> str:
    """Return everything on the screen as text, as it goes to the terminal."""
    width, height = host.size
    rendered = host.screen._compositor.render_strips()
    assert len(rendered) == height
    for strip in rendered:
        assert sum(cell_len(segment.text) for segment in strip) == width, strip.text
    return "\n".join(strip.text for strip in rendered)
