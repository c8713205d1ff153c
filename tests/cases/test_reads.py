"""How far people have read, as their changes tell it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.changes import COPIES, NOW, change, raw
from workbench.cases.change import BadChange, Change, decode, state_of
from workbench.cases.reads import Mark, Written, fold_reads, is_read

ANNA, BORIS = COPIES["anna"], COPIES["boris"]


def hexed(ms: int) -> str:
    return f"{(NOW + ms) << 16:016x}"


def read(who: str, upto: Any, ms: int = 0) -> Change:
    return change("read", ms=ms, who=who, upto=upto)


def test_of_each_copy_the_latest_counts_whichever_was_told_last() -> None:
    told = [
        read("anna", {ANNA: hexed(5), BORIS: hexed(9)}, ms=10),
        read("anna", {BORIS: hexed(3)}, ms=20),
        read("boris", {ANNA: hexed(1)}, ms=30),
    ]
    for order in (told, told[::-1]):
        assert fold_reads(order) == {
            "anna": Mark({ANNA: (NOW + 5) << 16, BORIS: (NOW + 9) << 16}, frozenset()),
            "boris": Mark({ANNA: (NOW + 1) << 16}, frozenset()),
        }


def test_what_is_read() -> None:
    upto = Mark({BORIS: (NOW + 5) << 16}, frozenset({"f" * 64}))
    said = Written("e" * 64, "note", "boris", BORIS, (NOW + 5) << 16, unsure=False)
    assert is_read(said, "anna", upto)
    assert not is_read(said._replace(h=said.h + 1), "anna", upto)
    assert not is_read(said._replace(copy=COPIES["chen"]), "anna", upto)
    assert is_read(said._replace(h=said.h + 1), "boris", upto)
    assert is_read(said._replace(kind="read", h=said.h + 1), "anna", upto)
    assert not is_read(said._replace(unsure=True), "anna", upto)
    assert is_read(said._replace(unsure=True, id="f" * 64), "anna", upto)


def test_one_time_stands_for_every_copy() -> None:
    upto = fold_reads([read("anna", hexed(5))])["anna"]
    for copy in COPIES.values():
        said = Written("e" * 64, "note", "boris", copy, (NOW + 5) << 16, unsure=False)
        assert is_read(said, "anna", upto)
        assert not is_read(said._replace(h=(NOW + 6) << 16), "anna", upto)


@pytest.mark.parametrize(
    "body",
    [
        {"who": "anna"},
        {"upto": hexed(0)},
        {"who": 1, "upto": hexed(0)},
        {"who": "anna", "upto": 5},
        {"who": "anna", "upto": {"boris": hexed(0)}},
        {"who": "anna", "upto": {BORIS: 5}},
    ],
)
def test_what_is_no_mark(body: dict[str, Any]) -> None:
    import json

    good = {"who": "anna", "upto": {BORIS: hexed(0)}}
    assert state_of(decode(raw(k="read", **good))) == "ok"
    with pytest.raises(BadChange):
        decode(json.dumps(json.loads(raw(k="read")) | body).encode())
