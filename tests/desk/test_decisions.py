"""Decisions: what makes one, what it is called, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.desk.stage import Copy, Wiki, exchange
from tests.pages import PageCase, PageEntry
from workbench.cases.model import Decision
from workbench.desk import BadInput, NotFound

CASE = PageCase(1, "20240601", "桩离线", (PageEntry("甲", "YD"),))


@pytest.fixture
def paged(copy: Copy) -> Copy:
    copy.take(Wiki(CASE, PageCase(2, "20240602", "别的")).bytes())
    return copy


@pytest.fixture
def boris(paged: Copy, copies: Callable[[str], Copy]) -> Copy:
    """Another copy with the same page."""
    boris = copies("boris")
    exchange(paged, boris)
    return boris


def seen(copy: Copy, field: str) -> tuple[str, ...]:
    return copy.desk.case(copy.id()).seen[field]


def values(decision: Decision) -> list[str | None]:
    return [choice.value for choice in decision.values]


# --- what makes one ---------------------------------------------------------------------------


def test_two_edits_of_one_problem_that_did_not_see_each_other(paged: Copy) -> None:
    before = seen(paged, "problem")
    assert not paged.desk.edit_field(paged.id(), "problem", "一", seen=before).decision
    assert paged.desk.edit_field(paged.id(), "problem", "二", seen=before).decision
    (decision,) = paged.desk.decisions()
    assert (decision.case, decision.field, decision.entry) == (CASE.key, "problem", None)
    assert (decision.ancestor, values(decision)) == ("桩离线", ["一", "二"])
    summary = paged.desk.case(paged.id()).summary
    assert (summary.problem, summary.decisions) == ("二", 1)
    assert len(paged.desk.find("is:decision")) == 1
    assert paged.desk.decisions(paged.id(2)) == []
    assert paged.desk.decisions(paged.id()) == [decision]


def test_equal_edits_are_none(paged: Copy) -> None:
    before = seen(paged, "problem")
    for _ in range(2):
        assert not paged.desk.edit_field(paged.id(), "problem", "一", seen=before).decision
    assert paged.desk.decisions() == []


def test_an_edit_that_saw_nothing_in_particular_replaces_what_stands_now(paged: Copy) -> None:
    before = seen(paged, "problem")
    for text in ("一", "二"):
        paged.desk.edit_field(paged.id(), "problem", text, seen=before)
    paged.desk.edit_field(paged.id(), "problem", "三")
    assert paged.desk.decisions() == []


def test_a_status_replaces_ones_own_newer_one_and_no_other(paged: Copy) -> None:
    """Two clicks of one person are none to decide; a colleague at the same file is one."""
    before = {paged.id(): seen(paged, "status")}
    for status in ("in_progress", "resolved"):
        assert not paged.desk.status([paged.id()], status, seen=before).decision
    other = paged.open("boris")
    assert other.status([paged.id()], "on_hold", seen=before).decision
    (decision,) = paged.desk.decisions()
    assert values(decision) == ["resolved", "on_hold"]
    assert paged.status() == "on_hold"


def test_a_status_that_the_page_brought_meanwhile_is_not_replaced(copy: Copy) -> None:
    """The import is anna's own act, but what it says is somebody's of the page."""
    wiki = Wiki(CASE)
    copy.take(wiki.bytes())
    before = {copy.id(): seen(copy, "status")}
    wiki.save(PageCase(1, "20240601", "桩离线", CASE.entries, "on_hold"))
    copy.take(wiki.bytes())
    assert copy.desk.status([copy.id()], "resolved", seen=before).decision
    assert [values(decision) for decision in copy.desk.decisions()] == [["on_hold", "resolved"]]


def test_ones_own_newer_text_is_not_replaced(paged: Copy) -> None:
    entry = paged.desk.case(paged.id()).entries[0]
    for text in ("甲一", "甲二"):
        paged.desk.edit_entry(paged.id(), entry.id, text=text, seen=entry.seen)
    (decision,) = paged.desk.decisions()
    assert (decision.field, decision.entry) == ("text", entry.id)
    assert (decision.ancestor, values(decision)) == ("甲", ["甲一", "甲二"])
    assert paged.desk.case(paged.id()).entries[0].decisions == 1


def test_a_first_title_that_another_gave_meanwhile_is_not_overwritten(paged: Copy) -> None:
    nothing = seen(paged, "title")
    assert nothing == ()
    paged.open("boris").edit_field(paged.id(), "title", "他的")
    assert paged.desk.edit_field(paged.id(), "title", "我的", seen=nothing).decision


def test_what_one_claims_to_have_seen_must_be_there(paged: Copy) -> None:
    with pytest.raises(BadInput, match="no change"):
        paged.desk.edit_field(paged.id(), "problem", "x", seen=("a" * 26,))
    assert paged.desk.case(paged.id()).summary.problem == "桩离线"


def test_who_saw_another_change_saw_what_there_was_when_it_came(paged: Copy) -> None:
    """Whatever of the case a script names as seen, nothing that came later is overwritten."""
    boris = paged.open("boris")
    paged.desk.status([paged.id()], "resolved")
    status = paged.desk.history(paged.id())[-1].id
    assert not paged.desk.edit_field(paged.id(), "problem", "一", seen=(status,)).decision
    boris.edit_field(paged.id(), "title", "他的")
    assert paged.desk.edit_field(paged.id(), "title", "我的", seen=(status[:8],)).decision
    boris.edit_field(paged.id(), "problem", "二")
    assert paged.desk.edit_field(paged.id(), "problem", "三", seen=(status,)).decision
    titled = next(i.id for i in paged.desk.history(paged.id()) if i.field == "title")
    entry = paged.entry("甲")
    boris.edit_entry(paged.id(), entry, text="甲一")
    assert paged.desk.edit_entry(paged.id(), entry, text="甲二", seen=(titled,)).decision


@pytest.mark.parametrize(("name", "value"), [("speaker", "LM"), ("happened", "2024-06-02")])
def test_who_said_it_and_when_are_not_overwritten_unseen(
    paged: Copy, name: str, value: str
) -> None:
    entry = paged.entry("甲")
    before = paged.desk.history(paged.id())[-1].id
    edits: dict[str, Any] = {"speaker": "boris", "happened": "2024-06-01"}
    paged.open("boris").edit_entry(paged.id(), entry, **{name: edits[name]})
    given: dict[str, Any] = {name: value, "seen": (before,)}
    assert paged.desk.edit_entry(paged.id(), entry, **given).decision
    with pytest.raises(BadInput, match="no change"):
        paged.desk.edit_entry(paged.id(), entry, speaker="Tom", seen=("zzzz",))
    (decision,) = paged.desk.decisions()
    assert (decision.field, values(decision)) == (name, [edits[name], value])


FIELDS: dict[str, tuple[Callable[[Copy, str], Any], str, str, str | None]] = {
    "title": (lambda c, v: c.desk.edit_field(c.id(), "title", v), "一", "二", None),
    "date": (
        lambda c, v: c.desk.edit_field(c.id(), "date", v),
        "2024-06-05",
        "2024-06-06",
        "2024-06-01",
    ),
    "speaker": (
        lambda c, v: c.desk.edit_entry(c.id(), c.entry("甲"), speaker=v),
        "LM",
        "客户",
        "YD",
    ),
    "happened": (
        lambda c, v: c.desk.edit_entry(c.id(), c.entry("甲"), happened=v),
        "2024-06-05",
        "2024-06-06",
        None,
    ),
}


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_can_be_one_between_copies(paged: Copy, boris: Copy, field: str) -> None:
    write, one, two, before = FIELDS[field]
    write(paged, one)
    boris.clock.pass_ms(1000)
    write(boris, two)
    exchange(paged, boris)
    (decision,) = paged.desk.decisions()
    assert boris.desk.decisions() == [decision]
    assert (decision.field, values(decision)) == (field, [one, two])
    assert [choice.author for choice in decision.values] == ["anna", "boris"]
    assert decision.ancestor == before
    paged.desk.decide(decision.id, choice=1)
    paged.send(boris)
    assert paged.shown() == boris.shown()
    assert boris.desk.decisions() == []
    history = [item for item in boris.desk.history(boris.id()) if item.field in (field, "entry")]
    assert history[-1].new == one


def test_an_entry_hidden_here_and_edited_there_comes_back(paged: Copy, boris: Copy) -> None:
    entry = paged.entry("甲")
    paged.desk.hide([paged.id()], entry)
    boris.desk.edit_entry(boris.id(), entry, text="甲，补充")
    exchange(paged, boris)
    assert paged.texts() == boris.texts() == ["甲，补充"]


# --- what it is called, and what ends it ----------------------------------------------------------


@pytest.fixture
def waiting(paged: Copy, boris: Copy) -> Decision:
    """A decision between two statuses."""
    paged.desk.status([paged.id()], "resolved")
    boris.clock.pass_ms(1000)
    boris.desk.status([boris.id()], "on_hold", until="2027-05-01", why="等厂家")
    exchange(paged, boris)
    (decision,) = paged.desk.decisions()
    return decision


def test_the_values_stand_in_order_of_time(paged: Copy, waiting: Decision) -> None:
    assert values(waiting) == ["resolved", "on_hold"]
    assert (waiting.values[1].until, waiting.values[1].why) == ("2027-05-01", "等厂家")
    assert waiting.ancestor == "unset"
    assert paged.status() == "on_hold"


@pytest.mark.parametrize(("choice", "status"), [(1, "resolved"), (2, "on_hold")])
def test_a_choice_ends_it(paged: Copy, waiting: Decision, choice: int, status: str) -> None:
    written = paged.desk.decide(waiting.id[:6].upper(), choice=choice)
    assert (written.changes, paged.desk.decisions()) == (1, [])
    summary = paged.desk.case(paged.id()).summary
    assert (summary.status, summary.decisions) == (status, 0)
    assert summary.status_why == ("等厂家" if choice == 2 else None)


def test_another_value_ends_it(paged: Copy, waiting: Decision) -> None:
    paged.desk.decide(waiting.id, text="in_progress")
    assert (paged.status(), paged.desk.decisions()) == ("in_progress", [])
    with pytest.raises(NotFound):
        paged.desk.decide(waiting.id, choice=1)


@pytest.mark.parametrize("given", [{"choice": 0}, {"choice": 3}, {}, {"text": "offen"}])
def test_what_is_no_choice_ends_nothing(
    paged: Copy, waiting: Decision, given: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        paged.desk.decide(waiting.id, **given)
    assert paged.desk.decisions() == [waiting]


def test_as_much_of_its_id_as_tells_it_names_a_decision(paged: Copy, waiting: Decision) -> None:
    letters = next(n for n in range(1, 27) if not waiting.id[:n].isdigit())
    paged.desk.decide(waiting.id[:letters].upper(), choice=1)
    assert paged.desk.decisions() == []


@pytest.mark.parametrize("name", ["", "1", "22", "zzzz", "%", "a" * 26])
def test_what_is_no_decision_is_not_found(paged: Copy, waiting: Decision, name: str) -> None:
    with pytest.raises(NotFound):
        paged.desk.decide(name, choice=1)
    assert paged.desk.decisions() == [waiting]


def test_one_more_value_makes_another_of_it(paged: Copy, boris: Copy, waiting: Decision) -> None:
    """So nobody decides between values of which they have not seen all."""
    paged.open("carla").status(
        [paged.id()], "in_progress", seen={paged.id(): tuple(paged.changes()[-1]["p"])}
    )
    (more,) = paged.desk.decisions()
    assert values(more) == ["resolved", "on_hold", "in_progress"]
    assert more.id != waiting.id
    with pytest.raises(NotFound, match=more.id) as caught:
        paged.desk.decide(waiting.id, choice=1)
    assert caught.value.candidates == (more.id,)
    exchange(paged, boris)
    assert boris.desk.decisions() == [more]
    assert [choice.author for choice in more.values] == ["anna", "boris", "carla"]


def test_two_people_decide_at_once(paged: Copy, boris: Copy, waiting: Decision) -> None:
    """Equal decisions are one; different ones are the next decision."""
    paged.desk.decide(waiting.id, choice=1)
    boris.desk.decide(waiting.id, choice=1)
    exchange(paged, boris)
    assert paged.desk.decisions() == boris.desk.decisions() == []
    assert paged.status() == boris.status() == "resolved"


def test_a_text_decided_upon_is_written_as_given(paged: Copy) -> None:
    before = seen(paged, "problem")
    for text in ("一", "二"):
        paged.desk.edit_field(paged.id(), "problem", text, seen=before)
    (decision,) = paged.desk.decisions()
    with pytest.raises(BadInput):
        paged.desk.decide(decision.id, text=" \n")
    paged.desk.decide(decision.id, text=" 一\r\n二 ")
    assert paged.desk.case(paged.id()).summary.problem == "一\n二"
