"""What redactions take out: which changes lose their text, on every copy alike.

A file that a redaction lists loses its name in the log, and with that its content everywhere.
What was said of a person loses the spellings of the name, and with them all that it says.

"A redaction erases every version of its target that does not come after it", also one that
arrives later: its writer had not seen what was taken out, so it may say it again. "What is to be
erased stays so, whatever else arrives": on some copies it is gone already, so the verdict may not
hang on what is not here yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from workbench.cases.change import BadChange, Change, from_body, state_of

TEXTS = frozenset({"note", "set"})
LISTED = frozenset({"att", "person"})
"""What names nothing that it replaces: such a change goes when it is listed, and else stays."""
_NOTHING: frozenset[str] = frozenset()


def stubs(redact: Change) -> list[Change]:
    """Return the erased versions that a redaction carries, for copies that never had them."""
    found = []
    for item in redact.body["l"]:
        body = {key: value for key, value in item["stub"].items() if key != "x"}
        try:
            stub = from_body(body, item["id"], erased=True)
        except BadChange:
            continue
        if stub.name == item["name"] and _is_target(stub, redact):
            found.append(stub)
    return found


def listed(redacts: Iterable[Change], key: Literal["id", "name"]) -> set[str]:
    """Return what redactions had seen that they take out, by its ids or its names."""
    return {item[key] for redact in redacts for item in redact.body["l"]}


def had_read(redacts: Iterable[Change]) -> set[str]:
    """Return the names and nonces of what redactions had seen.

    What was dated anew on two clones of one machine before it was sent has two ids and one nonce:
    whoever redacts the one has read the other.
    """
    found = [(item["name"], item["stub"].get("n")) for r in redacts for item in r.body["l"]]
    return {sign for signs in found for sign in signs if isinstance(sign, str)}


def _is_target(stub: Change, redact: Change) -> bool:
    """True where a stub is a version of what the redaction is about."""
    if stub.case != redact.case or state_of(stub) != "ok" or not _is_text(stub):
        return False
    if "t" in redact.body:
        return stub.kind != "set"
    return stub.kind == "set" and stub.body["f"] == redact.body["f"]


def erase(changes: Iterable[Change]) -> tuple[list[Change], frozenset[str]]:
    """Take out what the redactions among these changes erase.

    Args:
        changes: all changes of a field, or of an entry.

    Returns:
        The changes, the erased ones without their text, with those that only a redaction knows;
        and the ids of the changes that lost a text here, parts of long texts too.
    """
    changes = list(changes)
    redacts = [change for change in changes if change.kind == "redact"]
    if not redacts:
        return changes, _NOTHING
    redacts.sort(key=lambda redact: redact.order)
    here = {change.id for change in changes}
    carried: dict[str, Change] = {}
    for redact in redacts:
        for stub in stubs(redact):
            if stub.id not in here:
                carried.setdefault(stub.id, stub)
    every = [*changes, *carried.values()]
    seen = listed(redacts, "name")
    unaware = frozenset[str]().union(*(_not_after(redact, every) for redact in redacts))
    gone = {change.id for change in every if change.erased or change.id in unaware}
    # The parts of a long text come with the change that says of which text they are.
    torn = {_act(change) for change in every if change.id in gone and _is_text(change)}

    def doomed(change: Change) -> bool:
        if change.kind in LISTED:
            return change.name in seen
        name = _says(change)
        if name is None:
            return False
        return name in seen or (
            _act(change) in torn if change.kind == "part" else change.id in gone
        )

    kept = [_blank(change) if doomed(change) else change for change in every]
    return kept, frozenset(change.id for change in changes if not change.erased and doomed(change))


def _act(change: Change) -> tuple[str | None, str, str | None]:
    """Return what a text and its parts have in common, and no equal one of another copy has."""
    return _says(change), change.copy, change.batch


def _not_after(redact: Change, changes: list[Change]) -> set[str]:
    """Return the ids of the changes none of whose predecessors comes after a redaction.

    One of whose predecessors is not here is not among them: it may turn out to come after. Of
    changes that share a name (two people imported the same words) each is judged by itself: one of
    them may come after.
    """
    waits = {change.id: len(change.p) for change in changes}
    followers: dict[str, list[Change]] = {}
    for change in changes:
        for name in change.p:
            followers.setdefault(name, []).append(change)
    ready = [change for change in changes if not change.p and change is not redact]
    found: set[str] = set()
    passed: set[str] = set()
    while ready:
        change = ready.pop()
        found.add(change.id)
        if change.name in passed:
            continue
        passed.add(change.name)
        for follower in followers.get(change.name, ()):
            waits[follower.id] -= 1
            if waits[follower.id] == 0 and follower is not redact:
                ready.append(follower)
    return found


def _is_text(change: Change) -> bool:
    """True for a version of a text; an edit of speaker or time is none."""
    return change.kind in TEXTS or (change.kind == "edit" and not change.body.keys() & {"s", "at"})


def _says(change: Change) -> str | None:
    """Return the name of the version whose text a change holds, if it holds any."""
    if change.kind == "part":
        return str(change.body["of"])
    return change.name if _is_text(change) else None


def _blank(change: Change) -> Change:
    return change._replace(body=change.stub, erased=True)
