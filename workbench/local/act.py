"""One act of a person: the changes it writes, folded before the transaction ends.

"There is no second way to write": every method of the desk that changes a case goes through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

from workbench.cases import names
from workbench.cases.change import BadChange, Change, make
from workbench.cases.clock import Clock
from workbench.cases.erasure import had_read, listed
from workbench.cases.errors import BadInput, Busy, WorkbenchError
from workbench.cases.register import Parts, in_parts
from workbench.cases.said import said
from workbench.local.changelog import WHOLE, ChangeLog, Stored
from workbench.local.database import FORGET, Database
from workbench.local.points import reached
from workbench.local.rows import CaseRows, Refolded

if TYPE_CHECKING:
    from concurrent.futures import Future

    from workbench.local.arriving import Arrivals, Looks
    from workbench.local.beside import Beside
    from workbench.local.early import Early, Heard
    from workbench.local.index import Index
    from workbench.local.pagecases import Made
    from workbench.local.readmarks import ReadMarks, Untold

Names = Iterable[str]


class Act:
    """The changes of one act, inside one transaction.

    ``batch`` binds them: undo takes the whole act back. ``undoes`` is the batch that the changes
    written from now on take back, if it is an undo.
    """

    def __init__(self, pen: Pen, label: str, author: str, batch: str, undoes: str | None) -> None:
        self._pen = pen
        self._label = label
        self.author = author
        self.batch = batch
        self.undoes = undoes
        self.changes: list[Change] = []
        self._touched: dict[str, set[int]] = {}
        self._alone: dict[str, list[Stored]] = {}
        self._allowed: set[str] = set()
        self._arrived: set[str] = set()
        self.last = 0
        """The time of the newest row of the log, where that is a change of this act."""
        self.received_at = 0
        self.heard: Heard = {}
        """New cases of which all that came was looked at beside, and when it came."""

    def write(self, kind: str, case: str, p: Names = (), **body: Any) -> Change:
        """Append a change; the tables follow when the act ends, or at ``fold``.

        Raises:
            BadInput: the text can't be kept (a control sign that no file may hold).
            WorkbenchError: a newer version wrote something of the case that must be understood.
        """
        self._refuse_newer(case)
        made = self.make(kind, case, p, body)
        for data, change in made:
            self._append(data, change)
        return made[0][1]

    def make(
        self, kind: str, case: str, p: Names, body: dict[str, Any]
    ) -> list[tuple[bytes, Change]]:
        """Return a change of this act, and the parts of its text where that is too long for one.

        Whoever has it made appends it.
        """
        h, unsure = self._pen.tick()
        text = body.get("x")
        pieces = in_parts(text) if kind in ("note", "edit", "set") else []
        if pieces:
            body["x"], body["parts"] = None, len(pieces)
        try:
            data, change = make(
                kind,
                case,
                h=h,
                author=self.author,
                copy=self._pen.copy,
                nonce=self._pen.entropy(16),
                p=p,
                batch=self.batch,
                u=self.undoes,
                unsure=1 if unsure else None,
                **body,
            )
        except BadChange as error:
            raise BadInput(
                said("this can't be written: {error}", error=error.args[0]),
                said("Leave it out, or write less."),
            ) from error
        found = [(data, change)]
        own = change.name if kind == "note" else body.get("t")
        for j, piece in enumerate(pieces):
            part = {"of": change.name, "t": own, "f": body.get("f"), "j": j, "x": piece}
            found += self.make("part", case, (), part)
        return found

    def put_whole(self, cases: Mapping[str, Made]) -> dict[str, int]:
        """Write cases of which nothing is here as ``wholecases.put`` does; return their numbers."""
        from workbench.local import wholecases

        self.last = 0
        return wholecases.put(self._pen, self._label, cases)

    def tell_read(self, mark: Untold) -> bool:
        """Write how far a person has read; False where a newer version forbids to write."""
        if self._pen.log.forbidden(mark.case):
            return False
        if mark.is_worth_telling:
            upto = {copy: f"{h:016x}" for copy, h in mark.seen.upto.items()}
            self.write("read", mark.case, mark.seen.named, who=mark.reader, upto=upto)
        return True

    def _refuse_newer(self, case: str) -> None:
        if case not in self._allowed and self._pen.has_unread and self._pen.log.forbidden(case):
            raise WorkbenchError(
                said(
                    "a newer version of Workbench wrote a change of this case that this one "
                    "can't read"
                ),
                said("Update Workbench; until then the case can only be read here."),
            )
        self._allowed.add(case)

    def take(self, data: bytes, received_at: int) -> None:
        """Append a change of another copy as it came; what is here already changes nothing."""
        self.take_all([data], received_at)

    def take_all(self, several: Iterable[bytes], received_at: int) -> None:
        """Append changes of other copies as they came, as ``take`` does each."""
        from hashlib import sha256  # faster than the one for ids, where there is much to hash

        by_id = {sha256(data).digest(): data for data in several}
        for known in self._pen.log.known(by_id):
            del by_id[known]
        self.take_new(by_id, received_at)

    def take_new(
        self,
        by_id: Mapping[bytes, bytes],
        received_at: int,
        looks: Mapping[bytes, tuple[Any, ...]] | None = None,
    ) -> Arrivals:
        """Append changes of other copies that are not here; they are not looked for.

        Args:
            by_id: their bytes by their ids, the sha256 of these.
            looks: what ``arriving.look`` tells of each, where that is known already.
        """
        from workbench.local.arriving import Arrivals

        arrivals = Arrivals(self._pen.log)
        arrivals.take(by_id, received_at, looks)
        if looks is not None:
            self.heard, self.received_at = arrivals.heard, received_at
        self._follow(arrivals, received_at)
        return arrivals

    def read_again(self, after: int, now: int) -> int | None:
        """Take in some of what could not be read when it came; return how far that went."""
        from workbench.local.arriving import Arrivals

        arrivals = Arrivals(self._pen.log)
        last = arrivals.read_again(after, AGAIN)
        self._follow(arrivals, now)
        return last

    def _follow(self, arrivals: Arrivals, received_at: int) -> None:
        self.last, self._pen.has_unread = 0, True
        for case, touched in arrivals.touched.items():
            self.touch(case, touched)
        self._arrived.update(arrivals.touched)
        self._pen.witness(*arrivals.times)
        for redact in arrivals.redactions:
            from workbench.local import stubs

            stubs.take(self, self._pen.log, redact, received_at)
            self._pen.let_go([*listed([redact], "id"), *listed([redact], "name")])

    def refold(self, case: str, touched: set[int]) -> None:
        """Fold slots of a case at once, whatever else waits."""
        self._settle(case, self._pen.rows.refold(case, touched))

    def take_stub(self, op_id: bytes, stub: bytes, received_at: int) -> None:
        """Append what is left of a change that was erased before it came here."""
        self.last = 0
        taken = self._pen.log.take_stub(op_id, stub, received_at)
        if taken is not None:
            self._pen.witness(taken.stored.change.h)
            self.touch(taken.stored.change.case, taken.touched)
            self.heard.pop(taken.stored.subject, None)  # nobody looked at this one

    def _append(self, data: bytes, change: Change) -> None:
        # Its nonce is fresh: it can't be here already.
        kept = self._pen.log.keep(data, change, mine=True)
        self.last = change.h
        reached(f"{self._label}:after-append")
        if kept.alone and change.case not in self._touched:
            self._alone.setdefault(change.case, []).append(kept.stored)
        else:
            self.touch(change.case, kept.touched)
        self.changes.append(change)

    def touch(self, case: str, touched: set[int]) -> None:
        """Remember slots of a case that changed; what was alone is folded with them."""
        alone = self._alone.pop(case, ())
        self._touched.setdefault(case, set()).update(touched, (item.slot for item in alone))

    def fold(self) -> None:
        """Bring the tables up to the changes written so far."""
        for case, alone in self._alone.items():
            self._pen.rows.add(case, alone, self._pen.newest())
        for case, touched in self._touched.items():
            self.refold(case, touched)
        for case in self._arrived:
            self._pen.marks.follow(case)
        self._alone.clear()
        self._touched.clear()
        self._arrived.clear()
        reached(f"{self._label}:after-fold")

    def _settle(self, case: str, doomed: list[Stored]) -> None:
        """Erase what redactions take out, and fold again what that changes."""
        for _ in range(FOLDS):
            if not doomed:
                break
            doomed = self._pen.rows.refold(case, self._erase(doomed))

    def put_off(self) -> None:
        """Mark the slots that changed instead of folding them: the fold waits for the rest."""
        stale: list[tuple[int, int]] = []
        for case, touched in self._touched.items():
            subject = self._pen.log.subject(case)
            # Of a case that was never heard of nothing is folded yet.
            if self._pen.log.is_fresh(subject):
                stale.append((subject, WHOLE))
            else:
                stale += ((subject, slot) for slot in touched)
                self._pen.touch(subject)
        self._pen.mark_stale(stale)
        self._touched.clear()

    def catch_up(self, refolded: Iterable[Refolded]) -> None:
        """Do what follows where cases were folded whose changes came in earlier transactions."""
        for found in refolded:
            self._settle(found.case, found.doomed)
            if found.reads:
                self._pen.marks.follow(found.case)
            if found.redacts:
                self._pen.blank(found.case)
        reached(f"{self._label}:after-fold")

    def _erase(self, doomed: list[Stored]) -> set[int]:
        """Take redacted texts out of the log; what nobody had seen becomes its author's draft."""
        parts = Parts(stored.change for stored in doomed)
        fellows = self._pen.log.in_slots({item.slot for item in doomed}, doomed[0].subject)
        redacts = [item for item in fellows if item.change.kind == "redact"]
        read = had_read(item.change for item in redacts)
        # A redaction of this copy cleaned drafts and pages of what it lists itself.
        cleaned = listed((item.change for item in redacts if item.mine), "id")
        going = {item.change.id for item in doomed}
        standing = {
            item.change.name
            for item in fellows
            if not item.change.erased and item.change.id not in going
        }
        for stored in doomed:
            change = stored.change
            text = parts.text(change) if "parts" in change.body else change.body.get("x")
            if change.kind == "part" or not isinstance(text, str) or not text:
                continue
            unseen = read.isdisjoint((change.name, change.body.get("n")))
            if stored.mine and not change.imported and unseen:
                self._pen.rescue(change, text)
            elif change.id not in cleaned and change.name not in standing:
                self._pen.clean(change.case, text)
        self._pen.note_erased()
        return self._pen.log.erase(doomed)


FOLDS = 3
"""Erasing settles in one more fold; more would mean that it never does."""
AGAIN = 500
"""How many changes are read again in one transaction."""
FEW = 64
"""So many texts wait for the index before an act takes them in, and so many cases to be counted
where they stand now: together each costs a fifth."""
MANY = 512
"""Up to so many texts it takes in; more are bulk work, behind which the index follows."""
READS = 100
"""How many read marks are written in one transaction: people must not wait for it."""


class Pen:
    """What an act needs to write: the log, the clock, this copy's id and random bytes."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], int],
        entropy: Callable[[int], bytes],
        rescue: Callable[[Change, str], None],
        clean: Callable[[str, str], None],
        redacted: Callable[[str], bool] = lambda case: False,
        let_go: Callable[[Sequence[str]], bool] = lambda changes: False,
    ) -> None:
        self._db = database
        self.log = ChangeLog(database)
        self.rows = CaseRows(database, self.log)
        self.entropy = entropy
        self.rescue = rescue
        self.clean = clean
        self._redacted = redacted
        self._let_go = let_go
        self._erased = False
        self._beside: Beside | None = None
        self._early: Early | None = None
        self._now = clock
        self._clock = Clock()
        self._reserved = 0
        self._waited = self._began = 0
        self.has_unread = True
        """Whether there may be changes that could not be read; told when a transaction begins."""
        known = dict(map(tuple, database.rows("SELECT name, value FROM meta")))
        self.copy = known.get("copy") or self._new_copy()
        if FORGET in known:
            with suppress(Busy):
                self._forget()

    @cached_property
    def marks(self) -> ReadMarks:
        """How far people have read."""
        from workbench.local.readmarks import ReadMarks

        return ReadMarks(self._db, self.log)

    def _new_copy(self) -> str:
        fresh = names.from_bytes(self.entropy(16))
        with self._db.write("open"):
            self._db.run("INSERT OR IGNORE INTO meta VALUES ('copy', ?)", fresh)
            return str(self._db.value("SELECT value FROM meta WHERE name = 'copy'"))

    def new_id(self) -> str:
        """Return a random id."""
        return names.from_bytes(self.entropy(16))

    def tick(self) -> tuple[int, bool]:
        """Return the hybrid time of a new change; the clock is kept in the file."""
        now = self._now()
        return self._clock.tick(now)

    def reserve(self, count: int) -> tuple[int, bool]:
        """Return the time of the first of so many changes to be written later, and what ``tick``
        tells of it; the others follow it one by one, and whatever is written meanwhile comes after.
        """
        if not self._db.connection.in_transaction:
            self._load_clock()
        first, unsure = self.tick()
        self._clock.follow(first + count - 1)
        self._reserved = self._clock.last
        return first, unsure

    @contextmanager
    def act(
        self,
        label: str,
        author: str,
        *,
        undoes: str | None = None,
        batch: str | None = None,
        dry_run: bool = False,
        bulk: bool = False,
    ) -> Iterator[Act]:
        """Open an act: one transaction, folded at its end.

        What a redaction took out in it is in no byte of the file when it ends.

        Args:
            bulk: it is one of many, behind which the index follows.
        """
        with self._db.write(label, dry_run=dry_run):
            self.log.begin()
            self._load_clock()
            act = Act(self, label, author, batch or self.entropy(8).hex(), undoes)
            yield act
            act.fold()
            # Counting is left out where these changes alone can't be what makes them enough.
            if not act.changes or self._waited + len(act.changes) >= FEW:
                if not bulk:
                    self._follow_with_index()
                self._settle_sums()
            # Else the log's newest row tells it.
            if act.last != self._clock.last or act.last <= self._began:
                self._keep_clock()
            self._note_forget()
        if self._erased and not dry_run:
            reached(f"{label}:before-forget")
            self._forget()

    def _settle_sums(self) -> None:
        """Count the cases that moved, where they are no longer few."""
        from workbench.local.sums import settle

        settle(self._db, FEW)

    def _follow_with_index(self) -> None:
        """Index what waits where it is neither few texts nor many."""
        if FEW <= self._waiting_for_index() <= MANY:
            self.index.take_all()

    @property
    def is_index_behind(self) -> bool:
        """Whether more texts wait than acts index: bulk work left them."""
        return self._waiting_for_index() > MANY

    def _waiting_for_index(self) -> int:
        """Return how many texts wait, as far as it matters here: counting a million takes long."""
        waiting = "SELECT count(*) FROM (SELECT 1 FROM unindexed LIMIT ?)"
        return int(self._db.value(waiting, MANY + 1))

    @cached_property
    def index(self) -> Index:
        """The index of the texts, which most acts leave for a later one."""
        from workbench.local.index import Index

        return Index(self._db)

    def note_erased(self) -> None:
        """Remember that this act took a text out."""
        self._erased = True

    def _note_forget(self) -> None:
        """Remember in the file that a text has still to be rid of, inside the transaction."""
        if self._erased:
            self._db.run("INSERT OR IGNORE INTO meta VALUES (?, '')", FORGET)

    def _forget(self) -> None:
        """Rid the file of what was taken out; until that is done, every start tries again."""
        from workbench.local.blobs import Blobs

        self._erased = False
        Blobs(self._db).discard_doomed()
        with self._db.write("forget-grams"):
            self.index.forget_former()
        self._db.forget_deleted()
        with self._db.write("forget"):
            self._db.run("DELETE FROM meta WHERE name = ?", FORGET)

    @contextmanager
    def receive(self, label: str) -> Iterator[Act]:
        """Take changes of other copies in one transaction; ``fold_stale`` folds them."""
        with self._db.write(label):
            self.log.begin()
            self._load_clock()
            act = Act(self, label, "", "", None)
            yield act
            act.put_off()
            if self._early is not None:
                act.catch_up(self._early.put())
            self._settle_sums()
            self._keep_clock()
            self._note_forget()
        if self._early is not None:
            self._early.ask(act.heard, act.received_at)

    def tell_reads(self, label: str, untold: Iterable[Untold]) -> None:
        """Write read marks as changes, one for each case and reader."""
        for reader, marks in groupby(untold, key=lambda mark: mark.reader):
            while some := list(islice(marks, READS)):
                with self.act(label, reader) as act:
                    for mark in some:
                        if act.tell_read(mark):
                            self.marks.told(mark)

    def mark_stale(self, slots: Iterable[tuple[int, int]]) -> None:
        """Remember slots whose fold waits, each behind the number of its case."""
        self._db.connection.executemany("INSERT OR IGNORE INTO stale VALUES (?, ?)", slots)

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Receive and fold very many changes."""
        from workbench.local.beside import started

        with self._db.bulk(), started() as self._beside:
            if self._beside is not None:
                from workbench.local.early import Early

                self._early = Early(self._db, self.rows, self._beside)
            try:
                yield
            finally:
                self._beside = self._early = None

    def touch(self, subject: int) -> None:
        """Hear that a case changed which was here."""
        if self._early is not None:
            self._early.touch(subject)

    def look_ahead(self, changes: Sequence[tuple[bytes, bytes]]) -> Future[Looks] | None:
        """Have changes looked at, given as ids and bytes, while others are written; in bulk only.

        What it returns raises ``Gone`` where the look is to be taken here.
        """
        return None if self._beside is None else self._beside.ask("look", changes)

    def fold_stale(self, label: str, progress: Callable[[int, int], None] | None = None) -> None:
        """Fold what waits, some cases in each transaction; others may write in between.

        Args:
            label: names the transactions.
            progress: is told how much of what waits is folded, and how much waited.
        """
        if self._db.value("SELECT 1 FROM stale LIMIT 1"):
            from workbench.local.stale import Stale

            label = f"{label}-fold"
            write = partial(self._folding, label)
            settle = Act(self, label, "", "", None).catch_up
            if self._early is not None:
                self._early.end(write, settle)
            Stale(self._db, self.log, self.rows, write, settle, self._beside, progress).fold()
        if self._erased:
            # Another process may be reading the file's log now; then the next start sees to it.
            with suppress(Busy):
                self._forget()

    @contextmanager
    def _folding(self, label: str) -> Iterator[None]:
        with self._db.write(label):
            self.log.begin()
            self._load_clock()
            yield
            self._settle_sums()
            self._note_forget()

    def let_go(self, changes: Sequence[str]) -> None:
        """Forget the words that were kept of changes at which a redaction is aimed after all."""
        self._erased |= self._let_go(changes)

    def blank(self, case: str) -> None:
        """Blank what pages kept here say of a case and was redacted.

        A text may stand on a kept page though it never was in this log.
        """
        self._erased |= self._redacted(case)

    def witness(self, *times: int) -> None:
        """Follow the times of other copies' changes, but for those that are too far ahead."""
        self._clock.witness(*times, now=self._now())

    def unsure(self) -> bool:
        """True while this machine's clock seems wrong, against the newest time held here."""
        if not self._db.connection.in_transaction:
            self._load_clock()
        return Clock(0, self._clock.newest).tick(self._now())[1]

    def newest(self) -> int:
        """Return the largest hybrid time of all changes here, inside a transaction."""
        return self._clock.newest

    def _load_clock(self) -> None:
        """Read the clock, and how much waits to be followed: one statement, as each costs."""
        kept, newest, own, self.has_unread, self._waited = self._db.rows(_BEGINNING, FEW, FEW)[0]
        self._began = last = max(int(kept or 0), own or 0)
        self._clock = Clock(last, max(int(newest or 0), last))
        self._clock.follow(self._reserved)

    def _keep_clock(self) -> None:
        self._db.run(_KEEP, "clock", str(self._clock.last))
        if self._clock.newest > self._clock.last:  # else the clock tells it
            self._db.run(_KEEP, "newest", str(self._clock.newest))


_BEGINNING = """SELECT (SELECT value FROM meta WHERE name = 'clock'),
 (SELECT value FROM meta WHERE name = 'newest'),
 (SELECT h FROM op WHERE id = (SELECT max(id) FROM op) AND mine = 1),
 EXISTS (SELECT 1 FROM op WHERE state = 'unknown'),
 max((SELECT count(*) FROM (SELECT 1 FROM unindexed LIMIT ?)),
  (SELECT count(*) FROM (SELECT 1 FROM moved LIMIT ?)))"""
_KEEP = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
"""Of one row each: for several at once SQLite prepares to take back a part of them."""
