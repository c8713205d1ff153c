"""What brings a file to layout 10: triggers of new rows do not ask whether many come together.

Whoever writes many takes them off the tables: a question cost more than the rows.
"""

from __future__ import annotations

import sqlite3

_ASKING = "NOT EXISTS (SELECT 1 FROM meta WHERE name = 'together')"
_ALONE = {f" AND {_ASKING}": "", f"{_ASKING}\n  AND ": "", f"\nWHEN {_ASKING}": ""}
"""How it stands in a trigger, and what is left there."""


def ask_nothing(connection: sqlite3.Connection) -> None:
    """9 → 10: the triggers of new rows have no condition that is about other tables' rows."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
    ).fetchall()
    for name, trigger in rows:
        if _ASKING in trigger:
            for asking, alone in _ALONE.items():
                trigger = trigger.replace(asking, alone)
            connection.execute(f"DROP TRIGGER {name}")
            connection.execute(trigger)
