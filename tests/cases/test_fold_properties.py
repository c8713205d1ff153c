"""The fold is a pure function of the set of a case's changes, slot by slot."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import canonical, change_sets, examples
from workbench.cases import erasure, fold, names, slots
from workbench.cases.change import Change, decode, state_of

seeds = st.integers(0, 2**32 - 1)


def folded(changes: Iterable[Change]) -> Any:
    """Return the fold of a case, to be compared."""
    return canonical(fold.fold_case(changes))


@given(change_sets, seeds)
@examples(200)
def test_order_and_repetition_change_nothing(made: list[bytes], seed: int) -> None:
    changes = [decode(data) for data in made]
    expected = folded(changes)
    random = Random(seed)
    for _ in range(3):
        again = changes + random.choices(changes, k=3 if changes else 0)
        random.shuffle(again)
        assert folded(again) == expected


@given(change_sets.map(lambda made: made[-5:]))
@examples(40)
def test_every_order_of_few_changes_gives_the_same(made: list[bytes]) -> None:
    changes = [decode(data) for data in made]
    assert len({repr(folded(order)) for order in permutations(changes)}) == 1


@given(change_sets)
@examples(200)
def test_folding_slot_by_slot_is_folding_all(made: list[bytes]) -> None:
    changes = [change for data in made if state_of(change := decode(data)) == "ok"]
    whole = fold.fold_case(changes)
    groups: dict[int, list[Change]] = {}
    own, _ = slots.settle(c for c in changes if slots.fixed(c) is None)
    for change in changes:
        label = slots.fixed(change)
        groups.setdefault(own[change.id] if label is None else label, []).append(change)
    entries = []
    for group in groups.values():
        part = fold.fold_case(group)
        entries += part.entries
        for name in fold.CaseState._fields:
            empty = getattr(fold.fold_case(()), name)
            mine = getattr(part, name)
            if name in ("fields", "sets"):
                for field, register in mine.items():
                    if register != empty[field]:
                        assert canonical(register) == canonical(getattr(whole, name)[field])
            elif name != "entries" and mine != empty:
                assert canonical(mine) == canonical(getattr(whole, name))
    entries.sort(key=lambda entry: entry.order)
    assert canonical(entries) == canonical(list(whole.entries))


@given(change_sets, seeds)
@examples(200)
def test_what_was_erased_early_is_erased_in_the_end(made: list[bytes], seed: int) -> None:
    """A copy that erases after every few arrivals ends where one ends that had all at once."""
    changes = [decode(data) for data in made]
    random = Random(seed)
    order = random.sample(changes, len(changes))
    held: dict[str, Change] = {}
    for change in order:
        held[change.id] = change
        if random.random() < 0.6:
            _erase(held)
    _erase(held)
    whole = {change.id: change for change in changes}
    _erase(whole)
    assert {i for i, c in held.items() if c.erased} == {i for i, c in whole.items() if c.erased}
    assert folded(held.values()) == folded(changes)


def _erase(held: dict[str, Change]) -> None:
    """Take out what the fold says, as the change log does."""
    state = fold.fold_case(held.values())
    doomed = {i for register in state.fields.values() for i in register.erased}
    doomed |= {i for entry in state.entries for i in entry.erased}
    files = [c for c in held.values() if slots.fixed(c) == names.slot_hash("files", c.case)]
    doomed |= erasure.erase(c for c in files if state_of(c) == "ok")[1]
    for i in doomed:
        assert not held[i].erased
        held[i] = held[i]._replace(body=held[i].stub, erased=True)
    if doomed:
        _erase(held)
