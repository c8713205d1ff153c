"""Import: a saved page is read, and what is new or changed on it becomes changes.

"An import never overwrites what was written here meanwhile, and removes nothing." It commits
whole cases, so one that is stopped leaves no half of a case, and doing it again goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from workbench.cases import names
from workbench.cases.files import LIMIT
from workbench.cases.pagevalues import Save
from workbench.cases.said import said
from workbench.cases.text import key_fold
from workbench.desk import sharedpages
from workbench.desk.keptpages import without_redacted
from workbench.desk.pagecase import CaseImport, PageMark
from workbench.desk.pageentries import known_ids
from workbench.desk.pageparts import PageCases
from workbench.desk.tools import Tools
from workbench.desk.wholecases import RUN, WholeCases
from workbench.desk.writing import project_name
from workbench.local import pagetexts
from workbench.local.beside import started
from workbench.local.pagecases import INSERT_PLACE
from workbench.local.points import reached

if TYPE_CHECKING:
    from workbench.exchange.page import PageCase
    from workbench.exchange.parted import PartedPage
    from workbench.local.act import Act
    from workbench.local.beside import Beside
    from workbench.local.pagecases import Made

Progress = Callable[[int, int], None]
BUDGET_MS = 40
"""How long the import keeps others from writing, before it gives the lock away."""
AT_ONCE = 40
"""A new case of so many entries is made and written in one piece."""
_MOST_ASKED = 500
"""So many cases are asked where they stood before."""
LONG = 300_000
"""For a file of so many bytes it saves time to have a process beside this one."""
DONE = object()
"""What the last step of a case gives."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported, and how."""

    data: bytes
    file_name: str | None
    project: str | None
    page: str | None
    dry_run: bool


@dataclass(slots=True)
class ImportReport:
    """What an import did. ``added``, ``changed`` and ``unchanged`` count the page's cases.

    ``decisions`` counts those that it left; ``refused`` says what of the file was unusable.
    ``moved_from``: the pages that its cases stood on before, where only the file's name says
    that this is another one. ``too_large``: pages that are too large to be shared.
    """

    page: str | None = None
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    entries: int = 0
    entries_added: int = 0
    gone: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    unread_lines: list[dict[str, Any]] = field(default_factory=list)
    decisions: int = 0
    refused: list[str] = field(default_factory=list)
    moved_from: list[str] = field(default_factory=list)
    too_large: list[str] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        """Return the report as scripts read it."""
        return {
            "page": self.page,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "entries": self.entries,
            "entries_added": self.entries_added,
            "gone": self.gone,
            "questions": self.questions,
            "unread_lines": self.unread_lines,
            "refused": self.refused,
        }


def run(tools: Tools, request: Request, progress: Progress | None) -> ImportReport:
    """Import every page of a file.

    Raises:
        BadInput: the project can't begin a key.
        UnusablePage: nothing of it could be read; nothing was written.
    """
    from workbench.exchange.labels import DEFAULT_SPEAKERS
    from workbench.exchange.parted import read_parted

    speakers = tools.speakers or DEFAULT_SPEAKERS
    project = project_name(tools, request.project) if request.project is not None else None
    report = ImportReport()
    batch = tools.pen.entropy(8).hex()
    with started("workbench.desk.imports") if len(request.data) > LONG else nullcontext() as beside:
        pages = read_parted(
            request.data, request.file_name, speakers=speakers, project=project, most=RUN
        )
        total = sum(len(page.heads) for page in pages)
        with tools.db.write("import", dry_run=True) if request.dry_run else nullcontext():
            for page in pages:
                _Import(tools, request, page, batch, report, progress, total, beside).run()
    return report


@dataclass(slots=True)
class _Job:
    page_case: PageCase
    case: CaseImport
    steps: Iterator[None]


class _Import:
    """The import of one page."""

    def __init__(
        self,
        tools: Tools,
        request: Request,
        page: PartedPage,
        batch: str,
        report: ImportReport,
        progress: Progress | None,
        total: int,
        beside: Beside | None,
    ) -> None:
        self._beside = beside
        self._tools = tools
        self._request = request
        self._page = page
        self._batch = batch
        self._report = report
        self._progress = progress
        self._total = total
        self._name = _printable(page.name) or _printable(request.page)
        self._uid = names.page_id(self._name)
        self._ids = known_ids(tools, self._uid, page.heads, self._problem)
        self._cases = PageCases(page, self._ids, beside, self._heard, AT_ONCE)
        self._left: list[str] = []

    def run(self) -> None:
        report, page = self._report, self._page
        report.page = report.page or self._name
        before = self._decisions()
        report.moved_from += self._other_pages()
        page_id = self._keep_page()
        mark = PageMark(
            page_id, self._uid, self._name, page.newest, page.saved_at, key_fold(self._name or "")
        )
        self._import_cases(mark)
        self._cases.read_all()
        report.refused += self._cases.refused + self._left
        report.unread_lines += [
            {"line": line.number, "text": line.text} for line in self._cases.unread_lines
        ]
        reached("import:before-complete")
        with self._tools.db.write("import-page"):
            self._tools.db.run("UPDATE page SET complete = 1 WHERE id = ?", mark.id)
        self._report_questions()
        self._report_gone_cases(mark)
        report.decisions += len(self._decisions() - before)

    def _other_pages(self) -> list[str]:
        """Return the pages on which cases stand that a page named by its file alone takes over."""
        file = self._request.file_name
        if file is None or self._page.name != PurePath(file).stem:
            return []
        if self._tools.db.value("SELECT 1 FROM page WHERE uid = ?", self._uid) is not None:
            return []
        ids = self._ids[:_MOST_ASKED]
        rows = self._tools.db.rows(
            "SELECT DISTINCT p.name FROM cases c JOIN page_case s ON s.case_id = c.id"
            " JOIN page p ON p.id = s.page_id WHERE p.name IS NOT NULL"
            f" AND c.uid IN ({', '.join('?' * len(ids))}) ORDER BY p.name",
            *ids,
        )
        return [row["name"] for row in rows]

    def _problem(self, place: int) -> str:
        return PageCases(self._page)[place].problem

    def _import_cases(self, mark: PageMark) -> None:
        """Write the cases; give the lock away when it was held for long enough."""
        cases = self._cases
        save = Save(mark.folded, mark.newest, older=False)
        place = 0
        job: _Job | None = None
        # The transaction that completes the page flushes what these write.
        with nullcontext() if self._request.dry_run else self._tools.db.bulk():
            whole = WholeCases(self._tools, save, self._batch, cases, self._beside)
            while place < len(cases):
                made = whole.made() if job is None and whole.begins(place) else {}
                with self._tools.act("import-case", batch=self._batch, bulk=True) as act:
                    if made and not self._heard(list(made)):
                        self._put(act, mark, made)
                        place += len(made)
                    else:
                        place, job = self._step(act, mark, whole, place, job)
                cases.let_go(place)
                self._tools.db.give_way()
                if self._progress is not None:
                    self._progress(place, self._total)

    def _put(self, act: Act, mark: PageMark, made: Mapping[str, Made]) -> None:
        """Write new cases that were made whole."""
        report = self._report
        subjects = act.put_whole(made)
        places = [(subjects[uid], mark.id, *case.place) for uid, case in made.items()]
        self._tools.db.connection.executemany(INSERT_PLACE, places)
        report.added += len(made)
        entries = sum(len(case.entries) for case in made.values())
        report.entries += entries
        report.entries_added += entries

    def _heard(self, ids: Sequence[str]) -> set[str]:
        """Return those of these cases of which there is anything here."""
        rows = self._tools.db.rows_in("SELECT uid FROM subject WHERE uid IN ({})", ids)
        return {uid for (uid,) in rows}

    def _step(
        self, act: Act, mark: PageMark, whole: WholeCases, place: int, job: _Job | None
    ) -> tuple[int, _Job | None]:
        """Write other cases step by step for a while; return where that ends, and in which one."""
        began = self._tools.clock()
        while place < len(self._ids) and 0 <= self._tools.clock() - began < BUDGET_MS:
            job = job or self._job(mark, place)
            job.case.act = act
            if next(job.steps, DONE) is not DONE:
                continue
            self._count(job)
            job = None
            place += 1
            if whole.begins(place):
                break
        return place, job

    def _job(self, mark: PageMark, place: int) -> _Job:
        uid, page_case = self._ids[place], self._cases[place]
        case = CaseImport(self._tools, mark, uid, page_case)
        return _Job(page_case, case, case.steps())

    def _count(self, job: _Job) -> None:
        report, done = self._report, job.case
        report.entries += len(job.page_case.entries)
        report.entries_added += done.entries_added
        if done.is_new:
            report.added += 1
        elif done.wrote:
            report.changed += 1
        else:
            report.unchanged += 1
        report.gone += done.gone
        if done.read_only:
            self._left.append(
                said(
                    "{key} was left as it was: a newer version of Workbench wrote what this one"
                    " can't read.",
                    key=job.page_case.key,
                )
            )

    def _report_questions(self) -> None:
        """Report what only a person can answer; a later case of the page may change a key."""
        tools, doubts = self._tools, self._cases.questions
        asking = "SELECT uid, id FROM cases WHERE uid IN ({}) AND questions <> '[]'"
        doubtful = "SELECT uid, id FROM cases WHERE uid IN ({})"
        found: dict[str, int] = dict(map(tuple, tools.db.rows_in(asking, self._ids)))
        doubtful_ids = [self._ids[place] for place in doubts]
        found |= dict(map(tuple, tools.db.rows_in(doubtful, doubtful_ids)))
        known = [(place, found[uid]) for place, uid in enumerate(self._ids) if uid in found]
        rows = tools.reader.summaries(
            [subject for _, subject in known],
            reader=tools.author,
            today=tools.today(),
            hidden=True,
            brief=True,
        )
        for row, (place, _) in zip(rows, known, strict=True):
            asked = [(question.field, question.text) for question in row.questions]
            self._report.questions += [
                {"case": row.key, "field": name, "text": text}
                for name, text in (*asked, *doubts.get(place, ()))
            ]

    def _decisions(self) -> set[str]:
        rows = self._tools.db.rows(
            "SELECT d.id, c.uid FROM decision d JOIN cases c ON c.id = d.case_id"
        )
        cases = set(self._ids) if rows else ()
        return {id_ for id_, uid in rows if uid in cases}

    # --- the page itself ----------------------------------------------------------------------

    def _keep_page(self) -> int:
        """Keep the bytes and the source as they came, but for redacted lines; once each."""
        tools = self._tools
        found = sha256(self._request.data)
        found.update(b"\0" + (self._name or "").encode())
        digest = found.hexdigest()
        known = self._known_page(digest)
        if known is None:
            with tools.act("import-page", batch=self._batch) as act:
                known = self._known_page(digest)
                if known is None:
                    return self._write_page(act, digest)
        else:
            sharedpages.tell_again(tools, known, self._request.project)
        self._batch = self._stopped_batch(known) or self._batch
        return known

    def _write_page(self, act: Act, digest: str) -> int:
        page, tools = self._page, self._tools
        source, whole = without_redacted(tools, page, self._ids, page.source)
        cursor = tools.db.run(
            "INSERT INTO page (uid, name, shape, sha256, major, minor, saved_by, saved_at,"
            " imported_at, complete) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
            self._uid,
            self._name,
            page.shape,
            digest,
            *(page.newest or (None, None)),
            _printable(page.saved_by),
            page.saved_at,
            tools.clock(),
        )
        number = int(cursor.lastrowid or 0)
        pagetexts.put(tools.db, number, source, self._request.data if whole else None)
        about = sharedpages.about(tools, number, self._request.project)
        act.write("page", self._uid, **about)
        if pagetexts.size(tools.db, number) > LIMIT:
            self._report.too_large.append(self._name or "")
        return number

    def _known_page(self, digest: str) -> int | None:
        found: int | None = self._tools.db.value(
            "SELECT id FROM page WHERE uid = ? AND sha256 = ?", self._uid, digest
        )
        return found

    def _stopped_batch(self, page_id: int) -> str | None:
        """Return the act that began to import this save and was stopped: going on is part of it."""
        tools = self._tools
        complete = tools.db.value("SELECT complete FROM page WHERE id = ?", page_id)
        subject = tools.db.value("SELECT id FROM subject WHERE uid = ?", self._uid)
        if complete or subject is None:
            return None
        digest = pagetexts.digest(tools.db, page_id)
        for stored in reversed(tools.log.of(subject)):
            if stored.mine and stored.change.body["sha256"] == digest:
                batch = stored.change.batch
                undone = tools.db.value("SELECT 1 FROM op WHERE undoes = ?", batch)
                return None if undone is not None else batch
        return None

    def _report_gone_cases(self, mark: PageMark) -> None:
        """Report cases in sight that stood on an earlier save of this page and are on it no more.

        A save that breaks off can't tell, nor an older one, nor one of a page without a name:
        there is no telling that it is the same page.
        """
        if self._name is None or self._cases.refused or mark.is_older(self._tools):
            return
        rows = self._tools.db.rows(
            "SELECT c.uid, c.key, c.title FROM page_case s JOIN page p ON p.id = s.page_id"
            " JOIN cases c ON c.id = s.case_id WHERE p.uid = ? AND s.page_id <> ? AND NOT c.hidden"
            " ORDER BY c.number DESC",
            self._uid,
            mark.id,
        )
        on_page = set(self._ids) if rows else ()
        self._report.gone += [
            {"case": row["key"], "entry": None, "text": row["title"]}
            for row in rows
            if row["uid"] not in on_page
        ]


def _printable(name: str | None) -> str | None:
    """Return a name without what no file can hold: a damaged title, a file name in no encoding."""
    whole = (name or "").encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in whole).split()) or None
