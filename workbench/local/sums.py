"""What triggers keep of all cases: sums, the cases of each name, the texts that wait for the index.

"Of many new cases it is written for all of them at once": a trigger for each row costs more than
the rows themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from workbench.local.database import Database

MANY = 16
"""For so many new cases it is cheaper to write their sums together."""

_LISTED = "json_each('[' || replace(json_quote(trim(c.{}, char(31))), '\\u001f', '\",\"') || ']')"
_ENGINEERS, _TAGS = _LISTED.format("engineer_text"), _LISTED.format("tag_text")
"""The folded names of a case's engineers, and its tags, as rows."""
_SHOWN = "{cases} NOT c.hidden"
_ASSIGNED = f"FROM cases c, {_ENGINEERS} e WHERE {_SHOWN} AND c.engineer_text <> ''"

GIVEN: Mapping[str, str] = {
    "assigned": "SELECT DISTINCT e.value, c.status_rank, c.active_at, coalesce(c.number, -1),"
    f" c.uid, c.id {_ASSIGNED}",
    "tagged": f"SELECT DISTINCT e.value, c.id FROM cases c, {_TAGS} e"
    " WHERE {cases} c.tag_text <> ''",
    "tally": f"SELECT 'project', c.family, c.status_rank, count(*) FROM cases c WHERE {_SHOWN}"
    " GROUP BY 2, 3 UNION ALL"
    f" SELECT 'engineer', e.value, c.status_rank, count(DISTINCT c.id) {_ASSIGNED} GROUP BY 2, 3",
    "stretch": "SELECT 'activity', c.family, c.status_rank, c.active_at >> 26, count(*)"
    f" FROM cases c WHERE {_SHOWN} GROUP BY 2, 3, 4 UNION ALL"
    " SELECT 'opened', coalesce(c.opened_on, ''), 0, 0, count(*)"
    f" FROM cases c WHERE {_SHOWN} GROUP BY 2 UNION ALL"
    " SELECT 'number', '', 0, coalesce(c.number, 9223372036854775807) >> 10, count(*)"
    f" FROM cases c WHERE {_SHOWN} GROUP BY 4 UNION ALL"
    " SELECT 'engineer', coalesce(nullif(c.engineer_text, ''), '~'), 0, c.active_at >> 31,"
    f" count(*) FROM cases c WHERE {_SHOWN} GROUP BY 2, 4 UNION ALL"
    " SELECT 'assigned', e.value, c.status_rank, c.active_at >> 26, count(DISTINCT c.id)"
    f" {_ASSIGNED} GROUP BY 2, 3, 4",
}
"""The rows of each such table as the cases give them; ``{cases}`` is where to say which cases."""

_SOME = "c.id IN (SELECT value FROM json_each(:cases)) AND"
_ADD = (
    *(f"INSERT OR IGNORE INTO {table} {GIVEN[table]}" for table in ("assigned", "tagged")),
    *(
        f"INSERT INTO {table} SELECT * FROM ({GIVEN[table]}) WHERE true"
        " ON CONFLICT DO UPDATE SET n = n + excluded.n"
        for table in ("tally", "stretch")
    ),
    "INSERT OR IGNORE INTO unindexed SELECT c.id << 32, NULL, NULL FROM cases c"
    " WHERE {cases} c.folded <> ''",
    "INSERT OR IGNORE INTO unindexed SELECT (c.case_id << 32) + c.id, NULL, NULL FROM entry c"
    " WHERE c.case_id IN (SELECT value FROM json_each(:cases)) AND c.folded <> ''",
)


@contextmanager
def together(db: Database, cases: Sequence[int]) -> Iterator[None]:
    """Insert rows of new cases, and of their entries; what is kept of them is written at the end.

    It is part of the caller's transaction, in which nothing else is written meanwhile.

    Args:
        cases: their numbers.
    """
    if len(cases) < MANY:
        yield
        return
    db.run("INSERT INTO meta VALUES ('together', '')")
    yield
    db.run("DELETE FROM meta WHERE name = 'together'")
    numbers = json.dumps(cases)
    for statement in _ADD:
        db.connection.execute(statement.format(cases=_SOME), {"cases": numbers})


def wrong(db: Database) -> int:
    """Return how many rows that triggers keep are not what the cases give."""
    return sum(
        db.value(f"SELECT count(*) FROM (SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other}))")
        for table, statement in GIVEN.items()
        for kept, given in [(f"SELECT * FROM {table}", statement.format(cases=""))]
        for one, other in ((kept, given), (given, kept))
    )
