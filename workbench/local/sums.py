"""What triggers keep of all cases: sums, the cases of each name, the texts that wait for the index.

"Of many new cases it is written for all of them at once": a trigger for each row costs more than
the rows themselves, also one that finds nothing to do. So those of new rows are off the tables
meanwhile; no other process ever sees the file without them.

In which stretches of the orders cases stand is counted behind what is written, by ``settle``: until
then ``moved`` tells of a case where it was counted, and whoever asks takes it off there and adds it
where it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from workbench.local.database import Database
from workbench.local.unread import COUNTING

MANY = 16
"""For so many new cases it is cheaper to write their sums together."""
MANY_ENTRIES = 500
"""For so many entries it is, too."""

_LISTED = "json_each('[' || replace(json_quote(trim(c.{}, char(31))), '\\u001f', '\",\"') || ']')"
_ENGINEERS, _TAGS = _LISTED.format("engineer_text"), _LISTED.format("tag_text")
"""The folded names of a case's engineers, and its tags, as rows."""
_SHOWN = "{cases} NOT c.hidden"
_IS_ASSIGNED = " AND c.engineer_text <> ''"
_ASSIGNED = f"FROM cases c, {_ENGINEERS} e WHERE {_SHOWN}{_IS_ASSIGNED}"

_KINDS: Mapping[str, tuple[str, str, str]] = {
    "activity": ("c.family", "c.status_rank", "c.active_at >> 26"),
    "opened": ("coalesce(c.opened_on, '')", "0", "0"),
    "number": ("''", "0", "coalesce(c.number, 9223372036854775807) >> 10"),
    "engineer": ("coalesce(nullif(c.engineer_text, ''), '~')", "0", "c.active_at >> 31"),
    "assigned": ("e.value", "c.status_rank", "c.active_at >> 26"),
}
"""The stretches of each order: which one a case stands in, as the columns of ``stretch`` say it."""


def _counted(kind: str, cases: str, among: str = "", sign: str = "") -> str:
    """Return SQL that gives the rows of ``stretch`` for some cases.

    Args:
        kind: of which order.
        cases: the table ``c``, which has the columns of ``cases``.
        among: a condition over ``c`` that says which, with AND behind it.
        sign: a minus to take them off.
    """
    name, rank, part = _KINDS[kind]
    counted, source, where = "count(*)", cases, f"{among} NOT c.hidden"
    if kind == "assigned":
        counted, source = "count(DISTINCT c.id)", f"{source}, {_ENGINEERS} e"
        where += _IS_ASSIGNED
    return (
        f"SELECT '{kind}' AS kind, {name} AS name, {rank} AS status_rank, {part} AS part,"
        f" {sign}{counted} AS n FROM {source} WHERE {where} GROUP BY 2, 3, 4"
    )


_MOVED = ("moved m CROSS JOIN cases c", "c.id = m.id AND")
"""Those that moved, as they are now: looked for by themselves, whatever else is asked of them."""


def counted(kind: str) -> str:
    """Return SQL that gives how many cases stand in each stretch of an order, as it is now.

    A stretch may come several times: what its counts come to together is how many there are.
    """
    return (
        f"SELECT kind, name, status_rank, part, n FROM stretch WHERE kind = '{kind}'"
        f" UNION ALL {_counted(kind, 'moved c', sign='-')}"
        f" UNION ALL {_counted(kind, *_MOVED)}"
    )


COUNTED = (
    "SELECT kind, name, status_rank, part, sum(n) AS n FROM"
    f" ({' UNION ALL '.join(map(counted, _KINDS))}) GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0"
)
"""All stretches in which cases stand, as it is now."""

GIVEN: Mapping[str, str] = {
    "assigned": "SELECT DISTINCT e.value, c.status_rank, c.active_at, coalesce(c.number, -1),"
    f" c.uid, c.id {_ASSIGNED}",
    "tagged": f"SELECT DISTINCT e.value, c.id FROM cases c, {_TAGS} e"
    " WHERE {cases} c.tag_text <> ''",
    "tally": f"SELECT 'project', c.family, c.status_rank, count(*) FROM cases c WHERE {_SHOWN}"
    " GROUP BY 2, 3 UNION ALL"
    f" SELECT 'engineer', e.value, c.status_rank, count(DISTINCT c.id) {_ASSIGNED} GROUP BY 2, 3",
    "stretch": " UNION ALL ".join(_counted(kind, "cases c", "{cases}") for kind in _KINDS),
}
"""The rows of each such table as the cases give them; ``{cases}`` is where to say which cases."""

_ADDING = (
    "INSERT INTO {table} SELECT * FROM ({given}) WHERE true"
    " ON CONFLICT DO UPDATE SET n = n + excluded.n"
)
_THESE = "IN (SELECT value FROM json_each(:cases)) AND"
_SOME = f"c.id {_THESE}"
_LATEST = "IN (SELECT value FROM json_each(:entries)) AND"
_ADD = (
    *(f"INSERT OR IGNORE INTO {table} {GIVEN[table]}" for table in ("assigned", "tagged")),
    *(_ADDING.format(table=table, given=GIVEN[table]) for table in ("tally", "stretch")),
    "INSERT OR IGNORE INTO unindexed SELECT c.id << 32, NULL, NULL FROM cases c"
    " WHERE {cases} c.folded <> ''",
    "INSERT OR IGNORE INTO unindexed SELECT (e.case_id << 32) + e.id, NULL, NULL FROM entry e"
    f" WHERE e.id {_LATEST} e.folded <> ''",
    COUNTING.format(cases=f"e.id {_LATEST}"),
)
_TRIGGERS = (
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('cases', 'entry')"
    " AND sql LIKE '% AFTER INSERT ON %' ORDER BY rowid"
)


@contextmanager
def together(db: Database, cases: Sequence[int], entries: Sequence[int]) -> Iterator[None]:
    """Insert rows of new cases, and of entries; what is kept of them is written at the end.

    It is part of the caller's transaction, in which nothing else is written meanwhile, and which
    is rolled back if it fails.

    Args:
        cases: their numbers.
        entries: the numbers of the entries, of cases whose order nobody has read.
    """
    if len(cases) < MANY and len(entries) < MANY_ENTRIES:
        yield
        return
    settle(db)  # of a case that was there before, too, what is counted is told by its row alone
    triggers = db.rows(_TRIGGERS)
    for name, _ in triggers:
        db.run(f"DROP TRIGGER {name}")
    yield
    for _, trigger in triggers:
        db.run(trigger)
    numbers = {"cases": json.dumps(cases), "entries": json.dumps(entries)}
    for statement in _ADD:
        db.connection.execute(statement.format(cases=_SOME), numbers)


def settle(db: Database, least: int = 1) -> None:
    """Count the cases that moved in the stretches where they stand now, inside a transaction.

    Args:
        least: unless they are fewer than these.
    """
    if db.value("SELECT count(*) FROM (SELECT 1 FROM moved LIMIT ?)", least) < least:
        return
    for cases, among, sign in (("moved c", "", "-"), (*_MOVED, "")):
        each = (_counted(kind, cases, among, sign) for kind in _KINDS)
        db.run(_ADDING.format(table="stretch", given=" UNION ALL ".join(each)))
    db.run("DELETE FROM moved")


def wrong(db: Database) -> int:
    """Return how many rows that triggers keep are not what the cases give."""
    return sum(
        db.value(f"SELECT count(*) FROM (SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other}))")
        for table, statement in GIVEN.items()
        for kept, given in [
            (
                COUNTED if table == "stretch" else f"SELECT * FROM {table}",
                statement.format(cases=""),
            )
        ]
        for one, other in ((kept, given), (given, kept))
    )
