"""Whose feeds a store's changes came in, where the store itself knows: a database does.

"The author claimed in a change is compared with the owner of its feed": anybody may pass on what
another wrote, from a stick for one, and then it is told who did.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from workbench.cases.change import BadChange, decode
from workbench.cases.text import key_fold
from workbench.local.changelog import Stored
from workbench.local.database import Database
from workbench.local.people import read_people
from workbench.local.reads import OWNERS

_SIGNING = "signing {}"
"""The same of those owners who sign as their role is called, as a JSON array."""


def remember(db: Database, store: int, owners: Mapping[str, str]) -> None:
    """Remember whose each feed of a store is, inside a transaction."""
    name, text = OWNERS.format(store), json.dumps(dict(sorted(owners.items())), ensure_ascii=False)
    if db.value("SELECT value FROM meta WHERE name = ?", name) != text:
        db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, text)


def forget(db: Database, store: int) -> None:
    """Forget the owners of a store, inside a transaction."""
    for name in (OWNERS, _SIGNING):
        db.run("DELETE FROM meta WHERE name = ?", name.format(store))


def signing(db: Database, store: int) -> set[str]:
    """Return the owners of a store's feeds who are known to sign as their role is called."""
    found = db.value("SELECT value FROM meta WHERE name = ?", _SIGNING.format(store))
    return set(json.loads(found or "[]"))


def learn(db: Database, store: int, owner: str, came: Iterable[bytes]) -> None:
    """Remember that an owner signs as the role is called if one of these changes of the feed says
    so; inside a transaction."""
    same = _sameness(db)
    for data in came:
        try:
            author = decode(data, "").author
        except BadChange:
            continue
        if same(author) == same(owner):
            names = sorted({*signing(db, store), owner})
            text = json.dumps(names, ensure_ascii=False)
            db.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", _SIGNING.format(store), text)
            return


def confirm(db: Database, store: int, feed: str, owner: str, came: Mapping[int, bytes]) -> None:
    """Count changes that came another way first as the owner's, where they say so themselves.

    Inside a transaction.

    Args:
        came: the rows and bytes of changes that stand in this feed too, and were here.
    """
    rows = db.rows_in(
        "SELECT op FROM seen WHERE op IN ({}) AND store = ? AND src <> ?", came, store, feed
    )
    same = _sameness(db)
    for (op,) in rows:
        try:
            author = decode(came[op], "").author
        except BadChange:
            continue
        if same(author) == same(owner):
            db.run("UPDATE seen SET src = ? WHERE store = ? AND op = ?", feed, store, op)


def relayed(db: Database, several: Iterable[Stored]) -> dict[str, str]:
    """Return who passed on those changes that came in another's feed, by their ids.

    Where neither the author has a feed in the store, by any spelling of the name, nor the feed's
    owner signs as the role is called, nothing is said: a team whose roles are called otherwise than
    its people would read it everywhere.
    """
    owners = _owners(db)
    if not owners:
        return {}
    same = _sameness(db)
    changes = {item.id: item.change for item in several if not item.mine}
    found: dict[str, str] = {}
    confirmed: set[str] = set()
    for store, of_feed in owners.items():
        known, signs = {same(owner) for owner in of_feed.values()}, signing(db, store)
        rows = db.rows_in("SELECT op, src FROM seen WHERE op IN ({}) AND store = ?", changes, store)
        for op, src in rows:
            change, owner = changes[op], of_feed.get(src)
            if owner is None or (same(change.author) not in known and owner not in signs):
                continue
            if same(change.author) == same(owner):
                confirmed.add(change.id)
            else:
                found.setdefault(change.id, owner)
    return {i: owner for i, owner in found.items() if i not in confirmed}


def _owners(db: Database) -> dict[int, dict[str, str]]:
    rows = db.rows("SELECT name, value FROM meta WHERE name GLOB ?", OWNERS.format("*"))
    return {int(name.rpartition(" ")[2]): json.loads(value) for name, value in rows}


def _sameness(db: Database) -> Callable[[str], str]:
    """Return what makes the spellings of one person equal."""
    people = read_people(db)
    return lambda name: key_fold(people.called(name))
