"""The tables that keep the order of long threads; whoever reads one first fills them."""

from __future__ import annotations

THREADS = """
CREATE TABLE threaded (
  case_id INTEGER NOT NULL PRIMARY KEY,
  n       INTEGER NOT NULL,
  h       INTEGER NOT NULL,
  op_id   TEXT NOT NULL
) STRICT;

CREATE TABLE thread (
  case_id INTEGER NOT NULL,
  nth     INTEGER NOT NULL,
  entry   INTEGER NOT NULL,
  depth   INTEGER NOT NULL,
  answers TEXT,
  since   INTEGER NOT NULL,
  PRIMARY KEY (case_id, nth)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_entry ON thread (entry);
CREATE TRIGGER thread_insert AFTER INSERT ON entry
WHEN EXISTS (SELECT 1 FROM threaded WHERE case_id = NEW.case_id) BEGIN
  DELETE FROM threaded WHERE case_id = NEW.case_id
    AND (NEW.reply_to IS NOT NULL OR NEW.above IS NOT NULL OR NEW.names <> '[]'
      OR (NEW.h, NEW.op_id) <= (h, op_id));
  INSERT OR REPLACE INTO thread SELECT case_id, n + 1, NEW.id, 0, NULL, NEW.h FROM threaded
    WHERE case_id = NEW.case_id;
  UPDATE threaded SET n = n + 1, h = NEW.h, op_id = NEW.op_id WHERE case_id = NEW.case_id;
END;
CREATE TRIGGER thread_update AFTER UPDATE OF id, case_id, h, op_id, names, reply_to, above ON entry
BEGIN
  DELETE FROM threaded WHERE case_id IN (OLD.case_id, NEW.case_id);
END;
CREATE TRIGGER thread_delete AFTER DELETE ON entry BEGIN
  DELETE FROM threaded WHERE case_id = OLD.case_id;
END;
"""
