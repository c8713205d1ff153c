"""Blocks of heights answer like adding everything up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.heights import Heights

many = st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=900)


@given(many, st.data())
def test_offsets_and_items_agree_with_a_plain_sum(heights: list[int], data: st.DataObject) -> None:
    kept = Heights(heights)
    for _ in range(3):
        at = data.draw(st.integers(min_value=0, max_value=len(heights) - 1))
        heights[at] = kept[at] + 2
        kept[at] = heights[at]
        kept.locate(kept.total - at)
    assert kept.total == sum(heights)
    at = data.draw(st.integers(min_value=0, max_value=len(heights)))
    assert kept.offset(at) == sum(heights[:at])
    line = data.draw(st.integers(min_value=0, max_value=kept.total - 1))
    index, rest = kept.locate(line)
    assert sum(heights[:index]) + rest == line
    assert 0 <= rest < heights[index]


def test_lines_outside_belong_to_the_first_and_the_last() -> None:
    kept = Heights([2, 3])
    assert kept.locate(-5) == (0, 0)
    assert kept.locate(7) == (1, 5)
    assert Heights().total == 0
