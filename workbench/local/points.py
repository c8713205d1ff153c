"""Named points of writing, at which a test may stop the process for good."""

from __future__ import annotations

from collections.abc import Callable

hook: Callable[[str], None] | None = None
"""Called with the name of every point that is passed; None outside of tests."""


def reached(name: str) -> None:
    """Tell the hook that the point ``name`` was reached."""
    if hook is not None:
        hook(name)
