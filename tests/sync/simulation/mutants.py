"""Mutants of the engine and the fold: each breaks one rule, and the simulator must find it out."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from workbench.cases import clock, erasure, fold, register
from workbench.cases.feed import Batch, Columns, Item
from workbench.desk import tools
from workbench.local import drafts, known, outbox, redate
from workbench.sync import engine, folder, healing, postgres, segment
from workbench.sync.postgres import statements
from workbench.sync.remote import Own

Patch = Any
MUTANTS: dict[str, Mutant] = {}


@dataclass(frozen=True)
class Mutant:
    """A broken program.

    ``backend`` is where the break shows. ``mood`` is that of the histories in which it shows soon:
    by how much what it takes is likelier than usual. ``seed`` is that of a history that finds it
    out, the first to be tried, or the name of a tale that does.
    """

    name: str
    says: str
    backend: str
    mood: Mapping[str, float]
    seed: str
    patches: Callable[[], list[Patch]]


def mutant(
    name: str, says: str, *, seed: int | str, backend: str = "folder", **mood: float
) -> Callable[[Callable[[], list[Patch]]], Callable[[], list[Patch]]]:
    """Enter a function that gives the patches into the list of mutants."""

    def enter(patches: Callable[[], list[Patch]]) -> Callable[[], list[Patch]]:
        MUTANTS[name] = Mutant(name, says, backend, mood, str(seed), patches)
        return patches

    return enter


@contextmanager
def applied(name: str) -> Iterator[None]:
    """Break the program as a mutant says."""
    with ExitStack() as stack:
        for one in MUTANTS[name].patches():
            stack.enter_context(one)
        yield


# --- the fold ----------------------------------------------------------------------------------


@mutant("last-writer-wins", "the latest value replaces all others", at_once=6, seed=1)
def _last_writer_wins() -> list[Patch]:
    true = register.fold_register

    def wrong(versions: Any, *, status: bool = False) -> Any:
        found = true(versions, status=status)
        latest = [v for v in found.versions if not v.erased][-1:]
        return found._replace(heads=tuple(latest), shown=latest[0] if latest else None)

    return [patch.object(fold, "fold_register", wrong)]


@mutant("last-arrival-wins", "the value that came here last replaces all others", at_once=6, seed=1)
def _last_arrival_wins() -> list[Patch]:
    true_versions, true_fold = register.versions_of, register.fold_register

    def in_order(changes: Any, *rest: Any) -> Any:
        changes = list(changes)
        place = {change.name: nth for nth, change in enumerate(changes)}
        return sorted(true_versions(changes, *rest), key=lambda v: place[min(v.names)])

    def wrong(versions: Any, *, status: bool = False) -> Any:
        versions = list(versions)
        latest = [v for v in versions if not v.erased][-1:]
        found = true_fold(versions, status=status)
        return found._replace(heads=tuple(latest), shown=latest[0] if latest else None)

    return [patch.object(fold, "versions_of", in_order), patch.object(fold, "fold_register", wrong)]


@mutant("no-predecessors", "a new value names nothing that it replaces", seed=1)
def _no_predecessors() -> list[Patch]:
    return [patch.object(tools.Tools, "predecessors", lambda *_, **__: ())]


@mutant(
    "unseen-replaced", "a value replaces also what its writer had not seen", two_windows=6, seed=3
)
def _unseen_replaced() -> list[Patch]:
    def wrong(self: Any, register: Any, seen: Any, stored: Any, *, own: bool) -> Any:
        return register.seen

    return [patch.object(tools.Tools, "predecessors", wrong)]


@mutant("no-decisions", "values that differ are no decision", at_once=6, seed=1)
def _no_decisions() -> list[Patch]:
    return [patch.object(register.Register, "undecided", property(lambda self: False))]


@mutant(
    "latest-status-shown",
    "of two statuses the later is shown, not the less finished",
    at_once=6,
    seed=13,
)
def _latest_status_shown() -> list[Patch]:
    def wrong(heads: Any, *, status: bool) -> Any:
        return heads[-1] if heads else None

    return [patch.object(register, "_shown", wrong)]


@mutant("removal-wins", "an element that somebody took off stays off", at_once=6, seed=22)
def _removal_wins() -> list[Patch]:
    true = fold.fold_set

    def wrong(changes: Any) -> Any:
        changes = list(changes)
        removed = {change.body["e"] for change in changes if change.kind == "rem"}
        elements = true(changes).elements
        return fold.SetState({e: held for e, held in elements.items() if e not in removed})

    return [patch.object(fold, "fold_set", wrong)]


@mutant(
    "hide-covers-all", "a hidden entry stays hidden whatever is written into it", at_once=6, seed=16
)
def _hide_covers_all() -> list[Patch]:
    true = fold._entry

    def wrong(*given: Any) -> Any:
        state = true(*given)
        return state and state._replace(hidden=bool(state.hides))

    return [patch.object(fold, "_entry", wrong)]


@mutant("late-text-spared", "a redaction spares what its writer had not seen", at_once=6, seed=4)
def _late_text_spared() -> list[Patch]:
    return [patch.object(erasure, "_not_after", lambda redact, changes: set())]


@mutant(
    "unseen-words-lost", "words that a redaction had not seen are thrown away", at_once=6, seed=4
)
def _unseen_words_lost() -> list[Patch]:
    return [patch.object(drafts.Drafts, "rescue", lambda *_, **__: None)]


@mutant("no-drift-bound", "a clock is followed however far ahead it is", jump=6, seed=16)
def _no_drift_bound() -> list[Patch]:
    return [patch.object(clock, "DRIFT", 2 * 366 * 86_400_000)]


@mutant("sent-redated", "changes that were sent are dated anew", jump=6, seed=16)
def _sent_redated() -> list[Patch]:
    return [patch.object(redate, "UNOFFERED", "mine = 1 AND state = 'ok'")]


# --- the engine --------------------------------------------------------------------------------


@mutant(
    "cursor-outside", "a batch is marked as read before its changes are stored", kill=4, seed=11
)
def _cursor_outside() -> list[Patch]:
    true = engine.Engine._take

    def wrong(self: Any, part: Batch, batch: Batch, looks: Any) -> None:
        with self._db.write("cursor"):
            self._known.took(part, batch, [], self._known.newest())
        true(self, part, batch, looks)

    return [patch.object(engine.Engine, "_take", wrong)]


@mutant(
    "cursor-outside-postgres",
    "the same, in a database",
    backend="postgres",
    seed="killed-before-the-changes",
)
def _cursor_outside_postgres() -> list[Patch]:
    return _cursor_outside()


@mutant(
    "no-relay",
    "only own changes are sent, not those that others' stores lack",
    backend="both",
    seed=2,
)
def _no_relay() -> list[Patch]:
    true = outbox.Outbox._number

    def wrong(self: Any, found: Any) -> bool:
        self._db.run(
            "INSERT OR IGNORE INTO seen SELECT ?, id, 'nobody' FROM op WHERE NOT mine", self._id
        )
        return true(self, found)

    return [patch.object(outbox.Outbox, "_number", wrong)]


@mutant(
    "clone-for-reset-postgres",
    "after a surprise a new feed is taken, and nothing forgotten",
    backend="postgres",
    restore_store=3,
    save_store=3,
    seed=1,
)
def _clone_for_reset_postgres() -> list[Patch]:
    return [patch.object(known.Known, "reset", known.Known.leave)]


@mutant("clone-for-reset", "the same, over a folder", seed="machine-copied-and-file-lost")
def _clone_for_reset() -> list[Patch]:
    # Nothing is lost by it: what is gone from a folder is missed file by file, as others' is. But
    # the store is without it for a day.
    return _clone_for_reset_postgres()


@mutant(
    "no-heal",
    "what is gone from the store is not offered again",
    seed="author-and-file-lost",
)
def _no_heal() -> list[Patch]:
    return [patch.object(healing.Healer, "_batches", lambda self, now: [])]


@mutant("erased-stays", "redacted texts stay in the store", redact=5, seed=17)
def _erased_stays() -> list[Patch]:
    return [patch.object(engine.Engine, "_erase", lambda self: None)]


def _unaware_in(method: str) -> list[Patch]:
    """Have the engine take no notice, in one of its steps, of texts that are back."""
    true = getattr(engine.Engine, method)

    def wrong(self: Any, *given: Any) -> None:
        with patch.object(self._known, "text_returned", lambda: None):
            true(self, *given)

    return [patch.object(engine.Engine, method, wrong)]


@mutant(
    "erased-returns",
    "a redacted text that comes back into our feed is left there",
    seed="redacted-text-restored",
)
def _erased_returns() -> list[Patch]:
    return _unaware_in("_push")


@mutant(
    "erased-sent-again",
    "a redacted text that another sends once more is left in the store",
    backend="postgres",
    seed="redacted-text-sent-again",
)
def _erased_sent_again() -> list[Patch]:
    return _unaware_in("_take")


@mutant("no-stubs", "of an erased change nothing but its id travels", redact=5, seed=3)
def _no_stubs() -> list[Patch]:
    return [patch.object(outbox.Gathered, "stubs", lambda gathered: {})]


# --- a folder ----------------------------------------------------------------------------------


@mutant("no-hash-check", "a file is read whatever its bytes are", change_file=6, cut_file=3, seed=8)
def _no_hash_check() -> list[Patch]:
    def wrong(name: str, data: bytes, store_id: str, feed: str) -> Batch:
        unpacker = zlib.decompressobj()
        try:
            lines = unpacker.decompress(data).split(b"\n")
            header = segment._header(lines[0])
            items = segment._columns(line for line in lines[1:] if line)
            return Batch(feed, int(name[:10]), bytes.fromhex(header["before"]), items, name)
        except (zlib.error, KeyError, ValueError) as error:
            raise segment.BadSegment(str(error)) from error

    return [patch.object(segment, "read", wrong)]


@mutant(
    "no-chain-check",
    "whatever stands in our feed is taken for ours",
    seed="machine-copied",
)
def _no_chain_check() -> list[Patch]:
    return [patch.object(folder, "_is_ours", lambda known, batch: True)]


@mutant(
    "no-plan",
    "what we wrote before a crash is taken for another's",
    seed="killed-behind-the-file",
)
def _no_plan() -> list[Patch]:
    return [patch.object(folder, "_is_ours", lambda known, batch: False)]


@mutant(
    "own-file-trusted",
    "our own files are not written again when they are gone",
    seed="own-file-lost",
)
def _own_file_trusted() -> list[Patch]:
    def wrong(self: Any, known: Any, *, thorough: bool = False) -> Own:
        true = confirm(self, known, thorough=thorough)
        names = frozenset(known.segments().get(known.feed, ()))
        return Own(max(true.head, known.acked), true.names | names, true.found)

    confirm = folder.Folder.confirm
    return [patch.object(folder.Folder, "confirm", wrong)]


@mutant(
    "vanished-feed",
    "that a whole feed is gone is not noticed",
    seed="author-and-feed-lost",
)
def _vanished_feed() -> list[Patch]:
    true = folder.Folder.lost

    def wrong(self: Any, known: Any, *, thorough: bool = False) -> Any:
        here = set(self._feeds())
        return [src for src in true(self, known, thorough=thorough) if src[:26] in here]

    return [patch.object(folder.Folder, "lost", wrong)]


# --- a database --------------------------------------------------------------------------------


class _Cursors:
    """What is known of a store, with other cursors."""

    def __init__(self, known: Any, cursors: dict[str, tuple[int, bytes]]) -> None:
        self._known, self._cursors = known, cursors

    def __getattr__(self, name: str) -> Any:
        return getattr(self._known, name)

    def cursors(self) -> dict[str, tuple[int, bytes]]:
        return self._cursors


def _news_with(change: Callable[[Any, Any], Any]) -> list[Patch]:
    """Have a database believe other cursors: ``change`` is given one, and the head of its feed."""
    true = postgres.Postgres.news

    def wrong(self: Any, known: Any) -> Iterator[Batch]:
        heads = self._load_heads()
        found = {f: change(cursor, heads.get(f)) for f, cursor in known.cursors().items()}
        return true(self, _Cursors(known, {f: c for f, c in found.items() if c is not None}))

    return [patch.object(postgres.Postgres, "news", wrong)]


@mutant(
    "vanished-feed-postgres",
    "the same, in a database",
    backend="postgres",
    seed="author-and-feed-lost-there",
)
def _vanished_feed_postgres() -> list[Patch]:
    return _news_with(lambda cursor, head: cursor if head is not None else None)


@mutant(
    "head-behind",
    "a feed that ends before our cursor is no surprise",
    backend="postgres",
    seed="older-store-and-author-lost",
)
def _head_behind() -> list[Patch]:
    return _news_with(
        lambda cursor, head: head if head is not None and head[0] < cursor[0] else cursor
    )


@mutant(
    "no-chain-check-postgres",
    "another history of a feed is no surprise",
    backend="postgres",
    seed="another-past",
)
def _no_chain_check_postgres() -> list[Patch]:
    return [patch.object(postgres.Postgres, "_examine", lambda *_: None)]


@mutant(
    "no-hash-check-postgres",
    "a row is read whatever its bytes are",
    backend="postgres",
    seed="row-damaged",
)
def _no_hash_check_postgres() -> list[Patch]:
    def wrong(rows: Any, seq: int, chain: bytes) -> tuple[Columns, list[bytes], str]:
        items = []
        links = []
        trouble = ""
        for number, op_id, after, data in rows:
            seq, chain = seq + 1, statements.link(chain, op_id)
            if (number, after) != (seq, chain):
                trouble = "does not follow"
                break
            whole = data is not None and data[:1] != statements.STUB
            items.append(Item(op_id, data) if whole else Item(op_id, None, data and data[1:]))
            links.append(chain)
        return Columns.of(items), links, trouble

    return [patch.object(statements, "verified", wrong)]


@mutant(
    "own-chain-unchecked", "what stands in our feed is taken for ours", backend="postgres", seed=4
)
def _own_chain_unchecked() -> list[Patch]:
    def confirm(self: Any, known: Any, *, thorough: bool = False) -> Own:
        heads = self._load_heads() if self._heads is None else self._heads
        self._heads = None
        return Own(heads.get(known.feed, (0, b""))[0])

    return [patch.object(postgres.Postgres, "confirm", confirm)]


@mutant(
    "global-sequence",
    "one number says how far the whole store was read",
    backend="postgres",
    seed=2,
)
def _global_sequence() -> list[Patch]:
    def wrong(self: Any, known: Any) -> Iterator[Batch]:
        self._load_heads()
        rows = self._connection.execute(
            "select op_id, bytes from casestore.op order by pushed_at, feed, seq", binary=True
        ).fetchall()
        done, chain = known.cursors().get("every", (0, b""))
        items = [
            statements.verified([(1, op_id, statements.link(b"", op_id), data)], 0, b"")[0][0]
            for op_id, data in rows[done:]
        ]
        if items:
            yield Batch("every", done + 1, chain, items)

    return [patch.object(postgres.Postgres, "news", wrong)]
