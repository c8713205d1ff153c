"""A feed: what one copy put into a store, numbered 1..n without a gap and chained.

"The chain is built from ids", so a change whose bytes were erased does not break it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

START = b""
"""The chain before the first item of a feed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One change in a feed: its id (32 bytes) and its bytes, None where they were erased.

    ``stub`` is what is left of an erased one: all its keys but the text, a line of JSON.
    """

    op_id: bytes
    data: bytes | None
    stub: bytes | None = None


@dataclass(frozen=True)
class Batch:
    """Neighbouring items of a feed, ``first`` to ``last``, and the chain before them.

    ``name`` is what a folder calls the batch, None in a database. ``holds`` are the names of
    narrower batches there of which this one has all.
    """

    feed: str
    first: int
    chain_before: bytes
    items: Sequence[Item]
    name: str | None = None
    holds: Sequence[str] = ()

    @property
    def last(self) -> int:
        """The number of the last item."""
        return self.first + len(self.items) - 1

    @cached_property
    def chain_after(self) -> bytes:
        """The chain behind the last item."""
        chain = self.chain_before
        for item in self.items:
            chain = link(chain, item.op_id)
        return chain

    def parts(self, size: int) -> Iterator[Batch]:
        """Yield the batch in pieces of at most ``size`` items."""
        chain = self.chain_before
        for start in range(0, len(self.items), size):
            items = self.items[start : start + size]
            part = Batch(self.feed, self.first + start, chain, items, self.name)
            chain = part.chain_after
            yield part

    @cached_property
    def erased(self) -> int:
        """How many of the items have no bytes."""
        return sum(item.data is None for item in self.items)


def link(chain: bytes, op_id: bytes) -> bytes:
    """Return the chain behind an item."""
    return sha256(chain + op_id).digest()
