"""Mutants of the engine and the fold: each breaks one rule, and must be found out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def applied(name: str) -> Iterator[None]:
    """Break the program as the mutant says."""
    raise KeyError(name)
    yield


MUTANTS: dict[str, object] = {}
