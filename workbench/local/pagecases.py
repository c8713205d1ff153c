"""Cases of a page of which nothing is here yet: their changes and rows, straight from what it says.

"What comes of it is what writing and folding one change after the other makes": a new case has one
change for each thing that the page says of it, so nothing is looked for and nothing is decided.
All of it are plain values, so that a process beside this one can make them. A case that is in any
way unusual is not made, and goes the way of a single change.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from json.encoder import encode_basestring as quoted
from typing import Any

from workbench.cases import names
from workbench.cases.change import MAX_BYTES, PART_CHARS
from workbench.cases.dates import parse_date
from workbench.cases.fold import Claim
from workbench.cases.model import STATUSES
from workbench.cases.record import Record
from workbench.cases.text import first_line, key_fold
from workbench.cases.text import fold as fold_text
from workbench.cases.times import pasted_at
from workbench.local import caserow, columns, entryrows, keys

Row = dict[str, Any]
Values = tuple[Any, ...]
Rev = tuple[int, int] | None
File = tuple[str, int | None, int | None]

INSERT_PLACE = (
    "INSERT OR REPLACE INTO page_case (case_id, page_id, first_line, last_line, oldest_revision,"
    " newest_revision, entries) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
LONGEST = PART_CHARS // 6
"""A text of so many signs may need several changes."""


class Said(Record):
    """An entry as a page has it; ``images`` with their sizes in pixels, where it gives them."""

    speaker: str | None
    text: str
    images: tuple[File, ...]
    files: tuple[str, ...]
    happened_on: str | None
    author: str | None
    revision: Rev


class PageCase(Record):
    """A case as a page has it; ``entries`` are the values of a ``Said`` each.

    ``status`` and ``engineer_label`` are None where the page has no such line.
    """

    uid: str
    project: str
    number: int
    date_raw: str
    heading_revision: Rev
    problem: str
    problem_images: tuple[File, ...]
    problem_files: tuple[str, ...]
    problem_revision: Rev
    status: str | None
    status_revision: Rev
    engineer_label: str | None
    engineers: tuple[str, ...]
    engineers_revision: Rev
    first_line: int
    last_line: int
    oldest_revision: Rev
    newest_revision: Rev
    entries: tuple[Values, ...]


def changes(case: Any) -> int:
    """Return how many changes say all of a case: a ``PageCase``, or as the page has it."""
    return (
        4  # the number, the date, the problem, the case itself
        + (case.status is not None)
        + (case.engineer_label is not None)
        + len(case.engineers)
        + len(case.problem_images)
        + len(case.problem_files)
        + sum(1 + len(images) + len(files) for _, _, images, files, *_ in case.entries)
    )


class Common(Record):
    """What all changes of an import have in common.

    ``page`` stands for the page in its revisions, ``newest`` is the newest of the save; ``empty``
    is the row of a case of which nothing is known.
    """

    author: str
    copy: str
    batch: str
    page: str
    newest: Rev
    empty: Row


class Times(Record):
    """What is given to the changes of cases that are made.

    ``h`` is the time of the first one, ``unsure`` whether that may be wrong; ``nonces`` are 16
    random bytes for each.
    """

    h: int
    unsure: bool
    nonces: bytes


class Made(Record):
    """What is to be written for a case. ``ops`` are the rows of its changes, without their numbers
    in the file; ``entries`` and ``references`` tell their places among these instead.

    ``labels`` are rows of ``name``; ``place`` is that of ``page_case``, without the two numbers.
    """

    ops: list[Values]
    labels: list[tuple[int, int]]
    row: Row
    entries: list[Values]
    references: list[Values]
    claim: Values
    keys: list[str]
    place: Values


def make(common: Values, times: Values, cases: Iterable[PageCase]) -> list[Values | None]:
    """Return the values of a ``Made`` for each case, None for one that is not made.

    Args:
        common: the values of a ``Common``.
        times: the values of a ``Times``.
    """
    shared, (h, unsure, random) = Common(*common), times
    nonces = random.hex()
    found: list[Values | None] = []
    nth = 0
    for case in cases:
        end = nth + changes(case)
        found.append(_Making(shared, case, h + nth, unsure, nonces[32 * nth : 32 * end]).made())
        nth = end
    return found


class _Odd(Exception):
    """The case can't be made here."""


class _Making:
    """One case while it is made."""

    def __init__(self, common: Common, case: PageCase, h: int, unsure: bool, nonces: str) -> None:
        self._common = common
        self._case = case
        self._h = h
        self._nonces = nonces
        self._author = quoted(common.author)
        self._head = f'","c":"{case.uid}","h":"'
        self._middle = f'","a":{self._author},"r":"{common.copy}","n":"'
        self._tail = f'","g":{quoted(common.batch)}' + (',"unsure":1' if unsure else "")
        self._page = quoted(common.page)
        self._ops: list[Values] = []
        self._references: list[Values] = []

    def made(self) -> Values | None:
        """Return the values of a ``Made``; None for a text that no change can hold."""
        try:
            row, claim = self._fields()
            entries, labels, named = self._entries()
            self._finish(row, claim, entries)
        except (UnicodeEncodeError, _Odd):
            return None
        bears = keys.put(row, [self._case.number], "", later=False)
        row["folded"] = columns.searched(
            [row["key"], *bears[1:], row["problem"], *self._case.engineers, *self._files()]
        )
        [claimed] = keys.claim_rows(0, [claim])
        stood = stands(self._case, named)
        return (self._ops, labels, row, entries, self._references, claimed, bears, stood)

    # --- changes --------------------------------------------------------------------------------

    def _write(self, kind: str, name: str, slot: int, rest: str) -> str:
        """Write a change; return its id.

        Args:
            rest: its own keys but its name, as JSON.
        """
        nth = len(self._ops)
        h = self._h + nth
        data = (
            f'{{"v":1,"k":"{kind}{self._head}{h:016x}{self._middle}'
            f'{self._nonces[32 * nth : 32 * nth + 32]}{self._tail},"i":"{name}"{rest}}}'
        ).encode()
        if len(data) > MAX_BYTES or b"\\u0000" in data:
            raise _Odd
        digest = sha256(data)
        self._ops.append((digest.digest(), data, slot, h))
        return digest.hexdigest()

    def _rev(self, revision: Rev) -> tuple[str, str]:
        """Return the place of a value on the page as JSON, and as its name has it."""
        found = revision or self._common.newest
        if found is None:
            return "", ""
        major, minor = found
        return (
            f',"rev":[{self._page},{major},{minor}]',
            f"{self._common.page}\1{major}\1{minor}",
        )

    def _set(self, field: str, text: str, value: str, revision: Rev) -> str:
        """Write a field; return its change's name.

        Args:
            text: the value's canonical text.
            value: the value as JSON.
        """
        uid = self._case.uid
        rev, after = self._rev(revision)
        name = names.derive("value", uid, field, text, after)
        slot = names.slot_hash("field", field, uid)
        self._write("set", name, slot, f',"f":"{field}","x":{value}{rev}')
        return name

    def _attach(self, target: str, slot: int, images: Any, files: Any, revision: Rev) -> None:
        """Write the pictures and files of a place; ``target`` is its entry, "" for none."""
        counts: Counter[str] = Counter()
        rev, _ = self._rev(revision)
        own = f',"t":"{target}"' if target else ""
        for file, width, height in (*images, *((file, -1, -1) for file in files)):
            name = names.derive("file", self._case.uid, target, file, str(counts[file]))
            counts[file] += 1
            rest = f'{own},"name":{quoted(file)}{rev}'
            if width != -1:
                rest += f',"mime":{quoted(mime(file))}'
                rest += "" if width is None else f',"width":{width}'
                rest += "" if height is None else f',"height":{height}'
            self._write("att", name, slot, rest)

    # --- the case -------------------------------------------------------------------------------

    def _files(self) -> Iterable[str]:
        yield from (file for file, *_ in self._case.problem_images)
        yield from self._case.problem_files

    def _fields(self) -> tuple[Row, Claim]:
        """Write what is said of the case itself; return its row as far as that makes it."""
        case, uid = self._case, self._case.uid
        family = key_fold(case.project)
        h = self._h
        claimed = self._write(
            "num",
            names.derive("number", uid, family, str(case.number)),
            names.slot_hash("number", uid),
            f',"fam":{quoted(family)},"x":{case.number},"src":"import"',
        )
        claim = Claim(family, case.number, "import", (h, claimed))
        opened_on, problem = parse_date(case.date_raw), quoted(case.problem)
        raw, on = quoted(case.date_raw), "null" if opened_on is None else f'"{opened_on}"'
        self._set(
            "date",
            f'{{"on": {on}, "raw": {raw}}}',
            f'{{"raw":{raw},"on":{on}}}',
            case.heading_revision,
        )
        self._set("problem", problem, problem, case.problem_revision)
        row = {
            **self._common.empty,
            "uid": uid,
            "project": case.project,
            "family": family,
            "number": case.number,
            "date_raw": case.date_raw,
            "raws": columns.texts([case.date_raw]),
            "opened_on": opened_on,
            "title": first_line(case.problem),
            "problem": case.problem,
            "engineer_label": case.engineer_label or None,
            "author": self._common.author,
            "batch": self._common.batch,
            "imported": 1,
        }
        self._mention(0, case.problem)
        if case.status is not None:
            self._status(row, case.status)
        if case.engineer_label is not None:
            label = quoted(case.engineer_label)
            self._set("engineer_label", label, label, case.engineers_revision)
        if case.engineers:
            self._engineers(row)
        if case.problem_images or case.problem_files:
            images, files, revision = case.problem_images, case.problem_files, case.problem_revision
            self._attach("", names.slot_hash("files", uid), images, files, revision)
            row["images"], row["files"] = _listed(images, files)
        return row, claim

    def _status(self, row: Row, status: str) -> None:
        h = self._h + len(self._ops)
        name = self._set(
            "status", f'{{"s": "{status}"}}', f'{{"s":"{status}"}}', self._case.status_revision
        )
        row["status"] = status
        row["status_rank"] = STATUSES.index(status)
        row["status_by"] = self._common.author
        row["status_h"] = h
        row["status_seen"] = columns.names([name])

    def _engineers(self, row: Row) -> None:
        uid, engineers = self._case.uid, self._case.engineers
        slot = names.slot_hash("field", "engineers", uid)
        for engineer in engineers:
            name = names.element_id(uid, "engineers", engineer)
            self._write("add", name, slot, f',"f":"engineers","e":{quoted(engineer)}')
        row["engineers"] = columns.texts(engineers)
        folded = [fold_text(engineer) for engineer in engineers]
        row["engineer_text"] = columns.SEPARATOR.join(["", *folded, ""])

    def _mention(self, place: int, text: str) -> None:
        self._references += entryrows.reference_rows(0, place, text)

    def _finish(self, row: Row, claim: Claim, entries: Sequence[Values]) -> None:
        """Write the case itself, which comes last; put into its row what follows from the rest."""
        case, uid = self._case, self._case.uid
        row["created_h"] = self._h + len(self._ops)
        self._write(
            "case",
            names.derive("case", uid),
            names.slot_hash("case", uid),
            f',"project":{quoted(case.project)},"date_raw":{quoted(case.date_raw)}',
        )
        second = keys.is_second(row, claim, lambda: [case.number])
        row["number_rank"] = keys.rank(claim, second=second)
        row["questions"] = caserow.questions(row, second=second, later=False)
        row["entry_count"] = row["entry_total"] = len(entries)
        shown = [dict(zip(entryrows.ENTRY, entry, strict=True)) for entry in entries[-1:]]
        row.update(caserow.last_said(row, shown[0] if shown else None))
        author, active = entryrows.ENTRY.index("author"), entryrows.ENTRY.index("active_at")
        row["woken"] = int(
            row["status"] == "on_hold"
            and any(entry[author] != row["status_by"] for entry in entries)
        )
        latest = max((entry[active] for entry in entries), default=0)
        row["active_at"] = max(
            latest, columns.day_ms(row["opened_on"]), _pasted(case.problem_images)
        )

    # --- entries --------------------------------------------------------------------------------

    def _entries(self) -> tuple[list[Values], list[tuple[int, int]], list[str]]:
        """Write the entries; return their rows, the slots of labels, and their names."""
        uid = self._case.uid
        counts: Counter[str] = Counter()
        found: list[tuple[Said, str, int, int | None]] = []
        slots: dict[int, int] = {}
        for values in self._case.entries:
            entry = Said(*values)
            equal = names.equality(uid, entry.speaker, entry.text, _names(entry))
            name = names.derive(equal, str(counts[equal]))
            counts[equal] += 1
            own, shared = names.slot_hash("entry", uid, name), None
            # Notes of equal words share a slot, which bears the least label of theirs.
            if entry.text.strip():
                shared = names.slot_hash("entry", uid, equal)
                slots[shared] = min(slots.get(shared, own), own, shared)
            found.append((entry, name, own, shared))
        rows = []
        moved = []
        above = ""
        for entry, name, own, shared in found:
            slot = own if shared is None else slots[shared]
            if slot != own:
                moved.append((own, slot))
            rows.append(self._entry(entry, name, slot, above))
            above = name
        moved += [(label, slot) for label, slot in slots.items() if label != slot]
        return rows, moved, [name for _, name, _, _ in found]

    def _entry(self, entry: Said, name: str, slot: int, above: str) -> Values:
        nth, text, speaker = len(self._ops), entry.text, entry.speaker
        rev, _ = self._rev(entry.revision)
        told = "" if speaker is None else f',"s":{quoted(speaker)}'
        if entry.happened_on is not None:
            told += f',"at":{quoted(entry.happened_on)}'
        if entry.author is not None:
            told += f',"by":{quoted(entry.author)}'
        change = self._write("note", name, slot, f',"x":{quoted(text)}{told},"af":"{above}"{rev}')
        images = files = "[]"
        if entry.images or entry.files:
            self._attach(name, slot, entry.images, entry.files, entry.revision)
            images, files = _listed(entry.images, entry.files)
        self._mention(nth, text)
        return (
            nth,
            name,
            0,  # case_id
            slot,
            self._h + nth,
            change,
            "[]",  # names
            None,  # reply_to
            above,
            speaker or None,
            entry.author,
            text,
            entry.happened_on or None,
            None,  # received_at
            0,  # edited
            None,  # edited_by
            0,  # redacted
            0,  # hidden
            None,  # waiting
            images,
            files,
            columns.names([name]),
            0,  # decisions
            max(columns.day_ms(entry.happened_on or None), _pasted(entry.images)),
            0,  # news
            columns.searched((text, speaker or "", *_names(entry))),
        )


def _names(entry: Said) -> Sequence[str]:
    """Return the names of an entry's pictures and files; most have none."""
    if not entry.images:
        return entry.files
    return [*(file for file, *_ in entry.images), *entry.files]


def stands(case: Any, entries: Sequence[str]) -> Values:
    """Return where on a save a case stands, as ``INSERT_PLACE`` takes it behind the two numbers.

    Args:
        case: a ``PageCase``, or as the page has it.
        entries: the names of its entries there.
    """
    revisions = (_dotted(case.oldest_revision), _dotted(case.newest_revision))
    return (case.first_line, case.last_line, *revisions, json.dumps(entries))


def _dotted(revision: Rev) -> str | None:
    return None if revision is None else f"{revision[0]}.{revision[1]}"


def mime(file: str) -> str:
    """Return the type of a picture by its name."""
    return f"image/{file.rpartition('.')[2].lower() or 'png'}"


def _listed(images: Sequence[File], files: Sequence[str]) -> tuple[str, str]:
    """Return pictures and files as their columns hold them; of these a page tells the names."""
    return columns.listed([list(i) for i in images]), columns.listed(
        [[f, None, None] for f in files]
    )


def _pasted(images: Iterable[File]) -> int:
    """Return when the latest of some pictures was pasted, in ms; 0 where none tells."""
    return max((pasted_at(file) or 0 for file, *_ in images), default=0)
