"""Driving the application in a test: start it, wait for conditions, read the screen as text."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from html import unescape

from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from tests.tui.stage import World
from widgets.notices import Notice
from workbench.config import Config
from workbench.desk import Desk
from workbench.tui.application import Workbench

SIZES = ((60, 20), (80, 24), (120, 40))
WAIT_SECONDS = 20.0
CHARACTER_WIDTH = 12.2
"""The width of a cell in Textual's pictures."""

_TEXT = re.compile(
    r'<text class="[^"]*-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', re.DOTALL
)


class Driven:
    """A running application with short words for what tests do to it."""

    def __init__(self, bench: Workbench, pilot: Pilot[int]) -> None:
        self.bench = bench
        self.pilot = pilot
        self.desk: Desk = bench.desk

    async def press(self, *keys: str) -> None:
        """Press keys, and let what they caused happen."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def put(self, text: str) -> None:
        """Put a text in where the keys go, at once, as by pasting."""
        self.bench.post_message(events.Paste(text))
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object], description: str) -> None:
        """Wait for a condition."""
        end = time.monotonic() + WAIT_SECONDS
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"waited for {description}; on screen:\n{self.text}")
            await self.pilot.pause()
            await asyncio.sleep(0.01)

    async def shows(self, text: str) -> None:
        """Wait until ``text`` is on the screen."""
        await self.until(lambda: text in self.text, f"{text!r} on the screen")

    async def is_told(self, text: str) -> None:
        """Wait until a sentence with ``text`` is told, wherever its lines are broken."""
        await self.until(
            lambda: any(text in each for each in self.told) or text in self.text, f"{text!r} told"
        )

    @property
    def told(self) -> list[str]:
        """What is told now besides what stands in a footer."""
        return [notice.sentence for notice in self.bench.screen.query(Notice)]

    async def hides(self, text: str) -> None:
        """Wait until ``text`` is not on the screen."""
        await self.until(lambda: text not in self.text, f"{text!r} gone")

    async def go_to(self, case_id: str) -> None:
        """Put the list's cursor on a case."""
        assert self.bench.main.browser.select(case_id)
        await self.pilot.pause()

    async def read(self, case_id: str) -> None:
        """Open the thread of a case."""
        await self.go_to(case_id)
        await self.press("enter")
        await self.until(
            lambda: self.bench.main.reader.case_id == case_id and self.bench.main.place == "thread",
            "the thread open",
        )

    @property
    def text(self) -> str:
        """The screen as plain text, without the spaces at the lines' ends."""
        return "\n".join(picture_lines(self.bench.export_screenshot()))

    def status(self, case_id: str) -> str:
        """Return the status of a case."""
        return self.desk.summaries([case_id])[0].status


@asynccontextmanager
async def driven(
    world: World, size: tuple[int, int] = (80, 24), config: Config | None = None
) -> AsyncIterator[Driven]:
    """Run the application on a world, with all that is off in tests by default."""
    bench = Workbench(world.desk, config, clock=world.clock)
    async with bench.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await pilot.pause()
        yield Driven(bench, pilot)


def picture_lines(svg: str) -> list[str]:
    """Return the lines of text in a picture that Textual made."""
    lines: dict[int, dict[int, str]] = {}
    for x, y, text in _TEXT.findall(svg):
        column = round(float(x) / CHARACTER_WIDTH)
        row = round((float(y) - 20.0) / 24.4)
        lines.setdefault(row, {})[column] = unescape(text).replace("\xa0", " ").replace("\n", "")
    return [_line(lines.get(row, {})) for row in range(max(lines, default=-1) + 1)]


def _line(parts: dict[int, str]) -> str:
    line = ""
    for column in sorted(parts):
        line += " " * (column - cell_len(line)) + parts[column]
    return line.rstrip()
