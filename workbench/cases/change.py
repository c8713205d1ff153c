"""A change: one immutable line of JSON that says what a person did.

"A change is a byte string, its id is sha256 of these bytes, and the bytes are kept verbatim."
A change's *name* is its ``i`` where it has one, else its id; predecessors (``p``) are names.
What one may contain is written beside ``KINDS``. Beyond the common keys a change may carry:

* ``g`` the batch: all changes of one act bear the same;
* ``u`` the batch that this batch takes back (undo), or brings again (redo);
* ``d`` in a typed note: how many equal entries the case had above it (left out where none);
* ``by`` in an imported note: who wrote it, as the page says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

MAX_BYTES = 256 * 1024
PART_CHARS = 192 * 1024
"""A text whose JSON is longer than this travels in parts."""
MAX_DEPTH = 8
MAX_INTEGER = 2**53

Body = dict[str, Any]


class BadChange(ValueError):
    """Bytes that are no change: kept, passed on, never folded."""


class Change(NamedTuple):
    """A decoded change. ``h`` is the hybrid time as a 64-bit integer; ``body`` holds every key.

    ``erased`` is true for a change of which only the stub is left: all its keys but ``x``.
    """

    id: str
    name: str
    kind: str
    case: str
    h: int
    author: str
    copy: str
    p: frozenset[str]
    body: Body
    erased: bool = False

    @property
    def order(self) -> tuple[int, str]:
        """What orders the timeline and breaks ties: (h, id)."""
        return (self.h, self.id)

    @property
    def batch(self) -> str | None:
        """The act this change belongs to."""
        value = self.body.get("g")
        return value if isinstance(value, str) else None

    @property
    def imported(self) -> bool:
        """True for what an import wrote: what a page says, not what a person did here."""
        if self.kind == "note":
            return "af" in self.body
        if self.kind in ("show", "hide"):
            return "rev" in self.body
        return "i" in self.body and self.kind in IMPORTABLE

    @property
    def stub(self) -> Body:
        """All keys but the text: what stays when the text is erased."""
        return {key: value for key, value in self.body.items() if key != "x"}


IMPORTABLE = frozenset({"case", "set", "add", "edit", "num", "att"})


def encode(
    kind: str,
    case: str,
    *,
    h: int,
    author: str,
    copy: str,
    nonce: bytes,
    p: Iterable[str] = (),
    batch: str | None = None,
    **body: Any,
) -> bytes:
    """Return the bytes of a change; keys whose value is None are left out.

    Args:
        h: hybrid time, 64 bit.
        nonce: 16 random bytes: two equal clicks are two changes, and a hash tells nothing.

    Raises:
        BadChange: the result would not be a change (too long, a NUL, a lone surrogate).
    """
    line: Body = {
        "v": 1,
        "k": kind,
        "c": case,
        "h": f"{h:016x}",
        "a": author,
        "r": copy,
        "n": nonce.hex(),
    }
    if names := sorted(p):
        line["p"] = names
    if batch is not None:
        line["g"] = batch
    line.update((key, value) for key, value in body.items() if value is not None)
    try:
        data = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise BadChange("the text holds half of a character (a lone surrogate)") from error
    decode(data)
    return data


def decode(data: bytes, change_id: str | None = None, *, erased: bool = False) -> Change:
    """Return the change that these bytes are, or the one of which they are the stub.

    Raises:
        BadChange: they break a rule of the format. An unknown kind is no such break.
    """
    if len(data) > MAX_BYTES:
        raise BadChange(f"a change of {len(data)} bytes; at most {MAX_BYTES} are allowed")
    try:
        body = json.loads(
            data,
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_integer,
        )
    except (ValueError, RecursionError) as error:
        raise BadChange(f"no JSON of a change: {error}") from error
    if not isinstance(body, dict):
        raise BadChange("a change is a JSON object")
    _check_values(body)
    return from_body(body, change_id or sha256(data).hexdigest(), erased=erased)


def from_body(body: Body, change_id: str, *, erased: bool = False) -> Change:
    """Return the change with this body; used for stubs, whose bytes are gone.

    Raises:
        BadChange: a common key is missing or of the wrong form, or a known kind's own keys are.
    """
    try:
        time = body["h"]
        if not isinstance(time, str) or len(time) != 16:
            raise BadChange("h is not 16 hex digits")
        h = int(time, 16)
        kind, case, author, copy = body["k"], body["c"], body["a"], body["r"]
    except (KeyError, ValueError) as error:
        raise BadChange(f"a common key is missing or wrong: {error}") from error
    if h >= 2**63:
        raise BadChange("h is out of range")
    if not all(isinstance(value, str) for value in (kind, case, author, copy)):
        raise BadChange("k, c, a and r are text")
    predecessors = body.get("p", [])
    if not _is_names(predecessors):
        raise BadChange("p is a list of names")
    if body.get("v") == 1 and kind in KINDS:
        _check_kind(kind, body, erased=erased)
    name = body.get("i")
    return Change(
        id=change_id,
        name=name if isinstance(name, str) else change_id,
        kind=kind,
        case=case,
        h=h,
        author=author,
        copy=copy,
        p=frozenset(predecessors),
        body=body,
        erased=erased,
    )


def state_of(change: Change) -> str:
    """Return "ok", or "unknown" for what a newer version must have written."""
    if change.body.get("v") != 1 or change.kind not in KINDS:
        return "unknown"
    return "ok" if change.body.keys() <= COMMON | KINDS[change.kind].keys() else "unknown"


# --- what each kind carries -------------------------------------------------------------------


def _text(value: object) -> bool:
    return isinstance(value, str)


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _revision(value: object) -> bool:
    """[page, major, minor], or [page] for a source that has no revisions."""
    return (
        isinstance(value, list)
        and len(value) in (1, 3)
        and isinstance(value[0], str)
        and all(_whole(item) for item in value[1:])
    )


def _stubs(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and _text(item.get("id")) and isinstance(item.get("stub"), dict)
        for item in value
    )


def _anything(value: object) -> bool:
    return True


Check = Callable[[object], bool]
COMMON = frozenset({"v", "k", "c", "h", "a", "r", "n", "p", "g", "u", "unsure", "must", "sig"})

KINDS: Mapping[str, Mapping[str, Check]] = {
    # creates the case
    "case": {"i": _text, "project": _text, "date_raw": _text, "rev": _revision},
    # a single value; a status is one value {"s", "until", "why"}, a date {"raw", "on"}
    "set": {"i": _text, "f": _text, "x": _anything, "rev": _revision, "parts": _whole},
    # an element of a set; o names the adds that the person saw
    "add": {"i": _text, "f": _text, "e": _text, "rev": _revision},
    "rem": {"f": _text, "e": _text, "o": _is_names},
    # an entry; af names the entry above it on the page ("" = none), and marks it as imported
    "note": {
        "i": _text,
        "x": _text,
        "re": _text,
        "s": _text,
        "at": _text,
        "af": _text,
        "by": _text,
        "d": _whole,
        "rev": _revision,
        "parts": _whole,
    },
    # one of an entry's three registers: text, speaker ("" = none), time of happening
    "edit": {
        "i": _text,
        "t": _text,
        "x": _text,
        "s": _text,
        "at": _text,
        "rev": _revision,
        "parts": _whole,
    },
    # an entry (t), or the case itself
    "hide": {"t": _text, "rev": _revision},
    "show": {"t": _text, "rev": _revision},
    # t an entry or f a field; l the erased versions' stubs
    "redact": {"t": _text, "f": _text, "l": _stubs, "why": _text},
    # a file or picture; t the entry it stands in (none: the problem)
    "att": {
        "i": _text,
        "t": _text,
        "sha256": _text,
        "size": _whole,
        "name": _text,
        "mime": _text,
        "width": _whole,
        "height": _whole,
        "rev": _revision,
    },
    "attrem": {"t": _text, "o": _is_names},
    "num": {"i": _text, "fam": _text, "x": _whole, "src": _text, "rev": _revision},
    "page": {"name": _text, "sha256": _text, "rev": _revision},
    # the j-th piece of a text too long for one change; of names the version it belongs to
    "part": {"of": _text, "t": _text, "f": _text, "j": _whole, "x": _text},
}
REQUIRED: Mapping[str, frozenset[str]] = {
    "case": frozenset({"project", "date_raw"}),
    "set": frozenset({"f"}),
    "add": frozenset({"f", "e"}),
    "rem": frozenset({"f", "e", "o"}),
    "note": frozenset({"i"}),
    "edit": frozenset({"t"}),
    "redact": frozenset({"l", "why"}),
    "att": frozenset({"i", "name"}),
    "attrem": frozenset({"o"}),
    "num": frozenset({"fam", "x", "src"}),
    "page": frozenset({"name", "sha256"}),
    "part": frozenset({"of", "j", "x"}),
}
FIELDS = ("title", "problem", "date", "engineer_label", "status")
"""The single-value fields, in the order in which a case shows them."""


def _check_kind(kind: str, body: Body, *, erased: bool) -> None:
    checks = KINDS[kind]
    for key, check in checks.items():
        if key in body and not check(body[key]):
            raise BadChange(f"{kind}: {key} has the wrong form")
    missing = REQUIRED.get(kind, frozenset()) - body.keys()
    if missing:
        raise BadChange(f"{kind}: {', '.join(sorted(missing))} is missing")
    if erased or "parts" in body:
        return
    if kind == "note" and "x" not in body:
        raise BadChange("note: x is missing")
    if kind == "edit" and len(body.keys() & {"x", "s", "at"}) != 1:
        raise BadChange("edit: exactly one of x, s and at")
    if kind == "set" and not _is_value(body["f"], body.get("x")):
        raise BadChange(f"set: no value for {body['f']}")


def _is_value(field: object, value: object) -> bool:
    if field == "status":
        return isinstance(value, dict) and value.get("s") in (
            "unset",
            "in_progress",
            "on_hold",
            "resolved",
        )
    if field == "date":
        return isinstance(value, dict)
    return field not in FIELDS or value is None or isinstance(value, str)


def _unique(pairs: list[tuple[str, Any]]) -> Body:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a key stands twice")
    return body


def _no_float(text: str) -> Any:
    raise ValueError(f"{text}: only whole numbers are allowed")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise ValueError("a number is out of range")
    return int(text)


def _check_values(value: object, depth: int = 1) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise BadChange("a text holds a NUL")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise BadChange("a text holds a lone surrogate") from error
    elif isinstance(value, (dict, list)):
        if depth > MAX_DEPTH:
            raise BadChange(f"nested deeper than {MAX_DEPTH}")
        items = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        for item in items:
            _check_values(item, depth + 1)
