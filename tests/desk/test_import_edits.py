"""What was written here between two imports is never overwritten and never doubled."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.desk.stage import Copy, Wiki, counts
from tests.pages import PageCase, PageEntry, page_source
from workbench.desk import Ambiguous

A, B, C = (
    PageEntry("甲：断电了", "YD"),
    PageEntry("乙：已派人", "LM"),
    PageEntry("丙：修好了", "YD"),
)
CASE = PageCase(1, "20240601", "桩离线", (A, B, C), engineers=("YD", "LM"))


def with_entries(*entries: PageEntry) -> PageCase:
    return replace(CASE, entries=entries)


@pytest.fixture
def wiki(copy: Copy) -> Wiki:
    """A page of one case that is imported."""
    page = Wiki(CASE)
    copy.take(page.bytes())
    return page


# --- fields ---------------------------------------------------------------------------------------


def test_a_status_set_here_stays_while_the_page_says_what_it_said(copy: Copy, wiki: Wiki) -> None:
    copy.desk.status([copy.id()], "resolved")
    wiki.save(replace(CASE, problem="桩离线。"))
    report = copy.take(wiki.bytes())
    assert (counts(report), report.decisions) == ((0, 1, 0, 0), 0)
    assert copy.status() == "resolved"


def test_a_status_set_here_and_another_on_the_page_are_a_decision(copy: Copy, wiki: Wiki) -> None:
    copy.desk.status([copy.id()], "resolved")
    wiki.save(replace(CASE, status="on_hold"))
    report = copy.take(wiki.bytes())
    assert (counts(report), report.decisions) == ((0, 1, 0, 0), 1)
    (decision,) = copy.desk.decisions()
    assert decision.field == "status"
    assert decision.ancestor == "unset"
    assert [choice.value for choice in decision.values] == ["resolved", "on_hold"]
    assert copy.status() == "on_hold"
    again = copy.take(wiki.bytes())
    assert (counts(again), again.decisions) == ((0, 0, 1, 0), 0)
    assert copy.desk.decisions() == [decision]
    copy.desk.decide(decision.id, choice=1)
    assert copy.take(wiki.bytes()).decisions == 0
    assert (copy.status(), copy.desk.decisions()) == ("resolved", [])


def test_the_same_status_here_and_on_the_page_is_none(copy: Copy, wiki: Wiki) -> None:
    copy.desk.status([copy.id()], "resolved")
    wiki.save(replace(CASE, status="resolved"))
    assert copy.take(wiki.bytes()).decisions == 0
    assert copy.status() == "resolved"
    copy.desk.status([copy.id()], "in_progress")
    assert (copy.status(), copy.desk.decisions()) == ("in_progress", [])


def test_a_hold_here_and_the_bare_word_on_the_page_are_one(copy: Copy, wiki: Wiki) -> None:
    """A page can't say until when: written back, it would ask for a decision nobody caused."""
    copy.desk.status([copy.id()], "on_hold", until="2027-03-01", why="等厂家")
    wiki.save(replace(CASE, status="on_hold"))
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)
    summary = copy.desk.case(copy.id()).summary
    assert (summary.status_until, summary.status_why) == ("2027-03-01", "等厂家")
    assert copy.desk.decisions() == []
    wiki.save(replace(CASE, status="resolved"))
    assert copy.take(wiki.bytes()).decisions == 1


def test_a_problem_edited_here_and_there(copy: Copy, wiki: Wiki) -> None:
    copy.desk.edit_field(copy.id(), "problem", "我们的说法")
    wiki.save(replace(CASE, status="resolved"))
    assert copy.take(wiki.bytes()).decisions == 0
    assert copy.desk.case(copy.id()).summary.problem == "我们的说法"
    wiki.save(replace(CASE, status="resolved", problem="他们的说法"))
    assert copy.take(wiki.bytes()).decisions == 1
    wiki.save(replace(CASE, status="resolved", problem="我们的说法"))
    report = copy.take(wiki.bytes())
    assert (report.decisions, copy.desk.decisions()) == (0, [])


def test_a_title_of_its_own_is_no_business_of_the_page(copy: Copy, wiki: Wiki) -> None:
    copy.desk.edit_field(copy.id(), "title", "短标题")
    wiki.save(replace(CASE, problem="别的"))
    assert copy.take(wiki.bytes()).decisions == 0
    assert copy.desk.case(copy.id()).summary.title == "短标题"


def test_tags_and_engineers_given_here_stay(copy: Copy, wiki: Wiki) -> None:
    copy.desk.assign([copy.id()], add=["chinyee"], remove=["LM"])
    copy.desk.tag([copy.id()], add=["急"])
    wiki.save(replace(CASE, engineers=("YD", "LM", "zhao")))
    copy.take(wiki.bytes())
    summary = copy.desk.case(copy.id()).summary
    assert (summary.engineers, summary.tags) == (("YD", "chinyee", "zhao"), ("急",))


# --- entries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("speaker", [None, "客户"])
def test_a_note_typed_here_and_found_on_the_page_is_one(
    copy: Copy, wiki: Wiki, speaker: str | None
) -> None:
    copy.desk.note(copy.id(), "已经  寄出\n配件", speaker=speaker)
    shown = copy.shown()
    wiki.save(with_entries(A, B, PageEntry("已经 寄出\n配件", speaker or "anna"), C))
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)
    assert copy.shown() == shown
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)


def test_a_note_that_the_page_edits_later_is_a_new_version(copy: Copy, wiki: Wiki) -> None:
    copy.desk.note(copy.id(), "已经寄出配件")
    wiki.save(with_entries(A, B, C, PageEntry("已经寄出配件", "anna")))
    copy.take(wiki.bytes())
    wiki.save(with_entries(A, B, C, PageEntry("已经寄出配件，周五到", "anna")))
    report = copy.take(wiki.bytes())
    assert (counts(report), report.decisions) == ((0, 1, 0, 0), 0)
    assert copy.texts()[-1] == "已经寄出配件，周五到"
    assert len(copy.texts()) == 4


def test_a_note_typed_here_is_not_gone_from_a_page_that_never_had_it(
    copy: Copy, wiki: Wiki
) -> None:
    copy.desk.note(copy.id(), "只在这里")
    wiki.save(with_entries(A, B))
    assert [found["text"] for found in copy.take(wiki.bytes()).gone] == [C.text]


def test_a_note_typed_here_is_no_missing_entry_of_the_page(copy: Copy, wiki: Wiki) -> None:
    copy.desk.note(copy.id(), "断电的原因找到了", speaker="YD")
    wiki.save(with_entries(A, B, C, PageEntry("断电的原因不明", "YD")))
    assert counts(copy.take(wiki.bytes())) == (0, 1, 0, 1)
    assert {"断电的原因找到了", "断电的原因不明"} <= set(copy.texts())


def test_what_was_edited_here_and_shows_so_on_the_page_is_settled(copy: Copy, wiki: Wiki) -> None:
    copy.desk.edit_entry(copy.id(), copy.entry(B.text), text="乙：已派两人")
    wiki.save(with_entries(A, replace(B, text="乙：已派两人"), C))
    report = copy.take(wiki.bytes())
    assert (report.entries_added, report.decisions, report.gone) == (0, 0, [])
    assert copy.texts() == [A.text, "乙：已派两人", C.text]
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)


def test_what_was_edited_here_and_otherwise_on_the_page_is_a_decision(
    copy: Copy, wiki: Wiki
) -> None:
    entry = copy.entry(B.text)
    copy.desk.edit_entry(copy.id(), entry, text="乙：已派两人")
    wiki.save(with_entries(A, replace(B, text="乙：明天去"), C))
    report = copy.take(wiki.bytes())
    assert (report.entries_added, report.decisions) == (0, 1)
    (decision,) = copy.desk.decisions()
    assert (decision.field, decision.entry, decision.ancestor) == ("text", entry, B.text)
    assert [choice.value for choice in decision.values] == ["乙：已派两人", "乙：明天去"]
    assert copy.take(wiki.bytes()).decisions == 0
    copy.desk.decide(decision.id, text="乙：明天去两人")
    assert copy.texts() == [A.text, "乙：明天去两人", C.text]
    assert copy.take(wiki.bytes()).decisions == 0


@pytest.mark.parametrize("places", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)])
def test_nothing_that_was_edited_on_both_sides_is_doubled(
    copy: Copy, wiki: Wiki, places: tuple[int, ...]
) -> None:
    """At the top, at the end, and neighbours: the page knows nothing of the words here."""
    entries = [A, B, C]
    for place in places:
        entry = copy.entry(entries[place].text)
        copy.desk.edit_entry(copy.id(), entry, text=f"王工改的第{place}条")
        entries[place] = replace(entries[place], text=f"{entries[place].text}！")
    wiki.save(with_entries(*entries))
    report = copy.take(wiki.bytes())
    assert (report.entries_added, report.decisions, report.gone) == (0, len(places), [])
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)
    for decision in copy.desk.decisions():
        copy.desk.decide(decision.id, choice=1)
    written = copy.desk.write_page("nova_9")
    for place, entry in enumerate(entries):
        said = f"王工改的第{place}条" if place in places else entry.text
        assert written.data.decode().count(f"【{entry.speaker}】:{said}\n") == 1
    assert "！" not in written.data.decode()


def test_words_that_the_page_got_from_here_are_known_when_it_changes_them(
    copy: Copy, wiki: Wiki
) -> None:
    """Somebody put them there by hand and edited them: no save with just these words was read."""
    copy.desk.edit_entry(copy.id(), copy.entry(A.text), text="控制板进水，已寄新板")
    wiki.save(with_entries(replace(A, text="控制板进水，周五寄新板"), B, C))
    report = copy.take(wiki.bytes())
    assert (report.entries_added, report.decisions, report.gone) == (0, 1, [])


def test_what_was_edited_here_stays_while_the_page_says_what_it_said(
    copy: Copy, wiki: Wiki
) -> None:
    copy.desk.edit_entry(copy.id(), copy.entry(B.text), text="乙：已派两人")
    wiki.save(with_entries(A, B, C, PageEntry("丁", "YD")))
    report = copy.take(wiki.bytes())
    assert (report.entries_added, report.decisions) == (1, 0)
    assert copy.texts() == [A.text, "乙：已派两人", C.text, "丁"]


def test_a_speaker_and_a_time_given_here_stay(copy: Copy, wiki: Wiki) -> None:
    entry = copy.entry(B.text)
    copy.desk.edit_entry(copy.id(), entry, speaker="LiMing", happened="2024-06-05")
    wiki.save(with_entries(A, replace(B, text="乙：派了人"), C))
    copy.take(wiki.bytes())
    shown = next(e for e in copy.desk.case(copy.id()).entries if e.id == entry)
    assert (shown.speaker, shown.happened_on) == ("LiMing", "2024-06-05")
    assert copy.texts() == [A.text, "乙：派了人", C.text]


def test_an_answer_to_an_entry_of_the_page_stays_below_it(copy: Copy, wiki: Wiki) -> None:
    copy.desk.note(copy.id(), "收到", reply_to=copy.entry(A.text))
    wiki.save(with_entries(A, PageEntry("夹在中间", "YD"), B, C))
    copy.take(wiki.bytes())
    assert copy.texts() == [A.text, "收到", "夹在中间", B.text, C.text]


# --- hidden and taken back ------------------------------------------------------------------------


def test_what_a_person_hid_stays_hidden(copy: Copy, wiki: Wiki) -> None:
    copy.desk.hide([copy.id()], copy.entry(B.text))
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)
    assert copy.texts() == [A.text, C.text]
    case = copy.id()
    copy.desk.hide([case])
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)
    assert len(copy.desk.find()) == 0
    copy.desk.unhide([case])
    copy.desk.undo()
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)
    assert len(copy.desk.find()) == 0


def test_an_import_that_was_taken_back_shows_again(copy: Copy) -> None:
    page = Wiki(CASE)
    copy.take(page.bytes())
    shown = copy.shown()
    for _ in range(2):
        assert copy.desk.undo().left == []
        assert len(copy.desk.find()) == 0
        assert counts(copy.take(page.bytes())) == (0, 1, 0, 0)
        after = copy.shown()
        for case in (*shown.values(), *after.values()):
            case.pop("updated_at", None)  # to take something back is to write
        assert (len(copy.desk.find()), after) == (1, shown)
        assert counts(copy.take(page.bytes())) == (0, 0, 1, 0)


def test_new_entries_that_were_taken_back_show_again(copy: Copy, wiki: Wiki) -> None:
    wiki.save(with_entries(A, B, C, PageEntry("丁", "YD")))
    copy.take(wiki.bytes())
    copy.desk.undo()
    assert copy.texts() == [A.text, B.text, C.text]
    copy.desk.undo(redo=True)
    copy.desk.undo()
    assert copy.texts() == [A.text, B.text, C.text]
    assert counts(copy.take(wiki.bytes())) == (0, 1, 0, 0)
    assert copy.texts() == [A.text, B.text, C.text, "丁"]


def test_a_note_taken_back_shows_again_once_the_page_has_it(copy: Copy, wiki: Wiki) -> None:
    copy.desk.note(copy.id(), "丁")
    copy.desk.undo()
    wiki.save(with_entries(A, B, C, PageEntry("丁", "anna")))
    assert counts(copy.take(wiki.bytes())) == (0, 1, 0, 0)
    assert copy.texts() == [A.text, B.text, C.text, "丁"]


# --- numbers --------------------------------------------------------------------------------------


def test_of_a_number_that_stands_twice_the_lowest_is_the_plain_one(copy: Copy) -> None:
    page = (
        replace(CASE, date="20240612", problem="上面的"),
        replace(CASE, date="20240601", problem="下面的", entries=()),
    )
    report = copy.plain(*page)
    assert counts(report) == (2, 0, 0, 3)
    (question,) = report.questions
    assert question["field"] == "number"
    low = copy.desk.resolve("nova_case#1_20240601")
    assert copy.desk.key(low) == "nova_case#1_20240601"
    assert copy.desk.case(low).summary.problem == "下面的"
    with pytest.raises(Ambiguous, match="several") as refused:
        copy.desk.resolve("1")
    candidates = refused.value.candidates
    assert len(candidates) == 2
    assert candidates[0] == "nova_case#1_20240601"
    high = copy.desk.resolve(candidates[1])
    assert question["case"] == candidates[1] == f"nova_case#1-{high[:5]}_20240612"
    assert copy.desk.resolve("nova_case#1_20240612") == high
    assert copy.desk.resolve(f"1-{high[:5]}") == high
    assert copy.desk.case(high).summary.problem == "上面的"
    assert counts(copy.plain(*page)) == (0, 0, 2, 0)
    assert [q["field"] for q in copy.plain(*page).questions] == ["number"]


def test_a_case_made_here_and_one_of_the_page_are_never_merged_by_number(copy: Copy) -> None:
    made = copy.desk.new("nova", "自己的", date="2024-06-01")
    assert copy.desk.key(made) == "nova_case#1_20240601"
    copy.take(page_source((CASE,)).encode())
    keys = {copy.desk.key(uid) for uid in copy.uids()}
    assert keys == {"nova_case#1_20240601", f"nova_case#1-{made[:5]}_20240601"}


def test_a_case_that_needs_a_newer_version_is_left_and_the_others_are_taken(
    copy: Copy, wiki: Wiki
) -> None:
    body = {**copy.changes()[-1], "k": "poll", "must": 1, "n": "0" * 32}
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    with copy.desk._tools.act("receive") as act:
        act.take(data, copy.clock())
    wiki.save(replace(CASE, status="resolved"), PageCase(2, "20240602", "别的"))
    report = copy.take(wiki.bytes())
    assert counts(report) == (1, 0, 1, 0)
    assert len(report.refused) == 1
    assert CASE.key in report.refused[0]
    assert copy.status() == "unset"


# --- unread ---------------------------------------------------------------------------------------


def test_a_first_import_is_no_news_and_later_entries_are(copy: Copy, wiki: Wiki) -> None:
    desks = {"anna": copy.desk, "boris": copy.open("boris")}
    assert [desk.case(copy.id()).summary.unread for desk in desks.values()] == [0, 0]
    wiki.save(with_entries(A, B, C, PageEntry("丁", "YD")))
    copy.take(wiki.bytes())
    copy.desk.note(copy.id(), "anna 写的")
    unread = {name: desk.case(copy.id()).summary.unread for name, desk in desks.items()}
    assert unread == {"anna": 1, "boris": 2}
    marked = [entry.unread for entry in desks["boris"].case(copy.id()).entries]
    assert marked == [False, False, False, True, True]
    assert len(desks["boris"].find("is:unread")) == 1
    desks["boris"].mark_read(copy.id())
    assert len(desks["boris"].find("is:unread")) == 0
    assert copy.desk.case(copy.id()).summary.unread == 1
    copy.desk.hide([copy.id()], copy.entry("丁"))
    assert copy.desk.case(copy.id()).summary.unread == 0
