"""What goes wrong: with files on their way, with stores, with machines, and with clocks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from hashlib import sha256

from tests.sync.simulation.database import DatabaseStore
from tests.sync.simulation.stores import MARK, FolderStore, Store
from tests.sync.simulation.world import Copy, World
from workbench.cases import names
from workbench.cases.change import encode
from workbench.cases.feed import START, Batch, Item
from workbench.sync import segment

DAY = 86_400_000
Fault = Callable[[World], None]
MOST_COPIES = 8


def fault(world: World) -> None:
    """Have something go wrong."""
    sites = max((store.sites for store in world.shop.folders()), default=0)
    faults = [
        (fault, world.weight(fault.__name__, weight))
        for fault, weight, needed in FAULTS
        if sites >= needed
    ]
    chosen = world.chance.choices([f for f, _ in faults], [w for _, w in faults])[0]
    world.counts[chosen.__name__] += 1
    world.say(f"  fault: {chosen.__name__}")
    chosen(world)


def some_copy(world: World) -> Copy:
    """Choose a copy."""
    return world.chance.choice(world.copies)


def some_folder(world: World) -> FolderStore | None:
    """Choose a store in a folder, if there is one."""
    folders = world.shop.folders()
    return world.chance.choice(folders) if folders else None


# --- files on their way ------------------------------------------------------------------------


def carry(world: World) -> None:
    """Carry files between two sites of a store: all, some, or one; whole or cut."""
    store = some_folder(world)
    if store is None or store.sites < 2:
        return
    source, target = world.chance.sample(range(store.sites), k=2)
    if {source, target} & store.unmounted:
        return
    files = [f for f in store.files(source) if store.piece(target, f) is None]
    if not files:
        return
    count = world.chance.choice((1, 1, 3, len(files)))
    for file in world.chance.sample(files, k=min(count, len(files))):
        store.carry(source, target, file, cut=world.maybe(0.1))


def some_file(world: World) -> tuple[FolderStore, int, str] | None:
    """Choose a file in a folder."""
    store = some_folder(world)
    if store is None:
        return None
    site = world.chance.randrange(store.sites)
    files = store.files(site) if site not in store.unmounted else []
    return (store, site, world.chance.choice(files)) if files else None


def lose_file(world: World) -> None:
    """Lose a file of a store."""
    if found := some_file(world):
        store, site, file = found
        store.lossy = True
        store.remove(site, file)


def cut_file(world: World) -> None:
    """Leave only the beginning of a file, under its name."""
    if found := some_file(world):
        store, site, file = found
        path = store.path(site, file)
        if path.is_file():
            store.lossy = True
            data = path.read_bytes()
            path.write_bytes(data[: world.chance.randrange(len(data) + 1)])


def change_file(world: World) -> None:
    """Turn one byte of a file, as a bad disk does."""
    if found := some_file(world):
        store, site, file = found
        path = store.path(site, file)
        data = bytearray(path.read_bytes()) if path.is_file() else bytearray()
        if data:
            store.lossy = True
            data[world.chance.randrange(len(data))] ^= 1 << world.chance.randrange(8)
            path.write_bytes(data)


def conflict_copy(world: World) -> None:
    """Have a synchronising program, a desktop or a person leave files that are none of ours."""
    if not (found := some_file(world)):
        return
    store, site, file = found
    path = store.path(site, file)
    if not path.is_file():
        return
    name = world.chance.choice(
        (
            path.name.replace(".seg", " (conflicted copy 2025-06-01).seg"),
            path.name.replace(".seg", ".sync-conflict-20250601-101010-ABCDEFG.seg"),
            path.name.replace("0", "٠", 1),
            path.name + "\n",
            path.name.upper(),
            "desktop.ini",
            "~$x.seg",
            ".tmp-0123456789abcdef",
        )
    )
    (path.parent / name).write_bytes(path.read_bytes()[: world.chance.choice((3, 1 << 20))])


def false_segment(world: World) -> None:
    """Leave something under a good name that is no segment: other bytes, a folder, a pipe."""
    if not (found := some_file(world)):
        return
    store, site, file = found
    first = world.chance.randint(1, 400)
    name = f"{first:010d}-{first + 2:010d}-{world.chance.randbytes(16).hex()}.seg"
    path = store.path(site, file).with_name(name)
    what = world.chance.choice(("bytes", "folder", "pipe"))
    if what == "bytes":
        path.write_bytes(world.chance.randbytes(200))
    elif what == "folder":
        path.mkdir(exist_ok=True)
    else:
        os.mkfifo(path)


def forget_store(world: World) -> None:
    """Have somebody remove a store from a copy, and add it again."""
    copy = some_copy(world)
    forget(world, copy, world.chance.choice(sorted(copy.stores)))


def forget(world: World, copy: Copy, name: str) -> None:
    """Remove a store from a copy, and add it again."""
    copy.desk.remove_store(name)
    copy.desk.add_store(name, world.shop.address(name, copy.stores[name]))
    world.cloned = True
    world.feeds[name] += 1


def newer_program(world: World) -> None:
    """Have a newer version of the program write what this one does not know."""
    store = some_folder(world)
    case = next((case for copy in world.copies for case in copy.cases()), None)
    if store is None or case is None or 0 in store.unmounted:
        return
    h = world.now << 16
    own = names.from_bytes(world.entropy(16))
    common = {"h": h, "author": "zoe", "copy": own, "nonce": world.entropy(16)}
    line = encode("note", case, i=names.from_bytes(world.entropy(16)), x=world.words(), **common)
    odd = encode("note", case, i=names.from_bytes(world.entropy(16)), x="heard", **common)
    options = [
        odd.replace(b'"v":1', b'"v":2'),
        odd.replace(b'"k":"note"', b'"k":"vote"'),
        odd.replace(b'"x":', b'"mood":"good","x":'),
        odd.replace(b'"h":"0', b'"h":"z'),
        b'{"no change ' + world.entropy(8).hex().encode(),
    ]
    data = [line, *world.chance.sample(options, k=2)]
    items = [Item(sha256(one).digest(), one) for one in data]
    feed = names.from_bytes(world.entropy(16))
    name, content = segment.write(Batch(feed, 1, START, items), _store_id(store))
    path = store.path(0, f"{feed}/{name}")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    world.foreign.add(feed)
    world.oracle.learn_foreign(line, sha256(line).hexdigest())


def _store_id(store: FolderStore) -> str:
    return str(json.loads((store.root(0) / MARK).read_text())["store_id"])


# --- stores ------------------------------------------------------------------------------------


def unmount(world: World) -> None:
    """Take a folder away, or bring it back."""
    store = some_folder(world)
    if store is None:
        return
    site = world.chance.randrange(store.sites)
    if site in store.unmounted:
        store.mount(site)
    else:
        store.unmount(site)


def some_store(world: World) -> Store:
    """Choose a store; what is done to it is a loss that all who know it may answer."""
    store = world.chance.choice(list(world.shop.stores.values()))
    store.lossy = True
    if isinstance(store, DatabaseStore):
        begin_anew(world, store)
    return store


def begin_anew(world: World, store: Store) -> None:
    """Allow every copy that knows a store a new feed there."""
    world.feeds[store.name] += sum(store.name in copy.stores for copy in world.copies)


def empty_store(world: World) -> None:
    """Empty a store, but for its mark."""
    store = some_store(world)
    if isinstance(store, DatabaseStore):
        store.empty()
    elif isinstance(store, FolderStore):
        site = world.chance.randrange(store.sites)
        for file in store.files(site) if site not in store.unmounted else ():
            store.remove(site, file)
        store.remove_empty(site)


def lose_feed(world: World) -> None:
    """Lose all that one copy put into a store."""
    store = some_store(world)
    feeds = sorted(store.feeds())
    if not feeds:
        return
    feed = world.chance.choice(feeds)
    if isinstance(store, DatabaseStore):
        store.vanish(feed)
    elif isinstance(store, FolderStore):
        site = world.chance.randrange(store.sites)
        for file in store.files(site) if site not in store.unmounted else ():
            if file.startswith(feed):
                store.remove(site, file)
        if world.maybe(0.7):
            store.remove_empty(site)


def save_store(world: World) -> None:
    """Make a backup of every store, and of every laptop."""
    world.nights = [(copy, world.backup(copy)) for copy in world.copies]
    for store in world.shop.stores.values():
        store.backup()


def restore_store(world: World) -> None:
    """Put a backup of a store in its place."""
    store = some_store(world)
    if isinstance(store, DatabaseStore):
        if not store.restore():
            save_store(world)
    elif isinstance(store, FolderStore):
        kept = sorted(store.backups.keys() - store.unmounted)
        if kept:
            store.restore(world.chance.choice(kept))
        else:
            save_store(world)


# --- machines ----------------------------------------------------------------------------------


def restore_night(world: World) -> None:
    """Bring back what was saved in one night: the stores, and one of the laptops."""
    saved = [(copy, backup) for copy, backup in world.nights if copy in world.copies]
    if saved and world.maybe(0.7):
        copy, backup = world.chance.choice(saved)
        world.restore(copy, backup)
        world.cloned = True
        world.feeds.update(copy.stores.keys())
        for store in world.shop.stores.values():
            store.lossy = True
            begin_anew(world, store)
            if isinstance(store, DatabaseStore):
                store.restore()
            elif isinstance(store, FolderStore):
                for site in sorted(store.backups.keys() - store.unmounted):
                    store.restore(site)
    else:
        save_store(world)


def change_row(world: World) -> None:
    """Turn one byte of a row, as a bad disk or a foreign hand does, until somebody mends it."""
    stores = [s for s in world.shop.stores.values() if isinstance(s, DatabaseStore)]
    if stores:
        stores[0].damage()


def jump(world: World) -> None:
    """Set a clock wrong, or right again."""
    copy = some_copy(world)
    if abs(copy.offset) > DAY or world.maybe(0.2):
        copy.offset = world.chance.randint(-60_000, 60_000)
    else:
        copy.offset = world.chance.choice((-400, -30, -1, 1, 30, 400)) * DAY


def wait(world: World) -> None:
    """Let days pass."""
    world.now += world.chance.randint(1, 4) * DAY


def clone(world: World) -> None:
    """Copy a virtual machine; both go on."""
    if len(world.copies) < MOST_COPIES:
        copy = some_copy(world)
        world.clone(copy, whole=world.maybe(0.6))
        world.cloned = True
        world.feeds.update([*copy.stores, *copy.stores])


def save_copy(world: World) -> None:
    """Make a backup of a laptop."""
    copy = some_copy(world)
    world.backups = [*world.backups[-3:], (copy, world.backup(copy))]


def restore_copy(world: World) -> None:
    """Put a backup in place of what a laptop has."""
    living = [(copy, backup) for copy, backup in world.backups if copy in world.copies]
    if not living:
        save_copy(world)
        return
    copy, backup = world.chance.choice(living)
    world.restore(copy, backup)
    if world.maybe(0.5):
        copy.home += "'"  # another file in the same place, not a machine set back as a whole
    world.cloned = True
    world.feeds.update(copy.stores.keys())


def lose_copy(world: World) -> None:
    """Lose a laptop for good."""
    if len(world.copies) < 3:
        return
    copy = some_copy(world)
    rest = [other for other in world.copies if other is not copy]
    if all(any(name in other.stores for other in rest) for name in world.shop.stores) and (
        world.joined(rest)
    ):
        world.lose(copy)


def new_copy(world: World) -> None:
    """Have somebody begin on a new laptop."""
    if len(world.copies) < MOST_COPIES:
        model = some_copy(world)
        world.add_copy(dict(model.stores), model.author if world.maybe(0.3) else None)


FAULTS: tuple[tuple[Fault, int, int], ...] = (
    (carry, 40, 2),
    (lose_file, 5, 1),
    (cut_file, 3, 1),
    (change_file, 2, 1),
    (conflict_copy, 4, 1),
    (false_segment, 2, 1),
    (newer_program, 2, 1),
    (unmount, 3, 1),
    (empty_store, 1, 0),
    (lose_feed, 2, 0),
    (save_store, 3, 0),
    (restore_store, 2, 0),
    (restore_night, 3, 0),
    (change_row, 1, 0),
    (forget_store, 1, 0),
    (jump, 5, 0),
    (wait, 4, 0),
    (clone, 2, 0),
    (save_copy, 3, 0),
    (restore_copy, 3, 0),
    (lose_copy, 1, 0),
    (new_copy, 1, 0),
)
"""Each with its weight, and how many sites of a folder it takes to make sense."""
