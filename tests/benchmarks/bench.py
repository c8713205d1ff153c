"""What every benchmark is given: the scale, the data sets, and a scratch folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

from tests.benchmarks import data
from tests.benchmarks.scale import Scale

Name = Literal["cases", "threads", "changes"]


class Bench:
    """Gives copies of the data sets: what is measured may write to them."""

    def __init__(self, scale: Scale, cache: Path, folder: Path) -> None:
        """Use the data sets in ``cache``, making those that are not there, and scratch files."""
        self.scale = scale
        self.folder = folder
        self._cache = cache
        self._copies = 0

    def copy(self, name: Name) -> Path:
        """Return a fresh copy of a data set: many cases, a long thread among short ones, or cases
        of about so many changes as are shared."""
        made = self._set(name)
        self._copies += 1
        return _copied(made, self.folder / f"{name}-{self._copies}")

    def home(self) -> Path:
        """Put a copy of the cases where a person's database lies, and return its path."""
        return _copied(self._set("cases"), self.folder / "data" / "workbench")

    def _set(self, name: Name) -> Path:
        if name == "cases":
            source = data.page(self.scale.cases)
        elif name == "changes":
            source = data.page(self.scale.shared // CHANGES)
        else:
            source = data.threads(self.scale.long, SHORT, self.scale.writes + 1)
        return data.database(self._cache, name, source)


def _copied(made: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    return Path(shutil.copy(made, folder / "workbench.db"))


SHORT = 5
"""Entries of a short thread."""
CHANGES = 12
"""About how many changes a case of a page is."""
