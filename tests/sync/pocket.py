"""What a copy knows of a store, kept in memory: for a backend on its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

from workbench.cases import names
from workbench.cases.feed import START, Batch, Item, link
from workbench.sync.remote import Remote


class Pocket:
    """A copy that writes and reads without a file."""

    def __init__(self, seed: str) -> None:
        self.feed = names.from_bytes(sha256(seed.encode()).digest()[:16])
        self.acked = 0
        self.chains = [START]
        self.items: list[Item] = []
        self._cursors: dict[str, tuple[int, bytes]] = {}
        self._segments: dict[str, dict[str, bool]] = {}
        self.taken: list[Item] = []

    def cursors(self) -> Mapping[str, tuple[int, bytes]]:
        """Return how far each feed was read."""
        return self._cursors

    def segments(self) -> Mapping[str, Mapping[str, bool]]:
        """Return the known segments."""
        return self._segments

    def sizes(self) -> Mapping[str, int]:
        """Return nothing: every file of ours that has its name is taken for whole."""
        return {}

    def own_chain(self, seq: int) -> bytes | None:
        """Return the chain of our feed."""
        return self.chains[seq] if seq < len(self.chains) else None

    def write(self, texts: Iterable[bytes | None]) -> Batch:
        """Return a batch behind what was written before; None stands for an erased change."""
        first = len(self.items) + 1
        items = [
            Item(sha256(str(first + nth).encode() if text is None else text).digest(), text)
            for nth, text in enumerate(texts)
        ]
        before = self.chains[-1]
        for item in items:
            self.items.append(item)
            self.chains.append(link(self.chains[-1], item.op_id))
        return Batch(self.feed, first, before, items)

    def push(self, remote: Remote, texts: Iterable[bytes | None]) -> Batch:
        """Write a batch and append it."""
        batch = self.write(texts)
        name = remote.append(batch)
        if name is not None:
            self._segments.setdefault(self.feed, {})[name] = True
        self.acked = batch.last
        return batch

    def pull(self, remote: Remote) -> list[Item]:
        """Read what is new, and remember that."""
        found: list[Item] = []
        for batch in remote.news(self):
            found += batch.items
            if batch.name is None:
                seq, chain = self._cursors.get(batch.feed, (0, START))
                assert (batch.first, batch.chain_before) == (seq + 1, chain)
                self._cursors[batch.feed] = (batch.last, batch.chain_after)
            else:
                names = (batch.name, *batch.holds)
                self._segments.setdefault(batch.feed, {}).update(dict.fromkeys(names, True))
        self.taken += found
        return found
