"""A heading's date is exactly one day of the calendar, or nothing."""

from __future__ import annotations

import pytest

from workbench.cases.dates import parse_date


@pytest.mark.parametrize(
    ("raw", "day"),
    [("20240229", "2024-02-29"), ("２０２４０６１２", "2024-06-12"), ("00010101", "0001-01-01")],
)
def test_eight_digits_that_are_a_day(raw: str, day: str) -> None:
    assert parse_date(raw) == day


@pytest.mark.parametrize(
    "raw",
    [
        "", "2024061", "202406012", "20230229", "20241301", "20240100", "00000101", "2024-06-12",
        "20240612 ", "20240612\n", "٢٠٢٤٠٦١٢", "2024061²", "abcdefgh",
    ],
)  # fmt: skip
def test_anything_else_is_no_date(raw: str) -> None:
    assert parse_date(raw) is None
