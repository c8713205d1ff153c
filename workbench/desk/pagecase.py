"""The import of one case of a page: what differs from what the page said before is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.cases import fold, matching, names, slots, thread
from workbench.cases.change import Change
from workbench.cases.dates import parse_date
from workbench.cases.fold import CaseState, EntryState
from workbench.cases.register import Register, Version, import_chain
from workbench.cases.text import key_fold
from workbench.desk.tools import Tools
from workbench.local.act import Act

if TYPE_CHECKING:
    from workbench.exchange.page import Owner, PageCase, PageEntry, PageImage, Revision


@dataclass(frozen=True, slots=True)
class PageMark:
    """The save that is being imported. ``older``: a newer one of the page is here already."""

    id: int
    uid: str
    name: str | None
    older: bool

    def rev(self, revision: Revision | None) -> list[Any] | None:
        """Return the place of a value in the order of what pages say; None for a plain source."""
        return None if revision is None else [key_fold(self.name or ""), *revision]


class CaseImport:
    """Writes what a page newly says about one case."""

    def __init__(self, tools: Tools, mark: PageMark, uid: str, page_case: PageCase) -> None:
        self._tools = tools
        self._mark = mark
        self._uid = uid
        self._page = page_case
        subject = tools.db.value("SELECT id FROM subject WHERE uid = ?", uid)
        changes = [] if subject is None else [item.change for item in tools.log.of(subject)]
        self._changes: list[Change] = changes
        self._state: CaseState = fold.fold_case(changes)
        self._names = {change.name for change in changes}
        self._written = 0
        self.is_new = self._state.head is None
        self.entries_added = 0
        self.gone: list[dict[str, Any]] = []

    act: Act
    """Where it writes now: a big case is written in several transactions."""

    @property
    def wrote(self) -> bool:
        """True when something of the case was new or changed on the page."""
        return self._written > 0

    def steps(self) -> Iterator[None]:
        """Write what is new; at each step the transaction may end and another begin.

        A new case's own change comes last: until then nothing of it is seen.
        """
        page = self._page
        family = key_fold(page.project)
        self._write(
            "num",
            names.derive("number", self._uid, family, str(page.number)),
            fam=family,
            x=page.number,
            src="import",
        )
        date = {"raw": page.date_raw, "on": parse_date(page.date_raw)}
        self._field("date", date, page.heading_revision)
        self._field("problem", page.problem, page.problem_revision)
        if page.status is not None:
            self._field("status", {"s": page.status}, page.status_revision)
        if page.engineer_label is not None:
            self._field("engineer_label", page.engineer_label, page.engineers_revision)
        for engineer in page.engineers:
            name = names.element_id(self._uid, "engineers", engineer)
            self._write("add", name, f="engineers", e=engineer)
        self._files(None, page.problem_images, page.problem_files, page.problem_revision)
        self._show_undone(None, self._state.head.hides if self._state.head else frozenset())
        page_names = page_entries(self._uid, page)
        yield from self._entries(page_names)
        self._write(
            "case",
            names.derive("case", self._uid),
            project=page.project,
            date_raw=page.date_raw,
        )
        self.act.fold()
        self._keep_place([on_page.name for on_page in page_names])

    def _write(self, kind: str, known_as: str, **body: Any) -> None:
        """Write a change that is named by what it says, unless it is known."""
        if known_as not in self._names:
            self._names.add(known_as)
            self._put(kind, i=known_as, **body)

    def _put(self, kind: str, p: Sequence[str] = (), **body: Any) -> None:
        self._written += 1
        self.act.write(kind, self._uid, p, **body)

    # --- fields -------------------------------------------------------------------------------

    def _field(self, field: str, value: Any, revision: Revision | None) -> None:
        register = self._state.fields[field]
        rev = self._mark.rev(revision)
        probe = Change("", "", "set", self._uid, 0, "", "", frozenset(), {"x": value})
        chain = self._chain(field)
        if said_before(chain, rev, fold.field_value(field, probe), value, field):
            return
        last = chain[-1] if chain else None
        after: list[Any] = rev or [min(last.names) if last else ""]
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        redacts = [name for head in register.heads if head.redact for name in head.names]
        self._write(
            "set",
            names.value_id(self._uid, field, text, after),
            f=field,
            x=value,
            rev=rev,
            p=redacts,
        )

    def _chain(self, field: str) -> list[Version]:
        """Return what pages said about a field, oldest first; of a date with its raw form."""
        register = self._state.fields[field]
        return [version for group in import_chain(register.versions) for version in group]

    def _show_undone(self, entry: str | None, hides: frozenset[str]) -> None:
        """Show what an undo of an import took away; what a person hid stays hidden."""
        undone = [c for c in self._changes if c.name in hides and "u" in c.body]
        if undone and len(undone) == len(hides):
            p = [change.name for change in undone]
            self._put("show", p, t=entry, rev=[key_fold(self._mark.name or "")])

    # --- entries ------------------------------------------------------------------------------

    def _entries(self, page: list[matching.OnPage]) -> Iterator[None]:
        """Write new entries and new versions."""
        states = {state.id: state for state in self._state.entries}
        result = matching.match(page, self._known())
        above = ""
        for on_page, match, entry in zip(page, result.matches, self._page.entries, strict=True):
            if match.id is None:
                self._new_entry(on_page.name, above, entry)
                above = on_page.name
            else:
                state = states[match.id]
                if match.kind == "version":
                    self._version(state, on_page.name, entry)
                self._files(state.id, entry.images, entry.files, entry.revision)
                self._show_undone(state.id, state.hides)
                above = state.id
            yield
        if not self._mark.older and not self.is_new:
            key = self._tools.reader.key(self._uid)
            self.gone = [{"case": key, "entry": i, "text": states[i].text} for i in result.gone]

    def _known(self) -> list[matching.Known]:
        last = self._tools.db.value(
            "SELECT s.entries FROM page_case s JOIN cases c ON c.id = s.case_id"
            " JOIN page p ON p.id = s.page_id WHERE c.uid = ? AND p.uid = ?",
            self._uid,
            self._mark.uid,
        )
        on_last_save = frozenset(json.loads(last)) if last else None
        states = {state.id: state for state in self._state.entries}
        places = [
            thread.Place(s.id, s.names, s.order, s.reply_to, s.above) for s in states.values()
        ]
        return [
            self._known_entry(states[uid], on_last_save) for uid, _, _ in thread.arrange(places)
        ]

    def _known_entry(self, state: EntryState, last: frozenset[str] | None) -> matching.Known:
        speaker = slots.shown_speaker(state.speaker, state.author, imported=state.imported)
        texts = [
            version.value
            for version in state.registers["text"].versions
            if isinstance(version.value, str) and version.value
        ]
        equalities = frozenset(names.equality(self._uid, speaker, text) for text in texts)
        if last is None:
            was_on_page = state.imported
        else:
            derived = {names.derive(equal, str(k)) for equal in equalities for k in range(4)}
            was_on_page = bool((state.names | derived) & last)
        return matching.Known(
            id=state.id,
            names=state.names,
            equalities=equalities,
            speaker=matching.speaker(speaker),
            text=state.text,
            was_on_page=was_on_page,
        )

    def _new_entry(self, name: str, above: str, entry: PageEntry) -> None:
        self.entries_added += 1
        self._write(
            "note",
            name,
            x=entry.text,
            s=entry.speaker,
            at=entry.happened_on,
            by=entry.author,
            af=above,
            rev=self._mark.rev(entry.revision),
        )
        self._files(name, entry.images, entry.files, entry.revision)

    def _version(self, state: EntryState, name: str, entry: PageEntry) -> None:
        register = state.registers["text"]
        rev = self._mark.rev(entry.revision)
        self._write(
            "edit",
            name,
            t=state.id,
            x=entry.text,
            rev=rev,
            p=replaced(register, rev),
        )

    def _files(
        self,
        entry: str | None,
        images: Sequence[PageImage],
        files: Sequence[str],
        revision: Revision | None,
    ) -> None:
        counts: Counter[str] = Counter()
        rev = self._mark.rev(revision)
        for image in images:
            name = self._file_name(entry, image.file, counts)
            self._write(
                "att",
                name,
                t=entry,
                name=image.file,
                mime=f"image/{image.file.rpartition('.')[2].lower() or 'png'}",
                width=image.width,
                height=image.height,
                rev=rev,
            )
        for file in files:
            self._write("att", self._file_name(entry, file, counts), t=entry, name=file, rev=rev)

    def _file_name(self, entry: str | None, file: str, counts: Counter[str]) -> str:
        nth = counts[file]
        counts[file] += 1
        return names.derive("file", self._uid, entry or "", file, str(nth))

    # --- where it stands ----------------------------------------------------------------------

    def _keep_place(self, page_names: list[str]) -> None:
        if self._mark.older:
            return
        page = self._page
        self._tools.db.run(
            "INSERT OR REPLACE INTO page_case (case_id, page_id, first_line, last_line,"
            " oldest_revision, newest_revision, entries) VALUES (?, ?, ?, ?, ?, ?, ?)",
            self._tools.subject(self._uid),
            self._mark.id,
            page.first_line,
            page.last_line,
            _dotted(page.oldest_revision),
            _dotted(page.newest_revision),
            json.dumps(page_names),
        )


def said_before(
    chain: Sequence[Version], rev: list[Any] | None, comparable: Any, value: Any, field: str
) -> bool:
    """True when the page's value is the known one at its place in the order of what pages say."""

    def equal(version: Version | None) -> bool:
        return version is not None and not version.erased and bool(version.value == comparable)

    if not chain:
        return False
    if rev is None:
        return equal(chain[-1])
    own = [version for version in chain if version.revision and version.revision[0] == rev[0]]
    if not own:
        return equal(chain[-1])
    place = tuple(rev[1:])
    before = [version for version in own if (version.revision or ())[1:] <= place]
    behind = [version for version in own if (version.revision or ())[1:] > place]
    return equal(before[-1] if before else None) or equal(behind[0] if behind else None)


def replaced(register: Register, rev: list[Any] | None) -> list[str]:
    """Return what a page's new words replace: what the page said before, and a redaction."""
    chain = [version for group in import_chain(register.versions) for version in group]
    found = [name for head in register.heads if head.redact for name in head.names]
    if chain:
        last = chain[-1]
        newer = (
            rev is not None
            and last.revision is not None
            and last.revision[0] == rev[0]
            and last.revision[1:] > tuple(rev[1:])
        )
        return found if newer else [*found, *last.names]
    first = register.versions[0] if register.versions else None
    return [*found, *(first.names if first else ())]


def page_entries(uid: str, page_case: PageCase) -> list[matching.OnPage]:
    """Name the entries of a page's case."""
    said = [
        (entry.speaker, entry.text, [*(i.file for i in entry.images), *entry.files])
        for entry in page_case.entries
    ]
    return matching.on_page(uid, said)


def redacted_lines(
    tools: Tools, uid: str, page_case: PageCase, owners: Sequence[Owner]
) -> set[int]:
    """Return the lines of a page's case that hold text which was redacted here."""
    subject = tools.db.value("SELECT id FROM cases WHERE uid = ?", uid)
    if subject is None:
        return set()
    rows = tools.db.rows("SELECT uid, names FROM entry WHERE case_id = ? AND redacted", subject)
    gone = {name for row in rows for name in (row["uid"], *json.loads(row["names"]))}
    lines: set[int] = set()
    for on_page, entry in zip(page_entries(uid, page_case), page_case.entries, strict=True):
        if on_page.name in gone:
            lines.update(range(entry.first_line, entry.last_line + 1))
    if any(version.redact for version in tools.field(uid, "problem").versions):
        lines.update(
            number
            for number in range(page_case.first_line, page_case.last_line + 1)
            if owners[number - 1] == "problem"
        )
    return lines


def _dotted(revision: Revision | None) -> str | None:
    return None if revision is None else f"{revision[0]}.{revision[1]}"
