"""Read marks: what other copies tell moves them, and never past what nobody told."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.changes import CASE, COPIES, DAY, NOW, change_sets, data, examples
from tests.local.copies import Copy, copies
from workbench.cases.change import Change, decode
from workbench.cases.fold import fold_case
from workbench.cases.reads import Written, is_read
from workbench.local.reads import place_read

BORIS = COPIES["boris"]
seeds = st.integers(0, 2**32 - 1)


def said(ms: int, text: str = "x", author: str = "boris") -> bytes:
    return data("note", ms=ms, n=ms, author=author, i=f"{'a' * 23}{text * 3}", x=text)


def mark(ms: int, seen: int, who: str = "anna", copy: str = BORIS) -> bytes:
    upto = {copy: f"{(NOW + seen) << 16:016x}"}
    return data("read", ms=ms, n=ms, who=who, upto=upto)


def written(change: Change) -> Written:
    unsure = "unsure" in change.body
    return Written(change.id, change.kind, change.author, change.copy, change.h, unsure)


def place(copy: Copy, who: str = "anna") -> int:
    return place_read(copy.db, copy.pen.log.subject(CASE), who)


@given(change_sets, seeds)
@examples(60)
def test_a_mark_ends_before_the_first_change_that_nobody_told(made: list[bytes], seed: int) -> None:
    random = Random(seed)
    random.shuffle(made)
    with copies() as (copy,):
        copy.take_in_groups(made, random)
        stored = copy.pen.log.of(copy.pen.log.subject(CASE))
        reads = fold_case(decode(bytes_) for bytes_ in made).reads
        for who, mark in reads.items():
            read = [is_read(written(c), who, mark) for c in (item.change for item in stored)]
            known = [item.id <= place(copy, who) for item in stored]
            assert known == [all(read[: nth + 1]) for nth in range(len(read))]
        copy.assert_rebuilt_equal()


def test_what_was_written_early_and_came_late_is_unread() -> None:
    """Chen was offline: his note is older than what anna has read elsewhere."""
    with copies() as (copy,):
        copy.take(said(1), mark(5, seen=1))
        assert place(copy) == 2
        copy.take(said(0, "y", author="chen"))
        copy.take(mark(6, seen=1))
        assert place(copy) == 2


def test_a_mark_may_come_before_what_it_tells_of() -> None:
    with copies() as (copy,):
        copy.take(mark(5, seen=3))
        copy.take(said(3))
        assert place(copy) == 2
        copy.take(said(4, "y"))
        assert place(copy) == 2


def test_a_mark_is_told_once_and_what_others_told_is_not_told_again() -> None:
    with copies(2) as (one, two):
        for copy in (one, two):
            copy.take(said(1), said(2, "y"))
        subject = one.pen.log.subject(CASE)
        with one.db.write("read"):
            one.pen.marks.move(subject, "anna", 1)
        (untold,) = one.pen.marks.untold(one.now)
        assert (untold.case, untold.seen.upto) == (CASE, {BORIS: (NOW + 1) << 16})
        one.pen.tell_reads("read", [untold])
        assert one.pen.marks.untold(one.now) == []
        (told,) = one.db.rows("SELECT bytes FROM op WHERE mine = 1")
        two.take(told["bytes"])
        assert place(two) == 1
        assert two.pen.marks.untold(two.now) == []


def test_own_words_and_the_marks_of_others_are_nothing_to_tell() -> None:
    with copies() as (copy,):
        copy.take(said(1, author="anna"), mark(2, seen=1, who="chen"))
        with copy.db.write("read"):
            copy.pen.marks.move(copy.pen.log.subject(CASE), "anna", 2)
        (untold,) = copy.pen.marks.untold(copy.now)
        assert not untold.is_worth_telling
        copy.pen.tell_reads("read", [untold])
        assert copy.pen.marks.untold(copy.now) == []
        assert copy.db.value("SELECT count(*) FROM op WHERE mine = 1") == 0


def test_a_time_that_no_clock_may_have_is_not_told() -> None:
    """It would stand for all that its writer writes until then."""
    with copies() as (copy,):
        copy.take(said(1), said(400 * DAY, "y"))
        with copy.db.write("read"):
            copy.pen.marks.move(copy.pen.log.subject(CASE), "anna", 2)
        (untold,) = copy.pen.marks.untold(copy.now)
        assert untold.seen.upto == {BORIS: (NOW + 1) << 16}


def test_what_an_unsure_clock_wrote_is_told_by_name() -> None:
    """Boris's clock was set back: he writes before what he wrote before, and another time later."""
    back = data("note", ms=-DAY, n=7, author="boris", i="c" * 26, x="x", unsure=1)
    later = data("note", ms=-DAY + 1, n=8, author="boris", i="d" * 26, x="y", unsure=1)
    with copies(2) as (one, two):
        one.take(said(1), back)
        two.take(said(1), back, later)
        with one.db.write("read"):
            one.pen.marks.move(one.pen.log.subject(CASE), "anna", 2)
        one.pen.tell_reads("read", one.pen.marks.untold(one.now))
        (told,) = one.db.rows("SELECT bytes FROM op WHERE mine = 1")
        two.take(told["bytes"])
        assert place(two) == 2


def test_a_case_that_only_a_newer_version_may_write_to_keeps_its_mark() -> None:
    with copies() as (copy,):
        copy.take(said(1), data("note", ms=2, must=1, i="b" * 26, x="x", newer=1))
        with copy.db.write("read"):
            copy.pen.marks.move(copy.pen.log.subject(CASE), "anna", 2)
        copy.pen.tell_reads("read", copy.pen.marks.untold(copy.now))
        assert copy.db.value("SELECT count(*) FROM op WHERE mine = 1") == 0
        assert len(copy.pen.marks.untold(copy.now)) == 1
