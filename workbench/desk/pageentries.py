"""The entries of a page's case beside those that are known: which is which, and which are gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from workbench.cases import fold, matching, names, slots, thread
from workbench.cases.change import Change
from workbench.cases.fold import CaseState, EntryState
from workbench.cases.register import REDACTED
from workbench.cases.text import key_fold, squash
from workbench.desk.tools import Tools

if TYPE_CHECKING:
    from workbench.exchange.page import PageCase, Revision
    from workbench.exchange.parted import Head


class PageEntries:
    """The entries of one case: ``states`` by id, ``matches`` as ``read`` found them."""

    def __init__(
        self,
        last: Sequence[str] | None,
        page: str,
        case: str,
        state: CaseState,
        changes: Sequence[Change],
    ) -> None:
        """Look at a case's entries.

        Args:
            last: the names that the entries of the last save of the page bear here; None where the
                case stands on no save of it, or on another page now.
            page: what stands for the page in its revisions.
            case: the case's id.
            state: the fold of its changes.
            changes: all of them.
        """
        self.states = {entry.id: entry for entry in state.entries}
        self.matches: list[matching.Match] = []
        self.last = last or ()
        self._stands = last is not None
        self._on_last = frozenset(self.last)
        self._page = page
        self._case = case
        self._notes = [change for change in changes if change.kind == "note"]
        self._imported: dict[str, list[Change]] = {}
        for change in changes:
            if change.imported and change.kind in ("note", "edit"):
                self._imported.setdefault(change.name, []).append(change)
        self._listed = listed_names(changes)
        self._by_name = {name: s.id for s in state.entries for name in self._names_of(s)}
        places = [thread.Place(s.id, s.names, s.order, s.reply_to, s.above) for s in state.entries]
        self._order = [self.states[uid] for uid, *_ in thread.arrange(places)]
        self._joined: dict[str, str] = {}

    def read(self, page_case: PageCase, newest: Revision | None) -> list[str]:
        """Find out what the entries of the page are; return their names, to be kept.

        Args:
            page_case: the case as the page has it.
            newest: the newest revision of the save.
        """
        page = page_entries(self._case, page_case)
        known = [self._known(state) for state in self._order]
        self.matches = matching.match(page, known, newest)
        self._joined = self._joining([match.name for match in self.matches])
        return list(dict.fromkeys(n for m in self.matches for n in (m.name, m.id) if n))

    def joins(self, state: EntryState, match: matching.Match) -> bool:
        """True where the fold knows by itself that a page's entry is one that was typed here.

        Otherwise it has to be said: the words were edited since, and copies that never saw this
        entry would take the page's for another.
        """
        return any(self._joined.get(name) == match.name for name in state.names)

    def here(self) -> list[str | None]:
        """Return which entry of the case each of the page's is now; None for one not known.

        Two versions that came here as two entries are two until an import joins them: the page
        has its own, and not the one that it replaced.
        """
        return [self._by_name[m.name] if m.kind == "twin" else m.id for m in self.matches]

    def gone(self) -> list[EntryState]:
        """Return what stands here from this page, in sight, and is on it no more."""
        matched = set(self.here())
        return [
            state
            for state in self._order
            if state.id not in matched and not state.hidden and self._came_from_page(state)
        ]

    def _came_from_page(self, state: EntryState) -> bool:
        """True for what this page said, or plain source, which may be this page.

        What was typed here plain source said of the page on which the case stands: of another it
        was there before.
        """
        told = [change for name in state.names for change in self._imported.get(name, ())]
        plain = [self._page if state.imported or self._stands else ""]
        pages = {str(change.body.get("rev", plain)[0]) for change in told}
        return self._page in pages or bool(state.names & self._on_last)

    def _joining(self, page_names: Sequence[str]) -> dict[str, str]:
        """Return which typed notes the fold would join with notes of these names."""
        typed = [note for note in self._notes if not note.imported]
        if not typed:
            return {}
        probes = [
            note._replace(name=name, erased=False, body={**note.body, "i": name, "af": ""})
            for name in page_names
            for note in typed[:1]
        ]
        return fold.page_names([*self._notes, *probes])

    def _names_of(self, state: EntryState) -> frozenset[str]:
        """Return an entry's names, those too under which its words were redacted."""
        return state.names.union(*(self._listed.get(name, ()) for name in state.names))

    def _known(self, state: EntryState) -> matching.Known:
        said_by = _speaker(state, state.speaker)
        blacked = is_blacked(state)
        versions = [
            version
            for version in state.registers["text"].versions
            if isinstance(version.value, str) and version.value and not blacked
        ]
        texts = [str(version.value) for version in versions]
        files = [*(image.file for image in state.images), *(file.file for file in state.files)]
        told = [change for name in state.names for change in self._imported.get(name, ())]
        above = {change.body["af"] for change in told if "af" in change.body}
        return matching.Known(
            id=state.id,
            names=self._names_of(state),
            says=names.equality(self._case, said_by, REDACTED, files)
            if blacked
            else names.equality(self._case, said_by, state.text, files),
            equalities=frozenset(
                names.equality(self._case, said_by, text)
                for text in ([REDACTED] if blacked else texts)
            ),
            speaker=matching.speaker(said_by),
            text=state.text,
            was_on_page=state.imported or bool(state.names & self._on_last),
            above=frozenset(self._by_name.get(name, name) for name in above),
            revision=self._revision(state),
            texts=tuple(texts),
            from_page=tuple(str(version.value) for version in versions if version.imported),
            speakers=frozenset(
                matching.speaker(_speaker(state, version.value))
                for version in state.registers["speaker"].versions
            ),
        )

    def _revision(self, state: EntryState) -> Revision | None:
        """Return the revision of this page in which it said last what it says of an entry."""
        found = [
            version.revision[1:]
            for version in state.registers["text"].versions
            if version.revision is not None and version.revision[0] == self._page
        ]
        return max(found, default=None)


def case_ids(cases: Sequence[Head | PageCase]) -> list[str]:
    """Return the ids of a page's cases, by what their headings say.

    "A number that stands more than once: the lowest on the page is the plain one, the others are
    told apart by their date."
    """
    taken: set[str] = set()
    found: list[str] = []
    for case in reversed(cases):
        uid = names.case_id(case.project, case.number)
        nth = 0
        while uid in taken:
            extra = case.date_raw + (f"\0{nth}" if nth else "")
            uid = names.case_id(case.project, case.number, extra)
            nth += 1
        taken.add(uid)
        found.append(uid)
    return found[::-1]


_CLAIMED = "SELECT DISTINCT number FROM claim WHERE number IN ({})"


def known_ids(
    tools: Tools, page: str, cases: Sequence[Head | PageCase], problem: Callable[[int], str]
) -> list[str]:
    """Return the ids under which a page's cases are known here, or will be.

    "A case made here is never merged by number alone": it is the page's where it bears the number
    and says the same, or was found on this very page before. So a page that was written here and
    is read again doubles nothing.

    Args:
        page: the page's id.
        problem: gives what the page says of a case's problem, by its place.
    """
    derived = case_ids(cases)
    taken = set(derived)
    claimed = {n for (n,) in tools.db.rows_in(_CLAIMED, {case.number for case in cases})}
    for nth, (uid, case) in enumerate(zip(derived, cases, strict=True)):
        if case.number not in claimed:
            continue
        found = _made_here(tools, page, uid, case, partial(problem, nth)) - taken
        if len(found) == 1:
            (derived[nth],) = found
            taken |= found
    return derived


def is_of(tools: Tools, case: str, derived: str, page_case: PageCase) -> bool:
    """True for a page's case that is this one, or may be: it bears the number and is no other's.

    For what is redacted: what a page said of a case made here need not be what the case says now.

    Args:
        derived: the id that the page's case would have by itself.
    """
    if derived == case:
        return True
    found = tools.db.value(
        "SELECT 1 FROM claim n JOIN cases c ON c.id = n.case_id WHERE c.uid = ? AND n.number = ?"
        " AND n.family = ? AND NOT EXISTS (SELECT 1 FROM cases o WHERE o.uid = ?)",
        case,
        page_case.number,
        key_fold(page_case.project),
        derived,
    )
    return found is not None


def _made_here(
    tools: Tools, page: str, uid: str, case: Head | PageCase, problem: Callable[[], str]
) -> set[str]:
    """Return what a case of a page may be that is not known by its own id."""
    rows = tools.db.rows(
        "SELECT c.uid, c.problem, EXISTS (SELECT 1 FROM page_case s JOIN page p ON p.id = s.page_id"
        " WHERE s.case_id = c.id AND p.uid = ?) AS stood FROM claim n JOIN cases c"
        " ON c.id = n.case_id WHERE n.number = ? AND n.family = ? AND n.current",
        page,
        case.number,
        key_fold(case.project),
    )
    if not rows or any(row["uid"] == uid for row in rows):
        return set()
    said = squash(problem())
    same = {row["uid"] for row in rows if squash(row["problem"]) == said}
    return same or {row["uid"] for row in rows if row["stood"]}


def page_entries(case: str, page_case: PageCase) -> list[matching.OnPage]:
    """Name the entries of a page's case."""
    said = [
        (entry.speaker, entry.text, [*(i.file for i in entry.images), *entry.files])
        for entry in page_case.entries
    ]
    named = zip(matching.on_page(case, said), page_case.entries, strict=True)
    return [on_page._replace(revision=entry.revision) for on_page, entry in named]


def is_blacked(state: EntryState) -> bool:
    """True for an entry of which nothing is shown but that a text was taken out."""
    return state.redacted and not state.text


def _speaker(state: EntryState, said_by: str | None) -> str | None:
    return slots.shown_speaker(said_by, state.author, imported=state.imported)


def last_save(tools: Tools, page: str, case: str) -> list[str] | None:
    """Return the names of the entries that the last save of the page had, and their ids here;
    None where the case does not stand on it."""
    found = tools.db.value(
        "SELECT s.entries FROM page_case s JOIN cases c ON c.id = s.case_id"
        " JOIN page p ON p.id = s.page_id WHERE c.uid = ? AND p.uid = ?",
        case,
        page,
    )
    return None if found is None else list(json.loads(found))


def listed_names(changes: Sequence[Change]) -> dict[str, set[str]]:
    """Return the names that redactions list beside each entry's own."""
    listed: dict[str, set[str]] = {}
    for change in changes:
        if change.kind == "redact" and "t" in change.body:
            listed.setdefault(change.body["t"], set()).update(i["name"] for i in change.body["l"])
    return listed
