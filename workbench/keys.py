"""Names of keys: how a person writes one, how the terminal library calls it, how it is shown.

The names are Textual's (``ctrl+s``, ``f7``, ``slash``, ``G``), written down here because the
command line speaks of keys too and must not load Textual. Which keys a terminal can't tell apart
or never sends is known here; what a key does is not.
"""

from __future__ import annotations

import unicodedata

from workbench.language import t

_RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_RENAMED_BACK = {new: old for old, new in _RENAMED.items()}

_MOVING = (
    *("up", "down", "left", "right", "home", "end"),
    *("pageup", "pagedown", "insert", "delete"),
)
_SPECIAL = {*_MOVING, "enter", "escape", "space", "tab", "backspace", "shift+tab"}
_FUNCTION = {f"f{number}" for number in range(1, 13)}
_ALIASES = {
    "esc": "escape",
    "del": "delete",
    "ins": "insert",
    "return": "enter",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
}
_SAME_BYTE = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+j": "enter", "ctrl+m": "enter"}

_LABELS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
}

_TWINS = {
    "/": "／、",
    "?": "？",
    ":": "：",
    "#": "＃",
    "!": "！",
    "%": "％",
    "[": "【",
    "]": "】",
    ",": "，",
    **{str(digit): chr(ord("０") + digit) for digit in range(10)},
}

TEXT_KEYS = frozenset(
    (
        *_MOVING,
        *("enter", "backspace", "space", "alt+backspace", "alt+delete"),
        *(f"ctrl+{letter}" for letter in "acekuvwxyz"),
        *(f"{modifier}+{key}" for modifier in ("ctrl", "shift", "ctrl+shift") for key in _MOVING),
    )
)
"""What writing needs: where text has focus these belong to the text, whatever they do elsewhere."""


class UnusableKey(ValueError):
    """A key that no one could press; ``str(error)`` says why, to follow the key's name."""


def name_of(character: str) -> str:
    """Return the name of the key that types ``character``; letters and digits name themselves."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, "").lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name) or character


def character_of(key: str) -> str | None:
    """Return the character that the named key types, None if it types none."""
    if len(key) == 1:
        return key
    if key == "space":
        return " "
    if "+" in key or key in _SPECIAL or key in _FUNCTION:
        return None
    name = _RENAMED_BACK.get(key, key).replace("_", " ").upper()
    for candidate in (name, name.replace(" ", "-", 1)):
        try:
            return unicodedata.lookup(candidate)
        except KeyError:
            continue
    return None


def belongs_to_text(key: str) -> bool:
    """Return whether the key types or edits where text has focus."""
    return key in TEXT_KEYS or character_of(key) is not None


def twins(key: str) -> tuple[str, ...]:
    """Return the names of the full-width and Chinese keys that act like ``key``.

    An input method in its Chinese mode sends these for the same key cap: ／ and 、 for /.
    """
    return tuple(name_of(twin) for twin in _TWINS.get(character_of(key) or "", ""))


def label(key: str) -> str:
    """Return how a key is shown to a person: ``Ctrl+S``, ``F7``, ``/``, ``Space``."""
    character = character_of(key)
    if character is not None and character != " ":
        return character
    *modifiers, base = key.split("+")
    shown = _LABELS.get(base) or (base.upper() if len(base) == 1 else base.capitalize())
    return "+".join((*(modifier.capitalize() for modifier in modifiers), shown))


def parse(written: str) -> str:
    """Return the name of a key as a person wrote it: ``/``, ``Ctrl+S``, ``F7``, ``PgUp``.

    Raises:
        UnusableKey: if there is no such key, or no terminal sends it as a key of its own.
    """
    if len(written) == 1 and written.isprintable() and written != " ":
        return name_of(written)
    key = written.strip().lower().replace(" ", "_") if written != " " else "space"
    if not key:
        raise UnusableKey(t("is empty"))
    *modifiers, base = key.split("+") if not key.endswith("+") else (*key[:-1].split("+")[:-1], "+")
    base = _ALIASES.get(base, base)
    if not modifiers:
        return _plain(base)
    return _modified(sorted(set(modifiers)), base)


def _plain(base: str) -> str:
    """Return the name of a key without modifiers."""
    if base in _SPECIAL or base in _FUNCTION:
        return base
    character = character_of(base)
    if character is None or character.isalnum() or not character.isprintable():
        raise UnusableKey(t("is no key's name"))
    return name_of(character)


def _modified(modifiers: list[str], base: str) -> str:
    """Return the name of a key with modifiers; terminals send few of these."""
    key = "+".join((*modifiers, base))
    if not set(modifiers) <= {"ctrl", "shift", "alt"}:
        raise UnusableKey(t("is no key's name"))
    if key in _SAME_BYTE:
        raise UnusableKey(t("is the same as {key} on many terminals", key=label(_SAME_BYTE[key])))
    if key == "ctrl+c":
        raise UnusableKey(t("copies a selection and can do nothing else"))
    is_letter = len(base) == 1 and base.isascii() and base.isalpha()
    if modifiers == ["shift"] and is_letter:
        return base.upper()
    if key in _SPECIAL or (is_letter and modifiers in (["ctrl"], ["alt"])):
        return key
    if base in _FUNCTION and modifiers == ["ctrl"]:
        return key
    if base in _MOVING and "alt" not in modifiers:
        return key
    raise UnusableKey(t("is not sent by most terminals"))
