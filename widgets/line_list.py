"""A list of lines to choose from, in rooms of any size."""

from __future__ import annotations

from textual.widgets import OptionList


class LineList(OptionList):
    """Textual's list of options, which ends the program at a page key where it has no room."""

    def __init__(self, *, id: str | None = None) -> None:
        """Make an empty list whose lines stand close."""
        super().__init__(id=id, compact=True)

    def action_page_up(self) -> None:
        """Go a page up, or to the first line where no page can be seen."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]
        else:
            self.action_first()

    def action_page_down(self) -> None:
        """Go a page down, or to the last line where no page can be seen."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]
        else:
            self.action_last()
