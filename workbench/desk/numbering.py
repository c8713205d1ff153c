"""The numbers of cases: of a new one, kept for a trip, and another one for a case that has one."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from workbench.cases.errors import BadInput, NotFound
from workbench.cases.said import said
from workbench.cases.text import key_fold
from workbench.desk.tools import Tools, Written
from workbench.local import place
from workbench.local.act import Act
from workbench.local.numbers import Numbers, Reserved
from workbench.local.stores import Store, Stores

if TYPE_CHECKING:
    from workbench.sync import remote

MOST = 1000
"""How many numbers can be taken at once: each that is not used leaves a gap."""


def number_new(tools: Tools, act: Act, case_id: str, family: str) -> None:
    """Number a case that is being made; no store is asked.

    Where stores are known it gets a number that was kept, or else none until it is sent.
    """
    kept = _kept(tools, family)
    if kept is not None:
        act.write("num", case_id, fam=family, x=kept, src="reserved")
    elif not Stores(tools.db).any():
        act.write("num", case_id, fam=family, x=Numbers(tools.db).highest(family) + 1, src="claim")


def _kept(tools: Tools, family: str) -> int | None:
    """Take a number that was kept for this family, inside a transaction."""
    numbers = Numbers(tools.db)
    if not numbers.has_reserved():
        return None
    return numbers.take(family, place.home(tools.db.path))


def reserved(tools: Tools, project: str | None = None) -> list[Reserved]:
    """Return the numbers that are kept for cases to come."""
    family = None if project is None else key_fold(project)
    return [
        number
        for number in Numbers(tools.db).reserved(place.home(tools.db.path))
        if family is None or key_fold(number.project) == family
    ]


def reserve(tools: Tools, project: str, count: int, store_name: str | None) -> list[Reserved]:
    """Take numbers from a store and keep them for cases to come.

    Raises:
        BadInput: so many can't be taken at once.
        WorkbenchError: the store is a folder, which gives none.
        NotFound: there is no such store, or several to choose from.
        Unreachable: it can't be reached.
    """
    from workbench.desk.writing import project_name

    if not 1 <= count <= MOST:
        raise BadInput(
            said("{count} numbers can't be reserved", count=count),
            said("Take 1 to {most} at once.", most=MOST),
        )
    project_name(tools, project)  # before anything is asked of a store
    store = _arbiter_store(tools, store_name)
    numbers = Numbers(tools.db)
    _read_once(tools, store)
    project = project_name(tools, project)
    family = key_fold(project)
    with closing(_open(tools, store)) as opened:
        found = list(_asked(store, opened).reserve(family, count, numbers.highest(family)))
    with tools.db.write("reserve"):
        numbers.reserve(store, family, project, found, place.home(tools.db.path))
        numbers.count(store, family, found[-1])
    return [Reserved(project, number, store.name) for number in found]


def renumber(tools: Tools, case_id: str, store_name: str | None) -> Written:
    """Give a case another number; the old one stays an alias.

    It is one that was kept, else a store's next one, else the one behind the highest known here.
    """
    row = tools.db.row("SELECT family, number FROM cases WHERE uid = ?", case_id)
    if row is None:
        raise NotFound(said("no case {case}", case=case_id))
    family, old = row
    name = case_id if old is None else f"{case_id}/{old}"
    asks = store_name is not None or any(store.is_database for store in Stores(tools.db).all())
    given = None
    if asks and (store_name is not None or not _has_kept(tools, family)):
        given = _next_of_store(tools, _arbiter_store(tools, store_name), family, name)
    with tools.act("renumber") as act:
        number, source = given, "store"
        if number is None:
            number, source = _kept(tools, family), "reserved"
        if number is None:
            number, source = Numbers(tools.db).highest(family) + 1, "claim"
        changes = [item.change for item in tools.changes(case_id, "number")]
        replaced = {name for change in changes for name in change.p}
        before = {change.name for change in changes} - replaced
        act.write("num", case_id, before, fam=family, x=number, src=source)
    return Written(1, (case_id,), batch=act.batch)


def _has_kept(tools: Tools, family: str) -> bool:
    return any(key_fold(number.project) == family for number in reserved(tools))


def _next_of_store(tools: Tools, store: Store, family: str, name: str) -> int:
    """Ask a store for the number of a name; asked again it gives the same one."""
    numbers = Numbers(tools.db)
    _read_once(tools, store)
    with closing(_open(tools, store)) as opened:
        given = _asked(store, opened).allocate(family, [name], numbers.highest(family))[name]
    with tools.db.write("count"):
        numbers.count(store, family, given)
    return given


def _arbiter_store(tools: Tools, name: str | None) -> Store:
    """Return the store that gives numbers: the one named, or the only one that does."""
    from workbench.desk import sharing

    if name is not None:
        return sharing.find(tools, name)
    stores = Stores(tools.db).all()
    databases = [store for store in stores if store.is_database]
    if len(databases) == 1 or (not databases and len(stores) == 1):
        return (databases or stores)[0]
    if not databases:
        return sharing.find(tools, None)
    raise NotFound(
        said(
            "several stores give numbers: {stores}",
            stores=", ".join(store.name for store in databases),
        ),
        said("Name one: --store NAME."),
    )


def _read_once(tools: Tools, store: Store) -> None:
    """Read a store that was never read: what others numbered before is known only from that."""
    from workbench.desk import sharing

    if store.synced_at is None and store.is_database:
        sharing.exchange(tools, store.name, pull=True, push=False)


def _open(tools: Tools, store: Store) -> remote.Remote:
    from workbench.desk import sharing

    return sharing.open_remote(tools, store)


def _asked(store: Store, opened: remote.Remote) -> remote.Numbers:
    from workbench.sync.numbering import arbiter

    return arbiter(store, opened)
