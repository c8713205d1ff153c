"""A page in every shape, and pages that are damaged: the same cases, or a sentence."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk.stage import Copy, counts
from tests.exchange.invented import PAGE
from tests.exchange.shapes import SHAPES, lines_of
from tests.exchange.test_reader_fuzz import sources
from workbench.desk import UnusablePage

SPELLED = PAGE.replace("  ", " ")
"""The extractors' shapes lose doubled spaces."""


def ids(copy: Copy) -> dict[str, list[str]]:
    """Return the ids of all cases, with those of their entries."""
    cases = {uid: copy.desk.case(uid, hidden=True) for uid in copy.uids()}
    return {uid: [entry.id for entry in case.entries] for uid, case in cases.items()}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_cases_and_entries(copies, shape: str) -> None:  # type: ignore[no-untyped-def]
    plain, other = copies("plain"), copies("other")
    lines = lines_of(SPELLED)
    cases = plain.take(SHAPES["plain"](lines, "nova_9")).added
    report = other.take(SHAPES[shape](lines, "nova_9"))
    assert cases == report.added > 3
    assert ids(other) == ids(plain)
    one, two = plain.shown(), other.shown()
    for case in (*one.values(), *two.values()):
        for entry in (case, *case["entries"]):
            for local in ("created_at", "updated_at", "written_at", "author"):
                entry.pop(local, None)
    assert one == two


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_read_in_another_shape_changes_nothing(copies, shape: str) -> None:  # type: ignore[no-untyped-def]
    copy = copies("anna")
    lines = lines_of(SPELLED)
    first = copy.take(SHAPES["plain"](lines, "nova_9"))
    for again in (shape, "plain", "avatar", shape):
        report = copy.take(SHAPES[again](lines, "nova_9"))
        assert counts(report) == (0, 0, first.added, 0)
        assert report.gone == []


def test_an_html_save_tells_who_wrote(copy: Copy) -> None:
    copy.take(SHAPES["html"](lines_of(PAGE, authors={(1, 1): "zhao qi"}), "nova_9"))
    entries = [entry for uid in copy.uids() for entry in copy.desk.case(uid).entries]
    assert {entry.author for entry in entries} == {"zhao qi"}


@pytest.mark.parametrize(
    "data",
    [b"", b"\0\1\2\3", b"nothing of a page\n", b"PK\x03\x04broken", b"\xff\xfe", b"= a =\n"],
)
def test_what_is_no_page_writes_nothing(copy: Copy, data: bytes) -> None:
    with pytest.raises(UnusablePage):
        copy.take(data)
    assert (copy.ops(), copy.sql("SELECT count(*) FROM page")) == (0, [(0,)])


def test_a_very_long_text_travels_in_parts(copies) -> None:  # type: ignore[no-untyped-def]
    anna, boris = copies("anna"), copies("boris")
    long = "字" * 150_000
    page = f"= nova_case#1_20240601 =\n\n问题描述:{long}\n\n--跟踪\n\n【YD】:{long}尾\n".encode()
    assert counts(anna.take(page)) == (1, 0, 0, 1)
    assert anna.texts() == [long + "尾"]
    assert anna.desk.case(anna.id()).summary.problem == long
    assert counts(anna.take(page)) == (0, 0, 1, 0)
    anna.send(boris)
    assert boris.shown() == anna.shown()


@pytest.mark.parametrize("name", ["n\udcffova", "a\0b\x1b[2J", " \n ", "页 面"])
def test_a_page_may_have_any_name(copy: Copy, name: str) -> None:
    page = b"= nova_case#1_20240601 =\n\nx\n"
    report = copy.desk.import_page(page, file_name=name + ".txt")
    assert report.page is None or report.page.isprintable()
    assert counts(copy.desk.import_page(page, file_name=name + ".txt")) == (0, 0, 1, 0)
    source = copy.desk.case(copy.id()).summary.source
    assert source is not None
    assert source.page == report.page


def test_a_page_is_named_by_its_title_its_file_or_the_person(copy: Copy) -> None:
    page = b"= nova_case#1_20240601 =\n\nx\n"
    titled = SHAPES["no authors"](lines_of(page.decode()), "nova_7")
    found = [
        copy.desk.import_page(titled, file_name="b.txt", page="c").page,
        copy.desk.import_page(page, file_name="b.txt", page="c").page,
        copy.desk.import_page(page, page="c").page,
        copy.desk.import_page(page).page,
    ]
    assert found == ["nova_7", "b", "c", None]


def mangle(data: bytes, random: Random) -> bytes:
    """Cut, shuffle, double or damage a page."""
    rows = data.split(b"\n")
    for _ in range(random.randrange(4)):
        kind, one, two = random.randrange(5), *(random.randrange(len(rows)) for _ in range(2))
        if kind == 0:
            rows[one], rows[two] = rows[two], rows[one]
        elif kind == 1:
            rows[two:two] = rows[one : one + 9]
        elif kind == 2:
            rows = [*rows[:one], *rows[one + random.randrange(6) :]] or [b""]
        elif kind == 3:
            rows = rows[: one + 1]
        else:
            place = random.randrange(len(rows[one]) + 1)
            rows[one] = rows[one][:place] + random.randbytes(2) + rows[one][place:]
    return b"\n".join(rows)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(sources, st.sampled_from(sorted(SHAPES))), min_size=1, max_size=3),
    st.integers(0, 2**32),
)
def test_damaged_pages_raise_nothing_but_a_sentence(
    pages: list[tuple[str, str]], seed: int
) -> None:
    """Each again and again: nothing is new the second time, and the tables equal the log."""
    random = Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder) / "anna.db")
        for source, shape in pages:
            whole = SHAPES[shape](lines_of(source, first=(random.randrange(1, 4), 1)), "nova_9")
            for data in (mangle(whole, random), whole, mangle(whole, random)):
                try:
                    first = copy.take(data)
                except UnusablePage:
                    continue
                total = first.added + first.changed + first.unchanged
                assert counts(copy.take(data)) == (0, 0, total, 0)
        copy.sound()
        copy.desk.close()
