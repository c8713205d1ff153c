"""How tabs share a line. Pure: paints nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from widgets.plain import fit, visible, width

LESS, MORE = "‹", "›"
UNKNOWN = "…"
"""Stands for a count that is not known yet."""

Kind = Literal["tab", "active", "count", "edge"]


class Tab(NamedTuple):
    """A tab; a ``number`` that is None is not known yet."""

    id: str
    label: str
    number: int | None = None


class Part(NamedTuple):
    """A piece of the line, and the tab that it belongs to, if it does."""

    text: str
    kind: Kind
    id: str | None = None


def tab_parts(tabs: Sequence[Tab], active: str | None, cells: int) -> list[Part]:
    """Return the pieces of a line of exactly ``cells`` cells.

    The active tab stands in brackets, so that it can be told without a colour. Where there is no
    room for all, the line begins as far left as the active one allows, and signs say what is cut.
    """
    first, last = _window(tabs, active, cells)
    parts = [Part(LESS, "edge", tabs[first - 1].id)] if first else []
    for tab in tabs[first:last]:
        parts += _parts(tab, tab.id == active)
    rest = len(tabs) - last
    used = sum(width(part.text) for part in parts)
    parts.append(Part(" " * max(cells - used - bool(rest), 0), "edge"))
    if rest:
        parts.append(Part(MORE, "edge", tabs[last].id))
    return _cut(parts, cells)


def _parts(tab: Tab, is_active: bool) -> list[Part]:
    opens, closes = "[]" if is_active else "  "
    count = UNKNOWN if tab.number is None else str(tab.number)
    return [
        Part(f"{opens}{visible(tab.label)} ", "active" if is_active else "tab", tab.id),
        Part(count, "count", tab.id),
        Part(closes, "active" if is_active else "tab", tab.id),
    ]


def _window(tabs: Sequence[Tab], active: str | None, cells: int) -> tuple[int, int]:
    """Return which tabs are shown, from the first to behind the last."""
    sizes = [sum(width(part.text) for part in _parts(tab, False)) for tab in tabs]
    at = next((nth for nth, tab in enumerate(tabs) if tab.id == active), 0)
    for first in range(at + 1):
        last = first
        room = cells - bool(first)
        while last < len(tabs) and sizes[last] + (last + 1 < len(tabs)) <= room:
            room -= sizes[last]
            last += 1
        if last > at:
            return first, last
    return at, min(at + 1, len(tabs))


def _cut(parts: Sequence[Part], cells: int) -> list[Part]:
    """Return what fits of the pieces, where not even one tab does."""
    kept = []
    for part in parts:
        taken = min(width(part.text), cells)
        cells -= taken
        if taken:
            kept.append(part._replace(text=fit(part.text, taken)))
    return kept
