"""An imported page written out again, with what changed here in its cases.

"The rest stays byte for byte as it was": of a page that was kept as its source, the line ends and
the encoding too.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from workbench.cases import fold, names
from workbench.cases.change import Change
from workbench.cases.errors import NotFound, WorkbenchError
from workbench.cases.fold import CaseState
from workbench.cases.model import Case
from workbench.cases.record import Record
from workbench.cases.said import said
from workbench.cases.savedpages import is_before
from workbench.cases.text import key_fold
from workbench.desk import reading, sharedpages
from workbench.desk.pageentries import PageEntries, known_ids, last_save
from workbench.desk.takenback import TakenBack
from workbench.desk.tools import Tools
from workbench.exchange.labels import DEFAULT_SPEAKERS
from workbench.exchange.page import Page
from workbench.exchange.patch import Line, OnPage, patch
from workbench.exchange.reader import read_pages

_LOSSY = frozenset({"avatar", "no image", "no authors"})
"""Shapes that lose spaces: such a page may be read, but should not be put back unseen."""
_BOMS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
_SAVE = (
    "SELECT p.*, t.raw, CAST(t.source AS TEXT) AS source FROM page p JOIN page_text t"
    " ON t.page_id = p.id WHERE p.id = ?"
)
_PIECE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|$)")


class WrittenPage(Record):
    """A page to be put back: its bytes, how many cases changed on it and how many are new.

    ``undecided`` counts decisions that wait: what they are about stands as it did on the page.
    ``is_exact``: it was imported as its source, so nothing of it was lost on the way here.
    ``away`` says why a newer save, which somebody else imported, is not here.
    """

    name: str
    data: bytes
    encoding: str
    changed: int
    added: int
    undecided: int
    is_exact: bool
    away: WorkbenchError | None = None


def write_page(tools: Tools, name: str, query: str = "") -> WrittenPage:
    """Write the newest save of a page with what changed since.

    Args:
        query: replace only the cases that it finds, and put those that stand on no page below the
            page's beginning; "" for all of the page, and no new ones.

    Raises:
        NotFound: no page of this name was imported.
        WorkbenchError: somebody else imported it, and it can't be had now.
    """
    speakers = tools.speakers or DEFAULT_SPEAKERS
    row, away = _newest(tools, name)
    with tools.db.read():
        save: Any = tools.db.row(_SAVE, row)
        wanted = None
        if query.strip():
            found = tools.search.cases(query, sort="-number", asker=tools.asker)
            rows = tools.db.rows_in("SELECT id, uid FROM cases WHERE id IN ({})", list(found))
            wanted = [row["uid"] for row in rows]
        page = _page(tools, save, speakers)
        ids = known_ids(tools, save["uid"], page.cases, lambda nth: page.cases[nth].problem)
        beside = {
            nth: on_page
            for nth, uid in enumerate(ids)
            if wanted is None or uid in wanted
            if (on_page := _beside(tools, save, page, nth, uid)) is not None
        }
        new = [] if wanted is None else list(_new(tools, wanted))
    lines, changed = patch(page, beside, new, speakers)
    data, encoding = _bytes(save, lines)
    return WrittenPage(
        save["name"] or name,
        data,
        encoding,
        changed,
        len(new),
        sum(len(on_page.undecided) for on_page in beside.values()),
        save["shape"] not in _LOSSY,
        away,
    )


def source_of(tools: Tools, case_id: str) -> str:
    """Return a case's source as it was imported, from its heading to the next one.

    Raises:
        WorkbenchError: no page has it.
    """
    row = tools.db.row(
        "SELECT coalesce(CAST(t.source AS TEXT), '') AS source, s.first_line, s.last_line"
        " FROM page_case s LEFT JOIN page_text t USING (page_id) WHERE s.case_id = ?",
        tools.subject(case_id),
    )
    if row is None:
        raise WorkbenchError(
            said("{key} came from no page, so it has no source", key=tools.reader.key(case_id)),
            said("workbench export --format xwiki writes it as one."),
        )
    return "\n".join(row["source"].split("\n")[row["first_line"] - 1 : row["last_line"]])


def _save_of(tools: Tools, page: str) -> int | None:
    """Return the row of the newest save of a page here: by its time, else by its revision."""
    rows = tools.db.rows("SELECT * FROM page WHERE uid = ? ORDER BY id", page)
    best = None
    for row in rows:
        if best is None or not is_before(sharedpages.when(row), sharedpages.when(best)):
            best = row
    return None if best is None else int(best["id"])


def _newest(tools: Tools, name: str) -> tuple[int, WorkbenchError | None]:
    """Return the row of the newest save of a page, and why a newer one of others is not here.

    Raises:
        NotFound: nobody imported such a page.
        WorkbenchError: others did, and it can't be had now.
    """
    page = names.page_id(name)
    row, away = sharedpages.newest_held(tools, page)
    row = row or _save_of(tools, page)
    if row is not None:
        return row, away
    if away is not None:
        raise away
    known = tools.db.rows("SELECT DISTINCT name FROM page WHERE name IS NOT NULL ORDER BY id")
    others = sharedpages.shared(tools).saves.values()
    found = [*(row["name"] for row in known), *(saves[-1].name for saves in others)]
    listed = ", ".join(list(dict.fromkeys(filter(None, found)))[:10])
    raise NotFound(
        said('no page "{name}" was imported', name=name),
        said("There are: {pages}.", pages=listed) if listed else said("Import one first."),
    )


def _page(tools: Tools, save: Any, speakers: Sequence[str]) -> Page:
    """Return a kept page, read again; its headings may name no project."""
    project = tools.db.value(
        "SELECT c.project FROM page_case s JOIN page p ON p.id = s.page_id"
        " JOIN cases c ON c.id = s.case_id WHERE p.uid = ? ORDER BY s.page_id DESC LIMIT 1",
        save["uid"],
    )
    # Kept without the end of its last line, which may be a blank one.
    source = f"{save['source']}\n".encode(errors="surrogatepass")
    (page,) = read_pages(source, None, speakers=speakers, project=project)
    return page


def _beside(tools: Tools, save: Any, page: Page, nth: int, uid: str) -> OnPage | None:
    """Return a case of the page beside what it is here; None for one that is not to be changed."""
    subject = tools.db.value("SELECT id FROM cases WHERE uid = ? AND NOT hidden", uid)
    page_case = page.cases[nth]
    if subject is None or not page_case.whole:
        return None
    changes = [item.change for item in tools.log.of(subject)]
    state = fold.fold_case(changes)
    key = key_fold(save["name"] or "") or "-"
    entries = PageEntries(last_save(tools, save["uid"], uid), key, uid, state, changes)
    entries.read(page_case, None)
    undone = frozenset(_undone(state, changes))
    return OnPage(
        page_case,
        reading.case(tools, uid, hidden=False),
        entries.here(),
        frozenset(entry.id for entry in state.entries if entry.hidden) - undone,
        frozenset(
            entry or field
            for field, entry in tools.db.rows(
                "SELECT field, entry FROM decision WHERE case_id = ?", subject
            )
        ),
        frozenset(entry.id for entry in entries.gone() if not entry.redacted),
        undone,
    )


def _undone(state: CaseState, changes: Sequence[Change]) -> Iterator[str]:
    """Yield the fields, and the ids of the entries, of which an undo took an import back.

    The page says it as it did: colleagues wrote it there.
    """
    taken_back = TakenBack(changes)
    for entry in state.entries:
        words = [entry.registers[field].shown for field in ("text", "speaker")]
        if entry.hidden:
            if taken_back.are_imports(entry.hides):
                yield entry.id
        elif any(version and taken_back.is_import(version.batch) for version in words):
            yield entry.id
    for field in ("problem", "status"):
        shown = state.fields[field].shown
        if shown is not None and taken_back.is_import(shown.batch):
            yield field
    names = [c for c in changes if c.kind in ("add", "rem") and c.body["f"] == "engineers"]
    if names and taken_back.is_import(max(names, key=lambda change: change.order).batch):
        yield "engineers"


def _new(tools: Tools, wanted: Sequence[str]) -> Iterator[Case]:
    """Yield those of these cases that have a number and stand on no page."""
    for uid in wanted:
        case = reading.case(tools, uid, hidden=False)
        if case.summary.number is not None and case.summary.source is None:
            yield case


def _bytes(save: Any, lines: Sequence[Line]) -> tuple[bytes, str]:
    """Return the page's bytes; as it came, where it came as its source."""
    pieces = _pieces(save) if save["shape"] == "plain" and save["raw"] is not None else None
    if pieces is None:
        return "".join(f"{line.text}\n" for line in lines).encode(errors="replace"), "utf-8"
    encoding, mark, known = pieces
    counted = Counter(end for _, end in known if end)
    usual = counted.most_common(1)[0][0] if counted else "\n"
    parts: list[str] = []
    for line in lines:
        if parts and parts[-1] == "":
            parts[-1] = usual  # what was the last line has another below it now
        text, end = known[line.origin] if line.origin is not None else (line.text, usual)
        parts += [text, end]
    if lines and lines[-1].origin is None:
        parts[-1] = known[-1][1]
    return mark + "".join(parts).encode(encoding, "surrogateescape"), encoding


def _pieces(save: Any) -> tuple[str, bytes, list[tuple[str, str]]] | None:
    """Return the encoding of a kept source, its mark, and its lines with their ends.

    None where the lines that are kept are not just these bytes: a redaction reached them, or they
    are damaged.
    """
    raw: bytes = save["raw"]
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        mark = _BOMS.get(encoding, b"")
        mark = mark if mark and raw.startswith(mark) else b""
        if encoding.startswith("utf-16") and not mark:
            continue
        try:
            text = raw[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            continue
        found = [(piece[1], piece[2]) for piece in _PIECE.finditer(text)]
        if found and found[-1] == ("", "") and len(found) > 1:
            found.pop()
        kept = save["source"].split("\n")
        if [piece for piece, _ in found] == kept:
            return encoding, mark, found
    return None
