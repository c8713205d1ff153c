"""Reading: cases, history, counts, read marks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from workbench.cases.model import STATUSES, Case, Entry, HistoryItem, Reference, Status, Summary
from workbench.cases.names import PEOPLE
from workbench.desk.tools import Tools
from workbench.local.reads import arrived, knows_owners, place_read


def summaries(tools: Tools, ids: Sequence[str], *, brief: bool = False) -> list[Summary]:
    """Return the rows of a page of the list, in the order given."""
    marks = ",".join("?" * len(ids))
    rows = tools.db.rows(f"SELECT id, uid FROM cases WHERE uid IN ({marks})", *ids)
    subjects = {row["uid"]: row["id"] for row in rows}
    wanted = [subjects[uid] for uid in ids if uid in subjects]
    found = tools.reader.summaries(wanted, reader=tools.author, today=tools.today(), brief=brief)
    return list(found)


def case(tools: Tools, case_id: str, *, hidden: bool, seen: bool = False) -> Case:
    """Return a whole case; ``seen``: with the names of what it shows."""
    with tools.db.read():
        subject = tools.subject(case_id)
        found = tools.reader.summaries(
            [subject], reader=tools.author, today=tools.today(), hidden=hidden
        )
        summary = next(found)
        entries = tuple(tools.reader.entries(case_id, reader=tools.author, hidden=hidden))
        if summary.attachments:
            files = [*tools.reader.own_files(case_id), *(f for e in entries for f in e.files)]
            summary = summary._replace(attachments=tuple(files))
        return Case(
            summary=summary,
            entries=entries,
            seen=seen_of(tools, case_id) if seen else {},
            arrived=arrived(tools.db, subject),
        )


def with_files(tools: Tools, case_id: str) -> Summary:
    """Return a case without its entries, but with what is known of all its files."""
    with tools.db.read():
        subject = tools.subject(case_id)
        found = tools.reader.summaries([subject], reader=tools.author, today=tools.today())
        summary = next(found)
        if summary.attachments:
            own = tools.reader.own_files(case_id)
            files = (*own, *tools.reader.files_of_entries(case_id))
            summary = summary._replace(attachments=files)
        return summary


def entry(tools: Tools, case_id: str, entry_id: str) -> Entry:
    """Return one entry of a case, which may be hidden. Raises NotFound."""
    subject = tools.subject(case_id)
    if not tools.reader.is_long(subject):
        return tools.reader.entry(case_id, entry_id, reader=tools.author)
    from workbench.local.threads import Threads

    threads = Threads(tools.db)
    place = threads.place(subject, entry_id)
    if place is None:
        return tools.reader.entry(case_id, entry_id, reader=tools.author)
    mark = place_read(tools.db, subject, tools.author)
    return threads.read(subject, place, place, reader=tools.author, mark=mark).entries[0]


def seen_of(tools: Tools, case_id: str) -> dict[str, tuple[str, ...]]:
    """Return the names of what a case shows, by field."""
    from workbench.cases.change import FIELDS

    return {field: tools.field(case_id, field).seen for field in FIELDS}


def history(tools: Tools, case_id: str) -> list[HistoryItem]:
    """Return every change of a case, or of the people, newest last."""
    from workbench.cases.history import history as tell
    from workbench.local.relays import relayed

    if case_id == PEOPLE:
        return _of_people(tools)
    with tools.db.read():
        subject = tools.subject(case_id)
        stored = tools.log.of(subject)
        changes = [item.change for item in stored]
        key = tools.reader.key(case_id)
        return tell(changes, _roots(tools, subject), key, relayed(tools.db, stored))


def passed_on(tools: Tools, case_id: str) -> Mapping[str, Iterable[str]]:
    """Return who passed on others' words in a case; see ``workbench.cases.history``."""
    if not knows_owners(tools.db):
        return {}
    from workbench.cases.history import passed_on as by_place

    return by_place(history(tools, case_id))


def repeats(tools: Tools, case_id: str, *, own: bool = True) -> frozenset[str]:
    """Return the names of what imports wrote of a case that it showed already.

    Args:
        own: what was imported on this copy.
    """
    from workbench.cases.history import repeats as of_changes

    subject = tools.subject(case_id)
    stored = tools.log.of(subject)
    counting = frozenset(item.change.name for item in stored if item.mine or not own)
    return counting & of_changes([item.change for item in stored], _roots(tools, subject))


def _roots(tools: Tools, subject: int) -> dict[str, str]:
    """Return the id of the entry that bears each name."""
    rows = tools.db.rows(
        "SELECT uid, names FROM entry WHERE case_id = ? AND names <> '[]'", subject
    )
    return {name: row["uid"] for row in rows for name in json.loads(row["names"])}


def _of_people(tools: Tools) -> list[HistoryItem]:
    from workbench.cases.history import people_history
    from workbench.desk.peopling import changes_of_people

    return people_history(changes_of_people(tools))


def counts(tools: Tools) -> dict[Status, int]:
    """Return how many visible cases have each status."""
    rows = tools.db.rows(
        "SELECT status_rank, sum(n) FROM tally WHERE kind = 'project' GROUP BY status_rank"
    )
    return {**dict.fromkeys(STATUSES, 0), **{STATUSES[rank]: count for rank, count in rows}}


def mark_read(tools: Tools, case_id: str, shown: int | None) -> None:
    """Remember that this person has seen what the case shows now, or showed with ``shown``."""
    subject = tools.subject(case_id)
    place = arrived(tools.db, subject) if shown is None else shown
    if place > place_read(tools.db, subject, tools.author):
        with tools.db.write("read"):
            tools.pen.marks.move(subject, tools.author, place)


def projects(tools: Tools) -> list[str]:
    """Return the projects, those of most cases first."""
    rows = tools.db.rows(
        "SELECT min(project) AS project, count(*) AS uses FROM cases GROUP BY family"
        " ORDER BY uses DESC, project"
    )
    return [row["project"] for row in rows]


MOST_MENTIONS = 100
"""So many cases that mention one thing are looked up."""


def mentions(
    tools: Tools, found: Sequence[Reference], but: str | None = None
) -> list[tuple[Reference, Sequence[str]]]:
    """Return the references that known cases share, with the keys of these cases."""
    shared: list[tuple[Reference, Sequence[str]]] = []
    for reference in found:
        rows = tools.db.rows(
            "SELECT DISTINCT c.key FROM reference r JOIN cases c ON c.id = r.case_id"
            " WHERE r.value = ? AND r.kind = ? AND NOT c.hidden AND c.uid IS NOT ?"
            " ORDER BY c.active_at DESC LIMIT ?",
            reference.value,
            reference.kind,
            but,
            MOST_MENTIONS,
        )
        if rows:
            shared.append((reference, [row["key"] for row in rows]))
    return shared


def standing(tools: Tools) -> tuple[int, int, int, int, bool, int, int | None]:
    """Return how things stand, as ``Standing`` names it, without the file."""
    from workbench.desk.sharedpages import unsent_sources  # only the screen's footer asks
    from workbench.local.stores import Stores

    value = tools.db.value
    stores = Stores(tools.db)
    known = stores.all()
    times = [store.synced_at or 0 for store in known]
    sources = max((unsent_sources(tools, store) for store in known), default=0)
    return (
        value("SELECT coalesce(sum(n), 0) FROM tally WHERE kind = 'project'"),
        stores.unsent() + sources,
        value("SELECT count(*) FROM draft WHERE text <> '' AND discarded_at IS NULL"),
        value("SELECT count(*) FROM decision"),
        tools.pen.unsure(),
        len(times),
        min(times, default=0) or None,
    )
