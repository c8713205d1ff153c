"""How much is measured: sizes of the data, and how often each pair is taken."""

from __future__ import annotations

from typing import NamedTuple


class Scale(NamedTuple):
    """Sizes, and rounds of each.

    Sizes: cases of the large and of the small set, entries of the long thread, cases imported,
    about how many changes are shared, changes that arrive at once, cases that Taskwarrior and
    Fossil get. ``filters`` is how many queries of a kind are typed. ``held``: whether a ratio that
    falls behind what is held fails the run.
    """

    many: int
    few: int
    long: int
    imported: int
    shared: int
    arriving: int
    tasks: int
    tickets: int
    starts: int
    presses: int
    filters: int
    calls: int
    writes: int
    imports: int
    exchanges: int
    peers: int
    held: bool = False


FULL = Scale(
    many=1_000_000,
    few=1000,
    long=20_000,
    imported=100_000,
    shared=100_000,
    arriving=20_000,
    tasks=100_000,
    tickets=4000,
    starts=15,
    presses=200,
    filters=30,
    calls=25,
    writes=200,
    imports=3,
    exchanges=2,
    peers=5,
)
QUICK = Scale(
    many=20_000,
    few=1000,
    long=2000,
    imported=2000,
    shared=5000,
    arriving=2000,
    tasks=2000,
    tickets=200,
    starts=5,
    presses=30,
    filters=24,
    calls=7,
    writes=60,
    imports=3,
    exchanges=2,
    peers=3,
    held=True,
)
LEAST = Scale(
    many=120,
    few=60,
    long=100,
    imported=20,
    shared=60,
    arriving=120,
    tasks=20,
    tickets=5,
    starts=1,
    presses=3,
    filters=1,
    calls=1,
    writes=5,
    imports=1,
    exchanges=1,
    peers=1,
)
"""Enough to see that everything can be measured."""
