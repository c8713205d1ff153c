"""Many cases from few: every row of a data set again, with other names, numbers and digits.

The program takes more than an hour to read a million cases in. For what only reads, or writes a
little, the tables are all that counts: so the program reads in some thousands, and each of their
rows is written again as often as it takes. What tells texts apart is another in every copy: order
numbers, phones, bills, tracker ids, names of pictures, the number of the case and with it the key.
The words are those of the generator, which are few: one more case would have no others.

What such a file lacks: of all cases but the first the log (``op``) and the words of the page. Its
sums and its index are held to what the tables have, before anybody may use it; a ``rebuild`` would
leave the first cases alone.
"""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import Any

from workbench.cases import names
from workbench.local import schema
from workbench.local.stretchstep import STRETCHED

BASE = 20_000
"""So many cases are read in by the program."""
SEED, LENGTH = 1, 1.305
"""Of the cases read in: one has thousands of entries, and five entries are their mean."""
_RUN = re.compile("[0-9]{7,}")
_DAY = 8
_MASK = (1 << 63) - 1

COPIES = {
    "subject": {"id": "id + :off", "uid": "another(uid, :nth)"},
    "cases": {
        "id": "id + :off",
        "uid": "another(uid, :nth)",
        "number": "number + :cases",
        "key": "replace(key, '#' || number || '_', '#' || (number + :cases) || '_')",
        "title": "varied(title, :nth)",
        "problem": "varied(problem, :nth)",
        "images": "varied(images, :nth)",
        "folded": "varied("
        "replace(folded, '#' || number || '_', '#' || (number + :cases) || '_'), :nth)",
    },
    "assigned": {
        "number": "number + :cases",
        "uid": "another(uid, :nth)",
        "case_id": "case_id + :off",
    },
    "tagged": {"case_id": "case_id + :off"},
    "claim": {"case_id": "case_id + :off", "number": "number + :cases"},
    "alias": {
        "folded": "(SELECT replace(first_alias.folded, '#' || number || '_',"
        " '#' || (number + :cases) || '_') FROM cases WHERE id = case_id)",
        "case_id": "case_id + :off",
    },
    "entry": {
        "id": "id + :changes",
        "uid": "another(uid, :nth)",
        "case_id": "case_id + :off",
        "slot": "moved(slot, :nth)",
        "above": "another(above, :nth)",
        "text": "varied(text, :nth)",
        "images": "varied(images, :nth)",
        "seen": "another_of(seen, :nth)",
        "folded": "varied(folded, :nth)",
    },
    "name": {"label": "moved(label, :nth)", "slot": "moved(slot, :nth)"},
    "reference": {
        "value": "varied(value, :nth)",
        "case_id": "case_id + :off",
        "place": "CASE place WHEN 0 THEN 0 ELSE place + :changes END",
    },
    "page_case": {"case_id": "case_id + :off", "entries": "another_of(entries, :nth)"},
}
"""What is another in each copy of a table's row; all tables whose rows belong to one case."""


def multiply(base: Path, path: Path, times: int) -> None:
    """Write a data set with ``times`` as many cases as there are in ``base``, not indexed yet."""
    with closing(sqlite3.connect(base)) as source, closing(sqlite3.connect(path)) as db:
        source.backup(db)
        db.isolation_level = None
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            db.execute(f"PRAGMA {pragma}")
        cases = db.execute("SELECT count(*) FROM cases").fetchone()[0]
        subjects, changes = (
            db.execute(f"SELECT max(id) + 1 FROM {table}").fetchone()[0]
            for table in ("subject", "op")
        )
        later = [name for (name,) in db.execute(_LATER)]
        kept = [db.execute(_SQL, [name]).fetchone() for name in later]
        for name, kind, _ in kept:
            db.execute(f"DROP {kind} {name}")
        _make_functions(db)
        first = {table: _all(db, table) for table in COPIES}
        for nth in range(1, times):
            db.execute("BEGIN")
            values = {
                "nth": nth, "off": nth * subjects, "changes": nth * changes, "cases": nth * cases,
            }  # fmt: skip
            for again in first.values():
                db.execute(again, values)
            db.execute("COMMIT")
            print(f"  {path.name}: {(nth + 1) * cases} cases", file=sys.stderr, flush=True)
        db.execute("UPDATE tally SET n = n * ?", [times])
        db.execute("DELETE FROM stretch")
        db.execute("DELETE FROM moved")
        for statement in schema.statements(STRETCHED):
            db.execute(statement)
        # What is written to the file from now on comes after all that is in it.
        db.execute(
            "UPDATE op SET id = ? WHERE id = (SELECT max(id) FROM op WHERE id NOT IN"
            " (SELECT id FROM entry))",
            [times * changes],
        )
        for _, _, sql in sorted(kept, key=lambda one: one[1]):  # indexes, then triggers
            db.execute(sql)
        db.execute(
            "INSERT INTO unindexed SELECT (case_id << 32) + id, NULL, NULL FROM entry"
            " WHERE case_id >= ?1 AND folded <> ''"
            " UNION ALL SELECT id << 32, NULL, NULL FROM cases WHERE id >= ?1",
            [subjects],
        )


def told(path: Path) -> dict[str, Any]:
    """Return how much there is, and how large the file is."""
    with closing(sqlite3.connect(path)) as db:
        cases, entries = (
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("cases", "entry")
        )
    return {"cases": cases, "entries": entries, "size_mb": round(path.stat().st_size / 1e6, 1)}


_LATER = (
    "SELECT name FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('index', 'trigger')"
    f" AND tbl_name IN ({', '.join(repr(table) for table in COPIES)})"
)
_SQL = "SELECT name, type, sql FROM sqlite_schema WHERE name = ?"


def _all(db: sqlite3.Connection, table: str) -> str:
    """Return what writes the rows of a table, which are those of the first cases now, again."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    others = COPIES[table]
    values = ", ".join(others.get(column, column) for column in columns)
    order = next(column for column in ("id", "label", "case_id") if column in columns)
    db.execute(f"CREATE TEMP TABLE first_{table} AS SELECT * FROM main.{table} ORDER BY {order}")
    return f"INSERT INTO main.{table} SELECT {values} FROM temp.first_{table}"


def _make_functions(db: sqlite3.Connection) -> None:
    functions: dict[str, Callable[..., object]] = {
        "another": _another,
        "another_of": lambda json, nth: re.sub("[a-z2-7]{26}", lambda m: _another(m[0], nth), json),
        "varied": _varied,
        "moved": lambda number, nth: (number + nth * 0x9E3779B97F4A7C15) & _MASK,
    }
    for name, function in functions.items():
        db.create_function(name, 2, function, deterministic=True)


def _another(uid: str | None, nth: int) -> str | None:
    return names.derive("copy", uid, str(nth)) if uid else uid


def _varied(text: str, nth: int) -> str:
    """Return a text with other long numbers; the same number becomes the same everywhere."""
    return _RUN.sub(lambda match: _number(match[0], nth), text)


def _number(run: str, nth: int) -> str:
    if len(run) == _DAY:
        return run
    drawn = int.from_bytes(blake2b(f"{nth} {run}".encode(), digest_size=8).digest())
    if len(run) == 20:  # an order: its day, its time, and six digits
        day, time, left = drawn % 336, drawn // 336 % 86400, drawn // 336 // 86400 % 10**6
        clock = f"{time // 3600:02}{time // 60 % 60:02}{time % 60:02}"
        return f"2024{day // 28 + 1:02}{day % 28 + 1:02}{clock}{left:06}"
    kept = {11: 3, 13: 2, 18: 2}.get(len(run), 0)  # phones, pictures and bills begin alike
    left = len(run) - kept
    low = 0 if kept else 10 ** (left - 1)
    return run[:kept] + f"{low + drawn % (10**left - low):0{left}}"
