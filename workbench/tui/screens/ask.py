"""Small questions: one line, or yes and no."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from widgets.picker import AskLine
from widgets.plain import plain
from workbench.language import t
from workbench.tui.screens.base import Dialog


class AskScreen(Dialog[None]):
    """Asks for one line; what it is for says whether the answer will do."""

    def __init__(
        self,
        question: str,
        answer: Callable[[str], str | None],
        *,
        value: str = "",
        placeholder: str = "",
        may_be_empty: bool = False,
        wrong: str | None = None,
    ) -> None:
        """Ask ``question``; ``answer`` takes the line and says what is wrong with it, or None.

        An empty line is an answer only where it ``may_be_empty``. What is wrong is shown below the
        line, which is asked for again as it was written.
        """
        super().__init__(classes="dialog")
        self._may_be_empty = may_be_empty
        self._answer = answer
        self._again = partial(
            AskScreen, question, answer, placeholder=placeholder, may_be_empty=may_be_empty
        )
        self._line = AskLine(question, value, placeholder=placeholder)
        self._wrong = wrong

    def compose(self) -> ComposeResult:
        """Show the line in a box."""
        with Vertical(classes="box"):
            yield self._line
            if self._wrong is not None:
                yield Static(plain(self._wrong, multiline=True), classes="error")

    def on_mount(self) -> None:
        """Put the cursor where the text goes."""
        self._line.focus()

    @on(AskLine.Answered)
    def _answered(self, event: AskLine.Answered) -> None:
        # The case may be opened on the screen below, so this one goes first.
        self.dismiss()
        self.app.call_next(self._hand_over, event.text)

    def _hand_over(self, text: str) -> None:
        wrong = self._answer(text.strip()) if text.strip() or self._may_be_empty else None
        if wrong is not None:
            self.bench.open(self._again(value=text, wrong=wrong))

    @on(AskLine.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss()


class ConfirmScreen(Dialog[bool]):
    """Asks a question that Enter says yes to and Esc no."""

    def __init__(self, question: str) -> None:
        """Ask ``question``."""
        super().__init__(classes="dialog")
        self._question = question

    def compose(self) -> ComposeResult:
        """Show the question and its two answers."""
        with Vertical(classes="box"):
            yield Static(plain(self._question))
            yield Static(plain(t("Enter yes · Esc no")), classes="quiet")

    def press(self, event: events.Key) -> bool:
        """Take the answer; any other key is none."""
        if event.key in ("enter", "y"):
            self.dismiss(True)
        elif event.key in ("escape", "n"):
            self.dismiss(False)
        return True
