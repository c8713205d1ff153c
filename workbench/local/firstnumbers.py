"""Cases that get their first number at a push: hundreds of them in a few statements.

"What it writes is what folding one number after the other writes": the values come from the same
functions; what is left out is looking for what can't be there. A case that is in any way unusual
is no matter of this module, and goes the way of a single change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from workbench.cases.change import Change
from workbench.cases.names import slot_hash
from workbench.local import caserow, columns, keys
from workbench.local.database import Database
from workbench.local.points import reached
from workbench.local.wholecases import INSERT_OP

if TYPE_CHECKING:
    from workbench.local.act import Act

Values = tuple[Any, ...]

_ROWS = (
    "SELECT id, uid, project, family, number, date_raw, raws, key, aliases, batch, imported,"
    " drafted, own_title, problem, engineers, tags, images, files, written_h,"
    " (SELECT max(uid) FROM cases n WHERE n.uid < c.uid) AS before,"
    " (SELECT min(uid) FROM cases n WHERE n.uid > c.uid) AS behind"
    " FROM cases c WHERE c.uid IN ({})"
)
_COLUMNS = ("number", "number_rank", "key", "aliases", "drafted", "folded")
"""What a first number changes of a row where no other case shows that number."""
_UPDATE = (
    f"WITH new (subject, {', '.join(f'new_{name}' for name in _COLUMNS)}) AS (VALUES {{}})"
    f" UPDATE cases SET {', '.join(f'{name} = new_{name}' for name in _COLUMNS)}"
    " FROM new WHERE id = subject"
)
"""One statement for many rows: each statement whose triggers write keeps for itself what every page
was that it touches."""


def number(db: Database, act: Act, family: str, given: Mapping[str, int], source: str) -> None:
    """Give cases of a family their first numbers, as ``Act.write`` would one by one.

    Args:
        given: their numbers by their ids, all different.
        source: what gave them, as ``RANKS`` has it.

    Raises:
        WorkbenchError: a newer version wrote something of a case that must be understood.
    """
    if not given:
        return
    body = {"fam": family, "src": source}
    rows = usual(db, family, given)
    made = [
        act.make("num", case, (), {**body, "x": number})[0]
        for case, number in given.items()
        if case in rows
    ]
    if made:
        put(db, rows, made)
    reached("number:after-append")
    act.changes += (change for _, change in made)
    for case, number in given.items():
        if case not in rows:
            act.write("num", case, x=number, **body)


def usual(db: Database, family: str, given: Mapping[str, int]) -> dict[str, caserow.Row]:
    """Return the rows, by their ids, of those cases whose number changes nothing but themselves.

    No change that numbers them is here, none that only a newer version understands, and no other
    case shows the number.

    Args:
        family: theirs.
        given: their numbers to be, all different.
    """
    rows = [dict(row) for row in db.rows_in(_ROWS, given)]
    slots = db.rows_in(
        "SELECT slot FROM op WHERE slot IN ({})", [slot_hash("number", case) for case in given]
    )
    newer = db.rows_in(
        "SELECT subject FROM op WHERE state = 'unknown' AND subject IN ({})",
        [row["id"] for row in rows],
    )
    shown = db.rows(
        "SELECT number FROM cases WHERE family = ? AND number BETWEEN ? AND ?",
        family,
        min(given.values()),
        max(given.values()),
    )
    told, unread, taken = ({value for (value,) in found} for found in (slots, newer, shown))
    return {
        row["uid"]: row
        for row in rows
        if row["family"] == family
        and row["id"] not in unread
        and given[row["uid"]] not in taken
        and slot_hash("number", row["uid"]) not in told
    }


def put(
    db: Database, rows: Mapping[str, caserow.Row], made: Iterable[tuple[bytes, Change]]
) -> None:
    """Append the changes that number cases, and write what they tell.

    Args:
        rows: the cases' rows, as ``usual`` gave them in this transaction.
        made: one change for each case.
    """
    ops: list[Values] = []
    claims: list[Values] = []
    updates: list[Values] = []
    aliases: list[Values] = []
    former: list[Values] = []
    for data, change in made:
        old = rows[change.case]
        subject = old["id"]
        slot = slot_hash("number", change.case)
        ops.append((None, bytes.fromhex(change.id), data, slot, change.h, subject, change.batch))
        row, bears, claimed = _numbered(old, change)
        claims += claimed
        updates.append((subject, *(row[name] for name in _COLUMNS)))
        now = keys.alias_rows(subject, bears)
        before = keys.alias_rows(subject, [old["key"], *columns.items(old["aliases"])])
        aliases += [alias for alias in now if alias not in before]
        former += [alias for alias in before if alias not in now]
    run = db.connection.executemany
    run(INSERT_OP, ops)
    run(keys.INSERT_CLAIM, claims)
    run("DELETE FROM alias WHERE folded = ? AND case_id = ?", former)
    run(keys.INSERT_ALIAS, aliases)
    marks = ", ".join(["(" + ", ".join("?" * (1 + len(_COLUMNS))) + ")"] * len(updates))
    db.run(_UPDATE.format(marks), *chain.from_iterable(updates))


def _numbered(old: caserow.Row, change: Change) -> tuple[caserow.Row, list[str], list[Values]]:
    """Return the row of a case with its number, its keys, and its rows of ``claim``."""
    found = caserow.fold_slot(("number",), [change])
    folded = caserow.Folded()
    folded.add(found, [change])
    row = folded.row(old, [change])
    folded.rank(row, second=False)
    own = keys.apart(row["uid"], (row["before"], row["behind"]))
    bears = keys.put(row, [row["number"]], own, later=False)
    row["folded"] = caserow.searched(row)
    return row, bears, [*keys.claim_rows(row["id"], found.claims)]
