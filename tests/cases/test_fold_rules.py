"""What concurrent changes come to, rule by rule."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.changes import CASE, DAY, MISSING, change, page_name, stub_of
from workbench.cases import fold, names
from workbench.cases.change import Change
from workbench.cases.fold import EntryState
from workbench.cases.register import Register, ancestor

NOTE = names.derive("a note")
OTHER = names.derive("another note")


def field(name: str, *changes: Change) -> Register:
    """Return the fold of a field."""
    return fold.fold_case(changes).fields[name]


def entry(*changes: Change) -> EntryState:
    """Return the only entry of these changes."""
    (found,) = fold.fold_case(changes).entries
    return found


def values(register: Register) -> list[Any]:
    """Return what a person has to decide between."""
    return [version.value for version in register.values]


def shown(register: Register) -> Any:
    """Return the value that is shown."""
    return None if register.shown is None else register.shown.value


def status(word: str, p: tuple[str, ...] = (), **options: Any) -> Change:
    """Return a change of the status."""
    return change("set", p, f="status", x={"s": word}, **options)


def problem(text: str, p: tuple[str, ...] = (), **options: Any) -> Change:
    """Return a change of the problem."""
    return change("set", p, f="problem", x=text, **options)


def note(text: str = "说了", i: str = NOTE, **options: Any) -> Change:
    """Return a typed note."""
    return change("note", i=i, x=text, **options)


def edit(text: str, *p: str, t: str = NOTE, **options: Any) -> Change:
    """Return a new text of an entry."""
    return change("edit", p, t=t, x=text, **options)


def redact(erased: list[Change], *p: str, **options: Any) -> Change:
    """Return the redaction of an entry, or of the field ``f``."""
    about = {} if "f" in options else {"t": NOTE}
    return change("redact", p, l=[stub_of(c) for c in erased], why="电话", **about, **options)


# --- status -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "least"),
    [
        (("resolved", "in_progress"), "in_progress"),
        (("on_hold", "resolved"), "on_hold"),
        (("in_progress", "on_hold", "resolved"), "in_progress"),
        (("unset", "resolved"), "resolved"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_of_several_statuses_the_least_finished_is_shown(
    words: tuple[str, ...], least: str, turned: bool
) -> None:
    """No clock can close a case: the one that is far ahead doesn't count for more."""
    order = words[::-1] if turned else words
    changes = [status(word, ms=nth * 400 * DAY) for nth, word in enumerate(order)]
    register = field("status", *changes)
    assert shown(register)["s"] == least
    assert register.undecided
    assert len(register.values) == len(words)


def test_of_two_holds_the_later_is_shown() -> None:
    one = change("set", f="status", x={"s": "on_hold", "why": "等厂家"}, ms=2)
    two = change("set", f="status", x={"s": "on_hold", "why": "等客户"}, ms=1)
    register = field("status", one, two)
    assert shown(register)["why"] == "等厂家"
    assert register.undecided


def test_equal_statuses_are_no_decision() -> None:
    register = field("status", status("resolved"), status("resolved", author="boris", ms=9))
    assert not register.undecided
    assert len(register.heads) == 2


def test_a_status_replaces_what_its_writer_saw_whatever_the_clocks_say() -> None:
    closed = status("resolved", ms=365 * DAY)
    opened = status("in_progress", (closed.name,), author="boris")
    register = field("status", closed, opened)
    assert values(register) == [{"s": "in_progress", "until": None, "why": None}]


def test_one_more_status_settles_a_decision() -> None:
    one, two = status("resolved"), status("in_progress", author="boris")
    last = status("on_hold", field("status", one, two).seen)
    assert not field("status", one, two, last).undecided


# --- text fields ------------------------------------------------------------------------------


def test_of_two_texts_the_later_is_shown_and_both_are_kept() -> None:
    base = problem("桩离线")
    one = problem("桩离线，已断电", (base.name,), ms=5)
    two = problem("桩全离线", (base.name,), ms=3, author="boris")
    register = field("problem", base, one, two)
    assert shown(register) == "桩离线，已断电"
    assert values(register) == ["桩全离线", "桩离线，已断电"]
    assert register.undecided
    assert shown_ancestor(register) == "桩离线"


def shown_ancestor(register: Register) -> Any:
    """Return the value that a decision's values go back to."""
    found = ancestor(register)
    return None if found is None else found.value


def test_where_one_side_left_it_alone_there_is_no_decision() -> None:
    base = problem("a")
    assert values(field("problem", base, problem("b", (base.name,)))) == ["b"]


def test_a_missing_predecessor_is_no_decision() -> None:
    """A <- X <- B without X: A turns up again, and nobody is asked about it."""
    a = problem("a")
    x = problem("x", (a.name,), n=1)
    b = problem("b", (x.name,), n=2, ms=5)
    alone = field("problem", a, b)
    assert (alone.incomplete, alone.undecided) == (True, False)
    assert shown(alone) == "b"
    assert values(field("problem", a, x, b)) == ["b"]


def test_writing_after_a_missing_one_says_so_at_an_entry() -> None:
    assert entry(note(), edit("b", MISSING)).waiting == "incomplete"


# --- sets -------------------------------------------------------------------------------------


def elements(*changes: Change) -> list[str]:
    """Return the engineers."""
    return list(fold.fold_case(changes).sets["engineers"].elements)


def add(name: str = "LM", **options: Any) -> Change:
    """Return the addition of an engineer."""
    return change("add", f="engineers", e=name, **options)


def remove(*seen: Change, **options: Any) -> Change:
    """Return the removal of an engineer by one who saw these additions."""
    o = [c.name for c in seen]
    return change("rem", f="engineers", e=seen[0].body["e"], o=o, **options)


def test_what_was_added_and_removed_at_once_stays() -> None:
    first = add()
    again = add(author="boris", ms=1)
    assert elements(first, remove(first)) == []
    assert elements(first, again, remove(first, ms=9)) == ["LM"]
    assert elements(first, again, remove(first, again)) == []


def test_a_removal_may_come_before_what_it_removes() -> None:
    first = add(ms=DAY)
    assert elements(remove(first), first) == []


def test_an_element_stands_where_it_was_added_first() -> None:
    assert elements(add("YD", ms=2), add("LM", ms=1), add("YD", ms=0)) == ["YD", "LM"]


# --- entries: text, speaker, time -------------------------------------------------------------


def test_an_edit_keeps_every_version() -> None:
    first = note("已送点")
    second = edit("已送电", NOTE, author="boris", ms=1)
    found = entry(first, second)
    assert (found.text, found.edited, found.edited_by) == ("已送电", True, "boris")
    assert [v.value for v in found.registers["text"].versions] == ["已送点", "已送电"]
    assert found.author == "anna"


def test_two_edits_at_once_are_a_decision() -> None:
    found = entry(note(), edit("b", NOTE, ms=1), edit("c", NOTE, ms=2, author="boris"))
    assert found.registers["text"].undecided
    assert found.text == "c"


def test_text_speaker_and_time_are_three_registers() -> None:
    found = entry(
        note(),
        edit("b", NOTE, ms=1),
        change("edit", (NOTE,), t=NOTE, s="客户", author="boris"),
        change("edit", (NOTE,), t=NOTE, at="2026-03-01", author="chen"),
    )
    assert not any(register.undecided for register in found.registers.values())
    assert (found.text, found.speaker, found.happened_on) == ("b", "客户", "2026-03-01")


def test_an_empty_speaker_takes_it_away() -> None:
    said = note(s="客户")
    assert entry(said, change("edit", (NOTE,), t=NOTE, s="")).speaker is None


# --- hiding -----------------------------------------------------------------------------------


def test_an_edit_at_the_same_time_brings_a_hidden_entry_back() -> None:
    first = note()
    hidden = change("hide", (NOTE,), t=NOTE)
    later = edit("b", NOTE, author="boris")
    assert entry(first, hidden).hidden
    found = entry(first, hidden, later)
    assert not found.hidden
    assert found.hides == {hidden.name}


def test_two_hides_together_cover_all_that_is_current() -> None:
    first = note()
    second = edit("b", NOTE, author="boris")
    third = edit("c", NOTE, author="chen")
    one = change("hide", (second.name,), t=NOTE)
    two = change("hide", (third.name,), t=NOTE)
    assert not entry(first, second, third, one).hidden
    assert entry(first, second, third, one, two).hidden


def test_a_hide_is_in_force_until_a_show_names_it() -> None:
    first = note()
    one = change("hide", (NOTE,), t=NOTE, ms=1)
    two = change("hide", (NOTE,), t=NOTE, ms=2, author="boris")
    show = change("show", (one.name,), t=NOTE, ms=9)
    assert entry(first, one, two, show).hidden
    assert not entry(first, one, show).hidden


def test_new_words_in_a_hidden_case_leave_it_hidden() -> None:
    made = change("case", project="nova", date_raw="20260101")
    hidden = change("hide")
    state = fold.fold_case([made, hidden, note()])
    assert state.head is not None
    assert state.head.hides == {hidden.name}
    shown_again = change("show", (hidden.name,))
    state = fold.fold_case([made, hidden, shown_again])
    assert state.head is not None
    assert not state.head.hides


# --- redaction --------------------------------------------------------------------------------


def test_a_redaction_erases_what_it_lists_and_stands_for_it() -> None:
    first = note("密码 1234")
    found = entry(first, redact([first], NOTE))
    assert (found.redacted, found.text) == (True, "")
    assert found.erased == {first.id}


def test_a_version_that_had_not_seen_it_is_erased_too() -> None:
    first = note("密码 1234")
    gone = redact([first], NOTE)
    late = edit("密码 1234，已改", NOTE, author="boris", ms=99)
    found = entry(first, gone, late)
    assert found.text == ""
    assert found.erased == {first.id, late.id}
    assert not found.registers["text"].undecided


def test_what_was_written_after_it_stays() -> None:
    first = note("密码 1234")
    gone = redact([first], NOTE)
    after = edit("密码 ▇", gone.name)
    found = entry(first, gone, after, edit("密码 ▇。", after.name, n=5))
    assert found.text == "密码 ▇。"
    assert found.erased == {first.id}


def test_a_second_redaction_erases_what_had_seen_only_the_first() -> None:
    first = note("密码 1234 在门口")
    gone = redact([first], NOTE)
    after = edit("密码 ▇ 在门口", gone.name)
    again = redact([after], after.name, n=2)
    beside = edit("密码 ▇ 在门口！", after.name, author="boris")
    found = entry(first, gone, after, again, beside)
    assert found.text == ""
    assert beside.id in found.erased


def test_what_follows_a_change_that_is_not_here_is_not_erased_for_good() -> None:
    """What is missing may have come after the redaction: then its follower stays."""
    first = note("密码 1234")
    gone = redact([first], NOTE)
    after = edit("b", gone.name)
    last = edit("c", after.name, n=3)
    assert entry(first, gone, last).erased == {first.id}
    assert entry(first, gone, after, last).text == "c"
    late = edit("d", NOTE, n=4)
    assert entry(gone, edit("e", late.name, n=5), first).erased == {first.id}
    assert len(entry(gone, edit("e", late.name, n=5), first, late).erased) == 3


def test_a_copy_that_never_had_it_builds_the_entry_from_the_redaction() -> None:
    first = note("密码 1234", s="客户", at="2026-03-01", author="boris")
    second = edit("密码 4321", NOTE)
    gone = redact([first, second], second.name)
    found = entry(gone)
    assert (found.id, found.speaker, found.author) == (NOTE, "客户", "boris")
    assert found.happened_on == "2026-03-01"
    assert (found.redacted, found.waiting) == (True, None)
    assert entry(gone, first, second)._replace(erased=found.erased) == found


def test_an_equal_change_of_another_copy_is_erased_with_the_name() -> None:
    i = page_name("密码 1234")
    mine = change("note", i=i, x="密码 1234", af="")
    gone = redact([mine], i)._replace(body={**redact([mine], i).body, "t": i})
    theirs = change("note", i=i, x="密码 1234", af="", author="boris", n=7)
    found = entry(mine, gone, theirs)
    assert found.erased == {mine.id, theirs.id}


def test_a_redacted_note_is_no_other_notes_equal_any_more() -> None:
    typed = note("密码 1234")
    on_page = change("note", i=page_name("密码 1234"), x="密码 1234", s="anna", af="")
    assert len(fold.fold_case([typed, on_page]).entries) == 1
    gone = redact([on_page])._replace(body={**redact([on_page]).body, "t": on_page.name})
    stub = on_page._replace(body=on_page.stub, erased=True)
    for known in ([on_page, redact([typed], NOTE)], [on_page, gone], [stub, gone]):
        states = fold.fold_case([typed, *known]).entries
        assert sorted(state.text for state in states) == ["", "密码 1234"]


def test_the_parts_of_a_long_text_are_erased_with_it() -> None:
    long = change("note", i=NOTE, parts=2)
    pieces = [change("part", of=NOTE, t=NOTE, j=j, x=f"密码{j}", n=j) for j in range(2)]
    assert entry(long, *pieces).text == "密码0密码1"
    assert entry(long, *pieces, redact([long], NOTE)).erased == {
        long.id,
        *(piece.id for piece in pieces),
    }


def test_a_field_is_redacted_like_an_entry() -> None:
    base = problem("电话 13900000317")
    gone = redact([base], base.name, f="problem")
    late = problem("电话 13900000317！", (base.name,), author="boris")
    register = field("problem", base, gone, late)
    assert register.shown is not None
    assert register.shown.redact
    assert register.erased == {base.id, late.id}
    after = problem("电话 ▇", (gone.name,), n=3)
    assert shown(field("problem", base, gone, late, after)) == "电话 ▇"


# --- long texts -------------------------------------------------------------------------------


def test_a_long_text_is_arriving_until_all_its_parts_are_here() -> None:
    long = change("edit", (NOTE,), t=NOTE, parts=2)
    pieces = [change("part", of=long.name, t=NOTE, j=j, x=f"{j}", n=j) for j in range(2)]
    other = edit("b", NOTE, author="boris", ms=-5)
    found = entry(note(), other, long, pieces[1])
    assert (found.waiting, found.text) == ("arriving", "")
    assert not found.registers["text"].undecided
    found = entry(note(), other, long, *pieces)
    assert (found.waiting, found.text) == (None, "01")
    assert found.registers["text"].undecided


# --- what newer versions write ----------------------------------------------------------------


@pytest.mark.parametrize(
    "unknown",
    [
        {"kind": "spin"},
        {"kind": "edit", "t": NOTE, "x": "?", "colour": 1},
        {"kind": "set", "f": "mood", "x": "?"},
        {"kind": "add", "f": "moods", "e": "?"},
    ],
)
def test_what_is_not_known_is_left_out(unknown: dict[str, Any]) -> None:
    body = dict(unknown)
    first = note()
    assert fold.fold_case([first, change(body.pop("kind"), **body)]) == fold.fold_case([first])


# --- imports: what a page says of a field -----------------------------------------------------


def on_page(text: str, rev: tuple[Any, ...] | None, after: str = "", **options: Any) -> Change:
    """Return the problem as a page has it at a revision; None for a plain source."""
    i = names.value_id(CASE, "problem", text, rev or [after])
    rev_list = None if rev is None else list(rev)
    extra = {} if rev_list is None else {"rev": rev_list}
    return change("set", i=i, f="problem", x=text, **extra, **options)


def test_only_the_newest_revision_of_a_page_counts() -> None:
    old = on_page("a", ("nova", 25, 9), ms=9)
    new = on_page("b", ("nova", 25, 10), ms=1)
    register = field("problem", old, new)
    assert values(register) == ["b"]
    assert not register.undecided


def test_pages_stand_by_their_newest_time() -> None:
    nova = on_page("a", ("nova", 99, 1), ms=1)
    terra = on_page("b", ("terra", 1, 1), ms=2)
    assert values(field("problem", nova, terra)) == ["b"]
    again = on_page("c", ("nova", 98, 1), ms=3)
    assert values(field("problem", nova, terra, again)) == ["a"]


def test_plain_source_stands_by_time() -> None:
    first = on_page("a", None, ms=1)
    second = on_page("b", None, first.name, ms=2)
    assert values(field("problem", first, second)) == ["b"]
    assert values(field("problem", on_page("a", None, ms=2), on_page("b", None, ms=1))) == ["a"]


def test_a_persons_value_that_named_the_pages_replaced_it() -> None:
    page = on_page("a", ("nova", 1, 1))
    mine = problem("b", (page.name,))
    assert values(field("problem", page, mine)) == ["b"]


def test_a_persons_value_that_names_any_of_equal_neighbours_replaced_them() -> None:
    one = on_page("a", ("nova", 1, 1))
    two = on_page("a", ("nova", 1, 2), ms=1)
    assert values(field("problem", one, two, problem("b", (one.name,)))) == ["b"]


def test_a_page_that_changes_against_a_persons_value_asks() -> None:
    page = on_page("a", ("nova", 1, 1))
    mine = problem("b", (page.name,), ms=1)
    newer = on_page("c", ("nova", 1, 2), ms=2)
    register = field("problem", page, mine, newer)
    assert register.undecided
    assert values(register) == ["b", "c"]
    assert shown_ancestor(register) == "a"


def test_a_page_that_comes_to_say_the_same_asks_nothing() -> None:
    page = on_page("a", ("nova", 1, 1))
    mine = problem("b", (page.name,), ms=1)
    newer = on_page("b", ("nova", 1, 2), ms=2)
    assert not field("problem", page, mine, newer).undecided


def test_an_older_save_asks_nothing() -> None:
    page = on_page("a", ("nova", 1, 5))
    mine = problem("b", (page.name,), ms=1)
    older = on_page("z", ("nova", 1, 2), ms=2)
    assert values(field("problem", page, mine, older)) == ["b"]


def test_what_a_page_said_last_is_shown_though_another_page_named_it() -> None:
    """Only what a person wrote takes a page's value away; pages replace one another in order."""
    one = on_page("a", ("nova", 1, 7), ms=1)
    other = change(
        "set",
        (one.name,),
        i=names.value_id(CASE, "problem", "b", ("terra", 1, 3)),
        f="problem",
        x="b",
        rev=["terra", 1, 3],
        ms=2,
    )
    older = on_page("c", ("nova", 1, 6), ms=3)
    assert values(field("problem", one, other, older)) == ["a"]


def test_equal_names_are_one_change() -> None:
    """Two people import one page: other times, authors, copies; the same values."""
    mine = on_page("a", ("nova", 1, 1), ms=5)
    theirs = on_page("a", ("nova", 1, 1), ms=2, author="boris", n=3)
    register = field("problem", mine, theirs)
    (version,) = register.versions
    assert (version.order, version.author) == (theirs.order, "boris")
    assert version.ids == {mine.id, theirs.id}


def test_equal_names_unite_their_predecessors() -> None:
    base = on_page("a", ("nova", 1, 1))
    mine = problem("b", (base.name,), ms=1)
    gone = redact([base, mine], mine.name, f="problem", ms=2)
    body = {"i": names.derive("newer"), "f": "problem", "x": "c", "rev": ["nova", 1, 2]}
    one = change("set", (gone.name,), ms=3, **body)
    two = change("set", (gone.name, base.name), ms=4, author="boris", **body)
    (version,) = field("problem", one, two, gone).heads
    assert version.p == {gone.name, base.name}


# --- imports: entries -------------------------------------------------------------------------


def paged(text: str, k: int = 0, af: str = "", **options: Any) -> Change:
    """Return a page's entry."""
    return change("note", i=page_name(text, "anna", k), x=text, s="anna", af=af, **options)


def test_an_entry_that_two_people_import_is_one() -> None:
    found = entry(paged("已送电", ms=5), paged("已送电", author="boris", ms=2, n=1))
    assert found.text == "已送电"
    assert found.imported


def test_a_typed_note_that_a_page_has_is_one_entry_under_both_names() -> None:
    """Typed here, written back to the page, read again by somebody who had not seen it."""
    typed = note("已送电", ms=DAY)
    found = entry(typed, paged(" 已送电 ", author="boris"))
    assert found.id == NOTE
    assert found.names == {NOTE, page_name("已送电")}
    assert not found.registers["text"].undecided
    changed = edit("没送电", page_name("已送电"), t=page_name("已送电"), author="boris")
    assert entry(typed, paged("已送电"), changed).text == "没送电"


def test_the_speaker_of_a_typed_note_is_its_author_where_none_is_said() -> None:
    assert len(fold.fold_case([note("b", author="boris"), paged("b")]).entries) == 2
    assert len(fold.fold_case([note("b", author="boris", s="anna"), paged("b")]).entries) == 1


def test_equal_typed_notes_take_their_places_on_the_page() -> None:
    first, second = note("好"), note("好", OTHER, d=1, ms=1)
    states = fold.fold_case([first, second, paged("好", 1)]).entries
    assert {state.id: len(state.names) for state in states} == {NOTE: 1, OTHER: 2}


def test_of_two_typed_on_two_copies_at_one_place_the_later_moves_down() -> None:
    first, second = note("好"), note("好", OTHER, ms=1)
    on_page = [paged("好", 0), paged("好", 1, page_name("好"))]
    states = fold.fold_case([first, second, *on_page]).entries
    assert {state.id for state in states} == {NOTE, OTHER}


def test_an_edit_gives_an_entry_of_a_page_its_new_name() -> None:
    old, new = page_name("已送点"), page_name("已送电")
    first = paged("已送点")
    version = change("edit", (old,), i=new, t=old, x="已送电", rev=["nova", 1, 2], ms=1)
    again = paged("已送电", author="boris", ms=2)
    answer = change("edit", (new,), t=new, x="送电了", author="chen", ms=3)
    found = entry(first, version, again, answer)
    assert (found.id, found.text) == (old, "送电了")
    assert found.names == {old, new}
    assert not found.registers["text"].undecided


def test_a_page_that_takes_a_word_back_shows_it_again() -> None:
    """The page said A, then B, then A: the third change has the name of the first."""
    old, new = page_name("A"), page_name("B")
    first = paged("A", rev=["nova", 1, 1])
    second = change("edit", (old,), i=new, t=old, x="B", rev=["nova", 1, 2], ms=1)
    third = change("edit", (new,), i=old, t=old, x="A", rev=["nova", 1, 3], ms=2)
    assert entry(first, second, third).text == "A"


# --- the case itself, its number, its files ---------------------------------------------------


def test_the_best_source_of_a_number_wins_then_the_latest() -> None:
    one = change("num", fam="nova", x=98, src="claim")
    two = change("num", fam="nova", x=99, src="claim", ms=1)
    store = change("num", fam="nova", x=97, src="store", ms=-5)
    claims = fold.fold_case([one, two, store]).claims
    assert [claim.number for claim in claims] == [97, 99, 98]


def test_a_file_is_added_once_and_removed_by_who_saw_it() -> None:
    i = names.derive("a file")
    body = {"i": i, "name": "1700000000000-123.png", "mime": "image/png", "width": 640}
    one = change("att", **body)
    two = change("att", author="boris", **body)
    (image,) = fold.fold_case([one, two]).images
    assert (image.file, image.width, image.pasted_at) == (body["name"], 640, 1_700_000_000_000)
    assert not fold.fold_case([one, two, change("attrem", o=[i])]).images
