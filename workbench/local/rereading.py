"""Reading again what an older version of the program could not read when it came."""

from __future__ import annotations

from collections.abc import Callable

from workbench.cases.change import VOCABULARY
from workbench.local.act import Pen
from workbench.local.database import Database


def read_again(db: Database, pen: Pen, clock: Callable[[], int]) -> None:
    """Read again what was not understood, if this version knows other words than the last.

    ``Pen.fold_stale`` folds what turns out to be understood now.
    """
    if db.value("SELECT value FROM meta WHERE name = 'vocabulary'") == VOCABULARY:
        return
    last: int | None = 0
    while last is not None:
        with pen.receive("reread") as receiving:
            last = receiving.read_again(last, clock())
    with db.write("reread"):
        db.run("INSERT OR REPLACE INTO meta VALUES ('vocabulary', ?)", VOCABULARY)
