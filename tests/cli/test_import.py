"""``import``: what it reports, and what it does about files that can't be read."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from tests.cli.conftest import PAGE, Cli
from tests.pages import PageCase, PageEntry, page_source
from workbench.desk import importing
from workbench.local.database import Database

FIELDS = [
    *("page", "added", "changed", "unchanged", "entries", "entries_added"),
    *("gone", "questions", "unread_lines"),
]


def test_a_page_is_read_once(cli: Cli) -> None:
    report = cli.ok("import", cli.page())
    assert list(report)[: len(FIELDS)] == FIELDS
    assert [report[name] for name in FIELDS[:7]] == ["nova_9", 3, 0, 0, 3, 3, []]
    assert [(q["case"], q["field"]) for q in report["questions"]] == [
        ("nova_case#7_202405009", "date")
    ]
    assert report["unread_lines"] == []
    again = cli.ok("import", cli.page())
    assert [again[name] for name in FIELDS[:7]] == ["nova_9", 0, 0, 3, 3, 0, []]
    assert len(cli.ok("list")) == 3


def test_a_newer_page_brings_what_is_new_and_takes_nothing_away(paged: Cli) -> None:
    newer = (
        PageCase(10, "20240620", "新的问题"),
        PageCase(
            8, "20240601", "扫码失败", (*PAGE[1].entries, PageEntry("已恢复", "LM")), "resolved"
        ),
        PAGE[2],
    )
    report = paged.ok("import", paged.page(*newer))
    assert [report[name] for name in FIELDS[1:6]] == [1, 1, 1, 2, 1]
    assert "nova_case#9_20240612" in str(report["gone"])
    assert len(paged.ok("list")) == 4
    assert paged.ok("show", "8")["status"] == "resolved"


def test_text_for_a_person(cli: Cli) -> None:
    ran = cli("import", cli.page())
    assert ran.code == 0
    assert ran.out.startswith(
        "nova_9: 3 cases new, 0 changed, 0 unchanged; 3 entries, 3 of them new.\n"
    )
    assert "nova_case#7_202405009  date: " in ran.out


def test_stdin_has_no_name_but_the_one_given(cli: Cli) -> None:
    source = page_source(PAGE).encode()
    assert cli.ok("import", "-", "--dry-run", stdin=source)["page"] is None
    assert cli.ok("import", "-", "--page", "nova", stdin=source)["page"] == "nova"


def test_a_dry_run_reports_and_writes_nothing(cli: Cli) -> None:
    assert cli.ok("import", cli.page(), "--dry-run")["added"] == 3
    assert cli.ok("list") == []


def test_several_files_give_an_array(cli: Cli) -> None:
    first = cli.page(PAGE[0], name="a_1.txt")
    second = cli.page(PAGE[1], PAGE[2], name="a_2.txt")
    reports = cli.ok("import", first, second)
    assert [(report["page"], report["added"]) for report in reports] == [("a_1", 1), ("a_2", 2)]


def test_one_unusable_file_of_several_is_named_and_the_others_are_taken(cli: Cli) -> None:
    empty = cli.folder / "empty.txt"
    empty.write_bytes(b"")
    ran = cli("import", str(empty), cli.page(), "--json")
    assert ran.code == 6
    assert [report["added"] for report in ran.json] == [3]
    assert str(empty) in ran.err
    assert "1 part was refused" in ran.err


def test_only_unusable_files_are_an_error(cli: Cli) -> None:
    for number, raw in enumerate((b"", b"\x00\x01\x02\xff" * 50, "一页没有案件的文字\n".encode())):
        path = cli.folder / f"page{number}.txt"
        path.write_bytes(raw)
        cli.fails(1, "import", str(path))
        assert str(path) in cli.fails(1, "import", str(path), str(path))
    assert cli.ok("list") == []


def test_a_file_that_is_not_there_stops_all(cli: Cli) -> None:
    missing = str(cli.folder / "不在.txt")
    assert missing in cli.fails(1, "import", cli.page(), missing)
    assert str(cli.folder) in cli.fails(1, "import", str(cli.folder))
    assert cli.ok("list") == []


def test_no_file_is_wrong_usage(cli: Cli) -> None:
    cli.fails(2, "import")
    assert "only once" in cli.fails(2, "import", "-", "-")


def test_the_sample_page_is_read_whole(cli: Cli) -> None:
    from workbench.sample import read_sample

    data, name = read_sample()
    path = Path(cli.folder / name)
    path.write_bytes(data)
    report = cli.ok("import", str(path))
    assert report["page"] == "nova_3"
    assert report["added"] == len(cli.ok("list")) >= 30


def test_a_project_that_can_begin_no_key_is_refused(cli: Cli) -> None:
    page = cli.folder / "page.txt"
    page.write_text("= case#6_20240101 =\n\n问题描述:没有项目\n", encoding="utf-8")
    for name in ("a b", "", "x#"):
        cli.fails(2, "import", str(page), "--project", name)
    assert cli.ok("list") == []
    assert cli.ok("import", str(page), "--project", "nova")["added"] == 1


def test_ctrl_c_leaves_whole_cases_and_a_second_run_takes_the_rest(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = cli.page()
    transactions = count(1)

    def stop(database: Database) -> None:
        if next(transactions) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(importing, "RUN", 1)
        patched.setattr(Database, "give_way", stop)
        said = cli.fails(130, "import", page)
    assert said == (
        "workbench: Stopped: the cases that were read stay; import it again to go on.\n"
    )
    assert len(cli.ok("list")) == 2
    report = cli.ok("import", page)
    assert (report["added"], report["unchanged"]) == (1, 2)
