"""The hybrid logical clock: 48 bits of milliseconds since 1970 and a counter of 16 bits.

It orders the timeline and breaks ties; it never decides which value wins over another that its
writer had not seen.
"""

from __future__ import annotations

DRIFT = 5 * 60 * 1000
"""How far ahead of this clock, in ms, a time may be and still be followed."""
YEAR_2020 = 1_577_836_800_000
LATEST = (1 << 47) - (1 << 32)
"""In the year 6429: no clock is right beyond it, and a hybrid time has no room for it."""


def milliseconds(h: int) -> int:
    """Return the wall time of a hybrid time, in ms since 1970."""
    return h >> 16


class Clock:
    """``last`` is the largest hybrid time given out or witnessed, ``newest`` the largest held."""

    def __init__(self, last: int = 0, newest: int = 0) -> None:
        self.last = last
        self.newest = newest

    def tick(self, now: int) -> tuple[int, bool]:
        """Return the time of a new change, and whether this machine's clock seems wrong.

        Args:
            now: ms since 1970. "The stored last is held to the bound, so a corrected laptop
            recovers": a time more than five minutes ahead is not followed further.
        """
        now = min(now, LATEST)
        last = self.last
        if now >= YEAR_2020 and milliseconds(last) > now + DRIFT:
            last = (now + DRIFT) << 16
        self.last = max(now << 16, last + 1)
        unsure = now < YEAR_2020 or milliseconds(self.newest) > now + DRIFT
        self.newest = max(self.newest, self.last)
        return self.last, unsure

    def follow(self, h: int) -> None:
        """Follow a time that was given out here."""
        self.last = max(self.last, h)
        self.newest = max(self.newest, h)

    def witness(self, *times: int, now: int) -> bool:
        """Follow received times; return False where one is too far ahead: it is not followed."""
        too_far = (now + DRIFT + 1) << 16
        near = [h for h in times if h < too_far]
        self.newest = max((self.newest, *times))
        self.last = max((self.last, *near))
        return len(near) == len(times)
