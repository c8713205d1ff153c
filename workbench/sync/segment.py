"""A segment: a file that holds neighbouring items of one feed, and never changes.

Its first line is a JSON header; a line for each item follows, and the whole may be packed with
zlib. The name holds the hash of the unpacked content, so a half-copied file, or one that another
program changed, is not read, and a conflict copy has another name.

An item's line is the change as it is; where its bytes were erased, its id in hex and, behind a
space, its stub: a copy that never had it needs to know what it was about. What is no line of JSON
(a store passes on whatever it was given) stands behind a ``!`` in base64.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Any

from workbench.cases.change import MAX_BYTES
from workbench.cases.feed import Batch, Columns, Item
from workbench.sync.remote import FORMAT

MAX_UNPACKED = 16 * 1024 * 1024
NAME = re.compile(r"\A([0-9]{10})-([0-9]{10})-([0-9a-f]{32})\.seg\Z")
FEED = re.compile(r"\A[a-z2-7]{26}\Z")
_ERASED = re.compile(rb"([0-9a-f]{64})(?: (\{.*\}))?")


class BadSegment(ValueError):
    """The bytes are no segment, or not the one that its name says."""


def write(batch: Batch, store_id: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a batch's segment; the same batch gives the same name."""
    content = _content(batch, store_id)
    return _name(batch, content), zlib.compress(content, 6)


def name(batch: Batch, store_id: str) -> str:
    """Return the name of a batch's segment."""
    return _name(batch, _content(batch, store_id))


def room(item: Item) -> int:
    """Return how many bytes an item takes in a segment that is not packed."""
    return len(_line(item)) + 1


def _name(batch: Batch, content: bytes) -> str:
    return f"{batch.first:010d}-{batch.last:010d}-{sha256(content).hexdigest()[:32]}.seg"


def _content(batch: Batch, store_id: str) -> bytes:
    header: dict[str, Any] = {
        "format": FORMAT,
        "store": store_id,
        "feed": batch.feed,
        "first": batch.first,
        "last": batch.last,
        "before": batch.chain_before.hex(),
        "after": batch.chain_after.hex(),
    }
    if batch.erased:
        header["erased"] = batch.erased
    return b"%b\n%b\n" % (
        json.dumps(header, separators=(",", ":")).encode(),
        _joined_lines(Columns.of(batch.items)),
    )


def _joined_lines(items: Columns) -> bytes:
    data = [given for given in items.data if given is not None]
    if len(data) == len(items):
        joined = b"\n".join(data)
        if joined[:1] == b"{" and joined.count(b"\n") == joined.count(b"\n{") == len(data) - 1:
            return joined  # each is a line as it is, which one look at all of them tells
    return b"\n".join(map(_line, items))


def read(name: str, data: bytes, store_id: str, feed: str) -> Batch:
    """Return the batch of a segment.

    Raises:
        BadSegment: it is cut, changed, of another store or feed, or larger than allowed.
    """
    match = NAME.match(name)
    if match is None:
        raise BadSegment("no name of a segment")
    content = _unpack(data)
    if sha256(content).hexdigest()[:32] != match[3]:
        raise BadSegment("its content is not what its name says")
    lines = content.split(b"\n")
    if lines[-1] != b"":
        raise BadSegment("it does not end with a line")
    header = _header(lines[0])
    first, last = int(match[1]), int(match[2])
    expected = {"store": store_id, "feed": feed, "first": first, "last": last}
    for key, value in expected.items():
        if header.get(key) != value:
            raise BadSegment(f"its header names another {key}")
    if first < 1 or len(lines) - 2 != last - first + 1:
        raise BadSegment("it holds another number of changes than its name says")
    before, after = _chain(header, "before"), _chain(header, "after")
    batch = Batch(feed, first, before, _columns(lines[1:-1]), name)
    if batch.chain_after != after:
        raise BadSegment("its chain does not fit its changes")
    return batch


def range_of(name: str) -> tuple[int, int]:
    """Return the first and the last number that a segment's name tells."""
    return int(name[:10]), int(name[11:21])


def _unpack(data: bytes) -> bytes:
    if not data.startswith(b"{"):
        unpacker = zlib.decompressobj()
        try:
            content = unpacker.decompress(data, MAX_UNPACKED + 1)
        except zlib.error as error:
            raise BadSegment("it can't be unpacked") from error
        if not unpacker.eof and len(content) <= MAX_UNPACKED:
            raise BadSegment("it is cut")
        data = content
    if len(data) > MAX_UNPACKED:
        raise BadSegment("it is larger than a segment may be")
    return data


def _header(line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadSegment("it has no header") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise BadSegment("it has a header of another format")
    return header


def _chain(header: dict[str, Any], key: str) -> bytes:
    try:
        chain = bytes.fromhex(header[key])
    except (KeyError, TypeError, ValueError) as error:
        raise BadSegment("its header has no chain") from error
    if len(chain) not in (0, 32):
        raise BadSegment("its header has no chain")
    return chain


def _line(item: Item) -> bytes:
    data = item.data
    if data is None:
        return item.op_id.hex().encode() + (b"" if item.stub is None else b" " + item.stub)
    if data[:1] == b"{" and b"\n" not in data:
        return data
    return b"!" + base64.b64encode(data)


def _columns(lines: Iterable[bytes]) -> Columns:
    """Return the items that stand in these lines."""
    op_ids: list[bytes] = []
    data: list[bytes | None] = []
    stubs: dict[int, bytes] = {}
    for line in lines:
        if line[:1] != b"{":  # which no other begins with
            if erased := _ERASED.fullmatch(line):
                if erased[2] is not None:
                    stubs[len(op_ids)] = erased[2]
                op_ids.append(bytes.fromhex(erased[1].decode()))
                data.append(None)
                continue
            line = _plain(line)
        op_ids.append(sha256(line).digest())
        # What is larger than any change may be is passed over like an erased one.
        data.append(line if len(line) <= MAX_BYTES else None)
    return Columns(op_ids, data, stubs)


def _plain(line: bytes) -> bytes:
    """Return what stands in a line, in base64 where it is no line by itself."""
    if line[:1] == b"!":
        with suppress(binascii.Error):
            return base64.b64decode(line[1:], validate=True)
    return line
