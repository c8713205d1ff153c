"""What an act costs, counted in steps and not in time: a long thread must not make it dearer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest

from tests.desk.stage import Copy
from tests.pages import PageCase, PageEntry
from workbench.desk import Desk

LONG, SHORT = 1, 2
ENTRIES = 400
DEARER = 1.3

Act = Callable[[Desk, str, str, str], object]
"""Does something to a case and an entry of it, with a text."""

ACTS: dict[str, Act] = {
    "note": lambda desk, case, entry, text: desk.note(case, text),
    "edit": lambda desk, case, entry, text: desk.edit_entry(case, entry, text=text),
    "edit problem": lambda desk, case, entry, text: desk.edit_field(case, "problem", text),
    "status": lambda desk, case, entry, text: desk.status([case], "on_hold", why=text),
    "assign": lambda desk, case, entry, text: desk.assign([case], [text]),
}


@pytest.fixture
def long_and_short(copy: Copy) -> Copy:
    """Return a copy with a case of many entries and a case of five."""
    for number, entries in ((LONG, ENTRIES), (SHORT, 5)):
        said = tuple(PageEntry(f"第{number}.{nth}次现场重启", "客户") for nth in range(entries))
        copy.plain(PageCase(number, "20240601", "离线", said), name=f"nova_{number}")
    return copy


@pytest.mark.parametrize("name", ACTS)
def test_an_act_in_a_long_thread_costs_what_it_costs_in_a_short_one(
    long_and_short: Copy, name: str
) -> None:
    copy = long_and_short
    cases = {number: copy.id(number) for number in (LONG, SHORT)}
    entries = {number: f"第{number}.3次现场重启" for number in cases}
    found = {number: copy.entry(text, number) for number, text in entries.items()}

    def act(number: int, text: str) -> None:
        ACTS[name](copy.desk, cases[number], found[number], text)

    costs = {}
    for number in cases:
        act(number, "先做一次")  # what is only prepared once
        steps = _steps(copy.desk, lambda number=number: act(number, "现场已恢复"))  # type: ignore[misc]
        costs[number] = steps, _calls(lambda number=number: act(number, "又离线了"))  # type: ignore[misc]
    for what, long, short in zip(("in SQLite", "calls"), costs[LONG], costs[SHORT], strict=True):
        assert long <= short * DEARER, f"{what}: {long} against {short}"


def _steps(desk: Desk, act: Callable[[], None]) -> int:
    """Return how many steps SQLite's machine makes."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection = desk._tools.db.connection
    connection.set_progress_handler(step, 1)
    act()
    connection.set_progress_handler(None, 1)
    return steps


def _calls(act: Callable[[], None]) -> int:
    """Return how many functions Python calls."""
    calls = 0

    def call(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(call)
    try:
        act()
    finally:
        sys.setprofile(before)
    return calls


def test_a_note_takes_few_statements_and_leaves_what_the_log_gives(long_and_short: Copy) -> None:
    """Whatever a note brings with it: a new one is written without a look at what was there."""
    copy = long_and_short
    case = copy.id(SHORT)
    copy.desk.note(case, "先做一次")
    assert len(_statements(copy.desk, lambda: copy.desk.note(case, "见 TAPD1012345"))) <= 20
    reply = copy.entry("见 TAPD1012345", SHORT)
    copy.desk.note(case, "先做一次")  # equals what stands above it
    copy.desk.status([case], "on_hold", why="等厂家")
    boris = copy.open("boris")
    boris.note(case, "联系厂家", reply_to=reply, speaker="Tom", happened="2031-02-03 04:05")
    boris.close()
    found = copy.desk.case(case).summary
    assert (found.entry_count, found.awake) == (9, True)
    assert found.updated_at > copy.clock.now  # when the last one happened


def test_nothing_of_every_day_looks_through_all_entries_or_cases(long_and_short: Copy) -> None:
    copy = long_and_short
    desk = copy.desk
    case, entry = copy.id(SHORT), copy.entry(f"第{SHORT}.3次现场重启", SHORT)
    acts: dict[str, Callable[[], object]] = {
        **{name: partial(act, desk, case, entry, "现场已恢复") for name, act in ACTS.items()},
        "new": lambda: desk.new("nova", "离线"),
        "resolve": lambda: desk.resolve(desk.key(case)),
        "case": lambda: desk.case(case),
        "entry": lambda: desk.entry(case, entry),
        "summaries": lambda: desk.summaries([case]),
        "list": lambda: list(desk.list(limit=50)),
        "counts": desk.counts,
    }
    large = {f"SCAN {name}" for name in ("cases", "entry", "op", "reference", "c", "e", "o", "r")}
    run = desk._tools.db.connection.execute
    for name, act in acts.items():
        for sql in _statements(desk, act):
            if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
                plan = {detail for *_, detail in run(f"EXPLAIN QUERY PLAN {sql}")}
                assert not plan & large, f"{name}: {sql}"
                if "FROM cases" in sql:  # of which any number may be alike
                    assert "USE TEMP B-TREE FOR ORDER BY" not in plan, f"{name}: {sql}"


def _statements(desk: Desk, act: Callable[[], object]) -> set[str]:
    """Return the statements that are run; one that a trigger follows is told again and again."""
    found: set[str] = set()
    connection = desk._tools.db.connection
    connection.set_trace_callback(found.add)
    act()
    connection.set_trace_callback(None)
    return found
