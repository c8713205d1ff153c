"""Pages that went to the wiki and came back, and what every copy makes of them."""

from __future__ import annotations

from tests.pages import PageCase, PageEntry
from tests.sync.team import Person, Team
from tests.sync.test_pages import (
    CASES,
    SECRET,
    alike,
    case,
    clean,
    nearby,
    redact,
    source,
    take,
    written,
)

__all__ = ["nearby"]


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
