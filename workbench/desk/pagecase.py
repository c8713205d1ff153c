"""The import of one case of a page: what differs from what the page said before is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from workbench.cases import fold, names, pagevalues
from workbench.cases.change import Change
from workbench.cases.dates import parse_date
from workbench.cases.fold import CaseState, EntryState
from workbench.cases.pagevalues import Rev, Save
from workbench.cases.record import Record
from workbench.cases.register import REDACTED, Version, versions_of
from workbench.cases.text import key_fold
from workbench.desk import reading
from workbench.desk.pageentries import PageEntries, is_blacked, last_save
from workbench.desk.takenback import TakenBack
from workbench.desk.tools import Tools
from workbench.exchange.labels import split_names
from workbench.exchange.wikitext import as_on_page
from workbench.local.act import Act
from workbench.local.pagecases import INSERT_PLACE, mime, stands

if TYPE_CHECKING:
    from workbench.cases.model import Case
    from workbench.exchange.page import PageCase, PageEntry, PageImage, Revision


_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
NOTHING = fold.fold_case(())
"""What no change comes to."""


class PageMark(Record):
    """The save that is being imported: its row, its page's id and name, its place in time.

    ``folded`` is the name as names are compared.
    """

    id: int
    uid: str
    name: str | None
    newest: Revision | None
    saved_at: str | None
    folded: str

    def is_older(self, tools: Tools, case: str | None = None) -> bool:
        """True when a newer save of the page was imported, with this case on it if one is given.

        The time of saving tells, where it is known of both; else the newest revision, which goes
        down when the lines that bore it are taken out.
        """
        rows = tools.db.rows(
            "SELECT p.saved_at, p.major, p.minor FROM page p WHERE p.uid = ? AND (? IS NULL OR"
            " p.id = (SELECT s.page_id FROM page_case s JOIN cases c ON c.id = s.case_id"
            " WHERE c.uid = ?))",
            self.uid,
            case,
            case,
        )
        return any(self._is_before(saved_at, (major, minor)) for saved_at, major, minor in rows)

    def _is_before(self, saved_at: str | None, newest: tuple[int | None, int | None]) -> bool:
        if saved_at is not None and self.saved_at is not None and saved_at != self.saved_at:
            return saved_at > self.saved_at
        major, minor = newest
        if major is None or minor is None or self.newest is None:
            return False
        return (major, minor) > self.newest


class CaseImport:
    """Writes what a page newly says about one case."""

    def __init__(self, tools: Tools, mark: PageMark, uid: str, page_case: PageCase) -> None:
        self._tools = tools
        self._mark = mark
        self._uid = uid
        self._page = page_case
        subject = tools.db.value("SELECT id FROM subject WHERE uid = ?", uid)
        self.is_unheard_of = subject is None
        """Nothing at all of the case is here."""
        self._changes: list[Change] = []
        self._state: CaseState = NOTHING
        self._names: set[str] = set()
        self._taken_back = TakenBack(())
        if not self.is_unheard_of:
            self._look()
        older = not self.is_unheard_of and mark.is_older(tools, uid)
        self._save = Save(mark.folded, mark.newest, older)
        self._written = 0
        self._before: Case | None = None
        self.read_only = not self.is_unheard_of and tools.log.forbidden(uid)
        self.is_new = self._state.head is None
        self.entries_added = 0
        self.gone: list[dict[str, Any]] = []

    def _look(self) -> None:
        """See what is known of the case now."""
        subject = self._tools.db.value("SELECT id FROM subject WHERE uid = ?", self._uid)
        stored = [] if subject is None else self._tools.log.of(subject)
        self._changes = [item.change for item in stored]
        self._state = fold.fold_case(self._changes)
        self._names = {change.name for change in self._changes}
        self._taken_back = TakenBack(self._changes)

    act: Act
    """Where it writes now: a big new case is written in several transactions."""

    @property
    def wrote(self) -> bool:
        """True when the case shows something that it did not before.

        What a page says now is kept also where it is what the case shows already: written back,
        or typed by two.
        """
        return self._written > 0 and (self._before is None or self._before != self._shown())

    def _shown(self) -> Case:
        """Return all of the case that a person sees, wherever it stands on a page.

        Not who said an entry's words last: a page that says them too changes nothing of them.
        """
        case = reading.case(self._tools, self._uid, hidden=True)
        summary = case.summary._replace(source=None, status_seen=())
        entries = tuple(entry._replace(seen=(), edited_by=None) for entry in case.entries)
        return case._replace(summary=summary, entries=entries, arrived=0)

    def steps(self) -> Iterator[None]:
        """Write what is new; at each step the transaction may end and another begin.

        "No half of a case is ever seen": a new case's own change comes last, and until then
        nothing of it is seen; one that is seen already is written in one step.
        """
        if self.read_only:
            return
        page = self._page
        if self._is_from_pages:
            family = key_fold(page.project)
            name = names.derive("number", self._uid, family, str(page.number))
            self._write("num", name, fam=family, x=page.number, src="import")
        date = {"raw": page.date_raw, "on": parse_date(page.date_raw)}
        self._field("date", date, page.heading_revision)
        self._field("problem", page.problem, page.problem_revision)
        if page.status is not None:
            self._field("status", {"s": page.status}, page.status_revision)
        if page.engineer_label is not None:
            self._field("engineer_label", page.engineer_label, page.engineers_revision)
        split = self._split_engineers()
        for engineer in page.engineers:
            if engineer in split:
                continue
            name = names.element_id(self._uid, "engineers", engineer)
            self._write("add", name, f="engineers", e=engineer)
        self._files(None, page.problem_images, page.problem_files, page.problem_revision)
        self._show_undone(None, self._state.head.hides if self._state.head else frozenset())
        entries, on_page = self._read_entries()
        yield from self._entries(entries)
        if self._written and not self.is_new:
            self._look()
            entries, on_page = self._read_entries()
        if self._is_from_pages:
            name = names.derive("case", self._uid)
            self._write("case", name, project=page.project, date_raw=page.date_raw)
        self.act.fold()
        if not self._save.older:
            place = on_page if page.whole else [*entries.last, *on_page]
            subject = self._tools.subject(self._uid)
            keep_places(self._tools, self._mark, [(subject, page, place)])
            if page.whole and not self.is_new:
                key = self._tools.reader.key(self._uid)
                self.gone = [{"case": key, "entry": s.id, "text": s.text} for s in entries.gone()]

    def _write(self, kind: str, known_as: str, **body: Any) -> None:
        """Write a change that is named by what it says, unless it is known."""
        if known_as not in self._names:
            self._put(kind, i=known_as, **body)

    def _put(self, kind: str, p: Sequence[str] = (), **body: Any) -> None:
        if not self._written and not self.is_new:
            self._before = self._shown()
        self._written += 1
        self._names.add(self.act.write(kind, self._uid, p, **body).name)

    # --- fields -------------------------------------------------------------------------------

    def _field(self, field: str, value: Any, revision: Revision | None) -> None:
        chain = self._chain(field)
        rev = self._save.rev(revision)
        shown = self._comparable(field, value)
        text = _canonical(value)

        def name(after: Sequence[object]) -> str:
            return names.value_id(self._uid, field, text, after)

        if pagevalues.said_before(chain, rev, shown, name) or self._shows(field, value, chain):
            return
        place = pagevalues.placed(chain, self._save, rev, shown)
        after: Sequence[object] = place or [min(chain[-1].names) if chain else ""]
        self._write(
            "set",
            name(after),
            f=field,
            x=value,
            rev=_json(place),
            p=pagevalues.redactions(self._state.fields[field]),
        )

    def _shows(self, field: str, value: Any, chain: Sequence[Version]) -> bool:
        """True where a page says what is shown here, but for what a page can't say.

        Until when a case is on hold, or how a text was spaced: the page's word for it beside the
        whole one would be a decision that no person caused.
        """
        register = self._state.fields[field]
        if self._state.head is None or register.undecided:
            return False
        whole = register.shown.value if register.shown else None
        match field:
            case "date":
                return not chain and value["raw"] == self._state.head.date_raw
            case "status":
                word = {"s": (whole or {}).get("s") or "unset"}
                return bool(word == value and whole != self._comparable(field, value))
            case "engineer_label":
                line = split_names(" ".join(self._state.sets["engineers"].elements))
                return whole is None and bool(line) and line == self._page.engineers
            case "problem" if register.shown and register.shown.redact:
                return bool(value == REDACTED)
            case "problem":
                return bool(whole != value and as_on_page(whole or "") == value)
        return False

    def _split_engineers(self) -> frozenset[str]:
        """Return what a page's line makes of the names that stand on it with a space in them."""
        engineers = self._state.sets["engineers"].elements if self._state.head else {}
        spaced = [name for name in engineers if split_names(name) != (name,)]
        return frozenset(split_names(" ".join(spaced)))

    @property
    def _is_from_pages(self) -> bool:
        """False for a case made here that a page has from here."""
        return self._state.head is None or self._state.head.imported

    def _chain(self, field: str) -> list[Version]:
        """Return what pages said about a field, oldest first."""
        if field != "date":
            return pagevalues.chain_of(self._state.fields[field].versions)
        sets = [c for c in self._changes if c.kind == "set" and c.body["f"] == "date"]
        return pagevalues.chain_of(
            versions_of(sets, lambda change: self._comparable("date", change.body.get("x")))
        )

    @staticmethod
    def _comparable(field: str, value: Any) -> Any:
        """Return what tells whether two values are one: of a date what the heading says."""
        if field == "date":
            return value.get("raw") if isinstance(value, dict) else None
        probe = Change("", "", "set", "", 0, "", "", frozenset(), {"x": value})
        return fold.field_value(field, probe)

    def _show_undone(self, entry: str | None, hides: frozenset[str]) -> None:
        """Show what an undo of its creation took away; what a person hid stays hidden."""
        if hides and self._taken_back.are_creations(hides):
            self._put("show", sorted(hides), t=entry, rev=[self._save.key])

    # --- entries ------------------------------------------------------------------------------

    def _read_entries(self) -> tuple[PageEntries, list[str]]:
        """Find out what the page's entries are; what turns out to be one entry is said first."""
        unheard_of = self.is_unheard_of
        last = None if unheard_of else last_save(self._tools, self._mark.uid, self._uid)
        while True:
            entries = PageEntries(last, self._save.key, self._uid, self._state, self._changes)
            on_page = entries.read(self._page, self._save.newest)
            pairs = zip(entries.matches, self._page.entries, strict=True)
            twins = [(match, entry) for match, entry in pairs if match.kind == "twin"]
            if not twins:
                return entries, on_page
            for match, entry in twins:
                state = entries.states[match.id or ""]
                self._put("edit", i=match.name, **self._version_body(state, entry))
            self._look()

    def _entries(self, entries: PageEntries) -> Iterator[None]:
        """Write new entries and new versions."""
        above = ""
        for match, entry in zip(entries.matches, self._page.entries, strict=True):
            if self.is_new:
                self.entries_added += 1
            if match.id is None:
                self._new_entry(match.name, above, entry)
                above = match.name
            else:
                state = entries.states[match.id]
                if match.kind == "version":
                    self._write("edit", match.name, **self._version_body(state, entry))
                elif match.kind == "words" and not is_blacked(state):
                    if entries.joins(state, match):
                        body = self._note_body(above, entry)
                        body["rev"] = body["rev"] or [self._save.key]  # of which page: it may leave
                        self._write("note", match.name, **body)
                    else:  # spaced as it is here: it is the same, and no second version
                        body = self._version_body(state, entry) | {"x": state.text}
                        self._write("edit", match.name, **body)
                self._files(state, entry.images, entry.files, entry.revision)
                self._show_undone(state.id, state.hides)
                above = state.id
            if self.is_new:
                yield

    def _new_entry(self, name: str, above: str, entry: PageEntry) -> None:
        self.entries_added += not self.is_new
        self._write("note", name, **self._note_body(above, entry))
        self._files(name, entry.images, entry.files, entry.revision)

    def _note_body(self, above: str, entry: PageEntry) -> dict[str, Any]:
        """Return what a page says of an entry, below the one that stands above it there."""
        return {
            "x": entry.text,
            "s": entry.speaker,
            "at": entry.happened_on,
            "by": entry.author,
            "af": above,
            "rev": _json(self._save.rev(entry.revision)),
        }

    def _version_body(self, state: EntryState, entry: PageEntry) -> dict[str, Any]:
        """Return what a page's words are as a version of an entry."""
        register = state.registers["text"]
        chain = pagevalues.chain_of(register.versions)
        rev = pagevalues.placed(chain, self._save, self._save.rev(entry.revision), entry.text)
        p = pagevalues.replaced(register, rev)
        return {"t": state.id, "x": entry.text, "rev": _json(rev), "p": p}

    def _files(
        self,
        entry: EntryState | str | None,
        images: Sequence[PageImage],
        files: Sequence[str],
        revision: Revision | None,
    ) -> None:
        """Write the pictures and files of a place that it never had."""
        if not images and not files:
            return
        targets: frozenset[str | None] = frozenset({None})
        target = None
        if isinstance(entry, str):
            target, targets = entry, frozenset({entry})
        elif entry is not None:
            target, targets = entry.id, frozenset(entry.names)
        held = self._held(targets)
        rev = _json(self._save.rev(revision))
        counts: Counter[str] = Counter()
        given = [(image.file, _picture(image)) for image in images] + [(file, {}) for file in files]
        for file, body in given:
            nth = counts[file]
            counts[file] += 1
            if nth >= held[file]:
                name = names.derive("file", self._uid, target or "", file, str(nth))
                self._write("att", name, t=target, name=file, rev=rev, **body)

    def _held(self, targets: frozenset[str | None]) -> Counter[str]:
        """Return how often a place has each file; one that was taken off since counts too."""
        found: dict[str | None, Counter[str]] = {}
        for name in {c.name: c for c in self._changes if c.kind == "att"}.values():
            target = name.body.get("t")
            if target in targets:
                found.setdefault(target, Counter())[name.body.get("name", "")] += 1
        most: Counter[str] = Counter()
        for counts in found.values():
            most |= counts
        return most


def keep_places(
    tools: Tools, mark: PageMark, cases: Iterable[tuple[int, PageCase, Sequence[str]]]
) -> None:
    """Keep where on a save cases stand.

    Args:
        cases: their numbers, and the names of their entries there.
    """
    tools.db.connection.executemany(
        INSERT_PLACE,
        [(subject, mark.id, *stands(page, entries)) for subject, page, entries in cases],
    )


def _picture(image: PageImage) -> dict[str, Any]:
    return {"mime": mime(image.file), "width": image.width, "height": image.height}


def _json(rev: Rev | None) -> list[Any] | None:
    return None if rev is None else list(rev)
