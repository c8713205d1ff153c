"""A line to type in that can't hold what a terminal would obey."""

from __future__ import annotations

from textual.widgets import Input

from widgets.plain import visible


class PlainInput(Input):
    """An input whose control characters, pasted or stored, become signs."""

    def validate_value(self, value: str) -> str:
        """Return ``value`` as it may be shown."""
        return visible(value)
