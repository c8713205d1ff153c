"""The sources of imported pages, shared with other copies: told of, sent, and taken.

"What is shared of a page is what is kept of it here": there is no second place from which redacted
words could be sent. What comes from elsewhere is read, and loses what was redacted here, before it
is kept; then that is told, so that no copy and no store keeps it as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

from workbench.cases.errors import UnusablePage, WorkbenchError
from workbench.cases.files import LIMIT
from workbench.cases.said import said
from workbench.cases.savedpages import PageSave, SavedPages, When, is_before
from workbench.cases.slots import SHARED_PAGES
from workbench.cases.text import key_fold
from workbench.desk.tools import Tools
from workbench.local import pagetexts
from workbench.local.changelog import Stored
from workbench.local.stores import Store, Stores

if TYPE_CHECKING:
    from workbench.exchange.parted import PartedPage
    from workbench.local.act import Act

_ELSEWHERE = (
    "SELECT s.case_id FROM page_case s JOIN page p ON p.id = s.page_id"
    " WHERE s.case_id IN ({}) AND p.uid <> ?"
)
_LATER = "SELECT 1 FROM page p JOIN page o ON o.uid = p.uid AND o.id > p.id WHERE p.id = ? LIMIT 1"
_NEWEST = "SELECT max(id), uid, name FROM page WHERE complete GROUP BY uid ORDER BY uid"
_PROJECTS = (
    "SELECT DISTINCT c.project FROM page_case s JOIN cases c ON c.id = s.case_id"
    " WHERE s.page_id = ? ORDER BY c.project"
)
_LOOKED = "pages shared"
"""Under which ``meta`` holds that the pages of earlier versions were looked through."""
SHAPES = frozenset({"avatar", "no image", "no authors", "html", "plain", "xar", "xml"})


def shared(tools: Tools) -> SavedPages:
    """Return what is known of the sources of pages that copies share."""
    return SavedPages(item.change for item in _stored(tools))


def unsent(tools: Tools, store: Store) -> int:
    """Return how many pages wait to be sent to a store: their sources, or what is told of them."""
    told = Stores(tools.db).waiting_pages(store)
    return len(told | {save.page for save in _waiting(tools, store)})


def unsent_sources(tools: Tools, store: Store) -> int:
    """Return how many pages' sources wait to be sent to a store; what is told of them are changes,
    and counted as such."""
    return len(_waiting(tools, store))


def _waiting(tools: Tools, store: Store) -> list[PageSave]:
    """Return the saves that are here, as far as their sizes tell, and wait to be sent."""
    from workbench.local.blobs import Blobs
    from workbench.sync.pages import lacking

    keeper = PageKeeper(tools)
    lacked = lacking(keeper, Blobs(tools.db), store.id, keeper.known(), own_only=store.own_only)
    return [save for save in lacked if any(_rows_like(tools, save))]


def _stored(tools: Tools) -> list[Stored]:
    return tools.log.in_any([SHARED_PAGES])


def held(tools: Tools, save: PageSave) -> int | None:
    """Return the row of a save whose very content is here."""
    rows = _rows_like(tools, save)
    return next((row for row in rows if pagetexts.digest(tools.db, row) == save.sha256), None)


def _rows_like(tools: Tools, save: PageSave) -> Iterator[int]:
    """Yield the rows of the page's saves that are as long as this one, the newest first."""
    rows = tools.db.rows("SELECT id FROM page WHERE uid = ? ORDER BY id DESC", save.page)
    return (row for (row,) in rows if pagetexts.size(tools.db, row) == save.size)


# --- telling --------------------------------------------------------------------------------------


def about(tools: Tools, row: int, project: str | None, *, back: bool = False) -> dict[str, Any]:
    """Return what the change says of a save that was kept just now, and what it replaces.

    A save that is older than one that is known, or that others shared already, is told without
    being shared; one that is too large is left out too.

    Args:
        back: it counts again, though it is known.
    """
    page = _row(tools, row)
    digest, size = pagetexts.digest(tools.db, row), pagetexts.size(tools.db, row)
    told = {"name": page["name"] or "", "sha256": digest}
    known = shared(tools)
    left = known.out if back else known.contents(page["uid"]) | known.out
    if size > LIMIT or digest in left:
        return told
    others = known.saves.get(page["uid"], [])
    if known.is_outdated(page["uid"], when(page)):
        return told
    p = [name for other in others if other.sha256 != digest for name in other.names]
    return {**told, **_of_row(tools, page, size, project), "p": p}


def tell_again(tools: Tools, row: int, project: str | None) -> None:
    """Share a save that was imported before and never shared, where no other came after it.

    And plain source, which tells no time, where a save counts that was imported here in between:
    the page went back to what it was.
    """
    page, known = _row(tools, row), shared(tools)
    newest = known.newest(page["uid"])
    own = PageKeeper(tools).own()
    back = (
        when(page) == (None, None)
        and newest is not None
        and newest.sha256 != pagetexts.digest(tools.db, row)
        and not own.isdisjoint(newest.names)
    )
    if not back and tools.db.value(_LATER, row) is not None:
        return
    with tools.act("import-share") as act:
        found = about(tools, row, project, back=back)
        if "size" in found:
            act.write("page", page["uid"], **found)


def tell_former(tools: Tools) -> list[str]:
    """Share, once, what was imported by a version that shared no pages.

    "Which save is the newest is known only where nobody else imported the page": plain pages tell
    no time. Where others did, or a heading's project is not known any more, a person imports the
    newest save again.

    Returns:
        Sentences about those.
    """
    if tools.db.value("SELECT 1 FROM meta WHERE name = ?", _LOOKED):
        return []
    notes: list[str] = []
    known = shared(tools)
    for row, uid, name in tools.db.rows(_NEWEST):
        if known.contents(uid) or pagetexts.size(tools.db, row) > LIMIT:
            continue
        projects = _projects(tools, row)
        told = tools.log.of(tools.log.subject(uid))
        if len(projects) == 1 and all(item.mine for item in told):
            tell_again(tools, row, projects[0])
        else:
            notes.append(
                said(
                    "the page {page} was imported by a version that shared no pages; import its"
                    " newest save once more, and every copy can write it back",
                    page=name or "?",
                )
            )
    with tools.db.write("pages"):
        tools.db.run("INSERT INTO meta VALUES (?, '')", _LOOKED)
    return notes


def _projects(tools: Tools, row: int) -> list[str | None]:
    """Return with which projects, for headings that name none, a kept save reads as most cases."""
    from workbench.desk.wholecases import RUN
    from workbench.exchange.labels import DEFAULT_SPEAKERS
    from workbench.exchange.parted import read_parted

    data = b"".join(pagetexts.content(tools.db, row))
    found: dict[str | None, int] = {}
    for project in (None, *(project for (project,) in tools.db.rows(_PROJECTS, row))):
        try:
            pages = read_parted(
                data, None, speakers=tools.speakers or DEFAULT_SPEAKERS, project=project, most=RUN
            )
        except UnusablePage:
            continue
        found[project] = sum(len(page.heads) for page in pages)
    most = max(found.values(), default=0)
    return [None] if most and found.get(None) == most else [p for p in found if found[p] == most]


def tell_redacted(tools: Tools, act: Act) -> None:
    """Tell other copies of the saves out of which words were taken; they forget what those were."""
    former = pagetexts.former(tools.db)
    if not former:
        return
    for row, was in former.items():
        known = shared(tools)
        page = _row(tools, row)
        told = known.told(page["uid"])
        digest = pagetexts.digest(tools.db, row)
        if was not in told or was == digest or (was in known.out and digest in told):
            pagetexts.forget_former(tools.db, row)
        elif was not in known.out:
            replaced = [s for s in known.saves.get(page["uid"], ()) if s.sha256 == was]
            body: dict[str, Any] = {"name": page["name"] or "", "sha256": digest}
            if replaced:
                size = pagetexts.size(tools.db, row)
                body |= _of_row(tools, page, size, replaced[0].project)
            p = [name for save in replaced for name in save.names]
            act.write("page", page["uid"], p, out=[was], **body)
            pagetexts.forget_former(tools.db, row)
        # Else somebody told what it came to; their words are taken in its place when they are here.


def _row(tools: Tools, row: int) -> Any:
    return tools.db.row("SELECT * FROM page WHERE id = ?", row)


def when(page: Any) -> When:
    """Return when a save was made, of its row, as far as that tells."""
    revision = None if page["major"] is None else (page["major"], page["minor"])
    return (page["saved_at"] or None, revision)


def _of_row(tools: Tools, page: Any, size: int, project: str | None) -> dict[str, Any]:
    """Return what a change says of a save beyond its name and hash."""
    rev = None if page["major"] is None else [page["name"] or "", page["major"], page["minor"]]
    return {
        "size": size,
        "rev": rev,
        "shape": page["shape"],
        "raw": 1 if pagetexts.is_raw(tools.db, page["id"]) else None,
        "at": page["saved_at"],
        "by": page["saved_by"],
        "project": project,
    }


# --- what an exchange needs -----------------------------------------------------------------------


class PageKeeper:
    """The saves of pages that are here, for an exchange with a store."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def tell(self) -> list[str]:
        """Tell of the words that redactions of others took out here, and share what earlier
        versions imported; return sentences for the person."""
        if pagetexts.former(self._tools.db):
            with self._tools.act("page-redacted") as act:
                tell_redacted(self._tools, act)
        return tell_former(self._tools)

    def known(self) -> SavedPages:
        """Return what is known of the sources that copies share."""
        return shared(self._tools)

    def content(self, save: PageSave) -> Iterable[bytes] | None:
        """Return the bytes of a save; None where they are not here."""
        row = held(self._tools, save)
        return None if row is None else pagetexts.content(self._tools.db, row)

    def own(self) -> frozenset[str]:
        """Return the names of the changes of pages that were written here."""
        return frozenset(item.change.name for item in _stored(self._tools) if item.mine)

    def wanted(self, most: int) -> Iterator[PageSave]:
        """Yield the saves that are to be here and are not, of each page the newest.

        Where words were redacted those are wanted too that are large, or not the newest: whoever
        shared them may not have known of it.

        Args:
            most: a larger save waits until it is asked for.
        """
        tools, known = self._tools, self.known()
        redacted = tools.db.value("SELECT 1 FROM op WHERE bytes IS NULL LIMIT 1") is not None
        for page, saves in known.saves.items():
            newest = known.newest(page)
            for save in saves:
                small = save == newest and save.size <= most
                if (redacted or small) and save.size <= LIMIT and held(tools, save) is None:
                    yield save

    def take(self, save: PageSave, data: bytes) -> bool:
        """Keep a save that came from elsewhere; False where it is no page, or not what it should.

        Words that were redacted here are taken out before, and that is told.
        """
        return take(self._tools, save, data)


def newest_held(tools: Tools, page: str) -> tuple[int | None, WorkbenchError | None]:
    """Return the row of the newest save of a page that copies share, fetched where it is not here.

    None where none is shared, or one that was imported here alone is newer. The error says why a
    newer one could not be fetched.
    """
    save = shared(tools).newest(page)
    if save is None or _is_newer_here(tools, save):
        return None, None
    row = held(tools, save)
    if row is None:
        try:
            _fetch(tools, save)
        except WorkbenchError as error:
            return None, error
        newest = shared(tools).newest(page)
        row = None if newest is None else held(tools, newest)
    return row, None


def _is_newer_here(tools: Tools, save: PageSave) -> bool:
    """True where a save that was never shared is newer: an older version imported it."""
    known = shared(tools)
    told = known.told(save.page)
    for page in tools.db.rows("SELECT * FROM page WHERE uid = ?", save.page):
        later = page["imported_at"] > save.place[0] >> 16
        if page["id"] in pagetexts.former(tools.db) or known.is_outdated(save.page, when(page)):
            continue
        if pagetexts.digest(tools.db, page["id"]) in told:
            continue
        if is_before(save.when, when(page)) or later:
            return True
    return False


def _fetch(tools: Tools, save: PageSave) -> None:
    """Fetch a save from whatever store has it.

    Raises:
        Unreachable: a store that may have it can't be reached.
        WorkbenchError: no store has it.
    """
    from workbench.desk import sharing
    from workbench.local.blobs import Blobs
    from workbench.local.stores import Stores
    from workbench.sync.pages import PageExchange
    from workbench.sync.remote import NoStore, Unreachable

    away: WorkbenchError | None = None
    for store in Stores(tools.db).all():
        try:
            with sharing.connected(tools, store) as remote:
                pages = PageExchange(
                    PageKeeper(tools), Blobs(tools.db), store.id, remote, own_only=store.own_only
                )
                if pages.fetch(save):
                    return
        except (Unreachable, NoStore) as error:
            away = error
    if away is not None:
        raise Unreachable(
            said(
                "the page {page}, as {author} imported it, is not here, and {away}",
                page=save.name,
                author=save.author,
                away=away.args[0],
            ),
            said("Try again with the network."),
        )
    raise WorkbenchError(
        said(
            "the page {page} is not here, and in no store: {author}, who imported it, has not sent"
            " it yet",
            page=save.name,
            author=save.author,
        ),
        said("It comes with a sync after they have; or import the page here."),
    )


# --- taking ---------------------------------------------------------------------------------------


def take(tools: Tools, save: PageSave, data: bytes) -> bool:
    """Keep a save as ``PageKeeper.take`` does."""
    if len(data) != save.size or sha256(data).hexdigest() != save.sha256:
        return False
    page = _read(tools, save, data)
    if page is None:
        return False
    with tools.act("page-take") as act:
        tell_redacted(tools, act)
        known = shared(tools)
        if save.sha256 in known.out or held(tools, save) is not None:
            return True
        _keep(tools, act, known, save, data, page)
    return True


def _read(tools: Tools, save: PageSave, data: bytes) -> PartedPage | None:
    from workbench.desk.wholecases import RUN
    from workbench.exchange.labels import DEFAULT_SPEAKERS
    from workbench.exchange.parted import read_parted

    speakers = tools.speakers or DEFAULT_SPEAKERS
    try:
        pages = read_parted(data, None, speakers=speakers, project=save.project, most=RUN)
    except UnusablePage:
        return None
    usable = len(pages) == 1 and pages[0].shape == "plain" and save.shape in SHAPES
    return pages[0] if usable else None


def _keep(
    tools: Tools, act: Act, known: SavedPages, save: PageSave, data: bytes, page: PartedPage
) -> None:
    """Write a save, in the place of those that it came from by redactions."""
    from workbench.desk.keptpages import without_redacted
    from workbench.desk.pageentries import known_ids

    problems = _Problems(page)
    ids = known_ids(tools, save.page, page.heads, problems.of)
    source: bytes | memoryview = page.source if save.raw else data
    source, whole = without_redacted(tools, page, ids, source, elsewhere=True)
    raw = data if save.raw and whole else None
    rows = _rows_behind(tools, known, save)
    for row in rows:
        pagetexts.replace(tools.db, row, source, raw)
        pagetexts.forget_former(tools.db, row)
        tools.pen.note_erased()
    if not rows:
        rows = [_insert(tools, save, data)]
        pagetexts.put(tools.db, rows[0], source, raw)
    _keep_places(tools, rows[-1], save, page, ids)
    if not whole:
        pagetexts.note_former(tools.db, rows[-1], save.sha256)
        tell_redacted(tools, act)


class _Problems:
    """What a page says of its cases' problems; the part that was read last is kept."""

    def __init__(self, page: PartedPage) -> None:
        from workbench.desk.pageparts import PageCases

        self._cases = PageCases(page)

    def of(self, place: int) -> str:
        return self._cases[place].problem


def _rows_behind(tools: Tools, known: SavedPages, save: PageSave) -> list[int]:
    """Return the rows of saves out of which redactions made this one."""
    behind = known.behind(save.sha256)
    former = pagetexts.former(tools.db)
    return [
        int(row)
        for (row,) in tools.db.rows("SELECT id FROM page WHERE uid = ? ORDER BY id", save.page)
        if former.get(row) in behind or pagetexts.digest(tools.db, row) in behind
    ]


def _insert(tools: Tools, save: PageSave, data: bytes) -> int:
    """Write the row of a save: whoever imports the same file then has it already."""
    digest = sha256(data)
    digest.update(b"\0" + save.name.encode())
    cursor = tools.db.run(
        "INSERT INTO page (uid, name, shape, sha256, major, minor, saved_by, saved_at,"
        " imported_at, complete) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        save.page,
        save.name or None,
        save.shape,
        digest.hexdigest() if save.raw else save.sha256,
        *(save.revision or (None, None)),
        save.saved_by,
        save.saved_at,
        tools.clock(),
    )
    return int(cursor.lastrowid or 0)


def _keep_places(
    tools: Tools, row: int, save: PageSave, page: PartedPage, ids: Iterable[str]
) -> None:
    """Keep where on a save the cases stand that stood on none, or on an older one of this page."""
    from workbench.desk.pagecase import PageMark, keep_places
    from workbench.desk.pageentries import page_entries

    mark = PageMark(
        row, save.page, save.name or None, save.revision, save.saved_at, key_fold(save.name)
    )
    cases = chain.from_iterable(page.read(nth).cases for nth in range(len(page.parts)))
    ids = list(ids)
    numbers = dict(map(tuple, tools.db.rows_in("SELECT uid, id FROM cases WHERE uid IN ({})", ids)))
    elsewhere = {case for (case,) in tools.db.rows_in(_ELSEWHERE, numbers.values(), save.page)}
    keep_places(
        tools,
        mark,
        (
            (numbers[uid], case, _names(tools, uid, save.page, page_entries(uid, case)))
            for uid, case in zip(ids, cases, strict=True)
            if uid in numbers and numbers[uid] not in elsewhere
        ),
    )


def _names(tools: Tools, uid: str, page: str, entries: Iterable[Any]) -> list[str]:
    """Return the names of a case's entries on a save, with those that stood for them before."""
    from workbench.desk.pageentries import last_save

    before = last_save(tools, page, uid) or ()
    return list(dict.fromkeys([*(entry.name for entry in entries), *before]))
