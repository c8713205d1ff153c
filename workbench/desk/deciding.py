"""Decisions: fields that people changed without seeing each other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from workbench.cases import said as words
from workbench.cases.clock import milliseconds
from workbench.cases.errors import Ambiguous, BadInput, NotFound
from workbench.cases.model import Choice, Decision
from workbench.cases.register import REDACTED, Register, Version, ancestor, choices
from workbench.desk import writing
from workbench.desk.tools import Tools, Written, said
from workbench.local.act import Act
from workbench.local.entryrows import decision_id
from workbench.local.relays import relayed

SHORTEST = 4
"""So many characters of an id name a decision that is no more, by which it grew into another."""
MANY = 8
"""Among so many values it is looked up which decision some of them were before."""
ENTRY_KEYS = {"text": "x", "speaker": "s", "happened": "at"}


def decisions(tools: Tools, case_id: str | None) -> list[Decision]:
    """Return the decisions that wait, the case of the latest activity first."""
    rows = tools.db.rows(
        "SELECT d.*, c.uid, c.key FROM decision d JOIN cases c ON c.id = d.case_id"
        " WHERE (? IS NULL OR c.uid = ?) ORDER BY c.active_at DESC, d.case_id, d.field, d.id",
        case_id,
        case_id,
    )
    return [_decision(tools, row) for row in rows]


def _decision(tools: Tools, row: Any) -> Decision:
    register = _register(tools, row)
    field = row["field"]
    values = choices(register)
    passed_on = relayed(tools.db, tools.log.by_ids(version.order[1] for version in values))
    return Decision(
        id=row["id"],
        case=row["key"],
        case_id=row["uid"],
        field=field,
        entry=row["entry"],
        ancestor=said(ancestor(register), field),
        values=tuple(_choice(version, field, passed_on) for version in values),
    )


def _choice(version: Version, field: str, passed_on: Mapping[str, str]) -> Choice:
    status = version.value if field == "status" and version.value else {}
    return Choice(
        value=said(version, field),
        author=version.author,
        written_at=milliseconds(version.order[0]),
        until=status.get("until"),
        why=status.get("why"),
        relayed_by=passed_on.get(version.order[1]),
    )


def _register(tools: Tools, row: Any) -> Register:
    if row["entry"] is None:
        return tools.field(row["uid"], row["field"])
    return tools.entry(row["uid"], row["entry"]).registers[row["field"]]


def decide(tools: Tools, decision_id: str, *, choice: int | None, text: str | None) -> Written:
    """Write one value that replaces all of a decision's.

    Raises:
        NotFound: no decision of this id waits (any more).
        BadInput: there is no such choice, or the text is no value of the field.
    """
    with tools.act("decide") as act:
        row = _find(tools, decision_id)
        register = _register(tools, row)
        values = choices(register)
        if text is not None:
            value = writing.value_of(tools, row["field"], text)
        elif choice is None or not 1 <= choice <= len(values):
            raise BadInput(
                words.said(
                    "there is no choice {choice}; this decision has {count}",
                    choice=choice,
                    count=len(values),
                ),
                words.said("Choices count from 1 in the order shown; --text gives another value."),
            )
        else:
            chosen = values[choice - 1]
            value = REDACTED if chosen.redact else chosen.value
        write_decided(tools, act, row["uid"], row["field"], row["entry"], value, register.seen)
    return Written(len(act.changes), (row["uid"],), row["entry"], batch=act.batch)


def write_decided(
    tools: Tools,
    act: Act,
    case: str,
    field: str,
    entry: str | None,
    value: Any,
    p: tuple[str, ...] | list[str],
) -> None:
    """Write a value of a register as it was, replacing ``p``."""
    if entry is not None:
        act.write("edit", case, p, t=entry, **{ENTRY_KEYS[field]: value or ""})
        return
    if field == "status":
        given = value or {"s": "unset"}
        value = {key: part for key, part in given.items() if part is not None}
    elif field == "date":
        raw = tools.db.value("SELECT date_raw FROM cases WHERE uid = ?", case)
        value = {"raw": raw, "on": value}
    act.write("set", case, p, f=field, x="" if value is None else value)


def _grown(tools: Tools, old: str) -> str | None:
    """Return the decision that this one became when it got more values, if one did."""
    if len(old) < SHORTEST:
        return None
    for row in tools.db.rows("SELECT d.*, c.uid FROM decision d JOIN cases c ON c.id = d.case_id"):
        values = choices(_register(tools, row))[:MANY]
        for count in range(2, len(values)):
            for some in combinations(values, count):
                if decision_id(some, row["field"], row["entry"]).startswith(old):
                    return str(row["id"])
    return None


def _find(tools: Tools, decision_id: str) -> Any:
    wanted = decision_id.strip().lower()
    rows = (
        tools.db.rows(
            "SELECT d.*, c.uid FROM decision d JOIN cases c ON c.id = d.case_id"
            " WHERE d.id >= ? AND d.id < ? ORDER BY d.id",
            wanted,
            wanted + "{",
        )
        if not wanted.isdigit() and wanted  # the number of a choice in the wrong place is no id
        else []
    )
    if not rows:
        newer = _grown(tools, wanted)
        raise NotFound(
            words.said(
                'no decision "{decision}" waits: it got another value, and is {newer} now',
                decision=decision_id,
                newer=newer,
            )
            if newer
            else words.said('no decision "{decision}" waits', decision=decision_id),
            words.said("workbench decisions shows those that wait now."),
            (newer,) if newer else (),
        )
    if len(rows) > 1:
        raise Ambiguous(
            words.said('"{decision}" begins several decisions', decision=decision_id),
            tuple(row["id"] for row in rows),
        )
    return rows[0]
