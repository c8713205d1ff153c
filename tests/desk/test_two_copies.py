"""Two people import saves of one page and write, before they exchange what they wrote."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import product

import pytest

from tests.desk.histories import History
from tests.desk.stage import Copy, Wiki, counts, exchange
from tests.pages import PageCase, PageEntry

Copies = Callable[[str], Copy]

A, B, C = (
    PageEntry("甲：断电了", "YD"),
    PageEntry("乙：已派人", "LM"),
    PageEntry("丙：修好了", "YD"),
)


def case(*entries: PageEntry, number: int = 1, **fields: object) -> PageCase:
    return PageCase(number, "20240601", "桩离线", entries, **fields)  # type: ignore[arg-type]


def alike(history: History) -> None:
    one, other = history.copies
    assert one.shown() == other.shown()


@pytest.mark.parametrize("seed", range(15))
def test_any_history_comes_to_the_same_on_both(copies: Copies, seed: int) -> None:
    history = History(seed, copies)
    history.run(16)
    exchange(*history.copies)
    alike(history)
    newest = len(history.wiki.saves) - 1
    for copy in history.copies:
        history.take(copy, newest)
        assert counts(copy.take(history.wiki.bytes())) == (0, 0, len(history.cases), 0)
    exchange(*history.copies)
    alike(history)
    for copy in history.copies:
        assert counts(copy.take(history.wiki.bytes())) == (0, 0, len(history.cases), 0)
        check_cases(history, copy)
        check_decisions(copy)
        check_newest(history, copy)


@pytest.mark.parametrize("seed", range(10))
def test_where_nobody_rewrites_nothing_is_doubled(copies: Copies, seed: int) -> None:
    """Straight after the exchange: entries that only come are told apart by what they say."""
    history = History(1000 + seed, copies, rewrites=False)
    history.run(16)
    exchange(*history.copies)
    alike(history)
    for copy in history.copies:
        for uid in copy.uids():
            said = Counter(
                entry.text.split("句")[0] for entry in copy.desk.case(uid, hidden=True).entries
            )
            assert [word for word, times in said.items() if times > 1] == []
        check_cases(history, copy)
        check_decisions(copy)


def check_cases(history: History, copy: Copy) -> None:
    """No case is there twice, and none is missing that an imported save had."""
    numbers = [copy.desk.case(uid).summary.number for uid in copy.uids()]
    saves = {save for saves in history.imported.values() for save in saves}
    assert sorted(n for n in numbers if n is not None) == sorted(
        {case.number for save in saves for case in history.wiki.pages[save]}
    )


def check_newest(history: History, copy: Copy) -> None:
    """Where nobody wrote, a case shows what the newest save says."""
    for page in history.wiki.pages[-1]:
        case = copy.desk.case(copy.id(page.number))
        if (case.summary.id, "problem") not in history.wrote:
            assert case.summary.problem == page.problem
        if not {(case.summary.id, "edit"), (case.summary.id, "hide")} & history.wrote:
            on_page = Counter((e.speaker, e.text.split("\n[[")[0]) for e in page.entries)
            shown = Counter((e.speaker or e.author, e.text) for e in case.entries)
            assert on_page <= shown
        for entry in case.entries:
            assert len(set(entry.images)) == len(entry.images)


def check_decisions(copy: Copy) -> None:
    """Whatever waits for a decision is something that a person wrote here."""
    bodies = [b for b in copy.changes() if b["k"] in ("set", "edit") and "i" not in b]
    written = {(body["c"], body.get("f") or body.get("t")) for body in bodies}
    for decision in copy.desk.decisions():
        what = {decision.field} if decision.entry is None else names_of(copy, decision.entry)
        assert written & {(decision.case_id, name) for name in what}


def names_of(copy: Copy, entry: str) -> set[str]:
    """Return every name that an entry bears."""
    ((names,),) = copy.sql("SELECT names FROM entry WHERE uid = ?", entry)
    return {entry, *json.loads(names)}
