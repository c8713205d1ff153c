"""What brings a file to layout 9: stretches are not counted with each note, but behind it."""

from __future__ import annotations

import sqlite3

MOVED = r"""
DROP TRIGGER stretch_insert;
DROP TRIGGER stretch_activity;
DROP TRIGGER stretch_opened;
DROP TRIGGER stretch_number;
DROP TRIGGER stretch_delete;
CREATE TABLE moved (
  id            INTEGER PRIMARY KEY,
  hidden        INTEGER NOT NULL,
  family        TEXT NOT NULL,
  status_rank   INTEGER NOT NULL,
  active_at     INTEGER NOT NULL,
  number        INTEGER,
  opened_on     TEXT,
  engineer_text TEXT NOT NULL
) STRICT;
CREATE TRIGGER moved_insert AFTER INSERT ON cases
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'together')
  AND NOT EXISTS (SELECT 1 FROM moved WHERE id = NEW.id) BEGIN
  INSERT INTO moved VALUES (NEW.id, 1, '', 0, 0, NULL, NULL, '');
END;
CREATE TRIGGER moved_update
AFTER UPDATE OF hidden, family, status_rank, active_at, number, opened_on, engineer_text ON cases
WHEN (OLD.active_at >> 26 <> NEW.active_at >> 26 OR OLD.status_rank <> NEW.status_rank
    OR OLD.engineer_text <> NEW.engineer_text OR OLD.family <> NEW.family
    OR OLD.hidden <> NEW.hidden OR OLD.number IS NOT NEW.number
    OR OLD.opened_on IS NOT NEW.opened_on)
  AND NOT EXISTS (SELECT 1 FROM moved WHERE id = OLD.id) BEGIN
  INSERT INTO moved VALUES (OLD.id, OLD.hidden, OLD.family, OLD.status_rank, OLD.active_at,
    OLD.number, OLD.opened_on, OLD.engineer_text);
END;
CREATE TRIGGER moved_delete AFTER DELETE ON cases
WHEN NOT EXISTS (SELECT 1 FROM moved WHERE id = OLD.id) BEGIN
  INSERT INTO moved VALUES (OLD.id, OLD.hidden, OLD.family, OLD.status_rank, OLD.active_at,
    OLD.number, OLD.opened_on, OLD.engineer_text);
END;
"""
"""Nothing has moved yet: up to here every stretch was counted at once."""


def count_behind(connection: sqlite3.Connection) -> None:
    """8 → 9: the stretches of an order are counted behind what is written."""
    from workbench.local.schema import run

    run(connection, MOVED)
