"""The engine: pull, push, and the one recovery action, the same for every kind of store.

"If anything about a store surprises us, forget what we believe it has, take a new feed, read all
again, and offer what it lacks." Local changes are never touched. "Whatever stops an exchange, at
whatever point, the next one goes on": each page commits with its cursor, and our feed's numbers
are given before anything is sent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.cases import names
from workbench.cases.clock import YEAR_2020
from workbench.cases.errors import WorkbenchError
from workbench.cases.feed import Batch, Columns
from workbench.cases.said import counted, said
from workbench.local import stubs
from workbench.local.act import Act, Pen
from workbench.local.beside import result
from workbench.local.blobs import Blobs
from workbench.local.changelog import Present
from workbench.local.database import Database
from workbench.local.known import Known
from workbench.local.points import reached
from workbench.local.redate import redate
from workbench.local.stores import Store
from workbench.sync.clocks import REFUSE, WARN, apart
from workbench.sync.contents import FileExchange
from workbench.sync.healing import Healer
from workbench.sync.numbering import Numbering
from workbench.sync.packs import Packer
from workbench.sync.pages import PageExchange
from workbench.sync.remote import CLONED, OLDER, ClockOff, NoStore, Remote, Surprise
from workbench.sync.sending import Sender

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.local.arriving import Looks
    from workbench.sync.pages import Keeper

Progress = Callable[[str, int, int], None]
"""Is told "received", "worked out", "numbered", "sent", "files received" or "files sent", how many
so far, and of how many.

It is told between two transactions, so raising a WorkbenchError is how to stop an exchange.
"""
PAGE = 500
"""How many changes are taken in one local transaction."""
BULK_PAGE = 5000
"""How many where there are many: the fuller an index's pages are written, the fewer are."""
AHEAD = 2
"""How many such pages are looked at ahead where there are many."""
MANY = 3000
"""From how many on that are to be received it is worth while to get ready for it."""


@dataclass(slots=True)
class Outcome:
    """What an exchange did; ``notes`` are sentences for the person."""

    sent: int = 0
    received: int = 0
    set_aside: int = 0
    blobs_sent: int = 0
    blobs_received: int = 0
    newer: int = 0
    """How many of the received changes only a newer version understands."""
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
        author: str,
        clock: Callable[[], int],
        entropy: Callable[[int], bytes],
        home: str = "",
        progress: Progress | None = None,
        repair: bool = False,
        pages: Keeper,
    ) -> None:
        """Get ready; nothing is contacted.

        Args:
            author: who numbers the cases that are to be sent.
            home: where the local file lies; in a copy of the file it is another.
            repair: look into all of our batches, and offer at once what is gone from the store.
            pages: keeps the pages that were imported.
        """
        self._db = database
        self._pen = pen
        self._store = store
        self._remote = remote
        self._clock = clock
        self._entropy = entropy
        self._home = home
        self._progress = progress
        self._repair = repair
        self._known = Known(database, store)
        self._files = FileExchange(Blobs(database), store.id, remote, self._report)
        self._pages = pages
        self._healer = Healer(
            database, self._known, remote, self._files, own_only=store.own_only, at_once=repair
        )
        self._sender = Sender(database, self._known, remote, self._sent)
        self._numbering = Numbering(database, pen, store, remote, author, self._report)
        self._skew: int | None = None
        self._total = 0
        self._is_new = False  # nothing that stood in the latest part was here
        self._held: WorkbenchError | None = None
        self.outcome = Outcome()

    def run(self, *, pull: bool, push: bool, dry_run: bool = False) -> Outcome:
        """Pull, then push. A surprise leads to a reset, once.

        Raises:
            Unreachable, NoStore: nothing is lost, the next exchange goes on.
            ClockOff: all was received, and nothing sent.
        """
        if dry_run:
            return self._preview(pull=pull, push=push)
        self._identify()
        try:
            self._exchange(pull=pull, push=push)
        except Surprise as surprise:
            self._reset(surprise)
            self._again(pull=pull, push=push)
        self._tell()
        with self._db.write("sync"):
            self._known.met(self._clock(), self._skew)
            if self._remote.owners:
                self._known.owned(self._remote.owners)
        if self._held is not None:
            raise self._held
        # Behind the changes, which never wait for a file.
        self._files.run(pull=pull, push=push, repair=self._repair)
        self._exchange_pages(pull=pull, push=push)
        return self._with_files()

    def _with_files(self) -> Outcome:
        self.outcome.blobs_sent = self._files.sent
        self.outcome.blobs_received = self._files.received
        self.outcome.notes += self._files.notes
        return self.outcome

    def _exchange_pages(self, *, pull: bool, push: bool) -> None:
        pages = PageExchange(
            self._pages,
            Blobs(self._db),
            self._store.id,
            self._remote,
            own_only=self._store.own_only,
        )
        moved = bool(self.outcome.received or self.outcome.sent)
        pages.run(self._clock(), pull=pull, push=push, moved=moved, repair=self._repair)
        self.outcome.notes += pages.notes

    def purge(self) -> int:
        """Take redacted texts out of what others put into the store, too.

        Each owner does that for its own feed; this is for those who are gone.

        Returns:
            How many batches of a folder, or changes in a database, held such a text.

        Raises:
            WorkbenchError: this person may not do that.
        """
        self.run(pull=True, push=True)
        purged = self._remote.erase(self._known.stubs(), None)
        if purged.left:
            raise WorkbenchError(
                said("only somebody whom the store lets take texts out may do that"),
                said(
                    "In a database that is who has the role case_redactor; what you redacted is"
                    " out of your own file."
                ),
            )
        self.run(pull=True, push=False)
        return purged.found

    def _exchange(self, *, pull: bool, push: bool) -> None:
        # What a reset forgot must be read before anything is sent: most of it is there. And a
        # number that a case gets is to lie behind all that are there.
        if pull or self._known.must_read or (push and self._numbering.is_due()):
            self._pull()
        if push:
            self._push()

    def _again(self, *, pull: bool, push: bool) -> None:
        try:
            self._exchange(pull=pull, push=push)
        except Surprise as surprise:
            raise NoStore(
                said("the store keeps changing under us: {why}", why=surprise.why),
                said("Try again later; workbench store check tells more."),
            ) from surprise

    def _identify(self) -> None:
        identity = self._remote.identify()
        store = self._store
        if store.store_id is not None and identity.store_id != store.store_id:
            raise NoStore(
                said(
                    "{url} holds another store than the one that {store} was",
                    url=store.url,
                    store=store.name,
                ),
                said("If that is meant: workbench store remove, then store add. Nothing was sent."),
            )
        if (store.store_id, store.epoch, store.home) == (*identity[:2], self._home):
            return
        if store.store_id is not None and identity.epoch != store.epoch:
            self._reset(Surprise(said("it was started anew")))
        elif store.home is not None and store.home != self._home:
            # A copied file and its original would both append to one feed.
            with self._db.write("leave"):
                self._known.leave(self._new_feed())
            self.outcome.notes.append(
                said(
                    "this file is a copy, was moved, or is a backup that was brought back: it goes"
                    " on as a copy of its own; what its original wrote and has not sent is not here"
                )
            )
        with self._db.write("sync"):
            self._known.pin(identity.store_id, identity.epoch, self._home)

    def _preview(self, *, pull: bool, push: bool) -> Outcome:
        """Count what would be sent and received; nothing is written."""
        identity = self._remote.identify()
        if self._store.store_id not in (None, identity.store_id):
            self._identify()
        if push:
            reads = self._pen.marks.untold(self._clock())
            self.outcome.sent = self._known.outbox.unsent()
            self.outcome.sent += sum(mark.is_worth_telling for mark in reads)
            self.outcome.sent += self._numbering.due()
        try:
            for batch in self._remote.news(self._known) if pull else ():
                for part in batch.parts(PAGE):
                    here = self._known.here([item.op_id for item in part.items])
                    self.outcome.received += len(part.items) - len(here)
        except Surprise as surprise:
            self.outcome.notes.append(
                said(
                    "the store is not as we left it ({why}); all of it would be read again",
                    why=surprise.why,
                )
            )
        self._files.would(pull=pull, push=push)
        return self._with_files()

    # --- pull ---------------------------------------------------------------------------------

    def _pull(self) -> None:
        with ExitStack() as stack:
            try:
                for part, batch, looks in self._looked_at(stack):
                    if self.outcome.received:  # what people do here goes on meanwhile
                        self._db.give_way()
                    try:
                        self._take(part, batch, looks)
                    except Present:
                        self._is_new = False
                        self._take(part, batch, looks)
                    self._report("received", self.outcome.received, self._remote.expected)
            except (WorkbenchError, Surprise):
                self._fold()
                raise
            if self._known.must_read:
                with self._db.write("read"):
                    self._known.read_all()
            self._fold()
        self.outcome.notes += self._healer.heal(self._clock())

    def _fold(self) -> None:
        """Fold what came; who stops meanwhile is heard when all of it can be seen."""
        stopped: list[WorkbenchError] = []

        def tell(done: int, total: int) -> None:
            try:
                self._report("worked out", done, total)
            except WorkbenchError as problem:
                stopped.append(problem)

        self._pen.fold_stale("pull", tell)
        if stopped:
            raise stopped[0]

    def _looked_at(self, stack: ExitStack) -> Iterator[tuple[Batch, Batch, Looks | None]]:
        """Yield what is new in parts, each with its batch and, in bulk, what a look at it tells.

        Parts of the next batch are looked at while those of the one before are taken. An error in
        reading is raised when all that was read before it is taken.

        Args:
            stack: what ends the bulk work.
        """
        ahead: deque[tuple[Batch, Batch, Future[Looks] | None]] = deque()
        news = self._remote.news(self._known)
        bulk = False
        trouble: WorkbenchError | Surprise | None = None
        while True:
            try:
                batch = next(news, None)
            except (WorkbenchError, Surprise) as problem:
                trouble = problem
                break
            if batch is None:
                break
            if not bulk and self._remote.expected > MANY:
                bulk = True
                stack.enter_context(self._pen.bulk())
            for part in batch.parts(BULK_PAGE if bulk else PAGE):
                ahead.append((part, batch, self._pen.look_ahead(Columns.of(part.items).whole())))
                if len(ahead) > (AHEAD if bulk else 0):
                    yield _answered(*ahead.popleft())
        while ahead:
            yield _answered(*ahead.popleft())
        if trouble is not None:
            raise trouble

    def _take(self, part: Batch, batch: Batch, looks: Looks | None) -> None:
        """Take changes and their cursor in one transaction; what is left to fold is folded last."""
        now = self._clock()
        with self._pen.receive("pull") as receiving:
            items = Columns.of(part.items)
            whole = items.whole()
            # In bulk nobody looks behind a part that was all new: ``Present`` tells in time.
            look = not self._is_new or looks is None or items.stubs
            here = self._known.here(items.op_ids) if look else {}
            returned = self._give_back(receiving, whole, here)
            newest = self._known.newest()
            self._is_new = not here
            by_id = {op_id: data for op_id, data in whole if op_id not in here}
            ids = (op_id for op_id, _ in whole)
            seen = None if looks is None else dict(zip(ids, looks, strict=True))
            taken = receiving.take_new(by_id, now, seen)
            erased = ((items.op_ids[nth], stub) for nth, stub in items.stubs.items())
            # What stands on the page whole as well is here by now.
            stubs = [(i, stub) for i, stub in erased if i not in here and i not in by_id]
            for op_id, stub in stubs:
                receiving.take_stub(op_id, stub, now)
            found = self._known.here([op_id for op_id, _ in stubs])
            rows = [*(row["id"] for row in (*here.values(), *found.values())), *taken.rows.values()]
            self._known.took(part, batch, rows, newest)
            self._known.weigh(part, items, returned, now)
            owner = self._remote.owners.get(batch.feed)
            if owner is not None:
                self._known.learn(owner, items)
            came = {here[op_id]["id"]: data for op_id, data in whole if op_id in here}
            if came and owner is not None:
                self._known.confirm(batch.feed, owner, came)
            if any(here[op_id]["erased"] for op_id, _ in whole if op_id in here):
                self._known.text_returned()
        self.outcome.received += len(taken.rows) + len(found)
        self.outcome.set_aside += taken.states["bad"]
        self.outcome.newer += taken.states["unknown"]

    def _give_back(
        self, receiving: Act, whole: Sequence[tuple[bytes, bytes]], here: dict[bytes, Any]
    ) -> list[bytes]:
        """Put words that came back in the place of what was left of them; return of which changes.

        Args:
            here: the rows of the changes that are here; those of these are looked up anew.
        """
        came = ((op_id, data) for op_id, data in whole if op_id in here) if here else ()
        erased = [(op_id, data) for op_id, data in came if here[op_id]["erased"]]
        log = self._pen.log
        returned = [i for i, data in erased if stubs.give_back(receiving, log, i, data)]
        here.update(self._known.here(returned))
        return returned

    # --- push ---------------------------------------------------------------------------------

    def _push(self) -> None:
        self.outcome.notes += self._pages.tell()
        reads = self._pen.marks.untold(self._clock())
        if reads or self._known.outbox.is_waiting() or self._numbering.is_due():
            self._held = self._clock_trouble(sum(mark.is_worth_telling for mark in reads))
            if self._held is not None:
                return
            self._pen.tell_reads("read", reads)
            self.outcome.notes += self._numbering.give()
            self._redate()
        own = self._remote.confirm(self._known, thorough=self._repair)
        if own.damaged:
            self._mend(own.damaged)
            own = self._remote.confirm(self._known)
        if own.head < self._known.acked:
            self.outcome.notes.append(
                said(
                    "the store has lost changes of ours from number {first} on ({why});"
                    " they are sent again",
                    first=own.head + 1,
                    why=OLDER,
                )
            )
            self._files.doubt()
        for found in own.found:
            self._expect_texts(found)
        if own.found or own.head != self._known.acked:
            with self._db.write("push"):
                for found in own.found:
                    # It may have been gone because it held a text that was redacted.
                    self._known.wrote(found)
                    self._known.text_returned()
                self._known.outbox.acknowledge(own.head)
        self._total = self._known.outbox.unsent()
        self._sender.send(own, self._total)
        self._erase()
        Packer(self._db, self._store, self._known, self._remote).keep(self._clock())
        self._note_sizes()

    def _expect_texts(self, found: Batch) -> None:
        """Make sure that no text is gone from a batch of ours that is not redacted here.

        Raises:
            Surprise: one is: this copy redacted it in what a backup does not know.
        """
        items = Columns.of(found.items)
        here = self._known.here([items.op_ids[nth] for nth in items.stubs])
        if not all(row["erased"] for row in here.values()):
            raise Surprise(CLONED)

    def _mend(self, damaged: Sequence[tuple[int, int]]) -> None:
        """Write batches of ours again, given as ranges, that are there and not as we wrote them."""
        for first, last in damaged:
            batch = self._known.outbox.between(first, last)
            if batch is not None:
                self._sender.rewrite(batch)
        self._note_sizes()
        self.outcome.notes.append(
            counted(
                "{count} file of ours in the store was not as we left it; it is written again",
                "{count} files of ours in the store were not as we left them; they are written"
                " again",
                len(damaged),
            )
        )

    def _note_sizes(self) -> None:
        """Remember how large our files are: a sync sees by that alone which were damaged since."""
        if self._remote.sizes:
            with self._db.write("sizes"):
                self._known.sized(self._remote.sizes)

    def _redate(self) -> None:
        """Date anew what no store was offered; with its number it keeps its date and bytes."""
        with self._db.write("redate"):
            redated = redate(self._db, self._pen, self._clock())
        if redated:
            self.outcome.notes.append(
                counted(
                    "{count} change was written while this clock was ahead; it bears the time of"
                    " now",
                    "{count} changes were written while this clock was ahead; they bear the time"
                    " of now",
                    redated,
                )
            )

    def _sent(self, count: int) -> None:
        self.outcome.sent += count
        self._report("sent", self.outcome.sent, self._total)

    def _erase(self) -> None:
        """Take redacted texts out of the store."""
        erased = self._known.erased()
        if not erased:
            return
        segments = self._known.segment_rows
        for row in segments.outdated(self._known.feed):
            if row["covered_at"] is None:
                batch = self._known.outbox.between(row["first"], row["last"])
                if batch is None:
                    continue
                self._sender.rewrite(batch)
            reached("erase:before-discard")
            self._remote.discard(self._known.feed, [row["name"]])
            with self._db.write("erase"):
                segments.drop(f"{self._known.feed}/{row['name']}")
        discarded = self._files.discard()
        left = self._remote.erase(erased, self._known.former).left
        if left:
            self.outcome.notes.append(
                counted(
                    "redacted, but still in the store: {count} text, until somebody with the role"
                    " case_redactor syncs",
                    "redacted, but still in the store: {count} texts, until somebody with the role"
                    " case_redactor syncs",
                    left,
                )
            )
        if left or not discarded:
            return
        reached("erase:before-commit")
        with self._db.write("erase"):
            self._known.erased_there(len(erased))

    # --- clocks -------------------------------------------------------------------------------

    def _clock_trouble(self, reads: int) -> WorkbenchError | None:
        """Return why nothing may be sent with this clock, if so; a smaller difference is told.

        Args:
            reads: how many marks of what was read wait to become changes.
        """
        self._skew = skew = self._remote.skew()
        unset = self._clock() < YEAR_2020
        if not unset and (skew is None or abs(skew) <= WARN):
            return None
        waiting = self._known.outbox.unsent() + reads
        kept = counted(
            "Set it, then sync again; {count} change waits unsent, nothing is lost.",
            "Set it, then sync again; {count} changes wait unsent, nothing is lost.",
            waiting,
        )
        if unset or skew is None:
            return ClockOff(said("this machine's clock stands before 2020"), kept)
        if skew > 0:
            sentence = said("your clock is {apart} ahead of the store", apart=apart(skew))
        else:
            sentence = said("your clock is {apart} behind the store", apart=apart(skew))
        if abs(skew) <= REFUSE:
            self.outcome.notes.append(sentence)
            return None
        anew = counted(
            "Set it, then sync again: your {count} unsent change will be dated anew.",
            "Set it, then sync again: your {count} unsent changes will be dated anew.",
            waiting,
        )
        return ClockOff(sentence, anew if skew > 0 else kept)

    # --- recovery -----------------------------------------------------------------------------

    def _reset(self, surprise: Surprise) -> None:
        with self._db.write("reset"):
            self._known.reset(self._new_feed())
        self.outcome.notes.append(
            said(
                "the store was not as we left it ({why}); all of it is read again, and what it"
                " lacks is sent again",
                why=surprise.why,
            )
        )

    def _new_feed(self) -> str:
        return names.from_bytes(self._entropy(16))

    # --- telling ------------------------------------------------------------------------------

    def _report(self, what: str, done: int, total: int) -> None:
        if self._progress is not None:
            self._progress(what, done, max(done, total))

    def _tell(self) -> None:
        self.outcome.notes += self._remote.remarks
        if self.outcome.newer:
            self.outcome.notes.append(
                counted(
                    "{count} change needs a newer version of Workbench; it is kept and passed on",
                    "{count} changes need a newer version of Workbench; they are kept and passed"
                    " on",
                    self.outcome.newer,
                )
            )


def _answered(
    part: Batch, batch: Batch, asked: Future[Looks] | None
) -> tuple[Batch, Batch, Looks | None]:
    return part, batch, None if asked is None else result(asked)
