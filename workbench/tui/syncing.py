"""Exchanges with the shared stores in a thread with a desk of its own: keys never wait for it.

Knows no widget: what happens is told to two functions, which are called in the thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from workbench.cases.errors import Stopped, WorkbenchError
from workbench.cases.said import said
from workbench.desk.pace import Pace

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.desk.sharing import Exchange

TOLD_EVERY = 0.15
"""Seconds between two words about progress: more often, nobody can read it."""
ENDS_WITHIN = 3.0
"""How long the end of the program waits for the thread. Killed later, it loses nothing."""


class Synced(NamedTuple):
    """How it went with one store: what was done, or why not."""

    store: str
    done: Exchange | None = None
    error: WorkbenchError | None = None


class Syncer:
    """Exchanges with all stores, one after the other, when asked to."""

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        progressed: Callable[[str], object],
        ended: Callable[[Sequence[Synced]], object],
    ) -> None:
        """Get ready.

        Args:
            open_desk: Opens a desk, in the thread.
            progressed: Is told a line that says how far it has come.
            ended: Is told how it went with each store that it came to.
        """
        self._open_desk = open_desk
        self._progressed = progressed
        self._ended = ended
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether an exchange goes on."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_stopping(self) -> bool:
        """Whether the exchange that goes on was told to stop."""
        return self.is_running and self._stop.is_set()

    def start(self) -> None:
        """Begin to exchange, unless that goes on already."""
        if not self.is_running:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="syncer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Let the exchange end where it is; the next one goes on from there."""
        self._stop.set()

    def close(self) -> None:
        """Stop, and wait a moment for it."""
        self.stop()
        if self._thread is not None:
            self._thread.join(ENDS_WITHIN)

    def _run(self) -> None:
        synced: list[Synced] = []
        try:
            with self._open_desk() as desk:
                for store in desk.stores():
                    synced.append(self._exchange(desk, store.name))
                    if self._stop.is_set():
                        break
        except WorkbenchError as error:
            synced.append(Synced("", error=error))
        except Exception as error:  # noqa: BLE001 - at the thread's edge, nobody else hears of it
            what = said(
                "internal error ({name}: {error}); nothing was lost.",
                name=type(error).__name__,
                error=error,
            )
            synced.append(Synced("", error=WorkbenchError(what)))
        self._ended(synced)

    def _exchange(self, desk: Desk, name: str) -> Synced:
        pace = Pace(name)
        told = float("-inf")

        def progress(what: str, done: int, total: int) -> None:
            nonlocal told
            if self._stop.is_set():
                raise Stopped(said("stopped"))
            now = time.monotonic()
            if now - told >= TOLD_EVERY:
                told = now
                self._progressed(pace.line(what, done, total, now))

        self._progressed(name)
        try:
            return Synced(name, done=desk.exchange(name, progress=progress))
        except WorkbenchError as error:
            return Synced(name, error=error)


FIRST_AFTER = 3_000
"""How long after the start the first exchange by itself begins, in ms: the list comes first."""
MOST_PUT_OFF = 8
"""A store that can't be reached is asked at least every so many intervals."""


@dataclass(slots=True)
class Schedule:
    """When to exchange without being asked; all times in ms.

    What fails puts the next try off twice as long as the one before.
    """

    minutes: int
    next_at: int
    failures: int = 0

    @classmethod
    def beginning(cls, minutes: int, now: int) -> Schedule:
        """Return a schedule that begins now; with 0 minutes nothing is ever due."""
        return cls(minutes, now + FIRST_AFTER)

    def is_due(self, now: int) -> bool:
        """Whether it is time. A clock that was set back is no reason to wait for it."""
        if not self.minutes:
            return False
        return now >= self.next_at or now < self.next_at - self._wait()

    def ended(self, now: int, *, well: bool) -> None:
        """Take note that an exchange ended."""
        self.failures = 0 if well else self.failures + 1
        self.next_at = now + self._wait()

    def _wait(self) -> int:
        put_off = min(1 << min(self.failures, 10), MOST_PUT_OFF)
        return max(self.minutes * put_off * 60_000, FIRST_AFTER)
