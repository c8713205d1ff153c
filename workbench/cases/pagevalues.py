"""Where a value that a page shows stands among what pages said before.

"An import writes a value only where the page's value differs from the known one at its place in
this order": pages by time, within a page by revision, plain source by time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from workbench.cases.record import Record
from workbench.cases.register import Register, Version, import_chain

NAMELESS = "-"
"""Stands for the name of a page that has none; "" is what plain source stands by."""

Rev = tuple[str, int, int]
"""A page's name, folded, and the revision in which a value was written."""


Name = Callable[[Sequence[object]], str]
"""Gives the name that a value has at a revision of a page, or after another value's name."""


class Save(Record):
    """The save that is read. ``newest``: its newest revision; ``older``: a newer one is here."""

    page: str
    newest: tuple[int, int] | None
    older: bool

    @property
    def key(self) -> str:
        """What stands for the page in the place of a value."""
        return self.page or NAMELESS

    def rev(self, revision: tuple[int, int] | None) -> Rev | None:
        """Return the place of a value; None for plain source, which knows no revisions.

        A value without a revision of its own is at most as new as the save.
        """
        found = revision or self.newest
        return None if found is None else (self.key, *found)


def chain_of(versions: Sequence[Version]) -> list[Version]:
    """Return what pages said, oldest first."""
    return [version for group in import_chain(versions) for version in group]


def placed(chain: Sequence[Version], save: Save, rev: Rev | None, value: Any) -> Rev | None:
    """Return the place at which a value is to be written.

    A line that was taken out leaves no revision behind: what is left of a text then has the
    revision of the longer one. It is as new as its save, and one of an older save stands just
    below what is known.
    """
    if rev is None:
        return None
    page, major, minor = rev
    equal = [version for version in chain if version.revision == rev]
    if not equal or equal[-1].value == value:
        return rev
    if save.older:
        return (page, major, minor - 1)
    return (page, *max(save.newest or rev[1:], rev[1:]))


def said_before(chain: Sequence[Version], rev: Rev | None, value: Any, name: Name) -> bool:
    """True when a page's value is the known one at its place, or a text that was redacted.

    Args:
        chain: what pages said, oldest first.
        value: in the form in which versions hold it.
        name: of the value.
    """
    if is_erased(chain, name):
        return True
    if not chain:
        return False
    if rev is None:
        return _says(chain[-1], value)
    own = [version for version in chain if version.revision and version.revision[0] == rev[0]]
    before = [version for version in own if (version.revision or ())[1:] <= rev[1:]]
    behind = [version for version in own if (version.revision or ())[1:] > rev[1:]]
    around = [*before[-1:], *(behind[:1] or chain[-1:])]
    return any(_says(version, value) for version in around)


def is_erased(chain: Sequence[Version], name: Name) -> bool:
    """True for a value that bears the name of one whose text was redacted."""
    return any(_erased_is(version, chain, name) for version in chain if version.erased)


def replaced(register: Register, rev: Rev | None) -> list[str]:
    """Return what a page's new words replace: what the page said before, and redactions."""
    found = redactions(register)
    chain = chain_of(register.versions)
    if not chain:
        first = register.versions[:1]
        return [*found, *(name for version in first for name in version.names)]
    last = chain[-1].revision or ("",)
    if rev is not None and last[0] == rev[0] and last[1:] > rev[1:]:
        return found
    return [*found, *chain[-1].names]


def redactions(register: Register) -> list[str]:
    """Return the names of a register's redactions; what does not name one is erased by it."""
    return [name for version in register.versions if version.redact for name in version.names]


def _says(version: Version, value: Any) -> bool:
    return not version.erased and bool(version.value == value)


def _erased_is(version: Version, chain: Sequence[Version], name: Name) -> bool:
    revision = version.revision or ("",)
    after: list[list[Any]] = [list(revision)]
    if len(revision) == 1:
        after = [[""], *([other] for known in chain for other in known.names)]
    return any(name(place) in version.names for place in after)
