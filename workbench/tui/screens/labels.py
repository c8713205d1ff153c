"""Letters on everything that can be gone to: one or two keys go there, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from string import ascii_lowercase, digits
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.widgets import Static

from widgets.plain import plain
from workbench.cases.text import narrow
from workbench.tui.screens.base import Dialog

if TYPE_CHECKING:
    from textual.widget import Widget

    from workbench.tui.screens.main import MainScreen

SIGNS = digits[1:] + digits[0] + ascii_lowercase
"""What labels are made of; digits first, which pass an input method."""


class Target(NamedTuple):
    """Something on screen that can be gone to: column, line, and how."""

    x: int
    y: int
    go: Callable[[], object]


def targets(main: MainScreen) -> list[Target]:
    """Return what can be gone to: cases, entries, views, and the filter line."""
    found: list[Target] = []
    if main.browser.display and main.browser.size:
        found += [
            _at(main.browser, 0, line, partial(_open, main, case_id))
            for line, case_id in main.browser.in_view()
        ]
    if main.reader.display and main.reader.size:
        thread = main.reader.thread
        found += [
            _at(thread, 0, line, partial(_read, main, item_id))
            for line, item_id in thread.in_view()
        ]
    if main.views.display:
        found += [
            _at(main.views, column, 0, partial(_view, main, name))
            for column, name in main.views.in_view()
        ]
    found.append(_at(main.filter_line, 0, 0, partial(main.set_focus, main.filter_line)))
    return found


def _at(widget: Widget, column: int, line: int, go: Callable[[], object]) -> Target:
    region = widget.content_region
    return Target(region.x + column, region.y + line, go)


def _open(main: MainScreen, case_id: str) -> None:
    main.open_case(case_id)


def _read(main: MainScreen, item_id: str) -> None:
    main.reader.thread.select(item_id)
    main.set_focus(main.reader.thread)
    main.mark_read()


def _view(main: MainScreen, name: str) -> None:
    view = main.views.named(name)
    if view is not None:
        main.show_view(view)
        main.set_focus(main.browser)


def labels(count: int) -> Sequence[str]:
    """Return so many labels, none of which begins another: one sign each as far as they go."""
    # Each sign that begins labels of two is no label itself.
    begin = max(0, -(-(count - len(SIGNS)) // (len(SIGNS) - 1)))
    single = len(SIGNS) - begin
    return [*SIGNS[:single], *(a + b for a, b in product(SIGNS[single:], SIGNS))][:count]


class LabelsScreen(Dialog[None]):
    """Shows a label on each target, and goes where the label typed stands."""

    def __init__(self, found: Sequence[Target]) -> None:
        """Label what was found."""
        super().__init__(id="labels")
        self.labels = dict(zip(labels(len(found)), found, strict=True))
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Put each label where its target begins."""
        for name, target in self.labels.items():
            label = Static(plain(name), classes="label")
            label.styles.offset = (target.x, target.y)
            yield label

    def press(self, event: events.Key) -> bool:
        """Take a sign of a label; any other key goes nowhere."""
        self._typed += narrow(event.character or "").lower() or "\0"
        if self._typed in self.labels:
            self.dismiss()
            self.app.call_next(self.bench.guard, self.labels[self._typed].go)
        elif not any(name.startswith(self._typed) for name in self.labels):
            self.dismiss()
        return True
