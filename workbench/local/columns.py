"""Values as the columns of the tables hold them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import Any

from workbench.cases.model import Attachment, Image
from workbench.cases.text import fold

SEPARATOR = "\x1f"
"""Stands between texts that are searched together; no term holds it, so none crosses it."""

_write_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def listed(values: Collection[object]) -> str:
    """Return a list as JSON."""
    return _write_json(values) if values else "[]"


def texts(values: Collection[str]) -> str:
    """Return texts as ``listed`` does."""
    return f"[{','.join(map(encode_basestring, values))}]"


def items(listed: str) -> list[Any]:
    """Return the list that ``listed`` wrote; most are empty."""
    return [] if listed == "[]" else list(json.loads(listed))


def names(ids: Collection[str]) -> str:
    """Return ids as JSON: there is no sign in them that JSON writes otherwise."""
    return '["' + '","'.join(ids) + '"]' if ids else "[]"


def images(found: Iterable[Image]) -> str:
    """Return pictures as [file, width, height]."""
    return listed([[image.file, image.width, image.height] for image in found])


def files(found: Iterable[Attachment]) -> str:
    """Return files as [file, sha256, size]."""
    return listed([[file.file, file.sha256, file.size] for file in found])


def searched(texts: Iterable[str]) -> str:
    """Return texts as search reads them."""
    return SEPARATOR.join([fold(text) for text in texts if text])


def day_ms(day: str | None) -> int:
    """Return the start (UTC) of an ISO date or the moment of an ISO time in ms, 0 for None."""
    if day is None:
        return 0
    moment = datetime.fromisoformat(day)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)
