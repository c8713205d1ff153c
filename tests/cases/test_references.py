"""What texts mention, and what they only seem to mention."""

from __future__ import annotations

import re
import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.cases.references import find

ORDER = "20260127161002960263"
NUMBER = "77030700030000200026"
PHONE = "13800138000"

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def pairs(text: str, *projects: str) -> list[tuple[str, str]]:
    return [(reference.kind, reference.value) for reference in find(text, projects)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"订单{ORDER}没有结算", [("order", ORDER)]),
        (f"枪号{NUMBER}离线", [("number", NUMBER)]),
        (f"电话{PHONE}请回电", [("phone", PHONE)]),
        (f"电话{PHONE.translate(WIDE)}", [("phone", PHONE)]),
        (f"订单{ORDER[:7]}{ORDER[7:].translate(WIDE)}", [("order", ORDER)]),
        ("见TAPD1000088", [("tracker", "TAPD1000088")]),
        ("见ｔａｐｄ１００００８８。", [("tracker", "TAPD1000088")]),
        ("第二次出现nova_case#77_20260603", [("case", "nova_case#77_20260603")]),
        ("同nova_case#77的问题", [("case", "nova_case#77")]),
        ("同ＮＯＶＡ＿ｃａｓｅ＃７７", [("case", "NOVA_case#77")]),
        ("nova_case#84_202607015。", [("case", "nova_case#84_202607015")]),
        ("nova_case#84_2026-07-15-1", [("case", "nova_case#84_2026-07-15")]),
        ("(--sky-net_case#3_20260101)", [("case", "sky-net_case#3_20260101")]),
    ],
)
def test_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1606458579121-707.png",
        "+8613800138000",
        "12800138000",
        "138001380001",
        "²" * 20,
        "٠١٢٣٤٥٦٧٨٩" * 2,
        "TAPD1000",
        "XTAPD1000088",
        "_case#97_20260224",
        "nova_case#",
        "nova_caſe#97",
        "nova_case#1234567890",
        "4009990000",
    ],
)
def test_not_found(text: str) -> None:
    assert pairs(text) == []


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        ("20260229161002960", "number"),
        ("20240229161002960", "order"),
        ("20261301000000000", "number"),
        ("20260101240000000", "number"),
        ("20260101235960000", "number"),
        ("20260101235959000", "order"),
        ("19991231235959000", "number"),
        ("20000101000000000", "order"),
        ("20991231235959000", "order"),
        ("21000101000000000", "number"),
    ],
)
def test_an_order_begins_with_a_time_that_exists(run: str, kind: str) -> None:
    assert pairs(run) == [(kind, run)]


def test_values_are_unique_and_in_order_of_appearance() -> None:
    text = f"{PHONE} TAPD1000088 {ORDER} nova_case#7 {PHONE} NOVA_case#7 tapd1000088 {NUMBER}"
    assert pairs(text) == [
        ("phone", PHONE),
        ("tracker", "TAPD1000088"),
        ("order", ORDER),
        ("case", "nova_case#7"),
        ("number", NUMBER),
    ]


def test_a_name_that_is_not_ascii_counts_only_when_it_is_known() -> None:
    text = "参考新星_case#12_20260102处理"
    assert pairs(text) == []
    assert pairs(text, "星", "新星", "nova") == [("case", "新星_case#12_20260102")]
    assert pairs("参考nova_case#1", "ova") == [("case", "nova_case#1")]


def test_a_long_run_after_a_case_is_no_date_of_it() -> None:
    assert pairs(f"nova_case#96_{ORDER}") == [("case", "nova_case#96"), ("order", ORDER)]


def test_one_key_is_not_the_project_of_the_next() -> None:
    assert pairs("nova_case#1_case#2") == [("case", "nova_case#1")]


@given(st.text(alphabet="0123456789０２９１3٣²桩 a-", max_size=120))
def test_digits_are_found_to_the_letter(text: str) -> None:
    expected: dict[tuple[str, str], None] = {}
    for run in re.findall("[0-9０-９]+", text):
        ascii_run = str(int(run)).rjust(len(run), "0")
        if len(run) >= 17:
            expected["order" if _is_time(ascii_run[:14]) else "number", ascii_run] = None
        elif len(run) == 11 and ascii_run[0] == "1" and ascii_run[1] >= "3":
            expected["phone", ascii_run] = None
    assert pairs(text) == list(expected)


def _is_time(digits: str) -> bool:
    try:
        datetime.strptime(f"{digits} +0000", "%Y%m%d%H%M%S %z")
    except ValueError:
        return False
    return digits[:2] == "20" and digits[12:] < "60"


KEYS = st.sampled_from([ORDER, NUMBER, PHONE, "TAPD1000088", "nova_case#7_20260603", "nova_case#7"])


@given(st.lists(KEYS), st.text(alphabet="桩，：（【 \n", min_size=1, max_size=3))
def test_neighbours_do_not_hide_each_other(keys: list[str], between: str) -> None:
    found = [value for _, value in pairs(between.join(keys))]
    assert found == list(dict.fromkeys(keys))


@given(st.text(), st.lists(st.text(max_size=4), max_size=3))
def test_any_text_is_taken(text: str, projects: list[str]) -> None:
    for reference in find(text, projects):
        assert reference.value
        assert reference.kind in {"case", "order", "phone", "tracker", "number"}


@pytest.mark.parametrize(
    "unit", ["1", "_case#1", "_", "a", "TAPD", "a_case#1_", "1234567890_", "_case#123456789012"]
)
def test_cost_is_linear(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    began = time.perf_counter()
    find(text, ("nova", "新星"))
    assert time.perf_counter() - began < 5.0
