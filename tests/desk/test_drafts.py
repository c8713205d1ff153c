"""Drafts: what is written is kept, and what came meanwhile is never overwritten."""

from __future__ import annotations

import pytest

from tests.desk.stage import Copy, Wiki
from tests.pages import PageCase, PageEntry
from workbench.desk import BadInput, NotFound

CASE = PageCase(1, "20240601", "桩离线", (PageEntry("甲", "YD"),))


@pytest.fixture
def paged(copy: Copy) -> Copy:
    copy.take(Wiki(CASE).bytes())
    return copy


def test_two_windows_have_two_drafts(paged: Copy) -> None:
    other = paged.open("anna")
    one = paged.desk.open_draft(paged.id(), "note")
    two = other.open_draft(paged.id(), "note")
    assert paged.desk.drafts() == []  # nothing is written in either
    paged.desk.save_draft(one.id, "eins", cursor=4, speaker="YD")
    other.save_draft(two.id, "zwei")
    drafts = paged.desk.drafts(paged.id())
    assert [(draft.text, draft.cursor, draft.speaker) for draft in drafts] == [
        ("eins", 4, "YD"),
        ("zwei", 0, None),
    ]
    assert all(draft.owner_alive for draft in drafts)
    assert len(paged.desk.find("is:draft")) == 1
    assert paged.desk.case(paged.id()).summary.drafts == 2
    paged.desk.finish_draft(one.id, "eins!")
    assert [draft.text for draft in paged.desk.drafts()] == ["zwei"]
    assert paged.texts() == ["甲", "eins!"]


def test_a_finished_draft_is_finished_once(paged: Copy) -> None:
    draft = paged.desk.open_draft(paged.id(), "note")
    paged.desk.finish_draft(draft.id, "eins")
    for act in (paged.desk.finish_draft, paged.desk.save_draft):
        with pytest.raises(NotFound):
            act(draft.id, "noch einmal")
    assert paged.texts() == ["甲", "eins"]


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_a_draft_without_words_stays(paged: Copy, text: str) -> None:
    draft = paged.desk.open_draft(paged.id(), "note")
    paged.desk.save_draft(draft.id, "angefangen")
    with pytest.raises(BadInput):
        paged.desk.finish_draft(draft.id, text)
    assert [draft.text for draft in paged.desk.drafts()] == ["angefangen"]


def test_a_wrong_time_leaves_the_draft(paged: Copy) -> None:
    draft = paged.desk.open_draft(paged.id(), "note")
    paged.desk.save_draft(draft.id, "angefangen")
    with pytest.raises(BadInput):
        paged.desk.finish_draft(draft.id, "angefangen", happened="2024-02-31")
    assert (len(paged.desk.drafts()), paged.texts()) == (1, ["甲"])


def test_a_discarded_draft_comes_back_for_thirty_days(paged: Copy) -> None:
    draft = paged.desk.open_draft(paged.id(), "note")
    paged.desk.save_draft(draft.id, "doch nicht")
    paged.desk.discard_draft(draft.id)
    assert paged.desk.drafts() == []
    assert [found.id for found in paged.desk.discarded_drafts()] == [draft.id]
    assert paged.desk.restore_draft(draft.id).text == "doch nicht"
    assert [found.id for found in paged.desk.drafts()] == [draft.id]
    paged.desk.discard_draft(draft.id)
    paged.clock.pass_ms(31 * 86_400_000)
    paged.desk.discard_draft(paged.desk.open_draft(paged.id(), "note").id)
    assert paged.desk.discarded_drafts() == []


def test_half_a_character_is_kept_as_a_sign(paged: Copy) -> None:
    draft = paged.desk.open_draft(paged.id(), "note")
    paged.desk.save_draft(draft.id, "a\ud83d b")
    assert [draft.text for draft in paged.desk.drafts()] == ["a? b"]


def test_a_draft_of_each_kind_becomes_what_it_is_of(paged: Copy) -> None:
    entry = paged.entry("甲")
    for kind, target in (("reply", entry), ("note", None)):
        draft = paged.desk.open_draft(paged.id(), kind, target=target)  # type: ignore[arg-type]
        paged.desk.finish_draft(draft.id, kind, speaker="客户", happened="2024-06-02")
    for kind in ("problem", "title"):
        draft = paged.desk.open_draft(paged.id(), kind, seen=paged.desk.case(paged.id()).seen[kind])  # type: ignore[arg-type]
        paged.desk.finish_draft(draft.id, kind)
    draft = paged.desk.open_draft(paged.id(), "edit", target=entry)
    paged.desk.finish_draft(draft.id, "edit")
    case = paged.desk.case(paged.id())
    assert (case.summary.problem, case.summary.title) == ("problem", "title")
    shown = [(e.text, e.depth, e.speaker, e.happened_on) for e in case.entries]
    assert shown == [
        ("edit", 0, "YD", None),
        ("reply", 1, "客户", "2024-06-02"),
        ("note", 0, "客户", "2024-06-02"),
    ]
    draft = paged.desk.open_draft(None, "new", target="nova")
    written = paged.desk.finish_draft(draft.id, "ein neuer Fall", title="Titel")
    assert paged.desk.case(written.case_ids[0]).summary.title == "Titel"
    assert paged.desk.drafts() == []
    with pytest.raises(BadInput):
        paged.desk.finish_draft(paged.desk.open_draft(None, "new").id, "ohne Projekt")


# --- meanwhile ------------------------------------------------------------------------------------


def test_what_came_while_an_entry_was_edited(paged: Copy) -> None:
    entry = paged.desk.case(paged.id()).entries[0]
    draft = paged.desk.open_draft(paged.id(), "edit", target=entry.id, seen=entry.seen)
    assert paged.desk.meanwhile(draft.id) is None
    paged.open("boris").edit_entry(paged.id(), entry.id, text="甲，boris")
    came = paged.desk.meanwhile(draft.id)
    assert came is not None
    assert (came.author, came.new) == ("boris", "甲，boris")
    assert paged.desk.finish_draft(draft.id, "甲，anna").decision
    (decision,) = paged.desk.decisions()
    assert [choice.value for choice in decision.values] == ["甲，boris", "甲，anna"]


@pytest.mark.parametrize("field", ["problem", "title"])
def test_what_came_while_a_field_was_edited(paged: Copy, field: str) -> None:
    """A title that was none when the editor opened was seen to be none."""
    seen = paged.desk.case(paged.id()).seen[field]
    draft = paged.desk.open_draft(paged.id(), field, seen=seen)  # type: ignore[arg-type]
    assert paged.desk.meanwhile(draft.id) is None
    paged.open("boris").edit_field(paged.id(), field, "boris")
    came = paged.desk.meanwhile(draft.id)
    assert came is not None
    assert came.new == "boris"
    assert paged.desk.finish_draft(draft.id, "anna").decision
    assert len(paged.desk.decisions()) == 1


def test_what_the_page_brought_while_a_problem_was_edited(copy: Copy) -> None:
    wiki = Wiki(CASE)
    copy.take(wiki.bytes())
    seen = copy.desk.case(copy.id()).seen["problem"]
    draft = copy.desk.open_draft(copy.id(), "problem", seen=seen)
    wiki.save(PageCase(1, "20240601", "桩离线两天", CASE.entries))
    copy.take(wiki.bytes())
    came = copy.desk.meanwhile(draft.id)
    assert came is not None
    assert came.new == "桩离线两天"
    assert copy.desk.finish_draft(draft.id, "桩离线三天").decision


def test_the_same_words_twice_are_no_decision(paged: Copy) -> None:
    entry = paged.desk.case(paged.id()).entries[0]
    draft = paged.desk.open_draft(paged.id(), "edit", target=entry.id, seen=entry.seen)
    paged.open("boris").edit_entry(paged.id(), entry.id, text="gleich")
    written = paged.desk.finish_draft(draft.id, "gleich")
    assert (written.decision, paged.desk.decisions(), paged.desk.drafts()) == (False, [], [])


def test_a_note_and_a_draft_that_saw_nothing_have_no_meanwhile(paged: Copy) -> None:
    note = paged.desk.open_draft(paged.id(), "note")
    problem = paged.desk.open_draft(paged.id(), "problem")
    paged.desk.edit_field(paged.id(), "problem", "anders")
    assert paged.desk.meanwhile(note.id) is None
    assert paged.desk.meanwhile(problem.id) is None
