"""What stands in for the process beside, and for the thread that reads ahead.

The same work on the same plain values, in this process and thread: at the same moment each time.
"""

from __future__ import annotations

import marshal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from workbench.cases.errors import WorkbenchError
from workbench.local import beside
from workbench.sync.remote import Surprise

BEHIND = 1
"""So many questions wait before the first of them is answered, as where the process is busy."""


class Near(beside.Beside):
    """Answers late; what is taken back before is answered never."""

    def __init__(self) -> None:
        """Start nothing."""
        self._works = beside.works()
        self._asked: deque[tuple[Future[Any], str, bytes]] = deque()

    def ask(self, work: str, given: Any) -> Future[Any]:
        """Answer what was asked some questions before."""
        asked: Future[Any] = Future()
        self._asked.append((asked, work, marshal.dumps(given)))
        while len(self._asked) > BEHIND:
            self._answer(*self._asked.popleft())
        return asked

    def _answer(self, asked: Future[Any], work: str, given: bytes) -> None:
        if asked.set_running_or_notify_cancel():
            answer = self._works[work](marshal.loads(given))
            asked.set_result(marshal.loads(marshal.dumps(answer)))


class AtOnce:
    """Reads the next page when it is asked for, which is before the one at hand is taken."""

    def __init__(self, threads: int, name: str) -> None:
        """Start nothing."""

    def __enter__(self) -> AtOnce:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing runs."""

    def submit(self, work: Callable[..., Any], *given: Any) -> Future[Any]:
        """Do it now."""
        done: Future[Any] = Future()
        try:
            done.set_result(work(*given))
        except (WorkbenchError, Surprise) as error:
            done.set_exception(error)
        return done


@contextmanager
def started() -> Iterator[Near]:
    """Stand in for ``beside.started``."""
    yield Near()
