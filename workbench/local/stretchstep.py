"""What brings a file to layout 6: stretches of the orders, documents that tell their case."""

from __future__ import annotations

STRETCHES = r"""
CREATE TABLE stretch (
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  status_rank INTEGER NOT NULL,
  part        INTEGER NOT NULL,
  n           INTEGER NOT NULL,
  PRIMARY KEY (kind, name, status_rank, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX stretch_empty ON stretch (n) WHERE n = 0;
CREATE TRIGGER stretch_insert AFTER INSERT ON cases
WHEN NOT NEW.hidden AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'together') BEGIN
  INSERT INTO stretch
    VALUES ('activity', NEW.family, NEW.status_rank, NEW.active_at >> 26, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO stretch
    VALUES ('opened', coalesce(NEW.opened_on, ''), 0, 0, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO stretch
    VALUES ('number', '', 0, coalesce(NEW.number, 9223372036854775807) >> 10, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO stretch
    VALUES ('engineer', coalesce(nullif(NEW.engineer_text, ''), '~'), 0, NEW.active_at >> 31, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO stretch SELECT DISTINCT 'assigned', value, NEW.status_rank, NEW.active_at >> 26, 1
    FROM json_each('[' ||
      replace(json_quote(trim(NEW.engineer_text, char(31))), '\u001f', '","') || ']')
    WHERE NEW.engineer_text <> '' ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER stretch_activity AFTER UPDATE OF hidden, family, status_rank, active_at ON cases
WHEN OLD.hidden <> NEW.hidden OR OLD.family <> NEW.family OR OLD.status_rank <> NEW.status_rank
  OR OLD.active_at >> 26 <> NEW.active_at >> 26 BEGIN
  UPDATE stretch SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'activity'
    AND name = OLD.family AND status_rank = OLD.status_rank
    AND part = OLD.active_at >> 26;
  DELETE FROM stretch WHERE n = 0;
  INSERT INTO stretch SELECT 'activity', NEW.family, NEW.status_rank, NEW.active_at >> 26, 1
    WHERE NOT NEW.hidden ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER stretch_opened AFTER UPDATE OF hidden, opened_on ON cases
WHEN OLD.hidden <> NEW.hidden OR OLD.opened_on IS NOT NEW.opened_on BEGIN
  UPDATE stretch SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'opened'
    AND name = coalesce(OLD.opened_on, '') AND status_rank = 0
    AND part = 0;
  DELETE FROM stretch WHERE n = 0;
  INSERT INTO stretch SELECT 'opened', coalesce(NEW.opened_on, ''), 0, 0, 1
    WHERE NOT NEW.hidden ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER stretch_number AFTER UPDATE OF hidden, number ON cases
WHEN OLD.hidden <> NEW.hidden OR OLD.number IS NOT NEW.number BEGIN
  UPDATE stretch SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'number'
    AND name = '' AND status_rank = 0
    AND part = coalesce(OLD.number, 9223372036854775807) >> 10;
  DELETE FROM stretch WHERE n = 0;
  INSERT INTO stretch SELECT 'number', '', 0, coalesce(NEW.number, 9223372036854775807) >> 10, 1
    WHERE NOT NEW.hidden ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER stretch_engineer AFTER UPDATE OF hidden, engineer_text, active_at ON cases
WHEN OLD.hidden <> NEW.hidden OR OLD.engineer_text <> NEW.engineer_text
  OR OLD.active_at >> 31 <> NEW.active_at >> 31 BEGIN
  UPDATE stretch SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'engineer'
    AND name = coalesce(nullif(OLD.engineer_text, ''), '~') AND status_rank = 0
    AND part = OLD.active_at >> 31;
  DELETE FROM stretch WHERE n = 0;
  INSERT INTO stretch SELECT 'engineer', coalesce(nullif(NEW.engineer_text, ''), '~'), 0,
      NEW.active_at >> 31, 1
    WHERE NOT NEW.hidden ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER stretch_delete AFTER DELETE ON cases WHEN NOT OLD.hidden BEGIN
  UPDATE stretch SET n = n - 1 WHERE kind = 'activity'
    AND name = OLD.family AND status_rank = OLD.status_rank
    AND part = OLD.active_at >> 26;
  UPDATE stretch SET n = n - 1 WHERE kind = 'opened'
    AND name = coalesce(OLD.opened_on, '') AND status_rank = 0
    AND part = 0;
  UPDATE stretch SET n = n - 1 WHERE kind = 'number'
    AND name = '' AND status_rank = 0
    AND part = coalesce(OLD.number, 9223372036854775807) >> 10;
  UPDATE stretch SET n = n - 1 WHERE kind = 'engineer'
    AND name = coalesce(nullif(OLD.engineer_text, ''), '~') AND status_rank = 0
    AND part = OLD.active_at >> 31;
  UPDATE stretch SET n = n - 1 WHERE OLD.engineer_text <> '' AND kind = 'assigned'
    AND name IN (SELECT value FROM json_each('[' ||
      replace(json_quote(trim(OLD.engineer_text, char(31))), '\u001f', '","') || ']'))
    AND status_rank = OLD.status_rank AND part = OLD.active_at >> 26;
  DELETE FROM stretch WHERE n = 0;
END;
CREATE TRIGGER stretch_assigned
AFTER UPDATE OF hidden, status_rank, active_at, engineer_text ON cases
WHEN OLD.hidden <> NEW.hidden OR OLD.status_rank <> NEW.status_rank
  OR OLD.engineer_text <> NEW.engineer_text OR OLD.active_at >> 26 <> NEW.active_at >> 26 BEGIN
  UPDATE stretch SET n = n - 1 WHERE NOT OLD.hidden AND OLD.engineer_text <> ''
    AND kind = 'assigned' AND name IN (SELECT value FROM json_each('[' ||
      replace(json_quote(trim(OLD.engineer_text, char(31))), '\u001f', '","') || ']'))
    AND status_rank = OLD.status_rank AND part = OLD.active_at >> 26;
  DELETE FROM stretch WHERE n = 0;
  INSERT INTO stretch SELECT DISTINCT 'assigned', value, NEW.status_rank, NEW.active_at >> 26, 1
    FROM json_each('[' ||
      replace(json_quote(trim(NEW.engineer_text, char(31))), '\u001f', '","') || ']')
    WHERE NOT NEW.hidden AND NEW.engineer_text <> '' ON CONFLICT DO UPDATE SET n = n + 1;
END;
"""
STRETCHED = """
INSERT INTO stretch SELECT 'activity', family, status_rank, active_at >> 26, count(*) FROM cases
  WHERE NOT hidden GROUP BY 2, 3, 4;
INSERT INTO stretch SELECT 'opened', coalesce(opened_on, ''), 0, 0, count(*) FROM cases
  WHERE NOT hidden GROUP BY 2;
INSERT INTO stretch SELECT 'number', '', 0, coalesce(number, 9223372036854775807) >> 10, count(*)
  FROM cases WHERE NOT hidden GROUP BY 4;
INSERT INTO stretch SELECT 'engineer', coalesce(nullif(engineer_text, ''), '~'), 0,
  active_at >> 31, count(*) FROM cases WHERE NOT hidden GROUP BY 2, 4;
INSERT INTO stretch SELECT 'assigned', name, status_rank, active_at >> 26, count(*) FROM assigned
  GROUP BY 2, 3, 4;
"""
"""How many cases stand before a row is told by these: no index is counted along."""

TOGETHER = r"""
DROP TRIGGER tally_insert;
DROP TRIGGER assigned_insert;
DROP TRIGGER tagged_insert;
CREATE TRIGGER tally_insert AFTER INSERT ON cases
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'together') BEGIN
  INSERT INTO tally SELECT 'project', NEW.family, NEW.status_rank, 1 WHERE NOT NEW.hidden
    ON CONFLICT DO UPDATE SET n = n + 1;
  INSERT INTO tally SELECT DISTINCT 'engineer', value, NEW.status_rank, 1
    FROM json_each('[' ||
      replace(json_quote(trim(NEW.engineer_text, char(31))), '\u001f', '","') || ']')
    WHERE NOT NEW.hidden AND NEW.engineer_text <> ''
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER assigned_insert AFTER INSERT ON cases
WHEN NEW.engineer_text <> '' AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'together') BEGIN
  INSERT OR IGNORE INTO assigned
    SELECT value, NEW.status_rank, NEW.active_at, coalesce(NEW.number, -1), NEW.uid, NEW.id
    FROM json_each('[' ||
      replace(json_quote(trim(NEW.engineer_text, char(31))), '\u001f', '","') || ']')
    WHERE NOT NEW.hidden AND NEW.engineer_text <> '';
END;
CREATE TRIGGER tagged_insert AFTER INSERT ON cases
WHEN NEW.tag_text <> '' AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'together') BEGIN
  INSERT OR IGNORE INTO tagged SELECT value, NEW.id FROM json_each('[' ||
      replace(json_quote(trim(NEW.tag_text, char(31))), '\u001f', '","') || ']');
END;
"""
"""Many new cases may be summed at once."""

DOCUMENTS = """
DROP TRIGGER entry_added;
DROP TRIGGER entry_changed;
DROP TRIGGER entry_gone;
DROP TRIGGER case_added;
DROP TRIGGER case_changed;
DROP TRIGGER case_gone;
CREATE TRIGGER entry_added AFTER INSERT ON entry
WHEN new.folded <> '' AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'together') BEGIN
  INSERT INTO unindexed SELECT (new.case_id << 32) + new.id, NULL, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = (new.case_id << 32) + new.id);
END;
CREATE TRIGGER entry_changed AFTER UPDATE OF folded ON entry WHEN new.folded <> old.folded BEGIN
  INSERT INTO unindexed SELECT (new.case_id << 32) + new.id, old.folded, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = (new.case_id << 32) + new.id);
END;
CREATE TRIGGER entry_gone AFTER DELETE ON entry WHEN old.folded <> '' BEGIN
  INSERT INTO unindexed SELECT (old.case_id << 32) + old.id, old.folded, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = (old.case_id << 32) + old.id);
END;
CREATE TRIGGER case_added AFTER INSERT ON cases
WHEN new.folded <> '' AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'together') BEGIN
  INSERT INTO unindexed SELECT new.id << 32, NULL, NULL
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = new.id << 32);
END;
CREATE TRIGGER case_changed AFTER UPDATE OF folded, title, engineer_text ON cases
WHEN new.folded <> old.folded OR new.title <> old.title
  OR new.engineer_text <> old.engineer_text BEGIN
  INSERT INTO unindexed
    SELECT new.id << 32, old.folded, old.title || char(31) || old.engineer_text
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = new.id << 32);
END;
CREATE TRIGGER case_gone AFTER DELETE ON cases WHEN old.folded <> '' BEGIN
  INSERT INTO unindexed
    SELECT old.id << 32, old.folded, old.title || char(31) || old.engineer_text
    WHERE NOT EXISTS (SELECT 1 FROM unindexed WHERE doc = old.id << 32);
END;

CREATE INDEX cases_images ON cases (id) WHERE images <> '[]';
CREATE INDEX cases_files ON cases (id) WHERE files <> '[]';
CREATE INDEX cases_held ON cases (hidden, status_rank, status, woken, status_until)
  WHERE status_rank = 2;

DROP INDEX entry_home;
INSERT INTO gram (gram) VALUES ('delete-all');
DELETE FROM unindexed;
INSERT INTO unindexed SELECT (case_id << 32) + id, NULL, NULL FROM entry WHERE folded <> '';
INSERT INTO unindexed SELECT id << 32, NULL, NULL FROM cases WHERE folded <> '';
"""
"""Every text waits to be indexed under another number, in which its case stands."""
