"""The first start: what is offered where there are no cases, and that each of it really begins."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from time import time_ns

import pytest

from tests.pages import PageCase, PageEntry, page_source
from tests.tui.driving import SIZES, Driven, driven
from tests.tui.stage import Clock, World, empty_world, open_desk
from workbench import language
from workbench.cases.errors import WorkbenchError
from workbench.desk import Desk
from workbench.tui.screens.ask import AskScreen
from workbench.tui.screens.editor import EditorScreen


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[World]:
    """Return a file without cases."""
    now = Clock(time_ns() // 1_000_000)  # a store tells a clock that is off
    with empty_world(tmp_path / "cases.db", now) as world:
        yield world


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Return a saved page with a case."""
    path = tmp_path / "nova 1.txt"
    case = PageCase(1, "20260101", "充电枪无法解锁", (PageEntry("已到现场", "Kay"),))
    path.write_text(page_source([case]), encoding="utf-8")
    return path


async def open_and_answer(ui: Driven, key: str, text: str) -> None:
    """Press a key that asks for a line, and answer."""
    await ui.press(key)
    await ui.until(lambda: isinstance(ui.bench.screen, AskScreen), "the question")
    await ui.put(text)
    await ui.press("enter")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "zh"])
async def test_an_empty_file_says_what_to_do_next(
    empty: World, size: tuple[int, int], lang: language.Lang
) -> None:
    language.setup(lang)
    async with driven(empty, size) as ui:
        await ui.shows({"en": "What to begin with", "zh": "可以这样开始"}[lang])
        for key in ("I", "c 6", "S", "Enter"):
            assert any(line.strip().startswith(key) for line in ui.text.splitlines()), key


@pytest.mark.parametrize("written", ["{path}", "'{path}'", "{uri}"])
async def test_a_page_is_read_in(empty: World, page: Path, written: str) -> None:
    """A terminal hands a file that is dragged in over with quotes, or as an address."""
    async with driven(empty) as ui:
        await open_and_answer(ui, "I", written.format(path=page, uri=page.as_uri()))
        await ui.shows("1 new, 0 changed")
        await ui.shows("充电枪无法解锁")


async def test_a_page_that_is_not_there_is_said(empty: World, tmp_path: Path) -> None:
    async with driven(empty, (120, 40)) as ui:
        await open_and_answer(ui, "I", "gone.txt")
        await ui.shows("gone.txt can't be read")
        empty_file = tmp_path / "gone.txt.void"
        empty_file.write_text("", encoding="utf-8")
        # What was written stands there still, to be mended and not to be written again.
        await ui.press("home")
        await ui.put(f"{tmp_path}/")
        await ui.press("end")
        await ui.put(".void")
        await ui.press("enter")
        await ui.shows("gone.txt.void")


async def test_by_arrows_and_enter_alone_a_case_is_begun(empty: World) -> None:
    async with driven(empty) as ui:
        await ui.press("enter")
        await ui.shows("What to begin with?")
        await ui.press("down", "enter")
        await ui.shows("New case in project")
        await ui.press(*"nova", "enter")
        await ui.until(lambda: isinstance(ui.bench.screen, EditorScreen), "the editor")


async def test_a_store_is_opened_or_made(empty: World, tmp_path: Path) -> None:
    folder = tmp_path / "team cases"
    folder.mkdir()
    async with driven(empty) as ui:
        await open_and_answer(ui, "S", str(folder))
        await ui.shows("Enter yes · Esc no")
        await ui.press("escape")
        await ui.shows("No store was added")
        assert "✕" not in ui.text  # to say no is no failure
        assert not empty.desk.stores()
        await open_and_answer(ui, "S", str(folder))
        await ui.shows("Enter yes · Esc no")
        assert not ui.bench.main.bar.message  # the look is over, and what was told before it
        await ui.press("enter")
        await ui.until(lambda: empty.desk.stores()[0].synced_at is not None, "an exchange")
        assert [(store.name, store.url) for store in empty.desk.stores()] == [("team", str(folder))]


async def test_a_store_that_others_made_brings_their_cases(empty: World, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    with open_desk(tmp_path / "theirs.db", empty.clock, "Kay", "k") as theirs:
        theirs.new("nova", "雨后绝缘故障")
        theirs.add_store("team", str(folder))
        theirs.init_store("team")
        theirs.exchange("team")
    async with driven(empty) as ui:
        await open_and_answer(ui, "S", str(folder))
        await ui.shows("雨后绝缘故障")


async def test_a_place_that_can_be_no_store_is_forgotten(empty: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    async with driven(empty, (120, 40)) as ui:
        await open_and_answer(ui, "S", "ftp://x/y")
        await ui.shows("ftp")
        await open_and_answer(ui, "S", str(tmp_path / "file"))
        await ui.until(lambda: not empty.desk.stores() and "file" in ui.text, "an explanation")
        await ui.hides("looking at the store")


async def test_what_goes_on_is_said_as_long_as_it_goes_on(
    empty: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever becomes of it, also what nobody thought of."""
    page, started, go_on = tmp_path / "page.txt", threading.Event(), threading.Event()
    page.write_text("nothing", encoding="utf-8")
    errors = [WorkbenchError("unusable " * 12), OSError("gone"), ZeroDivisionError("?")]

    def slow(*_: object, **__: object) -> None:
        started.set()
        go_on.wait()
        go_on.clear()
        raise errors.pop(0)

    monkeypatch.setattr(Desk, "import_page", slow)
    async with driven(empty) as ui:
        for sentence in ("unusable", "gone", ""):
            await open_and_answer(ui, "I", str(page))
            await ui.until(started.is_set, "the reading")
            started.clear()
            assert "reading page.txt…" in ui.text
            go_on.set()
            await ui.hides("reading page.txt…")
            await ui.is_told(sentence)
