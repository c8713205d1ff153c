"""Cases as rows of the list. Reads pages of summaries from the desk; knows no widget's look."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from widgets.case_rows import CaseRow
from workbench.language import side_mark, side_word
from workbench.tui.moments import activity, age
from workbench.tui.words import side_key

if TYPE_CHECKING:
    from workbench.cases.model import Summary
    from workbench.desk import Desk


def case_row(summary: Summary, now: int, context: str = "") -> CaseRow:
    """Return the line that the list shows for a case; ``context`` holds what was looked for."""
    return CaseRow(
        id=summary.id,
        key=summary.key,
        short_key=summary.short_key,
        status=summary.status,
        title=summary.title or picture_name(summary),
        engineers=" ".join(summary.people),
        activity=activity(summary.updated_at, now),
        age=age(summary.opened_on, summary.created_at, now),
        unread=summary.unread,
        entries=summary.entry_count,
        awake=summary.awake,
        decisions=summary.decisions,
        questions=len(summary.questions),
        draft=bool(summary.drafts),
        hidden=summary.hidden,
        context=context,
        waiting=side_word(summary.waiting_for) if summary.waiting_for else "",
        waiting_mark=side_mark(summary.waiting_for) if summary.waiting_for else "",
        side=side_key(summary.waiting_for),
        opened=(summary.opened_on or "")[:10],
        tags=" ".join(summary.tags),
        pictures=len(summary.images),
        files=len(summary.attachments),
    )


def picture_name(summary: Summary) -> str:
    """Return what stands for the title of a case whose problem is only pictures or files."""
    names = [
        *(image.file for image in summary.images),
        *(file.file for file in summary.attachments),
    ]
    return f"▪ {names[0]}" if names else ""


FEW_CASES = 5_000
"""So many cases are looked up within a frame, and held by number; of more a thread looks them up,
or only pages of the list are held."""
MOST_KEPT = 2_000
"""How many rows are kept, besides those that the list itself keeps to paint them."""


class Order(Protocol):
    """Which cases a list shows, by position. ``cases``: their numbers, where all are read."""

    cases: Sequence[int]

    def __len__(self) -> int:
        """Return how many there are."""

    def ids(self, start: int, stop: int) -> Sequence[str]:
        """Return the cases from one position up to another, which may be beyond the end."""

    def index(self, id: str) -> int | None:
        """Return where a case stands, or None."""

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Return those of some cases that are listed, in order."""

    def all(self) -> Iterable[str]:
        """Return every case."""

    def catch_up(self, written: Collection[str] | None = None) -> bool:
        """Take over what the file has now; return False where it has to be looked up anew.

        Args:
            written: The only cases that may have changed; None where any may have.
        """


class Listed:
    """A few cases, all in memory."""

    def __init__(self, ids: Sequence[str] = (), cases: Sequence[int] = ()) -> None:
        """List cases in this order, by their ids and by their numbers."""
        self._ids = ids
        self.cases = cases
        self._places: dict[str, int] | None = None

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._ids)

    def ids(self, start: int, stop: int) -> Sequence[str]:
        """Return the cases from one position up to another."""
        return self._ids[start:stop]

    def index(self, id: str) -> int | None:
        """Return where a case stands, or None."""
        if self._places is None:
            self._places = {name: place for place, name in enumerate(self._ids)}
        return self._places.get(id)

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Return those of some cases that are listed, in order."""
        wanted = set(ids)
        return [id for id in self._ids if id in wanted]

    def all(self) -> Iterable[str]:
        """Return every case."""
        return self._ids

    def catch_up(self, written: Collection[str] | None = None) -> bool:
        """Return False: it is what was found once."""
        return False


class Rows:
    """The rows of a list of cases, read by the page and kept."""

    def __init__(
        self,
        desk: Desk,
        order: Order,
        clock: Callable[[], int],
        before: Rows | None = None,
        query: str = "",
        columns: Collection[str] = (),
    ) -> None:
        """Stand for the cases of ``order``.

        Args:
            desk: Where they are read.
            order: The cases.
            clock: Gives the time in milliseconds.
            before: Rows of which all that were read still hold.
            query: What found them: a row whose title does not hold its words shows what does.
            columns: What is shown besides what every list shows.
        """
        self._columns = columns
        self._query = query
        self._desk = desk
        self._clock = clock
        self._order = order
        self._kept: dict[str, CaseRow] = dict(before._kept) if before else {}
        self.seen: dict[str, tuple[str, ...]] = dict(before.seen) if before else {}
        """By case, the status versions that its row shows."""

    def forget(self, case_id: str) -> None:
        """Read a case again when its row is asked for."""
        self._kept.pop(case_id, None)

    def __len__(self) -> int:
        """Return how many cases there are."""
        return len(self._order)

    def rows(self, start: int, stop: int) -> Sequence[CaseRow]:
        """Return the rows from ``start`` up to ``stop``, which may be beyond the end."""
        asked = self._order.ids(start, stop)
        missing = [case_id for case_id in asked if case_id not in self._kept]
        if missing:
            if len(self._kept) + len(missing) > MOST_KEPT:
                self._kept.clear()
                self.seen.clear()
                missing = list(asked)
            self._read(missing)
        return [self._kept[case_id] for case_id in asked if case_id in self._kept]

    def _read(self, case_ids: Sequence[str]) -> None:
        now = self._clock()
        contexts = self._desk.contexts(case_ids, self._query) if self._query else {}
        for summary in summaries(self._desk, case_ids, self._columns):
            self.seen[summary.id] = summary.status_seen
            self._kept[summary.id] = case_row(summary, now, contexts.get(summary.id, ""))

    def index(self, id: str) -> int | None:
        """Return where a case stands, or None."""
        return self._order.index(id)


COUNTED = frozenset({"pictures", "files"})
"""Columns of what entries hold."""


def summaries(
    desk: Desk, case_ids: Sequence[str], columns: Collection[str] = ()
) -> Iterator[Summary]:
    """Yield what rows show of these cases, in this order.

    What entries hold is read only where a picture of theirs stands for the title, or where a column
    counts it.
    """
    brief = COUNTED.isdisjoint(columns)
    for summary in desk.summaries(case_ids, brief=brief):
        yield summary if summary.title or not brief else desk.summaries([summary.id])[0]
