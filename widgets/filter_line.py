"""The line in which a list is filtered as one types. Knows nothing of the query's language."""

from __future__ import annotations

from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import Reactive, reactive
from textual.strip import Strip
from textual.suggester import Suggester
from textual.widgets import Input
from textual.widgets.input import Selection

from widgets.ownkeys import edit_at_once
from widgets.paint import ink
from widgets.plain import fit, visible, width
from widgets.wrap import wrap

__all__ = ["FilterLine"]

UNBOUND = frozenset({"ctrl+d", "enter"})
"""Keys of Input that are commands here, or ways out of the line."""


class FilterLine(Input, inherit_bindings=False):
    """One line of text whose arrow keys move a list, and which can show where it is wrong."""

    class FilterChanged(Message):
        """The text changed, by typing or pasting."""

        def __init__(self, line: FilterLine, text: str) -> None:
            """Say in which line, and what it holds."""
            super().__init__()
            self.line = line
            self.text = text

        @property
        def control(self) -> FilterLine:
            """The line."""
            return self.line

    class FilterLeft(Message):
        """Enter or Esc: the keys shall go back to the list; the filter stays."""

        def __init__(self, line: FilterLine, text: str) -> None:
            """Say which line, and what it holds."""
            super().__init__()
            self.line = line
            self.text = text

        @property
        def control(self) -> FilterLine:
            """The line."""
            return self.line

    class ListMoved(Message):
        """A key that moves the list's cursor: by rows, or by a page."""

        def __init__(self, line: FilterLine, by: int | Literal["page_up", "page_down"]) -> None:
            """Say in which line, and how far."""
            super().__init__()
            self.line = line
            self.by = by

        @property
        def control(self) -> FilterLine:
            """The line."""
            return self.line

    BINDINGS: ClassVar[list[BindingType]] = [
        *(b for b in Binding.make_bindings(Input.BINDINGS) if b.key not in UNBOUND),
        Binding("enter,escape", "leave", "To the list", show=False),
        Binding("up", "list_up", "Up in the list, or the last filter", show=False),
        Binding("down", "list_moved(1)", "Down in the list", show=False),
        Binding("pageup", "list_moved('page_up')", "Page up in the list", show=False),
        Binding("pagedown", "list_moved('page_down')", "Page down in the list", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter, escape | Back to the list; the filter stays. |
    | up, down, pageup, pagedown | Move the list's cursor. |
    | up in the empty line | Bring the last filter back. |
    | right, tab | At the end of the text: take what is suggested; tab also what stands for it. |
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"filter-line--error", "filter-line--offer"}
    DEFAULT_CSS = """
    FilterLine, FilterLine:focus {
        height: 1;
        border: none;
        padding: 0 1;
        background: $panel;
        background-tint: 0%;
        & > .input--placeholder { color: $text-muted; }
        & > .filter-line--offer { color: $text-muted; }
        & > .filter-line--error { color: $text-error; text-style: bold; }
    }
    """

    value: Reactive[str] = reactive("", init=False)
    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
    """As Input's, but that what is typed is no reason to lay the screen out anew."""
    offer: reactive[str] = reactive("", init=False)
    """The words that may come next; while the line has the keys they stand in the error's place."""
    error: reactive[str] = reactive("", init=False)
    """The sentence that says what is wrong with the text; empty where nothing is."""

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        suggester: Suggester | None = None,
        straight: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a line that holds ``value``.

        Args:
            value: The filter it begins with.
            placeholder: What the empty line shows.
            suggester: Tells how the text may go on; → at its end takes that, and Tab.
            straight: Tell the screen of a change, past all parts between: on its way through these
                the frame that shows the text would overtake it.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        self.last = ""
        self.instead: tuple[str, str] | None = None
        """A text, and what Tab puts in its place where it can't be reached by writing on."""
        self._is_straight = straight
        self._error_at: int | None = None
        self._styles_known: dict[str, Style] = {}
        self._said = visible(value)
        super().__init__(
            placeholder=visible(placeholder),
            select_on_focus=False,
            suggester=suggester,
            name=name,
            id=id,
            classes=classes,
        )
        # Input takes a value over by its watchers, which want an app that a widget need not have.
        self.set_reactive(FilterLine.value, self._said)
        self.set_reactive(FilterLine.selection, Selection.cursor(len(self._said)))
        self._initial_value = False

    # -- properties

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the next character goes: Input counts one cell too many at the end of the text."""
        x, y, _width, _height = self.content_region
        return Offset(x + self._position_to_cell(self.cursor_position) - self.scroll_offset.x, y)

    # -- public methods

    def set_text(self, text: str) -> None:
        """Hold another text, the cursor at its end, without saying that it changed."""
        self._said = self.validate_value(text)
        self.value = text
        self.cursor_position = len(self.value)
        self.clear_error()

    def show_error(self, sentence: str, at: int | None = None) -> None:
        """Show what is wrong, below the line.

        Args:
            sentence: What is wrong.
            at: The character it is about, from 0, under which a caret stands.
        """
        self._error_at = at
        self.error = sentence
        self._make_room()  # the same sentence about another character breaks otherwise

    def clear_error(self) -> None:
        """Show no error any more."""
        self._error_at = None
        self.error = ""

    # -- watch and validate

    def validate_value(self, value: str) -> str:
        """Keep what could act on a terminal, or hide, out of the line: signs stand for it."""
        return visible(value)

    def _watch_value(self, value: str) -> None:
        """Do what Input does, without what would be done for nobody.

        Nobody hears of its message, and what is suggested is asked for behind the frame that shows
        what was typed.
        """
        self.virtual_size = Size(self.content_width, 1)
        self._suggestion = ""
        self.selection = self.selection  # as valid as the text lets it be
        if self.suggester is not None and value:
            self.call_after_refresh(self._suggest, value)

    def _suggest(self, value: str) -> None:
        """Ask how a text goes on, unless it is another one by now."""
        if self.suggester is not None and value == self.value:
            self.run_worker(self.suggester._get_suggestion(self, value))

    def watch_value(self, old: str, value: str) -> None:
        """Say what changed; what was typed is the filter to bring back, not what deleting left."""
        if value and len(value) >= len(old):
            self.last = value
        if not value:
            self.offer = ""
        if value != self._said:
            self._said = value
            hearer = self.screen if self._is_straight else self
            hearer.post_message(self.FilterChanged(self, value))

    def watch_error(self, error: str) -> None:
        """Make room for the error's line."""
        self._make_room()

    def watch_offer(self, offer: str) -> None:
        """Make room for the words."""
        self._make_room()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Offer no words while nobody writes here."""
        super().watch_has_focus(has_focus)
        self._make_room()

    def _make_room(self) -> None:
        """Take as many lines below the text as the error needs to be read whole."""
        below = 1 if self._offered else len(self._error_lines(self.content_size.width))
        if self.styles.height is None or self.styles.height.value != 1 + below:
            self.styles.height = 1 + below
        self.refresh()

    @property
    def _offered(self) -> str:
        return self.offer if self.has_focus else ""

    # -- render

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint lines, and put the terminal's cursor where the text goes, wherever the line is."""
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset
        return super().render_lines(crop)

    def notify_style_update(self) -> None:
        """Forget how the line looked in another theme, or without the keys."""
        self._styles_known.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Paint the line; below it the error, if there is one."""
        if y == 0 and self.value and self.selection.is_empty:
            return self._typed()
        if not y or not (self.error or self._offered):
            return super().render_line(y)
        cells = self.scrollable_content_region.width
        if self._offered:
            style = self.rich_style + ink(self, "filter-line--offer")
            return Strip([Segment(fit(visible(self._offered), cells), style)], cells)
        style = self.rich_style + ink(self, "filter-line--error")
        said = self._error_lines(cells)
        return Strip([Segment(said[y - 1] if y <= len(said) else " " * cells, style)], cells)

    def _typed(self) -> Strip:
        """Paint the text, its cursor, and how it may go on; as Input does, but for every key."""
        at, text = self.cursor_position, self.value
        further = self._suggestion[len(text) :] if self.has_focus else ""
        shows_cursor = self.has_focus and self._cursor_visible
        whole = text + (further or " ")
        parts = [
            (whole[:at], ""),
            (whole[at : at + 1], "input--cursor" if shows_cursor else ""),
            (whole[at + 1 : len(text)], ""),
            (whole[max(at + 1, len(text)) :], "input--suggestion" if further else ""),
        ]
        strip = Strip(Segment(part, self._look(name)) for part, name in parts if part)
        start, cells = self.scroll_offset.x, self.scrollable_content_region.width + 1
        return strip.crop(start, start + cells).adjust_cell_length(cells, self._look(""))

    def _look(self, name: str) -> Style:
        """Return how a part of the line looks. Kept: Textual goes up to the screen for each."""
        style = self._styles_known.get(name)
        if style is None:
            style = self.rich_style
            if name:
                style += self.get_component_rich_style(name)
            self._styles_known[name] = style
        return style

    def _error_lines(self, cells: int) -> list[str]:
        """Return the caret and the sentence: right or left of it where there is room, else below.

        Nothing of the sentence is cut off.
        """
        sentence = visible(self.error)
        if not sentence or cells <= 0:
            return [""] if sentence else []
        below = [fit(sentence[start:end], cells) for start, end in wrap(sentence, cells)]
        if self._error_at is None:
            return below
        at = self._position_to_cell(min(self._error_at, len(self.value))) - self.scroll_offset.x
        at = max(min(at, cells - 1), 0)
        if at + 2 + width(sentence) <= cells:
            return [fit(" " * at + "^ " + sentence, cells)]
        if width(sentence) < at:
            return [fit(fit(sentence, at - 1, align="right") + " ^", cells)]
        return [fit(" " * at + "^", cells), *below]

    # -- events

    def _on_resize(self, event: events.Resize) -> None:
        """Break the error anew."""
        self._make_room()

    def _on_mount(self, event: events.Mount) -> None:
        """Make room for the text that the line begins with."""
        self.virtual_size = Size(self.content_width, 1)

    def _on_paste(self, event: events.Paste) -> None:
        """Take a pasted text as one line; what an input method hands over at once is one, too."""
        event.stop()
        event.prevent_default()
        self._restart_blink()
        if text := " ".join(line for line in event.text.splitlines() if line):
            self.replace(visible(text), *sorted(self.selection))

    async def _on_key(self, event: events.Key) -> None:
        """Let Tab take what is suggested; where nothing is, it goes its usual way."""
        if event.key == "tab" and self.cursor_at_end and self._take_offer():
            event.stop()
            event.prevent_default()
            return
        await edit_at_once(self, event)

    def _take_offer(self) -> bool:
        """Take what is suggested, or stands for what was typed; return False where nothing is."""
        if self._suggestion:
            self.action_cursor_right()
        elif self.instead is not None and self.instead[0] == self.value:
            self.value = self.instead[1]
            self.cursor_position = len(self.value)
        else:
            return False
        return True

    # -- actions

    def action_leave(self) -> None:
        """Give the keys back to the list."""
        self.last = self.value or self.last
        self.post_message(self.FilterLeft(self, self.value))

    def action_list_moved(self, by: int | Literal["page_up", "page_down"]) -> None:
        """Move the list's cursor."""
        self.post_message(self.ListMoved(self, by))

    def action_list_up(self) -> None:
        """Bring the last filter back into the empty line, else move the list's cursor up."""
        if not self.value and self.last:
            self.value = self.last
            self.cursor_position = len(self.value)
        else:
            self.action_list_moved(-1)
