"""Rows that somebody puts beside another's feed by SQL: no part of it, and in nobody's way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from hashlib import sha256

import psycopg
import pytest

from tests.sync.places import EPOCH, STORE, DatabasePlace, now
from tests.sync.pocket import Pocket
from workbench.cases.feed import Item, link
from workbench.sync.postgres import Postgres
from workbench.sync.postgres import statements as sql
from workbench.sync.remote import Surprise

RELEASED = f"""
create schema casestore;
create table casestore.store (
  one        int primary key check (one = 1),
  store_id   text not null,
  epoch      text not null,
  format     int not null,
  min_reader int not null
);
insert into casestore.store values (1, '{STORE}', '{EPOCH}', 1, 1);
create table casestore.feed (
  feed       text primary key check (feed ~ '^[a-z2-7]{{26}}$'),
  owner      name not null default current_user,
  head       bigint not null default 0 check (head >= 0),
  head_chain bytea not null default '\\x',
  created_at timestamptz not null default now(),
  unique (feed, owner)
);
create table casestore.op (
  feed      text not null,
  seq       bigint not null check (seq > 0),
  owner     name not null default current_user,
  op_id     bytea not null check (length(op_id) = 32),
  chain     bytea not null check (length(chain) = 32),
  bytes     bytea check (length(bytes) <= 262144),
  pushed_at timestamptz not null default clock_timestamp(),
  primary key (feed, seq),
  foreign key (feed, owner) references casestore.feed (feed, owner)
)"""
"""A store as earlier versions made it, as far as changes go."""
RELEASED_SAYS = {
    "PAGE": f"""
select seq, op_id, chain, bytes from (
  select seq, op_id, chain, bytes,
    sum(coalesce(length(bytes), 0)) over (order by seq) as size
  from casestore.op where feed = %(feed)s and seq > %(after)s and seq <= %(until)s) x
where size <= {sql.PAGE_BYTES} or seq = %(after)s::bigint + 1 order by seq""",
    "CHAIN": "select chain from casestore.op where feed = %s and seq = %s",
    "LOCK_FEED": "select head, head_chain from casestore.feed where feed = %s for update",
}
"""What earlier versions say to a store, where it differs."""
Open = Callable[[str], Postgres]


@pytest.fixture
def store(database_place: DatabasePlace) -> DatabasePlace:
    return database_place


@pytest.fixture(params=["new", "released", "made anew"])
def made(request: pytest.FixtureRequest, database_place: DatabasePlace) -> str:
    """Make the tables of changes, before the store is made (again) of them: as an earlier version
    did, or so and then changed as postgres.sql says."""
    if request.param != "new":
        database_place.run(RELEASED)
    if request.param == "made anew":
        script = sql.script("postgres.sql")
        change = script[script.index("alter table casestore.op drop") :]
        database_place.run(change[: change.index(";")].replace("--", ""))
    return str(request.param)


def put(store: DatabasePlace, role: str, feed: str, rows: list[tuple[int, Item, bytes]]) -> int:
    """Write rows beside a feed; return how many the server took: all, or none."""
    columns = [
        [seq for seq, _, _ in rows],
        [item.op_id for _, item, _ in rows],
        [chain for _, _, chain in rows],
        [item.data for _, item, _ in rows],
    ]
    with store.server.connect(role=role) as connection:
        try:
            return int(connection.execute(sql.INSERT, [feed, *columns]).rowcount)
        except (psycopg.errors.ForeignKeyViolation, psycopg.errors.UniqueViolation):
            return 0


def forged(pocket: Pocket, beyond: int) -> list[tuple[int, Item, bytes]]:
    """Return rows as an attacker would write them: holes in the place of each change, and changes
    that follow from the last one as they should."""
    holes = [
        (n, Item(item.op_id, None), pocket.chains[n]) for n, item in enumerate(pocket.items, 1)
    ]
    chain = pocket.chains[-1]
    more = []
    for seq in range(len(pocket.items) + 1, len(pocket.items) + 1 + beyond):
        data = b'{"forged":%d}' % seq
        item = Item(sha256(data).digest(), data)
        chain = link(chain, item.op_id)
        more.append((seq, item, chain))
    return holes + more


def test_a_strangers_rows_are_no_part_of_a_feed(
    made: str, shared: Open, store: DatabasePlace
) -> None:
    """Read by nobody, in the way of nobody, and told."""
    anna = Pocket("anna")
    annas = shared("anna")
    first = anna.push(annas, [b'{"n":%d}' % n for n in range(40)])
    for role in ("boris", "rita"):
        taken = put(store, role, anna.feed, forged(anna, 800))
        assert taken == (0 if made == "released" else 840)
    few = anna.push(annas, [b'{"m":1}', b'{"m":2}'])
    anna.push(annas, [b'{"k":%d}' % n for n in range(700)])  # by COPY
    for again in (first, few):  # as after a lost answer
        annas.append(again)
    for reader in ("boris", "olga", "anna"):
        remote = shared(reader)
        assert Pocket("reader").pull(remote) == anna.items
        assert (remote.damaged, list(remote.remarks)) == ({}, [])
    annas.news(Pocket("reader"))
    assert annas.confirm(anna).head == len(anna.items)
    told = [finding.text for finding in annas.check(bytes(16)) if not finding.ok]
    if made == "released":
        assert told == []
    else:
        (text,) = told
        assert text.startswith("1680 rows lie beside feeds of others, written by boris, rita: ")


def test_a_strangers_row_tells_nothing_of_where_a_feed_was_read_to(
    made: str, shared: Open, store: DatabasePlace
) -> None:
    """Its chain is compared with the one that was read when a head does not fit, and when a batch
    is sent that is there already. The stranger's name stands before the owner's in the index."""
    boris, reader = Pocket("boris"), Pocket("reader")
    borises = shared("boris")
    first = boris.push(borises, [b'{"n":1}', b'{"n":2}'])
    reader.pull(borises)
    put(store, "anna", boris.feed, [(2, Item(bytes(32), None), bytes(32))])
    boris.push(borises, [b'{"n":3}'])
    store.run("update casestore.feed set head = 2, head_chain = 'x' where feed = %s", boris.feed)
    assert list(borises.news(reader)) == []
    assert set(borises.damaged) == {boris.feed}  # not another history: what was read is as it was
    store.run(
        "update casestore.feed set head = 3, head_chain = %s where feed = %s",
        boris.chains[3],
        boris.feed,
    )
    borises.append(first)


def test_a_redaction_reaches_a_strangers_row_too(
    made: str, shared: Open, store: DatabasePlace
) -> None:
    anna = Pocket("anna")
    (item,) = anna.push(shared("anna"), [b'{"secret":1}']).items
    put(store, "boris", anna.feed, [(7, item, bytes(32))])
    assert shared("rita").erase({item.op_id: b"{}"}, []).found
    assert b"secret" not in store.content()


def test_another_role_never_goes_on_with_a_feed(made: str, store: DatabasePlace) -> None:
    """Where nobody set up rights, too: its rows would be no part of it."""
    store.create()
    anna = Pocket("anna")
    with closing(Postgres(store.url, now)) as remote:
        remote.identify()
        anna.push(remote, [b'{"n":1}'])
    store.run("create role plain login")
    store.run("grant usage on schema casestore to plain")
    store.run("grant all on all tables in schema casestore to plain")
    try:
        with closing(Postgres(store.server.url(role="plain"), now)) as plain:
            plain.identify()
            with pytest.raises(Surprise, match="belongs to another role"):
                anna.push(plain, [b'{"n":2}'])
    finally:
        store.run("drop schema casestore cascade")
        store.run("drop role plain")


def test_an_earlier_version_goes_on_with_a_store(
    made: str, shared: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says is said to the tables as they are made now."""
    anna, boris = Pocket("anna"), Pocket("boris")
    anna.push(shared("anna"), [b'{"n":%d}' % n for n in range(700)])
    for name, said in RELEASED_SAYS.items():
        monkeypatch.setattr(sql, name, said)
    anna.push(shared("anna"), [b'{"n":1000}'])
    few = boris.push(shared("boris"), [b'{"b":1}'])
    many = boris.push(shared("boris"), [b'{"b":%d}' % n for n in range(2, 800)])
    shared("boris").append(few)
    assert boris.pull(shared("boris")) == anna.items
    monkeypatch.undo()
    assert anna.pull(shared("anna")) == [*few.items, *many.items]
