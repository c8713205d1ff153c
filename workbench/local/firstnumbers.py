"""Cases that get their first number at a push: hundreds of them in a few statements.

"What it writes is what folding one number after the other writes": the values come from the same
functions; what is left out is looking for what can't be there. A case that is in any way unusual
is no matter of this module, and goes the way of a single change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from json.encoder import encode_basestring as quoted
from typing import TYPE_CHECKING, Any

from workbench.cases.fold import Claim
from workbench.cases.names import slot_hash
from workbench.cases.record import Record
from workbench.cases.text import fold
from workbench.local import columns, keys
from workbench.local.database import Database
from workbench.local.points import reached
from workbench.local.wholecases import INSERT_OP

if TYPE_CHECKING:
    from workbench.local.act import Act, Pen

Values = tuple[Any, ...]

_ROWS = (
    "SELECT id, uid, project, date_raw, key, aliases, folded FROM cases WHERE uid IN ({})"
    " AND family = ? AND batch IS NOT ? AND NOT imported AND raws = '[]'"
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


class Unnumbered(Record):
    """A case without a number, as its row has it; ``slot`` is where its number will be."""

    slot: int
    subject: int
    uid: str
    project: str
    date_raw: str
    key: str
    aliases: str
    folded: str


def number(pen: Pen, act: Act, family: str, given: Mapping[str, int], source: str) -> None:
    """Give cases of a family their first numbers, as ``Act.write`` would one by one.

    Args:
        given: their numbers by their ids, all different.
        source: what gave them, as ``RANKS`` has it.

    Raises:
        WorkbenchError: a newer version wrote something of a case that must be understood.
    """
    if not given:
        return
    cases = {case.uid: case for case in usual(pen.log.database, family, given, act.batch)}
    if cases:
        # In the order of their numbers, whatever order the rows came in.
        pairs = [(cases[uid], number) for uid, number in given.items() if uid in cases]
        put(pen, act, family, source, pairs)
    reached("number:after-append")
    for uid, number in given.items():
        if uid not in cases:
            act.write("num", uid, fam=family, src=source, x=number)


def usual(db: Database, family: str, given: Mapping[str, int], batch: str) -> list[Unnumbered]:
    """Return those of these cases whose numbers change nothing but themselves.

    No page told of such a case, no change that numbers it is here, none that only a newer version
    understands, and no other case shows the number.

    Args:
        family: theirs.
        given: their numbers to be, all different.
        batch: the act that numbers them, which has not made them.
    """
    slots = {uid: slot_hash("number", uid) for uid in given}
    rows = db.rows_in(_ROWS, given, family, batch)
    found = [Unnumbered(slots[row["uid"]], *row) for row in rows]
    told = db.rows_in("SELECT slot FROM op WHERE slot IN ({})", slots.values())
    newer = db.rows_in(
        "SELECT subject FROM op WHERE state = 'unknown' AND subject IN ({})",
        [case.subject for case in found],
    )
    shown = db.rows(
        "SELECT number FROM cases WHERE family = ? AND number BETWEEN ? AND ?",
        family,
        min(given.values()),
        max(given.values()),
    )
    numbered, unread, taken = ({value for (value,) in some} for some in (told, newer, shown))
    return [
        case
        for case in found
        if case.slot not in numbered and case.subject not in unread and given[case.uid] not in taken
    ]


def put(
    pen: Pen, act: Act, family: str, source: str, given: Sequence[tuple[Unnumbered, int]]
) -> None:
    """Append the changes that number cases, and write what they tell.

    Args:
        given: cases as ``usual`` gave them in this transaction, with their numbers.
    """
    ops: list[Values] = []
    claims: list[Values] = []
    updates: list[Values] = []
    aliases: list[Values] = []
    changes = _changes(pen, act, family, source, given)
    for (case, number), (h, data) in zip(given, changes, strict=True):
        op_id = sha256(data)
        ops.append((None, op_id.digest(), data, case.slot, h, case.subject, act.batch))
        claim = Claim(family, number, source, (h, op_id.hexdigest()))
        claims += keys.claim_rows(case.subject, [claim])
        key = keys.compose(case.project, str(number), case.date_raw)
        aliases += keys.alias_rows(case.subject, [key])
        # By what it was called without a number it is found for ever.
        former = [case.key, *columns.items(case.aliases)]
        updates.append(
            (
                case.subject,
                number,
                keys.rank(claim, second=False),
                key,
                columns.listed(former),
                1,
                columns.SEPARATOR.join([fold(key), case.folded]),
            )
        )
    db = pen.log.database
    run = db.connection.executemany
    run(INSERT_OP, ops)
    run(keys.INSERT_CLAIM, claims)
    run(keys.INSERT_ALIAS, aliases)
    marks = ", ".join(["(" + ", ".join("?" * (1 + len(_COLUMNS))) + ")"] * len(updates))
    db.run(_UPDATE.format(marks), *chain.from_iterable(updates))


def _changes(
    pen: Pen, act: Act, family: str, source: str, given: Sequence[tuple[Unnumbered, int]]
) -> Iterator[tuple[int, bytes]]:
    """Yield the times and bytes of the changes that ``Act.make`` would make: of thousands that
    differ in so little it would take half of the time of it all."""
    nonces = pen.entropy(16 * len(given)).hex()
    author = f'","a":{quoted(act.author)},"r":"{pen.copy}","n":"'
    first, unsure = pen.reserve(len(given))
    told = f'","g":{quoted(act.batch)}' + (',"unsure":1' if unsure else "")
    told += f',"fam":{quoted(family)},"src":"{source}","x":'
    for nth, (case, number) in enumerate(given):
        h = first + nth
        nonce = nonces[32 * nth : 32 * nth + 32]
        line = f'{{"v":1,"k":"num","c":"{case.uid}","h":"{h:016x}{author}{nonce}{told}{number}}}'
        yield h, line.encode()
