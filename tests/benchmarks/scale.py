"""How much is measured: sizes of the data, and how often each pair is taken."""

from __future__ import annotations

from typing import NamedTuple


class Scale(NamedTuple):
    """Sizes (cases in the list, entries of the long thread, cases imported, about how many changes
    shared) and rounds of each."""

    cases: int
    long: int
    imported: int
    shared: int
    starts: int
    presses: int
    calls: int
    writes: int
    imports: int
    exchanges: int


FULL = Scale(
    1000,
    20_000,
    5000,
    100_000,
    starts=15,
    presses=200,
    calls=25,
    writes=200,
    imports=3,
    exchanges=2,
)
QUICK = Scale(
    1000, 2000, 300, 5000, starts=5, presses=60, calls=9, writes=60, imports=3, exchanges=3
)
LEAST = Scale(60, 100, 20, 60, starts=1, presses=5, calls=1, writes=5, imports=1, exchanges=1)
"""Enough to see that everything can be measured."""
