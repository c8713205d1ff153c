"""Reading cases: rows of the list, whole cases, and which case a name means."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.cases import thread
from workbench.cases.clock import milliseconds
from workbench.cases.errors import Ambiguous, NotFound
from workbench.cases.model import (
    Attachment,
    Entry,
    Image,
    Place,
    Question,
    Reference,
    Source,
    Summary,
)
from workbench.cases.said import said
from workbench.cases.text import fold, key_fold
from workbench.cases.times import pasted_at
from workbench.cases.waiting import waiting_for
from workbench.local.database import Database
from workbench.local.people import read_people
from workbench.local.unread import counted

if TYPE_CHECKING:
    from workbench.cases.people import People

PAGE = 500
"""How many cases are read at once."""
# Patterns are text, which re compiles when it is first used and keeps: most calls use one of them.
ID_PREFIX = r"(?=.*[a-z])[a-z2-7]{4,26}"
NUMBER = r"(?:(?P<project>.+?)(?:_case)?#)?(?P<number>\d{1,15})(?:-(?P<id>[a-z2-7]+))?"
DRAFT_KEY = r"(?:(?P<project>.+?)(?:_case)?#)?new-(?P<id>[a-z2-7]{4,26})(?:_\d+)?"
TWIN_KEY = r"(?P<project>.+)_case#(?P<number>\d{1,15})-(?P<id>[a-z2-7]{4,26})_.*"

AWAKE = "(c.status = 'on_hold' AND (c.woken OR coalesce(c.status_until <= ?, 0)))"
"""A hold whose date has come, or since which another person wrote; takes today's date."""
QUESTIONS: dict[str, Callable[[str, str, int | None], str]] = {
    "date": lambda raw, key, number: said(
        'the heading\'s date "{raw}" is no date; give it: workbench edit {key} date YYYY-MM-DD',
        raw=raw,
        key=key,
    ),
    "number": lambda raw, key, number: said(
        "number {number} stands on the page more than once; is this another case?", number=number
    ),
    "twin": lambda raw, key, number: said(
        "another case shows number {number} too; give this one another: workbench renumber {key}",
        number=number,
        key=key,
    ),
}
"""What is asked about a case, from its date as it is written, its key and its number."""
ASKED_ABOUT = {"twin": "number"}
"""The field that a question is about, where it is not the question's own name."""


OWNERS = "owners {}"
"""Under which ``meta`` holds the owners of a store's feeds, as a JSON object."""


def knows_owners(db: Database) -> bool:
    """True where a store tells whose its feeds are."""
    return bool(db.value("SELECT 1 FROM meta WHERE name GLOB ? LIMIT 1", OWNERS.format("*")))


def place_read(db: Database, subject: int, reader: str) -> int:
    """Return up to which row of the log a person has read a case."""
    found = db.value(
        "SELECT place FROM read_mark WHERE case_id = ? AND reader = ?", subject, reader
    )
    return int(found or 0)


def arrived(db: Database, subject: int) -> int:
    """Return the newest row of the log that a case shows; 0 while a pull is under way in it.

    What has arrived and waits for its fold can't have been read.
    """
    if db.value("SELECT 1 FROM stale WHERE subject = ? LIMIT 1", subject) is not None:
        return 0
    return int(db.value("SELECT max(id) FROM op WHERE subject = ?", subject) or 0)


LONG = 256
"""A thread of more entries is read by pages; a shorter one costs less as a whole."""


class Reader:
    """Reads for one person, at one time."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # --- naming -------------------------------------------------------------------------------

    def resolve(self, ref: str) -> str:
        """Return the id of the case that a person names.

        Raises:
            NotFound: no case bears the name.
            Ambiguous: several do.
        """
        wanted = key_fold(ref)
        for find in (self._by_key, self._by_number, self._by_id):
            found = find(wanted)
            if len(found) == 1:
                return found[0][0]
            if found:
                keys = tuple(key for _, key in found)
                raise Ambiguous(
                    said('"{name}" means several cases: {keys}', name=ref, keys=", ".join(keys)),
                    keys,
                    said("Give the full key, or the number with its letters."),
                )
        raise NotFound(said('no case "{name}"', name=ref), said("workbench list shows the keys."))

    def _by_key(self, wanted: str) -> list[tuple[str, str]]:
        """Find by a key: the one that a case shows means that case, whoever bore it before."""
        found = self._pairs(
            "SELECT c.uid, c.key FROM alias a JOIN cases c ON c.id = a.case_id WHERE a.folded = ?"
            " ORDER BY c.number_rank, c.uid",
            wanted,
        )
        return [pair for pair in found if key_fold(pair[1]) == wanted] or found

    def _by_number(self, wanted: str) -> list[tuple[str, str]]:
        draft = re.fullmatch(DRAFT_KEY, wanted) if "new-" in wanted else None
        if draft:
            return self._begins(draft["id"], draft["project"])
        twin = re.fullmatch(TWIN_KEY, wanted) if "_case#" in wanted else None
        match = twin or re.fullmatch(NUMBER, wanted)
        if not match:
            return []
        rows = self._db.rows(
            "SELECT c.uid, c.key, n.current FROM claim n JOIN cases c ON c.id = n.case_id"
            " WHERE n.number = ? AND (? IS NULL OR n.family = ?) ORDER BY c.number_rank, c.uid",
            int(match["number"]),
            match["project"],
            match["project"],
        )
        if letters := match["id"]:
            return [(uid, key) for uid, key, _ in rows if uid.startswith(letters)]
        # A number that a case shows means that case, whoever bore it before.
        shown = [(uid, key) for uid, key, current in rows if current]
        return shown or [(uid, key) for uid, key, _ in rows]

    def _by_id(self, wanted: str) -> list[tuple[str, str]]:
        return self._begins(wanted) if re.fullmatch(ID_PREFIX, wanted) else []

    def _begins(self, prefix: str, family: str | None = None) -> list[tuple[str, str]]:
        return self._pairs(
            "SELECT uid, key FROM cases WHERE uid >= ? AND uid < ? AND (? IS NULL OR family = ?)"
            " ORDER BY uid LIMIT 20",
            prefix,
            prefix + "{",
            family,
            family,
        )

    def _pairs(self, sql: str, *values: Any) -> list[tuple[str, str]]:
        return [(uid, key) for uid, key in self._db.rows(sql, *values)]

    def resolve_entry(self, case_id: str, ref: str) -> str:
        """Return the id of the entry of a case that a person names: a position, or an id.

        Raises:
            NotFound: there is none.
            Ambiguous: several ids begin so.
        """
        wanted = fold(ref).strip()
        if re.fullmatch(r"[0-9]{1,5}", wanted):
            order = self.order([self._subject(case_id)])
            found = order.get(self._subject(case_id), [])
            if 1 <= int(wanted) <= len(found):
                return found[int(wanted) - 1][0]
            raise NotFound(
                said(
                    "{key} has no entry {position}; it has {count}",
                    key=self.key(case_id),
                    position=ref,
                    count=len(found),
                ),
                said("workbench show tells the positions."),
            )
        if re.fullmatch(ID_PREFIX, wanted):
            rows = self._db.rows(
                "SELECT uid, names FROM entry WHERE case_id = ?", self._subject(case_id)
            )
            ids = [
                row["uid"]
                for row in rows
                if any(n.startswith(wanted) for n in (row["uid"], *listed(row["names"])))
            ]
            if len(ids) == 1:
                return str(ids[0])
            if ids:
                raise Ambiguous(said('"{name}" begins several entries', name=ref), tuple(ids))
        raise NotFound(
            said('{key} has no entry "{name}"', key=self.key(case_id), name=ref),
            said("workbench show tells the positions."),
        )

    def key(self, case_id: str) -> str:
        """Return the key of a case."""
        key = self._db.value("SELECT key FROM cases WHERE uid = ?", case_id)
        if key is None:
            raise NotFound(said("no case {case}", case=case_id))
        return str(key)

    def _subject(self, case_id: str) -> int:
        found = self._db.value("SELECT id FROM cases WHERE uid = ?", case_id)
        if found is None:
            raise NotFound(said("no case {case}", case=case_id))
        return int(found)

    # --- cases --------------------------------------------------------------------------------

    def summaries(
        self,
        ids: Sequence[int],
        *,
        reader: str,
        today: str,
        hidden: bool = False,
        brief: bool = False,
    ) -> Iterator[Summary]:
        """Yield these cases, in this order, without their entries.

        Args:
            hidden: tell of hidden entries too.
            brief: tell nothing of what entries hold (pictures, files, references), nor the source.
        """
        for start in range(0, len(ids), PAGE):
            part = ids[start : start + PAGE]
            yield from self._page(part, reader=reader, today=today, hidden=hidden, brief=brief)

    def _page(
        self, ids: Sequence[int], *, reader: str, today: str, hidden: bool, brief: bool
    ) -> Iterator[Summary]:
        marks = ",".join("?" * len(ids))
        unread, known = counted(self._db, reader)
        rows = self._db.rows(
            f"SELECT c.*, {AWAKE} AS awake, {unread} AS unread, (SELECT count(*) FROM draft d"
            " WHERE d.case_uid = c.uid AND d.text <> '' AND d.discarded_at IS NULL) AS drafts"
            f" FROM cases c WHERE c.id IN ({marks})",
            today,
            *known,
            *ids,
        )
        by_id = {row["id"]: row for row in rows}
        people = read_people(self._db)
        if brief:
            yield from (_summary(by_id[id_], [], {}, None, people) for id_ in ids if id_ in by_id)
            return
        places = self._places(ids, marks, hidden=hidden)
        mentioned = self._references(ids, marks, places)
        sources = {
            row["case_id"]: row
            for row in self._db.rows(
                "SELECT s.*, p.name FROM page_case s JOIN page p ON p.id = s.page_id"
                f" WHERE s.case_id IN ({marks})",
                *ids,
            )
        }
        for id_ in ids:
            row = by_id.get(id_)
            if row is not None:
                yield _summary(row, places.get(id_, []), mentioned, sources.get(id_), people)

    def _places(self, ids: Sequence[int], marks: str, *, hidden: bool) -> dict[int, list[Any]]:
        """Return the entries with pictures, files or references, in the order of the thread."""
        rows = self._db.rows(
            "SELECT id, uid, case_id, images, files FROM entry"
            f" WHERE case_id IN ({marks}) AND (? OR NOT hidden)"
            " AND (images <> '[]' OR files <> '[]' OR id IN"
            f" (SELECT place FROM reference WHERE case_id IN ({marks})))",
            *ids,
            hidden,
            *ids,
        )
        found: dict[int, list[Any]] = {}
        for row in rows:
            found.setdefault(row["case_id"], []).append(row)
        several = {case: entries for case, entries in found.items() if len(entries) > 1}
        ranks = self._ranks(several)
        for entries in several.values():
            entries.sort(key=lambda row: ranks[row["id"]])
        return found

    def _ranks(self, several: Mapping[int, Sequence[Any]]) -> dict[int, int]:
        """Return where entries stand in their threads, by their numbers; takes rows by case."""
        kept = {
            case
            for (case,) in self._db.rows_in(
                "SELECT case_id FROM threaded WHERE case_id IN ({})", several
            )
        }
        wanted = [row["id"] for case in kept for row in several[case]]
        rows = self._db.rows_in("SELECT entry, nth FROM thread WHERE entry IN ({})", wanted)
        found: dict[int, int] = dict(map(tuple, rows))
        for case, order in self.order([case for case in several if case not in kept]).items():
            rank = {uid: nth for nth, (uid, _, _) in enumerate(order)}
            found |= {row["id"]: rank[row["uid"]] for row in several[case]}
        return found

    def _references(
        self, ids: Sequence[int], marks: str, places: dict[int, list[Any]]
    ) -> dict[int, dict[int, list[Reference]]]:
        found: dict[int, dict[int, list[Reference]]] = {}
        rows = self._db.rows(
            f"SELECT * FROM reference WHERE case_id IN ({marks}) ORDER BY case_id, place, nth",
            *ids,
        )
        for row in rows:
            by_place = found.setdefault(row["case_id"], {})
            by_place.setdefault(row["place"], []).append(Reference(row["kind"], row["value"]))
        return found

    def order(self, cases: Sequence[int]) -> dict[int, list[tuple[str, int, str | None]]]:
        """Return (id, depth, id it answers) of all entries of these cases, as the thread has
        them."""
        rows = self._db.rows_in(
            "SELECT case_id, uid, names, h, op_id, reply_to, above FROM entry"
            " WHERE case_id IN ({})",
            cases,
        )
        places: dict[int, list[thread.Place]] = {case: [] for case in cases}
        for case, uid, bears, h, op_id, reply_to, above in rows:
            known = frozenset((uid, *listed(bears)))
            places[case].append(thread.Place(uid, known, (h, op_id), reply_to, above))
        return {case: thread.arrange(found) for case, found in places.items()}

    def entries(self, case_id: str, *, reader: str, hidden: bool) -> list[Entry]:
        """Return the entries of a case in the order of the thread."""
        case = self._subject(case_id)
        mark = place_read(self._db, case, reader)
        rows = {
            row["uid"]: row for row in self._db.rows("SELECT * FROM entry WHERE case_id = ?", case)
        }
        order = [
            (rows[uid], (nth, depth, parent))
            for nth, (uid, depth, parent) in enumerate(self.order([case])[case], start=1)
            if hidden or not rows[uid]["hidden"]
        ]
        shown, places = [row for row, _ in order], [place for _, place in order]
        return entries_of(self._db, case, shown, places, reader=reader, mark=mark)

    def is_long(self, case: int) -> bool:
        """Return whether a case has so many entries that they are read by pages."""
        total = self._db.value("SELECT entry_total FROM cases WHERE id = ?", case)
        return bool(total and total > LONG)

    def entry(self, case_id: str, entry_id: str, *, reader: str) -> Entry:
        """Return one entry of a case, which may be hidden.

        Raises:
            NotFound: the case has none of this id.
        """
        case = self._subject(case_id)
        for nth, (uid, depth, parent) in enumerate(self.order([case])[case]):
            if uid == entry_id:
                rows = self._db.rows("SELECT * FROM entry WHERE case_id = ? AND uid = ?", case, uid)
                mark = place_read(self._db, case, reader)
                place = (nth + 1, depth, parent)
                return entries_of(self._db, case, rows, [place], reader=reader, mark=mark)[0]
        raise NotFound(said('{key} has no entry "{name}"', key=self.key(case_id), name=entry_id))

    def own_files(self, case_id: str) -> list[Attachment]:
        """Return the files of a case that stand in no entry, with what is known of them."""
        case = self._subject(case_id)
        row = self._db.row("SELECT files FROM cases WHERE id = ?", case)
        return _files(row, 0, "problem", _contents(self._db, case, [0]))

    def files_of_entries(self, case_id: str) -> list[Attachment]:
        """Return the files of a case's entries that are not hidden, in the thread's order."""
        case = self._subject(case_id)
        rows = self._db.rows(
            "SELECT id, uid, files FROM entry INDEXED BY entry_files"
            " WHERE case_id = ? AND files <> '[]' AND NOT hidden",
            case,
        )
        ranks = self._ranks({case: rows})
        known = _contents(self._db, case, [row["id"] for row in rows])
        ordered = sorted(rows, key=lambda row: ranks[row["id"]])
        return [file for row in ordered for file in _files(row, row["id"], "thread", known)]

    def attached(self, cases: Sequence[int]) -> list[tuple[str, Attachment]]:
        """Return (key of the case, file) of what these cases show with a content, newest first."""
        rows = self._db.rows_in(
            f"{ATTACHED} WHERE a.case_id IN ({{}}) AND NOT coalesce(e.hidden, 0)", cases
        )
        found = {(row["case_id"], row["place"], row["nth"]): row for row in rows}.values()
        newest = sorted(found, key=lambda row: (-row["added_at"], row["name"]))
        return [(row["key"], _attached(row)) for row in newest]

    def names(self, column: str) -> list[str]:
        """Return all engineers or tags, those of most cases first."""
        rows = self._db.rows(
            f"SELECT value, count(*) AS uses FROM cases, json_each(cases.{column})"
            " GROUP BY value ORDER BY uses DESC, value"
        )
        return [str(row["value"]) for row in rows]


ATTACHED = (
    "SELECT a.*, c.key, e.uid, b.sha256 IS NOT NULL AS here FROM attachment a"
    " JOIN cases c ON c.id = a.case_id LEFT JOIN entry e ON e.id = a.place"
    " LEFT JOIN blob b ON b.sha256 = a.sha256"
)
Contents = dict[tuple[int, int], Attachment]
"""Files with a content by their place (0 = the case, else the entry's number) and order there."""


def listed(text: str) -> list[Any]:
    """Return what a column holds as JSON; most hold nothing."""
    found: list[Any] = [] if text == "[]" else json.loads(text)
    return found


def _summary(
    row: Any,
    places: list[Any],
    mentioned: dict[int, dict[int, list[Reference]]],
    source: Any,
    people: People,
) -> Summary:
    engineers = tuple(listed(row["engineers"]))
    images = [_image(image, "problem") for image in listed(row["images"])]
    files = [_file(file, "problem") for file in listed(row["files"])]
    by_place = mentioned.get(row["id"], {})
    references = list(by_place.get(0, ()))
    for entry in places:
        images += [_image(image, "thread") for image in listed(entry["images"])]
        files += [_file(file, "thread") for file in listed(entry["files"])]
        references += by_place.get(entry["id"], ())
    return Summary(
        id=row["uid"],
        key=row["key"],
        aliases=tuple(listed(row["aliases"])),
        project=row["project"],
        number=row["number"],
        date_raw=row["date_raw"],
        opened_on=row["opened_on"],
        title=row["title"],
        problem=row["problem"],
        status=row["status"],
        status_until=row["status_until"],
        status_why=row["status_why"],
        awake=bool(row["awake"]),
        engineers=engineers,
        engineer_label=row["engineer_label"],
        tags=tuple(listed(row["tags"])),
        entry_count=row["entry_count"],
        images=tuple(images),
        attachments=tuple(files),
        references=tuple(dict.fromkeys(references)),
        questions=tuple(
            Question(
                ASKED_ABOUT.get(name, name),
                QUESTIONS[name](row["date_raw"], row["key"], row["number"]),
            )
            for name in listed(row["questions"])
        ),
        decisions=row["decisions"],
        unread=row["unread"],
        hidden=bool(row["hidden"]),
        source=None if source is None else _source(source),
        created_at=milliseconds(row["created_h"]),
        updated_at=row["active_at"],
        drafts=row["drafts"],
        status_seen=tuple(listed(row["status_seen"])),
        people=people.all_called(engineers),
        waiting_for=waiting_of(row, people),
    )


def waiting_of(row: Any, people: People) -> str | None:
    """Return the side whose turn it is in the case of a row."""
    return waiting_for(
        resolved=row["status"] == "resolved",
        held=None if row["woken"] else row["held_for"],
        entries=bool(row["entry_count"]),
        by=row["last_by"],
        own=bool(row["last_own"]),
        asks=row["last_asks"],
        side=people.side,
    )


def _source(row: Any) -> Source:
    return Source(
        page=row["name"],
        first_line=row["first_line"],
        last_line=row["last_line"],
        oldest_revision=row["oldest_revision"],
        newest_revision=row["newest_revision"],
    )


def _image(image: list[Any], place: Place) -> Image:
    file, width, height = image
    return Image(file, width, height, place, pasted_at(file))


def _file(file: list[Any], place: Place) -> Attachment:
    name, sha256, size = file
    return Attachment(name, place, sha256, size)


def _attached(row: Any) -> Attachment:
    return Attachment(
        file=row["file"],
        place="thread" if row["place"] else "problem",
        sha256=row["sha256"],
        size=row["size"],
        here=bool(row["here"]),
        id=row["name"],
        author=row["author"],
        added_at=row["added_at"],
        entry=row["uid"],
    )


def entries_of(
    db: Database,
    case: int,
    rows: Sequence[Any],
    places: Iterable[tuple[int, int, str | None]],
    *,
    reader: str,
    mark: int,
) -> list[Entry]:
    """Return entries by their rows, and by the position, depth and answered id of each."""
    known = _contents(db, case, [row["id"] for row in rows if row["files"] != "[]"])
    return [
        _entry(row, *place, known, reader=reader, mark=mark)
        for row, place in zip(rows, places, strict=True)
    ]


def _contents(db: Database, case: int, places: Sequence[int]) -> Contents:
    """Return what is known of the contents of the files at these places of a case."""
    found = db.rows_in(f"{ATTACHED} WHERE a.place IN ({{}}) AND a.case_id = ?", places, case)
    return {(row["place"], row["nth"]): _attached(row) for row in found}


def _files(row: Any, id_: int, place: Place, known: Contents) -> list[Attachment]:
    """Return the files of the case (0) or of an entry, with what is known of their contents."""
    named = [_file(file, place) for file in listed(row["files"])]
    return [known.get((id_, nth), file) for nth, file in enumerate(named)]


def _entry(
    row: Any,
    position: int,
    depth: int,
    parent: str | None,
    known: Contents,
    *,
    reader: str,
    mark: int,
) -> Entry:
    files = _files(row, row["id"], "thread", known)
    return Entry(
        id=row["uid"],
        position=position,
        depth=depth,
        reply_to=parent or row["reply_to"],
        speaker=row["speaker"],
        author=row["author"],
        text=row["text"],
        happened_on=row["happened_on"],
        written_at=milliseconds(row["h"]),
        received_at=row["received_at"],
        edited=bool(row["edited"]),
        edited_by=row["edited_by"],
        redacted=bool(row["redacted"]),
        hidden=bool(row["hidden"]),
        images=tuple(file for file, *_ in listed(row["images"])),
        attachments=tuple(file.file for file in files),
        files=tuple(files),
        seen=tuple(listed(row["seen"])),
        unread=bool(row["news"] and row["id"] > mark and row["author"] != reader),
        waiting=row["waiting"],
        imported=row["above"] is not None,
        decisions=row["decisions"],
    )
