"""The people of the team, for those who read cases: what a name stands for, and on which side.

What people wrote is never rewritten: this maps a name, where it is read, to what the person is
called. Every call that lists cases loads it, so what tells the changes of people is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workbench.cases.record import Record
from workbench.cases.text import fold

SIDES = ("engineer", "R&D", "customer", "vendor")
"""On which side a person may stand."""
NATURAL: tuple[tuple[str, str], ...] = (
    ("客户", "customer"),
    ("用户", "customer"),
    ("研发", "R&D"),
    ("厂家", "vendor"),
    ("厂商", "vendor"),
    ("供应商", "vendor"),
    ("customer", "customer"),
    ("r&d", "R&D"),
    ("vendor", "vendor"),
)
"""What a name begins with that says the side by itself."""


class Spelled(Record):
    """What a spelling (folded) stands for."""

    folded: str
    name: str
    called: str
    side: str | None = None


def natural_side(name: str) -> str | None:
    """Return the side that a bare word (客户, 研发, 厂家, 用户) says by itself."""
    folded = fold(name).strip()
    return next((side for word, side in NATURAL if folded.startswith(word)), None)


class People:
    """What is known of people, for those who read cases: what a name stands for.

    ``is_engineer`` says whether a case has an engineer of a name (folded): who has one is on that
    side by nature, unless something else was said.
    """

    def __init__(
        self,
        spellings: Iterable[Spelled] = (),
        is_engineer: Callable[[str], bool] = lambda folded: False,
    ) -> None:
        self._known = {found.folded: found for found in spellings}
        self._is_engineer = is_engineer
        self._natural: dict[str, str | None] = {}

    def called(self, name: str) -> str:
        """Return what the person is called whose name is written so."""
        known = self._known.get(fold(name)) if self._known else None
        return name if known is None else known.called

    def all_called(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return what these people are called, each once."""
        return tuple(dict.fromkeys(self.called(name) for name in names))

    def spellings(self, name: str) -> tuple[str, ...]:
        """Return every spelling (folded) of the person whose name is written so."""
        folded = fold(name)
        known = self._known.get(folded)
        if known is None:
            return (folded,)
        return tuple(other.folded for other in self._known.values() if other.called == known.called)

    def side(self, name: str) -> str | None:
        """Return the side of a person: as somebody said, else by nature; None: not known."""
        folded = fold(name)
        known = self._known.get(folded)
        if known is not None and known.side:
            return known.side
        if folded not in self._natural:
            self._natural[folded] = natural_side(name) or self._of_engineer(name)
        return self._natural[folded]

    def _of_engineer(self, name: str) -> str | None:
        return "engineer" if any(map(self._is_engineer, self.spellings(name))) else None
