"""What a desk finds: the cases that a query asks for, whole or page by page."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from workbench.cases.errors import BadInput
from workbench.cases.model import Summary
from workbench.cases.said import said
from workbench.desk.tools import Tools

if TYPE_CHECKING:
    from workbench.local.heldorder import Gathered, HeldOrder


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
        found = self.search(query, sort=sort, limit=limit)
        return tools.reader.summaries(found, reader=tools.author, today=tools.today(), brief=brief)

    def find(self, query: str = "", *, sort: str = "activity") -> Found:
        """Return the ids of the cases that a query finds, in order. Raises as ``search`` does."""
        return Found(self.ids(self.search(query, sort=sort)))

    def named(self, begun: str, most: int) -> Sequence[tuple[str, str]]:
        """Return names of cases that begin so, with titles; of nothing begun the newest keys."""
        if not begun:
            return [(found.key, found.title) for found in self.list(limit=most, brief=True)]
        from workbench.local.begun import begun as look_up

        return list(look_up(self._tools.db, begun, most))

    def ids(self, cases: Sequence[int]) -> tuple[str, ...]:
        """Return the ids of cases by their numbers, in this order."""
        from workbench.local.listing import uids

        return tuple(uids(self._tools.db, cases))

    def search(
        self, query: str, *, sort: str = "activity", limit: int | None = None
    ) -> Sequence[int]:
        """Return the numbers of the cases that a query finds, in order.

        Raises:
            QueryError: a mistake in the query.
            Stopped: nobody waits for the answer any more.
        """
        self._check_sort(sort)
        if not query.strip():  # as most often: then nothing has to be loaded that reads a query
            from workbench.local.listing import every

            return every(self._tools.db, sort, limit)
        return self._tools.search.cases(query, sort=sort, asker=self._tools.asker, limit=limit)

    def beginnings(
        self, query: str, limits: Iterable[int], *, sort: str = "activity"
    ) -> Generator[Sequence[int], None, None]:
        """Yield what ``search`` returns for one limit after the other, up to the one that is all.

        "Each is the beginning of the next": until the last is asked for, or it is closed, all that
        is read of the file is as it was at one moment. Raises as ``search``.
        """
        self._check_sort(sort)
        tools = self._tools
        return tools.search.beginnings(query, limits, sort=sort, asker=tools.asker)

    def stands_before(self, one: str, other: str, *, sort: str = "activity") -> bool:
        """Say whether a case stands before another one in a list; a hidden one stands nowhere."""
        from workbench.local.listing import Listing, Scope

        listing = Listing(self._tools.db, Scope(), sort)
        places = {
            place.uid: place for place in listing.places(listing.numbers((one, other))).values()
        }
        here, there = places.get(one), places.get(other)
        return here is not None and there is not None and listing.is_before(here, there)

    def gathered(self, cases: Sequence[int]) -> Gathered:
        """Return a list of cases by their numbers."""
        from workbench.local.heldorder import Gathered

        return Gathered(self._tools.db, cases)

    def held(self, query: str = "", *, sort: str = "activity") -> HeldOrder | None:
        """Return what a query finds page by page, None where no index has it in this order."""
        from workbench.local.heldorder import HeldOrder

        self._check_sort(sort)
        listing = self._tools.search.listing(query, sort=sort, reader=self._tools.author)
        return None if listing is None else HeldOrder(listing)

    def keep_unread(self) -> None:
        """Keep from now on which cases this person has not read; of a big file that takes a while.

        Until then each case is looked at when it is asked for.
        """
        from workbench.local import unread

        unread.keep(self._tools.db, self._tools.author)

    @property
    def keeps_unread(self) -> bool:
        """Whether it is kept which cases this person has not read."""
        from workbench.local import unread

        return unread.is_kept(self._tools.db, self._tools.author)

    def some_unread(self, most: int) -> Sequence[str] | None:
        """Return the cases that this person has not read, None where they are more than ``most``.

        Needs ``keeps_unread``.
        """
        from workbench.local import unread

        found = unread.some(self._tools.db, self._tools.author, most)
        return None if found is None else self.ids(found)

    def unread_among(self, case_ids: Sequence[str]) -> set[str]:
        """Return those of some cases that this person has not read. Needs ``keeps_unread``."""
        from workbench.local import listing, unread

        db = self._tools.db
        return set(
            self.ids(list(unread.among(db, self._tools.author, listing.numbers(db, case_ids))))
        )

    def _check_sort(self, sort: str) -> None:
        from workbench.local.listing import SORTS, is_sort

        if not is_sort(sort):
            raise BadInput(
                said('there is no sort "{sort}"', sort=sort),
                said("Sorts are {sorts}; a - in front turns one round.", sorts=", ".join(SORTS)),
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

    def interruptible(self) -> AbstractContextManager[None]:
        """Let whatever is asked of the file within end with Stopped where it is interrupted."""
        return self._tools.db.watched()

    def unwanted_when(self, unwanted: Callable[[], bool]) -> None:
        """Let a search end with Stopped as soon as ``unwanted`` says that nobody waits for it."""
        self._tools.db.unwanted = unwanted
