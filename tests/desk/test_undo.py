"""Undo takes back the newest act as new changes; redo brings it again; the history keeps both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.desk.stage import Copy, Wiki, counts, exchange
from tests.pages import PageCase, PageEntry
from workbench.desk import WorkbenchError

CASE = PageCase(
    1, "20240601", "桩离线", (PageEntry("甲", "YD"), PageEntry("乙", "LM")), "in_progress", ("YD",)
)


def state(copy: Copy) -> dict[str, Any]:
    """Return what is in sight, but for what tells that something was done."""
    shown = copy.shown()
    for case in shown.values():
        case.pop("updated_at")
        case["entries"] = [entry for entry in case["entries"] if not entry["hidden"]]
        for entry in case["entries"]:
            entry.pop("edited")
            entry.pop("position")  # hidden ones are counted
    return {uid: case for uid, case in shown.items() if not case["hidden"]}


@pytest.fixture
def paged(copy: Copy) -> Copy:
    """A copy with a page of three cases, and a case of its own."""
    copy.take(Wiki(replace(CASE, number=3), replace(CASE, number=2), CASE).bytes())
    copy.desk.new("nova", "自己的", title="T", date="2024-07-01")
    copy.desk.note(copy.id(4), "自己写的")
    return copy


def ids(copy: Copy) -> list[str]:
    return [copy.id(number) for number in (1, 2, 3)]


def first(copy: Copy) -> str:
    return copy.desk.resolve_entry(copy.id(), "1")


ACTS: dict[str, Callable[[Copy], object]] = {
    "new": lambda c: c.desk.new("nova", "再一件", title="标题"),
    "note": lambda c: c.desk.note(c.id(), "丙", happened="2024-06-03"),
    "answer": lambda c: c.desk.note(c.id(), "丙", reply_to=first(c)),
    "text": lambda c: c.desk.edit_entry(c.id(), first(c), text="甲改"),
    "own text": lambda c: c.desk.edit_entry(c.id(4), c.entry("自己写的", 4), text="改了"),
    "speaker": lambda c: c.desk.edit_entry(c.id(), first(c), speaker="客户"),
    "time": lambda c: c.desk.edit_entry(c.id(), first(c), happened="2024-06-03"),
    "all three": lambda c: c.desk.edit_entry(
        c.id(), first(c), text="x", speaker="y", happened="2024-06-03"
    ),
    "problem": lambda c: c.desk.edit_field(c.id(), "problem", "别的"),
    "title": lambda c: c.desk.edit_field(c.id(), "title", "别的"),
    "no title": lambda c: c.desk.edit_field(c.id(4), "title", ""),
    "date": lambda c: c.desk.edit_field(c.id(), "date", "2024-06-09"),
    "status": lambda c: c.desk.status([c.id()], "on_hold", until="2027-02-01", why="等"),
    "three statuses": lambda c: c.desk.status(ids(c), "resolved"),
    "assign": lambda c: c.desk.assign([c.id()], add=["LM", "ZQ"], remove=["YD"]),
    "tag": lambda c: c.desk.tag(ids(c), add=["急"]),
    "hide entry": lambda c: c.desk.hide([c.id()], first(c)),
    "hide cases": lambda c: c.desk.hide(ids(c)),
    "import": lambda c: c.take(Wiki(replace(CASE, number=9), title="x").bytes()),
    "draft": lambda c: c.desk.finish_draft(c.desk.open_draft(c.id(), "note").id, "草稿"),
}


@pytest.mark.parametrize("name", ACTS)
def test_what_was_done_last_is_taken_back_and_brought_again(paged: Copy, name: str) -> None:
    before, ops = state(paged), paged.ops()
    ACTS[name](paged)
    after = state(paged)
    assert after != before
    wrote = paged.ops() - ops
    for _ in range(2):
        undone = paged.desk.undo()
        assert (state(paged), undone.left) == (before, [])
        assert undone.items
        again = paged.desk.undo(redo=True)
        assert (state(paged), again.left) == (after, [])
        assert again.items
    kept = {body["h"] for body in paged.changes()}
    assert len(kept) > ops + wrote
    with pytest.raises(WorkbenchError, match="nothing to bring back"):
        paged.desk.undo(redo=True)


def test_acts_are_taken_back_one_by_one_and_brought_again_in_order(paged: Copy) -> None:
    states = [state(paged)]
    for act in ACTS.values():
        act(paged)
        states.append(state(paged))
    for expected in reversed(states[:-1]):
        assert paged.desk.undo().left == []
        assert state(paged) == expected
    for expected in states[1:]:
        assert paged.desk.undo(redo=True).left == []
        assert state(paged) == expected
    for expected in reversed(states[:-1]):
        paged.desk.undo()
        assert state(paged) == expected
    for _ in range(3):  # the note, the case of its own, the page
        paged.desk.undo()
    assert state(paged) == {}
    with pytest.raises(WorkbenchError, match="nothing to take back"):
        paged.desk.undo()


def test_what_another_process_did_last_is_taken_back(paged: Copy) -> None:
    other = paged.open("boris")
    other.status(ids(paged), "resolved")
    undone = paged.desk.undo()
    assert [item.author for item in undone.items] == ["anna"] * 3
    assert paged.status() == "in_progress"
    assert {paged.desk.key(uid) for uid in undone.cases} == {
        f"nova_case#{n}_20240601" for n in (1, 2, 3)
    }
    other.undo(redo=True)
    assert paged.status() == "resolved"


def test_a_new_act_ends_what_can_be_brought_again(paged: Copy) -> None:
    paged.desk.status(ids(paged), "resolved")
    paged.desk.undo()
    paged.desk.tag([paged.id()], add=["急"])
    with pytest.raises(WorkbenchError, match="nothing to bring back"):
        paged.desk.undo(redo=True)
    paged.desk.undo()
    paged.desk.undo(redo=True)
    assert paged.desk.case(paged.id()).summary.tags == ("急",)


def test_what_changes_nothing_is_no_act(paged: Copy) -> None:
    paged.desk.status(ids(paged), "resolved")
    paged.desk.status(ids(paged), "resolved")
    paged.desk.mark_read(paged.id())
    paged.desk.rebuild()
    draft = paged.desk.open_draft(paged.id(), "note")
    paged.desk.save_draft(draft.id, "angefangen")
    paged.desk.undo()
    assert paged.status() == "in_progress"
    assert len(paged.desk.drafts()) == 1


# --- replaced since -------------------------------------------------------------------------------


@pytest.fixture
def boris(copies: Callable[[str], Copy]) -> Copy:
    return copies("boris")


def test_what_was_replaced_since_is_left_and_told(paged: Copy, boris: Copy) -> None:
    paged.desk.status(ids(paged), "resolved")
    exchange(paged, boris)
    boris.desk.status([boris.id(2)], "on_hold", why="等")
    boris.send(paged)
    undone = paged.desk.undo()
    assert [paged.status(n) for n in (1, 2, 3)] == ["in_progress", "on_hold", "in_progress"]
    assert len(undone.left) == 1
    assert paged.desk.key(paged.id(2)) in undone.left[0]
    assert "boris" in undone.left[0]
    assert len(undone.items) == 2
    again = paged.desk.undo(redo=True)
    assert [paged.status(n) for n in (1, 2, 3)] == ["resolved", "on_hold", "resolved"]
    assert again.left == []


def test_when_all_was_replaced_the_next_undo_goes_on(paged: Copy, boris: Copy) -> None:
    paged.desk.tag([paged.id()], add=["急"])
    paged.desk.edit_field(paged.id(), "problem", "我的")
    exchange(paged, boris)
    boris.desk.edit_field(boris.id(), "problem", "你的")
    boris.send(paged)
    undone = paged.desk.undo()
    assert (undone.items, len(undone.left)) == ([], 1)
    with pytest.raises(WorkbenchError, match="nothing to bring back"):
        paged.desk.undo(redo=True)
    assert [item.act for item in paged.desk.undo().items] == ["remove"]
    assert paged.desk.case(paged.id()).summary.problem == "你的"


def test_a_note_that_somebody_edited_since_is_left(paged: Copy, boris: Copy) -> None:
    written = paged.desk.note(paged.id(), "丙")
    exchange(paged, boris)
    assert written.entry_id is not None
    boris.desk.edit_entry(boris.id(), written.entry_id, text="丙，补充")
    boris.send(paged)
    undone = paged.desk.undo()
    assert (undone.items, len(undone.left)) == ([], 1)
    assert paged.texts()[-1] == "丙，补充"


def test_one_side_of_a_decision_is_taken_back(paged: Copy, boris: Copy) -> None:
    exchange(paged, boris)
    paged.desk.edit_field(paged.id(), "problem", "我的")
    boris.desk.edit_field(boris.id(), "problem", "你的")
    exchange(paged, boris)
    assert len(paged.desk.decisions()) == 1
    undone = paged.desk.undo()
    assert (undone.left, paged.desk.decisions()) == ([], [])
    assert paged.desk.case(paged.id()).summary.problem == "你的"
    paged.desk.undo(redo=True)
    paged.send(boris)
    assert paged.shown() == boris.shown()


def test_an_engineer_that_both_gave_stays_the_others(paged: Copy, boris: Copy) -> None:
    exchange(paged, boris)
    for copy in (paged, boris):
        copy.desk.assign([copy.id()], add=["ZQ"])
    exchange(paged, boris)
    paged.desk.undo()
    assert paged.desk.case(paged.id()).summary.engineers == ("YD", "ZQ")
    boris.desk.undo()
    exchange(paged, boris)
    assert paged.desk.case(paged.id()).summary.engineers == ("YD",)


# --- decide, redact, import -----------------------------------------------------------------------


def test_a_decision_taken_back_waits_again(paged: Copy) -> None:
    seen = paged.desk.case(paged.id()).seen["problem"]
    for text in ("一", "二"):
        paged.desk.edit_field(paged.id(), "problem", text, seen=seen)
    (decision,) = paged.desk.decisions()
    paged.desk.decide(decision.id, text="三")
    assert paged.desk.decisions() == []
    assert paged.desk.undo().left == []
    (again,) = paged.desk.decisions()
    assert [choice.value for choice in again.values] == ["一", "二"]
    paged.desk.undo(redo=True)
    assert paged.desk.decisions() == []
    assert paged.desk.case(paged.id()).summary.problem == "三"


def test_values_that_come_back_are_still_their_authors(paged: Copy) -> None:
    seen = paged.desk.case(paged.id()).seen["problem"]
    for author in ("boris", "carla", "anna"):
        paged.open(author).edit_field(paged.id(), "problem", f"{author} sagt", seen=seen)
    waiting = paged.desk.decisions()
    assert [choice.author for choice in waiting[0].values] == ["boris", "carla", "anna"]
    paged.desk.decide(waiting[0].id, choice=2)
    paged.desk.undo()
    assert paged.desk.decisions() == waiting
    paged.desk.decide(waiting[0].id, choice=3)
    paged.desk.undo()
    assert paged.desk.decisions() == waiting
    paged.sound()


def test_what_led_to_a_decision_is_taken_back_after_it_and_brought_again(
    paged: Copy, boris: Copy
) -> None:
    """Each undo takes back one value of four, and each redo brings just that one."""
    seen = paged.desk.case(paged.id()).seen["problem"]
    stands: list[Any] = [(paged.desk.case(paged.id()).summary.problem, [])]

    def note() -> None:
        stands.append((paged.desk.case(paged.id()).summary.problem, paged.desk.decisions()))

    for text in ("一", "二", "三", "四"):
        paged.desk.edit_field(paged.id(), "problem", text, seen=seen)
        note()
    paged.desk.decide(paged.desk.decisions()[0].id, choice=2)
    note()
    for _ in range(2):
        for stood in reversed(stands[:-1]):
            assert paged.desk.undo().left == []
            assert paged.desk.decisions() == stood[1]
        assert paged.desk.case(paged.id()).summary.problem == stands[0][0]
        for stood in stands[1:]:
            assert paged.desk.undo(redo=True).left == []
            assert paged.desk.decisions() == stood[1]
        assert paged.desk.case(paged.id()).summary.problem == "二"
    exchange(paged, boris)
    assert paged.shown() == boris.shown()
    paged.sound()


def test_an_import_that_a_decision_went_against_is_taken_back_after_it(copy: Copy) -> None:
    wiki = Wiki(CASE)
    copy.take(wiki.bytes())
    copy.desk.edit_field(copy.id(), "problem", "我的")
    wiki.save(replace(CASE, problem="页上的"))
    copy.take(wiki.bytes())
    copy.desk.decide(copy.desk.decisions()[0].id, choice=1)
    copy.desk.undo()
    copy.desk.undo()
    assert copy.desk.decisions() == []
    assert copy.desk.case(copy.id()).summary.problem == "我的"
    copy.desk.undo()
    assert copy.desk.case(copy.id()).summary.problem == CASE.problem


def test_imports_are_taken_back_one_after_the_other(copy: Copy) -> None:
    """Also where the page goes on saying what a person here had said."""
    wiki = Wiki(CASE)
    copy.take(wiki.bytes())
    copy.desk.status([copy.id()], "resolved")
    stood = [state(copy)]
    for problem, status in (("离线两天", "resolved"), ("离线三天", "on_hold")):
        wiki.save(replace(CASE, problem=problem, status=status))  # type: ignore[arg-type]
        copy.take(wiki.bytes())
        stood.append(state(copy))
    copy.desk.status([copy.id()], "unset")
    for before in reversed(stood):
        copy.desk.undo()
        assert state(copy) == before
    copy.desk.undo()
    assert copy.status() == CASE.status


def test_an_engineer_put_on_and_taken_off_is_off_again_after_two_undos(paged: Copy) -> None:
    before = state(paged)
    paged.desk.assign([paged.id()], add=["ZQ"])
    paged.desk.assign([paged.id()], remove=["ZQ"])
    for _ in range(2):
        paged.desk.undo()
        assert "ZQ" in paged.desk.case(paged.id()).summary.engineers
        paged.desk.undo()
        assert state(paged) == before
        paged.desk.undo(redo=True)
        assert "ZQ" in paged.desk.case(paged.id()).summary.engineers
        paged.desk.undo(redo=True)
        assert state(paged) == before


def test_a_hidden_entry_that_an_edit_brought_into_sight_is_hidden_again(paged: Copy) -> None:
    paged.desk.hide([paged.id()], first(paged))
    before = state(paged)
    entry = paged.entry("甲")
    paged.desk.edit_entry(paged.id(), entry, text="甲改")
    assert paged.texts() == ["甲改", "乙"]
    for _ in range(2):
        paged.desk.undo()
        assert state(paged) == before
        paged.desk.undo(redo=True)
        assert paged.texts() == ["甲改", "乙"]
    paged.desk.undo()
    paged.desk.undo()
    assert paged.texts() == ["甲", "乙"]


def test_what_somebody_else_says_too_stays(paged: Copy, boris: Copy) -> None:
    """An undo takes back what its act said, not what another said at the same time."""
    exchange(paged, boris)
    seen = paged.desk.case(paged.id()).seen["problem"]
    for copy in (paged, boris):
        copy.desk.edit_field(copy.id(), "problem", "断电", seen=seen)
    exchange(paged, boris)
    assert paged.desk.undo().left == []
    exchange(paged, boris)
    assert paged.desk.decisions() == []
    assert paged.desk.case(paged.id()).summary.problem == "断电"
    boris.desk.undo()
    assert boris.desk.case(boris.id()).summary.problem == CASE.problem


@pytest.mark.parametrize("seed", range(5))
def test_whatever_was_done_is_taken_back_and_brought_again_step_by_step(
    copy: Copy, seed: int
) -> None:
    wiki = Wiki(CASE)
    copy.take(wiki.bytes())
    random = Random(seed)
    stands = [stand(copy)]
    while len(stands) < 9:
        before = copy.ops()
        something(copy, wiki, random)
        if copy.ops() > before:
            stands.append(stand(copy))
    for _ in range(2):
        for stood in reversed(stands[:-1]):
            assert copy.desk.undo().left == []
            assert stand(copy) == stood
        for stood in stands[1:]:
            assert copy.desk.undo(redo=True).left == []
            assert stand(copy) == stood
    copy.sound()


def something(copy: Copy, wiki: Wiki, random: Random) -> None:
    """Do one thing by one of three people, some of whom look at an old screen."""
    desk = copy.open(random.choice(("anna", "boris", "carla")))
    case, text = copy.id(), f"字{random.randrange(4)}"
    first = desk.case(case).entries[0]
    old = random.random() < 0.5
    seen = {i.field: (i.id,) for i in reversed(desk.history(case)) if i.entry is None}
    match random.randrange(7):
        case 0:
            desk.edit_field(case, "problem", text, seen=seen["problem"] if old else None)
        case 1:
            status = random.choice(("resolved", "on_hold", "in_progress"))
            desk.status([case], status, seen={case: seen["status"]} if old else None)
        case 2:
            engineer = random.choice(("YD", "ZQ"))
            on = engineer not in desk.case(case).summary.engineers
            desk.assign([case], add=[engineer] * on, remove=[engineer] * (not on))
        case 3:
            desk.edit_entry(case, first.id, text=text, seen=(first.id,) if old else None)
        case 4:
            desk.note(case, text)
        case 5:
            for decision in desk.decisions()[:1]:
                desk.decide(decision.id, choice=random.randrange(len(decision.values)) + 1)
        case 6:
            (page,) = wiki.pages[-1]
            wiki.save(replace(page, problem=text, status=random.choice(("resolved", "unset"))))
            copy.take(wiki.bytes())


def stand(copy: Copy) -> tuple[Any, ...]:
    """Return what is in sight, of several values that wait for a person all."""
    case = copy.desk.case(copy.id())
    waiting = {
        (decision.field, decision.entry): sorted(str(choice.value) for choice in decision.values)
        for decision in copy.desk.decisions()
    }
    entries = [e.text for e in case.entries if ("text", e.id) not in waiting]
    engineers = sorted(case.summary.engineers)
    fields = {name: getattr(case.summary, name) for name in ("problem", "status")}
    settled = {name: value for name, value in fields.items() if (name, None) not in waiting}
    return settled, engineers, entries, waiting


def test_a_redaction_blocks_nothing_and_stays(paged: Copy) -> None:
    paged.desk.tag([paged.id()], add=["急"])
    paged.desk.redact(paged.id(), paged.entry("甲"), why="privat")
    undone = paged.desk.undo()
    assert [item.field for item in undone.items] == ["tags"]
    assert paged.texts() == ["▇", "乙"]
    paged.desk.undo(redo=True)
    assert paged.desk.case(paged.id()).summary.tags == ("急",)


def test_an_edit_whose_words_were_redacted_is_left(paged: Copy) -> None:
    paged.desk.tag([paged.id()], add=["急"])
    paged.desk.edit_field(paged.id(), "problem", "geheim")
    paged.desk.redact(paged.id(), "problem", why="privat")
    undone = paged.desk.undo()
    assert (undone.items, len(undone.left)) == ([], 1)
    assert "redacted" in undone.left[0]
    assert [item.field for item in paged.desk.undo().items] == ["tags"]
    assert paged.desk.case(paged.id()).summary.problem == "▇"


@pytest.mark.parametrize("part", [None, "heim"])
def test_a_note_whose_words_were_redacted_is_hidden(paged: Copy, part: str | None) -> None:
    written = paged.desk.note(paged.id(), "geheim")
    assert written.entry_id is not None
    paged.desk.redact(paged.id(), written.entry_id, text=part, why="privat")
    undone = paged.desk.undo()
    assert (undone.left, paged.texts()) == ([], ["甲", "乙"])


def test_words_that_replaced_a_redaction_go_back_to_it(paged: Copy) -> None:
    paged.desk.redact(paged.id(), "problem", why="privat")
    paged.desk.edit_field(paged.id(), "problem", "neu")
    paged.desk.undo()
    assert paged.desk.case(paged.id()).summary.problem == "▇"


def test_an_import_is_taken_back_as_a_whole(copy: Copy) -> None:
    wiki = Wiki(CASE)
    copy.take(wiki.bytes())
    copy.desk.note(copy.id(), "丙")
    before = state(copy)
    wiki.save(
        replace(CASE, number=2),
        replace(
            CASE,
            problem="变了",
            date="20240602",
            status="resolved",
            engineers=("YD", "LM"),
            entries=(PageEntry("甲甲", "YD"), PageEntry("乙", "LM"), PageEntry("丁", "YD")),
        ),
    )
    copy.take(wiki.bytes())
    assert copy.desk.undo().left == []
    after = state(copy)
    (uid,) = after
    assert after[uid]["aliases"] == ["nova_case#1_20240601"]
    for name in ("key", "aliases", "date_raw", "entries"):  # what a page named stays a name
        after[uid].pop(name)
        before[uid].pop(name)
    assert after == before
    assert copy.texts() == ["甲", "乙", "丙"]
    assert counts(copy.take(wiki.bytes())) == (0, 2, 0, 0)
    assert copy.texts() == ["甲", "乙", "丁", "丙"]


def test_an_import_that_only_brought_old_values_takes_nothing_back(copy: Copy) -> None:
    wiki = Wiki(CASE)
    wiki.save(replace(CASE, status="resolved", problem="变了"))
    copy.take(wiki.bytes(1))
    copy.desk.tag([copy.id()], add=["急"])
    before = state(copy)
    copy.take(wiki.bytes(0))
    undone = copy.desk.undo()
    assert (undone.items, undone.left) == ([], [])
    assert state(copy) == before
    copy.desk.undo()
    assert copy.desk.case(copy.id()).summary.tags == ()


def test_a_hold_that_undo_brings_back_is_as_awake_as_it_was(paged: Copy) -> None:
    """Also where another person's answer woke it before it was taken off."""
    case = paged.id(4)
    paged.desk.status([case], "on_hold", why="等回复")
    paged.open("boris").note(case, "回复来了")
    assert paged.desk.case(case).summary.awake
    paged.desk.status([case], "in_progress")
    paged.desk.undo()
    summary = paged.desk.case(case).summary
    assert (summary.status, summary.status_why, summary.awake) == ("on_hold", "等回复", True)
    paged.desk.status([case], "on_hold", why="再等")
    assert not paged.desk.case(case).summary.awake, "a new hold begins anew"
    paged.sound()
