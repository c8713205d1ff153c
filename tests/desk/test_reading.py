"""Naming cases and entries, and what is told of a case besides what stands in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.desk.stage import START, Copy, Wiki
from tests.pages import PageCase, PageEntry
from workbench.desk import Ambiguous, BadInput, NotFound

CASE = PageCase(97, "20240601", "桩离线", (PageEntry("甲", "YD"), PageEntry("乙", "LM")))
TWIN = PageCase(97, "20240602", "别处的", project="vega")


@pytest.fixture
def paged(copy: Copy) -> Copy:
    copy.take(Wiki(CASE, PageCase(96, "20240531", "扫码失败")).bytes())
    return copy


def day(days: int) -> str:
    """Return the date so many days from the test's today."""
    return (datetime.fromtimestamp(START / 1000, UTC) + timedelta(days=days)).date().isoformat()


# --- naming ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["nova_case#97_20240601", "NOVA_case#97_20240601", "ｎｏｖａ_case＃９７_20240601", "nova#97",
     "Nova_case#97", " nova#97 ", "97", "９７", "097"],
)  # fmt: skip
def test_a_case_has_many_names(paged: Copy, name: str) -> None:
    assert paged.desk.key(paged.desk.resolve(name)) == CASE.key


def test_an_id_is_a_name_from_four_characters_on(paged: Copy) -> None:
    uid = paged.id(97)
    assert paged.desk.resolve(uid) == paged.desk.resolve(uid[:4]) == paged.desk.resolve(uid.upper())
    for name in (uid[:3], uid[:8] + "1", uid + "a"):
        with pytest.raises(NotFound):
            paged.desk.resolve(name)


@pytest.mark.parametrize(
    "name", ["", "98", "terra#97", "nova_case#97_20240602", "%", "#", "x" * 500]
)
def test_what_names_no_case(paged: Copy, name: str) -> None:
    with pytest.raises(NotFound):
        paged.desk.resolve(name)


def test_one_number_of_two_projects_means_several(paged: Copy) -> None:
    paged.plain(TWIN)
    with pytest.raises(Ambiguous) as refused:
        paged.desk.resolve("97")
    assert set(refused.value.candidates) == {CASE.key, TWIN.key}
    assert paged.desk.key(paged.desk.resolve("vega#97")) == TWIN.key


def test_one_unknown_of_several_names_and_none_is_given(paged: Copy) -> None:
    assert paged.desk.resolve_all(["97", "nova#97", "96"]) == [paged.id(97), paged.id(96)]
    with pytest.raises(NotFound):
        paged.desk.resolve_all(["97", "98"])


def test_an_entry_is_named_by_its_place_or_its_id(paged: Copy) -> None:
    case, desk = paged.id(97), paged.desk
    first, second = (entry.id for entry in desk.case(case).entries)
    assert [desk.resolve_entry(case, name) for name in ("1", "２", "00002")] == [
        first,
        second,
        second,
    ]
    assert desk.resolve_entry(case, second[:6].upper()) == second
    for name in ("0", "3", "-1", "", "abc", "zzzz", "123456"):
        with pytest.raises(NotFound):
            desk.resolve_entry(case, name)
    desk.hide([case], first)
    assert desk.resolve_entry(case, "2") == second
    assert [(entry.position, entry.id) for entry in desk.case(case).entries] == [(2, second)]


def test_an_entry_of_another_case_is_none_of_this(paged: Copy) -> None:
    entry = paged.desk.case(paged.id(97)).entries[0].id
    for act in (
        lambda: paged.desk.resolve_entry(paged.id(96), entry),
        lambda: paged.desk.edit_entry(paged.id(96), entry, text="x"),
        lambda: paged.desk.note(paged.id(96), "x", reply_to=entry),
        lambda: paged.desk.hide([paged.id(96)], entry),
        lambda: paged.desk.unhide([paged.id(96)], entry),
        lambda: paged.desk.redact(paged.id(96), entry, why="x"),
    ):
        with pytest.raises(NotFound):
            act()


# --- mine, awake, unread, hidden, draft ---------------------------------------------------------


def found(copy: Copy, query: str) -> list[int | None]:
    return [summary.number for summary in copy.desk.list(query, sort="number")]


def test_mine_are_those_that_i_am_an_engineer_of(paged: Copy) -> None:
    paged.desk.assign([paged.id(97)], add=["ANNA"])
    paged.desk.assign([paged.id(96)], add=["annabell"])
    assert found(paged, "is:mine") == [97]
    assert [s.number for s in paged.open("boris").list("is:mine")] == []


def test_a_hold_wakes_on_its_day(paged: Copy) -> None:
    case = paged.id(97)
    paged.desk.status([case], "on_hold", until=day(2), why="等厂家")
    assert found(paged, "is:awake") == []
    for days, awake in ((1, False), (1, True), (30, True)):
        paged.clock.pass_ms(days * 86_400_000)
        assert paged.desk.case(case).summary.awake is awake
        assert found(paged, "is:awake") == ([97] if awake else [])
    assert paged.desk.case(case).summary.status == "on_hold"


def test_a_hold_wakes_when_another_person_writes(paged: Copy) -> None:
    case = paged.id(97)
    paged.desk.status([case], "on_hold")
    paged.desk.note(case, "我自己写的")
    assert found(paged, "is:awake") == []
    written = paged.open("boris").note(case, "他写的")
    assert found(paged, "is:awake") == [97]
    paged.desk.hide([case], written.entry_id)
    assert found(paged, "is:awake") == []
    paged.desk.unhide([case], written.entry_id)
    assert found(paged, "is:awake") == [97]
    paged.desk.status([case], "on_hold", why="还在等")
    assert found(paged, "is:awake") == []


def test_a_hold_wakes_when_the_page_has_more(copy: Copy) -> None:
    wiki = Wiki(CASE)
    copy.take(wiki.bytes())
    copy.desk.status([copy.id(97)], "on_hold")
    wiki.save(PageCase(97, "20240601", "桩离线", (*CASE.entries, PageEntry("丙", "YD"))))
    copy.take(wiki.bytes())
    assert found(copy, "is:awake") == [97]


def test_what_is_hidden_is_out_of_every_list(paged: Copy) -> None:
    paged.desk.hide([paged.id(97)])
    assert (found(paged, ""), found(paged, "is:hidden")) == ([96], [97])
    assert found(paged, "-is:hidden") == [96]
    assert sum(paged.desk.counts().values()) == paged.desk.status_line().cases == 1
    assert paged.desk.case(paged.id(97)).summary.hidden


def test_reading_is_each_persons_own(paged: Copy) -> None:
    boris = paged.open("boris")
    paged.desk.note(paged.id(97), "新的")
    assert [s.number for s in boris.list("is:unread")] == [97]
    assert found(paged, "is:unread") == []
    ops = paged.ops()
    boris.mark_read(paged.id(97))
    boris.mark_read(paged.id(96))
    assert [s.number for s in boris.list("is:unread")] == []
    assert paged.ops() == ops
    assert [s.number for s in paged.open("carla").list("is:unread")] == [97]


# --- what a person may give -----------------------------------------------------------------------


@pytest.mark.parametrize("project", ["", " ", "a b", "a#b", "a|b", "a=b", "a\x07b", "＃"])
def test_what_can_be_no_project(copy: Copy, project: str) -> None:
    with pytest.raises(BadInput):
        copy.desk.new(project, "x")
    assert copy.ops() == 0


def test_a_project_is_spelled_as_it_is_known(paged: Copy) -> None:
    made = paged.desk.new("ＮＯＶＡ", "x", date="2026-01-02")
    assert paged.desk.key(made) == "nova_case#98_20260102"


@pytest.mark.parametrize("date", ["2024-02-30", "morgen", "20240230", ""])
def test_an_impossible_date_is_refused(paged: Copy, date: str) -> None:
    ops = paged.ops()
    for act in (
        lambda: paged.desk.new("nova", "x", date=date),
        lambda: paged.desk.edit_field(paged.id(97), "date", date),
        lambda: paged.desk.status([paged.id(97)], "on_hold", until=date),
    ):
        with pytest.raises(BadInput):
            act()
    assert paged.ops() == ops


def test_of_several_cases_none_is_written_when_one_is_not_there(paged: Copy) -> None:
    ops = paged.ops()
    cases = [paged.id(97), "a" * 26]
    for act in (
        lambda: paged.desk.status(cases, "resolved"),
        lambda: paged.desk.assign(cases, add=["YD"]),
        lambda: paged.desk.tag(cases, add=["x"]),
        lambda: paged.desk.hide(cases),
        lambda: paged.desk.unhide(cases),
    ):
        with pytest.raises(NotFound):
            act()
    assert paged.ops() == ops


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "", " \n "])
def test_a_text_that_can_not_be_kept_is_refused(paged: Copy, text: str) -> None:
    ops = paged.ops()
    entry = paged.entry("甲", 97)
    for act in (
        lambda: paged.desk.note(paged.id(97), text),
        lambda: paged.desk.edit_field(paged.id(97), "problem", text),
        lambda: paged.desk.edit_entry(paged.id(97), entry, text=text),
        lambda: paged.desk.new("nova", text),
    ):
        with pytest.raises(BadInput):
            act()
    assert paged.ops() == ops


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_a_name_that_can_not_be_kept_is_refused(paged: Copy, name: str) -> None:
    ops, case = paged.ops(), paged.id(97)
    for act in (
        lambda: paged.desk.assign([case], add=[name]),
        lambda: paged.desk.tag([case], add=[name]),
        lambda: paged.desk.note(case, "x", speaker=name),
        lambda: paged.desk.edit_field(case, "title", name),
        lambda: paged.desk.status([case], "on_hold", why=name),
        lambda: paged.desk.redact(case, "problem", why=name),
        lambda: paged.desk.new(name, "x"),
        lambda: paged.desk.new("nova", "x", title=name),
    ):
        with pytest.raises(BadInput):
            act()
    assert paged.ops() == ops


def test_a_name_of_any_signs_is_kept_as_given(paged: Copy) -> None:
    case = paged.id(97)
    for name in ("[/x]", "+a", "王 五", "😀", "a" * 300, "\x1b[31m"):
        paged.desk.tag([case], add=[name])
        assert paged.desk.case(case).summary.tags == (" ".join(name.split()),)
        paged.desk.tag([case], remove=[name])
