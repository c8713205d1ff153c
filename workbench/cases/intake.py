"""Reading changes as they arrive: quickly where they are written as we write them.

"What is read quickly is what ``decode`` and ``state_of`` make of it": only what is in no way
doubtful is decided here, and all else is left to them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from workbench.cases.change import (
    ALWAYS,
    COMMON,
    FIELDS,
    KINDS,
    MAX_BYTES,
    REQUIRED,
    SETS,
    Body,
    Change,
    Check,
    check_content,
    check_values,
    decode,
    kept,
    state_of,
)
from workbench.cases.names import LENGTH, SIGNS

_scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().__dict__["scan_once"]
_HEX = "0123456789abcdef"
_NONE: frozenset[str] = frozenset()
_OWN: Mapping[str, Mapping[str, Check]] = {
    kind: {key: check for key, check in {**COMMON, **own}.items() if key not in ALWAYS}
    for kind, own in KINDS.items()
    # rare: one holds other changes' stubs, the other may name a side of a later version
    if kind not in ("redact", "person")
}
_WORDS = {kind: SETS if kind in ("add", "rem") else FIELDS for kind in _OWN}
"""What ``f`` may name."""


def read(data: bytes, change_id: str) -> tuple[Change, str]:
    """Return the change that these bytes are, and its state: "ok" or "unknown".

    Args:
        change_id: their sha256, in hex.

    Raises:
        BadChange: they are none.
    """
    body = _usual(data)
    if body is not None:
        return kept(body, change_id), "ok"
    change = decode(data, change_id)
    return change, state_of(change)


def _usual(data: bytes) -> Body | None:
    """Return the body of a change that is "ok" beyond doubt."""
    # Without an escape there is no NUL in it, and no half of a character.
    if len(data) > MAX_BYTES or b"\\u" in data or b"\n" in data or b"\r" in data:
        return None
    try:
        text = data.decode()
        body, end = _scan(text, 0)
        if end == len(text) and _has_common(body) and _keys(body) == _pairs(text):
            return body  # type: ignore[no-any-return]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, StopIteration):
        pass  # ``decode`` says what is wrong with it
    return None


def _has_common(body: Body) -> bool:
    """True where the keys that every change has are right."""
    case, copy, h, nonce = body["c"], body["r"], body["h"], body["n"]
    return (
        len(case) == len(copy) == LENGTH
        and len(h) == 16
        and len(nonce) == 32
        and not (case + copy).strip(SIGNS)
        and not (h + nonce).strip(_HEX)
        and h[0] < "8"
        and body["v"] == 1
        and type(body["v"]) is int
        and type(body["a"]) is str
    )


def _keys(body: Body) -> int:
    """Return how many keys a right body has, with those in its values; -1 for a doubtful one."""
    kind = body["k"]
    own = _OWN[kind]
    count = len(body)
    for key, value in body.items():
        if key in ALWAYS:
            continue
        if not own[key](value):
            return -1
        if type(value) is not str:
            check_values([value])
            if type(value) is dict:
                count += len(value)
            if type(value) in (dict, list) and not _is_flat(value):
                return -1
    if not REQUIRED.get(kind, _NONE) <= body.keys():
        return -1
    if "f" in body and body["f"] not in _WORDS[kind]:
        return -1
    check_content(kind, body)
    return count


def _is_flat(value: Body | list[Any]) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return not any(isinstance(item, (dict, list)) for item in items)


def _pairs(text: str) -> int:
    """Return at least how many keys stand in a JSON text: one that stands twice counts twice.

    -2 where that can't be told so: there is room between a key and its colon.
    """
    return -2 if " :" in text or "\t:" in text else text.count('":')
