"""A register: a field, or an entry's text, with every value it was ever given.

"Values nobody has replaced are the heads; one head is clean, more that differ are a decision."
Clocks play no part in it: a change names the values that its writer saw, and replaces just these.
What imports say stands in order of the page's revisions; only the last of it can be a head, since
the page itself has replaced the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from workbench.cases.change import PART_CHARS, Change
from workbench.cases.record import Record

REDACTED = "▇"
"""What stands where a text was taken out."""
UNFINISHED = {"in_progress": 0, "on_hold": 1, "resolved": 2, "unset": 3}
"""Of several statuses the least finished is shown: no clock can silently close a case."""

Value = Any
Order = tuple[int, str]


class Version(Record):
    """One value of a register, with every name that it bears.

    ``revision`` is None for what a person wrote, else [page, major, minor] or [page];
    ``erased`` is true where the value was redacted, ``arriving`` where parts of it are missing.
    ``undoes`` is the act that an undo took back by it, ``batch`` the act that it belongs to.
    """

    names: frozenset[str]
    order: Order
    author: str
    value: Value
    p: frozenset[str]
    revision: tuple[Any, ...] | None = None
    redact: bool = False
    erased: bool = False
    arriving: bool = False
    ids: frozenset[str] = frozenset()
    batch: str | None = None
    undoes: str | None = None

    @property
    def imported(self) -> bool:
        """True for what a page says."""
        return self.revision is not None


class Register(Record):
    """The fold of a register. ``heads`` in order of time; ``shown`` is one of them.

    ``incomplete``: a change that one of these replaces is not here, so nothing is a decision.
    ``erased``: the ids of the changes that still hold a text which a redaction takes out.
    """

    versions: tuple[Version, ...]
    heads: tuple[Version, ...]
    shown: Version | None
    incomplete: bool
    erased: frozenset[str] = frozenset()

    @property
    def seen(self) -> tuple[str, ...]:
        """The names of all heads: what a person who saw this register has seen.

        Where a page's words are among them, the redactions too: these words may bear the name
        under which somebody imported them who knew of none.
        """
        heads = self.heads
        if any(head.imported for head in heads):
            heads += tuple(v for v in self.versions if v.redact and v not in heads)
        if len(heads) == 1:
            return tuple(sorted(heads[0].names))
        return tuple(sorted(name for head in heads for name in head.names))

    @property
    def values(self) -> tuple[Version, ...]:
        """The heads that differ, the first of equal ones, in order of time."""
        different: list[Version] = []
        for head in self.heads:
            if all(not same(head, other) for other in different):
                different.append(head)
        return tuple(different)

    @property
    def arriving(self) -> bool:
        """True while parts of a current value are not here."""
        return any(head.arriving for head in self.heads)

    @property
    def undecided(self) -> bool:
        """True when people wrote different values without seeing each other."""
        if len(self.heads) < 2 or self.incomplete:
            return False
        return not self.arriving and len(self.values) > 1


EMPTY = Register((), (), None, False)


def same(one: Version, other: Version) -> bool:
    """True when two versions show the same."""
    return bool(one.value == other.value) and one.redact == other.redact


class Parts:
    """The pieces of long texts: a change is at most 256 KiB."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._by_version: dict[str, dict[int, Change]] = {}
        parts = [change for change in changes if change.kind == "part" and not change.erased]
        for change in sorted(parts, key=lambda change: change.order):
            pieces = self._by_version.setdefault(change.body["of"], {})
            pieces.setdefault(change.body["j"], change)

    def text(self, change: Change) -> str | None:
        """Return the text of a change that came in parts; None while some are not here."""
        pieces = self._by_version.get(change.name, {})
        if any(j not in pieces for j in range(change.body["parts"])):
            return None
        return "".join(pieces[j].body["x"] for j in range(change.body["parts"]))


def in_parts(text: object) -> list[str]:
    """Return the parts of a text that is too long for one change, else nothing."""
    size = PART_CHARS // 6  # a sign takes six bytes of JSON at most
    if not isinstance(text, str) or len(text) <= size:
        return []
    if len(json.dumps(text, ensure_ascii=False).encode(errors="replace")) <= PART_CHARS:
        return []
    return [text[start : start + size] for start in range(0, len(text), size)]


def versions_of(
    changes: Iterable[Change], value: Callable[[Change], Value], parts: Parts | None = None
) -> list[Version]:
    """Return the versions that these changes write; changes of equal names are one version.

    "Their predecessors are united; the least (h, id) stands for them." Its text is gone where it
    was taken out of all of them. The result does not depend on the order of ``changes``.
    """
    changes = list(changes)
    if len(changes) < 2:  # as in most registers
        return [_version(change, value, parts) for change in changes]
    by_name: dict[str, Version] = {}
    for change in sorted(changes, key=lambda change: change.order):
        known = by_name.get(change.name)
        if known is None:
            by_name[change.name] = _version(change, value, parts)
            continue
        whole = known
        if known.erased and not change.erased:  # what was written after the redaction stays
            whole = _version(change, value, parts)
        by_name[change.name] = known._replace(
            p=known.p | change.p,
            ids=known.ids | {change.id},
            erased=whole.erased,
            arriving=whole.arriving,
            value=whole.value,
        )
    return list(by_name.values())


def _version(change: Change, value: Callable[[Change], Value], parts: Parts | None) -> Version:
    revision = None
    if change.imported:
        given = change.body.get("rev")
        revision = tuple(given) if isinstance(given, list) else ("",)
    content: Value = None
    arriving = False
    if not change.erased and change.kind != "redact":
        if parts is not None and "parts" in change.body:
            content = parts.text(change)
            arriving = content is None
        else:
            content = value(change)
    return Version(
        frozenset((change.name,)),
        change.order,
        change.author,
        "" if arriving else content,
        change.p,
        revision,
        change.kind == "redact",
        change.erased,
        arriving,
        frozenset((change.id,)),
        change.batch,
        change.body.get("u"),
    )


def fold_register(versions: Iterable[Version], *, status: bool = False) -> Register:
    """Return what these versions come to: a pure function of their set."""
    ordered = list(versions)
    if len(ordered) < 2:
        if not ordered:
            return EMPTY
        [first] = ordered
        if not first.p and not first.erased:
            return Register((first,), (first,), first, False)  # as most registers are
    ordered.sort(key=lambda version: version.order)
    named = frozenset(name for version in ordered for name in version.p)
    replaced = _replaced(ordered)
    by_people = frozenset(name for version in ordered if not version.imported for name in version.p)
    chain = import_chain(ordered)
    heads = [v for v in ordered if not v.imported and not v.erased and not v.names & replaced]
    if chain and not any(v.erased or v.names & by_people for v in chain[-1]):
        heads.append(_joined(chain[-1]))
    heads.sort(key=lambda version: version.order)
    known = frozenset(name for version in ordered for name in version.names)
    return Register(
        versions=tuple(ordered),
        heads=tuple(heads),
        shown=_shown(heads, status=status),
        incomplete=bool(named - known),
    )


def _replaced(versions: list[Version]) -> set[str]:
    """Return the names that a version replaces which stands, or was itself replaced.

    One that a redaction took out replaces nothing: else of two redactions at once, each erasing
    what the other left, nothing would be shown.
    """
    erased = {name: version for version in versions if version.erased for name in version.names}
    waiting = [version for version in versions if not version.erased]
    found: set[str] = set()
    while waiting:
        for name in waiting.pop().p - found:
            found.add(name)
            if name in erased:
                waiting.append(erased[name])
    return found


def import_chain(versions: Iterable[Version]) -> list[list[Version]]:
    """Return what pages say, oldest first; equal neighbours are one value.

    Pages stand by their newest time (a plain source, without revisions, is a page too), within a
    page by revision, plain source by time.
    """
    imported = [version for version in versions if version.revision is not None]
    if len(imported) < 2:
        return [imported] if imported else []
    newest: dict[str, Order] = {}
    for version in imported:
        page = _page(version)
        newest[page] = max(newest.get(page, version.order), version.order)
    imported.sort(
        key=lambda v: (newest[_page(v)], _page(v), (v.revision or ())[1:], v.order),
    )
    chain: list[list[Version]] = []
    for version in imported:
        if chain and _repeats(version, chain[-1][-1]):
            chain[-1].append(version)
        else:
            chain.append([version])
    return chain


def choices(register: Register) -> tuple[Version, ...]:
    """Return the values that differ, each as it was first said, in order of time.

    "An undo makes nobody's words its own": a value that it brought back is still its author's.
    """
    first = (origin(register, head) for head in register.values)
    return tuple(sorted(first, key=lambda version: version.order))


def origin(register: Register, version: Version) -> Version:
    """Return the version that an undo brought back by this one; any other is its own origin.

    It is what somebody else said whose value the undo set again in the undone one's place, or what
    the undone act had replaced; where several said the same, what the first person said.
    """
    if version.undoes is None:
        return version
    behind = said_before(register)
    found: dict[str, Version] = {}
    for known in register.versions:
        first = known if known.undoes is None else _first(register, known, behind, found)
        found |= dict.fromkeys(known.names, first)
    return found.get(min(version.names), version)


def _first(
    register: Register, version: Version, behind: dict[str, set[str]], found: dict[str, Version]
) -> Version:
    """Return the origin of what an undo set; those of all earlier versions are found already."""
    act = [known for known in register.versions if known.batch == version.undoes]
    own = {name for known in act for name in known.names}
    undone = {name for known in act for name in known.p}
    undone |= {earlier for name in own for earlier in behind.get(name, ())}
    mine = own.union(*(found[name].names for name in own & found.keys()))
    for names, not_these in ((version.p, mine), (undone, own)):
        firsts = [found[name] for name in (names - own) & found.keys()]
        said = [first for first in firsts if same(first, version) and not first.names & not_these]
        if said:
            return min(said, key=lambda first: (first.imported, first.order))
    return version


def replaced_by(register: Register, version: Version) -> set[str]:
    """Return the names of all that a version replaced, or its page, and that these replaced."""
    by_name = {name: known for known in register.versions for name in known.names}
    return _ancestors(version, by_name, said_before(register))


def said_before(register: Register) -> dict[str, set[str]]:
    """Return, by a name of what a page says, the names of what it said before that."""
    before: dict[str, set[str]] = {}
    for older, newer in pairwise(import_chain(register.versions)):
        names = {name for version in older for name in version.names}
        before |= {name: names for version in newer for name in version.names}
    return before


def ancestor(register: Register) -> Version | None:
    """Return the newest version that every value goes back to, if there is one."""
    behind = said_before(register)
    by_name = {name: version for version in register.versions for name in version.names}
    common: set[str] | None = None
    for value in choices(register):
        found = _ancestors(value, by_name, behind)
        common = found if common is None else common & found
    candidates = [by_name[name] for name in common or () if name in by_name]
    return max(candidates, key=lambda version: version.order, default=None)


def _ancestors(
    version: Version, by_name: dict[str, Version], behind: dict[str, set[str]]
) -> set[str]:
    found: set[str] = set()
    waiting = [version]
    while waiting:
        current = waiting.pop()
        names = set(current.p)
        for name in current.names:
            names |= behind.get(name, set())
        for name in names - found:
            found.add(name)
            if name in by_name:
                waiting.append(by_name[name])
    return found


def _repeats(version: Version, before: Version) -> bool:
    return same(version, before) and not version.erased and not before.erased


def _joined(group: list[Version]) -> Version:
    """Return one version for equal neighbours: the newest of them, under all their names."""
    last = group[-1]
    return last._replace(
        names=frozenset(name for version in group for name in version.names),
        ids=frozenset(i for version in group for i in version.ids),
    )


def _shown(heads: list[Version], *, status: bool) -> Version | None:
    if not heads:
        return None
    if not status:
        return heads[-1]
    least: Version = min(reversed(heads), key=_unfinished)
    return least


def _unfinished(version: Version) -> int:
    return UNFINISHED.get(str((version.value or {}).get("s")), len(UNFINISHED))


def _page(version: Version) -> str:
    return str((version.revision or ("",))[0])
