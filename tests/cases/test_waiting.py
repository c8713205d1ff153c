"""Whose turn it is: what a hold says, else who spoke last and what his words ask."""

from __future__ import annotations

from time import process_time

import pytest

from workbench.cases.waiting import asked, held_for, waiting_for


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("已联系厂家，等待客户反馈", "customer"),
        ("等厂家排查后联系客户", "vendor"),
        ("转研发确认", "R&D"),
        ("请客户提供订单号", "customer"),
        ("Waiting for the vendor", "vendor"),
        ("客户反馈充电异常", None),
        ("已送电。客户", None),
        ("", None),
    ],
)
def test_what_words_ask(text: str, side: str | None) -> None:
    assert asked(text) == side


@pytest.mark.parametrize(
    ("why", "side"),
    [
        ("客户出差", "customer"),
        ("研发排期", "R&D"),
        ("等厂家备件，客户催", "vendor"),
        ("节后再看", None),
    ],
)
def test_what_a_hold_waits_for(why: str, side: str | None) -> None:
    assert held_for(why) == side
    assert held_for(None) is None


SIDES = {"客户": "customer", "YD": "engineer", "dev": "R&D", "厂家": "vendor"}


@pytest.mark.parametrize(
    ("by", "own", "asks", "held", "turn"),
    [
        ("客户", False, None, None, "engineer"),
        ("客户", False, "R&D", None, "engineer"),
        ("YD", False, None, None, "customer"),
        ("YD", False, "R&D", None, "R&D"),
        ("dev", False, None, None, "engineer"),
        ("dev", False, "customer", None, "customer"),
        ("厂家", False, "vendor", None, "engineer"),
        ("anna", True, None, None, "customer"),
        ("anna", False, None, None, None),
        (None, False, None, None, None),
        ("客户", False, None, "vendor", "vendor"),
    ],
)
def test_whose_turn_it_is(
    by: str | None, own: bool, asks: str | None, held: str | None, turn: str | None
) -> None:
    said = {"by": by, "own": own, "asks": asks, "held": held, "side": SIDES.get}
    assert waiting_for(resolved=False, entries=True, **said) == turn  # type: ignore[arg-type]
    assert waiting_for(resolved=True, entries=True, **said) is None  # type: ignore[arg-type]
    if held is None:
        assert waiting_for(resolved=False, entries=False, **said) == "engineer"  # type: ignore[arg-type]


def test_a_long_text_costs_what_its_end_costs() -> None:
    began = process_time()
    asked("等" * 400)
    short = process_time() - began
    began = process_time()
    asked("等" * 4_000_000)
    assert process_time() - began < 100 * max(short, 0.001)
