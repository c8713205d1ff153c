"""What brings a file to layout 8: when people wrote last, without what only hid or showed."""

from __future__ import annotations

import sqlite3

WRITTEN = """
INSERT OR IGNORE INTO stale (subject, slot)
  SELECT c.id, 0 FROM cases c WHERE c.written_h > 0 AND EXISTS (
    SELECT 1 FROM op o WHERE o.subject = c.id AND o.h = c.written_h
      AND CASE o.state WHEN 'ok' THEN json_extract(CAST(o.bytes AS TEXT), '$.k') END
        IN ('hide', 'show'));
UPDATE cases SET written_h = 0 WHERE id IN (SELECT subject FROM stale WHERE slot = 0);
"""
"""A fold only raises when people wrote last, so what was told too late begins anew: all slots (0)
of such a case are folded again."""


def know_what_is_no_activity(connection: sqlite3.Connection) -> None:
    """7 → 8: that a case or an entry was hidden or shown is no activity."""
    from workbench.local.schema import run

    run(connection, WRITTEN)
