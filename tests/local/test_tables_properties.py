"""The tables follow the set of changes: no order or grouping of arrival shows in them."""

from __future__ import annotations

import json
from hashlib import sha256
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import OTHER_CASE, Recipe, bends, change_sets, cook, examples, recipes
from tests.local.copies import copies

seeds = st.integers(0, 2**32 - 1)


@given(change_sets, seeds)
@examples(60)
def test_order_and_grouping_of_arrival_leave_no_trace(made: list[bytes], seed: int) -> None:
    random = Random(seed)
    with copies(2) as (one, two):
        one.take(*made)
        again = made + random.choices(made, k=2 if made else 0)
        random.shuffle(again)
        two.take_in_groups(again, random)
        assert two.dump() == one.dump()
        one.assert_rebuilt_equal()
        two.assert_rebuilt_equal()


@given(recipes, recipes, seeds)
@examples(40)
def test_cases_that_claim_one_number_agree_on_their_keys(
    these: list[Recipe], those: list[Recipe], seed: int
) -> None:
    random = Random(seed)
    made = cook(these) + cook(those, OTHER_CASE)
    with copies(2) as (one, two):
        one.take_in_groups(made, random)
        random.shuffle(made)
        two.take_in_groups(made, random)
        assert two.dump() == one.dump()
        two.assert_rebuilt_equal()


@given(change_sets, seeds)
@examples(40)
def test_what_is_erased_is_in_no_byte_of_the_file(made: list[bytes], seed: int) -> None:
    by_id = {sha256(data).digest(): data for data in made}
    with copies() as (copy,):
        copy.take_in_groups(made, Random(seed))
        whole = copy.file()
        for (op_id,) in copy.db.rows("SELECT op_id FROM op WHERE bytes IS NULL"):
            data = by_id[op_id]
            says = b'"x":' in data or b'"k":"att"' in data
            assert not says or data not in whole


@given(change_sets, bends, st.integers(0, 11), seeds)
@examples(40)
def test_what_a_broken_writer_made_stops_nobody(
    made: list[bytes], bend: dict[str, Any], which: int, seed: int
) -> None:
    if not made:
        return
    nth = which % len(made)
    made[nth] = json.dumps({**json.loads(made[nth]), **bend}, ensure_ascii=False).encode(
        errors="backslashreplace"
    )
    random = Random(seed)
    with copies(2) as (one, two):
        one.take(*made)
        random.shuffle(made)
        two.take_in_groups(made, random)
        assert two.dump() == one.dump()
        two.assert_rebuilt_equal()
