"""What changes of people come to: spellings of one name, and on which side each person stands.

"A link says that two spellings are one person; links that hold make one group, however they came
together": no order of arrival shows in it, and no circle can arise. "A group is called as the
newest link of it says." Nothing is lost where two say different things: both links hold, and of
two sides both are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workbench.cases.change import Change
from workbench.cases.people import SIDES, Spelled
from workbench.cases.record import Record
from workbench.cases.register import Register, fold_register, versions_of
from workbench.cases.text import fold


class Person(Record):
    """A person of whom somebody said something.

    ``aliases`` are the other spellings. ``sides`` are those that people gave without seeing each
    other, ``side`` the newest of them; empty where none was given.
    """

    name: str
    aliases: tuple[str, ...] = ()
    side: str | None = None
    sides: tuple[str, ...] = ()


def links_in_force(changes: Iterable[Change]) -> dict[str, Change]:
    """Return the links that hold, by their names: those that no change takes off."""
    links = [change for change in changes if _is_link(change)]
    gone = {name for change in links for name in change.body.get("o", ())}
    return {c.name: c for c in links if "o" not in c.body and c.name not in gone}


def side_of(changes: Iterable[Change], spellings: Iterable[str]) -> Register:
    """Return the side that was given to a person, under any of these spellings (folded)."""
    wanted = set(spellings)
    said = [c for c in changes if _is_side(c) and fold(c.body["name"]) in wanted]
    return fold_register(versions_of(said, lambda change: change.body["side"] or None))


def fold_people(changes: Iterable[Change]) -> tuple[Person, ...]:
    """Return everybody of whom these changes tell: a pure function of their set."""
    changes = [change for change in changes if change.kind == "person" and not change.erased]
    links = sorted(links_in_force(changes).values(), key=lambda change: change.order)
    written = _written(changes)
    parent = {folded: folded for folded in written}

    def root(folded: str) -> str:
        while parent[folded] != folded:
            folded = parent[folded]
        return folded

    for link in links:
        one, other = root(fold(link.body["name"])), root(fold(link.body["alias"]))
        parent[max(one, other)] = min(one, other)
    groups: dict[str, list[str]] = {}
    for folded in sorted(written):
        groups.setdefault(root(folded), []).append(folded)
    called = {root(fold(link.body["name"])): fold(link.body["name"]) for link in links}
    found = {
        first: _person(changes, group, called.get(first, first), written)
        for first, group in groups.items()
    }
    # Who was linked once and is no more, and never got a side, is nobody that was told of.
    return tuple(person for first, person in found.items() if first in called or person.side)


def spelled(people: Iterable[Person]) -> list[Spelled]:
    """Return what each spelling stands for."""
    return [
        Spelled(fold(name), name, person.name, person.side)
        for person in people
        for name in (person.name, *person.aliases)
    ]


def _person(
    changes: Sequence[Change], group: Sequence[str], called: str, written: Mapping[str, str]
) -> Person:
    register = side_of(changes, group)
    sides = tuple(version.value for version in register.values if version.value)
    newest = [version.value for version in register.heads if version.value]
    return Person(
        written[called],
        tuple(written[folded] for folded in group if folded != called),
        newest[-1] if newest else None,
        sides,
    )


def _written(changes: Iterable[Change]) -> dict[str, str]:
    """Return how each name was written last, by its folded form."""
    found: dict[str, str] = {}
    for change in sorted(changes, key=lambda change: change.order):
        for key in ("alias", "name"):
            if name := change.body.get(key):
                found[fold(name)] = name
    return found


def _is_link(change: Change) -> bool:
    return change.kind == "person" and not change.erased and "alias" in change.body


def _is_side(change: Change) -> bool:
    return change.kind == "person" and not change.erased and "side" in change.body


def known_side(word: str) -> str | None:
    """Return the side that a person names in any of the usual ways; None for no side."""
    return _SIDE_WORDS.get(fold(word).strip())


_SIDE_WORDS: Mapping[str, str] = {
    **{fold(side): side for side in SIDES},
    "rd": "R&D",
    "rnd": "R&D",
    "研发": "R&D",
    "开发": "R&D",
    "工程师": "engineer",
    "客户": "customer",
    "用户": "customer",
    "厂家": "vendor",
    "厂商": "vendor",
    "供应商": "vendor",
}
