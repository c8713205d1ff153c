-- The tables of a shared store. Nothing here needs more than rows, a primary key and a row lock, so
-- CockroachDB, YugabyteDB and Citus run it too (Citus: distribute feed and op by the column feed,
-- counter and number by the column family, blob and blob_chunk by sha256, make store a reference
-- table). Run it again at any time: what is there stays.

create schema if not exists casestore;

-- Which store this is: one row.
create table if not exists casestore.store (
  one        int primary key check (one = 1),
  store_id   text not null,
  epoch      text not null,                        -- changed by hand to have everybody read all anew
  format     int not null,
  min_reader int not null                          -- the oldest format that a reader must know
);

-- What each copy put in, counted: seq of its changes is 1..head without a gap.
create table if not exists casestore.feed (
  feed       text primary key check (feed ~ '^[a-z2-7]{26}$'),
  owner      name not null default current_user,
  head       bigint not null default 0 check (head >= 0),
  head_chain bytea not null default '\x',
  created_at timestamptz not null default now(),
  unique (feed, owner)
);

-- The changes. chain = sha256(chain before || op_id), so erased bytes do not break it.
--
-- A row is one of its feed where its owner is the feed's: who reads joins the two. So nobody can
-- write into another's feed (the server fills in the owner, rights.sql lets nobody say another), and
-- as the owner is part of the key, what somebody puts beside it is in nobody's way. A foreign key
-- (feed, owner) would say the same, and had the server look for the feed again for each row: sending
-- took more than twice as long. A table that an earlier version made keeps the one it has, and works
-- as it is; its owner may make it like this one, while nobody sends:
--   alter table casestore.op drop constraint op_feed_owner_fkey, drop constraint op_pkey,
--     add primary key (feed, seq, owner);
create table if not exists casestore.op (
  feed      text not null,
  seq       bigint not null check (seq > 0),
  owner     name not null default current_user,
  op_id     bytea not null check (length(op_id) = 32),
  chain     bytea not null check (length(chain) = 32),
  bytes     bytea check (length(bytes) <= 262144), -- '-' and a stub = erased by a redaction
  pushed_at timestamptz not null default clock_timestamp(),
  primary key (feed, seq, owner)
);

-- How far the numbers of each family of cases (a project's name, folded) were counted. Who gives one
-- holds this row until it is given.
create table if not exists casestore.counter (
  family text primary key,
  last   bigint not null check (last >= 0)
);

-- The numbers that were given: each once, and each name got one. Without a name: taken beforehand,
-- for a case to come, so a number may never be used.
create table if not exists casestore.number (
  family   text not null,
  n        bigint not null check (n > 0),
  uid      text,                                   -- the case; behind a slash the number it had before
  owner    name not null default current_user,
  given_at timestamptz not null default clock_timestamp(),
  primary key (family, n),
  unique (family, uid)
);

-- The contents of files, each under the sha256 of its bytes. One of which chunks 0..chunks-1 are
-- not all there is still on its way.
create table if not exists casestore.blob (
  sha256    bytea primary key check (length(sha256) = 32),
  size      bigint not null check (size >= 0),
  chunks    int not null check (chunks >= 0),
  owner     name not null default current_user,
  pushed_at timestamptz not null default clock_timestamp()
);
create table if not exists casestore.blob_chunk (
  sha256 bytea not null references casestore.blob (sha256),
  n      int not null check (n >= 0),
  data   bytea not null check (length(data) <= 262144),
  primary key (sha256, n)
);
