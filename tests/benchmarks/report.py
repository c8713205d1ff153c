"""The rows as a table for a person, and as JSON."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from tests.benchmarks.measure import Row, Unit, percentile

HEADINGS = (
    "what", "against", "p50/p95", "against p50/p95", "ratio", "p95", "bound", "",
)  # fmt: skip


def table(rows: Sequence[Row]) -> str:
    """Return the rows as lines of text in columns."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    left = {0, 1, 6, 7}
    lines = [
        "  ".join(
            text.ljust(width) if column in left else text.rjust(width)
            for column, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]
    return "\n".join(line.rstrip() for line in lines)


def as_json(rows: Sequence[Row], scale: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Return the rows with what they were measured on, and how the data sets came about."""
    return {
        "measured_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            **{name: version(name) for name in ("click", "rich", "textual")},
        },
        "scale": scale,
        "data": data,
        "rows": [row.json() for row in rows],
    }


def _cells(row: Row) -> tuple[str, ...]:
    if not row.measured:
        return (row.name, row.against, "", "", "", "", _bound(row), row.note)
    return (
        row.name,
        row.against,
        _spread(row.ours, row.unit),
        _spread(row.theirs, row.unit),
        _ratio(row.ratio),
        _ratio(row.ratio_p95),
        _bound(row),
        row.note,
    )


def _bound(row: Row) -> str:
    if row.bound is None:
        return ""
    which = "p95 " if row.bound.of == "p95" else ""
    return f"{which}≤ {row.bound.at_most:.3g}" + (" (not yet)" if row.within is False else "")


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.4f}"


def _spread(values: Sequence[float], unit: Unit) -> str:
    both = (statistics.median(values), percentile(values, 95))
    if unit == "MB":
        return "/".join(f"{value / 1e6:.1f}" for value in both) + " MB"
    return "/".join(map(_ms, both)) + " ms"


def _ms(seconds: float) -> str:
    ms = seconds * 1000
    return f"{ms:.2f}" if ms < 10 else f"{ms:.1f}" if ms < 100 else f"{ms:.0f}"
