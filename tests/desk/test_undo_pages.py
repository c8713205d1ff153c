"""What a page only repeats is kept as its word, and is no act to take back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.desk.stage import Copy, Wiki, counts, exchange
from tests.desk.test_undo import CASE, paged, state
from tests.pages import PageEntry
from workbench.desk import reading
from workbench.desk.tools import Tools

__all__ = ["paged"]

ALIKE = "nova_case#1_20240601: a page imported since says the same {}; that is taken back too"


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
    assert copy.desk.undo().alike == [ALIKE.format("text")]
    assert copy.texts() == ["甲", "乙"]
    stood.append(state(copy))
    assert copy.desk.undo().alike == [ALIKE.format("engineers: LM")]
    assert copy.desk.case(copy.id()).summary.engineers == ("YD",)
    stood.append(state(copy))
    undone = copy.desk.undo()
    assert (undone.left, [undone.alike]) == ([], [[ALIKE.format("status")]])
    assert copy.status() == "unset"
    for stand in reversed(stood):
        assert copy.desk.undo(redo=True).alike == []
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


@pytest.mark.parametrize("edited", ["", "text", "speaker"])
def test_a_page_that_has_what_was_typed_here_is_no_act(paged: Copy, edited: str) -> None:
    """Not even where the note bears other words by now, or another name."""
    paged.desk.note(paged.id(), "已更换")
    page = paged.desk.write_page("nova_9").data
    if edited:
        paged.desk.edit_entry(paged.id(), paged.entry("已更换"), **{edited: "YD"})
    before, told, ops = state(paged), paged.desk.history(paged.id()), paged.ops()
    assert counts(paged.take(page))[:3] == (0, 0, 3)
    assert paged.ops() > ops
    assert (state(paged), paged.desk.history(paged.id())) == (before, told)
    undone = paged.desk.undo()
    assert ([item.act for item in undone.items], undone.left) == (
        ["edit" if edited else "hide"],
        [],
    )
    paged.desk.undo(redo=True)
    assert state(paged) == before


@pytest.mark.parametrize("by", ["page", "person"])
def test_what_another_says_too_stands_and_is_told(copy: Copy, tmp_path: Path, by: str) -> None:
    boris = Copy(tmp_path / "boris.db", "boris", clock=copy.clock)
    wiki = Wiki(replace(CASE, status="unset", engineers=()))
    copy.take(wiki.bytes())
    exchange(copy, boris)
    copy.desk.status([copy.id()], "resolved")
    copy.desk.assign([copy.id()], add=["LM"])
    if by == "page":
        exchange(copy, boris)
        wiki.save(replace(CASE, status="resolved", engineers=("LM",)))
        boris.take(wiki.bytes())
        says = "nova_case#1_20240601: a page that boris imported says the same {}; it stands"
    else:
        boris.desk.status([copy.id()], "resolved")
        boris.desk.assign([copy.id()], add=["LM"])
        says = "nova_case#1_20240601: boris gave the same {}; it stands"
    exchange(copy, boris)
    for what in ("engineers: LM", "status"):
        undone = copy.desk.undo()
        assert (undone.left, undone.alike) == ([], [says.format(what)])
    shown = copy.desk.case(copy.id()).summary
    assert (shown.status, shown.engineers, copy.desk.decisions()) == ("resolved", ("LM",), [])


@pytest.mark.parametrize("wrote", [False, True])
def test_what_an_undo_of_an_import_takes_back_stays_on_the_page(copy: Copy, wrote: bool) -> None:
    """A colleague wrote it there; off the page it goes once somebody hides it."""
    wiki = Wiki(CASE)
    copy.take(wiki.bytes())
    wiki.save(replace(CASE, entries=(PageEntry("换了充电模块后恢复正常", "YD"), CASE.entries[1])))
    assert len(copy.take(wiki.bytes()).gone) == 1
    copy.desk.undo()
    assert copy.texts() == ["甲", "乙"]
    if wrote:
        copy.desk.note(copy.id(), "丙")
    written = copy.desk.write_page("nova_9")
    assert (written.changed, "换了充电模块后恢复正常" in written.data.decode()) == (wrote, True)
    assert ("丙" in written.data.decode(), "甲" in written.data.decode()) == (wrote, False)
    copy.take(written.data)
    copy.desk.hide([copy.id()], copy.entry("换了充电模块后恢复正常"))
    assert "换了充电模块后恢复正常" not in copy.desk.write_page("nova_9").data.decode()


def test_what_an_undo_of_an_import_puts_back_here_is_not_written_over_the_page(copy: Copy) -> None:
    """Until somebody says something else of it."""
    first, second = "已经让现场重启了一次", "已经让现场重启了两次"
    wiki = Wiki(replace(CASE, entries=(PageEntry(first, "YD"), CASE.entries[1])))
    copy.take(wiki.bytes())
    entries = (PageEntry(second, "YD"), CASE.entries[1])
    said = {"problem": "桩离线，雨天", "status": "resolved", "engineers": ("YD", "LM")}
    wiki.save(replace(CASE, entries=entries, **said))
    copy.take(wiki.bytes())
    copy.desk.undo()
    assert copy.texts() == [first, "乙"]
    assert copy.desk.write_page("nova_9").changed == 0
    copy.desk.note(copy.id(), "丙")
    written = copy.desk.write_page("nova_9")
    assert counts(copy.take(written.data)) == (0, 0, 1, 0)
    other = Copy(copy.desk.path.with_name("other.db"), "boris", clock=copy.clock)
    other.take(written.data)
    assert other.texts() == [second, "乙", "丙"]
    shown = other.desk.case(other.id()).summary
    assert {name: getattr(shown, name) for name in said} == said
    copy.desk.edit_entry(copy.id(), copy.entry(first), text="已经让现场重启了三次")
    copy.desk.status([copy.id()], "on_hold")
    copy.desk.assign([copy.id()], add=["Kay"])
    other.take(copy.desk.write_page("nova_9").data)
    assert other.texts() == ["已经让现场重启了三次", "乙", "丙"]
    shown = other.desk.case(other.id()).summary
    assert (shown.status, shown.problem) == ("on_hold", said["problem"])
    assert "Kay" in shown.engineers


def test_an_import_that_repeats_a_page_is_gone_through_once(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [replace(CASE, number=number, status="unset") for number in (3, 2, 1)]
    wiki = Wiki(*cases)
    copy.take(wiki.bytes())
    copy.desk.status([copy.id(number) for number in (1, 2, 3)], "resolved")
    wiki.save(*(replace(case, status="resolved") for case in cases))
    copy.take(wiki.bytes())
    looked: list[str] = []
    repeats = reading.repeats

    def counted(tools: Tools, case: str) -> frozenset[str]:
        looked.append(case)
        return repeats(tools, case)

    monkeypatch.setattr(reading, "repeats", counted)
    hides = copy.desk.undo_hides()
    assert sorted(looked) == sorted(copy.uids())
    looked.clear()
    copy.desk.undo(hides=hides)
    assert [copy.status(number) for number in (1, 2, 3)] == ["unset"] * 3
    assert sorted(looked) == sorted(copy.uids()), "what the page repeated goes with the status"
    looked.clear()
    assert copy.desk.undo_hides().cases == 3
    assert looked == [], "that the import is no act is known"


def test_what_was_written_after_the_question_is_what_is_taken_back(copy: Copy) -> None:
    copy.take(Wiki(CASE).bytes())
    hides = copy.desk.undo_hides()
    assert (hides.cases, hides.page) == (1, "nova_9")
    with copy.open("anna") as other:
        other.note(copy.id(), "丙")
    assert copy.desk.undo(hides=hides).act == "note"
    assert copy.texts() == ["甲", "乙"]
