"""What took something of a case out of sight: a person, or an undo."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.cases.change import Change


class Hides:
    """The hides of one case, and what those take back that an undo wrote."""

    def __init__(self, changes: Sequence[Change]) -> None:
        """Look at all changes of the case."""
        self._hides = {change.name: change for change in changes if change.kind == "hide"}
        self._undone: dict[str | None, str] = {}
        self._acts: dict[str | None, list[Change]] = {}
        for change in changes if self._hides else ():
            self._acts.setdefault(change.batch, []).append(change)
            if "u" in change.body:
                self._undone[change.batch] = change.body["u"]

    def undo_creations(self, hides: Iterable[str]) -> bool:
        """True where each of these undoes an import, a new case or a note."""
        return all(
            any(change.imported or change.kind in ("note", "case") for change in self._back(hide))
            for hide in hides
        )

    def undo_imports(self, hides: Iterable[str]) -> bool:
        """True where each of these undoes an import."""
        return all(any(change.imported for change in self._back(hide)) for hide in hides)

    def _back(self, hide: str) -> list[Change]:
        """Return what the act wrote of the case that a hide takes back; of a person's, nothing."""
        own = batch = self._hides[hide].batch
        passed: set[str | None] = set()
        while batch in self._undone and batch not in passed:
            passed.add(batch)
            batch = self._undone[batch]
        return self._acts.get(batch, []) if batch != own else []
