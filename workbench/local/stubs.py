"""What redactions carry of what they take out, for copies that never had it.

"A store's word for a stub proves nothing": the text is gone by which its id could be proved. A
redaction is proved by its own id, so what it says of a change of its case stands in the place of
what a store told otherwise.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from workbench.cases import erasure, slots
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
    here = _erased(log, op_id)
    if here is None:
        return False
    try:
        right = decode(stub, op_id.hex(), erased=True)
    except BadChange:
        return False
    wrong = decode(here["stub"].encode(), op_id.hex(), erased=True)
    if right == wrong or right.case != redact.case or state_of(right) != "ok":
        return False
    _replace(act, log, here, wrong, None, right)
    return True


def give_back(act: Act, log: ChangeLog, op_id: bytes, data: bytes) -> bool:
    """Put a change that came with its words in the place of what was left of it.

    Returns:
        False where a redaction that is known here takes these words out, or nothing can be read.
    """
    here = _erased(log, op_id)
    try:
        whole = decode(data, op_id.hex())
    except BadChange:
        return False
    if here is None or state_of(whole) != "ok":
        return False
    fellows = [item.change for item in log.in_slot(here["slot"], here["subject"])]
    if any(change.kind == "redact" for change in fellows):
        others = (change for change in fellows if change.id != whole.id)
        if whole.id in erasure.erase([*others, whole])[1]:
            return False
    _replace(act, log, here, decode(here["stub"].encode(), op_id.hex(), erased=True), data, whole)
    return True


def _erased(log: ChangeLog, op_id: bytes) -> Any:
    """Return the row of a change that was erased; None where it was not, or is not here."""
    return log.database.row("SELECT * FROM op WHERE op_id = ? AND bytes IS NULL", op_id)


def _replace(
    act: Act, log: ChangeLog, here: Any, wrong: Change, data: bytes | None, right: Change
) -> None:
    """Put a change in the place of an erased one of the same id, which was ``wrong``."""
    db, op_id = log.database, here["op_id"]
    # What it was taken for goes from the tables before it is anything else.
    aside = bytes(byte ^ 255 for byte in op_id)
    db.run("UPDATE op SET op_id = ?, state = 'bad' WHERE id = ?", aside, here["id"])
    left = {here["slot"]}
    if slots.fixed(wrong) is None:
        left |= log.loosen(here["subject"], here["slot"], set(slots.tokens(wrong)))
    act.refold(wrong.case, left)
    kept = log.keep(data, right, mine=bool(here["mine"]), received_at=here["received_at"])
    for table in ("outbox", "seen"):
        db.run(f"UPDATE {table} SET op = ? WHERE op = ?", kept.stored.id, here["id"])
    db.run("DELETE FROM op WHERE id = ?", here["id"])
    act.touch(right.case, kept.touched)
