"""Completes a query while it is typed: the fields are known, names are read behind the keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.suggester import Suggester

from workbench.cases.query.completing import NAMED, begun, candidates, completed, replaced

if TYPE_CHECKING:
    from workbench.desk import Desk

Offer = Callable[[Sequence[str], str, str | None], None]
"""Is given all words for a value, or none; the query that they were found for; and the query to
have in its place, where that is not one to write on."""
MOST = 12
"""Words that are offered at once."""


class QuerySuggester(Suggester):
    """Suggests how a query goes on."""

    def __init__(self, desk: Desk, offer: Offer) -> None:
        """Know the names in ``desk``; ``offer`` is given what may follow."""
        super().__init__(use_cache=False, case_sensitive=True)
        self._desk = desk
        self._offer = offer
        self._names: dict[str, Sequence[str]] = {}

    def forget(self) -> None:
        """Read the names anew when they are asked for."""
        self._names.clear()

    async def get_suggestion(self, value: str) -> str | None:
        """Return the query with the first word written out, and offer them all."""
        found = begun(value)
        field = found.field if found else None
        names = await self._read(field) if field in NAMED else ()
        words = candidates(value, names)
        exact = found is not None and words[:1] == [found.typed]
        if not words or exact:
            self._offer((), value, None)
            return None
        whole = completed(value, words[0])
        instead = None if whole is not None or field is None else replaced(value, words[0])
        self._offer(words[:MOST] if field is not None else (), value, instead)
        return whole

    async def _read(self, field: str) -> Sequence[str]:
        """Return the names of a field; a thread reads them, which must not stop the keys."""
        if field not in self._names:
            self._names[field] = await asyncio.to_thread(self._look_up, field)
        return self._names[field]

    def _look_up(self, field: str) -> Sequence[str]:
        with self._desk.beside() as desk:
            return {
                "engineer": desk.engineers,
                "project": desk.projects,
                "tag": desk.tags,
                "speaker": desk.speakers,
            }[field]()
