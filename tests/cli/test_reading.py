"""``list``, ``show``, ``export`` and ``history``: what a script gets."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from workbench.cli.exporting import CSV_HEADER
from workbench.local import points
from workbench.tui.moments import activity, written

CASE_FIELDS = [
    *("id", "key", "aliases", "project", "number", "date_raw", "opened_on", "title", "problem"),
    *("status", "status_until", "status_why", "awake", "engineers", "engineer_label", "tags"),
    *("entries", "images", "attachments", "references", "questions", "decisions", "unread"),
    *("hidden", "source", "created_at", "updated_at", "waiting_for"),
]
ENTRY_FIELDS = [
    *("id", "position", "reply_to", "speaker", "author", "text", "happened_on", "written_at"),
    *("received_at", "edited", "redacted", "hidden", "images", "attachments"),
]


def keys(cli: Cli, *words: str) -> list[int]:
    """Return the numbers of the cases that ``list`` gives."""
    return [row["number"] for row in cli.ok("list", *words)]


def test_a_case_has_every_field(paged: Cli) -> None:
    case = paged.ok("show", "9")
    assert list(case) == CASE_FIELDS
    assert [list(entry) for entry in case["entries"]] == [ENTRY_FIELDS] * 2
    assert case["key"] == "nova_case#9_20240612"
    assert case["problem"] == "两台桩离线\n客户电话 13900000317"
    assert (case["title"], case["status"], case["engineers"]) == (
        "两台桩离线",
        "resolved",
        ["Kay", "zhaoqi"],
    )
    assert [(entry["speaker"], entry["text"]) for entry in case["entries"]] == [
        ("Kay", "现场断电了"),
        ("客户", "已送电"),
    ]
    assert case["references"] == [{"kind": "phone", "value": "13900000317"}]
    assert list(case["source"]) == [
        *("page", "first_line", "last_line", "oldest_revision", "newest_revision")
    ]


def test_what_the_sites_patterns_find_is_shown_with_its_page(cli: Cli) -> None:
    file = cli.folder / "own.toml"
    file.write_text(
        '[references."工单"]\npattern = "WO-[0-9]+"\nurl = "https://desk.example/o/{value}"\n'
        '[references."桩"]\npattern = "桩[0-9]+#"\n',
        encoding="utf-8",
    )
    assert cli("new", "nova", "离线，见 WO-00412\n桩12#").code == 0
    assert cli("note", "1", "WO-00412 已关，另见 WO-00413").code == 0
    shown = cli("--config", str(file), "show", "1").out.splitlines()
    found = [line for line in shown if line.startswith(("工单: ", "桩: "))]
    assert found == [
        "工单: WO-00412  https://desk.example/o/WO-00412",
        "桩: 桩12#",
        "工单: WO-00413  https://desk.example/o/WO-00413",
    ]
    assert not [line for line in cli("show", "1").out.splitlines() if line.startswith("工单")]


def test_json_has_real_characters(paged: Cli) -> None:
    assert "两台桩离线" in paged("list", "--json").out
    assert "\\u" not in paged("show", "9", "--json").out


def test_a_row_of_the_list_has_a_count_instead_of_entries(paged: Cli) -> None:
    rows = paged.ok("list", "--sort", "number")
    wanted = [name if name != "entries" else "entry_count" for name in CASE_FIELDS]
    assert [list(row) for row in rows] == [wanted] * 3
    assert {row["number"]: row["entry_count"] for row in rows} == {9: 2, 8: 1, 7: 0}


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("离线",), {9}),
        (("离线", "送电"), {9}),
        (("-离线",), {8, 7}),
        (("-status:resolved",), {8, 7}),
        (("status:unset,in_progress", "-账单"), {8}),
        (("--", "-status:resolved"), {8, 7}),
        (('"两台桩"',), {9}),
        (("两台 桩离线",), {9}),
        (("engineer:LM",), {7}),
        (("project:nova", "is:question"), {7}),
        (("没有这个词",), set()),
    ],
)
def test_a_query_is_its_words_joined(paged: Cli, words: tuple[str, ...], numbers: set[int]) -> None:
    assert set(keys(paged, *words)) == numbers


def test_sort_and_limit(paged: Cli) -> None:
    down, up = keys(paged, "--sort", "number"), keys(paged, "--sort", "-number")
    assert down == up[::-1]
    assert keys(paged, "--sort", "number", "--limit", "2") == down[:2]
    assert keys(paged, "--limit", "0") == []
    paged.fails(2, "list", "--limit", "-1")
    paged.fails(2, "list", "--sort", "name")


def test_a_mistake_in_a_query_says_where(paged: Cli) -> None:
    assert "5" in paged.fails(2, "list", '桩离线 "开始')
    paged.fails(2, "list", "status:done", "--json")
    paged.fails(2, "export", "--format", "json", "(桩")


def test_a_list_for_a_person(paged: Cli) -> None:
    ran = paged("list")
    assert (ran.code, ran.err) == (0, "3 cases\n")
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == [
        row["key"] for row in paged.ok("list")
    ]
    empty = paged("list", "没有这个词")
    assert (empty.code, empty.out, empty.err) == (0, "", "0 cases\n")
    assert "已解决" in paged("list", "--lang", "zh").out


def test_csv_is_for_spreadsheets(paged: Cli) -> None:
    paged("note", "8", "=SUM(A1)")
    paged("edit", "8", "title", "=SUM(A1)")
    for ran in (paged("list", "--csv"), paged("export", "--format", "csv")):
        assert ran.out.startswith("\ufeffid,key,aliases,")
        assert ran.out.count("\r\n") >= 4
        rows = {row["number"]: row for row in csv.DictReader(io.StringIO(ran.out[1:], newline=""))}
        assert list(rows["9"]) == list(CSV_HEADER)
        assert rows["8"]["title"] == "'=SUM(A1)"
        assert rows["9"]["engineers"] == "Kay zhaoqi"
        assert rows["9"]["problem"] == "两台桩离线\n客户电话 13900000317"
    paged.fails(2, "list", "--csv", "--json")


def test_the_columns_are_the_names_of_the_json(paged: Cli) -> None:
    assert list(CSV_HEADER) == list(paged.ok("list", "--limit", "1")[0])


@pytest.mark.parametrize(
    "name", ["nova_case#9_20240612", "NOVA_CASE#9_20240612", "ｎｏｖａ＃９", "nova#9", "9", "９"]
)
def test_a_case_is_called_by_any_of_its_names(paged: Cli, name: str) -> None:
    assert paged.ok("show", name)["number"] == 9


def test_a_case_is_called_by_the_start_of_its_id(paged: Cli) -> None:
    case = paged.ok("show", "9")
    length = next(n for n in range(4, 27) if not case["id"][:n].isdigit())
    assert paged.ok("show", case["id"][:length])["id"] == case["id"]


def test_an_unknown_case_is_told(paged: Cli) -> None:
    for words in (("show", "999"), ("history", "x"), ("note", "nova#999", "x"), ("show", "")):
        paged.fails(3, *words)


def test_several_cases_of_one_name_are_told_and_nothing_is_done(paged: Cli) -> None:
    other = Path(paged.page()).read_text(encoding="utf-8").replace("nova_case", "luma_case")
    page = paged.folder / "luma.txt"
    page.write_text(other, encoding="utf-8")
    assert paged("import", str(page)).code == 0
    wanted = ["luma_case#9_20240612", "nova_case#9_20240612"]
    err = paged.fails(3, "status", "nova#8", "9", "on_hold")
    assert all(f"  {key}\n" in err for key in wanted)
    ran = paged("status", "9", "on_hold", "--json")
    assert (ran.code, ran.out) == (3, "")
    assert sorted(json.loads(ran.err)["candidates"]) == wanted
    assert {row["status"] for row in paged.ok("list")} == {"resolved", "unset", "in_progress"}


def test_show_for_a_person(paged: Cli) -> None:
    out = paged("show", "9").out
    assert out.startswith("nova_case#9_20240612  Resolved\n两台桩离线\n")
    assert "【Kay】" in out
    assert "现场断电了" in out
    assert "? date: " in paged("show", "7").out


def test_showing_marks_nothing_as_read(paged: Cli) -> None:
    paged("note", "9", "别人写的", "--author", "LM")
    before = paged.ok("show", "9")["unread"]
    assert paged.ok("show", "9")["unread"] == before
    assert before >= 1


def test_export_writes_whole_cases(paged: Cli) -> None:
    exported = paged.ok("export", "--format", "json", "-status:unset")
    assert {case["number"] for case in exported} == {9, 7}
    assert exported == [paged.ok("show", case["key"]) for case in exported]
    assert paged.ok("export", "--format", "json", "没有这个词") == []


def test_export_to_a_file(paged: Cli) -> None:
    path = paged.folder / "导出.json"
    ran = paged("export", "--format", "json", "-o", str(path))
    assert (ran.code, ran.out) == (0, "")
    assert str(path) in ran.err
    assert json.loads(path.read_text("utf-8")) == paged.ok("export", "--format", "json")
    assert (
        "is a directory"
        in paged.fails(1, "export", "--format", "csv", "-o", str(paged.folder)).lower()
    )
    paged.fails(1, "export", "--format", "csv", "-o", str(paged.folder / "no" / "x.csv"))


def test_an_export_that_fails_leaves_the_old_file(
    paged: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = paged.folder / "out.csv"
    path.write_text("old", encoding="utf-8")
    reached: list[str] = []

    def full(name: str) -> None:
        reached.append(name)
        if name == "export:before-rename":
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(points, "hook", full)
    assert "No space left" in paged.fails(1, "export", "--format", "csv", "-o", str(path))
    assert path.read_text("utf-8") == "old"
    assert [name for name in reached if name.startswith("export:")] == [
        "export:before-fsync",
        "export:after-fsync",
        "export:before-rename",
    ]
    assert not [p for p in paged.folder.iterdir() if p.name.endswith(".new")]


def test_an_export_removes_what_a_dead_one_left_and_nothing_of_the_living(
    paged: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside: list[Path] = []

    def look(name: str) -> None:
        if name == "export:before-rename":
            beside.extend(paged.folder.glob(".workbench-*.new"))

    monkeypatch.setattr(points, "hook", look)
    export = ("export", "--format", "csv", "-o", str(paged.folder / "out.csv"))
    assert paged(*export).code == 0
    own = beside[0].name
    pid = own.split("-")[2]
    others = [own, own.replace(own.split("-")[1], "0" * 12), ".workbench-notes.new", "x.new"]
    for name in (*others, own.replace(f"-{pid}-", "-999999999-")):
        (paged.folder / name).write_text("half", encoding="utf-8")
    beside.clear()
    assert paged("export", "--format", "csv", "-o", str(paged.folder / "two.csv")).code == 0
    assert {path.name for path in beside} == {*others} - {"x.new"}


def test_an_export_passes_every_point(paged: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []
    monkeypatch.setattr(points, "hook", reached.append)
    path = paged.folder / "out.json"
    assert paged("export", "--format", "json", "-o", str(path)).code == 0
    assert [name for name in reached if name.startswith("export:")] == [
        f"export:{when}-{what}"
        for what in ("fsync", "rename", "folder-fsync")
        for when in ("before", "after")
    ]


def test_history_tells_every_change(paged: Cli) -> None:
    paged("status", "8", "on_hold", "--until", "2030-01-02", "--why", "等客户")
    paged("assign", "8", "+LM")
    paged("note", "8", "一句话")
    items = paged.ok("history", "8")
    fields = ["id", "case", "entry", "at", "author", "act", "field", "old", "new"]
    assert all(set(fields) <= set(item) for item in items)
    last = [(item["field"], item["act"], item["old"], item["new"]) for item in items[-3:]]
    assert last == [
        ("status", "set", "unset", "on_hold"),
        ("engineers", "add", None, "LM"),
        ("entry", "add", None, "一句话"),
    ]
    assert items[-3]["status_until"] == "2030-01-02"
    assert items[-3]["status_why"] == "等客户"
    assert {item["author"] for item in items[-3:]} == {"陈一"}
    assert {item["case"] for item in items} == {"nova_case#8_20240601"}
    text = paged("history", "8").out.splitlines()
    # That a page has no status is its word, and for people no change.
    (said,) = (item for item in items if item["old"] == item["new"] == "unset")
    assert not any(said["id"][:12] in line for line in text)
    assert len(text) == len(items) - 1
    assert "Unset → On hold  until 2030-01-02  (等客户)" in text[-3]


def test_a_history_is_told_in_order_of_time(paged: Cli) -> None:
    paged("edit", "9", "title", "离线")
    told = paged.ok("history", "9")
    assert (told[0]["field"], told[0]["act"]) == ("case", "add")
    times = [change["at"] for change in told]
    assert times == sorted(times)


@pytest.mark.parametrize(("zone", "shown"), [("Asia/Shanghai", "18:30"), ("UTC", "10:30")])
def test_a_time_is_shown_as_the_clock_here_shows_it(
    paged: Cli, monkeypatch: pytest.MonkeyPatch, zone: str, shown: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        entry = paged.ok("note", "8", "换了模块", "--happened", f"2024-06-12 {shown}")
        assert entry["happened_on"] == "2024-06-12T10:30:00.000+00:00"
        assert f"2024-06-12 {shown}\n" in paged("show", "8").out
        seen = written("2024-06-12T10:30:00.000+00:00", 1_800_000_000_000)
        assert seen == f"12 Jun 2024 {shown}"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_case_of_which_no_date_is_known_shows_no_day() -> None:
    assert activity(0, now=1_790_000_000_000) == ""
    assert activity(1_612_958_400_000, now=1_790_000_000_000) == "21-02-10"
