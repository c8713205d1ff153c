"""What is read quickly is what is read with care: the same change, or the same refusal."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import bends, change_sets, data, examples, raw
from workbench.cases import intake, names
from workbench.cases.change import BadChange, Change, decode, state_of

NOTE = names.derive("a note")

Read = tuple[Change, str] | str


def quickly(made: bytes) -> Read:
    """Read as a pull does."""
    try:
        return intake.read(made, sha256(made).hexdigest())
    except BadChange as error:
        return str(error)


def with_care(made: bytes) -> Read:
    """Read as the format is defined."""
    try:
        change = decode(made)
    except BadChange as error:
        return str(error)
    return change, state_of(change)


@given(change_sets)
@examples(100)
def test_what_we_write_is_read_quickly_and_alike(made: list[bytes]) -> None:
    for one in made:
        assert quickly(one) == with_care(one)


@given(
    change_sets,
    bends,
    st.integers(0, 11),
    st.sampled_from([(",", ":"), (", ", " : "), (",", "\t:")]),
)
@examples(300)
def test_what_a_broken_writer_made_is_read_alike(
    made: list[bytes], bend: dict[str, Any], which: int, signs: tuple[str, str]
) -> None:
    for one in made[which % 12 : which % 12 + 1]:
        bent = json.dumps({**json.loads(one), **bend}, ensure_ascii=False, separators=signs)
        spoilt = bent.encode(errors="backslashreplace")
        assert quickly(spoilt) == with_care(spoilt)


NOTED = data("note", i=NOTE, x="已送电")
ODD = {
    "a key twice": NOTED.replace(b'"v":1', b'"v":1,"v":1'),
    "a key twice, with room": NOTED.replace(b'"v":1', b'"v":1,"v" :1'),
    "a key twice in a value": data("set", f="status", x={"s": "resolved"}).replace(
        b'{"s":', b'{"s":"unset","s":'
    ),
    "another version's word": NOTED.replace(b'"v":1', b'"v":true'),
    "a number for a time": raw(h=1234567812345678, i=NOTE, x="a"),
    "a huge number": data("num", fam="nova", x=1, src="claim").replace(
        b'"x":1', b'"x":%d' % 10**20
    ),
    "a broken number": data("num", fam="nova", x=1, src="claim").replace(b'"x":1', b'"x":1.0'),
    "a number that is none": data("set", f="title").replace(b'"f"', b'"x":NaN,"f"'),
    "no text": NOTED.replace("已送电".encode(), b"\\u0000"),
    "half a sign": NOTED.replace("已送电".encode(), b"\\ud800"),
    "an escaped sign": NOTED.replace("已送电".encode(), b"\\u5df2"),
    "a line's end": NOTED + b"\n",
    "something behind it": NOTED + b" ",
    "no UTF-8": NOTED.replace("已".encode(), b"\xff"),
    "nothing": b"",
    "no object": b"[]",
    "deep": data("set", f="title").replace(b'"f"', b'"x":' + b"[" * 9 + b"]" * 9 + b',"f"'),
    "deeper than Python goes": b"[" * 200_000,
    "too long": data("note", i=NOTE, x="a").replace(b'"a"}', b'"' + b"a" * 300_000 + b'"}'),
    "a quotation": data("note", i=NOTE, x='er sagt: "so":'),
    "an unknown field": data("set", f="colour", x="red"),
    "too much": data("note", i=NOTE, x="a").replace(b'"x"', b'"parts":1,"x"'),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_read_alike(name: str) -> None:
    assert quickly(ODD[name]) == with_care(ODD[name])


def test_what_we_write_needs_no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else nobody would notice that the quick way is never gone."""
    monkeypatch.setattr(intake, "decode", None)
    assert quickly(NOTED) == with_care(NOTED)
