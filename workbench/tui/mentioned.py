"""What texts mention: where it stands in them, and which other cases mention it too. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.cases import references
from workbench.cases.model import Reference
from workbench.cases.text import narrow
from workbench.language import listed, t
from workbench.patterns import Pattern
from workbench.patterns import find as find_sites

SHOWN = 3
"""So many keys of other cases are named in a line."""


def spans(text: str, patterns: Sequence[Pattern] = ()) -> list[tuple[int, int]]:
    """Return where keys and numbers stand in a text, from the first to behind the last sign.

    Args:
        text: What is shown.
        patterns: What else leads elsewhere.
    """
    found: list[tuple[int, int]] = []
    values = [reference.value for reference in references.find(text)]
    plain = narrow(text) if values else ""
    for value in values:
        for match in re.finditer(re.escape(value), plain, re.IGNORECASE):
            if not found or match.start() >= max(end for _, end in found):
                found.append(match.span())
    for site in find_sites(patterns, text):
        if all(site.end <= first or last <= site.start for first, last in found):
            found.append((site.start, site.end))
    return sorted(found)


def also_in(known: Sequence[tuple[Reference, Sequence[str]]]) -> str:
    """Return in one line which cases mention what a text does; "" where none does."""
    parts = []
    for reference, keys in known:
        shown = listed(keys[:SHOWN]) + ("…" if len(keys) > SHOWN else "")
        parts.append(t("{value} also stands in {keys}.", value=reference.value, keys=shown))
    return " ".join(parts)
