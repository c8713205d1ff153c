"""Where a searched term stands in a text: the line that shows it, from a little before it on."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.cases.text import fold, squash

BEFORE = 8
"""So many signs stand in front of what was found, to tell what it is about."""


def excerpt(texts: Iterable[str], term: str) -> str:
    """Return the first line of some texts that contains a folded term, ``""`` if none does.

    Folding may make a line longer or shorter, so it begins only about where it should.
    """
    for text in texts:
        for line in text.splitlines():
            at = fold(line).find(term)
            if at >= 0:
                start = max(0, at - BEFORE)
                return ("…" if start else "") + squash(line[start:])
    return ""
