"""A question with one line for its answer, and the line alone for other panels."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from widgets.filter_line import FilterLine
from widgets.plain import plain, width

LONG = 28
"""Cells of a question beyond which the line for its answer stands below it."""


class PromptLine(FilterLine):
    """A line whose Enter gives the answer and whose Esc gives none."""

    class Answered(Message):
        """Enter was pressed."""

    class Cancelled(Message):
        """Esc was pressed."""

    class SpacePressed(Message):
        """Space was pressed where it does not type."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", "Answer", show=False),
        Binding("escape", "cancel", "Answer nothing", show=False),
    ]
    """
    | Key | Description |
    | :- | :- |
    | enter | Give the answer. |
    | escape | Give none. |
    """

    space_types: Callable[[], bool] | None = None
    """Says whether Space types just now; where it is None, it does."""

    def _on_key(self, event: events.Key) -> None:  # type: ignore[override]
        """Pass Space on where it does not type."""
        if event.character not in (" ", "\N{IDEOGRAPHIC SPACE}"):
            return
        if self.space_types is not None and not self.space_types():
            event.stop()
            event.prevent_default()
            self.post_message(self.SpacePressed())

    def action_answer(self) -> None:
        """Give the answer."""
        self.post_message(self.Answered())

    def action_cancel(self) -> None:
        """Give none."""
        self.post_message(self.Cancelled())

    def action_list_up(self) -> None:
        """Move the list's cursor up; a prompt has no last text."""
        self.action_list_moved(-1)


class AskLine(Horizontal):
    """One question and a line for its answer."""

    class Answered(Message):
        """Enter was pressed."""

        def __init__(self, ask: AskLine, text: str) -> None:
            """Say in which line, and the answer."""
            super().__init__()
            self.ask = ask
            self.text = text

        @property
        def control(self) -> AskLine:
            """The line."""
            return self.ask

    class Changed(Message):
        """The answer is being typed."""

        def __init__(self, ask: AskLine, text: str) -> None:
            """Say in which line, and what is there so far."""
            super().__init__()
            self.ask = ask
            self.text = text

        @property
        def control(self) -> AskLine:
            """The line."""
            return self.ask

    class Cancelled(Message):
        """Esc was pressed."""

        def __init__(self, ask: AskLine) -> None:
            """Say in which line."""
            super().__init__()
            self.ask = ask

        @property
        def control(self) -> AskLine:
            """The line."""
            return self.ask

    DEFAULT_CSS = """
    AskLine {
        height: auto;
        background: $panel;
        & > Static { width: auto; max-width: 60%; padding: 0 0 0 1; text-style: bold; }
        & > PromptLine { width: 1fr; }
        &.-long { layout: vertical; }
        &.-long > Static { width: 1fr; max-width: 100%; }
    }
    """

    def __init__(
        self,
        question: str,
        value: str = "",
        *,
        placeholder: str = "",
        replace: bool = False,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Ask ``question``.

        Args:
            question: What is asked.
            value: The answer to begin with.
            placeholder: What the empty line shows.
            replace: Select the answer when the line gets the keys, so that typing replaces it.
            name: Textual's name of the widget.
            id: Textual's id of the widget.
            classes: Textual's classes of the widget.
        """
        super().__init__(name=name, id=id, classes=classes)
        # Beside a long question there is no room to read the answer.
        self.set_class(width(plain(question).plain) > LONG, "-long")
        self._question = Static(plain(question), markup=False)
        self._line = PromptLine(value, placeholder=placeholder)
        self._line.select_on_focus = replace

    def compose(self) -> ComposeResult:
        """Show the question before the line."""
        yield self._question
        yield self._line

    # -- properties

    @property
    def value(self) -> str:
        """What is typed so far."""
        return self._line.value

    @value.setter
    def value(self, text: str) -> None:
        """Hold another answer, without saying that it changed."""
        self._line.set_text(text)

    # -- public methods

    def focus(self, scroll_visible: bool = True) -> AskLine:
        """Give the keys to the line."""
        self._line.focus(scroll_visible)
        return self

    def show_error(self, sentence: str, at: int | None = None) -> None:
        """Show what is wrong with the answer, below it."""
        self._line.show_error(sentence, at)

    def clear_error(self) -> None:
        """Show no error any more."""
        self._line.clear_error()

    # -- events

    @on(FilterLine.FilterChanged)
    def _line_changed(self, event: FilterLine.FilterChanged) -> None:
        """Say what is typed; an error was about another answer."""
        event.stop()
        self.clear_error()
        self.post_message(self.Changed(self, event.text))

    @on(FilterLine.ListMoved)
    def _line_moved(self, event: FilterLine.ListMoved) -> None:
        """Keep keys that move a list from those who have one: there is none here."""
        event.stop()

    @on(PromptLine.Answered)
    def _line_answered(self, event: PromptLine.Answered) -> None:
        """Say the answer."""
        event.stop()
        self.post_message(self.Answered(self, self.value))

    @on(PromptLine.Cancelled)
    def _line_cancelled(self, event: PromptLine.Cancelled) -> None:
        """Say that there is none."""
        event.stop()
        self.post_message(self.Cancelled(self))
