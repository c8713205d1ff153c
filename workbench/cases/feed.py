"""A feed: what one copy put into a store, numbered 1..n without a gap and chained.

"The chain is built from ids", so a change whose bytes were erased does not break it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import overload

from workbench.cases.record import Record

START = b""
"""The chain before the first item of a feed."""


class Item(Record):
    """One change in a feed: its id (32 bytes) and its bytes, None where they were erased.

    ``stub`` is what is left of an erased one: all its keys but the text, a line of JSON.
    """

    op_id: bytes
    data: bytes | None
    stub: bytes | None = None


@dataclass(frozen=True, eq=False)
class Columns(Sequence[Item]):
    """Items by column, for where thousands travel: an object is made only of one that is asked for.

    ``data`` is None at each of the places in ``stubs``, and nowhere else but where there is not
    even a stub.
    """

    op_ids: Sequence[bytes]
    data: Sequence[bytes | None]
    stubs: Mapping[int, bytes]

    @classmethod
    def of(cls, items: Sequence[Item]) -> Columns:
        """Return the columns of items."""
        if isinstance(items, Columns):
            return items
        stubs = {nth: item.stub for nth, item in enumerate(items) if item.stub is not None}
        return cls([item.op_id for item in items], [item.data for item in items], stubs)

    def whole(self) -> list[tuple[bytes, bytes]]:
        """Return the ids and the bytes of those that have bytes."""
        pairs = zip(self.op_ids, self.data, strict=True)
        return [(op_id, data) for op_id, data in pairs if data is not None]

    def __eq__(self, other: object) -> bool:
        """True for the same items, in columns or one by one."""
        return isinstance(other, Sequence) and [*self] == [*other]

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self.op_ids)

    def __iter__(self) -> Iterator[Item]:
        """Yield the items."""
        for nth, (op_id, data) in enumerate(zip(self.op_ids, self.data, strict=True)):
            yield Item(op_id, data, self.stubs.get(nth) if data is None else None)

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Columns: ...
    def __getitem__(self, place: int | slice) -> Item | Columns:
        """Return the item at a place, or those of a stretch."""
        if isinstance(place, slice):
            stubs = {}
            if self.stubs:
                kept = enumerate(range(*place.indices(len(self))))
                stubs = {n: self.stubs[nth] for n, nth in kept if nth in self.stubs}
            return Columns(self.op_ids[place], self.data[place], stubs)
        return Item(self.op_ids[place], self.data[place], self.stubs.get(place))


@dataclass(frozen=True)
class Batch:
    """Neighbouring items of a feed, ``first`` to ``last``, and the chain before them.

    ``name`` is what a folder calls the batch, None in a database. ``holds`` are the names of
    narrower batches there of which this one has all. ``links`` are the chains behind each item,
    where they are known already.
    """

    feed: str
    first: int
    chain_before: bytes
    items: Sequence[Item]
    name: str | None = None
    holds: Sequence[str] = ()
    links: Sequence[bytes] | None = field(default=None, compare=False)

    @property
    def last(self) -> int:
        """The number of the last item."""
        return self.first + len(self.items) - 1

    @cached_property
    def chains(self) -> Sequence[bytes]:
        """The chain before the batch, and behind each of its items."""
        if self.links is not None:
            return [self.chain_before, *self.links]
        found = [self.chain_before]
        for item in self.items:
            found.append(link(found[-1], item.op_id))
        return found

    @property
    def chain_after(self) -> bytes:
        """The chain behind the last item."""
        return self.chains[-1]

    def parts(self, size: int) -> Iterator[Batch]:
        """Yield the batch in pieces of at most ``size`` items."""
        for start in range(0, len(self.items), size):
            items = self.items[start : start + size]
            links = self.chains[start + 1 : start + size + 1]
            first, before = self.first + start, self.chains[start]
            yield Batch(self.feed, first, before, items, self.name, links=links)

    @cached_property
    def erased(self) -> int:
        """How many of the items have no bytes."""
        return Columns.of(self.items).data.count(None)


def link(chain: bytes, op_id: bytes) -> bytes:
    """Return the chain behind an item."""
    return sha256(chain + op_id).digest()
