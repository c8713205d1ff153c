"""What is told beside a change: that an earlier one has not arrived, that a clock was ahead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.desk.stage import Copy, exchange
from widgets.thread import ThreadItem
from workbench.cli.report import case_report, history_line
from workbench.tui.reading import thread_items

Copies = Callable[[str], Copy]
LACKING = "an earlier change has not arrived yet"
DAY = 86_400_000


def thread(copy: Copy, case: str) -> list[ThreadItem]:
    """Return the thread as the screen shows it, the problem first."""
    shown, history = copy.desk.case(case), copy.desk.history(case)
    return thread_items(shown, history, [], copy.clock.now)


def give(copy: Copy, data: bytes) -> None:
    """Deliver one change."""
    with copy.desk._tools.act("receive") as act:
        act.take(data, copy.clock())


@pytest.mark.parametrize("field", ["problem", "entry"])
def test_a_change_before_which_one_is_missing_says_so(
    copy: Copy, copies: Copies, field: str
) -> None:
    boris = copies("boris")
    case = copy.desk.new("nova", "两台桩离线")
    entry = copy.desk.note(case, "等现场").entry_id or ""
    exchange(copy, boris)
    for text in ("改过一次", "改过两次"):
        if field == "problem":
            copy.desk.edit_field(case, "problem", text)
        else:
            copy.desk.edit_entry(case, entry, text=text)
    (first, last) = [data for (data,) in copy.sql("SELECT bytes FROM op ORDER BY id DESC LIMIT 2")][
        ::-1
    ]
    give(boris, last)
    (item,) = [item for item in boris.desk.history(case) if item.lacking]
    assert (item.new, item.field) == ("改过两次", field)
    assert LACKING in history_line(item)
    problem, note = thread(boris, case)
    assert LACKING in ((problem if field == "problem" else note).waiting or "")
    assert (note if field == "problem" else problem).waiting is None
    assert not boris.desk.decisions()
    if field == "entry":
        assert LACKING in case_report(boris.desk.case(case))
    give(boris, first)
    assert not any(item.lacking for item in boris.desk.history(case))
    assert [item.waiting for item in thread(boris, case)] == [None, None]


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (DAY // 24 // 60 * 7, "a clock 7 minutes ahead"),
        (DAY // 24 * 3, "a clock 3 hours ahead"),
        (DAY * 364, "a clock 364 days ahead"),
        (DAY // 24 // 60, None),
    ],
)
def test_an_entry_whose_clock_was_ahead_is_marked_until_its_time_is_said(
    copy: Copy, copies: Copies, ahead: int, words: str | None
) -> None:
    boris = copies("boris")
    case = copy.desk.new("nova", "两台桩离线")
    exchange(copy, boris)
    copy.clock.pass_ms(ahead + 999)
    entry = copy.desk.note(case, "等现场").entry_id or ""
    exchange(copy, boris)
    assert thread(boris, case)[1].notes == (() if words is None else (words,))
    assert (words or "ahead") in case_report(boris.desk.case(case)) or words is None
    assert thread(copy, case)[1].notes == ()
    boris.desk.edit_entry(case, entry, happened="2027-01-15")
    assert thread(boris, case)[1].notes == ()
