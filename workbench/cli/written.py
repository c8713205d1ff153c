"""What a command says after it wrote: the cases or entries as they are now, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from widgets.plain import printed
from widgets.signs import AWAKE_SIGN
from workbench.cli.call import Call
from workbench.language import status_word, t

if TYPE_CHECKING:
    from workbench.cases.model import Summary
    from workbench.desk import Written

DONE = 0
DECISIONS_WAIT = 4


def finish_cases(call: Call, ids: Sequence[str], written: Written) -> int:
    """Print the cases of a write, whole as JSON or one a line, and return the exit status."""
    if call.json:
        from workbench.desk import case_json

        cases = [call.desk.case(case_id, seen=False) for case_id in ids]
        call.out.json_rows([case_json(case) for case in cases])
    else:
        _tell(call, ids)
    return outcome(call, written)


def finish_case(call: Call, case_id: str, written: Written) -> int:
    """Print the one case of a write and return the exit status."""
    if call.json:
        from workbench.desk import case_json

        call.out.json(case_json(call.desk.case(case_id, seen=False)))
    else:
        _tell(call, [case_id])
    return outcome(call, written)


def _tell(call: Call, ids: Sequence[str]) -> None:
    """Print cases, one a line; of their threads, which may be long, nothing is read."""
    for summary in call.desk.summaries(ids, brief=True):
        call.out.data(case_line(summary) + "\n")


def finish_entry(call: Call, case_id: str, entry_id: str, written: Written) -> int:
    """Print the one entry of a write and return the exit status."""
    entry = call.desk.entry(case_id, entry_id)
    if call.json:
        from workbench.desk import entry_json

        call.out.json(entry_json(entry))
    else:
        call.out.data(entry.id + "\n")
        key = printed(call.desk.key(case_id))
        call.out.remark(t("Entry {position} of {key}.", position=entry.position, key=key))
    return outcome(call, written)


def outcome(call: Call, written: Written) -> int:
    """Return the exit status of a write, and say so where nothing changed or a decision waits."""
    if written.decision:
        call.out.remark(
            t("Written, but somebody else changed it too: `workbench decisions` shows both.")
        )
        return DECISIONS_WAIT
    if not written.changes and not call.json:
        call.out.remark(t("Nothing to change: it is so already."))
    return DONE


def case_line(case: Summary) -> str:
    """Return a case in one line: key, status, engineers, tags."""
    parts = [printed(case.key), status_text(case), printed(" ".join(case.people))]
    parts.extend(f"#{printed(tag)}" for tag in case.tags)
    return "  ".join(part for part in parts if part)


def status_text(case: Summary) -> str:
    """Return the status in the team's word, a hold with its day and reason."""
    word = status_word(case.status)
    if case.status_until:
        word += " " + t("until {day}", day=case.status_until)
    if case.status_why:
        word += " (" + printed(case.status_why) + ")"
    if case.awake:
        word += " · " + AWAKE_SIGN + " " + t("awake")
    return word
