"""The page builder writes what the reader reads: import tests may trust it."""

from __future__ import annotations

from dataclasses import replace

from tests.pages import PageCase, PageEntry, avatar, first_save, next_save, page_source
from workbench.exchange.page import Page
from workbench.exchange.reader import read_pages

OLD = PageCase(
    1, "20240102", "桩离线\n重启也没有用", (PageEntry("已重启", "LM"),), "resolved", ("LM", "Kay")
)
NEW = PageCase(2, "20240103", "扫码没有反应", (PageEntry("先记下", None), PageEntry("好", "Tom")))


def read(data: bytes) -> Page:
    (page,) = read_pages(data, None)
    return page


def as_built(page: Page) -> list[PageCase]:
    return [
        PageCase(
            case.number,
            case.date_raw,
            case.problem,
            tuple(PageEntry(entry.text, entry.speaker) for entry in case.entries),
            case.status or "unset",
            case.engineers,
            case.project,
            case.engineer_label or "",
        )
        for case in page.cases
    ]


def test_plain_source_and_a_save_hold_the_cases_they_were_built_of() -> None:
    plain = read(page_source([NEW, OLD]).encode())
    saved = read(avatar(first_save([NEW, OLD])))
    assert as_built(plain) == as_built(saved) == [NEW, OLD]
    assert (plain.shape, saved.shape, saved.name) == ("plain", "avatar", "nova_9")
    assert saved.unread_lines == ()
    assert saved.source + "\n" == page_source([NEW, OLD])


def test_a_newer_save_gives_its_revision_to_what_changed_only() -> None:
    first = first_save([OLD], "1.9")
    second = next_save(first, [NEW, replace(OLD, status="on_hold")], "1.10")
    new, old = read(avatar(second)).cases
    assert (new.oldest_revision, new.newest_revision) == ((1, 10), (1, 10))
    assert (old.heading_revision, old.problem_revision) == ((1, 9), (1, 9))
    assert (old.status, old.status_revision) == ("on_hold", (1, 10))
    assert [entry.revision for entry in old.entries] == [(1, 9)]
