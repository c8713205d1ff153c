"""When Python looks for objects that only hold each other: while nothing is typed."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from workbench.tui.tidying import LONG, OBJECTS, SHORT, YOUNG, Tidying


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _only_when_asked() -> Iterator[None]:
    thresholds = gc.get_threshold()
    gc.collect()
    gc.disable()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def rest(tidying: Tidying, looks: int) -> None:
    """Look so often at a quiet keyboard."""
    tidying.typed()
    for _ in range(looks):
        if tidying.is_due():
            tidying.tidy()


def test_what_was_made_for_a_key_goes_when_the_next_is_not_there_at_once() -> None:
    tidying = Tidying()
    gone = [weakref.ref(Knot()) for _ in range(2 * YOUNG)]
    tidying.typed()
    assert gone[0]() is not None, "not while somebody types"
    rest(tidying, SHORT)
    assert not any(one() for one in gone)


def test_a_few_objects_are_not_worth_a_look() -> None:
    one = weakref.ref(Knot())
    rest(Tidying(), SHORT)
    assert one() is not None


def test_what_stands_at_the_first_long_rest_is_never_looked_through() -> None:
    tidying, before = Tidying(), gc.get_freeze_count()
    rest(tidying, LONG)
    assert gc.get_freeze_count() > before
    kept = gc.get_freeze_count()
    rest(tidying, LONG)
    assert gc.get_freeze_count() <= kept, "once only"


def test_older_objects_go_in_a_long_rest() -> None:
    tidying = Tidying()
    rest(tidying, LONG)
    old = Knot()
    gone = weakref.ref(old)
    for _ in range(gc.get_threshold()[1] + 1):
        gc.collect(0)
    del old
    rest(tidying, SHORT)
    assert gone() is not None
    rest(tidying, LONG)
    assert gone() is None


def test_without_any_rest_python_looks_all_the_same() -> None:
    others = gc.get_threshold()[1:]
    Tidying().begin()
    assert gc.get_threshold() == (OBJECTS, *others)
