"""The footer: what there is to know about the database, and which keys there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from widgets.paint import ink
from widgets.plain import fit, visible, width

__all__ = ["StatusBar"]

Severity = Literal["information", "warning", "error"]
SIGNS: dict[str, str] = {"information": "", "warning": "! ", "error": "✕ "}
"""What stands before a message beside its colour."""

BETWEEN = " │ "

Hint = tuple[str, str, str]
"""A key and what it does, both as they are shown, and the key itself."""


class StatusBar(Widget):
    """One line: segments on the left, keys on the right; for a while a message instead of both."""

    class HintClicked(Message):
        """A key's hint was clicked: the app may act as if the key was pressed."""

        def __init__(self, bar: StatusBar, key: str) -> None:
            """Say on which bar, and which key."""
            super().__init__()
            self.bar = bar
            self.key = key

        @property
        def control(self) -> StatusBar:
            """The bar."""
            return self.bar

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status-bar--key",
        "status-bar--information",
        "status-bar--warning",
        "status-bar--error",
    }
    DEFAULT_CSS = """
    StatusBar {
        height: 1;
        background: $panel;
        color: $foreground;
        & > .status-bar--key { color: $text-primary; text-style: bold; }
        & > .status-bar--information { text-style: bold; }
        & > .status-bar--warning { color: $text-warning; text-style: bold; }
        & > .status-bar--error { color: $text-error; text-style: bold; }
    }
    """

    segments: reactive[tuple[str, ...]] = reactive(())
    """What stands on the left, the most important first."""
    hints: reactive[tuple[tuple[str, str], ...]] = reactive(())
    """Keys and what they do, the most important first; of them the last stays longest, as the way
    to all the others: where it is narrow, those before it go, and then segments."""
    message: reactive[str] = reactive("")
    """A sentence that takes the whole line, until it is cleared."""

    def __init__(
        self,
        *,
        segments: Sequence[str] = (),
        hints: Sequence[tuple[str, str]] = (),
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a footer.

        Args:
            segments: What stands on the left.
            hints: Keys and what they do.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        super().__init__(name=name, id=id, classes=classes)
        self._severity: Severity = "information"
        self._spots: list[tuple[int, int, str]] = []
        self.set_reactive(StatusBar.segments, tuple(segments))
        self.set_reactive(StatusBar.hints, tuple(hints))

    # -- public methods

    def show_message(self, sentence: str, severity: Severity = "information") -> None:
        """Show a sentence over the whole line, until it is cleared or another one comes."""
        self._severity = severity
        self.message = sentence
        self.refresh()

    def clear_message(self) -> None:
        """Show segments and keys again."""
        self.message = ""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the one line that it takes."""
        return 1

    # -- render

    def render_line(self, y: int) -> Strip:
        """Paint the line as exactly the widget's cells."""
        cells = self.content_size.width
        if y:
            return Strip.blank(cells, self.rich_style)
        self._spots.clear()
        segments = self._message(cells) if self.message else [*self._both_sides(cells)]
        return Strip(segments).adjust_cell_length(cells, self.rich_style)

    def _message(self, cells: int) -> list[Segment]:
        """Return the message in ``cells`` cells."""
        name = f"status-bar--{self._severity}"
        style = self.rich_style + ink(self, name)
        return [Segment(fit(f" {SIGNS[self._severity]}{self.message}", cells), style)]

    def _both_sides(self, cells: int) -> Iterator[Segment]:
        """Yield the segments, then as many hints as fit, at the right edge."""
        base = self.rich_style
        last = _shown(self.hints[-1:])
        left = self._left(cells, _size(last))
        room = cells - width(left)
        if _size(last) > room:
            last = []
        hints = [*self._fitting_hints(room - _size(last)), *last]
        at = cells - _size(hints)
        yield Segment(fit(left, max(at, 0)), base)
        bold = base + ink(self, "status-bar--key")
        for key, label, id in hints:
            size = _size([(key, label, id)])
            self._spots.append((at, at + size - 1, id))
            yield Segment(f" {key}", bold)
            yield Segment(f" {label} ", base)
            at += size

    def _left(self, cells: int, beside: int) -> str:
        """Return the segments in a line, without the last that leave no ``beside`` cells free."""
        shown = [visible(segment) for segment in self.segments if segment]
        while len(shown) > 1 and width(BETWEEN.join(shown)) + 2 + beside > cells:
            shown.pop()
        return fit(f" {BETWEEN.join(shown)} ", min(width(BETWEEN.join(shown)) + 2, cells))

    def _fitting_hints(self, cells: int) -> list[Hint]:
        """Return those of the hints before the last that take at most ``cells``, from the first."""
        fitting: list[Hint] = []
        for hint in _shown(self.hints[:-1]):
            cells -= _size([hint])
            if cells < 0:
                break
            fitting.append(hint)
        return fitting

    # -- events

    async def _on_click(self, event: events.Click) -> None:
        """Say which key's hint was clicked."""
        event.stop()
        for start, end, key in self._spots:
            if start <= event.x < end:
                self.post_message(self.HintClicked(self, key))


def _shown(hints: Sequence[tuple[str, str]]) -> list[Hint]:
    return [(visible(key), visible(label), key) for key, label in hints]


def _size(hints: Sequence[Hint]) -> int:
    """Return how many cells the hints take, with the space around each."""
    return sum(width(key) + width(label) + 3 for key, label, _ in hints)
