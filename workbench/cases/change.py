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
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeGuard

from workbench.cases.digest import sha256
from workbench.cases.model import STATUSES
from workbench.cases.names import LENGTH, SIGNS
from workbench.cases.people import SIDES
from workbench.cases.record import Record
from workbench.cases.said import said

MAX_BYTES = 256 * 1024
PART_CHARS = 192 * 1024
"""A text whose JSON is longer than this travels in parts."""
MAX_DEPTH = 8
MAX_INTEGER = 2**53

Body = dict[str, Any]
_HEX = "0123456789abcdef"
_NOTHING: frozenset[str] = frozenset()
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class BadChange(ValueError):
    """Bytes that are no change: kept, passed on, never folded."""


class Change(Record):
    """A decoded change. ``h`` is the hybrid time as a 64-bit integer; ``body`` holds every key.

    ``erased`` is true for a change of which only the stub is left: all its keys but its text.
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
        if self.kind == "att":
            return "sha256" not in self.body  # a page names its files; what they hold is elsewhere
        return "i" in self.body and self.kind in IMPORTABLE

    @property
    def stub(self) -> Body:
        """All keys but the text: what stays when the text is erased.

        Of a file that is its name; the hash stays, for copies to know which content must go. Of
        what was said of a person it is the spellings of the name.
        """
        gone = text_keys(self.kind)
        return {key: value for key, value in self.body.items() if key not in gone}


_TEXT = frozenset({"x"})
_NAMES = {"att": frozenset({"x", "name"}), "person": frozenset({"name", "alias"})}


def text_keys(kind: str) -> frozenset[str]:
    """Return the keys that an erased change of this kind loses."""
    return _NAMES.get(kind, _TEXT)


IMPORTABLE = frozenset({"case", "set", "add", "edit", "num", "att"})


def encode(kind: str, case: str, **given: Any) -> bytes:
    """Return the bytes of the change that ``make`` makes of the same arguments."""
    return make(kind, case, **given)[0]


def make(
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
) -> tuple[bytes, Change]:
    """Return the bytes of a change, and what they say; keys whose value is None are left out.

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
        text = _write_json(line)
        data = text.encode()
    except UnicodeEncodeError as error:
        raise BadChange(said("the text holds half of a character (a lone surrogate)")) from error
    _check_size(data)
    # Without this escape there is no NUL in it, and as it could be encoded, no surrogate either.
    plain = "\\u0000" not in text
    check_values([value for value in line.values() if not (plain and isinstance(value, str))])
    return data, from_body(line, sha256(data).hexdigest())


def decode(data: bytes, change_id: str | None = None, *, erased: bool = False) -> Change:
    """Return the change that these bytes are, or the one of which they are the stub.

    Raises:
        BadChange: they break a rule of the format. An unknown kind is no such break.
    """
    _check_size(data)
    if b"\n" in data or b"\r" in data:
        raise BadChange("a change is one line")
    try:
        body = _read(data.decode())
    except (ValueError, RecursionError) as error:
        raise BadChange(f"no JSON of a change: {error}") from error
    if not isinstance(body, dict):
        raise BadChange("a change is a JSON object")
    if b"\\u" in data:
        check_values(body)
    else:  # without an escape there is no NUL in it, and no half of a character
        check_values([value for value in body.values() if isinstance(value, (dict, list))])
    return from_body(body, change_id or sha256(data).hexdigest(), erased=erased)


def from_body(body: Body, change_id: str, *, erased: bool = False) -> Change:
    """Return the change with this body; used for stubs, whose bytes are gone.

    Raises:
        BadChange: a common key is missing or of the wrong form, or a known kind's own keys are.
    """
    version = body.get("v")
    if not _whole(version) or version < 1:
        raise BadChange("v is no version of the format")
    if version == 1:
        _check_common(body)
        if body["k"] in KINDS:
            _check_kind(body["k"], body, erased=erased)
            if "i" not in body or "i" in KINDS[body["k"]]:
                return kept(body, change_id, erased=erased)
    return Change(
        id=change_id,
        name=_or_blank(body.get("i"), _is_id) or change_id,
        kind=_or_blank(body.get("k"), _text),
        case=_or_blank(body.get("c"), _is_id),
        h=int(_or_blank(body.get("h"), _is_time) or "0", 16),
        author=_or_blank(body.get("a"), _text),
        copy=_or_blank(body.get("r"), _is_id),
        p=frozenset(_or_blank(body.get("p"), _is_names)),
        body=body,
        erased=erased,
    )


def kept(body: Body, change_id: str, *, erased: bool = False) -> Change:
    """Return the change with a body that the log holds as "ok": it was checked when it came."""
    before = body.get("p")
    return Change(
        change_id,
        body.get("i") or change_id,
        body["k"],
        body["c"],
        int(body["h"], 16),
        body["a"],
        body["r"],
        frozenset(before) if before else _NOTHING,
        body,
        erased,
    )


def state_of(change: Change) -> str:
    """Return "ok", or "unknown" for what a newer version must have written."""
    body, kind = change.body, change.kind
    if body.get("v") != 1 or kind not in KINDS:
        return "unknown"
    if not body.keys() <= _CHECKS[kind].keys():
        return "unknown"
    if body.get("side", "") not in ("", *SIDES):
        return "unknown"
    known = SETS if kind in ("add", "rem") else ERASABLE if kind == "redact" else FIELDS
    return "ok" if body.get("f", known[0]) in known else "unknown"


# --- what each kind carries -------------------------------------------------------------------


def _text(value: object) -> bool:
    return isinstance(value, str)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) == LENGTH and not value.strip(SIGNS)


def _is_name(value: object) -> bool:
    return _is_id(value) or _is_hex(value, 64)


def _is_hex(value: object, length: int) -> bool:
    return isinstance(value, str) and len(value) == length and not value.strip(_HEX)


def _is_above(value: object) -> bool:
    return value == "" or _is_name(value)


def _is_time(value: object) -> bool:
    return isinstance(value, str) and _is_hex(value, 16) and value[0] < "8"


def _is_nonce(value: object) -> bool:
    return _is_hex(value, 32)


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(_is_name(item) for item in value)


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _count(value: object) -> bool:
    return _whole(value) and value >= 0


def _is_named(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_moment(value: object) -> bool:
    """A date, or a date with a time; "" for none."""
    return value == "" or (isinstance(value, str) and _calendar(value))


def _is_day(value: object) -> bool:
    return value is None or (
        isinstance(value, str) and re.fullmatch(_DAY, value) is not None and _calendar(value)
    )


def _calendar(text: str) -> bool:
    from datetime import datetime

    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


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
        isinstance(item, dict)
        and _is_name(item.get("id"))
        and _is_name(item.get("name"))
        and isinstance(item.get("stub"), dict)
        for item in value
    )


def _hashes(value: object) -> bool:
    return isinstance(value, list) and all(_is_hex(item, 64) for item in value)


def _is_upto(value: object) -> bool:
    """A time, or one for each of some copies."""
    if isinstance(value, dict):
        return all(_is_id(copy) and _is_time(h) for copy, h in value.items())
    return _is_time(value)


def _anything(value: object) -> bool:
    return True


def _or_blank(value: Any, check: Check) -> Any:
    """Return a value of the right form, else "": what a later format means is not known here."""
    return value if check(value) else ""


Check = Callable[[object], bool]
COMMON: Mapping[str, Check] = {
    "v": _whole,
    "k": _text,
    "c": _is_id,
    "h": _is_time,
    "a": _text,
    "r": _is_id,
    "n": _is_nonce,
    "p": _is_names,
    "g": _text,
    "u": _text,
    "unsure": _whole,
    "must": _whole,
    "sig": _text,
}
ALWAYS = frozenset({"v", "k", "c", "h", "a", "r", "n"})

KINDS: Mapping[str, Mapping[str, Check]] = {
    # creates the case
    "case": {"i": _is_id, "project": _text, "date_raw": _text, "rev": _revision},
    # a single value; a status is one value {"s", "until", "why"}, a date {"raw", "on"}
    "set": {"i": _is_id, "f": _text, "x": _anything, "rev": _revision, "parts": _count},
    # an element of a set; o names the adds that the person saw
    "add": {"i": _is_id, "f": _text, "e": _text, "rev": _revision},
    "rem": {"f": _text, "e": _text, "o": _is_names},
    # an entry; af names the entry above it on the page ("" = none), and marks it as imported
    "note": {
        "i": _is_id,
        "x": _text,
        "re": _is_name,
        "s": _text,
        "at": _is_moment,
        "af": _is_above,
        "by": _text,
        "d": _count,
        "rev": _revision,
        "parts": _count,
    },
    # one of an entry's three registers: text, speaker ("" = none), time of happening
    "edit": {
        "i": _is_id,
        "t": _is_name,
        "x": _text,
        "s": _text,
        "at": _is_moment,
        "rev": _revision,
        "parts": _count,
    },
    # an entry (t), or the case itself
    "hide": {"t": _is_name, "rev": _revision},
    "show": {"t": _is_name, "rev": _revision},
    # t an entry or f a field; l the erased versions' stubs
    "redact": {"t": _is_name, "f": _text, "l": _stubs, "why": _text},
    # a file or picture; t the entry it stands in (none: the problem)
    "att": {
        "i": _is_id,
        "t": _is_name,
        "sha256": _text,
        "size": _whole,
        "name": _text,
        "mime": _text,
        "width": _whole,
        "height": _whole,
        "rev": _revision,
    },
    "attrem": {"t": _is_name, "o": _is_names},
    "num": {"i": _is_id, "fam": _text, "x": _count, "src": _text, "rev": _revision},
    # a save of a page; with a size its source is shared as a content. out: contents of it that hold
    # redacted words
    "page": {
        "name": _text,
        "sha256": _text,
        "size": _count,
        "rev": _revision,
        "shape": _text,
        "raw": _count,
        "at": _text,
        "by": _text,
        "project": _text,
        "out": _hashes,
    },
    # how far a person has read; upto gives of each copy the newest time seen, or one time for all
    "read": {"who": _text, "upto": _is_upto},
    # of a person, about nobody's case: alias is another spelling of the name, and with o that is
    # taken off, o naming the changes that said so; or the side ("" = none)
    "person": {"name": _is_named, "alias": _is_named, "side": _text, "o": _is_names},
    # the j-th piece of a text too long for one change; of names the version it belongs to
    "part": {"of": _is_name, "t": _is_name, "f": _text, "j": _count, "x": _text},
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
    "read": frozenset({"who", "upto"}),
    "person": frozenset({"name"}),
    "part": frozenset({"of", "j", "x"}),
}
_CHECKS: Mapping[str, Mapping[str, Check]] = {k: {**COMMON, **own} for k, own in KINDS.items()}
FIELDS = ("title", "problem", "date", "engineer_label", "status")
"""The single-value fields, in the order in which a case shows them."""
ERASABLE = (*FIELDS, "files", "people")
"""What a redaction of a case itself can be about; "files" are those that stand in no entry, and
"people" the names that were said in no case."""
TEXT_FIELDS = frozenset({"title", "problem", "engineer_label"})
SETS = ("engineers", "tags")
_KEYS = [(kind, sorted(own)) for kind, own in sorted(_CHECKS.items())]
VOCABULARY = sha256(repr([ERASABLE, SETS, SIDES, *_KEYS]).encode()).hexdigest()
"""Another one where a version knows other words: then what was not understood is read again."""


def _check_common(body: Body) -> None:
    if not body.keys() >= ALWAYS:
        raise BadChange(f"{', '.join(sorted(ALWAYS - body.keys()))} is missing")
    checks = _CHECKS.get(body["k"], COMMON) if _text(body["k"]) else COMMON
    for key, value in body.items():
        check = checks.get(key)
        if check is not None and not check(value):
            raise BadChange(said("{key} has the wrong form", key=key))


def _check_kind(kind: str, body: Body, *, erased: bool) -> None:
    missing = REQUIRED.get(kind, frozenset()) - body.keys()
    if erased:
        missing -= text_keys(kind)
    if missing:
        raise BadChange(f"{kind}: {', '.join(sorted(missing))} is missing")
    if kind == "redact" and len(body.keys() & {"t", "f"}) != 1:
        raise BadChange("redact: exactly one of t and f")
    if not erased:
        check_content(kind, body)


def check_content(kind: str, body: Body) -> None:
    """Refuse a body that says too much or nothing of what its kind is about."""
    if kind == "note" and len(body.keys() & {"x", "parts"}) != 1:
        raise BadChange("note: exactly one of x and parts")
    if kind == "person" and len(body.keys() & {"alias", "side"}) != 1:
        raise BadChange("person: exactly one of alias and side")
    if kind == "edit" and len(body.keys() & {"x", "parts", "s", "at"}) != 1:
        raise BadChange("edit: exactly one of x, parts, s and at")
    if kind == "set" and not _is_content(body["f"], body):
        raise BadChange(f"set: no value for {body['f']}")


def _is_content(field: str, body: Body) -> bool:
    value = body.get("x")
    if "parts" in body:
        return "x" not in body and (field in TEXT_FIELDS or field not in FIELDS)
    if field == "status":
        return (
            isinstance(value, dict)
            and value.get("s") in STATUSES
            and _is_day(value.get("until"))
            and (value.get("why") is None or _text(value["why"]))
        )
    if field == "date":
        return (
            isinstance(value, dict)
            and _is_day(value.get("on"))
            and (value.get("raw") is None or _text(value["raw"]))
        )
    return field not in TEXT_FIELDS or value is None or _text(value)


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


_decoder = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=_no_float,
    parse_constant=_no_float,
    parse_int=_integer,
)
_read_json = _decoder.decode
_scan: Callable[[str, int], tuple[Any, int]] = _decoder.__dict__["scan_once"]


def _read(text: str) -> Any:
    try:
        body, end = _scan(text, 0)
    except StopIteration:
        end = -1
    return body if end == len(text) else _read_json(text)  # which says what is wrong


_write_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise BadChange(
            said(
                "a change of {size} bytes; at most {most} are allowed",
                size=len(data),
                most=MAX_BYTES,
            )
        )


def check_values(value: Body | list[Any], depth: int = 1) -> None:
    """Refuse what no text and no number of a change may be, however deep it stands."""
    if depth > MAX_DEPTH:
        raise BadChange(f"nested deeper than {MAX_DEPTH}")
    for item in (*value, *value.values()) if isinstance(value, dict) else value:
        if isinstance(item, str):
            _check_text(item)
        elif isinstance(item, (dict, list)):
            check_values(item, depth + 1)
        elif isinstance(item, float) or (isinstance(item, int) and abs(item) > MAX_INTEGER):
            raise BadChange(f"{item}: only whole numbers up to {MAX_INTEGER} are allowed")


def _check_text(text: str) -> None:
    if "\0" in text:
        raise BadChange(said("a text holds a NUL"))
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise BadChange(
                said("the text holds half of a character (a lone surrogate)")
            ) from error
