"""Tales: histories that are told, not drawn. Each needs one certain check of the program.

What takes three accidents in one order comes about in one of hundreds of drawn histories, and in
another one after every change of the program; told, it is there at once and stays. A tale ends in
the same rest as every history, which holds it to the same promises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.sync.simulation import checks
from tests.sync.simulation.database import DatabaseStore
from tests.sync.simulation.faults import begin_anew, forget
from tests.sync.simulation.stores import FolderStore
from tests.sync.simulation.world import Copy, World


@dataclass(frozen=True)
class Tale:
    """What happens, over which kind of store."""

    backend: str
    tell: Callable[[World], None]


TALES: dict[str, Tale] = {}


def tale(backend: str) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    """Enter a function into the list of tales, by its name."""

    def enter(tell: Callable[[World], None]) -> Callable[[World], None]:
        TALES[tell.__name__.replace("_", "-")] = Tale(backend, tell)
        return tell

    return enter


# --- what happens in tales ---------------------------------------------------------------------


def team(world: World, count: int) -> list[Copy]:
    """Have people share a store, each with a case of their own that all have."""
    (store,) = world.shop.stores.values()
    copies = [world.add_copy({store.name: 0}, author) for author in ("anna", "bo", "chen")[:count]]
    copies[0].desk.init_store(store.name)
    store.made()
    for copy in copies:
        write(world, copy)
    for copy in copies * 2:
        sync(world, copy)
    return copies


def write(world: World, copy: Copy) -> str:
    """Write a case with an entry in it; return the case."""
    with world.acting(copy):
        case = copy.desk.new("nova", world.words())
        copy.desk.note(case, world.words())
    return case


def sync(world: World, copy: Copy, *, pull: bool = True, killed_at: str | None = None) -> None:
    """Have a copy pull and push, or only push, and perhaps be killed at a point of that."""
    (name,) = copy.stores
    if killed_at is not None:
        world.arm_at(killed_at)
    with world.shop.stores[name].watched(0), world.acting(copy, kind="exchange"):
        done = copy.desk.exchange(name, pull=pull)
        world.say(f"{copy.name}: {done.sent} sent, {done.received} received {done.notes}")
    if killed_at is not None:
        assert world.crashed[killed_at], f"{copy.name} does not pass {killed_at}"


def feed_of(copy: Copy) -> str:
    """Return a copy's feed."""
    (store,) = copy.desk.stores()
    return store.feed


def a_folder(world: World) -> FolderStore:
    """Return the store in a folder, of which something is lost in this tale."""
    (store,) = world.shop.folders()
    store.lossy = True
    return store


def a_database(world: World) -> DatabaseStore:
    """Return the store in a database, of which something is lost in this tale."""
    (store,) = world.shop.stores.values()
    assert isinstance(store, DatabaseStore)
    store.lossy = True
    return store


def lose_newest(store: FolderStore, copy: Copy) -> None:
    """Lose the file that a copy wrote last."""
    feed = feed_of(copy)
    store.remove(0, [file for file in store.files(0) if file.startswith(feed)][-1])


def two_machines(world: World, copy: Copy) -> Copy:
    """Copy a machine as a whole: of the two, the one that sends later takes a new feed."""
    world.cloned = True
    world.feeds.update(copy.stores.keys())
    return world.clone(copy, whole=True)


# --- a folder ----------------------------------------------------------------------------------


@tale("folder")
def own_file_lost(world: World) -> None:
    """What nobody has read yet is gone from the store: only who wrote it can write it again."""
    anna, _ = team(world, 2)
    write(world, anna)
    sync(world, anna)
    lose_newest(a_folder(world), anna)


@tale("folder")
def machine_copied(world: World) -> None:
    """Two machines go on from one file, and each has written as much as the other."""
    anna, _ = team(world, 2)
    twin = two_machines(world, anna)
    for copy in (twin, anna):
        write(world, copy)
        sync(world, copy)


@tale("folder")
def machine_copied_and_file_lost(world: World) -> None:
    """The store is full again as soon as somebody noticed: what is forgotten is offered at once."""
    anna, _ = team(world, 2)
    twin = two_machines(world, anna)
    store = a_folder(world)
    before = store.files(0)
    write(world, twin)
    sync(world, twin)
    for file in before:
        if file.startswith(feed_of(anna)):
            store.remove(0, file)
    sync(world, anna)
    checks.stored(world)


@tale("folder")
def killed_behind_the_file(world: World) -> None:
    """A file got its name, and whoever wrote it was killed before it wrote that down."""
    anna, _ = team(world, 2)
    write(world, anna)
    sync(world, anna, killed_at="push:after-rename")
    write(world, anna)


@tale("folder")
def author_and_file_lost(world: World) -> None:
    """A file is gone, and who wrote it as well: who has read it must offer it."""
    anna, bo = team(world, 2)
    write(world, anna)
    sync(world, anna)
    sync(world, bo)
    lose_newest(a_folder(world), anna)
    world.lose(anna)


@tale("folder")
def author_and_feed_lost(world: World) -> None:
    """All that somebody ever sent is gone, with the folder that it lay in, and so is its author."""
    anna, _ = team(world, 2)
    store = a_folder(world)
    for file in store.files(0):
        if file.startswith(feed_of(anna)):
            store.remove(0, file)
    store.remove_empty(0)
    world.lose(anna)


@tale("folder")
def redacted_text_restored(world: World) -> None:
    """An older store comes back, with a text in it that was taken out since."""
    anna, _ = team(world, 2)
    case = anna.cases()[0]
    store = a_folder(world)
    store.backup()
    with world.acting(anna):
        anna.desk.redact(case, "problem", text=None, why="密码")
    sync(world, anna)
    store.restore(0)


@tale("folder")
def redacted_name(world: World) -> None:
    """A name is taken out of all that was said of people, while another says more of it."""
    anna, bo = team(world, 2)
    name, other = world.words().split()[0], world.words().split()[0]
    with world.acting(anna):
        anna.desk.set_person(name, side="customer", aliases=[other])
    sync(world, anna)
    sync(world, bo)
    with world.acting(bo):
        bo.desk.merge_people("Kay", name)
    sync(world, bo)
    sync(world, anna)
    with world.acting(anna):
        anna.desk.redact_person(name, why="密码")
    world.taken.add(name)


# --- a database --------------------------------------------------------------------------------


@tale("postgres")
def killed_before_the_changes(world: World) -> None:
    """Who reads is killed before the changes stand in its file."""
    anna, bo = team(world, 2)
    write(world, anna)
    sync(world, anna)
    sync(world, bo, killed_at="pull:before-commit")


@tale("postgres")
def author_and_feed_lost_there(world: World) -> None:
    """All that somebody ever sent is gone, and so is its author."""
    anna, _ = team(world, 2)
    store = a_database(world)
    store.vanish(feed_of(anna))
    begin_anew(world, store)
    world.lose(anna)


@tale("postgres")
def older_store_and_author_lost(world: World) -> None:
    """The store is that of yesterday, and who wrote what it lacks is lost: others have read it."""
    anna, bo = team(world, 2)
    store = a_database(world)
    store.backup()
    write(world, anna)
    sync(world, anna)
    sync(world, bo)
    store.restore()
    begin_anew(world, store)
    world.lose(anna)


@tale("postgres")
def another_past(world: World) -> None:
    """The store and one laptop are those of yesterday, and that one has sent again as much as it
    had: only the chain tells whoever has read further that it is not the same."""
    anna, bo = team(world, 2)
    store = a_database(world)
    store.backup()
    night = world.backup(anna)
    write(world, anna)
    sync(world, anna)
    sync(world, bo)
    world.restore(anna, night)
    store.restore()
    world.cloned = True
    begin_anew(world, store)
    write(world, anna)
    sync(world, anna)


@tale("postgres")
def row_damaged(world: World) -> None:
    """The words of a row are others for a while, and somebody reads in that time."""
    anna, bo = team(world, 2)
    case = write(world, anna)
    sync(world, anna)
    store = a_database(world)
    word = anna.desk.case(case).entries[0].text.split()[0].encode()
    (whole,) = (data for _, data in store.raw() if word in data)
    store.replace(whole, whole.replace(word, b"w00000"))
    sync(world, bo)


@tale("postgres")
def redacted_text_sent_again(world: World) -> None:
    """Somebody begins anew with the store, sends all without reading first, a text among it that
    was taken out meanwhile, and is never seen again."""
    anna, bo = team(world, 2)
    store = a_database(world)
    with world.acting(anna):
        anna.desk.redact(anna.cases()[0], "problem", text=None, why="密码")
    sync(world, anna)
    forget(world, bo, store.name)
    sync(world, bo, pull=False)
    world.lose(bo)
