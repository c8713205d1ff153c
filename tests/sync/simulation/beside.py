"""What stands in for the process beside: the same work on the same plain values, in this one."""

from __future__ import annotations

import marshal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from workbench.local import beside

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


@contextmanager
def started() -> Iterator[Near]:
    """Stand in for ``beside.started``."""
    yield Near()
