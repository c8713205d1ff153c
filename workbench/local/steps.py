"""What brings a file of an older layout forward; each step is frozen once it was released.

Where a version folds the same changes to something else than the one before, its step marks what
that concerns as ``stale``, and the start that brings the file forward folds it again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from workbench.local.activitystep import know_what_is_no_activity
from workbench.local.movedstep import count_behind
from workbench.local.schema import run
from workbench.local.togetherstep import ask_nothing

Migration = Callable[[sqlite3.Connection], None]

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

READING = """
ALTER TABLE read_mark RENAME TO former_mark;
CREATE TABLE read_mark (
  case_id INTEGER NOT NULL,
  reader  TEXT NOT NULL,
  place   INTEGER NOT NULL,
  told    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (case_id, reader)
) STRICT, WITHOUT ROWID;
INSERT INTO read_mark (case_id, reader, place)
  SELECT case_id, reader, coalesce(
    (SELECT min(id) - 1 FROM op WHERE subject = case_id AND op.h > former_mark.h),
    (SELECT max(id) FROM op WHERE subject = case_id), 0) FROM former_mark;
DROP TABLE former_mark;
"""
"""What was unread by its time stays unread: a mark ends before the first such change."""

NUMBERING = """
ALTER TABLE cases ADD COLUMN drafted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX cases_draft ON cases (id) WHERE number IS NULL;

CREATE TABLE reserved (
  store   INTEGER NOT NULL REFERENCES store (id),
  family  TEXT NOT NULL,
  number  INTEGER NOT NULL,
  project TEXT NOT NULL,
  home    TEXT NOT NULL,
  PRIMARY KEY (store, family, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE counted (
  store  INTEGER NOT NULL REFERENCES store (id),
  family TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (store, family)
) STRICT, WITHOUT ROWID;

INSERT OR IGNORE INTO stale (subject, slot)
  SELECT o.subject, o.slot FROM op o JOIN cases c ON c.id = o.subject WHERE EXISTS (
    SELECT 1 FROM cases t WHERE t.family = c.family AND t.number = c.number AND t.id <> c.id);
"""
"""Of two cases with one number the later one raises a question now, so both are folded again."""
FILES = """
CREATE TABLE attachment (
  case_id  INTEGER NOT NULL,
  place    INTEGER NOT NULL,
  nth      INTEGER NOT NULL,
  name     TEXT NOT NULL,
  file     TEXT NOT NULL,
  sha256   TEXT NOT NULL,
  size     INTEGER NOT NULL,
  author   TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (case_id, place, nth)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_sha256 ON attachment (sha256);

CREATE TABLE blob (
  sha256 TEXT NOT NULL PRIMARY KEY,
  size   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE stored (
  store  INTEGER NOT NULL REFERENCES store (id),
  sha256 TEXT NOT NULL,
  PRIMARY KEY (store, sha256)
) STRICT, WITHOUT ROWID;
"""
LISTING = """
DROP INDEX cases_active;
CREATE INDEX cases_active ON cases (hidden, active_at DESC, coalesce(number, -1) DESC, uid DESC);
CREATE INDEX cases_status ON cases
  (hidden, status_rank, active_at DESC, coalesce(number, -1) DESC, uid DESC);
CREATE INDEX cases_opened ON cases (hidden, coalesce(opened_on, ''), coalesce(number, -1), uid);
CREATE INDEX cases_number ON cases (hidden, coalesce(number, 9223372036854775807), family, uid);
CREATE INDEX cases_engineer ON cases
  (hidden, coalesce(nullif(engineer_text, ''), '~'), active_at DESC, coalesce(number, -1) DESC,
  uid DESC);
CREATE INDEX cases_project ON cases
  (hidden, family, status_rank, active_at DESC, coalesce(number, -1) DESC, uid DESC);

CREATE TABLE assigned (
  name        TEXT NOT NULL,
  status_rank INTEGER NOT NULL,
  active_at   INTEGER NOT NULL,
  number      INTEGER NOT NULL,
  uid         TEXT NOT NULL,
  case_id     INTEGER NOT NULL,
  PRIMARY KEY (name, status_rank, active_at DESC, number DESC, uid DESC)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally (
  kind        TEXT NOT NULL CHECK (kind IN ('project', 'engineer')),
  name        TEXT NOT NULL,
  status_rank INTEGER NOT NULL,
  n           INTEGER NOT NULL,
  PRIMARY KEY (kind, name, status_rank)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tally_insert AFTER INSERT ON cases BEGIN
  INSERT INTO tally SELECT 'project', NEW.family, NEW.status_rank, 1 WHERE NOT NEW.hidden
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO tally SELECT DISTINCT 'engineer', value, NEW.status_rank, 1
    FROM {new}
    WHERE NOT NEW.hidden AND NEW.engineer_text <> ''
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_update AFTER UPDATE OF hidden, family, status_rank, engineer_text ON cases
WHEN OLD.hidden <> NEW.hidden OR OLD.family <> NEW.family OR OLD.status_rank <> NEW.status_rank
  OR OLD.engineer_text <> NEW.engineer_text BEGIN
  UPDATE tally SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'project' AND name = OLD.family
    AND status_rank = OLD.status_rank;
  UPDATE tally SET n = n - 1 WHERE NOT OLD.hidden AND OLD.engineer_text <> '' AND kind = 'engineer'
    AND name IN (SELECT value FROM {old})
    AND status_rank = OLD.status_rank;
  DELETE FROM tally WHERE n = 0;
  INSERT INTO tally SELECT 'project', NEW.family, NEW.status_rank, 1 WHERE NOT NEW.hidden
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO tally SELECT DISTINCT 'engineer', value, NEW.status_rank, 1
    FROM {new}
    WHERE NOT NEW.hidden AND NEW.engineer_text <> ''
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER tally_delete AFTER DELETE ON cases BEGIN
  UPDATE tally SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'project' AND name = OLD.family
    AND status_rank = OLD.status_rank;
  UPDATE tally SET n = n - 1 WHERE NOT OLD.hidden AND OLD.engineer_text <> '' AND kind = 'engineer'
    AND name IN (SELECT value FROM {old})
    AND status_rank = OLD.status_rank;
  DELETE FROM tally WHERE n = 0;
END;
CREATE TRIGGER assigned_insert AFTER INSERT ON cases WHEN NEW.engineer_text <> '' BEGIN
  INSERT OR IGNORE INTO assigned
    SELECT value, NEW.status_rank, NEW.active_at, coalesce(NEW.number, -1), NEW.uid, NEW.id
    FROM {new}
    WHERE NOT NEW.hidden AND NEW.engineer_text <> '';
END;
CREATE TRIGGER assigned_update
AFTER UPDATE OF hidden, status_rank, active_at, number, uid, engineer_text ON cases
WHEN NEW.engineer_text <> '' OR OLD.engineer_text <> '' BEGIN
  DELETE FROM assigned WHERE name IN
    (SELECT value FROM {old})
    AND status_rank = OLD.status_rank AND active_at = OLD.active_at
    AND number = coalesce(OLD.number, -1) AND uid = OLD.uid;
  INSERT OR IGNORE INTO assigned
    SELECT value, NEW.status_rank, NEW.active_at, coalesce(NEW.number, -1), NEW.uid, NEW.id
    FROM {new}
    WHERE NOT NEW.hidden AND NEW.engineer_text <> '';
END;
CREATE TRIGGER assigned_delete AFTER DELETE ON cases WHEN OLD.engineer_text <> '' BEGIN
  DELETE FROM assigned WHERE name IN
    (SELECT value FROM {old})
    AND status_rank = OLD.status_rank AND active_at = OLD.active_at
    AND number = coalesce(OLD.number, -1) AND uid = OLD.uid;
END;

INSERT INTO tally SELECT 'project', family, status_rank, count(*) FROM cases WHERE NOT hidden
  GROUP BY family, status_rank;
INSERT OR IGNORE INTO assigned
  SELECT e.value, c.status_rank, c.active_at, coalesce(c.number, -1), c.uid, c.id
  FROM cases c, {c} e
  WHERE NOT c.hidden AND c.engineer_text <> '';
INSERT INTO tally SELECT 'engineer', name, status_rank, count(*) FROM assigned
  GROUP BY name, status_rank;
""".format(
    **{
        row.lower(): f"json_each('[' || replace(json_quote(trim({row}.engineer_text, char(31))),"
        " '\\u001f', '\",\"') || ']')"
        for row in ("OLD", "NEW", "c")
    }
)
UNREAD = """
CREATE TABLE reader (
  name TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE unread (
  reader  TEXT NOT NULL,
  case_id INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  PRIMARY KEY (reader, case_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER unread_insert AFTER INSERT ON entry WHEN NEW.news AND NOT NEW.hidden BEGIN
  INSERT INTO unread SELECT r.name, NEW.case_id, 1 FROM reader r
    WHERE NEW.news AND NOT NEW.hidden AND NEW.author IS NOT r.name AND NEW.id >
    coalesce((SELECT m.place FROM read_mark m WHERE m.case_id = NEW.case_id
      AND m.reader = r.name), 0)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER unread_update AFTER UPDATE OF news, hidden, author ON entry
WHEN (OLD.news AND NOT OLD.hidden) <> (NEW.news AND NOT NEW.hidden)
  OR OLD.author IS NOT NEW.author BEGIN
  UPDATE unread SET n = n - 1 WHERE OLD.news AND NOT OLD.hidden AND case_id = OLD.case_id
    AND reader IN (SELECT r.name FROM reader r
      WHERE OLD.author IS NOT r.name AND OLD.id >
    coalesce((SELECT m.place FROM read_mark m WHERE m.case_id = OLD.case_id
      AND m.reader = r.name), 0));
  DELETE FROM unread WHERE n = 0 AND case_id = OLD.case_id AND reader IN (SELECT name FROM reader);
  INSERT INTO unread SELECT r.name, NEW.case_id, 1 FROM reader r
    WHERE NEW.news AND NOT NEW.hidden AND NEW.author IS NOT r.name AND NEW.id >
    coalesce((SELECT m.place FROM read_mark m WHERE m.case_id = NEW.case_id
      AND m.reader = r.name), 0)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER unread_delete AFTER DELETE ON entry WHEN OLD.news AND NOT OLD.hidden BEGIN
  UPDATE unread SET n = n - 1 WHERE OLD.news AND NOT OLD.hidden AND case_id = OLD.case_id
    AND reader IN (SELECT r.name FROM reader r
      WHERE OLD.author IS NOT r.name AND OLD.id >
    coalesce((SELECT m.place FROM read_mark m WHERE m.case_id = OLD.case_id
      AND m.reader = r.name), 0));
  DELETE FROM unread WHERE n = 0 AND case_id = OLD.case_id AND reader IN (SELECT name FROM reader);
END;
CREATE TRIGGER unread_mark AFTER INSERT ON read_mark BEGIN
  DELETE FROM unread WHERE reader = NEW.reader AND case_id = NEW.case_id;
  INSERT INTO unread SELECT r.name, NEW.case_id, count(*) FROM reader r JOIN entry e
    WHERE r.name = NEW.reader AND e.case_id = NEW.case_id AND e.news AND NOT e.hidden
    AND e.author IS NOT r.name AND e.id > NEW.place GROUP BY r.name;
END;
CREATE TRIGGER unread_read AFTER UPDATE OF place ON read_mark WHEN OLD.place <> NEW.place BEGIN
  DELETE FROM unread WHERE reader = NEW.reader AND case_id = NEW.case_id;
  INSERT INTO unread SELECT r.name, NEW.case_id, count(*) FROM reader r JOIN entry e
    WHERE r.name = NEW.reader AND e.case_id = NEW.case_id AND e.news AND NOT e.hidden
    AND e.author IS NOT r.name AND e.id > NEW.place GROUP BY r.name;
END;
"""
FINDING = """
CREATE INDEX entry_speaker ON entry (speaker, case_id) WHERE speaker IS NOT NULL AND NOT hidden;
CREATE INDEX entry_news ON entry (case_id, id) WHERE news AND NOT hidden;
CREATE INDEX entry_images ON entry (case_id) WHERE images <> '[]' AND NOT hidden;
CREATE INDEX entry_files ON entry (case_id) WHERE files <> '[]' AND NOT hidden;
CREATE INDEX reference_lettered ON reference (value COLLATE NOCASE)
  WHERE kind IN ('case', 'tracker');

CREATE TABLE saved_view (
  folded TEXT NOT NULL PRIMARY KEY,
  name   TEXT NOT NULL,
  query  TEXT NOT NULL,
  place  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

SEARCHING = """
CREATE VIRTUAL TABLE gram USING fts5 (
  grams, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE gram_place USING fts5vocab (gram, instance);

CREATE TABLE unindexed (
  doc    INTEGER PRIMARY KEY,
  former TEXT
) STRICT;
CREATE TRIGGER entry_added AFTER INSERT ON entry WHEN new.folded <> '' BEGIN
  INSERT INTO unindexed SELECT 2 * new.id, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * new.id);
END;
CREATE TRIGGER entry_changed AFTER UPDATE OF folded ON entry WHEN new.folded <> old.folded BEGIN
  INSERT INTO unindexed SELECT 2 * new.id, old.folded
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * new.id);
END;
CREATE TRIGGER entry_gone AFTER DELETE ON entry WHEN old.folded <> '' BEGIN
  INSERT INTO unindexed SELECT 2 * old.id, old.folded
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * old.id);
END;
CREATE TRIGGER case_added AFTER INSERT ON cases WHEN new.folded <> '' BEGIN
  INSERT INTO unindexed SELECT 2 * new.id + 1, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * new.id + 1);
END;
CREATE TRIGGER case_changed AFTER UPDATE OF folded ON cases WHEN new.folded <> old.folded BEGIN
  INSERT INTO unindexed SELECT 2 * new.id + 1, old.folded
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * new.id + 1);
END;
CREATE TRIGGER case_gone AFTER DELETE ON cases WHEN old.folded <> '' BEGIN
  INSERT INTO unindexed SELECT 2 * old.id + 1, old.folded
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * old.id + 1);
END;

INSERT INTO unindexed SELECT 2 * id, NULL FROM entry WHERE folded <> ''
  UNION ALL SELECT 2 * id + 1, NULL FROM cases WHERE folded <> '';
"""
"""Every text waits to be indexed; until it is, it is searched as it always was."""


RESCUING = """
ALTER TABLE draft ADD COLUMN rescued TEXT;
ALTER TABLE draft ADD COLUMN untold INTEGER NOT NULL DEFAULT 0;
"""

PEOPLE = """
CREATE TABLE person (
  folded TEXT NOT NULL PRIMARY KEY,
  name   TEXT NOT NULL,
  called TEXT NOT NULL,
  side   TEXT
) STRICT, WITHOUT ROWID;
"""
WAITING = """
ALTER TABLE cases ADD COLUMN last_by TEXT;
ALTER TABLE cases ADD COLUMN last_own INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN last_asks TEXT;
ALTER TABLE cases ADD COLUMN held_for TEXT;
UPDATE cases SET last_by = named(coalesce(e.speaker, CASE WHEN e.above IS NULL THEN e.author END)),
  last_own = e.speaker IS NULL AND e.above IS NULL, last_asks = asked(e.text)
  FROM entry e WHERE e.id = (SELECT l.id FROM entry l WHERE l.case_id = cases.id AND NOT l.hidden
    ORDER BY l.h DESC, l.op_id DESC LIMIT 1);
UPDATE cases SET held_for = held_for_why(status_why) WHERE status = 'on_hold';
"""
"""Whose turn it is: what the last entry and the reason of a hold say of it."""

INITIALS = """
ALTER TABLE unindexed ADD COLUMN named TEXT;
DROP TRIGGER entry_added;
DROP TRIGGER entry_changed;
DROP TRIGGER entry_gone;
DROP TRIGGER case_added;
DROP TRIGGER case_changed;
DROP TRIGGER case_gone;
CREATE TRIGGER entry_added AFTER INSERT ON entry WHEN new.folded <> '' BEGIN
  INSERT INTO unindexed SELECT 2 * new.id, NULL, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * new.id);
END;
CREATE TRIGGER entry_changed AFTER UPDATE OF folded ON entry WHEN new.folded <> old.folded BEGIN
  INSERT INTO unindexed SELECT 2 * new.id, old.folded, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * new.id);
END;
CREATE TRIGGER entry_gone AFTER DELETE ON entry WHEN old.folded <> '' BEGIN
  INSERT INTO unindexed SELECT 2 * old.id, old.folded, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * old.id);
END;
CREATE TRIGGER case_added AFTER INSERT ON cases WHEN new.folded <> '' BEGIN
  INSERT INTO unindexed SELECT 2 * new.id + 1, NULL, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * new.id + 1);
END;
CREATE TRIGGER case_changed AFTER UPDATE OF folded, title, engineer_text ON cases
WHEN new.folded <> old.folded OR new.title <> old.title
  OR new.engineer_text <> old.engineer_text BEGIN
  INSERT INTO unindexed
    SELECT 2 * new.id + 1, old.folded, old.title || char(31) || old.engineer_text
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * new.id + 1);
END;
CREATE TRIGGER case_gone AFTER DELETE ON cases WHEN old.folded <> '' BEGIN
  INSERT INTO unindexed
    SELECT 2 * old.id + 1, old.folded, old.title || char(31) || old.engineer_text
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = 2 * old.id + 1);
END;

INSERT OR IGNORE INTO unindexed SELECT 2 * id + 1, folded, NULL FROM cases WHERE folded <> '';
CREATE INDEX entry_home ON entry (id, case_id);
"""
"""The cases that the index has wait to be indexed once more, now with the initials."""

TAGGED = """
CREATE INDEX cases_questions ON cases (id) WHERE questions <> '[]';
CREATE TABLE tagged (
  name    TEXT NOT NULL,
  case_id INTEGER NOT NULL,
  PRIMARY KEY (name, case_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER tagged_insert AFTER INSERT ON cases WHEN NEW.tag_text <> '' BEGIN
  INSERT OR IGNORE INTO tagged SELECT value, NEW.id FROM {new};
END;
CREATE TRIGGER tagged_update AFTER UPDATE OF tag_text ON cases
WHEN NEW.tag_text <> OLD.tag_text BEGIN
  DELETE FROM tagged WHERE case_id = OLD.id AND OLD.tag_text <> '' AND name IN
    (SELECT value FROM {old});
  INSERT OR IGNORE INTO tagged SELECT value, NEW.id FROM {new}
    WHERE NEW.tag_text <> '';
END;
CREATE TRIGGER tagged_delete AFTER DELETE ON cases WHEN OLD.tag_text <> '' BEGIN
  DELETE FROM tagged WHERE case_id = OLD.id AND name IN
    (SELECT value FROM {old});
END;

INSERT OR IGNORE INTO tagged SELECT e.value, c.id FROM cases c, {c} e WHERE c.tag_text <> '';
""".format(
    **{
        row.lower(): f"json_each('[' || replace(json_quote(trim({row}.tag_text, char(31))),"
        " '\\u001f', '\",\"') || ']')"
        for row in ("OLD", "NEW", "c")
    }
)


PAGE_TEXTS = """
CREATE TABLE page_text (
  page_id INTEGER PRIMARY KEY REFERENCES page (id),
  source  BLOB NOT NULL,
  raw     BLOB
) STRICT;
INSERT INTO page_text SELECT id, CAST(source AS BLOB), raw FROM page;
ALTER TABLE page DROP COLUMN raw;
ALTER TABLE page DROP COLUMN source;
"""

SIZES = "ALTER TABLE segment ADD COLUMN size INTEGER;"


TURNS = """
DROP INDEX cases_active;
CREATE INDEX cases_active ON cases
  (hidden, active_at DESC, coalesce(number, -1) DESC, uid DESC, status_rank, held_for, woken,
   entry_count, last_by, last_own, last_asks);
"""


def share(connection: sqlite3.Connection) -> None:
    """1 → 2: what this copy knows of the shared stores."""
    run(connection, SHARING)


def go_on_sharing(connection: sqlite3.Connection) -> None:
    """2 → 3: packed segments, read marks as places in the log, numbers, files."""
    run(connection, PACKING)
    run(connection, READING)
    run(connection, NUMBERING)
    run(connection, FILES)


def find_among_many(connection: sqlite3.Connection) -> None:
    """3 → 4: orders and counts of many cases, what is unread, views, the index of texts."""
    run(connection, RESCUING)
    run(connection, FINDING)
    run(connection, LISTING)
    run(connection, UNREAD)
    run(connection, SEARCHING)


def know_names(connection: sqlite3.Connection) -> None:
    """4 → 5: the people of the team; what newer copies told of them is read again at the start.

    Whose turn it is, initials of titles and names in the index of texts, the cases of each tag.
    """
    from workbench.cases.text import fold
    from workbench.cases.waiting import asked, held_for

    run(connection, PEOPLE)
    connection.create_function("named", 1, lambda name: None if name is None else fold(name))
    connection.create_function("asked", 1, asked)
    connection.create_function("held_for_why", 1, held_for)
    run(connection, WAITING)
    for name in ("named", "asked", "held_for_why"):
        connection.create_function(name, 1, None)
    run(connection, INITIALS)
    run(connection, TAGGED)


def know_positions(connection: sqlite3.Connection) -> None:
    """5 → 6: how many cases stand in each stretch of an order; documents that tell their case.

    And the order of long threads.
    """
    from workbench.local.stretchstep import DOCUMENTS, STRETCHED, STRETCHES, TOGETHER
    from workbench.local.threadstep import THREADS

    run(connection, STRETCHES)
    run(connection, STRETCHED)
    run(connection, TOGETHER)
    run(connection, DOCUMENTS)
    run(connection, THREADS)


def write_less(connection: sqlite3.Connection) -> None:
    """6 → 7: less to write for each note; the words of kept pages have a table of their own.

    Whose turn it is stands in the index of activity, and how large our segments are is known.
    """
    from workbench.local.lighterstep import LIGHTER

    run(connection, LIGHTER)
    run(connection, PAGE_TEXTS)
    run(connection, TURNS)
    run(connection, SIZES)


MIGRATIONS: dict[int, Migration] = {
    1: share,
    2: go_on_sharing,
    3: find_among_many,
    4: know_names,
    5: know_positions,
    6: write_less,
    7: know_what_is_no_activity,
    8: count_behind,
    9: ask_nothing,
}
"""What brings a file of version N to N + 1, by N. It runs inside the transaction of the opening."""
