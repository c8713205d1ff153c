"""Files that are dropped on the terminal: what arrives is the path, as a shell would write it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

LONGEST = 4096


def dropped(text: str) -> Path | None:
    """Return the file whose path a pasted text is, whole; None where it is anything else."""
    text = text.strip()
    if not text or len(text) > LONGEST or not text.isprintable():
        return None
    for path in _readings(text):
        try:
            if path.is_absolute() and path.is_file():
                return path
        except (OSError, ValueError):
            continue
    return None


def _readings(text: str) -> list[Path]:
    """Return what the text may mean: a URL, a path as it is, one with quotes or backslashes."""
    if text.startswith("file://"):
        return [Path(unquote(urlsplit(text).path))]
    found = [Path(text).expanduser() if text.startswith("~/") else Path(text)]
    if os.name != "nt":
        try:
            words = shlex.split(text)
        except ValueError:
            words = []
        found += [Path(word) for word in words[:1] if len(words) == 1]
    return found
