"""A copy to test on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.desk.stage import Copy


@pytest.fixture
def copies(tmp_path: Path) -> Iterator[Callable[[str], Copy]]:
    """Return what makes a copy of a person; each is checked to be sound at the end."""
    made: list[Copy] = []

    def make(author: str) -> Copy:
        made.append(Copy(tmp_path / f"{author}.db", author))
        return made[-1]

    yield make
    for copy in made:
        copy.sound()
        copy.desk.close()


@pytest.fixture
def copy(copies: Callable[[str], Copy]) -> Copy:
    """Return anna's copy."""
    return copies("anna")
