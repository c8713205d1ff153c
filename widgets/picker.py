"""Panels to pick from: a status, or names of a list. None is modal."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from widgets.ask_line import AskLine, PromptLine
from widgets.choices import Choice, Choices
from widgets.filter_line import FilterLine
from widgets.plain import plain
from widgets.signs import STATUS_GLYPHS
from widgets.wrap import fold

__all__ = ["STATUS_KEYS", "AskLine", "ListPicker", "StatusPicker"]

STATUS_KEYS: Mapping[str, str] = {
    "in_progress": "1",
    "resolved": "2",
    "on_hold": "3",
    "unset": "0",
}
"""The digit of each status, in the order in which they are shown."""

ADD = "+"
"""The sign of the line that adds a new name."""


class StatusPicker(Choices, can_focus=True, inherit_bindings=False):
    """The statuses, each with its digit."""

    class Picked(Message):
        """A status was picked."""

        def __init__(self, picker: StatusPicker, status: str) -> None:
            """Say in which picker, and which status."""
            super().__init__()
            self.picker = picker
            self.status = status

        @property
        def control(self) -> StatusPicker:
            """The picker."""
            return self.picker

    class Cancelled(Message):
        """Nothing was picked."""

        def __init__(self, picker: StatusPicker) -> None:
            """Say in which picker."""
            super().__init__()
            self.picker = picker

        @property
        def control(self) -> StatusPicker:
            """The picker."""
            return self.picker

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("enter,space", "pick", "Pick", show=False),
        Binding("escape", "cancel", "Pick nothing", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | up, down, k, j | Move the cursor. |
    | a status's digit | Pick it. |
    | enter, space | Pick the one under the cursor. |
    | escape | Pick nothing. |
    """
    DEFAULT_CSS = """
    StatusPicker {
        width: 32;
        border: round $border-blurred;
        background: $surface;
        &:focus { border: round $border; }
    }
    """

    def __init__(
        self,
        *,
        status_words: Mapping[str, str],
        current: str | None = None,
        keys: Mapping[str, str] = STATUS_KEYS,
        title: str = "",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a picker.

        Args:
            status_words: What each status is called on screen.
            current: The status that the case has; the cursor stands on it.
            keys: The digit of each status, in the order in which they are shown.
            title: What is asked.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        self._keys = dict(keys)
        choices = [
            Choice(
                status,
                f"{STATUS_GLYPHS.get(status, '·')} {status_words.get(status, status)}",
                f"{key}{'●' if status == current else ' '} ",
            )
            for status, key in self._keys.items()
        ]
        super().__init__(choices, name=name, id=id, classes=classes)
        self.move_to(list(self._keys).index(current) if current in self._keys else 0)
        self.border_title = plain(title) if title else None

    # -- events

    def _on_key(self, event: events.Key) -> None:  # type: ignore[override]
        """Pick by digit; one of full width, as an input method writes it, counts too."""
        typed = unicodedata.normalize("NFKC", event.character or "")
        for status, key in self._keys.items():
            if typed == key:
                event.stop()
                event.prevent_default()
                self.post_message(self.Picked(self, status))
                return
        if event.character == "\N{IDEOGRAPHIC SPACE}":
            event.stop()
            self.action_pick()

    @on(Choices.Clicked)
    def _pick_clicked(self, event: Choices.Clicked) -> None:
        """Pick what was clicked."""
        event.stop()
        self.post_message(self.Picked(self, event.choice.value))

    # -- actions

    def action_move(self, delta: int) -> None:
        """Move the cursor."""
        self.move(delta)

    def action_pick(self) -> None:
        """Pick the status under the cursor."""
        if self.choice:
            self.post_message(self.Picked(self, self.choice.value))

    def action_cancel(self) -> None:
        """Pick nothing."""
        self.post_message(self.Cancelled(self))


class ListPicker(Vertical):
    """Names to choose from: typing narrows them, Space takes several, a new one can be added."""

    class Picked(Message):
        """Names were picked. ``added`` and ``removed`` are the difference to what was chosen."""

        def __init__(
            self,
            picker: ListPicker,
            names: tuple[str, ...],
            added: tuple[str, ...],
            removed: tuple[str, ...],
        ) -> None:
            """Say in which picker, and which names."""
            super().__init__()
            self.picker = picker
            self.names = names
            self.added = added
            self.removed = removed

        @property
        def control(self) -> ListPicker:
            """The picker."""
            return self.picker

    class Cancelled(Message):
        """Nothing was picked."""

        def __init__(self, picker: ListPicker) -> None:
            """Say in which picker."""
            super().__init__()
            self.picker = picker

        @property
        def control(self) -> ListPicker:
            """The picker."""
            return self.picker

    DEFAULT_CSS = """
    ListPicker {
        height: auto;
        border: round $border-blurred;
        border-title-color: $foreground;
        border-subtitle-color: $text-muted;
        background: $surface;
        &:focus-within { border: round $border; }
    }
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        chosen: Collection[str] = (),
        several: bool = True,
        may_add: bool = True,
        title: str = "",
        placeholder: str = "",
        add_word: str = "add “{name}”",
        empty: str = "",
        help: str = "",
        match: Callable[[str, str], bool] | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a picker.

        Args:
            names: What there is to choose from, the most likely first.
            chosen: The names that are chosen already.
            several: Whether any number can be chosen, or exactly one.
            may_add: Whether a name that is not in the list can be taken.
            title: What is asked, on the upper border.
            placeholder: What the empty line shows.
            add_word: The line that adds a name; ``{name}`` stands for it.
            empty: What is shown where no name fits.
            help: Which keys there are, on the lower border.
            match: Whether a name fits what is typed; by default if it contains it, folded.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        super().__init__(name=name, id=id, classes=classes)
        self._several, self._may_add, self._add_word = several, may_add, add_word
        self._match = match or (lambda name, typed: fold(typed) in fold(name))
        self._names = [*names, *(name for name in chosen if name not in names)]
        self._before = tuple(name for name in self._names if name in chosen)
        self._chosen = set(self._before)
        self._moved = False
        self._line = PromptLine(placeholder=placeholder)
        self._line.space_types = self._space_types
        self._choices = Choices(empty=empty)
        self.border_title = plain(title) if title else None
        self.border_subtitle = plain(help) if help else None
        self._narrow(self._names.index(self._before[0]) if self._before and not several else 0)

    def compose(self) -> ComposeResult:
        """Show the line above the names."""
        yield self._line
        yield self._choices

    # -- properties

    @property
    def chosen(self) -> tuple[str, ...]:
        """The names that are chosen now, in the order of the list."""
        return tuple(name for name in self._names if name in self._chosen)

    # -- public methods

    def focus(self, scroll_visible: bool = True) -> ListPicker:
        """Give the keys to the line."""
        self._line.focus(scroll_visible)
        return self

    # -- names

    def _narrow(self, keep: int = 0) -> None:
        """Show the names that fit what is typed, and what would be added."""
        typed = self._line.value.strip()
        choices = [
            Choice(name, name, self._box(name)) for name in self._names if self._match(name, typed)
        ]
        if self._may_add and typed and fold(typed) not in map(fold, self._names):
            choices.append(Choice(typed, self._add_word.format(name=typed), f"{ADD} "))
        self._choices.set_choices(choices, keep)

    def _box(self, name: str) -> str:
        """Return the sign of a name: whether it is chosen."""
        if not self._several:
            return "● " if name in self._chosen else "  "
        return "[x] " if name in self._chosen else "[ ] "

    def _space_types(self) -> bool:
        """Return whether Space belongs to the text: where it can't mean a name of the list."""
        choice = self._choices.choice
        return not self._several or choice is None or choice.sign.startswith(ADD)

    def _toggle(self, choice: Choice) -> None:
        """Choose a name, or don't; what was typed has done its work."""
        at = self._choices.cursor_index
        self._take(choice.value)
        if choice.value in self._chosen:
            self._chosen.discard(choice.value)
        else:
            self._chosen.add(choice.value)
        self._moved = False
        if self._line.value:
            self._line.set_text("")
            at = self._names.index(choice.value)
        self._narrow(at)

    def _take(self, name: str) -> None:
        """Have a new name among the names."""
        if name not in self._names:
            self._names.append(name)

    def _finish(self) -> None:
        """Say what is chosen; the line under the cursor is, if it was typed or moved to.

        Of exactly one that can be nothing is where none is like what was typed.
        """
        choice = self._choices.choice
        if choice is None and not self._several and self._line.value.strip():
            return
        if choice and (not self._several or self._moved or self._line.value.strip()):
            self._take(choice.value)
            self._chosen = {choice.value, *(self._chosen if self._several else ())}
        names = self.chosen
        added = tuple(name for name in names if name not in self._before)
        removed = tuple(name for name in self._before if name not in names)
        self.post_message(self.Picked(self, names, added, removed))

    # -- events

    @on(FilterLine.FilterChanged)
    def _line_changed(self, event: FilterLine.FilterChanged) -> None:
        """Show what fits."""
        event.stop()
        self._narrow()

    @on(FilterLine.ListMoved)
    def _line_moved(self, event: FilterLine.ListMoved) -> None:
        """Move the cursor of the names."""
        event.stop()
        self._moved = True
        if isinstance(event.by, int):
            self._choices.move(event.by)
        else:
            self._choices.page(1 if event.by == "page_down" else -1)

    @on(PromptLine.SpacePressed)
    def _space_pressed(self, event: PromptLine.SpacePressed) -> None:
        """Choose the name under the cursor, or don't."""
        event.stop()
        if self._choices.choice:
            self._toggle(self._choices.choice)

    @on(PromptLine.Answered)
    def _line_answered(self, event: PromptLine.Answered) -> None:
        """Finish."""
        event.stop()
        self._finish()

    @on(PromptLine.Cancelled)
    def _line_cancelled(self, event: PromptLine.Cancelled) -> None:
        """Pick nothing."""
        event.stop()
        self.post_message(self.Cancelled(self))

    @on(Choices.Clicked)
    def _name_clicked(self, event: Choices.Clicked) -> None:
        """Choose a name, or don't; where only one can be, that's all."""
        event.stop()
        if self._several:
            self._toggle(event.choice)
        else:
            self._moved = True
            self._finish()
