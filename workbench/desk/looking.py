"""What a desk finds: the cases that a query asks for, whole or page by page."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from workbench.cases.errors import BadInput
from workbench.cases.model import Summary
from workbench.desk.tools import Tools

if TYPE_CHECKING:
    from workbench.local.listing import Listing


class Found:
    """What a query found: the ids of the cases, in order."""

    __slots__ = ("ids",)

    def __init__(self, ids: tuple[str, ...]) -> None:
        self.ids = ids

    def __len__(self) -> int:
        """How many cases were found."""
        return len(self.ids)


class Looking:
    """The part of the desk that looks for cases."""

    _tools: Tools

    def list(
        self,
        query: str = "",
        *,
        sort: str = "activity",
        limit: int | None = None,
        brief: bool = False,
    ) -> Iterator[Summary]:
        """Return the cases that a query finds. Raises QueryError before the first of them.

        Args:
            brief: only what a row of a list shows: without references, source, pictures and files.
        """
        tools = self._tools
        found = self._cases(query, sort, limit)
        return tools.reader.summaries(found, reader=tools.author, today=tools.today(), brief=brief)

    def find(self, query: str = "", *, sort: str = "activity") -> Found:
        """Return the ids of the cases that a query finds, in order.

        Raises:
            QueryError: a mistake in the query.
            Stopped: it was interrupted, or is unwanted by now.
        """
        with self._tools.db.watched():
            return Found(tuple(self._tools.reader.uids(self._cases(query, sort, None))))

    def _cases(self, query: str, sort: str, limit: int | None) -> Sequence[int]:
        """Return the numbers of the cases that a query finds, as they are at one moment."""
        tools = self._tools
        self._check_sort(sort)
        return array("q", tools.search.cases(query, sort=sort, asker=tools.asker, limit=limit))

    def listing(self, query: str = "", *, sort: str = "activity") -> Listing | None:
        """Return what a query finds page by page, None where no index has it in this order."""
        self._check_sort(sort)
        return self._tools.search.listing(query, sort=sort, reader=self._tools.author)

    def _check_sort(self, sort: str) -> None:
        from workbench.local.listing import SORTS, is_sort

        if not is_sort(sort):
            raise BadInput(
                f'there is no sort "{sort}"',
                f"Sorts are {', '.join(SORTS)}; a - in front turns one round.",
            )

    def contexts(self, case_ids: Sequence[str], query: str) -> dict[str, str]:
        """Return, by case, the line that holds what is looked for where the title does not."""
        from workbench.cases.query import parse, terms
        from workbench.local.contexts import contexts

        wanted = terms(parse(query))
        return contexts(self._tools.db, case_ids, wanted) if wanted else {}

    def follow_index(
        self,
        progress: Callable[[int, int], None] | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Index the texts that bulk work left; they are found all the same, only not as soon.

        Args:
            progress: called with how many texts are done, of how many.
            stopped: asked again and again; what was done stays.

        Returns:
            Whether all are indexed.
        """
        return self._tools.pen.index.follow(progress, stopped)

    @property
    def is_index_behind(self) -> bool:
        """Whether bulk work left texts to be indexed."""
        return self._tools.pen.is_index_behind

    def unwanted_when(self, unwanted: Callable[[], bool]) -> None:
        """Let a search end with Stopped as soon as ``unwanted`` says that nobody waits for it."""
        self._tools.db.unwanted = unwanted
