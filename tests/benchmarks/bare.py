"""The least that Textual can do, to measure against: ``python bare.py line | redraw | options``.

Its own program, so that it loads nothing but what it shows.
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Static

ROWS = 20
SIGN = "▸"


def row(number: int) -> str:
    """Return the text of a row."""
    return f"row#{number} 充电桩离线"


class Line(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """Show the line."""
        yield Static(f"{SIGN} {row(0)}")


class Redraw(App[None]):
    """One line of text, which every press of the down key changes."""

    number = 0

    def compose(self) -> ComposeResult:
        """Show the line."""
        yield Static(f"{SIGN} {row(0)}", id="line")

    def key_down(self) -> None:
        """Show the next row in the line."""
        self.number += 1
        self.query_one("#line", Static).update(f"{SIGN} {row(self.number)}")


def options() -> App[None]:
    """Return an app with a list of rows, as Textual has it."""
    from textual.widgets import OptionList

    class Options(App[None]):
        def compose(self) -> ComposeResult:
            yield OptionList(*map(row, range(ROWS)))

    return Options()


if __name__ == "__main__":
    made = {"line": Line, "redraw": Redraw, "options": options}[sys.argv[1]]()
    made.run()
