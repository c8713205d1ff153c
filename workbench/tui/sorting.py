"""In which order the list shows cases: how an order is called, and which column it goes by."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from widgets.case_rows import SortedBy, sort_sign
from workbench.language import t

DEFAULT = "activity"
COLUMNS: Mapping[str, SortedBy] = {
    "activity": ("activity", True),
    "number": ("key", False),
    "status": ("status", False),
    "engineer": ("engineers", False),
    "opened": ("age", True),
    "age": ("age", False),
}
"""Sort → the column that it goes by, and whether what stands there falls from row to row."""


def turned(sort: str) -> str:
    """Return the same sort the other way round."""
    return sort[1:] if sort.startswith("-") else f"-{sort}"


def sorted_by(sort: str, shown: Collection[str] = ()) -> SortedBy:
    """Return the column of a sort, and whether it falls; ``shown``: the columns that were chosen.

    The older a case the earlier its day: where the day has a column, the sign stands there.
    """
    column, falls = COLUMNS[sort.removeprefix("-")]
    falls = falls != sort.startswith("-")
    return ("opened", not falls) if column == "age" and "opened" in shown else (column, falls)


def by_column(column: str, now: str) -> str | None:
    """Return the sort by a column, turned round where it is sorted by it now; None for no such."""
    column = "age" if column == "opened" else column
    if sorted_by(now)[0] == column:
        return turned(now)
    return next((sort for sort, (name, _) in COLUMNS.items() if name == column), None)


def sort_word(sort: str) -> str:
    """Return what a sort is called, with the sign that its column has."""
    words = {
        "activity": t("latest activity"),
        "number": t("number"),
        "status": t("status"),
        "engineer": t("engineer"),
        "opened": t("day opened"),
        "age": t("age"),
    }
    return f"{words[sort.removeprefix('-')]} {sort_sign(sorted_by(sort)[1])}"


def choices(now: str) -> Iterator[tuple[str, str]]:
    """Yield every sort with its words; of the one in force, it turned round."""
    for sort in COLUMNS:
        if sort == now.removeprefix("-"):
            yield turned(now), t("{sort} now: turn it round", sort=sort_word(now))
        else:
            yield sort, sort_word(sort)
