"""Two things measured in turn, and what comes of it: medians, 95th percentiles and their ratio."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

Measured = Callable[[int], float]
"""Does a thing for the n-th time and returns the seconds that it took."""


class Bound(NamedTuple):
    """How large a ratio is meant to become at most, and the ratio of what."""

    at_most: float
    of: Literal["p50", "p95"] = "p50"


class Row(NamedTuple):
    """A pair: seconds of ours and of the other thing, round by round."""

    name: str
    against: str
    ours: Sequence[float]
    theirs: Sequence[float]
    bound: Bound | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: what slows a whole round falls out of it."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def ratio_p95(self) -> float:
        """The ratio of the 95th percentiles."""
        return percentile(self.ours, 95) / percentile(self.theirs, 95)

    @property
    def within(self) -> bool | None:
        """Whether the ratio is within its bound; None where there is none."""
        if self.bound is None:
            return None
        ratio = self.ratio if self.bound.of == "p50" else self.ratio_p95
        return ratio <= self.bound.at_most

    def json(self) -> dict[str, Any]:
        """Return the row as plain values; times in ms."""
        return {
            "name": self.name,
            "against": self.against,
            "rounds": len(self.ours),
            "ours_ms": _in_ms(self.ours),
            "against_ms": _in_ms(self.theirs),
            "ratio": round(self.ratio, 3),
            "ratio_p95": round(self.ratio_p95, 3),
            "bound": None if self.bound is None else self.bound._asdict(),
            "within": self.within,
            "note": self.note,
        }


def in_turn(rounds: int, ours: Measured, theirs: Measured) -> tuple[list[float], list[float]]:
    """Measure two things A B A B, once each beforehand for what only the first time costs."""
    ours(0)
    theirs(0)
    found = [(ours(n), theirs(n)) for n in range(1, rounds + 1)]
    return [a for a, _ in found], [b for _, b in found]


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that at least so many percent of the values don't exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _in_ms(seconds: Sequence[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(seconds) * 1000, 3),
        "p95": round(percentile(seconds, 95) * 1000, 3),
        "least": round(min(seconds) * 1000, 3),
    }
