"""Pages that went to the wiki and came back, and what every copy makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pages import PageCase, PageEntry, avatar, first_save, next_save
from tests.sync.team import Person, Team
from tests.sync.test_pages import (
    CASES,
    PAGE,
    SECRET,
    alike,
    case,
    clean,
    large,
    nearby,
    redact,
    source,
    take,
    written,
)

__all__ = ["large", "nearby"]


def texts(person: Person, number: int = 1) -> list[str]:
    return [entry.text for entry in person.desk.case(case(person, number)).entries]


def test_an_edit_of_what_a_colleague_turns_out_to_have_typed_is_taken_back(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    nearby.settle()
    anna.desk.note(case(anna), "已更换", speaker="Kay")
    take(boris, written(anna))
    entry = boris.desk.case(case(boris)).entries[-1].id
    boris.desk.edit_entry(case(boris), entry, text="又更换")
    nearby.settle()
    assert entry != boris.desk.case(case(boris)).entries[-1].id
    assert [item.act for item in boris.desk.undo().items] == ["edit"]
    nearby.settle()
    assert texts(anna)[-1] == texts(boris)[-1] == "已更换"


def test_a_page_taken_over_under_another_name_keeps_its_notes_under_both(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna)
    nearby.settle()
    anna.desk.note(case(anna), "已更换", speaker="Kay")
    anna.desk.import_page(written(anna), file_name="terra_1.txt")
    nearby.settle()
    for person in (anna, boris):
        assert "已更换".encode() in written(person)
        assert "已更换".encode() in person.desk.write_page("terra_1").data


def test_a_redacted_note_leaves_one_page_however_often_it_goes_round(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna, source(PageCase(1, "20240601", CASES[1].problem, (PageEntry("甲", "YD"),))))
    anna.desk.note(case(anna), SECRET, speaker="LM")
    nearby.settle()
    take(anna, written(anna))
    redact(anna)
    nearby.settle()
    page = alike(nearby)
    for _ in range(2):
        assert take(anna, written(anna)) == (0, 0, 1)
        anna.sync()
        boris.sync()
        assert alike(nearby) == page
    nearby.settle()
    clean(nearby)


def test_a_page_that_goes_back_to_what_it_was_counts_again(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    longer = source(CASES[0], replace(CASES[1], entries=(*CASES[1].entries, PageEntry("乙", "YD"))))
    for page in (source(), longer, source(), longer, source()):
        take(anna, page)
        assert written(anna) == page
        nearby.settle()
        assert alike(nearby) == page
    before = anna.one("SELECT count(*) FROM op")
    assert take(anna, source()) == (0, 0, 2)
    assert anna.one("SELECT count(*) FROM op") == before
    assert "乙" in texts(boris)
    take(boris, longer)
    nearby.settle()
    take(anna, source())
    nearby.settle()
    alike(nearby)


def test_an_import_is_taken_back_only_where_nobody_else_has_the_case(nearby: Team) -> None:
    anna, boris = nearby.join("anna"), nearby.join("boris")
    take(anna, source(*CASES, PageCase(3, "20240603", "屏幕不亮")))
    anna.sync()
    boris.desk.new("terra", "断电")
    take(boris, source(CASES[1]))
    nearby.settle()
    boris.desk.note(case(boris, 2), "我也去了")
    nearby.settle()
    hiding = anna.desk.undo_hides()
    assert hiding.cases == 1
    undone = anna.desk.undo(hides=hiding)
    assert [item.case for item in undone.items if item.act == "hide"] == ["nova_case#3_20240603"]
    left = "{}: somebody else has it too, or wrote in it, and it stays"
    assert sorted(undone.left) == [
        left.format(key) for key in ("nova_case#1_20240601", "nova_case#2_20240602")
    ]
    nearby.settle()
    assert boris.desk.count("") == anna.desk.count("") == 3
    assert texts(anna, 2) == ["丁", "我也去了"]
    anna.desk.undo(redo=True)
    nearby.settle()
    assert boris.desk.count("") == 4
    nearby.agree()


@pytest.mark.usefixtures("large")
def test_an_older_save_that_is_read_last_is_no_newer_page_than_plain_source(nearby: Team) -> None:
    anna, boris, carol = (nearby.join(name) for name in ("anna", "boris", "carol"))
    lines = first_save(CASES)
    newer = (CASES[0], replace(CASES[1], problem="桩又离线"))
    later = avatar(next_save(lines, newer, "1.2"), PAGE)
    take(anna, later)
    anna.sync()
    take(boris, source(*CASES, PageCase(3, "20240603", "屏幕不亮")))
    take(carol, later)
    take(carol, avatar(lines, PAGE))
    nearby.settle()
    assert "屏幕不亮".encode() in alike(nearby)
