"""What a file's name, size and content hash may be. "Names are only labels": no path, no order."""

from __future__ import annotations

import re
import unicodedata

from workbench.cases.errors import BadInput
from workbench.cases.said import said

# Patterns are text, which re compiles when it is first used: most calls use none of them.
SIZE = r"\s*([0-9]{1,12}(?:\.[0-9]{1,3})?)\s*(?:([kmgt])(i?))?b?\s*"
SIGNS = frozenset("0123456789abcdef")
LIMIT = 100 * 1024 * 1024
"""How many bytes an attached file may have, unless a person sets another limit."""
LONGEST = 200
"""How many bytes of UTF-8 a name of an exported file has at most; file systems take 255."""
RESERVED = frozenset({
    "con", "prn", "aux", "nul", "conin$", "conout$",
    *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"),
})  # fmt: skip
"""Names that mean a device to Windows, with any ending."""


def is_hash(value: object) -> bool:
    """True for a sha256 as lower-case hex: only such a one ever becomes part of a path."""
    return isinstance(value, str) and len(value) == 64 and SIGNS.issuperset(value)


def label(name: str) -> str:
    """Return a file's own name as a label: the last part of its path.

    Raises:
        BadInput: nothing of it is left, or it is no text.
    """
    found = re.split(r"[/\\]", name.strip())[-1].strip()
    if not found or found in (".", "..") or len(found) > 1000 or not found.isprintable():
        raise BadInput(
            said("the file needs a name that can be shown"), said("Give one with --name.")
        )
    return found


def safe_name(name: str) -> str:
    """Return the name under which a file may be written on any system.

    No folder, no control or direction sign, nothing that Windows keeps for itself, no dash or dot
    in front, at most ``LONGEST`` bytes.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    signs = (sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    found = re.sub(r'[<>:"|?*]', "_", "".join(signs)).strip(" ").lstrip("-. ").rstrip(". ")
    stem, dot, ending = found.rpartition(".")
    if not dot or len(ending.encode()) > LONGEST // 4:
        stem, dot, ending = found, "", ""
    room = LONGEST - len((dot + ending).encode())
    found = (stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + ending) or "file"
    return f"_{found}" if found.partition(".")[0].rstrip(" ").casefold() in RESERVED else found


def is_size(text: str) -> bool:
    """True for a size as a person writes it."""
    return re.fullmatch(SIZE, text, re.ASCII | re.IGNORECASE) is not None


def parse_size(text: str) -> int:
    """Return a size as a person writes it in bytes: 200MB, 1.5 GiB, 4096.

    Raises:
        BadInput: it is none.
    """
    match = re.fullmatch(SIZE, text, re.ASCII | re.IGNORECASE)
    if match is None:
        raise BadInput(
            said('"{text}" is no size', text=text), said("Write it as 200MB, 1.5GB or 64MiB.")
        )
    number, unit, binary = match.groups()
    step = 1024 if binary else 1000
    return int(float(number) * step ** ("kmgt".find(unit.lower()) + 1 if unit else 0))


def show_size(size: int) -> str:
    """Return a size in bytes as a person reads it."""
    if size < 1024:
        return f"{size} B"
    shown = float(size)
    for unit in ("KiB", "MiB", "GiB"):
        shown /= 1024
        if shown < 1024 or unit == "GiB":
            break
    return f"{shown:.1f} {unit}" if shown < 100 else f"{shown:.0f} {unit}"
