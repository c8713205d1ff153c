"""Reading changes as they arrive: quickly where they are written as we write them.

"What is read quickly is what ``decode`` and ``state_of`` make of it": only what is in no way
doubtful is decided here, and all else is left to them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
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
_HEAD = re.compile(
    rf'{{"v":1,"k":"([a-z]+)","c":"([{SIGNS}]{{{LENGTH}}})","h":"([0-7][0-9a-f]{{15}})",'
    rf'"a":"([^"\\\x00-\x1f]*)","r":"([{SIGNS}]{{{LENGTH}}})","n":"([0-9a-f]{{32}})",'
)
"""How we begin a change: the keys that every one has, each right."""
_NONE: frozenset[str] = frozenset()
_OWN: Mapping[str, Mapping[str, Check]] = {
    kind: {key: check for key, check in {**COMMON, **own}.items() if key not in ALWAYS}
    for kind, own in KINDS.items()
    # rare: one holds other changes' stubs, the other may name a side of a later version
    if kind not in ("redact", "person")
}
_WORDS = {kind: SETS if kind in ("add", "rem") else FIELDS for kind in _OWN}
"""What ``f`` may name."""
_ANY = (COMMON["g"], KINDS["set"]["x"])
"""The checks that any text passes."""


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
    # Without an escape there is no NUL in it, and no half of a character. To look for one sign
    # first takes a tenth of the time.
    if len(data) > MAX_BYTES or b"\n" in data or b"\r" in data:
        return None
    if b"\\" in data and b"\\u" in data:
        return None
    try:
        text = data.decode()
        head = _HEAD.match(text)
        if head is None:
            return None
        own, end = _scan("{" + text[head.end() :], 0)
        kind, case, h, author, copy, nonce = head.groups()
        # Where a key stands twice, more are counted; behind the comma one has to stand.
        keys = _keys(kind, own)
        is_whole = end == 1 + len(text) - head.end() and own
        if is_whole and (keys == data.count(b":") or keys == _pairs(text)):
            always = {"v": 1, "k": kind, "c": case, "h": h, "a": author, "r": copy, "n": nonce}
            return {**always, **own}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, StopIteration):
        pass  # ``decode`` says what is wrong with it
    return None


def _keys(kind: str, own: Body) -> int:
    """Return how many keys a right body has, with those in its values; -1 for a doubtful one.

    Args:
        own: all but the keys that every change has.
    """
    count = len(ALWAYS) + len(own)
    for (check, is_any), value in zip(_checks(kind, *own), own.values(), strict=True):
        if type(value) is str:
            if not (is_any or check(value)):
                return -1
            continue
        if not check(value):
            return -1
        check_values([value])
        if type(value) is dict:
            count += len(value)
        if type(value) in (dict, list) and not _is_flat(value):
            return -1
    if "f" in own and own["f"] not in _WORDS[kind]:
        return -1
    if kind == "set":
        check_content(kind, own)
    return count


@lru_cache(maxsize=256)
def _checks(kind: str, *keys: str) -> list[tuple[Check, bool]]:
    """Return the check of each key's value, and whether it is right for any text.

    Raises:
        KeyError, ValueError: these are not the keys of a right change of this kind.
    """
    if not REQUIRED.get(kind, _NONE) <= {*keys}:
        raise KeyError(kind)
    if kind != "set":  # of all others the keys tell that they say neither too much nor nothing
        check_content(kind, dict.fromkeys(keys))
    checks = [_OWN[kind][key] for key in keys]
    return [(check, check in _ANY) for check in checks]


def _is_flat(value: Body | list[Any]) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return not any(isinstance(item, (dict, list)) for item in items)


def _pairs(text: str) -> int:
    """Return at least how many keys stand in a JSON text: one that stands twice counts twice.

    -2 where that can't be told so: there is room between a key and its colon.
    """
    return -2 if " :" in text or "\t:" in text else text.count('":')
