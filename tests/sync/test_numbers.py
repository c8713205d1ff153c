"""Case numbers with a shared store of either kind, and over a folder, which gives none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.numberers import bring, summary
from tests.sync.places import FolderPlace
from tests.sync.team import Team
from workbench.cases.errors import Ambiguous, WorkbenchError
from workbench.cli.report import news_report
from workbench.desk import news_json
from workbench.sync import numbering


@pytest.fixture
def workshop(folder_place: FolderPlace, tmp_path: Path) -> Iterator[Team]:
    """People who share a folder."""
    folder_place.create()
    with Team(folder_place, tmp_path) as found:
        yield found


# --- whatever the store is ----------------------------------------------------------------------


def test_a_new_case_has_a_draft_key_until_it_is_sent_and_for_ever(team: Team) -> None:
    anna = team.join("anna")
    team.join("boris")
    bring(anna)
    case = anna.desk.new("nova", "两台桩离线", date="2026-06-12")
    draft = summary(anna, case)
    assert draft.number is None
    assert draft.key == f"nova_case#new-{case[:5]}_20260612"
    assert draft.short_key == f"nova#new-{case[:5]}"
    told = anna.sync().notes
    assert told == (f"{draft.key} is nova_case#98_20260612 now",)
    team.settle()
    team.agree()
    for person in team.people:
        found = summary(person, case)
        assert (found.number, found.key) == (98, "nova_case#98_20260612")
        assert found.aliases == (draft.key,)
        for name in (draft.key, draft.key.upper(), f"new-{case[:5]}", f"nova#new-{case[:5]}",
                     case[:5], "98", "nova#98"):  # fmt: skip
            assert person.desk.resolve(name) == case


def test_who_sends_without_reading_still_counts_on_behind_all(team: Team) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    bring(anna)
    anna.sync()
    case = boris.desk.new("nova", "两台桩离线")
    done = boris.sync(pull=False)
    assert summary(boris, case).number == 98
    assert done.received > 0  # that is how the 97 came to be known


def test_many_are_numbered_some_at_a_time_and_stopped_between(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops it finds some numbered; the next exchange goes on, without gap or double."""
    monkeypatch.setattr(numbering, "AT_ONCE", 2)
    monkeypatch.setattr(numbering, "ASKED", 5)
    monkeypatch.setattr(numbering, "FEW", 3)
    anna, boris = team.join("anna"), team.join("boris")
    bring(boris)
    boris.sync()
    projects = ("nova", "岚峰")
    cases = [anna.desk.new(projects[nth % 3 == 2], f"第{nth}个") for nth in range(12)]
    told: list[tuple[str, int, int]] = []

    def stop(what: str, done: int, total: int) -> None:
        told.append((what, done, total))
        if (what, done) == ("numbered", 4):
            raise WorkbenchError("stopped")

    with pytest.raises(WorkbenchError, match="stopped"):
        anna.sync(progress=stop)
    assert [summary(anna, case).number for case in cases].count(None) == 8
    assert not [case for case in boris.cases() if case["id"] in cases]
    late = anna.desk.new("nova", "后来的")
    told.clear()
    done = anna.sync(progress=lambda *values: told.append(values))
    assert "9 cases have their numbers now" in done.notes
    assert [n for what, n, _ in told if what == "numbered"] == [2, 4, 5, 7, 9]
    assert {total for what, _, total in told if what == "numbered"} == {9}
    team.settle()
    team.agree()
    for project, first in (("nova", 98), ("岚峰", 1)):
        found = [summary(boris, case) for case in (*cases, late)]
        numbers = [case.number for case in found if case.project == project]
        assert numbers == list(range(first, first + len(numbers))), project
    assert not [case for case in boris.cases() if case["questions"]]


def test_each_project_counts_by_itself_and_by_its_folded_name(team: Team) -> None:
    anna = team.join("anna")
    cases = [anna.desk.new(project, "甲") for project in ("nova", "岚峰", "NOVA", "岚峰")]
    anna.sync()
    assert [summary(anna, case).key.partition("_2")[0] for case in cases] == [
        "nova_case#1",
        "岚峰_case#1",
        "nova_case#2",
        "岚峰_case#2",
    ]


def test_a_dry_run_numbers_nothing_and_counts_the_numbers(team: Team) -> None:
    anna = team.join("anna")
    case = anna.desk.new("nova", "甲")
    would = anna.sync(dry_run=True)
    assert summary(anna, case).number is None
    assert anna.sync().sent == would.sent


def test_a_case_that_was_taken_back_before_it_was_sent_takes_no_number(team: Team) -> None:
    anna = team.join("anna")
    case = anna.desk.new("nova", "甲")
    anna.desk.undo()
    other = anna.desk.new("nova", "乙")
    anna.sync()
    assert [summary(anna, found).number for found in (case, other)] == [None, 1]
    anna.desk.unhide([case])
    anna.sync()
    assert summary(anna, case).number == 2


def test_what_was_numbered_before_there_was_a_store_keeps_its_number(
    team: Team, tmp_path: Path
) -> None:
    anna, boris = team.join("anna"), team.join("boris")
    anna.desk.remove_store("team")
    case = anna.desk.new("nova", "甲")
    assert summary(anna, case).number == 1
    anna.desk.add_store("team", team.place.url)
    anna.sync()
    other = boris.desk.new("nova", "乙")
    boris.sync()
    team.settle()
    team.agree()
    assert [summary(boris, found).number for found in (case, other)] == [1, 2]


def test_a_number_given_by_a_sync_is_no_act_and_no_activity(team: Team) -> None:
    anna = team.join("anna")
    case = anna.desk.new("nova", "甲")
    before = summary(anna, case).updated_at
    anna.sync()
    assert summary(anna, case).updated_at == before
    assert [item.field for item in anna.desk.history(case)][-1] == "number"
    undone = anna.desk.undo()
    assert undone.act == "new"
    assert summary(anna, case).hidden


# --- a folder: claims ---------------------------------------------------------------------------


@pytest.fixture
def twins(workshop: Team) -> tuple[Team, str, str]:
    """Two copies that hold two cases which claim number 98; the first has more right to it."""
    anna, boris = workshop.join("anna"), workshop.join("boris")
    bring(anna)
    workshop.settle()
    first = anna.desk.new("nova", "两台桩离线", date="2026-06-12")
    second = boris.desk.new("nova", "扫码没反应", date="2026-06-13")
    # Both look before the other's is there, as on two copies of a folder that is carried about.
    claimed = {}
    for person, case in ((anna, first), (boris, second)):
        person.desk.add_store("own", str(workshop.folder / person.name))
        person.desk.init_store("own")
        person.desk.exchange("own")
        person.desk.remove_store("own")
        claimed[case] = summary(person, case).number
    assert set(claimed.values()) == {98}
    notes = [person.sync().notes for person in (boris, anna, boris)]
    assert notes[1:] == [(told(second),)] * 2
    workshop.settle()
    workshop.agree()
    return workshop, first, second


def told(second: str) -> str:
    """Return what is said of the two cases that claim number 98."""
    key = f"nova_case#98-{second[:5]}_20260613"
    return (
        f"number 98 is used twice: nova_case#98_20260612, {key};"
        f" workbench renumber {key} gives the last one another"
    )


def test_two_claims_of_one_number_both_stay_and_are_told_apart(
    twins: tuple[Team, str, str],
) -> None:
    team, first, second = twins
    for person in team.people:
        keys = [summary(person, case).key for case in (first, second)]
        letters = second[:5]
        assert keys == ["nova_case#98_20260612", f"nova_case#98-{letters}_20260613"]
        assert [summary(person, case).number for case in (first, second)] == [98, 98]
        with pytest.raises(Ambiguous) as caught:
            person.desk.resolve("98")
        assert list(caught.value.candidates) == keys
        assert person.desk.resolve(f"98-{letters}") == second
        assert person.desk.resolve(f"98-{first[:5]}") == first
        assert person.desk.resolve("nova_case#98_20260613") == second
        assert summary(person, second).short_key == f"nova#98-{letters}"
        (question,) = summary(person, second).questions
        assert question.field == "number"
        assert f"workbench renumber {keys[1]}" in question.text
        assert not summary(person, first).questions


def test_two_claims_are_told_by_the_digest_of_who_gets_the_other(
    twins: tuple[Team, str, str],
) -> None:
    team, first, second = twins
    anna, boris = team.people
    keys = [summary(anna, case).key for case in (first, second)]
    for person, key, other in ((anna, keys[1], keys[0]), (boris, keys[0], keys[1])):
        (news,) = [news for news in person.desk.digest() if news.case == key]
        assert news_json(news)["same_number"] == [other]
        assert f"  ? {told(second)}\n" in news_report(news)
        page = [news for news in person.desk.digest() if news.case not in keys]
        assert all(news.twins is None for news in page)


def test_many_numbers_that_are_used_twice_are_counted(workshop: Team) -> None:
    anna, boris = workshop.join("anna"), workshop.join("boris")
    for person in (anna, boris):
        person.desk.remove_store("team")
        for _ in range(6):
            person.desk.new("nova", "甲")
        person.desk.add_store("team", workshop.place.url)
    assert [person.sync().notes for person in (anna, boris, anna, boris)] == [
        (),
        *[("6 numbers are used twice; workbench list is:question shows the cases",)] * 2,
        (),
    ]


def test_renumbering_settles_it_and_the_old_names_stay(twins: tuple[Team, str, str]) -> None:
    team, first, second = twins
    anna, boris = team.people
    former = summary(boris, second).key
    boris.desk.renumber(second)
    team.settle()
    team.agree()
    for person in team.people:
        assert summary(person, second).key == "nova_case#99_20260613"
        assert "nova_case#98_20260613" in summary(person, second).aliases
        assert summary(person, first).key == "nova_case#98_20260612"
        assert not summary(person, second).questions
        for name in (former, f"98-{second[:5]}", "nova_case#98_20260613", "99"):
            assert person.desk.resolve(name) == second
        for name in ("98", "nova#98", f"98-{first[:5]}"):
            assert person.desk.resolve(name) == first
        names = [name for name, _ in person.desk.named("nova#98", 5)]
        assert sorted(names) == ["nova#98", "nova_case#99_20260613"]
        assert not any("twice" in note for note in person.sync().notes)
    last = boris.desk.history(second)[-1]
    assert (last.field, last.act, last.old, last.new) == ("number", "set", 98, 99)
    assert anna.desk.new("nova", "丙")


def test_undo_gives_the_number_back_and_redo_takes_it_again(twins: tuple[Team, str, str]) -> None:
    _, _, second = twins
    boris = twins[0].people[1]
    boris.desk.renumber(second)
    assert boris.desk.undo().left == []
    assert summary(boris, second).number == 98
    assert summary(boris, second).questions
    boris.desk.undo(redo=True)
    assert summary(boris, second).number == 99
    boris.desk.renumber(second)
    assert summary(boris, second).number == 100


def test_an_undo_leaves_a_number_that_another_copy_replaced(twins: tuple[Team, str, str]) -> None:
    team, _, second = twins
    anna, boris = team.people
    anna.desk.renumber(second)
    team.settle()
    boris.desk.renumber(second)
    team.settle()
    (left,) = anna.desk.undo().left
    assert "number" in left
    assert summary(anna, second).number == 100


def test_an_imported_number_that_a_person_changed_stays_changed(workshop: Team) -> None:
    anna, boris = workshop.join("anna"), workshop.join("boris")
    bring(anna)
    case = anna.desk.resolve("97")
    anna.desk.renumber(case)
    bring(anna)
    bring(boris)
    workshop.settle()
    workshop.agree()
    assert summary(boris, case).number == 98
    assert boris.desk.resolve("97") == case


def test_a_folder_reserves_nothing(workshop: Team) -> None:
    anna = workshop.join("anna")
    with pytest.raises(WorkbenchError, match="is a folder") as caught:
        anna.desk.reserve("nova", 3)
    assert caught.value.hint
    assert anna.desk.reserved() == []
