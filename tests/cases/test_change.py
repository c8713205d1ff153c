"""The format of a change: what is one, what is none, and that its bytes are kept."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import CASE, COPIES, NOW, bends, change_sets, data, examples, raw
from workbench.cases import names
from workbench.cases.change import (
    MAX_BYTES,
    BadChange,
    decode,
    encode,
    from_body,
    state_of,
)

NOTE = names.derive("a note")


def test_the_id_of_a_change_is_the_hash_of_its_bytes() -> None:
    made = data("note", i=NOTE, x="已送电")
    change = decode(made)
    assert change.id == sha256(made).hexdigest()
    assert change.name == NOTE
    assert decode(data("hide")).name == sha256(data("hide")).hexdigest()


def test_two_equal_clicks_are_two_changes() -> None:
    assert data("hide", n=1) != data("hide", n=2)


def test_what_a_change_says_comes_back() -> None:
    made = data("edit", [NOTE], t=NOTE, x="a\n\t“b” \U0001f50c", author="boris", batch="0f")
    change = decode(made)
    assert (change.kind, change.case, change.author) == ("edit", CASE, "boris")
    assert (change.copy, change.p, change.batch) == (COPIES["boris"], {NOTE}, "0f")
    assert change.h == NOW << 16
    assert change.body["x"] == "a\n\t“b” \U0001f50c"
    assert "a\\n\\t“b” \U0001f50c".encode() in made


def test_white_space_and_order_of_keys_are_the_writers() -> None:
    """Another writer's bytes are as good as ours, and have an id of their own."""
    ours = raw(i=NOTE, x="a")
    theirs = json.dumps(dict(reversed(json.loads(ours).items())), indent=None).encode()
    assert decode(theirs).body == decode(ours).body
    assert decode(theirs).id != decode(ours).id


def test_a_stub_is_all_but_the_text() -> None:
    change = decode(data("note", i=NOTE, x="密码", s="客户"))
    stub = from_body(change.stub, change.id, erased=True)
    assert "x" not in stub.body
    assert (stub.name, stub.order, stub.erased) == (NOTE, change.order, True)
    assert stub.body["s"] == "客户"


@pytest.mark.parametrize("kind", ["note", "set", "edit", "part"])
def test_every_text_has_a_stub(kind: str) -> None:
    body: dict[str, Any] = {
        "note": {"i": NOTE},
        "set": {"f": "status"},
        "edit": {"t": NOTE},
        "part": {"of": NOTE, "t": NOTE, "j": 0},
    }[kind]
    stub = json.loads(raw(k=kind, **body))
    assert from_body(stub, "0" * 64, erased=True).kind == kind


DEEP = {"x": 1}
for _ in range(7):
    DEEP = {"x": DEEP}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b"{}",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf" + raw(i=NOTE, x="a"),
        raw(i=NOTE, x="a").decode().encode("utf-16"),
        raw(i=NOTE, x="a") + b"\n",
        raw(i=NOTE, x="a").replace(b",", b",\n", 1),
        raw(i=NOTE, x="a") + b" x",
        raw(i=NOTE, x="a")[:-1] + b',"x":"b"}',
        raw(i=NOTE, x="a")[:-1] + b',"q":1.5}',
        raw(i=NOTE, x="a")[:-1] + b',"q":1e3}',
        raw(i=NOTE, x="a")[:-1] + b',"q":NaN}',
        raw(i=NOTE, x="a")[:-1] + b',"q":-Infinity}',
        raw(i=NOTE, x="a")[:-1] + b',"q":9007199254740993}',
        raw(i=NOTE, x="a")[:-1] + b',"q":' + b"9" * 5000 + b"}",
        raw(i=NOTE, x="a")[:-1] + b',"q":"\\u0000"}',
        raw(i=NOTE, x="a")[:-1] + b',"q\\u0000":1}',
        raw(i=NOTE, x="a")[:-1] + b',"q":"\\ud800"}',
        raw(i=NOTE, x="a")[:-1] + b',"q":"\xed\xa0\x80"}',
        raw(i=NOTE, x="a", q=DEEP),
        b"[" * MAX_BYTES,
        b'{"a":' * (MAX_BYTES // 5),
        raw(i=NOTE, x="a" * MAX_BYTES),
    ],
)
def test_what_breaks_a_rule_of_the_format_is_no_change(line: bytes) -> None:
    begin = time.perf_counter()
    with pytest.raises(BadChange):
        decode(line)
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize(
    "keys",
    [
        {"v": ...},
        {"v": 0},
        {"v": True},
        {"v": "1"},
        {"k": ...},
        {"k": 1},
        {"c": ...},
        {"c": ""},
        {"c": "A" * 26},
        {"c": "1" * 26},
        {"c": "a" * 27},
        {"h": ...},
        {"h": "0"},
        {"h": 5},
        {"h": "0x0000000000000a"},
        {"h": " 00000000000000a"},
        {"h": "+00000000000000a"},
        {"h": "0000_0000_0000_0a"[:16]},
        {"h": "01A3185C50000000"},
        {"h": "8000000000000000"},
        {"a": None},
        {"r": "me"},
        {"n": ...},
        {"n": "zz"},
        {"p": "x"},
        {"p": ["x"]},
        {"p": [1]},
        {"g": 1},
        {"u": []},
        {"i": "x"},
        {"i": None},
        {"i": ...},
        {"x": 1},
        {"x": ...},
        {"re": "x"},
        {"at": "soon"},
        {"at": "2026-02-30"},
        {"af": "x"},
        {"d": -1},
        {"parts": 1},
        {"parts": -1, "x": ...},
        {"rev": "25.8"},
        {"rev": ["nova", "25", "8"]},
        {"k": "edit", "i": ..., "t": NOTE, "s": "x"},
        {"k": "edit", "i": ..., "t": NOTE, "x": ...},
        {"k": "set", "i": ..., "f": "status", "x": "resolved"},
        {"k": "set", "i": ..., "f": "status", "x": {"s": "done"}},
        {"k": "set", "i": ..., "f": "status", "x": {"s": ["resolved"]}},
        {"k": "set", "i": ..., "f": "status", "x": {"s": "on_hold", "until": "soon"}},
        {"k": "set", "i": ..., "f": "status", "x": {"s": "on_hold", "why": 5}},
        {"k": "set", "i": ..., "f": "status", "x": ..., "parts": 2},
        {"k": "set", "i": ..., "f": "date", "x": {"on": "20260101"}},
        {"k": "set", "i": ..., "f": "date", "x": {"raw": 20260101}},
        {"k": "set", "i": ..., "f": "problem", "x": {"a": 1}},
        {"k": "redact", "i": ..., "x": ..., "l": [], "why": "x"},
        {"k": "redact", "i": ..., "x": ..., "l": [], "why": "x", "t": NOTE, "f": "problem"},
        {"k": "redact", "i": ..., "x": ..., "t": NOTE, "l": [{"id": "x"}], "why": "x"},
        {"k": "num", "i": ..., "fam": "nova", "src": "claim", "x": -1},
        {"k": "rem", "i": ..., "x": ..., "f": "tags", "e": "a", "o": [None]},
    ],
)
def test_keys_of_the_wrong_form_are_no_change(keys: dict[str, Any]) -> None:
    with pytest.raises(BadChange):
        decode(raw(**{"i": NOTE, "x": "a", **keys}))


@pytest.mark.parametrize(
    "keys",
    [
        {"k": "spin", "i": ..., "x": ["?"]},
        {"colour": 1},
        {"v": 2},
        {"v": 2, "h": ..., "c": 5, "p": "x", "i": 9},
        {"k": "set", "i": ..., "f": "mood"},
        {"k": "add", "i": ..., "x": ..., "f": "moods", "e": "?"},
        {"must": 1, "colour": 1},
    ],
)
def test_what_a_newer_version_writes_is_unknown(keys: dict[str, Any]) -> None:
    assert state_of(decode(raw(**{"i": NOTE, "x": "a", **keys}))) == "unknown"


def test_what_is_known_is_ok() -> None:
    assert state_of(decode(raw(i=NOTE, x="a", must=1, sig="x", unsure=1))) == "ok"


@pytest.mark.parametrize("number", [2**53, -(2**53), 0])
def test_whole_numbers_up_to_two_to_the_53_are_kept(number: int) -> None:
    assert decode(raw(i=NOTE, x="a", q=number)).body["q"] == number


def test_the_longest_change_is_one() -> None:
    room = MAX_BYTES - len(raw(i=NOTE, x=""))
    assert decode(raw(i=NOTE, x="a" * room))
    with pytest.raises(BadChange, match="262145"):
        decode(raw(i=NOTE, x="a" * (room + 1)))


def test_the_deepest_change_is_one() -> None:
    assert decode(raw(i=NOTE, x="a", q=[[[[[[[1]]]]]]]))
    with pytest.raises(BadChange, match="deeper"):
        decode(raw(i=NOTE, x="a", q=[[[[[[[[1]]]]]]]]))


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", "x" * MAX_BYTES])
def test_nothing_that_is_none_is_ever_written(text: str) -> None:
    with pytest.raises(BadChange):
        encode("note", CASE, h=1, author="anna", copy=CASE, nonce=bytes(16), i=NOTE, x=text)


plain = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=60)


@given(plain, plain)
@examples(200)
def test_every_text_comes_back_as_it_was_typed(text: str, author: str) -> None:
    made = encode("note", CASE, h=1, author=author, copy=CASE, nonce=bytes(16), i=NOTE, x=text)
    assert (decode(made).body["x"], decode(made).author) == (text, author)


@given(st.binary(max_size=200))
@examples(200)
def test_any_bytes_are_a_change_or_none(line: bytes) -> None:
    with pytest.raises(BadChange):
        decode(line)


@given(change_sets, bends)
@examples(200)
def test_a_change_with_any_value_in_any_key_is_one_or_none(
    made: list[bytes], bend: dict[str, Any]
) -> None:
    for line in made:
        bent = json.dumps({**json.loads(line), **bend}).encode()
        with suppress(BadChange):
            assert decode(bent).id == sha256(bent).hexdigest()
