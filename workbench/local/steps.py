"""What brings a file of an older layout forward; each step is frozen once it was released."""

from __future__ import annotations

import sqlite3

SHARING = """
CREATE INDEX op_erased ON op (id) WHERE bytes IS NULL;
CREATE INDEX op_odd ON op (id) WHERE state <> 'ok';

CREATE TABLE store (
  id        INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  url       TEXT NOT NULL,
  store_id  TEXT,
  epoch     TEXT,
  feed      TEXT NOT NULL,
  former    TEXT NOT NULL DEFAULT '[]',
  home      TEXT,
  acked     INTEGER NOT NULL DEFAULT 0,
  watermark INTEGER NOT NULL DEFAULT 0,
  erased    INTEGER NOT NULL DEFAULT 0,
  must_read INTEGER NOT NULL DEFAULT 0,
  synced_at INTEGER,
  skew_ms   INTEGER
) STRICT;

CREATE TABLE outbox (
  store INTEGER NOT NULL REFERENCES store (id),
  seq   INTEGER NOT NULL,
  op    INTEGER NOT NULL REFERENCES op (id),
  chain BLOB NOT NULL,
  PRIMARY KEY (store, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_op ON outbox (op, store);

CREATE TABLE cursor (
  store INTEGER NOT NULL REFERENCES store (id),
  feed  TEXT NOT NULL,
  seq   INTEGER NOT NULL,
  chain BLOB NOT NULL,
  PRIMARY KEY (store, feed)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
  store INTEGER NOT NULL REFERENCES store (id),
  feed  TEXT NOT NULL,
  name  TEXT NOT NULL,
  mine  INTEGER NOT NULL CHECK (mine IN (0, 1)),
  first INTEGER NOT NULL,
  last  INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reading', 'done')),
  erased INTEGER NOT NULL,
  missing_since INTEGER,
  PRIMARY KEY (store, feed, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
  store INTEGER NOT NULL REFERENCES store (id),
  op    INTEGER NOT NULL REFERENCES op (id),
  src   TEXT NOT NULL,
  PRIMARY KEY (store, op)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_src ON seen (store, src);

CREATE TABLE stale (
  subject INTEGER NOT NULL,
  slot    INTEGER NOT NULL,
  PRIMARY KEY (subject, slot)
) STRICT, WITHOUT ROWID;
"""

PACKING = """
CREATE TEMP TABLE kept AS SELECT * FROM segment;
DROP TABLE segment;
CREATE TABLE segment (
  store INTEGER NOT NULL REFERENCES store (id),
  feed  TEXT NOT NULL,
  name  TEXT NOT NULL,
  mine  INTEGER NOT NULL CHECK (mine IN (0, 1)),
  first INTEGER NOT NULL,
  last  INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reading', 'done')),
  erased INTEGER NOT NULL,
  missing_since INTEGER,
  level INTEGER DEFAULT 0,
  covered_at INTEGER,
  PRIMARY KEY (store, feed, name)
) STRICT, WITHOUT ROWID;
INSERT INTO segment (store, feed, name, mine, first, last, state, erased, missing_since)
  SELECT store, feed, name, mine, first, last, state, erased, missing_since FROM kept;
DROP TABLE kept;
"""


def share(connection: sqlite3.Connection) -> None:
    """1 → 2: what this copy knows of the shared stores."""
    _run(connection, SHARING)


def pack(connection: sqlite3.Connection) -> None:
    """2 → 3: which of our segments are packed."""
    _run(connection, PACKING)


def _run(connection: sqlite3.Connection, script: str) -> None:
    from workbench.local.schema import statements

    for statement in statements(script):
        connection.execute(statement)
