"""New cases are folded by a process beside this one, and come to what they come to here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from tests.cases.changes import CASE, cook, data
from tests.cases.changes import DISHES as KINDS
from tests.local.copies import Copy, copies
from tests.local.test_newcases import HEAD, usual_life
from workbench.cases import names
from workbench.local import (
    arriving,
    beside,
    bigcases,
    changelog,
    early,
    newcases,
    points,
    rows,
    stale,
)
from workbench.local.database import Database

SOME = 60
"""So many changes are folded in one transaction in these tests."""


@pytest.fixture(autouse=True)
def small_transactions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(stale, "STALE", SOME)
    yield
    points.hook = None


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Say of each time that rows came from the other process, of how many cases."""
    found: list[int] = []
    true = rows.CaseRows.put_new

    def put_new(self: rows.CaseRows, cases: dict[int, str], made: dict[int, rows.Made]) -> object:
        found.append(len(cases))
        return true(self, cases, made)

    monkeypatch.setattr(rows.CaseRows, "put_new", put_new)
    return found


def life() -> list[bytes]:
    """Return the changes of many cases, some of them unusual."""
    chance = Random(7)
    made = [change for case in usual_life() for change in case]
    for n in range(25):
        dishes = [
            (chance.choice(KINDS), *(chance.randrange(4) for _ in range(5))) for _ in range(9)
        ]
        made += cook([HEAD, *dishes], names.derive(f"case {n}"))  # type: ignore[list-item]
    return made


def pulled(copy: Copy, made: Sequence[bytes]) -> None:
    with copy.pen.bulk():
        copy.pull(*made)


def pulled_by_pages(copy: Copy, made: Sequence[bytes], size: int) -> None:
    """Pull as an exchange does, which has each page looked at before it takes the page."""
    with copy.pen.bulk():
        for start in range(0, len(made), size):
            by_id = {sha256(change).digest(): change for change in made[start : start + size]}
            for known in copy.pen.log.known(by_id):  # a redaction brought what is left of it
                del by_id[known]
            asked = copy.pen.look_ahead(list(by_id.items()))
            found = None if asked is None else asked.result()
            with copy.pen.receive("pull") as receiving:
                looks = None if found is None else dict(zip(by_id, found, strict=True))
                receiving.take_new(by_id, copy.now, looks)
        copy.pen.fold_stale("pull")


def assert_like_one_by_one(copy: Copy, other: Copy, made: Sequence[bytes]) -> None:
    for change in made:
        other.take(change)
    assert copy.dump() == other.dump()
    assert copy.db.value("SELECT count(*) FROM stale") == 0
    copy.assert_rebuilt_equal()


def test_what_is_folded_beside_is_what_is_folded_here(written: list[int]) -> None:
    made = life()
    with copies(2) as (one, two):
        pulled(two, made)
        assert written or not beside.is_of_use()
        assert_like_one_by_one(two, one, made)


@pytest.mark.parametrize("size", [7, 40, 400])
def test_what_is_folded_early_is_what_is_folded_at_the_end(written: list[int], size: int) -> None:
    """Pages end in the middle of cases; unusual ones and redactions are among them."""
    made = life()
    with copies(2) as (one, two):
        pulled_by_pages(two, made, size)
        assert sum(written) > 5 or not beside.is_of_use()
        assert_like_one_by_one(two, one, made)


def test_a_case_that_goes_on_is_not_written_as_it_began(written: list[int]) -> None:
    """Its rows are made beside while the page behind it is taken: they lack what that says."""
    made = life()
    chance = Random(3)
    chance.shuffle(made)
    with copies(2) as (one, two):
        pulled_by_pages(two, made, 90)
        assert_like_one_by_one(two, one, made)


def test_where_most_cases_go_on_none_is_folded_early(
    written: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(early, "SPREAD", 3)
    cases = [cook([HEAD, ("note", 0, 0, 0, 0, 0)], names.derive(f"case {n}")) for n in range(40)]
    made = [case[0] for case in cases] + [change for case in cases for change in case[1:]]
    with copies(2) as (one, two):
        pulled_by_pages(two, made, 8)
        assert sum(written) <= len(cases)
        assert_like_one_by_one(two, one, made)


def end_it(copy: Copy) -> None:
    assert copy.pen._beside is not None
    copy.pen._beside._process.kill()


def pulled_while(what: Callable[[Copy], None], copy: Copy, made: Sequence[bytes]) -> None:
    """Pull, and have something befall the copy before each transaction that folds."""

    def hook(point: str) -> None:
        if point == "pull-fold:before-begin":
            what(copy)

    points.hook = hook
    pulled(copy, made)
    points.hook = None


def write_elsewhere(copy: Copy) -> None:
    other = Database(copy.path)
    with other.write("elsewhere"):
        other.run("INSERT OR REPLACE INTO meta VALUES ('elsewhere', hex(randomblob(4)))")
    other.close()


@pytest.mark.parametrize("what", [end_it, write_elsewhere])
def test_what_was_folded_beside_counts_only_where_it_can(
    what: Callable[[Copy], None], written: list[int]
) -> None:
    made = life()
    with copies(2) as (one, two):
        pulled_while(what, two, made)
        assert not written or what is end_it
        assert_like_one_by_one(two, one, made)


@pytest.mark.parametrize("what", [end_it, write_elsewhere])
def test_what_was_folded_early_counts_only_where_it_can(
    what: Callable[[Copy], None], written: list[int]
) -> None:
    made = life()
    with copies(2) as (one, two):
        pages = 0

        def hook(point: str) -> None:
            nonlocal pages
            pages += point == "pull:after-commit"
            if point == "pull:after-commit" and pages == 2 and two.pen._beside is not None:
                what(two)

        points.hook = hook
        with suppress(beside.Gone):
            pulled_by_pages(two, made, 40)
        points.hook = None
        two.pull(*made)
        assert_like_one_by_one(two, one, made)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have cases of more than a few changes count as big; say of each part how many entries it
    has."""
    monkeypatch.setattr(changelog, "BIG", 20)
    monkeypatch.setattr(bigcases, "PART", 7)
    found: list[int] = []
    true = newcases.put_part

    def put_part(database: Database, part: newcases.Part) -> None:
        found.append(len(part[0]))
        true(database, part)

    monkeypatch.setattr(newcases, "put_part", put_part)
    return found


def long_life(*, redacted: bool) -> list[bytes]:
    """Return the changes of two long cases, and of short ones."""
    chance = Random(11)
    kinds = [kind for kind in KINDS if redacted or "redact" not in kind]
    made = life()
    for case in (names.derive("long"), names.derive("longer")):
        dishes = [
            (chance.choice(kinds), *(chance.randrange(9) for _ in "12345")) for _ in range(60)
        ]
        made += cook([HEAD, *dishes], case)  # type: ignore[list-item]
        made += [
            data("note", i=names.derive(f"{case} {n}"), x=f"第{n}条", ms=n, case=case)
            for n in range(60)
        ]
    return made


@pytest.mark.parametrize("redacted", [False, True])
def test_a_long_case_folded_by_the_part_is_what_it_is_folded_here(
    parts: list[int], redacted: bool
) -> None:
    made = long_life(redacted=redacted)
    with copies(2) as (one, two):
        pulled(two, made)
        assert sum(parts) > (20 if redacted else 90) or not beside.is_of_use()
        assert_like_one_by_one(two, one, made)


def test_what_is_said_of_many_people_is_no_long_case(parts: list[int]) -> None:
    made = [
        data("person", name=f"工程师{n}", side="customer", case=names.PEOPLE, ms=n, n=n)
        for n in range(40)
    ]
    with copies(2) as (one, two):
        pulled(two, made)
        assert not parts
        assert two.db.value("SELECT count(*) FROM person") == len(made)
        assert_like_one_by_one(two, one, made)


@pytest.mark.parametrize("what", [end_it, write_elsewhere])
def test_a_part_counts_only_where_it_can(parts: list[int], what: Callable[[Copy], None]) -> None:
    made = long_life(redacted=False)
    with copies(2) as (one, two):
        pulled_while(what, two, made)
        assert not parts or what is end_it
        assert_like_one_by_one(two, one, made)


def test_a_look_beside_is_a_look_here() -> None:
    several = [(bytes(32), change) for change in [*life(), b"{", b'{"v":9,"k":"x"}']]
    with beside.started() as found:
        if found is None:
            pytest.skip("one processor")
        assert beside.result(found.ask("look", several)) == arriving.look(several)


def test_what_fails_there_is_left_to_be_done_here() -> None:
    with beside.started() as found:
        if found is None:
            pytest.skip("one processor")
        assert beside.result(found.ask("nothing that it knows", None)) is None
        assert beside.result(found.ask("look", [])) is None
    assert beside.result(Future()) is None


def test_where_none_can_be_started_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    made = life()
    monkeypatch.setattr("sys.executable", str(Path(__file__).parent / "nowhere"))
    with copies(2) as (one, two):
        pulled(two, made)
        assert_like_one_by_one(two, one, made)


def test_its_end_is_that_of_who_started_it() -> None:
    with copies() as (copy,):
        with copy.pen.bulk():
            found = copy.pen._beside
            copy.pull(*cook([HEAD], CASE))
        assert copy.pen._beside is None
        assert found is None or found._process.returncode is not None
        assert copy.db.value("PRAGMA synchronous") == 2
        assert copy.db.value("PRAGMA temp_store") == 0


def test_a_text_is_forgotten_in_bulk_without_all_of_the_file_in_memory() -> None:
    with copies() as (copy,), copy.db.bulk():
        assert copy.db.value("PRAGMA temp_store") == 2
        copy.db.forget_deleted()
        assert copy.db.value("PRAGMA temp_store") == 0


def test_it_ends_with_who_started_it_however_that_ends() -> None:
    """The other end of its input closes, and nobody is left to wait for it."""
    code = (
        "from workbench.local.beside import Beside; beside = Beside();"
        " beside.ask('look', []).result(); print(beside.process, flush=True); input()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with starter:
        assert starter.stdout is not None
        stat = Path(f"/proc/{int(starter.stdout.readline())}/stat")
        if not stat.parent.parent.exists():
            pytest.skip("no /proc")
        assert runs(stat)
        starter.kill()
    until = monotonic() + 60
    while runs(stat):
        assert monotonic() < until, "it runs on"


def runs(stat: Path) -> bool:
    """Return whether a process runs: one that ended may wait to be asked how."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
