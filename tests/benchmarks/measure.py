"""Two things measured in turn, and what comes of it: medians, 95th percentiles and their ratio."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

Measured = Callable[[int], float]
"""Does a thing for the n-th time and returns the seconds that it took, or the bytes."""
Unit = Literal["ms", "MB"]
_PER: dict[Unit, float] = {"ms": 1000, "MB": 1e-6}


class Bound(NamedTuple):
    """How large a ratio is meant to become at most, and the ratio of what.

    ``held`` is what ``--quick`` fails above: the bound itself where a busy machine keeps it, more
    where the quick sizes or other people's work blur it, None where it tells nothing there.
    """

    at_most: float
    of: Literal["p50", "p95"] = "p50"
    held: float | None = None


class Row(NamedTuple):
    """A pair: seconds (or bytes) of ours and of the other thing, round by round.

    Without rounds it was not measured, and the note says why.
    """

    name: str
    against: str
    ours: Sequence[float]
    theirs: Sequence[float]
    bound: Bound | None = None
    note: str = ""
    unit: Unit = "ms"

    @property
    def measured(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self.ours and self.theirs)

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: what slows a whole round falls out of it."""
        return statistics.median(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def ratio_p95(self) -> float:
        """The ratio of the 95th percentiles."""
        return percentile(self.ours, 95) / percentile(self.theirs, 95)

    @property
    def judged(self) -> float:
        """The ratio that the bound is about."""
        return self.ratio_p95 if self.bound is not None and self.bound.of == "p95" else self.ratio

    @property
    def within(self) -> bool | None:
        """Whether the ratio is within its bound; None where there is none."""
        if self.bound is None or not self.measured:
            return None
        return self.judged <= self.bound.at_most

    @property
    def behind(self) -> bool:
        """Whether the ratio is above what ``--quick`` holds it to."""
        held = self.bound and self.bound.held
        return self.measured and held is not None and self.judged > held

    def json(self) -> dict[str, Any]:
        """Return the row as plain values; times in ms, memory in MB."""
        unit = self.unit.lower()
        return {
            "name": self.name,
            "against": self.against,
            "rounds": len(self.ours),
            f"ours_{unit}": _spread(self.ours, self.unit),
            f"against_{unit}": _spread(self.theirs, self.unit),
            "ratio": round(self.ratio, 4) if self.measured else None,
            "ratio_p95": round(self.ratio_p95, 4) if self.measured else None,
            "bound": None if self.bound is None else self.bound._asdict(),
            "within": self.within,
            "note": self.note,
        }


def missing(name: str, against: str, why: str, bound: Bound | None = None) -> Row:
    """Return the row of what could not be measured."""
    return Row(name, against, (), (), bound, f"not measured: {why}")


def in_turn(rounds: int, ours: Measured, theirs: Measured) -> tuple[list[float], list[float]]:
    """Measure two things A B A B, once each beforehand for what only the first time costs."""
    first, second = each_in_turn(rounds, ours, theirs)
    return first, second


def each_in_turn(rounds: int, *things: Measured) -> list[list[float]]:
    """Measure several things A B C A B C, once each beforehand."""
    for thing in things:
        thing(0)
    found = [[thing(n) for thing in things] for n in range(1, rounds + 1)]
    return [list(times) for times in zip(*found, strict=True)]


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that at least so many percent of the values don't exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _spread(values: Sequence[float], unit: Unit) -> dict[str, float] | None:
    if not values:
        return None
    per = _PER[unit]
    return {
        "p50": round(statistics.median(values) * per, 3),
        "p95": round(percentile(values, 95) * per, 3),
        "least": round(min(values) * per, 3),
    }
