"""A case as the items of its thread: problem, entries, and what happened between them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from widgets.thread import ThreadItem
from workbench.cases.history import passed_on
from workbench.cases.model import PROBLEM, STATUSES
from workbench.cases.people import natural_side
from workbench.language import (
    act_word,
    ahead_words,
    field_word,
    file_words,
    labelled,
    listed,
    relayed_words,
    side_word,
    status_word,
    t,
    told,
    waiting_words,
)
from workbench.tui.moments import dated, stamp, written
from workbench.tui.words import side_key

if TYPE_CHECKING:
    from workbench.cases.model import Case, Entry, HistoryItem, Summary
    from workbench.cases.people import People
    from workbench.desk import Draft

QUIET_FIELDS = frozenset({"status", "engineers"})


def thread_items(
    case: Case,
    history: Iterable[HistoryItem],
    drafts: Iterable[Draft],
    now: int,
    people: People | None = None,
) -> list[ThreadItem]:
    """Return the thread of a case from top to bottom; ``people`` tells who stands on which side.

    A quiet line stands where it belongs by time: behind the entries that were written before it,
    but never behind a reply to one of them that came later.
    """
    changes = list(history)
    behind: dict[int, list[ThreadItem]] = {}
    for change in quiet(changes):
        behind.setdefault(_place(case.entries, change.at), []).append(event_item(change, now))
    items = [problem_item(case.summary, changes, now), *behind.get(0, ())]
    for place, item in enumerate(entry_items(case.entries, changes, now, people), start=1):
        items += [item, *behind.get(place, ())]
    items += [draft_item(draft) for draft in drafts]
    return items


def quiet(changes: Iterable[HistoryItem]) -> list[HistoryItem]:
    """Return the changes that stand as quiet lines between the entries."""
    return [item for item in changes if item.field in QUIET_FIELDS and not item.imported]


def entry_items(
    entries: Iterable[Entry], changes: Sequence[HistoryItem], now: int, people: People | None
) -> list[ThreadItem]:
    """Return entries as items of the thread; ``changes`` tell what was done to them."""
    relayed = _relayed(changes)
    imported = {item.entry for item in changes if item.imported and item.entry is not None}
    return [
        _entry(entry, now, people, relayed.get(entry.id, ()), here=entry.id not in imported)
        for entry in entries
    ]


def _place(entries: Sequence[Entry], at: int) -> int:
    """Return how many entries stand before something that happened ``at``.

    Replies stand under what they answer, out of the order of time: so first the last entry that
    answers none is looked for, then the place among what answers it.
    """
    begun = [place for place, entry in enumerate(entries) if not entry.depth]
    before = [place for place in begun if entries[place].written_at <= at]
    if not before:
        return 0
    place = before[-1] + 1
    while place < len(entries) and entries[place].depth and entries[place].written_at <= at:
        place += 1
    return place


def _relayed(changes: Iterable[HistoryItem]) -> dict[str, list[str]]:
    """Return by whom others' words were passed on, by the item that shows them, each once."""
    return {place: list(map(relayed_words, who)) for place, who in passed_on(changes).items()}


def problem_item(summary: Summary, changes: Sequence[HistoryItem], now: int) -> ThreadItem:
    """Return the problem; of fields of which an earlier value is not here it says so."""
    lacking = {change.field for change in changes if change.lacking and change.entry is None}
    incomplete = listed(field_word(field) for field in sorted(lacking))
    notes = _relayed(changes).get(PROBLEM, ())
    return ThreadItem(
        id=PROBLEM,
        kind="problem",
        text=summary.problem,
        when=written(summary.opened_on, now) if summary.opened_on else summary.date_raw,
        images=tuple(
            _picture(image.file, image.width, image.height)
            for image in summary.images
            if image.place == "problem"
        ),
        attachments=tuple(
            file_words(file) for file in summary.attachments if file.place == "problem"
        ),
        waiting=labelled(incomplete, waiting_words("incomplete")) if incomplete else None,
        decisions=summary.decisions,
        hidden=summary.hidden,
        notes=(*notes, *(f"? {told(question.text)}" for question in summary.questions)),
    )


def _picture(file: str, width: int | None, height: int | None) -> str:
    return f"{file} {width}×{height}" if width and height else file


def _entry(
    entry: Entry, now: int, people: People | None, notes: Iterable[str], *, here: bool
) -> ThreadItem:
    """Return an entry; one written ``here`` without a speaker is its author's own word."""
    own = here and entry.speaker in (None, entry.author)
    ahead = [ahead_words(entry.ahead)] if entry.ahead else []
    speaker = entry.author if own else entry.speaker
    side = people.side(speaker) if people is not None and speaker else None
    return ThreadItem(
        id=entry.id,
        kind="entry",
        text=entry.text,
        speaker=speaker,
        side=side_key(side) or None,
        side_word=side_word(side) if side and not natural_side(speaker or "") else "",
        author=None if own else entry.author,
        when=_when(entry, now),
        position=entry.position,
        depth=entry.depth,
        images=entry.images,
        attachments=tuple(file_words(file) for file in entry.files),
        edited=entry.edited,
        edited_by=entry.edited_by,
        hidden=entry.hidden,
        redacted=entry.redacted,
        unread=entry.unread,
        waiting=waiting_words(entry.waiting),
        decisions=entry.decisions,
        notes=(*notes, *ahead),
    )


def _when(entry: Entry, now: int) -> str:
    """Return when it happened or was written; an import's own time says nothing of either."""
    if entry.happened_on:
        return written(entry.happened_on, now)
    return "" if entry.imported else stamp(entry.written_at, now)


def event_item(change: HistoryItem, now: int) -> ThreadItem:
    """Return a change as a quiet line."""
    return ThreadItem(
        id=change.id, kind="event", text=act_sentence(change), when=stamp(change.at, now)
    )


def draft_item(draft: Draft) -> ThreadItem:
    """Return what is being written as a quiet line."""
    first = next((line for line in draft.text.splitlines() if line.strip()), "")
    return ThreadItem(id=f"draft-{draft.id}", kind="event", text=t("✎ draft: {text}", text=first))


def act_sentence(change: HistoryItem) -> str:
    """Return one change as a short sentence: who did what."""
    sentence = t("{who}: {what}", who=change.author or "?", what=act_words(change))
    return f"{sentence} · {relayed_words(change.relayed_by)}" if change.relayed_by else sentence


def act_words(change: HistoryItem) -> str:
    """Return what a change did, without who did it."""
    if change.field == "status":
        parts = [t("status → {status}", status=status_of(change.new))]
        if change.until:
            parts.append(t("until {day}", day=dated(change.until)))
        return listed([*parts, *([change.why] if change.why else [])])
    if change.field in ("engineers", "tags"):
        sign = "−" if change.act == "remove" else "+"
        return f"{sign} {change.new if change.new is not None else change.old}"
    if change.person is not None:
        return person_words(change)
    return t("{field} {act}", act=act_word(change.act), field=field_word(change.field))


def person_words(change: HistoryItem) -> str:
    """Return what was said of a person: another side, or another spelling."""
    if change.field == "side":
        side = side_word(str(change.new)) if change.new else "–"
        return t("{person}: side → {side}", person=change.person, side=side)
    sign = "−" if change.act == "remove" else "="
    return f"{change.person} {sign} {change.new or change.old}"


def status_of(value: str | int | None) -> str:
    """Return the team's word for the status of a change; what is no status as it is."""
    for status in STATUSES:
        if value == status:
            return status_word(status)
    return str(value or "")
