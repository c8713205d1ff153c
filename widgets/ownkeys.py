"""Keys that move in a text or delete of it, in the order in which they were pressed."""

from __future__ import annotations

from textual import events
from textual.widget import Widget

__all__ = ["AT_ONCE", "BY_LINES", "edit_at_once"]

AT_ONCE = ("cursor_left", "cursor_right", "cursor_word", "cursor_line", "delete_", "home", "end")
"""How the actions begin that are done at once; up and down may mean a list beside the text."""
BY_LINES = (*AT_ONCE, "cursor_up", "cursor_down", "cursor_page")
"""The same where they mean lines of the text."""


async def edit_at_once(
    widget: Widget, event: events.Key, actions: tuple[str, ...] = AT_ONCE
) -> None:
    """Do what a key edits before the widget hears of the next key.

    Textual looks for a binding when the key has come back from the widget. Of keys that came in one
    read, as on a slow line, the text behind a backspace or an arrow would be put in before it.

    Args:
        widget: has the focus, and the key.
        event: the key; it is stopped if it was one of these.
        actions: how the actions begin that are done at once.
    """
    for binding in widget._bindings.key_to_bindings.get(event.key, ()):
        if binding.action.startswith(actions):
            event.stop()
            await widget.run_action(binding.action)
            return
