"""How far the clocks of this machine and of a store may be apart, and how that is said."""

from __future__ import annotations

from workbench.cases.said import Said, said

MINUTE = 60_000
WARN, REFUSE = 2 * MINUTE, 10 * MINUTE
"""From how much difference on (ms) we warn, and don't send."""


def apart(skew: int) -> Said:
    """Return a difference (ms) in its largest unit."""
    ms = abs(skew)
    if ms >= 2 * 1440 * MINUTE:
        return said("{n} days", n=ms // (1440 * MINUTE))
    if ms >= 2 * 60 * MINUTE:
        return said("{n} hours", n=ms // (60 * MINUTE))
    if ms >= 2 * MINUTE:
        return said("{n} minutes", n=ms // MINUTE)
    return said("{n} seconds", n=ms // 1000)
