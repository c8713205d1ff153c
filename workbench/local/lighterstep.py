"""What brings a file to layout 7: what a note changes stands in fewer places."""

from __future__ import annotations

LIGHTER = r"""
DROP INDEX entry_slot;
DROP INDEX entry_active;
CREATE INDEX entry_active ON entry (case_id, active_at) WHERE active_at > 0;

DROP INDEX stretch_empty;
DROP TRIGGER stretch_activity;
DROP TRIGGER stretch_opened;
DROP TRIGGER stretch_number;
DROP TRIGGER stretch_engineer;
DROP TRIGGER stretch_assigned;
DROP TRIGGER stretch_delete;
CREATE TRIGGER stretch_empty AFTER UPDATE OF n ON stretch WHEN NEW.n = 0 BEGIN
  DELETE FROM stretch WHERE kind = NEW.kind AND name = NEW.name
    AND status_rank = NEW.status_rank AND part = NEW.part;
END;
CREATE TRIGGER stretch_activity
AFTER UPDATE OF hidden, family, status_rank, active_at, engineer_text ON cases
WHEN OLD.active_at >> 26 <> NEW.active_at >> 26 OR OLD.status_rank <> NEW.status_rank
  OR OLD.engineer_text <> NEW.engineer_text OR OLD.family <> NEW.family
  OR OLD.hidden <> NEW.hidden BEGIN
  INSERT INTO stretch
    SELECT 'activity', OLD.family, OLD.status_rank, OLD.active_at >> 26, -1 WHERE NOT OLD.hidden
    UNION ALL SELECT 'activity', NEW.family, NEW.status_rank, NEW.active_at >> 26, 1
      WHERE NOT NEW.hidden
    UNION ALL SELECT 'engineer', coalesce(nullif(OLD.engineer_text, ''), '~'), 0,
        OLD.active_at >> 31, -1
      WHERE NOT OLD.hidden
    UNION ALL SELECT 'engineer', coalesce(nullif(NEW.engineer_text, ''), '~'), 0,
        NEW.active_at >> 31, 1
      WHERE NOT NEW.hidden
    UNION ALL SELECT DISTINCT 'assigned', value, OLD.status_rank, OLD.active_at >> 26, -1
      FROM json_each('[' ||
        replace(json_quote(trim(OLD.engineer_text, char(31))), '\u001f', '","') || ']')
      WHERE NOT OLD.hidden AND OLD.engineer_text <> ''
    UNION ALL SELECT DISTINCT 'assigned', value, NEW.status_rank, NEW.active_at >> 26, 1
      FROM json_each('[' ||
        replace(json_quote(trim(NEW.engineer_text, char(31))), '\u001f', '","') || ']')
      WHERE NOT NEW.hidden AND NEW.engineer_text <> ''
    ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER stretch_opened AFTER UPDATE OF hidden, opened_on ON cases
WHEN OLD.hidden <> NEW.hidden OR OLD.opened_on IS NOT NEW.opened_on BEGIN
  UPDATE stretch SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'opened'
    AND name = coalesce(OLD.opened_on, '') AND status_rank = 0
    AND part = 0;
  INSERT INTO stretch SELECT 'opened', coalesce(NEW.opened_on, ''), 0, 0, 1
    WHERE NOT NEW.hidden ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER stretch_number AFTER UPDATE OF hidden, number ON cases
WHEN OLD.hidden <> NEW.hidden OR OLD.number IS NOT NEW.number BEGIN
  UPDATE stretch SET n = n - 1 WHERE NOT OLD.hidden AND kind = 'number'
    AND name = '' AND status_rank = 0
    AND part = coalesce(OLD.number, 9223372036854775807) >> 10;
  INSERT INTO stretch SELECT 'number', '', 0, coalesce(NEW.number, 9223372036854775807) >> 10, 1
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
END;
"""
"""Each stretch that a case leaves or enters is written once, by one statement."""
