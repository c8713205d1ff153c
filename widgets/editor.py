"""Where a note is written: a text that grows with what is typed, and says whether it is safe.

Every printable key, digit and Space types; what a key does beside typing is left to the program
that shows the editor. The draft is the program's too: it hears of each change at once.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.document._document import EditResult, Location
from textual.document._edit import Edit
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widgets import TextArea

from widgets.ownkeys import AT_ONCE, BY_LINES, edit_at_once
from widgets.plain import REPLACEMENT, hostile, visible

__all__ = ["Editor"]

UNBOUND = frozenset({"f6", "f7", "ctrl+d"})
"""Keys of TextArea that select everything or delete: here they are commands, or nothing."""

RECENTLY = 1.0
"""Seconds after a keystroke in which Esc was likely meant for the input method."""

STAND_IN = 0x10F000
"""Private-use characters from here on stand, one for one, for hostile ones while they are edited.

Each is one cell wide, so lines wrap and the cursor stands as they are painted, and the text comes
out of the editor exactly as it went in."""


def _stood_for() -> dict[int, int]:
    """Return the hostile characters and what stands in for each; newline and tab stay."""
    kept = {0x09, 0x0A}
    codes = [*range(0x20), *range(0x7F, 0xA0), *range(0x300), *range(0x2000, 0x2070)]
    codes += [0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164]
    codes += [*range(0x1F1E6, 0x1F200), *range(0x1F3FB, 0x1F400)]
    codes += [0xFE0E, 0xFE0F, 0xFEFF, 0xFFA0, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)]
    found = sorted({code for code in codes if hostile().match(chr(code))} - kept)
    return {code: STAND_IN + at for at, code in enumerate(found)}


_IN = _stood_for()
_OUT = {stand_in: code for code, stand_in in _IN.items()}
_SIGNS = {
    stand_in: shown if len(shown := visible(chr(code))) == 1 else "⍰"
    for code, stand_in in _IN.items()
}
"""What each stand-in is painted as."""


_NOT_KEPT = re.compile(f"[\ud800-\udfff{chr(STAND_IN)}-{chr(STAND_IN + len(_IN) - 1)}]")
"""Halves of a surrogate pair, which no file can hold, and stand-ins, which are nobody's letters."""


def _take_in(text: str) -> str:
    """Return ``text`` as it is kept while it is edited."""
    if text.isascii() and text.isprintable():
        return text
    text = _NOT_KEPT.sub(REPLACEMENT, text.replace("\r\n", "\n"))
    return text.translate(_IN) if hostile().search(text) else text


def _let_out(text: str) -> str:
    """Return a text of the editor as it was written."""
    return text if text.isascii() else text.translate(_OUT)


class Editor(TextArea, inherit_bindings=False):
    """A text area for one note, reply or field, with the state of its draft on its border."""

    class TextEdited(Message):
        """The text changed just now. ``cursor`` counts characters from the beginning."""

        def __init__(self, editor: Editor, text: str, cursor: int) -> None:
            """Say in which editor, and what it holds."""
            super().__init__()
            self.editor = editor
            self.text = text
            self.cursor = cursor

        @property
        def control(self) -> Editor:
            """The editor."""
            return self.editor

    class TextPasted(Message):
        """A text was pasted, or dropped on the terminal; it stands before the cursor by now."""

        def __init__(self, editor: Editor, text: str) -> None:
            """Say in which editor, and what."""
            super().__init__()
            self.editor = editor
            self.text = text

        @property
        def control(self) -> Editor:
            """The editor."""
            return self.editor

    class SaveRequested(Message):
        """The text shall be written."""

        def __init__(self, editor: Editor, text: str) -> None:
            """Say in which editor, and what it holds."""
            super().__init__()
            self.editor = editor
            self.text = text

        @property
        def control(self) -> Editor:
            """The editor."""
            return self.editor

    class DiscardRequested(Message):
        """The text shall be dropped."""

        def __init__(self, editor: Editor) -> None:
            """Say in which editor."""
            super().__init__()
            self.editor = editor

        @property
        def control(self) -> Editor:
            """The editor."""
            return self.editor

    class CloseRequested(Message):
        """Esc was pressed: maybe to close, maybe to drop a half-typed word. The text stays."""

        def __init__(self, editor: Editor, recently_typed: bool) -> None:
            """Say in which editor, and whether something was typed within the last second."""
            super().__init__()
            self.editor = editor
            self.recently_typed = recently_typed

        @property
        def control(self) -> Editor:
            """The editor."""
            return self.editor

    class Closed(Message):
        """The editor was closed, with this text in it."""

        def __init__(self, editor: Editor, text: str, cursor: int) -> None:
            """Say which editor, and what it held."""
            super().__init__()
            self.editor = editor
            self.text = text
            self.cursor = cursor

        @property
        def control(self) -> Editor:
            """The editor."""
            return self.editor

    BINDINGS: ClassVar[list[BindingType]] = [
        *(b for b in Binding.make_bindings(TextArea.BINDINGS) if b.key not in UNBOUND),
        Binding("escape", "close", "Close", show=False),
    ]
    """TextArea's keys for moving and deleting, without those that would destroy a note.

    | Key | Description |
    | :- | :- |
    | escape | Ask to close; the text stays. |
    """
    DEFAULT_CSS = """
    Editor {
        height: auto;
        border: round $border-blurred;
        padding: 0;
        background: $surface;
        border-title-color: $foreground;
        border-subtitle-color: $text-muted;
        scrollbar-gutter: stable;
        scrollbar-size: 0 1;
        &:focus { border: round $border; }
    }
    """

    title: reactive[str] = reactive("")
    """What is being written, on the upper border."""
    draft_state: reactive[str] = reactive("")
    """Whether the draft is kept, on the lower border."""
    note: reactive[str] = reactive("")
    """What the writer should know meanwhile, before the state of the draft."""

    def __init__(
        self,
        text: str = "",
        cursor: int | None = None,
        *,
        title: str = "",
        placeholder: str = "",
        min_lines: int = 3,
        max_lines: int = 12,
        clock: Callable[[], float] = time.monotonic,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make an editor that holds ``text``.

        Args:
            text: What it begins with, kept to the character except that line ends become newlines.
            cursor: Where the cursor stands, in characters; at the end where it is None.
            title: What is being written.
            placeholder: What an empty editor shows.
            min_lines: Its least height in lines of text.
            max_lines: Its greatest; a longer text scrolls.
            clock: Seconds on a clock that never goes back.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        self._clock = clock
        self._typed_at = -RECENTLY
        self.yields_arrows = False
        """Whether up and down choose among what is offered beside the text."""
        super().__init__(
            text,
            placeholder=Content(visible(placeholder)),
            highlight_cursor_line=False,
            name=name,
            id=id,
            classes=classes,
        )
        self.match_cursor_bracket = False
        self.set_reactive(Editor.title, title)
        self.watch_title(title)
        # The border takes a line above and one below.
        self.styles.min_height, self.styles.max_height = min_lines + 2, max_lines + 2
        self.cursor = len(self.text) if cursor is None else cursor

    # -- properties

    @property
    def text(self) -> str:
        """The whole text, as it was written."""
        return _let_out(self.document.text)

    @text.setter
    def text(self, value: str) -> None:
        """Hold another text; what was undone or can be is forgotten."""
        self.load_text(value)

    @property
    def cursor(self) -> int:
        """Where the cursor stands, in characters from the beginning."""
        row, column = self.cursor_location
        return sum(len(line) + 1 for line in self.document.lines[:row]) + column

    @cursor.setter
    def cursor(self, offset: int) -> None:
        """Put the cursor ``offset`` characters from the beginning, or at the end."""
        lines = self.document.lines
        for row, line in enumerate(lines):
            if offset <= len(line):
                self.move_cursor((row, max(offset, 0)))
                return
            offset -= len(line) + 1
        self.move_cursor((len(lines) - 1, len(lines[-1])))

    @property
    def recently_typed(self) -> bool:
        """Whether something was typed within the last second."""
        return self._clock() - self._typed_at < RECENTLY

    # -- public methods

    def load(self, text: str, cursor: int | None = None) -> None:
        """Hold another text, without saying that it was edited."""
        self.load_text(text)
        self.cursor = len(self.text) if cursor is None else cursor

    def request_save(self) -> None:
        """Ask that the text be written."""
        self.post_message(self.SaveRequested(self, self.text))

    def request_discard(self) -> None:
        """Ask that the text be dropped."""
        self.post_message(self.DiscardRequested(self))

    def request_close(self) -> None:
        """Ask to close and keep the text."""
        self.post_message(self.CloseRequested(self, self.recently_typed))

    def close(self) -> None:
        """Go from the screen; the last message tells the text."""
        self.post_message(self.Closed(self, self.text, self.cursor))
        self.remove()

    def edit(self, edit: Edit) -> EditResult:
        """Change the text, and say so at once."""
        edit.text = _take_in(edit.text.replace("\r\n", "\n").replace("\r", "\n"))
        result = super().edit(edit)
        self._say_edited()
        return result

    def undo(self) -> None:
        """Take the last edits of the text back."""
        super().undo()
        self._say_edited()

    def redo(self) -> None:
        """Do again what was taken back."""
        super().redo()
        self._say_edited()

    def get_line(self, line_index: int) -> Text:
        """Return a line as it is painted."""
        line = self.document.get_line(line_index)
        shown = line if line.isascii() else line.translate(_SIGNS)
        return Text(shown, end="", no_wrap=True)

    def get_text_range(self, start: Location, end: Location) -> str:
        """Return a part of the text, as it was written."""
        return _let_out(super().get_text_range(start, end))

    def _say_edited(self) -> None:
        """Post what the text is now."""
        self._typed_at = self._clock()
        self.post_message(self.TextEdited(self, self.text, self.cursor))

    def _set_document(self, text: str, language: str | None) -> None:
        """Hold a text; the only way that one comes in as a whole."""
        super()._set_document(_take_in(text), language)

    # -- watch

    def _watch_language(self, language: str | None) -> None:
        """Keep the text, which has no language: TextArea would take it in a second time."""

    def watch_title(self, title: str) -> None:
        """Show what is being written."""
        self.border_title = Text(visible(title)) if title else None

    def watch_draft_state(self) -> None:
        """Show the state of the draft."""
        self._show_state()

    def watch_note(self) -> None:
        """Show the note."""
        self._show_state()

    def _show_state(self) -> None:
        """Write the note and the state of the draft on the lower border."""
        parts = [visible(part) for part in (self.note, self.draft_state) if part]
        self.border_subtitle = Text(" · ".join(parts)) if parts else None

    # -- render

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint lines, and put the terminal's cursor where the text goes.

        TextArea does so when its own cursor moves; but the input method's window must follow too
        when the editor grows, or something above it comes or goes.
        """
        if self.has_focus:
            # A text that was just wrapped anew has moved its cursor without saying so.
            self._cursor_offset = self.wrapped_document.location_to_offset(self.cursor_location)
            self.app.cursor_position = self.cursor_screen_offset
        return super().render_lines(crop)

    # -- events

    def _on_resize(self) -> None:
        """Keep the cursor in view."""
        self.call_after_refresh(self.scroll_cursor_visible)

    async def _on_key(self, event: events.Key) -> None:
        """Let no text overtake an arrow or a deletion."""
        await edit_at_once(self, event, AT_ONCE if self.yields_arrows else BY_LINES)

    async def _on_paste(self, event: events.Paste) -> None:
        """Take the text in, and tell that it came whole."""
        await super()._on_paste(event)
        event.prevent_default()
        self.post_message(self.TextPasted(self, event.text))

    # -- actions

    def action_save(self) -> None:
        """Ask that the text be written."""
        self.request_save()

    def action_discard(self) -> None:
        """Ask that the text be dropped."""
        self.request_discard()

    def action_close(self) -> None:
        """Ask to close and keep the text."""
        self.request_close()
