"""``show --as-of``: a case as it was, equal to what it showed then."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.desk.stage import Copy, exchange
from tests.pages import PageCase, PageEntry
from workbench.cases.errors import BadInput, NotFound
from workbench.cases.times import iso
from workbench.desk import case_json

PAGE = PageCase(
    1, "20240101", "桩离线，电话 13900000317", (PageEntry("断电", "Kay"),), "unset", ("LM",)
)


def test_a_case_is_shown_as_it_was_after_each_act(copy: Copy) -> None:
    copy.plain(PAGE)
    desk, case = copy.desk, copy.id()
    told: list[tuple[int, str]] = []

    def tell() -> None:
        shown = json.dumps(case_json(desk.case(case, hidden=True)))
        told.append((copy.clock(), shown))
        copy.clock.pass_ms(1000)

    tell()
    entry = copy.entry("断电")
    note = desk.note(case, "已到现场", reply_to=entry).entry_id
    assert note is not None
    tell()
    for what in (
        lambda: desk.edit_entry(case, note, text="已到现场，换了路由器"),
        lambda: desk.edit_field(case, "title", "离线"),
        lambda: desk.edit_field(case, "date", "2024-01-02"),
        lambda: desk.status([case], "on_hold", until="2031-01-01", why="等厂家"),
        lambda: desk.assign([case], ["Kay"], ["LM"]),
        lambda: desk.tag([case], ["网络"]),
        lambda: desk.hide([case], entry),
        lambda: desk.renumber(case),
        lambda: desk.undo(),
        lambda: desk.hide([case]),
    ):
        what()
        tell()
    for then, shown in told:
        assert json.dumps(case_json(desk.case_as_of(case, iso(then), hidden=True))) == shown
    assert len({shown for _, shown in told}) == len(told)


def test_two_cases_of_one_number_are_told_apart_then_too(
    copies: Callable[[str], Copy],
) -> None:
    anna, boris = copies("anna"), copies("boris")
    ids = [one.desk.new("nova", f"{one.author} 的案件") for one in (anna, boris)]
    exchange(anna, boris)
    now = iso(anna.clock())
    anna.clock.pass_ms(1000)
    anna.desk.renumber(ids[1])
    for case in ids:
        as_of = anna.desk.case_as_of(case, now).summary
        assert as_of.key == boris.desk.case(case).summary.key


def test_what_was_redacted_since_stays_out(copy: Copy) -> None:
    case = copy.desk.new("nova", "密码是 Nova-2024")
    entry = copy.desk.note(case, "密码 Nova-2024").entry_id
    assert entry is not None
    then = iso(copy.clock())
    copy.clock.pass_ms(1000)
    later = copy.desk.note(case, "后来的 Nova-2024").entry_id
    assert later is not None
    for target in (entry, later):
        copy.desk.redact(case, target, text="Nova-2024", why="不该写")
    copy.desk.redact(case, "problem", why="不该写")
    found = copy.desk.case_as_of(case, then)
    assert "Nova-2024" not in json.dumps(case_json(found))
    assert (found.summary.problem, [e.id for e in found.entries]) == ("▇", [entry])
    assert found.entries[0].redacted


def test_a_time_before_it_began_and_what_is_no_time(copy: Copy) -> None:
    case = copy.desk.new("nova", "桩离线")
    with pytest.raises(NotFound, match=r"was not here yet at \d{4}-\d\d-\d\d$") as caught:
        copy.desk.case_as_of(case, "yesterday")
    assert re.search(r"here since \d{4}-\d\d-\d\d \d\d:\d\d\.$", caught.value.hint or "")
    with pytest.raises(NotFound, match=r"at 2001-02-03 10:30$"):
        copy.desk.case_as_of(case, "2001-02-03 10:30")
    with pytest.raises(BadInput):
        copy.desk.case_as_of(case, "irgendwann")
    assert copy.desk.case_as_of(case, "today").summary.problem == "桩离线"
