"""Answers queries while a person goes on typing, in a thread with a desk of its own.

Only the newest query counts: a running one is stopped as soon as another is asked, so typing
never waits for a slow search. While nothing is asked, the thread indexes what bulk work left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from workbench.cases.errors import QueryError, WorkbenchError
from workbench.language import trouble

if TYPE_CHECKING:
    from workbench.desk import Desk

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found; ``error`` and ``at`` (a character, from 0) if it is mistaken."""

    query: str
    ids: Sequence[str] = ()
    error: str | None = None
    at: int | None = None


def look_up(desk: Desk, query: str) -> Answer:
    """Return the answer of a desk to a query; a mistake in the query is an answer too."""
    try:
        return Answer(query, desk.find(query).ids)
    except QueryError as error:
        return Answer(query, error=trouble(error), at=error.at)
    except WorkbenchError as error:
        return Answer(query, error=trouble(error))


class Finder(Generic[Found]):
    """The thread that looks things up."""

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        answered: Callable[[Found], object],
        look_up: Callable[[Desk, str], Found],
    ) -> None:
        """Look up by a desk that ``open_desk`` opens in the thread; answers go to ``answered``."""
        self._open_desk = open_desk
        self._answered = answered
        self._look_up = look_up
        self._asked: str | None = None
        self._behind = False
        self._ended = False
        self._desk: Desk | None = None
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, query: str) -> None:
        """Look ``query`` up, and give up on any other."""
        with self._condition:
            self._asked = query
            if self._desk is not None:
                self._desk.interrupt()
            self._condition.notify()
        self._start()

    def follow_index(self) -> None:
        """Index what bulk work left, until something is asked."""
        with self._condition:
            self._behind = True
            self._condition.notify()
        self._start()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="finder", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread."""
        with self._condition:
            self._ended = True
            if self._desk is not None:
                self._desk.interrupt()
            self._condition.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with self._open_desk() as desk:
            # An interruption that comes between two statements stops neither: so it is asked too.
            desk.unwanted_when(self._is_wanted_elsewhere)
            self._desk = desk
            while not self._ended:
                query = self._next()
                if query is not None:
                    self._answer(self._look_up(desk, query))
                elif not self._ended:
                    with suppress(WorkbenchError):  # then the next one who asks for it does it
                        desk.follow_index(stopped=self._is_wanted_elsewhere)
            with self._condition:
                self._desk = None

    def _answer(self, answer: Found) -> None:
        with self._condition:
            current = not self._is_wanted_elsewhere()
        if current:
            self._answered(answer)

    def _is_wanted_elsewhere(self) -> bool:
        return self._asked is not None or self._ended

    def _next(self) -> str | None:
        """Wait for a query; None when there is to be indexed, or at the end."""
        with self._condition:
            self._condition.wait_for(lambda: self._is_wanted_elsewhere() or self._behind)
            query, self._asked = self._asked, None
            if query is None:
                self._behind = False
            return query
