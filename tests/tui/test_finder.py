"""The thread that answers the filter line: only the newest query counts, whatever runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from queue import Queue
from typing import Any

import pytest
from textual.strip import Strip

from tests.tui.driving import driven
from tests.tui.stage import World
from widgets import case_list
from widgets.case_list import SOON, CaseList, CaseRow
from widgets.wrap import Mark
from workbench.cases.errors import Stopped, WorkbenchError
from workbench.desk import Desk
from workbench.local import act, database
from workbench.local.containing import Containing, Term
from workbench.local.database import Database
from workbench.tui.finder import Answer, Finder, Question
from workbench.tui.finder import answers as look_up
from workbench.tui.screens import browser as screen
from workbench.tui.screens.browser import PATIENCE

WAIT = 60
BEGUN = ("电", "充电", "不", "project:terra", "is:unread OR 充", "订单号", "zxt")
ENDLESS = "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)"


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let a search for 慢 go on for ever, and tell when it begins."""
    event = threading.Event()
    condition = Containing.condition

    def endless(self: Containing, term: Term) -> tuple[str, list[Any]]:
        if term.term != "慢":
            return condition(self, term)
        event.set()
        return f"{ENDLESS} > 0", []

    monkeypatch.setattr(Containing, "condition", endless)
    return event


@pytest.fixture
def asked(world: World) -> Iterator[tuple[Finder[Question, Answer], Queue[Answer]]]:
    """Return a finder, and what it answers."""
    answers: Queue[Answer] = Queue()
    finder = Finder(world.desk.beside, answers.put, look_up)
    yield finder, answers
    finder.close()


def test_a_query_that_is_typed_over_ends_at_once(
    asked: tuple[Finder[Question, Answer], Queue[Answer]], begun: threading.Event, world: World
) -> None:
    finder, answers = asked
    finder.ask(Question("慢"))
    assert begun.wait(WAIT)
    finder.ask(Question("13800138000"))
    answer = answers.get(timeout=WAIT)
    assert answer.query == "13800138000"
    assert world.desk.ids(answer.cases) == (world.cases[7],)
    assert answers.empty()


def test_an_answer_that_comes_soon_is_given_back_and_not_told(
    asked: tuple[Finder[Question, Answer], Queue[Answer]], begun: threading.Event, world: World
) -> None:
    finder, answers = asked
    assert finder.ask(Question("慢"), 0.01) is None
    assert begun.wait(WAIT)
    answer = finder.ask(Question("13800138000"), WAIT)
    assert answer is not None
    assert world.desk.ids(answer.cases) == (world.cases[7],)
    finder.close()
    assert answers.empty()


def test_an_interruption_between_two_statements_ends_it_too(
    asked: tuple[Finder[Question, Answer], Queue[Answer]],
    begun: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SQLite forgets an interruption that comes while nothing runs."""
    monkeypatch.setattr(Desk, "interrupt", lambda self: None)
    finder, answers = asked
    finder.ask(Question("慢"))
    assert begun.wait(WAIT)
    finder.ask(Question("13800138000"))
    assert answers.get(timeout=WAIT).query == "13800138000"


def test_any_query_may_be_interrupted_and_the_thread_goes_on(world: World) -> None:
    answers: Queue[str] = Queue()
    began = threading.Event()

    def answered(desk: Desk, asked: str) -> Iterator[str]:
        if asked == "slow":
            began.set()
            desk._tools.db.value(f"SELECT {ENDLESS}")
        yield asked

    finder = Finder(world.desk.beside, answers.put, answered)
    finder.ask("slow")
    assert began.wait(WAIT)
    finder.ask("quick")
    assert answers.get(timeout=WAIT) == "quick"
    finder.close()
    assert answers.empty()


def test_the_end_waits_for_no_query(
    asked: tuple[Finder[Question, Answer], Queue[Answer]], begun: threading.Event
) -> None:
    finder, answers = asked
    finder.ask(Question("慢"))
    assert begun.wait(WAIT)
    finder.close()
    assert answers.empty()


@pytest.mark.parametrize("find", [Desk.find, lambda desk, query: list(desk.list(query))])
def test_interrupt_stops_the_query_that_runs(
    world: World, begun: threading.Event, find: Callable[[Desk, str], object]
) -> None:
    raised: Queue[BaseException] = Queue()

    def look() -> None:
        try:
            find(world.other, "慢")
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.put(error)

    thread = threading.Thread(target=look)
    thread.start()
    assert begun.wait(WAIT)
    while thread.is_alive():
        world.other.interrupt()
        thread.join(0.01)
    assert isinstance(raised.get_nowait(), Stopped)
    assert world.other.find("13800138000").ids == (world.cases[7],)


def waiting(desk: Desk) -> int:
    """Return how many texts wait to be indexed."""
    return int(desk._tools.db.value("SELECT count(*) FROM unindexed"))


def test_what_bulk_work_left_is_indexed_while_nothing_is_asked(
    asked: tuple[Finder[Question, Answer], Queue[Answer]], world: World
) -> None:
    finder, answers = asked
    assert waiting(world.desk)
    finder.follow_index()
    finder.ask(Question("13800138000"))
    assert world.desk.ids(answers.get(timeout=WAIT).cases) == (world.cases[7],)
    finder.follow_index()
    pause = threading.Event()
    while waiting(world.desk):
        assert not pause.wait(0.01)
    assert world.desk.find("13800138000").ids == (world.cases[7],)


async def test_the_screen_has_it_indexed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(act, "MANY", 0)
    async with driven(world) as ui:
        assert world.desk.is_index_behind
        ui.bench.main._tick()
        await ui.until(lambda: not waiting(world.desk), "the index")


async def test_a_key_waits_a_little_for_what_it_finds_but_not_beside_a_slow_search(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So both stand in one frame; a frame of 30 ms is the most that a key may take longer."""
    assert 0 < PATIENCE <= 0.03
    waited = []
    async with driven(world) as ui:
        browser = ui.bench.main.browser
        ask = browser._finder.ask

        def asked(question: Question, patience: float = 0) -> Answer | None:
            waited.append(patience)
            return None if question.query == "慢" else ask(question, WAIT if patience else 0)

        monkeypatch.setattr(browser, "_glance", lambda query: None)
        monkeypatch.setattr(browser._finder, "ask", asked)
        answer = browser.ask("13800138000")
        assert answer is not None
        assert world.desk.ids(answer.cases) == (world.cases[7],)
        assert browser.ask("慢") is None
        assert browser.ask("13800138000") is None
        assert waited == [PATIENCE, PATIENCE, 0]


async def test_what_is_found_at_a_glance_is_asked_of_no_thread(
    world: World, begun: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes longer is given up there, and asked of the thread."""
    asked = []
    async with driven(world) as ui:
        browser = ui.bench.main.browser
        monkeypatch.setattr(
            browser._finder, "ask", lambda question, patience=0: asked.append(question.query)
        )
        monkeypatch.setattr(database, "STEPS", 100)
        monkeypatch.setattr(screen, "GLANCE", float("inf"))
        answer = browser.ask("13800138000")
        assert answer is not None
        assert world.desk.ids(answer.cases) == (world.cases[7],)
        assert answer.is_whole
        monkeypatch.setattr(screen, "GLANCE", 0.001)
        assert browser.ask("慢") is None
        assert begun.is_set()
        assert asked == ["慢"]
        assert len(world.desk.search("桩")) > 1, "what was given up stops nothing else"


async def test_what_is_painted_of_an_answer_first_is_how_it_begins(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is painted in all is what a whole frame has, wherever the cursor was before."""
    terminal: dict[int, Strip] = {}
    soon: list[dict[int, Strip]] = []
    seen = []

    def paint(widget: CaseList, first: int, strips: Sequence[Strip]) -> bool:
        terminal.update(enumerate(strips, first))
        return True

    monkeypatch.setattr(screen, "GLANCE", float("inf"))
    monkeypatch.setattr(case_list, "paint_at_once", paint)
    async with driven(world, (120, 14)) as ui:
        browser = ui.bench.main.browser
        show_soon = browser.show_soon

        def shown_soon(rows: Sequence[CaseRow], at: int, highlight: tuple[Mark, ...]) -> None:
            show_soon(rows, at, highlight)
            soon.append({y: terminal[y] for y in range(1, len(rows) + 1)})

        monkeypatch.setattr(browser, "show_soon", shown_soon)
        # Where the scroll bar goes, the screen is laid out anew.
        browser.styles.overflow_y = "scroll"
        await ui.pilot.pause()
        for before, at, query in product(("", "-is:decision"), (0, 2, 5, 11), BEGUN):
            browser.load(before)
            browser.move(at - browser.cursor_index)
            terminal.update(enumerate(browser._shown_lines()))
            soon.clear()
            answer = browser.ask(query)
            assert answer is not None
            browser.take(answer)
            shows = dict(enumerate(browser._shown_lines()))
            assert {**shows, **(soon[0] if soon else {})} == shows, (before, at, query)
            assert terminal == shows, (before, at, query)
            seen.append(bool(soon))
    assert 0 < sum(seen) < len(seen), "some are painted so, and some can't be"


async def test_where_the_others_take_long_the_first_rows_are_the_answer_until_they_come(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = world.desk.search("电")
    assert len(found) > SOON
    monkeypatch.setattr(screen, "PATIENCE", 0)
    async with driven(world, (120, 40)) as ui:
        browser = ui.bench.main.browser
        in_a_moment = browser._in_a_moment
        taken = [in_a_moment, lambda found: None]
        monkeypatch.setattr(browser, "_in_a_moment", lambda found: taken.pop(0)(found))
        ask, held = browser._finder.ask, []
        monkeypatch.setattr(browser._finder, "ask", lambda *asked: held.append(asked))
        await ui.press("slash")
        await ui.put("电")
        await ui.shows("… of 16")
        assert browser._order.cases == found[:SOON]
        assert [question.query for question, _ in held] == ["电"], "the rest is asked for once"
        ask(*held[0])
        monkeypatch.setattr(browser._finder, "ask", ask)
        await ui.shows(f"{len(found)} of 16")
        assert browser._order.cases == found


async def test_a_file_that_fails_behind_the_first_rows_leaves_the_list_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driven(world, (120, 40)) as ui:
        browser = ui.bench.main.browser
        monkeypatch.setattr(screen, "GLANCE", float("inf"))
        shown, painted = browser._shown_lines(), []
        monkeypatch.setattr(
            case_list, "paint_at_once", lambda *lines: painted.append(lines) or True
        )
        first = Containing.__init__

        def once(self: Containing, db: Database, limit: int | None, *before: Containing) -> None:
            if limit != SOON:
                raise WorkbenchError("the disk is gone")
            first(self, db, limit, *before)

        monkeypatch.setattr(Containing, "__init__", once)
        await ui.press("slash")
        await ui.put("电")
        await ui.shows("the disk is gone")
        assert len(painted) == 1
        assert browser._ahead == ()
        assert browser.query_text == ""
        assert [line.text for line in browser._shown_lines()] == [line.text for line in shown]
