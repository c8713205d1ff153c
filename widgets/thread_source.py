"""Where the items of a thread come from: all in memory, or read by the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from widgets.thread_lines import ThreadItem, estimate, found_in


class ItemSource(Protocol):
    """Items in order. Every method answers at once: it is asked while a frame is painted."""

    def __len__(self) -> int:
        """Return how many items there are."""

    def items(self, start: int, stop: int) -> Sequence[ThreadItem]:
        """Return the items from ``start`` up to ``stop``, as many as that."""

    def index(self, id: str) -> int | None:
        """Return where an item stands, or None."""

    def next_unread(self, at: int) -> int | None:
        """Return where the next unread item behind ``at`` stands, or None."""

    def next_with(self, at: int, terms: Sequence[str], step: int) -> int | None:
        """Return where the next item stands whose text may have one of these folded terms.

        Args:
            at: The item before the first that is looked at.
            terms: What to look for.
            step: 1 to look below, -1 to look above.
        """

    def counts(self, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where items stand, from the first to the last, and how many hits each has.

        Those without a hit may be passed over; each step takes a moment at most.
        """

    def heights(self, cells: int) -> Iterable[int]:
        """Return about how many lines each item takes in a thread of so many cells."""


class ListItems:
    """A source whose items are all in memory."""

    def __init__(self, items: Iterable[ThreadItem] = ()) -> None:
        """Keep ``items`` in their order."""
        self._items = list(items)
        self._index = {item.id: at for at, item in enumerate(self._items)}

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def items(self, start: int, stop: int) -> Sequence[ThreadItem]:
        """Return the items from ``start`` up to ``stop``."""
        return self._items[start:stop]

    def index(self, id: str) -> int | None:
        """Return where an item stands, or None."""
        return self._index.get(id)

    def next_unread(self, at: int) -> int | None:
        """Return where the next unread item behind ``at`` stands, or None."""
        behind = range(at + 1, len(self._items))
        return next((place for place in behind if self._items[place].unread), None)

    def next_with(self, at: int, terms: Sequence[str], step: int) -> int | None:
        """Return where the next item stands whose text has one of these folded terms, or None."""
        beyond = range(at + 1, len(self._items)) if step > 0 else range(at - 1, -1, -1)
        return next((place for place in beyond if found_in(self._items[place], terms)), None)

    def counts(self, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where items stand, and how many hits each has."""
        return ((at, len(found_in(item, terms))) for at, item in enumerate(self._items))

    def heights(self, cells: int) -> Iterable[int]:
        """Return about how many lines each item takes in a thread of so many cells."""
        return (estimate(item, cells) for item in self._items)
