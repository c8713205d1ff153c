"""A short list of lines with a cursor, for the pickers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from widgets.plain import fit
from widgets.signs import CURSOR_SIGN


@dataclass(frozen=True, slots=True)
class Choice:
    """A line that can be taken. ``sign`` stands before it: a key, a box."""

    value: str
    label: str
    sign: str = ""


class Choices(ScrollView, can_focus=False, inherit_bindings=False):
    """Lines below each other, one of them under the cursor. Handles the mouse, but no keys."""

    class Clicked(Message):
        """A line was clicked; the cursor stands on it now."""

        def __init__(self, choices: Choices, choice: Choice) -> None:
            """Say in which list, and which line."""
            super().__init__()
            self.choices = choices
            self.choice = choice

        @property
        def control(self) -> Choices:
            """The list."""
            return self.choices

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--cursor", "choices--empty"}
    DEFAULT_CSS = """
    Choices {
        height: auto;
        max-height: 12;
        color: $foreground;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size: 0 1;
        & > .choices--cursor {
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: bold;
        }
        & > .choices--empty { color: $text-muted; }
    }
    """

    cursor_index: reactive[int] = reactive(0, init=False)
    """The line of the cursor, from 0. Clamped to the lines there are."""

    def __init__(
        self,
        choices: Sequence[Choice] = (),
        *,
        empty: str = "",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a list of ``choices``; ``empty`` is shown where there are none."""
        super().__init__(name=name, id=id, classes=classes)
        self._choices: tuple[Choice, ...] = ()
        self._empty = empty
        self.set_choices(choices)

    # -- properties

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All lines."""
        return self._choices

    @property
    def choice(self) -> Choice | None:
        """The line under the cursor, or None."""
        return self._choices[self.cursor_index] if self._choices else None

    # -- public methods

    def set_choices(self, choices: Sequence[Choice], cursor: int = 0) -> None:
        """Show other lines, with the cursor on one of them."""
        self._choices = tuple(choices)
        # Where nothing can be taken, a line says so.
        self.virtual_size = Size(0, max(len(self._choices), 1))
        self.move_to(cursor)
        self.refresh()

    def move(self, delta: int) -> None:
        """Move the cursor by lines."""
        self.move_to(self.cursor_index + delta)

    def page(self, direction: int) -> None:
        """Move the cursor by a view."""
        self.move(direction * max(self.size.height - 1, 1))

    def move_to(self, index: int) -> None:
        """Put the cursor on a line and show it."""
        self.cursor_index = index
        top, lines = self.scroll_offset.y, max(self.size.height, 1)
        if self.is_attached and not top <= self.cursor_index < top + lines:
            down = self.cursor_index >= top + lines
            y = self.cursor_index - lines + 1 if down else self.cursor_index
            self.scroll_to(y=y, animate=False, immediate=True, force=True)

    # -- watch and validate

    def validate_cursor_index(self, index: int) -> int:
        """Keep the cursor within the lines."""
        return clamp(index, 0, max(len(self._choices) - 1, 0))

    # -- render

    def render_line(self, y: int) -> Strip:
        """Paint one line of the view."""
        cells = self.scrollable_content_region.width
        index = y + self.scroll_offset.y
        if index >= len(self._choices):
            text = f"  {self._empty}" if not index else ""
            style = self.get_component_rich_style("choices--empty") if text else self.rich_style
            return Strip([Segment(fit(text, cells), style)], cells)
        choice = self._choices[index]
        on = index == self.cursor_index
        style = self.get_component_rich_style("choices--cursor") if on else self.rich_style
        text = f"{CURSOR_SIGN if on else ' '} {choice.sign}{choice.label}"
        return Strip([Segment(fit(text, cells), style)], cells)

    # -- events

    def _on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        self.move_to(self.cursor_index)

    async def _on_click(self, event: events.Click) -> None:
        """Put the cursor on the line and say so."""
        event.stop()
        offset = event.get_content_offset(self)
        index = offset.y + self.scroll_offset.y if offset else len(self._choices)
        if index < len(self._choices):
            self.move_to(index)
            self.post_message(self.Clicked(self, self._choices[index]))
