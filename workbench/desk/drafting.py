"""Finishing a draft: its words become a change, and the draft goes, in one transaction; and
telling of those that nobody began."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.cases.errors import BadInput, Busy
from workbench.cases.model import HistoryItem
from workbench.cases.said import said
from workbench.cases.text import fold
from workbench.desk import reading, writing
from workbench.desk.tools import Seen, Tools, Written
from workbench.local.drafts import Draft

if TYPE_CHECKING:
    from workbench.exchange.pasted import Said


def finish(
    tools: Tools,
    draft_id: str,
    text: str,
    *,
    speaker: str | None,
    happened: str | None,
    title: str | None,
) -> Written:
    """Write what the draft was for.

    Raises:
        BadInput: there are no words, or the new case has no project. The draft stays.
    """
    with tools.db.write("finish"):
        draft = tools.drafts.get(draft_id)
        written = _write(tools, draft, text, speaker, happened, title)
        tools.drafts.finish(draft_id)
    return written


def take_apart(tools: Tools, draft_id: str, text: str) -> list[Said]:
    """Return the entries that the text of a new entry is made of; less than two: it is one."""
    from workbench.exchange.labels import DEFAULT_SPEAKERS
    from workbench.exchange.pasted import take_apart as take
    from workbench.local.speakers import speakers_in

    draft = tools.drafts.get(draft_id)
    if draft.kind != "note" or draft.case_id is None:
        return []
    names = {
        *(tools.speakers or DEFAULT_SPEAKERS),
        *tools.reader.names("engineers"),
        *speakers_in(tools.db, tools.subject(draft.case_id)),
        tools.author,
    }
    return take(text, {fold(name) for name in names})


def finish_apart(tools: Tools, draft_id: str, several: Sequence[Said]) -> Written:
    """Write the entries that a draft was taken apart into.

    Raises:
        BadInput: a speaker or a time is none. The draft stays.
    """
    with tools.db.write("finish"):
        draft = tools.drafts.get(draft_id)
        assert draft.case_id is not None  # only a new entry of a case is taken apart
        written = writing.notes(tools, draft.case_id, several)
        tools.drafts.finish(draft_id)
    return written


def _write(
    tools: Tools,
    draft: Draft,
    text: str,
    speaker: str | None,
    happened: str | None,
    title: str | None,
) -> Written:
    if draft.case_id is None:
        if not draft.target:
            raise BadInput(
                said("a new case needs a project"), said("Name the project it belongs to.")
            )
        case = writing.new(tools, draft.target, text, date=happened, title=title)
        return Written(1, (case,))
    if draft.kind in ("problem", "title"):
        return writing.edit_field(tools, draft.case_id, draft.kind, text, seen=_seen(draft))
    if draft.kind == "edit" and draft.target:
        return writing.edit_entry(
            tools,
            draft.case_id,
            draft.target,
            text=text,
            speaker=speaker,
            happened=happened,
            seen=_seen(draft),
        )
    return writing.note(
        tools,
        draft.case_id,
        text,
        reply_to=draft.target if draft.kind == "reply" else None,
        speaker=speaker,
        happened=happened,
    )


def _seen(draft: Draft) -> Seen | None:
    """Return what its writer saw; None where that is not known.

    A title may have been seen to be none; a problem or an entry always says something.
    """
    return draft.seen if draft.seen or draft.kind == "title" else None


def meanwhile(tools: Tools, draft_id: str) -> HistoryItem | None:
    """Return the newest change of the draft's target that its writer has not seen."""
    draft = tools.drafts.get(draft_id)
    given = _seen(draft)
    if draft.case_id is None or given is None:
        return None
    if draft.kind in ("problem", "title"):
        register = tools.field(draft.case_id, draft.kind)
    elif draft.kind == "edit" and draft.target:
        register = tools.entry(draft.case_id, draft.target).registers["text"]
    else:
        return None
    seen = set(given)
    unseen = {name for head in register.heads if not head.names & seen for name in head.names}
    if not unseen:
        return None
    told = reading.history(tools, draft.case_id)
    return next((item for item in reversed(told) if item.id in unseen), None)


def rescued(tools: Tools) -> list[str]:
    """Say once where words of ours became drafts, because a redaction that came took them out."""
    try:
        cases = tools.drafts.untold()
    except Busy:
        return []  # somebody writes just now: whoever looks next is told
    rows = tools.db.rows_in("SELECT key FROM cases WHERE uid IN ({})", sorted(cases))
    return [
        said(
            "{key}: a redaction took out words that you wrote and its author had not seen; they"
            " are kept as a draft, on this copy alone (D in the screen)",
            key=row["key"],
        )
        for row in rows
    ]
