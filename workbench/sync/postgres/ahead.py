"""What is read while what was read before is taken: the server and the line work meanwhile.

"Never more than one ahead": more would only fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
INTERVAL = 0.1
"""Seconds after which who waits hears of a signal, where a lock does not tell of one (Windows)."""


def read_ahead(given: Iterator[T], cut: Callable[[], None]) -> Generator[T, None, None]:
    """Yield what an iterator yields; a thread has the next made while the reader has one in hand.

    An error is raised where that would stand which could not be made: behind all before it. When
    the reader is done with it, or stopped, nothing runs any more.

    Args:
        given: is only asked in that thread; it yields no None.
        cut: ends at once what the thread waits for; called where the reader stops early.
    """
    with ThreadPoolExecutor(1, "ahead") as thread:
        coming = thread.submit(next, given, None)
        try:
            while (one := _result(coming)) is not None:
                coming = thread.submit(next, given, None)
                yield one
        finally:
            if not coming.done():
                cut()


def _result(coming: Future[T]) -> T:
    while not coming.done():
        wait([coming], INTERVAL)
    return coming.result()
