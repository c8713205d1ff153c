"""What is said to PostgreSQL, and how its pages are checked. Every name has its schema."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from workbench.cases.feed import Columns, link
from workbench.cases.said import said

Row = tuple[Any, ...]
PAGE_ITEMS, PAGE_BYTES = 10_000, 8 * 1024 * 1024
FIRST_ITEMS = 2000
"""How many changes the first page of a feed has: there is something to do soon, and the next page
is read meanwhile."""

IDENTIFY = """
select s.store_id, s.epoch, s.format, s.min_reader,
  (extract(epoch from clock_timestamp()) * 1000)::bigint,
  current_setting('transaction_read_only') = 'on',
  has_column_privilege('casestore.op', 'bytes', 'update'),
  (select coalesce(array_agg(p.proname::text), '{}') from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'casestore' and has_function_privilege(p.oid, 'execute')),
  has_table_privilege(to_regclass('casestore.blob_chunk'), 'delete')
from casestore.store s"""
MAY_WRITE = """
select has_any_column_privilege('casestore.feed', 'insert')
  or has_any_column_privilege('casestore.op', 'insert')"""
NAME_STORE = """
insert into casestore.store (one, store_id, epoch, format, min_reader)
values (1, %s, %s, %s, %s) on conflict do nothing"""
HEADS = "select feed, head, head_chain, owner::text from casestore.feed"
ROWS = "casestore.op o join casestore.feed f on f.feed = o.feed and f.owner = o.owner"
"""The rows of feeds: "what another than its owner wrote beside a feed is no part of it"."""
PAGE = f"""
select seq, op_id, chain, bytes from (
  select o.seq, o.op_id, o.chain, o.bytes,
    sum(coalesce(length(o.bytes), 0)) over (order by o.seq) as size
  from {ROWS} where o.feed = %(feed)s and o.seq > %(after)s and o.seq <= %(until)s) x
where size <= {PAGE_BYTES} or seq = %(after)s::bigint + 1 order by seq"""
CHAIN = f"select o.chain from {ROWS} where o.feed = %s and o.seq = %s"
STRANGE = """
select count(*), coalesce(array_agg(distinct o.owner::text), '{}') from casestore.op o
where not exists (
  select 1 from casestore.feed f where f.feed = o.feed and f.owner = o.owner)"""
PATIENCE = (
    "select set_config('lock_timeout', '15s', true),"
    " set_config('idle_in_transaction_session_timeout', '60s', true)"
)
"""An earlier connection of ours that the network lost may still hold our feed's row."""
OPEN_FEED = "insert into casestore.feed (feed) values (%s) on conflict do nothing"
LOCK_FEED = (
    "select head, head_chain from casestore.feed where feed = %s and owner = current_user"
    " for update"
)
COLUMNS = "casestore.op (feed, seq, op_id, chain, bytes)"
STAGE = """
create temporary table staged_op
  (feed text, seq bigint, op_id bytea, chain bytea, bytes bytea) on commit drop"""
STAGED = "staged_op (feed, seq, op_id, chain, bytes)"
UNSTAGE = f"insert into {COLUMNS} select feed, seq, op_id, chain, bytes from staged_op"
INSERT = f"""
insert into {COLUMNS} select %s, t.seq, t.op_id, t.chain, t.bytes
from unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[]) as t (seq, op_id, chain, bytes)"""
MOVE_HEAD = (
    "update casestore.feed set head = %s, head_chain = %s where feed = %s and head = %s"
    " returning head"
)
ERASE = """
with gone as (
  update casestore.op o set bytes = t.stub
  from unnest(%s::bytea[], %s::bytea[]) as t (op_id, stub)
  where o.op_id = t.op_id and substr(o.bytes, 1, 1) <> '-'
  returning 1)
select count(*) from gone"""
CALL_ERASE = "select casestore.erase(%s, %s)"
UNERASED = """
select count(*) from casestore.op
where op_id = any(%s) and substr(bytes, 1, 1) <> '-'"""
STUB = b"-"
"""Stands before the stub of an erased change, where the change itself begins with a brace."""


def script(name: str) -> str:
    """Return a script that is shipped with the program: postgres.sql or rights.sql."""
    return (Path(__file__).parent.parent / name).read_text(encoding="utf-8")


def verified(rows: Sequence[Row], seq: int, chain: bytes) -> tuple[Columns, list[bytes], str]:
    """Return the items up to the first that is not as it must be, the chains behind them, and what
    is wrong with that one."""
    op_ids: list[bytes] = []
    contents: list[bytes | None] = []
    stubs: dict[int, bytes] = {}
    links: list[bytes] = []
    trouble = ""
    for number, op_id, after, data in rows:
        seq += 1
        chain = link(chain, op_id)
        if number != seq:
            trouble = said("is missing")
        elif after != chain:
            trouble = said("does not follow from the one before it")
        elif data is not None and sha256(data).digest() != op_id:
            if data[:1] == STUB:
                stubs[len(op_ids)], data = data[1:], None
            else:
                trouble = said("is not what its id says")
        if trouble:
            break
        op_ids.append(op_id)
        contents.append(data)
        links.append(chain)
    return Columns(op_ids, contents, stubs), links, trouble


def contents(items: Columns) -> Sequence[bytes | None]:
    """Return what the column ``bytes`` holds for each of these."""
    if not items.stubs:
        return items.data
    found = list(items.data)
    for nth, stub in items.stubs.items():
        found[nth] = STUB + stub
    return found
