"""Answers queries while a person goes on typing, in a thread with a desk of its own.

Only the newest query counts: a running one is stopped as soon as another is asked, so typing
never waits for a slow search. While nothing is asked, the thread indexes what bulk work left.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from workbench.cases.errors import QueryError, Stopped, WorkbenchError
from workbench.language import trouble

if TYPE_CHECKING:
    from workbench.desk import Desk

Asked = TypeVar("Asked")
Told = TypeVar("Told")

FIRST = 16
"""So many cases, at least, are told of as soon as they are found; the rest once these are painted.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query found, by number; ``error`` and ``at`` (a character, from 0) if it is mistaken.

    Not ``is_whole``: there may be more behind these, which are told of by another answer, and where
    that ``is_awaited`` it is looked for already. Where it ``is_shown``, the list shows it already.
    """

    query: str
    sort: str = "activity"
    cases: Sequence[int] = ()
    is_whole: bool = True
    is_awaited: bool = False
    is_shown: bool = False
    error: str | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for, in which order; ``shown`` are cases whose order is kept.

    Of others ``first`` so many are told as soon as they are found; None: all at once.
    """

    query: str
    sort: str = "activity"
    shown: Sequence[int] = ()
    first: int | None = FIRST


def failed(query: str, error: WorkbenchError) -> Answer:
    """Return the answer to a query that can't be answered."""
    at = error.at if isinstance(error, QueryError) else None
    return Answer(query, error=trouble(error), at=at)


def look_up(desk: Desk, question: Question, limit: int | None = None) -> Answer:
    """Return the answer of a desk to a query; a mistake in the query is an answer too.

    Raises:
        Stopped: nobody waits for the answer any more.
    """
    query, sort = question.query, question.sort
    try:
        found = desk.search(query, sort=sort, limit=limit)
    except Stopped:
        raise
    except WorkbenchError as error:
        return failed(query, error)
    is_whole = limit is None or len(found) < limit
    return Answer(query, sort, in_old_order(question.shown, found), is_whole)


def in_old_order(shown: Sequence[int], found: Sequence[int]) -> Sequence[int]:
    """Return what was found in the order that is on the screen, with what is new in front."""
    if not shown:
        return found
    still, before = set(found), set(shown)
    new = [case for case in found if case not in before]
    return array("q", [*new, *(case for case in shown if case in still)])


def answers(desk: Desk, question: Question) -> Iterator[Answer]:
    """Yield the answer to a question; where no other order is on the screen its beginning."""
    yield look_up(desk, question, None if question.shown else question.first)


class Finder(Generic[Asked, Told]):
    """The thread that looks things up."""

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        tell: Callable[[Told], object],
        answers: Callable[[Desk, Asked], Iterable[Told]],
    ) -> None:
        """Look up by a desk that ``open_desk`` opens in the thread.

        Args:
            open_desk: Opens it.
            tell: Is given each answer, in the thread.
            answers: Yields the answers to what is asked.
        """
        self._open_desk = open_desk
        self._tell = tell
        self._answers = answers
        self._asked: Asked | None = None
        self._is_awaited = False
        self._awaited: Told | None = None
        self._given_up = False
        self._behind = False
        self._ended = False
        self._rests = False
        self._desk: Desk | None = None
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, asked: Asked, patience: float = 0) -> Told | None:
        """Look something up, and give up on any other.

        Returns:
            The first answer, if it comes within ``patience`` seconds: then it is not told.
        """
        with self._condition:
            self._asked = asked
            self._awaited, self._is_awaited = None, patience > 0
            self._wake()
            self.begin()
            self._condition.wait_for(lambda: not self._is_awaited, patience)
            self._is_awaited = False
            return self._awaited

    def begin(self) -> None:
        """Let the thread open its desk: the first answer need not wait for that."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="finder", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Give up on what was asked. A thread that rests is left alone: whoever wakes it waits."""
        with self._condition:
            self._asked, self._given_up = None, True
            if not self._rests:
                self._wake()

    def follow_index(self) -> None:
        """Index what bulk work left, until something is asked."""
        with self._condition:
            self._behind = True
            self._condition.notify_all()
        self.begin()

    def close(self) -> None:
        """End the thread."""
        with self._condition:
            self._ended = True
            self._wake()
        if self._thread is not None:
            self._thread.join()

    def _wake(self) -> None:
        if self._desk is not None:
            self._desk.interrupt()
        self._condition.notify_all()

    def _run(self) -> None:
        with self._open_desk() as desk:
            # An interruption that comes between two statements stops neither: so it is asked too.
            desk.unwanted_when(self._is_wanted_elsewhere)
            self._desk = desk
            while not self._ended:
                asked = self._next()
                if asked is not None:
                    self._answer(desk, asked)
                elif not self._ended:
                    # Where that fails or is stopped, the next one who asks for it does it.
                    with suppress(WorkbenchError), desk.interruptible():
                        desk.follow_index(stopped=self._is_wanted_elsewhere)
            with self._condition:
                self._desk = None

    def _answer(self, desk: Desk, asked: Asked) -> None:
        """Tell the answers to what was asked, as long as nothing else is."""
        with suppress(Stopped), desk.interruptible():
            for answer in self._answers(desk, asked):
                with self._condition:
                    if self._is_wanted_elsewhere():
                        break
                    if self._is_awaited:
                        self._awaited, self._is_awaited = answer, False
                        self._condition.notify_all()
                        continue
                self._tell(answer)

    def _is_wanted_elsewhere(self) -> bool:
        return self._asked is not None or self._given_up or self._ended

    def _next(self) -> Asked | None:
        """Wait for something to look up; None when there is to be indexed, or at the end."""
        with self._condition:
            self._rests = True
            self._condition.wait_for(lambda: self._asked is not None or self._ended or self._behind)
            self._rests = False
            asked, self._asked, self._given_up = self._asked, None, False
            if asked is None:
                self._behind = False
            return asked
