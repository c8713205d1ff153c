"""Bytes to text: UTF-8, UTF-16 with a mark, or gb18030 where nothing else can be meant.

Bytes that fit no encoding become ``DAMAGE``, so that a reader can tell a damaged line from one
in which somebody wrote a replacement character.
"""

from __future__ import annotations

import codecs
import re

from workbench.cases.errors import UnusablePage
from workbench.cases.said import said

DAMAGE = "\udcff"
"""Stands for bytes that could not be decoded; it can't occur in decoded text."""

_UNDECODED = re.compile("[\udc80-\udcff]")
_PIECE = 1 << 20
_WORDS = ("问题描述", "跟踪", "解决", "状态", "工程师", "源代码")


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text with LF line ends, and the name of its encoding.

    Args:
        data: What the file holds, not empty.
        name: What the file is called in an error.

    Raises:
        UnusablePage: It is no text.
    """
    text, encoding = _decode(data)
    if "\0" in text:
        raise UnusablePage(
            said("{name} is no text: it holds binary data", name=name),
            said("save the wiki page's source view as text or HTML, or export it as a XAR"),
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def is_utf8(data: bytes) -> bool:
    """Say whether all bytes are UTF-8, without holding the text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _PIECE):
            decoder.decode(data[start : start + _PIECE])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def is_damaged(text: str) -> bool:
    """Say whether some bytes of this text could not be decoded."""
    return DAMAGE in text


def show_damage(text: str) -> str:
    """Return the text with a replacement character for what could not be decoded."""
    return text.replace(DAMAGE, "\ufffd")


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _forgiving(data, "utf-16"), "utf-16"
    if data.startswith(codecs.BOM_UTF8):
        return _forgiving(data[3:], "utf-8"), "utf-8"
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        return _guess(data)


def _guess(data: bytes) -> tuple[str, str]:
    """Choose between UTF-8 and gb18030 for bytes that are not whole UTF-8.

    Damaged or cut UTF-8 often decodes as gb18030 too, to nonsense: the labels of a page decide,
    and only where neither reading has any does it count that gb18030 fits every byte.
    """
    readings = {name: _forgiving(data, name) for name in ("utf-8", "gb18030")}
    found = {name: sum(map(text.count, _WORDS)) for name, text in readings.items()}
    if found["utf-8"] == found["gb18030"]:
        chinese = not is_damaged(readings["gb18030"])
    else:
        chinese = found["gb18030"] > found["utf-8"]
    name = "gb18030" if chinese else "utf-8"
    return readings[name], name


def _forgiving(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            return _UNDECODED.sub(DAMAGE, data.decode(encoding, "surrogateescape"))
        return data.decode(encoding, "replace").replace("\ufffd", DAMAGE)
