"""What undos took back of one case: what an import said, or what a person wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.cases.change import Change


class TakenBack:
    """The undos among the changes of one case."""

    def __init__(self, changes: Sequence[Change]) -> None:
        """Look at all of them."""
        self._undone = {
            change.batch: str(change.body["u"]) for change in changes if "u" in change.body
        }
        self._hides: dict[str, str | None] = {}
        self._acts: dict[str | None, list[Change]] = {}
        for change in changes if self._undone else ():
            self._acts.setdefault(change.batch, []).append(change)
            if change.kind == "hide":
                self._hides[change.name] = change.batch

    def are_creations(self, hides: Iterable[str]) -> bool:
        """True where each of these hides undoes an import, a new case or a note."""
        taken = (self._by(self._hides.get(hide)) for hide in hides)
        return all(any(c.imported or c.kind in ("note", "case") for c in act) for act in taken)

    def are_imports(self, hides: Iterable[str]) -> bool:
        """True where each of these hides undoes an import."""
        return all(self.is_import(self._hides.get(hide)) for hide in hides)

    def is_import(self, batch: str | None) -> bool:
        """True where this act undoes an import."""
        return any(change.imported for change in self._by(batch))

    def _by(self, batch: str | None) -> list[Change]:
        """Return what the act wrote of the case that this act takes back, if it is an undo."""
        last = batch
        passed: set[str | None] = set()
        while last in self._undone and last not in passed:
            passed.add(last)
            last = self._undone[last]
        return self._acts.get(last, []) if last != batch else []
