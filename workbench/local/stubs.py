"""What redactions carry of what they take out, for copies that never had it.

"A store's word for a stub proves nothing": the text is gone by which its id could be proved. A
redaction is proved by its own id, so what it says of a change of its case stands in the place of
what a store told otherwise.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from workbench.cases import slots
from workbench.cases.change import BadChange, Change, decode, state_of
from workbench.local.changelog import ChangeLog

if TYPE_CHECKING:
    from workbench.local.act import Act


def take(act: Act, log: ChangeLog, redact: Change, received_at: int) -> None:
    """Append what a redaction carries that is not here, and mend what is here otherwise."""
    for erased in redact.body["l"]:
        stub = json.dumps(erased["stub"], ensure_ascii=False).encode()
        with suppress(ValueError):  # what is no id names no change
            op_id = bytes.fromhex(erased["id"])
            if not _mend(act, log, redact, op_id, stub):
                act.take_stub(op_id, stub, received_at)


def _mend(act: Act, log: ChangeLog, redact: Change, op_id: bytes, stub: bytes) -> bool:
    """Put the stub in the place of another one of the same change; say whether there was one."""
    db = log.database
    here = db.row("SELECT * FROM op WHERE op_id = ? AND bytes IS NULL", op_id)
    if here is None:
        return False
    try:
        right = decode(stub, op_id.hex(), erased=True)
    except BadChange:
        return False
    wrong = decode(here["stub"].encode(), op_id.hex(), erased=True)
    if right == wrong or right.case != redact.case or state_of(right) != "ok":
        return False
    # What it was taken for goes from the tables before it is anything else.
    aside = bytes(byte ^ 255 for byte in op_id)
    db.run("UPDATE op SET op_id = ?, state = 'bad' WHERE id = ?", aside, here["id"])
    left = {here["slot"]}
    if slots.fixed(wrong) is None:
        left |= log.loosen(here["subject"], here["slot"], set(slots.tokens(wrong)))
    act.refold(wrong.case, left)
    kept = log.keep(None, right, mine=bool(here["mine"]), received_at=here["received_at"])
    for table in ("outbox", "seen"):
        db.run(f"UPDATE {table} SET op = ? WHERE op = ?", kept.stored.id, here["id"])
    db.run("DELETE FROM op WHERE id = ?", here["id"])
    act.touch(right.case, kept.touched)
    return True
