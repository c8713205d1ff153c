"""Records are named tuples, whose constructors are compiled when they are first called."""

from __future__ import annotations

import copy
import pickle
from typing import NamedTuple

import pytest

from workbench.cases.record import Record


class Pile(Record):
    """A record as the program has them."""

    station: str
    number: int
    tags: tuple[str, ...] = ()
    note: str | None = None

    @property
    def label(self) -> str:
        """What it is called."""
        return f"{self.station} {self.number}"


class Same(NamedTuple):
    """The same, as Python makes it."""

    station: str
    number: int
    tags: tuple[str, ...] = ()
    note: str | None = None


def test_a_record_is_made_read_and_compared_as_a_named_tuple() -> None:
    for words, names in (
        (("滨江站", 12), {}),
        (("滨江站",), {"number": 12, "note": "x"}),
        (("滨江站", 12, ("a",), "x"), {}),
    ):
        made, same = Pile(*words, **names), Same(*words, **names)  # type: ignore[arg-type]
        assert made == same
        assert hash(made) == hash(same)
        assert repr(made) == repr(same).replace("Same", "Pile")
        assert made._asdict() == same._asdict()
        assert made._replace(number=3) == same._replace(number=3)
        assert made.label == "滨江站 12"
    assert Pile._fields == Same._fields
    assert Pile._make(Same("a", 1)) == Same("a", 1)
    match Pile("a", 1):
        case Pile(station, number):
            assert (station, number) == ("a", 1)


def test_a_record_is_copied_whole() -> None:
    pile = Pile("滨江站", 12, note="x")
    assert copy.copy(pile) == pickle.loads(pickle.dumps(pile)) == pile
    assert type(copy.deepcopy(pile)) is Pile


def test_a_record_refuses_what_it_has_no_place_for() -> None:
    pile = Pile("滨江站", 12)
    for wrong in (
        lambda: Pile("a"),  # type: ignore[call-arg]
        lambda: Pile("a", 1, (), None, 5),  # type: ignore[call-arg, arg-type]
        lambda: Pile("a", 1, colour="red"),  # type: ignore[call-arg]
        lambda: pile._replace(colour="red"),  # type: ignore[call-arg]
    ):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(AttributeError):
        pile.number = 3  # type: ignore[misc]
    with pytest.raises(AttributeError):
        pile.colour = 3  # type: ignore[attr-defined]
