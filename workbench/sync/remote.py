"""The contract between the engine and a shared store.

A store holds *feeds*. Each copy owns one and is the only one that appends to it; its entries are
numbered 1..n without a gap. "A store never changes what it has taken": the one exception is that
a redacted change keeps its place and its id but loses its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.cases.errors import WorkbenchError
from workbench.cases.feed import Batch

FORMAT = 1


class Unreachable(WorkbenchError):
    """The shared store can't be reached now; nothing is lost, it stays in the outbox."""

    exit_code = 5


class NoStore(WorkbenchError):
    """There is something at the address, or nothing, but no store of ours."""

    exit_code = 5


class Surprise(Exception):
    """The store is not what we left: restored, cloned, emptied. The engine answers with a reset."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which store it is. ``epoch`` changes when somebody starts it anew."""

    store_id: str
    epoch: str
    format: int


class Known(Protocol):
    """What the engine knows of a store, for a backend that asks what is new."""

    feed: str

    def cursor(self, feed: str) -> tuple[int, bytes]:
        """Return how far a feed was read, and the chain there."""

    def cursors(self) -> dict[str, tuple[int, bytes]]:
        """Return all cursors."""

    def segments(self, feed: str) -> dict[str, bool]:
        """Return the known segments of a feed: name → whether we wrote it."""

    def read_segments(self) -> dict[str, list[str]]:
        """Return the segments of others that we have read, by feed."""

    def own_chain(self, seq: int) -> bytes | None:
        """Return the chain of our own feed at ``seq``, None beyond what we planned."""


class Remote(Protocol):
    """A shared store. Every method may raise Unreachable."""

    def identify(self) -> Identity:
        """Return which store it is. Raises NoStore."""

    def confirm(self, known: Known) -> int:
        """Return how much of our own feed the store has, from its beginning.

        Raises:
            Surprise: it has what we did not write, or less than it confirmed.
        """

    def news(self, known: Known) -> Iterator[Batch]:
        """Yield what is not known yet, of all other feeds, each batch once.

        Raises:
            Surprise: a feed is not the one that we have read, or is gone.
        """

    def name(self, batch: Batch) -> str | None:
        """Return what the store will call a batch; None where batches have no name."""

    def append(self, batch: Batch) -> None:
        """Append to our own feed; doing it again with the same batch is harmless.

        Raises:
            Surprise: the feed's head is not where the batch begins.
        """

    def erase(self, op_ids: Sequence[bytes]) -> None:
        """Take the bytes of redacted changes out of the store, where it can do that in place."""

    def discard(self, feed: str, names: Sequence[str]) -> None:
        """Remove batches of our own feed that were written anew under other names."""

    def lost(self, known: Known) -> Sequence[str]:
        """Return the feeds, or feed/name of batches, that we have read and that are gone."""

    def close(self) -> None:
        """Let go of the store."""
