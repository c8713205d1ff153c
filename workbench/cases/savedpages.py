"""The sources of imported pages that copies share: which save of a page counts, and what is out.

"A page's source is a content like a file's: the change says its hash." A change names those that
it replaces (``p``), and with ``out`` the contents that hold words which were redacted since: these
are out for ever, whoever offers them again. What is left of a page are its saves; "which of several
is the newest does not depend on the order of arrival".
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from workbench.cases.change import Body, Change
from workbench.cases.record import Record

When = tuple[str | None, tuple[int, int] | None]
"""When a page was saved, and its newest revision, as far as a save tells."""
Place = tuple[int, str]
"""Where a save stands among those that tell neither time nor revision."""


class PageSave(Record):
    """A save of a page whose source is shared; ``size`` in bytes, ``names`` of its changes.

    ``raw``: the content is the file as it came, else its source in UTF-8. ``project`` is for
    headings that name none.
    """

    page: str
    name: str
    sha256: str
    size: int
    author: str
    shape: str
    raw: bool
    revision: tuple[int, int] | None
    saved_at: str | None
    saved_by: str | None
    project: str | None
    names: tuple[str, ...]
    place: Place

    @property
    def when(self) -> When:
        """When it was saved, as far as it tells."""
        return (self.saved_at, self.revision)


class SavedPages:
    """What changes of pages come to: a pure function of their set."""

    def __init__(self, changes: Iterable[Change]) -> None:
        """Take the changes of some pages, whole: ``out`` are the contents that are out."""
        self._changes = {change.name: change for change in changes if is_shared(change)}
        every = self._changes.values()
        self.out = frozenset(sha for c in every for sha in c.body.get("out", ()))
        self._replaced = frozenset(name for c in every for name in c.p)

    @cached_property
    def saves(self) -> dict[str, list[PageSave]]:
        """The saves that nothing has replaced, by page, in an order that is the same everywhere."""
        found: dict[tuple[str, str], PageSave] = {}
        for change in sorted(self._changes.values(), key=lambda change: change.order):
            sha256 = change.body["sha256"]
            if change.name in self._replaced or sha256 in self.out or "size" not in change.body:
                continue
            known = found.get((change.case, sha256))
            save = self._save(change) if known is None else known
            names = (*(known.names if known else ()), change.name)
            place = min(save.place, self._place(change))
            found[change.case, sha256] = save._replace(names=names, place=place)
        pages: dict[str, list[PageSave]] = {}
        for save in sorted(found.values(), key=lambda save: save.place):
            pages.setdefault(save.page, []).append(save)
        return pages

    def newest(self, page: str) -> PageSave | None:
        """Return the newest save of a page; None where there is none."""
        best: PageSave | None = None
        for save in self.saves.get(page, ()):
            if best is None or not is_before(save.when, best.when):
                best = save
        return best

    def contents(self, page: str | None = None) -> frozenset[str]:
        """Return every content that was ever shared, of one page or of all."""
        return frozenset(
            change.body["sha256"]
            for change in self._changes.values()
            if "size" in change.body and page in (None, change.case)
        )

    def is_outdated(self, page: str, when: When) -> bool:
        """True where a newer save of a page was shared, also one that others replaced since."""
        return any(
            is_before(when, _when(change.body))
            for change in self._changes.values()
            if change.case == page and "size" in change.body
        )

    def told(self, page: str) -> frozenset[str]:
        """Return every content of a page that was ever told of: shared, or what redactions left of
        one that was, a save that newer ones had replaced too."""
        return frozenset(c.body["sha256"] for c in self._changes.values() if c.case == page)

    def size(self, sha256: str) -> int:
        """Return how many bytes a shared content has; 0 where nobody said."""
        sizes = (
            c.body.get("size", 0) for c in self._changes.values() if c.body["sha256"] == sha256
        )
        return max(sizes, default=0)

    @property
    def left(self) -> frozenset[str]:
        """The contents that nothing bears any more: newer saves replaced them, or they are out."""
        held = {save.sha256 for saves in self.saves.values() for save in saves}
        return (self.contents() | self.out) - held

    def behind(self, sha256: str) -> frozenset[str]:
        """Return the contents out of which words were taken, to come to this one in the end."""
        found: set[str] = set()
        wanted = {sha256}
        while wanted:
            taken = {
                sha
                for change in self._changes.values()
                if change.body["sha256"] in wanted
                for sha in change.body.get("out", ())
            }
            wanted = taken - found - {sha256}
            found |= wanted
        return frozenset(found)

    def _place(self, change: Change) -> Place:
        """Return where a change stands: one that took words out of a save stands where that did."""
        seen: set[str] = set()
        ways, found = [change], change.order
        while ways:
            one = ways.pop()
            found = min(found, one.order)
            for name in one.p if "out" in one.body else ():
                if name in self._changes and name not in seen:
                    seen.add(name)
                    ways.append(self._changes[name])
        return found

    def _save(self, change: Change) -> PageSave:
        body = change.body
        saved_at, revision = _when(body)
        return PageSave(
            page=change.case,
            name=body["name"],
            sha256=body["sha256"],
            size=body["size"],
            author=change.author,
            shape=body.get("shape", "plain"),
            raw=bool(body.get("raw")),
            revision=revision,
            saved_at=saved_at,
            saved_by=body.get("by"),
            project=body.get("project"),
            names=(),
            place=self._place(change),
        )


def is_shared(change: Change) -> bool:
    """True for a change that tells of a content; copies of old told of none."""
    return change.kind == "page" and bool(change.body.keys() & {"size", "out"})


def _when(body: Body) -> When:
    rev = body.get("rev", ())
    return (body.get("at"), (rev[1], rev[2]) if len(rev) == 3 else None)


def is_before(one: When, other: When) -> bool:
    """True for a save that is older than another: by its time, else by its revision."""
    if one[0] and other[0] and one[0] != other[0]:
        return one[0] < other[0]
    if one[1] is None or other[1] is None:
        return False
    return one[1] < other[1]
