"""Real pages, where somebody has some: what holds of every page, with nothing quoted from them.

``WORKBENCH_PAGES`` names a folder of saved pages; without it these tests are skipped.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.exchange.shapes import SHAPES
from tests.exchange.test_reader_fuzz import check
from tests.exchange.test_wrapper import without_blame
from workbench.exchange.page import Page
from workbench.exchange.reader import read_pages

FOLDER = os.environ.get("WORKBENCH_PAGES", "")
FILES = sorted(path for path in Path(FOLDER).iterdir() if path.is_file()) if FOLDER else []

pytestmark = pytest.mark.skipif(not FILES, reason="WORKBENCH_PAGES names no folder of pages")


@pytest.fixture(params=FILES, ids=lambda path: path.name)
def page(request: pytest.FixtureRequest) -> Page:
    path: Path = request.param
    return read_pages(path.read_bytes(), path.name)[0]


def test_the_page_is_read_whole(page: Page) -> None:
    check(page)
    assert page.refused == ()
    assert [line.number for line in page.lines] == list(range(1, len(page.lines) + 1))


def test_no_line_of_a_case_is_unread(page: Page) -> None:
    within = {
        number for case in page.cases for number in range(case.first_line, case.last_line + 1)
    }
    assert not [line.number for line in page.unread_lines if line.number in within]


def test_each_case_says_something(page: Page) -> None:
    for case in page.cases:
        assert case.whole
        assert case.problem or case.problem_images or case.problem_files
        for entry in case.entries:
            assert entry.text or entry.images or entry.files


def test_revisions_lie_within_the_case(page: Page) -> None:
    for case in page.cases:
        given = [case.problem_revision, case.heading_revision, case.status_revision]
        given += [entry.revision for entry in case.entries]
        for revision in filter(None, given):
            assert case.oldest_revision is not None
            assert case.newest_revision is not None
            assert case.oldest_revision <= revision <= case.newest_revision


@pytest.mark.parametrize("shape", SHAPES)
def test_the_page_in_every_other_shape(page: Page, shape: str) -> None:
    (again,) = read_pages(SHAPES[shape](page.lines, "nova_9"), None)
    assert again.source == page.source
    assert without_blame(again.cases) == without_blame(page.cases)


def test_a_cut_page_gives_what_is_whole(page: Page) -> None:
    data = SHAPES["avatar"](page.lines, "nova_9")
    for part in range(1, 20):
        (cut,) = read_pages(data[: len(data) * part // 20], None)
        check(cut)
        for found, known in zip(cut.cases[:-1], page.cases, strict=False):
            assert found == known
