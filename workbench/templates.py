"""Texts that are written often, with fields that are filled in from the case."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbench.language import later, t

__all__ = ["FIELDS", "fill", "standard_templates", "unknown_fields"]

NAMES = frozenset({"key", "title", "project", "engineers", "me", "today", "order"})
FIELDS = tuple(f"{{{name}}}" for name in sorted(NAMES))
"""What a text may hold in braces: ``{order}`` is the newest order number in the case."""

_STANDARD: tuple[tuple[str, str], ...] = (
    (later("Ask R&D"), later("Handed to R&D to confirm.")),
    (later("Wait for the vendor"), later("Waiting for the vendor to look into it.")),
    (later("Ask for details"), later("Please tell us the order number, the time and the pile.")),
)
"""The program's own: msgids of name and text."""

_FIELD = re.compile(r"\{(\w+)\}")


def standard_templates() -> dict[str, str]:
    """Return the program's own templates, in its language: name → text."""
    return {t(name): t(text) for name, text in _STANDARD}


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a template's text with its fields filled in; one without a value leaves nothing."""
    return _FIELD.sub(
        lambda found: values.get(found[1], "") if found[1] in NAMES else found[0], text
    )


def unknown_fields(text: str) -> list[str]:
    """Return the names in braces that are no fields."""
    return [name for name in _FIELD.findall(text) if name not in NAMES]
