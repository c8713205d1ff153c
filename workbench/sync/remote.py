"""The contract between the engine and a shared store.

A store holds *feeds*. Each copy owns one and is the only one that appends to it; its entries are
numbered 1..n without a gap. "A store never changes what it has taken": the one exception is that
a redacted change keeps its place and its id but loses its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, NamedTuple, Protocol

from workbench.cases.errors import WorkbenchError
from workbench.cases.feed import Batch
from workbench.cases.said import said

FORMAT = 1


class Unreachable(WorkbenchError):
    """The shared store can't be reached now; nothing is lost, it stays in the outbox."""

    exit_code = 5


class NoStore(WorkbenchError):
    """There is something at the address, or nothing, but no store of ours."""

    exit_code = 5


class ClockOff(WorkbenchError):
    """This machine's clock is too far from the store's: nothing is sent until it is set."""

    exit_code = 5


class NoNumbers(WorkbenchError):
    """The store can't give case numbers to this role (yet); everything else goes on."""

    exit_code = 5


CLONED = said(
    "it holds what this copy did not write, in this copy's name: was a backup of this laptop"
    " brought back, or the machine cloned?"
)
OLDER = said("was an older backup of the store brought back, or was it emptied?")


class Surprise(Exception):
    """The store is not what we left: restored, cloned, emptied. The engine answers with a reset.

    Its text tells a person what may have happened, and stands in a sentence in parentheses.
    """

    @property
    def why(self) -> str:
        """The text, with what it was made of."""
        return str(self) if not self.args else self.args[0]


class Identity(NamedTuple):
    """Which store it is. ``epoch`` changes when somebody starts it anew."""

    store_id: str
    epoch: str
    format: int


class Limits(NamedTuple):
    """How many items, and how many bytes, one batch may hold."""

    items: int
    size: int


class Own(NamedTuple):
    """What a store has of our own feed: all of it up to ``head``.

    Where batches have names, ``names`` are those that are there whole, and ``found`` the ones of
    them that we did not remember to have written, though the changes in them are ours; ``damaged``
    are the ranges of those that are there and not as we wrote them.
    """

    head: int
    names: frozenset[str] = frozenset()
    found: Sequence[Batch] = ()
    damaged: Sequence[tuple[int, int]] = ()


class Erased(NamedTuple):
    """In how many batches or changes there was a redacted text that was taken out now, and how many
    changes still have theirs: to take these out is another's to do."""

    found: int
    left: int = 0


class Finding(NamedTuple):
    """One thing that sync needs, tried against the real store."""

    ok: bool
    text: str


class Known(Protocol):
    """What the engine knows of a store, for a backend that asks what is new."""

    @property
    def feed(self) -> str:
        """Our own feed."""

    @property
    def acked(self) -> int:
        """How much of our feed the store has confirmed."""

    def cursors(self) -> Mapping[str, tuple[int, bytes]]:
        """Return how far each feed was read, and the chain there."""

    def segments(self) -> Mapping[str, Mapping[str, bool]]:
        """Return the known segments: feed → name → whether it was read to its end."""

    def sizes(self) -> Mapping[str, int]:
        """Return how many bytes our batches have there, by name, where that is known."""

    def own_chain(self, seq: int) -> bytes | None:
        """Return the chain of our own feed at ``seq``, None where it does not go that far."""


class Numbers(Protocol):
    """What gives case numbers: "no number is given twice, and none is left out".

    Every method may raise Unreachable or NoNumbers. A family is a project's name, folded.
    """

    def allocate(self, family: str, wanted: Sequence[str], above: int) -> Mapping[str, int]:
        """Return the number of each name in ``wanted``; one that was given is given again.

        Args:
            above: the highest number that is known here: a fresh one is greater.
        """

    def reserve(self, family: str, count: int, above: int) -> Sequence[int]:
        """Return numbers for cases to come, in order."""

    def raise_to(self, known: Mapping[str, int]) -> None:
        """Have every family counted on behind a number that is in use."""


class Content(Protocol):
    """A file's content by its name, the sha256 of its bytes in hex; ``size`` in bytes."""

    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...


class Contents(Protocol):
    """The contents of files in a store. Every method may raise Unreachable.

    "The reader compares a content with its name, the store never does."
    """

    def held(self, wanted: Sequence[Content]) -> set[str]:
        """Return the names of those that are there whole, as far as their sizes tell."""

    def read(self, wanted: Content, start: int) -> Iterator[bytes]:
        """Yield the bytes from ``start`` on, a multiple of ``PIECE``; end early where they do."""

    def read_pieces(self, wanted: Sequence[Content]) -> Mapping[str, bytes]:
        """Return contents of at most ``PIECE`` bytes each by their names, those that are there.

        All of them stand in memory at once, and come in one flight where that can be.
        """

    def write(self, content: Content, file: IO[bytes], *, anew: bool = False) -> None:
        """Write a content; what an earlier try got there is not sent again, where that can be.

        Args:
            anew: what bears its name there is damaged, and to be replaced.
        """

    def discard(self, wanted: Sequence[str]) -> bool:
        """Remove contents that were redacted. Returns False where it is another's to do."""


PIECE = 256 * 1024
"""A content is read on from a multiple of this many bytes."""


class Remote(Protocol):
    """A shared store. Every method may raise Unreachable."""

    limits: Limits

    @property
    def contents(self) -> Contents | None:
        """The files' contents, None in a store that was made before there were any."""

    @property
    def expected(self) -> int:
        """How many changes the latest ``news`` has to read, once it began."""

    @property
    def remarks(self) -> Sequence[str]:
        """What the person should know of the store's state: damage, files not whole yet."""

    @property
    def owners(self) -> Mapping[str, str]:
        """Whose each feed is, as far as ``news`` saw; empty where anybody may write into any."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """How many bytes our batches have that were written or found whole, by name."""

    @property
    def damaged(self) -> Mapping[str, str]:
        """The feeds that the latest ``news`` could not read to their end, and why."""

    @property
    def numbers(self) -> Numbers | None:
        """What gives case numbers; None where nothing is there that all copies ask."""

    def identify(self) -> Identity:
        """Return which store it is. Raises NoStore."""

    def skew(self) -> int | None:
        """Return by how many ms this clock is ahead of the store's; None where nothing tells."""

    def news(self, known: Known) -> Iterator[Batch]:
        """Yield what is not known yet, of all other feeds, each batch once.

        Raises:
            Surprise: a feed is not the one that we have read, or is gone.
        """

    def lost(self, known: Known, *, thorough: bool = False) -> Sequence[str]:
        """Return feed/name of each batch that we have read and that is gone.

        Args:
            thorough: look into them, too: one that is damaged is as good as gone.
        """

    def confirm(self, known: Known, *, thorough: bool = False) -> Own:
        """Return what the store has of our own feed.

        Args:
            thorough: look into our batches, too, instead of trusting their names.

        Raises:
            Surprise: it has what is not ours, or less than it confirmed.
        """

    def append(self, batch: Batch) -> str | None:
        """Append to our own feed; doing it again with the same batch is harmless.

        Returns:
            The batch's name, None where batches have none.

        Raises:
            Surprise: the feed's head is not where the batch begins.
        """

    def erase(self, stubs: Mapping[bytes, bytes], feeds: Sequence[str] | None) -> Erased:
        """Take the bytes of redacted changes out of the store.

        Args:
            stubs: what shall be left of them, by their ids.
            feeds: those that only we write now, though they are not our feed any more; None for
                every feed, whoever writes it.
        """

    def discard(self, feed: str, names: Sequence[str]) -> None:
        """Remove batches of our own feed that were written anew under another name, or packed."""

    def check(self, entropy: bytes) -> list[Finding]:
        """Try all that sync needs, and leave nothing behind; ``entropy`` is 16 random bytes."""

    def close(self) -> None:
        """Let go of the store."""
