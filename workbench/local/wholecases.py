"""Cases of which nothing is here yet, written whole: their changes go in together with their rows.

What comes of it is what writing one change after the other makes; what is left out is looking for
what can't be there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workbench.cases import slots
from workbench.cases.change import Change
from workbench.local.caserow import fixed_slots
from workbench.local.changelog import Stored
from workbench.local.newcases import NewCases
from workbench.local.points import reached

if TYPE_CHECKING:
    from workbench.local.act import Act, Pen

_OP = (
    "INSERT INTO op (id, op_id, bytes, subject, slot, h, mine, batch, undoes, state)"
    " VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, 'ok')"
)
_NAME = "INSERT INTO name VALUES (?, ?) ON CONFLICT (label) DO UPDATE SET slot = excluded.slot"


class WholeCases:
    """Gathers the changes of new cases, inside the transaction of an act; ``put`` writes them."""

    def __init__(self, pen: Pen, act: Act, label: str) -> None:
        self._pen = pen
        self._act = act
        self._label = label
        self._rows = NewCases(pen.log.database)
        self._waiting: list[tuple[bytes, Change]] = []
        self._ops: list[tuple[Any, ...]] = []
        self._names: list[tuple[int, int]] = []
        self._subjects: list[tuple[int, str]] = []
        self._odd: list[tuple[str, set[int]]] = []
        self._last_op = self._last_subject = -1

    def _last(self, table: str) -> int:
        return int(self._pen.log.database.value(f"SELECT max(id) FROM {table}") or 0)

    def write(self, kind: str, case: str, p: Iterable[str] = (), **body: Any) -> Change:
        """Make a change of the case that is gathered now; raises as ``Act.write`` does."""
        made = self._act.made(kind, case, p, body, trusted=True)
        self._waiting += made
        return made[0][1]

    def end(self, case: str) -> int:
        """End a case: its changes are complete. Return its number."""
        if self._last_subject < 0:
            self._last_op, self._last_subject = self._last("op"), self._last("subject")
        self._last_subject += 1
        subject = self._last_subject
        self._subjects.append((subject, case))
        places, labels = _places(case, [change for _, change in self._waiting])
        stored = []
        for data, change in self._waiting:
            self._last_op += 1
            slot = places[change.id]
            undoes = change.body.get("u")
            self._ops.append(
                (
                    self._last_op, bytes.fromhex(change.id), data, subject, slot, change.h,
                    change.batch, undoes,
                )
            )  # fmt: skip
            stored.append(Stored(change, self._last_op, subject, slot, mine=True, received_at=None))
        self._names += [(label, slot) for label, slot in labels.items() if label != slot]
        if not self._rows.add(subject, case, stored):
            self._odd.append((case, set(places.values())))
        self._waiting.clear()
        return subject

    def put(self) -> None:
        """Write what was gathered; only then others may write in this act."""
        if not self._subjects:
            return
        run = self._pen.log.database.connection.executemany
        run("INSERT INTO subject VALUES (?, ?)", self._subjects)
        run(_OP, self._ops)
        run(_NAME, self._names)
        reached(f"{self._label}:after-append")
        self._rows.write()
        for case, touched in self._odd:
            self._pen.rows.refold(case, touched)
        reached(f"{self._label}:after-fold")
        for gathered in (self._subjects, self._ops, self._names, self._odd):
            gathered.clear()
        self._last_op = self._last_subject = -1


def _places(case: str, changes: list[Change]) -> tuple[dict[str, int], dict[int, int]]:
    """Return the slot of each change (by id), and of each label of an entry's name."""
    own = {parts: slot for slot, parts in fixed_slots(case).items()}
    places: dict[str, int] = {}
    entries: list[Change] = []
    for change in changes:
        parts = slots.fixed_parts(change)
        if parts is None:
            entries.append(change)
        else:
            places[change.id] = own[parts]
    of_entries, labels = slots.settle(entries)
    return places | of_entries, labels
