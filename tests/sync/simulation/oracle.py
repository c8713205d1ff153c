"""What people wrote, and what they saw when they did: true causes, not what a change claims.

The oracle reads of a person's change who wrote what about what, and never its predecessors: what
a write replaced is what its copy showed to the person, as the oracle itself worked it out. (An
undo and a page's new words are taken at their word: what they replace is the program's own idea.)
From that follows what every copy must show in the end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

TOKEN = re.compile(r"w\d{5}")
NAMING = {"person": ("name", "alias")}
"""In which keys a change says its words, where it is not in ``x``."""
GONE = "▇"
"""What stands where a text was taken out."""
FINISHED = {"in_progress": 0, "on_hold": 1, "resolved": 2, "unset": 3}
FIELDS = ("title", "problem", "date", "status", "engineer_label")
PLACES = {"x": "text", "s": "speaker", "at": "happened"}

Register = tuple[str, ...]
"""("field", case, field), ("entry", case, id, x|s|at), ("set", case, field, element),
("hides", case) or ("hides", case, id)."""
Identity = Mapping[str, str]
"""Every name that an entry bears on a copy → its id there."""


@dataclass(frozen=True)
class View:
    """A screen that somebody looked at: which versions it showed, as the program named them and
    as the oracle knows them."""

    case: str
    seen: Mapping[str, tuple[str, ...]]
    entries: Mapping[str, tuple[str, ...]]
    heads: Mapping[Register, frozenset[str]]


@dataclass(frozen=True)
class Intent:
    """With what in view somebody acts: the present state, or a screen of earlier. ``trusted`` is
    an act whose changes are taken at their word."""

    view: View | None = None
    trusted: bool = False


@dataclass(frozen=True)
class Knowledge:
    """What a copy had when it wrote: changes, its own among them, and which entry bears a name."""

    held: Set[str]
    mine: Set[str]
    identity: Identity


@dataclass(frozen=True)
class Write:
    """One change, about one register. ``target`` is the entry's name in it, as written."""

    id: str
    name: str
    kind: str
    about: tuple[str, ...]
    target: str
    value: Any
    sees: frozenset[str]
    order: tuple[int, str]
    author: str
    tokens: frozenset[str]
    rev: tuple[Any, ...] | None = None
    listed: frozenset[str] = frozenset()
    batch: str = ""
    nonce: str = ""
    """What was dated anew on two clones of one machine has two ids and one nonce."""


@dataclass(frozen=True)
class Version:
    """A value, with all names that it bears. ``said`` are the ids of what said just this."""

    names: frozenset[str]
    value: Any
    sees: frozenset[str]
    order: tuple[int, str]
    author: str
    ids: frozenset[str]
    said: frozenset[str]
    rev: tuple[Any, ...] | None = None
    redact: bool = False
    listed: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Expected:
    """What a register must show. Nothing is sure where a change is lost that one replaced."""

    values: tuple[Any, ...]
    shown: Any
    undecided: bool
    sure: bool


@dataclass
class Oracle:
    """All writes of a world; ``texts`` maps a change's id to the tokens in it."""

    by_about: dict[tuple[str, ...], list[Write]] = field(default_factory=dict)
    texts: dict[str, frozenset[str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    # --- learning -----------------------------------------------------------------------------

    def learn(self, rows: Iterable[tuple[str, bytes]], know: Knowledge, intent: Intent) -> None:
        """Take up the changes of one act, in the order in which they were written."""
        bodies = [(i, json.loads(data)) for i, data in rows]
        pieces: dict[str, list[str]] = {}
        for _, body in bodies:
            if body["k"] == "part":
                pieces.setdefault(body["of"], []).append(body.get("x", ""))
        for id_, body in bodies:
            self.known.add(id_)
            name = body.get("i", id_)
            if "parts" in body and "x" not in body:
                body["x"] = "".join(pieces.get(name, ()))
            told = [body.get(key, "") for key in NAMING.get(body["k"], ("x",))]
            text = "" if body["k"] == "part" else json.dumps(told)
            self.texts[id_] = frozenset(TOKEN.findall(text))
            if body.get("v") == 1 and body["k"] != "part":
                self._learn(id_, name, body, know, intent)

    def learn_foreign(self, data: bytes, id_: str) -> None:
        """Take up a change that no copy of ours wrote."""
        self.learn([(id_, data)], Knowledge(frozenset(), frozenset(), {}), Intent(trusted=True))

    def redated(self, other: Mapping[str, tuple[str, int]], mine: Set[str]) -> None:
        """Take up that changes which were never sent bear another id and time now.

        The old ones may live on in a clone or a backup, which may date them anew too.

        Args:
            other: old id → new id and time.
            mine: the ids of all that the copy wrote: only in these are the new names.
        """
        names = {old: new for old, (new, _) in other.items()}
        for about, writes in self.by_about.items():
            for nth, write in enumerate(writes):
                # One that is erased already keeps its id, and names the new ones all the same.
                if write.id in mine - other.keys() and write.sees & names.keys():
                    sees = frozenset(names.get(name, name) for name in write.sees)
                    writes[nth] = replace(write, sees=sees)
            for write in [w for w in writes if w.id in other]:
                new, h = other[write.id]
                if new not in self.known:
                    anew = replace(
                        write,
                        id=new,
                        name=names.get(write.name, write.name),
                        order=(h, new),
                        sees=frozenset(names.get(name, name) for name in write.sees),
                        listed=frozenset(names.get(name, name) for name in write.listed),
                    )
                    self.by_about[about].append(anew)
        for old, (new, _) in other.items():
            self.texts[new] = self.texts[old]
            self.known.add(new)

    def _learn(
        self, id_: str, name: str, body: dict[str, Any], know: Knowledge, intent: Intent
    ) -> None:
        for about, target, value in _abouts(body):
            sees, listed = self._sees(body, about, target, know, intent)
            write = Write(
                id=id_,
                name=name,
                kind=body["k"],
                about=about,
                target=target,
                value=value,
                sees=sees,
                order=(int(body["h"], 16), id_),
                author=body["a"],
                tokens=self.texts[id_],
                rev=_revision(body),
                listed=listed,
                batch=body.get("g", ""),
                nonce=body["n"],
            )
            self.by_about.setdefault(about, []).append(write)

    def _sees(
        self,
        body: dict[str, Any],
        about: tuple[str, ...],
        target: str,
        know: Knowledge,
        intent: Intent,
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return the names of what a change replaces, and of what a redaction finds there."""
        kind = body["k"]
        nothing: frozenset[str] = frozenset()
        entry = know.identity.get(target, target)
        register = (*about[:2], entry, *about[2:]) if target else about
        if kind in ("case", "num", "att", "attrem", "page", "add", "note"):
            return nothing, nothing
        if intent.trusted or "rev" in body or ("i" in body and kind != "note"):
            return frozenset(body.get("o" if kind == "rem" else "p", ())), nothing
        if kind == "rem":
            return self.present(register, know), nothing
        if kind == "show":
            own = ("hides", about[1], entry) if target else about
            return self.hides(own, know), nothing
        if kind == "hide":
            text = ("entry", about[1], entry, "x")
            return (self.heads(text, know) if target else nothing), nothing
        fellows = [w for w in self.by_about.get(about, ()) if w.batch == body.get("g")]
        redacts = [frozenset({w.name}) for w in fellows if w.kind == "redact"]
        if kind == "redact":
            # What was taken out before has no words left to be listed.
            gone = self.erased(register, know)
            versions = [v for v in self.versions(register, know) if not v.said <= gone]
            listed = frozenset(name for version in versions for name in version.names)
            return (redacts or [self.heads(register, know)])[-1], listed
        if redacts:
            return redacts[-1], nothing
        if intent.view is not None and register in intent.view.heads:
            seen = intent.view.heads[register]
            if register[-1] == "status":
                seen |= self._own(register, know, body["a"])
            return seen, nothing
        return self.heads(register, know), nothing

    def _own(self, register: Register, know: Knowledge, author: str) -> frozenset[str]:
        """Return newer values that this person wrote on this copy meanwhile: what a page says
        that was imported here is another's."""
        return frozenset(
            name
            for head in self._heads(register, know)
            if head.author == author and head.ids & know.mine and head.rev is None
            for name in head.names
        )

    # --- knowing ------------------------------------------------------------------------------

    def writes(self, register: Register, know: Knowledge) -> list[Write]:
        """Return the writes of a register that are held, in order of time."""
        about, entry = register, ""
        if register[0] == "entry" or (register[0] == "hides" and len(register) == 3):
            about, entry = (*register[:2], *register[3:]), register[2]
            about = ("hidden", register[1]) if register[0] == "hides" else about
        found = [
            w
            for w in self.by_about.get(about, ())
            if w.id in know.held and (not entry or know.identity.get(w.target, w.target) == entry)
        ]
        return sorted(found, key=lambda w: w.order)

    def versions(self, register: Register, know: Knowledge) -> list[Version]:
        """Return the versions of a register: writes of one name are one version."""
        writes = self.writes(register, know)
        text = writes if register[-1] == "x" else self.writes((*register[:3], "x"), know)
        later = frozenset(w.name for w in text if w.kind == "edit" and w.name != w.id)
        notes = [w for w in writes if w.kind == "note"]
        if register[-1] == "x":
            notes = [w for w in notes if w.name not in later]
        by_name: dict[str, Version] = {}
        for write in notes + [w for w in writes if w.kind != "note"]:
            known = by_name.get(write.name)
            by_name[write.name] = _version(write) if known is None else _united(known, write)
        root = min(notes, key=lambda w: (w.rev is not None, w.name in later, w.order), default=None)
        if root is None or (root.rev is not None and register[-1] == "x"):
            return list(by_name.values())
        # What was typed and what a page says of the same entry are one; so are its other names,
        # for the speaker and the time, which a page's new words leave as they are.
        every = [by_name.pop(name) for name in dict.fromkeys(w.name for w in notes)]
        names = frozenset(name for version in every for name in version.names)
        first = next(version for version in every if root.name in version.names)
        ids = frozenset(i for version in every for i in version.ids)
        return [replace(first, names=names, ids=ids, rev=None), *by_name.values()]

    def erased(self, register: Register, know: Knowledge) -> set[str]:
        """Return the ids of the writes that redactions take out: what they had seen, by whatever
        name, and each that was written without having seen one of them. (Of one whose past is not
        wholly here nothing is said.)"""
        writes = self.writes(register, know)
        gone: set[str] = set()
        for redact in (write for write in writes if write.kind == "redact"):
            gone |= {w.id for w in writes if w.name in redact.listed}
            unaware: set[str] = set()
            names: set[str] = set()
            while fresh := [
                w for w in writes if w is not redact and w.sees <= names and w.id not in unaware
            ]:
                unaware |= {w.id for w in fresh}
                names |= {w.name for w in fresh}
            gone |= unaware
        return gone - {write.id for write in writes if write.kind == "redact"}

    def heads(self, register: Register, know: Knowledge) -> frozenset[str]:
        """Return the names of the values that nobody has replaced; beside a page's words those of
        the redactions, which somebody else who imported these words may not have seen."""
        heads = self._heads(register, know)
        if any(head.rev is not None for head in heads):
            heads += [v for v in self.versions(register, know) if v.redact]
        return frozenset(name for head in heads for name in head.names)

    def _heads(self, register: Register, know: Knowledge) -> list[Version]:
        versions = self.versions(register, know)
        erased = self.erased(register, know)
        gone = {name for v in versions if v.said <= erased for name in v.names}
        replaced = _replaced(versions, gone)
        heads = [v for v in versions if v.rev is None and not v.names & (gone | replaced)]
        last = _said_last([v for v in versions if v.rev is not None], gone)
        if last:
            names = frozenset(name for version in last for name in version.names)
            by_people = {name for v in versions if v.rev is None for name in v.sees}
            if not names & (gone | by_people):
                ids = frozenset(i for version in last for i in version.ids)
                heads.append(replace(last[-1], names=names, ids=ids))
        return sorted(heads, key=lambda head: head.order)

    def present(self, register: Register, know: Knowledge) -> frozenset[str]:
        """Return the names of the adds that hold an element in its set."""
        writes = self.writes(register, know)
        removed = {name for w in writes if w.kind == "rem" for name in w.sees}
        return frozenset(w.name for w in writes if w.kind == "add") - removed

    def hides(self, register: Register, know: Knowledge) -> frozenset[str]:
        """Return the names of the hides in force."""
        writes = self.writes(register, know)
        lifted = {name for w in writes if w.kind == "show" for name in w.sees}
        return frozenset(w.name for w in writes if w.kind == "hide") - lifted

    def hidden(self, register: Register, know: Knowledge) -> bool:
        """True when a case is hidden, or an entry whose every current text was hidden."""
        force = self.hides(register, know)
        if len(register) == 2:
            return bool(force)
        writes = self.writes(register, know)
        covered = {name for w in writes if w.name in force for name in w.sees}
        heads = self._heads(("entry", *register[1:], "x"), know)
        return bool(force) and all(head.names & covered for head in heads)

    def expected(self, register: Register, know: Knowledge) -> Expected:
        """Return what a register must show."""
        heads = self._heads(register, know)
        values: list[Any] = []
        for head in heads:
            if _said(head) not in values:
                values.append(_said(head))
        best = heads[-1] if heads else None
        if heads and register[-1] == "status":
            best = min(reversed(heads), key=lambda v: FINISHED[v.value["s"]])
        versions = self.versions(register, know)
        names = {name for version in versions for name in version.names}
        lost = {name for version in versions for name in version.sees} - names
        shown = None if best is None else _said(best)
        if best is None and self.erased(register, know):
            shown = GONE
        return Expected(tuple(values), shown, len(values) > 1, not lost)


def _version(write: Write) -> Version:
    return Version(
        names=frozenset({write.name}),
        value=write.value,
        sees=write.sees,
        order=write.order,
        author=write.author,
        ids=frozenset({write.id}),
        said=frozenset({write.id}),
        rev=write.rev,
        redact=write.kind == "redact",
        listed=write.listed,
        tokens=write.tokens,
    )


def _united(known: Version, write: Write) -> Version:
    ids = known.ids | {write.id}
    return replace(known, sees=known.sees | write.sees, ids=ids, said=ids)


def _replaced(versions: list[Version], erased: set[str]) -> set[str]:
    """Return the names that what stands has replaced, also by way of what was taken out: by itself
    that replaces nothing, for somebody must see that there is something."""
    by_name = {name: version for version in versions for name in version.names}
    found: set[str] = set()
    ahead = {name for v in versions if not v.names & erased for name in v.sees}
    while ahead:
        found |= ahead
        passed = (by_name[name] for name in ahead if name in erased and name in by_name)
        ahead = {name for version in passed for name in version.sees} - found
    return found


def _said_last(versions: list[Version], erased: Set[str]) -> list[Version]:
    """Return the last thing that pages say: neighbours that say the same count as one."""
    newest: dict[Any, tuple[int, str]] = {}
    for v in versions:
        page = _page(v)
        newest[page] = max(newest.get(page, v.order), v.order)
    ordered = sorted(
        versions, key=lambda v: (newest[_page(v)], _page(v), (v.rev or ())[1:], v.order)
    )
    group: list[Version] = []
    for version in ordered:
        apart = bool(group) and bool((group[-1].names | version.names) & erased)
        if apart or (group and group[-1].value != version.value):
            group = []
        group.append(version)
    return group


def _page(version: Version) -> str:
    return str((version.rev or ("",))[0])


def _said(version: Version) -> Any:
    return GONE if version.redact else version.value


def _abouts(body: dict[str, Any]) -> Iterable[tuple[tuple[str, ...], str, Any]]:
    """Say what a change is about: the key of its register without the entry, the entry, the value.

    A note begins three registers, of its text, speaker and time.
    """
    case, kind, target = body["c"], body["k"], body.get("t", "")
    match kind:
        case "set":
            yield ("field", case, body["f"]), "", _value(body["f"], body.get("x"))
        case "redact" if "f" in body:
            yield ("field", case, body["f"]), "", None
        case "redact":
            yield ("entry", case, "x"), target, None
        case "note":
            for key in PLACES:
                yield ("entry", case, key), body["i"], body.get(key) or None
        case "edit":
            key = next((k for k in ("s", "at") if k in body), "x")
            yield ("entry", case, key), target, body.get(key) or None
        case "add" | "rem":
            yield ("set", case, body["f"], body["e"]), "", kind
        case "hide" | "show" if target:
            yield ("hidden", case), target, kind
        case "hide" | "show":
            yield ("hides", case), "", kind


def _value(name: str, value: Any) -> Any:
    if name == "status":
        given = value or {}
        return {key: given.get(key) for key in ("s", "until", "why")}
    if name == "date":
        return (value or {}).get("on")
    return value or None


def _revision(body: dict[str, Any]) -> tuple[Any, ...] | None:
    """Return where in the order of what pages say a change stands; None for a person's."""
    imported = "af" in body if body["k"] == "note" else "i" in body
    if not imported:
        return None
    return tuple(body["rev"]) if isinstance(body.get("rev"), list) else ("",)
