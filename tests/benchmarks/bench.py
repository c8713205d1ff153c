"""What every benchmark is given: the scale, the data sets, and a scratch folder."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Literal

from tests.benchmarks import data, datasets
from tests.benchmarks.scale import Scale

Name = Literal["many", "few", "threads", "changes"]


class Bench:
    """Gives copies of the data sets: what is measured may write to them."""

    def __init__(self, scale: Scale, cache: Path, folder: Path) -> None:
        """Use the data sets in ``cache``, making those that are not there, and scratch files."""
        self.scale = scale
        self.folder = folder
        self.built: dict[str, dict[str, Any]] = {}
        """How each data set that was used came about."""
        self._cache = cache
        self._copies = 0
        self._working: dict[Name, Path] = {}

    def copy(self, name: Name) -> Path:
        """Return a fresh copy of a data set: few cases, a long thread among short ones, or cases
        of about so many changes as are shared."""
        made = self._set(name)
        self._copies += 1
        return _copied(made, self.folder / f"{name}-{self._copies}")

    def working(self, name: Name) -> Path:
        """Return the copy of a data set that all of this run work on: many cases are too large to
        be copied for each."""
        if name not in self._working:
            self._working[name] = self.copy(name)
        return self._working[name]

    def _set(self, name: Name) -> Path:
        scale = self.scale
        if name == "many":
            return self._known("many", str(scale.many), datasets.many(self._cache, scale.many))
        if name == "few":
            size, source = f"{scale.few}", data.pages(scale.few)
        elif name == "changes":
            size, source = f"{scale.shared}", data.pages(scale.shared // CHANGES)
        else:
            size = f"{scale.long}-{scale.writes}"
            source = data.threads(scale.long, SHORT, scale.writes + 1)
        return self._known(name, size, datasets.made(self._cache, name, size, source))

    def _known(self, name: str, size: str, made: datasets.DataSet) -> Path:
        self.built[f"{name}-{size}"] = made.built
        return made.path


def _copied(made: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    return Path(shutil.copy(made, folder / "workbench.db"))


SHORT = 5
"""Entries of a short thread."""
CHANGES = 12
"""About how many changes a case of a page is."""
