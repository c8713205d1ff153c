"""Sharing: the stores of a team, and exchanging changes with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from workbench.cases.errors import Ambiguous, BadInput, Busy, NotFound, WorkbenchError
from workbench.cases.model import HistoryItem
from workbench.cases.record import Record
from workbench.cases.said import counted, said
from workbench.desk.drafting import rescued
from workbench.desk.tools import Tools
from workbench.local import place, process
from workbench.local.blobs import Blobs
from workbench.local.numbers import Numbers
from workbench.local.stores import Store, Stores, is_database

if TYPE_CHECKING:
    from workbench.sync.checking import Finding
    from workbench.sync.engine import Engine
    from workbench.sync.remote import NoStore, Remote, Unreachable

Progress = Callable[[str, int, int], None]
FEW = 5
"""So many numbers that are used twice are told one by one."""
NAME = re.compile(r"[^\s/:#]{1,64}")


class Exchange(Record):
    """What an exchange with a store did. ``notes`` are sentences for the person."""

    store: str
    sent: int
    received: int
    decisions: int
    set_aside: int
    seconds: float
    notes: tuple[str, ...]
    blobs_sent: int = 0
    blobs_received: int = 0
    dry_run: bool = False
    """True where all of it would have been done, and nothing was."""

    def json(self) -> dict[str, Any]:
        """Return it as scripts read it; what was only tried says so."""
        found: dict[str, Any] = {
            "store": self.store,
            "sent": self.sent,
            "received": self.received,
            "decisions": self.decisions,
            "set_aside": self.set_aside,
            "blobs_sent": self.blobs_sent,
            "blobs_received": self.blobs_received,
            "seconds": round(self.seconds, 3),
        }
        return found | ({"dry_run": True} if self.dry_run else {})


def known(tools: Tools) -> list[Store]:
    """Return the stores that this copy knows."""
    return Stores(tools.db).all()


def add(tools: Tools, name: str, url: str, *, own_only: bool = False) -> Store:
    """Remember a store under a name; nothing is contacted.

    Args:
        own_only: as ``keep_own`` has it.

    Raises:
        BadInput: the name is taken, or the address is of no kind that is known or holds a secret.
    """
    if not NAME.fullmatch(name):
        raise BadInput(
            said('"{name}" can\'t name a store', name=name),
            said("Use a short word without / : # or spaces."),
        )
    stores = Stores(tools.db)
    if stores.get(name) is not None:
        raise BadInput(
            said('there is a store "{name}" already', name=name),
            said("workbench store list shows them."),
        )
    stores.add(name, _address(url), tools.pen.new_id())
    return keep_own(tools, name, own_only)


def keep_own(tools: Tools, name: str, own_only: bool) -> Store:
    """Say whether a store gets only what was written on this copy, with what that builds on."""
    Stores(tools.db).keep_own(find(tools, name), own_only)
    return find(tools, name)


def unsent(tools: Tools, name: str) -> int:
    """Return how many changes a store does not have yet, also those that no history shows."""
    return Stores(tools.db).unsent(find(tools, name))


def unsent_pages(tools: Tools, name: str | None = None) -> int:
    """Return how many pages wait to be sent to a store, or to some store."""
    from workbench.desk import sharedpages

    stores = [find(tools, name)] if name is not None else known(tools)
    return max((sharedpages.unsent(tools, store) for store in stores), default=0)


def find(tools: Tools, name: str | None) -> Store:
    """Return a store; the only one where no name is given.

    Raises:
        NotFound: there is none of this name, or none at all.
        Ambiguous: there are several to choose from.
    """
    stores = Stores(tools.db)
    if name is not None:
        found = stores.get(name)
        if found is None:
            raise NotFound(
                said('no store "{name}"', name=name),
                said("workbench store list shows them."),
            )
        return found
    known = stores.all()
    if len(known) == 1:
        return known[0]
    if not known:
        raise NotFound(
            said("there is no shared store"), said("Add one: workbench store add NAME FOLDER.")
        )
    raise Ambiguous(
        said("there are several stores"), tuple(s.name for s in known), said("Name one.")
    )


def create(tools: Tools, name: str) -> tuple[Store, bool]:
    """Make the empty target of a store a store; return it, and whether it was none before."""
    store = find(tools, name)
    fresh = _create(tools, store)
    return find(tools, name), fresh


def _create(tools: Tools, store: Store) -> bool:
    from workbench.sync import folder

    store_id, epoch = tools.pen.new_id(), tools.pen.new_id()
    if store.is_database:
        from workbench.sync import postgres

        return postgres.create(store.url, store_id, epoch).store_id == store_id
    return folder.create(Path(store.url), store_id, epoch).store_id == store_id


def remove(tools: Tools, name: str) -> Store:
    """Forget a store; what it holds stays there, and our changes stay here."""
    store = find(tools, name)
    Stores(tools.db).remove(store)
    return store


def open_remote(tools: Tools, store: Store) -> Remote:
    """Return the backend of a store's address."""
    if store.is_database:
        from workbench.sync.postgres import Postgres

        return Postgres(store.url, tools.clock)
    from workbench.sync.folder import Folder

    return Folder(Path(store.url), tools.clock)


@contextmanager
def connected(tools: Tools, store: Store) -> Iterator[Remote]:
    """Open a store for its contents alone.

    Raises:
        Unreachable: it can't be reached, or is another one now.
    """
    from workbench.sync.remote import Unreachable

    remote = open_remote(tools, store)
    try:
        if store.store_id not in (None, remote.identify().store_id):
            raise Unreachable(
                said("{url} holds another store than the one that it was", url=store.url)
            )
        yield remote
    finally:
        remote.close()


def exchange(
    tools: Tools,
    name: str | None,
    *,
    pull: bool,
    push: bool,
    dry_run: bool = False,
    repair: bool = False,
    progress: Progress | None = None,
) -> Exchange:
    """Exchange changes with a store.

    Raises:
        NotFound: there is no such store.
        Unreachable: it can't be reached; what is unsent stays in the outbox.
        Busy: another process of this copy is exchanging just now.
    """
    store = find(tools, name)
    started = tools.clock()
    before, last = _decisions(tools), tools.log.last()
    with _engine(tools, store, progress=progress, repair=repair) as engine:
        outcome = engine.run(pull=pull, push=push, dry_run=dry_run)
    notes = (*outcome.notes, *_twins(tools, last), *rescued(tools))
    return Exchange(
        store.name,
        outcome.sent,
        outcome.received,
        len(_decisions(tools) - before),
        outcome.set_aside,
        (tools.clock() - started) / 1000,
        notes,
        outcome.blobs_sent,
        outcome.blobs_received,
        dry_run,
    )


@contextmanager
def _engine(tools: Tools, store: Store, **options: Any) -> Iterator[Engine]:
    """Open a store for the only process of this copy that exchanges with one now."""
    from workbench.desk.sharedpages import PageKeeper
    from workbench.sync.engine import Engine
    from workbench.sync.remote import NoStore, Unreachable

    _take_turn(tools)
    try:
        remote = open_remote(tools, store)
        try:
            yield Engine(
                tools.db,
                tools.pen,
                store,
                remote,
                author=tools.author,
                clock=tools.clock,
                entropy=tools.pen.entropy,
                home=place.home(tools.db.path),
                pages=PageKeeper(tools),
                **options,
            )
        finally:
            remote.close()
    except (Unreachable, NoStore) as error:
        raise _away(tools, store, error) from error
    finally:
        _end_turn(tools)


def _decisions(tools: Tools) -> set[str]:
    """Return the ids of the decisions that wait."""
    return {row["id"] for row in tools.db.rows("SELECT id FROM decision")}


def _twins(tools: Tools, last: int) -> list[str]:
    """Say which numbers several cases show since what stands behind a row of the log."""
    found = Numbers(tools.db).new_twins(last)
    if len(found) > FEW:
        return [
            counted(
                "{count} number is used twice; workbench list is:question shows the cases",
                "{count} numbers are used twice; workbench list is:question shows the cases",
                len(found),
            )
        ]
    return [twins.told for twins in found]


def _away(tools: Tools, store: Store, error: Unreachable | NoStore) -> WorkbenchError:
    """Return why a store can't be used, with what stays here until it can."""
    return type(error)(_unsent(tools, store, error.args[0]), error.hint)


def _unsent(tools: Tools, store: Store, problem: str) -> str:
    count = Stores(tools.db).unsent(store)
    if not count and (files := len(Blobs(tools.db).unsent(store.id))):
        return counted(
            "{problem}; nothing is lost, {count} file stays in the outbox",
            "{problem}; nothing is lost, {count} files stay in the outbox",
            files,
            problem=problem,
        )
    if not count:
        return said("{problem}; nothing is lost", problem=problem)
    return counted(
        "{problem}; nothing is lost, {count} change stays in the outbox",
        "{problem}; nothing is lost, {count} changes stay in the outbox",
        count,
        problem=problem,
    )


def purge(tools: Tools, name: str) -> int:
    """Take redacted texts out of what others put into a store; return how many places held one.

    Raises:
        WorkbenchError: the store lets only others do that.
    """
    with _engine(tools, find(tools, name)) as engine:
        return engine.purge()


def outbox(tools: Tools, name: str | None = None, most: int = -1) -> list[HistoryItem]:
    """Return what a store, or some store, does not have yet, oldest first; -1: all of it."""
    from workbench.desk import reading

    waiting = Stores(tools.db).waiting(name, most)
    items = [
        item
        for subject, ids in waiting.items()
        for item in reading.history(tools, subject)
        if item.id in ids
    ]
    return sorted(items, key=lambda item: item.at)


def check(tools: Tools, name: str | None) -> list[Finding]:
    """Try everything that sync needs against the real target of a store.

    Raises:
        Unreachable, NoStore: there is nothing to try.
    """
    from workbench.local.known import Known
    from workbench.sync.checking import check as try_out
    from workbench.sync.remote import NoStore, Unreachable

    store = find(tools, name)
    try:
        found = try_out(
            store.url, tools.clock, tools.pen.entropy, store.store_id, Known(tools.db, store)
        )
        return [*found, *_waiting(tools, store)]
    except (Unreachable, NoStore) as error:
        raise _away(tools, store, error) from error


def _waiting(tools: Tools, store: Store) -> Iterator[Finding]:
    """Say what waits here to be sent to a store."""
    from workbench.sync.checking import Finding

    if n := unsent(tools, store.name):
        text = counted("{count} change waits to be sent", "{count} changes wait to be sent", n)
        yield Finding(True, text)
    if n := len(Blobs(tools.db).unsent(store.id)):
        text = counted("{count} file waits to be sent", "{count} files wait to be sent", n)
        yield Finding(True, text)
    if n := unsent_pages(tools, store.name):
        text = counted("{count} page waits to be sent", "{count} pages wait to be sent", n)
        yield Finding(True, text)


def _take_turn(tools: Tools) -> None:
    """Let one process of this copy exchange at a time; a dead one's turn is over."""
    with tools.db.write("turn"):
        holder = tools.db.value("SELECT value FROM meta WHERE name = 'exchanging'")
        if holder is not None and holder != process.own() and process.alive(holder):
            raise Busy(
                said("another process of yours is exchanging with a store just now"), said("Wait.")
            )
        tools.db.run("INSERT OR REPLACE INTO meta VALUES ('exchanging', ?)", process.own())


def _end_turn(tools: Tools) -> None:
    with tools.db.write("turn"):
        tools.db.run("DELETE FROM meta WHERE name = 'exchanging'")


def _address(url: str) -> str:
    """Return an address in the form in which it is kept."""
    if is_database(url):
        if urlsplit(url).password is not None or "password=" in url:
            raise BadInput(
                said("the address holds a password, which would be kept in the clear"),
                said("Put it into ~/.pgpass or a service file, and leave it out of the address."),
            )
        return url
    if url.startswith("file://"):
        return unquote(urlsplit(url).path)
    if "://" in url:
        raise BadInput(
            said('"{url}" is no address of a store', url=url),
            said("Give a folder, or postgresql://HOST/DATABASE."),
        )
    return str(Path(url).expanduser().absolute())
