"""Keys of text that came in one read: a line of text takes them as one."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events


class Typed(events.Event, bubble=False):
    """Several printable keys; where no line of text takes them each is done by itself."""

    def __init__(self, keys: Iterable[events.Key]) -> None:
        """Keep the keys, in order."""
        super().__init__()
        self.keys = tuple(keys)


def text_of(event: events.Event) -> str:
    """Return the text that an event types, empty where it is something else."""
    match event:
        case Typed():
            return "".join(key.character or "" for key in event.keys)
        case events.Key() if event.is_printable and not event.is_forwarded:
            return event.character or ""
    return ""
