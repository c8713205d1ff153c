"""Where every item of a thread stands: exact near the view, a guess elsewhere. Paints nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.cache import LRUCache

from widgets.heights import Heights
from widgets.thread_lines import BLANK, MORE, Finder, Line, ThreadItem, found_in, lay_out
from widgets.thread_source import ItemSource, ListItems

PAGE_ITEMS = 16
KEPT_PAGES = 64
KEPT_LAYOUTS = PAGE_ITEMS * KEPT_PAGES
LAID_OUT_AT_ONCE = 150
"""A thread up to this long is laid out whole: then nothing moves when it is scrolled."""


class ThreadLayout:
    """The items of a thread as lines of a width. Does nothing until the width is known."""

    def __init__(self, words: Mapping[str, str], mentions: Finder = lambda text: ()) -> None:
        """Lay out with these words for what is not in the items, and mark what texts mention."""
        self._words = words
        self._mentions = mentions
        self._terms: tuple[str, ...] = ()
        self._most = 0
        self._turned: set[str] = set()
        self._shut: set[str] = set()
        self._lines: LRUCache[int, list[Line]] = LRUCache(KEPT_LAYOUTS)
        self._pages: LRUCache[int, Sequence[ThreadItem]] = LRUCache(KEPT_PAGES)
        self._exact = bytearray()
        self.source: ItemSource = ListItems()
        self.count = 0
        self.cells = 0
        self.heights = Heights()

    # -- what there is

    @property
    def total(self) -> int:
        """How many lines the thread has, as far as is known."""
        return self.heights.total

    @property
    def laid_out(self) -> int:
        """How many items' heights are exact."""
        return sum(self._exact)

    def index(self, id: str | None) -> int | None:
        """Return where an item stands, or None."""
        return self.source.index(id) if id is not None else None

    def item(self, at: int) -> ThreadItem:
        """Return an item; its page is read if it was not."""
        nth, offset = divmod(at, PAGE_ITEMS)
        page = self._pages.get(nth)
        if page is None:
            start = nth * PAGE_ITEMS
            page = self.source.items(start, min(start + PAGE_ITEMS, self.count))
            self._pages[nth] = page
        return page[offset]

    def start(self, at: int) -> int:
        """Return the line on which an item begins."""
        return self.heights.offset(min(at, len(self.heights)))

    def line(self, at: int, offset: int) -> Line:
        """Return a line of an item; blank where a guess was too high."""
        lines = self._item_lines(at)
        return lines[offset] if offset < len(lines) else BLANK

    def is_fold(self, at: int, offset: int) -> bool:
        """Return whether a line of an item stands for those that are folded away."""
        return any(piece.kind == MORE for piece in self.line(at, offset).pieces)

    def can_fold(self, at: int) -> bool:
        """Return whether an item is folded, or was until a person or a hit unfolded it."""
        return self._is_folded(at) or self.item(at).id in self._turned or self._folds(at)

    def hits(self, at: int) -> int:
        """Return how often something that is looked for stands in an item, also folded away."""
        return len(found_in(self.item(at), self._terms))

    def line_of_hit(self, at: int, hit: int) -> int | None:
        """Return the line of an item in which a hit begins; None where it is folded away."""
        lines = enumerate(self._item_lines(at))
        return next((nth for nth, line in lines if hit in line.hits), None)

    # -- what changes

    def set_source(self, source: ItemSource) -> None:
        """Take other items."""
        self.source, self.count = source, len(source)
        self._pages.clear()
        self._begin()

    def set_cells(self, cells: int) -> None:
        """Take another width."""
        self.cells = cells
        self._begin()

    def set_words(self, words: Mapping[str, str]) -> None:
        """Take other words for what is not in the items."""
        self._words = words
        self._begin()

    def set_terms(self, terms: tuple[str, ...]) -> None:
        """Mark other terms; what is folded away is shown where one stands in it."""
        self._terms = terms
        self._shut.clear()
        if self._most:
            self._begin()
        else:
            self._lines.clear()

    def set_most(self, most: int) -> None:
        """Fold entries of more lines, 0 for none; also those that a person unfolded."""
        self._most = most
        self._turned.clear()
        self._shut.clear()
        self._begin()

    def turn(self, at: int) -> None:
        """Unfold an item, or fold it again."""
        name = self.item(at).id
        if self._is_folded(at):
            self._shut.discard(name)
            self._turned.add(name)
        else:
            self._turned.discard(name)
            self._shut.add(name)
        self._lines.discard(at)
        self._exact[at] = 0

    def make_exact(self, first: int, last: int, anchor: int) -> int | None:
        """Lay some items out, those too whose height is known but whose lines are not kept.

        Returns:
            By how many lines the items before ``anchor`` grew; None where no height changed.
        """
        if not self.cells:
            return None
        grown, changed = 0, False
        for at in range(max(first, 0), min(last, self.count - 1) + 1):
            height = len(self._item_lines(at))
            self._exact[at] = 1
            delta = height - self.heights[at]
            if delta:
                self.heights[at] = height
                changed = True
                grown += delta if at < anchor else 0
        return grown if changed else None

    # -- inside

    def _is_folded(self, at: int) -> bool:
        """Return whether a part of an item is folded away."""
        return any(self.is_fold(at, nth) for nth in range(len(self._item_lines(at))))

    def _folds(self, at: int) -> bool:
        """Return whether an item that is shown whole, for what was found in it, can be folded."""
        if not self._most or self.item(at).kind != "entry":
            return False
        shut = self._lay_out(at, self._most, is_shut=True)
        return len(shut) < len(self._item_lines(at))

    def _lay_out(self, at: int, most: int, *, is_shut: bool) -> list[Line]:
        terms = self._terms
        words, mentions = self._words, self._mentions
        return lay_out(self.item(at), self.cells, words, terms, mentions, most, is_shut=is_shut)

    def _begin(self) -> None:
        """Begin anew: every height a guess, or exact at once in a short thread."""
        self._lines.clear()
        if self.cells and self.count <= LAID_OUT_AT_ONCE:
            self.heights = Heights(len(self._item_lines(at)) for at in range(self.count))
            self._exact = bytearray(b"\1" * self.count)
        else:
            self.heights = Heights(self.source.heights(self.cells))
            self._exact = bytearray(self.count)

    def _item_lines(self, at: int) -> list[Line]:
        """Return the lines of an item."""
        lines = self._lines.get(at)
        if lines is None:
            item = self.item(at)
            most = self._most if item.kind == "entry" and item.id not in self._turned else 0
            lines = self._lines[at] = self._lay_out(at, most, is_shut=item.id in self._shut)
        return lines
