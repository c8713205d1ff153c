"""Two people import saves of one page and write, before they exchange what they wrote."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest

from tests.desk.histories import History
from tests.desk.stage import Copy, Wiki, counts, exchange
from tests.pages import PageCase, PageEntry
from workbench.cases import matching
from workbench.desk import WorkbenchError

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


@pytest.mark.parametrize("seed", range(10))
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


@pytest.mark.parametrize("seed", range(6))
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
        check_versions(copy)
        check_cases(history, copy)
        check_decisions(copy)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_people_do_both_come_to_the_same(copies: Copies, seed: int) -> None:
    history = History(2000 + seed, copies, wild=True)
    history.run(30)
    exchange(*history.copies)
    alike(history)
    for copy in history.copies:
        copy.take(history.wiki.bytes())
        copy.publish()
        assert counts(copy.take(history.wiki.bytes())) == (0, 0, len(history.cases), 0)
    exchange(*history.copies)
    alike(history)
    for copy in history.copies:
        for _ in range(60):
            try:
                copy.desk.undo()
            except WorkbenchError:
                break
            copy.publish()
        else:
            pytest.fail("undo never comes to an end")
    exchange(*history.copies)
    alike(history)


# --- by hand --------------------------------------------------------------------------------------


@pytest.fixture
def anna(copies: Copies) -> Copy:
    return copies("anna")


@pytest.fixture
def boris(copies: Copies) -> Copy:
    return copies("boris")


@pytest.mark.parametrize("theirs", [(1,), (0, 1), (2,)])
@pytest.mark.parametrize("ours", [(0,), (0, 1), (1, 0)])
def test_what_was_added_between_the_saves_is_there_once(
    anna: Copy, boris: Copy, ours: tuple[int, ...], theirs: tuple[int, ...]
) -> None:
    wiki = Wiki(case(A, C))
    wiki.save(case(A, B, C, status="in_progress", engineers=("LM",)))
    wiki.save(case(A, B, C, PageEntry("丁", "LM"), number=2), case(A, B, C, PageEntry("丁", "LM")))
    for save in ours:
        anna.take(wiki.bytes(save))
    anna.desk.note(anna.id(), "anna 的记录")
    anna.desk.tag([anna.id()], add=["急"])
    for save in theirs:
        boris.take(wiki.bytes(save))
    boris.desk.note(boris.id(), "boris 的记录")
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    expected = [A, B, C] if 2 not in theirs else [A, B, C, PageEntry("丁")]
    texts = anna.texts()
    assert texts[: len(expected)] == [entry.text for entry in expected]
    assert sorted(texts[len(expected) :]) == ["anna 的记录", "boris 的记录"]
    assert anna.desk.decisions() == []


@pytest.mark.parametrize("healer", ["anna", "boris"])
@pytest.mark.parametrize("place", range(3))
def test_an_entry_edited_between_the_saves_is_one_when_either_reads_on(
    anna: Copy, boris: Copy, healer: str, place: int
) -> None:
    """Before that nothing tells that the two are one: each copy has seen one save only."""
    wiki = Wiki(case(A, B, C))
    entries = [A, B, C]
    entries[place] = PageEntry(entries[place].text + "，又来了", entries[place].speaker)
    wiki.save(case(*entries))
    anna.take(wiki.bytes(0))
    boris.clock.pass_ms(60_000)
    boris.take(wiki.bytes(1))
    exchange(anna, boris)
    assert len(anna.texts()) == 4
    reader, other = (anna, boris) if healer == "anna" else (boris, anna)
    report = reader.take(wiki.bytes(1))
    assert (report.decisions, report.entries_added, report.gone) == (0, 0, [])
    reader.send(other)
    assert anna.shown() == boris.shown()
    assert anna.texts() == [entry.text for entry in entries]
    for copy in (anna, boris):
        assert counts(copy.take(wiki.bytes(1))) == (0, 0, 1, 0)
        assert counts(copy.take(wiki.bytes(0))) == (0, 0, 1, 0)
        assert copy.texts() == [entry.text for entry in entries]


def test_a_page_is_written_with_its_own_version_of_an_entry(anna: Copy, boris: Copy) -> None:
    """The older one, which another copy had imported, takes no place of the newer."""
    wiki = Wiki(case(A, B))
    anna.take(wiki.bytes())
    wiki.save(case(PageEntry("甲：断电了，已恢复", A.speaker), B, C))
    boris.take(wiki.bytes())
    exchange(anna, boris)
    written = boris.desk.write_page("nova_9")
    assert written.changed == 0
    assert "甲：断电了，已恢复\n".encode() in written.data
    assert "甲：断电了，已恢复" in anna.texts()
    assert A.text in boris.texts()


@pytest.mark.parametrize("older", [False, True])
@pytest.mark.parametrize("readers", ["anna", "boris", "anna boris", "boris anna"])
def test_what_both_sides_edited_is_one_decision_whoever_reads_it(
    anna: Copy, boris: Copy, readers: str, older: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where one of them runs a program that takes edited neighbours for new entries."""
    wiki = Wiki(case(A, B, C))
    for copy in (anna, boris):
        copy.take(wiki.bytes())
    for entry in (A, B):
        anna.desk.edit_entry(anna.id(), anna.entry(entry.text), text=f"王工：{entry.speaker}")
    edited = [PageEntry(f"{entry.text}！", entry.speaker) for entry in (A, B)]
    wiki.save(case(*edited, C))
    for copy in (anna, boris):
        if copy.author in readers:
            with monkeypatch.context() as patch:
                if older and copy is boris:
                    patch.setattr(matching, "_match_alike", lambda state: None)
                copy.take(wiki.bytes())
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    doubled = older and readers == "boris"
    assert len(anna.texts()) == (5 if doubled else 3)
    assert len(anna.desk.decisions()) == (0 if doubled else 2)
    assert len(boris.desk.decisions()) == (0 if doubled else 2)
    said = {version.new for version in anna.desk.history(anna.id()) if version.field == "entry"}
    assert {"王工：YD", "王工：LM", *(entry.text for entry in edited)} <= said


def test_words_that_one_copy_has_alone_make_no_one_of_two_entries(anna: Copy, boris: Copy) -> None:
    """What a page's entry was is told alike by both, though one wrote the like elsewhere."""
    one, two, end = (
        PageEntry("控制板进水，已寄新板", "YD"),
        PageEntry("甲站已经恢复供电", "YD"),
        PageEntry("补回去了", "LM"),
    )
    wiki = Wiki(case(one, two, end))
    for copy in (anna, boris):
        copy.take(wiki.bytes())
    anna.desk.edit_entry(anna.id(), anna.entry(one.text), text="甲站已经恢复供电了。")
    wiki.save(case(PageEntry("甲站已经恢复供电。", "YD"), PageEntry("补回去了。", "LM")))
    for copy in (anna, boris):
        copy.take(wiki.bytes())
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert anna.texts() == ["甲站已经恢复供电了。", "甲站已经恢复供电。", "补回去了。"]
    assert not anna.desk.decisions()


def test_a_page_written_after_a_decision_is_what_is_here(anna: Copy, boris: Copy) -> None:
    wiki = Wiki(case(A, B))
    anna.take(wiki.bytes())
    exchange(anna, boris)
    (uid,) = (item.id for item in boris.desk.list())
    boris.desk.edit_entry(uid, boris.desk.case(uid).entries[0].id, text="甲：断电了，本地")
    wiki.save(case(PageEntry("甲：断电了，页面", A.speaker), B))
    anna.take(wiki.bytes())
    exchange(anna, boris)
    (decision,) = boris.desk.decisions()
    boris.desk.decide(decision.id, choice=1)
    exchange(anna, boris)
    written = anna.desk.write_page("nova_9").data
    assert "甲：断电了，本地".encode() in written
    assert counts(anna.take(written)) == (0, 0, 1, 0)


def test_a_note_typed_here_that_another_reads_from_the_page(anna: Copy, boris: Copy) -> None:
    wiki = Wiki(case(A))
    anna.take(wiki.bytes())
    anna.desk.note(anna.id(), "配件已寄出")
    wiki.save(case(A, PageEntry("配件已寄出", "anna")))
    boris.take(wiki.bytes())
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert anna.texts() == [A.text, "配件已寄出"]
    wiki.save(case(A, PageEntry("配件已寄出，周五到", "anna")))
    boris.take(wiki.bytes())
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert anna.texts() == [A.text, "配件已寄出，周五到"]


def test_a_note_edited_here_before_the_page_got_it(anna: Copy, boris: Copy) -> None:
    """The fold can't know this one, so the import that sees it says so."""
    wiki = Wiki(case(A))
    anna.take(wiki.bytes())
    written = anna.desk.note(anna.id(), "配件以寄出")
    assert written.entry_id is not None
    anna.desk.edit_entry(anna.id(), written.entry_id, text="配件已寄出")
    wiki.save(case(A, PageEntry("配件已寄出", "anna")))
    boris.take(wiki.bytes())
    anna.take(wiki.bytes())
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert anna.texts() == [A.text, "配件已寄出"]
    assert anna.desk.decisions() == []


def test_equal_words_typed_on_both_and_put_on_the_page_twice(anna: Copy, boris: Copy) -> None:
    wiki = Wiki(case(A))
    for copy in (anna, boris):
        copy.take(wiki.bytes())
        copy.desk.note(copy.id(), "收到", speaker="客户")
    wiki.save(case(A, PageEntry("收到", "客户"), PageEntry("收到", "客户")))
    anna.take(wiki.bytes())
    assert anna.texts() == [A.text, "收到", "收到"]
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert anna.texts() == [A.text, "收到", "收到"]
    assert counts(boris.take(wiki.bytes())) == (0, 0, 1, 0)


def test_statuses_set_on_both_and_on_the_page(anna: Copy, boris: Copy) -> None:
    wiki = Wiki(case(A))
    for copy, status in ((anna, "resolved"), (boris, "in_progress")):
        copy.take(wiki.bytes())
        copy.desk.status([copy.id()], status)
        boris.clock.pass_ms(1000)
    wiki.save(case(A, status="on_hold"))
    boris.take(wiki.bytes())
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert anna.status() == "in_progress"
    (decision,) = anna.desk.decisions()
    assert boris.desk.decisions() == [decision]
    assert [choice.value for choice in decision.values] == ["resolved", "in_progress", "on_hold"]
    anna.desk.status([anna.id()], "resolved")
    anna.send(boris)
    assert (boris.status(), boris.desk.decisions()) == ("resolved", [])


def test_the_same_status_set_on_both_is_none(anna: Copy, boris: Copy) -> None:
    wiki = Wiki(case(A))
    for copy in (anna, boris):
        copy.take(wiki.bytes())
        copy.desk.status([copy.id()], "resolved")
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert anna.desk.decisions() == []


def test_an_engineer_taken_off_here_and_read_there_stays_off(anna: Copy, boris: Copy) -> None:
    """Both read the same engineer from the page: it is one add, which anna has seen."""
    wiki = Wiki(case(A, engineers=("YD", "LM")))
    anna.take(wiki.bytes())
    anna.desk.assign([anna.id()], remove=["YD"])
    boris.take(wiki.bytes())
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert anna.desk.case(anna.id()).summary.engineers == ("LM",)


def test_an_import_taken_back_here_and_read_there(anna: Copy, boris: Copy) -> None:
    wiki = Wiki(case(A, B))
    anna.take(wiki.bytes())
    anna.desk.undo()
    boris.take(wiki.bytes())
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert len(boris.desk.find()) == 0
    assert counts(boris.take(wiki.bytes())) == (0, 1, 0, 0)
    boris.send(anna)
    assert anna.texts() == [A.text, B.text]
    assert len(anna.desk.find()) == 1


def test_a_number_that_stands_twice_is_told_apart_alike(anna: Copy, boris: Copy) -> None:
    first, second = case(A, number=5), PageCase(5, "20240612", "另一件", (B,))
    anna.take(Wiki(second, first).bytes())
    boris.take(Wiki(first).bytes())
    exchange(anna, boris)
    assert anna.shown() == boris.shown()
    assert len(anna.uids()) == 2


# --- what is checked --------------------------------------------------------------------------


def check_cases(history: History, copy: Copy) -> None:
    """No case is there twice, and none is missing that an imported save had."""
    numbers = [copy.desk.case(uid).summary.number for uid in copy.uids()]
    saves = {save for saves in history.imported.values() for save in saves}
    assert sorted(n for n in numbers if n is not None) == sorted(
        {case.number for save in saves for case in history.wiki.pages[save]}
    )


def check_versions(copy: Copy) -> None:
    """Every version of an entry is of one utterance."""
    words: dict[str, set[str]] = {}
    for (entry,) in copy.sql("SELECT uid FROM entry"):
        said: set[str] = set()
        for name in names_of(copy, entry):
            words[name] = said
    for body in copy.changes():
        if body["k"] in ("note", "edit") and body.get("x"):
            words[body.get("t") or body["i"]].add(body["x"].split("句")[0])
    assert [said for said in words.values() if len(said) > 1] == []


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
