"""What a page only repeats is kept as its word, and is no act to take back."""

from __future__ import annotations

from dataclasses import replace

from tests.desk.stage import Copy, Wiki, counts
from tests.desk.test_undo import CASE, paged, state
from tests.pages import PageEntry

__all__ = ["paged"]


def test_what_a_page_only_repeats_is_no_act_and_no_history(copy: Copy) -> None:
    """As where a page that was written here is read again."""
    wiki = Wiki(replace(CASE, status="unset"))
    copy.take(wiki.bytes())
    copy.desk.status([copy.id()], "resolved")
    copy.desk.assign([copy.id()], add=["LM"])
    copy.desk.edit_entry(copy.id(), copy.entry("乙"), text="乙乙")
    told, ops = copy.desk.history(copy.id()), copy.ops()
    entries = (PageEntry("甲", "YD"), PageEntry("乙乙", "LM"))
    wiki.save(replace(CASE, status="resolved", engineers=("YD", "LM"), entries=entries))
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)
    assert copy.ops() > ops
    assert copy.desk.history(copy.id()) == told
    stood = [state(copy)]
    copy.desk.undo()
    assert copy.texts() == ["甲", "乙"]
    stood.append(state(copy))
    copy.desk.undo()
    assert copy.desk.case(copy.id()).summary.engineers == ("YD",)
    stood.append(state(copy))
    copy.desk.undo()
    assert copy.status() == "unset"
    for stand in reversed(stood):
        copy.desk.undo(redo=True)
        assert state(copy) == stand
    assert counts(copy.take(wiki.bytes())) == (0, 0, 1, 0)


def test_what_a_page_repeats_stays_where_it_changes_something_else(copy: Copy) -> None:
    wiki = Wiki(replace(CASE, number=2), CASE)
    copy.take(wiki.bytes())
    copy.desk.status([copy.id()], "resolved")
    before = state(copy)
    repeated = replace(CASE, status="resolved", problem="变了")
    wiki.save(replace(CASE, number=2, status="resolved"), repeated)
    copy.take(wiki.bytes())
    items = copy.desk.undo().items
    assert sorted(item.field for item in items) == ["problem", "status"]
    assert [item.case_id for item in items if item.field == "status"] == [copy.id(2)]
    assert state(copy) == before


def test_a_page_that_ends_a_decision_is_an_act(copy: Copy) -> None:
    wiki = Wiki(CASE)
    copy.take(wiki.bytes())
    seen = copy.desk.case(copy.id()).seen["problem"]
    wiki.save(replace(CASE, problem="断电"))
    copy.take(wiki.bytes())
    copy.desk.edit_field(copy.id(), "problem", "烧了", seen=seen)
    assert len(copy.desk.decisions()) == 1
    told = len(copy.desk.history(copy.id()))
    wiki.save(replace(CASE, problem="烧了"))
    copy.take(wiki.bytes())
    assert copy.desk.decisions() == []
    assert len(copy.desk.history(copy.id())) == told + 1
    copy.desk.undo()
    assert len(copy.desk.decisions()) == 1


def test_a_redacted_note_that_a_page_repeats_is_hidden_by_one_undo(paged: Copy) -> None:
    paged.desk.note(paged.id(), "电话 13912345678 请回")
    entry = paged.entry("电话 13912345678 请回")
    paged.desk.redact(paged.id(), entry, text="13912345678", why="x")
    told, ops = paged.desk.history(paged.id()), paged.ops()
    entries = (*CASE.entries, PageEntry("电话 ▇ 请回", "anna"))
    wiki = Wiki(replace(CASE, number=3), replace(CASE, number=2), replace(CASE, entries=entries))
    paged.take(wiki.bytes())
    assert paged.texts() == ["甲", "乙", "电话 ▇ 请回"]
    assert paged.ops() > ops
    assert paged.desk.history(paged.id()) == told
    undone = paged.desk.undo()
    assert ([item.act for item in undone.items], undone.left) == (["hide"], [])
