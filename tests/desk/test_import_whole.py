"""Cases that are not here yet are written whole: what comes of it is what step by step comes of."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.benchmarks import data
from tests.desk.stage import START, Copy
from tests.pages import PageCase, PageEntry, avatar, first_save, page_source
from workbench.cases.change import MAX_BYTES, PART_CHARS
from workbench.cases.errors import BadInput
from workbench.desk import Desk, ImportReport, importing, pageparts
from workbench.desk.imports import works
from workbench.local import beside, points
from workbench.local.beside import Beside, Gone
from workbench.local.sums import COUNTED

ODD = (
    PageCase(7, "20240231", "日期不对的桩", (PageEntry("一样", "YD"), PageEntry("一样", "YD"))),
    PageCase(6, "20240607", "同号的第二个", (PageEntry("[[image:a.png||width=3]]", "LM"),)),
    PageCase(6, "20240608", "同号的第一个", after="已经换了模块", status="resolved"),
    PageCase(5, "20240609", "", (PageEntry("没有说话人"), PageEntry("[[附件>>attach:b.xlsx]]"))),
    PageCase(4, "20240610", "长", (PageEntry("桩" * PART_CHARS, "客户"), PageEntry("好", "LM"))),
    PageCase(3, "20240611", "nova_case#7 订单20240205080545516942", engineers=("YD", "LM")),
    PageCase(2, "20240612", "暂", (PageEntry("等", "LM"),), status="on_hold"),
    PageCase(1, "20240613", "别的项目", (PageEntry("在吗", "LM"),), project="sola"),
)


def taken(path: Path, saves: list[bytes]) -> tuple[dict[str, list[Any]], list[ImportReport]]:
    """Return all tables of a file that took these saves, and the reports."""
    entropy = Random(5).randbytes
    with Desk.open(path, "anna", clock=lambda: START, entropy=entropy) as desk:
        reports = [desk.import_page(save, page="nova_9") for save in saves]
    with closing(sqlite3.connect(path)) as found:
        names = found.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        plain = [name for (name,) in names if not name.startswith(("sqlite_", "gram"))]
        tables = {n: found.execute(f"SELECT * FROM {n}").fetchall() for n in plain}
        tables["stretch"] = found.execute(COUNTED).fetchall()
        del tables["moved"]  # which of them are counted already
        # The log's newest row tells the time of the last change where nothing else keeps it.
        newest = found.execute("SELECT max(h) FROM op WHERE mine = 1").fetchone()[0]
        kept = dict(tables["meta"])
        tables["meta"] = sorted((kept | {"clock": max(int(kept.get("clock", 0)), newest)}).items())
    # What the index once had of a document is nothing in either, be it "" or none.
    tables["unindexed"] = [
        (doc, former or "", (named or "").strip("\x1f"))
        for doc, former, named in tables["unindexed"]
    ]
    return tables, reports


@pytest.mark.parametrize(
    "saves",
    [
        [page_source(ODD).encode()],
        [avatar(first_save(ODD))],
        [page_source(ODD[4:]).encode(), page_source(ODD).encode()],
        [data.page(30)],
        [data.page(20), data.page(60)],
    ],
    ids=["odd", "with revisions", "in two goes", "a common page", "one that grew"],
)
def test_whole_cases_are_what_single_changes_make(
    tmp_path: Path, saves: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "LONG", 1 << 30)  # made ahead they have other times
    whole, reports = taken(tmp_path / "whole.db", saves)
    monkeypatch.setattr(importing, "AT_ONCE", -1)
    single, others = taken(tmp_path / "single.db", saves)
    assert [report.json() for report in reports] == [report.json() for report in others]
    assert sum(report.added for report in reports) == len(single["cases"]) > 0
    for table, rows in single.items():
        assert sorted(whole[table], key=repr) == sorted(rows, key=repr), table


def test_what_a_process_beside_makes_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = [data.page(60)]
    here, _ = taken(tmp_path / "here.db", page)
    monkeypatch.setattr(importing, "LONG", 1)
    monkeypatch.setattr(importing, "RUN", 7)
    asked: list[str] = []

    class Watched(Beside):
        def ask(self, work: str, given: Any) -> Any:
            asked.append(work)
            return super().ask(work, given)

    monkeypatch.setattr(beside, "is_of_use", lambda: True)
    monkeypatch.setattr(beside, "Beside", Watched)
    there, reports = taken(tmp_path / "beside.db", page)
    assert reports[0].added == 60
    assert asked[: pageparts.AHEAD] == ["read"] * pageparts.AHEAD
    assert "make" in asked
    for table, rows in here.items():
        assert sorted(there[table], key=repr) == sorted(rows, key=repr), table


@pytest.mark.parametrize("answers", ["at once", "never", "no more", "read alone"])
def test_what_another_process_does_not_do_is_done_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: str
) -> None:
    saved = avatar(first_save([replace(case, project="luna") for case in ODD[5:]]))
    page = [data.page(20), data.page(60), saved]
    here, others = taken(tmp_path / "here.db", page)
    made: list[str] = []

    class Elsewhere(Beside):
        def __init__(self, module: str) -> None:
            self._works = works()

        def ask(self, work: str, given: Any) -> Future[Any]:
            found: Future[Any] = Future()
            if answers != "never":
                found.set_running_or_notify_cancel()
                if answers == "no more":
                    found.set_exception(Gone())
                elif answers == "read alone" and work == "make":
                    found.set_result(None)
                else:
                    found.set_result(self._works[work](given))
                    made.append(work)
            return found

        def close(self) -> None:
            pass

    monkeypatch.setattr(importing, "LONG", 1)
    monkeypatch.setattr(importing, "RUN", 7)
    monkeypatch.setattr(beside, "is_of_use", lambda: True)
    monkeypatch.setattr(beside, "Beside", Elsewhere)
    there, reports = taken(tmp_path / "beside.db", page)
    assert set(made) == {"at once": {"read", "make"}, "read alone": {"read"}}.get(answers, set())
    assert [report.json() for report in reports] == [report.json() for report in others]
    for table, rows in here.items():
        assert sorted(there[table], key=repr) == sorted(rows, key=repr), table


def test_what_was_made_ahead_of_cases_that_came_meanwhile_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "RUN", 4)
    page = data.page(10)

    def meanwhile(point: str) -> None:
        if point == "import-case:before-begin":
            points.hook = None
            with Desk.open(tmp_path / "cases.db", "boris") as other:
                assert other.import_page(page, page="nova_9").added == 10

    monkeypatch.setattr(points, "hook", meanwhile)
    with Desk.open(tmp_path / "cases.db", "anna") as desk:
        report = desk.import_page(page, page="nova_9")
        assert (report.added, report.changed, report.unchanged) == (0, 0, 10)
        assert desk.rebuild()["equal"]
    monkeypatch.setattr(points, "hook", None)


def test_what_no_change_can_hold_stops_only_what_is_behind_it(tmp_path: Path) -> None:
    bad = PageCase(8, "20240601", "坏的", engineers=("工" * MAX_BYTES,))
    copy = Copy(tmp_path / "cases.db")
    with pytest.raises(BadInput, match="bytes"):
        copy.plain(*ODD[5:7], bad, ODD[7])
    assert copy.sql("SELECT number FROM cases ORDER BY id") == [(3,), (2,)]
    assert copy.desk.rebuild()["equal"]


def test_a_long_new_case_beside_short_ones(tmp_path: Path) -> None:
    entries = tuple(PageEntry(f"第{n}次", "LM") for n in range(importing.AT_ONCE + 5))
    cases = [ODD[6], PageCase(9, "20240614", "长线程", entries), ODD[5], ODD[7]]
    copy = Copy(tmp_path / "cases.db")
    report = copy.plain(*cases)
    assert (report.added, report.entries_added) == (4, importing.AT_ONCE + 7)
    assert copy.texts(9) == [entry.text for entry in entries]
    again = copy.plain(*cases)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4)
    assert copy.desk.rebuild()["equal"]
