"""Cases of which nothing is here yet, written whole: their changes go in together with their rows.

What comes of it is what writing one change after the other makes; what is left out is looking for
what can't be there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.local import keys, newcases
from workbench.local.points import reached

if TYPE_CHECKING:
    from workbench.local.act import Pen
    from workbench.local.pagecases import Made, Values

INSERT_OP = (
    "INSERT INTO op (id, op_id, bytes, slot, h, subject, mine, batch, state)"
    " VALUES (?, ?, ?, ?, ?, ?, 1, ?, 'ok')"
)
_NAME = "INSERT INTO name VALUES (?, ?) ON CONFLICT (label) DO UPDATE SET slot = excluded.slot"


def put(pen: Pen, label: str, cases: Mapping[str, Made]) -> dict[str, int]:
    """Write cases that ``pagecases.make`` made, inside the transaction of an act.

    Args:
        label: names the act at the points where a test may stop the process.
        cases: by their ids; nothing of them is here.

    Returns:
        Their numbers.
    """
    ops: list[Values] = []
    rows: list[newcases.Made] = []
    numbers = {case: n for n, case in enumerate(cases, start=pen.log.heard() + 1)}
    at = pen.log.last() + 1
    for case, subject in numbers.items():
        made = cases[case]
        batch = made.row["batch"]
        ops += [(n, *op, subject, batch) for n, op in enumerate(made.ops, start=at)]
        made.row["id"] = subject
        entries = [(at + nth, uid, subject, *rest) for nth, uid, _, *rest in made.entries]
        others = {
            "claim": [(subject, *made.claim[1:])],
            "alias": keys.alias_rows(subject, made.keys),
            "reference": [
                (kind, value, subject, place and at + place, nth)
                for kind, value, _, place, nth in made.references
            ],
        }
        rows.append((made.row, entries, others))
        at += len(made.ops)
    run = pen.log.database.connection.executemany
    run("INSERT INTO subject VALUES (?, ?)", [(n, case) for case, n in numbers.items()])
    run(INSERT_OP, ops)
    run(_NAME, [label for made in cases.values() for label in made.labels])
    reached(f"{label}:after-append")
    new = newcases.put(pen.log.database, rows)
    for case, subject in numbers.items():
        if subject not in new:
            pen.rows.refold(case, {slot for _, _, slot, _ in cases[case].ops})
    reached(f"{label}:after-fold")
    return numbers
