"""Cases as rows of the list. Reads pages of summaries from the desk; knows no widget's look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from widgets.case_rows import CaseRow
from workbench.tui.moments import activity, age

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
        engineers=" ".join(summary.engineers) or summary.engineer_label or "",
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
    )


def picture_name(summary: Summary) -> str:
    """Return what stands for the title of a case whose problem is only pictures or files."""
    names = [
        *(image.file for image in summary.images),
        *(file.file for file in summary.attachments),
    ]
    return f"▪ {names[0]}" if names else ""


MOST_KEPT = 4_000


class Rows:
    """The rows of one answer of the desk, read by the page and kept."""

    def __init__(
        self,
        desk: Desk,
        ids: Sequence[str],
        clock: Callable[[], int],
        before: Rows | None = None,
        query: str = "",
    ) -> None:
        """Stand for the cases ``ids``, in this order.

        Args:
            desk: Where they are read.
            ids: The cases.
            clock: Gives the time in milliseconds.
            before: Rows of which all that were read still hold.
            query: What found them: a row whose title does not hold its words shows what does.
        """
        self._query = query
        self._desk = desk
        self._clock = clock
        self._places: dict[str, int] | None = None
        self._kept: dict[str, CaseRow] = dict(before._kept) if before else {}
        self.ids = ids
        self.seen: dict[str, tuple[str, ...]] = dict(before.seen) if before else {}
        """By case, the status versions that its row shows."""

    def forget(self, case_id: str) -> None:
        """Read a case again when its row is asked for."""
        self._kept.pop(case_id, None)

    def __len__(self) -> int:
        """Return how many cases there are."""
        return len(self.ids)

    def rows(self, start: int, stop: int) -> Sequence[CaseRow]:
        """Return the rows from ``start`` up to ``stop``, which may be beyond the end."""
        asked = self.ids[start:stop]
        missing = [case_id for case_id in asked if case_id not in self._kept]
        if missing:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
                missing = list(asked)
            self._read(missing)
        return [self._kept[case_id] for case_id in asked if case_id in self._kept]

    def _read(self, case_ids: Sequence[str]) -> None:
        now = self._clock()
        contexts = self._desk.contexts(case_ids, self._query) if self._query else {}
        for summary in self._desk.summaries(case_ids):
            self.seen[summary.id] = summary.status_seen
            self._kept[summary.id] = case_row(summary, now, contexts.get(summary.id, ""))

    def index(self, id: str) -> int | None:
        """Return where a case stands, or None."""
        if self._places is None:
            self._places = {name: place for place, name in enumerate(self.ids)}
        return self._places.get(id)
