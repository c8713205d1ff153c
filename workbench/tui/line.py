"""A line to type in that can't hold what a terminal would obey."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from widgets.ownkeys import edit_at_once
from widgets.plain import visible


class PlainInput(Input):
    """An input whose control characters, pasted or stored, become signs."""

    async def _on_key(self, event: events.Key) -> None:
        """Let no text overtake an arrow or a deletion."""
        await edit_at_once(self, event)

    def validate_value(self, value: str) -> str:
        """Return ``value`` as it may be shown."""
        return visible(value)
