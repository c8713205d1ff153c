"""What an import has done by a process beside it."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.exchange.parted import read_part
from workbench.local.beside import Work
from workbench.local.pagecases import make


def works() -> Mapping[str, Work]:
    """Return what can be asked, by its name."""
    return {"read": read_part, "make": make}
