"""Importing saves of one page: the same again, newer ones, older ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.desk.stage import Copy, Wiki, counts, texts
from tests.pages import PageCase, PageEntry, page_source

A, B, C = (
    PageEntry("甲：断电了", "YD"),
    PageEntry("乙：已派人", "LM"),
    PageEntry("丙：修好了", "YD"),
)
CASE = PageCase(1, "20240601", "桩离线", (A, B, C), engineers=("YD", "LM"))
OTHER = PageCase(2, "20240602", "扫码失败", (PageEntry("没有标签"),), "resolved")


def with_entries(*entries: PageEntry) -> PageCase:
    return replace(CASE, entries=entries)


@pytest.fixture
def wiki() -> Wiki:
    return Wiki(OTHER, CASE)


def test_again_changes_nothing(copy: Copy, wiki: Wiki) -> None:
    assert counts(copy.take(wiki.bytes())) == (2, 0, 0, 4)
    ops, shown = copy.ops(), copy.shown()
    for _ in range(2):
        report = copy.take(wiki.bytes())
        assert counts(report) == (0, 0, 2, 0)
        assert (report.entries, report.gone, report.decisions) == (4, [], 0)
        assert (copy.ops(), copy.shown()) == (ops, shown)


def test_a_dry_run_tells_the_same_and_writes_nothing(copy: Copy, wiki: Wiki) -> None:
    told = copy.take(wiki.bytes(), dry_run=True)
    assert (copy.ops(), copy.uids()) == (0, [])
    assert copy.sql("SELECT count(*) FROM page") == [(0,)]
    assert copy.take(wiki.bytes()).json() == told.json()
    wiki.save(replace(OTHER, status="in_progress"), with_entries(A, B))
    told = copy.take(wiki.bytes(), dry_run=True)
    assert copy.status(2) == "resolved"
    assert copy.take(wiki.bytes()).json() == told.json()


def test_a_newer_status_problem_and_date(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    wiki.save(OTHER, replace(CASE, status="resolved", problem="桩离线两天", date="20240603"))
    report = copy.take(wiki.bytes())
    assert counts(report) == (0, 1, 1, 0)
    case = copy.desk.case(copy.id(1))
    assert (case.summary.status, case.summary.problem) == ("resolved", "桩离线两天")
    assert (case.summary.key, case.summary.opened_on) == ("nova_case#1_20240603", "2024-06-03")
    assert case.summary.aliases == ("nova_case#1_20240601",)
    assert copy.desk.resolve("nova_case#1_20240601") == case.summary.id
    history = copy.desk.history(case.summary.id)
    assert texts(history, "status") == ["unset", "resolved"]
    assert texts(history, "problem") == ["桩离线", "桩离线两天"]
    assert report.decisions == 0
    assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)


def test_one_impossible_date_for_another_is_a_new_key_and_a_new_question(copy: Copy) -> None:
    wiki = Wiki(replace(CASE, date="202007015"))
    (question,) = copy.take(wiki.bytes()).questions
    assert question["case"] == "nova_case#1_202007015"
    assert question["field"] == "date"
    wiki.save(replace(CASE, date="202007033"))
    report = copy.take(wiki.bytes())
    assert counts(report) == (0, 1, 0, 0)
    assert [q["case"] for q in report.questions] == ["nova_case#1_202007033"]
    assert copy.desk.resolve("nova_case#1_202007015") == copy.id(1)
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)


def test_a_date_given_by_a_person_closes_the_question_and_leaves_the_key(copy: Copy) -> None:
    wiki = Wiki(replace(CASE, date="202007015"))
    copy.take(wiki.bytes())
    assert len(copy.desk.find("is:question")) == 1
    copy.desk.edit_field(copy.id(1), "date", "2020-07-15")
    summary = copy.desk.case(copy.id(1)).summary
    assert (summary.opened_on, summary.date_raw) == ("2020-07-15", "202007015")
    assert (summary.key, summary.questions) == ("nova_case#1_202007015", ())
    assert copy.take(wiki.bytes()).questions == []
    wiki.save(replace(CASE, date="20200715"))
    report = copy.take(wiki.bytes())
    assert (report.decisions, report.questions) == (0, [])
    summary = copy.desk.case(copy.id(1)).summary
    assert (summary.key, summary.opened_on) == ("nova_case#1_20200715", "2020-07-15")


@pytest.mark.parametrize("place", range(4))
def test_an_entry_more_stands_where_the_page_has_it(copy: Copy, wiki: Wiki, place: int) -> None:
    copy.take(wiki.bytes())
    entries = [A, B, C]
    entries.insert(place, PageEntry("新的一句", "chinyee"))
    wiki.save(OTHER, with_entries(*entries))
    assert counts(copy.take(wiki.bytes())) == (0, 1, 1, 1)
    assert copy.texts() == [entry.text for entry in entries]
    assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)


def test_several_more_entries_stand_in_the_order_of_the_page(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    more = [PageEntry(f"第{n}句", "LM") for n in range(5)]
    wiki.save(OTHER, with_entries(more[0], A, more[1], more[2], B, C, more[3], more[4]))
    assert counts(copy.take(wiki.bytes())) == (0, 1, 1, 5)
    assert copy.texts() == [entry.text for entry in wiki.pages[-1][1].entries]


@pytest.mark.parametrize(("place", "text"), [(0, "甲：断电了！"), (1, "全新"), (2, "丙：修好了吗")])
def test_an_edited_entry_is_a_new_version(copy: Copy, wiki: Wiki, place: int, text: str) -> None:
    """In the middle whatever it says; at the top and the end if it is alike."""
    copy.take(wiki.bytes())
    ids = [entry.id for entry in copy.desk.case(copy.id(1)).entries]
    entries = [A, B, C]
    entries[place] = replace(entries[place], text=text)
    wiki.save(OTHER, with_entries(*entries))
    report = copy.take(wiki.bytes())
    assert (counts(report), report.gone, report.decisions) == ((0, 1, 1, 0), [], 0)
    shown = copy.desk.case(copy.id(1)).entries
    assert [entry.id for entry in shown] == ids
    assert [entry.text for entry in shown] == [entry.text for entry in entries]
    assert shown[place].edited
    assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)


def test_a_last_entry_that_says_something_else_is_a_new_one(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    wiki.save(OTHER, with_entries(A, B, PageEntry("zebra quartz 9", "YD")))
    report = copy.take(wiki.bytes())
    assert counts(report) == (0, 1, 1, 1)
    assert [found["text"] for found in report.gone] == [C.text]
    assert set(copy.texts()) == {A.text, B.text, C.text, "zebra quartz 9"}


@pytest.mark.parametrize("place", range(3))
def test_edited_neighbours_are_new_versions(copy: Copy, wiki: Wiki, place: int) -> None:
    """At the top, at the end, and all three; what came between them is new."""
    copy.take(wiki.bytes())
    ids = [entry.id for entry in copy.desk.case(copy.id(1)).entries]
    entries = [replace(e, text=e.text + "！") for e in (A, B, C)]
    if place:
        entries[-place] = (A, B, C)[-place]
    wiki.save(OTHER, with_entries(entries[0], PageEntry("新的一句", "YD"), *entries[1:]))
    report = copy.take(wiki.bytes())
    assert (counts(report), report.gone) == ((0, 1, 1, 1), [])
    shown = copy.desk.case(copy.id(1)).entries
    assert [entry.text for entry in shown] == [e.text for e in wiki.pages[-1][1].entries]
    assert [entry.id for entry in shown if entry.text != "新的一句"] == ids
    assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)


def test_neighbours_that_say_something_else_are_not_guessed_at(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    other = PageEntry("zebra quartz 9", "YD"), PageEntry("violet 4711", "LM")
    wiki.save(OTHER, with_entries(*other, C))
    report = copy.take(wiki.bytes())
    assert counts(report) == (0, 1, 1, 2)
    assert {found["text"] for found in report.gone} == {A.text, B.text}


def test_engineers_come_and_are_never_taken_away(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    wiki.save(OTHER, replace(CASE, engineers=("YD", "chinyee")))
    assert counts(copy.take(wiki.bytes())) == (0, 1, 1, 0)
    assert copy.desk.case(copy.id(1)).summary.engineers == ("YD", "LM", "chinyee")


def test_a_removed_engineer_stays_removed(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    copy.desk.assign([copy.id(1)], remove=["YD"])
    assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)
    wiki.save(OTHER, replace(CASE, status="resolved"))
    copy.take(wiki.bytes())
    assert copy.desk.case(copy.id(1)).summary.engineers == ("LM",)


def test_moved_lines_alone_are_no_change(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    ops = copy.ops()
    added = PageCase(3, "20240603", "新案件", (PageEntry("x", "YD"),))
    wiki.save(added, CASE, OTHER)
    assert counts(copy.take(wiki.bytes())) == (1, 0, 2, 1)
    source = copy.desk.case(copy.id(1)).summary.source
    assert source is not None
    assert wiki.saves[-1][source.first_line - 1][1] == f"= {CASE.key} ="
    bodies = copy.changes()[ops:]
    assert {body["c"] for body in bodies if body["k"] != "page"} == {copy.id(3)}


def test_a_gone_case_and_a_gone_entry_are_told_and_kept(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    wiki.save(with_entries(A, C))
    for _ in range(2):
        report = copy.take(wiki.bytes())
        assert report.gone == [
            {"case": CASE.key, "entry": copy.entry(B.text), "text": B.text},
            {"case": OTHER.key, "entry": None, "text": OTHER.problem},
        ]
        assert (report.added, report.entries_added) == (0, 0)
    assert copy.texts() == [A.text, B.text, C.text]
    assert copy.texts(2) == ["没有标签"]


def test_what_is_hidden_here_is_not_told_as_gone(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    copy.desk.hide([copy.id(1)], copy.entry(B.text))
    copy.desk.hide([copy.id(2)])
    wiki.save(with_entries(A, C))
    assert copy.take(wiki.bytes()).gone == []


def test_what_came_back_to_the_page_is_the_same_entry(copy: Copy, wiki: Wiki) -> None:
    copy.take(wiki.bytes())
    shown = copy.shown()
    wiki.save(OTHER, with_entries(A, C))
    copy.take(wiki.bytes())
    wiki.save(OTHER, with_entries(A, B, C))
    assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)
    assert copy.shown() == shown


def test_old_words_said_anew_are_an_entry_of_their_own(copy: Copy, wiki: Wiki) -> None:
    """The name of the first version is taken by the entry that was edited since."""
    copy.take(wiki.bytes())
    edited = replace(B, text="乙：改了口")
    wiki.save(OTHER, with_entries(A, edited, C))
    copy.take(wiki.bytes())
    for entries in ((A, edited, C, B), (B, A, edited, C, B)):
        wiki.save(OTHER, with_entries(*entries))
        assert counts(copy.take(wiki.bytes()))[3] == 1
        assert sorted(copy.texts()) == sorted(entry.text for entry in entries)
        assert counts(copy.take(wiki.bytes())) == (0, 0, 2, 0)


def test_equal_entries_are_counted(copy: Copy) -> None:
    same = PageEntry("收到", "YD")
    wiki = Wiki(with_entries(same, B, same))
    copy.take(wiki.bytes())
    assert copy.texts() == ["收到", B.text, "收到"]
    wiki.save(with_entries(same, B, same, same))
    assert counts(copy.take(wiki.bytes())) == (0, 1, 0, 1)
    assert copy.texts() == ["收到", B.text, "收到", "收到"]
    wiki.save(with_entries(same, B))
    report = copy.take(wiki.bytes())
    assert (counts(report), len(report.gone)) == ((0, 0, 1, 0), 2)


# --- older saves ----------------------------------------------------------------------------------


def test_an_older_save_takes_nothing_back(copy: Copy, wiki: Wiki) -> None:
    changed = replace(
        CASE,
        status="resolved",
        problem="桩离线两天",
        date="20240603",
        entries=(A, replace(B, text="乙：派了两人"), C, PageEntry("丁", "YD")),
    )
    wiki.save(replace(OTHER, status="unset"), changed)
    copy.take(wiki.bytes(1))
    shown = copy.shown()
    report = copy.take(wiki.bytes(0))
    assert (report.added, report.entries_added, report.decisions, report.gone) == (0, 0, 0, [])
    after = copy.shown()
    assert [case.pop("aliases") for case in after.values()] == [
        ["nova_case#1_20240601"] if case["number"] == 1 else [] for case in after.values()
    ]
    for case in shown.values():
        assert case.pop("aliases") == []
    for case in (*after.values(), *shown.values()):
        for entry in case["entries"]:
            entry["edited"] = None
    assert after == shown
    assert texts(copy.desk.history(copy.id(2)), "status").count("resolved") == 1
    assert "桩离线" in texts(copy.desk.history(copy.id(1)), "problem")
    assert B.text in texts(copy.desk.history(copy.id(1)), "entry")
    for save in (0, 1, 0):
        assert counts(copy.take(wiki.bytes(save))) == (0, 0, 2, 0)


def test_any_order_of_saves_shows_the_newest(copies, wiki: Wiki) -> None:  # type: ignore[no-untyped-def]
    from itertools import permutations

    wiki.save(OTHER, replace(CASE, status="in_progress", problem="离线\n第二行"))
    wiki.save(OTHER, replace(CASE, status="resolved", problem="离线\n第二行", entries=(A, B)))
    wiki.save(OTHER, replace(CASE, status="resolved", problem="离线", entries=(A, B)))
    for order in list(permutations(range(4)))[::3]:
        copy = copies("".join(map(str, order)))
        for save in order:
            copy.take(wiki.bytes(save))
        case = copy.desk.case(copy.id(1)).summary
        assert (case.status, case.problem) == ("resolved", "离线"), order
        assert copy.texts() == [A.text, B.text, C.text], order
        assert copy.desk.decisions() == []


def test_a_line_taken_out_of_an_entry_stays_out(copies, wiki: Wiki) -> None:  # type: ignore[no-untyped-def]
    """A line that is gone leaves no revision behind, so the page's own tells which is newer."""
    wiki = Wiki(with_entries(A, PageEntry("乙一\n乙二", "LM"), C), OTHER)
    wiki.save(with_entries(A, PageEntry("乙一", "LM"), C), replace(OTHER, status="unset"))
    wiki.save(with_entries(A, PageEntry("乙一", "LM"), C), replace(OTHER, status="resolved"))
    for order in ((0, 1), (1, 0), (0, 1, 0), (2, 1, 0), (2, 0, 1), (1, 0, 1, 2)):
        copy = copies("".join(map(str, order)))
        for save in order:
            copy.take(wiki.bytes(save))
        assert copy.texts() == [A.text, "乙一", C.text], order


# --- plain source ---------------------------------------------------------------------------------


def test_plain_source_is_newer_the_later_it_is_read(copy: Copy) -> None:
    first, second = (CASE,), (replace(CASE, status="resolved", problem="别的"),)
    shown = []
    for page in (first, second, first, second):
        copy.plain(*page)
        summary = copy.desk.case(copy.id(1)).summary
        shown.append((summary.status, summary.problem))
        assert counts(copy.plain(*page)) == (0, 0, 1, 0)
    assert shown == [("unset", "桩离线"), ("resolved", "别的")] * 2
    assert copy.desk.decisions() == []


def test_plain_source_between_saves_of_the_page(copy: Copy, wiki: Wiki) -> None:
    """What the plain source brought first and the save has too is no other value."""
    copy.take(wiki.bytes())
    copy.plain(OTHER, replace(CASE, status="resolved"))
    copy.desk.status([copy.id(1)], "on_hold", why="等厂家")
    wiki.save(OTHER, replace(CASE, status="resolved"))
    report = copy.take(wiki.bytes())
    assert (counts(report), report.decisions) == ((0, 0, 2, 0), 0)
    wiki.save(OTHER, replace(CASE, status="in_progress"))
    report = copy.take(wiki.bytes())
    assert (counts(report), report.decisions) == ((0, 1, 1, 0), 1)


def test_nameless_saves_follow_each_other(copy: Copy) -> None:
    wiki = Wiki(CASE, title="")
    page = b"\n".join(wiki.bytes().split(b"\n")[3:])
    assert copy.take(page, None).page is None
    copy.take(page_source((replace(CASE, status="resolved"),)).encode(), None)
    assert copy.status() == "resolved"
    wiki.save(replace(CASE, status="in_progress"))
    newer = b"\n".join(wiki.bytes().split(b"\n")[3:])
    copy.take(newer, None)
    assert copy.status() == "in_progress"
    assert counts(copy.take(newer, None)) == (0, 0, 1, 0)


def test_another_nameless_page_does_not_miss_the_cases_of_the_first(copy: Copy) -> None:
    copy.take(page_source((CASE,)).encode(), None)
    report = copy.take(page_source((OTHER,)).encode(), None)
    assert (report.page, report.gone) == (None, [])


# --- pages that break off -------------------------------------------------------------------------


def test_a_page_that_breaks_off_misses_nothing(copy: Copy, wiki: Wiki) -> None:
    """What lies behind the break is not gone, and is known again by the next whole save."""
    whole = wiki.bytes()
    copy.take(whole)
    shown = copy.shown()
    rows = whole.split(b"\n")
    cut = b"\n".join(rows[: next(n for n, row in enumerate(rows) if B.text.encode() in row)])
    report = copy.take(cut)
    assert report.refused
    assert (report.gone, report.entries_added, report.added) == ([], 0, 0)
    assert copy.shown() == shown
    wiki.save(OTHER, with_entries(A, B, replace(C, text="丙：修好了吗")))
    report = copy.take(wiki.bytes())
    assert (counts(report), report.gone) == ((0, 1, 1, 0), [])
