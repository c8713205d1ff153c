"""The engine: pull, push, and the one recovery action, the same for every kind of store.

"If anything about a store surprises us, forget what we believe it has, take a new feed, read all
again, and offer what it lacks." Local changes are never touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.cases import names
from workbench.cases.feed import Batch
from workbench.local.act import Pen
from workbench.local.database import Database
from workbench.local.points import reached
from workbench.local.stores import Known, Store
from workbench.sync.remote import NoStore, Remote, Surprise

Progress = Callable[[str, int], None]


@dataclass(slots=True)
class Outcome:
    """What an exchange did; ``notes`` are sentences for the person."""

    sent: int = 0
    received: int = 0
    set_aside: int = 0
    notes: list[str] = field(default_factory=list)


class Engine:
    """Exchanges changes with one store."""

    def __init__(
        self,
        database: Database,
        pen: Pen,
        store: Store,
        remote: Remote,
        *,
        clock: Callable[[], int],
        entropy: Callable[[int], bytes],
        progress: Progress | None = None,
        repair: bool = False,
    ) -> None:
        self._db = database
        self._pen = pen
        self._store = store
        self._remote = remote
        self._clock = clock
        self._entropy = entropy
        self._progress = progress
        self._repair = repair
        self._known = Known(database, store)
        self.outcome = Outcome()

    def run(self, *, pull: bool, push: bool, dry_run: bool = False) -> Outcome:
        """Pull, then push. A surprise leads to a reset, once."""
        self._identify()
        if dry_run:
            return self._preview(pull=pull, push=push)
        for attempt in (1, 2):
            try:
                if pull:
                    self._pull()
                if push:
                    self._push()
                break
            except Surprise as surprise:
                if attempt == 2:
                    raise NoStore(
                        f"the store keeps changing under us: {surprise}",
                        "Nothing is lost. Try again later; workbench store check tells more.",
                    ) from surprise
                self._reset(surprise)
        with self._db.write("sync"):
            self._db.run(
                "UPDATE store SET synced_at = ? WHERE id = ?", self._clock(), self._store.id
            )
        return self.outcome

    def _identify(self) -> None:
        identity = self._remote.identify()
        if self._store.store_id is None:
            with self._db.write("sync"):
                self._known.pin(identity.store_id, identity.epoch)
        elif identity.store_id != self._store.store_id:
            raise NoStore(
                f"{self._store.url} holds another store than the one that {self._store.name} was",
                "If that is meant: workbench store remove, then store add. Nothing was sent.",
            )

    def _preview(self, *, pull: bool, push: bool) -> Outcome:
        """Count what would be sent and received; nothing is written."""
        if push:
            self.outcome.sent = self._known.unsent()
        for batch in self._remote.news(self._known) if pull else ():
            for item in batch.items:
                here = self._db.value("SELECT 1 FROM op WHERE op_id = ?", item.op_id)
                self.outcome.received += here is None
        return self.outcome

    # --- pull ---------------------------------------------------------------------------------

    def _pull(self) -> None:
        for batch in self._remote.news(self._known):
            self._take(batch)
            if self._progress is not None:
                self._progress("received", self.outcome.received)
        self._heal()
        self._pen.fold_stale("pull")

    def _take(self, batch: Batch) -> None:
        """Take a batch and its cursor in one transaction; the fold follows when the pull ends."""
        now = self._clock()
        with self._pen.receive("pull") as receiving:
            for item in batch.items:
                before = self._db.value("SELECT id FROM op WHERE op_id = ?", item.op_id)
                if before is None and item.data is not None:
                    receiving.take(item.data, now)
                    self.outcome.received += 1
                    self.outcome.set_aside += self._is_bad(item.op_id)
            marks = ",".join("?" * len(batch.items))
            rows = self._db.rows(
                f"SELECT id FROM op WHERE op_id IN ({marks})", *(i.op_id for i in batch.items)
            )
            self._known.took(batch, [row["id"] for row in rows])

    def _is_bad(self, op_id: bytes) -> bool:
        return bool(self._db.value("SELECT state FROM op WHERE op_id = ?", op_id) == "bad")

    def _heal(self) -> None:
        """Offer again what stood in batches that are gone, after a day or when asked to."""
        lost = self._remote.lost(self._known)
        if not lost:
            return
        now = self._clock()
        with self._db.write("heal"):
            due = [src for src in lost if self._known.missed(src, now) or self._repair]
            self._known.offer_again(due)
        if due:
            self.outcome.notes.append(
                f"{len(due)} batches of others are gone from the store; "
                "their changes are offered again"
            )

    # --- push ---------------------------------------------------------------------------------

    def _push(self) -> None:
        with self._db.write("outbox"):
            self._known.fill()
        done = self._remote.confirm(self._known)
        while (batch := self._known.next_batch(done)) is not None:
            self._send(batch)
            done = batch.last
            self.outcome.sent += len(batch.items)
            if self._progress is not None:
                self._progress("sent", self.outcome.sent)
        with self._db.write("push"):
            self._known.acknowledge(done)
        self._erase()

    def _send(self, batch: Batch) -> None:
        name = self._remote.name(batch)
        named = Batch(batch.feed, batch.first, batch.chain_before, batch.items, name)
        if name is not None:
            # Without the plan a crash between writing and remembering would look like a clone.
            with self._db.write("push-plan"):
                self._known.segment(named, mine=True, state="planned")
        reached("push:before-append")
        self._remote.append(named)
        reached("push:after-append")
        with self._db.write("push"):
            if name is not None:
                self._known.segment(named, mine=True, state="done")
            self._known.acknowledge(batch.last)

    def _erase(self) -> None:
        """Take redacted texts out of the store."""
        for old, batch in self._known.outdated():
            self._send(batch)
            self._remote.discard(batch.feed, [old])
            with self._db.write("erase"):
                self._known.drop_segment(old)
        rows = self._db.rows("SELECT op_id FROM op WHERE bytes IS NULL")
        if rows:
            self._remote.erase([row["op_id"] for row in rows])

    # --- recovery -----------------------------------------------------------------------------

    def _reset(self, surprise: Surprise) -> None:
        with self._db.write("reset"):
            self._known.reset(names.from_bytes(self._entropy(16)))
        self.outcome.notes.append(
            f"the store was not as we left it ({surprise}); all of it is read again, "
            "and what it lacks is sent again"
        )
