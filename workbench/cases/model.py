"""What a case looks like to the rest of the program: plain values, made by the fold.

Knows nothing of how they are stored or shown. All times are milliseconds since 1970 (UTC) unless
a name ends in ``_on``: those are ISO 8601 text (a date, or a date with time and offset).
Named tuples, here and wherever a value only carries fields: each dataclass costs every start of the
program a millisecond.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from workbench.cases.clock import DRIFT
from workbench.cases.record import Record
from workbench.cases.said import said

Status = Literal["unset", "in_progress", "on_hold", "resolved"]
STATUSES: tuple[Status, ...] = ("unset", "in_progress", "on_hold", "resolved")
"""Every status, in the order of triage: what nobody has looked at comes first."""

Place = Literal["problem", "thread"]
PROBLEM = "problem"
"""Stands for a case's problem where entries stand by their ids."""


class Image(Record):
    """A picture named on a page. ``width`` and ``height`` in pixels as the page gives them."""

    file: str
    width: int | None
    height: int | None
    place: Place
    pasted_at: int | None


class Attachment(Record):
    """A file that belongs to a case; without ``sha256`` and ``size`` only its name is known.

    ``here`` is local: whether this copy has the content. ``id`` (the change's name), ``author`` and
    ``added_at`` are known where the content is.
    """

    file: str
    place: Place
    sha256: str | None = None
    size: int | None = None
    here: bool = False
    id: str | None = None
    author: str | None = None
    added_at: int | None = None
    entry: str | None = None


class Reference(Record):
    """Something a text mentions: ``kind`` is case, order, phone, tracker or number."""

    kind: str
    value: str


class Question(Record):
    """Something about a field that only a person can answer (``field``: date or number)."""

    field: str
    text: str


class Source(Record):
    """Where on which imported page a case stands. Lines count from 1; revisions are "25.8"."""

    page: str | None
    first_line: int
    last_line: int
    oldest_revision: str | None
    newest_revision: str | None


class Entry(Record):
    """One entry of a thread, as it is shown.

    ``position`` counts all entries from 1 in the order of the thread, hidden ones too, so it is the
    same with and without them. ``depth`` is 0, or how many entries it answers in turn. ``speaker``
    is who said it, as written; ``author`` who typed it. ``seen`` names the versions that are shown:
    an editor keeps it from the moment it opens and hands it back when it saves.
    """

    id: str
    position: int
    depth: int
    reply_to: str | None
    speaker: str | None
    author: str | None
    text: str
    happened_on: str | None
    written_at: int
    received_at: int | None
    edited: bool
    edited_by: str | None
    redacted: bool
    hidden: bool
    images: tuple[str, ...]
    attachments: tuple[str, ...]
    seen: tuple[str, ...]
    unread: bool = False
    waiting: str | None = None
    """Why the text is not whole yet: "arriving" (parts of it are missing) or "incomplete"."""
    decisions: int = 0
    imported: bool = False
    """True where a page has it: then ``written_at`` is the time of the import."""
    files: tuple[Attachment, ...] = ()
    """The same as ``attachments``, with what is known of their contents."""

    @property
    def ahead(self) -> int:
        """By how many ms its writer's clock was ahead when it came here; 0 where it was not, or
        where somebody said when it happened."""
        if self.received_at is None or self.imported or self.happened_on:
            return 0
        ahead = self.written_at - self.received_at
        return ahead if ahead > DRIFT else 0


class Summary(Record):
    """A case without its entries: what a row of the list and ``list --json`` need.

    ``status_seen`` names the values of the status that are shown: a screen hands them back when
    it sets another, so that nothing unseen is replaced.
    """

    id: str
    key: str
    aliases: tuple[str, ...]
    project: str
    number: int | None
    date_raw: str
    opened_on: str | None
    title: str
    problem: str
    status: Status
    status_until: str | None
    status_why: str | None
    awake: bool
    engineers: tuple[str, ...]
    engineer_label: str | None
    tags: tuple[str, ...]
    entry_count: int
    images: tuple[Image, ...]
    attachments: tuple[Attachment, ...]
    references: tuple[Reference, ...]
    questions: tuple[Question, ...]
    decisions: int
    unread: int
    hidden: bool
    source: Source | None
    created_at: int
    updated_at: int
    drafts: int = 0
    status_seen: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """What the engineers are called, each once, however their names were written."""
    waiting_for: str | None = None
    """The side whose turn it is; None: nobody's, or not known."""

    @property
    def short_key(self) -> str:
        """Its name for narrow places: nova#97, nova#98-k3f9q, nova#new-k3f9q."""
        part = self.key[len(self.project) + len("_case#") :].partition("_")[0]
        return f"{self.project}#{part}"


class Case(Record):
    """A whole case: its summary, its entries in the order of the thread, and what was seen.

    ``seen`` maps a field (title, problem, date, status) to the names of the versions shown.
    ``arrived`` tells how much of what came in is shown: who has read the case has read that much.
    """

    summary: Summary
    entries: tuple[Entry, ...]
    seen: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    arrived: int = 0


class HistoryItem(Record):
    """One change of a case (``case`` is its key). ``id`` is the change's name.

    ``field``: case, title, problem, date, status, engineers, tags, entry, attachment, number; of a
    person: side, alias.
    ``act``: set, add, remove, edit, hide, unhide, redact. ``old`` and ``new`` are text or None; for
    a status they are its word, and ``until``/``why`` stand beside the new one.
    """

    id: str
    case: str
    case_id: str
    entry: str | None
    at: int
    author: str | None
    act: str
    field: str
    old: str | int | None
    new: str | int | None
    until: str | None = None
    why: str | None = None
    imported: bool = False
    """True for what an import wrote: the thread shows no quiet line for it."""
    person: str | None = None
    """Of whom a change tells that is about no case: then ``case`` and ``case_id`` are empty."""
    relayed_by: str | None = None
    """Who passed it on, where that was another than its author."""
    lacking: bool = False
    """True while a change that it replaced has not arrived."""

    @property
    def is_news(self) -> bool:
        """False for a page's word that is what holds without it: a status nobody set."""
        return not (self.imported and self.old is not None and self.old == self.new)


class Choice(Record):
    """One of the values that a decision is between."""

    value: str | None
    author: str | None
    written_at: int
    until: str | None = None
    why: str | None = None
    relayed_by: str | None = None


class Decision(Record):
    """A field that people changed without seeing each other; ``values`` in order of time.

    ``field``: title, problem, date, status, engineer_label; for an entry: text, speaker, happened.
    ``id`` is derived from the values, so one more value makes another id.
    """

    id: str
    case: str
    case_id: str
    field: str
    entry: str | None
    ancestor: str | None
    values: tuple[Choice, ...]


class Twins(Record):
    """Cases that show one number, by their keys; the first has the most right to it."""

    number: int
    keys: tuple[str, ...]

    @property
    def told(self) -> str:
        """The sentence that tells a person of them, and what can be done."""
        return said(
            "number {number} is used twice: {keys}; workbench renumber {last} gives the last one"
            " another",
            number=self.number,
            keys=", ".join(self.keys),
            last=self.keys[-1],
        )


class CaseNews(Record):
    """What others changed in a case since a person last looked, or since a time.

    ``items`` are the changes that people made, oldest first; what an import brought is told by
    ``from_page`` alone. ``new`` is true where the case itself came. ``texts`` gives what each entry
    of ``items`` says now; ``unread`` counts entries, ``decisions`` what waits in the case.
    ``twins`` are it and others that show its number, where it got that meanwhile.
    """

    case: str
    case_id: str
    title: str
    status: Status
    at: int
    authors: tuple[str, ...]
    new: bool
    from_page: bool
    unread: int
    decisions: int
    items: tuple[HistoryItem, ...]
    texts: Mapping[str, str]
    twins: Twins | None = None
