"""Sending: our feed goes to the store batch by batch; one travels while the next is made ready.

"One after the other": a batch starts only when the store has taken the one before it. What the
store has taken and this copy has not written down is recognised by its chain the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.cases.feed import Batch
from workbench.local.database import Database
from workbench.local.known import Known
from workbench.local.points import reached
from workbench.sync.remote import Own, Remote

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

FIRST = 4000
"""How many changes the first of several batches holds: it is soon ready. The next may hold twice as
many, and so on: to make that ready takes about as long as the one before it travels."""


class Sender:
    """Sends our feed to one store, and writes down what the store took."""

    def __init__(
        self, database: Database, known: Known, remote: Remote, sent: Callable[[int], None]
    ) -> None:
        """Get ready; nothing is sent.

        Args:
            sent: is told of how many more changes it was written down, between two transactions.
        """
        self._db = database
        self._known = known
        self._remote = remote
        self._sent = sent

    def send(self, own: Own, waiting: int) -> None:
        """Send what the store lacks.

        Args:
            own: what it has of our feed.
            waiting: how many changes it lacks; where that is none, none gets its number.
        """
        with ExitStack() as stack:
            thread: ThreadPoolExecutor | None = None
            travelling: Future[Batch] | None = None
            for batch in self._batches(own.head, waiting):
                arrived = None if travelling is None else travelling.result()
                travelling = None
                if batch.name not in own.names and self._is_followed(batch):
                    thread = thread or stack.enter_context(_thread())
                    travelling = thread.submit(self._append, batch)
                self._arrived(arrived)
                if batch.name in own.names:
                    self._acknowledge(batch.last)
                elif travelling is None:
                    self._arrived(self._append(batch))
            if travelling is not None:
                self._arrived(travelling.result())

    def rewrite(self, batch: Batch) -> None:
        """Write a batch that the store has once more: a text of it was taken out."""
        self._note(self._append(batch))

    def _batches(self, after: int, waiting: int) -> Iterator[Batch]:
        items, size = self._remote.limits
        most = min(FIRST, items) if waiting > items else items
        outbox = self._known.outbox
        while True:
            # Where only our own go others' are passed by, or each look would go through them.
            fresh = waiting > 0 or outbox.own_only
            batch = outbox.next_batch(after, most, size, fresh=fresh)
            if batch is None:
                return
            yield batch
            after, most = batch.last, min(2 * most, items)

    def _is_followed(self, batch: Batch) -> bool:
        outbox = self._known.outbox
        return outbox.last() > batch.last or not outbox.is_planned()

    def _append(self, batch: Batch) -> Batch:
        """Append a batch to our feed; may run in a thread, so it touches nothing but the store."""
        reached("push:before-append")
        name = self._remote.append(batch)
        reached("push:after-append")
        return batch if name is None else replace(batch, name=name)

    def _arrived(self, batch: Batch | None) -> None:
        if batch is not None:
            self._note(batch, batch.last)
            self._sent(len(batch.items))

    def _note(self, batch: Batch, acked: int | None = None) -> None:
        """Write down what the store has taken, and how far it has our feed."""
        with self._db.write("push"):
            if batch.name is not None:
                self._known.wrote(batch)
            if acked is not None:
                self._known.outbox.acknowledge(acked)

    def _acknowledge(self, seq: int) -> None:
        if seq > self._known.acked:
            with self._db.write("push"):
                self._known.outbox.acknowledge(seq)


def _thread() -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1, "send")
