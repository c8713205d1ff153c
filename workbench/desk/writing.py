"""Writing: what a person does to a case. Each function is one act."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from workbench.cases import fold, names, slots
from workbench.cases.errors import BadInput
from workbench.cases.model import STATUSES
from workbench.cases.register import EMPTY, Register
from workbench.cases.said import said
from workbench.cases.text import key_fold
from workbench.cases.times import parse_day, parse_time
from workbench.desk.tools import Seen, Tools, Written
from workbench.local.act import Act
from workbench.local.changelog import Stored
from workbench.local.people import read_people

if TYPE_CHECKING:
    from workbench.exchange.pasted import Said

FIELDS = ("problem", "title", "date")
"""What ``edit_field`` changes."""


def new(tools: Tools, project: str, text: str, *, date: str | None, title: str | None) -> str:
    """Create a case, with a number where it can have one at once, and return its id."""
    from workbench.desk.numbering import number_new

    project = project_name(tools, project)
    words = _words(text)
    day = parse_day(date, _today(tools)) if date is not None else tools.today()
    with tools.act("new") as act:
        case = tools.pen.new_id()
        raw = day.replace("-", "")
        act.write("case", case, project=project, date_raw=raw)
        number_new(tools, act, case, key_fold(project))
        act.write("set", case, f="date", x={"raw": raw, "on": day})
        act.write("set", case, f="problem", x=words)
        if title is not None and title.strip():
            act.write("set", case, f="title", x=" ".join(title.split()))
    return case


def note(
    tools: Tools,
    case_id: str,
    text: str,
    *,
    reply_to: str | None,
    speaker: str | None,
    happened: str | None,
    files: Sequence[dict[str, Any]] = (),
) -> Written:
    """Add an entry to a thread, with files whose contents are kept already."""
    body = _note(tools, text, speaker, happened)
    with tools.act("note") as act:
        tools.log.remember(case_id, tools.subject(case_id))
        if reply_to is not None:
            reply_to = tools.entry(case_id, reply_to).id
        above = _equal_above(tools, case_id, body)
        change = act.write("note", case_id, **body, re=reply_to, d=above or None)
        if files:
            from workbench.desk import attaching

            for file in files:
                attaching.write(tools, act, case_id, file, t=change.name)
    return Written(len(act.changes), (case_id,), change.name, batch=act.batch)


def notes(tools: Tools, case_id: str, several: Sequence[Said]) -> Written:
    """Add several entries to a thread, in their order, as one act."""
    bodies = [_note(tools, said.text, said.speaker, said.happened) for said in several]
    with tools.act("note") as act:
        tools.log.remember(case_id, tools.subject(case_id))
        for body in bodies:
            above = _equal_above(tools, case_id, body)
            change = act.write("note", case_id, **body, d=above or None)
    return Written(len(act.changes), (case_id,), change.name, batch=act.batch)


def _note(tools: Tools, text: str, speaker: str | None, happened: str | None) -> dict[str, Any]:
    """Return what a new entry says."""
    return {
        "i": tools.pen.new_id(),
        "x": _words(text),
        "s": _speaker(speaker) or None if speaker is not None else None,
        "at": _time(tools, happened) if happened is not None else None,
    }


def _equal_above(tools: Tools, case_id: str, body: dict[str, Any]) -> int:
    """Return how many entries of the case show the same speaker and words as a new one."""
    equal = names.equality(case_id, body["s"] or tools.author, body["x"])
    labels = slots.token(case_id, body["i"]), slots.token(case_id, equal)
    _, stored = tools.log.fellows(labels, tools.log.subject(case_id))
    if not stored:
        return 0
    states = fold.fold_entries(item.change for item in stored)
    return sum(
        equal
        == names.equality(
            case_id,
            slots.shown_speaker(state.speaker, state.author, imported=state.imported),
            state.text,
        )
        for state in states
    )


def edit_field(tools: Tools, case_id: str, field: str, text: str, *, seen: Seen | None) -> Written:
    """Change the problem, the title or the date of a case."""
    if field not in FIELDS:
        raise BadInput(
            said('there is no field "{field}" to edit', field=field),
            said("Name one of {names}.", names=", ".join(FIELDS)),
        )
    return _set(tools, "edit", {case_id: seen}, field, None, value_of(tools, field, text) or None)


def status(
    tools: Tools,
    case_ids: Sequence[str],
    value: str,
    *,
    until: str | None,
    why: str | None,
    seen: dict[str, Seen] | None,
) -> Written:
    """Set the status of cases."""
    if _status(value) != "on_hold" and (until is not None or why is not None):
        raise BadInput(
            said("only a hold has an until and a why"), said("Leave them out, or say on_hold.")
        )
    day = parse_day(until, _today(tools), ahead=True) if until is not None else None
    reason = " ".join(why.split()) or None if why is not None else None
    given = {case: (seen or {}).get(case) for case in case_ids}
    return _set(tools, "status", given, "status", {"s": value, "until": day, "why": reason}, None)


def _set(
    tools: Tools,
    label: str,
    cases: dict[str, Seen | None],
    field: str,
    value: dict[str, str | None] | None,
    text: str | None,
) -> Written:
    """Set a field of cases, each where it has another value now."""
    with tools.act(label) as act:
        for case, seen in cases.items():
            stored = tools.changes(case, "field", field)
            register = fold.fold_field(field, (item.change for item in stored))
            seen = tools.seen_in(case, register, seen, _field_then(field, stored))
            write_value(tools, act, case, field, value or text, register, stored, seen)
        act.fold()
        decision = any(not tools.decided(case, field) for case in cases)
    return Written(len(act.changes), tuple(cases), decision=decision, batch=act.batch)


def _field_then(field: str, stored: list[Stored]) -> Callable[[int], Register]:
    """Return what gives a field as it was up to a row of the log."""
    return lambda row: fold.fold_field(field, (s.change for s in stored if s.id <= row))


def write_value(
    tools: Tools,
    act: Act,
    case: str,
    field: str,
    value: Any,
    register: Register,
    stored: list[Stored],
    seen: Seen | None,
) -> None:
    """Set a field, unless its only current value is this one."""
    now = register.values
    current = now[0].value if now else None
    if field == "status" and not now:
        current = {"s": "unset", "until": None, "why": None}
    redacted = bool(now) and now[0].redact
    if len(now) <= 1 and (current or "") == (value or "") and not redacted:
        return
    own = field == "status"
    p = tools.predecessors(register, seen, stored, own=own) or ()
    body: Any = value
    if field == "status":
        body = {key: part for key, part in value.items() if part is not None}
    elif field == "date":
        raws = fold.fold_date_raws(item.change for item in stored)
        body = {"raw": raws[-1] if raws else None, "on": value}
    act.write("set", case, p, f=field, x="" if body is None else body)


def edit_entry(
    tools: Tools,
    case_id: str,
    entry_id: str,
    *,
    text: str | None,
    speaker: str | None,
    happened: str | None,
    seen: Seen | None,
) -> Written:
    """Change an entry's text, speaker or time of happening; each is a register of its own."""
    given = (("text", "x", text), ("speaker", "s", speaker), ("happened", "at", happened))
    wanted = [
        (name, key, value_of(tools, name, value)) for name, key, value in given if value is not None
    ]
    with tools.act("edit") as act:
        state = tools.entry(case_id, entry_id)
        stored = tools.entry_changes(case_id, state.id)
        for name, key, value in wanted:
            register = state.registers[name]
            now = register.values
            if len(now) == 1 and not now[0].redact and (now[0].value or "") == value:
                continue
            # Who changes the words had them on the screen; what else he saw is not told.
            shown = seen if name == "text" or text is None else None
            shown = tools.seen_in(case_id, register, shown, _entry_then(state.id, name, stored))
            p = tools.predecessors(register, shown, stored, own=False) or ()
            act.write("edit", case_id, p, t=state.id, **{key: value})
        act.fold()
        decision = any(not tools.decided(case_id, name, state.id) for name, _, _ in wanted)
    return Written(len(act.changes), (case_id,), state.id, decision=decision, batch=act.batch)


def _entry_then(entry: str, name: str, stored: list[Stored]) -> Callable[[int], Register]:
    """Return what gives a register of an entry as it was up to a row of the log."""

    def then(row: int) -> Register:
        states = fold.fold_entries(item.change for item in stored if item.id <= row)
        return next((s.registers[name] for s in states if entry in s.names), EMPTY)

    return then


def hide(tools: Tools, case_ids: Sequence[str], entry_id: str | None) -> Written:
    """Take cases, or an entry, out of sight."""
    with tools.act("hide") as act:
        for case in case_ids:
            if entry_id is not None:
                state = tools.entry(case, entry_id)
                if not state.hidden:
                    act.write("hide", case, state.registers["text"].seen, t=state.id)
            elif not _hides(tools, case):
                earlier = [
                    item.change.name
                    for item in tools.changes(case, "case")
                    if item.change.kind in ("hide", "show")
                ]
                act.write("hide", case, earlier)
    return Written(len(act.changes), tuple(case_ids), entry_id, batch=act.batch)


def unhide(tools: Tools, case_ids: Sequence[str], entry_id: str | None) -> Written:
    """Show hidden cases, or a hidden entry, again."""
    with tools.act("unhide") as act:
        for case in case_ids:
            if entry_id is not None:
                state = tools.entry(case, entry_id)
                if state.hides:
                    act.write("show", case, state.hides, t=state.id)
            elif hides := _hides(tools, case):
                act.write("show", case, hides)
    return Written(len(act.changes), tuple(case_ids), entry_id, batch=act.batch)


def _hides(tools: Tools, case_id: str) -> frozenset[str]:
    return fold.hides_in_force(item.change for item in tools.changes(case_id, "case"))


def elements(
    tools: Tools,
    case_ids: Sequence[str],
    field: str,
    add: Sequence[str],
    remove: Sequence[str],
) -> Written:
    """Give cases engineers or tags, or take them off; what is so already is left alone."""
    adding = [_name(name, field) for name in add]
    removing = [_name(name, field) for name in remove]
    if both := set(adding) & set(removing):
        raise BadInput(
            said("{name} is both given and taken off", name=both.pop()), said("Say one of the two.")
        )
    with tools.act("assign" if field == "engineers" else "tag") as act:
        called = read_people(tools.db).called if field == "engineers" else str
        gone = {called(name) for name in removing}
        for case in case_ids:
            held = tools.elements(case, field)
            here = {called(name) for name in held}
            for name in dict.fromkeys(adding):
                if called(name) not in here:
                    act.write("add", case, f=field, e=name)
            for written in held:
                if called(written) in gone:  # however the name is written there
                    act.write("rem", case, f=field, e=written, o=list(held[written]))
    return Written(len(act.changes), tuple(case_ids), batch=act.batch)


# --- what a person gives -----------------------------------------------------------------------


def value_of(tools: Tools, field: str, text: str) -> Any:
    """Return what a person's text is as the value of a field of a case or an entry.

    Raises:
        BadInput: it is none; a title, a speaker and a time of happening may be "".
    """
    match field:
        case "problem" | "text":
            return _words(text)
        case "status":
            return {"s": _status(text), "until": None, "why": None}
        case "date":
            return parse_day(text, _today(tools))
        case "happened":
            return _time(tools, text) if text.strip() else ""
        case "speaker":
            return _speaker(text)
    return " ".join(text.split())


def _status(word: str) -> str:
    if word not in STATUSES:
        raise BadInput(
            said('there is no status "{word}"', word=word),
            said("Statuses are {words}.", words=", ".join(STATUSES)),
        )
    return word


def _words(text: str) -> str:
    words = _clean(text).strip()
    if not words:
        raise BadInput(
            said("there is no text"), said("Give the words, or - to read them from stdin.")
        )
    return words


def _clean(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadInput(
            said("the text holds half of a character (a lone surrogate)"),
            said("Type or paste it again."),
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _speaker(speaker: str) -> str:
    return " ".join(_clean(speaker).split()).strip("【】[]：:").strip()


def _name(name: str, field: str) -> str:
    found = " ".join(name.split())
    if not found:
        is_engineer = field == "engineers"
        raise BadInput(
            said("a name of an engineer is empty") if is_engineer else said("a tag is empty")
        )
    return found


def project_name(tools: Tools, project: str) -> str:
    """Return the name of a project as its cases write it.

    Raises:
        BadInput: it can't stand in a key.
    """
    name = project.strip()
    broken = [c for c in name if c in "#＃|=" or c.isspace() or unicodedata.category(c)[0] == "C"]
    if not name or broken:
        raise BadInput(
            said(
                '"{name}" can\'t be a project: it stands in front of _case# in every key',
                name=project,
            ),
            said("Use a short word without spaces and without #."),
        )
    known = tools.db.value(
        # Along the index: a family may be all that there are.
        "SELECT project FROM cases WHERE family = ? ORDER BY number, id LIMIT 1",
        key_fold(name),
    )
    return str(known or name)


def _time(tools: Tools, text: str) -> str:
    return parse_time(text, tools.clock(), local_zone(tools.clock()))


def _today(tools: Tools) -> date:
    return date.fromisoformat(tools.today())


def local_zone(now: int) -> tzinfo:
    """Return this machine's time zone; TZ goes before it, as it does where times are shown."""
    from zoneinfo import ZoneInfo

    name = os.environ.get("TZ", "").removeprefix(":")
    try:
        if name:
            return ZoneInfo(name)
        with open("/etc/localtime", "rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError, KeyError):  # KeyError: there is no such zone
        zone = datetime.fromtimestamp(now / 1000).astimezone().tzinfo
        assert zone is not None  # astimezone always gives one
        return zone
