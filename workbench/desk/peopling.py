"""People: who they are found to be, on which side they stand, which spellings are one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workbench.cases import peoplefold as fold_of
from workbench.cases.change import Change
from workbench.cases.errors import BadInput, NotFound
from workbench.cases.names import PEOPLE, slot_hash
from workbench.cases.people import SIDES, People
from workbench.cases.peoplefold import Person
from workbench.cases.said import said
from workbench.cases.text import fold
from workbench.desk.tools import Tools, Written
from workbench.local.act import Act
from workbench.local.people import read_people

NO_SIDE = "none"
"""What takes a side away again."""
_FOUND = (
    "SELECT value, count(*), sum(status <> 'resolved'), 0 FROM cases, json_each(engineers)"
    " WHERE NOT hidden GROUP BY value UNION ALL"
    " SELECT speaker, 0, 0, count(*) FROM entry WHERE speaker IS NOT NULL AND NOT hidden"
    " GROUP BY speaker UNION ALL"
    " SELECT author, 0, 0, sum(speaker IS NULL) FROM entry"
    " WHERE author IS NOT NULL AND NOT hidden GROUP BY author UNION ALL"
    " SELECT author, 0, 0, 0 FROM cases WHERE author IS NOT NULL AND NOT hidden GROUP BY author"
)
"""Every name, with the cases that it is an engineer of, those that are open, and its entries."""


class Known(NamedTuple):
    """A person that the cases or somebody tell of.

    ``side`` is what was given, else what it is by nature; ``sides`` are those that people gave
    without seeing each other, where there are several. ``cases`` are those that the person is an
    engineer of, ``open`` those that are not resolved, ``entries`` those that the person said.
    """

    name: str
    side: str | None
    aliases: tuple[str, ...]
    sides: tuple[str, ...]
    cases: int
    open: int
    entries: int


def people(tools: Tools) -> list[Known]:
    """Return everybody, those first whose cases and entries are most."""
    with tools.db.read():
        known = read_people(tools.db)
        told = {fold(person.name): person for person in fold_of.fold_people(_changes(tools))}
        rows = [tuple(row) for row in tools.db.rows(_FOUND)]
    spellings: dict[str, Counter[str]] = {}
    counts: dict[str, list[int]] = {}
    for name, *numbers in rows:
        person = fold(known.called(name))
        spellings.setdefault(person, Counter())[name] += sum(numbers)
        counts[person] = [
            a + b for a, b in zip(counts.get(person, (0, 0, 0)), numbers, strict=True)
        ]
    found = []
    for person in spellings.keys() | told.keys():
        written = [name for name, _ in spellings.get(person, Counter()).most_common()]
        given = told.get(person) or Person(written[0])
        others = {fold(name): name for name in reversed([*given.aliases, *written])}
        others.pop(fold(given.name), None)
        found.append(
            Known(
                given.name,
                known.side(given.name),
                tuple(sorted(others.values())),
                given.sides if len(given.sides) > 1 else (),
                *counts.get(person, (0, 0, 0)),
            )
        )
    return sorted(found, key=lambda person: (-person.cases - person.entries, person.name))


def one(tools: Tools, name: str) -> list[Known]:
    """Return the person whose name is written so, in a list; nobody where no one is known."""
    wanted = fold(read_people(tools.db).called(name))
    return [person for person in people(tools) if fold(person.name) == wanted]


def set_person(
    tools: Tools,
    name: str,
    *,
    side: str | None,
    aliases: Sequence[str],
    others: Sequence[str],
) -> Written:
    """Say on which side a person stands, and what other spellings there are.

    Args:
        side: one of ``SIDES`` in any of the usual ways, "none" for no side; None leaves it.
        aliases: further spellings of the name.
        others: what is no spelling of the name after all.

    Raises:
        BadInput: there is no such side, or a name is none.
    """
    name = _name(name)
    word = None if side is None else _side(side)
    added, gone = [_name(alias) for alias in aliases], [_name(other) for other in others]
    with tools.act("people") as act:
        for alias in added:
            _link(tools, act, name, alias)
        for other in gone:
            _part(tools, act, name, other)
        if word is not None:
            changes = _changes(tools)
            register = fold_of.side_of(changes, _spellings(changes, name))
            values = [version.value or "" for version in register.values] or [""]
            if values != [word]:
                act.write("person", PEOPLE, register.seen, name=name, side=word)
    return Written(len(act.changes), (), batch=act.batch)


def merge(tools: Tools, name: str, other: str) -> Written:
    """Say that two spellings are one person, who is called by the first.

    Raises:
        NotFound: nobody is written like the second.
        BadInput: the two are spelled alike, or one is no name.
    """
    name, other = _name(name), _name(other)
    if name == other:
        raise BadInput(said("“{a}” and “{b}” are one spelling already", a=name, b=other))
    if not one(tools, other):
        raise NotFound(
            said("nobody is called “{name}”", name=other),
            said("workbench people shows the names; workbench people set --alias takes any."),
        )
    with tools.act("people") as act:
        _link(tools, act, name, other)
    return Written(len(act.changes), (), batch=act.batch)


def redact(tools: Tools, name: str, *, why: str) -> Written:
    """Take a spelling of a name out of all that was said of people, here and in every store.

    The person's other spellings stay one person, on the side that was given. What cases say is
    not touched, nor what another copy says of the name that has not heard of this yet.

    Raises:
        BadInput: there is no reason given.
        NotFound: nobody said anything of that name.
    """
    from workbench.desk.redacting import portions, reason_of, stub_of

    reason, folded = reason_of(why), fold(_name(name))
    with tools.act("redact") as act:
        before = _changes(tools)
        doomed = [change for change in before if folded in _names_in(change)]
        if not doomed:
            raise NotFound(
                said("nothing was said of “{name}”", name=name),
                said("What cases say is taken out there: workbench redact, edit, assign."),
            )
        for portion in portions([stub_of(change) for change in doomed]):
            act.write("redact", PEOPLE, l=portion, why=reason, f="people")
        act.fold()
        for person in fold_of.fold_people(before):
            written = [other for other in (person.name, *person.aliases) if fold(other) != folded]
            if written and len(written) <= len(person.aliases):
                _say_again(tools, act, written, person.side)
    return Written(len(act.changes), (), batch=act.batch)


def _names_in(change: Change) -> set[str]:
    """Return the spellings (folded) that a change of people names; none where they are gone."""
    return {fold(change.body[key]) for key in ("name", "alias") if key in change.body}


def _say_again(tools: Tools, act: Act, written: Sequence[str], side: str | None) -> None:
    """Say of spellings what was said by way of one that is gone: one person, on that side."""
    for other in written[1:]:
        if fold(other) not in _spellings(_changes(tools), written[0]):
            _link(tools, act, written[0], other)
    changes = _changes(tools)
    told = fold_of.side_of(changes, _spellings(changes, written[0]))
    if side is not None and not told.heads:
        act.write("person", PEOPLE, name=written[0], side=side)


def changes_of_people(tools: Tools) -> list[Change]:
    """Return all changes of people, in order of arrival."""
    return _changes(tools)


def _changes(tools: Tools) -> list[Change]:
    subject = tools.db.value("SELECT id FROM subject WHERE uid = ?", PEOPLE)
    if subject is None:
        return []
    slot = slot_hash("other", "person", PEOPLE)
    return [item.change for item in tools.log.in_slot(slot, subject)]


def _spellings(changes: Iterable[Change], name: str) -> set[str]:
    """Return every spelling (folded) of a person."""
    folded = fold(name)
    for person in fold_of.fold_people(changes):
        spelled = {fold(written) for written in (person.name, *person.aliases)}
        if folded in spelled:
            return spelled
    return {folded}


def _link(tools: Tools, act: Act, name: str, alias: str) -> None:
    """Say that two spellings are one person, called by the first, unless it is so already."""
    if name == alias:
        raise BadInput(said("“{a}” and “{b}” are one spelling already", a=name, b=alias))
    now = People(fold_of.spelled(fold_of.fold_people(_changes(tools))))
    if now.called(alias) == now.called(name) == name:
        return
    act.write("person", PEOPLE, name=name, alias=alias)


def _part(tools: Tools, act: Act, name: str, other: str) -> None:
    """Say that a spelling is somebody else's; what else was one person stays so."""
    changes = _changes(tools)
    if fold(other) not in _spellings(changes, name) or fold(other) == fold(name):
        return
    rest: list[str] = []
    for link in fold_of.links_in_force(changes).values():
        pair = (link.body["name"], link.body["alias"])
        if fold(other) in map(fold, pair):
            act.write("person", PEOPLE, name=pair[0], alias=pair[1], o=[link.name])
            rest += (written for written in pair if fold(written) != fold(other))
    for written in rest:
        if fold(written) not in _spellings(_changes(tools), name):
            act.write("person", PEOPLE, name=name, alias=written)


def take_back(tools: Tools, act: Act, change: Change) -> str | None:
    """Take back a change of people; return a sentence where somebody changed it since."""
    if change.erased:
        return said("the name was redacted since, and was left")
    changes = _changes(tools)
    name, alias = change.body["name"], change.body.get("alias")
    in_force = fold_of.links_in_force(changes)
    same = [link for link in in_force.values() if _pair(link) == _pair(change)]
    if alias is not None and "o" not in change.body:
        own = [link.name for link in same if link.copy == change.copy]
        if own:
            act.write("person", PEOPLE, name=name, alias=alias, o=own)
    elif alias is not None:
        if not same:
            act.write("person", PEOPLE, name=name, alias=alias)
    else:
        register = fold_of.side_of(changes, _spellings(changes, name))
        heads = [head for head in register.heads if change.name in head.names]
        if not heads:
            by = register.heads[-1].author if register.heads else change.author
            return said(
                "{name}: the side was changed since by {by}, and was left", name=name, by=by
            )
        before = [version for version in register.versions if version.names & change.p]
        others = [head for head in register.heads if head not in heads]
        if others and not before:  # what another said takes the place: it is replaced by itself
            before = others[-1:]
        value = before[-1].value if before else None
        p = {change.name, *(before[-1].names if before and before[-1] in others else ())}
        act.write("person", PEOPLE, p, name=name, side=value or "")
    return None


def _pair(link: Change) -> tuple[str, str]:
    return fold(link.body["name"]), fold(link.body.get("alias", ""))


def _side(word: str) -> str:
    if fold(word).strip() in (NO_SIDE, ""):
        return ""
    found = fold_of.known_side(word)
    if found is None:
        raise BadInput(
            said("there is no side “{word}”", word=word),
            said("Sides are {sides}; none takes it away.", sides=", ".join(SIDES)),
        )
    return found


def _name(name: str) -> str:
    found = " ".join(name.split()).strip("【】[]：:").strip()
    if not found:
        raise BadInput(said("the name of a person is empty"))
    return found
